//! Which renditions a video gets: sizes, frame rates, keyframe grid and bitrates. Pure.
//!
//! A rung is named by the short side of its picture (`720p` is 1280x720 and 720x1280), is never
//! larger than the source, and shares one keyframe grid with all other rungs: the grid is counted
//! in frames of a constant frame rate, so that at 29.97 frames a second a segment of "4 s" lasts
//! exactly 120 frames in each of them.

use serde::{Deserialize, Serialize};

use crate::config::{BitrateCaps, ProcessingConfig, VideoCodec};
use crate::probe::{Ratio, VideoStream};

/// Rates that films are made in; what is within half a per cent of one is taken for it.
const COMMON_RATES: [(u32, u32); 12] = [
    (12, 1),
    (15, 1),
    (24_000, 1001),
    (24, 1),
    (25, 1),
    (30_000, 1001),
    (30, 1),
    (48, 1),
    (50, 1),
    (60_000, 1001),
    (60, 1),
    (120, 1),
];
/// Below so many frames a second, frames are repeated: players measure their buffers in frames.
const MIN_RATE: u32 = 5;
/// Rungs below this many lines get at most [`LOW_MAX_RATE`] frames a second.
const LOW_BELOW: u32 = 720;
const LOW_MAX_RATE: f64 = 30.5;
/// A source less than this much larger than a rung gets no rung of its own size.
const OWN_SIZE_GAIN: f64 = 1.05;
/// Codecs beside H.264 are made from this many lines on: below, they save too few bits.
const EXTRA_CODECS_FROM: u32 = 480;

/// One rendition to encode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rung {
    /// Its name for people, such as `720p`; other codecs than H.264 follow: `720p-av1`.
    pub name: String,
    /// What it is encoded in.
    pub codec: VideoCodec,
    /// Width in pixels, even.
    pub width: u32,
    /// Height in pixels, even.
    pub height: u32,
    /// One of so many frames of the ladder is kept (1 or 2).
    pub keep_every: u32,
    /// Frames from keyframe to keyframe.
    pub gop: u32,
    /// The bitrate that it may not exceed for long, in kbit/s.
    pub max_kbps: u32,
}

/// All renditions to encode, the largest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ladder {
    /// Frames a second of the fastest rungs.
    pub frame_rate: Ratio,
    /// Frames of that rate in a segment.
    pub gop: u32,
    /// The rungs.
    pub rungs: Vec<Rung>,
}

impl Ladder {
    /// Seconds from keyframe to keyframe.
    pub fn segment_s(&self) -> f64 {
        f64::from(self.gop) / self.frame_rate.value()
    }

    /// The same in milliseconds, rounded.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a segment lasts less than a day"
    )]
    pub fn segment_ms(&self) -> u64 {
        (self.segment_s() * 1000.0).round() as u64
    }

    /// Where segment `n` begins, in microseconds.
    pub fn boundary_us(&self, n: u64) -> u64 {
        let micros =
            u128::from(n) * u128::from(self.gop) * u128::from(self.frame_rate.den) * 1_000_000
                / u128::from(self.frame_rate.num.max(1));
        u64::try_from(micros).unwrap_or(u64::MAX)
    }

    /// Brings the frame rate to a whole number, so that a second is a number of frames: one in a
    /// thousand is shown twice, or not.
    pub fn round_rate(&mut self) {
        let exact = self.frame_rate.value();
        // Slow rungs keep one of two.
        let whole = if self.rungs.iter().any(|rung| rung.keep_every > 1) {
            2 * frames(0.5, exact)
        } else {
            frames(1.0, exact)
        };
        self.frame_rate = Ratio { num: whole, den: 1 };
        let segment = |gop: u32| frames(f64::from(gop) / exact, f64::from(whole));
        self.gop = segment(self.gop);
        for rung in &mut self.rungs {
            rung.gop = segment(rung.gop * rung.keep_every) / rung.keep_every;
        }
    }

    /// The frame rate of a rung.
    pub fn rate_of(&self, rung: &Rung) -> Ratio {
        Ratio::new(
            self.frame_rate.num,
            self.frame_rate.den.saturating_mul(rung.keep_every),
        )
        .unwrap_or(self.frame_rate)
    }
}

