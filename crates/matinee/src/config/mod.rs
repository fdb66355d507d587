//! Configuration: flags, then the environment, then `matinee.toml`, then what
//! administrators have set in the studio, then defaults.
//!
//! [`settings`] is the one list of what there is. It reads the values, refuses
//! what it does not know, and writes the reference that `matinee config
//! --explain` prints; nothing else in the program looks at the environment.
//!
//! A general configuration library would read the same sources, but its errors
//! speak of types ("expected u16"), and the reference would be a second list to
//! keep true. Here each setting says what it expects in words.

mod bare;
mod broadcasts;
mod error;
mod explain;
mod people;
mod rooms;
pub mod settings;
mod sources;
mod value;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use matinee_analytics::AnalyticsOptions;
use matinee_api::access::Limits;
use matinee_engines::blobs::{BlobError, BlobsConfig};
use matinee_engines::db::DatabaseUrl;

pub use broadcasts::BroadcastsConfig;
pub use error::{ConfigError, Wrong};
pub use explain::explain;
pub use people::PeopleConfig;
pub use rooms::RoomsConfig;
pub use settings::Setting;
pub use sources::{Given, Source, Sources};

/// Who may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthMode {
    /// The operator, signed in.
    Operator,
    /// Everybody who reaches the server; only on a loopback address.
    Open,
}

/// How bytes of media leave the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handoff {
    /// The server sends them itself.
    Direct,
    /// nginx sends them from the blob folder (`X-Accel-Redirect`).
    XAccel,
    /// Clients are redirected to the object store with a signed address.
    SignedUrl,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// For a person at a terminal.
    Development,
    /// One JSON object a line.
    Production,
}

/// Everything that can be configured, read and judged.
#[derive(Debug, Clone)]
pub struct Config {
    /// What this node is called, unless it is called after its machine.
    pub node: Option<String>,
    /// A database of addresses and their countries, in MaxMind's format.
    pub country_file: Option<PathBuf>,
    /// The folder of log files, besides standard error.
    pub log_dir: Option<PathBuf>,
    /// How many days of log files are kept.
    pub log_days: usize,
    /// Where traces go: a collector that takes OTLP over HTTP.
    pub trace_url: Option<String>,
    /// Of how many requests in a hundred traces are sent.
    pub trace_percent: u8,
    /// The address to listen on.
    pub host: IpAddr,
    /// The port to listen on; 0 for any free one.
    pub port: u16,
    /// What the instance calls itself.
    pub name: String,
    /// How log lines look.
    pub environment: Environment,
    /// What is logged, as `tracing` filters.
    pub log_level: String,
    /// The address under which the world sees the server.
    pub public_url: Option<String>,
    /// Peers whose `X-Forwarded-…` headers are believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// The header in which a trusted proxy tells the client's country.
    pub country_header: Option<http::HeaderName>,
    /// How much is allowed at once.
    pub limits: Limits,
    /// Other sites whose pages may call the API.
    pub allowed_origins: Vec<String>,
    /// Other sites whose pages may show the player in a frame.
    pub embed_sites: Vec<String>,
    /// Who may write.
    pub auth: AuthMode,
    /// Where the embedded engines keep everything.
    pub data_dir: PathBuf,
    /// The database, unless it is the embedded one in the data folder.
    pub database_url: Option<DatabaseUrl>,
    /// The Redis that holds hot state, unless it is in memory.
    pub redis_url: Option<String>,
    /// Where blobs lie, unless in the data folder: a folder or `s3://bucket/prefix`.
    pub storage: Option<String>,
    /// Where pictures lie, when apart from the rest.
    pub thumbnail_dir: Option<PathBuf>,
    /// The object store's address, when it is not Amazon's.
    pub s3_endpoint: Option<String>,
    /// The object store's region.
    pub s3_region: String,
    /// The object store's access key.
    pub s3_access_key: Option<String>,
    /// The object store's secret key.
    pub s3_secret_key: Option<String>,
    /// What temporary keys of the object store need besides.
    pub s3_session_token: Option<String>,
    /// The largest upload, in bytes.
    pub max_file_size: u64,
    /// Containers that are accepted, by their everyday names.
    pub supported_formats: Vec<String>,
    /// Private networks that importing by address may reach.
    pub import_allow: Vec<String>,
    /// Private networks that webhooks may reach.
    pub webhook_allow: Vec<String>,
    /// Private networks that hold push services.
    pub push_allow: Vec<String>,
    /// How long a download by address may take.
    pub import_timeout: Duration,
    /// Folders that may be looked through for films in the studio.
    pub library_folders: Vec<PathBuf>,
    /// The address of the database that metadata is looked up in.
    pub tmdb_url: String,
    /// The key to that database; without one nothing is looked up.
    pub tmdb_key: Option<String>,
    /// How long an unfinished upload is kept.
    pub upload_expiry: Duration,
    /// Whether anything is encoded.
    pub enable_transcoding: bool,
    /// Whether a ladder is made.
    pub enable_adaptive_bitrate: bool,
    /// How many heavy jobs run at once.
    pub transcoding_concurrency: usize,
    /// x264's preset.
    pub transcoding_preset: String,
    /// The rungs, as heights.
    pub ladder: Vec<u32>,
    /// The most that a rung may need, in kbit/s, at 360, 720, 1080 and 2160 lines.
    pub max_bitrate: [u32; 4],
    /// The usual segment length.
    pub segment_duration: Duration,
    /// What encodes H.264: `none`, `nvenc`, `vaapi` or `qsv`.
    pub hardware: String,
    /// Codecs made beside H.264: `hevc`, `av1`.
    pub extra_codecs: Vec<String>,
    /// How much memory ffmpeg may take, in bytes.
    pub ffmpeg_memory: u64,
    /// How bytes of media leave the server.
    pub handoff: Handoff,
    /// How long a stream token is good for.
    pub stream_token_ttl: Duration,
    /// How much memory holds popular segments, in bytes.
    pub segment_cache: u64,
    /// Whether addresses of media lead to a content delivery network.
    pub enable_cdn: bool,
    /// The content delivery network's address.
    pub cdn_base_url: Option<String>,
    /// How broadcasts come in and are kept.
    pub broadcasts: BroadcastsConfig,
    /// How streams, their rooms and their chat are kept.
    pub rooms: RoomsConfig,
    /// How many times as fast as usual time goes by on channels.
    pub channel_speed: u32,
    /// How it is counted what is watched.
    pub analytics: AnalyticsOptions,
    /// Accounts and how people sign in.
    pub people: PeopleConfig,
    /// The values as they were written, and where.
    pub given: Given,
}

