//! What was said while something was recorded, beside the recording.

use matinee_catalog::CatalogError;
use matinee_engines::id::Id;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::recorded::rows as recordings;
use super::store::messages;
use super::{Chat, Message, MessageState, gone_from};
use crate::Result;
use crate::recording::Take;

/// A message, and where it was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// What was said.
    pub message: Message,
    /// The position in the recording, in milliseconds.
    pub offset_ms: i64,
}

impl Chat {
    /// Keeps of which stream a take is, and when its runs began. The video
    /// there is. Doing so again changes nothing.
    pub async fn recorded(&self, take: &Take) -> Result<()> {
        let row = recordings::ActiveModel {
            video_id: Set(take.video_id.clone()),
            stream_id: Set(take.stream_id.clone()),
            timeline: Set(take.timeline.clone()),
            kept: Set(false),
        };
        let once = OnConflict::column(recordings::Column::VideoId)
            .do_nothing()
            .to_owned();
        recordings::Entity::insert(row)
            .on_conflict(once)
            .exec_without_returning(self.db().write())
            .await
            .map_err(|error| gone_from(error, "stream"))?;
        Ok(())
    }

    /// Of which stream a video is a recording; none if it is another video.
    pub async fn recorded_of(&self, video_id: &str) -> Result<Option<String>> {
        Ok(recordings::Entity::find_by_id(video_id)
            .select_only()
            .column(recordings::Column::StreamId)
            .into_tuple()
            .one(self.db().read())
            .await?)
    }

    /// What everybody could read while a video was recorded, from one position
    /// in it (in milliseconds) to before another, or to its end: the earliest
    /// first, after the message of this id. Nothing of a video that is no
    /// recording.
    pub async fn replay(
        &self,
        video_id: &str,
        span_ms: (i64, i64),
        after: Option<&str>,
        limit: u64,
    ) -> Result<Vec<Replayed>> {
        let found = recordings::Entity::find_by_id(video_id)
            .one(self.db().read())
            .await?;
        let Some(recordings::Model {
            stream_id,
            timeline,
            ..
        }) = found
        else {
            return Ok(Vec::new());
        };
        let Some(began_at) = timeline.began_at() else {
            return Ok(Vec::new());
        };
        let (from, to) = span_ms;
        let mut query = messages::Entity::find()
            .filter(messages::Column::StreamId.eq(stream_id))
            .filter(messages::Column::State.eq(MessageState::Visible))
            .filter(messages::Column::CreatedAt.gte(timeline.instant(from).max(began_at)))
            .filter(messages::Column::CreatedAt.lt(timeline.instant(to)))
            .order_by_asc(messages::Column::Id)
            .limit(limit.min(self.options().history_max));
        if let Some(after) = after {
            let after = Id::parse("msg", after).map_err(|_| CatalogError::Cursor)?;
            query = query.filter(messages::Column::Id.gt(after.as_str()));
        }
        let rows = query.all(self.db().read()).await?;
        let messages = self.with_quotes(rows).await?;
        let replayed = messages.into_iter().map(|message| Replayed {
            offset_ms: timeline.position_ms(message.row.created_at),
            message,
        });
        Ok(replayed.collect())
    }
}
