//! SRTP: AES in counter mode (RFC 3711 §4.1.1) and AES-GCM (RFC 7714).

use aes::cipher::{Array, BlockCipherEncrypt, KeyInit, KeyIvInit, StreamCipher};
use aes::{Aes128, Aes256};
use ring::aead::{AES_128_GCM, AES_256_GCM, Aad, Algorithm, LessSafeKey, Nonce, Tag, UnboundKey};
use str0m::crypto::{
    AeadAes128GcmCipher, AeadAes256GcmCipher, Aes128CmSha1_80Cipher, CryptoError, SrtpProvider,
    SupportedAeadAes128Gcm, SupportedAeadAes256Gcm, SupportedAes128CmSha1_80,
};

/// What the key of AES-GCM adds to what is encrypted.
const TAG: usize = 16;
/// AES works on so many bytes at once.
const BLOCK: usize = 16;

/// All profiles of SRTP.
#[derive(Debug)]
pub(super) struct Srtp;

impl SrtpProvider for Srtp {
    fn aes_128_cm_sha1_80(&self) -> &'static dyn SupportedAes128CmSha1_80 {
        &CounterMode
    }

    fn aead_aes_128_gcm(&self) -> &'static dyn SupportedAeadAes128Gcm {
        &Gcm
    }

    fn aead_aes_256_gcm(&self) -> &'static dyn SupportedAeadAes256Gcm {
        &Gcm
    }

    fn srtp_aes_128_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        if let Ok(cipher) = Aes128::new_from_slice(key) {
            round(&cipher, input, output);
        }
    }

    fn srtp_aes_256_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        if let Ok(cipher) = Aes256::new_from_slice(key) {
            round(&cipher, input, output);
        }
    }
}

/// Encrypts a block, from which keys are derived (RFC 3711 §4.3.3).
fn round<C>(cipher: &C, input: &[u8], output: &mut [u8])
where
    C: BlockCipherEncrypt + aes::cipher::BlockSizeUser<BlockSize = aes::cipher::consts::U16>,
{
    let (Some(input), Some(output)) = (input.first_chunk(), output.first_chunk_mut()) else {
        return;
    };
    let mut block = Array::from(*input);
    cipher.encrypt_block(&mut block);
    *output = block.into();
}

#[derive(Debug)]
struct CounterMode;

impl SupportedAes128CmSha1_80 for CounterMode {
    fn create_cipher(&self, key: [u8; BLOCK], _: bool) -> Box<dyn Aes128CmSha1_80Cipher> {
        Box::new(Counter { key })
    }
}

struct Counter {
    key: [u8; BLOCK],
}

impl std::fmt::Debug for Counter {
    /// Without the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Counter").finish_non_exhaustive()
    }
}

impl Aes128CmSha1_80Cipher for Counter {
    fn encrypt(
        &mut self,
        iv: &[u8; BLOCK],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        let output = room(output, input.len())?;
        output.copy_from_slice(input);
        let mut stream = ctr::Ctr128BE::<Aes128>::new(&self.key.into(), iv.into());
        stream
            .try_apply_keystream(output)
            .map_err(|_| failed("more than a packet"))
    }

    fn decrypt(
        &mut self,
        iv: &[u8; BLOCK],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        // The same bits are turned back.
        self.encrypt(iv, input, output)
    }
}

#[derive(Debug)]
struct Gcm;

impl SupportedAeadAes128Gcm for Gcm {
    fn create_cipher(&self, key: [u8; 16], _: bool) -> Box<dyn AeadAes128GcmCipher> {
        Box::new(Sealer::new(&AES_128_GCM, &key))
    }
}

impl SupportedAeadAes256Gcm for Gcm {
    fn create_cipher(&self, key: [u8; 32], _: bool) -> Box<dyn AeadAes256GcmCipher> {
        Box::new(Sealer::new(&AES_256_GCM, &key))
    }
}

#[derive(Debug)]
struct Sealer(Option<LessSafeKey>);

impl Sealer {
    fn new(algorithm: &'static Algorithm, key: &[u8]) -> Self {
        // A key of the right length is never refused.
        Self(UnboundKey::new(algorithm, key).ok().map(LessSafeKey::new))
    }

    fn key(&self) -> Result<&LessSafeKey, CryptoError> {
        self.0.as_ref().ok_or_else(|| failed("a key"))
    }

