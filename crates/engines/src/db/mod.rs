//! Relational data on SQLite or PostgreSQL, through one code path.
//!
//! [`Db`] holds two handles: [`Db::read`] for queries and [`Db::write`] for
//! everything that changes rows ([`Db::begin`] for several at once). On PostgreSQL they are the same pool. On
//! SQLite the writing handle is a single connection, so that writers queue in
//! the program, in order, instead of colliding in the file ("database is
//! locked"); readers run beside them on the write-ahead log.
//!
//! Keep transactions short: while one is open on SQLite no other write runs.

mod migrate;
mod url;

use std::time::Duration;

use sea_orm::sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sea_orm::{
    ConnectOptions, Database, DatabaseBackend, DatabaseConnection, DatabaseTransaction, DbErr,
    SqliteTransactionMode, SqlxSqliteConnector, TransactionOptions, TransactionTrait,
};

pub use migrate::migrate;
pub use url::{DatabaseUrl, DatabaseUrlError};

/// How many connections read from SQLite side by side.
const SQLITE_READERS: u32 = 8;
/// How much of the file each connection keeps in memory, once it has read it: 8 MiB.
const SQLITE_CACHE: &str = "-8192";
/// How long a connection waits for another process that holds the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(15);
/// How long a request waits for a free connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(15);

/// What can go wrong with the relational store.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The address of the database cannot be used.
    #[error(transparent)]
    Url(#[from] DatabaseUrlError),
    /// The database refused or failed; the message is its own.
    #[error("database: {0}")]
    Db(#[from] DbErr),
    /// A folder for the database file could not be made.
    #[error("cannot create the folder of the database {path}: {source}")]
    Folder {
        /// The folder.
        path: std::path::PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The database was migrated by a newer program.
    #[error(
        "the database was last used by a newer version of this program (it knows no migration {0}): start that version, or restore a backup"
    )]
    Newer(String),
}

/// A database: one handle for reading, one for writing.
#[derive(Clone, Debug)]
pub struct Db {
    read: DatabaseConnection,
    write: DatabaseConnection,
}

/// Measures how long statements take, waiting for a connection included.
fn measure(connection: &mut DatabaseConnection) {
    let seconds = metrics::histogram!("matinee_database_seconds");
    let failures = metrics::counter!("matinee_database_failures_total");
    connection.set_metric_callback(move |info| {
        seconds.record(info.elapsed);
        if info.failed {
            failures.increment(1);
        }
    });
}

impl Db {
    /// Opens the database at this address, creating an SQLite file and its
    /// folder if there is none.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, DbError> {
        match url {
            DatabaseUrl::Sqlite(path) => Self::open_sqlite(path).await,
            DatabaseUrl::Postgres(url) => {
                let mut options = ConnectOptions::new(url.as_str().to_owned());
                options
                    .max_connections(20)
                    .acquire_timeout(ACQUIRE_TIMEOUT)
                    .sqlx_logging(false);
                let mut pool = Database::connect(options).await?;
                measure(&mut pool);
                Ok(Self {
                    read: pool.clone(),
                    write: pool,
                })
            }
        }
    }

    async fn open_sqlite(path: &std::path::Path) -> Result<Self, DbError> {
        if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|source| DbError::Folder {
                path: folder.to_owned(),
                source,
            })?;
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // NORMAL may lose the last commits when the power fails; what we
            // have acknowledged must be kept.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("temp_store", "memory")
            .pragma("cache_size", SQLITE_CACHE)
            .optimize_on_close(true, None);
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options.clone())
            .await
            .map_err(sqlx_error)?;
        let read = SqlitePoolOptions::new()
            .max_connections(SQLITE_READERS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect_with(options.pragma("query_only", "on"))
            .await
            .map_err(sqlx_error)?;
        let mut read = SqlxSqliteConnector::from_sqlx_sqlite_pool(read);
        let mut write = SqlxSqliteConnector::from_sqlx_sqlite_pool(write);
        measure(&mut read);
        measure(&mut write);
        Ok(Self { read, write })
    }

    /// For queries. On SQLite these connections refuse to write.
    pub fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// For everything that changes rows, and for reads inside a transaction.
    pub fn write(&self) -> &DatabaseConnection {
        &self.write
    }

    /// Begins a writing transaction; dropping it rolls it back.
    ///
    /// On SQLite it takes the write lock at once: a transaction that begins by
    /// reading and is then overtaken by another process could never commit.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        self.write.begin_with_options(options).await
    }

    /// Which engine answers.
    pub fn backend(&self) -> DatabaseBackend {
        self.write.get_database_backend()
    }

    /// Asks the database for a sign of life.
    pub async fn ping(&self) -> Result<(), DbError> {
        Ok(self.read.ping().await?)
    }

    /// Closes all connections; on SQLite this folds the write-ahead log back
    /// into the file.
    pub async fn close(self) -> Result<(), DbError> {
        self.read.close().await?;
        Ok(self.write.close().await?)
    }
}

fn sqlx_error(error: sea_orm::sqlx::Error) -> DbErr {
    DbErr::Conn(sea_orm::RuntimeErr::SqlxError(error.into()))
}
