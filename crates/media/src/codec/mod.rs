//! Codecs as sample entries describe them: recognised, named by RFC 6381, and put into the plain
//! ISO form that fragmented streams carry.

mod audio;
mod avc;
mod config;
mod parameters;
mod size;
mod video;

pub(crate) use parameters::ParameterSets;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::{
    boxes::{BoxWriter, Boxes, FourCc, RawBox},
    error::{MediaError, Result},
    ratio::Ratio,
};

/// A family of coded media.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Codec {
    /// H.264.
    Avc,
    /// H.265.
    Hevc,
    /// AV1.
    Av1,
    /// VP9.
    Vp9,
    /// VP8.
    Vp8,
    /// AAC of any profile.
    Aac,
    /// MPEG-1 or MPEG-2 layer III.
    Mp3,
    /// Opus.
    Opus,
    /// Dolby Digital.
    Ac3,
    /// Dolby Digital Plus.
    Eac3,
    /// FLAC.
    Flac,
    /// Apple Lossless.
    Alac,
    /// Uncompressed sound.
    Pcm,
    /// Anything else; the sample entry's format tells which.
    Other,
}

impl Codec {
    /// The short name used in reasons, labels and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Avc => "h264",
            Self::Hevc => "hevc",
            Self::Av1 => "av1",
            Self::Vp9 => "vp9",
            Self::Vp8 => "vp8",
            Self::Aac => "aac",
            Self::Mp3 => "mp3",
            Self::Opus => "opus",
            Self::Ac3 => "ac3",
            Self::Eac3 => "eac3",
            Self::Flac => "flac",
            Self::Alac => "alac",
            Self::Pcm => "pcm",
            Self::Other => "other",
        }
    }
}

/// Colour description by the code points of ITU-T H.273.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colour {
    /// Colour primaries (1 is BT.709, 9 is BT.2020).
    pub primaries: u16,
    /// Transfer characteristics (1 is BT.709, 16 is PQ, 18 is HLG).
    pub transfer: u16,
    /// Matrix coefficients.
    pub matrix: u16,
    /// Whether the full range of code values is used.
    pub full_range: bool,
}

impl Colour {
    /// The HLS `VIDEO-RANGE` (RFC 8216bis §4.4.6.2): `SDR`, `HLG` or `PQ`.
    pub const fn video_range(self) -> VideoRange {
        match self.transfer {
            16 => VideoRange::Pq,
            18 => VideoRange::Hlg,
            _ => VideoRange::Sdr,
        }
    }
}

/// The dynamic range of a rendition (RFC 8216bis §4.4.6.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VideoRange {
    /// Standard dynamic range.
    #[default]
    Sdr,
    /// Hybrid log-gamma.
    Hlg,
    /// Perceptual quantizer.
    Pq,
}

impl VideoRange {
    /// The value as HLS writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sdr => "SDR",
            Self::Hlg => "HLG",
            Self::Pq => "PQ",
        }
    }
}

/// What a video sample entry says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VideoEntry {
    /// Coded width in pixels.
    pub width: u16,
    /// Coded height in pixels.
    pub height: u16,
    /// Pixel aspect ratio, from `pasp` or else from the stream; `None` is square or unknown.
    pub pixel_aspect: Option<Ratio>,
    /// Whether the pixel aspect ratio is in the container (`pasp`) and not in the stream alone.
    pub pixel_aspect_in_container: bool,
    /// Colour description, from `colr` or else from the stream.
    pub colour: Option<Colour>,
    /// Bits a sample, if known.
    pub bit_depth: Option<u8>,
    /// 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4, if known.
    pub chroma_format: Option<u8>,
    /// Whether the stream may hold fields rather than whole pictures.
    pub interlaced: bool,
    /// H.264 or HEVC profile number, zero for others.
    pub profile: u8,
    /// H.264 level times ten, zero for others.
    pub level: u8,
    /// Whether parameter sets may come within the samples (`avc3`, `hev1`).
    pub in_band_parameters: bool,
}

/// What an audio sample entry says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AudioEntry {
    /// Channels as decoded.
    pub channels: u16,
    /// Samples a second as decoded.
    pub sample_rate: u32,
}

