//! Databases for tests: a fresh one each time, on every engine that is at hand.
//!
//! Part of the library rather than of its tests, because every feature crate's
//! tests want it; nothing here runs in the program.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::ConnectionTrait;

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
