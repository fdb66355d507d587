//! What somebody means to watch.

use matinee_engines::time::now_micros;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::store::watchlist;
use super::{Community, Person};
use crate::{CatalogError, Result};

/// The most videos on one watchlist.
pub const WATCHLIST_MAX: u64 = 1000;

impl Community {
    /// The videos on somebody's list, the latest first, with the instant at
    /// which each was added.
    pub async fn watchlist(&self, who: &Person) -> Result<Vec<(String, i64)>> {
        Ok(watchlist::Entity::find()
            .select_only()
            .column(watchlist::Column::VideoId)
            .column(watchlist::Column::AddedAt)
            .filter(watchlist::Column::Viewer.eq(&who.key))
            .order_by_desc(watchlist::Column::AddedAt)
            .order_by_desc(watchlist::Column::VideoId)
            .limit(WATCHLIST_MAX)
            .into_tuple()
            .all(self.db().read())
            .await?)
    }

    /// Whether a video is on somebody's list.
    pub async fn is_watchlisted(&self, who: &Person, video: &str) -> Result<bool> {
        let row = watchlist::Entity::find_by_id((who.key.clone(), video.to_owned()))
            .one(self.db().read())
            .await?;
        Ok(row.is_some())
    }

    /// Puts a video on somebody's list. One that is there keeps its place.
    pub async fn watch_later(&self, who: &Person, video: &str) -> Result<()> {
        let tx = self.db().begin().await?;
        let kept = watchlist::Entity::find()
            .filter(watchlist::Column::Viewer.eq(&who.key))
            .filter(watchlist::Column::VideoId.ne(video))
            .count(&tx)
            .await?;
        if kept >= WATCHLIST_MAX {
            return Err(CatalogError::Conflict(format!(
                "the watchlist is full: it holds {WATCHLIST_MAX} videos"
            )));
        }
        let row = watchlist::ActiveModel {
            viewer: Set(who.key.clone()),
            video_id: Set(video.to_owned()),
            added_at: Set(now_micros()),
        };
        watchlist::Entity::insert(row)
            .on_conflict(
                OnConflict::columns([watchlist::Column::Viewer, watchlist::Column::VideoId])
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(&tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes a video off somebody's list; one that is not there stays so.
    pub async fn unwatch(&self, who: &Person, video: &str) -> Result<()> {
        watchlist::Entity::delete_by_id((who.key.clone(), video.to_owned()))
            .exec(self.db().write())
            .await?;
        Ok(())
    }
}
