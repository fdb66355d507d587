//! Where a target is, as people write it.

use url::{Host, Url};

use crate::srt::Passphrase;
use crate::{LiveError, Result};

/// The longest address and the longest key, in bytes.
pub const TARGET_URL_MAX: usize = 2_048;
/// The same of keys.
pub const TARGET_KEY_MAX: usize = 1_024;

/// Another key in the place of the one that is kept, with the same passphrase.
pub(super) fn with_key(kept: Option<&str>, key: &str) -> String {
    match kept.and_then(|kept| kept.split_once(APART)) {
        Some((_, passphrase)) => format!("{key}{APART}{passphrase}"),
        None => key.to_owned(),
    }
}

/// How a target is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Rtmp,
    Rtmps,
    Srt,
}

/// Where a target is, apart from its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) way: Way,
    url: Url,
    pub(super) port: u16,
    /// What an RTMP server calls the application.
    pub(super) app: String,
    /// How long an SRT peer may wait for what is missing, in milliseconds.
    pub(super) latency_ms: u16,
    /// What an SRT peer's connections are encrypted with.
    pub(super) passphrase: Option<Passphrase>,
}

/// Between the stream identifier of an SRT target and its passphrase, where both are kept as one
/// secret. No line of text has it.
const APART: char = '\u{1f}';

/// The stream identifier in a key that is kept.
pub(super) fn stream_id(key: &str) -> Option<&str> {
    key.split(APART).next().filter(|id| !id.is_empty())
}

fn wrong(reason: impl Into<String>) -> LiveError {
    LiveError::field("url", reason)
}

impl Address {
    /// Reads an address, and the key if it is in it. Gives the address without it.
    ///
    /// Errors: a refusal of the field `url` or `key`.
    pub(super) fn read(text: &str, key: Option<&str>) -> Result<(Self, Option<String>)> {
        let text = text.trim();
        if text.len() > TARGET_URL_MAX {
            let reason = format!("must be at most {TARGET_URL_MAX} characters long");
            return Err(wrong(reason));
        }
        let mut url =
            Url::parse(text).map_err(|error| wrong(format!("must be a whole URL ({error})")))?;
        let way = match url.scheme() {
            "rtmp" => Way::Rtmp,
            "rtmps" => Way::Rtmps,
            "srt" => Way::Srt,
            _ => return Err(wrong("must begin with rtmp://, rtmps:// or srt://")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("must not contain a user name or a password"));
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(wrong("must name a host"));
        }
        url.set_fragment(None);
        let key = key.map(str::trim).filter(|key| !key.is_empty());
        // A key that was kept has the passphrase after it.
        let (key, kept) = match key.and_then(|key| key.split_once(APART)) {
            Some((key, kept)) if way == Way::Srt => {
                (Some(key).filter(|k| !k.is_empty()), Some(kept))
            }
            _ => (key, None),
        };
        let (found, asked) = match way {
            Way::Rtmp | Way::Rtmps => (rtmp_key(&mut url, key.is_some())?, Asked::default()),
            Way::Srt => srt_query(&mut url, key.is_some())?,
        };
        let passphrase = match (
            asked.passphrase,
            kept.and_then(|kept| kept.split_once(APART)),
        ) {
            (Some(text), _) => Some((text, asked.key_len)),
            (None, Some((len, text))) => Some((text.to_owned(), len.to_owned())),
            (None, None) => None,
        };
        let passphrase = passphrase
            .map(|(text, len)| Passphrase::new(&text, &len))
            .transpose()
            .map_err(wrong)?;
        let latency_ms = asked.latency_ms;
        let key = key.map(str::to_owned).or(found);
        if let Some(key) = &key {
            if key.len() > TARGET_KEY_MAX {
                let reason = format!("must be at most {TARGET_KEY_MAX} characters long");
                return Err(LiveError::field("key", reason));
            }
            if key.chars().any(char::is_control) {
                return Err(LiveError::field("key", "must be one line of text"));
            }
        } else if way != Way::Srt {
            return Err(LiveError::field(
                "key",
                "must be given: the stream key there",
            ));
        }
        let port = match (url.port(), way) {
            (Some(port), _) => port,
            (None, Way::Rtmp) => 1935,
            (None, Way::Rtmps) => 443,
            (None, Way::Srt) => return Err(wrong("must name a port")),
        };
        let app = url.path().trim_matches('/').to_owned();
        let address = Self {
            way,
            url,
            port,
            app,
            latency_ms,
            passphrase,
        };
        let kept = match &address.passphrase {
            Some(passphrase) => {
                let (len, text) = (passphrase.key_len(), passphrase.text());
                let key = key.unwrap_or_default();
                Some(format!("{key}{APART}{len}{APART}{text}"))
            }
            None => key,
        };
        Ok((address, kept))
    }

