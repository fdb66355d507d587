//! Which tracks there are: the programme association and the programme map (§2.4.4).

use super::packet::{Continuity, TsPacket, Verdict};
use crate::index::MediaKind;

/// Where the programme association table is.
pub(super) const PAT_PID: u16 = 0;
/// H.264.
pub(super) const TYPE_AVC: u8 = 0x1b;
/// HEVC.
pub(super) const TYPE_HEVC: u8 = 0x24;
/// AAC with ADTS headers.
pub(super) const TYPE_ADTS: u8 = 0x0f;

/// The longest section (§2.4.4.1): 1021 bytes after the first three.
const MAX_SECTION: usize = 1024;
/// The most tracks of a programme that are looked at.
const MAX_STREAMS: usize = 32;

/// Puts the sections of a table together.
#[derive(Debug, Default)]
pub(super) struct Sections {
    continuity: Continuity,
    /// A section whose end has not come; empty while none is open.
    open: Vec<u8>,
}

impl Sections {
    /// Takes a packet. Gives what the last of the sections that end in it says.
    pub(super) fn take<T>(
        &mut self,
        packet: &TsPacket<'_>,
        read: impl Fn(&[u8]) -> Option<T>,
    ) -> Option<T> {
        match self.continuity.judge(packet) {
            Verdict::Next => {}
            Verdict::Again => return None,
            Verdict::Gap => self.open.clear(),
        }
        let mut payload = packet.payload?;
        let mut found = None;
        if packet.begins {
            let (&pointer, rest) = payload.split_first()?;
            let (before, after) = rest.split_at_checked(pointer.into())?;
            if !self.open.is_empty() {
                self.open.extend_from_slice(before);
                found = self.whole(&read).or(found);
            }
            self.open.clear();
            payload = after;
            // Filled up with 0xff to the end.
            if payload.first().is_none_or(|&table| table == 0xff) {
                return found;
            }
        } else if self.open.is_empty() {
            return None;
        }
        if self.open.len() + payload.len() > MAX_SECTION + super::packet::LEN {
            self.open.clear();
            return found;
        }
        self.open.extend_from_slice(payload);
        while let Some(len) = section_len(&self.open) {
            if len > MAX_SECTION {
                self.open.clear();
            }
            if self.open.len() < len || self.open.is_empty() {
                break;
            }
            found = self.whole(&read).or(found);
            self.open.drain(..len);
            if self.open.first() == Some(&0xff) {
                self.open.clear();
            }
        }
        found
    }

    /// What the open section says, if it is whole and sound.
    fn whole<T>(&self, read: &impl Fn(&[u8]) -> Option<T>) -> Option<T> {
        let section = self.open.get(..section_len(&self.open)?)?;
        if crc32(section) != 0 {
            return None;
        }
        read(section)
    }
}

/// How long a section is that begins so, with its head.
fn section_len(bytes: &[u8]) -> Option<usize> {
    let [_, one, two, ..] = *bytes else {
        return None;
    };
    Some(3 + (usize::from(one & 0x0f) << 8 | usize::from(two)))
}

/// The table after the common head (§2.4.4.3), without the checksum, if it holds now.
fn table(section: &[u8], id: u8) -> Option<&[u8]> {
    let [table_id, syntax, _, _, _, current, _, _, body @ ..] = section else {
        return None;
    };
    let holds = *table_id == id && syntax & 0x80 != 0 && current & 1 == 1;
    let body = body.get(..body.len().checked_sub(4)?)?;
    holds.then_some(body)
}

/// Where the map of the first programme is.
pub(super) fn programme_map_pid(section: &[u8]) -> Option<u16> {
    let programmes = table(section, 0)?.chunks_exact(4);
    programmes
        .filter_map(|entry| match *entry {
            // Programme 0 is the network itself.
            [0, 0, _, _] => None,
            [_, _, one, two] => Some(u16::from(one & 0x1f) << 8 | u16::from(two)),
            _ => None,
        })
        .find(|pid| *pid != PAT_PID)
}

/// A track of a programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stream {
    pub(super) stream_type: u8,
    pub(super) pid: u16,
}

impl Stream {
    /// What it is; none for what is neither pictures nor sound, as far as one can tell.
    pub(super) const fn kind(self) -> Option<MediaKind> {
        match self.stream_type {
            0x01 | 0x02 | 0x10 | TYPE_AVC | TYPE_HEVC | 0x33 | 0xea => Some(MediaKind::Video),
            0x03 | 0x04 | TYPE_ADTS | 0x11 | 0x81 | 0x87 => Some(MediaKind::Audio),
            _ => None,
        }
    }

    /// What it is called when it is refused.
    pub(super) const fn name(self) -> &'static str {
        match self.stream_type {
            0x01 | 0x02 => "MPEG-2 video",
            0x10 => "MPEG-4 part 2 video",
            0x33 => "VVC",
            0xea => "VC-1",
            0x03 | 0x04 => "MPEG audio",
            0x11 => "AAC in LATM",
            0x81 => "AC-3",
            0x87 => "E-AC-3",
            _ => "this codec",
        }
    }
}

/// What a programme is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Programme {
    pub(super) streams: Vec<Stream>,
}

impl Programme {
    /// Reads a programme map.
    pub(super) fn parse(section: &[u8]) -> Option<Self> {
        let body = table(section, 2)?;
        let skip = |bytes: &[u8]| match *bytes {
            [one, two, ..] => Some(usize::from(one & 0x0f) << 8 | usize::from(two)),
            _ => None,
        };
        // The clock's packets, and descriptors of the whole.
        let mut rest = body.get(2..)?;
        rest = rest.get(2 + skip(rest)?..)?;
        let mut streams = Vec::new();
        while let [stream_type, one, two, info @ ..] = rest {
            if streams.len() == MAX_STREAMS {
                break;
            }
            streams.push(Stream {
                stream_type: *stream_type,
                pid: u16::from(one & 0x1f) << 8 | u16::from(*two),
            });
            rest = info.get(2 + skip(info)?..)?;
        }
        Some(Self { streams })
    }
}

/// The checksum of sections (Annex A): 0 over one that is whole, with its checksum.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte) << 24, |crc, _| {
            let carry = crc & 0x8000_0000 != 0;
            crc << 1 ^ if carry { 0x04c1_1db7 } else { 0 }
        })
    })
}
