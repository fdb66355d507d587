//! The tables' history.

mod breaks;
mod ranges;
mod titles;

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, double_null, integer, integer_null, json, string,
    string_null, text, text_null,
};

/// This crate's migrations.
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    let mut all: Vec<Box<dyn MigrationTrait>> = vec![
        Box::new(Library),
        Box::new(titles::Titles),
        Box::new(crate::migrations_access::Access),
        Box::new(crate::community::migrations::Tables),
    ];
    all.extend(crate::discovery::migrations::migrations());
    all.push(Box::new(ranges::Ranges));
    all.push(Box::new(crate::community::migrations_follows::Follows));
    all.push(Box::new(breaks::Breaks));
    all
}

struct Library;

impl MigrationName for Library {
    fn name(&self) -> &'static str {
        "m20261121_000002_catalog_library"
    }
}

/// The columns of `videos` that a list is filtered by. Each index ends with
/// the default order, so that a page is read off the index.
const FILTERED: [&str; 5] = [
    "is_public",
    "category",
    "genre",
    "content_type",
    "uploader_id",
];

#[async_trait::async_trait]
impl MigrationTrait for Library {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(videos()).await?;
        for column in FILTERED {
            manager
                .create_index(
                    Index::create()
                        .name(format!("videos_by_{column}"))
                        .table("videos")
                        .col(column)
                        .col("created_at")
                        .col("id")
                        .to_owned(),
                )
                .await?;
        }
        for (name, columns) in [
            ("videos_by_creation", ["created_at", "id"]),
            ("videos_by_title", ["title", "id"]),
            ("videos_by_status", ["processing_status", "id"]),
            ("videos_by_show", ["show_title", "season_number"]),
        ] {
            let mut index = Index::create();
            index.name(name).table("videos");
            for column in columns {
                index.col(column);
            }
            manager.create_index(index).await?;
        }
        manager
            .create_table(
                child("video_tags")
                    .col(string("tag"))
                    .primary_key(Index::create().col("tag").col("video_id"))
                    .to_owned(),
            )
            .await?;
        manager.create_table(renditions()).await?;
        manager.create_table(images()).await?;
        manager.create_table(subtitles()).await?;
        for table in ["video_tags", "renditions", "images", "subtitles"] {
            manager
                .create_index(
                    Index::create()
                        .name(format!("{table}_by_video"))
                        .table(table)
                        .col("video_id")
                        .to_owned(),
                )
                .await?;
        }
        Ok(())
    }
}

fn videos() -> TableCreateStatement {
    Table::create()
        .table("videos")
        .col(string("id").primary_key())
        .col(text("title"))
        .col(text("description"))
        .col(string_null("uploader_id"))
        .col(string_null("owner"))
        .col(text("filename"))
        .col(big_integer("file_size"))
        .col(text_null("source_key"))
        .col(string_null("content_type"))
        .col(text_null("show_title"))
        .col(integer_null("season_number"))
        .col(integer_null("episode_number"))
        .col(string_null("genre"))
        .col(integer_null("release_year"))
        .col(string_null("rating"))
        .col(string_null("category"))
        .col(json("tags"))
        .col(boolean("is_public"))
        .col(string("processing_status"))
        .col(text_null("processing_error"))
        .col(boolean("is_processed"))
        .col(big_integer_null("duration_ms"))
        .col(integer_null("width"))
        .col(integer_null("height"))
        .col(big_integer_null("bitrate_bps"))
        .col(string_null("format"))
        .col(string_null("codecs"))
        .col(text_null("external_video_url"))
        .col(text_null("external_hls_url"))
        .col(big_integer_null("segment_duration_ms"))
        .col(json("requested_resolutions"))
        .col(json("non_standard_input_reasons"))
        .col(json("chapters"))
        .col(big_integer("view_count"))
        .col(big_integer("like_count"))
        .col(big_integer("dislike_count"))
        .col(big_integer("version"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .to_owned()
}

/// A table whose rows belong to a video and go with it.
fn child(table: &'static str) -> TableCreateStatement {
    Table::create()
        .table(table)
        .col(string("video_id"))
        .foreign_key(
            ForeignKey::create()
                .from(table, "video_id")
                .to("videos", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

fn renditions() -> TableCreateStatement {
    child("renditions")
        .col(string("id").primary_key())
        .col(string("kind"))
        .col(string("layout"))
        .col(string("name"))
        .col(string("codecs"))
        .col(integer_null("width"))
        .col(integer_null("height"))
        .col(double_null("frame_rate"))
        .col(big_integer("bandwidth_bps"))
        .col(big_integer("average_bandwidth_bps"))
        .col(string_null("language"))
        .col(text_null("label"))
        .col(integer_null("channels"))
        .col(boolean("is_default"))
        .col(text("key"))
        .col(text("index_key"))
        .col(big_integer("size_bytes"))
        .col(boolean("is_source"))
        .col(boolean("aligned"))
        .col(big_integer("duration_ms"))
        .col(big_integer("created_at"))
        .col(big_integer_null("retired_at"))
        .to_owned()
}

fn images() -> TableCreateStatement {
    child("images")
        .col(string("id").primary_key())
        .col(string("kind"))
        .col(text("key"))
        .col(integer("width"))
        .col(integer("height"))
        .col(big_integer("at_ms"))
        .col(integer_null("columns"))
        .col(integer_null("rows"))
        .col(integer_null("tiles"))
        .col(big_integer_null("interval_ms"))
        .col(big_integer("created_at"))
        .to_owned()
}

fn subtitles() -> TableCreateStatement {
    child("subtitles")
        .col(string("id").primary_key())
        .col(string("language"))
        .col(text("label"))
        .col(boolean("forced"))
        .col(boolean("is_default"))
        .col(boolean("hearing_impaired"))
        .col(text("key"))
        .col(big_integer("created_at"))
        .to_owned()
}
