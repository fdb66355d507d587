//! What Enhanced RTMP v2 puts before the frames of pictures and of sound alike: modifiers
//! ("ModEx"), and several tracks in one tag.

use super::MAX_TRACKS;
use crate::{
    boxes::{Fields, FourCc},
    error::{MediaError, Result},
};

const WHAT: &str = "FLV tag";

/// The packet type that says that a modifier comes before the real one.
const MODIFIER: u8 = 7;
/// The modifier that makes timestamps finer.
const TIMESTAMP_OFFSET_NANO: u8 = 0;
/// One can be meant seriously; some are harmless; a thousand are an attack.
const MAX_MODIFIERS: usize = 16;

/// Passes over modifiers. Gives the real packet type, and the nanoseconds to be added to the
/// timestamp.
pub(super) fn modifiers(body: &mut Fields<'_>, mut packet_type: u8) -> Result<(u8, u32)> {
    let mut offset_ns = 0;
    for _ in 0..=MAX_MODIFIERS {
        if packet_type != MODIFIER {
            return Ok((packet_type, offset_ns));
        }
        let mut len = usize::from(body.u8()?) + 1;
        if len == 256 {
            len = usize::from(body.u16()?) + 1;
        }
        let data = body.take(len)?;
        let kinds = body.u8()?;
        packet_type = kinds & 0x0f;
        if kinds >> 4 == TIMESTAMP_OFFSET_NANO
            && let Ok(nanos) = Fields::new(data, WHAT).u24()
        {
            // 20 bits; a millisecond or more would be told by the timestamp.
            offset_ns = nanos.min(999_999);
        }
    }
    Err(MediaError::malformed(WHAT, "it has no end of modifiers"))
}

/// How the tracks of a tag are told apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// No track has a number.
    Single,
    /// One track with its number.
    One,
    /// Several of one codec.
    Many,
    /// Several, each with its codec.
    ManyCodecs,
}

/// The part of a tag that belongs to one track.
pub(super) struct TrackBody<'a> {
    pub(super) track: u8,
    pub(super) codec: FourCc,
    pub(super) body: Fields<'a>,
}

/// Splits a body into its tracks. `multitrack` is the packet type that announces several; gives
/// the real packet type too.
pub(super) fn tracks(
    mut body: Fields<'_>,
    packet_type: u8,
    multitrack: u8,
) -> Result<(u8, Vec<TrackBody<'_>>)> {
    let (packet_type, layout) = if packet_type == multitrack {
        let kinds = body.u8()?;
        let layout = match kinds >> 4 {
            0 => Layout::One,
            1 => Layout::Many,
            2 => Layout::ManyCodecs,
            _ => return Err(MediaError::Unsupported("this layout of several tracks")),
        };
        (kinds & 0x0f, layout)
    } else {
        (packet_type, Layout::Single)
    };
    if packet_type == multitrack {
        return Err(MediaError::malformed(WHAT, "tracks within tracks"));
    }
    let mut codec = match layout {
        Layout::ManyCodecs => FourCc::default(),
        _ => body.four_cc()?,
    };
    let mut found = Vec::with_capacity(1);
    loop {
        if found.len() == MAX_TRACKS {
            return Err(MediaError::TooLarge {
                what: "number of tracks in an FLV tag",
                size: MAX_TRACKS as u64 + 1,
                limit: MAX_TRACKS as u64,
            });
        }
        if layout == Layout::ManyCodecs {
            codec = body.four_cc()?;
        }
        let track = match layout {
            Layout::Single => 0,
            _ => body.u8()?,
        };
        let own = match layout {
            Layout::Single | Layout::One => body.rest(),
            Layout::Many | Layout::ManyCodecs => {
                let len = body.u24()? as usize;
                body.take(len)?
            }
        };
        found.push(TrackBody {
            track,
            codec,
            body: Fields::new(own, WHAT),
        });
        if body.is_empty() {
            return Ok((packet_type, found));
        }
    }
}
