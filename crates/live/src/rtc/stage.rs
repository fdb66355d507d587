//! A peer on a stage: what it sends is passed on to the others, and what they send to it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use str0m::Event;
use str0m::change::SdpOffer;
use str0m::format::Codec;
use str0m::media::{Frequency, KeyframeRequestKind, MediaData, MediaTime, Mid};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::NoSession;
use super::keyframes::Keyframes;
use super::peer::{Ended, Peer, Step};
use super::registry::Call;
use super::sdp::OfferError;
use super::whep::{Pulse, number};
use crate::stage::{Frame, Passed, Seated, Source, Track, has_keyframe};

/// Frames that may wait for a peer that does not keep up; then it goes on with keyframes.
const QUEUE: usize = 256;
/// How many tracks a peer may receive: three of each of seven others.
const MOST_RECEIVED: usize = 21;
/// Keyframes are asked for when somebody needs one, and not regularly.
const NEVER: Duration = Duration::from_hours(24);
/// How far a sender's clock and ours may part before it counts as another one.
const JUMP_US: i64 = 2_000_000;
/// RTP's time at our beginning.
const BEGIN_US: i64 = 60_000_000;
/// Above this share of packets lost, pictures of cameras are not sent to a peer, so that sound and
/// a shared screen get through.
const POOR_LOSS: f32 = 0.12;
/// Below it they are again, after a while.
const FAIR_LOSS: f32 = 0.03;
const REST: Duration = Duration::from_secs(10);

/// What a peer's media are for, by their places in the session (`a=mid`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// What it sends.
    pub sends: Vec<(String, Track)>,
    /// What it receives: of whom (`guest_…`), and what.
    pub receives: Vec<(String, String, Track)>,
}

impl Plan {
    /// Refuses one that nobody needs.
    pub(super) fn check(&self) -> Result<(), OfferError> {
        let twice = |track: Track| self.sends.iter().filter(|(_, t)| *t == track).count() > 1;
        if Track::ALL.into_iter().any(twice) || self.receives.len() > MOST_RECEIVED {
            return Err(OfferError::Unusable(
                "one microphone, camera and screen are taken, and three tracks of each other guest sent",
            ));
        }
        Ok(())
    }
}

/// What is asked of a session that goes on.
pub(super) struct Wish {
    pub(super) offer: String,
    pub(super) plan: Plan,
    pub(super) done: oneshot::Sender<Result<String, NoSession>>,
}

/// A track that the peer sends.
struct Sent {
    mid: Mid,
    source: Arc<Source>,
    track: Track,
    keyframes: Keyframes,
}

/// A track that the peer receives.
struct Received {
    mid: Mid,
    source: Arc<Source>,
    track: Track,
    of: String,
    way: u32,
    offset_us: Option<i64>,
    /// Nothing can be shown before a keyframe.
    lost: bool,
}

/// A peer's part in the stage.
struct Part {
    seated: Seated,
    began: Instant,
    sent: Vec<Sent>,
    received: HashMap<u32, Received>,
    ways: u32,
    to: mpsc::Sender<Passed>,
    /// Since when cameras are kept from it, because the line is too thin.
    poor: Option<Instant>,
}

impl Drop for Part {
    fn drop(&mut self) {
        for one in self.received.values() {
            one.source.remove(one.way, &self.to);
        }
    }
}

/// Serves a peer until it goes, or has to.
pub(super) async fn serve(
    mut peer: Peer,
    seated: Seated,
    plan: Plan,
    pulse: Arc<dyn Pulse>,
    stop: CancellationToken,
) {
    let (stream, guest) = (seated.stream_id().to_owned(), seated.id().to_owned());
    let cut = seated.cut().clone();
    let (to, mut frames) = mpsc::channel(QUEUE);
    let mut part = Part {
        seated,
        began: Instant::now(),
        sent: Vec::new(),
        received: HashMap::new(),
        ways: 0,
        to,
        poor: None,
    };
    part.take_plan(&plan);
    let outcome = tokio::select! {
        outcome = run(&mut peer, &mut part, &mut frames, pulse.as_ref()) => outcome,
        () = cut.cancelled() => Ok(()),
        () = stop.cancelled() => Ok(()),
    };
    if let Err(error) = &outcome {
        tracing::debug!(%stream, %guest, %error, "somebody on a stage was let go");
    }
    drop(part);
    peer.bye().await;
}

