//! A broadcast's sound is followed from run to run.

use std::sync::Arc;

use bytes::Bytes;
use matinee_media::codec::{Codec, SampleEntry};
use matinee_media::live::{Options, Packager, Place, init};
use matinee_media::ogg::opus::OpusReader;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::OpusMill;
use crate::again::{WELL, discreet, pause};
use crate::broadcast::{Broadcast, Heard, Tap, Track, Tracks};
use crate::ladder::Work;

/// How many frames may wait for the mill: some seconds.
const WAITING: usize = 256;
/// What is read of it at once.
const PIECE: usize = 16 << 10;
/// Samples a second, in a packet, and before the first one that is heard (RFC 7845 §4.2), as
/// libopus has it.
const RATE: i64 = 48_000;
const PACKET: i64 = 960;
const PRE_SKIP: i64 = 312;

/// Each frame is a fragment.
const FRAME_BY_FRAME: Options = Options {
    part_ms: 1,
    segment_ms: u32::MAX,
    target_s: u32::MAX,
};

/// A mill at work for one run.
struct Job {
    work: Work,
    feed: mpsc::Sender<Bytes>,
    writer: JoinHandle<()>,
    packager: Packager,
    reader: OpusReader,
    /// What the run's clock says at the first frame.
    epoch_us: i64,
    piece: Vec<u8>,
    since: Instant,
}

/// What is done for one broadcast.
struct Following {
    mill: Arc<dyn OpusMill>,
    broadcast: Arc<Broadcast>,
    /// The sound of the run that goes on, if it is to be made anew.
    entry: Option<SampleEntry>,
    job: Option<Job>,
    attempts: u32,
    /// Nothing is begun before.
    not_before: Instant,
}

enum Next {
    Stop,
    Heard(Option<Heard>),
    Made(Result<usize, &'static str>),
}

/// Makes the sound of a broadcast, until it is over or nobody hears it.
pub(super) async fn serve(
    mill: Arc<dyn OpusMill>,
    broadcast: Arc<Broadcast>,
    mut tap: Tap,
    stop: CancellationToken,
    _place: OwnedSemaphorePermit,
) {
    let mut following = Following {
        mill,
        broadcast,
        entry: None,
        job: None,
        attempts: 0,
        not_before: Instant::now(),
    };
    loop {
        let next = match &mut following.job {
            None => tokio::select! {
                () = stop.cancelled() => Next::Stop,
                heard = tap.next() => Next::Heard(heard),
            },
            Some(job) => tokio::select! {
                () = stop.cancelled() => Next::Stop,
                heard = tap.next() => Next::Heard(heard),
                made = job.read() => Next::Made(made),
            },
        };
        match next {
            Next::Stop | Next::Heard(None) => break,
            Next::Heard(Some(Heard::Run(tracks))) => following.begin_run(&tracks).await,
            Next::Heard(Some(Heard::Frame {
                track: Track::Audio,
                time_us,
                frame,
            })) => following.take(time_us, frame.data).await,
            Next::Heard(Some(Heard::Gap)) => {
                following.end().await;
                // The run that goes on may have begun in the gap.
                match following.broadcast.tap() {
                    Some(fresh) => tap = fresh,
                    None => break,
                }
            }
            Next::Heard(Some(_)) => {}
            Next::Made(made) => following.made(made).await,
        }
    }
    following.end().await;
}

impl Following {
    async fn begin_run(&mut self, tracks: &Tracks) {
        self.end().await;
        self.attempts = 0;
        self.not_before = Instant::now();
        let sound = tracks.audio.as_ref();
        self.entry = sound
            .filter(|(codec, _)| *codec != Codec::Opus)
            .and_then(|(codec, config)| SampleEntry::of_config(*codec, config).ok());
    }

    async fn take(&mut self, time_us: i64, data: Bytes) {
        if self.job.is_none() && Instant::now() >= self.not_before {
            self.start(time_us).await;
        }
        let Some(job) = &mut self.job else { return };
        if let Err(why) = job.take(time_us, data) {
            self.failed(why).await;
        }
    }

