//! Shows, people, collections, artwork and revisions; what a video says about
//! itself besides.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, boolean, integer, integer_null, json, string, string_null, text, text_null,
};
use sea_orm_migration::sea_orm;

use crate::judge::sort_key;

pub(super) struct Titles;

impl MigrationName for Titles {
    fn name(&self) -> &'static str {
        "m20261121_110000_catalog_titles"
    }
}

/// Videos whose sort keys are made at a time.
const BATCH: u64 = 500;

#[async_trait::async_trait]
impl MigrationTrait for Titles {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in video_columns() {
            let mut alter = Table::alter();
            alter.table("videos").add_column(column);
            manager.alter_table(alter).await?;
        }
        for table in [
            shows(),
            seasons(),
            people(),
            credits(),
            collections(),
            collection_items(),
            artwork(),
            revisions(),
            genres("video", "videos"),
            genres("show", "shows"),
        ] {
            manager.create_table(table).await?;
        }
        for (name, table, columns) in [
            (
                "videos_by_sort_key",
                "videos",
                ["sort_key", "id"].as_slice(),
            ),
            (
                "videos_by_show_id",
                "videos",
                &["show_id", "season_number", "episode_number"],
            ),
            ("videos_by_extra_of", "videos", &["extra_of"]),
            ("shows_by_sort_key", "shows", &["sort_key", "id"]),
            ("shows_by_kind", "shows", &["kind", "sort_key", "id"]),
            ("people_by_sort_key", "people", &["sort_key", "id"]),
            ("credits_by_person", "credits", &["person_id"]),
            ("credits_by_video", "credits", &["video_id", "position"]),
            ("credits_by_show", "credits", &["show_id", "position"]),
            (
                "collections_by_sort_key",
                "collections",
                &["sort_key", "id"],
            ),
            (
                "collection_items_by_video",
                "collection_items",
                &["video_id"],
            ),
            ("collection_items_by_show", "collection_items", &["show_id"]),
            (
                "artwork_by_subject",
                "artwork",
                &["subject_kind", "subject_id"],
            ),
            ("video_genres_by_video", "video_genres", &["video_id"]),
            ("show_genres_by_show", "show_genres", &["show_id"]),
        ] {
            let mut index = Index::create();
            index.name(name).table(table);
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        // Two uploads that name the same new show (or person) at once make one.
        for (name, table) in [
            ("shows_by_auto_key", "shows"),
            ("people_by_auto_key", "people"),
        ] {
            let mut index = Index::create();
            index.name(name).table(table).col("auto_key").unique();
            manager.create_index(index).await?;
        }
        let db = manager.get_connection();
        db.execute_unprepared(
            "INSERT INTO video_genres (video_id, genre, name) \
             SELECT id, lower(genre), genre FROM videos WHERE genre IS NOT NULL",
        )
        .await?;
        sort_videos(db).await
    }
}

/// The columns of `videos` that this needs, by no name of the present program's:
/// a migration must mean the same for ever.
mod then {
    use sea_orm_migration::sea_orm;
    use sea_orm_migration::sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "videos")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub title: String,
        pub sort_key: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Gives the videos that are there already their place in the order.
async fn sort_videos(db: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let mut after = String::new();
    loop {
        let rows = then::Entity::find()
            .filter(then::Column::Id.gt(after.as_str()))
            .order_by_asc(then::Column::Id)
            .limit(BATCH)
            .all(db)
            .await?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after.clone_from(&last.id);
        for row in rows {
            then::Entity::update_many()
                .col_expr(
                    then::Column::SortKey,
                    Expr::value(sort_key(&row.title, None)),
                )
                .filter(then::Column::Id.eq(row.id))
                .exec(db)
                .await?;
        }
    }
}

fn video_columns() -> Vec<ColumnDef> {
    let list = |name: &'static str, empty: &'static str| json(name).default(empty).to_owned();
    vec![
        text_null("sort_title"),
        text("sort_key").default("").to_owned(),
        text_null("original_title"),
        text_null("tagline"),
        string_null("release_date"),
        text_null("studio"),
        list("languages", "[]"),
        list("genres", "[]"),
        string_null("show_id"),
        string_null("extra_of"),
        string_null("extra_kind"),
        list("external_ids", "{}"),
        big_integer("revision").default(1).to_owned(),
    ]
}

