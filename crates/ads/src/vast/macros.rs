//! Macros in addresses (VAST 4.3, "Macros"; and what Google Ad Manager's tags have).

use std::fmt::Write as _;

/// What macros stand for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values {
    /// A number that is never the same.
    pub random: u64,
    /// Now, RFC 3339.
    pub timestamp: String,
    /// How long the break is, in seconds.
    pub seconds: u32,
    /// How many advertisements it has at most.
    pub most: u32,
    /// `1` before, `2` within, `3` after.
    pub position: u8,
    /// What is watched.
    pub content_id: String,
    /// Why something failed.
    pub error_code: Option<u16>,
    /// How far into what is watched it is, in milliseconds.
    pub playhead_ms: u64,
}

impl Values {
    /// Something for each of them.
    pub fn sample() -> Self {
        Self {
            random: 1,
            timestamp: "2026-01-01T00:00:00Z".to_owned(),
            seconds: 30,
            most: 3,
            position: 1,
            content_id: "video".to_owned(),
            error_code: None,
            playhead_ms: 0,
        }
    }

    fn of(&self, name: &str) -> Option<String> {
        Some(match name {
            "CACHEBUSTING" | "CACHEBUSTER" | "RANDOM" | "CORRELATOR" => {
                format!("{:08}", self.random % 100_000_000)
            }
            "TIMESTAMP" => encoded(&self.timestamp),
            "CONTENTPLAYHEAD" | "MEDIAPLAYHEAD" | "ADPLAYHEAD" => clock(self.playhead_ms),
            "BREAKPOSITION" => self.position.to_string(),
            "BREAKMAXDURATION" | "BREAK_MAX_DURATION" => self.seconds.to_string(),
            "BREAKMAXADS" => self.most.to_string(),
            "BREAKMINDURATION" => "0".to_owned(),
            "CONTENTID" | "CONTENT_ID" => encoded(&self.content_id),
            "ERRORCODE" => self.error_code.unwrap_or(900).to_string(),
            "PLAYERSTATE" => "autoplayed".to_owned(),
            "INVENTORYSTATE" => "autoplayed,nonskippable".to_owned(),
            "VASTVERSIONS" => "2,3,5,6,7,8,11,12,13,14".to_owned(),
            "APIFRAMEWORKS" | "CLIENTUA" | "DEVICEUA" | "IFA" | "DEVICEIP" | "LATLONG" => {
                "-2".to_owned()
            }
            "MEDIAMIME" => "video%2Fmp4,video%2Fwebm".to_owned(),
            "PLAYERCAPABILITIES" => "mute,autoplay,fullscreen".to_owned(),
            "ADTYPE" => "video".to_owned(),
            "PLACEMENTTYPE" => "1".to_owned(),
            _ => return None,
        })
    }
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn clock(ms: u64) -> String {
    let mut out = String::new();
    let s = ms / 1000;
    let _ = write!(
        out,
        "{:02}%3A{:02}%3A{:02}.{:03}",
        s / 3600,
        s / 60 % 60,
        s % 60,
        ms % 1000
    );
    out
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 40
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Fills in `[MACRO]`, its encoded form `%5BMACRO%5D`, and `%%MACRO%%`. What is not known is
/// unknown to the other side as well: `-1`.
pub fn fill(url: &str, values: &Values) -> String {
    const FORMS: [(&str, &str); 4] = [("[", "]"), ("%5B", "%5D"), ("%5b", "%5d"), ("%%", "%%")];
    let mut out = String::with_capacity(url.len() + 64);
    let mut rest = url;
    'next: while !rest.is_empty() {
        for (begin, end) in FORMS {
            let Some(inner) = rest.strip_prefix(begin) else {
                continue;
            };
            let Some(at) = inner.find(end).filter(|&at| is_name(&inner[..at])) else {
                continue;
            };
            let name = inner[..at].to_ascii_uppercase();
            out.push_str(values.of(&name).as_deref().unwrap_or("-1"));
            rest = &inner[at + end.len()..];
            continue 'next;
        }
        let mut chars = rest.chars();
        out.extend(chars.next());
        rest = chars.as_str();
    }
    // Google's tags leave the number that tells requests apart to whoever asks.
    for empty in ["correlator=&", "ord=&"] {
        if let Some(at) = out.find(empty) {
            let number = format!("{:08}", values.random % 100_000_000);
            out.insert_str(at + empty.len() - 1, &number);
        }
    }
    if out.ends_with("correlator=") {
        let _ = write!(out, "{:08}", values.random % 100_000_000);
    }
    out
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(
        "http://a/?r=[CACHEBUSTING]&d=[BREAKMAXDURATION]",
        "http://a/?r=00000001&d=30"
    )]
    #[case("http://a/?r=%5BTIMESTAMP%5D", "http://a/?r=2026-01-01T00%3A00%3A00Z")]
    #[case("http://a/?r=%%CACHEBUSTER%%", "http://a/?r=00000001")]
    #[case(
        "http://a/?x=[NEWMACRO]&y=[not a macro]",
        "http://a/?x=-1&y=[not a macro]"
    )]
    #[case("http://a/?sz=1x1&correlator=", "http://a/?sz=1x1&correlator=00000001")]
    #[case(
        "http://a/?correlator=&gdfp_req=1",
        "http://a/?correlator=00000001&gdfp_req=1"
    )]
    #[case("http://ä/?100%", "http://ä/?100%")]
    fn macros(#[case] url: &str, #[case] filled: &str) {
        assert_eq!(fill(url, &Values::sample()), filled);
    }
}
