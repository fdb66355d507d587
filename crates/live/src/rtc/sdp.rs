//! What peers say of themselves (SDP, RFC 8866), looked at before anything is made of it, and
//! what they are answered.

use std::net::SocketAddr;

/// The longest offer that is read, in bytes. Browsers' take some ten thousand.
pub const MAX_OFFER: usize = 64 << 10;
/// The most lines of one.
const MAX_LINES: usize = 1500;
/// The longest offer of somebody on a stage, who sends three tracks and receives many.
pub const MAX_STAGE_OFFER: usize = 192 << 10;
/// The most lines of one, and the most media in it.
const MAX_STAGE_LINES: usize = 6000;
const MAX_STAGE_MEDIA: usize = 32;
/// The candidate type of an address of our own (RFC 8445 §5.1.2.1), and the component of RTP.
const HOST: u32 = 126;
const COMPONENT: u32 = 1;

/// Which way the media goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// To us.
    In,
    /// To them.
    Out,
}

/// Why an offer is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfferError {
    /// It is no offer, or one that nobody makes.
    #[error("the offer cannot be understood: {0}")]
    Malformed(&'static str),
    /// Nothing that it offers can be taken.
    #[error("{0}")]
    Unusable(&'static str),
}

/// What is offered of one kind of media.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Offered {
    /// H.264 in packetization mode 1 (RFC 6184 §6.3).
    pub(super) video: bool,
    /// Opus (RFC 7587).
    pub(super) audio: bool,
}

/// An offer that has been looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    /// What is left of it.
    pub(super) text: String,
    pub(super) offered: Offered,
}

/// Reads an offer of media that goes this way.
///
/// Left out of it are several layers of the same pictures (one is taken), and the peer's
/// addresses: it is heard wherever it calls from, and nothing is sent to where it has not called
/// from.
pub(super) fn read(text: &str, way: Way) -> Result<Offer, OfferError> {
    let (out, sections) = sections(text, Some(way), MAX_OFFER, MAX_LINES)?;
    let mut offered = Offered::default();
    for section in &sections {
        let goes = section.goes(way);
        let there = match section.kind {
            Kind::Video => &mut offered.video,
            Kind::Audio => &mut offered.audio,
        };
        if !goes || *there {
            return Err(OfferError::Unusable(match way {
                Way::In => {
                    "one track of pictures and one of sound are taken, which the client sends"
                }
                Way::Out => {
                    "one track of pictures and one of sound are sent, which the client receives"
                }
            }));
        }
        *there = section.has_codec();
    }
    if sections.is_empty() {
        return Err(OfferError::Malformed("it has no media"));
    }
    if !offered.video && !offered.audio {
        return Err(OfferError::Unusable(
            "H.264 (packetization-mode=1) or Opus has to be offered",
        ));
    }
    Ok(Offer { text: out, offered })
}

/// Reads an offer of somebody on a stage: any number of media, up to what a full stage needs, each
/// of which goes one way. Left out is what [`read`] leaves out.
pub(super) fn read_stage(text: &str) -> Result<Offer, OfferError> {
    let (out, sections) = sections(text, None, MAX_STAGE_OFFER, MAX_STAGE_LINES)?;
    if sections.is_empty() {
        return Err(OfferError::Malformed("it has no media"));
    }
    if sections.len() > MAX_STAGE_MEDIA {
        return Err(OfferError::Unusable("it has more media than a stage has"));
    }
    if !sections.iter().all(Section::has_codec) {
        return Err(OfferError::Unusable(
            "H.264 (packetization-mode=1) and Opus have to be offered",
        ));
    }
    let of = |kind| sections.iter().any(|section| section.kind == kind);
    let offered = Offered {
        video: of(Kind::Video),
        audio: of(Kind::Audio),
    };
    Ok(Offer { text: out, offered })
}

/// What is left of an offer, and the media in it.
fn sections(
    text: &str,
    way: Option<Way>,
    most: usize,
    most_lines: usize,
) -> Result<(String, Vec<Section>), OfferError> {
    if text.len() > most || text.lines().count() > most_lines {
        return Err(OfferError::Malformed("it is too long"));
    }
    if !text.starts_with("v=0") {
        return Err(OfferError::Malformed("it does not begin with v=0"));
    }
    let mut sections = Vec::new();
    let mut out = String::with_capacity(text.len() + 64);
    for line in text
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty())
    {
        if let Some(media) = line.strip_prefix("m=") {
            sections.push(Section::new(media)?);
        }
        if LEFT_OUT.iter().any(|name| line.starts_with(name)) {
            continue;
        }
        if let Some(section) = sections.last_mut() {
            section.take(line);
        }
        // What goes both ways goes ours alone.
        let line = match (line, way) {
            ("a=sendrecv", Some(Way::In)) => "a=sendonly",
            ("a=sendrecv", Some(Way::Out)) => "a=recvonly",
            _ => line,
        };
        out.push_str(line);
        out.push_str("\r\n");
    }
    Ok((out, sections))
}

/// Attributes that are left out.
const LEFT_OUT: [&str; 4] = [
    "a=candidate:",
    "a=end-of-candidates",
    "a=simulcast:",
    "a=rid:",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Video,
    Audio,
}

