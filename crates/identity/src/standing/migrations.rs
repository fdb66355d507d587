//! Profiles, groups, and who is in which.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, integer_null, string, string_null, text, text_null,
};

pub(crate) struct Tables;

impl MigrationName for Tables {
    fn name(&self) -> &'static str {
        "m20261121_100011_identity_standing"
    }
}

fn of_account(table: &'static str) -> TableCreateStatement {
    Table::create()
        .table(table)
        .col(string("user_id"))
        .foreign_key(
            ForeignKey::create()
                .from(table, "user_id")
                .to("users", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Tables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                of_account("profiles")
                    .col(string("id").primary_key())
                    .col(text("name"))
                    .col(string_null("avatar"))
                    .col(string_null("language"))
                    .col(boolean("kids"))
                    .col(integer_null("max_rating"))
                    .col(text_null("pin_hash"))
                    .col(big_integer("created_at"))
                    .col(big_integer("updated_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("user_groups")
                    .col(string("id").primary_key())
                    .col(string("name").unique_key())
                    .col(text("description"))
                    .col(big_integer("created_at"))
                    .col(big_integer("updated_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                of_account("group_members")
                    .col(string("group_id"))
                    .col(big_integer_null("expires_at"))
                    .col(big_integer("added_at"))
                    .primary_key(Index::create().col("group_id").col("user_id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("group_members", "group_id")
                            .to("user_groups", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        for table in ["profiles", "group_members"] {
            let index = Index::create()
                .name(format!("{table}_by_user"))
                .table(table)
                .col("user_id")
                .to_owned();
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
