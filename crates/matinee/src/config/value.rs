//! Reading values as people write them.

use std::str::FromStr;
use std::time::Duration;

use matinee_engines::hot::Rate;

use super::Wrong;

/// Anything that parses.
pub(super) fn parse<T: FromStr>(text: &str) -> Result<T, Wrong> {
    text.parse().map_err(|_| Wrong)
}

/// A number from this range.
pub(super) fn number<T: FromStr + PartialOrd>(
    text: &str,
    range: std::ops::RangeInclusive<T>,
) -> Result<T, Wrong> {
    let n: T = parse(text)?;
    if range.contains(&n) {
        Ok(n)
    } else {
        Err(Wrong)
    }
}

/// `true`, `yes`, `on`, `1`, and their opposites.
pub(super) fn switch(text: &str) -> Result<bool, Wrong> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Ok(true),
        "false" | "no" | "off" | "0" => Ok(false),
        _ => Err(Wrong),
    }
}

/// Words separated by commas; none of them empty.
pub(super) fn list(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Each word of a list, read alike.
pub(super) fn each<T>(
    text: &str,
    read: impl Fn(&str) -> Result<T, Wrong>,
) -> Result<Vec<T>, Wrong> {
    list(text).iter().map(|word| read(word)).collect()
}

/// Bytes: a number alone, or with k, M, G, T (powers of 1024), as in `5GiB`.
pub(super) fn bytes(text: &str) -> Result<u64, Wrong> {
    let (digits, unit) = split(text)?;
    let unit = unit.to_ascii_lowercase();
    let unit = unit.strip_suffix('b').unwrap_or(&unit);
    let shift = match unit.strip_suffix('i').unwrap_or(unit) {
        "" => 0,
        "k" => 10,
        "m" => 20,
        "g" => 30,
        "t" => 40,
        _ => return Err(Wrong),
    };
    let n: u64 = parse(digits)?;
    n.checked_mul(1 << shift).ok_or(Wrong)
}

/// A length of time: seconds alone, or with ms, s, m, h, d, as in `30s`.
pub(super) fn duration(text: &str) -> Result<Duration, Wrong> {
    let (digits, unit) = split(text)?;
    let factor = match unit.to_ascii_lowercase().as_str() {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        _ => return Err(Wrong),
    };
    let n: f64 = parse(digits)?;
    Duration::try_from_secs_f64(n * factor).map_err(|_| Wrong)
}

/// How often: a number, a slash, and a length of time or its unit alone, as in
/// `600/m`. 0 is no limit. A quarter of it, and at least 30, may come at once.
pub(super) fn rate(text: &str) -> Result<Option<Rate>, Wrong> {
    if text == "0" {
        return Ok(None);
    }
    let (count, per) = text.split_once('/').ok_or(Wrong)?;
    let count = number(count.trim(), 1..=1_000_000_u32)?;
    let per = per.trim();
    let per = match per.chars().next().ok_or(Wrong)? {
        '0'..='9' => duration(per)?,
        _ => duration(&format!("1{per}"))?,
    };
    if !(Duration::from_secs(1)..=Duration::from_hours(24)).contains(&per) {
        return Err(Wrong);
    }
    let burst = (count / 4).max(30).min(count);
    Ok(Some(Rate { count, per, burst }))
}

fn split(text: &str) -> Result<(&str, &str), Wrong> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    if digits.is_empty() {
        return Err(Wrong);
    }
    Ok((digits, unit.trim()))
}

/// A web address without a final slash.
pub(super) fn web_address(text: &str) -> Result<String, Wrong> {
    let url = url::Url::parse(text).map_err(|_| Wrong)?;
    let sound = matches!(url.scheme(), "http" | "https")
        && url.host().is_some()
        && url.query().is_none()
        && url.fragment().is_none();
    if sound {
        Ok(text.trim_end_matches('/').to_owned())
    } else {
        Err(Wrong)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("5368709120", Ok(5_368_709_120))]
    #[case("5GiB", Ok(5_368_709_120))]
    #[case("5 GB", Ok(5_368_709_120))]
    #[case("64k", Ok(65_536))]
    #[case("", Err(Wrong))]
    #[case("-1", Err(Wrong))]
    #[case("1.5G", Err(Wrong))]
    #[case("5 gallons", Err(Wrong))]
    #[case("99999999999T", Err(Wrong))]
    fn sizes(#[case] text: &str, #[case] expected: Result<u64, Wrong>) {
        assert_eq!(bytes(text), expected);
    }

    #[rstest]
    #[case("600/m", Ok(Some((600, 60, 150))))]
    #[case("10/s", Ok(Some((10, 1, 10))))]
    #[case("100/30s", Ok(Some((100, 30, 30))))]
    #[case("0", Ok(None))]
    #[case("600", Err(Wrong))]
    #[case("0/m", Err(Wrong))]
    #[case("600/", Err(Wrong))]
    #[case("600/week", Err(Wrong))]
    fn rates(#[case] text: &str, #[case] expected: Result<Option<(u32, u64, u32)>, Wrong>) {
        let plain = |rate: Rate| (rate.count, rate.per.as_secs(), rate.burst);
        assert_eq!(rate(text).map(|rate| rate.map(plain)), expected);
    }

    #[rstest]
    #[case("90", Ok(Duration::from_secs(90)))]
    #[case("1.5h", Ok(Duration::from_mins(90)))]
    #[case("250ms", Ok(Duration::from_millis(250)))]
    #[case("7d", Ok(Duration::from_hours(168)))]
    #[case("soon", Err(Wrong))]
    fn lengths(#[case] text: &str, #[case] expected: Result<Duration, Wrong>) {
        assert_eq!(duration(text), expected);
    }
}
