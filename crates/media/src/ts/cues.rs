//! Where a transport stream says that breaks begin (ANSI/SCTE 35 §8): for files, which are read from
//! their beginning.

use super::packet::{self, Cutter, TsPacket};
use super::psi::{self, Programme, Sections};
use crate::index::MediaKind;
use crate::scte35;

/// Cues (SCTE 35 §8.1).
pub(super) const TYPE_CUES: u8 = 0x86;
/// Ticks a millisecond.
const TICKS: i64 = 90;
/// Clocks have 33 bits.
const TURN: i64 = 1 << 33;
/// The most breaks of one file.
const MOST: usize = 1000;

/// Listens to a transport stream for the beginnings of breaks.
#[derive(Debug, Default)]
pub struct CueReader {
    cutter: Cutter,
    pat: Sections,
    pmt_pid: Option<u16>,
    pmt: Sections,
    pictures: Option<u16>,
    cues: Option<u16>,
    sections: Sections,
    /// When the first picture is shown, and the last one so far.
    first: Option<u64>,
    last: Option<u64>,
    found: Vec<u64>,
}

impl CueReader {
    /// One that has heard nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes bytes as they come.
    pub fn feed(&mut self, bytes: &[u8]) {
        let mut cutter = std::mem::take(&mut self.cutter);
        cutter.cut(bytes, |packet| self.packet(packet));
        self.cutter = cutter;
    }

