//! Stream keys: what an encoder shows to be let in.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// The longest key that is looked at.
pub(super) const KEY_MAX: usize = 128;
/// 32 letters that are hard to confuse: five bits each, and no bias.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A new key of so many letters.
pub(super) fn random(length: usize) -> String {
    (0..length)
        .map(|_| char::from(LETTERS[usize::from(rand::random::<u8>() & 31)]))
        .collect()
}

/// What a key is found by. No salt and no stretching: random letters are in no
/// dictionary.
pub(super) fn hash(key: &str) -> String {
    Sha256::digest(key)
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Whether two keys are the same, in a time that does not tell how far.
pub(super) fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_long_enough_and_differ() {
        let (one, other) = (random(16), random(16));
        assert_eq!((one.len(), other.len()), (16, 16));
        assert!(!same(&one, &other));
        assert!(same(&one, &one.clone()));
        assert!(!same(&one, &one[..15]));
        assert_eq!(hash(&one).len(), 64);
        assert_ne!(hash(&one), hash(&other));
    }
}
