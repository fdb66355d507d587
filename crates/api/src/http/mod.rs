//! What all routes share: who asks, from where, and how errors look.

pub mod caller;
pub mod extract;
pub mod layers;
pub mod origin;
pub mod problem;
