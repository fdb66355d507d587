//! Whose turn it is to append: the latest caller's.
//!
//! A client resumes because its connection broke, which the server may learn
//! of much later. So a newcomer does not wait: the former writer is told to
//! wind up, keeps what it had, and only then does the newcomer look at the end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use super::BlobError;

#[derive(Debug, Default)]
pub(super) struct Turn {
    latest: Mutex<Option<Arc<Waiting>>>,
    lock: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Debug)]
struct Waiting {
    cancel: CancellationToken,
    superseded: AtomicBool,
}

/// The right to append, until dropped.
#[derive(Debug)]
pub(super) struct Held {
    waiting: Arc<Waiting>,
    _guard: tokio::sync::OwnedMutexGuard<()>,
}

impl Turn {
    /// Tells whoever is appending to stop, and waits for it. `cancel` is what
    /// will in turn tell the new holder.
    pub(super) async fn take(&self, cancel: CancellationToken) -> Result<Held, BlobError> {
        let waiting = Arc::new(Waiting {
            cancel,
            superseded: AtomicBool::new(false),
        });
        let former = self.latest.lock().replace(Arc::clone(&waiting));
        if let Some(former) = former {
            former.superseded.store(true, Ordering::SeqCst);
            former.cancel.cancel();
        }
        let held = Held {
            _guard: Arc::clone(&self.lock).lock_owned().await,
            waiting,
        };
        if held.superseded() {
            return Err(BlobError::Superseded);
        }
        Ok(held)
    }
}

impl Held {
    /// Whether a newcomer is waiting.
    pub(super) fn superseded(&self) -> bool {
        self.waiting.superseded.load(Ordering::SeqCst)
    }

    /// What an append that ended with this says to its caller.
    pub(super) fn outcome(&self, poured: Result<(), BlobError>) -> Result<(), BlobError> {
        match poured {
            Err(BlobError::Source(_)) if self.superseded() => Err(BlobError::Superseded),
            poured => poured,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_latest_caller_wins_and_the_others_learn_it() {
        let turn = Arc::new(Turn::default());
        let first_cancel = CancellationToken::new();
        let first = turn.take(first_cancel.clone()).await.unwrap();
        let waiting = |cancel: CancellationToken| {
            let turn = Arc::clone(&turn);
            tokio::spawn(async move { turn.take(cancel).await.map(|_| ()) })
        };
        let second = waiting(CancellationToken::new());
        first_cancel.cancelled().await;
        let third = waiting(CancellationToken::new());
        // The test runtime has one thread: after this, the third has asked.
        tokio::task::yield_now().await;
        assert!(first.superseded());
        drop(first);
        assert!(matches!(second.await.unwrap(), Err(BlobError::Superseded)));
        third.await.unwrap().unwrap();
    }
}
