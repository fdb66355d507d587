//! One connection of an SRT encoder, from when it is let in.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use matinee_media::ts::Demuxer;
use srt_runtime::SrtPacket;
use srt_runtime::packet::handshake::{EXT_TYPE_KMREQ, EXT_TYPE_KMRSP};
use srt_runtime::packet::{
    ControlPacket, DataPacket, EncryptionKeyField, ShutdownPacket, UserDefinedPacket,
};
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::SrtOptions;
use super::receiver::{Given, Receiver, bytes, stamp};
use super::secret::Keys;
use crate::LiveError;
use crate::broadcast::Feed;

/// How often a connection is looked after.
const TICK: Duration = Duration::from_millis(10);
/// Over how long the bits are counted.
const SPAN: Duration = Duration::from_secs(10);
/// The longest time that is waited for what is missing, whatever the peer wants.
const LATENCY_MAX: Duration = Duration::from_secs(8);

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
pub(super) enum Ended {
    /// Nothing more is wanted of it.
    #[error(transparent)]
    Live(#[from] LiveError),
    /// Nothing has come.
    #[error("it was silent for too long")]
    Silent,
    /// It sends more than anybody may.
    #[error("it sends too much")]
    TooMuch,
}

/// Whom a connection is with, and by what.
pub(super) struct Line {
    pub(super) socket: Arc<UdpSocket>,
    pub(super) peer: SocketAddr,
    /// The number of the peer's socket.
    pub(super) number: u32,
    pub(super) began: Instant,
    /// What is said when the welcome has been lost.
    pub(super) welcome: Vec<u8>,
}

impl Line {
    fn now(&self) -> Duration {
        self.began.elapsed()
    }

    async fn say(&self, bytes: &[u8]) {
        // What is lost here is lost as on the way.
        let _ = self.socket.send_to(bytes, self.peer).await;
    }

    /// Lets them in.
    pub(super) async fn welcome(&self) {
        self.say(&self.welcome).await;
    }

    async fn bye(&self) {
        let bye = ControlPacket::Shutdown(ShutdownPacket {
            timestamp: stamp(self.now()),
            dest_socket_id: self.number,
            libsrt_pad: true,
        });
        if let Some(bye) = bytes(&bye) {
            self.say(&bye).await;
        }
    }
}

/// An encoder's connection.
pub(super) struct Session {
    pub(super) line: Line,
    pub(super) receiver: Receiver,
    pub(super) keys: Option<Keys>,
    pub(super) feed: Feed,
}

/// How long missing packets are waited for.
pub(super) fn latency(agreed_ms: u16) -> Duration {
    Duration::from_millis(agreed_ms.into()).min(LATENCY_MAX)
}

/// What a packet from the peer means to the connection.
enum Heard {
    Nothing,
    /// It ends here.
    Bye,
}

impl Session {
    /// Takes in what comes, until the peer ends or has to.
    pub(super) async fn run(
        mut self,
        mut packets: mpsc::Receiver<Bytes>,
        options: &SrtOptions,
        stop: &CancellationToken,
    ) -> Result<(), Ended> {
        let outcome = tokio::select! {
            outcome = self.receive(&mut packets, options) => outcome,
            () = stop.cancelled() => Ok(false),
        };
        self.line.bye().await;
        if matches!(outcome, Ok(true)) {
            self.feed.end().await;
        } else {
            self.feed.vanish().await;
        }
        outcome.map(drop)
    }

