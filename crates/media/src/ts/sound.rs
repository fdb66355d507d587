//! AAC with ADTS headers (ISO/IEC 14496-3 §1.A.2).

use bytes::Bytes;

use super::{
    Event, Reader,
    clock::{Unwrap33, micros},
    config, only,
    pes::Unit,
};
use crate::{
    codec::Codec,
    error::MediaError,
    flv::{Content, Frame},
    index::MediaKind,
};

/// Sampling frequencies by their index (Table 1.18).
const RATES: [i64; 13] = [
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
    7_350,
];
/// Samples of a frame.
const SAMPLES: i64 = 1024;

/// The sound of a programme.
#[derive(Debug, Default)]
pub(super) struct Sound {
    /// The beginning of a frame whose end has not come: a frame at most.
    rest: Vec<u8>,
    /// When that frame is heard, in ticks.
    rest_at: Option<i64>,
    /// The configuration that was told last.
    told: Option<[u8; 2]>,
}

/// What the head of a frame says.
struct Head {
    /// An AudioSpecificConfig.
    specific: [u8; 2],
    rate: i64,
    /// How long it is itself.
    len: usize,
    /// How long the frame is, with it.
    frame_len: usize,
}

/// What bytes begin with.
enum Found {
    Frame(Head),
    /// Too little to tell.
    More,
    /// Nothing that can be taken.
    Nothing,
}

fn find(bytes: &[u8]) -> Found {
    let [0xff, one, ..] = *bytes else {
        return if bytes.len() < 2 && bytes.first().is_none_or(|&byte| byte == 0xff) {
            Found::More
        } else {
            Found::Nothing
        };
    };
    if one & 0xf6 != 0xf0 {
        return Found::Nothing;
    }
    let [_, _, two, three, four, five, six, ..] = *bytes else {
        return Found::More;
    };
    let object = (two >> 6) + 1;
    let index = two >> 2 & 0x0f;
    let channels = (two & 1) << 2 | three >> 6;
    let frame_len = usize::from(three & 3) << 11 | usize::from(four) << 3 | usize::from(five >> 5);
    let len = if one & 1 == 1 { 7 } else { 9 };
    let blocks = six & 3;
    let Some(&rate) = RATES.get(usize::from(index)) else {
        return Found::Nothing;
    };
    // Channels that are told within the frames, and several frames under one head, are not sent
    // by anybody.
    if channels == 0 || blocks != 0 || frame_len <= len {
        return Found::Nothing;
    }
    Found::Frame(Head {
        specific: [object << 3 | index >> 1, index << 7 | channels << 3],
        rate,
        len,
        frame_len,
    })
}

impl Reader for Sound {
    const KIND: MediaKind = MediaKind::Audio;

    /// Something is missing.
    fn lose(&mut self) {
        self.rest.clear();
        self.rest_at = None;
    }

    /// Takes what a packet carries: frames, the first of which may have begun in the one before,
    /// and the last of which may end in the next.
    fn take(&mut self, unit: &Unit, clock: &mut Unwrap33, events: &mut Vec<Event>) {
        let mut own = unit.pts.map(|pts| clock.ticks(pts));
        // What is left from before is heard when that was to be; the packet's time is that of the
        // first frame that begins in it.
        let (mut at, mut carried) = match self.rest_at.take() {
            Some(at) if !self.rest.is_empty() => (Some(at), self.rest.len()),
            _ => (own.take(), 0),
        };
        let mut data = std::mem::take(&mut self.rest);
        data.extend_from_slice(&unit.data);
        let data = Bytes::from(data);
        let mut from = 0;
        let mut lost = false;
        while from < data.len() {
            if from >= carried && carried > 0 {
                carried = 0;
                at = own.take().or(at);
            }
            let rest = &data[from..];
            match find(rest) {
                Found::Frame(head) if rest.len() >= head.frame_len => {
                    let Some(ticks) = at else {
                        lost = true;
                        break;
                    };
                    let body = data.slice(from + head.len..from + head.frame_len);
                    self.give(&head, ticks, body, events);
                    from += head.frame_len;
                    at = Some(ticks.saturating_add(SAMPLES * 90_000 / head.rate));
                }
                Found::Frame(_) | Found::More => {
                    self.rest = rest.to_vec();
                    self.rest_at = at;
                    break;
                }
                Found::Nothing => {
                    lost = true;
                    // Where the next may begin.
                    let next = rest.iter().skip(1).position(|&byte| byte == 0xff);
                    from += next.map_or(rest.len(), |next| next + 1);
                }
            }
        }
        if lost {
            let error = MediaError::malformed("ADTS frame", "it does not begin as one");
            let kind = MediaKind::Audio;
            events.push(Event::Refused { kind, error });
        }
    }
}

impl Sound {
    fn give(&mut self, head: &Head, ticks: i64, data: Bytes, events: &mut Vec<Event>) {
        let kind = MediaKind::Audio;
        let time_us = micros(ticks);
        if self.told != Some(head.specific) {
            self.told = Some(head.specific);
            events.push(Event::Packet {
                kind,
                time_us,
                packet: config(Codec::Aac, head.specific.to_vec()),
            });
        }
        let frame = Frame {
            data,
            composition_ms: 0,
            sync: true,
        };
        events.push(Event::Packet {
            kind,
            time_us,
            packet: only(Codec::Aac, Content::Frame(frame)),
        });
    }
}
