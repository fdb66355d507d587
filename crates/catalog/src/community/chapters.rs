//! Chapters edited by hand.

use matinee_engines::time::now_micros;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, IntoActiveModel, QuerySelect,
};

use super::Community;
use super::store::hand_chapters;
use crate::moderation::text;
use crate::store::videos;
use crate::{Catalog, CatalogError, Chapter, Chapters, FieldError, Result, Video};

/// The most chapters of a video.
const CHAPTERS_MAX: usize = 500;
/// The longest name, in characters.
const TITLE_MAX: usize = 255;

/// A chapter as a person gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChapter {
    /// In milliseconds from the beginning.
    pub start_ms: i64,
    /// In milliseconds; where the next one begins, or the video ends, if it is
    /// left out.
    pub end_ms: Option<i64>,
    /// Its name.
    pub title: String,
}

impl Community {
    /// Puts these chapters in the place of all. From now on they stay as they
    /// are when the upload is processed again.
    pub async fn set_chapters(&self, video: &str, new: Vec<NewChapter>) -> Result<Video> {
        let tx = self.db().begin().await?;
        let row = locked(&tx, video).await?;
        let chapters = checked(new, row.duration_ms)?;
        let original = hand_chapters::ActiveModel {
            video_id: Set(video.to_owned()),
            original: Set(row.chapters.clone()),
            updated_at: Set(now_micros()),
        };
        // The first edit keeps what the file had.
        hand_chapters::Entity::insert(original)
            .on_conflict(
                OnConflict::column(hand_chapters::Column::VideoId)
                    .update_column(hand_chapters::Column::UpdatedAt)
                    .to_owned(),
            )
            .exec_without_returning(&tx)
            .await?;
        let row = write(&tx, row, Chapters(chapters)).await?;
        tx.commit().await?;
        self.catalog.announce(video, false);
        Ok(row)
    }

    /// Puts the chapters of the file back.
    pub async fn reset_chapters(&self, video: &str) -> Result<Video> {
        let tx = self.db().begin().await?;
        let row = locked(&tx, video).await?;
        let edited = hand_chapters::Entity::find_by_id(video).one(&tx).await?;
        let Some(edited) = edited else {
            return Ok(row);
        };
        hand_chapters::Entity::delete_by_id(video).exec(&tx).await?;
        let row = write(&tx, row, edited.original).await?;
        tx.commit().await?;
        self.catalog.announce(video, false);
        Ok(row)
    }
}

impl Catalog {
    /// Gives a video that was just made the chapters that somebody set while it
    /// was recorded. Where it ends is not known yet: the last one ends there once
    /// it is, and those behind it are left out.
    pub async fn give_chapters(
        tx: &impl ConnectionTrait,
        video: &str,
        new: Vec<NewChapter>,
    ) -> Result<()> {
        let row = locked(tx, video).await?;
        let chapters = checked(new, row.duration_ms)?;
        let original = hand_chapters::ActiveModel {
            video_id: Set(video.to_owned()),
            original: Set(row.chapters.clone()),
            updated_at: Set(now_micros()),
        };
        original.insert(tx).await?;
        write(tx, row, Chapters(chapters)).await?;
        Ok(())
    }

    /// The chapters that a probed video is to have: those that a person gave
    /// it, or those of the file.
    pub(crate) async fn kept_chapters(
        tx: &impl ConnectionTrait,
        video: &str,
        probed: Chapters,
        duration_ms: Option<i64>,
    ) -> Result<Option<Chapters>> {
        let Some(edited) = hand_chapters::Entity::find_by_id(video).one(tx).await? else {
            return Ok(Some(probed));
        };
        let mut edited = edited.into_active_model();
        edited.original = Set(probed);
        edited.update(tx).await?;
        let row = locked(tx, video).await?;
        // They were given before anybody knew how long it is.
        Ok(match (row.duration_ms, duration_ms) {
            (None, Some(length)) => Some(Chapters(within(row.chapters.0, length))),
            _ => None,
        })
    }
}

async fn locked(tx: &impl ConnectionTrait, video: &str) -> Result<Video> {
    videos::Entity::find_by_id(video)
        .lock_exclusive()
        .one(tx)
        .await?
        .ok_or_else(|| CatalogError::not_found("video", video))
}

async fn write(tx: &impl ConnectionTrait, row: Video, chapters: Chapters) -> Result<Video> {
    let version = row.version;
    let mut row = row.into_active_model();
    row.chapters = Set(chapters);
    row.version = Set(version + 1);
    row.updated_at = Set(now_micros());
    Ok(row.update(tx).await?)
}

