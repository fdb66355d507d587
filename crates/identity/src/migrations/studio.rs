//! What administrators set in the studio.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, string, text};

pub(super) struct InstanceSettings;

impl MigrationName for InstanceSettings {
    fn name(&self) -> &'static str {
        "m20261121_200001_identity_instance_settings"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for InstanceSettings {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("instance_settings")
                    .col(string("name").primary_key())
                    .col(text("value"))
                    .col(big_integer("updated_at"))
                    .to_owned(),
            )
            .await
    }
}