    /// When breaks begin, in milliseconds from the first picture, ascending.
    pub fn finish(self) -> Vec<i64> {
        let Some(first) = self.first else {
            return Vec::new();
        };
        let since = |at: u64| {
            let apart = (i64::try_from(at).unwrap_or(0) - i64::try_from(first).unwrap_or(0))
                .rem_euclid(TURN);
            // What lies before the first picture is no more.
            (apart < TURN / 2).then_some(apart / TICKS)
        };
        let mut all: Vec<i64> = self.found.into_iter().filter_map(since).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    fn packet(&mut self, bytes: &[u8; packet::LEN]) {
        let Some(packet) = TsPacket::parse(bytes) else {
            return;
        };
        if packet.pid == psi::PAT_PID {
            if let Some(pid) = self.pat.take(&packet, psi::programme_map_pid)
                && self.pmt_pid != Some(pid)
            {
                self.pmt_pid = Some(pid);
                self.pmt = Sections::default();
            }
        } else if self.pmt_pid == Some(packet.pid) {
            if let Some(programme) = self.pmt.take(&packet, Programme::parse) {
                let streams = programme.streams.iter();
                let pid = |wanted: &dyn Fn(&psi::Stream) -> bool| {
                    streams.clone().find(|one| wanted(one)).map(|one| one.pid)
                };
                self.pictures = pid(&|one| one.kind() == Some(MediaKind::Video));
                let cues = pid(&|one| one.stream_type == TYPE_CUES);
                if self.cues != cues {
                    self.cues = cues;
                    self.sections = Sections::default();
                }
            }
        } else if self.pictures == Some(packet.pid) {
            if let Some(at) = packet.payload.filter(|_| packet.begins).and_then(pts) {
                self.first.get_or_insert(at);
                self.last = Some(at);
            }
        } else if self.cues == Some(packet.pid) {
            let read = |section: &[u8]| {
                let cue = scte35::read(section).filter(|cue| cue.out)?;
                Some((cue, scte35::splice_pts(section)))
            };
            if let Some((_, at)) = self.sections.take(&packet, read)
                && let Some(at) = at.or(self.last)
                && self.found.len() < MOST
            {
                self.found.push(at);
            }
        }
    }
}

/// When the unit is shown that begins with this packet (ISO/IEC 13818-1 §2.4.3.7).
fn pts(payload: &[u8]) -> Option<u64> {
    let (head, rest) = payload.split_first_chunk::<9>()?;
    let [0, 0, 1, _, _, _, _, flags, _] = *head else {
        return None;
    };
    if flags & 0x80 == 0 {
        return None;
    }
    // 3, 15 and 15 bits, each followed by a marker bit.
    let field = rest.first_chunk::<5>()?.map(u64::from);
    let (top, middle) = (field[0] >> 1 & 7, field[1] << 7 | field[2] >> 1);
    Some(top << 30 | middle << 15 | field[3] << 7 | field[4] >> 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(pid: u16, counter: u8, payload: &[u8]) -> Vec<u8> {
        let [high, low] = pid.to_be_bytes();
        let mut out = vec![0x47, 0x40 | high, low, 0x10 | counter];
        out.extend_from_slice(payload);
        out.resize(packet::LEN, 0xff);
        out
    }

    /// A section with its checksum, behind the pointer to it.
    fn section(mut body: Vec<u8>) -> Vec<u8> {
        let length = u16::try_from(body.len() + 4 - 3).unwrap_or(0).to_be_bytes();
        body[1] |= length[0];
        body[2] = length[1];
        body.extend(psi::crc32(&body).to_be_bytes());
        body.insert(0, 0);
        body
    }

    fn picture(pts: u64) -> Vec<u8> {
        let byte = |bits: u64| u8::try_from(bits & 0xff).unwrap_or(0);
        let mut unit = vec![0, 0, 1, 0xe0, 0, 0, 0x80, 0x80, 5];
        unit.push(0x21 | byte(pts >> 29) & 0x0e);
        unit.push(byte(pts >> 22));
        unit.push(byte(pts >> 14) | 1);
        unit.push(byte(pts >> 7));
        unit.push(byte(pts << 1) | 1);
        unit
    }

    /// A splice_insert that holds at an instant.
    fn cue(at: u64, out: bool) -> Vec<u8> {
        let byte = |bits: u64| u8::try_from(bits & 0xff).unwrap_or(0);
        let mut body = vec![0xfc, 0x30, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xf0, 15, 0x05];
        body.extend([0, 0, 0, 9, 0x7f, u8::from(out) << 7 | 0x4f]);
        body.push(0xfe | byte(at >> 32) & 1);
        body.extend([byte(at >> 24), byte(at >> 16), byte(at >> 8), byte(at)]);
        body.extend([0, 1, 0, 0, 0, 0]);
        section(body)
    }

    #[test]
    fn breaks_of_a_file_are_found() {
        let pat = section(vec![0, 0xb0, 0, 0, 1, 0xc1, 0, 0, 0, 1, 0xe1, 0]);
        let mut pmt = vec![2, 0xb0, 0, 0, 1, 0xc1, 0, 0, 0xe1, 1, 0xf0, 0];
        pmt.extend([0x1b, 0xe1, 1, 0xf0, 0]);
        pmt.extend([TYPE_CUES, 0xe1, 2, 0xf0, 0]);
        // The clock turns over on the way.
        let begin = (1 << 33) - 90_000 * 10;
        let at = |seconds: u64| (begin + 90_000 * seconds) & 0x1_ffff_ffff;
        let mut stream = vec![0; 40];
        for bytes in [
            packet(0, 0, &pat),
            packet(0x100, 0, &section(pmt)),
            packet(0x101, 0, &picture(at(0))),
            packet(0x102, 0, &cue(at(60), true)),
            packet(0x102, 1, &cue(at(90), false)),
            packet(0x102, 2, &cue(at(5), true)),
            packet(0x101, 1, &picture(at(1))),
        ] {
            stream.extend(bytes);
        }
        let mut reader = CueReader::new();
        for some in stream.chunks(77) {
            reader.feed(some);
        }
        assert_eq!(reader.finish(), [5000, 60_000]);
        let mut noise = CueReader::new();
        noise.feed(&[0x47; 1000]);
        assert!(noise.finish().is_empty());
    }
}
