//! The tables.

use sea_orm::DatabaseBackend;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, double, double_null, integer, json, small_integer,
    string, string_null, text,
};

/// This crate's migrations. They rest on the tables of videos and streams.
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(Tables),
        Box::new(Levels),
        Box::new(Ids),
        Box::new(Showings),
        Box::new(Counts),
    ]
}

struct Tables;

impl MigrationName for Tables {
    fn name(&self) -> &'static str {
        "m20261122_060000_analytics"
    }
}

/// Ids of events that were applied: nothing but a key, so no table beside its index.
fn seen(backend: DatabaseBackend) -> &'static str {
    match backend {
        DatabaseBackend::Postgres => {
            "CREATE TABLE event_ids (id BYTEA PRIMARY KEY NOT NULL, hour BIGINT NOT NULL)"
        }
        _ => {
            "CREATE TABLE event_ids (id BLOB PRIMARY KEY NOT NULL, hour BIGINT NOT NULL) WITHOUT ROWID"
        }
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Tables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let plays = Table::create()
            .table("plays")
            .col(string("id").primary_key())
            .col(string("subject"))
            .col(string_null("viewer"))
            .col(string_null("network"))
            .col(big_integer("started_at"))
            .col(big_integer("last_at"))
            .col(big_integer_null("duration_ms"))
            .col(big_integer("watched_ms"))
            .col(big_integer("inferred_ms"))
            .col(big_integer("position_ms"))
            .col(big_integer_null("startup_ms"))
            .col(boolean("began"))
            .col(boolean("completed"))
            .col(small_integer("counted"))
            .col(ColumnDef::new("parts").binary().null().to_owned())
            .col(json("detail"))
            .to_owned();
        // Views by the minute (span 0), the hour (1) and the day (2), counted from 1970.
        let counts = Table::create()
            .table("view_counts")
            .col(string("subject"))
            .col(small_integer("span"))
            .col(big_integer("bucket"))
            .col(big_integer("views"))
            .primary_key(Index::create().col("subject").col("span").col("bucket"))
            .to_owned();
        // Figures by the hour (1) and the day (2); of everything under `*`, of an account's
        // titles under the account's id.
        let rollups = Table::create()
            .table("play_rollups")
            .col(string("subject"))
            .col(small_integer("span"))
            .col(big_integer("bucket"))
            .col(big_integer("plays"))
            .col(big_integer("views"))
            .col(big_integer("watched_ms"))
            .col(text("figures"))
            .primary_key(Index::create().col("subject").col("span").col("bucket"))
            .to_owned();
        // Hours whose roll-ups are behind their plays.
        let marks = Table::create()
            .table("play_marks")
            .col(string("subject"))
            .col(big_integer("hour"))
            .col(big_integer("mark"))
            .primary_key(Index::create().col("subject").col("hour"))
            .to_owned();
        let checkpoints = Table::create()
            .table("event_checkpoints")
            .col(string("log").primary_key())
            .col(big_integer("next"))
            .to_owned();
        for table in [plays, counts, rollups, marks, checkpoints] {
            manager.create_table(table).await?;
        }
        let connection = manager.get_connection();
        connection
            .execute_unprepared(seen(manager.get_database_backend()))
            .await?;
        let indexes: [(&str, &str, &[&str]); 6] = [
            ("plays_of_subject", "plays", &["subject", "started_at"]),
            (
                "plays_of_viewer",
                "plays",
                &["viewer", "subject", "started_at"],
            ),
            ("plays_by_start", "plays", &["started_at"]),
            ("plays_by_end", "plays", &["last_at"]),
            (
                "view_counts_by_bucket",
                "view_counts",
                &["span", "bucket", "subject", "views"],
            ),
            (
                "play_rollups_by_bucket",
                "play_rollups",
                &["span", "bucket"],
            ),
        ];
        for (name, table, columns) in indexes {
            let mut index = Index::create();
            index.name(name).table(table);
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        let hours = "CREATE INDEX event_ids_by_hour ON event_ids (hour)";
        connection.execute_unprepared(hours).await?;
        Ok(())
    }
}

struct Levels;

