//! What comes in from the encoder, measured, and said in words.

use std::collections::VecDeque;

use matinee_media::codec::{Codec, SampleEntry};

/// How far back is looked, in microseconds.
const SPAN_US: i64 = 5_000_000;

/// Keyframes should come at least so often, in seconds.
const KEYFRAMES_S: f64 = 4.5;

/// What a warning is about: each is said once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Concern {
    Pictures,
    Sound,
    Clock,
    Ladder,
    Stage,
}

/// What comes in, for whoever sits at the encoder.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Health {
    /// How it comes: `rtmp`, `rtmps`, `srt`, `whip`, `stage` or `hls`; empty while no encoder is there.
    pub protocol: &'static str,
    /// Whether an encoder is there at the moment.
    pub connected: bool,
    /// The codec of the pictures (RFC 6381), if there are any.
    pub video_codec: Option<String>,
    /// The codec of the sound (RFC 6381), if there is any.
    pub audio_codec: Option<String>,
    /// In pixels.
    pub width: Option<u32>,
    /// In pixels.
    pub height: Option<u32>,
    /// Frames a second.
    pub frame_rate: Option<f64>,
    /// Kilobits a second, over the last seconds.
    pub bitrate_kbps: u64,
    /// Seconds between the last two keyframes.
    pub keyframe_interval_s: Option<f64>,
    /// Since when the encoder is there, in UTC microseconds.
    pub since: i64,
    /// The advertisement break that is on or comes next: when it begins, and when it ends or is
    /// meant to if that is known, in UTC microseconds.
    pub ad_break: Option<(i64, Option<i64>)>,
    /// What is not as it should be, in words.
    pub warnings: Vec<String>,
}

/// Measures what comes in.
#[derive(Debug, Default)]
pub(super) struct Meter {
    protocol: &'static str,
    connected: bool,
    since: i64,
    /// When how many bytes came.
    bytes: VecDeque<(i64, u64)>,
    /// The times of the pictures, on the encoder's clock.
    pictures: VecDeque<i64>,
    keyframe: Option<i64>,
    keyframe_interval_us: Option<i64>,
    warnings: Vec<(Concern, String)>,
}

impl Meter {
    /// An encoder is there.
    pub(super) fn connect(&mut self, protocol: &'static str, now: i64) {
        *self = Self {
            protocol,
            connected: true,
            since: now,
            ..Self::default()
        };
    }

    /// It is gone.
    pub(super) fn disconnect(&mut self) {
        self.connected = false;
        self.bytes.clear();
    }

    /// Bytes of media came.
    pub(super) fn bytes(&mut self, count: usize, now: i64) {
        match self.bytes.back_mut() {
            // A tenth of a second is fine enough.
            Some((at, bytes)) if now - *at < 100_000 => *bytes += count as u64,
            _ => self.bytes.push_back((now, count as u64)),
        }
        while self.bytes.front().is_some_and(|(at, _)| now - at > SPAN_US) {
            self.bytes.pop_front();
        }
    }

    /// A picture that decodes at `time_us` of the encoder's clock came.
    pub(super) fn picture(&mut self, time_us: i64, sync: bool) {
        if self.pictures.back().is_some_and(|last| time_us < *last) {
            self.pictures.clear();
            self.keyframe = None;
        }
        self.pictures.push_back(time_us);
        while self.pictures.len() > 2
            && self
                .pictures
                .front()
                .is_some_and(|at| time_us - at > SPAN_US)
        {
            self.pictures.pop_front();
        }
        if self.pictures.len() > MAX_PICTURES {
            self.pictures.pop_front();
        }
        if sync && let Some(last) = self.keyframe.replace(time_us) {
            self.keyframe_interval_us = Some(time_us - last);
        }
    }

    /// Says something about what comes in, in the place of what was said of it before.
    pub(super) fn warn(&mut self, concern: Concern, words: String) {
        self.warnings.retain(|(about, _)| *about != concern);
        self.warnings.push((concern, words));
        self.warnings.sort_by_key(|(about, _)| *about);
    }

    /// Whether something is said of it.
    pub(super) fn has_warned(&self, concern: Concern) -> bool {
        self.warnings.iter().any(|(about, _)| *about == concern)
    }

    /// Nothing is to be said of it any more.
    pub(super) fn unwarn(&mut self, concern: Concern) {
        self.warnings.retain(|(about, _)| *about != concern);
    }

    /// Frames a second.
    pub(super) fn frame_rate(&self) -> Option<f64> {
        let (first, last) = (self.pictures.front()?, self.pictures.back()?);
        let count = self.pictures.len() - 1;
        let micros = last - first;
        // A handful says too little.
        if count < 5 || micros <= 0 {
            return None;
        }
        Some(usual_rate(count as f64 * 1e6 / micros as f64))
    }

