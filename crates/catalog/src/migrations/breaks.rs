//! Where videos may be broken for advertisements.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, json, string};

pub(super) struct Breaks;

impl MigrationName for Breaks {
    fn name(&self) -> &'static str {
        "m20261122_130000_catalog_breaks"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Breaks {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("video_breaks")
            .col(string("video_id").primary_key())
            .col(json("markers"))
            .col(json("found"))
            .col(big_integer("updated_at"))
            .foreign_key(
                ForeignKey::create()
                    .from("video_breaks", "video_id")
                    .to("videos", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(table).await
    }
}
