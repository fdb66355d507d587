//! Packets out of an Ogg stream (RFC 3533), as those who make sound write it to a pipe.
//!
//! A [`Reader`] takes bytes however they were cut. Memory is bounded by the largest packet,
//! whatever comes.

pub mod opus;

use bytes::{Buf as _, Bytes, BytesMut};

use crate::error::{MediaError, Result};

/// What a page begins with, and how long it is up to its table of lengths.
const CAPTURE: &[u8] = b"OggS";
const HEAD: usize = 27;
/// Where a page says when its last whole packet ends, and how many lengths there are.
const GRANULE_AT: usize = 6;
const LENGTHS_AT: usize = 26;
/// The longest packet: far above any of sound.
const PACKET_MAX: usize = 64 << 10;

/// A packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// What it holds.
    pub data: Bytes,
    /// When it ends, in samples, if it is the last one that ends on its page.
    pub end: Option<i64>,
}

/// Takes an Ogg stream of one track apart.
#[derive(Debug, Default)]
pub struct Reader {
    bytes: BytesMut,
    /// A packet that goes on on the next page.
    open: BytesMut,
}

impl Reader {
    /// One that has read nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes bytes as they come. Gives the packets that have become whole by them.
    ///
    /// Errors: [`MediaError::Malformed`] for what is no page, or a packet that is too long.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<Vec<Packet>> {
        self.bytes.extend_from_slice(bytes);
        let mut packets = Vec::new();
        while let Some((lengths, granule)) = self.head()? {
            let body: usize = lengths.iter().map(|len| usize::from(*len)).sum();
            if self.bytes.len() < HEAD + lengths.len() + body {
                break;
            }
            self.bytes.advance(HEAD + lengths.len());
            let first = packets.len();
            for len in lengths {
                let piece = self.bytes.split_to(usize::from(len));
                self.open.extend_from_slice(&piece);
                if self.open.len() > PACKET_MAX {
                    return Err(MediaError::malformed("Ogg", "a packet is too long"));
                }
                // A packet goes on as long as its pieces have the greatest length.
                if len < u8::MAX {
                    packets.push(Packet {
                        data: self.open.split().freeze(),
                        end: None,
                    });
                }
            }
            if let Some(last) = packets.get_mut(first..).and_then(<[Packet]>::last_mut) {
                last.end = Some(granule);
            }
        }
        Ok(packets)
    }

    /// The lengths and the time of the next page, if they are there.
    fn head(&self) -> Result<Option<(Vec<u8>, i64)>> {
        let known = self.bytes.len().min(CAPTURE.len());
        if self.bytes.get(..known) != CAPTURE.get(..known) {
            return Err(MediaError::malformed("Ogg", "it is not made of pages"));
        }
        let Some(count) = self.bytes.get(LENGTHS_AT) else {
            return Ok(None);
        };
        let granule = self.bytes.get(GRANULE_AT..).and_then(<[u8]>::first_chunk);
        let lengths = self.bytes.get(HEAD..HEAD + usize::from(*count));
        Ok(lengths
            .zip(granule)
            .map(|(lengths, granule)| (lengths.to_vec(), i64::from_le_bytes(*granule))))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A page of these packets, the last of which may go on.
    fn page(granule: i64, packets: &[&[u8]], goes_on: bool) -> Vec<u8> {
        let mut lengths = Vec::new();
        for (nth, packet) in packets.iter().enumerate() {
            lengths.extend(std::iter::repeat_n(255, packet.len() / 255));
            if !(goes_on && nth + 1 == packets.len()) {
                lengths.push(u8::try_from(packet.len() % 255).unwrap());
            }
        }
        let mut page = [CAPTURE, &[0, 0]].concat();
        page.extend(granule.to_le_bytes());
        page.extend([0; 12]);
        page.push(u8::try_from(lengths.len()).unwrap());
        page.extend(lengths);
        page.extend(packets.concat());
        page
    }

    fn packet(data: &[u8], end: Option<i64>) -> Packet {
        Packet {
            data: Bytes::copy_from_slice(data),
            end,
        }
    }

    #[test]
    fn packets_come_out_however_the_bytes_were_cut() {
        let long = [7; 600];
        let stream = [
            page(0, &[b"OpusHead"], false),
            page(960, &[b"one", &[8; 255], &long[..510]], true),
            page(-5, &[&long[510..], b"two"], false),
        ]
        .concat();
        let wanted = [
            packet(b"OpusHead", Some(0)),
            packet(b"one", None),
            packet(&[8; 255], Some(960)),
            packet(&long, None),
            packet(b"two", Some(-5)),
        ];
        for size in [1, 7, 300, stream.len()] {
            let mut reader = Reader::new();
            let pieces = stream.chunks(size);
            let got: Vec<Packet> = pieces
                .flat_map(|piece| reader.feed(piece).unwrap())
                .collect();
            assert_eq!(got, wanted, "in pieces of {size}");
        }
    }

    #[test]
    fn a_packet_that_does_not_end_is_refused() {
        let mut reader = Reader::new();
        let endless = page(0, &[&vec![0; 255 * 255]], true);
        reader.feed(&endless).unwrap();
        assert!(reader.feed(&endless).is_err());
        assert!(Reader::new().feed(b"RIFF").is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_bring_it_down(
            pieces in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..80), 0..20),
        ) {
            let mut reader = Reader::new();
            let mut stream = CAPTURE.to_vec();
            for piece in pieces {
                stream.extend(piece);
                if reader.feed(&stream).is_err() {
                    break;
                }
                stream = CAPTURE.to_vec();
            }
        }
    }
}
