//! Cues of ANSI/SCTE 35: splice_insert and time_signal, as much as a break has to say.

use crate::bits::Bits;
use crate::ts::crc32;

/// Ticks a second.
const CLOCK: u64 = 90_000;
/// The longest section that is read, in bytes (§9.6: its length has twelve bits).
const SECTION_MAX: usize = 4096 + 3;

/// What a cue says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cue {
    /// The event; 0 for a time signal.
    pub event_id: u32,
    /// Whether a break begins, rather than ends.
    pub out: bool,
    /// How long it is, in milliseconds.
    pub duration_ms: Option<u64>,
    /// Whether it ends by itself.
    pub auto_return: bool,
}

/// A splice_info_section (§9.6) with a splice_insert (§9.7.3) that holds at once, for where
/// something else says when.
pub fn splice_insert(cue: &Cue) -> Vec<u8> {
    let mut command = Vec::with_capacity(20);
    command.extend_from_slice(&cue.event_id.to_be_bytes());
    // Not canceled.
    command.push(0x7f);
    let duration = cue.duration_ms.map(|ms| ms.saturating_mul(CLOCK) / 1000);
    let flags = u8::from(cue.out) << 7 | 1 << 6 | u8::from(duration.is_some()) << 5 | 1 << 4 | 0x0f;
    command.push(flags);
    if let Some(ticks) = duration {
        let ticks = ticks & 0x1_ffff_ffff;
        let head = u8::from(cue.auto_return) << 7 | 0x7e;
        let bytes = ticks.to_be_bytes();
        command.push(head | (bytes[3] & 1));
        command.extend_from_slice(&bytes[4..]);
    }
    // unique_program_id, avail_num, avails_expected.
    command.extend_from_slice(&[0, 1, 0, 0]);
    let mut out = vec![0xfc, 0x30, 0];
    out.push(0);
    // Not encrypted, and no adjustment.
    out.extend_from_slice(&[0; 5]);
    out.push(0);
    let length = u16::try_from(command.len()).unwrap_or(0);
    let [high, low] = length.to_be_bytes();
    out.extend_from_slice(&[0xff, 0xf0 | high & 0x0f, low, 0x05]);
    out.extend_from_slice(&command);
    out.extend_from_slice(&[0, 0]);
    let [high, low] = u16::try_from(out.len() + 4 - 3).unwrap_or(0).to_be_bytes();
    out[1] |= high & 0x0f;
    out[2] = low;
    let crc = crc32(&out);
    out.extend_from_slice(&crc.to_be_bytes());
    out
}

/// Reads a splice_info_section. `None` when it is damaged, encrypted, or says nothing of a break.
pub fn read(section: &[u8]) -> Option<Cue> {
    if section.len() > SECTION_MAX {
        return None;
    }
    let mut bits = Bits::new(section);
    if bits.bits(8)? != 0xfc {
        return None;
    }
    bits.skip(4)?;
    let length = usize::try_from(bits.bits(12)?).ok()?;
    let whole = section.get(..length + 3)?;
    if crc32(whole) != 0 {
        return None;
    }
    bits.skip(8)?;
    if bits.bit()? {
        return None;
    }
    bits.skip(6 + 33 + 8 + 12)?;
    bits.skip(12)?;
    match bits.bits(8)? {
        0x05 => insert(&mut bits),
        0x06 => signal(&mut bits),
        _ => None,
    }
}

/// When a cue that [`read`] reads holds: on the 90 kHz clock of the stream that it is in, 33 bits.
/// `None` for one that holds at once.
pub fn splice_pts(section: &[u8]) -> Option<u64> {
    let mut bits = Bits::new(section);
    // Up to the encryption.
    bits.skip(8 + 4 + 12 + 8 + 1 + 6)?;
    let adjustment = ticks(&mut bits)?;
    bits.skip(8 + 12 + 12)?;
    let at = match bits.bits(8)? {
        0x05 => {
            bits.skip(32)?;
            if bits.bit()? {
                return None;
            }
            bits.skip(8)?;
            let (program, _, immediate) = (bits.bit()?, bits.bit()?, bits.bit()?);
            bits.skip(4)?;
            if !program || immediate {
                return None;
            }
            time(&mut bits)?
        }
        0x06 => time(&mut bits)?,
        _ => return None,
    };
    Some((at + adjustment) & 0x1_ffff_ffff)
}

fn time(bits: &mut Bits<'_>) -> Option<u64> {
    if !bits.bit()? {
        return None;
    }
    bits.skip(6)?;
    ticks(bits)
}

fn splice_time(bits: &mut Bits<'_>) -> Option<()> {
    if bits.bit()? {
        bits.skip(6 + 33)
    } else {
        bits.skip(7)
    }
}

