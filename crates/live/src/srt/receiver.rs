//! The receiving side of an SRT connection (draft-sharabayko-srt-01 §4.8 to §4.10): puts packets
//! into order, asks for those that are missing, and gives up those that come too late.
//!
//! It knows no clock and no socket: time since the connection began goes in, packets go in and
//! out. What is in order is given at once; a gap is waited for as long as the latency allows.
//!
//! The engines of `srt-runtime` are not used for that: its receiver cannot be told to give a
//! packet up, and its sockets say neither the stream identifier nor speak in secret.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use srt_runtime::Result;
use srt_runtime::arq::RttEstimator;
use srt_runtime::packet::nak::build_loss_list;
use srt_runtime::packet::{
    AckCif, AckPacket, ControlPacket, KeepAlivePacket, LossListEntry, NakPacket,
};

/// The numbers of packets have 31 bits.
pub(super) const NUMBERS: u32 = 0x7fff_ffff;
/// How many packets may be on their way, or wait: some twelve megabytes.
pub(super) const WINDOW: u32 = 8192;
/// How often it is acknowledged what has come.
const ACK_EVERY: Duration = Duration::from_millis(10);
/// The least time after which what is missing is asked for again.
const NAK_EVERY: Duration = Duration::from_millis(20);
/// How often a peer that has nothing to send is told that somebody is here.
const ALIVE_EVERY: Duration = Duration::from_secs(1);
/// Acknowledgements whose own acknowledgement is awaited.
const ACKS_KEPT: usize = 64;
/// Missing packets that are named in one message: it has to fit into a datagram.
const LOSSES: usize = 150;

/// The place of a packet.
#[derive(Debug)]
enum Slot {
    /// It has not come.
    Missing,
    /// It will not come.
    GivenUp,
    /// It came then.
    Here(Bytes, Duration),
}

/// What a receiver gives.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// The next packet, as it was taken in.
    Packet(Bytes),
    /// So many are missing here.
    Lost(usize),
}

/// The receiving side of a connection.
#[derive(Debug)]
pub(super) struct Receiver {
    peer: u32,
    latency: Duration,
    /// The number of the first slot: the first that has not been given.
    next: u32,
    slots: VecDeque<Slot>,
    rtt: RttEstimator,
    acks: VecDeque<(u32, Duration)>,
    ack_number: u32,
    /// Up to where it was acknowledged, and whether the peer knows.
    acked: u32,
    ack_is_known: bool,
    ack_at: Duration,
    nak_at: Duration,
    alive_at: Duration,
}

impl Receiver {
    /// For the connection to the socket `peer`, whose first packet has the number `first`.
    pub(super) fn new(peer: u32, first: u32, latency: Duration) -> Self {
        Self {
            peer,
            latency,
            next: first & NUMBERS,
            slots: VecDeque::new(),
            rtt: RttEstimator::new(),
            acks: VecDeque::new(),
            ack_number: 0,
            acked: first & NUMBERS,
            ack_is_known: true,
            ack_at: Duration::ZERO,
            nak_at: Duration::ZERO,
            alive_at: Duration::ZERO,
        }
    }

    /// How far a packet is ahead of the next one; none if it is behind it, or too far ahead.
    fn place(&self, number: u32) -> Option<usize> {
        let ahead = number.wrapping_sub(self.next) & NUMBERS;
        usize::try_from(ahead).ok().filter(|_| ahead < WINDOW)
    }

    /// Takes in the packet of this number. Gives what is to be sent at once: a note of those that
    /// are missing before it.
    pub(super) fn data(&mut self, number: u32, packet: Bytes, now: Duration) -> Option<Vec<u8>> {
        let place = self.place(number)?;
        let known = self.slots.len();
        while self.slots.len() <= place {
            self.slots.push_back(Slot::Missing);
        }
        if let Some(slot @ Slot::Missing) = self.slots.get_mut(place) {
            *slot = Slot::Here(packet, now);
        }
        if place <= known {
            return None;
        }
        self.nak_at = now;
        self.missing(known, place, now)
    }

    /// The peer does not send these any more.
    pub(super) fn dropped(&mut self, first: u32, last: u32) {
        let count = last.wrapping_sub(first) & NUMBERS;
        for number in (0..=count.min(WINDOW)).map(|n| first.wrapping_add(n) & NUMBERS) {
            let Some(place) = self.place(number) else {
                continue;
            };
            while self.slots.len() <= place {
                self.slots.push_back(Slot::Missing);
            }
            if let Some(slot @ Slot::Missing) = self.slots.get_mut(place) {
                *slot = Slot::GivenUp;
            }
        }
    }

    /// The peer has got the acknowledgement of this number.
    pub(super) fn acknowledged(&mut self, number: u32, now: Duration) {
        let Some(at) = self.acks.iter().position(|(other, _)| *other == number) else {
            return;
        };
        if let Some((_, sent)) = self.acks.drain(..=at).next_back() {
            self.rtt.update(now.saturating_sub(sent));
        }
        self.ack_is_known |= number == self.ack_number;
    }

