//! The keyframe grid that all renditions of a video are cut on.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use matinee_media::cmaf;
use matinee_media::index::{Cut, Layout, RenditionIndex, Timeline};

use crate::error::{IngestError, Result};
use crate::ladder::Ladder;

/// The instants at which the ladder's segments begin, for a film of this length.
pub(super) fn timeline(ladder: &Ladder, film: Duration) -> Timeline {
    let timescale = ladder.frame_rate.num.max(1);
    let step = u64::from(ladder.gop) * u64::from(ladder.frame_rate.den);
    let end = u64::try_from(film.as_micros() * u128::from(timescale) / 1_000_000).unwrap_or(0);
    // Half a frame beyond a boundary is rounding, not a segment.
    let last = end
        .saturating_sub(u64::from(ladder.frame_rate.den) / 2)
        .max(1);
    Timeline {
        timescale,
        starts: (0..last.div_ceil(step.max(1))).map(|n| n * step).collect(),
        end,
    }
}

/// Whether segments begin where the ladder's do, to half a frame.
pub(super) fn is_aligned(index: &RenditionIndex, ladder: &Ladder) -> bool {
    let half_frame_us = 500_000.0 / ladder.frame_rate.value();
    let times = index.timeline();
    let near = times.starts.iter().zip(0u64..).all(|(&start, n)| {
        let at = start as f64 * 1e6 / f64::from(times.timescale.max(1));
        (at - ladder.boundary_us(n) as f64).abs() <= half_frame_us
    });
    // The last segment may not swallow one that the ladder has.
    let end = times.end as f64 * 1e6 / f64::from(times.timescale.max(1));
    let next = ladder.boundary_us(times.starts.len() as u64) as f64;
    near && end <= next + half_frame_us
}

/// Reads the index of a fragmented file that is on the grid already.
pub(super) fn index_file(file: &Path, cut: Cut<'_>) -> Result<RenditionIndex> {
    let scanned = scan(file)?;
    Ok(scanned.index(cut)?)
}

/// Scans a fragmented file as far as it is whole.
pub(super) fn scan(file: &Path) -> Result<cmaf::Scan> {
    let opened = File::open(file).map_err(|source| IngestError::io("reading", file, source))?;
    Ok(cmaf::scan(&mut BufReader::new(opened))?)
}

/// Cuts a fragmented file like `cut`: rewritten into `to`, so that each segment is one range of
/// the file. Gives back the index of what was written.
pub(super) fn recut(from: &Path, to: &Path, cut: Cut<'_>) -> Result<RenditionIndex> {
    let index = index_file(from, cut)?;
    if index.layout() == Layout::Cmaf {
        std::fs::rename(from, to).map_err(|source| IngestError::io("moving", from, source))?;
        return Ok(index);
    }
    write_segments(&index, from, to)?;
    let again = index_file(to, Cut::Like(&index.timeline()))?;
    if again.layout() != Layout::Cmaf {
        tracing::debug!(file = %to.display(), "the rewritten file is served by samples");
    }
    Ok(again)
}

/// Writes an index's segments one after the other.
fn write_segments(index: &RenditionIndex, from: &Path, to: &Path) -> Result<()> {
    let reading = |source| IngestError::io("reading", from, source);
    let writing = |source| IngestError::io("writing", to, source);
    let mut input = File::open(from).map_err(reading)?;
    let mut output = BufWriter::with_capacity(1 << 20, File::create(to).map_err(writing)?);
    output.write_all(&index.init_segment()).map_err(writing)?;
    for n in 0..index.segment_count() {
        let mut pieces = Vec::new();
        for range in index.segment_ranges(n)? {
            let mut piece = Vec::new();
            input.seek(SeekFrom::Start(range.start)).map_err(reading)?;
            (&mut input)
                .take(range.end.saturating_sub(range.start))
                .read_to_end(&mut piece)
                .map_err(reading)?;
            pieces.push(Bytes::from(piece));
        }
        let segment = index.build_segment(n, &pieces)?;
        output.write_all(&segment).map_err(writing)?;
    }
    output.flush().map_err(writing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::Ratio;
    use rstest::rstest;

    #[rstest]
    #[case((25, 1), 100, 10_000, &[0, 100, 200])]
    #[case((25, 1), 100, 8_000, &[0, 100])]
    #[case((25, 1), 100, 8_019, &[0, 100])]
    #[case((25, 1), 100, 8_041, &[0, 100, 200])]
    #[case((30_000, 1001), 120, 9_000, &[0, 120_120, 240_240])]
    #[case((25, 1), 100, 10, &[0])]
    fn the_grid_covers_the_film(
        #[case] rate: (u32, u32),
        #[case] gop: u32,
        #[case] film_ms: u64,
        #[case] starts: &[u64],
    ) {
        let ladder = Ladder {
            frame_rate: Ratio {
                num: rate.0,
                den: rate.1,
            },
            gop,
            rungs: Vec::new(),
        };
        let times = timeline(&ladder, Duration::from_millis(film_ms));
        assert_eq!(times.starts, starts);
    }
}
