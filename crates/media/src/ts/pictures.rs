//! The pictures of a programme: H.264 and HEVC as byte streams.

use bytes::Bytes;

use super::{
    Event, Reader,
    clock::{Unwrap33, micros},
    config as configuration, only,
    pes::Unit,
};
use crate::{
    byte_stream::{ByteStream, Picture},
    codec::Codec,
    error::MediaError,
    flv::{Content, Frame},
    index::MediaKind,
};

/// The pictures of a programme.
#[derive(Debug)]
pub(super) struct Pictures {
    codec: Codec,
    stream: ByteStream,
    /// Nothing can be shown before the next keyframe.
    waits: bool,
}

impl Reader for Pictures {
    const KIND: MediaKind = MediaKind::Video;

    /// Something is missing: what follows rests on it.
    fn lose(&mut self) {
        self.waits = true;
    }

    /// Takes a picture.
    fn take(&mut self, unit: &Unit, clock: &mut Unwrap33, events: &mut Vec<Event>) {
        let kind = MediaKind::Video;
        let (Some(pts), Some(dts)) = (unit.pts, unit.dts) else {
            self.lose();
            let error = MediaError::Missing("the time of a picture");
            events.push(Event::Refused { kind, error });
            return;
        };
        let dts = clock.ticks(dts);
        let ahead = i64::try_from(pts).unwrap_or(0).wrapping_sub(dts);
        // No picture is shown before it is decoded.
        let ahead = Some(ahead.rem_euclid(1 << 33)).filter(|ahead| *ahead < 1 << 32);
        let time_us = micros(dts);
        let Picture { config, data, sync } = match self.stream.take(&unit.data) {
            Ok(Some(picture)) => picture,
            Ok(None) => return,
            Err(error) => {
                self.lose();
                events.push(Event::Refused { kind, error });
                return;
            }
        };
        if let Some(made) = config {
            events.push(Event::Packet {
                kind,
                time_us,
                packet: configuration(self.codec, made),
            });
        }
        self.waits &= !sync;
        if self.waits {
            return;
        }
        let composition_ms = i32::try_from((ahead.unwrap_or(0) + 45) / 90).unwrap_or(0);
        let frame = Frame {
            data: Bytes::from(data),
            composition_ms,
            sync,
        };
        events.push(Event::Packet {
            kind,
            time_us,
            packet: only(self.codec, Content::Frame(frame)),
        });
    }
}

impl Pictures {
    /// Of H.264 or HEVC.
    pub(super) fn new(codec: Codec) -> Self {
        Self {
            codec,
            stream: ByteStream::new(codec),
            waits: true,
        }
    }
}
