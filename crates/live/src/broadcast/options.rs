//! How broadcasts are cut and kept.

use std::time::Duration;

use matinee_media::live;

/// How broadcasts are cut and kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How long parts and segments are.
    pub packaging: live::Options,
    /// How far back viewers may go while it is on the air.
    pub window: Duration,
    /// How many bytes of a broadcast may be in memory: this shortens the window.
    pub window_bytes: usize,
    /// How long a broadcast waits for an encoder that has vanished.
    pub grace: Duration,
    /// How long a broadcast may last; `None` for as long as it likes.
    pub max_duration: Option<Duration>,
    /// Whether a newer encoder takes over from the one that is there, or is refused.
    pub takeover: bool,
    /// How long the last segments can be had after the end.
    pub linger: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            packaging: live::Options::default(),
            window: Duration::from_mins(5),
            window_bytes: 256 << 20,
            grace: Duration::from_secs(30),
            max_duration: None,
            takeover: true,
            linger: Duration::from_mins(1),
        }
    }
}

impl Options {
    /// How many parts ahead of the last one may be asked for (RFC 8216bis §6.2.5.2).
    pub(super) fn advance_parts(&self) -> u32 {
        let part_ms = self.packaging.part_ms.max(1);
        if part_ms < 1000 {
            3000_u32.div_ceil(part_ms)
        } else {
            3
        }
    }

    /// How long a request may wait for what is to come: three target durations.
    pub(super) fn patience(&self) -> Duration {
        Duration::from_secs(u64::from(self.packaging.target_s) * 3)
    }
}
