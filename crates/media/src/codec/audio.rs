//! Audio decoder configurations: the elementary stream descriptor (ISO/IEC 14496-1 §7.2.6) with
//! AAC's AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1), and Opus, AC-3 and E-AC-3.

use super::Codec;
use crate::{
    bits::Bits,
    boxes::Fields,
    error::{MediaError, Result},
};

/// What a decoder configuration says of the sound.
#[derive(Debug)]
pub(super) struct AudioConfig {
    pub(super) codec: Codec,
    pub(super) codec_string: String,
    pub(super) channels: Option<u16>,
    pub(super) sample_rate: Option<u32>,
}

/// `esds`.
pub(super) fn esds(body: &[u8]) -> Result<AudioConfig> {
    let mut fields = Fields::new(body, "esds");
    fields.version_flags()?;
    let mut es = descriptor(&mut fields, 0x03)?;
    es.skip(2)?;
    let flags = es.u8()?;
    if flags & 0x80 != 0 {
        es.skip(2)?;
    }
    if flags & 0x40 != 0 {
        let len = es.u8()?;
        es.skip(usize::from(len))?;
    }
    if flags & 0x20 != 0 {
        es.skip(2)?;
    }
    let mut decoder = descriptor(&mut es, 0x04)?;
    let object_type = decoder.u8()?;
    decoder.skip(12)?;
    match object_type {
        0x40 | 0x66..=0x68 => {
            let specific = descriptor(&mut decoder, 0x05).map(|mut fields| fields.rest());
            Ok(aac(object_type, specific.unwrap_or_default()))
        }
        0x69 | 0x6b => Ok(AudioConfig {
            codec: Codec::Mp3,
            codec_string: format!("mp4a.{object_type:02x}"),
            channels: None,
            sample_rate: None,
        }),
        0xa5 => Ok(simple(Codec::Ac3, "ac-3")),
        0xa6 => Ok(simple(Codec::Eac3, "ec-3")),
        other => Ok(simple(Codec::Other, &format!("mp4a.{other:02x}"))),
    }
}

fn simple(codec: Codec, codec_string: &str) -> AudioConfig {
    AudioConfig {
        codec,
        codec_string: codec_string.to_owned(),
        channels: None,
        sample_rate: None,
    }
}

/// A descriptor of the wanted tag, whose length comes seven bits a byte.
fn descriptor<'a>(fields: &mut Fields<'a>, wanted: u8) -> Result<Fields<'a>> {
    loop {
        let tag = fields.u8()?;
        let mut len = 0usize;
        for _ in 0..4 {
            let byte = fields.u8()?;
            len = len << 7 | usize::from(byte & 0x7f);
            if byte & 0x80 == 0 {
                break;
            }
        }
        // Some writers count a descriptor longer than the box that holds it.
        let body = fields.take(len.min(fields.len()))?;
        if tag == wanted {
            return Ok(Fields::new(body, "esds"));
        }
        if fields.is_empty() {
            return Err(MediaError::Missing("a descriptor in esds"));
        }
    }
}

fn aac(object_type: u8, specific: &[u8]) -> AudioConfig {
    let parsed = specific_config(specific);
    let audio_object = match object_type {
        // MPEG-2 AAC Main, LC and SSR are the MPEG-4 object types 1, 2 and 3.
        0x66..=0x68 => u32::from(object_type - 0x65),
        _ => parsed.as_ref().map_or(2, |config| config.object),
    };
    AudioConfig {
        codec: Codec::Aac,
        codec_string: format!("mp4a.40.{audio_object}"),
        channels: parsed.as_ref().and_then(|config| config.channels),
        sample_rate: parsed.and_then(|config| config.sample_rate),
    }
}

/// Channels and rate of an AudioSpecificConfig that comes without a container.
#[derive(Clone, Copy, Debug)]
pub(super) struct Specific {
    pub(super) channels: u16,
    pub(super) sample_rate: u32,
}

/// Reads an AudioSpecificConfig.
pub(super) fn specific(config: &[u8]) -> Result<Specific> {
    let read = specific_config(config).ok_or(MediaError::Truncated("AudioSpecificConfig"))?;
    // Main, LC, SSR, LTP, SBR, PS, and the later USAC.
    if !matches!(read.object, 1..=5 | 29 | 42) {
        return Err(MediaError::Unsupported("this kind of AAC"));
    }
    let sample_rate = read
        .sample_rate
        .filter(|rate| (7_350..=96_000).contains(rate))
        .ok_or(MediaError::malformed(
            "AudioSpecificConfig",
            "the sampling frequency does not exist",
        ))?;
    Ok(Specific {
        // A configuration of its own for the channels (number 0) is read by the decoder alone.
        channels: read.channels.unwrap_or(2),
        sample_rate,
    })
}