    /// Gives whether the encoder said that it ends.
    async fn receive(
        &mut self,
        packets: &mut mpsc::Receiver<Bytes>,
        options: &SrtOptions,
    ) -> Result<bool, Ended> {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut demuxer = Demuxer::new();
        let most = options.max_bps / 8 * SPAN.as_secs();
        let mut span = (Instant::now(), 0);
        let mut heard_at = Instant::now();
        loop {
            tokio::select! {
                packet = packets.recv() => {
                    let Some(packet) = packet else { return Ok(false) };
                    heard_at = Instant::now();
                    if span.0.elapsed() > SPAN {
                        span = (heard_at, 0);
                    }
                    span.1 += packet.len() as u64;
                    if span.1 > most {
                        return Err(Ended::TooMuch);
                    }
                    if let Heard::Bye = self.hear(&packet).await {
                        // What is open then is left out: its end may be what was lost.
                        self.pass_on(&mut demuxer).await?;
                        return Ok(true);
                    }
                }
                _ = ticks.tick() => {
                    let silent = heard_at.elapsed();
                    if silent > options.idle {
                        return Err(Ended::Silent);
                    }
                    for bytes in self.receiver.tick(self.line.now()) {
                        self.line.say(&bytes).await;
                    }
                }
                () = self.feed.publisher().is_cut_off() => return Err(LiveError::TakenOver.into()),
            }
            self.pass_on(&mut demuxer).await?;
        }
    }

    async fn hear(&mut self, packet: &Bytes) -> Heard {
        let now = self.line.now();
        // What cannot be read was damaged on the way, or is an attack.
        let Ok(read) = SrtPacket::parse(packet) else {
            return Heard::Nothing;
        };
        match read {
            SrtPacket::Data(data) => {
                let nak = self.receiver.data(data.seq_number, packet.clone(), now);
                if let Some(nak) = nak {
                    self.line.say(&nak).await;
                }
            }
            SrtPacket::Control(ControlPacket::AckAck(ack)) => {
                self.receiver.acknowledged(ack.ack_number, now);
            }
            SrtPacket::Control(ControlPacket::DropReq(drop)) => {
                self.receiver.dropped(drop.first_seq, drop.last_seq);
            }
            SrtPacket::Control(ControlPacket::UserDefined(told)) => self.renew(told).await,
            SrtPacket::Control(ControlPacket::Shutdown(_)) => return Heard::Bye,
            SrtPacket::Control(ControlPacket::Handshake(_)) => {
                // It was lost.
                self.line.welcome().await;
            }
            SrtPacket::Control(_) => {}
            _ => {}
        }
        Heard::Nothing
    }

    /// Takes other keys, and says that they are understood.
    async fn renew(&mut self, told: UserDefinedPacket<'_>) {
        let Some(keys) = self
            .keys
            .as_mut()
            .filter(|_| told.subtype == EXT_TYPE_KMREQ)
        else {
            return;
        };
        let renewed = told
            .as_key_material()
            .and_then(|material| keys.renew(&material));
        if let Err(error) = renewed {
            tracing::debug!(%error, "an encoder's new key cannot be used");
            return;
        }
        let answer = ControlPacket::UserDefined(UserDefinedPacket {
            subtype: EXT_TYPE_KMRSP,
            timestamp: stamp(self.line.now()),
            dest_socket_id: self.line.number,
            ..told
        });
        if let Some(answer) = bytes(&answer) {
            self.line.say(&answer).await;
        }
    }

    /// Passes on what has come in order.
    async fn pass_on(&mut self, demuxer: &mut Demuxer) -> Result<(), LiveError> {
        while let Some(given) = self.receiver.give(self.line.now()) {
            let packet = match given {
                Given::Packet(packet) => packet,
                // The counters of the transport stream tell what that means for whom.
                Given::Lost(_) => continue,
            };
            let Ok(data) = DataPacket::parse(&packet) else {
                continue;
            };
            let events = match (&self.keys, data.key_flag) {
                (None, EncryptionKeyField::NotEncrypted) => demuxer.feed(data.data),
                (Some(keys), which) => {
                    let mut plain = data.data.to_vec();
                    if !keys.open(which, data.seq_number, &mut plain) {
                        continue;
                    }
                    demuxer.feed(&plain)
                }
                (None, _) => continue,
            };
            for event in events {
                self.feed.event(event).await?;
            }
        }
        Ok(())
    }
}
