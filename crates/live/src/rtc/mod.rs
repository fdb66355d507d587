//! WebRTC: what browsers publish with (WHIP, RFC 9725) and watch with in less than a second
//! (WHEP, draft-ietf-wish-whep).
//!
//! One UDP socket serves all, and one TCP port those whom no UDP reaches. Peers say by HTTP what they offer, and only an offer with a good
//! key, or of somebody who may watch, is read at all; then there are a task and a bounded queue of
//! packets. The protocols (ICE, DTLS, SRTP, RTP) are the work of `str0m`; nothing else in this
//! program knows it by name.
//!
//! We are an ICE-lite agent (RFC 8445 §2.5): we only answer, at addresses that are told in the
//! answer, and send nothing to anybody who has not shown to be there.

mod addresses;
mod clock;
mod crypto;
mod keyframes;
mod peer;
mod registry;
mod sdp;
mod stage;
mod tcp;
#[cfg(test)]
mod tests;
mod whep;
mod whip;

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use str0m::change::SdpOffer;
use str0m::net::{Protocol, TcpType};
use str0m::rtp::{Extension, ExtensionMap};
use str0m::{Candidate, IceCreds, RtcConfig};
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use sdp::{MAX_OFFER, MAX_STAGE_OFFER, OfferError};
pub use stage::Plan;
pub use whep::Pulse;

use crate::broadcast::{Broadcast, Broadcasts};
use crate::desk::Refused;
use crate::door::{Door, Place};
use crate::opus::Opus;
use crate::stage::{Seated, Track};
use peer::{Peer, Socket};
use registry::{Call, Origin, Registry};
use sdp::{Offer, Way};
use tcp::{Lines, Porter};

/// How long sessions may take to end.
const LAST_WORDS: Duration = Duration::from_secs(5);
/// What the kernel may hold for the socket, each way: a few hundred pictures' packets come at once.
const BUFFER: usize = 4 << 20;
/// How often it is looked what is lost on the way to those on a stage.
const STATS: Duration = Duration::from_secs(2);
/// The longest packet that is taken.
const MAX_PACKET: usize = 2048;

/// What is allowed of peers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RtcOptions {
    /// Publishers at once.
    pub publishers: usize,
    /// Publishers at once from one address, and keys that are tried from it at once.
    pub per_address: usize,
    /// Viewers at once.
    pub viewers: usize,
    /// Viewers at once from one address: a whole office may be behind it.
    pub viewers_per_address: usize,
    /// How long a connection may take to come about.
    pub setup: Duration,
    /// How long a peer may be silent.
    pub idle: Duration,
    /// How often is asked whether a viewer may go on.
    pub beat: Duration,
    /// How long a refusal takes: whoever tries keys has to wait.
    pub refusal: Duration,
    /// The most bits a second that a peer may send, over ten seconds.
    pub max_bps: u64,
    /// Addresses at which the world reaches the socket, besides the machine's own.
    pub public_addresses: Vec<IpAddr>,
}

impl Default for RtcOptions {
    fn default() -> Self {
        Self {
            publishers: 1000,
            per_address: 50,
            viewers: 2000,
            viewers_per_address: 200,
            setup: Duration::from_secs(20),
            idle: Duration::from_secs(10),
            beat: Duration::from_secs(10),
            refusal: Duration::from_secs(1),
            max_bps: 100_000_000,
            public_addresses: Vec::new(),
        }
    }
}

/// What a session is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The peer publishes.
    Publish,
    /// The peer watches.
    Watch,
    /// The peer is on a stage.
    Stage,
}

/// Whoever asks for a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client {
    /// Where they are.
    pub from: IpAddr,
    /// The address under which they found us, if they name one.
    pub found_at: Option<IpAddr>,
}

/// A session that has begun: the peer may connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What it is called. Nobody guesses it: whoever knows it may end the session.
    pub id: String,
    /// The answer (SDP).
    pub sdp: String,
}

/// Why there is no session.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoSession {
    /// Nobody is heard here by WebRTC.
    #[error("WebRTC is not set up here")]
    Off,
    /// There are too many.
    #[error("there are as many sessions as there can be")]
    Full,
    /// They may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The broadcast has nothing that goes out as it comes.
    #[error(
        "this broadcast cannot be watched by WebRTC: it would need H.264 without B-frames, or Opus alone"
    )]
    NotAtOnce,
    /// It cannot be as things are on the stage.
    #[error("{0}")]
    Stage(String),
    /// What they offer is not taken.
    #[error(transparent)]
    Offer(#[from] OfferError),
}

/// Takes in broadcasts by WebRTC. A clone is the same one.
#[derive(Clone)]
pub struct Rtc(Arc<Inner>);

