//! What people have watched, for those who recommend.

use async_trait::async_trait;
use matinee_catalog::discovery::{History, Watched};
use matinee_engines::time::now_micros;
use sea_orm::DbErr;

use super::{Progress, ProgressError, store};
use crate::Playback;

fn watched(video_id: String, progress: &Progress) -> Watched {
    Watched {
        video_id,
        position_ms: progress.position_ms,
        duration_ms: progress.duration_ms,
        at: progress.watched_at,
    }
}

#[async_trait]
impl History for Playback {
    async fn recent(&self, viewer: &str, limit: usize) -> Result<Vec<Watched>, DbErr> {
        match self.progress().recent(viewer, limit).await {
            Ok(all) => Ok(all
                .into_iter()
                .map(|(video, progress)| watched(video, &progress))
                .collect()),
            Err(ProgressError::Db(error)) => Err(error),
            // A key that could keep nothing has nothing.
            Err(_) => Ok(Vec::new()),
        }
    }

    async fn page(&self, after: (&str, &str), limit: u64) -> Result<Vec<(String, Watched)>, DbErr> {
        let rows = store::page(self.progress().db(), after, limit).await?;
        Ok(rows
            .into_iter()
            .map(|(viewer, video, progress)| (viewer, watched(video, &progress)))
            .collect())
    }

    async fn trending(&self, since: i64, limit: u64) -> Result<Vec<(String, f64, i64)>, DbErr> {
        store::trending(self.progress().db(), since, now_micros(), limit).await
    }
}
