//! Where pictures and sound of a stage are decoded and coded: programs between two pipes.

use async_trait::async_trait;

use super::layout::Size;
pub use crate::ladder::{Child, MillError, Work};

/// How a stage's programme is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// Of the picture.
    pub size: Size,
    /// Pictures a second.
    pub fps: u32,
    /// The kilobits a second that pictures may not exceed for long.
    pub max_kbps: u32,
    /// Pictures from one keyframe to the next.
    pub keyframes: u32,
}

/// What somebody shows, as it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coded {
    /// A byte stream of H.264, or packets of Opus in Ogg.
    WebRtc,
    /// A transport stream, as an encoder's.
    Transport,
}

/// Decodes and codes for stages. Each [`Work`] ends when it is dropped.
#[async_trait]
pub trait Atelier: Send + Sync {
    /// Decodes pictures: gives them in 4:2:0, each of this size, as they come.
    async fn see(&self, coded: Coded, size: Size) -> Result<Work, MillError>;

    /// Decodes sound: gives two channels at 48 kHz, of 16 bits, little-endian.
    async fn hear(&self, coded: Coded) -> Result<Work, MillError>;

    /// Takes pictures in 4:2:0. Gives a transport stream of H.264, one frame for each picture, in
    /// their order.
    async fn code_pictures(&self, form: Form) -> Result<Work, MillError>;

    /// Takes two channels at 48 kHz, of 16 bits, little-endian. Gives packets of Opus of 20 ms in
    /// Ogg.
    async fn code_sound(&self) -> Result<Work, MillError>;
}
