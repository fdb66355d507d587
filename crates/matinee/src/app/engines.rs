//! The engines that a configuration names, opened.

use std::sync::Arc;

use anyhow::Context as _;
use matinee_engines::blobs::{self, Apart, Folder, FolderOptions, SharedBlobs};
use matinee_engines::db::{Db, migrate};
use matinee_engines::hot::{Hot, HotLimits, MemoryHot, RedisHot};
use sea_orm_migration::MigrationTrait;

use crate::config::Config;

/// The database, brought to this version, and the folder that it may lie in.
pub(super) async fn database(
    config: &Config,
    migrations: Vec<Box<dyn MigrationTrait>>,
) -> anyhow::Result<Db> {
    std::fs::create_dir_all(&config.data_dir)
        .with_context(|| format!("cannot make the data folder {}", config.data_dir.display()))?;
    let db = Db::open(&config.database())
        .await
        .context("cannot open the database")?;
    migrate(&db, migrations)
        .await
        .context("cannot bring the database to this version")?;
    Ok(db)
}

/// A server that does not answer yet is waited for by those who ask it: hot
/// state may be lost, so it may be late.
pub(super) async fn hot(config: &Config) -> anyhow::Result<Arc<dyn Hot>> {
    let Some(address) = &config.redis_url else {
        return Ok(Arc::new(MemoryHot::new(HotLimits::default())));
    };
    let redis = RedisHot::open(address, "").context("REDIS_URL is no address of Redis")?;
    if let Err(error) = redis.ping().await {
        tracing::warn!(%error, "Redis does not answer; it is tried again with each request");
    }
    Ok(Arc::new(redis))
}

pub(super) async fn blobs(config: &Config) -> anyhow::Result<SharedBlobs> {
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
