//! H.264: the decoder configuration record (ISO/IEC 14496-15 §5.3.3) and the parts of a sequence
//! parameter set (ITU-T H.264 §7.3.2.1, Annex E) that decide how a picture is shown.

use super::Colour;
use crate::{bits::Bits, boxes::Fields, error::Result, ratio::Ratio};

/// What an `avcC` box says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AvcConfig {
    pub(super) profile: u8,
    pub(super) compatibility: u8,
    pub(super) level: u8,
    pub(super) sps: Option<Sps>,
}

/// What matters of a sequence parameter set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sps {
    /// Pixels that are shown: what is cropped is not counted.
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) chroma_format: u8,
    pub(super) bit_depth: u8,
    pub(super) frames_only: bool,
    pub(super) pixel_aspect: Option<Ratio>,
    pub(super) colour: Option<Colour>,
    /// How many pictures may be decoded before one that is shown earlier, if that is said.
    pub(super) reorder: Option<u8>,
}

impl AvcConfig {
    pub(super) fn parse(body: &[u8]) -> Result<Self> {
        let mut fields = Fields::new(body, "avcC");
        fields.skip(1)?;
        let (profile, compatibility, level) = (fields.u8()?, fields.u8()?, fields.u8()?);
        fields.skip(1)?;
        let count = fields.u8()? & 0x1f;
        let mut sps = None;
        if count > 0 {
            let len = usize::from(fields.u16()?);
            sps = Sps::parse(fields.take(len)?);
        }
        Ok(Self {
            profile,
            compatibility,
            level,
            sps,
        })
    }

    /// `avc1.PPCCLL` (RFC 6381 §3.3).
    pub(super) fn codec_string(&self, format: &str) -> String {
        format!(
            "{format}.{:02x}{:02x}{:02x}",
            self.profile, self.compatibility, self.level
        )
    }
}

impl Sps {
    /// Parses a NAL unit; `None` when it is damaged.
    pub(super) fn parse(nal: &[u8]) -> Option<Self> {
        let payload = unescape(nal.get(1..)?);
        let mut bits = Bits::new(&payload);
        let profile = bits.bits(8)?;
        bits.skip(16)?;
        bits.ue()?;
        let mut sps = Self {
            chroma_format: 1,
            bit_depth: 8,
            ..Self::default()
        };
        if matches!(
            profile,
            100 | 110 | 122 | 244 | 44 | 83 | 86 | 118 | 128 | 138 | 139 | 134 | 135
        ) {
            sps.chroma_format = u8::try_from(bits.ue()?).ok()?;
            if sps.chroma_format == 3 {
                bits.skip(1)?;
            }
            let luma = bits.ue()?;
            let chroma = bits.ue()?;
            sps.bit_depth = u8::try_from(luma.max(chroma).checked_add(8)?).ok()?;
            bits.skip(1)?;
            if bits.bit()? {
                let lists = if sps.chroma_format == 3 { 12 } else { 8 };
                for list in 0..lists {
                    if bits.bit()? {
                        skip_scaling_list(&mut bits, if list < 6 { 16 } else { 64 })?;
                    }
                }
            }
        }
        bits.ue()?;
        match bits.ue()? {
            0 => drop(bits.ue()?),
            1 => {
                bits.skip(1)?;
                bits.se()?;
                bits.se()?;
                for _ in 0..bits.ue()?.min(255) {
                    bits.se()?;
                }
            }
            _ => {}
        }
        bits.ue()?;
        bits.skip(1)?;
        let width = bits.ue()?.checked_add(1)?.checked_mul(16)?;
        let units = bits.ue()?.checked_add(1)?.checked_mul(16)?;
        sps.frames_only = bits.bit()?;
        let fields = if sps.frames_only { 1 } else { 2 };
        if !sps.frames_only {
            bits.skip(1)?;
        }
        bits.skip(1)?;
        let crop = if bits.bit()? {
            [bits.ue()?, bits.ue()?, bits.ue()?, bits.ue()?]
        } else {
            [0; 4]
        };
        (sps.width, sps.height) = cropped(
            (width, units.checked_mul(fields)?),
            crop,
            chroma_step(sps.chroma_format),
            fields,
        );
        if bits.bit()? {
            sps.read_vui(&mut bits);
        }
        Some(sps)
    }

