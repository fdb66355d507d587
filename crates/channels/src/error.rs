//! The crate's one error type.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What is wrong in a definition, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The path of the field, such as `programme[2].rules.any[0].year`.
    pub field: String,
    /// A sentence that a person understands.
    pub reason: String,
}

impl Problem {
    /// A problem of a field.
    pub fn new(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            reason: reason.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.reason)
    }
}

/// Why something of a channel cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ChannelError {
    /// The definition does not hold together; every problem is named.
    #[error("{}", list(.0))]
    Invalid(Vec<Problem>),
    /// The channel was not on the air yet.
    #[error("the channel begins at {0} ms")]
    BeforeBeginning(i64),
    /// More was asked for than is given at once.
    #[error("{what} is at most {limit}")]
    TooMuch {
        /// What was asked for.
        what: &'static str,
        /// The most of it.
        limit: u64,
    },
    /// Something that the channel does not have.
    #[error("the channel has no {what} {name}")]
    NoSuch {
        /// `rung`, `audio`, `subtitles`.
        what: &'static str,
        /// What was asked for.
        name: String,
    },
    /// A list of segment ends that does not grow.
    #[error(
        "the segments of an item must each last a millisecond at least, and 40 days in all at most"
    )]
    BadGrid,
    /// A kept day or state that does not hold together.
    #[error("what was kept of the schedule is damaged: {0}")]
    Damaged(&'static str),
}

fn list(problems: &[Problem]) -> String {
    let all: Vec<String> = problems.iter().map(Problem::to_string).collect();
    all.join("; ")
}

/// What this crate's functions return.
pub type Result<T> = std::result::Result<T, ChannelError>;
