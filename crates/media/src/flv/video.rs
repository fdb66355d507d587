//! Pictures (FLV 10.1 §E.4.3; Enhanced RTMP v2, "Enhanced Video").

use bytes::Bytes;

use super::{
    Content, Frame, Packet,
    extension::{TrackBody, modifiers, tracks},
};
use crate::{
    boxes::{Fields, FourCc},
    codec::Codec,
    error::{MediaError, Result},
};

const WHAT: &str = "FLV video tag";

/// The bit that marks a tag of Enhanced RTMP.
const ENHANCED: u8 = 0x80;
const KEYFRAME: u8 = 1;
const GENERATED_KEYFRAME: u8 = 4;
/// Not a picture but an order to the player, such as the begin of a seek.
const COMMAND: u8 = 5;

/// What a video tag carries; nothing, if it is an order to the player, or metadata.
///
/// Errors: [`MediaError::Unsupported`] with the name of a codec that is not taken,
/// [`MediaError::Truncated`] and [`MediaError::Malformed`] for damage.
pub fn video(tag: &Bytes) -> Result<Vec<Packet>> {
    let mut body = Fields::new(tag, WHAT);
    let head = body.u8()?;
    let frame_type = head >> 4 & 7;
    let sync = matches!(frame_type, KEYFRAME | GENERATED_KEYFRAME);
    if head & ENHANCED == 0 {
        return classic(tag, head & 0x0f, frame_type, sync, body);
    }
    let (packet_type, offset_ns) = modifiers(&mut body, head & 0x0f)?;
    if packet_type == packet::METADATA || frame_type == COMMAND {
        return Ok(Vec::new());
    }
    let (packet_type, found) = tracks(body, packet_type, packet::MULTITRACK)?;
    let mut packets = Vec::with_capacity(found.len());
    for track in found {
        let (number, codec) = (track.track, codec(track.codec)?);
        if let Some(content) = content(tag, packet_type, codec, sync, track)? {
            packets.push(Packet {
                track: number,
                codec,
                content,
                offset_ns,
            });
        }
    }
    Ok(packets)
}

/// Packet types of Enhanced RTMP.
mod packet {
    pub(super) const SEQUENCE_START: u8 = 0;
    pub(super) const CODED_FRAMES: u8 = 1;
    pub(super) const SEQUENCE_END: u8 = 2;
    /// Frames whose composition offset is zero, and is left out.
    pub(super) const CODED_FRAMES_X: u8 = 3;
    pub(super) const METADATA: u8 = 4;
    pub(super) const MULTITRACK: u8 = 6;
}

fn codec(code: FourCc) -> Result<Codec> {
    match &code.0 {
        b"avc1" => Ok(Codec::Avc),
        b"hvc1" => Ok(Codec::Hevc),
        b"av01" => Ok(Codec::Av1),
        b"vp08" => Err(MediaError::Unsupported("VP8 in RTMP")),
        b"vp09" => Err(MediaError::Unsupported("VP9 in RTMP")),
        _ => Err(MediaError::Unsupported("this video codec in RTMP")),
    }
}

fn content(
    tag: &Bytes,
    packet_type: u8,
    codec: Codec,
    sync: bool,
    mut track: TrackBody<'_>,
) -> Result<Option<Content>> {
    let body = &mut track.body;
    Ok(match packet_type {
        packet::SEQUENCE_START => Some(Content::Config(tag.slice_ref(body.rest()))),
        packet::CODED_FRAMES => {
            // AV1 has no reordering that a container needs to know of.
            let composition_ms = match codec {
                Codec::Avc | Codec::Hevc => body.i24()?,
                _ => 0,
            };
            frame(tag.slice_ref(body.rest()), composition_ms, sync)
        }
        packet::CODED_FRAMES_X => frame(tag.slice_ref(body.rest()), 0, sync),
        packet::SEQUENCE_END => Some(Content::End),
        _ => None,
    })
}

/// A frame; some encoders send empty ones, to say that nothing has changed.
fn frame(data: Bytes, composition_ms: i32, sync: bool) -> Option<Content> {
    (!data.is_empty()).then_some(Content::Frame(Frame {
        data,
        composition_ms,
        sync,
    }))
}

/// The tags of before: H.264, and HEVC under the number that many encoders gave it.
fn classic(
    tag: &Bytes,
    codec_id: u8,
    frame_type: u8,
    sync: bool,
    mut body: Fields<'_>,
) -> Result<Vec<Packet>> {
    let codec = match codec_id {
        7 => Codec::Avc,
        12 => Codec::Hevc,
        _ if frame_type == COMMAND => return Ok(Vec::new()),
        2 => return Err(MediaError::Unsupported("Sorenson H.263")),
        4 | 5 => return Err(MediaError::Unsupported("VP6")),
        _ => return Err(MediaError::Unsupported("this video codec in RTMP")),
    };
    if frame_type == COMMAND {
        return Ok(Vec::new());
    }
    let packet_type = body.u8()?;
    let composition_ms = body.i24()?;
    let content = match packet_type {
        0 => Some(Content::Config(tag.slice_ref(body.rest()))),
        1 => frame(tag.slice_ref(body.rest()), composition_ms, sync),
        2 => Some(Content::End),
        _ => {
            return Err(MediaError::malformed(
                WHAT,
                "its packet type does not exist",
            ));
        }
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
