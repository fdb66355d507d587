//! The tables' history.

mod people;
mod quotas;
mod revocations;
mod studio;

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, binary, string, string_null, text};

/// This crate's migrations.
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(Accounts),
        Box::new(AuditLog),
        Box::new(people::People),
        Box::new(crate::standing::migrations::Tables),
        Box::new(studio::InstanceSettings),
        Box::new(revocations::StreamRevocations),
        Box::new(quotas::AccountQuotas),
        Box::new(revocations::RevocationNodes),
    ]
}

struct Accounts;

impl MigrationName for Accounts {
    fn name(&self) -> &'static str {
        "m20261121_000001_identity_accounts"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Accounts {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("users")
                    .col(string("id").primary_key())
                    .col(string("username").unique_key())
                    .col(string("password_hash"))
                    .col(string("role"))
                    .col(big_integer("created_at"))
                    .col(big_integer("updated_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("sessions")
                    .col(binary("token_hash").primary_key())
                    .col(string("user_id"))
                    .col(string("user_agent"))
                    .col(big_integer("created_at"))
                    .col(big_integer("expires_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("sessions", "user_id")
                            .to("users", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("sessions_by_expiry")
                    .table("sessions")
                    .col("expires_at")
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("instance_secrets")
                    .col(string("name").primary_key())
                    .col(binary("value"))
                    .to_owned(),
            )
            .await
    }
}

struct AuditLog;

impl MigrationName for AuditLog {
    fn name(&self) -> &'static str {
        "m20261121_100001_identity_audit_log"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for AuditLog {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("audit_log")
                    .col(string("id").primary_key())
                    .col(big_integer("at"))
                    .col(string_null("actor_id"))
                    .col(string("actor_name"))
                    .col(string("action"))
                    .col(string_null("subject"))
                    .col(text("detail"))
                    .col(string_null("addr"))
                    .to_owned(),
            )
            .await?;
        for column in ["actor_id", "action", "subject"] {
            manager
                .create_index(
                    Index::create()
                        .name(format!("audit_log_by_{column}"))
                        .table("audit_log")
                        .col(column)
                        .col("id")
                        .to_owned(),
                )
                .await?;
        }
        Ok(())
    }
}
