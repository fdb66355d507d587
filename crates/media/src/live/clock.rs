//! The clock of an encoder.

/// Makes timestamps of 32 bits that wrap after 49.7 days into times that do not.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwrap {
    last: Option<(u32, i64)>,
}

impl Unwrap {
    /// A clock that has not been read.
    pub const fn new() -> Self {
        Self { last: None }
    }

    /// The time of a timestamp: the one that is nearest to the last.
    pub fn time(&mut self, timestamp: u32) -> i64 {
        let time = match self.last {
            None => i64::from(timestamp),
            Some((stamp, time)) => time + i64::from(timestamp.wrapping_sub(stamp).cast_signed()),
        };
        self.last = Some((timestamp, time));
        time
    }
}
