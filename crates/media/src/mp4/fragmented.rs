//! The samples of files whose media comes in fragments.

use std::io::{Read, Seek};

use super::{Movie, walk};
use crate::{
    cmaf::moof::{Defaults, MAX_MOOF_SIZE, Moof},
    error::Result,
    samples::{MAX_SAMPLES, SampleTableBuilder},
};

/// Reads all fragments from `position` on into the movie's tracks, after the samples that they
/// have already. A fragment that is cut off ends the reading without an error: what is there can
/// be used.
pub(super) fn read_fragments<R: Read + Seek>(
    source: &mut R,
    movie: &mut Movie,
    defaults: &[Defaults],
    mut position: u64,
) -> Result<()> {
    let mut builders: Vec<SampleTableBuilder> = movie
        .tracks
        .iter()
        .map(|track| SampleTableBuilder::continuing(&track.samples))
        .collect();
    // Each sample of a file has a byte of it at least, or is of no use.
    let mut budget = u64::from(MAX_SAMPLES).min(movie.file_len);
    while let Some(header) = walk::read_header(source, position, movie.file_len)? {
        let end = header.size.and_then(|size| position.checked_add(size));
        let end = end.unwrap_or(movie.file_len);
        if header.kind == b"moof" {
            if end > movie.file_len {
                break;
            }
            let body = walk::read_body(source, "moof", position, header, end, MAX_MOOF_SIZE)?;
            let moof = Moof::parse(&body, position, defaults, budget)?;
            for traf in moof.tracks {
                budget = budget.saturating_sub(traf.samples.len() as u64);
                let which = movie
                    .tracks
                    .iter()
                    .position(|track| track.id == traf.track_id);
                let Some(builder) = which.and_then(|which| builders.get_mut(which)) else {
                    continue;
                };
                if let Some(time) = traf.decode_time {
                    builder.continue_at(time);
                }
                for sample in traf.samples {
                    builder.push(
                        sample.duration,
                        sample.cts,
                        sample.offset,
                        sample.size,
                        sample.sync,
                    );
                }
            }
        }
        if end >= movie.file_len {
            break;
        }
        position = end;
    }
    for (track, builder) in movie.tracks.iter_mut().zip(builders) {
        track.declared_samples = track.declared_samples.max(builder.len());
        track.samples = builder.finish();
    }
    rebase(movie);
    Ok(())
}

/// Pieces of a longer stream begin at its clock's time; the movie begins with its earliest track.
fn rebase(movie: &mut Movie) {
    let used = movie
        .tracks
        .iter()
        .filter(|track| !track.samples.is_empty());
    let begin = used
        .map(|track| (track.samples.base_dts(), track.timescale))
        .min_by_key(|&(ticks, timescale)| crate::ratio::rescale(ticks, timescale, 1_000_000));
    let Some((ticks, timescale)) = begin.filter(|&(ticks, _)| ticks > 0) else {
        return;
    };
    movie.began_us = crate::ratio::rescale(ticks, timescale, 1_000_000);
    for track in &mut movie.tracks {
        let shift = crate::ratio::rescale(ticks, timescale, track.timescale);
        track.samples.shift_earlier(shift);
    }
}
