//! SRT: what encoders publish with over networks that lose packets (draft-sharabayko-srt-01, its
//! handshake of version 5, with callers only).
//!
//! One socket serves all. Whoever says hello is asked to come back with a cookie, and nothing is
//! kept of them; whoever does has to show a key that the [`Desk`](crate::desk::Desk) knows. Only
//! then are there a task and a window of packets. What comes is an MPEG transport stream.

mod hello;
mod receiver;
mod secret;
mod session;
mod stream_id;
#[cfg(test)]
mod tests;
mod veil;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::task::{Id, JoinSet};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use crate::broadcast::{Broadcasts, Feed};
use crate::desk::{Admitted, Refused};
use crate::door::{Door, Place};
use hello::{Concluded, Guest, Hello, Porter, Refusal};
use receiver::Receiver;
use secret::Keys;
use session::{Line, Session, latency};
use stream_id::Wish;
pub(crate) use veil::{Call, NoCall, Passphrase, call};

/// How long connections may take to end when the server stops.
const LAST_WORDS: Duration = Duration::from_secs(5);
/// The longest packet that is taken.
const MAX_PACKET: usize = 2048;
/// Packets that may wait for a connection's task; what does not fit is asked for again.
const QUEUE: usize = 1024;
/// Where a packet says which socket it is for (§3).
const SOCKET_AT: std::ops::Range<usize> = 12..16;

/// What is allowed of those who connect.
#[derive(Clone, PartialEq, Eq)]
pub struct SrtOptions {
    /// Connections at once.
    pub connections: usize,
    /// Connections at once from one address.
    pub per_address: usize,
    /// How long a publisher may be silent.
    pub idle: Duration,
    /// How long a refusal takes: whoever tries keys has to wait.
    pub refusal: Duration,
    /// The most bits a second, over ten seconds.
    pub max_bps: u64,
    /// What encoders have to know beside their key: then all that they send is encrypted.
    pub passphrase: Option<String>,
}

impl Default for SrtOptions {
    fn default() -> Self {
        Self {
            connections: 1000,
            per_address: 50,
            idle: Duration::from_secs(10),
            refusal: Duration::from_secs(1),
            max_bps: 100_000_000,
            passphrase: None,
        }
    }
}

/// Somebody who has come back with their cookie, as told from others: where they are, and the
/// number of their socket.
type Who = (SocketAddr, u32);

/// Somebody who was let in.
struct Inside {
    who: Who,
    /// The number of our socket for them.
    own: u32,
    /// To their task.
    packets: mpsc::Sender<Bytes>,
}

/// Takes in broadcasts until `stop`, and then lets go of all who publish.
pub async fn serve(
    socket: UdpSocket,
    broadcasts: Arc<Broadcasts>,
    options: SrtOptions,
    stop: CancellationToken,
) {
    let server = Server {
        socket: Arc::new(socket),
        broadcasts,
        door: Door::new(options.connections, options.per_address),
        porter: Arc::new(Porter::new(options.passphrase.clone())),
        options: Arc::new(options),
        stop,
    };
    server.run().await;
}

struct Server {
    socket: Arc<UdpSocket>,
    broadcasts: Arc<Broadcasts>,
    door: Door,
    porter: Arc<Porter>,
    options: Arc<SrtOptions>,
    stop: CancellationToken,
}

impl Server {
    async fn run(self) {
        let mut guests = Guests::default();
        let mut peers = JoinSet::new();
        // As many as there are places.
        let (let_in, mut inside) = mpsc::channel::<Inside>(self.options.connections.max(1));
        let mut buffer = vec![0; MAX_PACKET];
        loop {
            let received = tokio::select! {
                () = self.stop.cancelled() => break,
                Some(ended) = peers.join_next_with_id() => {
                    guests.leave(ended.map_or_else(|error| error.id(), |(id, ())| id));
                    continue;
                }
                Some(inside) = inside.recv() => {
                    guests.let_in(inside);
                    continue;
                }
                received = self.socket.recv_from(&mut buffer) => received,
            };
            let (len, from) = match received {
                Ok(received) => received,
                Err(error) => {
                    // Such as somebody's port that is closed: it concerns nobody else.
                    tracing::debug!(%error, "a packet was not received");
                    continue;
                }
            };
            let packet = &buffer[..len];
            let Some(Ok(number)) = packet.get(SOCKET_AT).map(<[u8; 4]>::try_from) else {
                continue;
            };
            match u32::from_be_bytes(number) {
                0 => match self.porter.hear(packet, from) {
                    Hello::Nothing => {}
                    Hello::Say(answer) => drop(self.socket.send_to(&answer, from).await),
                    Hello::Back(number) => {
                        let who = (from, number);
                        if guests.greet(who, packet) {
                            continue;
                        }
                        let Some(place) = self.door.enter(from.ip()) else {
                            tracing::debug!(%from, "too many encoders are connected");
                            continue;
                        };
                        let entrance = Entrance {
                            server: self.share(&let_in),
                            who,
                            place,
                        };
                        let packet = Bytes::copy_from_slice(packet);
                        let task = peers.spawn(entrance.serve(packet));
                        guests.come(who, task.id());
                    }
                },
                own => guests.pass(own, from, packet),
            }
        }
        let done = async { while peers.join_next().await.is_some() {} };
        if timeout(LAST_WORDS, done).await.is_err() {
            tracing::warn!("an encoder's connection did not end in time");
        }
    }

    fn share(&self, let_in: &mpsc::Sender<Inside>) -> Shared {
        Shared {
            socket: self.socket.clone(),
            broadcasts: self.broadcasts.clone(),
            porter: self.porter.clone(),
            options: self.options.clone(),
            stop: self.stop.clone(),
            let_in: let_in.clone(),
        }
    }
}