async fn run(
    peer: &mut Peer,
    part: &mut Part,
    frames: &mut mpsc::Receiver<Passed>,
    pulse: &dyn Pulse,
) -> Result<(), Ended> {
    let mut beats = interval(peer.beat());
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beats.tick().await;
    loop {
        for event in peer.drain().await? {
            part.hear(event);
        }
        let asks = part.ask(peer, Instant::now());
        let until = if asks {
            Some(Instant::now())
        } else {
            part.due()
        };
        let step = tokio::select! {
            step = peer.wait(until) => step,
            Some((way, frame)) = frames.recv() => {
                part.pass(peer, way, &frame)?;
                continue;
            }
            () = part.seated.is_wished() => continue,
            _ = beats.tick() => {
                if pulse.beat().await {
                    continue;
                }
                return Ok(());
            }
        };
        if let Step::Call(Call::Negotiate(wish)) = step {
            part.negotiate(peer, *wish);
            continue;
        }
        if !peer.take(step)? {
            return Ok(());
        }
    }
}

impl Part {
    /// Takes another offer of the same peer: somebody has come, gone, or shares a screen.
    fn negotiate(&mut self, peer: &mut Peer, wish: Wish) {
        let Wish { offer, plan, done } = wish;
        // Whoever shares already goes on, so this is asked first.
        let tracks: Vec<Track> = plan.sends.iter().map(|(_, track)| *track).collect();
        if let Err(error) = self.seated.sends(&tracks) {
            let _ = done.send(Err(NoSession::Stage(error.to_string())));
            return;
        }
        let rtc = &mut peer.rtc;
        let made = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let offer = SdpOffer::from_sdp_string(&offer).ok()?;
            rtc.sdp_api().accept_offer(offer).ok()
        }));
        let answer = made.unwrap_or(None).map(|answer| answer.to_sdp_string());
        if answer.is_some() {
            self.take_plan(&plan);
        }
        let answer = answer.ok_or(NoSession::Offer(OfferError::Malformed(
            "it contradicts itself, or what was agreed before",
        )));
        let _ = done.send(answer);
    }

    fn take_plan(&mut self, plan: &Plan) {
        let mut before = std::mem::take(&mut self.sent);
        for (mid, track) in &plan.sends {
            let mid = Mid::from(mid.as_str());
            let same = before
                .iter()
                .position(|one| one.mid == mid && one.track == *track);
            self.sent.push(match same {
                Some(at) => before.swap_remove(at),
                None => Sent {
                    mid,
                    source: self.seated.source(*track).clone(),
                    track: *track,
                    keyframes: Keyframes::new(NEVER),
                },
            });
        }
        let mut before = std::mem::take(&mut self.received);
        for (mid, of, track) in &plan.receives {
            let mid = Mid::from(mid.as_str());
            let Some(source) = self.seated.other(of, *track) else {
                // They have just gone.
                continue;
            };
            let same = before
                .values()
                .find(|one| one.mid == mid && Arc::ptr_eq(&one.source, &source))
                .map(|one| one.way);
            if let Some(same) = same.and_then(|way| before.remove(&way)) {
                self.received.insert(same.way, same);
                continue;
            }
            self.ways += 1;
            let one = Received {
                mid,
                source,
                track: *track,
                of: of.clone(),
                way: self.ways,
                offset_us: None,
                lost: false,
            };
            one.source.add(one.way, self.to.clone());
            self.received.insert(one.way, one);
        }
        for gone in before.values() {
            gone.source.remove(gone.way, &self.to);
        }
    }

    fn hear(&mut self, event: Event) {
        match event {
            Event::Connected => self.seated.connected(),
            Event::MediaData(data) => self.take(data),
            Event::KeyframeRequest(request) => {
                let mut received = self.received.values();
                if let Some(one) = received.find(|one| one.mid == request.mid) {
                    one.source.want_keyframe();
                }
            }
            Event::MediaEgressStats(stats) => {
                if let Some(loss) = stats.loss {
                    self.judge(loss, Instant::now());
                }
            }
            _ => {}
        }
    }

    /// The peer says which share of what it was sent has been lost on the way (RFC 3550 §6.4.1).
    fn judge(&mut self, loss: f32, now: Instant) {
        match self.poor {
            _ if loss > POOR_LOSS => self.poor = Some(now),
            Some(since) if loss < FAIR_LOSS && now.duration_since(since) >= REST => {
                self.poor = None;
                for one in self.received.values() {
                    one.source.want_keyframe();
                }
            }
            _ => {}
        }
    }

    /// Takes a frame of the peer, and passes it on.
    fn take(&mut self, data: MediaData) {
        let Some(sent) = self.sent.iter_mut().find(|one| one.mid == data.mid) else {
            return;
        };
        let wanted = if sent.track.is_video() {
            Codec::H264
        } else {
            Codec::Opus
        };
        if data.params.spec().codec != wanted || data.data.is_empty() {
            return;
        }
        let mut sync = true;
        if sent.track.is_video() {
            sync = has_keyframe(&data.data);
            if !data.contiguous {
                sent.keyframes.lose();
            }
            if !sent.keyframes.picture(sync, Instant::now()) {
                return;
            }
        }
        sent.source.push(&Arc::new(Frame {
            ticks: data.time.numer(),
            at: data.network_time,
            data: data.data,
            sync,
        }));
    }

    /// Sends a frame of somebody else to the peer.
    fn pass(&mut self, peer: &mut Peer, way: u32, frame: &Frame) -> Result<(), Ended> {
        let Some(one) = self.received.get_mut(&way) else {
            return Ok(());
        };
        one.lost |= self.poor.is_some() && one.track == Track::Camera;
        if one.lost && (self.poor.is_some() || !frame.sync) {
            return Ok(());
        }
        one.lost = false;
        let (codec, rate) = if one.track.is_video() {
            (Codec::H264, Frequency::NINETY_KHZ)
        } else {
            (Codec::Opus, Frequency::FORTY_EIGHT_KHZ)
        };
        // Another sender's clock takes this one's place without a jump: when a frame came is on
        // ours.
        let since = frame.at.saturating_duration_since(self.began);
        let now_us = i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
        let own_us = i128::from(frame.ticks) * 1_000_000 / i128::from(rate.get());
        let own_us = i64::try_from(own_us).unwrap_or(i64::MAX);
        let offset = one.offset_us.filter(|offset| {
            let apart = own_us.saturating_add(*offset).saturating_sub(now_us);
            apart.saturating_abs() <= JUMP_US
        });
        let offset = offset.unwrap_or_else(|| now_us.saturating_sub(own_us));
        one.offset_us = Some(offset);
        let shown_us = own_us
            .saturating_add(offset)
            .saturating_add(BEGIN_US)
            .max(0);
        let ticks = i128::from(shown_us) * i128::from(rate.get()) / 1_000_000;
        let ticks = u64::try_from(ticks).unwrap_or(0);
        let Some(writer) = peer.rtc.writer(one.mid) else {
            return Ok(());
        };
        let Some(pt) = number(writer.payload_params(), codec) else {
            return Ok(());
        };
        tracing::trace!(of = one.of, ticks, "passed on");
        let time = MediaTime::new(ticks, rate);
        writer.write(pt, frame.at, time, frame.data.clone())?;
        Ok(())
    }

    /// When a keyframe is to be asked for next, if one is needed.
    fn due(&self) -> Option<Instant> {
        let videos = self.sent.iter().filter(|one| one.track.is_video());
        videos.filter_map(|one| one.keyframes.due()).min()
    }

    /// Asks the peer for the keyframes that somebody needs. Gives whether something is to be sent.
    fn ask(&mut self, peer: &mut Peer, now: Instant) -> bool {
        let mut asked = false;
        for one in self.sent.iter_mut().filter(|one| one.track.is_video()) {
            if one.source.take_wanted() {
                one.keyframes.want();
            }
            if !one.keyframes.ask(now) {
                continue;
            }
            if let Some(mut writer) = peer.rtc.writer(one.mid) {
                let request = writer.request_keyframe(None, KeyframeRequestKind::Pli);
                asked |= request.is_ok();
            }
        }
        asked
    }
}
