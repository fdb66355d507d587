//! One mill at work for one run of a broadcast.

use bytes::Bytes;
use matinee_media::{
    codec::{Codec, SampleEntry},
    flv::{Content, Frame},
    index::MediaKind,
    live::{Cut, Follower, Options, Packager, Part, Place, VIDEO_TIMESCALE, init, video_ticks},
    rescale,
    ts::{Demuxer, Event},
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Duration, Instant, timeout};

use super::{Rung, Work};
use crate::broadcast::{Began, Broadcast};

/// How many frames may wait for the mill: some seconds.
const WAITING: usize = 128;
/// What is read of it at once.
const PIECE: usize = 64 << 10;
/// How long it has for the last pictures of a run.
const LAST_PICTURES: Duration = Duration::from_secs(3);

/// Each frame is a fragment, as soon as the next one says how long it lasts.
const FRAME_BY_FRAME: Options = Options {
    part_ms: 1,
    segment_ms: u32::MAX,
    target_s: u32::MAX,
};

/// Why a mill is let go.
#[derive(Debug)]
pub(super) enum Trouble {
    /// It does not keep up.
    TooSlow,
    /// It has ended, or cannot be used.
    Broken(&'static str),
}

/// Pictures of one size as they come out.
struct Lane {
    rung: Rung,
    demuxer: Demuxer,
    follower: Follower,
    entry: Option<SampleEntry>,
    /// When its newest picture is shown, in ticks of the broadcast.
    reached: Option<u64>,
    begun: bool,
}

/// A mill at work.
pub(super) struct Job {
    work: Work,
    feed: mpsc::Sender<Bytes>,
    writer: JoinHandle<()>,
    lanes: Vec<Lane>,
    /// None when no more pictures go in.
    packager: Option<Packager>,
    run: Began,
    /// What the run's clock says at the first picture, and when it decodes, in ticks of the
    /// broadcast.
    epoch_us: i64,
    base: u64,
    /// When the newest picture that went in decodes, in ticks of the broadcast.
    heard: u64,
    since: Instant,
    late_since: Option<Instant>,
    piece: Vec<u8>,
    said: bool,
}

impl Job {
    /// Begins with a keyframe that decodes at `time_us` of the run's clock.
    pub(super) fn begin(
        mut work: Work,
        rungs: &[Rung],
        entry: &SampleEntry,
        run: Began,
        time_us: i64,
    ) -> Option<Self> {
        let base = video_ticks(run.from, time_us.saturating_sub(run.epoch_us))?;
        let packager = Packager::new(FRAME_BY_FRAME, Some(entry), None, Place::default()).ok()?;
        let (feed, mut fed) = mpsc::channel::<Bytes>(WAITING);
        let mut input = std::mem::replace(&mut work.input, Box::pin(tokio::io::sink()));
        let head = init(entry);
        let writer = tokio::spawn(async move {
            let mut next = Some(head);
            while let Some(bytes) = next {
                // Why it takes no more is seen where it gives no more.
                if input.write_all(&bytes).await.is_err() {
                    return;
                }
                next = fed.recv().await;
            }
            let _ = input.shutdown().await;
        });
        let lanes = rungs.iter().enumerate().map(|(nth, rung)| Lane {
            rung: *rung,
            demuxer: Demuxer::of_pictures(nth),
            follower: Follower::default(),
            entry: None,
            reached: None,
            begun: false,
        });
        Some(Self {
            work,
            feed,
            writer,
            lanes: lanes.collect(),
            packager: Some(packager),
            run,
            epoch_us: time_us,
            base,
            heard: base,
            since: Instant::now(),
            late_since: None,
            piece: vec![0; PIECE],
            said: false,
        })
    }

    /// The sizes that it makes.
    pub(super) fn rungs(&self) -> impl Iterator<Item = &Rung> {
        self.lanes.iter().map(|lane| &lane.rung)
    }

    /// Whether something of every size has come; said once.
    pub(super) fn has_begun_now(&mut self) -> bool {
        let begun = self.lanes.iter().all(|lane| lane.begun);
        begun && !std::mem::replace(&mut self.said, true)
    }

    /// Takes a picture of the source.
    pub(super) fn take(&mut self, time_us: i64, frame: Frame) -> Result<(), Trouble> {
        let at = time_us.saturating_sub(self.run.epoch_us);
        let ticks = video_ticks(self.run.from, at);
        if let Some(decoded) = ticks {
            self.heard = self.heard.max(decoded);
            let ahead = i64::from(frame.composition_ms) * i64::from(VIDEO_TIMESCALE / 1000);
            let shown = decoded.saturating_add_signed(ahead);
            for lane in &mut self.lanes {
                lane.follower.source(shown, decoded, frame.sync);
            }
        }
        let since = time_us.saturating_sub(self.epoch_us);
        let Some(packager) = &mut self.packager else {
            return Ok(());
        };
        let taken = packager.video(since, frame);
        taken.map_err(|_| Trouble::Broken("the clock jumps"))?;
        for part in packager.take() {
            self.pass(part.data)?;
        }
        Ok(())
    }

