//! Media of channels' own: what stands where the library has nothing.

mod slate;

pub use matinee_media::silence::Silence;
pub use slate::{Painter, PainterError, Slates};