    /// As it is kept and shown.
    pub(super) fn text(&self) -> &str {
        self.url.as_str()
    }

    /// The host. Of these schemes `url` reads no numeric addresses by itself.
    pub(super) fn host(&self) -> Host<&str> {
        match self.url.host() {
            Some(Host::Domain(name)) => match name.parse() {
                Ok(address) => Host::Ipv4(address),
                Err(_) => Host::Domain(name),
            },
            Some(host) => host,
            None => Host::Domain(""),
        }
    }
}

/// Takes the key out of `rtmp://host/app/key`, unless it is given apart.
fn rtmp_key(url: &mut Url, given: bool) -> Result<Option<String>> {
    let path = url.path().trim_matches('/').to_owned();
    let query = url.query().map(str::to_owned);
    if given {
        if query.is_some() {
            return Err(wrong("must not have a query: it belongs to the key"));
        }
        if path.is_empty() {
            return Err(wrong("must name an application, such as rtmp://host/live"));
        }
        url.set_path(&path);
        return Ok(None);
    }
    let Some((app, key)) = path.rsplit_once('/') else {
        return Ok(None);
    };
    url.set_path(app);
    url.set_query(None);
    Ok(Some(match query {
        Some(query) => format!("{key}?{query}"),
        None => key.to_owned(),
    }))
}

/// What else an SRT address asks for.
struct Asked {
    latency_ms: u16,
    passphrase: Option<String>,
    key_len: String,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            latency_ms: 120,
            passphrase: None,
            key_len: String::new(),
        }
    }
}

/// Takes the stream identifier out of an SRT address, unless it is given apart; and the latency,
/// and the passphrase.
fn srt_query(url: &mut Url, given: bool) -> Result<(Option<String>, Asked)> {
    let mut key = None;
    let mut asked = Asked::default();
    for (name, value) in url.query_pairs() {
        match &*name {
            "streamid" if given => {
                return Err(wrong("must not have a streamid beside the key"));
            }
            "streamid" => key = Some(value.into_owned()),
            // As ffmpeg and OBS have it: in microseconds.
            "latency" => {
                let micros: u32 = value
                    .parse()
                    .map_err(|_| wrong("latency must be a number of microseconds"))?;
                asked.latency_ms = u16::try_from(micros / 1000)
                    .ok()
                    .filter(|ms| *ms <= 8000)
                    .ok_or_else(|| wrong("latency must be at most 8000000 (microseconds)"))?;
            }
            "mode" if value == "caller" => {}
            "mode" => return Err(wrong("mode must be caller")),
            "passphrase" if value.chars().any(char::is_control) => {
                return Err(wrong("passphrase must be one line of text"));
            }
            "passphrase" => asked.passphrase = Some(value.into_owned()),
            "pbkeylen" => asked.key_len = value.into_owned(),
            other => return Err(wrong(format!("{other} is not a parameter that is known"))),
        }
    }
    url.set_query(None);
    url.set_path("");
    if asked.latency_ms != 120 {
        let micros = u32::from(asked.latency_ms) * 1000;
        url.set_query(Some(&format!("latency={micros}")));
    }
    if asked.passphrase.is_none() && !asked.key_len.is_empty() {
        return Err(wrong(
            "pbkeylen is the length of a key: there must be a passphrase, too",
        ));
    }
    Ok((key.filter(|key| !key.is_empty()), asked))
}

