//! Random secrets, and the hashes under which they are kept.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// 256 random bits in 43 characters that need no escaping in an address.
pub(crate) fn random_token() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// Under which hash a random secret is kept. No salt and no stretching: 256
/// random bits are in no dictionary.
pub(crate) fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// Letters that are hard to confuse, 32 of them.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Consonants alone spell no words (RFC 8628, section 6.1).
const CONSONANTS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

fn groups(letters: &[u8], count: usize, size: usize) -> String {
    let letter = || {
        // 256 is no multiple of 20: what would favour the first is drawn again.
        let fair = 256 - 256 % letters.len();
        loop {
            let byte = usize::from(rand::random::<u8>());
            if byte < fair {
                return char::from(letters[byte % letters.len()]);
            }
        }
    };
    let groups: Vec<String> = (0..count)
        .map(|_| (0..size).map(|_| letter()).collect())
        .collect();
    groups.join("-")
}

/// Five groups of four letters: 100 bits.
pub(crate) fn random_password() -> String {
    groups(LETTERS, 5, 4)
}

/// A code that stands in for a lost second factor: 80 bits.
pub(crate) fn recovery_code() -> String {
    groups(LETTERS, 4, 4)
}

/// What a person types on a telephone to let a television in: 34 bits, guarded
/// by a short life and by counting wrong ones.
pub(crate) fn user_code() -> String {
    groups(CONSONANTS, 2, 4)
}

/// A code as a person typed it, in the form in which it was given out.
pub(crate) fn tidy_code(typed: &str, size: usize) -> String {
    let letters: Vec<char> = typed
        .chars()
        .filter(|c| c.is_alphanumeric())
        .take(64)
        .collect();
    let groups: Vec<String> = letters
        .chunks(size)
        .map(|group| group.iter().collect())
        .collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_however_they_are_typed() {
        let code = user_code();
        assert_eq!(code.len(), 9);
        let typed = code.to_lowercase().replace('-', " ");
        assert_eq!(tidy_code(&typed.to_uppercase(), 4), code);
        let code = recovery_code();
        assert_eq!(tidy_code(&code.replace('-', ""), 4), code);
        assert_ne!(recovery_code(), code);
    }
}
