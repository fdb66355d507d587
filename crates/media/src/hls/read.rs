//! Reads playlists of others (RFC 8216), as far as following a live stream needs it.

pub use super::signals::Signal;
use super::signals::Signals;
use crate::error::{MediaError, Result};

/// The longest playlist that is read, in bytes.
pub const MAX_PLAYLIST: usize = 2 << 20;
/// The most segments and variants that are believed.
const MAX_ENTRIES: usize = 20_000;

/// A playlist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Playlist {
    /// Of several variants of the same.
    Multivariant(Vec<Variant>),
    /// Of segments.
    Media(Media),
}

/// One variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// The address of its playlist, as written.
    pub uri: String,
    /// `BANDWIDTH`, in bits a second.
    pub bandwidth: u64,
    /// The address of the playlist of its sound, if that is apart.
    pub sound: Option<String>,
}

/// The segments that can be had.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Media {
    /// `EXT-X-TARGETDURATION`, in seconds.
    pub target_s: u32,
    /// The number of the first segment.
    pub first_msn: u64,
    /// In order.
    pub segments: Vec<Segment>,
    /// Whether nothing is added any more.
    pub ended: bool,
}

/// One segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its address, as written.
    pub uri: String,
    /// The address of its initialization segment, if it needs one.
    pub map: Option<String>,
    /// Whether it cannot be had, says the playlist.
    pub gap: bool,
    /// The breaks that begin and end while it is on.
    pub signals: Vec<Signal>,
}

fn malformed(what: &'static str) -> MediaError {
    MediaError::malformed("playlist", what)
}

