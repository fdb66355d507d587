//! Time-based one-time passwords (RFC 6238 over RFC 4226): SHA-1, 30 seconds,
//! six digits, which is what every authenticator application speaks.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use subtle::ConstantTimeEq as _;

use super::base32;

/// Bytes of a secret: as many as SHA-1 gives (RFC 4226, section 4, R6).
pub(crate) const SECRET_LEN: usize = 20;
/// Seconds that a code is shown.
const STEP: i64 = 30;
const DIGITS: usize = 6;
/// Steps by which a telephone's clock may be off, either way.
const SKEW: i64 = 1;

/// The code of this step (RFC 4226, section 5.3).
fn code(secret: &[u8], step: i64, digits: usize) -> String {
    let hash = Hmac::<Sha1>::new_from_slice(secret)
        .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"))
        .chain_update(step.to_be_bytes())
        .finalize()
        .into_bytes();
    let offset = usize::from(hash[hash.len() - 1] & 15);
    let mut word = [0; 4];
    word.copy_from_slice(&hash[offset..offset + 4]);
    let number = u32::from_be_bytes(word) & 0x7fff_ffff;
    let modulus = 10_u32.pow(u32::try_from(digits).unwrap_or(6));
    format!("{:0digits$}", number % modulus)
}

/// The step at which this code is shown around `now` (seconds since the Unix
/// epoch), if it is one, and later than `last`, the step of the code accepted
/// last: no code is good twice (RFC 6238, section 5.2).
pub(crate) fn verify(secret: &[u8], typed: &str, now: i64, last: Option<i64>) -> Option<i64> {
    let typed: String = typed
        .chars()
        .filter(|c| !c.is_whitespace())
        .take(16)
        .collect();
    let here = now.div_euclid(STEP);
    let mut found = None;
    for step in here - SKEW..=here + SKEW {
        let right = code(secret, step, DIGITS);
        if bool::from(right.as_bytes().ct_eq(typed.as_bytes())) {
            found = Some(step);
        }
    }
    found.filter(|step| last.is_none_or(|last| *step > last))
}

/// The address that a QR code hands to an authenticator application.
pub(crate) fn address(secret: &[u8], service: &str, account: &str) -> String {
    let mut url = String::from("otpauth://totp/");
    let escaped = |text: &str| {
        let mut out = String::new();
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                out.push(char::from(byte));
            } else {
                let _ = write!(out, "%{byte:02X}");
            }
        }
        out
    };
    let issuer = escaped(service);
    let _ = write!(
        url,
        "{issuer}:{}?secret={}&issuer={issuer}",
        escaped(account),
        base32::encode(secret)
    );
    url
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    /// RFC 6238, appendix B.
    #[rstest]
    #[case(59, "94287082")]
    #[case(1_111_111_109, "07081804")]
    #[case(1_111_111_111, "14050471")]
    #[case(1_234_567_890, "89005924")]
    #[case(2_000_000_000, "69279037")]
    #[case(20_000_000_000, "65353130")]
    fn the_rfc_s_own_vectors(#[case] at: i64, #[case] expected: &str) {
        assert_eq!(code(SECRET, at / STEP, 8), expected);
        let six = &expected[2..];
        assert_eq!(verify(SECRET, six, at, None), Some(at / STEP));
        assert_eq!(verify(SECRET, six, at + STEP, None), Some(at / STEP));
        assert_eq!(verify(SECRET, six, at + 3 * STEP, None), None);
    }

    #[test]
    fn a_code_is_good_once() {
        let at = 1_111_111_111;
        let shown = code(SECRET, at / STEP, DIGITS);
        let step = verify(SECRET, &shown, at, None);
        assert!(step.is_some());
        assert_eq!(verify(SECRET, &shown, at, step), None);
    }

    #[test]
    fn an_address_names_service_and_account() {
        assert_eq!(
            address(SECRET, "Film club", "ada@example.org"),
            "otpauth://totp/Film%20club:ada%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Film%20club"
        );
    }

    proptest! {
        #[test]
        fn only_codes_of_the_window_are_accepted(now in 0_i64..1 << 40, off in -1000_i64..1000) {
            let step = now.div_euclid(STEP) + off;
            let shown = code(SECRET, step, DIGITS);
            if let Some(found) = verify(SECRET, &shown, now, None) {
                prop_assert!((found - now.div_euclid(STEP)).abs() <= SKEW);
                prop_assert_eq!(code(SECRET, found, DIGITS), shown);
            } else {
                prop_assert!(off.abs() > SKEW);
            }
        }

        #[test]
        fn no_text_brings_it_down(text in ".{0,40}") {
            let _ = verify(SECRET, &text, 0, None);
        }
    }
}
