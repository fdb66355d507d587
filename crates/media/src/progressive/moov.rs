//! `moov` with sample tables (ISO/IEC 14496-12 §8.2–8.7).

use super::{Input, Places};
use crate::{
    boxes::{BoxWriter, Boxes},
    fragment::{InitTrack, write_edits, write_mdia, write_mvhd, write_tkhd},
    index::{MediaKind, RenditionIndex},
    ratio::rescale,
    samples::{SampleTable, Sizes, SyncSamples},
};

/// Ticks a second of movie times.
const TIMESCALE: u32 = 90_000;

pub(super) fn write(
    w: &mut BoxWriter,
    inputs: &[Input<'_>],
    places: &Places,
    wide: bool,
    base: u64,
) {
    let longest = inputs
        .iter()
        .map(|input| end_in_movie(input.index))
        .max()
        .unwrap_or(0);
    let next_track = u32::try_from(inputs.len()).unwrap_or(u32::MAX - 1) + 1;
    w.nest(b"moov", |w| {
        write_mvhd(w, TIMESCALE, longest, next_track);
        for (n, (input, runs)) in inputs.iter().zip(&places.tracks).enumerate() {
            let id = u32::try_from(n).unwrap_or(u32::MAX - 1) + 1;
            w.nest(b"trak", |w| {
                write_track(w, input.index, id, runs, wide, base);
            });
        }
    });
}

fn end_in_movie(index: &RenditionIndex) -> u64 {
    rescale(index.end(), index.info().timescale, TIMESCALE)
}

fn write_track(
    w: &mut BoxWriter,
    index: &RenditionIndex,
    id: u32,
    runs: &[(u64, u32)],
    wide: bool,
    base: u64,
) {
    let info = index.info();
    let samples = index.samples();
    let init = index.init_segment();
    let turned = matches!(info.rotation, 90 | 270);
    let shift = samples.lowest_composition_offset().min(0).unsigned_abs();
    let track = InitTrack {
        id,
        video: info.kind == MediaKind::Video,
        timescale: info.timescale,
        width: if turned { info.height } else { info.width },
        height: if turned { info.width } else { info.height },
        rotation: info.rotation,
        language: info.language.as_deref(),
        edit_shift: shift,
        entry: sample_entry(&init).unwrap_or_default(),
    };
    let end = end_in_movie(index);
    let delay = rescale(samples.base_dts(), info.timescale, TIMESCALE);
    write_tkhd(w, &track, id, end);
    write_edits(w, delay, end.saturating_sub(delay), shift);
    write_mdia(w, &track, samples.duration(), |w| {
        write_times(w, samples, shift);
        write_sizes(w, samples);
        write_chunks(w, runs, wide, base);
    });
}

/// The first sample entry of an initialization segment.
fn sample_entry(init: &[u8]) -> Option<&[u8]> {
    let mut boxes = Boxes::new(init).find(b"moov")?.children();
    for kind in [b"trak", b"mdia", b"minf", b"stbl"] {
        boxes = boxes.find(kind)?.children();
    }
    let stsd = boxes.find(b"stsd")?;
    Boxes::new(stsd.body.get(8..)?)
        .next()
        .map(|entry| entry.whole)
}

fn write_times(w: &mut BoxWriter, samples: &SampleTable, shift: u32) {
    w.full(b"stts", 0, 0, |w| {
        w.u32(count(samples.durations().run_count()));
        for (_, len, duration) in samples.durations().runs() {
            w.u32(len);
            w.u32(duration);
        }
    });
    let offsets = samples.composition_offsets();
    if offsets.runs().any(|(.., offset)| offset != 0) || shift != 0 {
        w.full(b"ctts", 0, 0, |w| {
            w.u32(count(offsets.run_count()));
            for (_, len, offset) in offsets.runs() {
                w.u32(len);
                w.i32(offset.saturating_add_unsigned(shift));
            }
        });
    }
    if let SyncSamples::Only(list) = samples.syncs() {
        w.full(b"stss", 0, 0, |w| {
            w.u32(count(list.len()));
            for sample in list {
                w.u32(sample + 1);
            }
        });
    }
}

fn write_sizes(w: &mut BoxWriter, samples: &SampleTable) {
    w.full(b"stsz", 0, 0, |w| match samples.sizes() {
        Sizes::Fixed { size, count } => {
            w.u32(*size);
            w.u32(*count);
        }
        Sizes::Each(sizes) => {
            w.u32(0);
            w.u32(count(sizes.len()));
            for size in sizes {
                w.u32(*size);
            }
        }
    });
}

fn write_chunks(w: &mut BoxWriter, runs: &[(u64, u32)], wide: bool, base: u64) {
    w.full(b"stsc", 0, 0, |w| {
        let entries_at = w.len();
        w.u32(0);
        let (mut entries, mut last) = (0, 0);
        for (chunk, &(_, samples)) in (1u32..).zip(runs) {
            if samples != last {
                w.u32(chunk);
                w.u32(samples);
                w.u32(1);
                last = samples;
                entries += 1;
            }
        }
        w.patch_u32(entries_at, entries);
    });
    w.full(if wide { b"co64" } else { b"stco" }, 0, 0, |w| {
        w.u32(count(runs.len()));
        for (offset, _) in runs {
            let place = base.saturating_add(*offset);
            if wide {
                w.u64(place);
            } else {
                w.u32(u32::try_from(place).unwrap_or(u32::MAX));
            }
        }
    });
}

fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}
