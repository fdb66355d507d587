//! The pure core of Matinee.

mod bits;
pub mod boxes;
pub mod codec;
mod error;
mod fragment;
pub mod index;
pub mod mp4;
mod ratio;
pub mod samples;

pub use error::{MediaError, Result};
pub use ratio::{Ratio, rescale, rescale_signed};
