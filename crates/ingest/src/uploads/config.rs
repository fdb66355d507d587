//! What uploading may be told.

use std::time::Duration;

use matinee_engines::outbound::network::Network;

/// Limits of uploading. The composition root fills them from configuration.
#[derive(Debug, Clone)]
pub struct UploadConfig {
    /// `MAX_FILE_SIZE`: the most bytes of one file.
    pub max_file_size: u64,
    /// The usual size of a part of an S3-style upload, in bytes.
    pub part_size: u64,
    /// How long an unfinished upload is kept after its last byte.
    pub expiry: Duration,
    /// How long a finished upload can still be asked about.
    pub keep_finished: Duration,
    /// How long a client may send nothing within a request.
    pub idle: Duration,
    /// How many requests of one person may send bytes at once.
    pub streams_per_person: usize,
    /// How many requests may send bytes at once.
    pub streams: usize,
    /// Downloads by URL.
    pub import: ImportConfig,
}

impl Default for UploadConfig {
    fn default() -> Self {
        Self {
            max_file_size: 5 << 30,
            part_size: 8 << 20,
            expiry: Duration::from_hours(24),
            keep_finished: Duration::from_hours(24),
            idle: Duration::from_mins(1),
            streams_per_person: 32,
            streams: 256,
            import: ImportConfig::default(),
        }
    }
}

/// Limits of downloads by URL.
#[derive(Debug, Clone)]
pub struct ImportConfig {
    /// Addresses that may be downloaded from although they are not public.
    pub allow: Vec<Network>,
    /// How long connecting may take.
    pub connect: Duration,
    /// How long the other server may send nothing.
    pub stall: Duration,
    /// How long one download may take in all.
    pub total: Duration,
    /// How often a download that broke off is gone on with.
    pub attempts: u32,
}

impl Default for ImportConfig {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            connect: Duration::from_secs(15),
            stall: Duration::from_mins(1),
            total: Duration::from_hours(6),
            attempts: 6,
        }
    }
}
