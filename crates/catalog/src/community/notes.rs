//! The notes that go with a lesson.

use matinee_engines::time::now_micros;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait};

use super::comments::video_row;
use super::playlists::invalid;
use super::store::notes;
use super::{Community, Notes, Person};
use crate::Result;
use crate::moderation::text;

/// The longest notes, in bytes.
pub const NOTES_MAX: usize = 100 * 1024;

impl Community {
    /// The notes of a video, if there are any.
    pub async fn notes(&self, video: &str) -> Result<Option<Notes>> {
        Ok(notes::Entity::find_by_id(video)
            .one(self.db().read())
            .await?)
    }

    /// Keeps a video's notes: Markdown, as typed, and never made into HTML
    /// here. Empty notes are none. Who may is decided before.
    pub async fn set_notes(&self, who: &Person, video: &str, body: &str) -> Result<Option<Notes>> {
        if body.len() > NOTES_MAX {
            let reason = format!("must not be longer than {NOTES_MAX} bytes");
            return Err(invalid("body", reason));
        }
        // Trailing spaces and empty lines mean something in Markdown.
        let body: String = body
            .replace("\r\n", "\n")
            .chars()
            .filter(|c| !text::is_unwanted(*c))
            .collect();
        let tx = self.db().begin().await?;
        video_row(&tx, video).await?;
        if body.trim().is_empty() {
            notes::Entity::delete_by_id(video).exec(&tx).await?;
            tx.commit().await?;
            return Ok(None);
        }
        let row = notes::Model {
            video_id: video.to_owned(),
            body,
            updated_at: now_micros(),
            updated_by: who.account.clone(),
        };
        let active = notes::ActiveModel {
            video_id: Set(row.video_id.clone()),
            body: Set(row.body.clone()),
            updated_at: Set(row.updated_at),
            updated_by: Set(row.updated_by.clone()),
        };
        notes::Entity::insert(active)
            .on_conflict(
                OnConflict::column(notes::Column::VideoId)
                    .update_columns([
                        notes::Column::Body,
                        notes::Column::UpdatedAt,
                        notes::Column::UpdatedBy,
                    ])
                    .to_owned(),
            )
            .exec_without_returning(&tx)
            .await?;
        tx.commit().await?;
        Ok(Some(row))
    }
}
