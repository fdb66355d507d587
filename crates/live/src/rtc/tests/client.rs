//! A peer like a browser: it sends keyframes only when it is asked for them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use matinee_media::byte_stream::parameters;
use str0m::change::SdpAnswer;
use str0m::media::{Direction, Frequency, MediaData, MediaKind, MediaTime, Mid};
use str0m::net::{Protocol, Receive};
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::time::sleep_until;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::rtc::{crypto, extensions, with_h264};
use crate::testing::{LARGE, SMALL, unhex};

/// Between two pictures.
const FRAME: Duration = Duration::from_millis(40);

/// What a client does.
pub(super) struct Client {
    rtc: Rtc,
    udp: UdpSocket,
    own: SocketAddr,
    pending: Option<str0m::change::SdpPendingOffer>,
    video: Mid,
    audio: Mid,
    sends: bool,
}

/// A client that runs, until it is dropped.
pub(super) struct Running {
    /// How many keyframes it has been asked for.
    pub(super) asked: Arc<AtomicU32>,
    /// From now on the pictures are larger.
    pub(super) larger: Arc<AtomicBool>,
    /// What it has received.
    pub(super) received: mpsc::UnboundedReceiver<MediaData>,
    /// Asks for a keyframe itself.
    pub(super) ask: mpsc::UnboundedSender<()>,
    _stop: DropGuard,
}

impl Client {
    /// One that has said what it offers.
    pub(super) async fn offer(way: Direction) -> (Self, String) {
        let udp = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let own = udp.local_addr().unwrap();
        let config = RtcConfig::new()
            .set_crypto_provider(crypto::provider())
            .set_dtls_cert(crypto::certificate().unwrap())
            .clear_codecs()
            .enable_opus(true, false)
            .set_extension_map(extensions());
        let mut rtc = with_h264(config).build(Instant::now());
        rtc.add_local_candidate(Candidate::host(own, "udp").unwrap());
        let mut api = rtc.sdp_api();
        let audio = api.add_media(MediaKind::Audio, way, None, None, None);
        let video = api.add_media(MediaKind::Video, way, None, None, None);
        let (offer, pending) = api.apply().unwrap();
        let client = Self {
            rtc,
            udp,
            own,
            pending: Some(pending),
            video,
            audio,
            sends: way == Direction::SendOnly,
        };
        (client, offer.to_sdp_string())
    }

    /// Takes the answer, and runs.
    pub(super) fn run(mut self, answer: &str) -> Running {
        let answer = SdpAnswer::from_sdp_string(answer).unwrap();
        let pending = self.pending.take().unwrap();
        self.rtc.sdp_api().accept_answer(pending, answer).unwrap();
        let stop = CancellationToken::new();
        let (asked, larger) = (Arc::default(), Arc::default());
        let (received, out) = mpsc::unbounded_channel();
        let (ask, wishes) = mpsc::unbounded_channel();
        let running = Running {
            asked: Arc::clone(&asked),
            larger: Arc::clone(&larger),
            received: out,
            ask,
            _stop: stop.clone().drop_guard(),
        };
        tokio::spawn(async move {
            tokio::select! {
                () = self.go(&asked, &larger, &received, wishes) => {}
                () = stop.cancelled() => {}
            }
        });
        running
    }

    async fn go(
        &mut self,
        asked: &AtomicU32,
        larger: &AtomicBool,
        received: &mpsc::UnboundedSender<MediaData>,
        mut wishes: mpsc::UnboundedReceiver<()>,
    ) {
        let began = Instant::now();
        let (mut connected, mut key) = (false, false);
        let sends = self.sends;
        let mut n = 0_u64;
        let mut next = began;
        let mut buffer = vec![0; 2048];
        loop {
            let timeout = loop {
                match self.rtc.poll_output() {
                    Ok(Output::Timeout(at)) => break at,
                    Ok(Output::Transmit(out)) => {
                        let _ = self.udp.send_to(&out.contents, out.destination).await;
                    }
                    Ok(Output::Event(event)) => match event {
                        Event::Connected => {
                            connected = true;
                            next = Instant::now();
                        }
                        Event::KeyframeRequest(_) => {
                            asked.fetch_add(1, Ordering::Relaxed);
                            key = true;
                        }
                        Event::MediaData(data) => drop(received.send(data)),
                        _ => {}
                    },
                    Err(_) => return,
                }
            };
            let now = Instant::now();
            if connected && sends && now >= next {
                let pts = MediaTime::new(n * 3600, Frequency::NINETY_KHZ);
                let picture = picture(std::mem::take(&mut key), larger.load(Ordering::Relaxed));
                self.write(self.video, pts, picture);
                self.drain_sent().await;
                for half in 0..2 {
                    let pts = MediaTime::new(n * 1920 + half * 960, Frequency::FORTY_EIGHT_KHZ);
                    // 20 ms in two channels (RFC 6716 §3.1).
                    self.write(self.audio, pts, [vec![0xfc], vec![5; 80]].concat());
                    self.drain_sent().await;
                }
                n += 1;
                next += FRAME;
                continue;
            }
            let until = if connected && sends {
                timeout.min(next)
            } else {
                timeout
            };
            tokio::select! {
                got = self.udp.recv_from(&mut buffer) => {
                    let Ok((len, from)) = got else { continue };
                    let received = Receive::new(Protocol::Udp, from, self.own, &buffer[..len]);
                    let input = Input::Receive(Instant::now(), received.unwrap());
                    if self.rtc.handle_input(input).is_err() { return; }
                }
                Some(()) = wishes.recv() => {
                    if let Some(mut writer) = self.rtc.writer(self.video) {
                        let _ = writer.request_keyframe(None, str0m::media::KeyframeRequestKind::Pli);
                    }
                }
                () = sleep_until(until.into()) => {
                    if self.rtc.handle_input(Input::Timeout(Instant::now())).is_err() { return; }
                }
            }
        }
    }

    fn write(&mut self, mid: Mid, at: MediaTime, data: Vec<u8>) {
        let writer = self.rtc.writer(mid).unwrap();
        let number = writer.payload_params().next().unwrap().pt();
        writer.write(number, Instant::now(), at, data).unwrap();
    }

    async fn drain_sent(&mut self) {
        let input = Input::Timeout(Instant::now());
        let _ = self.rtc.handle_input(input);
        while let Ok(Output::Transmit(out)) = self.rtc.poll_output() {
            let _ = self.udp.send_to(&out.contents, out.destination).await;
        }
    }
}

/// A picture as a byte stream.
fn picture(sync: bool, larger: bool) -> Vec<u8> {
    let mut out = Vec::new();
    if sync {
        let sets = unhex(if larger { LARGE } else { SMALL });
        out.extend(parameters(&sets).unwrap());
    }
    out.extend([0, 0, 0, 1, if sync { 0x65 } else { 0x41 }]);
    // Of several packets.
    out.extend([7; 3000]);
    out
}