/// Those of the chapters that begin within the film; the last one ends with it.
fn within(mut chapters: Vec<Chapter>, duration_ms: i64) -> Vec<Chapter> {
    chapters.retain(|chapter| chapter.start_ms < duration_ms);
    if let Some(last) = chapters.last_mut() {
        last.end_ms = duration_ms;
    }
    chapters
}

/// Chapters in order, apart from each other and within the film.
fn checked(new: Vec<NewChapter>, duration_ms: Option<i64>) -> Result<Vec<Chapter>> {
    if new.len() > CHAPTERS_MAX {
        let reason = format!("must not be more than {CHAPTERS_MAX}");
        return Err(CatalogError::Invalid(vec![FieldError::new(
            "chapters", reason,
        )]));
    }
    let starts: Vec<i64> = new.iter().map(|chapter| chapter.start_ms).collect();
    let mut errors = Vec::new();
    let mut chapters = Vec::with_capacity(new.len());
    let mut behind = 0;
    for (n, chapter) in new.into_iter().enumerate() {
        let mut refuse = |field: &str, reason: String| {
            errors.push(FieldError::new(format!("chapters[{n}].{field}"), reason));
        };
        let start_ms = chapter.start_ms;
        let next = starts.get(n + 1).copied();
        // Without a known length the last chapter lasts a second at least.
        let end_ms = chapter
            .end_ms
            .or(next)
            .or(duration_ms)
            .unwrap_or(start_ms + 1000);
        if start_ms < 0 {
            refuse("start_ms", "must not be negative".to_owned());
        } else if start_ms < behind {
            refuse(
                "start_ms",
                "must not be before the end of the chapter before".to_owned(),
            );
        } else if duration_ms.is_some_and(|length| start_ms >= length) {
            refuse("start_ms", "must be before the end of the film".to_owned());
        }
        if end_ms <= start_ms {
            refuse("end_ms", "must be after start_ms".to_owned());
        } else if duration_ms.is_some_and(|length| end_ms > length) {
            refuse("end_ms", "must not be after the end of the film".to_owned());
        }
        let title = text::line(&chapter.title);
        if title.chars().count() > TITLE_MAX {
            refuse(
                "title",
                format!("must not be longer than {TITLE_MAX} characters"),
            );
        }
        behind = end_ms.max(start_ms);
        chapters.push(Chapter {
            start_ms,
            end_ms,
            title,
        });
    }
    if errors.is_empty() {
        Ok(chapters)
    } else {
        Err(CatalogError::Invalid(errors))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn chapter(start_ms: i64, end_ms: Option<i64>) -> NewChapter {
        NewChapter {
            start_ms,
            end_ms,
            title: "  One\n chapter ".to_owned(),
        }
    }

    #[test]
    fn what_was_marked_while_it_was_recorded_ends_with_it() {
        let chapter = |start_ms, end_ms| Chapter {
            start_ms,
            end_ms,
            title: String::new(),
        };
        let marked = vec![chapter(0, 5000), chapter(5000, 9000), chapter(9000, 10_000)];
        assert_eq!(
            within(marked.clone(), 8000),
            [chapter(0, 5000), chapter(5000, 8000)]
        );
        assert_eq!(within(marked, 60_000)[2], chapter(9000, 60_000));
    }

    #[test]
    fn ends_follow_from_what_comes_next() {
        let new = vec![
            chapter(0, None),
            chapter(5000, Some(6000)),
            chapter(7000, None),
        ];
        let ends = |duration| {
            let chapters = checked(new.clone(), duration).unwrap_or_default();
            chapters.iter().map(|c| c.end_ms).collect::<Vec<_>>()
        };
        assert_eq!(ends(Some(10_000)), [5000, 6000, 10_000]);
        assert_eq!(ends(None), [5000, 6000, 8000]);
    }

    #[rstest]
    #[case(vec![chapter(-1, None)], "chapters[0].start_ms")]
    #[case(vec![chapter(10_000, None)], "chapters[0].start_ms")]
    #[case(vec![chapter(0, Some(0))], "chapters[0].end_ms")]
    #[case(vec![chapter(0, Some(10_001))], "chapters[0].end_ms")]
    #[case(vec![chapter(0, Some(3000)), chapter(2000, None)], "chapters[1].start_ms")]
    #[case(vec![chapter(5000, None), chapter(2000, None)], "chapters[0].end_ms")]
    #[case(vec![chapter(0, None); 501], "chapters")]
    fn refused(#[case] new: Vec<NewChapter>, #[case] field: &str) {
        match checked(new, Some(10_000)) {
            Err(CatalogError::Invalid(errors)) => assert_eq!(errors[0].field, field),
            other => panic!("{other:?}"),
        }
    }
}
