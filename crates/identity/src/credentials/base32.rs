//! RFC 4648 base 32 without padding, the form in which authenticator
//! applications take a secret.

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The bytes as text.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for chunk in bytes.chunks(5) {
        let mut block = [0; 8];
        block[3..3 + chunk.len()].copy_from_slice(chunk);
        let bits = u64::from_be_bytes(block);
        let letters = (chunk.len() * 8).div_ceil(5);
        for place in 0..letters {
            let index = (bits >> (35 - 5 * place)) & 31;
            out.push(char::from(ALPHABET[usize::try_from(index).unwrap_or(0)]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// RFC 4648, section 10.
    #[rstest]
    #[case("", "")]
    #[case("f", "MY")]
    #[case("fo", "MZXQ")]
    #[case("foo", "MZXW6")]
    #[case("foob", "MZXW6YQ")]
    #[case("fooba", "MZXW6YTB")]
    #[case("foobar", "MZXW6YTBOI")]
    fn the_rfc_s_own_examples(#[case] bytes: &str, #[case] text: &str) {
        assert_eq!(encode(bytes.as_bytes()), text);
    }
}
