//! The index of a rendition: everything that playlists, manifests and segments are computed from,
//! without looking at the media bytes.

mod bandwidth;
mod build;
mod cut;
mod encode;
mod info;

use std::ops::Range;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

pub use build::COALESCE_GAP;
pub use cut::{Cut, Timeline, on_grid};
pub use encode::MAX_INDEX_SIZE;
pub(crate) use info::frame_rate;
pub use info::{MediaKind, RenditionInfo};

use crate::{
    error::{MediaError, Result},
    fragment::{FragmentShape, InitTrack, init_segment},
    mp4::{Movie, Track},
    ratio::rescale,
    samples::SampleTable,
};

/// The most samples in a segment. Ten seconds of 96 kHz sound in the shortest usual frames, or of
/// 1000 frames a second, stay below.
pub const MAX_SEGMENT_SAMPLES: u32 = 1 << 15;

/// The most bytes in a segment: 1 GiB, eight seconds at a gigabit a second.
pub const MAX_SEGMENT_SIZE: u64 = 1 << 30;

/// How the segments of a rendition lie in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// The file is fragmented and a segment is one contiguous range of it, served as it is.
    Cmaf,
    /// The file is any MP4; a segment is a fragment header made on request and the samples'
    /// bytes gathered from where they lie.
    Virtual,
}

/// One segment of a rendition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The samples in it.
    pub samples: Range<u32>,
    /// When it begins to be presented, in ticks.
    pub start: u64,
    /// How long it lasts, in ticks.
    pub duration: u64,
    /// Bytes of the segment as delivered.
    pub size: u64,
    /// Where it lies in the file, for [`Layout::Cmaf`]; empty otherwise.
    pub bytes: Range<u64>,
}

/// The index of one rendition: one video or audio track in one file.
///
/// Times are in ticks of [`RenditionInfo::timescale`] on the presentation's timeline, which the
/// renditions of a video share: edit lists are folded in already, so that time 0 of each is the
/// same instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenditionIndex {
    info: RenditionInfo,
    init: Bytes,
    layout: Layout,
    track_id: u32,
    /// How much later than presented the samples are in segments, which the edit list of the
    /// initialization segment takes back: composition offsets stay positive that way, for
    /// there are players that misread negative ones.
    edit_shift: u32,
    samples: SampleTable,
    segments: Vec<Segment>,
    iframes: Vec<u32>,
    shape: FragmentShape,
}

/// Where a segment begins: its first sample and, in the Cmaf layout, its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) first_sample: u32,
    pub(crate) bytes: Range<u64>,
}

impl RenditionIndex {
    /// Puts an index together and checks that it holds together.
    pub(crate) fn assemble(
        info: RenditionInfo,
        init: Bytes,
        layout: Layout,
        track_id: u32,
        edit_shift: u32,
        samples: SampleTable,
        spans: &[Span],
    ) -> Result<Self> {
        if samples.is_empty() {
            return Err(MediaError::Missing("a sample"));
        }
        if info.timescale == 0 {
            return Err(MediaError::malformed("index", "the timescale is zero"));
        }
        let ascending = spans.is_sorted_by(|a, b| a.first_sample < b.first_sample);
        let covers = spans.first().is_some_and(|span| span.first_sample == 0)
            && spans
                .last()
                .is_some_and(|span| span.first_sample < samples.len());
        if !ascending || !covers {
            return Err(MediaError::malformed(
                "index",
                "the segments do not cover the samples",
            ));
        }
        let shape = FragmentShape::of(&samples, edit_shift);
        let mut index = Self {
            iframes: pick_iframes(&info, &samples),
            info,
            init,
            layout,
            track_id,
            edit_shift,
            samples,
            segments: Vec::with_capacity(spans.len()),
            shape,
        };
        for (n, span) in spans.iter().enumerate() {
            let end = spans
                .get(n + 1)
                .map_or(index.samples.len(), |next| next.first_sample);
            let segment = index.measure(span, end)?;
            index.segments.push(segment);
        }
        index.set_durations();
        Ok(index)
    }

    fn measure(&self, span: &Span, end: u32) -> Result<Segment> {
        let samples = span.first_sample..end;
        let count = end - span.first_sample;
        let size = match self.layout {
            Layout::Cmaf => span.bytes.end.saturating_sub(span.bytes.start),
            Layout::Virtual => self.samples.size_of(samples.clone()) + self.shape.header_len(count),
        };
        if count > MAX_SEGMENT_SAMPLES {
            return Err(MediaError::TooLarge {
                what: "segment (samples)",
                size: u64::from(count),
                limit: u64::from(MAX_SEGMENT_SAMPLES),
            });
        }
        if size > MAX_SEGMENT_SIZE {
            return Err(MediaError::TooLarge {
                what: "segment",
                size,
                limit: MAX_SEGMENT_SIZE,
            });
        }
        let start = u64::try_from(self.samples.pts(span.first_sample)).unwrap_or(0);
        Ok(Segment {
            samples,
            start,
            duration: 0,
            size,
            bytes: span.bytes.clone(),
        })
    }

    /// A segment lasts until the next begins, the last one until its last sample ends.
    fn set_durations(&mut self) {
        let Some(last) = self.segments.last() else {
            return;
        };
        let mut end = self
            .samples
            .range(last.samples.clone())
            .map(|sample| sample.pts().saturating_add(i64::from(sample.duration)))
            .max()
            .and_then(|end| u64::try_from(end).ok())
            .unwrap_or(0);
        for segment in self.segments.iter_mut().rev() {
            segment.start = segment.start.min(end);
            segment.duration = end - segment.start;
            end = segment.start;
        }
    }

