//! The community's tables.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, integer, integer_null, json, string, string_null, text,
    text_null,
};

/// Playlists, watchlists, reactions, comments, reviews, reports and the
/// moderation queue.
pub(crate) struct Tables;

impl MigrationName for Tables {
    fn name(&self) -> &'static str {
        "m20261121_140001_catalog_community"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Tables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            playlists(),
            playlist_items(),
            playlist_collaborators(),
            watchlist(),
            reactions(),
            comments(),
            comment_likes(),
            reviews(),
            moderation_cases(),
            reports(),
            community_settings(),
            video_notes(),
            hand_chapters(),
        ] {
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
        // Where a text track comes from: the upload's own are made anew when
        // processing runs again, those that people brought are not.
        manager
            .alter_table(
                Table::alter()
                    .table("subtitles")
                    .add_column(string("origin").default("source"))
                    .to_owned(),
            )
            .await
    }
}

type Columns = &'static [&'static str];

const INDEXES: &[(&str, &str, Columns)] = &[
    ("playlists_by_owner", "playlists", &["owner", "updated_at"]),
    (
        "playlists_by_creator",
        "playlists",
        &["creator_id", "updated_at"],
    ),
    (
        "playlists_by_visibility",
        "playlists",
        &["visibility", "updated_at", "id"],
    ),
    (
        "playlist_items_in_order",
        "playlist_items",
        &["playlist_id", "position"],
    ),
    ("playlist_items_by_video", "playlist_items", &["video_id"]),
    (
        "playlist_collaborators_by_user",
        "playlist_collaborators",
        &["user_id"],
    ),
    ("watchlist_by_time", "watchlist", &["viewer", "added_at"]),
    ("watchlist_by_video", "watchlist", &["video_id"]),
    ("reactions_by_viewer", "reactions", &["viewer"]),
    (
        "comments_newest",
        "comments",
        &["video_id", "parent_id", "created_at", "id"],
    ),
    (
        "comments_top",
        "comments",
        &["video_id", "parent_id", "like_count", "id"],
    ),
    (
        "comments_by_parent",
        "comments",
        &["parent_id", "created_at"],
    ),
    ("comments_by_author", "comments", &["author", "created_at"]),
    (
        "comments_by_account",
        "comments",
        &["account", "created_at"],
    ),
    ("reviews_by_account", "reviews", &["account"]),
    ("comment_likes_by_viewer", "comment_likes", &["viewer"]),
    (
        "reviews_by_video",
        "reviews",
        &["video_id", "state", "created_at"],
    ),
    ("reviews_by_author", "reviews", &["author"]),
    ("reports_by_case", "reports", &["case_id", "created_at"]),
    (
        "reports_by_reporter",
        "reports",
        &["reporter", "created_at"],
    ),
    (
        "moderation_cases_by_state",
        "moderation_cases",
        &["state", "updated_at", "id"],
    ),
];

const UNIQUE: &[(&str, &str, Columns)] = &[
    ("reviews_once", "reviews", &["video_id", "author"]),
    ("reports_once", "reports", &["case_id", "reporter"]),
    (
        "moderation_cases_once",
        "moderation_cases",
        &["subject_kind", "subject_id"],
    ),
];

/// A column that refers to another table's row and goes with it.
fn belongs(
    table: &'static str,
    column: &'static str,
    to: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, column)
        .to(to, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}

