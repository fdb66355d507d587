//! Keys and upload handles: texts that are safe as file and object names.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::BlobError;

const KEY_MAX: usize = 512;
const SEGMENT_MAX: usize = 200;
const SEGMENTS_MAX: usize = 16;
const HANDLE_MAX: usize = 2048;

/// Where a blob is: `videos/video_01j…/source/original`.
///
/// One to 16 segments of 1 to 200 ASCII letters, digits, `.`, `_` and `-`, at
/// most 512 bytes in all, no segment beginning with a dot. So a key is a safe
/// relative path on every file system, and needs no escaping in an address.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BlobKey(String);

impl BlobKey {
    /// Checks a text.
    pub fn new(text: impl Into<String>) -> Result<Self, BlobError> {
        let text = text.into();
        match fault(&text) {
            None => Ok(Self(text)),
            Some(fault) => Err(BlobError::InvalidKey(format!(
                "{text:?} is no key: {fault}"
            ))),
        }
    }

    /// This key with a further segment or several: `key.join("a/b")`.
    pub fn join(&self, rest: &str) -> Result<Self, BlobError> {
        Self::new(format!("{}/{rest}", self.0))
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its last segment.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// Whether this key is a blob below `prefix/`.
    pub fn is_below(&self, prefix: &Self) -> bool {
        self.0
            .strip_prefix(&prefix.0)
            .is_some_and(|rest| rest.starts_with('/'))
    }
}

fn fault(text: &str) -> Option<&'static str> {
    if text.len() > KEY_MAX {
        return Some("longer than 512 bytes");
    }
    if text.split('/').count() > SEGMENTS_MAX {
        return Some("more than 16 segments");
    }
    text.split('/')
        .find_map(|segment| match segment.as_bytes() {
            [] => Some("an empty segment"),
            [b'.', ..] => Some("a segment beginning with a dot"),
            bytes if bytes.len() > SEGMENT_MAX => Some("a segment longer than 200 bytes"),
            bytes if bytes.iter().all(|&b| sound(b)) => None,
            _ => Some("a character other than A-Z a-z 0-9 . _ -"),
        })
}

fn sound(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
}

impl FromStr for BlobKey {
    type Err = BlobError;

    fn from_str(text: &str) -> Result<Self, BlobError> {
        Self::new(text)
    }
}

impl TryFrom<String> for BlobKey {
    type Error = BlobError;

    fn try_from(text: String) -> Result<Self, BlobError> {
        Self::new(text)
    }
}

impl From<BlobKey> for String {
    fn from(key: BlobKey) -> Self {
        key.0
    }
}

impl AsRef<str> for BlobKey {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names an upload that has begun. Opaque; keep it in the database as text.
///
/// It is no secret, but only the server that made it should hand it back.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UploadHandle(String);

impl UploadHandle {
    /// Reads a handle back from where it was stored: 1 to 2048 printable
    /// ASCII characters. Anything else names no upload.
    pub fn new(text: impl Into<String>) -> Result<Self, BlobError> {
        let text = text.into();
        let sound =
            (1..=HANDLE_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if sound {
            Ok(Self(text))
        } else {
            Err(BlobError::NoSuchUpload)
        }
    }

    /// The text to store.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for UploadHandle {
    type Err = BlobError;

    fn from_str(text: &str) -> Result<Self, BlobError> {
        Self::new(text)
    }
}

impl TryFrom<String> for UploadHandle {
    type Error = BlobError;

    fn try_from(text: String) -> Result<Self, BlobError> {
        Self::new(text)
    }
}

impl From<UploadHandle> for String {
    fn from(handle: UploadHandle) -> Self {
        handle.0
    }
}

impl fmt::Display for UploadHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for UploadHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn hostile_keys_are_refused() {
        for text in [
            "",
            "/",
            "/a",
            "a/",
            "a//b",
            ".",
            "..",
            "a/../b",
            "a/./b",
            ".staging/x",
            "a/.hidden",
            "a\\b",
            "a b",
            "a\0b",
            "a%2e",
            "é",
            "a:b",
            "a?b",
            "a\n",
        ] {
            assert!(BlobKey::new(text).is_err(), "{text:?}");
        }
        assert!(BlobKey::new("a".repeat(201)).is_err());
        assert!(
            BlobKey::new(format!(
                "{}/{}/{}",
                "a".repeat(199),
                "b".repeat(199),
                "c".repeat(199)
            ))
            .is_err()
        );
        assert!(BlobKey::new(["a"; 17].join("/")).is_err());
    }

    #[test]
    fn below_means_below_the_folder() {
        let key = |text: &str| BlobKey::new(text).unwrap();
        assert!(key("videos/1/a").is_below(&key("videos/1")));
        assert!(!key("videos/12/a").is_below(&key("videos/1")));
        assert!(!key("videos/1").is_below(&key("videos/1")));
        assert_eq!(
            key("videos/1").join("a.mp4").unwrap(),
            key("videos/1/a.mp4")
        );
        assert!(key("videos/1").join("../2").is_err());
    }
}
