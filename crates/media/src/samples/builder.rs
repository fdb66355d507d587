//! Building a sample table sample by sample.

use super::{Chunk, Runs, SAMPLES_PER_CHUNK, SampleTable, Sizes, SyncSamples};

/// Builds a [`SampleTable`] sample by sample.
#[derive(Clone, Debug, Default)]
pub struct SampleTableBuilder {
    base_dts: u64,
    end_dts: u64,
    sizes: Vec<u32>,
    /// Of all samples but the last, whose duration may still be corrected.
    durations: Runs<u32>,
    last_duration: u32,
    offsets: Runs<i32>,
    syncs: Vec<u32>,
    chunks: Vec<Chunk>,
    end_offset: u64,
}

impl SampleTableBuilder {
    /// A builder for samples that begin to decode at `base_dts` ticks.
    pub fn new(base_dts: u64) -> Self {
        Self {
            base_dts,
            end_dts: base_dts,
            ..Self::default()
        }
    }

    /// A builder that goes on after the samples of `table`.
    pub(crate) fn continuing(table: &SampleTable) -> Self {
        let mut builder = Self::new(table.base_dts);
        for sample in table {
            builder.push(
                sample.duration,
                sample.cts,
                sample.offset,
                sample.size,
                sample.sync,
            );
        }
        builder
    }

    /// Appends a sample; its number and decoding time follow from the ones before it.
    pub fn push(&mut self, duration: u32, cts: i32, offset: u64, size: u32, sync: bool) {
        let index = self.len();
        if index > 0 {
            self.durations.push(1, self.last_duration);
        }
        let fresh = match self.chunks.last() {
            Some(chunk) => {
                offset != self.end_offset || index - chunk.first_sample >= SAMPLES_PER_CHUNK
            }
            None => true,
        };
        if fresh {
            self.chunks.push(Chunk {
                first_sample: index,
                offset,
            });
        }
        self.end_offset = offset.saturating_add(u64::from(size));
        self.end_dts = self.end_dts.saturating_add(u64::from(duration));
        self.last_duration = duration;
        self.sizes.push(size);
        self.offsets.push(1, cts);
        if sync {
            self.syncs.push(index);
        }
    }

    /// Says when the next sample decodes: the last one so far is made longer or shorter for it.
    /// A time before the last sample's own is passed over, for samples do not go back.
    pub(crate) fn continue_at(&mut self, dts: u64) {
        if self.is_empty() {
            self.base_dts = dts;
            self.end_dts = dts;
            return;
        }
        let last_begins = self.end_dts - u64::from(self.last_duration);
        if let Some(duration) = dts.checked_sub(last_begins)
            && let Ok(duration) = u32::try_from(duration)
            && (duration > 0 || self.last_duration == 0)
        {
            self.last_duration = duration;
            self.end_dts = dts;
        }
    }

    /// How many samples were pushed.
    pub fn len(&self) -> u32 {
        u32::try_from(self.sizes.len()).unwrap_or(u32::MAX)
    }

    /// Whether none were pushed.
    pub fn is_empty(&self) -> bool {
        self.sizes.is_empty()
    }

    /// The finished table.
    pub fn finish(mut self) -> SampleTable {
        if !self.is_empty() {
            self.durations.push(1, self.last_duration);
        }
        let len = self.sizes.len();
        let syncs = if self.syncs.len() == len {
            SyncSamples::All
        } else {
            self.syncs.shrink_to_fit();
            SyncSamples::Only(self.syncs)
        };
        self.sizes.shrink_to_fit();
        self.durations.shrink();
        self.offsets.shrink();
        self.chunks.shrink_to_fit();
        SampleTable::from_columns(
            self.base_dts,
            Sizes::Each(self.sizes),
            self.durations,
            self.offsets,
            syncs,
            self.chunks,
        )
    }
}
