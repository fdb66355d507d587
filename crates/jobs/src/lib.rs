//! The job queue: long work that survives the death of whoever does it.
//!
//! Jobs are rows of the relational store, so that enqueueing one joins the
//! caller's transaction: either both the change and the job exist, or neither.
//! A worker takes a job by *leasing* it: for a while, and with a token that
//! grows with every lease. Whoever holds an older token is refused, so a worker
//! that was taken for dead and wakes up again can spoil nothing.
//!
//! ```text
//!            enqueue           lease             complete
//!   (none) ----------> queued --------> running ----------> done
//!                       ^  |   ^          | | |
//!                 retry |  |   |  failed, | | | failed for good
//!                       |  |   |  expired,| | +------------> failed
//!                       |  |   |  drained | |
//!                       |  |   +----------+ | cancel, then the worker stops
//!                       |  | cancel         +--------------> canceled
//!                       |  +------------------------------->    |
//!                       +------------- failed, canceled <-------+
//! ```
//!
//! Invariants: at most one lease of a job is valid at any time; a token is
//! never given twice; of the unfinished jobs at most one has a given
//! `dedupe_key`; what is done stays done.
//!
//! The clock of leases is the database's (PostgreSQL) or the machine's
//! (SQLite), never two nodes' clocks compared with each other.

pub mod aside;
mod context;
mod error;
mod events;
mod listen;
mod migrations;
mod model;
mod queue;
mod running;
mod store;
mod worker;

pub use context::{JobContext, JobHandler, Stop};
pub use error::{JobError, JobsError};
pub use events::JobEvent;
pub use migrations::migrations;
pub use model::{Job, JobFilter, JobProgress, JobState, KindCount, Lease, NewJob};
pub use queue::{Jobs, Retention};
pub use worker::{Worker, WorkerOptions};
