//! Writing CMAF by hand: initialization segments and movie fragments (ISO/IEC 23000-19 §7,
//! ISO/IEC 14496-12 §8.8).

use std::ops::Range;

use bytes::Bytes;

use crate::{
    boxes::BoxWriter,
    language,
    samples::{Sample, SampleTable, Sizes, SyncSamples},
};

/// Sample flags of a sync sample: depends on no other (§8.8.3.1).
const SYNC_FLAGS: u32 = 0x0200_0000;
/// Sample flags of any other sample: depends on others, is no sync sample.
const NON_SYNC_FLAGS: u32 = 0x0101_0000;

/// What an initialization segment tells of a track.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InitTrack<'a> {
    pub(crate) id: u32,
    pub(crate) video: bool,
    pub(crate) timescale: u32,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Clockwise degrees: 0, 90, 180 or 270.
    pub(crate) rotation: u16,
    pub(crate) language: Option<&'a str>,
    /// The media time at which the presentation begins.
    pub(crate) edit_shift: u32,
    /// The sample entry as a whole box.
    pub(crate) entry: &'a [u8],
}

/// `ftyp` and `moov` of a track whose samples all come in fragments.
pub(crate) fn init_segment(track: &InitTrack<'_>) -> Bytes {
    init_of(std::slice::from_ref(track))
}