impl MigrationName for Levels {
    fn name(&self) -> &'static str {
        "m20261122_100000_analytics_levels"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Levels {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // What is counted by itself, by the hour: of a title, a channel, an advertisement.
        let counts = Table::create()
            .table("event_counts")
            .col(string("subject"))
            .col(string("name"))
            .col(big_integer("hour"))
            .col(big_integer("events"))
            .primary_key(Index::create().col("subject").col("name").col("hour"))
            .to_owned();
        // A level that is held, and whether it is.
        let levels = Table::create()
            .table("service_levels")
            .col(string("name").primary_key())
            .col(double("level_limit"))
            .col(big_integer("hours"))
            .col(big_integer("plays_min"))
            .col(boolean("active"))
            .col(boolean("email"))
            .col(string("state"))
            .col(double_null("value"))
            .col(big_integer_null("since"))
            .col(big_integer_null("checked_at"))
            .to_owned();
        let changes = Table::create()
            .table("service_level_changes")
            .col(string("id").primary_key())
            .col(string("name"))
            .col(string("state"))
            .col(double_null("value"))
            .col(double("level_limit"))
            .col(big_integer("at"))
            .to_owned();
        for table in [counts, levels, changes] {
            manager.create_table(table).await?;
        }
        for (name, table, column) in [
            ("event_counts_by_hour", "event_counts", "hour"),
            (
                "service_level_changes_by_time",
                "service_level_changes",
                "at",
            ),
        ] {
            let mut index = Index::create();
            index.name(name).table(table).col(column);
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

struct Ids;

impl MigrationName for Ids {
    fn name(&self) -> &'static str {
        "m20261123_010000_analytics_ids"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Ids {
    /// Ids of events are looked through when some are too old, which costs less than a second
    /// place for each of them.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared("DROP INDEX IF EXISTS event_ids_by_hour")
            .await?;
        Ok(())
    }
}

struct Showings;

impl MigrationName for Showings {
    fn name(&self) -> &'static str {
        "m20261123_020000_analytics_ads"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Showings {
    /// Showings of advertisements. What was counted of these so far lay under the names that
    /// players gave them, beside this server's own.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let showings = Table::create()
            .table("ad_showings")
            .col(string("id").primary_key())
            .col(string("ad"))
            .col(string_null("viewer"))
            .col(big_integer("started_at"))
            .col(big_integer("last_at"))
            .col(big_integer_null("length_ms"))
            .col(integer("impressions"))
            .col(integer("first_quartiles"))
            .col(integer("midpoints"))
            .col(integer("third_quartiles"))
            .col(integer("completions"))
            .col(big_integer("watched_ms"))
            .to_owned();
        manager.create_table(showings).await?;
        let indexes: [(&str, &[&str]); 4] = [
            ("ad_showings_of_ad", &["ad", "started_at"]),
            ("ad_showings_of_viewer", &["viewer"]),
            ("ad_showings_by_start", &["started_at"]),
            ("ad_showings_by_end", &["last_at"]),
        ];
        for (name, columns) in indexes {
            let mut index = Index::create();
            index.name(name).table("ad_showings");
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        let apart = "UPDATE event_counts SET subject = 'ad:' || subject \
            WHERE name LIKE 'ad\\_%' ESCAPE '\\' AND subject NOT LIKE 'video\\_%' ESCAPE '\\' \
            AND subject NOT LIKE 'stream\\_%' ESCAPE '\\' AND subject NOT LIKE 'channel\\_%' ESCAPE '\\'";
        manager.get_connection().execute_unprepared(apart).await?;
        Ok(())
    }
}

struct Counts;

impl MigrationName for Counts {
    fn name(&self) -> &'static str {
        "m20261123_030000_analytics_counts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Counts {
    /// SQLite keeps a title's counts side by side: they are written as they come, a minute of one
    /// title after a minute of another, and each was looked up by itself when they were summed.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DatabaseBackend::Sqlite {
            return Ok(());
        }
        let connection = manager.get_connection();
        for sql in [
            "CREATE TABLE view_counts_anew (subject VARCHAR NOT NULL, span SMALLINT NOT NULL, \
             bucket BIGINT NOT NULL, views BIGINT NOT NULL, \
             PRIMARY KEY (subject, span, bucket)) WITHOUT ROWID",
            "INSERT INTO view_counts_anew (subject, span, bucket, views) \
             SELECT subject, span, bucket, views FROM view_counts ORDER BY subject, span, bucket",
            "DROP TABLE view_counts",
            "ALTER TABLE view_counts_anew RENAME TO view_counts",
            "CREATE INDEX view_counts_by_bucket ON view_counts (span, bucket, subject, views)",
        ] {
            connection.execute_unprepared(sql).await?;
        }
        Ok(())
    }
}
