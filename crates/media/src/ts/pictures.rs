//! H.264 and HEVC as byte streams (ITU-T H.264 and H.265, Annex B): cut into NAL units, and made
//! into frames as MP4 holds them.

use bytes::Bytes;

use super::{
    Event, Reader,
    clock::{Unwrap33, micros},
    config, only,
    pes::Unit,
};
use crate::{
    codec::{Codec, ParameterSets},
    error::MediaError,
    flv::{Content, Frame},
    index::MediaKind,
};

/// The pictures of a programme.
#[derive(Debug)]
pub(super) struct Pictures {
    codec: Codec,
    sets: ParameterSets,
    /// The configuration that was told last.
    told: Option<Vec<u8>>,
    /// Nothing can be shown before the next keyframe.
    waits: bool,
}

impl Reader for Pictures {
    const KIND: MediaKind = MediaKind::Video;

    /// Something is missing: what follows rests on it.
    fn lose(&mut self) {
        self.waits = true;
    }

    /// Takes a picture.
    fn take(&mut self, unit: &Unit, clock: &mut Unwrap33, events: &mut Vec<Event>) {
        let kind = MediaKind::Video;
        let (Some(pts), Some(dts)) = (unit.pts, unit.dts) else {
            self.lose();
            let error = MediaError::Missing("the time of a picture");
            events.push(Event::Refused { kind, error });
            return;
        };
        let dts = clock.ticks(dts);
        let ahead = i64::try_from(pts).unwrap_or(0).wrapping_sub(dts);
        // No picture is shown before it is decoded.
        let ahead = Some(ahead.rem_euclid(1 << 33)).filter(|ahead| *ahead < 1 << 32);
        let (data, sync) = self.frame(&unit.data);
        if data.is_empty() {
            return;
        }
        let time_us = micros(dts);
        if sync && let Err(error) = self.tell(time_us, events) {
            self.lose();
            events.push(Event::Refused { kind, error });
            return;
        }
        self.waits &= !sync;
        if self.waits {
            return;
        }
        let composition_ms = i32::try_from((ahead.unwrap_or(0) + 45) / 90).unwrap_or(0);
        let frame = Frame {
            data: Bytes::from(data),
            composition_ms,
            sync,
        };
        events.push(Event::Packet {
            kind,
            time_us,
            packet: only(self.codec, Content::Frame(frame)),
        });
    }
}

impl Pictures {
    /// Of H.264 or HEVC.
    pub(super) fn new(codec: Codec) -> Self {
        Self {
            codec,
            sets: ParameterSets::new(codec),
            told: None,
            waits: true,
        }
    }

    /// Tells the configuration if it is another than before.
    fn tell(&mut self, time_us: i64, events: &mut Vec<Event>) -> Result<(), MediaError> {
        if !self.sets.have_changed() && self.told.is_some() {
            return Ok(());
        }
        let made = self.sets.config()?;
        if self.told.as_ref() != Some(&made) {
            self.told = Some(made.clone());
            events.push(Event::Packet {
                kind: MediaKind::Video,
                time_us,
                packet: config(self.codec, made),
            });
        }
        Ok(())
    }

    /// The NAL units that belong to the picture, each after its length; and whether decoding can
    /// begin with it.
    fn frame(&mut self, data: &[u8]) -> (Vec<u8>, bool) {
        let mut out = Vec::with_capacity(data.len() + 64);
        let (mut sync, mut slices) = (false, false);
        for nal in nals(data) {
            match sort(self.codec, nal) {
                Sort::Parameters => self.sets.take(nal),
                Sort::Beside => {}
                Sort::Kept {
                    sync: begins,
                    slice,
                } => {
                    sync |= begins;
                    slices |= slice;
                    let Ok(len) = u32::try_from(nal.len()) else {
                        continue;
                    };
                    out.extend_from_slice(&len.to_be_bytes());
                    out.extend_from_slice(nal);
                }
            }
        }
        if !slices {
            out.clear();
        }
        (out, sync)
    }
}

