//! Codec strings of the newer video codecs.

use std::fmt::Write as _;

use crate::{boxes::Fields, error::Result};

/// What a decoder configuration tells beside its codec string.
pub(super) struct VideoConfig {
    pub(super) codec_string: String,
    pub(super) bit_depth: u8,
    /// 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4.
    pub(super) chroma_format: u8,
    pub(super) interlaced: bool,
}

/// `hvcC` (ISO/IEC 14496-15 §8.3.3; the string is Annex E's).
pub(super) fn hevc(format: &str, body: &[u8]) -> Result<VideoConfig> {
    let mut fields = Fields::new(body, "hvcC");
    fields.skip(1)?;
    let profile = fields.u8()?;
    let compatibility = fields.u32()?;
    let constraints = fields.take(6)?;
    let level = fields.u8()?;
    fields.skip(3)?;
    let chroma_format = fields.u8()? & 3;
    let bit_depth = (fields.u8()? & 7) + 8;
    let space = ["", "A", "B", "C"][usize::from(profile >> 6)];
    let tier = if profile & 0x20 == 0 { 'L' } else { 'H' };
    let mut codec_string = format!(
        "{format}.{space}{}.{:X}.{tier}{level}",
        profile & 0x1f,
        compatibility.reverse_bits()
    );
    let used = constraints
        .iter()
        .rposition(|&byte| byte != 0)
        .map_or(0, |last| last + 1);
    for byte in &constraints[..used] {
        let _ = write!(codec_string, ".{byte:X}");
    }
    // general_progressive_source_flag and general_interlaced_source_flag.
    let interlaced = constraints[0] & 0xc0 == 0x40;
    Ok(VideoConfig {
        codec_string,
        bit_depth,
        chroma_format,
        interlaced,
    })
}

/// `av1C` (AV1 Codec ISO Media File Format Binding §2.3, the string is §5's).
pub(super) fn av1(body: &[u8]) -> Result<VideoConfig> {
    let mut fields = Fields::new(body, "av1C");
    fields.skip(1)?;
    let profile_level = fields.u8()?;
    let flags = fields.u8()?;
    let tier = if flags & 0x80 == 0 { 'M' } else { 'H' };
    let bit_depth = match (flags & 0x40 != 0, flags & 0x20 != 0) {
        (false, _) => 8,
        (true, false) => 10,
        (true, true) => 12,
    };
    let chroma_format = match (flags & 0x10 != 0, flags & 0x08 != 0, flags & 0x04 != 0) {
        (true, ..) => 0,
        (_, true, true) => 1,
        (_, true, false) => 2,
        _ => 3,
    };
    let codec_string = format!(
        "av01.{}.{:02}{tier}.{bit_depth:02}",
        profile_level >> 5,
        profile_level & 0x1f
    );
    Ok(VideoConfig {
        codec_string,
        bit_depth,
        chroma_format,
        interlaced: false,
    })
}

/// `vpcC` (VP Codec ISO Media File Format Binding, "Codecs Parameter String").
pub(super) fn vp9(format: &str, body: &[u8]) -> Result<VideoConfig> {
    let mut fields = Fields::new(body, "vpcC");
    fields.version_flags()?;
    let (profile, level, packed) = (fields.u8()?, fields.u8()?, fields.u8()?);
    let bit_depth = packed >> 4;
    let chroma_format = match packed >> 1 & 7 {
        0 | 1 => 1,
        2 => 2,
        _ => 3,
    };
    let codec_string = format!("{format}.{profile:02}.{level:02}.{bit_depth:02}");
    Ok(VideoConfig {
        codec_string,
        bit_depth,
        chroma_format,
        interlaced: false,
    })
}
