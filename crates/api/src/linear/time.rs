//! Instants of channels, which are UTC milliseconds, and what clients write and read for them.

use jiff::Timestamp;

use crate::videos::view::rfc3339;
use crate::{Problem, ProblemResult};

/// The furthest instant that is taken, in milliseconds: the year 2200.
const FURTHEST: i64 = 7_258_118_400_000;

/// An instant as clients read it.
pub(crate) fn instant(ms: i64) -> String {
    rfc3339(ms.saturating_mul(1000))
}

/// Milliseconds as seconds.
pub(super) fn seconds(ms: i64) -> f64 {
    ms as f64 / 1000.0
}

/// An instant as clients write it: RFC 3339, or milliseconds since 1970.
pub(crate) fn read(field: &'static str, text: &str) -> ProblemResult<i64> {
    let refused = || {
        Problem::field(
            field,
            "must be an instant such as 2027-01-31T18:00:00Z, or milliseconds since 1970",
        )
    };
    let digits = !text.is_empty() && text.len() <= 15 && text.bytes().all(|b| b.is_ascii_digit());
    let ms = if digits {
        text.parse::<i64>().map_err(|_| refused())?
    } else {
        // A plus that nobody escaped has become a space.
        let text = text.replace(' ', "+");
        let instant: Timestamp = text.parse().map_err(|_| refused())?;
        instant.as_millisecond()
    };
    if (0..=FURTHEST).contains(&ms) {
        Ok(ms)
    } else {
        Err(refused())
    }
}

/// The same of a field that may be absent.
pub(super) fn read_some(field: &'static str, text: Option<&str>) -> ProblemResult<Option<i64>> {
    text.filter(|text| !text.is_empty())
        .map(|text| read(field, text))
        .transpose()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn instants_are_read_both_ways() {
        assert_eq!(read("from", "1772324645007").unwrap(), 1_772_324_645_007);
        let text = instant(1_772_324_645_007);
        assert_eq!(read("from", &text).unwrap(), 1_772_324_645_007);
        assert_eq!(
            read("from", "2026-03-01T01:24:05.007 01:00").unwrap(),
            1_772_324_645_007
        );
        for text in [
            "",
            "soon",
            "99999999999999999",
            "2026-03-01",
            "-5",
            "9999-12-31T00:00:00Z",
        ] {
            assert!(read("from", text).is_err(), "{text}");
        }
    }
}
