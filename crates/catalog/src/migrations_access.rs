//! Whom a video is open to: its columns.

use matinee_identity::ratings;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer_null, integer_null, string, text_null};

pub(crate) struct Access;

impl MigrationName for Access {
    fn name(&self) -> &'static str {
        "m20261121_100010_catalog_access"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Access {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            // A node of the last version writes rows without it: they stay
            // closed rather than open.
            string("visibility").default("private").to_owned(),
            text_null("access_groups"),
            text_null("access_password_hash"),
            big_integer_null("publish_at"),
            big_integer_null("expires_at"),
            text_null("access_regions"),
            text_null("access_networks"),
            integer_null("rating_level"),
        ];
        // SQLite adds one column at a time.
        for column in columns {
            let table = Table::alter().table("videos").add_column(column).to_owned();
            manager.alter_table(table).await?;
        }
        let conn = manager.get_connection();
        conn.execute_unprepared("UPDATE videos SET visibility = 'public' WHERE is_public")
            .await?;
        rate(conn).await?;
        for (name, column) in [
            ("videos_by_visibility", "visibility"),
            ("videos_by_owner", "owner"),
        ] {
            let index = Index::create()
                .name(name)
                .table("videos")
                .col(column)
                .col("created_at")
                .col("id")
                .to_owned();
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

#[derive(FromQueryResult)]
struct Rated {
    rating: String,
}

/// Gives what has a rating its level.
async fn rate(conn: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let backend = conn.get_database_backend();
    let select = "SELECT DISTINCT rating FROM videos WHERE rating IS NOT NULL";
    let all = Rated::find_by_statement(Statement::from_string(backend, select))
        .all(conn)
        .await?;
    for Rated { rating } in all {
        let Some(level) = ratings::level(&rating) else {
            continue;
        };
        let update = Query::update()
            .table("videos")
            .value("rating_level", i32::from(level))
            .and_where(Expr::col("rating").eq(rating))
            .to_owned();
        conn.execute(&update).await?;
    }
    Ok(())
}