/// What a media description says (RFC 8866 §5.14).
struct Section {
    kind: Kind,
    direction: Option<String>,
    opus: bool,
    /// Payload types of H.264, and those in packetization mode 1.
    h264: Vec<String>,
    mode_1: Vec<String>,
}

impl Section {
    fn new(media: &str) -> Result<Self, OfferError> {
        let kind = match media.split(' ').next() {
            Some("video") => Kind::Video,
            Some("audio") => Kind::Audio,
            _ => {
                return Err(OfferError::Unusable(
                    "only pictures and sound are taken, and no data channels",
                ));
            }
        };
        Ok(Self {
            kind,
            direction: None,
            opus: false,
            h264: Vec::new(),
            mode_1: Vec::new(),
        })
    }

    fn take(&mut self, line: &str) {
        let Some(attribute) = line.strip_prefix("a=") else {
            return;
        };
        if matches!(attribute, "sendrecv" | "sendonly" | "recvonly" | "inactive") {
            self.direction = Some(attribute.to_owned());
        } else if let Some((number, codec)) = after(attribute, "rtpmap:") {
            let codec = codec.to_ascii_lowercase();
            self.opus |= codec.starts_with("opus/48000");
            if codec.starts_with("h264/90000") {
                self.h264.push(number.to_owned());
            }
        } else if let Some((number, parameters)) = after(attribute, "fmtp:") {
            let mut parameters = parameters.split(';').map(str::trim);
            if parameters.any(|one| one.eq_ignore_ascii_case("packetization-mode=1")) {
                self.mode_1.push(number.to_owned());
            }
        }
    }

    fn goes(&self, way: Way) -> bool {
        match self.direction.as_deref() {
            None | Some("sendrecv") => true,
            Some("sendonly") => way == Way::In,
            Some("recvonly") => way == Way::Out,
            Some(_) => false,
        }
    }

    fn has_codec(&self) -> bool {
        match self.kind {
            Kind::Audio => self.opus,
            Kind::Video => self.h264.iter().any(|one| self.mode_1.contains(one)),
        }
    }
}

/// The payload type, and what is said of it.
fn after<'a>(attribute: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    attribute.strip_prefix(name)?.split_once(' ')
}

/// Says in an answer that sound is taken in two channels (RFC 7587 §6.1): browsers send one
/// unless they are told.
pub(super) fn put_stereo(answer: &str) -> String {
    answer.replace(";useinbandfec=1", ";useinbandfec=1;stereo=1")
}

/// Puts the addresses at which we are reached into an answer, in the place of what is there: in
/// the order in which they should be tried. By TCP, at this port, only where nothing else goes.
pub(super) fn put_candidates(answer: &str, addresses: &[SocketAddr], tcp: Option<u16>) -> String {
    put_addresses(answer, addresses, tcp, false)
}

/// The same beside each of the media. Some clients forget what is said of the first one when
/// several of a kind share its connection.
pub(super) fn put_candidates_each(
    answer: &str,
    addresses: &[SocketAddr],
    tcp: Option<u16>,
) -> String {
    put_addresses(answer, addresses, tcp, true)
}

fn put_addresses(answer: &str, addresses: &[SocketAddr], tcp: Option<u16>, each: bool) -> String {
    let mut out = String::with_capacity(answer.len() + addresses.len() * 80);
    let (mut told, mut media) = (false, false);
    for line in answer.lines() {
        if line.starts_with("a=end-of-candidates") {
            continue;
        }
        if line.starts_with("m=") {
            media = true;
            told &= !each;
        }
        let candidate = line.starts_with("a=candidate:");
        // The answer has them beside the first of the media alone, but how each is connected.
        let lacks = each && media && line.starts_with("a=ice-ufrag:");
        // All media share what is said of the first (RFC 9143 §7).
        if (candidate || lacks) && !std::mem::replace(&mut told, true) {
            put_all(addresses, tcp, &mut out);
        }
        if !candidate {
            out.push_str(line);
            out.push_str("\r\n");
        }
    }
    out
}

fn put_all(addresses: &[SocketAddr], tcp: Option<u16>, out: &mut String) {
    for (n, address) in addresses.iter().enumerate() {
        out.push_str(&candidate(n, *address));
    }
    for (n, address) in addresses.iter().enumerate() {
        if let Some(port) = tcp {
            let address = SocketAddr::new(address.ip(), port);
            out.push_str(&passive(addresses.len() + n, n, address));
        }
    }
    out.push_str("a=end-of-candidates\r\n");
}

/// An address of ours (RFC 8839 §5.1).
fn candidate(n: usize, address: SocketAddr) -> String {
    let preference = 65_535_u32.saturating_sub(u32::try_from(n).unwrap_or(u32::MAX));
    let priority = HOST << 24 | (preference & 0xffff) << 8 | (256 - COMPONENT);
    let (ip, port) = (address.ip(), address.port());
    let foundation = n + 1;
    format!("a=candidate:{foundation} {COMPONENT} udp {priority} {ip} {port} typ host\r\n")
}

