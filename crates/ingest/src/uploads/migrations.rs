//! The table's history.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, json, string, string_null, text, text_null,
};

/// The migrations of uploading.
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(Uploads)]
}

struct Uploads;

impl MigrationName for Uploads {
    fn name(&self) -> &'static str {
        "m20261121_000004_ingest_uploads"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Uploads {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("uploads")
                    .col(string("id").primary_key())
                    .col(string("kind"))
                    .col(string("state"))
                    .col(string("person"))
                    .col(string_null("owner"))
                    .col(string("video_id"))
                    .col(string("blob_key"))
                    .col(text_null("handle"))
                    .col(big_integer_null("size"))
                    .col(big_integer("part_size"))
                    .col(json("metadata"))
                    .col(text("raw_metadata"))
                    .col(string_null("validator"))
                    .col(big_integer("created_at"))
                    .col(big_integer("updated_at"))
                    .col(big_integer("expires_at"))
                    .to_owned(),
            )
            .await?;
        for (name, column) in [
            ("uploads_by_expiry", "expires_at"),
            ("uploads_by_video", "video_id"),
        ] {
            manager
                .create_index(
                    Index::create()
                        .name(name)
                        .table("uploads")
                        .col("state")
                        .col(column)
                        .to_owned(),
                )
                .await?;
        }
        Ok(())
    }
}
