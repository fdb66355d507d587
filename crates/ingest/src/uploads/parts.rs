//! How a file is cut into parts that arrive in any order.

use matinee_catalog::FieldError;

/// The least size of a part but the last, in bytes: what S3 demands.
pub const PART_SIZE_MIN: u64 = 5 * MIB;
/// The greatest size of one part, in bytes.
pub const PART_SIZE_MAX: u64 = 1024 * MIB;
/// The most parts an upload has: what S3 allows.
pub const PARTS_MAX: u32 = 10_000;
const MIB: u64 = 1024 * 1024;

/// Every part but the last has `part_size` bytes; part `n` (from 1) begins at
/// `(n - 1) * part_size`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartPlan {
    /// Bytes of every part but the last.
    pub part_size: u64,
    /// Bytes of the whole file, if the client knows.
    pub size: Option<u64>,
}

/// Where one part lies in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartPlace {
    /// First byte, counted from 0.
    pub offset: u64,
    /// The number of bytes that the part must have; with an unknown file size
    /// the most it may have.
    pub size: u64,
    /// Whether `size` is exact.
    pub exact: bool,
}

impl PartPlan {
    /// Plans for a file of `size` bytes. `wanted` is the client's wish for the
    /// part size; without one it is `usual`, doubled until [`PARTS_MAX`] parts
    /// suffice. `limit` is the greatest file that is accepted, which stands in
    /// for an unknown size.
    pub fn new(
        size: Option<u64>,
        wanted: Option<u64>,
        usual: u64,
        limit: u64,
    ) -> Result<Self, FieldError> {
        let most = size.unwrap_or(limit);
        let part_size = match wanted {
            None => {
                let mut part_size = usual.clamp(PART_SIZE_MIN, PART_SIZE_MAX);
                while most.div_ceil(part_size) > u64::from(PARTS_MAX) && part_size < PART_SIZE_MAX {
                    part_size *= 2;
                }
                part_size
            }
            Some(wanted) => {
                // A single part may be as small as the file.
                let single = size.is_some_and(|size| wanted >= size) && wanted > 0;
                if !(single || wanted >= PART_SIZE_MIN) || wanted > PART_SIZE_MAX {
                    return Err(FieldError::new(
                        "part_size",
                        format!("must be from {PART_SIZE_MIN} to {PART_SIZE_MAX} bytes"),
                    ));
                }
                wanted
            }
        };
        if size.is_some() && most.div_ceil(part_size) > u64::from(PARTS_MAX) {
            return Err(FieldError::new(
                "part_size",
                format!("would cut the file into more than {PARTS_MAX} parts"),
            ));
        }
        Ok(Self { part_size, size })
    }

    /// How many parts the file has, if its size is known.
    pub fn total(&self) -> Option<u32> {
        self.size
            .map(|size| u32::try_from(size.div_ceil(self.part_size)).unwrap_or(PARTS_MAX))
    }

    /// The place of part `number`, counted from 1.
    pub fn place(&self, number: u32) -> Result<PartPlace, FieldError> {
        let most = self.total().unwrap_or(PARTS_MAX);
        if number == 0 || number > most {
            return Err(FieldError::new(
                "part_number",
                format!("must be a whole number from 1 to {most}"),
            ));
        }
        let offset = u64::from(number - 1) * self.part_size;
        let size = self
            .size
            .map_or(self.part_size, |size| self.part_size.min(size - offset));
        Ok(PartPlace {
            offset,
            size,
            exact: self.size.is_some(),
        })
    }

