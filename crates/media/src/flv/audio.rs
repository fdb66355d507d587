//! Sound (FLV 10.1 §E.4.2; Enhanced RTMP v2, "Enhanced Audio").

use bytes::Bytes;

use super::{
    Content, Frame, Packet,
    extension::{modifiers, tracks},
};
use crate::{
    boxes::{Fields, FourCc},
    codec::Codec,
    error::{MediaError, Result},
};

const WHAT: &str = "FLV audio tag";

/// The sound formats (the upper four bits of the first byte).
mod format {
    pub(super) const MP3: u8 = 2;
    pub(super) const ENHANCED: u8 = 9;
    pub(super) const AAC: u8 = 10;
    pub(super) const SPEEX: u8 = 11;
    /// MP3 at 8 kHz.
    pub(super) const MP3_8K: u8 = 14;
}

/// What an audio tag carries.
///
/// Errors: [`MediaError::Unsupported`] with the name of a codec that is not taken,
/// [`MediaError::Truncated`] and [`MediaError::Malformed`] for damage.
pub fn audio(tag: &Bytes) -> Result<Vec<Packet>> {
    let mut body = Fields::new(tag, WHAT);
    let head = body.u8()?;
    let (codec, content) = match head >> 4 {
        format::ENHANCED => return enhanced(tag, head & 0x0f, body),
        format::AAC => match body.u8()? {
            0 => (
                Codec::Aac,
                Some(Content::Config(tag.slice_ref(body.rest()))),
            ),
            1 => (Codec::Aac, frame(tag.slice_ref(body.rest()))),
            _ => {
                return Err(MediaError::malformed(
                    WHAT,
                    "its packet type does not exist",
                ));
            }
        },
        format::MP3 | format::MP3_8K => (Codec::Mp3, frame(tag.slice_ref(body.rest()))),
        format::SPEEX => return Err(MediaError::Unsupported("Speex")),
        _ => return Err(MediaError::Unsupported("this audio codec in RTMP")),
    };
    Ok(content
        .map(|content| Packet {
            track: 0,
            codec,
            content,
            offset_ns: 0,
        })
        .into_iter()
        .collect())
}

fn frame(data: Bytes) -> Option<Content> {
    (!data.is_empty()).then_some(Content::Frame(Frame {
        data,
        composition_ms: 0,
        sync: true,
    }))
}

/// Packet types of Enhanced RTMP.
mod packet {
    pub(super) const SEQUENCE_START: u8 = 0;
    pub(super) const CODED_FRAMES: u8 = 1;
    pub(super) const SEQUENCE_END: u8 = 2;
    pub(super) const MULTITRACK: u8 = 5;
}

fn enhanced(tag: &Bytes, packet_type: u8, mut body: Fields<'_>) -> Result<Vec<Packet>> {
    let (packet_type, offset_ns) = modifiers(&mut body, packet_type)?;
    let (packet_type, found) = tracks(body, packet_type, packet::MULTITRACK)?;
    let mut packets = Vec::with_capacity(found.len());
    for mut track in found {
        let codec = codec(track.codec)?;
        let rest = tag.slice_ref(track.body.rest());
        let content = match packet_type {
            packet::SEQUENCE_START => Some(Content::Config(rest)),
            packet::CODED_FRAMES => frame(rest),
            packet::SEQUENCE_END => Some(Content::End),
            // Where the speakers stand is in the configuration of every codec that is taken.
            _ => None,
        };
        packets.extend(content.map(|content| Packet {
            track: track.track,
            codec,
            content,
            offset_ns,
        }));
    }
    Ok(packets)
}

fn codec(code: FourCc) -> Result<Codec> {
    match &code.0 {
        b"mp4a" => Ok(Codec::Aac),
        b"Opus" => Ok(Codec::Opus),
        b".mp3" => Ok(Codec::Mp3),
        b"ac-3" | b"ec-3" => Err(MediaError::Unsupported("Dolby Digital in RTMP")),
        b"fLaC" => Err(MediaError::Unsupported("FLAC in RTMP")),
        _ => Err(MediaError::Unsupported("this audio codec in RTMP")),
    }
}
