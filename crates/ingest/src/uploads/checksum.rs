//! Checksums that clients send along with bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Digest as _;

/// The hash functions that we verify.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RFC 1321: sound against accidents only, and what S3 clients send.
    Md5,
    /// The one that tus demands of every server.
    Sha1,
    /// The one to prefer.
    Sha256,
}

impl Algorithm {
    /// The names that tus lists in `Tus-Checksum-Algorithm`.
    pub const TUS_NAMES: &'static str = "sha1,md5,sha256";

    fn from_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "md5" => Some(Self::Md5),
            "sha1" | "sha" | "sha-1" => Some(Self::Sha1),
            "sha256" | "sha-256" => Some(Self::Sha256),
            _ => None,
        }
    }

    /// The length of its result in bytes.
    fn len(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }
}

/// Why a checksum header cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChecksumError {
    /// A hash function that we do not know.
    #[error("unknown checksum algorithm; expected one of md5, sha1, sha256")]
    Algorithm,
    /// Not base64 of the right length.
    #[error("the checksum is not base64 of the length that its algorithm has")]
    Malformed,
    /// The bytes are not those that the client hashed.
    #[error("the checksum does not match the bytes that arrived")]
    Mismatch,
}

/// A checksum that the bytes must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    algorithm: Algorithm,
    digest: Vec<u8>,
}

impl Expected {
    /// From a hash function and the base64 of its result.
    pub fn from_base64(algorithm: Algorithm, text: &str) -> Result<Self, ChecksumError> {
        let digest = STANDARD
            .decode(text.trim())
            .map_err(|_| ChecksumError::Malformed)?;
        if digest.len() == algorithm.len() {
            Ok(Self { algorithm, digest })
        } else {
            Err(ChecksumError::Malformed)
        }
    }

    /// From a hash function and the hexadecimal digits of its result.
    pub fn from_hex(algorithm: Algorithm, text: &str) -> Result<Self, ChecksumError> {
        let digest = hex::decode(text.trim()).map_err(|_| ChecksumError::Malformed)?;
        if digest.len() == algorithm.len() {
            Ok(Self { algorithm, digest })
        } else {
            Err(ChecksumError::Malformed)
        }
    }

    /// The value of tus's `Upload-Checksum`: `sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=`.
    pub fn from_tus(value: &str) -> Result<Self, ChecksumError> {
        let (name, digest) = value
            .trim()
            .split_once(' ')
            .ok_or(ChecksumError::Malformed)?;
        let algorithm = Algorithm::from_name(name).ok_or(ChecksumError::Algorithm)?;
        Self::from_base64(algorithm, digest)
    }

    /// The value of `Digest` (RFC 3230: `SHA-256=…,MD5=…`) or `Content-Digest`
    /// (RFC 9530: `sha-256=:…:`): the strongest that we know, `None` if it
    /// names only others (which a server may ignore).
    pub fn from_digest(value: &str) -> Result<Option<Self>, ChecksumError> {
        let mut best: Option<Self> = None;
        for item in value.split(',') {
            let (name, digest) = item.split_once('=').ok_or(ChecksumError::Malformed)?;
            let Some(algorithm) = Algorithm::from_name(name.trim()) else {
                continue;
            };
            let found = Self::from_base64(algorithm, digest.trim().trim_matches(':'))?;
            if best
                .as_ref()
                .is_none_or(|b| b.algorithm.len() < algorithm.len())
            {
                best = Some(found);
            }
        }
        Ok(best)
    }

    /// Which hash function to run over the bytes.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

/// Runs over bytes as they pass.
#[derive(Debug, Clone)]
pub struct Hasher(State);

#[derive(Debug, Clone)]
enum State {
    Md5(md5::Md5),
    Sha1(sha1::Sha1),
    Sha256(sha2::Sha256),
}

impl Hasher {
    /// A hasher that has seen nothing.
    pub fn new(algorithm: Algorithm) -> Self {
        Self(match algorithm {
            Algorithm::Md5 => State::Md5(md5::Md5::new()),
            Algorithm::Sha1 => State::Sha1(sha1::Sha1::new()),
            Algorithm::Sha256 => State::Sha256(sha2::Sha256::new()),
        })
    }