/// Those who have come back with their cookie.
#[derive(Default)]
struct Guests {
    /// By who they are: the number of our socket for them, once they are let in.
    known: HashMap<Who, Option<u32>>,
    /// By that number.
    lines: HashMap<u32, (SocketAddr, mpsc::Sender<Bytes>)>,
    tasks: HashMap<Id, Who>,
}

impl Guests {
    /// Somebody new is looked after by this task.
    fn come(&mut self, who: Who, task: Id) {
        self.known.insert(who, None);
        self.tasks.insert(task, who);
    }

    /// Whether somebody is known already. If they were let in, their welcome was lost.
    fn greet(&self, who: Who, packet: &[u8]) -> bool {
        match self.known.get(&who) {
            None => false,
            Some(None) => true,
            Some(Some(own)) => {
                self.pass(*own, who.0, packet);
                true
            }
        }
    }

    fn let_in(&mut self, inside: Inside) {
        let Inside { who, own, packets } = inside;
        if let Some(known) = self.known.get_mut(&who)
            && !self.lines.contains_key(&own)
        {
            *known = Some(own);
            self.lines.insert(own, (who.0, packets));
        }
    }

    /// Passes a packet on to whom it is for.
    fn pass(&self, own: u32, from: SocketAddr, packet: &[u8]) {
        if let Some((peer, packets)) = self.lines.get(&own)
            && *peer == from
        {
            // A task that does not keep up asks for it again.
            let _ = packets.try_send(Bytes::copy_from_slice(packet));
        }
    }

    /// A task has ended.
    fn leave(&mut self, task: Id) {
        let who = self.tasks.remove(&task);
        if let Some(Some(own)) = who.and_then(|who| self.known.remove(&who)) {
            self.lines.remove(&own);
        }
    }
}

/// What the tasks of encoders share.
struct Shared {
    socket: Arc<UdpSocket>,
    broadcasts: Arc<Broadcasts>,
    porter: Arc<Porter>,
    options: Arc<SrtOptions>,
    stop: CancellationToken,
    let_in: mpsc::Sender<Inside>,
}

/// The task of one encoder.
struct Entrance {
    server: Shared,
    who: Who,
    place: Place,
}

impl Entrance {
    /// Serves somebody who came back with this packet.
    async fn serve(self, packet: Bytes) {
        let began = Instant::now();
        let (peer, _) = self.who;
        let stop = self.server.stop.clone();
        let admitted = tokio::select! {
            admitted = self.admit(&packet) => admitted,
            () = stop.cancelled() => return,
        };
        let (guest, admitted) = match admitted {
            Ok(admitted) => admitted,
            Err(answer) => {
                tokio::select! {
                    () = tokio::time::sleep(self.server.options.refusal) => {}
                    () = stop.cancelled() => {}
                }
                if let Some(answer) = answer {
                    let _ = self.server.socket.send_to(&answer, peer).await;
                }
                return;
            }
        };
        tracing::info!(stream = admitted.stream_id, %peer, protocol = "srt", "an encoder is there");
        let Self {
            server,
            who,
            place: _place,
        } = self;
        let agreed = &guest.agreed;
        let (packets, received) = mpsc::channel(QUEUE);
        let own = agreed.own_socket_id;
        let inside = Inside { who, own, packets };
        if server.let_in.send(inside).await.is_err() {
            return;
        }
        let wait = latency(agreed.latency_ms);
        let session = Session {
            receiver: Receiver::new(agreed.peer_socket_id, guest.first, wait),
            keys: Keys::new(server.options.passphrase.as_deref(), agreed),
            feed: Feed::new(server.broadcasts.publish(admitted, "srt")),
            line: Line {
                socket: server.socket,
                peer,
                number: agreed.peer_socket_id,
                began,
                welcome: guest.welcome,
            },
        };
        session.line.welcome().await;
        let served = session.run(received, &server.options, &server.stop).await;
        if let Err(error) = served {
            tracing::debug!(%peer, %error, "an encoder was let go");
        }
    }

    /// Whether they may publish. If not, gives what they are told.
    async fn admit(&self, packet: &[u8]) -> Result<(Box<Guest>, Admitted), Option<Vec<u8>>> {
        let (peer, _) = self.who;
        let guest = match self.server.porter.conclude(packet) {
            Some(Concluded::Guest(guest)) => guest,
            Some(Concluded::Refused(answer)) => {
                tracing::info!(%peer, "an encoder was refused: their passphrases differ, or it cannot be understood");
                return Err(Some(answer));
            }
            None => return Err(None),
        };
        match self.judge(&guest).await {
            Ok(admitted) => Ok((guest, admitted)),
            Err(why) => {
                tracing::info!(%peer, ?why, "an encoder was refused");
                Err(guest.refusal(why))
            }
        }
    }

    async fn judge(&self, guest: &Guest) -> Result<Admitted, Refusal> {
        let stream_id = guest.agreed.stream_id.as_deref().unwrap_or_default();
        let key = match stream_id::read(stream_id) {
            Wish::Publish(key) => key,
            Wish::Other => return Err(Refusal::BadMode),
            Wish::Nothing => return Err(Refusal::BadRequest),
        };
        let broadcasts = &self.server.broadcasts;
        let admitted = broadcasts.admit(key, self.who.0.ip()).await;
        admitted.map_err(|refused| match refused {
            Refused::UnknownKey => Refusal::Unauthorized,
            Refused::NotAllowed(_) => Refusal::Forbidden,
            Refused::Busy => Refusal::Unavailable,
        })
    }
}
