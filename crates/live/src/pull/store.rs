//! `stream_sources`: what streams are pulled from.

use sea_orm::entity::prelude::*;
use sea_orm_migration::prelude::{
    ForeignKey, ForeignKeyAction, Index, MigrationName, MigrationTrait, SchemaManager, Table,
};
use sea_orm_migration::schema::{big_integer, binary, boolean, string, string_null, text};

/// One source.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stream_sources")]
pub struct Model {
    /// The stream that is made of it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub stream_id: String,
    /// Its address, sealed: it may open something.
    pub url: Vec<u8>,
    /// What of it may be shown.
    pub shown: String,
    /// Whether it is pulled.
    pub active: bool,
    /// Which node pulls it.
    pub claimed_by: Option<String>,
    /// Until then no other node does (UTC microseconds).
    pub claimed_until: i64,
    /// When it was last changed (UTC microseconds).
    pub updated_at: i64,
}

impl std::fmt::Debug for Model {
    /// Without the address, sealed as it is.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source")
            .field("stream_id", &self.stream_id)
            .field("shown", &self.shown)
            .field("active", &self.active)
            .finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Makes the table.
pub(crate) struct Tables;

impl MigrationName for Tables {
    fn name(&self) -> &'static str {
        "m20261122_023000_live_sources"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Tables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sources = Table::create()
            .table("stream_sources")
            .col(string("stream_id").primary_key())
            .col(binary("url"))
            .col(text("shown"))
            .col(boolean("active"))
            .col(string_null("claimed_by"))
            .col(big_integer("claimed_until").default(0))
            .col(big_integer("updated_at"))
            .foreign_key(
                ForeignKey::create()
                    .from("stream_sources", "stream_id")
                    .to("streams", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(sources).await?;
        let index = Index::create()
            .name("stream_sources_active")
            .table("stream_sources")
            .col("active")
            .to_owned();
        manager.create_index(index).await
    }
}
