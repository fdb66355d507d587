//! The table's history.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, json, string, string_null, text_null,
};

/// The migrations of folders.
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(FolderScans)]
}

struct FolderScans;

impl MigrationName for FolderScans {
    fn name(&self) -> &'static str {
        "m20261122_000030_ingest_folder_scans"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for FolderScans {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("folder_scans")
                    .col(string("folder_id").primary_key())
                    .col(string("state"))
                    .col(boolean("dry_run"))
                    .col(boolean("is_public"))
                    .col(string_null("owner"))
                    .col(big_integer("requested_at"))
                    .col(big_integer_null("finished_at"))
                    .col(text_null("error"))
                    .col(big_integer_null("found"))
                    .col(big_integer("imported"))
                    .col(big_integer("already"))
                    .col(big_integer("failed"))
                    .col(json("lines"))
                    .to_owned(),
            )
            .await
    }
}
