//! Who is connected, and which packet is whose.
//!
//! A peer says in each STUN request whom it means (RFC 8445 §7.1.1); everything else is known by
//! where it comes from. A place belongs to a session from when ICE has shown that its peer is
//! there until the session ends: no other session gets it meanwhile, whatever is sent from there.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;
use str0m::net::Protocol;
use tokio::sync::{mpsc, oneshot};

use super::Kind;
use super::stage::Wish;

/// Packets that may wait for a session's task; what does not fit is asked for again.
const QUEUE: usize = 1024;
/// Requests that may wait for it.
const CALLS: usize = 8;
/// From so many places a session is heard.
const PLACES: usize = 8;
/// STUN (RFC 8489 §5): a binding request, the cookie, and the attribute that names whom it is for.
const BINDING_REQUEST: [u8; 2] = [0, 1];
const COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const USERNAME: [u8; 2] = [0, 6];
const STUN_HEAD: usize = 20;

/// Where a packet comes from, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Origin {
    pub(super) protocol: Protocol,
    pub(super) at: SocketAddr,
}

/// A packet, and where it comes from.
pub(super) type Packet = (Origin, Bytes);

/// What is asked of a session. Whoever asks is answered when it is done.
pub(super) enum Call {
    /// It ends here.
    End(oneshot::Sender<()>),
    /// It goes on as another offer says.
    Negotiate(Box<Wish>),
}

/// A session as others see it.
struct Entry {
    id: String,
    kind: Kind,
    ufrag: String,
    packets: mpsc::Sender<Packet>,
    calls: mpsc::Sender<Call>,
    places: Vec<Origin>,
}

#[derive(Default)]
struct Known {
    next: u64,
    sessions: HashMap<u64, Entry>,
    by_id: HashMap<String, u64>,
    by_ufrag: HashMap<String, u64>,
    by_place: HashMap<Origin, u64>,
}

/// Who is connected.
#[derive(Clone, Default)]
pub(super) struct Registry(Arc<Mutex<Known>>);

/// A session's own end. Dropped, nobody knows the session any more.
pub(super) struct Line {
    registry: Registry,
    number: u64,
    id: String,
    pub(super) packets: mpsc::Receiver<Packet>,
    pub(super) calls: mpsc::Receiver<Call>,
}

impl Registry {
    /// A new session.
    pub(super) fn enter(&self, id: &str, kind: Kind, ufrag: &str) -> Line {
        let (packets, received) = mpsc::channel(QUEUE);
        let (calls, called) = mpsc::channel(CALLS);
        let mut known = self.0.lock();
        known.next += 1;
        let number = known.next;
        let entry = Entry {
            id: id.to_owned(),
            kind,
            ufrag: ufrag.to_owned(),
            packets,
            calls,
            places: Vec::new(),
        };
        known.sessions.insert(number, entry);
        known.by_id.insert(id.to_owned(), number);
        known.by_ufrag.insert(ufrag.to_owned(), number);
        Line {
            registry: self.clone(),
            number,
            id: id.to_owned(),
            packets: received,
            calls: called,
        }
    }

    /// Passes a packet on to whom it is for. Gives whether there is somebody.
    pub(super) fn pass(&self, from: Origin, packet: &[u8]) -> bool {
        let known = self.0.lock();
        let number = match meant(packet) {
            Some(ufrag) => known.by_ufrag.get(ufrag),
            None => known.by_place.get(&from),
        };
        let Some(entry) = number.and_then(|number| known.sessions.get(number)) else {
            return false;
        };
        // A task that does not keep up asks for it again.
        let _ = entry
            .packets
            .try_send((from, Bytes::copy_from_slice(packet)));
        true
    }

    /// Asks something of a session of this kind. Gives whether there is one.
    pub(super) fn call(&self, kind: Kind, id: &str, call: Call) -> bool {
        self.find(kind, id)
            // One that is called so often ends anyway.
            .is_some_and(|calls| calls.try_send(call).is_ok())
    }

    /// Whether there is such a session.
    pub(super) fn knows(&self, kind: Kind, id: &str) -> bool {
        self.find(kind, id).is_some()
    }

    fn find(&self, kind: Kind, id: &str) -> Option<mpsc::Sender<Call>> {
        let known = self.0.lock();
        let number = known.by_id.get(id)?;
        let entry = known.sessions.get(number)?;
        (entry.kind == kind).then(|| entry.calls.clone())
    }
}

