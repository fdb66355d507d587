//! Migrations: each crate brings its own, and they run in the order of their names.

use std::collections::BTreeSet;

use sea_orm::{
    ConnectionTrait, DatabaseBackend, DatabaseTransaction, DbErr, Statement, TryGetable as _,
};
use sea_orm_migration::{MigrationTrait, SchemaManager};

use super::{Db, DbError};
use crate::time::now_micros;

const TABLE: &str = "matinee_migrations";
/// Any number, as long as every node uses the same one.
const POSTGRES_LOCK: i64 = 0x6d61_7469_6e65_6501;

/// Applies those migrations that this database has not seen, each in a
/// transaction of its own, and returns their names.
///
/// Nodes that start together on one PostgreSQL wait for each other; on SQLite
/// the single writer does. A database that knows a migration which this
/// program does not is left alone ([`DbError::Newer`]): an older program must
/// not write to it.
pub async fn migrate(
    db: &Db,
    mut migrations: Vec<Box<dyn MigrationTrait>>,
) -> Result<Vec<String>, DbError> {
    migrations.sort_by(|a, b| a.name().cmp(b.name()));
    let tx = begin_alone(db).await?;
    tx.execute_unprepared(&format!(
        "CREATE TABLE IF NOT EXISTS {TABLE} (name TEXT PRIMARY KEY NOT NULL, applied_at BIGINT NOT NULL)"
    ))
    .await?;
    tx.commit().await?;
    let known: BTreeSet<&str> = migrations.iter().map(|m| m.name()).collect();
    let mut applied = Vec::new();
    for migration in &migrations {
        let tx = begin_alone(db).await?;
        let done = names(&tx).await?;
        if let Some(newer) = done.iter().find(|name| !known.contains(name.as_str())) {
            return Err(DbError::Newer(newer.clone()));
        }
        if done.contains(migration.name()) {
            continue;
        }
        migration.up(&SchemaManager::new(&tx)).await?;
        tx.execute_raw(Statement::from_sql_and_values(
            db.backend(),
            format!("INSERT INTO {TABLE} (name, applied_at) VALUES ($1, $2)"),
            [migration.name().into(), now_micros().into()],
        ))
        .await?;
        tx.commit().await?;
        tracing::info!(migration = migration.name(), "database migrated");
        applied.push(migration.name().to_owned());
    }
    Ok(applied)
}

/// A transaction beside which no other node migrates.
async fn begin_alone(db: &Db) -> Result<DatabaseTransaction, DbErr> {
    let tx = db.begin().await?;
    if db.backend() == DatabaseBackend::Postgres {
        tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({POSTGRES_LOCK})"))
            .await?;
    }
    Ok(tx)
}

async fn names<C: ConnectionTrait>(connection: &C) -> Result<BTreeSet<String>, DbErr> {
    let rows = connection
        .query_all_raw(Statement::from_string(
            connection.get_database_backend(),
            format!("SELECT name FROM {TABLE}"),
        ))
        .await?;
    rows.iter()
        .map(|row| String::try_get_by(row, "name").map_err(DbErr::from))
        .collect()
}