    fn seal(
        &self,
        iv: [u8; 12],
        aad: &[u8],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        let output = room(output, input.len() + TAG)?;
        let (text, room) = output.split_at_mut(input.len());
        text.copy_from_slice(input);
        let nonce = Nonce::assume_unique_for_key(iv);
        let sealed = self
            .key()?
            .seal_in_place_separate_tag(nonce, Aad::from(aad), text);
        let tag = sealed.map_err(|_| failed("a packet that is too long"))?;
        room.copy_from_slice(tag.as_ref());
        Ok(())
    }

    fn open(
        &self,
        iv: [u8; 12],
        aads: &[&[u8]],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, CryptoError> {
        let Some((text, tag)) = input.split_last_chunk::<TAG>() else {
            return Err(failed("a packet that is too short"));
        };
        let output = room(output, text.len())?;
        output.copy_from_slice(text);
        let nonce = Nonce::assume_unique_for_key(iv);
        let all;
        let aad = match aads {
            [aad] => *aad,
            aads => {
                all = aads.concat();
                &all
            }
        };
        let opened = self.key()?.open_in_place_separate_tag(
            nonce,
            Aad::from(aad),
            Tag::from(*tag),
            output,
            0..,
        );
        opened.map_err(|_| failed("a packet that is not the peer's"))?;
        Ok(text.len())
    }
}

impl AeadAes128GcmCipher for Sealer {
    fn encrypt(
        &mut self,
        iv: &[u8; 12],
        aad: &[u8],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        self.seal(*iv, aad, input, output)
    }

    fn decrypt(
        &mut self,
        iv: &[u8; 12],
        aads: &[&[u8]],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, CryptoError> {
        self.open(*iv, aads, input, output)
    }
}

impl AeadAes256GcmCipher for Sealer {
    fn encrypt(
        &mut self,
        iv: &[u8; 12],
        aad: &[u8],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        self.seal(*iv, aad, input, output)
    }

    fn decrypt(
        &mut self,
        iv: &[u8; 12],
        aads: &[&[u8]],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, CryptoError> {
        self.open(*iv, aads, input, output)
    }
}

/// So much of the output.
fn room(output: &mut [u8], len: usize) -> Result<&mut [u8], CryptoError> {
    output
        .get_mut(..len)
        .ok_or_else(|| failed("no room for a packet"))
}

fn failed(what: &str) -> CryptoError {
    CryptoError::Other(what.to_owned())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn keys_are_derived_by_aes() {
        // FIPS 197, appendix C.
        let text: Vec<u8> = (0..16).map(|n| n * 0x11).collect();
        let key: Vec<u8> = (0..32).collect();
        let mut out = [0; 32];
        Srtp.srtp_aes_128_ecb_round(&key[..16], &text, &mut out);
        assert_eq!(out[..4], [0x69, 0xc4, 0xe0, 0xd8]);
        Srtp.srtp_aes_256_ecb_round(&key, &text, &mut out);
        assert_eq!(out[..4], [0x8e, 0xa2, 0xb7, 0xca]);
    }

    #[test]
    fn the_counter_is_that_of_rfc_3711() {
        // Appendix B.2: the keystream is what zeros become.
        let key = [
            0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf,
            0x4f, 0x3c,
        ];
        let mut iv = [0xf0; 16];
        for (n, byte) in iv.iter_mut().enumerate().take(14) {
            *byte += u8::try_from(n).unwrap();
        }
        iv[14..].fill(0);
        let mut out = [0; 40];
        let mut cipher = Srtp.aes_128_cm_sha1_80().create_cipher(key, true);
        cipher.encrypt(&iv, &[0; 32], &mut out).unwrap();
        assert_eq!(out[..4], [0xe0, 0x3e, 0xad, 0x09]);
        assert_eq!(out[16..20], [0xd2, 0x35, 0x13, 0x16]);
        assert!(cipher.encrypt(&iv, &[0; 41], &mut out).is_err());
    }

    #[test]
    fn what_is_sealed_opens_for_whoever_has_the_key() {
        let mut cipher = Srtp.aead_aes_256_gcm().create_cipher([3; 32], true);
        let mut sealed = [0; 21];
        cipher
            .encrypt(&[9; 12], b"head", b"media", &mut sealed)
            .unwrap();
        let mut opened = [0; 5];
        let len = cipher.decrypt(&[9; 12], &[b"he", b"ad"], &sealed, &mut opened);
        assert_eq!((len.unwrap(), &opened), (5, b"media"));
        sealed[0] ^= 1;
        assert!(
            cipher
                .decrypt(&[9; 12], &[b"head"], &sealed, &mut opened)
                .is_err()
        );
        assert!(
            cipher
                .decrypt(&[9; 12], &[b"head"], &[1; 9], &mut opened)
                .is_err()
        );
    }
}