struct Inner {
    broadcasts: Arc<Broadcasts>,
    opus: Option<Opus>,
    options: Arc<RtcOptions>,
    registry: Registry,
    publishers: Door,
    viewers: Door,
    heard: OnceLock<Heard>,
    /// Where those connect whom no UDP reaches, and what goes out to them.
    tcp: OnceLock<(Arc<TcpListener>, u16)>,
    lines: Lines,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// Where peers are heard, and as whom.
struct Heard {
    udp: Arc<UdpSocket>,
    bound: SocketAddr,
    config: RtcConfig,
}

impl Rtc {
    /// One that nobody is heard by yet.
    pub fn new(broadcasts: Arc<Broadcasts>, options: RtcOptions) -> Self {
        Self::with(broadcasts, None, options)
    }

    /// The same, whose viewers hear sound that WebRTC does not carry, made anew.
    pub fn with(broadcasts: Arc<Broadcasts>, opus: Option<Opus>, options: RtcOptions) -> Self {
        Self(Arc::new(Inner {
            broadcasts,
            opus,
            publishers: Door::new(options.publishers, options.per_address),
            viewers: Door::new(options.viewers, options.viewers_per_address),
            options: Arc::new(options),
            registry: Registry::default(),
            heard: OnceLock::new(),
            tcp: OnceLock::new(),
            lines: Lines::default(),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        }))
    }

    /// Peers are heard at this socket from now on. Once.
    ///
    /// Errors: when the socket has no address, or no certificate can be made.
    pub fn hear(&self, socket: UdpSocket) -> std::io::Result<()> {
        let certificate = crypto::certificate().map_err(std::io::Error::other)?;
        let config = RtcConfig::new()
            .set_crypto_provider(crypto::provider())
            .set_dtls_cert(certificate)
            .set_ice_lite(true)
            .clear_codecs()
            .enable_opus(true, false)
            .set_extension_map(extensions());
        let buffers = socket2::SockRef::from(&socket);
        // As much of it as the machine allows.
        let _ = buffers.set_recv_buffer_size(BUFFER);
        let _ = buffers.set_send_buffer_size(BUFFER);
        let heard = Heard {
            bound: socket.local_addr()?,
            udp: Arc::new(socket),
            config: with_h264(config),
        };
        // Whoever hears already goes on.
        let _ = self.0.heard.set(heard);
        Ok(())
    }

    /// Peers whom no UDP reaches may connect here from now on. Once.
    ///
    /// Errors: when the listener has no address.
    pub fn hear_tcp(&self, listener: TcpListener) -> std::io::Result<()> {
        let port = listener.local_addr()?.port();
        // Whoever hears already goes on.
        let _ = self.0.tcp.set((Arc::new(listener), port));
        Ok(())
    }

    /// Whether peers are heard.
    pub fn is_heard(&self) -> bool {
        self.0.heard.get().is_some()
    }

    /// Passes packets on until `stop`, and then lets go of all peers.
    pub async fn serve(&self, stop: CancellationToken) {
        let inner = &self.0;
        let Some(heard) = inner.heard.get() else {
            return;
        };
        if let Some((listener, _)) = inner.tcp.get() {
            let RtcOptions {
                publishers,
                viewers,
                viewers_per_address,
                setup,
                ..
            } = *inner.options;
            let porter = Arc::new(Porter {
                registry: inner.registry.clone(),
                lines: inner.lines.clone(),
                door: Door::new(publishers + viewers, viewers_per_address),
                setup,
            });
            let (tasks, until) = (inner.tasks.clone(), inner.stop.clone());
            inner
                .tasks
                .spawn(porter.serve(listener.clone(), tasks, until));
        }
        let mut buffer = vec![0; MAX_PACKET];
        loop {
            let received = tokio::select! {
                () = stop.cancelled() => break,
                received = heard.udp.recv_from(&mut buffer) => received,
            };
            match received {
                Ok((len, from)) => {
                    let from = SocketAddr::new(from.ip().to_canonical(), from.port());
                    let from = Origin {
                        protocol: Protocol::Udp,
                        at: from,
                    };
                    inner.registry.pass(from, &buffer[..len]);
                }
                // Such as somebody's port that is closed: it concerns nobody else.
                Err(error) => tracing::debug!(%error, "a packet was not received"),
            }
        }
        inner.stop.cancel();
        inner.tasks.close();
        if timeout(LAST_WORDS, inner.tasks.wait()).await.is_err() {
            tracing::warn!("a WebRTC session did not end in time");
        }
    }