    /// Indexes a track of an ordinary MP4 or MOV in the [`Layout::Virtual`] layout: segments are
    /// made on request from the samples where they lie.
    ///
    /// Edit lists are folded into the times. Errors: [`MediaError::Unsupported`] when the track
    /// cannot be cut into segments without re-encoding (several sample entries, encryption, an
    /// edit list that begins between two sync samples), [`MediaError::TooLarge`] when a segment
    /// would be.
    pub fn from_mp4_track(movie: &Movie, track: &Track, cut: Cut<'_>) -> Result<Self> {
        if track.uses_other_entries {
            return Err(MediaError::Unsupported(
                "a track with several sample entries",
            ));
        }
        if track.external {
            return Err(MediaError::Unsupported("media data in another file"));
        }
        let entry = track.entry().ok_or(MediaError::Missing("stsd"))?;
        if entry.encrypted {
            return Err(MediaError::Unsupported("encrypted samples"));
        }
        let samples = track.presentation(movie)?;
        let info = RenditionInfo::of_track(track, &samples).ok_or(MediaError::Unsupported(
            "a track that is neither video nor audio",
        ))?;
        let edit_shift = samples.lowest_composition_offset().min(0).unsigned_abs();
        let turned = matches!(info.rotation, 90 | 270);
        let init = init_segment(&InitTrack {
            id: 1,
            video: info.kind == MediaKind::Video,
            timescale: info.timescale,
            width: if turned { info.height } else { info.width },
            height: if turned { info.width } else { info.height },
            rotation: info.rotation,
            language: info.language.as_deref(),
            edit_shift,
            entry: &entry.bytes,
        });
        let spans: Vec<Span> = cut
            .starts(&info, &samples)
            .into_iter()
            .map(|first_sample| Span {
                first_sample,
                bytes: 0..0,
            })
            .collect();
        Self::assemble(info, init, Layout::Virtual, 1, edit_shift, samples, &spans)
    }

    /// What the rendition is.
    pub const fn info(&self) -> &RenditionInfo {
        &self.info
    }

    /// Replaces the language, which a file seldom knows as well as its catalogue.
    #[must_use]
    pub fn with_language(mut self, language: Option<String>) -> Self {
        self.info.language = language;
        self
    }

    /// How the segments lie in the file.
    pub const fn layout(&self) -> Layout {
        self.layout
    }

    /// The id of the track in its segments.
    pub const fn track_id(&self) -> u32 {
        self.track_id
    }

    /// The initialization segment: `ftyp` and `moov`.
    pub fn init_segment(&self) -> Bytes {
        self.init.clone()
    }

    /// The samples in decoding order.
    pub const fn samples(&self) -> &SampleTable {
        &self.samples
    }

    /// The segments in order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// How many segments there are; they are numbered from 0.
    pub const fn segment_count(&self) -> usize {
        self.segments.len()
    }

    /// Segment number `n`.
    pub fn segment(&self, n: usize) -> Result<&Segment> {
        self.segments.get(n).ok_or(MediaError::NoSuch {
            what: "segment",
            number: n as u64,
        })
    }

    /// Bytes of segment `n` as delivered, known without reading any media.
    pub fn segment_size(&self, n: usize) -> Result<u64> {
        self.segment(n).map(|segment| segment.size)
    }

    /// Duration of segment `n` in ticks.
    pub fn segment_duration(&self, n: usize) -> Result<u64> {
        self.segment(n).map(|segment| segment.duration)
    }

    /// Ticks as seconds.
    pub fn seconds(&self, ticks: u64) -> f64 {
        ticks as f64 / f64::from(self.info.timescale)
    }

    /// When the presentation ends, in ticks.
    pub fn end(&self) -> u64 {
        self.segments
            .last()
            .map_or(0, |last| last.start + last.duration)
    }

    /// When the presentation ends, in milliseconds from its beginning.
    pub fn duration_ms(&self) -> u64 {
        rescale(self.end(), self.info.timescale, 1000)
    }

    /// The longest segment, in ticks.
    pub fn longest_segment(&self) -> u64 {
        self.segments
            .iter()
            .map(|segment| segment.duration)
            .max()
            .unwrap_or(0)
    }

    /// The segment that is presented at `ticks`, or the nearest.
    pub fn segment_at(&self, ticks: u64) -> usize {
        self.segments
            .partition_point(|segment| segment.start <= ticks)
            .saturating_sub(1)
    }

    /// The segment starts, for cutting other renditions alike.
    pub fn timeline(&self) -> Timeline {
        Timeline {
            timescale: self.info.timescale,
            starts: self.segments.iter().map(|segment| segment.start).collect(),
            end: self.end(),
        }
    }

    /// The numbers of the samples that make up the I-frame playlist, in order: sync samples at
    /// least half a second apart. Empty for audio.
    pub fn iframes(&self) -> &[u32] {
        &self.iframes
    }

    /// Heap bytes held, for weighing caches.
    pub fn memory_size(&self) -> usize {
        self.init.len()
            + self.samples.memory_size()
            + self.segments.capacity() * size_of::<Segment>()
            + self.iframes.capacity() * 4
    }
}

fn pick_iframes(info: &RenditionInfo, samples: &SampleTable) -> Vec<u32> {
    if info.kind != MediaKind::Video {
        return Vec::new();
    }
    let apart = i64::from(info.timescale / 2);
    let mut picked = Vec::new();
    let mut next = i64::MIN;
    for sample in samples
        .iter()
        .filter(|sample| sample.sync && sample.pts() >= 0)
    {
        if sample.pts() >= next {
            picked.push(sample.index);
            next = sample.pts().saturating_add(apart);
        }
    }
    picked
}

#[cfg(test)]
mod tests;