/// The same for several tracks.
pub(crate) fn init_of(tracks: &[InitTrack<'_>]) -> Bytes {
    let entries: usize = tracks.iter().map(|track| track.entry.len()).sum();
    let last = tracks.iter().map(|track| track.id).max().unwrap_or(0);
    let mut w = BoxWriter::with_capacity(200 + tracks.len() * 500 + entries);
    w.nest(b"ftyp", |w| {
        w.bytes(b"iso6");
        w.u32(0);
        for brand in [b"iso6", b"cmfc", b"mp41"] {
            w.bytes(brand);
        }
    });
    w.nest(b"moov", |w| {
        write_mvhd(w, 1000, 0, last.saturating_add(1));
        for track in tracks {
            w.nest(b"trak", |w| {
                write_tkhd(w, track, track.id, 0);
                write_edits(w, 0, 0, track.edit_shift);
                write_mdia(w, track, 0, |w| {
                    for kind in [b"stts", b"stsc"] {
                        w.full(kind, 0, 0, |w| w.u32(0));
                    }
                    w.full(b"stsz", 0, 0, |w| w.zeros(8));
                    w.full(b"stco", 0, 0, |w| w.u32(0));
                });
            });
        }
        w.nest(b"mvex", |w| {
            for track in tracks {
                w.full(b"trex", 0, 0, |w| {
                    w.u32(track.id);
                    w.u32(1);
                    w.zeros(12);
                });
            }
        });
    });
    w.finish().into()
}

/// The identity transformation (§8.2.2), or the one that turns clockwise by `rotation` degrees.
fn write_matrix(w: &mut BoxWriter, rotation: u16) {
    const ONE: i32 = 0x0001_0000;
    let turn = match rotation {
        90 => [0, ONE, -ONE, 0],
        180 => [-ONE, 0, 0, -ONE],
        270 => [0, -ONE, ONE, 0],
        _ => [ONE, 0, 0, ONE],
    };
    for value in [turn[0], turn[1], 0, turn[2], turn[3], 0, 0, 0, 0x4000_0000] {
        w.i32(value);
    }
}

/// `mvhd` (§8.2.2) with `duration` in ticks of `timescale`.
pub(crate) fn write_mvhd(w: &mut BoxWriter, timescale: u32, duration: u64, next_track: u32) {
    w.full(b"mvhd", 1, 0, |w| {
        w.zeros(16);
        w.u32(timescale);
        w.u64(duration);
        w.u32(0x0001_0000);
        w.u16(0x0100);
        w.zeros(10);
        write_matrix(w, 0);
        w.zeros(24);
        w.u32(next_track);
    });
}

/// `tkhd` (§8.3.2) with `duration` in ticks of the movie's timescale.
pub(crate) fn write_tkhd(w: &mut BoxWriter, track: &InitTrack<'_>, id: u32, duration: u64) {
    // Enabled, in the movie, in the preview.
    w.full(b"tkhd", 1, 7, |w| {
        w.zeros(16);
        w.u32(id);
        w.zeros(4);
        w.u64(duration);
        w.zeros(8);
        w.u16(0);
        w.u16(u16::from(!track.video));
        w.u16(if track.video { 0 } else { 0x0100 });
        w.zeros(2);
        write_matrix(w, track.rotation);
        let fixed = |pixels: u32| pixels.min(0xffff) << 16;
        w.u32(fixed(track.width));
        w.u32(fixed(track.height));
    });
}

/// `edts` (§8.6.5): nothing for `delay`, then `duration` (both in ticks of the movie's timescale;
/// 0 for all there is) from `media_time` on. Not written when it would change nothing.
pub(crate) fn write_edits(w: &mut BoxWriter, delay: u64, duration: u64, media_time: u32) {
    if media_time == 0 && delay == 0 {
        return;
    }
    w.nest(b"edts", |w| {
        w.full(b"elst", 1, 0, |w| {
            w.u32(1 + u32::from(delay > 0));
            if delay > 0 {
                w.u64(delay);
                w.u64(u64::MAX);
                w.u32(0x0001_0000);
            }
            w.u64(duration);
            w.u64(media_time.into());
            w.u32(0x0001_0000);
        });
    });
}

/// `mdia` (§8.4) whose sample tables, after `stsd`, `tables` writes.
pub(crate) fn write_mdia(
    w: &mut BoxWriter,
    track: &InitTrack<'_>,
    duration: u64,
    tables: impl FnOnce(&mut BoxWriter),
) {
    w.nest(b"mdia", |w| {
        w.full(b"mdhd", 1, 0, |w| {
            w.zeros(16);
            w.u32(track.timescale);
            w.u64(duration);
            w.u16(pack_language(track.language));
            w.u16(0);
        });
        w.full(b"hdlr", 0, 0, |w| {
            w.u32(0);
            w.bytes(if track.video { b"vide" } else { b"soun" });
            w.zeros(12);
            w.bytes(if track.video { b"Video\0" } else { b"Sound\0" });
        });
        if let Some(tag) = track.language.and_then(language::to_bcp47) {
            w.full(b"elng", 0, 0, |w| {
                w.bytes(tag.as_bytes());
                w.u8(0);
            });
        }
        w.nest(b"minf", |w| {
            if track.video {
                w.full(b"vmhd", 0, 1, |w| w.zeros(8));
            } else {
                w.full(b"smhd", 0, 0, |w| w.zeros(4));
            }
            w.nest(b"dinf", |w| {
                w.full(b"dref", 0, 0, |w| {
                    w.u32(1);
                    w.full(b"url ", 0, 1, |_| {});
                });
            });
            w.nest(b"stbl", |w| {
                w.full(b"stsd", 0, 0, |w| {
                    w.u32(1);
                    w.bytes(track.entry);
                });
                tables(w);
            });
        });
    });
}

/// Three letters of five bits (§8.4.2.3); `und` for what has no ISO 639-2 code.
fn pack_language(language: Option<&str>) -> u16 {
    let tag = language.unwrap_or_default();
    let code = match tag.as_bytes() {
        [_, _, _] if tag.bytes().all(|byte| byte.is_ascii_lowercase()) => tag,
        _ => language::to_iso639_2(tag).unwrap_or("und"),
    };
    code.bytes()
        .fold(0, |packed, byte| packed << 5 | u16::from(byte & 0x1f))
}

/// Which fields a track's fragments spell out for each sample, the same for all of its segments,
/// so that the size of a segment follows from its number of samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FragmentShape {
    duration: Option<u32>,
    size: Option<u32>,
    all_sync: bool,
    /// What is added to composition offsets so that none is negative.
    edit_shift: u32,
    cts: bool,
}

impl FragmentShape {
    pub(crate) fn of(samples: &SampleTable, edit_shift: u32) -> Self {
        let duration = match samples.durations().run_count() {
            1 => Some(samples.durations().get(0)),
            _ => None,
        };
        let size = match samples.sizes() {
            Sizes::Fixed { size, .. } => Some(*size),
            Sizes::Each(_) => None,
        };
        Self {
            duration,
            size,
            all_sync: matches!(samples.syncs(), SyncSamples::All),
            edit_shift,
            cts: edit_shift != 0
                || samples
                    .composition_offsets()
                    .runs()
                    .any(|(.., offset)| offset != 0),
        }
    }

