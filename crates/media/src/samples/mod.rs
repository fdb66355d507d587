//! The sample table: what a track consists of, in decoding order, kept small.

mod builder;
mod runs;

pub use builder::SampleTableBuilder;
pub(crate) use runs::RunCursor;
pub use runs::Runs;

use std::ops::Range;

/// The most samples of one track that are ever indexed: eleven days at 17 frames a second, or
/// 38 hours at 120.
pub const MAX_SAMPLES: u32 = 1 << 24;

/// A contiguous run of samples is entered anew after so many, so that the place of any sample is
/// found by adding up at most this many sizes.
pub(crate) const SAMPLES_PER_CHUNK: u32 = 128;

/// One coded sample: a video frame or an audio frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Its number in the table, from 0, in decoding order.
    pub index: u32,
    /// Its decoding time, in ticks of the track's timescale.
    pub dts: u64,
    /// Its composition offset: presentation time minus decoding time, in ticks.
    pub cts: i32,
    /// Its duration in ticks.
    pub duration: u32,
    /// Where its bytes begin in the file.
    pub offset: u64,
    /// How many bytes it has.
    pub size: u32,
    /// Whether decoding can begin here.
    pub sync: bool,
}

impl Sample {
    /// The presentation time in ticks; may be before zero.
    pub fn pts(&self) -> i64 {
        i64::try_from(self.dts)
            .unwrap_or(i64::MAX)
            .saturating_add(i64::from(self.cts))
    }

    /// The bytes of the sample in the file.
    pub fn range(&self) -> Range<u64> {
        self.offset..self.offset.saturating_add(u64::from(self.size))
    }
}

/// The sizes of the samples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sizes {
    /// All samples have one size.
    Fixed {
        /// Bytes of each sample.
        size: u32,
        /// How many samples there are.
        count: u32,
    },
    /// A size for each sample.
    Each(Vec<u32>),
}

impl Sizes {
    /// How many samples there are.
    pub fn len(&self) -> u32 {
        match self {
            Self::Fixed { count, .. } => *count,
            Self::Each(sizes) => u32::try_from(sizes.len()).unwrap_or(u32::MAX),
        }
    }

    /// Whether there are no samples.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The size of a sample; zero past the end.
    pub fn get(&self, sample: u32) -> u32 {
        match self {
            Self::Fixed { size, count } if sample < *count => *size,
            Self::Fixed { .. } => 0,
            Self::Each(sizes) => sizes.get(sample as usize).copied().unwrap_or(0),
        }
    }

    /// The sum of the sizes of the samples in `range`.
    pub fn sum(&self, range: Range<u32>) -> u64 {
        match self {
            Self::Fixed { size, count } => {
                let end = range.end.min(*count);
                u64::from(end.saturating_sub(range.start)) * u64::from(*size)
            }
            Self::Each(sizes) => sizes
                .get(range.start as usize..(range.end as usize).min(sizes.len()))
                .unwrap_or_default()
                .iter()
                .map(|&size| u64::from(size))
                .sum(),
        }
    }

    fn truncate(&mut self, len: u32) {
        match self {
            Self::Fixed { count, .. } => *count = (*count).min(len),
            Self::Each(sizes) => sizes.truncate(len as usize),
        }
    }
}

/// Which samples are sync samples (`stss`, or the flags of a `trun`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyncSamples {
    /// Every sample (audio, intra-only video).
    All,
    /// These, ascending.
    Only(Vec<u32>),
}

/// Consecutive samples whose bytes lie one after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// The number of its first sample.
    pub first_sample: u32,
    /// Where its first byte lies in the file.
    pub offset: u64,
}

/// The samples of one track in decoding order: sizes, times, sync points and places.
///
/// Times are gapless: each sample decodes when the one before it has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleTable {
    pub(crate) base_dts: u64,
    pub(crate) sizes: Sizes,
    pub(crate) durations: Runs<u32>,
    /// The decoding time at which each run of `durations` begins.
    pub(crate) run_dts: Vec<u64>,
    pub(crate) offsets: Runs<i32>,
    pub(crate) syncs: SyncSamples,
    pub(crate) chunks: Vec<Chunk>,
}