fn shows() -> TableCreateStatement {
    Table::create()
        .table("shows")
        .col(string("id").primary_key())
        .col(string("kind"))
        .col(text("title"))
        .col(text_null("sort_title"))
        .col(text("sort_key"))
        .col(text_null("original_title"))
        .col(text_null("tagline"))
        .col(text("overview"))
        .col(text_null("studio"))
        .col(string_null("release_date"))
        .col(integer_null("release_year"))
        .col(string_null("status"))
        .col(string_null("rating"))
        .col(json("languages"))
        .col(json("genres"))
        .col(json("tags"))
        .col(json("external_ids"))
        .col(string_null("owner"))
        .col(boolean("is_auto"))
        .col(text_null("auto_key"))
        .col(big_integer("revision"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .to_owned()
}

/// A column that names a row of another table and goes with it.
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

fn seasons() -> TableCreateStatement {
    Table::create()
        .table("seasons")
        .col(string("show_id"))
        .col(integer("number"))
        .col(text_null("title"))
        .col(text("overview"))
        .col(string_null("release_date"))
        .primary_key(Index::create().col("show_id").col("number"))
        .foreign_key(&mut belongs("seasons", "show_id", "shows"))
        .to_owned()
}

fn people() -> TableCreateStatement {
    Table::create()
        .table("people")
        .col(string("id").primary_key())
        .col(text("name"))
        .col(text_null("auto_key"))
        .col(text("sort_key"))
        .col(text("biography"))
        .col(string_null("birth_date"))
        .col(string_null("death_date"))
        .col(text_null("birth_place"))
        .col(json("external_ids"))
        .col(string_null("owner"))
        .col(big_integer("revision"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .to_owned()
}

fn credits() -> TableCreateStatement {
    Table::create()
        .table("credits")
        .col(string("id").primary_key())
        .col(string("person_id"))
        .col(string_null("video_id"))
        .col(string_null("show_id"))
        .col(string("role"))
        .col(text_null("character"))
        .col(integer("position"))
        .foreign_key(&mut belongs("credits", "person_id", "people"))
        .foreign_key(&mut belongs("credits", "video_id", "videos"))
        .foreign_key(&mut belongs("credits", "show_id", "shows"))
        .to_owned()
}

fn collections() -> TableCreateStatement {
    Table::create()
        .table("collections")
        .col(string("id").primary_key())
        .col(text("title"))
        .col(text_null("sort_title"))
        .col(text("sort_key"))
        .col(text("overview"))
        .col(string_null("owner"))
        .col(big_integer("revision"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .to_owned()
}

fn collection_items() -> TableCreateStatement {
    Table::create()
        .table("collection_items")
        .col(string("collection_id"))
        .col(integer("position"))
        .col(string_null("video_id"))
        .col(string_null("show_id"))
        .primary_key(Index::create().col("collection_id").col("position"))
        .foreign_key(&mut belongs(
            "collection_items",
            "collection_id",
            "collections",
        ))
        .foreign_key(&mut belongs("collection_items", "video_id", "videos"))
        .foreign_key(&mut belongs("collection_items", "show_id", "shows"))
        .to_owned()
}

fn artwork() -> TableCreateStatement {
    Table::create()
        .table("artwork")
        .col(string("id").primary_key())
        .col(string("subject_kind"))
        .col(string("subject_id"))
        .col(integer_null("season_number"))
        .col(string("kind"))
        .col(boolean("is_primary"))
        .col(string_null("language"))
        .col(text("key"))
        .col(string("format"))
        .col(integer("width"))
        .col(integer("height"))
        .col(big_integer("size_bytes"))
        .col(string("origin"))
        .col(big_integer("created_at"))
        .to_owned()
}

fn revisions() -> TableCreateStatement {
    Table::create()
        .table("revisions")
        .col(string("subject_kind"))
        .col(string("subject_id"))
        .col(big_integer("number"))
        .col(big_integer("at"))
        .col(string_null("actor"))
        .col(string("via"))
        .col(json("changes"))
        .col(json("snapshot"))
        .primary_key(
            Index::create()
                .col("subject_kind")
                .col("subject_id")
                .col("number"),
        )
        .to_owned()
}

fn genres(of: &'static str, table: &'static str) -> TableCreateStatement {
    let (name, id) = match of {
        "video" => ("video_genres", "video_id"),
        _ => ("show_genres", "show_id"),
    };
    Table::create()
        .table(name)
        .col(string(id))
        .col(string("genre"))
        .col(string("name"))
        .primary_key(Index::create().col("genre").col(id))
        .foreign_key(&mut belongs(name, id, table))
        .to_owned()
}
