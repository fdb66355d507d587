//! The service.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use matinee_engines::db::Db;
use matinee_engines::hot::Hot;
use parking_lot::Mutex;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio_util::sync::CancellationToken;

use crate::intake::{Queued, Recent};
use crate::lanes::Lane;
use crate::tuned::Tuned;
use crate::who::Tagger;
use crate::{AnalyticsError, Result};

/// What may wait on its way to the log without being durable yet.
const QUEUE: usize = 8192;
/// How often hours are rolled up and leaderboards of the last hour and day made.
const ROLL_UP: Duration = Duration::from_secs(30);
/// How often leaderboards of longer stretches are made.
const LEADERBOARDS: u32 = 10;
/// How many videos' views are put back into hot state at once.
const REFILLS: usize = 2;
/// How often what is too old is removed.
const TIDY: u32 = 120;

/// How analytics are kept.
#[derive(Debug, Clone, Copy)]
pub struct AnalyticsOptions {
    /// A viewer's second view of the same video within this time does not count.
    pub view_window: Duration,
    /// How long plays, the raw numbers, are kept.
    pub plays_kept: Duration,
    /// How long events stay in the log once they are applied.
    pub events_kept: Duration,
    /// How long figures by the hour are kept; those by the day stay.
    pub hours_kept: Duration,
    /// Of how many in a hundred sessions CMCD is taken in.
    pub cmcd_percent: u8,
}

impl Default for AnalyticsOptions {
    fn default() -> Self {
        let day = Duration::from_hours(24);
        Self {
            view_window: Duration::from_hours(1),
            plays_kept: day * 90,
            events_kept: day * 3,
            hours_kept: day * 90,
            cmcd_percent: 100,
        }
    }
}

/// What analytics rest on.
pub struct AnalyticsDeps {
    /// Where plays and figures lie.
    pub db: Db,
    /// Where leaderboards and what was viewed a moment ago lie.
    pub hot: Arc<dyn Hot>,
    /// The folder of the event log.
    pub folder: PathBuf,
    /// From which viewers' tags are made.
    pub secret: [u8; 32],
    /// What this node is called, where there are several.
    pub node: Option<String>,
    /// How they are kept.
    pub options: AnalyticsOptions,
}

/// Counts what is watched. A clone is the same.
///
/// Memory: at most 8,192 events on their way to the log, the ids of the last
/// 200,000 events (24 bytes each), the channels of 50,000 sessions, and while events are applied 8,000 of them
/// (4 MiB at most, as they lie in the log) with at most 2,000 plays.
#[derive(Clone)]
pub struct Analytics {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) hot: Arc<dyn Hot>,
    pub(crate) folder: PathBuf,
    pub(crate) tagger: Tagger,
    pub(crate) node: Option<String>,
    pub(crate) options: AnalyticsOptions,
    pub(crate) lane: OnceLock<Lane>,
    pub(crate) queue: mpsc::Sender<Queued>,
    pub(crate) queued: Mutex<Option<mpsc::Receiver<Queued>>>,
    pub(crate) recent: Mutex<Recent>,
    pub(crate) tuned: Mutex<Tuned>,
    /// One batch at a time.
    pub(crate) applying: tokio::sync::Mutex<()>,
    /// One roll-up at a time.
    pub(crate) rolling: tokio::sync::Mutex<()>,
    /// So many videos' views are put back into hot state at once.
    pub(crate) refills: Arc<Semaphore>,
    /// How often a service level was missed, or met again.
    pub(crate) levels: watch::Sender<u64>,
}

impl std::fmt::Debug for Analytics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Analytics")
            .field("options", &self.inner.options)
            .finish_non_exhaustive()
    }
}

impl Analytics {
    /// On these. Events are taken in once the log is [open](Self::open).
    pub fn new(deps: AnalyticsDeps) -> Self {
        let (queue, queued) = mpsc::channel(QUEUE);
        Self {
            inner: Arc::new(Inner {
                db: deps.db,
                hot: deps.hot,
                folder: deps.folder,
                tagger: Tagger::new(deps.secret),
                node: deps.node,
                options: deps.options,
                lane: OnceLock::new(),
                queue,
                queued: Mutex::new(Some(queued)),
                recent: Mutex::new(Recent::default()),
                tuned: Mutex::new(Tuned::default()),
                applying: tokio::sync::Mutex::default(),
                rolling: tokio::sync::Mutex::default(),
                refills: Arc::new(Semaphore::new(REFILLS)),
                levels: watch::Sender::new(0),
            }),
        }
    }

    /// Opens the event log: only who serves does.
    pub async fn open(&self) -> Result<()> {
        if self.inner.lane.get().is_none() {
            let lane = Lane::open(&self.inner.folder, self.inner.options.events_kept).await?;
            let _ = self.inner.lane.set(lane);
        }
        Ok(())
    }

    pub(crate) fn lane(&self) -> Result<&Lane> {
        self.inner.lane.get().ok_or(AnalyticsError::Closed)
    }

    pub(crate) fn db(&self) -> &Db {
        &self.inner.db
    }

    /// Applies what comes in, rolls it up and keeps house. Returns after `stop`,
    /// once what was queued is in the log: stop it after the last request has
    /// been answered.
    pub async fn run(&self, stop: CancellationToken) {
        tokio::join!(
            self.carry(stop.clone()),
            self.follow_log(&stop),
            self.follow_clock(&stop),
        );
    }

    async fn follow_log(&self, stop: &CancellationToken) {
        loop {
            let applied = tokio::select! {
                () = stop.cancelled() => return,
                applied = self.apply_next(Duration::from_secs(30)) => applied,
            };
            if let Err(error) = applied {
                tracing::warn!(%error, "events were not applied; it is tried again");
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(Duration::from_secs(1)) => {}
                }
            }
        }
    }

    async fn follow_clock(&self, stop: &CancellationToken) {
        // Each of them first a while after the start, which has enough to do.
        let mut round = 0_u32;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(ROLL_UP) => {}
            }
            round = round.wrapping_add(1);
            if let Err(error) = self.keep_up(round).await {
                tracing::warn!(%error, "analytics are behind; it is tried again");
            }
        }
    }

    async fn keep_up(&self, round: u32) -> Result<()> {
        self.roll_up().await?;
        self.check_levels().await?;
        self.refresh_leaderboards(round % LEADERBOARDS == 1).await?;
        if round % TIDY == 2 {
            self.tidy().await?;
            self.adopt().await?;
        }
        Ok(())
    }

    /// Applies all that has come in, rolls it up and makes the leaderboards anew.
    pub async fn refresh(&self) -> Result<()> {
        self.flush_queue().await;
        self.apply_waiting().await?;
        self.roll_up().await?;
        self.check_levels().await?;
        self.refresh_leaderboards(true).await
    }
}
