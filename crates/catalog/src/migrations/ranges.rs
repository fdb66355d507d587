//! Files of several episodes, and what an audio track is for.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{integer_null, string_null};

pub(super) struct Ranges;

impl MigrationName for Ranges {
    fn name(&self) -> &'static str {
        "m20261121_150000_catalog_ranges"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Ranges {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [
            ("videos", integer_null("episode_number_end")),
            ("renditions", string_null("role")),
        ] {
            let alter = Table::alter().table(table).add_column(column).to_owned();
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}