impl Default for SampleTable {
    fn default() -> Self {
        Self {
            base_dts: 0,
            sizes: Sizes::Each(Vec::new()),
            durations: Runs::new(),
            run_dts: Vec::new(),
            offsets: Runs::new(),
            syncs: SyncSamples::All,
            chunks: Vec::new(),
        }
    }
}

impl SampleTable {
    /// Puts columns together; all are cut to the shortest of sizes, durations and chunks' reach.
    pub(crate) fn from_columns(
        base_dts: u64,
        mut sizes: Sizes,
        mut durations: Runs<u32>,
        mut offsets: Runs<i32>,
        mut syncs: SyncSamples,
        mut chunks: Vec<Chunk>,
    ) -> Self {
        let len = if chunks.is_empty() {
            0
        } else {
            sizes.len().min(durations.len())
        };
        sizes.truncate(len);
        durations.truncate(len);
        offsets.truncate(len);
        chunks.retain(|chunk| chunk.first_sample < len);
        if let SyncSamples::Only(list) = &mut syncs {
            list.retain(|&sample| sample < len);
        }
        let mut run_dts = Vec::with_capacity(durations.run_count());
        let mut dts = base_dts;
        for (_, count, delta) in durations.runs() {
            run_dts.push(dts);
            dts = dts.saturating_add(u64::from(count) * u64::from(delta));
        }
        Self {
            base_dts,
            sizes,
            durations,
            run_dts,
            offsets,
            syncs,
            chunks,
        }
    }

    /// How many samples there are.
    pub fn len(&self) -> u32 {
        self.sizes.len()
    }

    /// The decoding time of the first sample, in ticks.
    pub const fn base_dts(&self) -> u64 {
        self.base_dts
    }

    /// Moves all samples earlier, at most to time 0.
    pub(crate) fn shift_earlier(&mut self, ticks: u64) {
        let shift = ticks.min(self.base_dts);
        self.base_dts -= shift;
        for dts in &mut self.run_dts {
            *dts = dts.saturating_sub(shift);
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sizes.is_empty()
    }

    /// The decoding time of sample `sample` in ticks, or where the last one ends.
    pub fn dts(&self, sample: u32) -> u64 {
        if let Some(run) = self.durations.run_at(sample)
            && let Some((start, _, delta)) = self.durations.run(run)
        {
            return self.run_dts[run].saturating_add(u64::from(sample - start) * u64::from(delta));
        }
        self.end_dts()
    }

    /// The presentation time of sample `sample` in ticks; may be before zero.
    pub fn pts(&self, sample: u32) -> i64 {
        let dts = i64::try_from(self.dts(sample)).unwrap_or(i64::MAX);
        dts.saturating_add(i64::from(self.offsets.get(sample)))
    }

    /// Where the last sample's decoding time ends, in ticks.
    pub fn end_dts(&self) -> u64 {
        let last = self.durations.run_count().checked_sub(1);
        match last.and_then(|run| Some((self.run_dts.get(run)?, self.durations.run(run)?))) {
            Some((dts, (_, count, delta))) => {
                dts.saturating_add(u64::from(count) * u64::from(delta))
            }
            None => self.base_dts,
        }
    }

    /// The sum of the durations, in ticks.
    pub fn duration(&self) -> u64 {
        self.end_dts() - self.base_dts
    }

    /// The bytes of all samples together.
    pub fn total_size(&self) -> u64 {
        self.sizes.sum(0..self.len())
    }

    /// The bytes of the samples in `range`.
    pub fn size_of(&self, range: Range<u32>) -> u64 {
        self.sizes.sum(range)
    }

    /// Whether sample `sample` is a sync sample.
    pub fn is_sync(&self, sample: u32) -> bool {
        match &self.syncs {
            SyncSamples::All => sample < self.len(),
            SyncSamples::Only(list) => list.binary_search(&sample).is_ok(),
        }
    }

    /// The sync samples.
    pub const fn syncs(&self) -> &SyncSamples {
        &self.syncs
    }

    /// The composition offsets.
    pub const fn composition_offsets(&self) -> &Runs<i32> {
        &self.offsets
    }

    /// The lowest composition offset, which may be negative.
    pub(crate) fn lowest_composition_offset(&self) -> i32 {
        self.offsets
            .runs()
            .map(|(.., offset)| offset)
            .min()
            .unwrap_or(0)
    }

    /// The durations.
    pub const fn durations(&self) -> &Runs<u32> {
        &self.durations
    }

    /// The sizes.
    pub const fn sizes(&self) -> &Sizes {
        &self.sizes
    }

    /// The chunks.
    pub fn chunks(&self) -> &[Chunk] {
        &self.chunks
    }

    /// One sample.
    pub fn get(&self, sample: u32) -> Option<Sample> {
        self.range(sample..sample.saturating_add(1)).next()
    }

    /// All samples in decoding order.
    pub fn iter(&self) -> Samples<'_> {
        self.range(0..self.len())
    }

