//! Where a source is, as people write it.

use matinee_engines::outbound::{Dialer, Outbound};
use url::{Host, Url};

use crate::srt::Passphrase;
use crate::{LiveError, Result};

/// The longest address, in bytes.
pub const SOURCE_URL_MAX: usize = 2_048;

/// How a source is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Hls,
    Rtmp,
    Rtsp,
    Srt,
}

impl Way {
    /// Its name as a protocol.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Hls => "hls",
            Self::Rtmp => "rtmp",
            Self::Rtsp => "rtsp",
            Self::Srt => "srt",
        }
    }
}

/// Where a source is.
#[derive(Clone, Debug)]
pub(super) struct Address {
    pub(super) way: Way,
    pub(super) url: Url,
}

fn wrong(reason: impl Into<String>) -> LiveError {
    LiveError::field("url", reason)
}

impl Address {
    /// Reads an address, and judges what can be judged without the network.
    ///
    /// Errors: a refusal of the field `url`.
    pub(super) fn read(text: &str, dialer: &Dialer, outbound: &Outbound) -> Result<Self> {
        let text = text.trim();
        if text.len() > SOURCE_URL_MAX {
            let reason = format!("must be at most {SOURCE_URL_MAX} characters long");
            return Err(wrong(reason));
        }
        let url =
            Url::parse(text).map_err(|error| wrong(format!("must be a whole URL ({error})")))?;
        let way = match url.scheme() {
            "http" | "https" => Way::Hls,
            "rtmp" => Way::Rtmp,
            "rtsp" => Way::Rtsp,
            "srt" => Way::Srt,
            _ => {
                let reason = "must begin with https:// or http:// (an HLS playlist), rtmp://, rtsp:// or srt://";
                return Err(wrong(reason));
            }
        };
        if way == Way::Hls {
            let judged = outbound.check_url(&url);
            judged.map_err(|error| wrong(error.to_string()))?;
            return Ok(Self { way, url });
        }
        // Cameras want a name and a password, and have no other place for them.
        if way != Way::Rtsp && (!url.username().is_empty() || url.password().is_some()) {
            return Err(wrong("must not contain a user name or a password"));
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(wrong("must name a host"));
        }
        let address = Self { way, url };
        if way == Way::Srt {
            if address.url.port().is_none() {
                return Err(wrong("must name a port"));
            }
            for (name, value) in address.url.query_pairs() {
                match (&*name, &*value) {
                    ("streamid" | "latency" | "passphrase" | "pbkeylen", _)
                    | ("mode", "caller") => {}
                    _ => return Err(wrong(format!("{name} is not a parameter that is known"))),
                }
            }
            address.passphrase()?;
        } else if way == Way::Rtmp {
            address.app_and_name()?;
        }
        let judged = dialer.check(&address.host());
        judged.map_err(|error| wrong(error.to_string()))?;
        Ok(address)
    }

    /// The application and the name of what is played, of RTMP.
    pub(super) fn app_and_name(&self) -> Result<(String, String)> {
        let path = self.url.path().trim_matches('/');
        let (app, name) = path
            .rsplit_once('/')
            .ok_or_else(|| wrong("must have a path such as rtmp://host/live/name"))?;
        let name = match self.url.query() {
            Some(query) => format!("{name}?{query}"),
            None => name.to_owned(),
        };
        Ok((app.to_owned(), name))
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

    /// What connections are encrypted with, of SRT.
    pub(super) fn passphrase(&self) -> Result<Option<Passphrase>> {
        let key_len = self.parameter("pbkeylen").unwrap_or_default();
        let text = self.parameter("passphrase");
        text.map(|text| Passphrase::new(&text, &key_len))
            .transpose()
            .map_err(wrong)
    }

    /// The port.
    pub(super) fn port(&self) -> u16 {
        let usual = match self.way {
            Way::Rtsp => 554,
            _ => 1935,
        };
        self.url.port_or_known_default().unwrap_or(usual)
    }

    /// The value of a parameter.
    pub(super) fn parameter(&self, wanted: &str) -> Option<String> {
        let mut pairs = self.url.query_pairs();
        let found = pairs.find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.into_owned())
    }

    /// As it may be shown: without what may open something.
    pub(super) fn shown(&self) -> String {
        let mut url = self.url.clone();
        url.set_fragment(None);
        // An address that can have them can do without them.
        let _ = url.set_password(None).and_then(|()| url.set_username(""));
        let had = url.query().is_some();
        url.set_query(None);
        if had {
            format!("{url}?…")
        } else {
            url.into()
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use matinee_engines::outbound::SystemLookup;
    use matinee_engines::outbound::network::AddressRules;
    use rstest::rstest;

    use super::*;

    fn read(text: &str) -> Result<Address> {
        let lookup = Arc::new(SystemLookup);
        let second = Duration::from_secs(1);
        let dialer = Dialer::new(AddressRules::default(), lookup.clone(), second);
        let outbound = Outbound::new(AddressRules::default(), lookup, second).unwrap();
        Address::read(text, &dialer, &outbound)
    }

    #[rstest]
    #[case(
        "https://tv.example/a.m3u8?token=x",
        "https://tv.example/a.m3u8?…",
        Way::Hls
    )]
    #[case("rtmp://tv.example/live/x", "rtmp://tv.example/live/x", Way::Rtmp)]
    #[case(
        "srt://tv.example:9000?streamid=read:x",
        "srt://tv.example:9000?…",
        Way::Srt
    )]
    #[case(
        "rtsp://admin:secret@camera.example/stream1",
        "rtsp://camera.example/stream1",
        Way::Rtsp
    )]
    fn addresses(#[case] text: &str, #[case] shown: &str, #[case] way: Way) {
        let address = read(text).unwrap();
        assert_eq!((address.shown().as_str(), address.way), (shown, way));
    }

    #[rstest]
    #[case("file:///etc/passwd")]
    #[case("rtsps://camera.example/1")]
    #[case("rtsp://user:secret@192.168.0.7/1")]
    #[case("http://127.0.0.1/a.m3u8")]
    #[case("http://169.254.169.254/a.m3u8")]
    #[case("https://u:p@tv.example/a.m3u8")]
    #[case("rtmp://10.0.0.1/live/x")]
    #[case("rtmp://tv.example/x")]
    #[case("srt://tv.example")]
    #[case("srt://[::1]:9000")]
    #[case("srt://tv.example:9000?mode=listener")]
    #[case("srt://tv.example:9000?passphrase=too-short")]
    #[case("srt://tv.example:9000?passphrase=secretsecret&pbkeylen=20")]
    fn no_addresses(#[case] text: &str) {
        assert!(read(text).is_err());
    }
}