    async fn start(&mut self, time_us: i64) {
        let Some(entry) = &self.entry else { return };
        match self.mill.start().await {
            Ok(work) => self.job = Job::begin(work, entry, time_us),
            Err(error) => {
                tracing::warn!(stream = self.broadcast.stream_id(), %error, "no sound can be made for WebRTC");
            }
        }
        if self.job.is_none() {
            self.attempts += 1;
            self.not_before = Instant::now() + pause(self.attempts);
        }
    }

    async fn made(&mut self, made: Result<usize, &'static str>) {
        let Some(job) = &mut self.job else { return };
        if let Err(why) = made.and_then(|len| job.put(len, &self.broadcast)) {
            self.failed(why).await;
        }
    }

    async fn failed(&mut self, why: &'static str) {
        let Some(job) = self.job.take() else { return };
        if job.since.elapsed() >= WELL {
            self.attempts = 0;
        }
        let words = job.end().await;
        self.attempts += 1;
        tracing::warn!(
            stream = self.broadcast.stream_id(),
            why,
            words = discreet(&words, None),
            attempts = self.attempts,
            "what makes sound for WebRTC has ended; it is begun anew"
        );
        self.not_before = Instant::now() + pause(self.attempts);
    }

    async fn end(&mut self) {
        if let Some(job) = self.job.take() {
            job.end().await;
        }
    }
}

impl Job {
    fn begin(mut work: Work, entry: &SampleEntry, epoch_us: i64) -> Option<Self> {
        let packager = Packager::new(FRAME_BY_FRAME, None, Some(entry), Place::default()).ok()?;
        let (feed, mut fed) = mpsc::channel::<Bytes>(WAITING);
        let mut input = std::mem::replace(&mut work.input, Box::pin(tokio::io::sink()));
        let head = init(entry);
        let writer = tokio::spawn(async move {
            let mut next = Some(head);
            while let Some(bytes) = next {
                // Why it takes no more is seen where it gives no more.
                if input.write_all(&bytes).await.is_err() || input.flush().await.is_err() {
                    return;
                }
                next = fed.recv().await;
            }
        });
        Some(Self {
            work,
            feed,
            writer,
            packager,
            reader: OpusReader::default(),
            epoch_us,
            piece: vec![0; PIECE],
            since: Instant::now(),
        })
    }

    fn take(&mut self, time_us: i64, data: Bytes) -> Result<(), &'static str> {
        let taken = self.packager.sound(time_us, data);
        taken.map_err(|_| "the clock jumps")?;
        for part in self.packager.take() {
            let passed = self.feed.try_send(part.data);
            passed.map_err(|_| "it does not keep up")?;
        }
        Ok(())
    }

    /// Waits for what comes out. Nothing is lost when this is not waited for to the end.
    async fn read(&mut self) -> Result<usize, &'static str> {
        match self.work.output.read(&mut self.piece).await {
            Ok(0) | Err(_) => Err("it has ended"),
            Ok(len) => Ok(len),
        }
    }

    /// Passes on what has been read.
    fn put(&mut self, len: usize, broadcast: &Broadcast) -> Result<(), &'static str> {
        let bytes = self.piece.get(..len).unwrap_or_default();
        let packets = self.reader.feed(bytes);
        let packets = packets.map_err(|_| "it makes what cannot be read")?;
        for packet in packets {
            let Some(end) = packet.end else {
                return Err("it puts several packets on a page");
            };
            let begin = end.saturating_sub(PACKET + PRE_SKIP);
            let at = begin.saturating_mul(1_000_000) / RATE;
            broadcast.hear(self.epoch_us.saturating_add(at), packet.data);
        }
        Ok(())
    }

    /// Ends it now, and gives its last words.
    async fn end(self) -> String {
        self.writer.abort();
        self.work.child.end().await
    }
}
