//! The tables of channels.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, integer, integer_null, string, string_null, text, text_null,
};

/// This crate's migrations.
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(Tables), Box::new(Takeovers)]
}

struct Tables;

impl MigrationName for Tables {
    fn name(&self) -> &'static str {
        "m20261122_060000_linear_channels"
    }
}

type Columns = &'static [&'static str];

const INDEXES: &[(&str, &str, Columns)] = &[
    ("channels_by_owner", "channels", &["owner", "number"]),
    ("channels_by_change", "channels", &["updated_at"]),
    ("channels_by_renewal", "channels", &["renew_at"]),
    (
        "channel_revisions_by_library",
        "channel_revisions",
        &["library_id"],
    ),
    (
        "channel_strips_by_end",
        "channel_strips",
        &["channel_id", "end_at"],
    ),
];

const UNIQUE: &[(&str, &str, Columns)] = &[
    ("channels_by_number", "channels", &["number"]),
    ("channels_by_slug", "channels", &["slug"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Tables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [channels(), revisions(), libraries(), strips(), media()] {
            manager.create_table(table).await?;
        }
        for (list, unique) in [(INDEXES, false), (UNIQUE, true)] {
            for (name, table, columns) in list {
                let mut index = Index::create();
                index.name(*name).table(*table);
                for column in *columns {
                    index.col(*column);
                }
                if unique {
                    index.unique();
                }
                manager.create_index(index).await?;
            }
        }
        Ok(())
    }
}

fn channels() -> TableCreateStatement {
    Table::create()
        .table("channels")
        .col(string("id").primary_key())
        // Both are null once the channel is deleted, so that others can have them.
        .col(integer_null("number"))
        .col(string_null("slug"))
        .col(text("name"))
        .col(string_null("owner"))
        .col(text("definition"))
        .col(string("visibility"))
        .col(text_null("access_groups"))
        .col(text_null("access_password_hash"))
        .col(big_integer_null("publish_at"))
        .col(big_integer_null("expires_at"))
        .col(text_null("access_regions"))
        .col(text_null("access_networks"))
        .col(string_null("rating"))
        .col(integer_null("rating_level"))
        .col(integer("edition"))
        .col(big_integer("begins_at"))
        .col(big_integer("aired_until"))
        .col(big_integer("renew_at"))
        .col(big_integer("version"))
        .col(big_integer_null("deleted_at"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .to_owned()
}

fn revisions() -> TableCreateStatement {
    Table::create()
        .table("channel_revisions")
        .col(string("channel_id"))
        .col(big_integer("begins_at"))
        .col(integer("edition"))
        .col(string("library_id"))
        .col(text("definition"))
        .col(text("state"))
        .primary_key(Index::create().col("channel_id").col("begins_at"))
        .foreign_key(&mut of_channel("channel_revisions"))
        .to_owned()
}

fn libraries() -> TableCreateStatement {
    Table::create()
        .table("channel_libraries")
        .col(string("id").primary_key())
        .col(big_integer("taken_at"))
        .col(integer("items"))
        .col(big_integer("created_at"))
        .to_owned()
}

fn strips() -> TableCreateStatement {
    Table::create()
        .table("channel_strips")
        .col(string("channel_id"))
        .col(big_integer("begins_at"))
        .col(big_integer("end_at"))
        .col(text("body"))
        .primary_key(Index::create().col("channel_id").col("begins_at"))
        .foreign_key(&mut of_channel("channel_strips"))
        .to_owned()
}

/// What was measured of a video's renditions. It can be measured again at any time.
fn media() -> TableCreateStatement {
    Table::create()
        .table("channel_media")
        .col(string("video_id").primary_key())
        .col(string("mark"))
        .col(text("body"))
        .foreign_key(
            &mut ForeignKey::create()
                .from("channel_media", "video_id")
                .to("videos", "id")
                .on_delete(ForeignKeyAction::Cascade)
                .to_owned(),
        )
        .to_owned()
}

fn of_channel(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, "channel_id")
        .to("channels", "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}

struct Takeovers;

impl MigrationName for Takeovers {
    fn name(&self) -> &'static str {
        "m20261122_091500_linear_takeovers"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Takeovers {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let relay = Table::alter()
            .table("channel_revisions")
            .add_column(text_null("relay"))
            .to_owned();
        manager.alter_table(relay).await?;
        let table = Table::create()
            .table("channel_takeovers")
            .col(string("id").primary_key())
            .col(string("channel_id"))
            .col(string("stream_id"))
            .col(text("title"))
            .col(big_integer("begins_at"))
            .col(big_integer_null("until"))
            .col(big_integer_null("fed_until"))
            .col(big_integer_null("ended_at"))
            .col(text_null("reason"))
            .col(string_null("made_by"))
            .col(big_integer("created_at"))
            .foreign_key(&mut of_channel("channel_takeovers"))
            .to_owned();
        manager.create_table(table).await?;
        let news = Table::create()
            .table("channel_news")
            .col(string("video_id").primary_key())
            .col(big_integer("at"))
            .to_owned();
        manager.create_table(news).await?;
        let mut by_time = Index::create();
        by_time
            .name("channel_news_by_time")
            .table("channel_news")
            .col("at");
        manager.create_index(by_time).await?;
        let columns: [(&str, Columns); 2] = [
            ("channel_takeovers_by_channel", &["channel_id", "begins_at"]),
            ("channel_takeovers_by_end", &["ended_at"]),
        ];
        for (name, columns) in columns {
            let mut index = Index::create();
            index.name(name).table("channel_takeovers");
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