/// A sample entry (ISO/IEC 14496-12 §8.5.2): how the samples of a track are coded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleEntry {
    /// The format as stored: `avc1`, `mp4a`, …; the original one when encrypted.
    pub format: FourCc,
    /// The codec family.
    pub codec: Codec,
    /// The codec string (RFC 6381), such as `avc1.64001f` or `mp4a.40.2`.
    pub codec_string: String,
    /// The entry as a whole box in plain ISO form: QuickTime's sound versions and `wave` undone,
    /// boxes that players do not need left out, codec configuration, `colr` and `pasp` kept.
    pub bytes: Bytes,
    /// Facts of a video entry.
    pub video: Option<VideoEntry>,
    /// Facts of an audio entry.
    pub audio: Option<AudioEntry>,
    /// Whether the samples are encrypted (`encv`, `enca`, or a `sinf` inside).
    pub encrypted: bool,
}

/// Which fields a sample entry begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntryKind {
    Video,
    Audio,
    Other,
}

/// How many pictures a coding decodes before one that is shown earlier, by its decoder
/// configuration (`avcC` or `hvcC`); `None` where it does not say.
pub fn reorder_depth(codec: Codec, config: &[u8]) -> Option<u8> {
    size::reorder(codec, config)
}

impl SampleEntry {
    /// Reads the entry `raw` of an `stsd` of version `stsd_version`.
    pub(crate) fn parse(raw: RawBox<'_>, kind: EntryKind, stsd_version: u8) -> Result<Self> {
        match kind {
            EntryKind::Video => parse_video(raw),
            EntryKind::Audio => parse_audio(raw, stsd_version),
            EntryKind::Other => Ok(Self {
                format: raw.kind,
                codec: Codec::Other,
                codec_string: raw.kind.to_string().trim_end().to_owned(),
                bytes: Bytes::copy_from_slice(raw.whole),
                video: None,
                audio: None,
                encrypted: false,
            }),
        }
    }
}

/// The bytes of a VisualSampleEntry before its boxes (§12.1.3.2).
const VISUAL_FIELDS: usize = 78;

/// The boxes of a video sample entry that matter to a player.
const VIDEO_BOXES: [&[u8; 4]; 14] = [
    b"avcC", b"hvcC", b"av1C", b"vpcC", b"colr", b"pasp", b"btrt", b"mdcv", b"clli", b"SmDm",
    b"CoLL", b"dvcC", b"dvvC", b"lhvC",
];

