//! How long recordings stay.

use std::time::Duration;

use matinee_catalog::store::videos;
use matinee_engines::time::now_micros;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::{Streams, micros};
use crate::chat::recordings;
use crate::{LiveError, Result};

/// A recording that has been there for too long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overdue {
    /// The video.
    pub video_id: String,
    /// When it was made (UTC microseconds).
    pub made_at: i64,
}

/// Of what a video is the recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// The stream.
    pub stream_id: String,
    /// Whether it stays, however old it becomes.
    pub kept: bool,
}

impl Streams {
    /// How long recordings stay; none for ever.
    pub fn recordings_stay(&self) -> Option<Duration> {
        self.options().keep_recordings
    }

    /// What a video is the recording of; none if it is another video.
    pub async fn recording(&self, video_id: &str) -> Result<Option<Recording>> {
        let found = recordings::Entity::find_by_id(video_id)
            .one(self.db().read())
            .await?;
        Ok(found.map(|row| Recording {
            stream_id: row.stream_id,
            kept: row.kept,
        }))
    }

    /// Has a recording stay, or go in time. Doing so again changes nothing.
    pub async fn keep_recording(&self, video_id: &str, kept: bool) -> Result<()> {
        let changed = recordings::Entity::update_many()
            .col_expr(recordings::Column::Kept, Expr::value(kept))
            .filter(recordings::Column::VideoId.eq(video_id))
            .exec(self.db().write())
            .await?;
        if changed.rows_affected == 0 {
            return Err(LiveError::NotFound("recording"));
        }
        Ok(())
    }

    /// Recordings that have been there for longer than they stay, the oldest first, from after
    /// the given one on; those that somebody keeps are left out.
    pub async fn overdue(&self, after: Option<&Overdue>, limit: u64) -> Result<Vec<Overdue>> {
        let Some(stay) = self.recordings_stay() else {
            return Ok(Vec::new());
        };
        let going = Query::select()
            .column(recordings::Column::VideoId)
            .from(recordings::Entity)
            .and_where(recordings::Column::Kept.eq(false))
            .to_owned();
        let mut query = videos::Entity::find()
            .select_only()
            .column(videos::Column::Id)
            .column(videos::Column::CreatedAt)
            .filter(videos::Column::Id.in_subquery(going))
            .filter(videos::Column::CreatedAt.lt(now_micros().saturating_sub(micros(stay))))
            .order_by_asc(videos::Column::CreatedAt)
            .order_by_asc(videos::Column::Id)
            .limit(limit);
        if let Some(after) = after {
            let later = Condition::any()
                .add(videos::Column::CreatedAt.gt(after.made_at))
                .add(
                    Condition::all()
                        .add(videos::Column::CreatedAt.eq(after.made_at))
                        .add(videos::Column::Id.gt(after.video_id.as_str())),
                );
            query = query.filter(later);
        }
        let rows: Vec<(String, i64)> = query.into_tuple().all(self.db().read()).await?;
        Ok(rows
            .into_iter()
            .map(|(video_id, made_at)| Overdue { video_id, made_at })
            .collect())
    }

    /// Forgets, within the caller's transaction, that a video is a recording. False if somebody
    /// keeps it, or it is gone: of this and [`Self::keep_recording`] one comes first, and counts.
    pub async fn let_go(&self, conn: &impl ConnectionTrait, video_id: &str) -> Result<bool> {
        let forgotten = recordings::Entity::delete_many()
            .filter(recordings::Column::VideoId.eq(video_id))
            .filter(recordings::Column::Kept.eq(false))
            .exec(conn)
            .await?;
        Ok(forgotten.rows_affected > 0)
    }
}