/// What may be shown of a key: enough to tell it from others.
pub(super) fn hint(key: &str) -> String {
    let key = stream_id(key).unwrap_or_default();
    let count = key.chars().count();
    let shown = if count >= 12 { 4 } else { 0 };
    let end: String = key.chars().skip(count - shown).collect();
    format!("…{end}")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(
        "rtmp://live.example/app",
        Some("abc"),
        "rtmp://live.example/app",
        Some("abc"),
        1935
    )]
    #[case(
        "rtmp://live.example/app/abc",
        None,
        "rtmp://live.example/app",
        Some("abc"),
        1935
    )]
    #[case(
        "rtmps://a.example:443/rtmp/k?s=1&t=2",
        None,
        "rtmps://a.example:443/rtmp",
        Some("k?s=1&t=2"),
        443
    )]
    #[case(
        "rtmp://[2001:db8::1]:1936/a/b/c",
        None,
        "rtmp://[2001:db8::1]:1936/a/b",
        Some("c"),
        1936
    )]
    #[case(
        "srt://host:9000?streamid=publish:x&latency=200000",
        None,
        "srt://host:9000?latency=200000",
        Some("publish:x"),
        9000
    )]
    #[case(
        "srt://host:9000?mode=caller",
        Some("#!::m=publish,r=x"),
        "srt://host:9000",
        Some("#!::m=publish,r=x"),
        9000
    )]
    #[case("srt://host:9000", None, "srt://host:9000", None, 9000)]
    fn addresses(
        #[case] text: &str,
        #[case] given: Option<&str>,
        #[case] kept: &str,
        #[case] key: Option<&str>,
        #[case] port: u16,
    ) {
        let (address, found) = Address::read(text, given).unwrap();
        assert_eq!((address.text(), found.as_deref()), (kept, key));
        assert_eq!(address.port, port);
        // What is kept is read in the same way again.
        let (again, _) = Address::read(kept, Some("k")).unwrap();
        assert_eq!(again, address);
    }

    #[rstest]
    #[case("", None)]
    #[case("http://host/app/key", None)]
    #[case("rtmp:///app/key", None)]
    #[case("rtmp://host/app", None)]
    #[case("rtmp://host", Some("k"))]
    #[case("rtmp://u:p@host/app/key", None)]
    #[case("rtmp://host/app?x=1", Some("key"))]
    #[case("rtmp://host/app", Some("a\nb"))]
    #[case("srt://host", None)]
    #[case("srt://host:9000?passphrase=012345678", None)]
    #[case("srt://host:9000?passphrase=0123456789&pbkeylen=8", None)]
    #[case("srt://host:9000?pbkeylen=16", None)]
    #[case("srt://host:9000?mode=listener", None)]
    #[case("srt://host:9000?streamid=a", Some("b"))]
    fn no_addresses(#[case] text: &str, #[case] key: Option<&str>) {
        assert!(Address::read(text, key).is_err());
    }

    #[test]
    fn a_passphrase_is_kept_with_the_key_and_never_shown() {
        let text =
            "srt://host:9000?streamid=a-stream-to-you&passphrase=correct%20horse&pbkeylen=32";
        let (address, kept) = Address::read(text, None).unwrap();
        assert_eq!(address.text(), "srt://host:9000");
        let kept = kept.unwrap();
        assert_eq!(stream_id(&kept), Some("a-stream-to-you"));
        assert_eq!(hint(&kept), "…-you");
        let (again, same) = Address::read(address.text(), Some(&kept)).unwrap();
        assert_eq!((&again, same.as_deref()), (&address, Some(&*kept)));
        let passphrase = again.passphrase.unwrap();
        assert_eq!(
            (passphrase.text(), passphrase.key_len()),
            ("correct horse", 32)
        );
        // Without an identifier, and with another passphrase.
        let (alone, kept) = Address::read("srt://host:9000?passphrase=0123456789", None).unwrap();
        assert_eq!(stream_id(kept.as_deref().unwrap()), None);
        assert_eq!(hint(kept.as_deref().unwrap()), "…");
        assert_eq!(alone.passphrase.unwrap().key_len(), 16);
        let other = "srt://host:9000?passphrase=9876543210";
        let (other, _) = Address::read(other, kept.as_deref()).unwrap();
        assert_eq!(other.passphrase.unwrap().text(), "9876543210");
    }

    #[test]
    fn numbers_are_addresses() {
        let (address, _) = Address::read("rtmp://127.0.0.1/live", Some("k")).unwrap();
        assert_eq!(address.host(), Host::<&str>::Ipv4([127, 0, 0, 1].into()));
    }

    proptest! {
        #[test]
        fn a_hint_gives_nothing_away(key in "\\PC{0,40}") {
            let hint = hint(&key);
            prop_assert!(hint.chars().count() <= 5);
        }
    }
}
