//! What all routes share: who asks, from where, and how errors look.

pub(crate) mod acts;
pub mod caller;
pub mod edition;
pub mod extract;
pub mod layers;
mod linger;
pub mod origin;
pub(crate) mod packed;
pub mod problem;
pub mod shared;

use http::HeaderName;

/// How many rows a list has in all.
pub(crate) const TOTAL_COUNT: HeaderName = HeaderName::from_static("x-total-count");
