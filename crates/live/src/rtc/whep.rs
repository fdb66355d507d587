//! A peer that watches (WHEP, draft-ietf-wish-whep).

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use str0m::Event;
use str0m::format::{Codec, PayloadParams};
use str0m::media::{Frequency, MediaKind, MediaTime, Mid, Pt};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{MissedTickBehavior, interval, sleep_until};
use tokio_util::sync::CancellationToken;

use super::peer::{Ended, Peer};
use crate::LiveError;
use crate::broadcast::{Broadcast, Listener, Sample, Track};
use crate::opus::{Hearing, Opus};

/// Between two pictures of those that a viewer begins with: much faster than they are shown, and
/// not all at once.
const CATCH_UP: Duration = Duration::from_millis(4);
/// The most that may wait for that.
const WAITING: usize = 1500;
/// How far the encoder's clock and ours may part before it counts as another one.
const JUMP_US: i64 = 10_000_000;
/// RTP's time at our beginning, so that what was before it has one too.
const BEGIN_US: i64 = 60_000_000;

/// What is to be known of somebody who watches.
#[async_trait]
pub trait Pulse: Send + Sync {
    /// Whether they may go on; said every few seconds, of somebody who does watch.
    async fn beat(&self) -> bool;
}

/// The encoder's clock, as viewers see it.
#[derive(Debug, Default)]
struct Timeline {
    /// What has to be added to the encoder's time to get ours, in microseconds.
    offset: Option<i64>,
}

impl Timeline {
    /// The time of a frame on our clock, where it is `now_us`.
    fn time(&mut self, time_us: i64, now_us: i64) -> i64 {
        let offset = self.offset.filter(|offset| {
            let apart = time_us.saturating_add(*offset).saturating_sub(now_us);
            apart.saturating_abs() <= JUMP_US
        });
        let offset = offset.unwrap_or_else(|| now_us.saturating_sub(time_us));
        self.offset = Some(offset);
        time_us.saturating_add(offset)
    }
}

/// What a viewer is sent.
struct Show {
    began: Instant,
    timeline: Timeline,
    video: Option<Mid>,
    audio: Option<Mid>,
    /// What is sent faster than it came.
    waiting: VecDeque<Arc<Sample>>,
    next: Instant,
    /// Nothing can be shown before a keyframe.
    lost: bool,
    /// Nothing of the broadcast could be sent when that was last looked at.
    dark: bool,
}

/// Serves a viewer until they go, or have to.
pub(super) async fn serve(
    mut peer: Peer,
    broadcast: Arc<Broadcast>,
    opus: Option<Opus>,
    pulse: Arc<dyn Pulse>,
    stop: CancellationToken,
) {
    let outcome = tokio::select! {
        outcome = run(&mut peer, &broadcast, opus.as_ref(), pulse.as_ref()) => outcome,
        () = stop.cancelled() => Ok(()),
    };
    if let Err(error) = &outcome {
        tracing::debug!(stream = broadcast.stream_id(), %error, "a viewer was let go");
    }
    peer.bye().await;
}

async fn run(
    peer: &mut Peer,
    broadcast: &Arc<Broadcast>,
    opus: Option<&Opus>,
    pulse: &dyn Pulse,
) -> Result<(), Ended> {
    let mut show = Show::new();
    let mut listener = None;
    let mut hearing = None;
    let mut beats = interval(peer.beat());
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beats.tick().await;
    loop {
        for event in peer.drain().await? {
            match event {
                Event::MediaAdded(added) if added.direction.is_sending() => match added.kind {
                    MediaKind::Video => show.video = Some(added.mid),
                    MediaKind::Audio => show.audio = Some(added.mid),
                },
                Event::Connected if listener.is_none() => {
                    let comes = broadcast.listen().ok_or(LiveError::Over)?;
                    listener = Some(show.begin(comes));
                    show.listen(&mut hearing, broadcast, opus);
                    if show.lost {
                        broadcast.want_keyframe();
                    }
                }
                Event::KeyframeRequest(_) => broadcast.want_keyframe(),
                _ => {}
            }
        }
        let catches_up = !show.waiting.is_empty();
        tokio::select! {
            step = peer.wait(None) => {
                if !peer.take(step)? {
                    return Ok(());
                }
            }
            () = sleep_until(show.next.into()), if catches_up => show.catch_up(peer)?,
            sample = next(&mut listener) => match sample {
                Ok(sample) => show.take(peer, sample)?,
                Err(RecvError::Lagged(_)) => show.lose(),
                Err(RecvError::Closed) => return Ok(()),
            },
            _ = beats.tick() => {
                // An encoder that has just come back has said nothing of its pictures yet.
                let dark = broadcast.at_once().is_none();
                if (dark && std::mem::replace(&mut show.dark, dark)) || !pulse.beat().await {
                    return Ok(());
                }
                show.dark = dark;
                show.listen(&mut hearing, broadcast, opus);
            }
        }
    }
}

