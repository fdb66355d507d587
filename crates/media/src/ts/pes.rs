//! Packets of elementary streams (§2.4.3.6): put together of transport packets.

use super::packet::TsPacket;
use crate::error::MediaError;

/// The largest picture that is taken, in bytes.
pub(super) const MAX_PICTURE: usize = 8 << 20;
/// The most sound that comes in one packet.
pub(super) const MAX_SOUND: usize = 128 << 10;

/// What is told in the head of a packet, and what it carries.
#[derive(Debug)]
pub(super) struct Unit {
    /// When it is shown, in ticks of 90 kHz, in 33 bits.
    pub(super) pts: Option<u64>,
    /// When it is decoded; that when it is shown, unless that is told.
    pub(super) dts: Option<u64>,
    /// The elementary stream.
    pub(super) data: Vec<u8>,
}

/// What has become whole: none, one, or two (one that had no length, and one that ends at once).
pub(super) type Done = Vec<Result<Unit, MediaError>>;

/// Puts packets together.
#[derive(Debug)]
pub(super) struct Assembler {
    max: usize,
    /// The packet that goes on, with its head; none until one begins.
    open: Option<Vec<u8>>,
}

impl Assembler {
    /// Of packets of at most so many bytes.
    pub(super) const fn new(max: usize) -> Self {
        Self { max, open: None }
    }

    /// Something is missing: what is open cannot become whole.
    pub(super) fn lose(&mut self) {
        self.open = None;
    }

    /// Takes a packet of the track.
    pub(super) fn take(&mut self, packet: &TsPacket<'_>) -> Done {
        let Some(payload) = packet.payload else {
            return Vec::new();
        };
        let mut done = Vec::new();
        if packet.begins {
            done = self.finish();
            self.open = Some(Vec::with_capacity(payload.len()));
        }
        let Some(open) = &mut self.open else {
            return done;
        };
        if open.len() + payload.len() > self.max {
            let error = MediaError::TooLarge {
                what: "frame",
                size: (open.len() + payload.len()) as u64,
                limit: self.max as u64,
            };
            self.open = None;
            done.push(Err(error));
            return done;
        }
        open.extend_from_slice(payload);
        // Whoever says how long it is need not be waited for.
        if let Some(len) = told_len(open)
            && open.len() >= len
        {
            open.truncate(len);
            done.extend(self.finish());
        }
        done
    }

    /// How many bytes are held.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.open.as_ref().map_or(0, Vec::len)
    }

    /// Gives what is open.
    pub(super) fn finish(&mut self) -> Done {
        self.open.take().map(parse).into_iter().collect()
    }
}

/// How long a packet is that begins so; none if it does not say (§2.4.3.7).
fn told_len(bytes: &[u8]) -> Option<usize> {
    match *bytes {
        [_, _, _, _, one, two, ..] if (one, two) != (0, 0) => {
            Some(6 + usize::from(u16::from_be_bytes([one, two])))
        }
        _ => None,
    }
}

fn parse(mut bytes: Vec<u8>) -> Result<Unit, MediaError> {
    const WHAT: &str = "packet of an elementary stream";
    let [0, 0, 1, _, _, _, marker, flags, head, ..] = *bytes else {
        return Err(MediaError::malformed(WHAT, "it does not begin as one"));
    };
    if marker & 0xc0 != 0x80 {
        return Err(MediaError::malformed(WHAT, "it has no head"));
    }
    let begin = 9 + usize::from(head);
    let fields = bytes.get(9..begin).ok_or(MediaError::Truncated(WHAT))?;
    let pts = stamp(fields.get(..5).filter(|_| flags & 0x80 != 0));
    let dts = stamp(fields.get(5..10).filter(|_| flags & 0xc0 == 0xc0));
    bytes.drain(..begin);
    Ok(Unit {
        pts,
        dts: dts.or(pts),
        data: bytes,
    })
}

/// A timestamp of 33 bits, with markers between them.
fn stamp(bytes: Option<&[u8]>) -> Option<u64> {
    let bytes: [u8; 5] = bytes?.try_into().ok()?;
    let [first, high, middle, low, last] = bytes.map(u64::from);
    Some((first >> 1 & 7) << 30 | high << 22 | (middle >> 1) << 15 | low << 7 | last >> 1)
}
