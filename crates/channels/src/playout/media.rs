//! Media playlists (RFC 8216bis §4.4.3–4.4.5).

use std::fmt::Write as _;

use matinee_media::scte35::{Cue, splice_insert};

use super::{
    names,
    reel::{Break, Laid, Shape, View},
    sources::{Track, audio, slate_codec, subtitles, video},
    text::{instant, number, quoted, seconds},
};
use crate::{
    definition::Format,
    library::{Item, SLATE_PATH},
};

/// How advertisement breaks are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cues<'a> {
    /// Not at all.
    #[default]
    None,
    /// By `EXT-X-CUE-OUT` and `EXT-X-CUE-IN`, and a `EXT-X-DATERANGE` with a stable identifier,
    /// for those who put their own in.
    Marked,
    /// As HLS interstitials (RFC 8216bis appendix D): players that know them ask this address,
    /// with the break's identifier behind it, for what to play in place of what is listed. All
    /// others play that.
    Interstitials(&'a str),
}

/// Writes the media playlists of a channel.
#[derive(Clone, Copy, Debug)]
pub struct MediaWriter<'a> {
    /// The channel's form.
    pub format: &'a Format,
    /// What every address of media begins with, without a slash at its end, such as `/media`.
    pub root: &'a str,
    /// What every address ends with: a query, or nothing.
    pub suffix: &'a str,
    /// How many milliseconds later than it aired everything is told to air, for feeds of other
    /// time zones. Their view is that of so much earlier.
    pub shift_ms: i64,
    /// How breaks are told.
    pub cues: Cues<'a>,
}

impl MediaWriter<'_> {
    /// Writes the playlist of a track behind what is in the buffer. Every track of one view has
    /// the same numbers, instants and durations.
    pub fn write(&self, out: &mut String, view: &View<'_>, track: Track) {
        out.push_str("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:");
        number(out, self.format.target_duration_s.into());
        out.push_str("\n#EXT-X-MEDIA-SEQUENCE:");
        number(out, view.msn);
        out.push_str("\n#EXT-X-DISCONTINUITY-SEQUENCE:");
        number(out, view.discontinuities);
        out.push_str(match view.shape {
            Shape::Live { .. } => "\n",
            Shape::StartOver { .. } => "\n#EXT-X-PLAYLIST-TYPE:EVENT\n",
            Shape::CatchUp { .. } if view.complete => "\n#EXT-X-PLAYLIST-TYPE:VOD\n",
            Shape::CatchUp { .. } => "\n#EXT-X-PLAYLIST-TYPE:EVENT\n",
        });
        if !matches!(track, Track::Subtitles(_)) {
            out.push_str("#EXT-X-INDEPENDENT-SEGMENTS\n");
        }
        for (laid, begin, end) in view.slots() {
            if begin == 0 && laid.ordinal > 0 {
                out.push_str("#EXT-X-DISCONTINUITY\n");
            }
            if begin == 0 {
                self.cue(out, view, &laid);
            }
            let source = Source::of(&laid, self.format, track);
            self.map(out, &source);
            let mut at = laid.offset(begin);
            for segment in begin..end {
                let next = laid.offset(segment + 1);
                out.push_str("#EXT-X-PROGRAM-DATE-TIME:");
                instant(out, laid.slot.start + i64::from(at) + self.shift_ms);
                out.push_str("\n#EXTINF:");
                seconds(out, (next - at).into());
                out.push_str(",\n");
                self.segment(out, &source, &laid, segment, at, next - at);
                at = next;
            }
        }
        if view.complete {
            out.push_str("#EXT-X-ENDLIST\n");
        }
    }

    fn path(&self, out: &mut String, path: &str) {
        out.push_str(self.root);
        out.push('/');
        out.push_str(path);
        out.push('/');
    }

    fn slate(&self, out: &mut String) {
        out.push_str(self.root);
        out.push('/');
        out.push_str(SLATE_PATH);
        out.push('/');
        out.push_str(slate_codec(self.format));
        out.push('/');
    }

    fn silence(&self, out: &mut String) {
        out.push_str(self.root);
        out.push('/');
        out.push_str(names::SILENCE);
        out.push('/');
        number(out, self.format.sample_rate.into());
        out.push('-');
        number(out, self.format.channels.into());
        out.push('/');
    }

    /// The initialization segment, again after every discontinuity and at the head of the list.
    fn map(&self, out: &mut String, source: &Source<'_>) {
        match source {
            Source::Media(path) => {
                out.push_str("#EXT-X-MAP:URI=\"");
                self.path(out, path);
            }
            Source::Silence => {
                out.push_str("#EXT-X-MAP:URI=\"");
                self.silence(out);
            }
            Source::Slate => {
                out.push_str("#EXT-X-MAP:URI=\"");
                self.slate(out);
            }
            Source::Subtitles(_) | Source::Nothing => return,
            // Nothing will be asked of it, and a player that does gets what the slate has.
            Source::Gone => return,
        }
        out.push_str("init.mp4");
        out.push_str(self.suffix);
        out.push_str("\"\n");
    }

    fn segment(
        &self,
        out: &mut String,
        source: &Source<'_>,
        laid: &Laid<'_>,
        segment: u32,
        at: u32,
        duration: u32,
    ) {
        let n = u64::from(laid.slot.first + segment);
        match source {
            Source::Media(path) => {
                self.path(out, path);
                number(out, n);
                out.push_str(".m4s");
            }
            Source::Silence => {
                self.silence(out);
                number(out, u64::from(laid.item_offset() + at));
                out.push('-');
                number(out, duration.into());
                out.push_str(".m4s");
            }
            Source::Slate => {
                self.slate(out);
                number(out, u64::from(laid.item_offset() + at));
                out.push('-');
                number(out, duration.into());
                out.push_str(".m4s");
            }
            Source::Subtitles(path) => {
                self.path(out, path);
                number(out, n);
                out.push_str(".vtt");
            }
            Source::Nothing => {
                out.push_str(self.root);
                out.push('/');
                out.push_str(names::EMPTY_SUBTITLES);
            }
            Source::Gone => {
                out.push_str("#EXT-X-GAP\n");
                out.push_str(self.root);
                out.push_str("/gone/");
                number(out, laid.slot.msn + u64::from(segment));
                out.push_str(".m4s");
            }
        }
        out.push_str(self.suffix);
        out.push('\n');
    }

    /// A date range up to when it begins.
    fn date_range(&self, out: &mut String, of: &Break) {
        // The number of its first segment names a break for good.
        out.push_str("#EXT-X-DATERANGE:ID=\"break-");
        number(out, of.msn);
        out.push_str("\",START-DATE=\"");
        instant(out, of.start + self.shift_ms);
        out.push('"');
    }

    fn cue(&self, out: &mut String, view: &View<'_>, laid: &Laid<'_>) {
        if self.cues == Cues::None {
            return;
        }
        let marked = self.cues == Cues::Marked;
        if marked && let Some(closed) = view.closes_break(laid.slot) {
            out.push_str("#EXT-X-CUE-IN\n");
            if closed.end.is_none() {
                // How long it was is known only now.
                self.date_range(out, &closed);
                out.push_str(",END-DATE=\"");
                instant(out, laid.slot.start + self.shift_ms);
                out.push('"');
                splice(out, "SCTE35-IN", &closed);
                out.push('\n');
            }
        }
        let Some(opened) = view.opens_break(laid.slot) else {
            return;
        };
        let duration = opened.end.map(|end| (end - opened.start).unsigned_abs());
        // Nobody else's material stands in for what a broadcast is broken with.
        let Some(duration) = duration else {
            if marked {
                out.push_str("#EXT-X-CUE-OUT\n");
                self.date_range(out, &opened);
                splice(out, "SCTE35-OUT", &opened);
                out.push('\n');
            }
            return;
        };
        if marked {
            out.push_str("#EXT-X-CUE-OUT:");
            seconds(out, duration);
            out.push('\n');
        }
        self.date_range(out, &opened);
        out.push_str(",DURATION=");
        seconds(out, duration);
        if marked {
            splice(out, "SCTE35-OUT", &opened);
        }
        if let Cues::Interstitials(address) = self.cues {
            out.push_str(",CLASS=\"com.apple.hls.interstitial\",X-ASSET-LIST=");
            // Quotes could end the attribute.
            let mut uri = String::with_capacity(address.len() + 24);
            uri.push_str(address);
            number(&mut uri, laid.slot.msn);
            quoted(out, &uri);
            out.push_str(",X-RESUME-OFFSET=");
            seconds(out, duration);
            out.push_str(",X-PLAYOUT-LIMIT=");
            seconds(out, duration);
            out.push_str(",X-SNAP=\"OUT,IN\"");
        }
        out.push('\n');
    }
}

