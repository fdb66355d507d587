//! VAST 2 to 4.3 and VMAP 1.0 (IAB Tech Lab): what ad servers answer with.
//!
//! Reading is tolerant of what servers really send (any version, any case, namespaces, missing
//! parts) and careful of what nobody should: size, depth and number of elements are bounded,
//! entities other than those of XML itself stand for nothing, and what is interactive (SIMID,
//! VPAID) is passed over.

pub mod macros;
mod read;
mod tree;

pub use read::{parse, pick, seconds};

use crate::decide::Tracking;

/// The largest answer that is read, in bytes.
pub const SIZE_MAX: usize = 512 << 10;
/// The most wrappers around an advertisement.
pub const WRAPPERS_MAX: usize = 5;

/// Why an answer is of no use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VastError {
    /// It is no XML, or more than is read of it.
    #[error("the answer cannot be read: {0}")]
    Unreadable(String),
    /// It is XML, but neither VAST nor VMAP.
    #[error("the answer is neither VAST nor VMAP")]
    Foreign,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Advertisements.
    Vast(Vast),
    /// Breaks with advertisements.
    Vmap(Vec<AdBreak>),
}

/// Advertisements, in the order in which they are to be shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vast {
    /// They.
    pub ads: Vec<Ad>,
    /// Whom to tell that there are none.
    pub errors: Vec<String>,
}

/// An advertisement, or where to ask for one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ad {
    /// What the server calls it.
    pub id: String,
    /// Its place in a pod; none when it is one by itself.
    pub sequence: Option<u32>,
    /// Where the next answer is, when this only wraps it.
    pub wraps: Option<String>,
    /// What it is called.
    pub title: String,
    /// Whose it is.
    pub advertiser: String,
    /// What it advertises.
    pub category: String,
    /// Its picture and sound, if they are here.
    pub linear: Option<Linear>,
    /// Whom to tell of what: `impression`, `error`, `click`, `start`, `midpoint` …
    pub tracking: Tracking,
    /// Where a click leads.
    pub click_url: Option<String>,
}

/// Picture and sound of an advertisement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Linear {
    /// What the world calls it, as `registry:value`.
    pub universal_id: Option<String>,
    /// How long it says that it is, in milliseconds.
    pub duration_ms: Option<u64>,
    /// Files of it.
    pub media: Vec<MediaFile>,
}

/// A file of an advertisement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MediaFile {
    /// Where it is.
    pub url: String,
    /// Its media type, in lower case.
    pub kind: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Kilobits a second.
    pub kbps: u32,
    /// Whether it is the mezzanine, from which others are to be made.
    pub mezzanine: bool,
}

/// A break of a VMAP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdBreak {
    /// When it is.
    pub at: Offset,
    /// What is in it.
    pub source: Source,
}

/// When a break is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offset {
    /// Before the film.
    Start,
    /// After it.
    End,
    /// So many milliseconds into it.
    At(u64),
    /// So many thousandths into it.
    Share(u32),
}

/// What is in a break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Advertisements.
    Here(Vast),
    /// An address that has them.
    There(String),
    /// Nothing that is known here.
    Nothing,
}
