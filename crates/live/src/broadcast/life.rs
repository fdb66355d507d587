//! Who publishes a broadcast, and whether it is over.

use tokio_util::sync::CancellationToken;

/// Who publishes a broadcast, and whether it is over.
#[derive(Debug, Default)]
pub(super) struct Life {
    /// Counts the publishers: whoever has an older number has been taken over from.
    pub(super) generation: u64,
    /// Ends the publisher that is there.
    pub(super) publisher: Option<CancellationToken>,
    /// Whether the desk has been told that it is on the air.
    pub(super) announced: bool,
    /// Whether it has ended.
    pub(super) over: bool,
}
