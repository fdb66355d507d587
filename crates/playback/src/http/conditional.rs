//! Conditional requests (RFC 9110 §13) and the range they may guard (§13.1.5).

use std::ops::Range;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::header::{
    AsHeaderName, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, RANGE,
};
use http::{HeaderMap, Method};

use super::range::{RangeOutcome, resolve_range};

/// The end of the year 9999, beyond which the format has no room.
const LAST: Duration = Duration::from_secs(253_402_300_799);

/// What identifies one state of a representation.
#[derive(Debug, Clone, Copy)]
pub struct Validators<'a> {
    /// A strong entity tag with its quotes (RFC 9110 §8.8.3).
    pub etag: &'a str,
    /// When it last changed, in whole seconds since the Unix epoch.
    pub modified: Option<i64>,
}

/// What to answer to a GET or HEAD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// 200 with everything.
    Whole,
    /// 206 with these bytes.
    Part(Range<u64>),
    /// 304: the client's copy is current.
    NotModified,
    /// 412: the client wants another state than there is.
    PreconditionFailed,
    /// 416: no byte of the wanted range exists.
    Unsatisfiable,
}

/// Evaluates the conditions of a request in the order that RFC 9110 §13.2.2
/// prescribes, and then its range.
///
/// `Range` counts for GET only (§14.2): a HEAD is answered as without it.
pub fn evaluate(
    method: &Method,
    headers: &HeaderMap,
    validators: Validators<'_>,
    length: u64,
) -> Outcome {
    if let Some(outcome) = conditions(headers, validators) {
        return outcome;
    }
    let Some(range) = text(headers, RANGE).filter(|_| *method == Method::GET) else {
        return Outcome::Whole;
    };
    if text(headers, IF_RANGE).is_some_and(|guard| !guard_holds(guard, validators)) {
        return Outcome::Whole;
    }
    match resolve_range(range, length) {
        RangeOutcome::Whole => Outcome::Whole,
        RangeOutcome::Part(range) => Outcome::Part(range),
        RangeOutcome::Unsatisfiable => Outcome::Unsatisfiable,
    }
}

/// Whether a client that sent these headers holds the current state already.
pub fn not_modified(headers: &HeaderMap, validators: Validators<'_>) -> bool {
    conditions(headers, validators) == Some(Outcome::NotModified)
}

fn conditions(headers: &HeaderMap, validators: Validators<'_>) -> Option<Outcome> {
    // The usual request for a segment carries none of these.
    if headers.contains_key(IF_MATCH) {
        if !lists(headers, IF_MATCH, |tag| tag == validators.etag) {
            return Some(Outcome::PreconditionFailed);
        }
    } else if let Some(since) = text(headers, IF_UNMODIFIED_SINCE).and_then(parse_http_date)
        && validators.modified.is_some_and(|at| at > since)
    {
        return Some(Outcome::PreconditionFailed);
    }
    if headers.contains_key(IF_NONE_MATCH) {
        if lists(headers, IF_NONE_MATCH, |tag| {
            // Weak comparison (§8.8.3.2): the mark of weakness does not count.
            tag.strip_prefix("W/").unwrap_or(tag) == validators.etag
        }) {
            return Some(Outcome::NotModified);
        }
    } else if let Some(since) = text(headers, IF_MODIFIED_SINCE).and_then(parse_http_date)
        && validators.modified.is_some_and(|at| at <= since)
    {
        return Some(Outcome::NotModified);
    }
    None
}

/// `If-Range`: a strong entity tag, or exactly the date we gave (§13.1.5).
fn guard_holds(guard: &str, validators: Validators<'_>) -> bool {
    if guard.starts_with('"') || guard.starts_with("W/") {
        return guard == validators.etag;
    }
    match (parse_http_date(guard), validators.modified) {
        (Some(date), Some(modified)) => date == modified,
        _ => false,
    }
}

fn text<K: AsHeaderName>(headers: &HeaderMap, name: K) -> Option<&str> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .map(str::trim)
}

fn lists<K: AsHeaderName>(headers: &HeaderMap, name: K, matches: impl Fn(&str) -> bool) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.trim() == "*" || tags(value).any(&matches))
}

/// The entity tags of a list. Commas inside the quotes belong to the tag.
fn tags(list: &str) -> impl Iterator<Item = &str> {
    let mut rest = list;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let open = if rest.starts_with("W/\"") {
            3
        } else if rest.starts_with('"') {
            1
        } else {
            return None;
        };
        let close = open + rest[open..].find('"')?;
        let (tag, after) = rest.split_at(close + 1);
        rest = after;
        Some(tag)
    })
}

/// An instant in the one format that servers send (IMF-fixdate, RFC 9110 §5.6.7).
pub fn http_date(seconds: i64) -> String {
    let since = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
    httpdate::fmt_http_date(UNIX_EPOCH + since.min(LAST))
}