type Samples = tokio::sync::broadcast::Receiver<Arc<Sample>>;

/// What comes next; nothing before the viewer is connected.
async fn next(samples: &mut Option<Samples>) -> Result<Arc<Sample>, RecvError> {
    match samples {
        Some(samples) => samples.recv().await,
        None => std::future::pending().await,
    }
}

impl Show {
    fn new() -> Self {
        let now = Instant::now();
        Self {
            began: now,
            timeline: Timeline::default(),
            video: None,
            audio: None,
            waiting: VecDeque::new(),
            next: now,
            lost: true,
            dark: false,
        }
    }

    fn now_us(&self) -> i64 {
        i64::try_from(self.began.elapsed().as_micros()).unwrap_or(i64::MAX)
    }

    /// They are connected: they begin with the last keyframe.
    fn begin(&mut self, listener: Listener) -> Samples {
        let Listener { group, samples } = listener;
        if let Some(last) = group.last() {
            // The newest is now; what was before it is late already.
            let now = self.now_us();
            self.timeline.time(last.time_us, now);
            self.lost = false;
        }
        self.waiting = group.into();
        samples
    }

    /// Has Opus made of the sound, as long as they would hear it and the encoder sends another
    /// kind.
    fn listen(
        &self,
        hearing: &mut Option<Arc<Hearing>>,
        broadcast: &Arc<Broadcast>,
        opus: Option<&Opus>,
    ) {
        let other = broadcast.at_once().is_some_and(|tracks| tracks.other_audio);
        if self.audio.is_none() || !other {
            *hearing = None;
        } else if hearing.is_none() {
            *hearing = opus.and_then(|opus| opus.join(broadcast));
        }
    }

    /// They have not kept up: they go on with the next keyframe.
    fn lose(&mut self) {
        self.waiting.clear();
        self.lost = true;
    }

    fn take(&mut self, peer: &mut Peer, sample: Arc<Sample>) -> Result<(), Ended> {
        if self.waiting.is_empty() || sample.track == Track::Audio {
            return self.send(peer, &sample);
        }
        self.waiting.push_back(sample);
        if self.waiting.len() > WAITING {
            self.lose();
        }
        Ok(())
    }

    fn catch_up(&mut self, peer: &mut Peer) -> Result<(), Ended> {
        self.next = Instant::now() + CATCH_UP;
        match self.waiting.pop_front() {
            Some(sample) => self.send(peer, &sample),
            None => Ok(()),
        }
    }

    fn send(&mut self, peer: &mut Peer, sample: &Sample) -> Result<(), Ended> {
        let (mid, codec, rate) = match sample.track {
            Track::Video => (self.video, Codec::H264, Frequency::NINETY_KHZ),
            Track::Audio => (self.audio, Codec::Opus, Frequency::FORTY_EIGHT_KHZ),
        };
        if sample.track == Track::Video {
            self.lost &= !sample.sync;
            if self.lost {
                return Ok(());
            }
        }
        let Some(mid) = mid else { return Ok(()) };
        let now = self.now_us();
        let time = self.timeline.time(sample.time_us, now);
        // Sender reports say when that is on our clock: the same for pictures and sound.
        let late = Duration::from_micros(now.saturating_sub(time).max(0).unsigned_abs());
        let wall = Instant::now().checked_sub(late).unwrap_or(self.began);
        let ticks = i128::from(time.saturating_add(BEGIN_US).max(0)) * i128::from(rate.get());
        let ticks = u64::try_from(ticks / 1_000_000).unwrap_or(0);
        let Some(writer) = peer.rtc.writer(mid) else {
            return Ok(());
        };
        let Some(number) = number(writer.payload_params(), codec) else {
            return Ok(());
        };
        writer.write(number, wall, MediaTime::new(ticks, rate), sample.payload())?;
        Ok(())
    }
}

/// The payload type under which a peer takes this codec.
pub(super) fn number<'a>(
    mut offered: impl Iterator<Item = &'a PayloadParams>,
    codec: Codec,
) -> Option<Pt> {
    let fits = |one: &&PayloadParams| {
        let spec = one.spec();
        spec.codec == codec && (codec != Codec::H264 || spec.format.packetization_mode == Some(1))
    };
    offered.find(fits).map(PayloadParams::pt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_followed_until_it_jumps() {
        let mut line = Timeline::default();
        assert_eq!(line.time(900_000_000, 5_000), 5_000);
        // What was before is before, and what comes late is when it was.
        assert_eq!(line.time(898_000_000, 6_000), -1_995_000);
        assert_eq!(line.time(900_040_000, 300_000), 45_000);
        // Another encoder.
        assert_eq!(line.time(7, 400_000), 400_000);
        assert_eq!(line.time(20_007, 401_000), 420_000);
    }
}
