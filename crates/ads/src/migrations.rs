//! The tables of advertisements.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, integer, integer_null, json, string, string_null, text,
    text_null,
};

/// This crate's migrations. They rest on the table of videos.
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(Tables)]
}

struct Tables;

impl MigrationName for Tables {
    fn name(&self) -> &'static str {
        "m20261122_093000_ads"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Tables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            campaigns(),
            servers(),
            creatives(),
            breaks(),
            counts(),
            told(),
            seen(),
            rules(),
        ];
        for table in tables {
            manager.create_table(table).await?;
        }
        let indexes: [(&str, &str, &[&str], bool); 5] = [
            (
                "ad_creatives_of_campaign",
                "ad_creatives",
                &["campaign_id"],
                false,
            ),
            (
                "ad_creatives_by_name",
                "ad_creatives",
                &["server_id", "universal_id"],
                true,
            ),
            (
                "ad_breaks_by_time",
                "ad_breaks",
                &["channel_id", "begins_at"],
                false,
            ),
            ("ad_told_by_time", "ad_told", &["at"], false),
            (
                "ad_counts_of_source",
                "ad_counts",
                &["source_id", "event"],
                false,
            ),
        ];
        for (name, table, columns, unique) in indexes {
            let mut index = Index::create();
            index.name(name).table(table);
            for column in columns {
                index.col(*column);
            }
            if unique {
                index.unique();
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn campaigns() -> TableCreateStatement {
    Table::create()
        .table("ad_campaigns")
        .col(string("id").primary_key())
        .col(string("name"))
        .col(string("advertiser"))
        .col(string("category"))
        .col(integer("weight"))
        .col(big_integer_null("starts_at"))
        .col(big_integer_null("ends_at"))
        .col(json("channels"))
        .col(json("placements"))
        .col(integer_null("hourly_cap"))
        .col(integer_null("viewer_cap"))
        .col(big_integer_null("goal"))
        .col(big_integer("cpm_micros"))
        .col(boolean("active"))
        .col(string_null("created_by"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .to_owned()
}

fn servers() -> TableCreateStatement {
    Table::create()
        .table("ad_servers")
        .col(string("id").primary_key())
        .col(string("name"))
        .col(text("url"))
        .col(integer("priority"))
        .col(integer("timeout_ms"))
        .col(json("channels"))
        .col(json("placements"))
        .col(big_integer("cpm_micros"))
        .col(boolean("server_side"))
        .col(boolean("active"))
        .col(text_null("last_error"))
        .col(big_integer_null("last_error_at"))
        .col(big_integer_null("last_ok_at"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .to_owned()
}

fn creatives() -> TableCreateStatement {
    let of = |column: &str, table: &str| {
        ForeignKey::create()
            .from("ad_creatives", column.to_owned())
            .to(table.to_owned(), "id")
            .on_delete(ForeignKeyAction::Cascade)
            .to_owned()
    };
    Table::create()
        .table("ad_creatives")
        .col(string("id").primary_key())
        .col(string_null("campaign_id"))
        .col(string_null("server_id"))
        .col(string_null("universal_id"))
        .col(string("video_id"))
        .col(string("name"))
        .col(text_null("click_url"))
        .col(boolean("active"))
        .col(big_integer("created_at"))
        .foreign_key(&mut of("campaign_id", "ad_campaigns"))
        .foreign_key(&mut of("server_id", "ad_servers"))
        .foreign_key(&mut of("video_id", "videos"))
        .to_owned()
}

fn breaks() -> TableCreateStatement {
    Table::create()
        .table("ad_breaks")
        .col(string("channel_id"))
        .col(big_integer("msn"))
        .col(big_integer("begins_at"))
        .col(integer("seconds"))
        .col(text("decision"))
        .col(big_integer("created_at"))
        .primary_key(Index::create().col("channel_id").col("msn"))
        .to_owned()
}

fn counts() -> TableCreateStatement {
    let key = ["hour", "subject_id", "source_id", "creative_id", "event"];
    let mut primary = Index::create();
    for column in key {
        primary.col(column);
    }
    Table::create()
        .table("ad_counts")
        .col(integer("hour"))
        .col(string("subject_id"))
        .col(string("source_id"))
        .col(string("creative_id"))
        .col(string("event"))
        .col(big_integer("times"))
        .col(big_integer("seconds"))
        .col(big_integer("revenue_micros"))
        .primary_key(&mut primary)
        .to_owned()
}

fn told() -> TableCreateStatement {
    Table::create()
        .table("ad_told")
        .col(string("id").primary_key())
        .col(big_integer("at"))
        .to_owned()
}

fn seen() -> TableCreateStatement {
    Table::create()
        .table("ad_seen")
        .col(string("viewer"))
        .col(string("campaign_id"))
        .col(integer("day"))
        .col(integer("times"))
        .primary_key(Index::create().col("viewer").col("campaign_id").col("day"))
        .to_owned()
}

fn rules() -> TableCreateStatement {
    Table::create()
        .table("ad_rules")
        .col(integer("id").primary_key())
        .col(text("body"))
        .col(big_integer("updated_at"))
        .to_owned()
}
