//! What operators choose.

use std::time::Duration;

use crate::progress::ProgressOptions;

/// Who sends the bytes of whole files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Handoff {
    /// This program.
    #[default]
    Direct,
    /// The nginx in front: the answer names the file (`X-Accel-Redirect`), and
    /// playlists ask for ranges of whole files.
    XAccel,
    /// The S3 service or CDN: the answer redirects to a signed address, and
    /// playlists ask for ranges of whole files.
    SignedUrl,
}

/// What operators choose about playback.
#[derive(Debug, Clone, Copy)]
pub struct PlaybackOptions {
    /// Who sends the bytes of whole files.
    pub handoff: Handoff,
    /// How long a stream token is good.
    pub token_ttl: Duration,
    /// How long a signed address is good.
    pub signed_url_ttl: Duration,
    /// The most bytes of segments kept in memory.
    pub hot_bytes: u64,
    /// The most bytes of indices kept in memory.
    pub index_bytes: u64,
    /// The most bytes of playlists and manifests kept in memory.
    pub document_bytes: u64,
    /// The most videos whose rows are kept in memory.
    pub videos: u64,
    /// How long another process's change of a finished video may go unseen.
    pub recheck: Duration,
    /// The same for a video that is being processed.
    pub recheck_processing: Duration,
    /// When watch positions are written.
    pub progress: ProgressOptions,
}

impl Default for PlaybackOptions {
    fn default() -> Self {
        Self {
            handoff: Handoff::Direct,
            token_ttl: Duration::from_hours(4),
            signed_url_ttl: Duration::from_hours(1),
            hot_bytes: 256 << 20,
            index_bytes: 64 << 20,
            document_bytes: 32 << 20,
            videos: 2_000,
            recheck: Duration::from_secs(5),
            recheck_processing: Duration::from_secs(1),
            progress: ProgressOptions::default(),
        }
    }
}
