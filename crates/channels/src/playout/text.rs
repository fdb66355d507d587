//! Writing numbers and instants without the heap.

use crate::time::utc_parts;

/// A number in decimal.
pub(crate) fn number(out: &mut String, value: u64) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut rest = value;
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.push_str(std::str::from_utf8(&digits[at..]).unwrap_or_default());
}

/// A number below a thousand in two or three digits.
fn padded(out: &mut String, value: u32, width: u32) {
    let mut unit = 10u32.pow(width - 1);
    while unit > 0 {
        out.push(char::from(
            b'0' + u8::try_from(value / unit % 10).unwrap_or(0),
        ));
        unit /= 10;
    }
}

/// Milliseconds as seconds with three decimals.
pub(crate) fn seconds(out: &mut String, ms: u64) {
    number(out, ms / 1000);
    out.push('.');
    padded(out, u32::try_from(ms % 1000).unwrap_or(0), 3);
}

/// An instant by RFC 3339, in UTC with milliseconds.
pub(crate) fn instant(out: &mut String, at: i64) {
    let [year, month, day, hour, minute, second, milli] = utc_parts(at);
    padded(out, year / 100, 2);
    padded(out, year % 100, 2);
    for (sign, part) in [
        ('-', month),
        ('-', day),
        ('T', hour),
        (':', minute),
        (':', second),
    ] {
        out.push(sign);
        padded(out, part, 2);
    }
    out.push('.');
    padded(out, milli, 3);
    out.push('Z');
}

/// A quoted string of a playlist, which holds neither quotes nor line ends.
pub(crate) fn quoted(out: &mut String, text: &str) {
    out.push('"');
    out.extend(text.chars().map(|c| match c {
        '"' => '\'',
        c if c.is_control() => ' ',
        c => c,
    }));
    out.push('"');
}

/// Text in XML. Characters that XML 1.0 cannot hold become spaces.
pub(crate) fn xml(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn instants() {
        let mut out = String::new();
        instant(&mut out, 1_772_324_645_007);
        assert_eq!(out, "2026-03-01T00:24:05.007Z");
    }

    proptest! {
        #[test]
        fn numbers_are_what_std_writes(value: u64) {
            let mut out = String::new();
            number(&mut out, value);
            out.push(' ');
            seconds(&mut out, value);
            prop_assert_eq!(out, format!("{value} {}.{:03}", value / 1000, value % 1000));
        }
    }
}