    /// Takes the next bytes in.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            State::Md5(hash) => hash.update(bytes),
            State::Sha1(hash) => hash.update(bytes),
            State::Sha256(hash) => hash.update(bytes),
        }
    }

    /// The hash of all bytes.
    pub fn finish(self) -> Vec<u8> {
        match self.0 {
            State::Md5(hash) => hash.finalize().to_vec(),
            State::Sha1(hash) => hash.finalize().to_vec(),
            State::Sha256(hash) => hash.finalize().to_vec(),
        }
    }
}

/// Several checksums verified in one pass.
#[derive(Debug, Clone, Default)]
pub struct Verifier(Vec<(Expected, Hasher)>);

impl Verifier {
    /// Verifies all of these; an empty list verifies anything.
    pub fn new(expected: impl IntoIterator<Item = Expected>) -> Self {
        Self(
            expected
                .into_iter()
                .map(|one| {
                    let hasher = Hasher::new(one.algorithm());
                    (one, hasher)
                })
                .collect(),
        )
    }

    /// Whether there is nothing to verify.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes the next bytes in.
    pub fn update(&mut self, bytes: &[u8]) {
        for (_, hasher) in &mut self.0 {
            hasher.update(bytes);
        }
    }

    /// Fails with [`ChecksumError::Mismatch`] if any checksum differs.
    pub fn finish(self) -> Result<(), ChecksumError> {
        for (expected, hasher) in self.0 {
            if hasher.finish() != expected.digest {
                return Err(ChecksumError::Mismatch);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HELLO_MD5: &str = "XUFAKrxLKna5cZ2REBfFkg==";
    const HELLO_SHA1: &str = "qvTGHdzF6KLavt4PO0gs2a6pQ00=";
    const HELLO_SHA256: &str = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";

    fn verify(expected: Expected, bytes: &[u8]) -> Result<(), ChecksumError> {
        let mut verifier = Verifier::new([expected]);
        for half in bytes.chunks(2) {
            verifier.update(half);
        }
        verifier.finish()
    }

    #[test]
    fn known_values_verify_and_others_do_not() {
        for header in [
            format!("md5 {HELLO_MD5}"),
            format!("sha1 {HELLO_SHA1}"),
            format!("SHA256 {HELLO_SHA256}"),
        ] {
            let expected = Expected::from_tus(&header).unwrap();
            assert_eq!(verify(expected.clone(), b"hello"), Ok(()), "{header}");
            assert_eq!(verify(expected, b"hellO"), Err(ChecksumError::Mismatch));
        }
        assert_eq!(
            Expected::from_tus("crc32 AAAAAA=="),
            Err(ChecksumError::Algorithm)
        );
        for wrong in ["", "sha1", "sha1 !!", &format!("sha1 {HELLO_MD5}")] {
            assert_eq!(Expected::from_tus(wrong), Err(ChecksumError::Malformed));
        }
    }

    #[test]
    fn the_strongest_digest_is_taken() {
        let both = format!("MD5={HELLO_MD5}, SHA-256={HELLO_SHA256}");
        let found = Expected::from_digest(&both).unwrap().unwrap();
        assert_eq!(found.algorithm(), Algorithm::Sha256);
        let new_form = format!("sha-256=:{HELLO_SHA256}:");
        assert_eq!(Expected::from_digest(&new_form).unwrap(), Some(found));
        assert_eq!(Expected::from_digest("unixsum=30637").unwrap(), None);
        assert!(Expected::from_digest("sha-256=:x:").is_err());
    }

    proptest! {
        #[test]
        fn no_header_makes_parsing_panic(value in ".{0,200}") {
            let _ = Expected::from_tus(&value);
            let _ = Expected::from_digest(&value);
        }
    }
}
