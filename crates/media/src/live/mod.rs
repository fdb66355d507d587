//! Frames that come one after another become CMAF parts and segments at once: what a broadcast is
//! served and recorded from.
//!
//! A [`Packager`] takes the frames of one run of a broadcast, in which the coding does not change.
//! When it does, or when the encoder comes back after a break, the caller makes another one that
//! goes on [`From`](Place) where the last one ended, and tells players of a discontinuity.
//!
//! The pictures lead. A segment begins with the first keyframe after [`Options::segment_ms`], or
//! without one when it would become longer than [`Options::target_s`], and sooner where a break
//! begins or ends ([`Packager::cut_at`]). Sound waits until it is
//! known where the pictures are cut, and is cut at the same instants, so that the numbers of
//! segments agree. A part is as long as [`Options::part_ms`] allows.
//!
//! Nothing is encoded, and a frame is copied once. Memory is bounded by a part, and by the sound
//! that waits for pictures ([`MAX_WAIT_US`]).

mod clock;
mod follow;
mod part;
mod sound;
#[cfg(test)]
mod tests;
mod unpack;
mod video;

use bytes::Bytes;

pub use clock::Unwrap;
pub use follow::{Cut, Follower, video_ticks};
pub use part::Part;
pub use unpack::unpack;
pub(crate) use unpack::unpack_from;

use crate::{
    codec::{Codec, SampleEntry},
    error::{MediaError, Result},
    flv::Frame,
    fragment::{InitTrack, init_of},
    index::MediaKind,
};
use sound::Sound;
use video::Video;

/// Ticks a second of pictures.
pub const VIDEO_TIMESCALE: u32 = 90_000;

/// How long sound waits for pictures, in microseconds, before the broadcast counts as one whose
/// pictures have stopped.
pub const MAX_WAIT_US: i64 = 5_000_000;

/// How a broadcast is cut. The same for all of its runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The longest part, in milliseconds: `PART-TARGET`.
    pub part_ms: u32,
    /// From when on a keyframe begins a segment, in milliseconds.
    pub segment_ms: u32,
    /// The longest segment, in seconds: `EXT-X-TARGETDURATION`.
    pub target_s: u32,
}

impl Default for Options {
    /// Half a second, two seconds, six seconds.
    fn default() -> Self {
        Self {
            part_ms: 500,
            segment_ms: 2_000,
            target_s: 6,
        }
    }
}

/// A place on the timeline of a broadcast.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The number of the segment that comes next.
    pub msn: u64,
    /// When it begins, in microseconds since the broadcast began.
    pub micros: u64,
}

/// Makes parts of the frames of one run.
#[derive(Debug)]
pub struct Packager {
    video: Option<Video>,
    sound: Option<Sound>,
    begun: bool,
    /// What the timestamps of the encoder are at [`from`](Self::from).
    epoch_us: i64,
    /// How much later than it is decoded the first picture is shown.
    shown_later_us: i64,
    from: Place,
    parts: Vec<Part>,
}

impl Packager {
    /// A run with these tracks.
    ///
    /// Errors: [`MediaError::Missing`] without any track, [`MediaError::Unsupported`] for a
    /// codec whose frames have no known length.
    pub fn new(
        options: Options,
        video: Option<&SampleEntry>,
        sound: Option<&SampleEntry>,
        from: Place,
    ) -> Result<Self> {
        if video.is_none() && sound.is_none() {
            return Err(MediaError::Missing("a track"));
        }
        let alone = video.is_none();
        Ok(Self {
            video: video.map(|_| Video::new(options, from)),
            sound: match sound {
                Some(entry) => Some(Sound::new(options, entry, from, alone)?),
                None => None,
            },
            begun: false,
            epoch_us: 0,
            shown_later_us: 0,
            from,
            parts: Vec::new(),
        })
    }

    /// A frame of pictures that decodes at `time_us` of the encoder's clock.
    ///
    /// Frames before the first keyframe are dropped. Errors: [`MediaError::Malformed`] when the
    /// clock has jumped, back or by more than a segment may last: the run is over.
    pub fn video(&mut self, time_us: i64, frame: Frame) -> Result<()> {
        let Some(video) = &mut self.video else {
            return Ok(());
        };
        if !self.begun {
            if !frame.sync {
                return Ok(());
            }
            self.begun = true;
            self.epoch_us = time_us;
            self.shown_later_us = i64::from(frame.composition_ms) * 1000;
        }
        let at = time_us.saturating_sub(self.epoch_us);
        video.push(at, frame, &mut self.parts)?;
        if let Some(sound) = &mut self.sound {
            sound.release(video.known_until_us(), video.cuts(), &mut self.parts);
        }
        Ok(())
    }