impl Line {
    /// What the session is called.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The peer is there: what comes from there is this session's.
    pub(super) fn claim(&self, place: Origin) {
        let mut known = self.registry.0.lock();
        if known.by_place.contains_key(&place) {
            return;
        }
        let Some(entry) = known.sessions.get_mut(&self.number) else {
            return;
        };
        let oldest = (entry.places.len() == PLACES).then(|| entry.places.remove(0));
        entry.places.push(place);
        if let Some(oldest) = oldest {
            known.by_place.remove(&oldest);
        }
        known.by_place.insert(place, self.number);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let mut known = self.registry.0.lock();
        if let Some(entry) = known.sessions.remove(&self.number) {
            known.by_id.remove(&entry.id);
            known.by_ufrag.remove(&entry.ufrag);
            for place in entry.places {
                known.by_place.remove(&place);
            }
        }
    }
}

/// Whom a binding request is for: the first half of its user name is ours.
fn meant(packet: &[u8]) -> Option<&str> {
    if packet.get(..2)? != BINDING_REQUEST || packet.get(4..8)? != COOKIE {
        return None;
    }
    let mut rest = packet.get(STUN_HEAD..)?;
    loop {
        let (kind, after) = rest.split_first_chunk::<2>()?;
        let (len, after) = after.split_first_chunk::<2>()?;
        let len = usize::from(u16::from_be_bytes(*len));
        let value = after.get(..len)?;
        if *kind == USERNAME {
            let (ours, _) = std::str::from_utf8(value).ok()?.split_once(':')?;
            return Some(ours);
        }
        // Values are filled up to four bytes (§14).
        rest = after.get(len.next_multiple_of(4)..)?;
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn request(user: &str) -> Vec<u8> {
        let mut packet = vec![0, 1, 0, 0];
        packet.extend(COOKIE);
        packet.extend([7; 12]);
        // Something else before it, filled up.
        packet.extend([0x80, 0x22, 0, 1, b'x', 0, 0, 0]);
        packet.extend([0, 6, 0, u8::try_from(user.len()).unwrap()]);
        packet.extend(user.as_bytes());
        packet.resize(packet.len().next_multiple_of(4), 0);
        packet
    }

    fn udp(at: &str) -> Origin {
        Origin {
            protocol: Protocol::Udp,
            at: at.parse().unwrap(),
        }
    }

    #[tokio::test]
    async fn packets_reach_whom_they_are_for() {
        let registry = Registry::default();
        let [here, there] = ["192.0.2.1:1", "192.0.2.2:2"].map(udp);
        // The same address, but another way.
        let other_way = Origin {
            protocol: Protocol::Tcp,
            ..here
        };
        let mut one = registry.enter("id-1", Kind::Publish, "aaaa");
        let mut two = registry.enter("id-2", Kind::Watch, "bbbb");
        registry.pass(here, &request("aaaa:peer"));
        assert_eq!(one.packets.recv().await.unwrap().0, here);
        // Nobody's, before ICE has shown who is there.
        registry.pass(here, &[0x80; 20]);
        assert!(one.packets.try_recv().is_err());
        one.claim(here);
        two.claim(here);
        two.claim(there);
        assert!(registry.pass(here, &[0x80; 20]));
        assert!(registry.pass(there, &[0x80; 20]));
        assert!(!registry.pass(other_way, &[0x80; 20]));
        assert_eq!(one.packets.recv().await.unwrap().0, here);
        assert_eq!(two.packets.recv().await.unwrap().0, there);
        // A session ends, and leaves nothing.
        assert!(registry.knows(Kind::Publish, "id-1"));
        assert!(!registry.knows(Kind::Watch, "id-1"));
        drop(one);
        assert!(!registry.knows(Kind::Publish, "id-1"));
        drop(two);
        let known = registry.0.lock();
        assert!(known.by_id.is_empty() && known.by_ufrag.is_empty());
        assert!(known.by_place.is_empty() && known.sessions.is_empty());
    }

    #[tokio::test]
    async fn a_session_is_heard_from_a_few_places_and_its_queue_is_bounded() {
        let registry = Registry::default();
        let mut line = registry.enter("id", Kind::Watch, "cccc");
        for port in 1..=100 {
            line.claim(udp(&format!("192.0.2.9:{port}")));
        }
        assert_eq!(registry.0.lock().by_place.len(), PLACES);
        let newest = udp("192.0.2.9:100");
        for _ in 0..QUEUE * 2 {
            registry.pass(newest, &[0x80; 20]);
        }
        let mut count = 0;
        while line.packets.try_recv().is_ok() {
            count += 1;
        }
        assert_eq!(count, QUEUE);
    }

    proptest! {
        #[test]
        fn whatever_comes_is_nobodys(bytes: Vec<u8>, len: u8) {
            let _ = meant(&bytes);
            let mut request = request("aaaa:b");
            request[23] = len;
            request.extend(bytes);
            let _ = meant(&request);
        }
    }
}