struct SpecificConfig {
    object: u32,
    channels: Option<u16>,
    sample_rate: Option<u32>,
}

fn specific_config(bytes: &[u8]) -> Option<SpecificConfig> {
    let mut bits = Bits::new(bytes);
    let object = audio_object_type(&mut bits)?;
    let mut sample_rate = sampling_frequency(&mut bits)?;
    let mut channels = match bits.bits(4)? {
        0 => None,
        7 | 12 | 14 => Some(8),
        11 => Some(7),
        count @ 1..=6 => u16::try_from(count).ok(),
        _ => None,
    };
    if matches!(object, 5 | 29) {
        sample_rate = sampling_frequency(&mut bits)?;
        if object == 29 {
            // Parametric stereo: a mono core that decodes to two channels.
            channels = Some(2);
        }
    }
    Some(SpecificConfig {
        object,
        channels,
        sample_rate: Some(sample_rate).filter(|&r| r > 0),
    })
}

fn audio_object_type(bits: &mut Bits<'_>) -> Option<u32> {
    match bits.bits(5)? {
        31 => Some(32 + bits.bits(6)?),
        object => Some(object),
    }
}

fn sampling_frequency(bits: &mut Bits<'_>) -> Option<u32> {
    const FREQUENCIES: [u32; 13] = [
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025,
        8_000, 7_350,
    ];
    match bits.bits(4)? {
        15 => bits.bits(24),
        index => Some(FREQUENCIES.get(index as usize).copied().unwrap_or(0)),
    }
}

/// `dOps` (Encapsulation of Opus in ISOBMFF §4.3.2). Opus always decodes at 48 kHz.
pub(super) fn opus(body: &[u8]) -> Result<AudioConfig> {
    let mut fields = Fields::new(body, "dOps");
    fields.skip(1)?;
    let channels = u16::from(fields.u8()?);
    Ok(AudioConfig {
        codec: Codec::Opus,
        codec_string: "opus".to_owned(),
        channels: Some(channels),
        sample_rate: Some(48_000),
    })
}

/// `dac3` (ETSI TS 102 366 §F.4).
pub(super) fn ac3(body: &[u8]) -> Result<AudioConfig> {
    let word = Fields::new(body, "dac3").u24()?;
    let rate = [48_000, 44_100, 32_000, 0][(word >> 22 & 3) as usize];
    let channels = dolby_channels(word >> 11 & 7, word >> 10 & 1);
    Ok(AudioConfig {
        codec: Codec::Ac3,
        codec_string: "ac-3".to_owned(),
        channels: Some(channels),
        sample_rate: Some(rate).filter(|&rate| rate > 0),
    })
}

/// `dec3` (ETSI TS 102 366 §F.6), first independent substream.
pub(super) fn eac3(body: &[u8]) -> Result<AudioConfig> {
    let mut bits = Bits::new(body);
    let read = |bits: &mut Bits<'_>| {
        bits.skip(16)?;
        let rate = bits.bits(2)?;
        bits.skip(5 + 1 + 1 + 3)?;
        let mode = bits.bits(3)?;
        let lfe = bits.bits(1)?;
        bits.skip(3)?;
        let mut channels = dolby_channels(mode, lfe);
        if bits.bits(4)? > 0 {
            // Channel locations of dependent substreams; each pair location counts twice.
            let locations = bits.bits(9)?;
            let pairs = [1u32, 0, 1, 1, 0, 0, 0, 1, 0];
            for (bit, pair) in (0u32..9).zip(pairs) {
                if locations >> (8 - bit) & 1 == 1 {
                    channels += 1 + u16::from(pair == 1);
                }
            }
        }
        Some((rate, channels))
    };
    let (rate, channels) = read(&mut bits).ok_or(MediaError::Truncated("dec3"))?;
    let rate = [48_000, 44_100, 32_000, 0][rate as usize];
    Ok(AudioConfig {
        codec: Codec::Eac3,
        codec_string: "ec-3".to_owned(),
        channels: Some(channels),
        sample_rate: Some(rate).filter(|&rate| rate > 0),
    })
}

fn dolby_channels(mode: u32, lfe: u32) -> u16 {
    let full = [2u16, 1, 2, 3, 3, 4, 4, 5][(mode & 7) as usize];
    full + u16::from(lfe == 1)
}
