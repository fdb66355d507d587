//! Pictures of what is on the air: what lists and waiting players show.
//!
//! Every few seconds the newest keyframe of each broadcast becomes a JPEG. The newest one is in
//! memory with its broadcast; the first, one a minute and the last are kept as a blob too, so that
//! a stream has a picture when it is over and after a restart, until its next broadcast.
//!
//! It costs little: a few at a time, one of a broadcast, and on a machine that takes long to make
//! them they come less often. While nobody publishes nothing is made.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt as _;
use matinee_engines::blobs::{BlobError, BlobKey, SharedBlobs};
use matinee_engines::time::now_micros;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use crate::broadcast::{Broadcast, Broadcasts, Keyframe, Still};
use crate::streams::{Happened, StreamChange, Streams};

/// The largest picture that is believed.
pub const STILL_MAX: u64 = 4 << 20;

/// How long the last pictures may take to be kept when the server stops.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Why a picture could not be taken.
pub type CameraError = Box<dyn std::error::Error + Send + Sync>;

/// Takes pictures.
#[async_trait]
pub trait Camera: Send + Sync {
    /// The first frame of a short MP4 as a JPEG. Ends in bounded time.
    async fn still(&self, media: Bytes) -> Result<Bytes, CameraError>;
}

/// How often pictures are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StillOptions {
    /// How often it is looked whether one is due.
    pub look: Duration,
    /// The time from one picture of a broadcast to the next.
    pub every: Duration,
    /// How many are taken at once.
    pub at_once: usize,
    /// The next picture comes no sooner than this many times as long as the last one took: the
    /// machine has other things to do.
    pub rest: u32,
    /// How often one is kept while the broadcast goes on.
    pub keep: Duration,
}

impl Default for StillOptions {
    fn default() -> Self {
        Self {
            look: Duration::from_secs(1),
            every: Duration::from_secs(10),
            at_once: 2,
            rest: 20,
            keep: Duration::from_mins(1),
        }
    }
}

/// What pictures are taken with.
pub struct StillsDeps {
    /// Of what.
    pub broadcasts: Arc<Broadcasts>,
    /// Whose rows say that there is one.
    pub streams: Streams,
    /// By whom.
    pub camera: Arc<dyn Camera>,
    /// Where they are kept.
    pub blobs: SharedBlobs,
    /// How.
    pub options: StillOptions,
}

/// Pictures of what is on the air. A clone is the same.
#[derive(Clone)]
pub struct Stills(Arc<StillsDeps>);

/// A broadcast that pictures are taken of.
struct Sitter {
    broadcast: Arc<Broadcast>,
    /// The next picture is not taken before.
    due: Instant,
    /// Something is done about it at this moment.
    busy: bool,
    /// The keyframe that was shown last.
    shown: Option<(u64, usize)>,
    /// When the picture was taken that was kept last, and when it was kept.
    kept: Option<(i64, Instant)>,
}

impl Sitter {
    fn new(broadcast: Arc<Broadcast>) -> Self {
        Self {
            broadcast,
            due: Instant::now(),
            busy: false,
            shown: None,
            kept: None,
        }
    }

    /// The picture that ought to be kept now.
    fn to_keep(&self, every: Duration) -> Option<Still> {
        let still = self.broadcast.still()?;
        let due = match self.kept {
            None => true,
            Some((taken_at, _)) if taken_at == still.taken_at => false,
            Some((_, at)) => self.broadcast.has_ended() || at.elapsed() >= every,
        };
        due.then_some(still)
    }
}

/// What has been done about a broadcast.
struct Done {
    stream_id: String,
    taken: Option<Taken>,
    kept: Option<i64>,
}

struct Taken {
    at: (u64, usize),
    took: Duration,
    outcome: Result<Bytes, CameraError>,
}

impl Stills {
    /// None yet.
    pub fn new(deps: StillsDeps) -> Self {
        Self(Arc::new(deps))
    }

    /// The picture of a stream: of now if it is on the air here, else the one that was kept last,
    /// taken at `kept_at`.
    pub async fn of(&self, stream_id: &str, kept_at: Option<i64>) -> Option<Still> {
        let broadcast = self.0.broadcasts.get(stream_id);
        if let Some(still) = broadcast.and_then(|broadcast| broadcast.still()) {
            return Some(still);
        }
        let taken_at = kept_at?;
        match self.0.blobs.get_all(&key(stream_id)?, STILL_MAX).await {
            Ok(jpeg) => Some(Still { taken_at, jpeg }),
            Err(BlobError::NotFound(_)) => None,
            Err(error) => {
                tracing::warn!(stream = stream_id, %error, "a stream's picture cannot be read");
                None
            }
        }
    }

