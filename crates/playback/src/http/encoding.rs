//! `Accept-Encoding` (RFC 9110 §12.5.3).

use http::HeaderMap;
use http::header::ACCEPT_ENCODING;

/// Whether the client takes gzip. Without the header it gets plain bytes: any
/// coding would be allowed, but not every player would cope.
pub fn accepts_gzip(headers: &HeaderMap) -> bool {
    let mut any = None;
    let items = headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    for item in items {
        let (coding, parameters) = item.split_once(';').unwrap_or((item, ""));
        let accepted = !refused(parameters);
        match coding.trim().to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => return accepted,
            "*" => any = Some(accepted),
            _ => {}
        }
    }
    any.unwrap_or(false)
}

fn refused(parameters: &str) -> bool {
    parameters
        .trim()
        .strip_prefix("q=")
        .or_else(|| parameters.trim().strip_prefix("Q="))
        .is_some_and(|weight| weight.parse::<f32>().is_ok_and(|weight| weight <= 0.0))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use http::HeaderValue;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(None, false)]
    #[case(Some(""), false)]
    #[case(Some("gzip, deflate, br"), true)]
    #[case(Some("br;q=1.0, gzip;q=0.8"), true)]
    #[case(Some("GZIP"), true)]
    #[case(Some("gzip;q=0"), false)]
    #[case(Some("gzip; q=0.000, *"), false)]
    #[case(Some("*"), true)]
    #[case(Some("*;q=0"), false)]
    #[case(Some("identity"), false)]
    #[case(Some("gzipped"), false)]
    fn gzip_is_sent_to_those_who_ask(#[case] header: Option<&str>, #[case] want: bool) {
        let mut headers = HeaderMap::new();
        if let Some(value) = header {
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_str(value).unwrap());
        }
        assert_eq!(accepts_gzip(&headers), want);
    }
}
