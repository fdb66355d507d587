//! Segments out of a rendition's file: what to read, and how to put it together.

use std::ops::Range;

use bytes::{Bytes, BytesMut};

use super::{Layout, RenditionIndex};
use crate::{
    error::{MediaError, Result},
    fragment::{byte_runs, fragment_header, single_sample_shape},
    samples::Sample,
};

/// Bytes of other tracks that are read along rather than starting another read. Interleaved sound
/// and pictures lie closer than this except at very high bit rates.
pub const COALESCE_GAP: u64 = 256 << 10;

/// One read is no longer than this, so that a badly interleaved file does not pull in all of
/// itself for one segment.
const MAX_READ: u64 = 64 << 20;

impl RenditionIndex {
    /// The ranges of the rendition's file that segment `n` is made of, ascending.
    ///
    /// One range in the Cmaf layout. In the Virtual layout ranges that lie within
    /// [`COALESCE_GAP`] of each other are joined, bytes in between and all.
    pub fn segment_ranges(&self, n: usize) -> Result<Vec<Range<u64>>> {
        let segment = self.segment(n)?;
        Ok(match self.layout {
            Layout::Cmaf => vec![segment.bytes.clone()],
            Layout::Virtual => coalesce(byte_runs(&self.samples, segment.samples.clone())),
        })
    }

    /// Segment `n` in the pieces it consists of, without copying media: `read` holds the bytes of
    /// [`segment_ranges`](Self::segment_ranges), in the same order.
    ///
    /// Errors: [`MediaError::WrongBytes`] when `read` does not have those lengths.
    pub fn segment_parts(&self, n: usize, read: &[Bytes]) -> Result<Vec<Bytes>> {
        let segment = self.segment(n)?;
        let ranges = self.segment_ranges(n)?;
        check(&ranges, read)?;
        if self.layout == Layout::Cmaf {
            return Ok(read.to_vec());
        }
        let samples = self.samples.range(segment.samples.clone());
        let tfdt = self.samples.dts(segment.samples.start);
        let sequence = u32::try_from(n).unwrap_or(u32::MAX).saturating_add(1);
        let header = fragment_header(self.shape, self.track_id, sequence, tfdt, samples);
        let mut parts = vec![Bytes::from(header)];
        for run in byte_runs(&self.samples, segment.samples.clone()) {
            parts.push(slice(&ranges, read, &run)?);
        }
        Ok(parts)
    }

    /// Segment `n` as one piece; see [`segment_parts`](Self::segment_parts).
    ///
    /// In the Cmaf layout this copies nothing.
    pub fn build_segment(&self, n: usize, read: &[Bytes]) -> Result<Bytes> {
        Ok(join(self.segment_parts(n, read)?))
    }

    /// Sample and duration in ticks of I-frame number `n`.
    fn iframe(&self, n: usize) -> Result<(Sample, u64)> {
        let no_such = || MediaError::NoSuch {
            what: "I-frame",
            number: n as u64,
        };
        let sample = self
            .iframes
            .get(n)
            .and_then(|&sample| self.samples.get(sample));
        let sample = sample.ok_or_else(no_such)?;
        let next = self
            .iframes
            .get(n + 1)
            .and_then(|&next| self.samples.get(next));
        let end = next.map_or(self.end(), |next| u64::try_from(next.pts()).unwrap_or(0));
        let start = u64::try_from(sample.pts()).unwrap_or(0);
        Ok((sample, end.saturating_sub(start)))
    }

    /// When I-frame `n` is shown and for how long, in ticks.
    pub fn iframe_time(&self, n: usize) -> Result<(u64, u64)> {
        let (sample, duration) = self.iframe(n)?;
        Ok((u64::try_from(sample.pts()).unwrap_or(0), duration))
    }

    /// The range of the rendition's file that I-frame `n` is made of.
    pub fn iframe_range(&self, n: usize) -> Result<Range<u64>> {
        self.iframe(n).map(|(sample, _)| sample.range())
    }

    /// Bytes of I-frame segment `n` as delivered.
    pub fn iframe_size(&self, n: usize) -> Result<u64> {
        let (sample, _) = self.iframe(n)?;
        Ok(single_sample_shape(self.edit_shift).header_len(1) + u64::from(sample.size))
    }

    /// I-frame `n` as a segment of its own, from the bytes of
    /// [`iframe_range`](Self::iframe_range).
    pub fn build_iframe(&self, n: usize, read: &Bytes) -> Result<Bytes> {
        let (sample, duration) = self.iframe(n)?;
        check(
            std::slice::from_ref(&sample.range()),
            std::slice::from_ref(read),
        )?;
        let start = u64::try_from(sample.pts()).unwrap_or(0);
        let alone = Sample {
            cts: 0,
            duration: u32::try_from(duration).unwrap_or(u32::MAX),
            ..sample
        };
        let sequence = u32::try_from(n).unwrap_or(u32::MAX).saturating_add(1);
        let samples = std::iter::once(alone);
        let header = fragment_header(
            single_sample_shape(self.edit_shift),
            self.track_id,
            sequence,
            start,
            samples,
        );
        Ok(join(vec![Bytes::from(header), read.clone()]))
    }
}

fn check(ranges: &[Range<u64>], read: &[Bytes]) -> Result<()> {
    let wanted = ranges.iter().map(|range| range.end - range.start);
    if wanted
        .clone()
        .eq(read.iter().map(|bytes| bytes.len() as u64))
    {
        return Ok(());
    }
    Err(MediaError::WrongBytes {
        wanted: wanted.sum(),
        got: read.iter().map(|bytes| bytes.len() as u64).sum(),
    })
}

/// Joins ranges that are near each other, in the order of the file.
pub(crate) fn coalesce(mut runs: Vec<Range<u64>>) -> Vec<Range<u64>> {
    if !runs.is_sorted_by_key(|run| run.start) {
        runs.sort_unstable_by_key(|run| run.start);
    }
    let mut ranges: Vec<Range<u64>> = Vec::new();
    for run in runs {
        match ranges.last_mut() {
            // Overlapping samples must end up in one range whatever its length, or none would
            // hold them whole.
            Some(last)
                if run.start < last.end
                    || (run.start - last.end <= COALESCE_GAP
                        && run.end - last.start <= MAX_READ) =>
            {
                last.end = last.end.max(run.end);
            }
            _ => ranges.push(run),
        }
    }
    ranges
}

/// The bytes of `run`, which lies in one of `ranges`.
fn slice(ranges: &[Range<u64>], read: &[Bytes], run: &Range<u64>) -> Result<Bytes> {
    let outside = MediaError::malformed("index", "a sample lies outside of its segment's ranges");
    let Some(which) = ranges
        .partition_point(|range| range.start <= run.start)
        .checked_sub(1)
    else {
        return Err(outside);
    };
    let base = ranges[which].start;
    let (Ok(start), Ok(end)) = (
        usize::try_from(run.start - base),
        usize::try_from(run.end - base),
    ) else {
        return Err(outside);
    };
    match read.get(which) {
        Some(bytes) if end <= bytes.len() && start <= end => Ok(bytes.slice(start..end)),
        _ => Err(outside),
    }
}

fn join(mut parts: Vec<Bytes>) -> Bytes {
    if parts.len() == 1 {
        return parts.swap_remove(0);
    }
    let mut whole = BytesMut::with_capacity(parts.iter().map(Bytes::len).sum());
    for part in &parts {
        whole.extend_from_slice(part);
    }
    whole.freeze()
}
