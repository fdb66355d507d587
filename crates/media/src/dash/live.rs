//! Manifests that grow: low-latency DASH (ISO/IEC 23009-1 §5.3, and what DASH-IF's guidelines
//! for live services ask of it).
//!
//! A run of a broadcast is a `Period`: within it the coding does not change and the clock does
//! not jump. Segments are told by a `SegmentTimeline`, since keyframes come when the encoder
//! likes. The last of them may still be growing: it is told with the length that it is going to
//! have, may be asked for as soon as its first part is there (`availabilityTimeOffset`), and
//! comes in chunks as they do.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt::Write as _;

use super::{descriptor, xml::Xml};
use crate::{hls::rfc3339, presentation::names};

/// What clocks are set by: the manifest itself says what time it is.
const DIRECT: &str = "urn:mpeg:dash:utc:direct:2014";
/// How players may catch up, or fall back, without anybody hearing it.
const SLOWEST: &str = "0.96";
const FASTEST: &str = "1.04";

/// A segment of a [`LiveSet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveSegment {
    /// When it begins on the broadcast's clock, in microseconds.
    pub start: u64,
    /// How long it is, or is going to be, in microseconds.
    pub duration: u64,
}

/// What a [`LiveSet`] is of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LiveKind {
    /// Pictures.
    Video {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
        /// Frames a second, if that has been seen yet.
        frame_rate: Option<f64>,
    },
    /// Sound.
    Audio {
        /// How many speakers it is for.
        channels: u16,
        /// In Hz.
        sample_rate: u32,
    },
}

/// A track of a [`LivePeriod`].
#[derive(Clone, Debug, PartialEq)]
pub struct LiveSet<'a> {
    /// Where its segments are, without a slash at the end.
    pub path: Cow<'a, str>,
    /// Pictures or sound.
    pub kind: LiveKind,
    /// As RFC 6381 has it.
    pub codec_string: &'a str,
    /// Bits a second at most, as far as has been seen.
    pub bandwidth_bps: u64,
    /// The number of the first segment. The others are numbered on from there.
    pub first_msn: u64,
    /// The segments that can be had. Each begins where the one before ends, or later.
    pub segments: Vec<LiveSegment>,
}

/// A stretch of a broadcast with the same tracks.
#[derive(Clone, Debug, PartialEq)]
pub struct LivePeriod<'a> {
    /// Which run of the broadcast it belongs to, and so which initialization segments.
    pub run: u32,
    /// What tells it from other periods, for as long as it is there.
    pub id: u64,
    /// When the broadcast's clock was at 0 in this run, in UTC microseconds.
    pub wall: i64,
    /// When it begins on the broadcast's clock, in microseconds. It stays so when its first
    /// segments are not listed any more.
    pub start: u64,
    /// Its tracks. Pictures in several sizes stand beside each other: players choose.
    pub sets: Vec<LiveSet<'a>>,
}

/// A broadcast as it is now, to be written as a manifest.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveManifest<'a> {
    /// When it began, in UTC microseconds. The same as long as it goes on.
    pub began_at: i64,
    /// What time it is, in UTC microseconds.
    pub now: i64,
    /// How far back viewers may go, in milliseconds.
    pub window_ms: u64,
    /// How long parts are, in milliseconds.
    pub part_ms: u32,
    /// From when on a keyframe begins a segment, in milliseconds.
    pub segment_ms: u32,
    /// The longest segment, in seconds.
    pub target_s: u32,
    /// In order.
    pub periods: Vec<LivePeriod<'a>>,
    /// Whether nothing is added any more.
    pub ended: bool,
    /// Appended to every address.
    pub suffix: &'a str,
}

