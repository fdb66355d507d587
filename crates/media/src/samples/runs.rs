//! A run-length coded column of values by sample number.

/// Values of consecutive samples, equal neighbours stored once.
///
/// Decoding-time deltas and composition offsets come run-length coded (`stts`, `ctts`), and a
/// hostile table may claim four thousand million samples in eight bytes: kept as runs, the memory
/// stays in proportion to the input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Runs<T> {
    /// The first sample of each run, ascending.
    starts: Vec<u32>,
    values: Vec<T>,
    len: u32,
}

impl<T: Copy + PartialEq + Default> Runs<T> {
    /// An empty column.
    pub const fn new() -> Self {
        Self {
            starts: Vec::new(),
            values: Vec::new(),
            len: 0,
        }
    }

    /// Appends `count` samples of `value`; a count past `u32::MAX` in all is cut there.
    pub fn push(&mut self, count: u32, value: T) {
        if count == 0 {
            return;
        }
        if self.values.last() != Some(&value) {
            self.starts.push(self.len);
            self.values.push(value);
        }
        self.len = self.len.saturating_add(count);
    }

    /// How many samples the column covers.
    pub const fn len(&self) -> u32 {
        self.len
    }

    /// Whether the column covers nothing.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Cuts the column to at most `len` samples.
    pub fn truncate(&mut self, len: u32) {
        if len < self.len {
            let keep = self.starts.partition_point(|&start| start < len);
            self.starts.truncate(keep);
            self.values.truncate(keep);
            self.len = len;
        }
    }

    /// The value of a sample; the default past the end.
    pub fn get(&self, sample: u32) -> T {
        self.run_at(sample)
            .map_or_else(T::default, |run| self.values[run])
    }

    /// The number of the run that holds `sample`.
    pub fn run_at(&self, sample: u32) -> Option<usize> {
        if sample >= self.len {
            return None;
        }
        self.starts
            .partition_point(|&start| start <= sample)
            .checked_sub(1)
    }

    /// Run number `run` as (first sample, count, value).
    pub fn run(&self, run: usize) -> Option<(u32, u32, T)> {
        let start = *self.starts.get(run)?;
        let end = self.starts.get(run + 1).copied().unwrap_or(self.len);
        Some((start, end - start, self.values[run]))
    }

    /// All runs as (first sample, count, value).
    pub fn runs(&self) -> impl Iterator<Item = (u32, u32, T)> + '_ {
        (0..self.values.len()).filter_map(|run| self.run(run))
    }

    /// How many runs there are.
    pub const fn run_count(&self) -> usize {
        self.values.len()
    }

    /// Heap bytes held.
    pub const fn memory_size(&self) -> usize {
        self.starts.capacity() * size_of::<u32>() + self.values.capacity() * size_of::<T>()
    }

    pub(crate) fn shrink(&mut self) {
        self.starts.shrink_to_fit();
        self.values.shrink_to_fit();
    }
}

/// A cursor that walks a column forwards in constant time a step.
#[derive(Clone, Debug)]
pub(crate) struct RunCursor {
    run: usize,
    end: u32,
}

impl RunCursor {
    pub(crate) const fn new() -> Self {
        Self {
            run: usize::MAX,
            end: 0,
        }
    }

    /// The value of `sample`, which must not be less than at the last call.
    pub(crate) fn get<T: Copy + PartialEq + Default>(
        &mut self,
        column: &Runs<T>,
        sample: u32,
    ) -> T {
        if self.run == usize::MAX {
            match column.run_at(sample) {
                Some(run) => self.run = run,
                None => return T::default(),
            }
            self.end = column
                .starts
                .get(self.run + 1)
                .copied()
                .unwrap_or(column.len);
        }
        while sample >= self.end {
            if self.run + 1 >= column.values.len() {
                return T::default();
            }
            self.run += 1;
            self.end = column
                .starts
                .get(self.run + 1)
                .copied()
                .unwrap_or(column.len);
        }
        column.values[self.run]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_answer_like_the_list_they_stand_for() {
        let list = [5u32, 5, 5, 7, 7, 5, 0, 0, 9];
        let mut runs = Runs::new();
        for value in list {
            runs.push(1, value);
        }
        let mut cursor = RunCursor::new();
        for (i, value) in (0u32..).zip(list) {
            assert_eq!(runs.get(i), value);
            assert_eq!(cursor.get(&runs, i), value);
        }
        assert_eq!(runs.get(9), 0);
        assert_eq!(runs.run_count(), 5);
        runs.truncate(4);
        assert_eq!(runs.runs().collect::<Vec<_>>(), vec![(0, 3, 5), (3, 1, 7)]);
    }
}
