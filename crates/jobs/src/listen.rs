//! Waking workers on other nodes. PostgreSQL carries the word when the
//! transaction commits; on SQLite, whose processes share a machine, the poll
//! interval must do.

use std::time::Duration;

use matinee_engines::db::Db;
use sea_orm::sqlx::postgres::PgListener;
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

const CHANNEL: &str = "matinee_jobs";
const RECONNECT: Duration = Duration::from_secs(5);

/// Sends the word on PostgreSQL; it goes out when the transaction commits.
pub(crate) async fn notify<C: ConnectionTrait>(conn: &C) -> Result<(), DbErr> {
    if conn.get_database_backend() == DatabaseBackend::Postgres {
        conn.execute_unprepared(&format!("NOTIFY {CHANNEL}"))
            .await?;
    }
    Ok(())
}

/// Passes the word on to this process's workers until the token is canceled.
/// Without it they still poll.
pub(crate) async fn listen(db: Db, wake: watch::Sender<u64>, stop: CancellationToken) {
    if db.backend() != DatabaseBackend::Postgres {
        return;
    }
    let relay = async {
        loop {
            if let Err(error) = relay(&db, &wake).await {
                tracing::warn!(%error, "cannot listen for new jobs: polling only");
            }
            tokio::time::sleep(RECONNECT).await;
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = relay => {}
    }
}

async fn relay(db: &Db, wake: &watch::Sender<u64>) -> Result<(), sea_orm::sqlx::Error> {
    let mut listener = PgListener::connect_with(db.write().get_postgres_connection_pool()).await?;
    listener.listen(CHANNEL).await?;
    loop {
        // Also once at first, and when the connection was lost (None): words
        // may have gone by unheard.
        wake.send_modify(|words| *words += 1);
        listener.try_recv().await?;
    }
}
