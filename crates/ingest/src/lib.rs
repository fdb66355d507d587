//! From a file to something anybody can watch: uploads come in here, and leave as renditions.
//!
//! The rooms, from the pure to the busy:
//!
//! * [`formats`] names the containers that may be opened at all. Pure.
//! * [`probe`] asks ffprobe what a file is and refuses what is no video, with a reason.
//! * [`ladder`] plans the rungs, their sizes, bitrates, frame rate and keyframe grid. Pure.
//! * [`recipes`] writes the arguments of each ffmpeg run. Pure.
//! * [`processing`] tells how far a video is, and streams it to those who watch.
//! * [`artwork`] keeps pictures that people bring, and makes their sizes.
//! * [`metadata`] asks other databases of films.
//! * [`folders`] of this machine may be looked through from the studio.
//! * `pictured` draws the sound of recordings that have nothing else.
//! * [`sandbox`] and [`ffmpeg`] run ffmpeg as a confined, niced, killable child process.

pub mod artwork;
pub mod config;
pub mod error;
pub mod ffmpeg;
pub mod folders;
pub mod formats;
pub mod ladder;
pub mod metadata;
mod pictured;
pub mod probe;
pub mod processing;
pub mod recipes;
mod removal;
pub mod sandbox;
mod service;
mod steps;
pub mod uploads;

pub use config::ProcessingConfig;
pub use error::{IngestError, Rejection, Result};
pub use service::{Ingest, IngestDeps, TRACKS_MAX};
pub use steps::{NewTrack, StepKind};
