//! The tables of streams, their chat, and their numbers over time.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, integer, integer_null, json, string, string_null, text,
    text_null,
};

/// The migrations of this half of the crate.
pub(crate) fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(Tables),
        Box::new(FollowersOnly),
        Box::new(Thumbnails),
        Box::new(Shares),
    ]
}

struct Tables;

impl MigrationName for Tables {
    fn name(&self) -> &'static str {
        "m20261121_190000_live_streams"
    }
}

struct FollowersOnly;

impl MigrationName for FollowersOnly {
    fn name(&self) -> &'static str {
        "m20261121_224100_live_followers_only"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for FollowersOnly {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = boolean("followers_only").default(false).to_owned();
        let table = Table::alter()
            .table("streams")
            .add_column(column)
            .to_owned();
        manager.alter_table(table).await
    }
}

type Columns = &'static [&'static str];

const INDEXES: &[(&str, &str, Columns)] = &[
    ("streams_by_owner", "streams", &["owner", "id"]),
    ("streams_by_status", "streams", &["status", "id"]),
    (
        "streams_by_visibility",
        "streams",
        &["visibility", "status", "id"],
    ),
    (
        "chat_messages_of_stream",
        "chat_messages",
        &["stream_id", "id"],
    ),
    (
        "chat_messages_by_author",
        "chat_messages",
        &["stream_id", "author", "id"],
    ),
    ("chat_messages_by_account", "chat_messages", &["account"]),
    ("chat_messages_by_time", "chat_messages", &["created_at"]),
    ("chat_bans_by_account", "chat_bans", &["account"]),
    (
        "stream_samples_of_stream",
        "stream_samples",
        &["stream_id", "at"],
    ),
    ("stream_samples_by_time", "stream_samples", &["at"]),
    ("stream_likes_by_viewer", "stream_likes", &["viewer"]),
];

const UNIQUE: &[(&str, &str, Columns)] = &[
    ("streams_by_key", "streams", &["key_hash"]),
    ("chat_bans_of_stream", "chat_bans", &["stream_id", "author"]),
    (
        "stream_likes_once",
        "stream_likes",
        &["stream_id", "viewer"],
    ),
];

#[async_trait::async_trait]
impl MigrationTrait for Tables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [streams(), messages(), bans(), samples(), likes()] {
            manager.create_table(table).await?;
        }
        for (name, table, columns) in INDEXES {
            let mut index = Index::create();
            index.name(*name).table(*table);
            for column in *columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        for (name, table, columns) in UNIQUE {
            let mut index = Index::create();
            index.name(*name).table(*table).unique();
            for column in *columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

/// When the picture of a stream was taken.
struct Thumbnails;

impl MigrationName for Thumbnails {
    fn name(&self) -> &'static str {
        "m20261121_220000_live_thumbnails"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Thumbnails {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut column = Table::alter();
        column
            .table("streams")
            .add_column(big_integer_null("thumbnail_at"));
        manager.alter_table(column).await
    }
}

/// Who passed a stream on.
struct Shares;

impl MigrationName for Shares {
    fn name(&self) -> &'static str {
        "m20261122_053000_live_shares"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Shares {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, name) in [("streams", "share_count"), ("stream_samples", "shares")] {
            let mut column = Table::alter();
            column.table(table).add_column(big_integer(name).default(0));
            manager.alter_table(column).await?;
        }
        let mut table = Table::create();
        table
            .table("stream_shares")
            .col(string("id").primary_key())
            .col(string("stream_id"))
            .col(string("viewer"))
            .col(big_integer("created_at"))
            .foreign_key(&mut of_stream("stream_shares"));
        manager.create_table(table).await?;
        let mut once = Index::create();
        once.name("stream_shares_once")
            .table("stream_shares")
            .unique()
            .col("stream_id")
            .col("viewer");
        manager.create_index(once).await?;
        let mut by = Index::create();
        by.name("stream_shares_by_viewer")
            .table("stream_shares")
            .col("viewer");
        manager.create_index(by).await
    }
}

fn streams() -> TableCreateStatement {
    Table::create()
        .table("streams")
        .col(string("id").primary_key())
        .col(string_null("owner"))
        .col(string_null("streamer_id"))
        .col(text("title"))
        .col(text("description"))
        .col(string_null("content_type"))
        .col(string_null("category"))
        .col(json("tags"))
        .col(string_null("language"))
        .col(string_null("rating"))
        .col(string("quality"))
        .col(integer_null("max_viewers"))
        .col(string("visibility"))
        .col(text_null("access_groups"))
        .col(text_null("access_password_hash"))
        .col(big_integer_null("publish_at"))
        .col(big_integer_null("expires_at"))
        .col(text_null("access_regions"))
        .col(text_null("access_networks"))
        .col(integer_null("rating_level"))
        .col(string("status"))
        .col(big_integer_null("scheduled_at"))
        .col(big_integer_null("started_at"))
        .col(big_integer_null("ended_at"))
        .col(big_integer_null("live_until"))
        .col(integer("peak_viewers").default(0))
        .col(big_integer("like_count").default(0))
        .col(boolean("record"))
        .col(string_null("recording_video_id"))
        .col(string("stream_key"))
        .col(string("key_hash"))
        .col(string("chat_from"))
        .col(integer("slow_mode_s").default(0))
        .col(big_integer("version").default(0))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .to_owned()
}

/// A row that goes with its stream.
fn of_stream(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, "stream_id")
        .to("streams", "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}

fn messages() -> TableCreateStatement {
    Table::create()
        .table("chat_messages")
        .col(string("id").primary_key())
        .col(string("stream_id"))
        .col(string("author"))
        .col(string_null("account"))
        .col(string("author_name"))
        .col(string("badge"))
        .col(text("body"))
        .col(string_null("reply_to"))
        .col(string("state"))
        .col(boolean("pinned").default(false))
        .col(big_integer("created_at"))
        .foreign_key(&mut of_stream("chat_messages"))
        .to_owned()
}

fn bans() -> TableCreateStatement {
    Table::create()
        .table("chat_bans")
        .col(string("id").primary_key())
        .col(string("stream_id"))
        .col(string("author"))
        .col(string_null("account"))
        .col(string("author_name"))
        .col(text("reason"))
        .col(big_integer_null("until"))
        .col(string_null("created_by"))
        .col(big_integer("created_at"))
        .foreign_key(&mut of_stream("chat_bans"))
        .to_owned()
}

fn samples() -> TableCreateStatement {
    Table::create()
        .table("stream_samples")
        .col(string("id").primary_key())
        .col(string("stream_id"))
        .col(big_integer("at"))
        .col(integer("viewers"))
        .col(big_integer("bandwidth_kbps"))
        .col(string_null("quality"))
        .col(integer("messages"))
        .col(big_integer("likes"))
        .foreign_key(&mut of_stream("stream_samples"))
        .to_owned()
}

fn likes() -> TableCreateStatement {
    Table::create()
        .table("stream_likes")
        .col(string("id").primary_key())
        .col(string("stream_id"))
        .col(string("viewer"))
        .col(big_integer("created_at"))
        .foreign_key(&mut of_stream("stream_likes"))
        .to_owned()
}
