//! `Content-Disposition` for downloads (RFC 6266, RFC 8187).

use std::fmt::Write as _;

/// Characters of a file name that are kept: far more than any title needs.
const MAX_NAME: usize = 150;

/// `attachment` with a file name for every client: an ASCII form for the old
/// ones, and, where it differs, the UTF-8 form of RFC 8187.
///
/// Characters that mean something to a file system or a header become `_`.
pub fn attachment(name: &str) -> String {
    let clean: String = name
        .chars()
        .take(MAX_NAME)
        .map(|c| match c {
            '/' | '\\' | '"' | ':' | '*' | '?' | '<' | '>' | '|' => '_',
            c if c.is_control() => '_',
            c => c,
        })
        .collect();
    let clean = clean.trim_matches([' ', '.']);
    let clean = if clean.is_empty() { "video" } else { clean };
    let ascii: String = clean
        .chars()
        .map(|c| if c.is_ascii() { c } else { '_' })
        .collect();
    let mut header = format!("attachment; filename=\"{ascii}\"");
    if ascii != clean {
        header.push_str("; filename*=UTF-8''");
        for byte in clean.bytes() {
            // attr-char of RFC 8187 §3.2.1; the rest is percent-encoded.
            if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
                header.push(char::from(byte));
            } else {
                let _ = write!(header, "%{byte:02X}");
            }
        }
    }
    header
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Big Buck Bunny.mp4", r#"attachment; filename="Big Buck Bunny.mp4""#)]
    #[case("", r#"attachment; filename="video""#)]
    #[case("../../etc/passwd", r#"attachment; filename="_.._etc_passwd""#)]
    #[case(
        "a\"; x=\"\r\nSet-Cookie: b",
        r#"attachment; filename="a_; x=___Set-Cookie_ b""#
    )]
    #[case(
        "Œuvre 1.mp4",
        r#"attachment; filename="_uvre 1.mp4"; filename*=UTF-8''%C5%92uvre%201.mp4"#
    )]
    #[case(
        "映画",
        r#"attachment; filename="__"; filename*=UTF-8''%E6%98%A0%E7%94%BB"#
    )]
    fn names_survive_the_header(#[case] name: &str, #[case] want: &str) {
        assert_eq!(attachment(name), want);
        assert!(http::HeaderValue::from_str(&attachment(name)).is_ok());
    }

    #[test]
    fn a_long_name_is_cut() {
        assert!(attachment(&"ß".repeat(5000)).len() < 1200);
    }
}