fn playlists() -> TableCreateStatement {
    Table::create()
        .table("playlists")
        .col(string("id").primary_key())
        .col(text("name"))
        .col(text("description"))
        .col(string_null("creator_id"))
        .col(string_null("owner"))
        .col(string("visibility"))
        .col(boolean("allow_duplicates"))
        .col(string("state"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .to_owned()
}

fn playlist_items() -> TableCreateStatement {
    Table::create()
        .table("playlist_items")
        .col(string("id").primary_key())
        .col(string("playlist_id"))
        .col(string("video_id"))
        .col(big_integer("position"))
        .col(string_null("added_by"))
        .col(big_integer("added_at"))
        .foreign_key(&mut belongs("playlist_items", "playlist_id", "playlists"))
        .foreign_key(&mut belongs("playlist_items", "video_id", "videos"))
        .to_owned()
}

fn playlist_collaborators() -> TableCreateStatement {
    Table::create()
        .table("playlist_collaborators")
        .col(string("playlist_id"))
        .col(string("user_id"))
        .col(big_integer("added_at"))
        .primary_key(Index::create().col("playlist_id").col("user_id"))
        .foreign_key(&mut belongs(
            "playlist_collaborators",
            "playlist_id",
            "playlists",
        ))
        .to_owned()
}

fn watchlist() -> TableCreateStatement {
    Table::create()
        .table("watchlist")
        .col(string("viewer"))
        .col(string("video_id"))
        .col(big_integer("added_at"))
        .primary_key(Index::create().col("viewer").col("video_id"))
        .foreign_key(&mut belongs("watchlist", "video_id", "videos"))
        .to_owned()
}

fn reactions() -> TableCreateStatement {
    Table::create()
        .table("reactions")
        .col(string("video_id"))
        .col(string("viewer"))
        .col(integer("value"))
        .col(big_integer("reacted_at"))
        .primary_key(Index::create().col("video_id").col("viewer"))
        .foreign_key(&mut belongs("reactions", "video_id", "videos"))
        .to_owned()
}

fn comments() -> TableCreateStatement {
    Table::create()
        .table("comments")
        .col(string("id").primary_key())
        .col(string("video_id"))
        .col(string_null("parent_id"))
        .col(string_null("reply_to"))
        .col(string("author"))
        .col(string_null("account"))
        .col(text("author_name"))
        .col(text("body"))
        .col(big_integer_null("at_ms"))
        .col(string("state"))
        .col(boolean("pinned"))
        .col(big_integer("like_count"))
        .col(big_integer("reply_count"))
        .col(big_integer("created_at"))
        .col(big_integer_null("edited_at"))
        .foreign_key(&mut belongs("comments", "video_id", "videos"))
        .to_owned()
}

fn comment_likes() -> TableCreateStatement {
    Table::create()
        .table("comment_likes")
        .col(string("comment_id"))
        .col(string("viewer"))
        .col(big_integer("liked_at"))
        .primary_key(Index::create().col("comment_id").col("viewer"))
        .foreign_key(&mut belongs("comment_likes", "comment_id", "comments"))
        .to_owned()
}

fn reviews() -> TableCreateStatement {
    Table::create()
        .table("reviews")
        .col(string("id").primary_key())
        .col(string("video_id"))
        .col(string("author"))
        .col(string_null("account"))
        .col(text("author_name"))
        .col(integer("stars"))
        .col(text("title"))
        .col(text("body"))
        .col(string("state"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .foreign_key(&mut belongs("reviews", "video_id", "videos"))
        .to_owned()
}

fn reports() -> TableCreateStatement {
    Table::create()
        .table("reports")
        .col(string("id").primary_key())
        .col(string("case_id"))
        .col(string("reporter"))
        .col(string_null("account"))
        .col(string("reason"))
        .col(text("details"))
        .col(big_integer("created_at"))
        .foreign_key(&mut belongs("reports", "case_id", "moderation_cases"))
        .to_owned()
}

fn moderation_cases() -> TableCreateStatement {
    Table::create()
        .table("moderation_cases")
        .col(string("id").primary_key())
        .col(string("subject_kind"))
        .col(string("subject_id"))
        .col(string_null("video_id"))
        .col(string_null("author"))
        .col(text("author_name"))
        .col(text("excerpt"))
        .col(string("state"))
        .col(json("findings"))
        .col(integer("report_count"))
        .col(string_null("decision"))
        .col(string_null("decided_by"))
        .col(big_integer_null("decided_at"))
        .col(text_null("note"))
        .col(string_null("prior"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .to_owned()
}

fn community_settings() -> TableCreateStatement {
    Table::create()
        .table("community_settings")
        .col(integer("id").primary_key())
        .col(json("rules"))
        .col(integer_null("version"))
        .col(big_integer("updated_at"))
        .col(string_null("updated_by"))
        .to_owned()
}

fn video_notes() -> TableCreateStatement {
    Table::create()
        .table("video_notes")
        .col(string("video_id").primary_key())
        .col(text("body"))
        .col(big_integer("updated_at"))
        .col(string_null("updated_by"))
        .foreign_key(&mut belongs("video_notes", "video_id", "videos"))
        .to_owned()
}

fn hand_chapters() -> TableCreateStatement {
    Table::create()
        .table("hand_chapters")
        .col(string("video_id").primary_key())
        .col(json("original"))
        .col(big_integer("updated_at"))
        .foreign_key(&mut belongs("hand_chapters", "video_id", "videos"))
        .to_owned()
}
