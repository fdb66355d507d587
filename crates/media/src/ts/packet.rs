//! Packets of 188 bytes (§2.4.3.2).

/// How long a packet is.
pub(super) const LEN: usize = 188;
const SYNC: u8 = 0x47;
/// The packet identifier of packets that carry nothing.
const NULL_PID: u16 = 0x1fff;

/// Cuts a stream of bytes into packets, and finds them again after damage.
#[derive(Debug, Default)]
pub(super) struct Cutter {
    /// The beginning of a packet whose end has not come: less than [`LEN`] bytes.
    rest: Vec<u8>,
}

impl Cutter {
    /// Takes bytes, and gives each packet that is whole.
    pub(super) fn cut(&mut self, mut bytes: &[u8], mut give: impl FnMut(&[u8; LEN])) {
        while !self.rest.is_empty() {
            let missing = LEN - self.rest.len();
            let Some((more, after)) = bytes.split_at_checked(missing) else {
                self.rest.extend_from_slice(bytes);
                return;
            };
            // The next packet has to begin where this one ends, as far as that is known.
            let follows = after.first().is_none_or(|&byte| byte == SYNC);
            if follows {
                self.rest.extend_from_slice(more);
                if let Ok(packet) = self.rest.as_slice().try_into() {
                    give(packet);
                }
                self.rest.clear();
                bytes = after;
            } else {
                // It only looked like one: the next that looks like one may be within it.
                let next = self.rest.iter().skip(1).position(|&byte| byte == SYNC);
                match next {
                    Some(at) => drop(self.rest.drain(..=at)),
                    None => self.rest.clear(),
                }
            }
        }
        loop {
            match bytes.first() {
                None => return,
                Some(&SYNC) => {}
                Some(_) => {
                    let Some(at) = bytes.iter().position(|&byte| byte == SYNC) else {
                        return;
                    };
                    bytes = &bytes[at..];
                }
            }
            let Some((packet, after)) = bytes.split_first_chunk::<LEN>() else {
                self.rest.extend_from_slice(bytes);
                return;
            };
            if after.first().is_none_or(|&byte| byte == SYNC) {
                give(packet);
                bytes = after;
            } else {
                bytes = &bytes[1..];
            }
        }
    }
}

/// What a packet says.
#[derive(Clone, Copy, Debug)]
pub(super) struct TsPacket<'a> {
    pub(super) pid: u16,
    /// Whether something begins in it: a section, or a packet of an elementary stream.
    pub(super) begins: bool,
    pub(super) counter: u8,
    /// The counter may begin anew here (§2.4.3.5).
    pub(super) discontinuity: bool,
    /// None if it only carries an adaptation field.
    pub(super) payload: Option<&'a [u8]>,
}

impl<'a> TsPacket<'a> {
    /// Reads a packet; none for one that is damaged, scrambled or empty.
    pub(super) fn parse(bytes: &'a [u8; LEN]) -> Option<Self> {
        let [_, one, two, three, body @ ..] = bytes;
        let damaged = one & 0x80 != 0;
        let scrambled = three & 0xc0 != 0;
        let pid = u16::from(one & 0x1f) << 8 | u16::from(*two);
        if damaged || scrambled || pid == NULL_PID {
            return None;
        }
        let mut body: &[u8] = body;
        let mut discontinuity = false;
        if three & 0x20 != 0 {
            let (&len, rest) = body.split_first()?;
            let (field, rest) = rest.split_at_checked(len.into())?;
            discontinuity = field.first().is_some_and(|flags| flags & 0x80 != 0);
            body = rest;
        }
        Some(Self {
            pid,
            begins: one & 0x40 != 0,
            counter: three & 0x0f,
            discontinuity,
            payload: (three & 0x10 != 0).then_some(body),
        })
    }
}

/// Whether a packet follows the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It does.
    Next,
    /// It is that one, sent again.
    Again,
    /// Something between them is missing.
    Gap,
}

/// Counts the packets of a track.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Continuity {
    last: Option<u8>,
}

impl Continuity {
    pub(super) fn judge(&mut self, packet: &TsPacket<'_>) -> Verdict {
        let last = self.last;
        if packet.payload.is_none() {
            // It does not count.
            return Verdict::Again;
        }
        self.last = Some(packet.counter);
        match last {
            None => Verdict::Next,
            Some(last) if (last + 1) & 0x0f == packet.counter => Verdict::Next,
            Some(_) if packet.discontinuity => Verdict::Gap,
            Some(last) if last == packet.counter => Verdict::Again,
            Some(_) => Verdict::Gap,
        }
    }
}
