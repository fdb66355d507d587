//! Bodies of tags, as RTMP servers expect them: what [`video`](super::video) and
//! [`audio`](super::audio) read.
//!
//! H.264 and AAC are written in the classic way, which every server knows; the others as Enhanced
//! RTMP v2 has them.

use bytes::{BufMut as _, Bytes, BytesMut};

use super::Frame;
use crate::{
    codec::Codec,
    error::{MediaError, Result},
};

/// Upper bits of the first byte of a video tag.
const KEYFRAME: u8 = 0x10;
const BETWEEN: u8 = 0x20;
/// The bit that marks a video tag of Enhanced RTMP.
const ENHANCED: u8 = 0x80;
const CLASSIC_AVC: u8 = 7;
/// AAC, 44 kHz, 16 bits, stereo: what the specification wants whatever the sound is.
const CLASSIC_AAC: u8 = 0xaf;
/// An audio tag of Enhanced RTMP.
const ENHANCED_AUDIO: u8 = 0x90;

/// The body of a tag with this decoder configuration.
///
/// Errors: [`MediaError::Unsupported`] for a codec that FLV has no name for.
pub fn config_tag(codec: Codec, config: &[u8]) -> Result<Bytes> {
    let mut out = BytesMut::with_capacity(config.len() + 5);
    match codec {
        Codec::Avc => out.put_slice(&[KEYFRAME | CLASSIC_AVC, 0, 0, 0, 0]),
        Codec::Hevc | Codec::Av1 => {
            out.put_u8(ENHANCED | KEYFRAME);
            out.put_slice(name(codec)?);
        }
        Codec::Aac => out.put_slice(&[CLASSIC_AAC, 0]),
        _ => {
            out.put_u8(ENHANCED_AUDIO);
            out.put_slice(name(codec)?);
        }
    }
    out.put_slice(config);
    Ok(out.freeze())
}

/// The body of a tag with this frame. Errors as [`config_tag`].
pub fn frame_tag(codec: Codec, frame: &Frame) -> Result<Bytes> {
    let mut out = BytesMut::with_capacity(frame.data.len() + 8);
    let kind = if frame.sync { KEYFRAME } else { BETWEEN };
    // 24 bits, with a sign.
    let [_, offset @ ..] = frame
        .composition_ms
        .clamp(-0x80_0000, 0x7f_ffff)
        .to_be_bytes();
    match codec {
        Codec::Avc => {
            out.put_slice(&[kind | CLASSIC_AVC, 1]);
            out.put_slice(&offset);
        }
        Codec::Hevc | Codec::Av1 => {
            // Coded frames.
            out.put_u8(ENHANCED | kind | 1);
            out.put_slice(name(codec)?);
            if codec == Codec::Hevc {
                out.put_slice(&offset);
            }
        }
        Codec::Aac => out.put_slice(&[CLASSIC_AAC, 1]),
        _ => {
            out.put_u8(ENHANCED_AUDIO | 1);
            out.put_slice(name(codec)?);
        }
    }
    out.put_slice(&frame.data);
    Ok(out.freeze())
}

fn name(codec: Codec) -> Result<&'static [u8; 4]> {
    match codec {
        Codec::Hevc => Ok(b"hvc1"),
        Codec::Av1 => Ok(b"av01"),
        Codec::Opus => Ok(b"Opus"),
        Codec::Mp3 => Ok(b".mp3"),
        _ => Err(MediaError::Unsupported("this codec in RTMP")),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::flv::{Content, Packet, audio, video};

    fn read(codec: Codec, body: &Bytes) -> Packet {
        let packets = match codec {
            Codec::Avc | Codec::Hevc | Codec::Av1 => video(body),
            _ => audio(body),
        };
        packets.unwrap().remove(0)
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            data in proptest::collection::vec(any::<u8>(), 1..200),
            composition_ms in -5000..5000_i32,
            sync in any::<bool>(),
            codec in prop::sample::select(vec![
                Codec::Avc, Codec::Hevc, Codec::Av1, Codec::Aac, Codec::Opus,
            ]),
        ) {
            let data = Bytes::from(data);
            let config = config_tag(codec, &data).unwrap();
            let packet = read(codec, &config);
            prop_assert_eq!(packet.codec, codec);
            prop_assert_eq!(packet.content, Content::Config(data.clone()));
            let pictures = matches!(codec, Codec::Avc | Codec::Hevc | Codec::Av1);
            let frame = Frame {
                data,
                composition_ms: if matches!(codec, Codec::Avc | Codec::Hevc) { composition_ms } else { 0 },
                sync: sync || !pictures,
            };
            let tag = frame_tag(codec, &frame).unwrap();
            prop_assert_eq!(read(codec, &tag).content, Content::Frame(frame));
        }
    }

    #[test]
    fn what_has_no_name_is_refused() {
        assert!(config_tag(Codec::Flac, b"x").is_err());
    }
}