impl Config {
    /// Reads and judges every setting; all problems are told at once.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        Self::read(sources.given(), sources.unknown())
    }

    /// The same with other values from the studio. Those that are fixed
    /// elsewhere, and those that the studio cannot set, do not count.
    pub fn with_studio(&self, studio: &BTreeMap<String, String>) -> Result<Self, ConfigError> {
        Self::read(self.given.with_studio(studio), Vec::new())
    }

    fn read(given: Given, mut problems: Vec<error::Problem>) -> Result<Self, ConfigError> {
        let mut config = Self::bare();
        for setting in settings::settings() {
            let (text, source) = match given.find(setting) {
                Some((text, source)) => (text, source),
                None if setting.default.is_empty() => continue,
                None => (setting.default, &Source::Default),
            };
            if let Err(Wrong) = (setting.set)(&mut config, text.trim()) {
                problems.push(error::Problem::malformed(setting, text, source));
            }
        }
        config.given = given;
        config.judge(&mut problems);
        if problems.is_empty() {
            Ok(config)
        } else {
            Err(ConfigError(problems))
        }
    }

    /// Rules that concern more than one setting.
    fn judge(&self, problems: &mut Vec<error::Problem>) {
        if self.auth == AuthMode::Open && !self.host.is_loopback() {
            problems.push(error::Problem::rule(
                "MATINEE_AUTH",
                &format!(
                    "open lets everybody who reaches the server write, so it needs a loopback HOST such as 127.0.0.1, not {}",
                    self.host
                ),
            ));
        }
        if self.enable_cdn && self.cdn_base_url.is_none() {
            problems.push(error::Problem::rule(
                "CDN_BASE_URL",
                "must be set when ENABLE_CDN_INTEGRATION is true",
            ));
        }
        self.broadcasts.judge(problems);
        self.people.judge(self.public_url.is_some(), problems);
        if let Err(error) = self.blobs() {
            problems.push(error::Problem::rule("MATINEE_STORAGE", &error.to_string()));
        }
        let remote = self
            .storage
            .as_ref()
            .is_some_and(|s| s.starts_with("s3://"));
        let unfit = match self.handoff {
            Handoff::Direct => None,
            Handoff::XAccel => {
                remote.then_some("x-accel needs blobs in a folder that nginx can read")
            }
            Handoff::SignedUrl => {
                (!remote).then_some("signed-url needs blobs in S3 (MATINEE_STORAGE=s3://…)")
            }
        };
        if let Some(reason) = unfit {
            problems.push(error::Problem::rule("MATINEE_HANDOFF", reason));
        }
    }

    /// The database's address.
    pub fn database(&self) -> DatabaseUrl {
        self.database_url
            .clone()
            .unwrap_or_else(|| DatabaseUrl::Sqlite(self.data_dir.join("matinee.db")))
    }

    /// Where the blobs lie: a folder, or an `s3://` address.
    pub fn storage_address(&self) -> String {
        self.storage
            .clone()
            .unwrap_or_else(|| self.data_dir.join("blobs").to_string_lossy().into_owned())
    }

    /// How the blobs are reached.
    pub fn blobs(&self) -> Result<BlobsConfig, BlobError> {
        let mut config = BlobsConfig::parse(&self.storage_address(), |name| match name {
            "AWS_REGION" => Some(self.s3_region.clone()),
            "AWS_ENDPOINT_URL" => self.s3_endpoint.clone(),
            "AWS_ACCESS_KEY_ID" => self.s3_access_key.clone(),
            "AWS_SECRET_ACCESS_KEY" => self.s3_secret_key.clone(),
            "AWS_SESSION_TOKEN" => self.s3_session_token.clone(),
            _ => None,
        })?;
        if let BlobsConfig::S3(bucket) = &mut config {
            bucket.scratch = self.work_dir().join("parts");
        }
        Ok(config)
    }

    /// The folder for work in progress.
    pub fn work_dir(&self) -> PathBuf {
        self.data_dir.join("work")
    }
}
