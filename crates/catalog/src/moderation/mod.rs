//! Judging what people write before others see it.
//!
//! * [`Hook`] is what judges: handed a [`Submission`], it answers with a
//!   [`Verdict`]. [`Words`] is the first: blocked words and rules about links.
//!   Others (a classifier, a service elsewhere) are added with
//!   [`Moderation::with`].
//! * [`Rules`] is what operators choose; they are kept in the database and read
//!   again within seconds by every node.
//! * [`text`] makes plain text of what people type.
//!
//! The strictest verdict counts: refuse, then hold, then flag.

mod confusables;
mod fold;
mod hook;
mod links;
mod rules;
mod service;
pub mod text;
mod words;

pub use hook::{Effect, Hook, Kind, Submission, Verdict};
pub use rules::{CommentsFrom, LinkRules, Rules, WordRule, limits};
pub use service::{Moderation, WhoMayWrite};
pub use words::Words;