/// What a ladder is made to.
#[derive(Debug, Clone, PartialEq)]
pub struct Wishes {
    /// Heights of the rungs that may be made.
    pub rungs: Vec<u32>,
    /// Whether `rungs` was chosen for this very video: then nothing is added to them.
    pub chosen: bool,
    /// Target length of a segment in seconds.
    pub segment_s: f64,
    /// Bitrate caps.
    pub caps: BitrateCaps,
    /// The greatest frame rate.
    pub max_frame_rate: u32,
    /// Codecs beside H.264.
    pub extra_codecs: Vec<VideoCodec>,
}

impl Wishes {
    /// What the configuration wishes, unless the video has wishes of its own: heights chosen by
    /// the uploader, and a segment length in seconds.
    pub fn new(config: &ProcessingConfig, chosen: &[u32], segment_s: Option<f64>) -> Self {
        Self {
            rungs: if chosen.is_empty() {
                config.rungs.clone()
            } else {
                chosen.to_vec()
            },
            chosen: !chosen.is_empty(),
            segment_s: segment_s
                .filter(|seconds| seconds.is_finite())
                .unwrap_or(config.segment_duration_s)
                .clamp(1.0, 30.0),
            caps: config.bitrate_caps,
            max_frame_rate: config.max_frame_rate.max(MIN_RATE),
            extra_codecs: config.extra_codecs.clone(),
        }
    }
}

/// Plans the ladder of a picture whose own bitrate is `source_bps`, if known.
pub fn plan(video: &VideoStream, source_bps: Option<u64>, wishes: &Wishes) -> Ladder {
    let (display_width, display_height) = video.display_size();
    let short = display_width.min(display_height);
    let frame_rate = output_rate(video, wishes.max_frame_rate);
    let halves = frame_rate.value() > LOW_MAX_RATE;
    let low_gop = frames(
        wishes.segment_s,
        frame_rate.value() / if halves { 2.0 } else { 1.0 },
    );
    let gop = if halves { low_gop * 2 } else { low_gop };

    let mut rungs = Vec::new();
    for (name, lines) in heights(short, wishes) {
        let (width, height) = fit(display_width, display_height, lines);
        let slow = halves && name < LOW_BELOW;
        let share = f64::from(width) * f64::from(height)
            / (f64::from(display_width) * f64::from(display_height)).max(1.0);
        let h264 = Rung {
            name: format!("{name}p"),
            codec: VideoCodec::H264,
            width,
            height,
            keep_every: if slow { 2 } else { 1 },
            gop: if slow { low_gop } else { gop },
            max_kbps: bitrate_cap_kbps(&wishes.caps, name).min(worthwhile_kbps(
                &video.codec,
                source_bps,
                share,
            )),
        };
        for &codec in &wishes.extra_codecs {
            if codec != VideoCodec::H264 && name >= EXTRA_CODECS_FROM {
                rungs.push(Rung {
                    name: format!("{name}p-{}", codec.name()),
                    codec,
                    max_kbps: (h264.max_kbps * codec.percent_of_h264() / 100).max(1),
                    ..h264.clone()
                });
            }
        }
        rungs.push(h264);
    }
    Ladder {
        frame_rate,
        gop,
        rungs,
    }
}

/// Name and lines of each rung, the largest first; never empty, never beyond the source.
fn heights(short: u32, wishes: &Wishes) -> Vec<(u32, u32)> {
    let mut heights: Vec<(u32, u32)> = wishes
        .rungs
        .iter()
        .filter(|&&lines| lines > 0)
        // 1078 or 1086 lines are 1080p to everybody but a ruler.
        .filter(|&&lines| f64::from(lines) * 0.98 <= f64::from(short))
        .map(|&lines| (lines, lines.min(short)))
        .collect();
    heights.sort_unstable_by(|a, b| b.cmp(a));
    heights.dedup();
    let top = heights.first().map_or(0, |&(_, lines)| lines);
    let highest_wish = wishes.rungs.iter().copied().max().unwrap_or(0);
    // Between two rungs (1920x800, 640x272) the source keeps its own size, under the name of the
    // rung above. Where the uploader has chosen, that is done only if nothing fits.
    let own = if wishes.chosen {
        heights.is_empty()
    } else {
        f64::from(short) >= f64::from(top) * OWN_SIZE_GAIN && short < highest_wish
    };
    if own || heights.is_empty() {
        let name = wishes
            .rungs
            .iter()
            .chain(&crate::config::STANDARD_RUNGS)
            .copied()
            .filter(|&lines| lines >= short)
            .min()
            .unwrap_or(short);
        heights.insert(0, (name, short));
    }
    heights
}

