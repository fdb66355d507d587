//! How events lie in a file: frames, each with its length and checksum.
//!
//! ```text
//! frame:  u32 length of body · u32 CRC-32C of body · body
//! body:   u16 partition · u64 first offset · u32 number of events
//!         · i64 latest instant · events
//! event:  i64 instant · u32 length of key (u32::MAX: none) · key
//!         · u32 length of payload · payload
//! ```
//! All numbers are big-endian. A frame of partition 0xFFFF begins each file:
//! its "first offset" is 0 and its events' place is taken by one u64 a
//! partition, the offsets at which the file begins.

use bytes::{Buf, BufMut, Bytes};

use super::Event;

/// Length and checksum.
pub(super) const PREFIX: usize = 8;
/// Partition, first offset, number of events, latest instant.
pub(super) const HEAD: usize = 22;
/// The longest body; what claims to be longer is no frame.
pub(super) const BODY_MAX: usize = 10 << 20;
pub(super) const HEADER_PARTITION: u16 = u16::MAX;
const NO_KEY: u32 = u32::MAX;

/// What stands before the events of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) partition: u16,
    pub(super) first: u64,
    pub(super) count: u32,
    pub(super) latest: i64,
}

impl Head {
    pub(super) fn read(mut bytes: &[u8]) -> Option<Self> {
        (bytes.len() >= HEAD).then(|| Self {
            partition: bytes.get_u16(),
            first: bytes.get_u64(),
            count: bytes.get_u32(),
            latest: bytes.get_i64(),
        })
    }
}

/// Appends an event to the inside of a frame.
pub(super) fn put_event(buffer: &mut Vec<u8>, at: i64, key: Option<&[u8]>, payload: &[u8]) {
    buffer.put_i64(at);
    // Both were checked to be far shorter than 2^32.
    buffer.put_u32(key.map_or(NO_KEY, |key| u32::try_from(key.len()).unwrap_or(0)));
    buffer.put_slice(key.unwrap_or_default());
    buffer.put_u32(u32::try_from(payload.len()).unwrap_or(0));
    buffer.put_slice(payload);
}

/// Appends a whole frame.
pub(super) fn put_frame(buffer: &mut Vec<u8>, head: Head, inside: &[u8]) {
    let at = buffer.len();
    buffer.put_u32(u32::try_from(HEAD + inside.len()).unwrap_or(u32::MAX));
    buffer.put_u32(0);
    buffer.put_u16(head.partition);
    buffer.put_u64(head.first);
    buffer.put_u32(head.count);
    buffer.put_i64(head.latest);
    buffer.put_slice(inside);
    let sum = crc32c(&buffer[at + PREFIX..]);
    buffer[at + 4..at + PREFIX].copy_from_slice(&sum.to_be_bytes());
}

/// Reads the length of a body and its checksum; `None` if it can be no frame.
pub(super) fn prefix(mut bytes: &[u8]) -> Option<(usize, u32)> {
    if bytes.len() < PREFIX {
        return None;
    }
    let (length, sum) = (bytes.get_u32() as usize, bytes.get_u32());
    (HEAD..=BODY_MAX).contains(&length).then_some((length, sum))
}

/// Reads the events of a body that has been checked; `None` if they do not
/// fill it exactly.
pub(super) fn events(mut body: Bytes) -> Option<Vec<Event>> {
    let head = Head::read(&body)?;
    body.advance(HEAD);
    let mut events = Vec::new();
    for n in 0..head.count {
        if body.len() < 12 {
            return None;
        }
        let at = body.get_i64();
        let key = match body.get_u32() {
            NO_KEY => None,
            length => Some(take(&mut body, length)?),
        };
        if body.len() < 4 {
            return None;
        }
        let length = body.get_u32();
        let payload = take(&mut body, length)?;
        events.push(Event {
            partition: head.partition,
            offset: head.first.checked_add(u64::from(n))?,
            key,
            payload,
            at,
        });
    }
    body.is_empty().then_some(events)
}

