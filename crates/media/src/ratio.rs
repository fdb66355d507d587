//! Exact rationals for frame rates and aspect ratios.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A positive rational number in lowest terms, such as a frame rate of 30000/1001.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ratio {
    /// The numerator.
    pub num: u32,
    /// The denominator, never zero.
    pub den: u32,
}

impl Ratio {
    /// `num / den` in lowest terms; `None` when either is zero or does not fit in 32 bits.
    pub fn new(num: u64, den: u64) -> Option<Self> {
        if num == 0 || den == 0 {
            return None;
        }
        let divisor = gcd(num, den);
        Some(Self {
            num: u32::try_from(num / divisor).ok()?,
            den: u32::try_from(den / divisor).ok()?,
        })
    }

    /// The nearest float.
    pub fn as_f64(self) -> f64 {
        f64::from(self.num) / f64::from(self.den)
    }

    /// Whether this is 1 to 1.
    pub const fn is_one(self) -> bool {
        self.num == self.den
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.den == 1 {
            write!(f, "{}", self.num)
        } else {
            write!(f, "{}/{}", self.num, self.den)
        }
    }
}

const fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Converts `ticks` of one timescale into another, rounding down; saturates instead of wrapping.
pub fn rescale(ticks: u64, from: u32, to: u32) -> u64 {
    let scaled = u128::from(ticks) * u128::from(to) / u128::from(from.max(1));
    u64::try_from(scaled).unwrap_or(u64::MAX)
}

/// As [`rescale`], for signed ticks, rounding to the nearest.
pub fn rescale_signed(ticks: i64, from: u32, to: u32) -> i64 {
    let from = i128::from(from.max(1));
    let scaled = (i128::from(ticks) * i128::from(to) * 2 + from).div_euclid(from * 2);
    i64::try_from(scaled).unwrap_or(if ticks < 0 { i64::MIN } else { i64::MAX })
}