    fn pass(&self, bytes: Bytes) -> Result<(), Trouble> {
        self.feed.try_send(bytes).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => Trouble::TooSlow,
            mpsc::error::TrySendError::Closed(_) => Trouble::Broken("it takes no more pictures"),
        })
    }

    /// The source was cut.
    pub(super) fn cut(&mut self, cut: Cut, broadcast: &Broadcast) {
        let mut parts = Vec::new();
        for lane in &mut self.lanes {
            let mut out = Vec::new();
            lane.follower.cut(cut, &mut out);
            lane.put(out, &mut parts);
        }
        broadcast.push_rungs(parts);
    }

    /// Waits for what comes out. Nothing is lost when this is not waited for to the end.
    pub(super) async fn read(&mut self) -> Result<usize, Trouble> {
        match self.work.output.read(&mut self.piece).await {
            Ok(0) | Err(_) => Err(Trouble::Broken("it has ended")),
            Ok(len) => Ok(len),
        }
    }

    /// Takes in so many bytes that have been read.
    pub(super) fn put(&mut self, len: usize, broadcast: &Broadcast) -> Result<(), Trouble> {
        let mut parts = Vec::new();
        let bytes = self.piece.get(..len).unwrap_or_default();
        let (run, base) = (self.run.number, self.base);
        for lane in &mut self.lanes {
            let events = lane.demuxer.feed(bytes);
            lane.hear(events, run, base, broadcast, &mut parts)?;
        }
        broadcast.push_rungs(parts);
        Ok(())
    }

    /// Judges whether it keeps up.
    pub(super) fn judge(&mut self, options: &super::LadderOptions) -> Result<(), Trouble> {
        let reached = self.lanes.iter().map(|lane| lane.reached).min().flatten();
        let Some(reached) = reached else {
            let waits = self.since.elapsed() > options.start;
            return if waits { Err(Trouble::TooSlow) } else { Ok(()) };
        };
        let behind = self.heard.saturating_sub(reached);
        let behind = Duration::from_micros(rescale(behind, VIDEO_TIMESCALE, 1_000_000));
        if behind <= options.late {
            self.late_since = None;
            return Ok(());
        }
        let since = *self.late_since.get_or_insert_with(Instant::now);
        if since.elapsed() >= options.patience {
            return Err(Trouble::TooSlow);
        }
        Ok(())
    }

    /// The run is over: takes in what is still to come of it.
    pub(super) async fn finish(mut self, broadcast: &Broadcast) {
        if let Some(packager) = self.packager.take() {
            for part in packager.finish().0 {
                let _ = self.pass(part.data);
            }
        }
        let (closed, _) = mpsc::channel(1);
        self.feed = closed;
        let rest = async {
            while let Ok(len) = self.read().await {
                if self.put(len, broadcast).is_err() {
                    break;
                }
            }
        };
        let _ = timeout(LAST_PICTURES, rest).await;
        let mut parts = Vec::new();
        let (run, base) = (self.run.number, self.base);
        for lane in &mut self.lanes {
            let events = lane.demuxer.finish();
            let _ = lane.hear(events, run, base, broadcast, &mut parts);
            let mut out = Vec::new();
            lane.follower.finish(&mut out);
            lane.put(out, &mut parts);
        }
        broadcast.push_rungs(parts);
        self.end().await;
    }

    /// How long it has worked.
    pub(super) fn lasted(&self) -> Duration {
        self.since.elapsed()
    }

    /// Ends it now, and gives its last words.
    pub(super) async fn end(self) -> String {
        self.writer.abort();
        self.work.child.end().await
    }
}

impl Lane {
    fn put(&mut self, out: Vec<Part>, parts: &mut Vec<(u16, Part)>) {
        self.begun |= !out.is_empty();
        parts.extend(out.into_iter().map(|part| (self.rung.lines, part)));
    }

    fn hear(
        &mut self,
        events: Vec<Event>,
        run: u32,
        base: u64,
        broadcast: &Broadcast,
        parts: &mut Vec<(u16, Part)>,
    ) -> Result<(), Trouble> {
        for event in events {
            let Event::Packet {
                kind: MediaKind::Video,
                time_us,
                packet,
            } = event
            else {
                return Err(Trouble::Broken("it makes what cannot be read"));
            };
            match packet.content {
                Content::Config(config) => {
                    let made = SampleEntry::of_config(Codec::Avc, &config);
                    let made = made.map_err(|_| Trouble::Broken("its coding cannot be read"))?;
                    if self.entry.as_ref().is_some_and(|e| e.bytes == made.bytes) {
                        continue;
                    }
                    if !broadcast.begin_rung(run, self.rung.lines, made.clone()) {
                        return Err(Trouble::Broken("it codes otherwise than before"));
                    }
                    self.entry = Some(made);
                }
                Content::Frame(frame) => {
                    let ticks = u64::try_from(time_us).unwrap_or(0);
                    // To the nearest tick, which is the one that went in.
                    let shown = base + (ticks * 9 + 50) / 100;
                    self.reached = Some(shown);
                    let mut out = Vec::new();
                    let Frame { data, sync, .. } = frame;
                    self.follower.picture(shown, sync, data, &mut out);
                    self.put(out, parts);
                }
                Content::End => {}
            }
        }
        Ok(())
    }
}