impl LiveManifest<'_> {
    /// Since when a moment of a run's clock counts, in microseconds from the beginning.
    fn since(&self, period: &LivePeriod<'_>, micros: u64) -> u64 {
        let at = period.wall.saturating_add_unsigned(micros);
        u64::try_from(at.saturating_sub(self.began_at)).unwrap_or(0)
    }

    /// When the last segment ends, in microseconds from the beginning.
    fn end(&self) -> u64 {
        let ends = self.periods.iter().flat_map(|period| {
            let segments = period.sets.iter().filter_map(|set| set.segments.last());
            segments.map(|last| self.since(period, last.start.saturating_add(last.duration)))
        });
        ends.max().unwrap_or(0)
    }

    /// Writes the manifest.
    pub fn write(&self) -> String {
        let mut xml = Xml::new();
        let began = rfc3339(self.began_at);
        let now = rfc3339(self.now);
        let window = length(self.window_ms.saturating_mul(1000));
        let end = length(self.end());
        let longest = format!("PT{}S", self.target_s);
        let delay = length(u64::from(self.segment_ms).saturating_mul(2000));
        let mut attributes: super::xml::Attributes<'_> = vec![
            ("xmlns", &"urn:mpeg:dash:schema:mpd:2011"),
            ("profiles", &"urn:mpeg:dash:profile:isoff-live:2011"),
            ("minBufferTime", &"PT1S"),
            ("maxSegmentDuration", &longest),
        ];
        if self.ended {
            attributes.push(("type", &"static"));
            attributes.push(("mediaPresentationDuration", &end));
        } else {
            attributes.push(("type", &"dynamic"));
            attributes.push(("availabilityStartTime", &began));
            attributes.push(("publishTime", &now));
            // A segment is told of as soon as its first part is there.
            attributes.push(("minimumUpdatePeriod", &"PT1S"));
            attributes.push(("timeShiftBufferDepth", &window));
            attributes.push(("suggestedPresentationDelay", &delay));
        }
        xml.open("MPD", &attributes);
        if !self.ended {
            xml.open("ServiceDescription", &[("id", &0)]);
            let part = u64::from(self.part_ms);
            xml.empty(
                "Latency",
                &[
                    ("min", &(part * 2)),
                    ("target", &(part * 5)),
                    ("max", &(part * 16)),
                ],
            );
            xml.empty("PlaybackRate", &[("min", &SLOWEST), ("max", &FASTEST)]);
            xml.close("ServiceDescription");
        }
        for period in &self.periods {
            self.period(&mut xml, period);
        }
        if !self.ended {
            xml.empty("UTCTiming", &[("schemeIdUri", &DIRECT), ("value", &now)]);
        }
        xml.close("MPD");
        xml.out
    }

    fn period(&self, xml: &mut Xml, period: &LivePeriod<'_>) {
        let start = length(self.since(period, period.start));
        xml.open("Period", &[("id", &period.id), ("start", &start)]);
        let same = |one: &LiveSet<'_>, other: &LiveSet<'_>| {
            let video = |set: &LiveSet<'_>| matches!(set.kind, LiveKind::Video { .. });
            video(one) == video(other)
        };
        for sets in period.sets.chunk_by(same) {
            let (id, content, mime) = match sets[0].kind {
                LiveKind::Video { .. } => (1, "video", "video/mp4"),
                LiveKind::Audio { .. } => (2, "audio", "audio/mp4"),
            };
            xml.open(
                "AdaptationSet",
                &[
                    ("id", &id),
                    ("contentType", &content),
                    ("mimeType", &mime),
                    ("segmentAlignment", &"true"),
                    // An encoder may send keyframes so seldom that some segments begin without.
                    ("startWithSAP", &1),
                ],
            );
            descriptor(xml, "Role", "urn:mpeg:dash:role:2011", "main");
            for set in sets {
                self.representation(xml, period, set);
            }
            xml.close("AdaptationSet");
        }
        xml.close("Period");
    }

    fn representation(&self, xml: &mut Xml, period: &LivePeriod<'_>, set: &LiveSet<'_>) {
        let bandwidth = set.bandwidth_bps.max(1);
        let path = &*set.path;
        let mut attributes: super::xml::Attributes<'_> = vec![
            ("id", &path),
            ("codecs", &set.codec_string),
            ("bandwidth", &bandwidth),
        ];
        let rate;
        match &set.kind {
            LiveKind::Video {
                width,
                height,
                frame_rate,
            } => {
                attributes.push(("width", width));
                attributes.push(("height", height));
                if let Some(frames) = frame_rate {
                    rate = frames_a_second(*frames);
                    attributes.push(("frameRate", &rate));
                }
            }
            LiveKind::Audio { sample_rate, .. } => {
                attributes.push(("audioSamplingRate", sample_rate));
            }
        }
        xml.open("Representation", &attributes);
        if let LiveKind::Audio { channels, .. } = set.kind {
            descriptor(
                xml,
                "AudioChannelConfiguration",
                "urn:mpeg:dash:23003:3:audio_channel_configuration:2011",
                &channels.to_string(),
            );
        }
        let media = format!("{}/$Number$.m4s{}", set.path, self.suffix);
        let init = names::run_init(period.run);
        let init = format!("{}/{init}{}", set.path, self.suffix);
        // How long before its end a segment may be asked for: when its first part is there.
        let early = u64::from(self.segment_ms.saturating_sub(self.part_ms));
        let early = format!("{}.{:03}", early / 1000, early % 1000);
        let mut attributes: super::xml::Attributes<'_> = vec![
            ("timescale", &1_000_000),
            ("presentationTimeOffset", &period.start),
            ("startNumber", &set.first_msn),
            ("initialization", &init),
            ("media", &media),
        ];
        if !self.ended {
            attributes.push(("availabilityTimeOffset", &early));
            attributes.push(("availabilityTimeComplete", &"false"));
        }
        xml.open("SegmentTemplate", &attributes);
        xml.open("SegmentTimeline", &[]);
        let mut segments = set.segments.iter().peekable();
        let mut next = None;
        while let Some(segment) = segments.next() {
            let mut end = segment.start.saturating_add(segment.duration);
            let mut repeats = 0_u64;
            while let Some(same) =
                segments.next_if(|other| other.start == end && other.duration == segment.duration)
            {
                end = end.saturating_add(same.duration);
                repeats += 1;
            }
            let mut attributes: super::xml::Attributes<'_> = Vec::new();
            if next != Some(segment.start) {
                attributes.push(("t", &segment.start));
            }
            attributes.push(("d", &segment.duration));
            if repeats > 0 {
                attributes.push(("r", &repeats));
            }
            xml.empty("S", &attributes);
            next = Some(end);
        }
        xml.close("SegmentTimeline");
        xml.close("SegmentTemplate");
        xml.close("Representation");
    }
}

/// An `xs:duration` of so many microseconds.
fn length(micros: u64) -> String {
    let mut out = format!("PT{}", micros / 1_000_000);
    let rest = micros % 1_000_000;
    if rest > 0 {
        let _ = write!(out, ".{rest:06}");
    }
    out.push('S');
    out
}

/// A frame rate as DASH has it: a whole number, or a ratio.
fn frames_a_second(frames: f64) -> String {
    let whole = frames.round();
    if (frames - whole).abs() < 0.001 {
        return format!("{whole:.0}");
    }
    // 29.97 and its kin.
    format!("{:.0}/1001", (frames * 1001.0).round())
}
