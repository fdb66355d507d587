//! Silence as CMAF segments: AAC-LC whose spectrum is empty (ISO/IEC 14496-3 §4.4.2).
//!
//! It is written, not encoded, so that a segment of any time and length can be had at once and is
//! the same bytes wherever it is made.

use bytes::Bytes;

use crate::{
    codec::{Codec, SampleEntry},
    error::{MediaError, Result},
    fragment::{FragmentShape, InitTrack, fragment_header, init_segment},
    ratio::rescale,
    samples::Sample,
};

/// The sampling frequencies that AAC has numbers for (§1.6.3.4).
const RATES: [u32; 13] = [
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
    7_350,
];
/// Samples of a frame.
const FRAME: u64 = 1024;
/// The longest segment, in milliseconds.
const LONGEST_MS: u32 = 60_000;

/// Silence of one form.
#[derive(Clone, Debug)]
pub struct Silence {
    entry: SampleEntry,
    rate: u32,
    frame: Bytes,
}

impl Silence {
    /// Silence for so many speakers (1, 2 or 6) at so many samples a second.
    ///
    /// Errors: [`MediaError::Unsupported`] for others.
    pub fn new(sample_rate: u32, channels: u16) -> Result<Self> {
        let rate = RATES.iter().position(|&rate| rate == sample_rate);
        let rate = rate.and_then(|rate| u32::try_from(rate).ok());
        let (Some(rate), 1 | 2 | 6) = (rate, channels) else {
            return Err(MediaError::Unsupported("silence of this form"));
        };
        let mut config = Bits::default();
        // AAC-LC, the frequency, the layout; frames of 1024 samples.
        config.put(5, 2);
        config.put(4, rate);
        config.put(4, channels.into());
        config.put(3, 0);
        Ok(Self {
            entry: SampleEntry::of_config(Codec::Aac, &config.bytes())?,
            rate: sample_rate,
            frame: frame(channels),
        })
    }

    /// The initialization segment.
    pub fn init(&self) -> Bytes {
        init_segment(&InitTrack {
            id: 1,
            video: false,
            timescale: self.rate,
            width: 0,
            height: 0,
            rotation: 0,
            language: None,
            edit_shift: 0,
            entry: &self.entry.bytes,
        })
    }

    /// The segment from one instant on, both in milliseconds. Segments that follow each other in
    /// time have frames that do.
    ///
    /// Errors: [`MediaError::TooLarge`] when it would last more than a minute.
    pub fn segment(&self, start_ms: u32, duration_ms: u32) -> Result<Bytes> {
        if duration_ms > LONGEST_MS {
            return Err(MediaError::TooLarge {
                what: "segment (milliseconds)",
                size: duration_ms.into(),
                limit: LONGEST_MS.into(),
            });
        }
        let boundary = |ms: u64| rescale(ms, 1000, self.rate).div_ceil(FRAME);
        let first = boundary(start_ms.into());
        let end = boundary(u64::from(start_ms) + u64::from(duration_ms)).max(first + 1);
        let size = u32::try_from(self.frame.len()).unwrap_or(0);
        let samples = (first..end).map(|n| Sample {
            index: 0,
            dts: n * FRAME,
            cts: 0,
            duration: 1024,
            offset: 0,
            size,
            sync: true,
        });
        let sequence = u32::try_from(first & 0x7fff_ffff).unwrap_or(0) + 1;
        let shape = FragmentShape::spelled_out(false);
        let samples: Vec<Sample> = samples.collect();
        let mut out = fragment_header(shape, 1, sequence, first * FRAME, samples.iter().copied());
        for _ in &samples {
            out.extend_from_slice(&self.frame);
        }
        Ok(out.into())
    }
}

/// A frame of nothing: each element says that it has no bands.
fn frame(channels: u16) -> Bytes {
    let mut bits = Bits::default();
    match channels {
        1 => single(&mut bits, 0, 0),
        2 => pair(&mut bits, 0),
        _ => {
            single(&mut bits, 0, 0);
            pair(&mut bits, 0);
            pair(&mut bits, 1);
            // The low frequencies are an element of another kind, written alike.
            single(&mut bits, 3, 0);
        }
    }
    // The end.
    bits.put(3, 7);
    bits.bytes()
}

fn single(bits: &mut Bits, kind: u32, tag: u32) {
    bits.put(3, kind);
    bits.put(4, tag);
    // The gain comes before what the windows are like.
    bits.put(8, 0);
    windows(bits);
    nothing(bits);
}

fn pair(bits: &mut Bits, tag: u32) {
    bits.put(3, 1);
    bits.put(4, tag);
    bits.put(1, 1);
    windows(bits);
    // Neither is told by the middle and the side.
    bits.put(2, 0);
    for _ in 0..2 {
        bits.put(8, 0);
        nothing(bits);
    }
}

/// One long window of sines, no band of which has anything, and no prediction.
fn windows(bits: &mut Bits) {
    bits.put(1, 0);
    bits.put(2, 0);
    bits.put(1, 0);
    bits.put(6, 0);
    bits.put(1, 0);
}

/// Neither pulses, nor noise shaping, nor gain control.
fn nothing(bits: &mut Bits) {
    bits.put(3, 0);
}

/// Bits on their way into bytes, the most significant first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    fn put(&mut self, count: u32, value: u32) {
        for n in (0..count).rev() {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let bit = u8::from(value >> n & 1 == 1) << (7 - self.used % 8);
            if let Some(last) = self.bytes.last_mut() {
                *last |= bit;
            }
            self.used += 1;
        }
    }

    fn bytes(self) -> Bytes {
        self.bytes.into()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::{flv::Content, live::unpack_from, ts::Event};

    #[rstest]
    #[case(48_000, 2)]
    #[case(44_100, 1)]
    #[case(48_000, 6)]
    fn segments_follow_each_other(#[case] rate: u32, #[case] channels: u16) {
        let silence = Silence::new(rate, channels).unwrap();
        let init = silence.init();
        let mut next = None;
        for (start, duration) in [(0, 4000), (4000, 4004), (8004, 1), (8005, 2000)] {
            let segment = silence.segment(start, duration).unwrap();
            assert_eq!(segment, silence.segment(start, duration).unwrap());
            let (began_us, events) = unpack_from(&init, &segment).unwrap();
            for event in events {
                let Event::Packet {
                    time_us, packet, ..
                } = event
                else {
                    continue;
                };
                if let Content::Frame(_) = packet.content {
                    let time_us = began_us + time_us;
                    let length = 1_024_000_000_i64 / i64::from(rate);
                    if let Some(next) = next {
                        let apart: i64 = time_us - next;
                        // A segment of less than a frame has one all the same.
                        assert!(apart.abs() <= length, "{time_us} after {next}");
                    }
                    next = Some(time_us + length);
                }
            }
        }
    }

    #[test]
    fn other_forms_are_refused() {
        assert!(Silence::new(48_001, 2).is_err());
        assert!(Silence::new(48_000, 3).is_err());
        let silence = Silence::new(48_000, 2).unwrap();
        assert!(silence.segment(0, 60_001).is_err());
        assert!(silence.segment(u32::MAX, 60_000).is_ok());
    }

    #[test]
    fn the_frame_of_a_pair_is_six_bytes() {
        assert_eq!(frame(2).len(), 6);
        assert_eq!(frame(1)[..], [0, 0, 0, 7]);
    }
}