    /// What comes next: a packet, or that some are given up.
    pub(super) fn give(&mut self, now: Duration) -> Option<Given> {
        if let Some(Slot::Here(..)) = self.slots.front()
            && let Some(Slot::Here(packet, _)) = self.slots.pop_front()
        {
            self.next = self.next.wrapping_add(1) & NUMBERS;
            return Some(Given::Packet(packet));
        }
        // What came behind a gap waits no longer than the latency for it.
        let late = |slot: &Slot| matches!(slot, Slot::Here(_, came) if now.saturating_sub(*came) >= self.latency);
        let all = self.slots.iter().any(late);
        let those = self.slots.iter().take_while(|slot| match slot {
            Slot::Missing => all,
            Slot::GivenUp => true,
            Slot::Here(..) => false,
        });
        let lost = those.count();
        if lost == 0 {
            return None;
        }
        self.slots.drain(..lost);
        let count = u32::try_from(lost).unwrap_or(0);
        self.next = self.next.wrapping_add(count) & NUMBERS;
        Some(Given::Lost(lost))
    }

    /// What is to be sent now.
    pub(super) fn tick(&mut self, now: Duration) -> Vec<Vec<u8>> {
        let mut out = Vec::new();
        let again = self.rtt.rtt() + self.rtt.rtt_var() * 4;
        let since = now.saturating_sub(self.ack_at);
        let news = self.next != self.acked && since >= ACK_EVERY;
        if news || (!self.ack_is_known && since >= again) {
            out.extend(self.ack(now));
        }
        let interval = (again / 2).max(NAK_EVERY);
        if now.saturating_sub(self.nak_at) >= interval {
            self.nak_at = now;
            out.extend(self.missing(0, self.slots.len(), now));
        }
        if now.saturating_sub(self.alive_at) >= ALIVE_EVERY {
            self.alive_at = now;
            out.extend(bytes(&ControlPacket::KeepAlive(KeepAlivePacket {
                timestamp: stamp(now),
                dest_socket_id: self.peer,
                libsrt_pad: true,
            })));
        }
        out
    }

    fn ack(&mut self, now: Duration) -> Option<Vec<u8>> {
        self.ack_number = self.ack_number.wrapping_add(1);
        self.acked = self.next;
        self.ack_is_known = false;
        self.ack_at = now;
        self.alive_at = now;
        if self.acks.len() == ACKS_KEPT {
            self.acks.pop_front();
        }
        self.acks.push_back((self.ack_number, now));
        let waiting = u32::try_from(self.slots.len()).unwrap_or(WINDOW);
        bytes(&ControlPacket::Ack(AckPacket {
            ack_number: self.ack_number,
            timestamp: stamp(now),
            dest_socket_id: self.peer,
            cif: AckCif::Full {
                last_ack_seq: self.next,
                rtt_us: self.rtt.rtt_us(),
                rtt_var_us: self.rtt.rtt_var_us(),
                avail_buf_size: WINDOW.saturating_sub(waiting).max(2),
                pkt_recv_rate: 0,
                est_link_capacity: 0,
                recv_rate_bps: 0,
            },
        }))
    }

    /// A note of those that are missing between these places; none if none are.
    fn missing(&self, from: usize, to: usize, now: Duration) -> Option<Vec<u8>> {
        let mut entries: Vec<LossListEntry> = Vec::new();
        let mut open: Option<(u32, u32)> = None;
        let entry = |(first, last)| {
            if first == last {
                LossListEntry::Single(first)
            } else {
                LossListEntry::Range(first, last)
            }
        };
        let those = self.slots.iter().enumerate().take(to).skip(from);
        for (place, _) in those.filter(|(_, slot)| matches!(slot, Slot::Missing)) {
            let number = self.next.wrapping_add(u32::try_from(place).unwrap_or(0)) & NUMBERS;
            open = match open {
                Some((first, last)) if last.wrapping_add(1) & NUMBERS == number => {
                    Some((first, number))
                }
                before => {
                    entries.extend(before.map(entry));
                    Some((number, number))
                }
            };
            if entries.len() == LOSSES {
                break;
            }
        }
        entries.extend(open.map(entry));
        if entries.is_empty() {
            return None;
        }
        let list = build_loss_list(&entries).ok()?;
        bytes(&ControlPacket::Nak(NakPacket {
            timestamp: stamp(now),
            dest_socket_id: self.peer,
            raw_loss_list: &list,
        }))
    }
}

/// A moment of the connection as packets bear it: in microseconds, wrapping.
#[expect(clippy::cast_possible_truncation, reason = "it wraps (§3)")]
pub(super) fn stamp(now: Duration) -> u32 {
    now.as_micros() as u32
}

