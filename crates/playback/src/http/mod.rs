//! The parts of HTTP that serving files stands on: ranges, validators and
//! conditional requests (RFC 9110), as functions of headers and a length.
//!
//! Nothing here reads a file or writes a response: [`evaluate`] says what a
//! request asks for, and the caller serves it.

mod conditional;
mod disposition;
mod encoding;
mod range;

pub use conditional::{Outcome, Validators, evaluate, http_date, not_modified, parse_http_date};
pub use disposition::attachment;
pub use encoding::accepts_gzip;
pub use range::{RangeOutcome, content_range, resolve_range, unsatisfied_range};