    /// Begins a session in which the bearer of this key publishes.
    ///
    /// The key is looked at first; a wrong one costs nothing but the caller's time.
    pub async fn publish(
        &self,
        key: &str,
        offer: &str,
        client: Client,
    ) -> Result<Answer, NoSession> {
        let inner = &self.0;
        let heard = inner.heard.get().ok_or(NoSession::Off)?;
        let place = inner.publishers.enter(client.from).ok_or(NoSession::Full)?;
        let admitted = match inner.broadcasts.admit(key, client.from).await {
            Ok(admitted) => admitted,
            Err(refused) => {
                tracing::info!(peer = %client.from, %refused, "an encoder was refused");
                sleep(inner.options.refusal).await;
                return Err(refused.into());
            }
        };
        let offer = sdp::read(offer, Way::In)?;
        let (mut answer, peer) = self.begin(heard, Kind::Publish, &offer, client, place)?;
        answer.sdp = sdp::put_stereo(&answer.sdp);
        let (broadcasts, stop) = (inner.broadcasts.clone(), inner.stop.clone());
        inner
            .tasks
            .spawn(whip::serve(peer, admitted, broadcasts, stop));
        Ok(answer)
    }

    /// Begins a session in which somebody watches who may.
    pub fn watch(
        &self,
        broadcast: Arc<Broadcast>,
        offer: &str,
        client: Client,
        pulse: Arc<dyn Pulse>,
    ) -> Result<Answer, NoSession> {
        let inner = &self.0;
        let heard = inner.heard.get().ok_or(NoSession::Off)?;
        let tracks = broadcast.at_once().ok_or(NoSession::NotAtOnce)?;
        let place = inner.viewers.enter(client.from).ok_or(NoSession::Full)?;
        let offer = sdp::read(offer, Way::Out)?;
        let sees = tracks.video && offer.offered.video;
        let sound = tracks.audio || (tracks.other_audio && inner.opus.is_some());
        if !tracks.video && !sound {
            return Err(NoSession::NotAtOnce);
        }
        let hears = sound && offer.offered.audio;
        if !sees && !hears {
            let reason = "the broadcast has none of what the client would receive";
            return Err(OfferError::Unusable(reason).into());
        }
        let (answer, peer) = self.begin(heard, Kind::Watch, &offer, client, place)?;
        let (opus, stop) = (inner.opus.clone(), inner.stop.clone());
        inner
            .tasks
            .spawn(whep::serve(peer, broadcast, opus, pulse, stop));
        Ok(answer)
    }

    /// Begins a session of somebody on a stage, in the place of the one they had.
    pub fn join(
        &self,
        seated: Seated,
        offer: &str,
        plan: Plan,
        client: Client,
        pulse: Arc<dyn Pulse>,
    ) -> Result<Answer, NoSession> {
        let inner = &self.0;
        let heard = inner.heard.get().ok_or(NoSession::Off)?;
        plan.check()?;
        let offer = sdp::read_stage(offer)?;
        let place = inner.publishers.enter(client.from).ok_or(NoSession::Full)?;
        let tracks: Vec<Track> = plan.sends.iter().map(|(_, track)| *track).collect();
        let taken = seated.sends(&tracks);
        taken.map_err(|error| NoSession::Stage(error.to_string()))?;
        let (mut answer, peer) = self.begin(heard, Kind::Stage, &offer, client, place)?;
        answer.sdp = sdp::put_stereo(&answer.sdp);
        let stop = inner.stop.clone();
        let serve = stage::serve(peer, seated, plan, pulse, stop);
        inner.tasks.spawn(serve);
        Ok(answer)
    }

    /// Goes on with a session of somebody on a stage as another offer of theirs says. Gives the
    /// answer (SDP); none if there is no such session.
    pub async fn renegotiate(
        &self,
        id: &str,
        offer: &str,
        plan: Plan,
        client: Client,
    ) -> Result<Option<String>, NoSession> {
        let inner = &self.0;
        let heard = inner.heard.get().ok_or(NoSession::Off)?;
        plan.check()?;
        let offer = sdp::read_stage(offer)?.text;
        let (done, answered) = oneshot::channel();
        let wish = Box::new(stage::Wish { offer, plan, done });
        if !inner.registry.call(Kind::Stage, id, Call::Negotiate(wish)) {
            return Ok(None);
        }
        // A session that ends meanwhile answers nothing.
        let Ok(Ok(answer)) = timeout(LAST_WORDS, answered).await else {
            return Ok(None);
        };
        let told = self.told(heard, client);
        let tcp = inner.tcp.get().map(|(_, port)| *port);
        let sdp = sdp::put_candidates_each(&sdp::put_stereo(&answer?), &told, tcp);
        Ok(Some(sdp))
    }

    /// Ends a session. Gives whether there was one.
    pub async fn end(&self, kind: Kind, id: &str) -> bool {
        let (done, ended) = oneshot::channel();
        let called = self.0.registry.call(kind, id, Call::End(done));
        if called {
            // Whoever asks may look at what became of it.
            let _ = timeout(LAST_WORDS, ended).await;
        }
        called
    }

