//! Views as they change, for those who keep a page open.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures::Stream;
use futures::stream::{self, StreamExt as _};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc};
use tokio::time::Instant;
use tokio_stream::wrappers::ReceiverStream;

use super::{Processing, view};
use crate::error::{IngestError, Result};
use crate::steps::Core;

/// A watcher is not told of the same video more often than this.
pub const MIN_INTERVAL: Duration = Duration::from_millis(250);
/// Views that a slow watcher may leave unread before it is waited for.
const UNREAD: usize = 16;
/// A watcher of one video looks again at least this often, should an announcement have been lost.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// The view of one video now.
pub(crate) async fn look(core: &Core, video_id: &str) -> Result<Processing> {
    let video = core
        .catalog
        .find(video_id)
        .await?
        .ok_or(IngestError::Gone)?;
    let parts = core.catalog.parts(video_id).await?;
    let jobs = core
        .jobs
        .by_subject(core.catalog.db().read(), video_id)
        .await?;
    Ok(view(&video, &parts.renditions, &jobs))
}

/// The views of one video: the present one at once, then each change, until nothing more happens
/// or the video is deleted.
pub(crate) fn watch_one(
    core: Arc<Core>,
    video_id: String,
) -> impl Stream<Item = Processing> + Send + 'static {
    let (sender, receiver) = mpsc::channel(UNREAD);
    let mut jobs = core.jobs.subscribe();
    let mut changes = core.catalog.changes();
    tokio::spawn(async move {
        let mut last = None;
        loop {
            let Ok(now) = look(&core, &video_id).await else {
                return;
            };
            let ended = now.is_final();
            if last.as_ref() != Some(&now) {
                last = Some(now.clone());
                if sender.send(now).await.is_err() {
                    return;
                }
            }
            if ended {
                return;
            }
            let told = Instant::now();
            let mine = async {
                loop {
                    tokio::select! {
                        event = jobs.recv() => match event {
                            Ok(event) if event.job.subject.as_deref() == Some(&video_id) => return,
                            Ok(_) => {}
                            Err(RecvError::Lagged(_)) => return,
                            Err(RecvError::Closed) => std::future::pending().await,
                        },
                        change = changes.recv() => match change {
                            Ok(change) if change.video_id == video_id => return,
                            Ok(_) => {}
                            Err(RecvError::Lagged(_)) => return,
                            Err(RecvError::Closed) => std::future::pending().await,
                        },
                    }
                }
            };
            tokio::select! {
                () = sender.closed() => return,
                () = mine => tokio::time::sleep_until(told + MIN_INTERVAL).await,
                () = tokio::time::sleep(LOOK_AGAIN) => {}
            }
        }
    });
    ReceiverStream::new(receiver)
}

/// The views of all videos as they change, from now on.
pub(crate) fn watch_all(core: Arc<Core>) -> impl Stream<Item = Processing> + Send + 'static {
    let jobs = core.jobs.subscribe();
    let changes = core.catalog.changes();
    let ids = changed_ids(jobs, changes);
    ids.then(move |changed| {
        let core = Arc::clone(&core);
        async move {
            let views = changed.into_iter().map(|id| {
                let core = Arc::clone(&core);
                async move { look(&core, &id).await.ok() }
            });
            futures::future::join_all(views).await
        }
    })
    .flat_map(|views| stream::iter(views.into_iter().flatten()))
}

/// The videos that changed, collected over [`MIN_INTERVAL`] each time.
fn changed_ids(
    jobs: broadcast::Receiver<matinee_jobs::JobEvent>,
    changes: broadcast::Receiver<matinee_catalog::Change>,
) -> impl Stream<Item = Vec<String>> + Send {
    stream::unfold((jobs, changes), |(mut jobs, mut changes)| async move {
        let mut changed: HashSet<String> = HashSet::new();
        let mut until: Option<Instant> = None;
        loop {
            let wait = async {
                match until {
                    Some(until) => tokio::time::sleep_until(until).await,
                    None => std::future::pending().await,
                }
            };
            let id = tokio::select! {
                () = wait => break,
                event = jobs.recv() => match event {
                    Ok(event) => event.job.subject.clone(),
                    Err(RecvError::Lagged(_)) => None,
                    Err(RecvError::Closed) => return None,
                },
                change = changes.recv() => match change {
                    Ok(change) if change.deleted => None,
                    Ok(change) => Some(change.video_id),
                    Err(RecvError::Lagged(_)) => None,
                    Err(RecvError::Closed) => return None,
                },
            };
            if let Some(id) = id {
                changed.insert(id);
                until.get_or_insert_with(|| Instant::now() + MIN_INTERVAL);
            }
        }
        Some((changed.into_iter().collect(), (jobs, changes)))
    })
}