    /// Takes pictures until `stop`, and keeps the last ones.
    pub async fn run(&self, stop: CancellationToken) {
        let mut changes = self.0.streams.changes();
        self.collect().await;
        let mut ticks = interval(self.0.options.look);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut sitters: HashMap<String, Sitter> = HashMap::new();
        let mut under_way = JoinSet::new();
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                Some(done) = under_way.join_next() => if let Ok(done) = done {
                    self.note(&mut sitters, done);
                },
                change = changes.recv() => match change {
                    Ok(change) => self.follow(&change).await,
                    Err(RecvError::Lagged(_)) => self.collect().await,
                    Err(RecvError::Closed) => break,
                },
                _ = ticks.tick() => self.look(&mut sitters, &mut under_way),
            }
        }
        under_way.shutdown().await;
        let last = async {
            for (stream_id, sitter) in &sitters {
                // Whatever has not been kept yet.
                if let Some(still) = sitter.to_keep(Duration::ZERO) {
                    self.keep(stream_id, &still).await;
                }
            }
        };
        if timeout(LAST_WORDS, last).await.is_err() {
            tracing::warn!("the last pictures of broadcasts were not kept");
        }
    }

    /// Sees to what is due.
    fn look(&self, sitters: &mut HashMap<String, Sitter>, under_way: &mut JoinSet<Done>) {
        for broadcast in self.0.broadcasts.on_air() {
            let known = sitters.get(broadcast.stream_id());
            if known.is_none_or(|known| {
                // One that is over keeps its place until its last picture is kept.
                !Arc::ptr_eq(&known.broadcast, &broadcast) && !known.busy
            }) {
                let stream_id = broadcast.stream_id().to_owned();
                sitters.insert(stream_id, Sitter::new(broadcast));
            }
        }
        let options = &self.0.options;
        for (stream_id, sitter) in &mut *sitters {
            if sitter.busy || under_way.len() >= options.at_once {
                continue;
            }
            let keyframe = sitter.broadcast.newest_keyframe().filter(|keyframe| {
                sitter.due <= Instant::now()
                    && !sitter.broadcast.has_ended()
                    && sitter.shown != Some(keyframe.at)
            });
            let keep = sitter.to_keep(options.keep);
            if keyframe.is_some() || keep.is_some() {
                sitter.busy = true;
                let (stills, stream_id) = (self.clone(), stream_id.clone());
                under_way.spawn(async move { stills.work(stream_id, keyframe, keep).await });
            }
        }
        sitters.retain(|_, sitter| {
            let over = sitter.broadcast.has_ended() && !sitter.busy;
            !over || sitter.to_keep(options.keep).is_some()
        });
    }

    async fn work(
        &self,
        stream_id: String,
        keyframe: Option<Keyframe>,
        keep: Option<Still>,
    ) -> Done {
        let kept = match keep {
            Some(still) => {
                self.keep(&stream_id, &still).await;
                Some(still.taken_at)
            }
            None => None,
        };
        let taken = match keyframe {
            Some(Keyframe { at, media }) => {
                let began = Instant::now();
                let outcome = self.0.camera.still(media).await;
                let took = began.elapsed();
                Some(Taken { at, took, outcome })
            }
            None => None,
        };
        Done {
            stream_id,
            taken,
            kept,
        }
    }

    fn note(&self, sitters: &mut HashMap<String, Sitter>, done: Done) {
        let Some(sitter) = sitters.get_mut(&done.stream_id) else {
            return;
        };
        sitter.busy = false;
        if let Some(taken_at) = done.kept {
            sitter.kept = Some((taken_at, Instant::now()));
        }
        let Some(Taken { at, took, outcome }) = done.taken else {
            return;
        };
        let options = &self.0.options;
        sitter.shown = Some(at);
        sitter.due = Instant::now() + options.every.max(took * options.rest).saturating_sub(took);
        match outcome {
            Ok(jpeg) => {
                let taken_at = now_micros();
                sitter.broadcast.show(Still { taken_at, jpeg });
            }
            Err(error) => {
                tracing::warn!(stream = done.stream_id, %error, "no picture could be taken");
                // What cannot be decoded now is hardly better in ten seconds.
                sitter.due += options.every * 5;
            }
        }
    }

    /// Keeps a picture, unless its stream is gone.
    async fn keep(&self, stream_id: &str, still: &Still) {
        let Some(key) = key(stream_id) else { return };
        let kept = self.0.blobs.put(&key, still.jpeg.clone()).await;
        if let Err(error) = kept {
            tracing::warn!(stream = stream_id, %error, "a stream's picture was not kept");
            return;
        }
        match self.0.streams.pictured(stream_id, still.taken_at).await {
            Ok(true) => {}
            Ok(false) => self.forget(stream_id).await,
            Err(error) => {
                tracing::warn!(stream = stream_id, %error, "a stream's picture was not noted");
            }
        }
    }

    /// What a stream's picture belongs to may be gone.
    async fn follow(&self, change: &StreamChange) {
        let gone = match change.what {
            Happened::Deleted => true,
            Happened::Changed => change.stream.thumbnail_at.is_none() && !change.stream.is_live(),
            Happened::Started | Happened::Ended | Happened::Scaled => false,
        };
        if gone {
            self.forget(&change.stream.id).await;
        }
    }

    async fn forget(&self, stream_id: &str) {
        let Some(key) = key(stream_id) else { return };
        if let Err(error) = self.0.blobs.delete(&key).await {
            tracing::warn!(stream = stream_id, %error, "a picture stays behind");
        }
    }

    /// Removes pictures whose streams are gone, if that was not seen.
    async fn collect(&self) {
        let Ok(all) = BlobKey::new("streams") else {
            return;
        };
        let mut pictures = self.0.blobs.list(Some(&all));
        while let Some(entry) = pictures.next().await {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    tracing::warn!(%error, "pictures of streams were not looked through");
                    return;
                }
            };
            let mut names = entry.key.as_str().split('/').skip(1);
            let Some(stream_id) = names.next() else {
                continue;
            };
            if let Ok(None) = self.0.streams.find(stream_id).await {
                self.forget(stream_id).await;
            }
        }
    }
}

/// Where the picture of a stream is kept.
fn key(stream_id: &str) -> Option<BlobKey> {
    BlobKey::new(format!("streams/{stream_id}/thumbnail.jpg")).ok()
}