    /// Whether there is such a session.
    pub fn knows(&self, kind: Kind, id: &str) -> bool {
        self.0.registry.knows(kind, id)
    }

    /// Where a client is told that we are reached.
    fn told(&self, heard: &Heard, client: Client) -> Vec<SocketAddr> {
        addresses::reached_at(
            heard.bound,
            &self.0.options.public_addresses,
            client.found_at,
            addresses::of_machine,
        )
    }

    /// Answers an offer that has been looked at.
    fn begin(
        &self,
        heard: &Heard,
        kind: Kind,
        offer: &Offer,
        client: Client,
        place: Place,
    ) -> Result<(Answer, Peer), NoSession> {
        let inner = &self.0;
        let told = self.told(heard, client);
        let own = [SocketAddr::is_ipv4, SocketAddr::is_ipv6]
            .map(|version| own_address(heard.bound, &told, version));
        let tcp = inner.tcp.get().map(|(_, port)| *port);
        let creds = IceCreds {
            ufrag: random_text(8),
            pass: random_text(24),
        };
        let line = inner.registry.enter(&random_text(32), kind, &creds.ufrag);
        let id = line.id().to_owned();
        let mut config = heard.config.clone().set_local_ice_credentials(creds);
        if kind == Kind::Stage {
            config = config.set_stats_interval(Some(STATS));
        }
        // What a stranger has written is read by a machine that others have made: should it
        // stumble, this is one session less.
        let made = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            accept(config, &offer.text, own, tcp)
        }));
        let (rtc, answer) = made.unwrap_or(None).ok_or(OfferError::Malformed(
            "it contradicts itself, or lacks what has to be in it",
        ))?;
        let socket = Socket {
            udp: heard.udp.clone(),
            mapped: heard.bound.is_ipv6(),
            own,
            tcp: tcp.map(|port| (inner.lines.clone(), port)),
        };
        let peer = Peer::new(rtc, socket, line, inner.options.clone(), place);
        let sdp = match kind {
            Kind::Stage => sdp::put_candidates_each(&answer, &told, tcp),
            Kind::Publish | Kind::Watch => sdp::put_candidates(&answer, &told, tcp),
        };
        Ok((Answer { id, sdp }, peer))
    }
}

/// What the peer is answered by a machine of its own.
fn accept(
    config: RtcConfig,
    offer: &str,
    own: [Option<SocketAddr>; 2],
    tcp: Option<u16>,
) -> Option<(str0m::Rtc, String)> {
    let offer = SdpOffer::from_sdp_string(offer).ok()?;
    let mut rtc = config.build(Instant::now());
    for address in own.into_iter().flatten() {
        rtc.add_local_candidate(Candidate::host(address, "udp").ok()?);
        if let Some(port) = tcp {
            let address = SocketAddr::new(address.ip(), port);
            let here = Candidate::builder().tcp().host(address);
            rtc.add_local_candidate(here.tcptype(TcpType::Passive).build().ok()?);
        }
    }
    let answer = rtc.sdp_api().accept_offer(offer).ok()?;
    Some((rtc, answer.to_sdp_string()))
}

/// What the machine takes for our own address of a version: a bound one, or else one of those
/// that are told.
fn own_address(
    bound: SocketAddr,
    told: &[SocketAddr],
    version: impl Fn(&SocketAddr) -> bool,
) -> Option<SocketAddr> {
    let bound = SocketAddr::new(bound.ip().to_canonical(), bound.port());
    if !bound.ip().is_unspecified() {
        return Some(bound).filter(version);
    }
    told.iter().copied().find(version)
}

/// H.264 in packetization mode 1, in all profiles that browsers play.
fn with_h264(mut config: RtcConfig) -> RtcConfig {
    // Each with the payload type of its repetitions (RFC 4588).
    const PROFILES: [(u8, u8, u32); 5] = [
        (108, 109, 0x42_e01f),
        (127, 121, 0x42_001f),
        (123, 119, 0x4d_001f),
        (114, 115, 0x64_001f),
        (112, 113, 0x64_0c1f),
    ];
    for (number, repeated, profile) in PROFILES {
        let codecs = config.codec_config();
        codecs.add_h264(number.into(), Some(repeated.into()), true, profile);
    }
    config
}

/// What packets say beside media. Not how a phone is held: whoever cannot say that turns the
/// pictures themselves.
fn extensions() -> ExtensionMap {
    let mut map = ExtensionMap::empty();
    map.set(2, Extension::AbsoluteSendTime);
    map.set(3, Extension::TransportSequenceNumber);
    map.set(4, Extension::RtpMid);
    map
}

/// So many letters and digits, of which nobody guesses more than four.
fn random_text(len: usize) -> String {
    use rand::distr::{Alphanumeric, SampleString as _};
    Alphanumeric.sample_string(&mut rand::rng(), len)
}