    /// Checks that `parts` (number and size, by rising number) make up a whole
    /// file, and gives its size. The error names the first part that is
    /// missing or of the wrong size.
    pub fn whole(&self, parts: &[(u32, u64)]) -> Result<u64, FieldError> {
        let last = self
            .total()
            .unwrap_or_else(|| u32::try_from(parts.len()).unwrap_or(u32::MAX));
        let mut have = 0;
        for (expected, (number, size)) in (1..).zip(parts) {
            if *number != expected {
                return Err(FieldError::new(
                    "parts",
                    format!("part {expected} is missing"),
                ));
            }
            let place = self.place(*number)?;
            let full = *size == place.size;
            let short_last = !place.exact && expected == last && *size <= place.size;
            if !full && !short_last {
                return Err(FieldError::new(
                    "parts",
                    format!("part {number} has {size} bytes instead of {}", place.size),
                ));
            }
            have = expected;
        }
        if have < last {
            return Err(FieldError::new(
                "parts",
                format!("part {} is missing", have + 1),
            ));
        }
        Ok(parts.iter().map(|(_, size)| size).sum())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GIB: u64 = 1024 * MIB;

    #[test]
    fn part_sizes_grow_with_the_file() {
        for (size, part_size, total) in [
            (1, 5 * MIB, 1),
            (5 * MIB, 5 * MIB, 1),
            (5 * MIB + 1, 5 * MIB, 2),
            (5 * GIB, 5 * MIB, 1024),
            (100 * GIB, 20 * MIB, 5120),
        ] {
            let plan = PartPlan::new(Some(size), None, 5 * MIB, 5 * GIB).unwrap();
            assert_eq!(
                (plan.part_size, plan.total()),
                (part_size, Some(total)),
                "{size}"
            );
        }
    }

    #[test]
    fn a_wish_outside_the_bounds_is_refused() {
        for (size, wanted) in [
            (Some(GIB), 1),
            (Some(GIB), 0),
            (Some(GIB), 2 * GIB),
            (Some(100 * GIB), 5 * MIB),
            (None, MIB),
        ] {
            let refused = PartPlan::new(size, Some(wanted), 5 * MIB, 5 * GIB).unwrap_err();
            assert_eq!(refused.field, "part_size");
        }
        // One part for a small file is no cut at all.
        assert!(PartPlan::new(Some(1000), Some(1000), 5 * MIB, 5 * GIB).is_ok());
    }

    #[test]
    fn what_is_missing_is_named() {
        let plan = PartPlan::new(Some(12 * MIB), None, 5 * MIB, GIB).unwrap();
        let whole = [(1, 5 * MIB), (2, 5 * MIB), (3, 2 * MIB)];
        assert_eq!(plan.whole(&whole).unwrap(), 12 * MIB);
        assert!(
            plan.whole(&whole[..2])
                .unwrap_err()
                .reason
                .contains("part 3")
        );
        assert!(
            plan.whole(&whole[1..])
                .unwrap_err()
                .reason
                .contains("part 1")
        );
        assert!(plan.whole(&[]).unwrap_err().reason.contains("part 1"));
        let short = [(1, 5 * MIB), (2, 4 * MIB), (3, 2 * MIB)];
        assert!(
            plan.whole(&short)
                .unwrap_err()
                .reason
                .contains("part 2 has")
        );
        assert!(plan.place(0).is_err() && plan.place(4).is_err());
    }

    #[test]
    fn without_a_size_only_the_last_part_may_be_short() {
        let plan = PartPlan::new(None, None, 5 * MIB, GIB).unwrap();
        assert_eq!(plan.whole(&[(1, 5 * MIB), (2, 7)]).unwrap(), 5 * MIB + 7);
        assert!(plan.whole(&[(1, 7), (2, 5 * MIB)]).is_err());
    }

    proptest! {
        #[test]
        fn parts_tile_the_file(size in 1..200 * GIB, usual in 1..64 * MIB) {
            let plan = PartPlan::new(Some(size), None, usual, size).unwrap();
            let total = plan.total().unwrap();
            prop_assert!(total <= PARTS_MAX);
            let mut end = 0;
            for number in 1..=total {
                let place = plan.place(number).unwrap();
                prop_assert_eq!(place.offset, end);
                prop_assert!(place.size > 0 && place.exact);
                prop_assert!(number == total || place.size >= PART_SIZE_MIN);
                end += place.size;
            }
            prop_assert_eq!(end, size);
        }
    }
}