fn parse_video(raw: RawBox<'_>) -> Result<SampleEntry> {
    let mut fields = raw.fields("video sample entry");
    let head = fields.take(VISUAL_FIELDS)?;
    let width = u16::from_be_bytes([head[24], head[25]]);
    let height = u16::from_be_bytes([head[26], head[27]]);
    let boxes = Boxes::new(fields.rest());
    let (format, encrypted) = original_format(raw.kind, *b"encv", boxes.clone());

    let mut entry = VideoEntry {
        width,
        height,
        pixel_aspect: None,
        pixel_aspect_in_container: false,
        colour: None,
        bit_depth: None,
        chroma_format: None,
        interlaced: false,
        profile: 0,
        level: 0,
        in_band_parameters: false,
    };
    let config = |kind: &[u8; 4]| {
        boxes
            .clone()
            .find(kind)
            .map(|found| found.body)
            .ok_or(MediaError::Missing("codec configuration"))
    };
    let name = format.to_string();
    let (codec, codec_string) = match &format.0 {
        b"avc1" | b"avc3" => {
            let avc = avc::AvcConfig::parse(config(b"avcC")?)?;
            entry.profile = avc.profile;
            entry.level = avc.level;
            entry.in_band_parameters = format == b"avc3";
            let codec_string = avc.codec_string(&name);
            if let Some(sps) = avc.sps {
                entry.bit_depth = Some(sps.bit_depth);
                entry.chroma_format = Some(sps.chroma_format);
                entry.interlaced = !sps.frames_only;
                entry.pixel_aspect = sps.pixel_aspect;
                entry.colour = sps.colour;
            }
            (Codec::Avc, codec_string)
        }
        b"hvc1" | b"hev1" | b"dvh1" | b"dvhe" => {
            let name = if matches!(&format.0, b"hvc1" | b"dvh1") {
                "hvc1"
            } else {
                "hev1"
            };
            let body = config(b"hvcC")?;
            entry.in_band_parameters = name == "hev1";
            entry.profile = body.get(1).copied().unwrap_or(0) & 0x1f;
            (Codec::Hevc, entry.apply(video::hevc(name, body)?))
        }
        b"av01" => (Codec::Av1, entry.apply(video::av1(config(b"av1C")?)?)),
        b"vp09" => (
            Codec::Vp9,
            entry.apply(video::vp9(&name, config(b"vpcC")?)?),
        ),
        b"vp08" => (
            Codec::Vp8,
            entry.apply(video::vp9(&name, config(b"vpcC")?)?),
        ),
        _ => (Codec::Other, name.trim_end().to_owned()),
    };

    let mut out = BoxWriter::with_capacity(raw.whole.len());
    out.nest(&format.0, |w| {
        w.zeros(6);
        w.u16(1);
        w.bytes(&head[8..]);
        for child in boxes {
            if child.kind == b"colr" {
                if let Some(colour) = read_colr(child.body) {
                    entry.colour = Some(colour);
                    write_colr(w, colour);
                } else if child.body.starts_with(b"prof") || child.body.starts_with(b"rICC") {
                    w.bytes(child.whole);
                }
            } else if VIDEO_BOXES.iter().any(|kind| child.kind == *kind) {
                if child.kind == b"pasp" {
                    let mut fields = child.fields("pasp");
                    let ratio = Ratio::new(
                        fields.u32().unwrap_or(0).into(),
                        fields.u32().unwrap_or(0).into(),
                    );
                    entry.pixel_aspect = ratio.or(entry.pixel_aspect);
                    entry.pixel_aspect_in_container |= ratio.is_some();
                }
                w.bytes(child.whole);
            }
            if child.kind == b"fiel" && child.body.first().is_some_and(|&fields| fields > 1) {
                entry.interlaced = true;
            }
        }
    });
    Ok(SampleEntry {
        format,
        codec,
        codec_string,
        bytes: out.finish().into(),
        video: Some(entry),
        audio: None,
        encrypted,
    })
}

impl VideoEntry {
    fn apply(&mut self, config: video::VideoConfig) -> String {
        self.bit_depth = Some(config.bit_depth);
        self.chroma_format = Some(config.chroma_format);
        self.interlaced |= config.interlaced;
        config.codec_string
    }
}

/// `colr` of type `nclx` (§12.1.5), or QuickTime's `nclc`, which lacks the range flag.
fn read_colr(body: &[u8]) -> Option<Colour> {
    let mut fields = crate::boxes::Fields::new(body, "colr");
    let kind = fields.four_cc().ok()?;
    if kind != b"nclx" && kind != b"nclc" {
        return None;
    }
    Some(Colour {
        primaries: fields.u16().ok()?,
        transfer: fields.u16().ok()?,
        matrix: fields.u16().ok()?,
        full_range: kind == b"nclx" && fields.u8().is_ok_and(|byte| byte & 0x80 != 0),
    })
}

fn write_colr(w: &mut BoxWriter, colour: Colour) {
    w.nest(b"colr", |w| {
        w.bytes(b"nclx");
        w.u16(colour.primaries);
        w.u16(colour.transfer);
        w.u16(colour.matrix);
        w.u8(u8::from(colour.full_range) << 7);
    });
}

/// The format behind an encrypted entry (`sinf/frma`, §8.12), and whether it is one.
fn original_format(format: FourCc, protected: [u8; 4], boxes: Boxes<'_>) -> (FourCc, bool) {
    let sinf = boxes.find(b"sinf");
    let encrypted = format.0 == protected || sinf.is_some();
    let original = sinf
        .and_then(|sinf| sinf.children().find(b"frma"))
        .and_then(|frma| frma.fields("frma").four_cc().ok());
    (original.unwrap_or(format), encrypted)
}

