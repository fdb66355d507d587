//! Stream tokens that were taken back.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, string, string_null};

pub(super) struct StreamRevocations;

impl MigrationName for StreamRevocations {
    fn name(&self) -> &'static str {
        "m20261121_200002_identity_stream_revocations"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for StreamRevocations {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("stream_revocations")
                    .col(string("subject").primary_key())
                    .col(big_integer("revoked_at"))
                    .to_owned(),
            )
            .await?;
        // Read several times a second, by their ends.
        for (table, column) in [
            ("stream_revocations", "revoked_at"),
            ("group_members", "expires_at"),
        ] {
            manager
                .create_index(
                    Index::create()
                        .name(format!("{table}_by_{column}"))
                        .table(table)
                        .col(column)
                        .to_owned(),
                )
                .await?;
        }
        Ok(())
    }
}

pub(super) struct RevocationNodes;

impl MigrationName for RevocationNodes {
    fn name(&self) -> &'static str {
        "m20261121_200004_identity_revocation_nodes"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for RevocationNodes {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("stream_revocations")
                    .add_column(string_null("node"))
                    .to_owned(),
            )
            .await
    }
}
