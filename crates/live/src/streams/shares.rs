//! Who passed a stream on to others.

use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::{Streams, store};
use crate::{LiveError, Result};

/// `stream_shares`: who passed which stream on.
mod rows {
    use sea_orm::entity::prelude::*;

    /// Somebody who did.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "stream_shares")]
    pub struct Model {
        /// `share_…`
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// The stream.
        pub stream_id: String,
        /// The profile or the browser.
        pub viewer: String,
        /// When they first did (UTC microseconds).
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

impl Streams {
    /// Notes that somebody passes a stream on, and tells how many people have.
    /// Each counts once, however often they do.
    pub async fn share(&self, id: &str, viewer: &str) -> Result<i64> {
        let tx = self.db().begin().await?;
        let Some(stream) = store::Entity::find_by_id(id).one(&tx).await? else {
            return Err(LiveError::NotFound("stream"));
        };
        let row = rows::ActiveModel {
            id: Set(Id::new("share").to_string()),
            stream_id: Set(id.to_owned()),
            viewer: Set(viewer.to_owned()),
            created_at: Set(now_micros()),
        };
        let once = OnConflict::columns([rows::Column::StreamId, rows::Column::Viewer])
            .do_nothing()
            .to_owned();
        let first = rows::Entity::insert(row)
            .on_conflict(once)
            .exec_without_returning(&tx)
            .await?;
        if first == 0 {
            return Ok(stream.share_count);
        }
        let count = stream.share_count + 1;
        store::Entity::update_many()
            .col_expr(store::Column::ShareCount, Expr::value(count))
            .filter(store::Column::Id.eq(id))
            .exec(&tx)
            .await?;
        tx.commit().await?;
        self.0.known.invalidate(id).await;
        Ok(count)
    }

    /// Forgets that these keys passed anything on: their owner leaves. That it
    /// was passed on still counts.
    pub async fn forget_shares(&self, keys: &[String]) -> Result<()> {
        rows::Entity::delete_many()
            .filter(rows::Column::Viewer.is_in(keys.iter().map(String::as_str)))
            .exec(self.db().write())
            .await?;
        Ok(())
    }
}
