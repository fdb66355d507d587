//! Pages of streams.

use matinee_catalog::{Audience, CatalogError};
use matinee_engines::id::Id;
use sea_orm::{
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::store::{Column, Entity};
use super::{Stream, StreamStatus, Streams};
use crate::Result;

/// Which streams; an absent field lets all through.
#[derive(Debug, Clone, Default)]
pub struct StreamFilter {
    /// Where they are in their life.
    pub status: Option<StreamStatus>,
    /// Exactly this kind.
    pub content_type: Option<String>,
    /// Exactly this category.
    pub category: Option<String>,
    /// Exactly this language.
    pub language: Option<String>,
    /// What this account owns.
    pub owner: Option<String>,
    /// Exactly this streamer.
    pub streamer_id: Option<String>,
}

/// Some streams, the latest made first.
#[derive(Debug, Clone)]
pub struct StreamPage {
    /// In order.
    pub streams: Vec<Stream>,
    /// The cursor of the next page, if there is one.
    pub next: Option<String>,
}

impl Streams {
    /// At most `limit` of the streams that the audience may come upon, after
    /// `offset` of them or after the page that gave this cursor.
    pub async fn list(
        &self,
        audience: &Audience,
        filter: &StreamFilter,
        after: Option<&str>,
        offset: u64,
        limit: u64,
    ) -> Result<StreamPage> {
        let mut query = filtered(audience, filter)
            .order_by_desc(Column::Id)
            .offset(offset)
            // One more than asked for tells whether there is a next page.
            .limit(limit.saturating_add(1));
        if let Some(cursor) = after {
            let last = Id::parse("stream", cursor).map_err(|_| CatalogError::Cursor)?;
            query = query.filter(Column::Id.lt(last.as_str()));
        }
        let mut streams = query.all(self.db().read()).await?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = streams.len() > limit;
        streams.truncate(limit);
        let next = streams.last().filter(|_| more).map(|last| last.id.clone());
        Ok(StreamPage { streams, next })
    }

    /// How many of the streams that the audience may come upon a filter lets
    /// through.
    pub async fn count(&self, audience: &Audience, filter: &StreamFilter) -> Result<u64> {
        Ok(filtered(audience, filter).count(self.db().read()).await?)
    }
}

fn filtered(audience: &Audience, filter: &StreamFilter) -> Select<Entity> {
    let mut query = Entity::find().filter(audience.condition_on("streams"));
    if let Some(status) = filter.status {
        query = query.filter(Column::Status.eq(status));
    }
    for (column, wanted) in [
        (Column::ContentType, &filter.content_type),
        (Column::Category, &filter.category),
        (Column::Language, &filter.language),
        (Column::Owner, &filter.owner),
        (Column::StreamerId, &filter.streamer_id),
    ] {
        if let Some(text) = wanted {
            query = query.filter(column.eq(text.as_str()));
        }
    }
    query
}
