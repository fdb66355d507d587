//! Advertisements: whose, when, in which break, and what became of them.
//!
//! - [`campaigns`] and [`servers`] are what operators keep: their own advertisements, and the
//!   servers of others that are asked for more.
//! - [`decide`] answers what is put into a break: an [`AdServer`](decide::AdServer) proposes,
//!   and one pure function chooses. A break of a channel is decided once and kept, so every node
//!   and every viewer gets the same.
//! - [`vast`] reads what ad servers say, as pure code that hostile bytes cannot hurt.
//! - [`events`] counts what was shown, once each, and passes it on to those who want to be told.
//! - [`report`] adds up.
//!
//! This crate knows no channel and no playlist: whoever wires the program tells it of breaks, and
//! puts in what was decided.

pub mod breaks;
pub mod campaigns;
mod days;
pub mod decide;
mod error;
pub mod events;
mod migrations;
pub mod pods;
pub mod report;
pub mod rules;
pub mod servers;
mod service;
pub mod store;
mod token;
pub mod vast;

pub use error::{AdError, Result};
pub use migrations::migrations;
pub use service::{Ads, AdsDeps, Conditioner};
pub use store::{Placement, Placements};
