//! Who watches, as far as it is kept: a tag, never a name or an address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// What a client is known by while a request lasts.
#[derive(Debug, Clone, Default)]
pub struct Client {
    /// Under which the viewer's history is kept, if they have one.
    pub viewer_key: Option<String>,
    /// Where they are.
    pub addr: Option<IpAddr>,
    /// What their player calls itself.
    pub user_agent: String,
    /// Where they are, as a proxy vouches for it.
    pub country: Option<String>,
    /// Whether they have asked not to be followed (`DNT`, `Sec-GPC`).
    pub private: bool,
}

/// What is kept of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// A keyed hash of who it is; none of those who asked not to be followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub viewer: Option<String>,
    /// One of [`DEVICES`].
    pub device: String,
    /// Two letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The address without its last part: a /24, or a /48.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// The node that was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
}

/// What devices are told apart.
pub const DEVICES: [&str; 5] = ["desktop", "mobile", "tablet", "tv", "other"];

/// Makes tags of viewers: with another secret they are others.
#[derive(Clone)]
pub struct Tagger([u8; 32]);

impl Tagger {
    /// With a secret that nothing else uses.
    pub fn new(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// The tag of a viewer's key.
    pub fn tag(&self, viewer_key: &str) -> String {
        let hash = Hmac::<Sha256>::new_from_slice(&self.0)
            .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"))
            .chain_update(viewer_key)
            .finalize()
            .into_bytes();
        hex::encode(&hash[..8])
    }

    /// What is kept of a client.
    pub fn who(&self, client: &Client) -> Who {
        let device = device(&client.user_agent).to_owned();
        if client.private {
            return Who {
                device,
                ..Who::default()
            };
        }
        let network = client.addr.map(truncated);
        let viewer = client.viewer_key.clone().or_else(|| {
            // Somebody without a name: those of one network with one player are one.
            let network = network.as_deref()?;
            Some(format!("{network} {}", client.user_agent))
        });
        Who {
            viewer: viewer.map(|key| self.tag(&key)),
            device,
            country: client.country.clone(),
            network,
            node: None,
        }
    }
}

impl std::fmt::Debug for Tagger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tagger(…)")
    }
}

/// An address without its last part: 256 households of IPv4, one site of IPv6.
pub fn truncated(addr: IpAddr) -> String {
    match addr.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{}/24", Ipv4Addr::new(a, b, c, 0))
        }
        IpAddr::V6(v6) => {
            let bits = v6.to_bits() & !(u128::MAX >> 48);
            format!("{}/48", Ipv6Addr::from_bits(bits))
        }
    }
}

/// Programs that fetch pages and media without anybody watching, by what they
/// call themselves. Players such as VLC and ffmpeg are none.
const BOTS: [&str; 22] = [
    "bot",
    "crawl",
    "spider",
    "slurp",
    "facebookexternalhit",
    "embedly",
    "linkpreview",
    "link preview",
    "pingdom",
    "uptime",
    "monitoring",
    "lighthouse",
    "curl/",
    "wget/",
    "python-requests",
    "python-urllib",
    "aiohttp",
    "go-http-client",
    "scrapy",
    "libwww",
    "okhttp-probe",
    "phantomjs",
];

/// Whether nobody watches with this.
pub fn is_bot(user_agent: &str) -> bool {
    let text = user_agent.to_ascii_lowercase();
    // A make of telephones, not a robot.
    let text = text.replace("cubot", "");
    BOTS.iter().any(|bot| text.contains(bot))
}

/// Which of [`DEVICES`].
pub fn device(user_agent: &str) -> &'static str {
    let text = user_agent.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&[
        "smart-tv",
        "smarttv",
        "appletv",
        "apple tv",
        "googletv",
        "android tv",
        "bravia",
        "roku",
        "tizen",
        "web0s",
        "webos",
        "hbbtv",
        " aft",
        "crkey",
        "netcast",
        "viera",
        "playstation",
        "xbox",
    ]) {
        "tv"
    } else if says(&["ipad", "tablet", "kindle", "silk/"])
        || (text.contains("android") && !text.contains("mobile"))
    {
        "tablet"
    } else if says(&["iphone", "ipod", "android", "mobile", "windows phone"]) {
        "mobile"
    } else if says(&[
        "windows nt",
        "macintosh",
        "mac os x",
        "x11",
        "linux",
        "cros",
        "vlc",
        "mpv",
        "lavf",
    ]) {
        "desktop"
    } else {
        "other"
    }
}

/// The host of a page that led here, as it is kept: `direct` without one.
pub fn referrer(text: &str, ours: Option<&str>) -> String {
    let host = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let name = host.split(':').next().unwrap_or_default();
    let name = name.trim_start_matches("www.").to_ascii_lowercase();
    let sound = name.len() <= 100
        && name.contains('.')
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
    let is_ours = ours.is_some_and(|ours| ours.eq_ignore_ascii_case(host));
    if is_ours || text == "internal" {
        "internal".to_owned()
    } else if sound {
        name
    } else {
        "direct".to_owned()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("203.0.113.77", "203.0.113.0/24")]
    #[case("::ffff:203.0.113.77", "203.0.113.0/24")]
    #[case("2001:db8:aaaa:bbbb::1", "2001:db8:aaaa::/48")]
    fn addresses_lose_their_end(#[case] addr: &str, #[case] kept: &str) {
        assert_eq!(truncated(addr.parse().unwrap()), kept);
    }

    #[rstest]
    #[case(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/140.0",
        "desktop",
        false
    )]
    #[case(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)",
        "mobile",
        false
    )]
    #[case("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X)", "tablet", false)]
    #[case(
        "Mozilla/5.0 (Linux; Android 15; Pixel 9) Mobile Safari",
        "mobile",
        false
    )]
    #[case("Mozilla/5.0 (Linux; Android 15; SM-X910) Safari", "tablet", false)]
    #[case("Mozilla/5.0 (SMART-TV; Linux; Tizen 8.0)", "tv", false)]
    #[case("VLC/3.0.21 LibVLC/3.0.21", "desktop", false)]
    #[case("Mozilla/5.0 (compatible; Googlebot/2.1)", "other", true)]
    #[case("curl/8.5.0", "other", true)]
    #[case("Mozilla/5.0 (Linux; Android 13; CUBOT P80) Mobile", "mobile", false)]
    #[case("", "other", false)]
    fn players_are_told_apart(#[case] agent: &str, #[case] is: &str, #[case] bot: bool) {
        assert_eq!((device(agent), is_bot(agent)), (is, bot));
    }

    #[rstest]
    #[case("https://www.example.org/a?b", "example.org")]
    #[case("https://me@example.org:8443/", "example.org")]
    #[case("https://films.example:8000/watch", "internal")]
    #[case("internal", "internal")]
    #[case("", "direct")]
    #[case("javascript:alert(1)", "direct")]
    fn referrers_are_hosts(#[case] text: &str, #[case] kept: &str) {
        assert_eq!(referrer(text, Some("films.example:8000")), kept);
    }

    #[test]
    fn who_asks_not_to_be_followed_has_no_tag() {
        let tagger = Tagger::new([7; 32]);
        let client = Client {
            viewer_key: Some("user_1".into()),
            addr: "203.0.113.77".parse().ok(),
            ..Client::default()
        };
        let known = tagger.who(&client);
        assert!(known.viewer.is_some_and(|tag| !tag.contains("user_1")));
        let private = tagger.who(&Client {
            private: true,
            ..client
        });
        assert_eq!((private.viewer, private.network), (None, None));
    }
}
