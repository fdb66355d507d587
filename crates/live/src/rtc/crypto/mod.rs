//! The cryptography of WebRTC, of what the workspace has already: *ring* for hashes, STUN's
//! HMAC and SRTP with AES-GCM, the `aes` crate for SRTP's counter mode (RFC 3711), and `dimpl`
//! for DTLS. So no second TLS library comes in.

mod dtls;
mod srtp;

use std::sync::Arc;

use ring::{digest, hmac};
use str0m::crypto::dtls::DtlsCert;
use str0m::crypto::{CryptoProvider, Sha1HmacProvider, Sha1Provider, Sha256Provider};

/// How everything is done.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(CryptoProvider {
        srtp_provider: &srtp::Srtp,
        sha1_hmac_provider: &Hashes,
        sha1_provider: &Hashes,
        sha256_provider: &Hashes,
        dtls_provider: &dtls::Dtls,
    })
}

/// A certificate of our own, which peers know by its fingerprint. Takes some milliseconds.
///
/// Errors: those of the source of random numbers.
pub(super) fn certificate() -> Result<DtlsCert, rcgen::Error> {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256)?;
    // No name says anything here: peers compare fingerprints.
    let certificate = rcgen::CertificateParams::new(Vec::new())?.self_signed(&key)?;
    Ok(DtlsCert {
        certificate: certificate.der().to_vec(),
        private_key: key.serialize_der(),
    })
}

/// Hashes, and STUN's HMAC.
#[derive(Debug)]
struct Hashes;

impl Sha1HmacProvider for Hashes {
    fn sha1_hmac(&self, key: &[u8], payloads: &[&[u8]]) -> [u8; 20] {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, key);
        let mut signing = hmac::Context::with_key(&key);
        for payload in payloads {
            signing.update(payload);
        }
        sized(signing.sign().as_ref())
    }
}

impl Sha1Provider for Hashes {
    fn sha1(&self, data: &[u8]) -> [u8; 20] {
        sized(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, data).as_ref())
    }
}

impl Sha256Provider for Hashes {
    fn sha256(&self, data: &[u8]) -> [u8; 32] {
        sized(digest::digest(&digest::SHA256, data).as_ref())
    }
}

/// The bytes of a hash, whose length is that of its algorithm.
fn sized<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    for (to, from) in out.iter_mut().zip(bytes) {
        *to = *from;
    }
    out
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        use std::fmt::Write as _;
        bytes.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        })
    }

    #[test]
    fn hashes_are_what_the_standards_say() {
        // FIPS 180-2, RFC 2202 §3.
        assert_eq!(
            hex(&Hashes.sha1(b"abc")),
            "a9993e364706816aba3e25717850c26c9cd0d89d"
        );
        assert!(hex(&Hashes.sha256(b"abc")).starts_with("ba7816bf8f01cfea"));
        let what: [&[u8]; 2] = [b"what do ya want ", b"for nothing?"];
        assert_eq!(
            hex(&Hashes.sha1_hmac(b"Jefe", &what)),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
        );
    }

    #[test]
    fn a_certificate_serves_a_handshake() {
        let certificate = certificate().unwrap();
        let provider = provider();
        let made = provider.dtls_provider.new_dtls(
            &certificate,
            std::time::Instant::now(),
            str0m::crypto::dtls::DtlsVersion::default(),
            None,
        );
        assert!(made.is_ok());
    }
}
