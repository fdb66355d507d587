//! Identifiers: a type prefix and a sortable UUIDv7, `video_01j9z3…`.
//!
//! The text form is that of the [TypeID] specification 0.3: a lower-case
//! prefix, an underscore, and 26 characters of Crockford base 32 (without i,
//! l, o, u) that hold the 128 bits of a UUIDv7. Ids made later sort later.
//!
//! [TypeID]: https://github.com/jetify-com/typeid/tree/main/spec

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const SUFFIX_LEN: usize = 26;
const PREFIX_MAX: usize = 63;

/// A prefixed, sortable identifier.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Id(String);

/// Why a text is no identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// No underscore, or an empty or malformed prefix.
    #[error("an identifier begins with a lower-case type and an underscore, as in video_01j…")]
    Prefix,
    /// The part after the underscore is not 26 characters of base 32.
    #[error("an identifier ends with 26 characters of 0-9 and a-z without i, l, o and u")]
    Suffix,
}

impl Id {
    /// A new identifier of this type. The prefix is a constant of the calling
    /// code (lower-case ASCII letters and underscores).
    pub fn new(prefix: &str) -> Self {
        debug_assert!(valid_prefix(prefix), "malformed prefix {prefix:?}");
        Self(format!("{prefix}_{}", encode(Uuid::now_v7().as_u128())))
    }

    /// The type part, such as `video`.
    pub fn prefix(&self) -> &str {
        self.0.rsplit_once('_').map_or("", |(prefix, _)| prefix)
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads an identifier that must have this prefix.
    pub fn parse(prefix: &str, text: &str) -> Result<Self, IdError> {
        let id: Self = text.parse()?;
        if id.prefix() == prefix {
            Ok(id)
        } else {
            Err(IdError::Prefix)
        }
    }
}

fn valid_prefix(prefix: &str) -> bool {
    !prefix.is_empty()
        && prefix.len() <= PREFIX_MAX
        && prefix.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        && !prefix.starts_with('_')
        && !prefix.ends_with('_')
}

fn encode(bits: u128) -> String {
    (0..SUFFIX_LEN)
        .rev()
        .map(|place| char::from(ALPHABET[((bits >> (place * 5)) & 31) as usize]))
        .collect()
}

impl FromStr for Id {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let (prefix, suffix) = text.rsplit_once('_').ok_or(IdError::Prefix)?;
        if !valid_prefix(prefix) {
            return Err(IdError::Prefix);
        }
        // 26 characters hold 130 bits: the first may only be 0 to 7.
        let sound = suffix.len() == SUFFIX_LEN
            && suffix.bytes().all(|b| ALPHABET.contains(&b))
            && suffix.as_bytes()[0] <= b'7';
        if sound {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdError::Suffix)
        }
    }
}

impl TryFrom<String> for Id {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<Id> for String {
    fn from(id: Id) -> Self {
        id.0
    }
}

impl AsRef<str> for Id {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn the_specification_s_own_example_is_encoded_alike() {
        let uuid = Uuid::parse_str("01890a5d-ac96-774b-bcce-b302099a8057").unwrap();
        assert_eq!(encode(uuid.as_u128()), "01h455vb4pex5vsknk084sn02q");
    }

    #[test]
    fn ids_sort_in_the_order_of_their_making() {
        let ids: Vec<Id> = (0..1000).map(|_| Id::new("video")).collect();
        assert!(ids.is_sorted());
        assert_eq!(ids[0].prefix(), "video");
        assert_eq!(Id::parse("video", ids[0].as_str()).unwrap(), ids[0]);
    }

    #[test]
    fn other_texts_are_refused() {
        for (text, error) in [
            ("", IdError::Prefix),
            ("video", IdError::Prefix),
            ("_01h455vb4pex5vsknk084sn02q", IdError::Prefix),
            ("Video_01h455vb4pex5vsknk084sn02q", IdError::Prefix),
            ("video_", IdError::Suffix),
            ("video_81h455vb4pex5vsknk084sn02q", IdError::Suffix),
            ("video_01h455vb4pex5vsknk084sn02l", IdError::Suffix),
            ("video_../../../../etc/passwd0000", IdError::Suffix),
        ] {
            assert_eq!(text.parse::<Id>(), Err(error), "{text}");
        }
        assert_eq!(
            Id::parse("stream", "video_01h455vb4pex5vsknk084sn02q"),
            Err(IdError::Prefix)
        );
    }
}