/// The picture scaled to a short side of `lines`, both sides even and at least 2.
fn fit(width: u32, height: u32, lines: u32) -> (u32, u32) {
    let (short, long) = (width.min(height).max(1), width.max(height).max(1));
    if lines >= short {
        return (even(f64::from(width)), even(f64::from(height)));
    }
    let mut aspect = f64::from(long) / f64::from(short);
    // 854x480 is meant to be 16:9.
    if (aspect / (16.0 / 9.0) - 1.0).abs() < 0.004 {
        aspect = 16.0 / 9.0;
    }
    let short = even(f64::from(lines));
    let long = even(f64::from(lines) * aspect);
    if width <= height {
        (short, long)
    } else {
        (long, short)
    }
}

/// The even number nearest to a length in pixels.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to what a picture may measure"
)]
fn even(length: f64) -> u32 {
    ((length.clamp(2.0, 65_534.0) / 2.0).round() as u32 * 2).max(2)
}

/// Frames in so many seconds, at least one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to thousands"
)]
fn frames(seconds: f64, rate: f64) -> u32 {
    (seconds * rate).round().clamp(1.0, 10_000.0) as u32
}

/// The constant frame rate that a source is brought to.
pub fn output_rate(video: &VideoStream, max: u32) -> Ratio {
    let fallback = Ratio { num: 25, den: 1 };
    let source = video.frame_rate.unwrap_or(fallback);
    let common = || {
        COMMON_RATES
            .iter()
            .filter_map(|&(num, den)| Ratio::new(num, den))
    };
    let mut rate = if video.variable_frame_rate {
        // The next common rate upwards shows every frame; three per cent of them may be missed.
        common()
            .find(|rate| {
                rate.value() >= 24.0_f64.min(source.value())
                    && rate.value() >= source.value() * 0.97
            })
            .unwrap_or(source)
    } else {
        common()
            .filter(|rate| (rate.value() / source.value() - 1.0).abs() < 0.005)
            .min_by(|a, b| {
                let off = |rate: &Ratio| (rate.value() / source.value() - 1.0).abs();
                off(a).total_cmp(&off(b))
            })
            .unwrap_or(source)
    };
    if rate.value() < f64::from(MIN_RATE) {
        rate = Ratio {
            num: MIN_RATE,
            den: 1,
        };
    }
    // An odd rate such as 1000000/33333 would make timescales that no player is tested with.
    if rate.num > 120_000 || rate.den > 1001 {
        rate = Ratio::new(frames(100.0, rate.value()), 100).unwrap_or(fallback);
    }
    let mut divisor = 1;
    while rate.value() / f64::from(divisor) > f64::from(max) + 0.5 {
        divisor += 1;
    }
    Ratio::new(rate.num, rate.den * divisor).unwrap_or(fallback)
}

/// The cap for a rung of so many lines, in kbit/s: as configured at the four documented heights,
/// in between on the straight line, and below the lowest falling faster than the lines.
pub fn bitrate_cap_kbps(caps: &BitrateCaps, lines: u32) -> u32 {
    let points = [
        (360, caps.p360),
        (720, caps.p720),
        (1080, caps.p1080),
        (2160, caps.p2160),
    ];
    if lines < 360 {
        let share = (f64::from(lines) / 360.0).powf(1.5);
        return frames(share, f64::from(caps.p360)).max(64);
    }
    for pair in points.windows(2) {
        let [(low, low_cap), (high, high_cap)] = [pair[0], pair[1]];
        if lines <= high {
            let along = f64::from(lines - low) / f64::from(high - low);
            let cap = f64::from(low_cap) + along * (f64::from(high_cap) - f64::from(low_cap));
            return kbps(cap);
        }
    }
    caps.p2160
}

/// What is worth spending on a picture with `share` of the source's pixels: bits that the source
/// does not have cannot be won back.
fn worthwhile_kbps(codec: &str, source_bps: Option<u64>, share: f64) -> u32 {
    let Some(source) = source_bps.filter(|&bps| bps > 0) else {
        return u32::MAX;
    };
    // How many bits H.264 takes for what this codec does with one.
    let times = match codec {
        "av1" => 2.0,
        "hevc" | "vp9" | "vvc" => 1.6,
        "h264" | "vp8" => 1.1,
        // Older codecs and studio formats only get cheaper.
        _ => 1.0,
    };
    kbps(source as f64 / 1000.0 * times * share.clamp(0.0, 1.0).powf(0.75)).max(100)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the range of the type"
)]
fn kbps(value: f64) -> u32 {
    value.round().clamp(1.0, 1e9) as u32
}

#[cfg(test)]
#[path = "ladder_tests.rs"]
mod tests;
