//! Databases and blob stores for tests: a fresh one each time, on every engine
//! that is at hand.
//!
//! Part of the library rather than of its tests, because every feature crate's
//! tests want it; nothing here runs in the program.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::ConnectionTrait;

use crate::blobs::{
    BlobError, BlobKey, BlobsConfig, FolderOptions, S3Config, S3Credentials, SharedBlobs,
};
use crate::db::{DatabaseUrl, Db, DbError};

/// Names a PostgreSQL server on which tests may create databases.
pub const POSTGRES_URL: &str = "MATINEE_TEST_POSTGRES_URL";

/// A database of its own for one test.
#[derive(Debug)]
pub struct TestDb {
    /// The open database, without tables.
    pub db: Db,
    /// Its address, for tests that open it again.
    pub url: DatabaseUrl,
    folder: Option<PathBuf>,
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

fn unique() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!(
        "matinee_test_{}_{}_{}",
        std::process::id(),
        crate::time::now_micros(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

/// A fresh SQLite database in a temporary folder, removed with the value.
pub async fn sqlite() -> Result<TestDb, DbError> {
    let folder = std::env::temp_dir().join(unique());
    let url = DatabaseUrl::Sqlite(folder.join("matinee.db"));
    Ok(TestDb {
        db: Db::open(&url).await?,
        url,
        folder: Some(folder),
    })
}

/// A fresh database on the PostgreSQL server that [`POSTGRES_URL`] names;
/// `None`, said loudly, if it names none.
pub async fn postgres() -> Result<Option<TestDb>, DbError> {
    let Ok(server) = std::env::var(POSTGRES_URL) else {
        #[expect(clippy::print_stderr, reason = "a skipped engine must be seen")]
        {
            eprintln!("SKIPPED: PostgreSQL ({POSTGRES_URL} is not set)");
        }
        return Ok(None);
    };
    let server: DatabaseUrl = server.parse()?;
    let name = unique();
    let admin = Db::open(&server).await?;
    admin
        .write()
        .execute_unprepared(&format!("CREATE DATABASE {name}"))
        .await?;
    admin.close().await?;
    let DatabaseUrl::Postgres(mut url) = server else {
        return Ok(None);
    };
    url.set_path(&name);
    let url = DatabaseUrl::Postgres(url);
    Ok(Some(TestDb {
        db: Db::open(&url).await?,
        url,
        folder: None,
    }))
}

/// A fresh database on every engine at hand, with its name.
pub async fn databases() -> Result<Vec<(&'static str, TestDb)>, DbError> {
    let mut all = vec![("sqlite", sqlite().await?)];
    if let Some(db) = postgres().await? {
        all.push(("postgres", db));
    }
    Ok(all)
}

/// Names an S3 server for tests; with `_BUCKET`, `_ACCESS_KEY`, `_SECRET_KEY`
/// and, unless it is `us-east-1`, `_REGION` in the place of `_ENDPOINT`.
pub const S3_ENDPOINT: &str = "MATINEE_TEST_S3_ENDPOINT";

/// A store of its own for one test.
#[derive(Debug)]
pub struct TestBlobs {
    /// The open store, empty.
    pub blobs: SharedBlobs,
    /// How to open it again.
    pub config: BlobsConfig,
}

impl Drop for TestBlobs {
    fn drop(&mut self) {
        if let BlobsConfig::Folder { path, .. } = &self.config {
            let _ = std::fs::remove_dir_all(path);
        }
    }
}

/// A fresh store in a temporary folder, removed with the value.
pub async fn folder_blobs() -> Result<TestBlobs, BlobError> {
    let config = BlobsConfig::Folder {
        path: std::env::temp_dir().join(unique()),
        options: FolderOptions {
            reserve_bytes: 0,
            ..FolderOptions::default()
        },
    };
    Ok(TestBlobs {
        blobs: crate::blobs::open(&config).await?,
        config,
    })
}

/// A prefix of its own in the bucket that the environment names; `None`, said
/// loudly, if it names none.
pub fn s3_config() -> Result<Option<S3Config>, BlobError> {
    let Ok(endpoint) = std::env::var(S3_ENDPOINT) else {
        #[expect(clippy::print_stderr, reason = "a skipped engine must be seen")]
        {
            eprintln!("SKIPPED: S3 ({S3_ENDPOINT} is not set)");
        }
        return Ok(None);
    };
    let var = |name: &str| {
        let name = S3_ENDPOINT.replace("ENDPOINT", name);
        std::env::var(&name).map_err(|error| BlobError::Config {
            name,
            reason: error.to_string(),
        })
    };
    let mut config = S3Config::new(var("BUCKET")?);
    config.prefix = Some(BlobKey::new(format!("test/{}", unique()))?);
    config.region = var("REGION").unwrap_or(config.region);
    config.endpoint = Some(endpoint.parse().map_err(|error| BlobError::Config {
        name: S3_ENDPOINT.to_owned(),
        reason: format!("{error}"),
    })?);
    config.path_style = true;
    config.credentials = Some(S3Credentials {
        access_key: var("ACCESS_KEY")?,
        secret_key: var("SECRET_KEY")?,
        session_token: None,
    });
    Ok(Some(config))
}

/// A fresh store on the S3 server that [`S3_ENDPOINT`] names; `None`, said
/// loudly, if it names none.
pub async fn s3_blobs() -> Result<Option<TestBlobs>, BlobError> {
    let Some(config) = s3_config()? else {
        return Ok(None);
    };
    let config = BlobsConfig::S3(Box::new(config));
    Ok(Some(TestBlobs {
        blobs: crate::blobs::open(&config).await?,
        config,
    }))
}

/// Names the Redis server of the tests.
pub const REDIS_URL: &str = "MATINEE_TEST_REDIS_URL";

/// Fresh hot state on the server that [`REDIS_URL`] names, under a prefix of its
/// own; `None`, said loudly, if it names none.
pub fn redis() -> Result<Option<crate::hot::RedisHot>, crate::hot::HotError> {
    let Ok(address) = std::env::var(REDIS_URL) else {
        #[expect(clippy::print_stderr, reason = "a skipped engine must be seen")]
        {
            eprintln!("SKIPPED: Redis ({REDIS_URL} is not set)");
        }
        return Ok(None);
    };
    let prefix = format!("test:{}:", unique());
    crate::hot::RedisHot::open(&address, &prefix).map(Some)
}
