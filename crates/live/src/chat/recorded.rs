//! The table of recordings.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{boolean, json, string};

/// `stream_recordings`: of which stream a video is a recording, when, and whether it stays.
pub(crate) mod rows {
    use sea_orm::entity::prelude::*;

    use crate::recording::Timeline;

    /// One of them.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "stream_recordings")]
    pub struct Model {
        /// The video.
        #[sea_orm(primary_key, auto_increment = false)]
        pub video_id: String,
        /// The stream.
        pub stream_id: String,
        /// When its runs began.
        #[sea_orm(column_type = "Json")]
        pub timeline: Timeline,
        /// Whether somebody wants it to stay, however old it becomes.
        pub kept: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Makes the table.
pub(crate) struct Table;

impl MigrationName for Table {
    fn name(&self) -> &'static str {
        "m20261121_222000_live_recordings"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Table {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let goes_with = |column: &'static str, table: &'static str| {
            ForeignKey::create()
                .from("stream_recordings", column)
                .to(table, "id")
                .on_delete(ForeignKeyAction::Cascade)
                .to_owned()
        };
        let table = sea_orm_migration::prelude::Table::create()
            .table("stream_recordings")
            .col(string("video_id").primary_key())
            .col(string("stream_id"))
            .col(json("timeline"))
            .foreign_key(&mut goes_with("video_id", "videos"))
            .foreign_key(&mut goes_with("stream_id", "streams"))
            .to_owned();
        manager.create_table(table).await?;
        let index = Index::create()
            .name("stream_recordings_of_stream")
            .table("stream_recordings")
            .col("stream_id")
            .to_owned();
        manager.create_index(index).await
    }
}

/// Adds what somebody wants to keep.
pub(crate) struct Kept;

impl MigrationName for Kept {
    fn name(&self) -> &'static str {
        "m20261122_190000_live_recordings_kept"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Kept {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let alter = sea_orm_migration::prelude::Table::alter()
            .table("stream_recordings")
            .add_column(boolean("kept").default(false))
            .to_owned();
        manager.alter_table(alter).await
    }
}
