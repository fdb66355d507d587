//! What is said about text and audio tracks, and which of them comes first.

use matinee_engines::time::now_micros;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter,
};

use crate::store::{renditions, subtitles};
use crate::{Catalog, CatalogError, Rendition, RenditionKind, Result, Subtitle};

/// The most text tracks of a video.
const SUBTITLES_MAX: u64 = 100;

/// What an audio track can be for, besides the film's own sound.
pub const AUDIO_ROLES: [&str; 5] = ["dub", "original", "commentary", "description", "music"];

/// A change of a text track: what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct SubtitleChange {
    /// BCP 47.
    pub language: Option<String>,
    /// What a person sees in a menu.
    pub label: Option<String>,
    /// Whether it only translates what is foreign in the film.
    pub forced: Option<bool>,
    /// Whether it also describes sounds.
    pub hearing_impaired: Option<bool>,
    /// Whether players show it unless told otherwise.
    pub is_default: Option<bool>,
}

/// A change of an audio track: what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct RenditionChange {
    /// What a person sees in a menu.
    pub label: Option<Option<String>>,
    /// BCP 47.
    pub language: Option<Option<String>>,
    /// One of [`AUDIO_ROLES`].
    pub role: Option<Option<String>>,
    /// Whether players choose it unless told otherwise.
    pub is_default: Option<bool>,
}

impl Catalog {
    /// Adds a text track. If it is to be the default, no other one is.
    pub async fn add_subtitle(&self, new: Subtitle) -> Result<Subtitle> {
        let tx = self.db.begin().await?;
        Self::touch(&tx, &new.video_id).await?;
        let count = subtitles::Entity::find()
            .filter(subtitles::Column::VideoId.eq(&new.video_id))
            .count(&tx)
            .await?;
        if count >= SUBTITLES_MAX {
            return Err(CatalogError::Conflict(format!(
                "a video has at most {SUBTITLES_MAX} text tracks"
            )));
        }
        if new.is_default {
            no_default_subtitle(&tx, &new.video_id).await?;
        }
        let row = new.into_active_model().reset_all().insert(&tx).await?;
        tx.commit().await?;
        self.announce(&row.video_id, false);
        Ok(row)
    }

    /// Changes what is said about a text track.
    pub async fn change_subtitle(
        &self,
        video_id: &str,
        id: &str,
        change: SubtitleChange,
    ) -> Result<Subtitle> {
        let tx = self.db.begin().await?;
        Self::touch(&tx, video_id).await?;
        let row = subtitles::Entity::find_by_id(id)
            .filter(subtitles::Column::VideoId.eq(video_id))
            .one(&tx)
            .await?
            .ok_or_else(|| CatalogError::not_found("subtitle", id))?;
        if change.is_default == Some(true) {
            no_default_subtitle(&tx, video_id).await?;
        }
        let before = row.clone();
        let mut row = row.into_active_model();
        row.language = Set(change.language.unwrap_or(before.language));
        row.label = Set(change.label.unwrap_or(before.label));
        row.forced = Set(change.forced.unwrap_or(before.forced));
        row.hearing_impaired = Set(change.hearing_impaired.unwrap_or(before.hearing_impaired));
        row.is_default = Set(change.is_default.unwrap_or(before.is_default));
        let row = row.update(&tx).await?;
        tx.commit().await?;
        self.announce(video_id, false);
        Ok(row)
    }

    /// Changes what is said about an audio track. If it is to be the default,
    /// no other one is.
    pub async fn change_rendition(
        &self,
        video_id: &str,
        id: &str,
        change: RenditionChange,
    ) -> Result<Rendition> {
        let tx = self.db.begin().await?;
        Self::touch(&tx, video_id).await?;
        let row = renditions::Entity::find_by_id(id)
            .filter(renditions::Column::VideoId.eq(video_id))
            .filter(renditions::Column::RetiredAt.is_null())
            .one(&tx)
            .await?
            .ok_or_else(|| CatalogError::not_found("rendition", id))?;
        if let Some(Some(role)) = &change.role
            && !AUDIO_ROLES.contains(&role.as_str())
        {
            return Err(CatalogError::field("role", wrong_role()));
        }
        if row.kind != RenditionKind::Audio {
            return Err(CatalogError::Conflict(
                "only audio tracks have a name, a language and a default".to_owned(),
            ));
        }
        if change.is_default == Some(true) {
            renditions::Entity::update_many()
                .col_expr(renditions::Column::IsDefault, Expr::value(false))
                .filter(renditions::Column::VideoId.eq(video_id))
                .filter(renditions::Column::Kind.eq(RenditionKind::Audio))
                .exec(&tx)
                .await?;
        }
        let before = row.clone();
        let mut row = row.into_active_model();
        row.label = Set(change.label.unwrap_or(before.label));
        row.language = Set(change.language.unwrap_or(before.language));
        row.role = Set(change.role.unwrap_or(before.role));
        row.is_default = Set(change.is_default.unwrap_or(before.is_default));
        let row = row.update(&tx).await?;
        tx.commit().await?;
        self.announce(video_id, false);
        Ok(row)
    }

    /// Takes an audio track out of new playlists. Its bytes stay for a while,
    /// for players that have it open.
    pub async fn retire_audio(&self, video_id: &str, id: &str) -> Result<()> {
        let tx = self.db.begin().await?;
        Self::touch(&tx, video_id).await?;
        let tracks = renditions::Entity::find()
            .filter(renditions::Column::VideoId.eq(video_id))
            .filter(renditions::Column::Kind.eq(RenditionKind::Audio))
            .filter(renditions::Column::RetiredAt.is_null())
            .all(&tx)
            .await?;
        let track = tracks
            .iter()
            .find(|track| track.id == id)
            .ok_or_else(|| CatalogError::not_found("rendition", id))?;
        if tracks.len() == 1 {
            return Err(CatalogError::Conflict(
                "the last audio track of a video stays".to_owned(),
            ));
        }
        renditions::Entity::update_many()
            .col_expr(renditions::Column::RetiredAt, Expr::value(now_micros()))
            .col_expr(renditions::Column::IsDefault, Expr::value(false))
            .filter(renditions::Column::Id.eq(id))
            .exec(&tx)
            .await?;
        // Somebody has to play unless told otherwise.
        let next = tracks.iter().find(|other| other.id != id);
        if let Some(next) = next.filter(|_| track.is_default) {
            renditions::Entity::update_many()
                .col_expr(renditions::Column::IsDefault, Expr::value(true))
                .filter(renditions::Column::Id.eq(&next.id))
                .exec(&tx)
                .await?;
        }
        tx.commit().await?;
        self.announce(video_id, false);
        Ok(())
    }
}

/// Why a role is refused.
pub fn wrong_role() -> String {
    format!("must be one of {}", AUDIO_ROLES.join(", "))
}

async fn no_default_subtitle(tx: &impl ConnectionTrait, video_id: &str) -> Result<()> {
    subtitles::Entity::update_many()
        .col_expr(subtitles::Column::IsDefault, Expr::value(false))
        .filter(subtitles::Column::VideoId.eq(video_id))
        .exec(tx)
        .await?;
    Ok(())
}
