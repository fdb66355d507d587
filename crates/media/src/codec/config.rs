//! Sample entries made of the decoder configurations that live streams send.

use super::{Codec, EntryKind, SampleEntry, audio, size};
use crate::{
    boxes::{BoxWriter, Boxes, Fields},
    error::{MediaError, Result},
};

/// The longest decoder configuration that is believed.
const MAX_CONFIG: usize = 64 << 10;

impl SampleEntry {
    /// The entry of a stream with this decoder configuration: an `avcC`, `hvcC` or `av1C` for
    /// pictures, an AudioSpecificConfig (AAC) or `OpusHead` for sound, as RTMP sends them.
    ///
    /// Errors: [`MediaError::Unsupported`] for any other codec, [`MediaError::Malformed`] and
    /// its kin for a configuration that no decoder would take.
    pub fn of_config(codec: Codec, config: &[u8]) -> Result<Self> {
        if config.len() > MAX_CONFIG {
            return Err(MediaError::TooLarge {
                what: "decoder configuration",
                size: config.len() as u64,
                limit: MAX_CONFIG as u64,
            });
        }
        match codec {
            Codec::Avc => video(*b"avc1", *b"avcC", config, size::avc(config)?),
            Codec::Hevc => video(*b"hvc1", *b"hvcC", config, size::hevc(config)?),
            Codec::Av1 => video(*b"av01", *b"av1C", config, size::av1(config)?),
            Codec::Aac => {
                let specific = audio::specific(config)?;
                sound(*b"mp4a", specific.channels, specific.sample_rate, |w| {
                    write_esds(w, config);
                })
            }
            Codec::Opus => opus(config),
            _ => Err(MediaError::Unsupported("this codec in a live stream")),
        }
    }
}

fn parse(entry: &[u8], kind: EntryKind) -> Result<SampleEntry> {
    let raw = Boxes::new(entry)
        .next()
        .ok_or(MediaError::Missing("sample entry"))?;
    SampleEntry::parse(raw, kind, 0)
}

fn video(
    format: [u8; 4],
    kind: [u8; 4],
    config: &[u8],
    size: Option<size::Size>,
) -> Result<SampleEntry> {
    let (width, height) = size.ok_or(MediaError::Missing("a sequence header"))?;
    let (Ok(width), Ok(height)) = (u16::try_from(width), u16::try_from(height)) else {
        return Err(MediaError::TooLarge {
            what: "picture",
            size: width.max(height).into(),
            limit: u16::MAX.into(),
        });
    };
    let mut w = BoxWriter::with_capacity(100 + config.len());
    w.nest(&format, |w| {
        w.zeros(6);
        w.u16(1);
        w.zeros(16);
        w.u16(width);
        w.u16(height);
        // 72 dots an inch, one frame a sample, no name, full colour.
        w.u32(0x0048_0000);
        w.u32(0x0048_0000);
        w.zeros(4);
        w.u16(1);
        w.zeros(32);
        w.u16(0x0018);
        w.u16(0xffff);
        w.nest(&kind, |w| w.bytes(config));
    });
    parse(&w.finish(), EntryKind::Video)
}

fn sound(
    format: [u8; 4],
    channels: u16,
    sample_rate: u32,
    config: impl FnOnce(&mut BoxWriter),
) -> Result<SampleEntry> {
    let mut w = BoxWriter::with_capacity(128);
    w.nest(&format, |w| {
        w.zeros(6);
        w.u16(1);
        w.zeros(8);
        w.u16(channels);
        w.u16(16);
        w.zeros(4);
        w.u32(u32::from(u16::try_from(sample_rate).unwrap_or(0)) << 16);
        config(w);
    });
    parse(&w.finish(), EntryKind::Audio)
}

/// The elementary stream descriptor (ISO/IEC 14496-1 §7.2.6.5) around an AudioSpecificConfig.
fn write_esds(w: &mut BoxWriter, config: &[u8]) {
    /// A descriptor whose length takes four bytes, as most writers have it.
    fn descriptor(w: &mut BoxWriter, tag: u8, len: usize) {
        w.u8(tag);
        for shift in [21, 14, 7, 0] {
            let more = if shift > 0 { 0x80 } else { 0 };
            w.u8(more | u8::try_from(len >> shift & 0x7f).unwrap_or(0));
        }
    }
    const HEAD: usize = 5;
    let specific = HEAD + config.len();
    let decoder = HEAD + 13 + specific;
    w.full(b"esds", 0, 0, |w| {
        descriptor(w, 0x03, 3 + decoder + HEAD + 1);
        w.zeros(3);
        descriptor(w, 0x04, 13 + specific);
        // MPEG-4 audio; an audio stream; rates unknown.
        w.u8(0x40);
        w.u8(0x15);
        w.zeros(11);
        descriptor(w, 0x05, config.len());
        w.bytes(config);
        descriptor(w, 0x06, 1);
        w.u8(0x02);
    });
}

/// From the header of Opus in Ogg (RFC 7845 §5.1), little-endian, to `dOps`, big-endian.
fn opus(config: &[u8]) -> Result<SampleEntry> {
    let mut fields = Fields::new(config, "OpusHead");
    if fields.take(8)? != b"OpusHead" {
        return Err(MediaError::NotThisFormat {
            expected: "an OpusHead",
        });
    }
    fields.skip(1)?;
    let channels = fields.u8()?;
    let pre_skip = fields.u16()?.swap_bytes();
    let rate = fields.u32()?.swap_bytes();
    let gain = fields.u16()?.swap_bytes();
    let family = fields.u8()?;
    let mapping = match family {
        0 => &[][..],
        _ => fields.take(2 + usize::from(channels))?,
    };
    if channels == 0 || (family == 0 && channels > 2) {
        return Err(MediaError::malformed(
            "OpusHead",
            "so many channels need a mapping",
        ));
    }
    sound(*b"Opus", channels.into(), 48_000, |w| {
        w.nest(b"dOps", |w| {
            w.u8(0);
            w.u8(channels);
            w.u16(pre_skip);
            w.u32(rate);
            w.u16(gain);
            w.u8(family);
            w.bytes(mapping);
        });
    })
}
