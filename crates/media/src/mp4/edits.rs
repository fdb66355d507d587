//! Edit lists (§8.6.6) folded into sample times.
//!
//! Players differ in what they make of edit lists, above all in fragmented streams; so the
//! samples themselves are moved to where the edit list wants them, and none is passed on.

use super::{Movie, Track, TrackKind};
use crate::{
    error::{MediaError, Result},
    ratio::rescale,
    samples::{Sample, SampleTable, SampleTableBuilder},
};

/// The longest presentation that is indexed: 31 days, in seconds.
const MAX_DURATION_S: u64 = 31 * 24 * 3600;

/// The one stretch of a track that is presented.
struct Window {
    /// How long nothing is presented before it, in ticks of the track.
    delay: u64,
    /// The media time at which it begins, in ticks of the track.
    from: i64,
    /// The media time at which it ends.
    until: i64,
}

impl Track {
    /// The track's samples on the presentation's timeline: those that its edit list presents,
    /// moved so that time 0 is the movie's beginning and the first sample has a composition
    /// offset of 0.
    ///
    /// Encoder priming of sound, which edit lists hide, is left out by whole frames. Samples that
    /// lie beyond the end of the file (a truncated upload) are left out too.
    ///
    /// Errors: [`MediaError::Unsupported`] for edit lists that repeat, reorder or change speed,
    /// or begin between two sync samples of pictures; [`MediaError::TooLarge`] past 31 days.
    pub fn presentation(&self, movie: &Movie) -> Result<SampleTable> {
        let window = self.window(movie.timescale)?;
        let end = self.readable_samples(movie.file_len);
        let first = self.first_presented(&window, end)?;
        let samples = self.samples.range(first..end);
        let Some(begin) = samples.clone().next() else {
            return Err(MediaError::Missing("a sample that is presented"));
        };
        let shift = begin
            .pts()
            .saturating_sub(window.from)
            .max(0)
            .unsigned_abs();
        let mut builder = SampleTableBuilder::new(window.delay.saturating_add(shift));
        let last = self.last_presented(&window, first, end);
        for sample in samples.take_while(|sample| sample.index <= last) {
            builder.push(
                sample.duration,
                sample.cts.saturating_sub(begin.cts),
                sample.offset,
                sample.size,
                sample.sync,
            );
        }
        let table = builder.finish();
        let seconds = table.end_dts() / u64::from(self.timescale);
        if seconds > MAX_DURATION_S {
            return Err(MediaError::TooLarge {
                what: "duration in seconds",
                size: seconds,
                limit: MAX_DURATION_S,
            });
        }
        Ok(table)
    }

    /// How many samples from the first on lie whole within a file of `file_len` bytes.
    pub fn readable_samples(&self, file_len: u64) -> u32 {
        let beyond = |sample: &Sample| sample.range().end > file_len;
        self.samples
            .iter()
            .find(beyond)
            .map_or(self.samples.len(), |sample| sample.index)
    }

    fn window(&self, movie_timescale: u32) -> Result<Window> {
        let convert = |ticks| rescale(ticks, movie_timescale, self.timescale);
        let mut window = Window {
            delay: 0,
            from: 0,
            until: i64::MAX,
        };
        let mut edits = self.edits.iter().peekable();
        while let Some(edit) = edits.next_if(|edit| edit.media_time.is_none()) {
            window.delay = window.delay.saturating_add(convert(edit.duration));
        }
        let Some(edit) = edits.next() else {
            // Only empty edits, or none: the media is presented from its beginning.
            window.from = self.first_time().min(0);
            return Ok(window);
        };
        // Rates are 16.16; some writers leave the field zero.
        if !matches!(edit.rate, 0 | 0x0001_0000) {
            return Err(MediaError::Unsupported("an edit list that changes speed"));
        }
        let signed = |ticks: u64| i64::try_from(ticks).unwrap_or(i64::MAX);
        window.from = signed(edit.media_time.unwrap_or(0));
        if edit.duration > 0 {
            // Both timescales round; a tick of the coarser one is the error.
            let coarse = u64::from(self.timescale / movie_timescale.max(1) + 1);
            let len = convert(edit.duration).saturating_add(coarse);
            window.until = window.from.saturating_add(signed(len));
        }
        for edit in edits {
            // Edits that go on where the last one ended are one edit; anything else is not.
            let Some(media_time) = edit.media_time.map(signed) else {
                return Err(MediaError::Unsupported("an edit list with a gap"));
            };
            let slack = i64::from(self.timescale / 20);
            if window.until == i64::MAX || window.until.abs_diff(media_time) > slack.unsigned_abs()
            {
                return Err(MediaError::Unsupported("an edit list of several pieces"));
            }
            window.until = match edit.duration {
                0 => i64::MAX,
                len => media_time.saturating_add(signed(convert(len))),
            };
        }
        Ok(window)
    }

    /// The earliest presentation time among the first samples, which may be negative.
    fn first_time(&self) -> i64 {
        self.samples
            .range(0..64)
            .map(|sample| sample.pts())
            .min()
            .unwrap_or(0)
    }

    /// The first sample that is presented.
    fn first_presented(&self, window: &Window, end: u32) -> Result<u32> {
        let frame = i64::from(self.samples.durations().get(0));
        if self.kind == TrackKind::Video {
            // Pictures begin at a sync sample; the last one that is not after the beginning.
            let mut chosen: Option<Sample> = None;
            for sample in self.samples.range(0..end).filter(|sample| sample.sync) {
                if chosen.is_some() && sample.pts() > window.from.saturating_add(frame / 2) {
                    break;
                }
                chosen = Some(sample);
            }
            let sample = chosen.ok_or(MediaError::Missing("a sync sample"))?;
            if window.from.saturating_sub(sample.pts()) > frame {
                return Err(MediaError::Unsupported(
                    "an edit list that begins between two sync samples",
                ));
            }
            return Ok(sample.index);
        }
        // Sound begins at the first frame that lies in the window. A frame of which only a
        // quarter is cut off is kept: that shifts it by a few milliseconds at most.
        let first = self.samples.range(0..end).find(|sample| {
            sample.pts().saturating_add(i64::from(sample.duration) / 4) >= window.from
        });
        Ok(first.map_or(end, |sample| sample.index))
    }

    /// The last sample, in decoding order, that is presented.
    fn last_presented(&self, window: &Window, first: u32, end: u32) -> u32 {
        if window.until == i64::MAX {
            return end;
        }
        let shown = |sample: &Sample| sample.pts() < window.until;
        let mut last = first;
        for sample in self.samples.range(first..end).filter(shown) {
            last = sample.index;
        }
        last
    }
}
