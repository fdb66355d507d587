//! A configuration before anything is read into it.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use matinee_analytics::AnalyticsOptions;
use matinee_api::access::Limits;

use super::people::PeopleConfig;
use super::{AuthMode, BroadcastsConfig, Config, Environment, Given, Handoff, RoomsConfig};

impl Config {
    /// Values that the settings' defaults then overwrite.
    pub(crate) fn bare() -> Self {
        Self {
            node: None,
            country_file: None,
            log_dir: None,
            log_days: 0,
            trace_url: None,
            trace_percent: 0,
            host: IpAddr::from([0, 0, 0, 0]),
            port: 0,
            name: String::new(),
            environment: Environment::Development,
            log_level: String::new(),
            public_url: None,
            trusted_proxies: Vec::new(),
            country_header: None,
            limits: Limits::default(),
            allowed_origins: Vec::new(),
            embed_sites: Vec::new(),
            auth: AuthMode::Operator,
            data_dir: PathBuf::new(),
            database_url: None,
            redis_url: None,
            storage: None,
            thumbnail_dir: None,
            s3_endpoint: None,
            s3_region: String::new(),
            s3_access_key: None,
            s3_secret_key: None,
            s3_session_token: None,
            max_file_size: 0,
            supported_formats: Vec::new(),
            import_allow: Vec::new(),
            webhook_allow: Vec::new(),
            push_allow: Vec::new(),
            import_timeout: Duration::ZERO,
            library_folders: Vec::new(),
            tmdb_url: String::new(),
            tmdb_key: None,
            upload_expiry: Duration::ZERO,
            enable_transcoding: true,
            enable_adaptive_bitrate: true,
            transcoding_concurrency: 1,
            transcoding_preset: String::new(),
            ladder: Vec::new(),
            max_bitrate: [0; 4],
            segment_duration: Duration::ZERO,
            hardware: String::new(),
            extra_codecs: Vec::new(),
            ffmpeg_memory: 0,
            handoff: Handoff::Direct,
            stream_token_ttl: Duration::ZERO,
            segment_cache: 0,
            enable_cdn: false,
            cdn_base_url: None,
            given: Given::default(),
            people: PeopleConfig::default(),
            broadcasts: BroadcastsConfig::default(),
            rooms: RoomsConfig::default(),
            channel_speed: 1,
            analytics: AnalyticsOptions::default(),
        }
    }
}
