//! The adaptive ladder: a broadcast's pictures in smaller sizes, made while it goes on.
//!
//! One [`Mill`] at a time works for a broadcast: it decodes once, and codes the pictures anew in
//! several sizes. It listens to the frames as they come ([`Tap`](crate::broadcast::Tap)), so that
//! the broadcast waits for nothing; what it gives back is cut where the source was cut
//! ([`Follower`](matinee_media::live::Follower)), and lies beside it under the same numbers.
//!
//! The source goes out as it comes, whatever becomes of the ladder. If the machine does not keep
//! up, the largest of the sizes is let go, and the operator is told; after a quiet while the
//! smallest of those is tried again. If what makes them dies, it is begun anew after a pause, and
//! what is missing meanwhile is a gap in the playlists.

mod follow;
#[cfg(test)]
mod tests;
mod work;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Semaphore;

use crate::broadcast::Broadcast;
use crate::desk::Desk;

/// One of the sizes in which pictures are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rung {
    /// Lines on the shorter side: what it is called by.
    pub lines: u16,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// The kilobits a second that it may not exceed for long.
    pub max_kbps: u32,
}

/// Why a mill does not work.
pub type MillError = Box<dyn std::error::Error + Send + Sync>;

/// Makes pictures in other sizes.
#[async_trait]
pub trait Mill: Send + Sync {
    /// The sizes for pictures of this size, the largest first: smaller ones only. None if there
    /// is nothing to be made.
    fn plan(&self, width: u32, height: u32) -> Vec<Rung>;

    /// Begins to make these sizes.
    async fn start(&self, rungs: &[Rung]) -> Result<Work, MillError>;
}

/// A mill at work.
pub struct Work {
    /// Takes a fragmented MP4 of one track of pictures.
    pub input: Pin<Box<dyn AsyncWrite + Send>>,
    /// Gives a transport stream with one track for each size, in their order: every picture that
    /// went in, at the same time, in the order in which they are shown; with keyframes where the
    /// source has some.
    pub output: Pin<Box<dyn AsyncRead + Send>>,
    /// What works. It ends when this is dropped.
    pub child: Box<dyn Child>,
}

/// What works in a mill.
#[async_trait]
pub trait Child: Send {
    /// Ends it, if it has not ended, and gives its last words.
    async fn end(self: Box<Self>) -> String;
}

/// How ladders are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LadderOptions {
    /// For how many broadcasts at once.
    pub at_once: usize,
    /// How far it may be behind the source.
    pub late: Duration,
    /// For how long it may be further behind than that.
    pub patience: Duration,
    /// How long it may take until the first picture comes out.
    pub start: Duration,
    /// After how long without trouble a size that was let go is tried again; twice as long each
    /// time that it is let go anew, up to eight times.
    pub quiet: Duration,
}

impl Default for LadderOptions {
    fn default() -> Self {
        Self {
            at_once: 2,
            late: Duration::from_millis(2500),
            patience: Duration::from_secs(3),
            start: Duration::from_secs(10),
            quiet: Duration::from_mins(5),
        }
    }
}

/// Makes ladders of broadcasts. A clone is the same.
#[derive(Clone)]
pub struct Ladder(Arc<Inner>);

struct Inner {
    mill: Arc<dyn Mill>,
    options: LadderOptions,
    places: Arc<Semaphore>,
}

impl Ladder {
    /// Makes them by this mill.
    pub fn new(mill: Arc<dyn Mill>, options: LadderOptions) -> Self {
        Self(Arc::new(Inner {
            mill,
            places: Arc::new(Semaphore::new(options.at_once)),
            options,
        }))
    }

    /// Makes one of a broadcast, until it is over.
    pub(crate) fn follow(&self, broadcast: Arc<Broadcast>, desk: Arc<dyn Desk>) {
        let Some(tap) = broadcast.tap() else { return };
        broadcast.expects_rungs();
        let ladder = self.clone();
        tokio::spawn(async move { ladder.work_for(broadcast, desk, tap).await });
    }
}