/// The same for those who connect by TCP (RFC 6544 §4.5): the preference says which way they
/// connect, and is below that of UDP (§4.2).
fn passive(at: usize, n: usize, address: SocketAddr) -> String {
    const PASSIVE: u32 = 2;
    let other = 8191_u32.saturating_sub(u32::try_from(n).unwrap_or(u32::MAX));
    let preference = PASSIVE << 13 | other;
    let priority = HOST << 24 | preference << 8 | (256 - COMPONENT);
    let (ip, port) = (address.ip(), address.port());
    let foundation = at + 1;
    format!(
        "a=candidate:{foundation} {COMPONENT} tcp {priority} {ip} {port} typ host tcptype passive\r\n"
    )
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    const HEAD: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
    const SOUND: &str = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\n";
    const PICTURES: &str =
        "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:97 H264/90000\r\n";
    const MODE: &str = "a=fmtp:97 level-asymmetry-allowed=1;packetization-mode=1\r\n";

    #[rstest]
    #[case(&[SOUND, PICTURES, MODE], Some((true, true)))]
    #[case(&[SOUND, "a=sendonly\r\n", PICTURES, MODE, "a=sendonly\r\n"], Some((true, true)))]
    #[case(&[SOUND], Some((false, true)))]
    #[case(&[PICTURES, MODE], Some((true, false)))]
    // Not the mode in which browsers send; not the direction; too much; what is no media.
    #[case(&[PICTURES], None)]
    #[case(&[PICTURES, MODE, "a=recvonly\r\n"], None)]
    #[case(&[PICTURES, MODE, "a=inactive\r\n"], None)]
    #[case(&[PICTURES, MODE, PICTURES, MODE], None)]
    #[case(&[SOUND, "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"], None)]
    #[case(&[], None)]
    fn offers_are_judged(#[case] parts: &[&str], #[case] wanted: Option<(bool, bool)>) {
        let offer = format!("{HEAD}{}", parts.concat());
        let found = read(&offer, Way::In).ok();
        let found = found.map(|offer| (offer.offered.video, offer.offered.audio));
        assert_eq!(found, wanted);
    }

    #[test]
    fn what_is_not_wanted_is_left_out() {
        let offer = format!(
            "{HEAD}{SOUND}a=sendrecv\r\na=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n{PICTURES}{MODE}a=rid:h send\na=simulcast:send h;l\n\n"
        );
        let read = read(&offer, Way::In).unwrap();
        for gone in ["candidate", "rid:", "simulcast", "sendrecv"] {
            assert!(!read.text.contains(gone), "{gone}");
        }
        assert!(read.text.contains("a=sendonly\r\n"));
    }

    #[test]
    fn our_addresses_are_told_once() {
        let answer = "v=0\r\nm=audio 9 X 1\r\na=candidate:7 1 udp 5 127.0.0.1 9 typ host\r\na=candidate:8 1 udp 5 127.0.0.1 9 typ host\r\na=mid:0\r\nm=video 9 X 1\r\na=candidate:7 1 udp 5 127.0.0.1 9 typ host\r\n";
        let addresses = [
            "192.0.2.1:8189".parse().unwrap(),
            "[2001:db8::1]:8189".parse().unwrap(),
        ];
        let told = put_candidates(answer, &addresses, None);
        assert_eq!(
            told,
            "v=0\r\nm=audio 9 X 1\r\na=candidate:1 1 udp 2130706431 192.0.2.1 8189 typ host\r\na=candidate:2 1 udp 2130706175 2001:db8::1 8189 typ host\r\na=end-of-candidates\r\na=mid:0\r\nm=video 9 X 1\r\n"
        );
        let both = put_candidates(answer, &addresses[..1], Some(443));
        assert!(
            both.contains("8189 typ host\r\na=candidate:2 1 tcp 2120220671 192.0.2.1 443 typ host tcptype passive\r\na=end"),
            "{both}"
        );
    }

    #[test]
    fn each_of_the_media_says_where_it_is_reached() {
        let answer = "v=0\r\na=ice-lite\r\nm=audio 9 X 1\r\na=candidate:9 1 udp 1 127.0.0.1 5 typ host\r\na=ice-ufrag:u\r\nm=audio 9 X 1\r\na=ice-ufrag:u\r\nm=video 0 X 1\r\n";
        let addresses = ["192.0.2.1:8189".parse().unwrap()];
        let told = put_candidates_each(answer, &addresses, None);
        let here = "a=candidate:1 1 udp 2130706431 192.0.2.1 8189 typ host\r\na=end-of-candidates\r\na=ice-ufrag:u\r\n";
        let wanted = format!(
            "v=0\r\na=ice-lite\r\nm=audio 9 X 1\r\n{here}m=audio 9 X 1\r\n{here}m=video 0 X 1\r\n"
        );
        assert_eq!(told, wanted);
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read(text in "(v=0\n)?([amc]=[a-z]{0,9}[: ]?[ -~]{0,30}\n){0,40}") {
            let _ = read(&text, Way::Out);
            let _ = put_candidates(&text, &[], Some(1));
            let _ = put_candidates_each(&text, &[], Some(1));
        }
    }
}