/// What becomes of a NAL unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    /// It goes into the configuration.
    Parameters,
    /// It is of no use in a file: a delimiter, or filling.
    Beside,
    /// It goes into the frame.
    Kept { sync: bool, slice: bool },
}

fn sort(codec: Codec, nal: &[u8]) -> Sort {
    let Some(&head) = nal.first() else {
        return Sort::Beside;
    };
    if codec == Codec::Hevc {
        return match head >> 1 & 0x3f {
            32..=34 => Sort::Parameters,
            // Delimiter, ends, filling.
            35..=38 => Sort::Beside,
            kind => Sort::Kept {
                sync: (16..=23).contains(&kind),
                slice: kind < 32,
            },
        };
    }
    match head & 0x1f {
        7 | 8 => Sort::Parameters,
        9..=12 => Sort::Beside,
        // A recovery point (§D.2.8) from which everything is whole at once is what open groups of
        // pictures begin with.
        6 => Sort::Kept {
            sync: recovers_at_once(nal),
            slice: false,
        },
        kind => Sort::Kept {
            sync: kind == 5,
            slice: matches!(kind, 1..=5),
        },
    }
}

/// Whether supplemental information begins with a recovery point of no frames.
fn recovers_at_once(nal: &[u8]) -> bool {
    const RECOVERY_POINT: u8 = 6;
    // recovery_frame_cnt = 0 is the single bit 1.
    matches!(*nal, [_, RECOVERY_POINT, size, first, ..] if size > 0 && first & 0x80 != 0)
}

/// Cuts a byte stream at its start codes.
fn nals(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = after_start_code(data).map(|(_, rest)| rest);
    std::iter::from_fn(move || {
        let from = rest?;
        let (nal, next) = match after_start_code(from) {
            Some((nal, next)) => (nal, Some(next)),
            None => (from, None),
        };
        rest = next;
        Some(nal)
    })
    .map(|nal| {
        // Zeros at the end belong to no NAL unit.
        let end = nal.iter().rposition(|&byte| byte != 0);
        end.map_or(&nal[..0], |end| &nal[..=end])
    })
    .filter(|nal| !nal.is_empty())
}

/// What is before the first start code, and what is after it.
fn after_start_code(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut at = 0;
    loop {
        // The last byte of a start code is its only 1: other bytes are passed over quickly.
        let one = at + data.get(at..)?.iter().position(|&byte| byte == 1)?;
        if one >= 2 && data[one - 1] == 0 && data[one - 2] == 0 {
            return Some((&data[..one - 2], &data[one + 1..]));
        }
        at = one + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn start_codes_part_nal_units() {
        let found = |data: &[u8]| nals(data).map(<[u8]>::to_vec).collect::<Vec<_>>();
        assert_eq!(
            found(&[
                0, 0, 0, 1, 9, 0xf0, 0, 0, 1, 0x65, 1, 2, 0, 0, 0, 0, 1, 0x41, 7
            ]),
            [vec![9, 0xf0], vec![0x65, 1, 2], vec![0x41, 7]]
        );
        assert_eq!(found(&[1, 2, 3, 0, 0]), Vec::<Vec<u8>>::new());
        assert_eq!(found(&[0, 0, 1]), Vec::<Vec<u8>>::new());
        assert_eq!(found(&[0, 0, 1, 0, 0, 1, 5]), [vec![5]]);
    }

    #[test]
    fn a_recovery_point_is_a_beginning_only_at_once() {
        let sync = |nal: &[u8]| matches!(sort(Codec::Avc, nal), Sort::Kept { sync: true, .. });
        assert!(sync(&[6, 6, 1, 0xc4, 0x80]));
        assert!(!sync(&[6, 6, 1, 0x44, 0x80]));
        assert!(!sync(&[6, 5, 1, 0xc4, 0x80]));
        assert!(sync(&[0x65, 1]) && !sync(&[0x41, 1]));
    }
}
