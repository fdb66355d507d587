//! The tables of discovery.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, double, integer, string, text, text_null,
};

/// This room's migrations.
pub(crate) fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(Discovery),
        Box::new(Neighbours),
        Box::new(Orders),
        Box::new(Places),
    ]
}

struct Discovery;

impl MigrationName for Discovery {
    fn name(&self) -> &'static str {
        "m20261121_140001_catalog_discovery"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Discovery {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Every node follows what the others change by this order.
        manager
            .create_index(
                Index::create()
                    .name("videos_by_update")
                    .table("videos")
                    .col("updated_at")
                    .col("id")
                    .to_owned(),
            )
            .await?;
        for table in tables() {
            manager.create_table(table).await?;
        }
        manager
            .create_index(
                Index::create()
                    .name("removed_videos_by_time")
                    .table("removed_videos")
                    .col("removed_at")
                    .to_owned(),
            )
            .await
    }
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        Table::create()
            .table("removed_videos")
            .col(string("id").primary_key())
            .col(big_integer("removed_at"))
            .to_owned(),
        Table::create()
            .table("search_rebuilds")
            .col(string("index_name").primary_key())
            .col(big_integer("requested_at"))
            .col(big_integer_null("started_at"))
            .col(big_integer_null("finished_at"))
            .col(big_integer("documents"))
            .col(text_null("error"))
            .to_owned(),
        Table::create()
            .table("home_rows")
            .col(string("id").primary_key())
            .col(integer("position"))
            .col(string("kind"))
            .col(text_null("title"))
            .col(text("settings"))
            .col(integer("size"))
            .col(boolean("enabled"))
            .to_owned(),
        Table::create()
            .table("similar_videos")
            .col(string("video_id"))
            .col(integer("position"))
            .col(string("similar_id"))
            .col(double("score"))
            .col(string("reason"))
            .primary_key(Index::create().col("video_id").col("position"))
            .to_owned(),
        Table::create()
            .table("trending_videos")
            .col(string("video_id").primary_key())
            .col(double("score"))
            .col(big_integer("viewers"))
            .to_owned(),
    ]
}

/// One row for each title and neighbour was too many to write in passing.
struct Neighbours;

impl MigrationName for Neighbours {
    fn name(&self) -> &'static str {
        "m20261121_140002_catalog_neighbours"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Neighbours {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("similar_videos").to_owned())
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("similar_videos")
                    .col(string("video_id").primary_key())
                    .col(text("neighbours"))
                    .col(big_integer("built_at"))
                    .to_owned(),
            )
            .await
    }
}

/// Every order that a list can have is read off an index.
struct Orders;

impl MigrationName for Orders {
    fn name(&self) -> &'static str {
        "m20261121_150001_catalog_orders"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Orders {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, order) in [
            ("videos_by_views", "\"view_count\""),
            // What is unknown counts as the least: see `listing::Sort`.
            ("videos_by_duration", "(COALESCE(\"duration_ms\", -1))"),
            ("videos_by_year", "(COALESCE(\"release_year\", -1))"),
        ] {
            let sql = format!("CREATE INDEX \"{name}\" ON \"videos\" ({order}, \"id\")");
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        Ok(())
    }
}

/// Whether any title asks from where somebody comes is asked often.
struct Places;

impl MigrationName for Places {
    fn name(&self) -> &'static str {
        "m20261121_160000_catalog_places"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Places {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = "CREATE INDEX \"videos_by_place\" ON \"videos\" (\"id\") \
                   WHERE \"access_regions\" IS NOT NULL OR \"access_networks\" IS NOT NULL";
        manager.get_connection().execute_unprepared(sql).await?;
        Ok(())
    }
}
