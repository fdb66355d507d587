//! Rows of lists, from memory.
//!
//! Which videos a page has, and in which order, the database says each time; what is said of each
//! is read again only when its version has moved on. Most of the time that a page of fifty takes
//! would be spent on reading sixty columns of rows that have not changed.

use std::collections::HashMap;
use std::sync::Arc;

use moka::sync::Cache;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Select};

use crate::store::videos;
use crate::{Audience, Catalog, Result, Video};

/// Videos as they were at a version.
pub(crate) type KnownVideos = Cache<String, Arc<Video>>;

/// Bytes of videos that are kept in memory.
const KNOWN_BYTES: u64 = 32 << 20;

pub(crate) fn known_videos() -> KnownVideos {
    Cache::builder()
        .name("videos")
        .weigher(|_, video: &Arc<Video>| {
            let texts = video.description.len()
                + video.title.len()
                + video.filename.len()
                + video.chapters.0.len() * 64
                + (video.tags.0.len() + video.languages.0.len()) * 32;
            // What else is on the heap is short.
            u32::try_from(size_of::<Video>() + texts + 512).unwrap_or(u32::MAX)
        })
        .max_capacity(KNOWN_BYTES)
        .build()
}

/// What tells whether a row is still as it was, and what changes without its version.
#[derive(Debug, FromQueryResult)]
pub(super) struct Glance {
    id: String,
    version: i64,
    updated_at: i64,
    view_count: i64,
    like_count: i64,
    dislike_count: i64,
}

impl Glance {
    /// The same rows, of which only this is read.
    pub(super) fn of(rows: Select<videos::Entity>) -> Select<videos::Entity> {
        use videos::Column as C;
        rows.select_only().columns([
            C::Id,
            C::Version,
            C::UpdatedAt,
            C::ViewCount,
            C::LikeCount,
            C::DislikeCount,
        ])
    }

    fn upon(self, video: &Video) -> Video {
        Video {
            updated_at: self.updated_at,
            view_count: self.view_count,
            like_count: self.like_count,
            dislike_count: self.dislike_count,
            ..video.clone()
        }
    }
}

impl Catalog {
    /// The videos of these rows, which the audience may come upon, in their order. One that has
    /// been deleted or hidden meanwhile is left out.
    pub(super) async fn recall(
        &self,
        audience: &Audience,
        rows: Vec<Glance>,
    ) -> Result<Vec<Video>> {
        let known = |row: &Glance| {
            let video = self.known_videos.get(&row.id);
            video.filter(|video| video.version == row.version)
        };
        let rows: Vec<_> = rows.into_iter().map(|row| (known(&row), row)).collect();
        let missing = rows.iter().filter(|(video, _)| video.is_none());
        let missing: Vec<&str> = missing.map(|(_, row)| row.id.as_str()).collect();
        let mut read = HashMap::with_capacity(missing.len());
        if !missing.is_empty() {
            let found = videos::Entity::find()
                .filter(videos::Column::Id.is_in(missing))
                // They may have changed since their rows were chosen.
                .filter(audience.condition())
                .all(self.db.read())
                .await?;
            for video in found {
                let known = Arc::new(video.clone());
                self.known_videos.insert(video.id.clone(), known);
                read.insert(video.id.clone(), video);
            }
        }
        let whole = |(video, row): (Option<Arc<Video>>, Glance)| match video {
            Some(video) => Some(row.upon(&video)),
            None => read.remove(&row.id),
        };
        Ok(rows.into_iter().filter_map(whole).collect())
    }
}
