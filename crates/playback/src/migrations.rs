//! The tables' history.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, string};

/// This crate's migrations.
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(WatchProgress), Box::new(Profiles)]
}

struct WatchProgress;

impl MigrationName for WatchProgress {
    fn name(&self) -> &'static str {
        "m20261121_000001_playback_watch_progress"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for WatchProgress {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // No foreign key to the videos: positions are written in batches, and
        // one video that was deleted meanwhile must not fail all the others.
        manager
            .create_table(
                Table::create()
                    .table("watch_progress")
                    .col(string("viewer_key"))
                    .col(string("video_id"))
                    .col(big_integer("position_ms"))
                    .col(big_integer("duration_ms"))
                    .col(big_integer("watched_at"))
                    .primary_key(Index::create().col("viewer_key").col("video_id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("watch_progress_recent")
                    .table("watch_progress")
                    .col("viewer_key")
                    .col("watched_at")
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("watch_progress_by_video")
                    .table("watch_progress")
                    .col("video_id")
                    .to_owned(),
            )
            .await
    }
}

/// What was watched belonged to an account, and now to its first profile.
struct Profiles;

impl MigrationName for Profiles {
    fn name(&self) -> &'static str {
        "m20261121_100001_playback_profiles"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Profiles {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // An account's first profile is called as the account is.
        manager
            .get_connection()
            .execute_unprepared(
                "UPDATE watch_progress SET viewer_key = 'profile_' || substr(viewer_key, 6) \
                 WHERE viewer_key LIKE 'user\\_%' ESCAPE '\\'",
            )
            .await?;
        Ok(())
    }
}