/// Reads a playlist.
///
/// Errors: [`MediaError::NotThisFormat`] for what is none, [`MediaError::Unsupported`] for
/// encrypted segments and for byte ranges, [`MediaError::TooLarge`] past the limits.
pub fn playlist(text: &str) -> Result<Playlist> {
    if text.len() > MAX_PLAYLIST {
        return Err(MediaError::TooLarge {
            what: "playlist",
            size: text.len() as u64,
            limit: MAX_PLAYLIST as u64,
        });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    if lines.next() != Some("#EXTM3U") {
        return Err(MediaError::NotThisFormat {
            expected: "an HLS playlist",
        });
    }
    let is_multivariant = text.contains("#EXT-X-STREAM-INF:");
    if is_multivariant {
        return Ok(Playlist::Multivariant(variants(lines)?));
    }
    media(lines).map(Playlist::Media)
}

fn variants<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Vec<Variant>> {
    let mut sounds: Vec<(String, bool, Option<String>)> = Vec::new();
    let mut found: Vec<(Variant, Option<String>)> = Vec::new();
    let mut next: Option<(u64, Option<String>)> = None;
    for line in lines {
        if let Some(list) = line.strip_prefix("#EXT-X-MEDIA:") {
            if attribute(list, "TYPE") == Some("AUDIO")
                && let Some(group) = attribute(list, "GROUP-ID")
            {
                let is_default = attribute(list, "DEFAULT") == Some("YES");
                let uri = attribute(list, "URI").map(str::to_owned);
                sounds.push((group.to_owned(), is_default, uri));
            }
        } else if let Some(list) = line.strip_prefix("#EXT-X-STREAM-INF:") {
            let bandwidth = attribute(list, "BANDWIDTH").and_then(|text| text.parse().ok());
            let sound = attribute(list, "AUDIO").map(str::to_owned);
            next = Some((bandwidth.unwrap_or(0), sound));
        } else if !line.starts_with('#')
            && let Some((bandwidth, sound)) = next.take()
        {
            let uri = line.to_owned();
            let variant = Variant {
                uri,
                bandwidth,
                sound: None,
            };
            found.push((variant, sound));
        }
        if found.len().max(sounds.len()) > MAX_ENTRIES {
            return Err(malformed("it has too many entries"));
        }
    }
    // Those of the group, the default one first.
    sounds.sort_by_key(|(_, is_default, _)| !is_default);
    Ok(found
        .into_iter()
        .map(|(variant, group)| {
            let sound = group.and_then(|group| {
                let mut own = sounds.iter().filter(|(of, ..)| *of == group);
                own.next().and_then(|(_, _, uri)| uri.clone())
            });
            Variant { sound, ..variant }
        })
        .collect())
}

fn media<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Media> {
    let mut media = Media {
        target_s: 6,
        ..Media::default()
    };
    let (mut map, mut gap) = (None, false);
    let mut signals = Signals::default();
    for line in lines {
        let (tag, value) = line.split_once(':').unwrap_or((line, ""));
        signals.tag(tag, value);
        match tag {
            "#EXT-X-TARGETDURATION" => {
                let seconds: u32 = value
                    .parse()
                    .map_err(|_| malformed("its target duration"))?;
                media.target_s = seconds.clamp(1, 60);
            }
            "#EXT-X-MEDIA-SEQUENCE" => {
                media.first_msn = value.parse().map_err(|_| malformed("its first number"))?;
            }
            "#EXT-X-ENDLIST" => media.ended = true,
            "#EXT-X-GAP" => gap = true,
            "#EXT-X-BYTERANGE" => {
                return Err(MediaError::Unsupported("byte ranges in a pulled playlist"));
            }
            "#EXT-X-KEY" if attribute(value, "METHOD") != Some("NONE") => {
                return Err(MediaError::Unsupported("encrypted segments"));
            }
            "#EXT-X-MAP" => {
                if attribute(value, "BYTERANGE").is_some() {
                    return Err(MediaError::Unsupported("byte ranges in a pulled playlist"));
                }
                map = attribute(value, "URI").map(str::to_owned);
            }
            _ if line.starts_with('#') => {}
            _ => {
                media.segments.push(Segment {
                    uri: line.to_owned(),
                    map: map.clone(),
                    gap: std::mem::take(&mut gap),
                    signals: signals.segment(),
                });
                if media.segments.len() > MAX_ENTRIES {
                    return Err(malformed("it has too many segments"));
                }
            }
        }
    }
    signals.settle(&mut media.segments);
    Ok(media)
}

/// The value of an attribute (§4.2), without its quotes.
pub(super) fn attribute<'a>(list: &'a str, wanted: &str) -> Option<&'a str> {
    let mut rest = list;
    loop {
        let (name, after) = rest.split_once('=')?;
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => {
                let (value, next) = quoted.split_once('"')?;
                (value, next.strip_prefix(',').unwrap_or(next))
            }
            None => after.split_once(',').unwrap_or((after, "")),
        };
        if name.trim() == wanted {
            return Some(value);
        }
        rest = next;
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn variants_have_their_sound() {
        let text = "#EXTM3U\n#EXT-X-VERSION:7\n\
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"x, y=z\",DEFAULT=NO,URI=\"en.m3u8\"\n\
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"y\",DEFAULT=YES,URI=\"de.m3u8\"\n\
            #EXT-X-STREAM-INF:BANDWIDTH=100,CODECS=\"avc1,mp4a\",AUDIO=\"a\"\nlow.m3u8\n\
            #EXT-X-STREAM-INF:CODECS=\"avc1\",BANDWIDTH=200\nhttps://o.example/high.m3u8?x=1\n";
        let Playlist::Multivariant(found) = playlist(text).unwrap() else {
            panic!("it is one of variants");
        };
        assert_eq!(found[0].sound.as_deref(), Some("de.m3u8"));
        assert_eq!((found[0].bandwidth, found[1].bandwidth), (100, 200));
        assert_eq!(found[1].uri, "https://o.example/high.m3u8?x=1");
        assert_eq!(found[1].sound, None);
    }

    #[test]
    fn segments_are_numbered_and_have_their_maps() {
        let text = "#EXTM3U\r\n#EXT-X-TARGETDURATION:4\r\n#EXT-X-MEDIA-SEQUENCE:17\r\n\
            #EXT-X-MAP:URI=\"init-1.mp4\"\r\n#EXTINF:4.0,\r\n1.m4s\r\n\
            #EXT-X-PART:DURATION=1,URI=\"2.0.m4s\"\r\n#EXT-X-GAP\r\n#EXTINF:4,\r\n2.m4s\r\n\
            #EXT-X-ENDLIST\r\n";
        let Playlist::Media(media) = playlist(text).unwrap() else {
            panic!("it is one of segments");
        };
        assert_eq!(
            (media.target_s, media.first_msn, media.ended),
            (4, 17, true)
        );
        assert_eq!(media.segments.len(), 2);
        assert_eq!(media.segments[0].map.as_deref(), Some("init-1.mp4"));
        assert!(media.segments[1].gap && !media.segments[0].gap);
    }

    #[test]
    fn what_cannot_be_followed_is_refused() {
        for text in [
            "",
            "<html>",
            "#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXTINF:4,\na.ts",
            "#EXTM3U\n#EXTINF:4,\n#EXT-X-BYTERANGE:100@0\na.ts",
        ] {
            assert!(playlist(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_brings_it_down(text in "(#EXT[-XMAPEDIKYSTRU:=\",0-9]{0,30}\n|\\PC{0,20}\n){0,10}") {
            let _ = playlist(&format!("#EXTM3U\n{text}"));
        }
    }
}
