//! Signatures after the Standard Webhooks specification.
//!
//! What is signed is `{id}.{timestamp}.{body}`; the key is what follows
//! `whsec_` in the secret, in base64; the header says `v1,` and the HMAC-SHA256
//! in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// How secrets begin.
const PREFIX: &str = "whsec_";
/// Bytes of a key.
const KEY_LEN: usize = 32;

/// A new key.
pub(super) fn random_key() -> [u8; KEY_LEN] {
    rand::random()
}

/// A key as whoever verifies with it is given it.
pub(super) fn secret(key: &[u8]) -> String {
    format!("{PREFIX}{}", STANDARD.encode(key))
}

/// What `webhook-signature` says of this message, at this second since the Unix
/// epoch.
pub(super) fn sign(key: &[u8], id: &str, seconds: i64, body: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(key)
        .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"))
        .chain_update(format!("{id}.{seconds}."))
        .chain_update(body)
        .finalize();
    format!("v1,{}", STANDARD.encode(mac.into_bytes()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_others() {
        // Made with `openssl dgst -sha256 -mac HMAC`.
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = sign(
            &key,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert!(secret(&random_key()).len() > 40);
        assert_ne!(random_key(), random_key());
    }
}
