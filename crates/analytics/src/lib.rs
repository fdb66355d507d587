//! What is watched, and how well it plays.
//!
//! * Players tell [`event`]s, in batches, which are [judged](parse) and durable
//!   in the event log before they are acknowledged; what is told beside requests
//!   for media ([`cmcd`]) goes the same way without anybody waiting for it.
//! * The log is [applied](Analytics::apply_waiting) to *plays*: a row for what
//!   somebody watched after one press of play. The place in the log, the ids of
//!   the events and what they changed are written in one transaction, so each
//!   event counts once, whatever comes twice.
//! * A play is a view by the rule in [`play`]; views are counted by the minute,
//!   the hour and the day ([`windows`]), and of these counts are sliding windows
//!   and leaderboards made. Each is told in a topic of the log, for whoever reads that.
//! * Hours whose plays have changed are [rolled up](rollup) to [`Figures`], which
//!   can be merged: to days, accounts, everything. [`report`] reads them.
//!
//! * Of advertisements there are *showings* in the place of plays.
//!
//! Plays and showings are the raw numbers: everything else is made anew from them
//! ([`Analytics::recompute`]) as long as they are kept.

mod apply;
pub mod cmcd;
mod counts;
mod error;
pub mod event;
pub mod figures;
mod hotstate;
mod ids;
mod intake;
mod judge;
mod lanes;
pub mod levels;
mod migrations;
pub mod parse;
pub mod play;
mod quick;
pub mod report;
pub mod rollup;
mod service;
mod showings;
pub mod sketch;
mod sql;
mod tidy;
mod tuned;
mod viewed;
pub mod who;
pub mod windows;

pub use counts::{AdFigures, Counts};
pub use error::{AnalyticsError, Fault, Result};
pub use figures::{Figures, Quality, Slice};
pub use intake::{Accepted, Asked};
pub use migrations::migrations;
pub use service::{Analytics, AnalyticsDeps, AnalyticsOptions};
pub use showings::Advert;
pub use windows::{Among, Timeframe, VideoViews};
