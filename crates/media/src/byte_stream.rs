//! H.264 and HEVC as byte streams (ITU-T H.264 and H.265, Annex B), as transport streams and RTP
//! carry them, made into frames as MP4 holds them; and the way back.

use crate::{
    boxes::Fields,
    codec::{Codec, ParameterSets},
    error::Result,
};

/// What is before each NAL unit of a byte stream.
const START_CODE: [u8; 4] = [0, 0, 0, 1];

/// Makes frames of the pictures of a byte stream.
#[derive(Debug)]
pub struct ByteStream {
    codec: Codec,
    sets: ParameterSets,
    /// The configuration that was told last.
    told: Option<Vec<u8>>,
}

/// A picture as MP4 holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The decoder configuration (`avcC`, `hvcC`) that holds from here on, if it is another than
    /// before.
    pub config: Option<Vec<u8>>,
    /// Its NAL units, each after its length in four bytes; never empty.
    pub data: Vec<u8>,
    /// Whether decoding can begin here.
    pub sync: bool,
}

impl ByteStream {
    /// Of H.264 or HEVC.
    pub const fn new(codec: Codec) -> Self {
        Self {
            codec,
            sets: ParameterSets::new(codec),
            told: None,
        }
    }

    /// Takes the bytes of one picture. Gives none where there is no picture among them.
    ///
    /// Errors: those of a keyframe for which there are no parameters.
    pub fn take(&mut self, data: &[u8]) -> Result<Option<Picture>> {
        let (data, sync) = self.frame(data);
        if data.is_empty() {
            return Ok(None);
        }
        let config = if sync { self.tell()? } else { None };
        Ok(Some(Picture { config, data, sync }))
    }

    /// The configuration, if it is another than before.
    fn tell(&mut self) -> Result<Option<Vec<u8>>> {
        if !self.sets.have_changed() && self.told.is_some() {
            return Ok(None);
        }
        let made = self.sets.config()?;
        if self.told.as_ref() == Some(&made) {
            return Ok(None);
        }
        self.told = Some(made.clone());
        Ok(Some(made))
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

/// The parameter sets of an `avcC` as a byte stream.
///
/// Errors: [`MediaError::Malformed`](crate::MediaError::Malformed) when it is damaged.
pub fn parameters(avcc: &[u8]) -> Result<Vec<u8>> {
    let mut fields = Fields::new(avcc, "avcC");
    fields.skip(5)?;
    let mut out = Vec::with_capacity(avcc.len() + 8);
    for mask in [0x1f, 0xff] {
        for _ in 0..fields.u8()? & mask {
            let len = usize::from(fields.u16()?);
            out.extend_from_slice(&START_CODE);
            out.extend_from_slice(fields.take(len)?);
        }
    }
    Ok(out)
}

/// A frame as MP4 holds it, with lengths of four bytes, as a byte stream after `before`. What
/// does not add up is left out.
pub fn byte_stream(before: &[u8], frame: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(before.len() + frame.len());
    out.extend_from_slice(before);
    let mut rest = frame;
    while let Some((len, after)) = rest.split_first_chunk::<4>() {
        let len = usize::try_from(u32::from_be_bytes(*len)).unwrap_or(usize::MAX);
        let Some((nal, after)) = after.split_at_checked(len) else {
            break;
        };
        rest = after;
        out.extend_from_slice(&START_CODE);
        out.extend_from_slice(nal);
    }
    out
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
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const AVCC: &[u8] = &[
        1, 0x42, 0xc0, 0x0b, 0xff, 0xe1, 0, 4, 0x67, 0x42, 0xc0, 0x0b, 1, 0, 2, 0x68, 0xce,
    ];

    #[test]
    fn parameters_go_before_the_picture() {
        let sets = parameters(AVCC).unwrap();
        assert_eq!(
            sets,
            [0, 0, 0, 1, 0x67, 0x42, 0xc0, 0x0b, 0, 0, 0, 1, 0x68, 0xce]
        );
        let frame = [0, 0, 0, 2, 0x65, 7, 0, 0, 0, 1, 0x41, 0, 0, 0, 9, 1];
        assert_eq!(
            byte_stream(&[9], &frame),
            [9, 0, 0, 0, 1, 0x65, 7, 0, 0, 0, 1, 0x41]
        );
        assert!(parameters(&AVCC[..12]).is_err());
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read(bytes: Vec<u8>) {
            let _ = parameters(&bytes);
            let _ = byte_stream(&[], &bytes);
            let _ = ByteStream::new(Codec::Avc).take(&bytes);
        }
    }

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
