//! The sizes in which a broadcast is to be had.

use matinee_live::broadcast::RungState;
use serde::Serialize;
use utoipa::ToSchema;

use crate::AppState;

/// One of the sizes in which a broadcast is to be had.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LiveRenditionView {
    /// Such as `720p`.
    pub name: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Bits a second, on average.
    pub bitrate_bps: u64,
    /// Where it stands.
    #[schema(value_type = LiveRenditionState)]
    pub state: &'static str,
}

/// Where one of the sizes of a broadcast stands.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "names the words that are sent")]
pub enum LiveRenditionState {
    /// It is what the encoder sends, as it comes.
    Source,
    /// It is made here.
    Running,
    /// It is not made at the moment, and will be again.
    Waiting,
    /// The machine did not keep up with it: it is not made any more.
    Dropped,
}

/// The sizes of a stream's broadcast on this node, if it is on the air here.
pub(super) fn view(state: &AppState, stream_id: &str) -> Vec<LiveRenditionView> {
    let all = state.live.streams.qualities(stream_id).into_iter();
    all.map(|quality| LiveRenditionView {
        name: quality.name,
        width: quality.width,
        height: quality.height,
        bitrate_bps: quality.bitrate_bps,
        state: match quality.state {
            None => "source",
            Some(RungState::Running) => "running",
            Some(RungState::Waiting) => "waiting",
            Some(RungState::Dropped) => "dropped",
        },
    })
    .collect()
}