    /// For samples of which nothing is known beforehand: each says everything of itself.
    pub(crate) const fn spelled_out(video: bool) -> Self {
        Self {
            duration: None,
            size: None,
            all_sync: !video,
            edit_shift: 0,
            cts: video,
        }
    }

    fn entry_len(self) -> u64 {
        let fields = [
            self.duration.is_none(),
            self.size.is_none(),
            !self.all_sync,
            self.cts,
        ];
        fields.into_iter().map(|there| 4 * u64::from(there)).sum()
    }

    /// Bytes of `moof` and the header of `mdat` for a fragment of `samples` samples.
    pub(crate) fn header_len(self, samples: u32) -> u64 {
        let defaults = u64::from(self.duration.is_some()) + u64::from(self.size.is_some());
        let (moof, mfhd, traf, tfdt, mdat) = (8, 16, 8, 20, 8);
        let tfhd = 16 + 4 * defaults + 4;
        let trun = 20 + u64::from(samples) * self.entry_len();
        moof + mfhd + traf + tfhd + tfdt + trun + mdat
    }
}

/// `moof` (§8.8.4) and the header of the `mdat` that follows, for consecutive samples whose first
/// decodes at `tfdt` ticks.
pub(crate) fn fragment_header(
    shape: FragmentShape,
    track: u32,
    sequence: u32,
    tfdt: u64,
    samples: impl ExactSizeIterator<Item = Sample>,
) -> Vec<u8> {
    let count = u32::try_from(samples.len()).unwrap_or(u32::MAX);
    let header_len = shape.header_len(count);
    let mut data = 0u64;
    let mut w = BoxWriter::with_capacity(usize::try_from(header_len).unwrap_or(0));
    w.nest(b"moof", |w| {
        w.full(b"mfhd", 0, 0, |w| w.u32(sequence));
        w.nest(b"traf", |w| {
            let mut flags = 0x02_0020;
            flags |= if shape.duration.is_some() { 0x08 } else { 0 };
            flags |= if shape.size.is_some() { 0x10 } else { 0 };
            w.full(b"tfhd", 0, flags, |w| {
                w.u32(track);
                for default in [shape.duration, shape.size].into_iter().flatten() {
                    w.u32(default);
                }
                w.u32(if shape.all_sync {
                    SYNC_FLAGS
                } else {
                    NON_SYNC_FLAGS
                });
            });
            w.full(b"tfdt", 1, 0, |w| w.u64(tfdt));
            let mut flags = 0x01;
            flags |= if shape.duration.is_none() { 0x100 } else { 0 };
            flags |= if shape.size.is_none() { 0x200 } else { 0 };
            flags |= if shape.all_sync { 0 } else { 0x400 };
            flags |= if shape.cts { 0x800 } else { 0 };
            w.full(b"trun", 1, flags, |w| {
                w.u32(count);
                w.u32(u32::try_from(header_len).unwrap_or(u32::MAX));
                for sample in samples {
                    data += u64::from(sample.size);
                    if shape.duration.is_none() {
                        w.u32(sample.duration);
                    }
                    if shape.size.is_none() {
                        w.u32(sample.size);
                    }
                    if !shape.all_sync {
                        w.u32(if sample.sync {
                            SYNC_FLAGS
                        } else {
                            NON_SYNC_FLAGS
                        });
                    }
                    if shape.cts {
                        w.i32(sample.cts.saturating_add_unsigned(shape.edit_shift));
                    }
                }
            });
        });
    });
    w.u32(u32::try_from(data + 8).unwrap_or(u32::MAX));
    w.bytes(b"mdat");
    w.finish()
}

/// The shape of a fragment with a single sample: an I-frame.
pub(crate) const fn single_sample_shape(edit_shift: u32) -> FragmentShape {
    FragmentShape {
        duration: None,
        size: None,
        all_sync: true,
        edit_shift,
        cts: edit_shift != 0,
    }
}

/// The runs of bytes of the samples in `range`, in decoding order, neighbours joined.
pub(crate) fn byte_runs(samples: &SampleTable, range: Range<u32>) -> Vec<Range<u64>> {
    let mut runs: Vec<Range<u64>> = Vec::new();
    for sample in samples.range(range) {
        let bytes = sample.range();
        match runs.last_mut() {
            Some(last) if last.end == bytes.start => last.end = bytes.end,
            _ if bytes.is_empty() => {}
            _ => runs.push(bytes),
        }
    }
    runs
}
