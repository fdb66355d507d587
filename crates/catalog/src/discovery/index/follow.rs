//! Following what changes, on whichever node.

use std::collections::HashSet;

use matinee_engines::search::{Filter, PAGE_MAX, SearchQuery, Sort};
use matinee_engines::time::now_micros;
use sea_orm::sea_query::{ExprTrait as _, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::super::document::TITLES;
use super::super::store::removed_videos;
use super::super::{DiscoveryResult, Inner};
use super::{BATCH, Follower, OVERLAP};
use crate::store::{collection_items, collections, videos};

impl Inner {
    /// The latest change that is indexed.
    pub(super) async fn latest(&self) -> DiscoveryResult<Option<i64>> {
        let query = SearchQuery {
            sort: vec![Sort {
                field: "updated".into(),
                descending: true,
            }],
            limit: 1,
            ..SearchQuery::default()
        };
        let page = self.search.search(TITLES, query).await?;
        let hit = page.hits.first();
        Ok(hit.and_then(|hit| hit.fields.get("updated")?.as_i64()))
    }

    /// Whether the index holds as many titles as the database.
    pub(super) async fn complete(&self) -> DiscoveryResult<bool> {
        let query = SearchQuery::default();
        let indexed = self.search.search(TITLES, query).await?.total;
        let there = videos::Entity::find()
            .count(self.catalog.db().read())
            .await?;
        Ok(indexed == there)
    }

    /// Indexes what has changed since the last look, on whichever node.
    pub(super) async fn catch_up(&self, follower: &mut Follower) -> DiscoveryResult<()> {
        use videos::Column as C;
        let from = follower.seen - OVERLAP;
        let now = now_micros();
        let mut fresh = HashSet::new();
        let mut after = (from, String::new());
        loop {
            let rows: Vec<(String, i64)> = videos::Entity::find()
                .select_only()
                .column(C::Id)
                .column(C::UpdatedAt)
                .filter(C::UpdatedAt.gte(after.0))
                .filter(C::UpdatedAt.gt(after.0).or(C::Id.gt(after.1.clone())))
                .order_by_asc(C::UpdatedAt)
                .order_by_asc(C::Id)
                .limit(BATCH as u64)
                .into_tuple()
                .all(self.catalog.db().read())
                .await?;
            let Some((id, at)) = rows.last() else { break };
            after = (*at, id.clone());
            let ids: Vec<String> = rows
                .iter()
                .filter(|row| !follower.fresh.contains(*row))
                .map(|(id, _)| id.clone())
                .collect();
            self.index(&ids).await?;
            let whole = rows.len() < BATCH;
            fresh.extend(rows.into_iter().filter(|(_, at)| *at >= now - 2 * OVERLAP));
            if whole {
                break;
            }
        }
        let regrouped = self.regrouped(from).await?;
        let ids: Vec<String> = regrouped
            .iter()
            .filter(|row| !follower.fresh.contains(*row))
            .map(|(id, _)| id.clone())
            .collect();
        for ids in ids.chunks(BATCH) {
            self.index(ids).await?;
        }
        fresh.extend(regrouped);
        let gone: Vec<(String, i64)> = removed_videos::Entity::find()
            .select_only()
            .column(removed_videos::Column::Id)
            .column(removed_videos::Column::RemovedAt)
            .filter(removed_videos::Column::RemovedAt.gte(from))
            .into_tuple()
            .all(self.catalog.db().read())
            .await?;
        let ids: Vec<String> = gone
            .iter()
            .filter(|row| !follower.fresh.contains(*row))
            .map(|(id, _)| id.clone())
            .collect();
        for ids in ids.chunks(BATCH) {
            self.index(ids).await?;
        }
        fresh.extend(gone);
        follower.fresh = fresh;
        follower.seen = now;
        Ok(())
    }

    /// The titles that are, or were, in collections that have changed since,
    /// and when these did.
    async fn regrouped(&self, since: i64) -> DiscoveryResult<Vec<(String, i64)>> {
        let db = self.catalog.db().read();
        let changed: Vec<(String, i64)> = collections::Entity::find()
            .select_only()
            .column(collections::Column::Id)
            .column(collections::Column::UpdatedAt)
            .filter(collections::Column::UpdatedAt.gte(since))
            .order_by_asc(collections::Column::UpdatedAt)
            .limit(BATCH as u64)
            .into_tuple()
            .all(db)
            .await?;
        let mut found = Vec::new();
        for (collection, at) in changed {
            let items = collection_items::Entity::find()
                .filter(collection_items::Column::CollectionId.eq(&collection))
                .all(db)
                .await?;
            let shows = items.iter().filter_map(|item| item.show_id.clone());
            let episodes: Vec<String> = videos::Entity::find()
                .select_only()
                .column(videos::Column::Id)
                .filter(videos::Column::ShowId.is_in(shows))
                .into_tuple()
                .all(db)
                .await?;
            let mut ids: HashSet<String> = items.into_iter().filter_map(|i| i.video_id).collect();
            ids.extend(episodes);
            let was = SearchQuery {
                filter: Some(Filter::In("collection_id".into(), vec![collection])),
                limit: PAGE_MAX,
                ..SearchQuery::default()
            };
            let was = self.search.search(TITLES, was).await?.hits;
            ids.extend(was.into_iter().map(|hit| hit.id));
            found.extend(ids.into_iter().map(|id| (id, at)));
        }
        Ok(found)
    }
}

/// Writes down that a video has left the library.
pub(crate) async fn note_removed(
    conn: &impl sea_orm::ConnectionTrait,
    id: &str,
) -> Result<(), sea_orm::DbErr> {
    use removed_videos::Column as C;
    let row = removed_videos::ActiveModel {
        id: Set(id.to_owned()),
        removed_at: Set(now_micros()),
    };
    removed_videos::Entity::insert(row)
        .on_conflict(
            OnConflict::column(C::Id)
                .update_column(C::RemovedAt)
                .to_owned(),
        )
        .exec_without_returning(conn)
        .await?;
    Ok(())
}
