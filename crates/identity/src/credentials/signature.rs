//! Public keys of authenticators (COSE, RFC 9052 and 9053) and what they sign.

use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};

use super::cbor::Cbor;

/// ECDSA with SHA-256 on P-256, EdDSA on Ed25519, and RSASSA-PKCS1-v1_5 with
/// SHA-256, by their COSE numbers in the order in which they are preferred.
pub(crate) const ALGORITHMS: [i64; 3] = [-7, -8, -257];

/// A public key in one of [`ALGORITHMS`].
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PublicKey<'a> {
    /// An uncompressed point.
    P256([u8; 65]),
    Ed25519(&'a [u8]),
    Rsa {
        n: &'a [u8],
        e: &'a [u8],
    },
}

impl<'a> PublicKey<'a> {
    /// The key that a COSE map holds.
    pub(crate) fn from_cose(key: &Cbor<'a>) -> Option<Self> {
        let bytes = |label, len: usize| {
            let bytes = key.at(label)?.bytes()?;
            (bytes.len() == len).then_some(bytes)
        };
        match (key.at(1)?.int()?, key.at(3)?.int()?) {
            (2, -7) if key.at(-1)?.int()? == 1 => {
                let mut point = [4; 65];
                point[1..33].copy_from_slice(bytes(-2, 32)?);
                point[33..].copy_from_slice(bytes(-3, 32)?);
                Some(Self::P256(point))
            }
            (1, -8) if key.at(-1)?.int()? == 6 => Some(Self::Ed25519(bytes(-2, 32)?)),
            (3, -257) => {
                let (n, e) = (key.at(-1)?.bytes()?, key.at(-2)?.bytes()?);
                ((256..=1024).contains(&n.len()) && e.len() <= 8).then_some(Self::Rsa { n, e })
            }
            _ => None,
        }
    }

    /// Whether this key signed the message.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::P256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point)
                .verify(message, signature)
                .is_ok(),
            Self::Ed25519(key) => UnparsedPublicKey::new(&ED25519, key)
                .verify(message, signature)
                .is_ok(),
            Self::Rsa { n, e } => RsaPublicKeyComponents { n, e }
                .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
                .is_ok(),
        }
    }
}
