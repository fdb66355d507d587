//! What is sent in secret (draft-sharabayko-srt-01 §6): the keys of a connection, of which there
//! are two by turns.

use srt_runtime::crypto::{SALT_LEN, aes_ctr_apply, derive_kek, unwrap_sek};
use srt_runtime::handshake_sm::SecretBytes;
use srt_runtime::packet::{EncryptionKeyField, KeyMaterial, KmKeyFlag};
use srt_runtime::{Error, NegotiatedParams, Result};

/// A key, and what it is mixed with.
type Key = (SecretBytes, [u8; SALT_LEN]);

/// The keys of a connection.
pub(super) struct Keys {
    passphrase: String,
    even: Option<Key>,
    odd: Option<Key>,
}

impl Keys {
    /// Those that were agreed on when it began; none where nothing is secret.
    pub(super) fn new(passphrase: Option<&str>, agreed: &NegotiatedParams) -> Option<Self> {
        let key = agreed.sek.clone().zip(agreed.salt)?;
        Some(Self {
            passphrase: passphrase?.to_owned(),
            // Whoever begins with the other one says so in every packet.
            odd: Some(key.clone()),
            even: Some(key),
        })
    }

    /// One that we have chosen.
    pub(super) fn with(passphrase: &str, key: SecretBytes, salt: [u8; SALT_LEN]) -> Self {
        let key = (key, salt);
        Self {
            passphrase: passphrase.to_owned(),
            odd: Some(key.clone()),
            even: Some(key),
        }
    }

    /// Takes the keys that are to come (§6.1.6).
    pub(super) fn renew(&mut self, material: &KeyMaterial<'_>) -> Result<()> {
        let unfit = |what| Error::InvalidField {
            what,
            reason: "it does not fit",
        };
        let salt = <[u8; SALT_LEN]>::try_from(material.salt).map_err(|_| unfit("salt"))?;
        let len = material.x_sek.len();
        let kek = derive_kek(self.passphrase.as_bytes(), &salt, len)?;
        let wrapped = [material.x_sek, material.o_sek.unwrap_or_default()].concat();
        let plain = unwrap_sek(&kek, &material.icv, &wrapped)?;
        let (first, second) = plain.split_at_checked(len).ok_or(unfit("key"))?;
        let key = |bytes: &[u8]| Some((SecretBytes::new(bytes.to_vec()), salt));
        match material.kk {
            KmKeyFlag::Even => self.even = key(first),
            KmKeyFlag::Odd => self.odd = key(first),
            KmKeyFlag::Both => {
                self.even = key(first);
                self.odd = key(second);
            }
            _ => return Err(unfit("key flag")),
        }
        Ok(())
    }

    /// Makes readable what a packet with this number carries, or secret: one undoes the other.
    /// Gives whether it is.
    pub(super) fn open(&self, which: EncryptionKeyField, number: u32, data: &mut [u8]) -> bool {
        let key = match which {
            EncryptionKeyField::Even => &self.even,
            EncryptionKeyField::Odd => &self.odd,
            _ => return false,
        };
        key.as_ref()
            .is_some_and(|(key, salt)| aes_ctr_apply(key, salt, number, data).is_ok())
    }
}
