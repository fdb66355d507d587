//! The tables.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, binary, binary_null, boolean, integer, integer_null, json,
    string, string_null, text, text_null,
};

/// This crate's migrations. They rest on the tables of streams and videos.
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(Webhooks),
        Box::new(crate::news::Tables),
        Box::new(crate::push::Tables),
        Box::new(WebhookRotation),
    ]
}

struct Webhooks;

impl MigrationName for Webhooks {
    fn name(&self) -> &'static str {
        "m20261121_223000_notify_webhooks"
    }
}

/// What there is before anybody is told of anything is no news.
const BEFORE: [&str; 4] = [
    "INSERT INTO milestones (subject, event, at) \
     SELECT id, 'video.created', created_at FROM videos",
    "INSERT INTO milestones (subject, event, at) \
     SELECT id, 'video.published', created_at FROM videos WHERE is_public AND is_processed",
    "INSERT INTO milestones (subject, event, at) \
     SELECT id, 'stream.started', started_at FROM streams WHERE started_at IS NOT NULL",
    "INSERT INTO milestones (subject, event, at) \
     SELECT id, 'stream.ended', ended_at FROM streams WHERE ended_at IS NOT NULL",
];

#[async_trait::async_trait]
impl MigrationTrait for Webhooks {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let milestones = Table::create()
            .table("milestones")
            .col(string("subject"))
            .col(string("event"))
            .col(big_integer("at"))
            .primary_key(Index::create().col("subject").col("event"))
            .to_owned();
        let webhooks = Table::create()
            .table("webhooks")
            .col(string("id").primary_key())
            .col(text("url"))
            .col(text("description"))
            .col(json("events"))
            .col(binary("secret"))
            .col(boolean("active"))
            .col(string_null("created_by"))
            .col(big_integer("created_at"))
            .col(big_integer("updated_at"))
            .to_owned();
        let deliveries = Table::create()
            .table("webhook_deliveries")
            .col(string("id").primary_key())
            .col(string("webhook_id"))
            .col(string("event"))
            .col(text("body"))
            .col(string("state"))
            .col(integer("attempts").default(0))
            .col(integer_null("status_code"))
            .col(text_null("error"))
            .col(big_integer_null("next_attempt_at"))
            .col(string_null("job_id"))
            .col(big_integer("created_at"))
            .col(big_integer_null("finished_at"))
            .foreign_key(
                ForeignKey::create()
                    .from("webhook_deliveries", "webhook_id")
                    .to("webhooks", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        for table in [milestones, webhooks, deliveries] {
            manager.create_table(table).await?;
        }
        let indexes: [(&str, &[&str]); 2] = [
            ("webhook_deliveries_of_webhook", &["webhook_id", "id"]),
            ("webhook_deliveries_by_end", &["finished_at"]),
        ];
        for (name, columns) in indexes {
            let mut index = Index::create();
            index.name(name).table("webhook_deliveries");
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        for sql in BEFORE {
            manager.get_connection().execute_unprepared(sql).await?;
        }
        Ok(())
    }
}

/// Webhooks have a second secret for a while.
struct WebhookRotation;

impl MigrationName for WebhookRotation {
    fn name(&self) -> &'static str {
        "m20261122_091500_notify_webhook_rotation"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for WebhookRotation {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for column in [
            binary_null("old_secret"),
            big_integer_null("old_secret_until"),
        ] {
            let table = Table::alter()
                .table("webhooks")
                .add_column(column)
                .to_owned();
            manager.alter_table(table).await?;
        }
        Ok(())
    }
}
