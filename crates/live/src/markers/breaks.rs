//! Where encoders have said that advertisement breaks begin: where the recording may be broken.

use matinee_engines::db::Db;
use matinee_engines::id::Id;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, string};

use super::Markers;
use crate::Result;
use crate::chat::gone_from;
use crate::recording::Timeline;
use crate::streams::Stream;

/// The most breaks of one recording: as many as a video has places for.
const PER_RECORDING: u64 = 200;

/// `stream_breaks`.
mod rows {
    use sea_orm::entity::prelude::*;

    /// Where a break begins.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "stream_breaks")]
    pub struct Model {
        /// `break_…`
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// The stream.
        pub stream_id: String,
        /// The moment (UTC microseconds).
        pub at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Keeps where a break begins (UTC microseconds).
pub(crate) async fn note(db: &Db, stream_id: &str, at: i64) -> Result<()> {
    let row = rows::ActiveModel {
        id: Set(Id::new("break").to_string()),
        stream_id: Set(stream_id.to_owned()),
        at: Set(at),
    };
    let noted = row.insert(db.write()).await;
    noted.map_err(|error| gone_from(error, "stream"))?;
    Ok(())
}

impl Markers {
    /// Where the breaks of a recording of this stream begin, in milliseconds from its beginning.
    pub async fn breaks(&self, stream: &Stream, timeline: &Timeline) -> Result<Vec<i64>> {
        let Some(began_at) = timeline.began_at() else {
            return Ok(Vec::new());
        };
        let rows = rows::Entity::find()
            .filter(rows::Column::StreamId.eq(stream.id.as_str()))
            .filter(rows::Column::At.gte(began_at))
            .order_by_asc(rows::Column::At)
            .limit(PER_RECORDING)
            .all(self.db.read())
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| timeline.position_ms(row.at))
            .collect())
    }

    pub(super) async fn collect_breaks(&self, before: i64) -> Result<()> {
        rows::Entity::delete_many()
            .filter(rows::Column::At.lt(before))
            .exec(self.db.write())
            .await?;
        Ok(())
    }
}

/// Makes the table.
pub(crate) struct Table;

impl MigrationName for Table {
    fn name(&self) -> &'static str {
        "m20261123_000000_live_breaks"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Table {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = sea_orm_migration::prelude::Table::create()
            .table("stream_breaks")
            .col(string("id").primary_key())
            .col(string("stream_id"))
            .col(big_integer("at"))
            .foreign_key(
                ForeignKey::create()
                    .from("stream_breaks", "stream_id")
                    .to("streams", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(table).await?;
        let indexes: [(&str, &[&str]); 2] = [
            ("stream_breaks_of_stream", &["stream_id", "at"]),
            ("stream_breaks_by_time", &["at"]),
        ];
        for (name, columns) in indexes {
            let mut index = Index::create().name(name).table("stream_breaks").take();
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