    fn bitrate_kbps(&self, now: i64) -> u64 {
        let Some((first, _)) = self.bytes.front() else {
            return 0;
        };
        let bytes: u64 = self
            .bytes
            .iter()
            .filter(|(at, _)| now - at <= SPAN_US)
            .map(|(_, bytes)| bytes)
            .sum();
        let micros = u64::try_from((now - first).clamp(500_000, SPAN_US)).unwrap_or(1);
        bytes.saturating_mul(8000) / micros
    }

    /// All of it.
    pub(super) fn health(
        &self,
        video: Option<&SampleEntry>,
        audio: Option<&SampleEntry>,
        now: i64,
    ) -> Health {
        let picture = video.and_then(|entry| entry.video.as_ref());
        let keyframe_interval_s = self.keyframe_interval_us.map(|us| us as f64 / 1e6);
        let mut warnings: Vec<String> = self.warnings.iter().map(|(_, w)| w.clone()).collect();
        if let Some(seconds) = keyframe_interval_s.filter(|seconds| *seconds > KEYFRAMES_S) {
            warnings.push(format!(
                "A keyframe comes every {seconds:.1} seconds only: set the encoder's keyframe interval to 2 seconds, so that viewers can join quickly."
            ));
        }
        if let Some(codec) = video.map(|entry| entry.codec)
            && matches!(codec, Codec::Hevc | Codec::Av1)
        {
            warnings.push(format!(
                "Not every browser and device plays {}: H.264 reaches all.",
                if codec == Codec::Hevc { "HEVC" } else { "AV1" }
            ));
        }
        Health {
            protocol: self.protocol,
            connected: self.connected,
            video_codec: video.map(|entry| entry.codec_string.clone()),
            audio_codec: audio.map(|entry| entry.codec_string.clone()),
            width: picture.map(|picture| picture.width.into()),
            height: picture.map(|picture| picture.height.into()),
            frame_rate: self.frame_rate(),
            bitrate_kbps: self.bitrate_kbps(now),
            keyframe_interval_s,
            since: self.since,
            ad_break: None,
            warnings,
        }
    }
}

/// The most pictures that are counted.
const MAX_PICTURES: usize = 1500;

/// Timestamps of whole milliseconds say 29.99 where 29.97 is meant: the nearest of the rates that
/// are in use, if one is within a thousandth.
fn usual_rate(measured: f64) -> f64 {
    const USUAL: [f64; 12] = [
        10.0,
        15.0,
        20.0,
        24_000.0 / 1001.0,
        24.0,
        25.0,
        30_000.0 / 1001.0,
        30.0,
        50.0,
        60_000.0 / 1001.0,
        60.0,
        120.0,
    ];
    let off = |rate: &f64| (measured - rate).abs() / rate;
    USUAL
        .into_iter()
        .filter(|rate| off(rate) < 0.005)
        .min_by(|a, b| off(a).total_cmp(&off(b)))
        .unwrap_or((measured * 1000.0).round() / 1000.0)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(30, 1, 30.0)]
    #[case(30_000, 1001, 29.97)]
    #[case(60_000, 1001, 59.94)]
    #[case(25, 1, 25.0)]
    #[case(13, 1, 13.0)]
    fn rates_are_told_from_milliseconds(#[case] num: i64, #[case] den: i64, #[case] wanted: f64) {
        let mut meter = Meter::default();
        for n in 0..400 {
            let ms = n * 1000 * den / num;
            meter.picture(ms * 1000, n % 60 == 0);
        }
        let rate = meter.frame_rate().unwrap();
        assert!((rate - wanted).abs() < 0.005, "{rate}");
        let interval = meter.keyframe_interval_us.unwrap() as f64 / 1e6;
        assert!((interval - 60.0 * den as f64 / num as f64).abs() < 0.002);
    }

    #[test]
    fn bits_are_counted_over_the_last_seconds() {
        let mut meter = Meter::default();
        for n in 0..200 {
            meter.bytes(12_500, n * 50_000);
        }
        let kbps = meter.bitrate_kbps(199 * 50_000);
        assert!((1900..=2100).contains(&kbps), "{kbps}");
        assert!(meter.bytes.len() < 60);
        // Nothing has come for long.
        assert_eq!(meter.bitrate_kbps(100_000_000), 0);
    }

    #[test]
    fn each_concern_is_said_once_and_taken_back() {
        let mut meter = Meter::default();
        meter.warn(Concern::Sound, "no sound".to_owned());
        meter.warn(Concern::Clock, "it jumped".to_owned());
        meter.warn(Concern::Clock, "it jumped twice".to_owned());
        assert_eq!(
            meter.health(None, None, 0).warnings,
            ["no sound", "it jumped twice"]
        );
        meter.unwarn(Concern::Sound);
        assert_eq!(meter.health(None, None, 0).warnings, ["it jumped twice"]);
    }
}
