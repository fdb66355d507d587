//! Writing texts of people's into XML and HTML.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A text as it stands between tags and in quoted attributes, of XML and of
/// HTML. Characters that no XML document may have are left out.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(c),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => out.push(c),
        }
    }
    out
}

/// JSON that may stand in a `<script>` of HTML: nothing in it ends the element.
pub(super) fn script_safe(json: &serde_json::Value) -> String {
    let text = json.to_string();
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out
}

/// An element with a text.
pub(super) fn element(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>", escaped(text))
}

/// An instant as mail writes it (RFC 2822), in Greenwich time.
pub(super) fn rfc2822(micros: i64) -> String {
    Timestamp::from_microsecond(micros).map_or_else(
        |_| String::new(),
        |at| {
            at.to_zoned(TimeZone::UTC)
                .strftime("%a, %d %b %Y %H:%M:%S GMT")
                .to_string()
        },
    )
}

/// A length as ISO 8601 writes it: `PT5400S`.
pub(super) fn iso_duration(ms: i64) -> String {
    format!("PT{}S", (ms.max(0) + 500) / 1000)
}

/// At most so many characters, with an ellipsis where some are missing.
pub(super) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept = most.saturating_sub(1);
    let cut: String = text.chars().take(kept).collect();
    let whole = text.chars().nth(kept) == Some(' ');
    let words = cut.rsplit_once(' ').filter(|_| !whole);
    format!("{}…", words.map_or(&*cut, |(words, _)| words).trim_end())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        let hostile = "</title><script>alert('\"&\u{0}\u{fffe}')</script>";
        assert_eq!(
            escaped(hostile),
            "&lt;/title&gt;&lt;script&gt;alert(&#39;&quot;&amp;&#39;)&lt;/script&gt;"
        );
        let data = script_safe(&json!({ "name": "</script><!--" }));
        assert!(!data.contains('<') && !data.contains('>'));
        let back: serde_json::Value = serde_json::from_str(&data).unwrap_or_default();
        assert_eq!(back["name"], "</script><!--");
    }

    #[test]
    fn instants_and_lengths_are_written_as_feeds_want_them() {
        assert_eq!(rfc2822(0), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(iso_duration(5_400_400), "PT5400S");
        assert_eq!(shortened("a few words too many", 12), "a few words…");
        assert_eq!(shortened("short", 12), "short");
    }
}
