//! Markers: moments of a broadcast that somebody wants to find again.
//!
//! Whoever looks after a stream sets them while it is on the air. They are the
//! chapters of its recording.

pub(crate) mod breaks;
mod store;

use matinee_catalog::community::NewChapter;
use matinee_catalog::moderation::text;
use matinee_engines::db::Db;
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::chat::{Chat, gone_from};
use crate::recording::Timeline;
use crate::streams::Stream;
use crate::{LiveError, Result};

pub(crate) use store::Table;
pub use store::rows::Model as Marker;

use store::rows::{ActiveModel, Column, Entity};

/// The longest title, in characters.
pub const TITLE_MAX: usize = 100;
/// The most markers of one broadcast, and a chapter less than a video may have.
const PER_BROADCAST: u64 = 499;
/// How long they are kept, in microseconds: long enough for a server that was
/// down to make a video of what it had recorded.
const KEPT: i64 = 90 * 24 * 3600 * 1_000_000;
/// Chapters are at least so long, in milliseconds.
const CHAPTER_MS: i64 = 1000;

/// All markers. A clone shares them.
#[derive(Clone)]
pub struct Markers {
    db: Db,
}

impl Markers {
    /// Markers of the streams beside which these chats are.
    pub fn new(chat: &Chat) -> Self {
        Self {
            db: chat.store().clone(),
        }
    }

    /// Marks a moment (UTC microseconds) of the broadcast that goes on. Whether
    /// somebody may is decided before.
    pub async fn set(&self, stream: &Stream, at: i64, title: Option<&str>) -> Result<Marker> {
        let title = title.map(text::line).filter(|title| !title.is_empty());
        let length = title.as_deref().map_or(0, |title| title.chars().count());
        if length > TITLE_MAX {
            let reason = format!("must not be longer than {TITLE_MAX} characters");
            return Err(LiveError::field("title", reason));
        }
        let began_at = stream.started_at.ok_or(LiveError::NotOnAir)?;
        if !(began_at..=now_micros()).contains(&at) {
            let reason = "must be a moment since the broadcast began";
            return Err(LiveError::field("at_ms", reason));
        }
        let tx = self.db.begin().await?;
        let there = Entity::find()
            .filter(Column::StreamId.eq(stream.id.as_str()))
            .filter(Column::At.gte(began_at));
        if there.count(&tx).await? >= PER_BROADCAST {
            let reason = format!("a broadcast has at most {PER_BROADCAST} markers");
            return Err(LiveError::Conflict(reason));
        }
        let row = ActiveModel {
            id: Set(Id::new("marker").to_string()),
            stream_id: Set(stream.id.clone()),
            at: Set(at),
            title: Set(title),
        };
        let row = row.insert(&tx).await.map_err(|e| gone_from(e, "stream"))?;
        tx.commit().await?;
        Ok(row)
    }

    /// The markers of the last broadcast of a stream, in order.
    pub async fn list(&self, stream: &Stream) -> Result<Vec<Marker>> {
        let Some(began_at) = stream.started_at else {
            return Ok(Vec::new());
        };
        self.since(&stream.id, began_at).await
    }

    async fn since(&self, stream_id: &str, at: i64) -> Result<Vec<Marker>> {
        let rows = Entity::find()
            .filter(Column::StreamId.eq(stream_id))
            .filter(Column::At.gte(at))
            .order_by_asc(Column::At)
            .order_by_asc(Column::Id)
            .limit(PER_BROADCAST);
        Ok(rows.all(self.db.read()).await?)
    }

    /// Takes one away.
    pub async fn delete(&self, stream_id: &str, id: &str) -> Result<()> {
        let gone = Entity::delete_many()
            .filter(Column::Id.eq(id))
            .filter(Column::StreamId.eq(stream_id))
            .exec(self.db.write())
            .await?;
        if gone.rows_affected == 0 {
            return Err(LiveError::NotFound("marker"));
        }
        Ok(())
    }

    /// The chapters of a recording of this stream; none without a marker in it.
    pub async fn chapters(&self, stream: &Stream, timeline: &Timeline) -> Result<Vec<NewChapter>> {
        let Some(began_at) = timeline.began_at() else {
            return Ok(Vec::new());
        };
        let markers = self.since(&stream.id, began_at).await?;
        let moments = markers
            .into_iter()
            .map(|marker| (timeline.position_ms(marker.at), marker.title));
        Ok(chapters_of(&stream.title, moments))
    }

    /// Forgets those that are long over.
    pub async fn collect(&self) -> Result<()> {
        let before = now_micros().saturating_sub(KEPT);
        Entity::delete_many()
            .filter(Column::At.lt(before))
            .exec(self.db.write())
            .await?;
        self.collect_breaks(before).await
    }
}

/// Chapters that begin at these positions, in order. What comes before the
/// first is called as the broadcast is.
fn chapters_of(
    broadcast: &str,
    moments: impl Iterator<Item = (i64, Option<String>)>,
) -> Vec<NewChapter> {
    let mut chapters: Vec<NewChapter> = Vec::new();
    for (position, title) in moments {
        if chapters.is_empty() && position >= CHAPTER_MS {
            chapters.push(NewChapter {
                start_ms: 0,
                end_ms: None,
                title: broadcast.to_owned(),
            });
        }
        let start_ms = if chapters.is_empty() { 0 } else { position };
        let last = chapters.last().map(|last| last.start_ms);
        if last.is_some_and(|last| start_ms < last + CHAPTER_MS) {
            continue;
        }
        let title = title.unwrap_or_else(|| format!("Chapter {}", chapters.len() + 1));
        chapters.push(NewChapter {
            start_ms,
            end_ms: None,
            title,
        });
    }
    chapters
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(moments: &[(i64, Option<&str>)]) -> Vec<(i64, String)> {
        let moments = moments
            .iter()
            .map(|(at, title)| (*at, title.map(str::to_owned)));
        let chapters = chapters_of("The match", moments);
        chapters
            .into_iter()
            .map(|chapter| (chapter.start_ms, chapter.title))
            .collect()
    }

    #[test]
    fn what_comes_before_the_first_is_a_chapter_too() {
        assert_eq!(
            titles(&[(60_000, Some("Kick-off")), (120_000, None)]),
            [
                (0, "The match".to_owned()),
                (60_000, "Kick-off".to_owned()),
                (120_000, "Chapter 3".to_owned()),
            ]
        );
    }

    #[test]
    fn one_at_the_very_beginning_is_the_first() {
        assert_eq!(
            titles(&[(300, Some("Hello")), (700, Some("Twice")), (5_000, None)]),
            [(0, "Hello".to_owned()), (5_000, "Chapter 2".to_owned())]
        );
        assert!(titles(&[]).is_empty());
    }
}