    /// The samples in `range`, in decoding order; finding the first takes a binary search, each
    /// next one constant time.
    pub fn range(&self, range: Range<u32>) -> Samples<'_> {
        let end = range.end.min(self.len());
        let start = range.start.min(end);
        let chunk = self
            .chunks
            .partition_point(|chunk| chunk.first_sample <= start)
            .saturating_sub(1);
        let offset = self.chunks.get(chunk).map_or(0, |chunk| {
            chunk
                .offset
                .saturating_add(self.sizes.sum(chunk.first_sample..start))
        });
        let sync = match &self.syncs {
            SyncSamples::All => 0,
            SyncSamples::Only(list) => list.partition_point(|&sample| sample < start),
        };
        Samples {
            table: self,
            next: start,
            end,
            dts: self.dts(start),
            offset,
            chunk,
            sync,
            durations: RunCursor::new(),
            offsets: RunCursor::new(),
        }
    }

    /// Heap bytes held, for weighing caches.
    pub fn memory_size(&self) -> usize {
        let sizes = match &self.sizes {
            Sizes::Fixed { .. } => 0,
            Sizes::Each(sizes) => sizes.capacity() * 4,
        };
        let syncs = match &self.syncs {
            SyncSamples::All => 0,
            SyncSamples::Only(list) => list.capacity() * 4,
        };
        sizes
            + syncs
            + self.durations.memory_size()
            + self.offsets.memory_size()
            + self.run_dts.capacity() * 8
            + self.chunks.capacity() * size_of::<Chunk>()
    }
}

/// An iterator over samples, made by [`SampleTable::range`].
#[derive(Clone, Debug)]
pub struct Samples<'a> {
    table: &'a SampleTable,
    next: u32,
    end: u32,
    dts: u64,
    offset: u64,
    chunk: usize,
    sync: usize,
    durations: RunCursor,
    offsets: RunCursor,
}

impl Iterator for Samples<'_> {
    type Item = Sample;

    fn next(&mut self) -> Option<Sample> {
        if self.next >= self.end {
            return None;
        }
        let index = self.next;
        while let Some(chunk) = self.table.chunks.get(self.chunk + 1)
            && chunk.first_sample <= index
        {
            self.chunk += 1;
            self.offset = chunk.offset;
        }
        let sync = match &self.table.syncs {
            SyncSamples::All => true,
            SyncSamples::Only(list) => {
                let here = list.get(self.sync) == Some(&index);
                self.sync += usize::from(here);
                here
            }
        };
        let duration = self.durations.get(&self.table.durations, index);
        let size = self.table.sizes.get(index);
        let sample = Sample {
            index,
            dts: self.dts,
            cts: self.offsets.get(&self.table.offsets, index),
            duration,
            offset: self.offset,
            size,
            sync,
        };
        self.next += 1;
        self.dts = self.dts.saturating_add(u64::from(duration));
        self.offset = self.offset.saturating_add(u64::from(size));
        Some(sample)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = (self.end - self.next) as usize;
        (left, Some(left))
    }
}

impl ExactSizeIterator for Samples<'_> {}

impl<'a> IntoIterator for &'a SampleTable {
    type Item = Sample;
    type IntoIter = Samples<'a>;

    fn into_iter(self) -> Samples<'a> {
        self.iter()
    }
}
