//! Where a video may be broken for advertisements: where somebody wants it, and where it was found
//! to disturb least.

use std::collections::HashMap;

use matinee_engines::time::now_micros;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::store::video_breaks::{self, Column, Entity, Instants};
use crate::{Catalog, CatalogError, FieldError, Result};

/// The most markers of one video.
const MARKERS_MAX: usize = 200;
/// The most places that are kept as found.
const FOUND_MAX: usize = 500;

/// Where a video may be broken, in milliseconds from its beginning, ascending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BreakMarks {
    /// Where somebody wants it.
    pub markers: Vec<i64>,
    /// Where it was found to disturb least: black pictures, and cuts in silence.
    pub found: Vec<i64>,
}

impl From<video_breaks::Model> for BreakMarks {
    fn from(row: video_breaks::Model) -> Self {
        Self {
            markers: row.markers.0,
            found: row.found.0,
        }
    }
}

impl Catalog {
    /// Where a video may be broken.
    pub async fn break_marks(&self, video: &str) -> Result<BreakMarks> {
        let row = Entity::find_by_id(video).one(self.db.read()).await?;
        Ok(row.map(BreakMarks::from).unwrap_or_default())
    }

    /// The same of many, where there is anything.
    pub async fn break_marks_of(&self, videos: &[&str]) -> Result<HashMap<String, BreakMarks>> {
        let mut out = HashMap::new();
        for some in videos.chunks(400) {
            let rows = Entity::find()
                .filter(Column::VideoId.is_in(some.iter().copied()))
                .all(self.db.read())
                .await?;
            out.extend(
                rows.into_iter()
                    .map(|row| (row.video_id.clone(), row.into())),
            );
        }
        Ok(out)
    }

    /// Sets where somebody wants breaks; none leaves it to what was found, and to chapters.
    pub async fn set_break_markers(
        &self,
        video: &str,
        mut markers: Vec<i64>,
    ) -> Result<BreakMarks> {
        let length = self.get(video).await?.duration_ms;
        let refuse = |reason: String| {
            Err(CatalogError::Invalid(vec![FieldError::new(
                "markers", reason,
            )]))
        };
        if markers.len() > MARKERS_MAX {
            return refuse(format!("must be at most {MARKERS_MAX}"));
        }
        markers.sort_unstable();
        markers.dedup();
        if markers.first().is_some_and(|&ms| ms < 0) {
            return refuse("must not be negative".to_owned());
        }
        if let (Some(&last), Some(length)) = (markers.last(), length)
            && last >= length
        {
            return refuse("must be before the end of the video".to_owned());
        }
        self.write_breaks(video, Some(markers), None).await?;
        self.break_marks(video).await
    }

    /// Gives a video that is made in the same transaction places for breaks.
    pub async fn give_break_markers(
        tx: &impl ConnectionTrait,
        video: &str,
        mut markers: Vec<i64>,
    ) -> Result<()> {
        markers.sort_unstable();
        markers.dedup();
        markers.truncate(MARKERS_MAX);
        let row = video_breaks::ActiveModel {
            video_id: Set(video.to_owned()),
            markers: Set(Instants(markers)),
            found: Set(Instants::default()),
            updated_at: Set(now_micros()),
        };
        Entity::insert(row).exec_without_returning(tx).await?;
        Ok(())
    }

    /// Keeps where breaks would disturb least.
    pub async fn set_breaks_found(&self, video: &str, mut found: Vec<i64>) -> Result<()> {
        found.sort_unstable();
        found.dedup();
        found.truncate(FOUND_MAX);
        self.write_breaks(video, None, Some(found)).await
    }

    async fn write_breaks(
        &self,
        video: &str,
        markers: Option<Vec<i64>>,
        found: Option<Vec<i64>>,
    ) -> Result<()> {
        let mut again = OnConflict::column(Column::VideoId);
        again.update_column(Column::UpdatedAt);
        if markers.is_some() {
            again.update_column(Column::Markers);
        }
        if found.is_some() {
            again.update_column(Column::Found);
        }
        let row = video_breaks::ActiveModel {
            video_id: Set(video.to_owned()),
            markers: Set(Instants(markers.unwrap_or_default())),
            found: Set(Instants(found.unwrap_or_default())),
            updated_at: Set(now_micros()),
        };
        Entity::insert(row)
            .on_conflict(again)
            .exec_without_returning(self.db.write())
            .await?;
        self.announce(video, false);
        Ok(())
    }
}