fn parse_audio(raw: RawBox<'_>, stsd_version: u8) -> Result<SampleEntry> {
    let mut fields = raw.fields("audio sample entry");
    fields.skip(8)?;
    let version = fields.u16()?;
    fields.skip(6)?;
    let mut channels = fields.u16()?;
    let sample_size = fields.u16()?;
    fields.skip(4)?;
    let mut sample_rate = fields.u32()? >> 16;
    // QuickTime's longer sound descriptions; in an stsd of version 1, version 1 means the ISO
    // AudioSampleEntryV1, which has the plain fields.
    if stsd_version == 0 {
        match version {
            1 => fields.skip(16)?,
            2 => {
                fields.skip(4)?;
                let rate = f64::from_bits(fields.u64()?);
                let count = fields.u32()?;
                fields.skip(20)?;
                if rate.is_finite() && (1.0..=768_000.0).contains(&rate) {
                    #[expect(
                        clippy::cast_possible_truncation,
                        clippy::cast_sign_loss,
                        reason = "checked above"
                    )]
                    {
                        sample_rate = rate as u32;
                    }
                }
                channels = u16::try_from(count).unwrap_or(channels);
            }
            _ => {}
        }
    }
    let boxes = Boxes::new(fields.rest());
    let (format, encrypted) = original_format(raw.kind, *b"enca", boxes.clone());
    // QuickTime wraps the decoder configuration in `wave`.
    let inner = boxes.clone().find(b"wave").map(|wave| wave.children());
    let config = |kind: &[u8; 4]| {
        boxes
            .clone()
            .find(kind)
            .or_else(|| inner.clone().and_then(|inner| inner.find(kind)))
    };
    let body = |kind: &[u8; 4]| {
        config(kind)
            .map(|found| found.body)
            .ok_or(MediaError::Missing("codec configuration"))
    };
    let plain = |codec, name: &str| audio::AudioConfig {
        codec,
        codec_string: name.to_owned(),
        channels: None,
        sample_rate: None,
    };
    let read = match &format.0 {
        b"mp4a" => audio::esds(body(b"esds")?)?,
        b"Opus" => audio::opus(body(b"dOps")?)?,
        b"ac-3" => audio::ac3(body(b"dac3")?)?,
        b"ec-3" => audio::eac3(body(b"dec3")?)?,
        b"fLaC" => plain(Codec::Flac, "fLaC"),
        b"alac" => plain(Codec::Alac, "alac"),
        b".mp3" | b"ms\0U" => plain(Codec::Mp3, "mp4a.6b"),
        b"lpcm" | b"sowt" | b"twos" | b"in24" | b"in32" | b"fl32" | b"fl64" | b"raw " | b"ipcm"
        | b"fpcm" | b"ulaw" | b"alaw" => plain(Codec::Pcm, format.to_string().trim_end()),
        _ => plain(Codec::Other, format.to_string().trim_end()),
    };
    let entry = AudioEntry {
        channels: read.channels.filter(|&count| count > 0).unwrap_or(channels),
        sample_rate: read.sample_rate.unwrap_or(sample_rate),
    };

    let mut out = BoxWriter::with_capacity(raw.whole.len());
    out.nest(&format.0, |w| {
        w.zeros(6);
        w.u16(1);
        w.zeros(8);
        w.u16(entry.channels);
        w.u16(if sample_size == 0 { 16 } else { sample_size });
        w.zeros(4);
        // The field has 16 bits for whole hertz; higher rates are told by the configuration.
        w.u32(u32::from(u16::try_from(entry.sample_rate).unwrap_or(0)) << 16);
        for kind in [
            b"esds", b"dOps", b"dac3", b"dec3", b"dfLa", b"alac", b"chnl", b"btrt",
        ] {
            if let Some(found) = config(kind) {
                w.bytes(found.whole);
            }
        }
    });
    Ok(SampleEntry {
        format,
        codec: read.codec,
        codec_string: read.codec_string,
        bytes: out.finish().into(),
        video: None,
        audio: Some(entry),
        encrypted,
    })
}
