//! What processing tells the library of a video.

use matinee_engines::time::now_micros;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
};

use crate::store::videos;
use crate::{Catalog, CatalogError, Chapter, Chapters, ProcessingStatus, Reasons, Result};

/// What probing has found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Probed {
    /// In milliseconds.
    pub duration_ms: Option<i64>,
    /// As displayed, in pixels.
    pub width: Option<i32>,
    /// As displayed, in pixels.
    pub height: Option<i32>,
    /// In bits per second.
    pub bitrate_bps: Option<i64>,
    /// The container, such as `MP4`.
    pub format: Option<String>,
    /// The codecs in words.
    pub codecs: Option<String>,
    /// Why it cannot be played as it is; empty when it can.
    pub non_standard_input_reasons: Vec<String>,
    /// Named stretches.
    pub chapters: Vec<Chapter>,
}

impl Catalog {
    /// Keeps what probing has found.
    pub async fn set_probed(&self, id: &str, probed: Probed) -> Result<()> {
        let tx = self.db.begin().await?;
        let chapters =
            Self::kept_chapters(&tx, id, Chapters(probed.chapters), probed.duration_ms).await?;
        let row = videos::ActiveModel {
            duration_ms: Set(probed.duration_ms),
            width: Set(probed.width),
            height: Set(probed.height),
            bitrate_bps: Set(probed.bitrate_bps),
            format: Set(probed.format),
            codecs: Set(probed.codecs),
            non_standard_input_reasons: Set(Reasons(probed.non_standard_input_reasons)),
            chapters: chapters.map_or(NotSet, Set),
            ..Default::default()
        };
        Self::update_in(&tx, id, row).await?;
        tx.commit().await?;
        self.announce(id, false);
        Ok(())
    }

    /// Keeps how far processing has come. An error is kept only for a failure.
    pub async fn set_status(
        &self,
        id: &str,
        status: ProcessingStatus,
        error: Option<String>,
    ) -> Result<()> {
        let row = videos::ActiveModel {
            processing_status: Set(status),
            processing_error: Set(error.filter(|_| status == ProcessingStatus::Failed)),
            ..Default::default()
        };
        self.update(id, row).await
    }

    /// Keeps where the upload's bytes lie, once they are there.
    pub async fn set_source(&self, id: &str, key: &str, filename: &str, size: u64) -> Result<()> {
        let row = videos::ActiveModel {
            source_key: Set(Some(key.to_owned())),
            filename: Set(filename.to_owned()),
            file_size: Set(i64::try_from(size).unwrap_or(i64::MAX)),
            ..Default::default()
        };
        self.update(id, row).await
    }

    /// Sets these columns, moves the version on and announces it.
    async fn update(&self, id: &str, row: videos::ActiveModel) -> Result<()> {
        Self::update_in(self.db.write(), id, row).await?;
        self.announce(id, false);
        Ok(())
    }

    /// Sets these columns and moves the version on.
    async fn update_in(
        conn: &impl ConnectionTrait,
        id: &str,
        row: videos::ActiveModel,
    ) -> Result<()> {
        let done = videos::Entity::update_many()
            .set(row)
            .col_expr(videos::Column::Version, next_version())
            .col_expr(videos::Column::UpdatedAt, Expr::value(now_micros()))
            .filter(videos::Column::Id.eq(id))
            .exec(conn)
            .await?;
        if done.rows_affected == 0 {
            return Err(CatalogError::not_found("video", id));
        }
        Ok(())
    }

    /// Moves the version on within a transaction that changes a video's parts.
    pub(crate) async fn touch(conn: &impl ConnectionTrait, id: &str) -> Result<()> {
        let done = videos::Entity::update_many()
            .col_expr(videos::Column::Version, next_version())
            .col_expr(videos::Column::UpdatedAt, Expr::value(now_micros()))
            .filter(videos::Column::Id.eq(id))
            .exec(conn)
            .await?;
        if done.rows_affected == 0 {
            return Err(CatalogError::not_found("video", id));
        }
        Ok(())
    }
}

fn next_version() -> sea_orm::sea_query::SimpleExpr {
    Expr::col(videos::Column::Version).add(1)
}
