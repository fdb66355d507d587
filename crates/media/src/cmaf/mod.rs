//! Fragmented files of one rendition, as the transcoder writes them while they grow.
//!
//! A file is scanned fragment by fragment; what is not complete yet (or never will be, after a
//! crash) is left alone, and the scan says where to go on: where to cut the file, and which
//! instant comes next. Fragments of a later run are [retimed](Retimer) and appended.

pub(crate) mod moof;
mod retime;
mod scan;

pub use retime::{Retimer, append};
pub use scan::{Fragment, ResumePoint, Scan, scan};
