//! Advertisements: videos that no list shows.

use crate::Video;

/// The kind of a video that is an advertisement. Whoever has its address may watch it; nobody
/// comes upon it.
pub const KIND: &str = "advert";

/// What is longer than a whole second by no more is cut to it, in milliseconds.
const TRIMMED_MS: i64 = 100;

/// How many seconds an advertisement of this length is made to last: whole ones, so that it fits
/// into breaks without moving what comes after them. What is missing is its last picture.
pub fn seconds(duration_ms: i64) -> u32 {
    let ms = duration_ms.saturating_sub(TRIMMED_MS).max(1);
    u32::try_from(ms / 1000 + i64::from(ms % 1000 > 0)).unwrap_or(u32::MAX)
}

impl Video {
    /// Whether it is an advertisement.
    pub fn is_advert(&self) -> bool {
        self.content_type.as_deref() == Some(KIND)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    #[rstest]
    #[case(0, 1)]
    #[case(900, 1)]
    #[case(15_000, 15)]
    #[case(15_100, 15)]
    #[case(15_101, 16)]
    #[case(14_980, 15)]
    fn advertisements_last_whole_seconds(#[case] ms: i64, #[case] seconds: u32) {
        assert_eq!(super::seconds(ms), seconds);
    }
}
