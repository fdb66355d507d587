//! One peer: the machine that speaks WebRTC, driven by what comes and by time.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use str0m::net::{Protocol, Receive};
use str0m::{Event, Input, Output, Rtc};
use tokio::net::UdpSocket;
use tokio::sync::oneshot;
use tokio::time::sleep_until;

use super::RtcOptions;
use super::registry::{Call, Line, Origin, Packet};
use super::tcp::Lines;
use crate::LiveError;
use crate::door::Place;

/// Over how long the bits are counted.
const SPAN: Duration = Duration::from_secs(10);

/// Why a session ended.
#[derive(Debug, thiserror::Error)]
pub(super) enum Ended {
    /// Nothing more is wanted of it.
    #[error(transparent)]
    Live(#[from] LiveError),
    /// It does not speak WebRTC, or not for long.
    #[error(transparent)]
    Rtc(#[from] str0m::RtcError),
    /// Nothing has come, or no connection has come about.
    #[error("it was silent for too long")]
    Silent,
    /// It has gone away.
    #[error("it has gone away")]
    Gone,
    /// It sends more than anybody may.
    #[error("it sends too much")]
    TooMuch,
}

/// Where we are reached, and with what.
#[derive(Clone)]
pub(super) struct Socket {
    pub(super) udp: Arc<UdpSocket>,
    /// Whether the socket knows addresses of the sixth version alone.
    pub(super) mapped: bool,
    /// What we take for our own address: of the fourth version, and of the sixth. The socket
    /// does not say at which of its addresses a packet came.
    pub(super) own: [Option<SocketAddr>; 2],
    /// Who has connected by TCP, and the port at which they do.
    pub(super) tcp: Option<(Lines, u16)>,
}

impl Socket {
    async fn send(&self, to: Origin, packet: &[u8]) {
        if to.protocol == Protocol::Tcp {
            if let Some((lines, _)) = &self.tcp {
                lines.send(to.at, packet);
            }
            return;
        }
        let to = match to.at {
            SocketAddr::V4(v4) if self.mapped => {
                SocketAddr::new(v4.ip().to_ipv6_mapped().into(), v4.port())
            }
            to => to,
        };
        // What is lost here is lost as on the way.
        let _ = self.udp.send_to(packet, to).await;
    }

    /// What we take for the address at which somebody has reached us.
    fn reached_by(&self, from: Origin) -> Option<SocketAddr> {
        let [v4, v6] = self.own;
        let mut own = if from.at.is_ipv4() { v4 } else { v6 }?;
        if from.protocol == Protocol::Tcp {
            own.set_port(self.tcp.as_ref()?.1);
        }
        Some(own)
    }
}

/// What comes next.
pub(super) enum Step {
    /// A packet.
    Packet(Packet),
    /// A request by way of HTTP.
    Call(Call),
    /// Its time has come.
    Timeout,
}

/// A peer.
pub(super) struct Peer {
    /// It is large.
    pub(super) rtc: Box<Rtc>,
    socket: Socket,
    line: Line,
    options: Arc<RtcOptions>,
    _place: Place,
    began: Instant,
    heard: Instant,
    timeout: Instant,
    connected: bool,
    counted: (Instant, u64),
    /// Where was sent to last.
    sent_to: Option<Origin>,
    /// Whoever has said that it ends here, and waits until it does.
    farewells: Vec<oneshot::Sender<()>>,
}

impl Peer {
    pub(super) fn new(
        rtc: Rtc,
        socket: Socket,
        line: Line,
        options: Arc<RtcOptions>,
        place: Place,
    ) -> Self {
        let now = Instant::now();
        Self {
            rtc: Box::new(rtc),
            socket,
            line,
            options,
            _place: place,
            began: now,
            heard: now,
            timeout: now,
            connected: false,
            counted: (now, 0),
            sent_to: None,
            farewells: Vec::new(),
        }
    }

    /// How often is asked whether they may go on.
    pub(super) fn beat(&self) -> Duration {
        self.options.beat
    }

    /// Sends what is to be sent. Gives what has happened.
    pub(super) async fn drain(&mut self) -> Result<Vec<Event>, Ended> {
        let mut events = Vec::new();
        loop {
            match self.rtc.poll_output()? {
                Output::Timeout(at) => {
                    self.timeout = at;
                    return Ok(events);
                }
                Output::Transmit(out) => {
                    // ICE has shown that the peer is there, or nothing would be sent.
                    let to = Origin {
                        protocol: out.proto,
                        at: out.destination,
                    };
                    if self.sent_to.replace(to) != Some(to) {
                        self.line.claim(to);
                    }
                    self.socket.send(to, &out.contents).await;
                }
                Output::Event(event) => {
                    match &event {
                        Event::Connected => self.connected = true,
                        Event::IceConnectionStateChange(state) if state.is_disconnected() => {
                            return Err(Ended::Gone);
                        }
                        Event::Closed => return Err(Ended::Gone),
                        _ => {}
                    }
                    events.push(event);
                }
            }
        }
    }

    /// Waits for what comes next, but not beyond `until`. Nothing is lost when it is given up.
    pub(super) async fn wait(&mut self, until: Option<Instant>) -> Step {
        let until = until.map_or(self.timeout, |until| until.min(self.timeout));
        let until = until.min(self.patience());
        tokio::select! {
            biased;
            Some(call) = self.line.calls.recv() => Step::Call(call),
            Some(packet) = self.line.packets.recv() => Step::Packet(packet),
            () = sleep_until(until.into()) => Step::Timeout,
        }
    }

    /// When the peer has been silent for too long.
    fn patience(&self) -> Instant {
        if self.connected {
            self.heard + self.options.idle
        } else {
            self.began + self.options.setup
        }
    }

    /// Takes what came. Gives whether the session goes on.
    pub(super) fn take(&mut self, step: Step) -> Result<bool, Ended> {
        let now = Instant::now();
        if now >= self.patience() {
            return Err(Ended::Silent);
        }
        match step {
            Step::Call(Call::End(done)) => {
                self.farewells.push(done);
                return Ok(false);
            }
            // Of a peer with whom nothing is negotiated anew: whoever asks hears nothing.
            Step::Call(Call::Negotiate(_)) => {}
            Step::Timeout => self.rtc.handle_input(Input::Timeout(now))?,
            Step::Packet((from, packet)) => {
                self.count(packet.len(), now)?;
                self.receive(from, &packet, now)?;
            }
        }
        Ok(true)
    }

    fn receive(&mut self, from: Origin, packet: &[u8], now: Instant) -> Result<(), Ended> {
        let Some(own) = self.socket.reached_by(from) else {
            return Ok(());
        };
        let Ok(received) = Receive::new(from.protocol, from.at, own, packet) else {
            return Ok(());
        };
        let input = Input::Receive(now, received);
        if self.rtc.accepts(&input) {
            self.heard = now;
            self.rtc.handle_input(input)?;
        }
        Ok(())
    }

    fn count(&mut self, len: usize, now: Instant) -> Result<(), Ended> {
        if now.duration_since(self.counted.0) > SPAN {
            self.counted = (now, 0);
        }
        self.counted.1 += len as u64;
        let most = self.options.max_bps / 8 * SPAN.as_secs();
        if self.counted.1 > most {
            return Err(Ended::TooMuch);
        }
        Ok(())
    }

    /// Says goodbye, and lets those know who wait for the end.
    pub(super) async fn bye(mut self) {
        if self.rtc.close().is_ok() {
            let _ = self.drain().await;
        }
        let Self {
            line, farewells, ..
        } = self;
        drop(line);
        for done in farewells {
            let _ = done.send(());
        }
    }
}
