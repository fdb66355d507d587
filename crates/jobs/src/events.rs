//! Telling those who watch how jobs change.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use matinee_engines::db::Db;
use tokio::sync::broadcast;

use crate::model::Job;
use crate::store;

/// How many events a slow receiver may lag behind.
const CAPACITY: usize = 1024;
/// How often the database is asked what other processes did, while somebody watches.
const TAIL: Duration = Duration::from_millis(400);
/// How far back it is asked: a transaction may commit this long after it
/// changed its rows.
const OVERLAP_MICROS: i64 = 10_000_000;
const TAIL_LIMIT: i64 = 1000;
/// More jobs than change within the overlap.
const REMEMBERED: usize = 4 * 1024;

/// A job has changed: its snapshot.
#[derive(Debug, Clone)]
pub struct JobEvent {
    /// The job after the change.
    pub job: Arc<Job>,
}

#[derive(Debug)]
pub(crate) struct Events {
    db: Db,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    sender: broadcast::Sender<JobEvent>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The latest version told of each job that changed of late.
    told: HashMap<String, i64>,
    tailing: bool,
}

impl Events {
    pub(crate) fn new(db: Db) -> Self {
        Self {
            db,
            shared: Arc::new(Shared {
                sender: broadcast::channel(CAPACITY).0,
                state: Mutex::default(),
            }),
        }
    }

    /// Subscribes, and begins to watch the database if nobody does yet.
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<JobEvent> {
        let receiver = self.shared.sender.subscribe();
        let mut state = self.shared.lock();
        if !state.tailing {
            state.tailing = true;
            tokio::spawn(tail(self.db.clone(), Arc::downgrade(&self.shared)));
        }
        receiver
    }

    pub(crate) fn emit(&self, job: Job) {
        self.shared.tell(job);
    }

    /// Sends a snapshot that no version in the database stands for.
    pub(crate) fn pass(&self, job: Job) {
        let _ = self.shared.sender.send(JobEvent { job: Arc::new(job) });
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a snapshot unless the same or a newer one was sent.
    fn tell(&self, job: Job) {
        if self.sender.receiver_count() == 0 {
            return;
        }
        {
            let mut state = self.lock();
            let told = state.told.get(job.id.as_str()).copied().unwrap_or(0);
            if job.version <= told {
                return;
            }
            if state.told.len() >= REMEMBERED {
                state.told.clear();
            }
            state.told.insert(job.id.to_string(), job.version);
        }
        // Err only means that the last receiver has just gone.
        let _ = self.sender.send(JobEvent { job: Arc::new(job) });
    }
}

/// Tells what other processes, or transactions of this one, have changed.
async fn tail(db: Db, shared: Weak<Shared>) {
    loop {
        let jobs = store::changed(db.read(), OVERLAP_MICROS, TAIL_LIMIT).await;
        let Some(shared) = shared.upgrade() else {
            return;
        };
        match jobs {
            Ok(jobs) => jobs.into_iter().for_each(|job| shared.tell(job)),
            Err(error) => tracing::warn!(%error, "cannot read how jobs have changed"),
        }
        {
            let mut state = shared.lock();
            if shared.sender.receiver_count() == 0 {
                state.tailing = false;
                state.told.clear();
                return;
            }
        }
        drop(shared);
        tokio::time::sleep(TAIL).await;
    }
}