    fn read_vui(&mut self, bits: &mut Bits<'_>) -> Option<()> {
        /// Table E-1: the sample aspect ratios with a number.
        const ASPECTS: [(u64, u64); 17] = [
            (0, 0),
            (1, 1),
            (12, 11),
            (10, 11),
            (16, 11),
            (40, 33),
            (24, 11),
            (20, 11),
            (32, 11),
            (80, 33),
            (18, 11),
            (15, 11),
            (64, 33),
            (160, 99),
            (4, 3),
            (3, 2),
            (2, 1),
        ];
        if bits.bit()? {
            let (num, den) = match bits.bits(8)? {
                255 => (u64::from(bits.bits(16)?), u64::from(bits.bits(16)?)),
                number => ASPECTS.get(number as usize).copied().unwrap_or((0, 0)),
            };
            self.pixel_aspect = Ratio::new(num, den);
        }
        if bits.bit()? {
            bits.skip(1)?;
        }
        if bits.bit()? {
            bits.skip(3)?;
            let full_range = bits.bit()?;
            if bits.bit()? {
                let mut next = || u16::try_from(bits.bits(8)?).ok();
                self.colour = Some(Colour {
                    primaries: next()?,
                    transfer: next()?,
                    matrix: next()?,
                    full_range,
                });
            }
        }
        self.read_restriction(bits)
    }

    /// The rest of the VUI, for what its end says of the order of pictures (§E.1.1).
    fn read_restriction(&mut self, bits: &mut Bits<'_>) -> Option<()> {
        if bits.bit()? {
            bits.ue()?;
            bits.ue()?;
        }
        if bits.bit()? {
            bits.skip(32 + 32 + 1)?;
        }
        let of_units = bits.bit()?;
        if of_units {
            skip_hrd(bits)?;
        }
        let of_coding = bits.bit()?;
        if of_coding {
            skip_hrd(bits)?;
        }
        if of_units || of_coding {
            bits.skip(1)?;
        }
        bits.skip(1)?;
        if bits.bit()? {
            bits.skip(1)?;
            for _ in 0..4 {
                bits.ue()?;
            }
            self.reorder = u8::try_from(bits.ue()?).ok();
        }
        Some(())
    }
}

/// The parameters of a hypothetical decoder (§E.1.2).
fn skip_hrd(bits: &mut Bits<'_>) -> Option<()> {
    let count = bits.ue()?.min(31) + 1;
    bits.skip(8)?;
    for _ in 0..count {
        bits.ue()?;
        bits.ue()?;
        bits.skip(1)?;
    }
    bits.skip(20)
}

/// How many pixels lie between two samples of colour, across and down.
pub(super) const fn chroma_step(chroma_format: u8) -> (u32, u32) {
    match chroma_format {
        1 => (2, 2),
        2 => (2, 1),
        _ => (1, 1),
    }
}

/// A size without what is cropped off at the left, right, top and bottom, in steps of the colour
/// samples (and of `fields` lines); the size as it is when nothing would be left.
pub(super) fn cropped(
    (width, height): (u32, u32),
    [left, right, top, bottom]: [u32; 4],
    (across, down): (u32, u32),
    fields: u32,
) -> (u32, u32) {
    let off = |a: u32, b: u32, step: u32| a.saturating_add(b).saturating_mul(step);
    match (
        width.saturating_sub(off(left, right, across)),
        height.saturating_sub(off(top, bottom, down * fields)),
    ) {
        (0, _) | (_, 0) => (width, height),
        size => size,
    }
}

fn skip_scaling_list(bits: &mut Bits<'_>, size: u32) -> Option<()> {
    let (mut last, mut next) = (8i64, 8i64);
    for _ in 0..size {
        if next != 0 {
            next = (last + bits.se()?).rem_euclid(256);
        }
        last = if next == 0 { last } else { next };
    }
    Some(())
}

/// Takes out the emulation prevention bytes (§7.4.1): `00 00 03` stands for `00 00`.
pub(super) fn unescape(nal: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(nal.len());
    let mut zeros = 0;
    for &byte in nal {
        if zeros >= 2 && byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        out.push(byte);
    }
    out
}