/// Seconds since the Unix epoch, from any of the three formats that RFC 9110
/// §5.6.7 wants understood.
pub fn parse_http_date(text: &str) -> Option<i64> {
    let at: SystemTime = httpdate::parse_http_date(text).ok()?;
    i64::try_from(at.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use http::{HeaderName, HeaderValue};
    use rstest::rstest;

    use super::Outcome::{NotModified, Part, PreconditionFailed, Unsatisfiable, Whole};
    use super::*;

    const ETAG: &str = "\"v1\"";
    const MODIFIED: i64 = 784_111_777;
    const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const EARLIER: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
    const LATER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";

    fn ask(method: &Method, lines: &[(&str, &str)]) -> Outcome {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(
                HeaderName::from_bytes(name.as_bytes()).unwrap(),
                HeaderValue::from_str(value).unwrap(),
            );
        }
        let validators = Validators {
            etag: ETAG,
            modified: Some(MODIFIED),
        };
        evaluate(method, &headers, validators, 100)
    }

    #[rstest]
    #[case::plain(&[], Whole)]
    #[case::range(&[("range", "bytes=1-2")], Part(1..3))]
    #[case::beyond(&[("range", "bytes=100-")], Unsatisfiable)]
    // If-Range
    #[case::guard_tag(&[("range", "bytes=1-2"), ("if-range", ETAG)], Part(1..3))]
    #[case::guard_other_tag(&[("range", "bytes=1-2"), ("if-range", "\"v0\"")], Whole)]
    #[case::guard_weak_tag(&[("range", "bytes=1-2"), ("if-range", "W/\"v1\"")], Whole)]
    #[case::guard_date(&[("range", "bytes=1-2"), ("if-range", DATE)], Part(1..3))]
    #[case::guard_later_date(&[("range", "bytes=1-2"), ("if-range", LATER)], Whole)]
    #[case::guard_earlier_date(&[("range", "bytes=1-2"), ("if-range", EARLIER)], Whole)]
    #[case::guard_nonsense(&[("range", "bytes=1-2"), ("if-range", "v1")], Whole)]
    #[case::guard_spares_416(&[("range", "bytes=100-"), ("if-range", "\"v0\"")], Whole)]
    #[case::guard_alone(&[("if-range", ETAG)], Whole)]
    // If-None-Match
    #[case::same(&[("if-none-match", ETAG)], NotModified)]
    #[case::same_weak(&[("if-none-match", "W/\"v1\"")], NotModified)]
    #[case::one_of_many(&[("if-none-match", "\"a,b\", W/\"x\" ,\"v1\"")], NotModified)]
    #[case::second_line(&[("if-none-match", "\"a\""), ("if-none-match", ETAG)], NotModified)]
    #[case::any(&[("if-none-match", "*")], NotModified)]
    #[case::other(&[("if-none-match", "\"v2\"")], Whole)]
    #[case::inside_another(&[("if-none-match", "\"a,\"v1\"")], Whole)]
    #[case::unquoted(&[("if-none-match", "v1")], Whole)]
    #[case::before_range(&[("if-none-match", ETAG), ("range", "bytes=1-2")], NotModified)]
    #[case::tag_beats_date(&[("if-none-match", "\"v2\""), ("if-modified-since", LATER)], Whole)]
    // If-Modified-Since
    #[case::since_then(&[("if-modified-since", DATE)], NotModified)]
    #[case::since_later(&[("if-modified-since", LATER)], NotModified)]
    #[case::since_earlier(&[("if-modified-since", EARLIER)], Whole)]
    #[case::since_rfc850(&[("if-modified-since", "Sunday, 06-Nov-94 08:49:37 GMT")], NotModified)]
    #[case::since_asctime(&[("if-modified-since", "Sun Nov  6 08:49:37 1994")], NotModified)]
    #[case::since_nonsense(&[("if-modified-since", "yesterday")], Whole)]
    // If-Match, If-Unmodified-Since
    #[case::must_match(&[("if-match", ETAG)], Whole)]
    #[case::must_match_weak(&[("if-match", "W/\"v1\"")], PreconditionFailed)]
    #[case::must_match_other(&[("if-match", "\"v2\"")], PreconditionFailed)]
    #[case::must_match_any(&[("if-match", "*")], Whole)]
    #[case::unmodified_since(&[("if-unmodified-since", DATE)], Whole)]
    #[case::modified_since(&[("if-unmodified-since", EARLIER)], PreconditionFailed)]
    #[case::match_beats_date(&[("if-match", ETAG), ("if-unmodified-since", EARLIER)], Whole)]
    fn conditions_are_taken_in_order(#[case] lines: &[(&str, &str)], #[case] want: Outcome) {
        assert_eq!(ask(&Method::GET, lines), want);
    }

    #[rstest]
    #[case(&[("range", "bytes=1-2")], Whole)]
    #[case(&[("range", "bytes=100-")], Whole)]
    #[case(&[("if-none-match", ETAG)], NotModified)]
    fn head_knows_no_range(#[case] lines: &[(&str, &str)], #[case] want: Outcome) {
        assert_eq!(ask(&Method::HEAD, lines), want);
    }

    #[test]
    fn dates_are_written_in_the_one_format() {
        assert_eq!(http_date(MODIFIED), DATE);
        assert_eq!(parse_http_date(DATE), Some(MODIFIED));
        assert_eq!(http_date(-5), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(http_date(i64::MAX), "Fri, 31 Dec 9999 23:59:59 GMT");
    }

    #[test]
    fn bytes_that_are_no_text_are_no_condition() {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, HeaderValue::from_bytes(b"bytes=\xff").unwrap());
        let validators = Validators {
            etag: ETAG,
            modified: None,
        };
        assert_eq!(evaluate(&Method::GET, &headers, validators, 9), Whole);
    }
}