fn take(body: &mut Bytes, length: u32) -> Option<Bytes> {
    let length = length as usize;
    (body.len() >= length).then(|| body.split_to(length))
}

/// The tables of CRC-32C for eight bytes at a time ("slicing by 8").
static TABLES: [[u32; 256]; 8] = tables();

const fn tables() -> [[u32; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut n: u32 = 0;
    while n < 256 {
        let mut sum = n;
        let mut bit = 0;
        while bit < 8 {
            sum = (sum >> 1) ^ (0x82f6_3b78 & (sum & 1).wrapping_neg());
            bit += 1;
        }
        tables[0][n as usize] = sum;
        n += 1;
    }
    let mut k = 1;
    while k < 8 {
        let mut n = 0;
        while n < 256 {
            let before = tables[k - 1][n];
            tables[k][n] = (before >> 8) ^ tables[0][(before & 0xff) as usize];
            n += 1;
        }
        k += 1;
    }
    tables
}

/// CRC-32C (Castagnoli), RFC 3720 appendix B.4.
pub(super) fn crc32c(bytes: &[u8]) -> u32 {
    let mut sum = !0_u32;
    let (eights, rest) = bytes.as_chunks::<8>();
    for eight in eights {
        let [a, b, c, d] =
            (sum ^ u32::from_le_bytes([eight[0], eight[1], eight[2], eight[3]])).to_le_bytes();
        sum = TABLES[7][usize::from(a)]
            ^ TABLES[6][usize::from(b)]
            ^ TABLES[5][usize::from(c)]
            ^ TABLES[4][usize::from(d)]
            ^ TABLES[3][usize::from(eight[4])]
            ^ TABLES[2][usize::from(eight[5])]
            ^ TABLES[1][usize::from(eight[6])]
            ^ TABLES[0][usize::from(eight[7])];
    }
    for byte in rest {
        sum = (sum >> 8) ^ TABLES[0][usize::from(sum.to_le_bytes()[0] ^ byte)];
    }
    !sum
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn checksums_are_those_of_the_rfc() {
        assert_eq!(crc32c(b"123456789"), 0xe306_9283);
        assert_eq!(crc32c(&[0; 32]), 0x8a91_36aa);
        assert_eq!(crc32c(&[0xff; 32]), 0x62a8_ab43);
    }

    proptest! {
        #[test]
        fn events_come_back_and_mutilated_ones_never_panic(
            list in proptest::collection::vec((any::<i64>(), proptest::option::of(proptest::collection::vec(any::<u8>(), 0..9)), proptest::collection::vec(any::<u8>(), 0..40)), 0..20),
            first in 0..u64::MAX / 2,
            cut in any::<proptest::sample::Index>(),
        ) {
            let mut inside = Vec::new();
            for (at, key, payload) in &list {
                put_event(&mut inside, *at, key.as_deref(), payload);
            }
            let head = Head { partition: 3, first, count: u32::try_from(list.len()).unwrap(), latest: 9 };
            let mut frame = Vec::new();
            put_frame(&mut frame, head, &inside);
            let (length, sum) = prefix(&frame).unwrap();
            let body = Bytes::from(frame.split_off(PREFIX));
            prop_assert_eq!((length, sum), (body.len(), crc32c(&body)));
            prop_assert_eq!(Head::read(&body), Some(head));
            let read = events(body.clone()).unwrap();
            prop_assert_eq!(read.len(), list.len());
            for (n, (event, (at, key, payload))) in read.iter().zip(&list).enumerate() {
                prop_assert_eq!(event.offset, first + n as u64);
                prop_assert_eq!((event.at, event.key.as_deref(), &event.payload[..]), (*at, key.as_deref(), &payload[..]));
            }
            let cut = cut.index(body.len());
            prop_assert!(events(body.slice(..cut)).is_none());
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prefix(&bytes);
            events(Bytes::from(bytes));
        }
    }
}
