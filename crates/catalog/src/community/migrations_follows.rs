//! The table of those who follow others.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, string};

/// Who follows whom.
pub(crate) struct Follows;

impl MigrationName for Follows {
    fn name(&self) -> &'static str {
        "m20261121_224000_catalog_follows"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Follows {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("follows")
            .col(string("follower"))
            .col(string("followed"))
            .col(big_integer("created_at"))
            .primary_key(Index::create().col("follower").col("followed"))
            .to_owned();
        manager.create_table(table).await?;
        let index = Index::create()
            .name("follows_by_followed")
            .table("follows")
            .col("followed")
            .col("follower")
            .to_owned();
        manager.create_index(index).await
    }
}
