//! `Range` and `Content-Range` in bytes (RFC 9110 §14).

use std::ops::Range;

/// Ranges a client may list before the header is ignored: each costs work, and
/// RFC 9110 §14.2 lets a server ignore "many small ranges".
const MAX_RANGES: usize = 32;

/// What a `Range` header asks of a representation of known length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RangeOutcome {
    /// The header is absent, malformed, of another unit, or asks for parts that
    /// do not join into one: send everything (200).
    Whole,
    /// Send exactly these bytes (206). Never empty.
    Part(Range<u64>),
    /// No byte of it exists (416).
    Unsatisfiable,
}

/// Reads a `Range` header against a representation of `length` bytes.
///
/// Several ranges are answered in one piece if they overlap or touch, and with
/// the whole representation if they do not: RFC 9110 §14.2 allows both, and no
/// media player asks for more than one. A malformed header is ignored, as the
/// same section demands.
pub fn resolve_range(header: &str, length: u64) -> RangeOutcome {
    let Some(ranges) = parse(header, length) else {
        return RangeOutcome::Whole;
    };
    let mut satisfiable: Vec<Range<u64>> = ranges.into_iter().flatten().collect();
    if satisfiable.is_empty() {
        return RangeOutcome::Unsatisfiable;
    }
    satisfiable.sort_unstable_by_key(|range| range.start);
    let mut joined = satisfiable[0].clone();
    for next in &satisfiable[1..] {
        if next.start > joined.end {
            return RangeOutcome::Whole;
        }
        joined.end = joined.end.max(next.end);
    }
    if joined.is_empty() {
        // A suffix of an empty representation: satisfiable, but there is no
        // Content-Range that could say so.
        return RangeOutcome::Whole;
    }
    RangeOutcome::Part(joined)
}

/// All ranges of the header; `None` in place of one that no byte satisfies, and
/// `None` altogether if the header must be ignored.
fn parse(header: &str, length: u64) -> Option<Vec<Option<Range<u64>>>> {
    let (unit, set) = header.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let mut ranges = Vec::new();
    for spec in set.split(',') {
        let spec = spec.trim_matches([' ', '\t']);
        if spec.is_empty() {
            // List syntax allows empty elements (RFC 9110 §5.6.1.2).
            continue;
        }
        if ranges.len() == MAX_RANGES {
            return None;
        }
        ranges.push(parse_one(spec, length)?);
    }
    (!ranges.is_empty()).then_some(ranges)
}

#[expect(
    clippy::option_option,
    reason = "outer: malformed; inner: beyond the end"
)]
fn parse_one(spec: &str, length: u64) -> Option<Option<Range<u64>>> {
    let (first, last) = spec.split_once('-')?;
    if first.is_empty() {
        let suffix = digits(last)?;
        if suffix == 0 {
            return Some(None);
        }
        return Some(Some(length.saturating_sub(suffix)..length));
    }
    let first = digits(first)?;
    let end = if last.is_empty() {
        length
    } else {
        let last = digits(last)?;
        if last < first {
            return None;
        }
        last.saturating_add(1).min(length)
    };
    Some((first < length).then_some(first..end))
}

/// One or more digits; a number beyond 64 bits is as good as the greatest.
fn digits(text: &str) -> Option<u64> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(text.parse().unwrap_or(u64::MAX))
}

/// `Content-Range` of a 206 (RFC 9110 §14.4). `range` is not empty.
pub fn content_range(range: &Range<u64>, length: u64) -> String {
    format!(
        "bytes {}-{}/{length}",
        range.start,
        range.end.saturating_sub(1)
    )
}

/// `Content-Range` of a 416 (RFC 9110 §15.5.17).
pub fn unsatisfied_range(length: u64) -> String {
    format!("bytes */{length}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::RangeOutcome::{Part, Unsatisfiable, Whole};
    use super::*;

    #[rstest]
    #[case::first_byte("bytes=0-0", Part(0..1))]
    #[case::middle("bytes=200-499", Part(200..500))]
    #[case::open_end("bytes=200-", Part(200..1000))]
    #[case::all("bytes=0-", Part(0..1000))]
    #[case::last_byte("bytes=999-999", Part(999..1000))]
    #[case::end_beyond("bytes=990-5000", Part(990..1000))]
    #[case::end_beyond_u64("bytes=990-99999999999999999999999", Part(990..1000))]
    #[case::end_is_u64_max("bytes=990-18446744073709551615", Part(990..1000))]
    #[case::suffix("bytes=-300", Part(700..1000))]
    #[case::suffix_longer("bytes=-5000", Part(0..1000))]
    #[case::unit_case("Bytes=0-9", Part(0..10))]
    #[case::spaces_in_list("bytes= 0-9 , 10-19 ", Part(0..20))]
    #[case::empty_elements("bytes=,,0-9,,", Part(0..10))]
    #[case::overlapping("bytes=5-20,0-9", Part(0..21))]
    #[case::one_of_two_exists("bytes=0-9,5000-", Part(0..10))]
    #[case::apart("bytes=0-9,20-29", Whole)]
    #[case::beyond("bytes=1000-", Unsatisfiable)]
    #[case::far_beyond("bytes=99999999999999999999999-", Unsatisfiable)]
    #[case::empty_suffix("bytes=-0", Unsatisfiable)]
    #[case::all_beyond("bytes=1000-1001,-0", Unsatisfiable)]
    #[case::backwards("bytes=9-0", Whole)]
    #[case::one_backwards("bytes=0-1,9-0", Whole)]
    #[case::no_unit("0-9", Whole)]
    #[case::other_unit("items=0-9", Whole)]
    #[case::nothing("bytes=", Whole)]
    #[case::only_commas("bytes=,,,", Whole)]
    #[case::dash("bytes=-", Whole)]
    #[case::two_dashes("bytes=1-2-3", Whole)]
    #[case::minus("bytes=--5", Whole)]
    #[case::plus("bytes=+1-5", Whole)]
    #[case::hex("bytes=0x1-5", Whole)]
    #[case::letters("bytes=a-b", Whole)]
    #[case::empty("", Whole)]
    fn a_thousand_bytes(#[case] header: &str, #[case] want: RangeOutcome) {
        assert_eq!(resolve_range(header, 1000), want);
    }

    #[rstest]
    #[case("bytes=0-", Unsatisfiable)]
    #[case("bytes=0-0", Unsatisfiable)]
    #[case("bytes=-1", Whole)]
    fn no_bytes_at_all(#[case] header: &str, #[case] want: RangeOutcome) {
        assert_eq!(resolve_range(header, 0), want);
    }

    #[test]
    fn a_flood_of_ranges_is_ignored() {
        let many = format!("bytes={}", "0-0,".repeat(MAX_RANGES + 1));
        assert_eq!(resolve_range(&many, 1000), Whole);
        let enough = format!("bytes={}", "0-0,".repeat(MAX_RANGES));
        assert_eq!(resolve_range(&enough, 1000), Part(0..1));
    }

    proptest! {
        #[test]
        fn any_text_gives_a_range_within_bounds(header in "\\PC{0,40}", length: u64) {
            if let Part(range) = resolve_range(&header, length) {
                prop_assert!(range.start < range.end && range.end <= length);
            }
        }

        #[test]
        fn a_sound_range_gives_those_bytes(length in 1u64..100_000, a: u64, b: u64) {
            let (first, last) = (a % length, b % length);
            let header = format!("bytes={first}-{last}");
            let want = if last < first { Whole } else { Part(first..last + 1) };
            prop_assert_eq!(resolve_range(&header, length), want);
        }
    }
}
