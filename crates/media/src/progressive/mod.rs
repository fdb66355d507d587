//! Ordinary MP4 files as views: renditions' samples under a `moov` of their own, with the length
//! and every range known, and not a byte of media copied.

mod moov;

use std::ops::Range;

use bytes::Bytes;

use crate::{
    boxes::BoxWriter,
    error::{MediaError, Result},
    index::RenditionIndex,
    ratio::rescale,
};

/// A rendition to put in.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Its index.
    pub index: &'a RenditionIndex,
    /// Which file its samples are in; renditions of the same file have the same number.
    pub source: usize,
}

/// A piece of the answer to a range request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// These bytes.
    Bytes(Bytes),
    /// This range of an input file.
    File {
        /// The number of the file, as in [`Input::source`].
        source: usize,
        /// The bytes of the file.
        range: Range<u64>,
    },
}

impl Piece {
    /// How many bytes it has.
    pub fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File { range, .. } => range.end - range.start,
        }
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A fast-start MP4 of several renditions that exists only as a header and a list of places.
#[derive(Clone, Debug)]
pub struct VirtualFile {
    header: Bytes,
    extents: Vec<Extent>,
    len: u64,
}

/// Media bytes that lie together, here and in their file.
#[derive(Clone, Copy, Debug)]
struct Extent {
    /// Where they begin in the virtual file.
    at: u64,
    source: usize,
    /// Where they begin in their own file.
    offset: u64,
}

/// Consecutive samples of one track that lie together.
struct Run {
    /// The second in which it begins, for interleaving.
    second: u64,
    track: usize,
    /// Its number among the track's.
    number: usize,
    offset: u64,
    len: u64,
    samples: u32,
}

impl VirtualFile {
    /// Makes the view. Sound and pictures from different files are interleaved second by second;
    /// renditions of one file stay interleaved as they are in it.
    ///
    /// Errors: [`MediaError::Missing`] without any rendition.
    pub fn new(inputs: &[Input<'_>]) -> Result<Self> {
        if inputs.is_empty() {
            return Err(MediaError::Missing("a rendition"));
        }
        let mut runs: Vec<Run> = Vec::new();
        for (track, input) in inputs.iter().enumerate() {
            collect_runs(track, input.index, &mut runs);
        }
        if inputs
            .windows(2)
            .all(|pair| pair[0].source == pair[1].source)
        {
            runs.sort_by_key(|run| run.offset);
        } else {
            runs.sort_by_key(|run| (run.second, run.track, run.number));
        }
        let data_len: u64 = runs.iter().map(|run| run.len).sum();
        let wide = data_len > u64::from(u32::MAX) - (64 << 20);
        let places = Places::new(inputs.len(), &runs);
        // The tables' length does not depend on what the offsets in them are.
        let header_len = write_header(inputs, &places, data_len, wide, 0).len() as u64;
        let header = write_header(inputs, &places, data_len, wide, header_len);
        let mut extents: Vec<Extent> = Vec::new();
        let (mut at, mut previous_end) = (header_len, None);
        for run in &runs {
            let source = inputs[run.track].source;
            if previous_end != Some((source, run.offset)) {
                extents.push(Extent {
                    at,
                    source,
                    offset: run.offset,
                });
            }
            previous_end = Some((source, run.offset.saturating_add(run.len)));
            at += run.len;
        }
        Ok(Self {
            header: header.into(),
            extents,
            len: header_len + data_len,
        })
    }

    /// The length of the file in bytes.
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// Whether the file is empty, which it never is.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Everything before the media: `ftyp`, `moov` and the header of `mdat`.
    pub const fn header(&self) -> &Bytes {
        &self.header
    }

    /// Heap bytes held, for weighing caches.
    pub fn memory_size(&self) -> usize {
        self.header.len() + self.extents.capacity() * size_of::<Extent>()
    }

    /// The pieces that make up `range` of the file, in order. What lies beyond its end is left
    /// out.
    pub fn read_plan(&self, range: Range<u64>) -> Vec<Piece> {
        let header_len = self.header.len() as u64;
        let end = range.end.min(self.len);
        let mut at = range.start;
        let mut pieces = Vec::new();
        if at < end.min(header_len) {
            let upto = end.min(header_len);
            if let (Ok(from), Ok(to)) = (usize::try_from(at), usize::try_from(upto)) {
                pieces.push(Piece::Bytes(self.header.slice(from..to)));
            }
            at = upto;
        }
        let first = self
            .extents
            .partition_point(|extent| extent.at <= at)
            .saturating_sub(1);
        for (n, extent) in self.extents.iter().enumerate().skip(first) {
            if at >= end {
                break;
            }
            let extent_end = self.extents.get(n + 1).map_or(self.len, |next| next.at);
            let upto = end.min(extent_end);
            if at < upto {
                let from = extent.offset + (at - extent.at);
                let range = from..from + (upto - at);
                pieces.push(Piece::File {
                    source: extent.source,
                    range,
                });
                at = upto;
            }
        }
        pieces
    }
}

fn collect_runs(track: usize, index: &RenditionIndex, runs: &mut Vec<Run>) {
    let first = runs.len();
    let timescale = index.info().timescale;
    for sample in index.samples() {
        let second = rescale(sample.dts, timescale, 1);
        match runs.last_mut() {
            Some(run)
                if run.track == track
                    && run.second == second
                    && run.offset.saturating_add(run.len) == sample.offset =>
            {
                run.len += u64::from(sample.size);
                run.samples += 1;
            }
            _ => {
                let number = runs.len() - first;
                runs.push(Run {
                    second,
                    track,
                    number,
                    offset: sample.offset,
                    len: sample.size.into(),
                    samples: 1,
                });
            }
        }
    }
}

/// Where each track's runs lie in the virtual `mdat`, in the tracks' own order.
pub(crate) struct Places {
    /// For each track, for each run: offset from the beginning of the data, number of samples.
    pub(crate) tracks: Vec<Vec<(u64, u32)>>,
}

impl Places {
    fn new(tracks: usize, runs: &[Run]) -> Self {
        let mut places: Vec<Vec<(usize, u64, u32)>> = vec![Vec::new(); tracks];
        let mut at = 0;
        for run in runs {
            places[run.track].push((run.number, at, run.samples));
            at += run.len;
        }
        let tracks = places.into_iter().map(|mut runs| {
            runs.sort_unstable_by_key(|&(number, ..)| number);
            runs.into_iter()
                .map(|(_, at, samples)| (at, samples))
                .collect()
        });
        Self {
            tracks: tracks.collect(),
        }
    }
}

fn write_header(
    inputs: &[Input<'_>],
    places: &Places,
    data_len: u64,
    wide: bool,
    base: u64,
) -> Vec<u8> {
    let samples: usize = inputs
        .iter()
        .map(|input| input.index.samples().len() as usize)
        .sum();
    let mut w = BoxWriter::with_capacity(4096 + samples * 6);
    w.nest(b"ftyp", |w| {
        w.bytes(b"isom");
        w.u32(0x200);
        for brand in [b"isom", b"iso2", b"mp41"] {
            w.bytes(brand);
        }
    });
    moov::write(&mut w, inputs, places, wide, base);
    if wide {
        w.u32(1);
        w.bytes(b"mdat");
        w.u64(data_len.saturating_add(16));
    } else {
        w.u32(u32::try_from(data_len + 8).unwrap_or(u32::MAX));
        w.bytes(b"mdat");
    }
    w.finish()
}
