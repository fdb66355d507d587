//! Sealing what must be read again: ChaCha20-Poly1305 (RFC 8439) under a key
//! of the instance's secret, bound to what it belongs to.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::InstanceSecret;

/// Seals and opens. What was sealed for one purpose or owner opens for no other.
#[derive(Clone)]
pub struct Seal(std::sync::Arc<LessSafeKey>);

impl Seal {
    /// Seals under a key for this purpose.
    pub fn new(secret: &InstanceSecret, purpose: &str) -> Self {
        let key = UnboundKey::new(&CHACHA20_POLY1305, &secret.derive(purpose))
            .unwrap_or_else(|_| unreachable!("a derived key has 32 bytes"));
        Self(std::sync::Arc::new(LessSafeKey::new(key)))
    }

    /// The nonce, then the ciphertext and its tag. 96 random bits of nonce:
    /// fit for some billions of seals under one key.
    pub fn seal(&self, owner: &str, plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE_LEN] = rand::random();
        let mut text = plain.to_vec();
        let tag = self
            .0
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(owner),
                &mut text,
            )
            .unwrap_or_else(|_| unreachable!("what is sealed here is short"));
        [&nonce[..], &text, tag.as_ref()].concat()
    }

    /// What was sealed for this owner; `None` for anything else.
    pub fn open(&self, owner: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = text.to_vec();
        let plain = self
            .0
            .open_in_place(nonce, Aad::from(owner), &mut text)
            .ok()?;
        Some(plain.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_sealed_opens_for_its_owner_unaltered(
            plain in proptest::collection::vec(any::<u8>(), 0..100),
            at in any::<prop::sample::Index>(),
            bit in 0_u8..8,
        ) {
            let seal = Seal::new(&InstanceSecret::from_bytes([7; 32]), "test");
            let other = Seal::new(&InstanceSecret::from_bytes([7; 32]), "another");
            let mut sealed = seal.seal("ada", &plain);
            prop_assert_eq!(seal.open("ada", &sealed), Some(plain));
            prop_assert_eq!(seal.open("grace", &sealed), None);
            prop_assert_eq!(other.open("ada", &sealed), None);
            let at = at.index(sealed.len());
            sealed[at] ^= 1 << bit;
            prop_assert_eq!(seal.open("ada", &sealed), None);
        }

        #[test]
        fn no_bytes_bring_it_down(sealed in proptest::collection::vec(any::<u8>(), 0..60)) {
            let seal = Seal::new(&InstanceSecret::from_bytes([7; 32]), "test");
            prop_assert_eq!(seal.open("ada", &sealed), None);
        }
    }
}
