//! Opus in Ogg (RFC 3533, RFC 7845), one packet a page: how sound goes to and comes from a
//! program that decodes or codes it while it goes on.

use super::{CAPTURE, Packet, Reader};
use crate::error::Result;

const FIRST: u8 = 2;
const SERIAL: u32 = 1;
/// So many packets say what follows, before any sound.
const HEADS: u8 = 2;
/// A segment of this length goes on in the next one.
const FULL: u8 = 255;

/// Who reads a stream is told that two channels at 48 kHz come, with nothing to be left out at
/// the beginning (RFC 7845 §5.1).
const OPUS_HEAD: &[u8] = b"OpusHead\x01\x02\x00\x00\x80\xbb\x00\x00\x00\x00\x00";
/// No comments (RFC 7845 §5.2).
const OPUS_TAGS: &[u8] = b"OpusTags\x07\x00\x00\x00matinee\x00\x00\x00\x00";

/// Writes packets of Opus as pages.
#[derive(Debug, Default)]
pub struct OpusWriter {
    sequence: u32,
    granule: u64,
}

impl OpusWriter {
    /// Writes a packet that lasts so many samples at 48 kHz, with what has to come before the
    /// first. One that is longer than a page may be is left out.
    pub fn packet(&mut self, packet: &[u8], samples: u32) -> Vec<u8> {
        let mut out = Vec::with_capacity(packet.len() + 64);
        if self.sequence == 0 {
            self.page(FIRST, OPUS_HEAD, &mut out);
            self.page(0, OPUS_TAGS, &mut out);
        }
        if packet.len() < 255 * usize::from(FULL) {
            self.granule = self.granule.wrapping_add(u64::from(samples));
            self.page(0, packet, &mut out);
        }
        out
    }

    fn page(&mut self, flags: u8, packet: &[u8], out: &mut Vec<u8>) {
        let from = out.len();
        out.extend(CAPTURE);
        out.extend([0, flags]);
        out.extend(self.granule.to_le_bytes());
        out.extend(SERIAL.to_le_bytes());
        out.extend(self.sequence.to_le_bytes());
        out.extend([0; 4]);
        let (full, rest) = (packet.len() / 255, packet.len() % 255);
        out.push(u8::try_from(full + 1).unwrap_or(FULL));
        out.extend(std::iter::repeat_n(FULL, full));
        out.push(u8::try_from(rest).unwrap_or(0));
        out.extend_from_slice(packet);
        let sum = checksum(&out[from..]).to_le_bytes();
        out[from + 22..from + 26].copy_from_slice(&sum);
        self.sequence = self.sequence.wrapping_add(1);
    }
}

/// Reads packets of Opus from pages, however they were cut.
#[derive(Debug, Default)]
pub struct OpusReader {
    reader: Reader,
    /// The packets that have come of those that say what follows.
    heads: u8,
}

impl OpusReader {
    /// Takes in bytes, and gives the packets that are whole by now, without the two at the
    /// beginning that say what follows.
    ///
    /// Errors: as those of a [`Reader`].
    pub fn feed(&mut self, bytes: &[u8]) -> Result<Vec<Packet>> {
        let mut packets = self.reader.feed(bytes)?;
        packets.retain(|_| {
            let head = self.heads < HEADS;
            self.heads += u8::from(head);
            !head
        });
        Ok(packets)
    }
}

/// How many samples at 48 kHz a packet of Opus lasts (RFC 6716 §3.1); none for what is no packet.
pub fn opus_samples(packet: &[u8]) -> Option<u32> {
    let toc = *packet.first()?;
    let config = toc >> 3;
    let frame: u32 = match config {
        0..=11 => [480, 960, 1920, 2880][usize::from(config & 3)],
        12..=15 => [480, 960][usize::from(config & 1)],
        _ => [120, 240, 480, 960][usize::from(config & 3)],
    };
    let count = match toc & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => u32::from(packet.get(1)? & 0x3f),
    };
    // No packet is longer than 120 ms.
    Some(frame * count).filter(|samples| (1..=5760).contains(samples))
}

/// The checksum of a page (RFC 3533 §6): CRC-32 without reflection.
fn checksum(page: &[u8]) -> u32 {
    page.iter().fold(0, |sum: u32, byte| {
        (0..8).fold(sum ^ (u32::from(*byte) << 24), |sum, _| {
            let carried = sum & 0x8000_0000 != 0;
            (sum << 1) ^ if carried { 0x04c1_1db7 } else { 0 }
        })
    })
}

#[cfg(test)]
#[expect(clippy::expect_used, reason = "a panic is a failed test")]
mod tests {
    use proptest::prelude::*;

    use super::super::HEAD;
    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(
            packets in proptest::collection::vec(proptest::collection::vec(1_u8.., 1..1500), 1..9),
            cut in 1_usize..400,
        ) {
            let mut writer = OpusWriter::default();
            let bytes: Vec<u8> = packets.iter().flat_map(|p| writer.packet(p, 960)).collect();
            let mut reader = OpusReader::default();
            let mut read = Vec::new();
            for piece in bytes.chunks(cut) {
                read.extend(reader.feed(piece).expect("they are pages"));
            }
            let ends: Vec<_> = read.iter().map(|one| one.end).collect();
            let wanted: Vec<_> = (1..).map(|n| Some(n * 960)).take(packets.len()).collect();
            prop_assert_eq!(ends, wanted);
            let data: Vec<_> = read.iter().map(|one| one.data.to_vec()).collect();
            prop_assert_eq!(data, packets);
        }

        #[test]
        fn no_packet_brings_it_down(bytes: Vec<u8>) {
            opus_samples(&bytes);
        }
    }

    #[test]
    fn a_page_has_the_checksum_that_others_compute() {
        // As POSIX has it, without its last step.
        assert_eq!(checksum(b"123456789"), !0x765e_7680);
        let page = OpusWriter {
            sequence: 1,
            granule: 0,
        }
        .packet(&[7], 960);
        assert_eq!(page.len(), HEAD + 2);
        let mut blank = page.clone();
        blank[22..26].fill(0);
        assert_eq!(page[22..26], checksum(&blank).to_le_bytes());
    }

    #[test]
    fn packets_say_how_long_they_last() {
        // CELT at 20 ms, once and twice; SILK at 60 ms; three frames of 20 ms.
        for (packet, samples) in [
            (&[0xfc, 0][..], Some(960)),
            (&[0xfd, 0], Some(1920)),
            (&[0x18, 0], Some(2880)),
            (&[0xff, 3], Some(2880)),
            (&[0xff, 0], None),
            (&[], None),
        ] {
            assert_eq!(opus_samples(packet), samples, "{packet:?}");
        }
    }
}
