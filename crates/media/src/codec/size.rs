//! How large pictures are, by their decoder configuration alone: for streams that come without a
//! container that says so.

use super::avc::{AvcConfig, chroma_step, cropped, unescape};
use crate::{bits::Bits, boxes::Fields, error::Result};

/// Width and height in pixels.
pub(super) type Size = (u32, u32);

/// Of an `avcC`.
pub(super) fn avc(config: &[u8]) -> Result<Option<Size>> {
    let sps = AvcConfig::parse(config)?.sps;
    Ok(sps.map(|sps| (sps.width, sps.height)))
}

/// Of an `hvcC` (ISO/IEC 14496-15 §8.3.3) with its sequence parameter set.
pub(super) fn hevc(config: &[u8]) -> Result<Option<Size>> {
    Ok(hevc_parameters(config)?.map(|sequence| sequence.size))
}

fn hevc_parameters(config: &[u8]) -> Result<Option<HevcSequence>> {
    const SEQUENCE_PARAMETERS: u8 = 33;
    let mut fields = Fields::new(config, "hvcC");
    fields.skip(22)?;
    for _ in 0..fields.u8()? {
        let kind = fields.u8()? & 0x3f;
        for _ in 0..fields.u16()? {
            let len = usize::from(fields.u16()?);
            let nal = fields.take(len)?;
            if kind == SEQUENCE_PARAMETERS {
                return Ok(hevc_sequence(nal));
            }
        }
    }
    Ok(None)
}

/// What matters of a sequence parameter set of HEVC.
#[derive(Clone, Copy, Debug)]
pub(super) struct HevcSequence {
    pub(super) size: Size,
    pub(super) chroma_format: u8,
    pub(super) luma_depth: u8,
    pub(super) chroma_depth: u8,
    /// How many pictures may be decoded before one that is shown earlier, if that can be read.
    pub(super) reorder: Option<u8>,
}

/// ITU-T H.265 §7.3.2.2.
pub(super) fn hevc_sequence(nal: &[u8]) -> Option<HevcSequence> {
    const PROFILE: usize = 88;
    const LEVEL: usize = 8;
    let payload = unescape(nal.get(2..)?);
    let mut bits = Bits::new(&payload);
    bits.skip(4)?;
    let sub_layers = bits.bits(3)?;
    bits.skip(1)?;
    // profile_tier_level (§7.3.3).
    bits.skip(PROFILE + LEVEL)?;
    let mut present = Vec::with_capacity(8);
    for _ in 0..sub_layers {
        present.push((bits.bit()?, bits.bit()?));
    }
    if sub_layers > 0 {
        bits.skip(2 * (8 - sub_layers as usize))?;
    }
    for (profile, level) in present {
        bits.skip(PROFILE * usize::from(profile) + LEVEL * usize::from(level))?;
    }
    bits.ue()?;
    let chroma_format = u8::try_from(bits.ue()?).ok()?;
    if chroma_format == 3 {
        bits.skip(1)?;
    }
    let size = (bits.ue()?, bits.ue()?);
    let crop = if bits.bit()? {
        [bits.ue()?, bits.ue()?, bits.ue()?, bits.ue()?]
    } else {
        [0; 4]
    };
    let mut depth = || u8::try_from(bits.ue()?.checked_add(8)?).ok();
    let (luma_depth, chroma_depth) = (depth()?, depth()?);
    Some(HevcSequence {
        size: cropped(size, crop, chroma_step(chroma_format), 1),
        chroma_format,
        luma_depth,
        chroma_depth,
        reorder: hevc_reorder(&mut bits, sub_layers),
    })
}

/// What is said of the highest layer: the last of several, or the only one.
fn hevc_reorder(bits: &mut Bits<'_>, sub_layers: u32) -> Option<u8> {
    bits.ue()?;
    let count = if bits.bit()? { sub_layers + 1 } else { 1 };
    let mut reorder = None;
    for _ in 0..count {
        bits.ue()?;
        reorder = u8::try_from(bits.ue()?).ok();
        bits.ue()?;
    }
    reorder
}

/// How many pictures may be decoded before one that is shown earlier, by the decoder configuration
/// of AVC or HEVC; `None` where it does not say.
pub(super) fn reorder(codec: super::Codec, config: &[u8]) -> Option<u8> {
    /// A profile without pictures that rest on later ones.
    const BASELINE: u8 = 66;
    match codec {
        super::Codec::Avc => {
            let config = AvcConfig::parse(config).ok()?;
            if config.profile == BASELINE {
                return Some(0);
            }
            config.sps?.reorder
        }
        super::Codec::Hevc => hevc_parameters(config).ok()??.reorder,
        _ => None,
    }
}

/// Of an `av1C` with its sequence header (AV1 §5.5).
pub(super) fn av1(config: &[u8]) -> Result<Option<Size>> {
    let mut fields = Fields::new(config, "av1C");
    fields.skip(4)?;
    Ok(av1_sequence(fields.rest()))
}

fn av1_sequence(mut obus: &[u8]) -> Option<Size> {
    const SEQUENCE_HEADER: u8 = 1;
    loop {
        let (&head, rest) = obus.split_first()?;
        let rest = rest.get(usize::from(head >> 2 & 1)..)?;
        let (len, rest) = if head & 2 == 0 {
            (rest.len(), rest)
        } else {
            leb128(rest)?
        };
        let (payload, next) = rest.split_at_checked(len)?;
        if head >> 3 & 0x0f == SEQUENCE_HEADER {
            return av1_size(payload);
        }
        obus = next;
    }
}

/// A number of seven bits a byte, the lowest first (§4.10.5).
fn leb128(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0usize;
    for (n, &byte) in bytes.iter().take(5).enumerate() {
        value |= usize::from(byte & 0x7f) << (7 * n);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[n + 1..]));
        }
    }
    None
}

fn av1_size(payload: &[u8]) -> Option<Size> {
    let mut bits = Bits::new(payload);
    bits.skip(4)?;
    let reduced = bits.bit()?;
    if reduced {
        bits.skip(5)?;
    } else {
        skip_operating_points(&mut bits)?;
    }
    let (width_bits, height_bits) = (bits.bits(4)? + 1, bits.bits(4)? + 1);
    Some((bits.bits(width_bits)? + 1, bits.bits(height_bits)? + 1))
}

fn skip_operating_points(bits: &mut Bits<'_>) -> Option<()> {
    let mut delay_len = None;
    if bits.bit()? {
        bits.skip(64)?;
        if bits.bit()? {
            bits.ue()?;
        }
        if bits.bit()? {
            delay_len = Some(bits.bits(5)? as usize + 1);
            bits.skip(32 + 5 + 5)?;
        }
    }
    let display_delay = bits.bit()?;
    for _ in 0..=bits.bits(5)? {
        bits.skip(12)?;
        if bits.bits(5)? > 7 {
            bits.skip(1)?;
        }
        if let Some(len) = delay_len
            && bits.bit()?
        {
            bits.skip(2 * len + 1)?;
        }
        if display_delay && bits.bit()? {
            bits.skip(4)?;
        }
    }
    Some(())
}
