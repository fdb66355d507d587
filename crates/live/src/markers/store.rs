//! The table of markers.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, string, text_null};

/// `stream_markers`: moments of broadcasts.
pub(crate) mod rows {
    use sea_orm::entity::prelude::*;

    /// One of them.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "stream_markers")]
    pub struct Model {
        /// `marker_…`
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// The stream.
        pub stream_id: String,
        /// The moment (UTC microseconds).
        pub at: i64,
        /// What it is called, as one line of plain text.
        pub title: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Makes the table.
pub(crate) struct Table;

impl MigrationName for Table {
    fn name(&self) -> &'static str {
        "m20261122_180000_live_markers"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Table {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = sea_orm_migration::prelude::Table::create()
            .table("stream_markers")
            .col(string("id").primary_key())
            .col(string("stream_id"))
            .col(big_integer("at"))
            .col(text_null("title"))
            .foreign_key(
                ForeignKey::create()
                    .from("stream_markers", "stream_id")
                    .to("streams", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(table).await?;
        let indexes: [(&str, &[&str]); 2] = [
            ("stream_markers_of_stream", &["stream_id", "at"]),
            ("stream_markers_by_time", &["at"]),
        ];
        for (name, columns) in indexes {
            let mut index = Index::create().name(name).table("stream_markers").take();
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
