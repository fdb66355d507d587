//! The pure core of Matinee.

mod bits;
pub mod boxes;
pub mod cmaf;
pub mod codec;
pub mod dash;
mod error;
mod fragment;
pub mod hls;
pub mod index;
pub mod mp4;
pub mod presentation;
pub mod progressive;
mod ratio;
pub mod samples;
pub mod standard;
pub mod storyboard;
#[cfg(test)]
mod testing;
pub mod webvtt;

pub use error::{MediaError, Result};
pub use ratio::{Ratio, rescale, rescale_signed};