/// The attribute that says by SCTE 35 that a break begins, or is over.
fn splice(out: &mut String, name: &str, of: &Break) {
    let begins = name == "SCTE35-OUT";
    let duration_ms = of.end.map(|end| (end - of.start).unsigned_abs());
    let cue = Cue {
        // Events are told apart, and the number of a segment is long.
        event_id: u32::try_from(of.msn & u64::from(u32::MAX)).unwrap_or(0),
        out: begins,
        duration_ms: duration_ms.filter(|_| begins),
        auto_return: begins && duration_ms.is_some(),
    };
    let _ = write!(out, ",{name}=0x");
    for byte in splice_insert(&cue) {
        let _ = write!(out, "{byte:02X}");
    }
}

/// What stands for a slot in a track.
enum Source<'a> {
    Media(&'a str),
    Silence,
    /// In place of pictures that must not be shown.
    Slate,
    Subtitles(&'a str),
    Nothing,
    Gone,
}

impl<'a> Source<'a> {
    fn of(laid: &Laid<'a>, format: &Format, track: Track) -> Self {
        let item: Option<&'a Item> = laid.item;
        if laid.withheld && item.is_some() {
            return match track {
                Track::Video(_) => Self::Slate,
                Track::Audio(_) => Self::Silence,
                Track::Subtitles(_) => Self::Nothing,
            };
        }
        match (track, item) {
            (Track::Subtitles(_), None) => Self::Nothing,
            (_, None) => Self::Gone,
            (Track::Video(n), Some(item)) => {
                let rung = format.rungs.get(n).or(format.rungs.first());
                let found = rung.and_then(|rung| video(item, format, rung));
                found.map_or(Self::Gone, |rendition| Self::Media(&rendition.path))
            }
            (Track::Audio(n), Some(item)) => audio(item, format, n)
                .map_or(Self::Silence, |rendition| Self::Media(&rendition.path)),
            (Track::Subtitles(n), Some(item)) => subtitles(item, format, n)
                .map_or(Self::Nothing, |subtitles| Self::Subtitles(&subtitles.path)),
        }
    }
}
