//! The whole program as one value.

use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use matinee_api::{ApiConfig, AppState, LadderRung};
use matinee_catalog::Catalog;
use matinee_engines::blobs::{self, Apart, Folder, FolderOptions, SharedBlobs};
use matinee_engines::db::{Db, migrate};
use matinee_identity::{Accounts, AccountsOptions, InstanceSecret, Setup, StreamTokens};
use matinee_jobs::{JobHandler, Jobs, Worker, WorkerOptions};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use sea_orm_migration::MigrationTrait;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::config::{AuthMode, Config};
use crate::server;

/// Every crate's migrations. They run in the order of their names.
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    let mut all = matinee_identity::migrations();
    all.extend(matinee_catalog::migrations());
    all.extend(matinee_jobs::migrations());
    all
}

/// The parts, put together.
pub struct App {
    /// What handlers share.
    pub state: AppState,
    /// The operator's first password, on the very first start.
    pub setup: Option<Setup>,
    jobs: Jobs,
    handlers: Vec<Arc<dyn JobHandler>>,
    worker: WorkerOptions,
    db: Db,
}

impl App {
    /// Opens the engines, brings the database to this version and wires the
    /// parts. Nothing runs yet.
    pub async fn open(config: &Config, stop: CancellationToken) -> anyhow::Result<Self> {
        matinee_engines::install_tls();
        std::fs::create_dir_all(&config.data_dir).with_context(|| {
            format!("cannot make the data folder {}", config.data_dir.display())
        })?;
        let db = Db::open(&config.database())
            .await
            .context("cannot open the database")?;
        migrate(&db, migrations())
            .await
            .context("cannot bring the database to this version")?;
        let secret = InstanceSecret::load(&db).await?;
        let accounts = Accounts::new(
            db.clone(),
            AccountsOptions {
                open: config.auth == AuthMode::Open,
            },
        );
        let setup = accounts.bootstrap().await?;
        let catalog = Catalog::new(db.clone());
        let jobs = Jobs::new(db.clone());
        let blobs = open_blobs(config).await?;
        let state = AppState {
            accounts,
            catalog,
            jobs: jobs.clone(),
            blobs,
            tokens: Arc::new(StreamTokens::new(&secret)),
            config: Arc::new(api_config(config)),
            metrics: metrics_handle()?,
            shutdown: stop,
            started: Instant::now(),
        };
        Ok(Self {
            state,
            setup,
            jobs,
            handlers: Vec::new(),
            worker: worker_options(config),
            db,
        })
    }

    /// Runs until `stop`: serves on `listener`, processes uploads if `worker`,
    /// and closes the engines.
    pub async fn run(
        self,
        listener: Option<TcpListener>,
        worker: bool,
        stop: CancellationToken,
    ) -> anyhow::Result<()> {
        let mut tasks = JoinSet::new();
        if worker {
            let handlers = self.handlers.iter().cloned();
            let worker = Worker::new(self.jobs.clone(), self.worker.clone());
            let worker = handlers.fold(worker, Worker::handler);
            tasks.spawn(worker.run(stop.clone()));
        }
        match listener {
            Some(listener) => {
                let router = matinee_api::router(self.state.clone());
                server::serve(listener, router, stop).await;
            }
            None => stop.cancelled().await,
        }
        // Steps under way give their places back, so that whoever comes next
        // goes on with them at once.
        while tasks.join_next().await.is_some() {}
        self.close().await
    }

    /// Closes the engines; what they had acknowledged is kept in any case.
    pub async fn close(self) -> anyhow::Result<()> {
        self.db.close().await.context("cannot close the database")
    }
}

async fn open_blobs(config: &Config) -> anyhow::Result<SharedBlobs> {
    let blobs = blobs::open(&config.blobs()?)
        .await
        .context("cannot open the blob store")?;
    let Some(folder) = &config.thumbnail_dir else {
        return Ok(blobs);
    };
    let options = FolderOptions::default();
    let pictures = Folder::open(folder, options)
        .await
        .context("cannot open the folder of pictures")?;
    Ok(Arc::new(Apart::new(blobs, Arc::new(pictures), "images")))
}

/// Heavy work as the operator says, but never more at once than there are
/// cores; what somebody waits for runs beside it.
fn worker_options(config: &Config) -> WorkerOptions {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    WorkerOptions {
        concurrency: config.transcoding_concurrency.min(cores),
        ..WorkerOptions::default()
    }
}

/// One recorder serves the whole process; tests make several apps in one.
fn metrics_handle() -> anyhow::Result<PrometheusHandle> {
    static HANDLE: std::sync::OnceLock<PrometheusHandle> = std::sync::OnceLock::new();
    if let Some(handle) = HANDLE.get() {
        return Ok(handle.clone());
    }
    let handle = PrometheusBuilder::new()
        .install_recorder()
        .context("cannot install the metrics recorder")?;
    Ok(HANDLE.get_or_init(|| handle).clone())
}

fn api_config(config: &Config) -> ApiConfig {
    ApiConfig {
        name: config.name.clone(),
        public_url: config.public_url.clone(),
        trusted_proxies: config.trusted_proxies.clone(),
        allowed_origins: config.allowed_origins.clone(),
        max_file_size: config.max_file_size,
        supported_formats: config.supported_formats.clone(),
        ladder: config
            .ladder
            .iter()
            .map(|height| rung(*height, config))
            .collect(),
        segment_duration_ms: u32::try_from(config.segment_duration.as_millis()).unwrap_or(u32::MAX),
        multipart_part_size: part_size(config.max_file_size),
        https: config
            .public_url
            .as_ref()
            .is_some_and(|url| url.starts_with("https://")),
    }
}

fn rung(height: u32, config: &Config) -> LadderRung {
    let [p360, p720, p1080, p2160] = config.max_bitrate;
    let max_bitrate = match height {
        0..=360 => p360,
        361..=720 => p720,
        721..=1080 => p1080,
        _ => p2160,
    };
    LadderRung {
        name: format!("{height}p"),
        height,
        max_bitrate,
    }
}

/// 8 MiB, or what keeps the largest upload within 10,000 parts.
fn part_size(max_file_size: u64) -> u64 {
    const MIB: u64 = 1 << 20;
    max_file_size.div_ceil(10_000).div_ceil(MIB).max(8) * MIB
}
