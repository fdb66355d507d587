//! Chance that is the same on every node: a keyed hash, and permutations that need no memory.
//!
//! What these functions return decides what airs, so it must never change: a test pins it.

/// A 64-bit hash under construction. It spreads well and is not meant to resist anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(u64);

impl Seed {
    /// Begins with a number.
    pub const fn new(start: u64) -> Self {
        Self(mix(start ^ 0x6d61_7469_6e65_6521))
    }

    /// With another number in it.
    #[must_use]
    pub const fn with(self, number: u64) -> Self {
        Self(mix(self.0.rotate_left(23) ^ number))
    }

    /// With a text in it. Its length counts too, so that no two lists of texts are the same.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        let mut chunks = text.as_bytes().chunks_exact(8);
        let mut seed = self.with(text.len() as u64);
        for chunk in &mut chunks {
            let mut word = [0; 8];
            word.copy_from_slice(chunk);
            seed = seed.with(u64::from_le_bytes(word));
        }
        let mut last = [0; 8];
        for (to, from) in last.iter_mut().zip(chunks.remainder()) {
            *to = *from;
        }
        seed.with(u64::from_le_bytes(last))
    }

    /// The hash.
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// The finalizer of SplitMix64.
const fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Where `index` goes in the permutation of `0..count` that `key` names.
///
/// A Feistel network of four rounds over the next even number of bits, walked until it lands
/// inside: the shuffle of a hundred thousand titles is asked for one place and costs no memory.
/// `index` must be below `count`; otherwise it comes back as it is.
pub fn permute(key: u64, count: u32, index: u32) -> u32 {
    if count < 2 || index >= count {
        return index;
    }
    let bits = (u32::BITS - (count - 1).leading_zeros()).max(2);
    let half = bits.div_ceil(2);
    let mask = (1u32 << half) - 1;
    let mut value = index;
    loop {
        let (mut left, mut right) = (value >> half, value & mask);
        for round in 0..4u64 {
            let noise = mix(key ^ (round << 48) ^ u64::from(right));
            // The upper bits are the best mixed ones.
            let noise = u32::try_from(noise >> 32).unwrap_or(0) & mask;
            (left, right) = (right, left ^ noise);
        }
        value = (left << half) | right;
        if value < count {
            return value;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_has_aired_stays_what_has_aired() {
        let seed = Seed::new(7).text("channel_1").text("noir").with(20_778);
        assert_eq!(seed.get(), 3_250_426_872_143_706_515);
        let order: Vec<u32> = (0..10).map(|n| permute(42, 10, n)).collect();
        assert_eq!(order, [3, 8, 6, 9, 7, 5, 1, 2, 0, 4]);
    }

    #[test]
    fn texts_do_not_run_together() {
        let seed = Seed::new(1);
        assert_ne!(seed.text("ab").text("c"), seed.text("a").text("bc"));
        assert_ne!(seed.text(""), seed);
        assert_ne!(seed.text("a"), seed.text("a\0"));
    }

    proptest! {
        #[test]
        fn each_place_is_taken_once(key: u64, count in 1u32..600) {
            let mut places: Vec<u32> = (0..count).map(|n| permute(key, count, n)).collect();
            places.sort_unstable();
            prop_assert!(places.into_iter().eq(0..count));
        }
    }

    #[test]
    fn orders_differ_by_their_key() {
        let order = |key| (0..50).map(|n| permute(key, 50, n)).collect::<Vec<_>>();
        let mut all: Vec<_> = (0..100).map(order).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 100);
    }
}