/// A packet as it goes over the wire.
pub(super) fn bytes(packet: &ControlPacket<'_>) -> Option<Vec<u8>> {
    let write = || -> Result<Vec<u8>> {
        let mut bytes = vec![0; packet.serialized_len()];
        packet.serialize_into(&mut bytes)?;
        Ok(bytes)
    };
    // All that is sent from here fits.
    write().ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    const LATENCY: Duration = Duration::from_millis(120);

    fn packet(n: u32) -> Bytes {
        Bytes::copy_from_slice(&n.to_be_bytes())
    }

    fn given(receiver: &mut Receiver, now: Duration) -> Vec<Given> {
        std::iter::from_fn(|| receiver.give(now)).collect()
    }

    fn asked(bytes: &[u8]) -> Vec<LossListEntry> {
        match ControlPacket::parse(bytes).unwrap() {
            ControlPacket::Nak(nak) => nak.entries().map(std::result::Result::unwrap).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_missing_is_asked_for_and_waited_for_and_given_up() {
        let ms = Duration::from_millis;
        // Over the end of the numbers.
        let first = NUMBERS - 1;
        let mut receiver = Receiver::new(7, first, LATENCY);
        assert!(receiver.data(first, packet(0), ms(0)).is_none());
        let nak = receiver.data(2, packet(4), ms(1)).unwrap();
        assert_eq!(asked(&nak), [LossListEntry::Range(NUMBERS, 1)]);
        assert_eq!(given(&mut receiver, ms(1)), [Given::Packet(packet(0))]);
        assert!(receiver.data(0, packet(2), ms(5)).is_none());
        assert!(receiver.tick(ms(9)).is_empty());
        // It is asked again for what has not come, and told what has.
        let sent = receiver.tick(ms(400));
        assert_eq!(
            asked(&sent[1]),
            [LossListEntry::Single(NUMBERS), LossListEntry::Single(1)]
        );
        let Ok(ControlPacket::Ack(ack)) = ControlPacket::parse(&sent[0]) else {
            panic!("{sent:?}");
        };
        assert!(matches!(
            ack.cif,
            AckCif::Full {
                last_ack_seq: NUMBERS,
                ..
            }
        ));
        receiver.acknowledged(ack.ack_number, ms(410));
        // One comes late, one not at all.
        assert!(receiver.data(NUMBERS, packet(1), ms(110)).is_none());
        let now = given(&mut receiver, ms(110));
        assert_eq!(now, [Given::Packet(packet(1)), Given::Packet(packet(2))]);
        assert_eq!(given(&mut receiver, ms(120)), []);
        let now = given(&mut receiver, ms(121));
        assert_eq!(now, [Given::Lost(1), Given::Packet(packet(4))]);
        // What is behind is not wanted any more.
        assert!(receiver.data(1, packet(3), ms(122)).is_none());
        assert_eq!(given(&mut receiver, ms(500)), []);
        // What the peer does not send any more is not waited for.
        receiver.data(6, packet(8), ms(600)).unwrap();
        receiver.dropped(3, 5);
        let now = given(&mut receiver, ms(600));
        assert_eq!(now, [Given::Lost(3), Given::Packet(packet(8))]);
    }

    #[test]
    fn nothing_far_away_is_believed() {
        let mut receiver = Receiver::new(7, 10, LATENCY);
        for number in [9, 10 + WINDOW, NUMBERS, 1 << 30] {
            assert!(receiver.data(number, packet(1), Duration::ZERO).is_none());
        }
        assert!(receiver.slots.is_empty());
        receiver
            .data(9 + WINDOW, packet(1), Duration::ZERO)
            .unwrap();
        receiver.dropped(0, NUMBERS);
        assert!(receiver.slots.len() <= WINDOW as usize);
    }

    proptest! {
        /// Whatever the network does, packets come out in order, and none twice.
        #[test]
        fn they_come_out_in_order(
            events in prop::collection::vec((0u32..200, 0u64..40), 0..400),
            first in prop::sample::select(vec![0, 5, NUMBERS - 50]),
        ) {
            let mut receiver = Receiver::new(1, first, LATENCY);
            let mut now = Duration::ZERO;
            let (mut sent, mut got, mut at) = (BTreeSet::new(), Vec::new(), 0u32);
            let mut lost = 0;
            for (n, ms) in events {
                now += Duration::from_millis(ms);
                let number = first.wrapping_add(n) & NUMBERS;
                sent.insert(n);
                receiver.data(number, packet(n), now);
                receiver.tick(now);
                while let Some(given) = receiver.give(now) {
                    match given {
                        Given::Packet(bytes) => {
                            prop_assert_eq!(bytes, packet(at));
                            got.push(at);
                            at += 1;
                        }
                        Given::Lost(count) => {
                            lost += count;
                            at += u32::try_from(count).unwrap();
                        }
                    }
                }
            }
            prop_assert!(got.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(got.iter().all(|n| sent.contains(n)));
            prop_assert_eq!(got.len() + lost, at as usize);
        }
    }
}
