//! Bit rates as HLS defines them (RFC 8216bis §4.4.6.2).

use super::RenditionIndex;

impl RenditionIndex {
    /// `AVERAGE-BANDWIDTH`: all segments' bits by all segments' seconds, rounded up.
    pub fn average_bandwidth_bps(&self) -> u64 {
        let bytes: u64 = self.segments.iter().map(|segment| segment.size).sum();
        let ticks: u64 = self.segments.iter().map(|segment| segment.duration).sum();
        self.rate(bytes, ticks)
    }

    /// `BANDWIDTH`: the largest bit rate of any run of segments that lasts between half and one
    /// and a half target durations, so that a short last segment does not speak for the whole.
    pub fn peak_bandwidth_bps(&self) -> u64 {
        /// Runs longer than this are of segments far shorter than the longest; their rate is near
        /// that of shorter runs.
        const MAX_RUN: usize = 64;
        let target = self
            .target_duration_s()
            .saturating_mul(u64::from(self.info.timescale));
        let mut peak = 0;
        for first in 0..self.segments.len() {
            let (mut bytes, mut ticks) = (0u64, 0u64);
            for segment in self.segments[first..].iter().take(MAX_RUN) {
                bytes += segment.size;
                ticks += segment.duration;
                if ticks > target.saturating_mul(3) / 2 {
                    break;
                }
                if ticks >= target / 2 {
                    peak = peak.max(self.rate(bytes, ticks));
                }
            }
        }
        peak.max(self.average_bandwidth_bps())
    }

    /// `EXT-X-TARGETDURATION`: the longest segment in whole seconds, rounded, at least 1.
    pub fn target_duration_s(&self) -> u64 {
        let timescale = u64::from(self.info.timescale);
        ((self.longest_segment() + timescale / 2) / timescale).max(1)
    }

    /// Peak and average bit rate of the I-frames, were each to last until the next.
    pub fn iframe_bandwidth_bps(&self) -> (u64, u64) {
        let (mut peak, mut all_bytes, mut all_ticks) = (0, 0u64, 0u64);
        for n in 0..self.iframes.len() {
            let (Ok(bytes), Ok((_, ticks))) = (self.iframe_size(n), self.iframe_time(n)) else {
                continue;
            };
            peak = peak.max(self.rate(bytes, ticks));
            all_bytes += bytes;
            all_ticks += ticks;
        }
        (peak, self.rate(all_bytes, all_ticks))
    }

    fn rate(&self, bytes: u64, ticks: u64) -> u64 {
        let bits = u128::from(bytes) * 8 * u128::from(self.info.timescale);
        u64::try_from(bits.div_ceil(u128::from(ticks.max(1)))).unwrap_or(u64::MAX)
    }
}