fn insert(bits: &mut Bits<'_>) -> Option<Cue> {
    let event_id = bits.bits(32)?;
    if bits.bit()? {
        return None;
    }
    bits.skip(7)?;
    let out = bits.bit()?;
    let (program, has_duration, immediate) = (bits.bit()?, bits.bit()?, bits.bit()?);
    bits.skip(4)?;
    if program {
        if !immediate {
            splice_time(bits)?;
        }
    } else {
        for _ in 0..bits.bits(8)? {
            bits.skip(8)?;
            if !immediate {
                splice_time(bits)?;
            }
        }
    }
    let mut cue = Cue {
        event_id,
        out,
        duration_ms: None,
        auto_return: false,
    };
    if has_duration {
        cue.auto_return = bits.bit()?;
        bits.skip(6)?;
        cue.duration_ms = Some(ticks(bits)? * 1000 / CLOCK);
    }
    Some(cue)
}

fn ticks(bits: &mut Bits<'_>) -> Option<u64> {
    let high = u64::from(bits.bit()?);
    Some(high << 32 | u64::from(bits.bits(32)?))
}

/// A time signal (§9.7.4) says what it means in its descriptors: segmentation (§10.3.3) of
/// advertisements and placement opportunities.
fn signal(bits: &mut Bits<'_>) -> Option<Cue> {
    splice_time(bits)?;
    let mut left = bits.bits(16)?;
    while left >= 6 {
        let (tag, length) = (bits.bits(8)?, bits.bits(8)?);
        left = left.checked_sub(2 + length)?;
        let mut inner = bits.clone();
        bits.skip(usize::try_from(length).ok()? * 8)?;
        if tag == 0x02
            && inner.bits(32)? == 0x4355_4549
            && let Some(cue) = segmentation(&mut inner)
        {
            return Some(cue);
        }
    }
    None
}

fn segmentation(bits: &mut Bits<'_>) -> Option<Cue> {
    let event_id = bits.bits(32)?;
    if bits.bit()? {
        return None;
    }
    bits.skip(7)?;
    let (program, has_duration) = (bits.bit()?, bits.bit()?);
    bits.skip(6)?;
    if !program {
        for _ in 0..bits.bits(8)? {
            bits.skip(48)?;
        }
    }
    let duration_ms = if has_duration {
        bits.skip(7)?;
        Some(ticks(bits)? * 1000 / CLOCK)
    } else {
        None
    };
    bits.skip(8)?;
    let length = usize::try_from(bits.bits(8)?).ok()?;
    bits.skip(length * 8)?;
    let out = match bits.bits(8)? {
        // Break, advertisements, placement opportunities: their starts are even, their ends odd.
        kind @ (0x22 | 0x23 | 0x30..=0x3f | 0x44..=0x47) => kind % 2 == 0,
        _ => return None,
    };
    Some(Cue {
        event_id,
        out,
        duration_ms,
        auto_return: duration_ms.is_some(),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        let digits: Vec<u32> = hex.chars().filter_map(|c| c.to_digit(16)).collect();
        digits
            .chunks(2)
            .map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap())
            .collect()
    }

    #[test]
    fn the_examples_of_the_standard_are_read() {
        // §14.2: splice_insert, out, 60.293 seconds, ends by itself.
        let insert = "FC302F000000000000FFFFF014054800008F7FEFFE7369C02EFE0052CCF500000000000A0008435545490000013562DBA30A";
        let cue = read(&bytes(insert)).unwrap();
        assert_eq!(cue.event_id, 0x4800_008f);
        assert!(cue.out && cue.auto_return);
        assert_eq!(cue.duration_ms, Some(60_293));
        assert_eq!(splice_pts(&bytes(insert)), Some(0x7369_c02e));
        // §14.1: time_signal, placement opportunity start, 307 seconds.
        let signal = "FC3034000000000000FFFFF00506FE72BD0050001E021C435545494800008E7FCF0001A599B00808000000002CA0A18A3402009AC9D17E";
        let cue = read(&bytes(signal)).unwrap();
        assert!(cue.out);
        assert_eq!(cue.duration_ms, Some(307_000));
        assert_eq!(splice_pts(&bytes(signal)), Some(0x72bd_0050));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(event_id: u32, out: bool, duration_ms in prop::option::of(0u64..90_000_000)) {
            let cue = Cue { event_id, out, duration_ms, auto_return: duration_ms.is_some() };
            let section = splice_insert(&cue);
            prop_assert_eq!(read(&section), Some(cue));
            prop_assert_eq!(splice_pts(&section), None);
            for n in 0..section.len() {
                prop_assert_eq!(read(&section[..n]), None);
            }
        }

        #[test]
        fn anything_is_survived(noise in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = (read(&noise), splice_pts(&noise));
            let mut section = noise;
            section.splice(0..0, [0xfc, 0x30, 0x20]);
            let _ = read(&section);
        }
    }
}
