//! The sound of a stage: as it is decoded, and mixed.

use std::collections::VecDeque;

/// Samples of one channel in 20 ms at 48 kHz: a packet.
pub(super) const TICK_SAMPLES: usize = 960;
/// Numbers of both channels in that time.
pub(super) const TICK: usize = TICK_SAMPLES * 2;
/// How much waits before somebody is heard, so that a packet that comes late is not missed.
const CUSHION: usize = TICK * 3;
/// The most that waits; above it, what is oldest is left out.
const MOST: usize = TICK * 20;
/// Above this root mean square somebody speaks.
const SPEAKS: f64 = 600.0;

/// Sound of somebody that waits to be heard.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    numbers: VecDeque<i16>,
    /// A number of which one byte has come.
    half: Option<u8>,
    plays: bool,
}

impl Waiting {
    /// Takes in bytes as they were decoded.
    pub(super) fn put(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match self.half.take() {
                None => self.half = Some(*byte),
                Some(low) => self.numbers.push_back(i16::from_le_bytes([low, *byte])),
            }
        }
        if self.numbers.len() > MOST {
            let late = self.numbers.len() - CUSHION;
            // Whole samples of both channels.
            self.numbers.drain(..late / 2 * 2);
        }
    }

    /// Adds 20 ms of it to a mix. Gives whether somebody speaks.
    pub(super) fn mix_into(&mut self, mix: &mut [i32; TICK]) -> bool {
        if self.numbers.len() < TICK {
            self.plays = false;
        } else if self.numbers.len() >= CUSHION {
            self.plays = true;
        }
        if !self.plays {
            return false;
        }
        let mut energy = 0.0;
        for (sum, number) in mix.iter_mut().zip(self.numbers.drain(..TICK)) {
            *sum += i32::from(number);
            energy += f64::from(number).powi(2);
        }
        (energy / TICK as f64).sqrt() > SPEAKS
    }
}

/// A mix as the coder takes it. What is too loud is bent, not cut.
pub(super) fn mixed(mix: &[i32; TICK]) -> Vec<u8> {
    const KNEE: f64 = 24_000.0;
    const REST: f64 = 32_767.0 - KNEE;
    let bend = |sum: i32| -> i16 {
        let loud = f64::from(sum.abs());
        if loud <= KNEE {
            return i16::try_from(sum).unwrap_or(0);
        }
        let over = (loud - KNEE) / REST;
        let bent = KNEE + REST * over / (1.0 + over);
        #[expect(clippy::cast_possible_truncation, reason = "it is below 32,767")]
        let bent = bent as i16;
        if sum < 0 { -bent } else { bent }
    };
    mix.iter()
        .flat_map(|sum| bend(*sum).to_le_bytes())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(value: i16, ticks: usize) -> Vec<u8> {
        value.to_le_bytes().repeat(TICK * ticks)
    }

    #[test]
    fn who_is_late_is_silent_until_there_is_enough_again() {
        let mut waiting = Waiting::default();
        waiting.put(&tone(1000, 2));
        let mut mix = [0; TICK];
        assert!(!waiting.mix_into(&mut mix));
        waiting.put(&tone(1000, 1));
        for _ in 0..3 {
            assert!(waiting.mix_into(&mut mix));
        }
        assert_eq!(mix[0], 3000);
        assert!(!waiting.mix_into(&mut mix));
        // What has waited for too long is left out.
        waiting.put(&tone(1, 100));
        assert_eq!(waiting.numbers.len(), CUSHION);
        // Bytes may come one by one.
        for byte in tone(1, 1) {
            waiting.put(&[byte]);
        }
        assert_eq!(waiting.numbers.len(), CUSHION + TICK);
    }

    #[test]
    fn loud_voices_together_are_bent() {
        let mut mix = [0; TICK];
        mix[0] = 100;
        mix[1] = -80_000;
        mix[2] = 24_001;
        mix[3] = 262_144;
        let out: Vec<i16> = mixed(&mix)
            .chunks(2)
            .map(|pair| i16::from_le_bytes([pair[0], pair[1]]))
            .collect();
        assert_eq!(out[0], 100);
        assert!(out[1] < -30_000 && out[3] > 32_000);
        assert_eq!(out[2], 24_000);
    }
}
