//! Everything that carries a video to a player.

pub mod http;
mod migrations;
pub mod progress;

pub use migrations::migrations;
