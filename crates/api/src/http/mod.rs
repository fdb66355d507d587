//! What all routes share: who asks, from where, and how errors look.

pub mod caller;
pub mod edition;
pub mod extract;
pub mod layers;
mod linger;
pub mod origin;
pub(crate) mod packed;
pub mod problem;