    /// A frame of sound that is heard at `time_us` of the encoder's clock.
    ///
    /// Errors: [`MediaError::Malformed`] when the clock has jumped, or when sound has come for
    /// [`MAX_WAIT_US`] without a picture: the run is over.
    pub fn sound(&mut self, time_us: i64, data: Bytes) -> Result<()> {
        let Some(sound) = &mut self.sound else {
            return Ok(());
        };
        if !self.begun {
            if self.video.is_some() {
                // Nothing is shown yet that it could belong to.
                return Ok(());
            }
            self.begun = true;
            self.epoch_us = time_us;
        }
        let at = time_us.saturating_sub(self.epoch_us);
        sound.push(at, data)?;
        match &mut self.video {
            Some(video) => {
                sound.release(video.known_until_us(), video.cuts(), &mut self.parts);
                if sound.waiting_us() > MAX_WAIT_US {
                    return Err(MediaError::malformed(
                        "live stream",
                        "the pictures have stopped while the sound goes on",
                    ));
                }
            }
            None => sound.release_alone(&mut self.parts),
        }
        Ok(())
    }

    /// When what is stamped so by the encoder is shown, in microseconds since the broadcast began.
    /// `None` before the first frame, and for what was before it.
    pub fn shown_at(&self, time_us: i64) -> Option<u64> {
        let epoch = self.epoch_us.saturating_add(self.shown_later_us);
        let at = u64::try_from(time_us.saturating_sub(epoch)).ok()?;
        self.begun.then(|| self.from.micros.saturating_add(at))
    }

    /// Begins a segment with the keyframe that is shown at an instant (in microseconds since the
    /// broadcast began), or with the first one after it.
    pub fn cut_at(&mut self, micros: u64) {
        if let Some(video) = &mut self.video {
            video.cut_at(micros);
        }
    }

    /// The parts that have become whole since the last time.
    pub fn take(&mut self) -> Vec<Part> {
        std::mem::take(&mut self.parts)
    }

    /// Ends the run: what is left becomes last parts. Gives the place from which another run may
    /// go on.
    pub fn finish(mut self) -> (Vec<Part>, Place) {
        let mut end = self.from;
        if let Some(video) = &mut self.video {
            end = video.finish(&mut self.parts);
        }
        if let Some(sound) = &mut self.sound {
            let cuts = self.video.as_mut().map(Video::cuts);
            let heard = sound.finish(cuts, &mut self.parts);
            end.msn = end.msn.max(heard.msn);
            end.micros = end.micros.max(heard.micros);
        }
        (self.parts, end)
    }
}

/// The initialization segment of a track with this sample entry.
pub fn init(entry: &SampleEntry) -> Bytes {
    init_of(&[init_track(entry)])
}

/// What goes before the parts of both tracks, one after another as they come, to make a file of
/// them: what a broadcast is recorded as. The tracks' parts bear different ids.
pub fn file_head(video: Option<&SampleEntry>, sound: Option<&SampleEntry>) -> Bytes {
    let tracks: Vec<InitTrack<'_>> = [video, sound]
        .into_iter()
        .flatten()
        .map(init_track)
        .collect();
    init_of(&tracks)
}

/// The id of a track of this kind.
const fn track_id(kind: MediaKind) -> u32 {
    match kind {
        MediaKind::Video => 1,
        MediaKind::Audio => 2,
    }
}

fn init_track(entry: &SampleEntry) -> InitTrack<'_> {
    let video = entry.video.as_ref();
    InitTrack {
        id: track_id(kind(entry)),
        video: video.is_some(),
        timescale: timescale(entry),
        width: video.map_or(0, |video| video.width.into()),
        height: video.map_or(0, |video| video.height.into()),
        rotation: 0,
        language: None,
        edit_shift: 0,
        entry: &entry.bytes,
    }
}

/// Ticks a second of a track with this sample entry.
pub fn timescale(entry: &SampleEntry) -> u32 {
    entry
        .audio
        .map_or(VIDEO_TIMESCALE, |audio| audio.sample_rate.max(1))
}

/// What a track with this sample entry is.
pub const fn kind(entry: &SampleEntry) -> MediaKind {
    match entry.video {
        Some(_) => MediaKind::Video,
        None => MediaKind::Audio,
    }
}

/// How many samples a frame of sound has, at the rate of its entry.
fn frame_len(codec: Codec, codec_string: &str, data: &[u8]) -> u32 {
    match codec {
        // With spectral band replication twice as many come out as were coded.
        Codec::Aac if matches!(codec_string, "mp4a.40.5" | "mp4a.40.29") => 2048,
        Codec::Opus => opus_len(data),
        _ => 1024,
    }
}

/// RFC 6716 §3.1: the first byte says how long a frame is, and how many there are.
fn opus_len(data: &[u8]) -> u32 {
    let Some(&head) = data.first() else { return 0 };
    let one = match head >> 3 {
        config @ 0..12 => [480, 960, 1920, 2880][usize::from(config % 4)],
        config @ 12..16 => [480, 960][usize::from(config % 2)],
        config => [120, 240, 480, 960][usize::from(config % 4)],
    };
    let count = match head & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => data.get(1).map_or(0, |&byte| u32::from(byte & 0x3f)),
    };
    // No packet lasts longer than 120 ms.
    (one * count).min(5760)
}
