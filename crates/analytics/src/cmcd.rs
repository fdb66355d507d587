//! Common Media Client Data (CTA-5004, versions 1 and 2): what players say of
//! themselves beside their requests.
//!
//! It is read as it comes: keys that are unknown or malformed are passed over,
//! and nothing that a player says is an error.

use crate::event::Requested;

/// The most that is looked at, in bytes.
pub const TEXT_MAX: usize = 2048;
/// The longest session id (section 5 of CTA-5004: 64 characters).
const SESSION_MAX: usize = 64;
/// The most keys.
const KEYS_MAX: usize = 64;

/// What is of use of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cmcd {
    /// `sid`: the session.
    pub session: Option<String>,
    /// `cid`: what is watched, as the player calls it.
    pub content: Option<String>,
    /// Everything else.
    pub requested: Requested,
}

/// The value of `CMCD=` in a query, still percent-encoded.
pub fn in_query(query: &str) -> Option<&str> {
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix("CMCD="))
        .filter(|value| !value.is_empty())
}

/// Decodes percent-encoding as far as it is sound, and cuts what is too long.
pub fn decoded(text: &str) -> String {
    let text = &text.as_bytes()[..text.len().min(3 * TEXT_MAX)];
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() && bytes.len() < TEXT_MAX {
        let hex = |b: u8| {
            char::from(b)
                .to_digit(16)
                .and_then(|d| u8::try_from(d).ok())
        };
        let pair = (text.get(at + 1), text.get(at + 2));
        match (text[at], pair) {
            (b'%', (Some(&high), Some(&low))) => {
                if let (Some(high), Some(low)) = (hex(high), hex(low)) {
                    bytes.push(high << 4 | low);
                    at += 3;
                    continue;
                }
                bytes.push(b'%');
            }
            (b'+', _) => bytes.push(b' '),
            (byte, _) => bytes.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Reads `key=value` pairs: of a query's value once it is decoded, or of the
/// four headers one after the other, with commas in between. `None` if there is
/// nothing to be read in it.
pub fn parse(text: &str) -> Option<Cmcd> {
    let mut read = Cmcd::default();
    let mut found = false;
    let mut object = None;
    for (key, value) in pairs(text).into_iter().take(KEYS_MAX) {
        found = true;
        let requested = &mut read.requested;
        match key {
            "sid" => read.session = session(value),
            "cid" => read.content = session(value),
            "ot" => object = value.map(|v| v.trim_matches('"').to_owned()),
            "d" => requested.duration_ms = number(value).unwrap_or(0).min(60_000),
            "br" => {
                let kbps = number(value).filter(|kbps| (1..=1_000_000).contains(kbps));
                requested.bitrate_bps = kbps.map(|kbps| kbps.saturating_mul(1000));
            }
            "bl" => requested.buffered_ms = number(value).unwrap_or(0),
            "bs" => requested.starved = flag(value),
            "bsd" => requested.starved_ms = number(value).unwrap_or(0).min(3_600_000),
            "msd" => requested.startup_ms = number(value).filter(|ms| *ms <= 600_000),
            "ltc" => requested.live_latency_ms = number(value).filter(|ms| *ms <= 86_400_000),
            "df" | "dfa" => requested.dropped_frames = number(value).unwrap_or(0).min(1_000_000),
            "sta" => {
                requested.state = value.and_then(state);
                requested.failed = requested.state == Some('f');
            }
            _ => {}
        }
    }
    // Pictures say how long they are watched; sound beside them would say it again.
    if object.is_some_and(|object| !matches!(object.as_str(), "v" | "av")) {
        read.requested.duration_ms = 0;
        read.requested.bitrate_bps = None;
    }
    found.then_some(read)
}

/// Splits at commas that are not inside quotes or inner lists.
fn pairs(text: &str) -> Vec<(&str, Option<&str>)> {
    let mut all = Vec::new();
    let (mut quoted, mut escaped, mut depth, mut from) = (false, false, 0_u32, 0);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            ',' if !quoted && depth == 0 => {
                all.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    all.push(&text[from..]);
    let keyed = all.into_iter().filter_map(|pair| {
        let (key, value) = match pair.split_once('=') {
            Some((key, value)) => (key, Some(value.trim())),
            None => (pair, None),
        };
        let key = key.trim();
        let sound = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        sound.then_some((key, value))
    });
    keyed.collect()
}

fn session(value: Option<&str>) -> Option<String> {
    let text = value?.trim_matches('"');
    let sound =
        (1..=SESSION_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    sound.then(|| text.to_owned())
}

/// A number; of an inner list (version 2) its first, whatever its parameters say.
fn number(value: Option<&str>) -> Option<u32> {
    let text = value?.trim_start_matches('(');
    let digits = text.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

/// One letter.
fn state(value: &str) -> Option<char> {
    let mut letters = value.trim_matches('"').chars();
    let state = letters.next().filter(char::is_ascii_lowercase);
    state.filter(|_| letters.next().is_none())
}

/// `bs`, `bs=true`, `bs=?1`.
fn flag(value: Option<&str>) -> bool {
    value.is_none_or(|v| matches!(v, "true" | "?1" | "1"))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    #[test]
    fn what_players_send_is_read() {
        // As hls.js, Shaka and dash.js write it.
        let query = "token=x&CMCD=bl%3D21300%2Cbr%3D3200%2Cbs%2Ccid%3D%22a%2Cb%22%2Cd%3D4004%2Cmtp%3D25400%2Cot%3Dv%2Csf%3Dh%2Csid%3D%226e2fb550-c457-11e9-bb97-0800200c9a66%22%2Cst%3Dv%2Csu%2Ctb%3D6000";
        let read = parse(&decoded(in_query(query).unwrap())).unwrap();
        assert_eq!(
            read.session.as_deref(),
            Some("6e2fb550-c457-11e9-bb97-0800200c9a66")
        );
        assert_eq!(
            read.requested,
            Requested {
                duration_ms: 4004,
                bitrate_bps: Some(3_200_000),
                buffered_ms: 21_300,
                starved: true,
                ..Requested::default()
            }
        );
    }

    #[test]
    fn the_second_version_is_read() {
        let read =
            parse("v=2,br=(5000;v),d=6000,ot=v,ltc=2300,msd=812,bsd=(350),dfa=4,sta=f,sid=\"s\"");
        let read = read.unwrap().requested;
        assert_eq!(read.bitrate_bps, Some(5_000_000));
        assert_eq!(
            (read.live_latency_ms, read.startup_ms),
            (Some(2300), Some(812))
        );
        assert_eq!(
            (read.starved_ms, read.dropped_frames, read.failed),
            (350, 4, true)
        );
        for (said, state) in [
            ("sta=r", Some('r')),
            ("sta=\"p\"", Some('p')),
            ("sta=rr", None),
            ("sta=é", None),
            ("sta", None),
        ] {
            let read = parse(said).unwrap().requested;
            assert_eq!((read.state, read.failed), (state, false), "{said}");
        }
    }

    #[test]
    fn sound_says_nothing_of_time() {
        let read = parse("ot=a,d=4000,br=128,sid=\"s\"").unwrap().requested;
        assert_eq!((read.duration_ms, read.bitrate_bps), (0, None));
    }

    #[test]
    fn nonsense_is_passed_over() {
        assert_eq!(parse(""), None);
        assert_eq!(parse("=,,;=%"), None);
        let read = parse("br=fast,d=-1,bs=false,sid=\"\",x-y=\"\\\",z\"").unwrap();
        assert_eq!(read, Cmcd::default());
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text: String) {
            let decoded = decoded(&text);
            proptest::prop_assert!(decoded.len() <= 3 * TEXT_MAX);
            let _ = parse(&decoded);
        }
    }
}
