//! From a file to something anybody can watch: uploads come in here, and leave as renditions.
//!
//! The rooms, from the pure to the busy:
//!
//! * [`formats`] names the containers that may be opened at all. Pure.

pub mod config;
pub mod error;
pub mod formats;

pub mod uploads;

pub use config::ProcessingConfig;
pub use error::{IngestError, Rejection, Result};
