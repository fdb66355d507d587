//! `stream_targets`: where streams are sent on to.

use sea_orm::entity::prelude::*;
use sea_orm_migration::prelude::{
    ForeignKey, ForeignKeyAction, Index, MigrationName, MigrationTrait, SchemaManager, Table,
};
use sea_orm_migration::schema::{big_integer, binary_null, boolean, string, string_null, text};

/// One target.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stream_targets")]
pub struct Model {
    /// `target_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The stream that is sent on.
    pub stream_id: String,
    /// What people call it.
    pub name: String,
    /// Where it is sent, without any key.
    pub url: String,
    /// The key there, sealed.
    pub key: Option<Vec<u8>>,
    /// What may be shown of the key.
    pub key_hint: Option<String>,
    /// Whether the stream is sent there.
    pub active: bool,
    /// When it was made (UTC microseconds).
    pub created_at: i64,
    /// When it was last changed (UTC microseconds).
    pub updated_at: i64,
}

impl std::fmt::Debug for Model {
    /// Without the key, sealed as it is.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Target")
            .field("id", &self.id)
            .field("stream_id", &self.stream_id)
            .field("url", &self.url)
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
        "m20261122_020000_live_targets"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Tables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let targets = Table::create()
            .table("stream_targets")
            .col(string("id").primary_key())
            .col(string("stream_id"))
            .col(string("name"))
            .col(text("url"))
            .col(binary_null("key"))
            .col(string_null("key_hint"))
            .col(boolean("active"))
            .col(big_integer("created_at"))
            .col(big_integer("updated_at"))
            .foreign_key(
                ForeignKey::create()
                    .from("stream_targets", "stream_id")
                    .to("streams", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(targets).await?;
        let index = Index::create()
            .name("stream_targets_of_stream")
            .table("stream_targets")
            .col("stream_id")
            .col("id")
            .to_owned();
        manager.create_index(index).await
    }
}
