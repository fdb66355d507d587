//! The life of a stream: scheduled, live, ended.

use std::sync::Arc;

use matinee_engines::time::now_micros;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter,
};

use super::store::Column;
use super::{Happened, Stream, StreamStatus, Streams, micros, store};
use crate::desk::OffAir;
use crate::{LiveError, Result};

impl Streams {
    pub(super) async fn stop(&self, id: &str, why: OffAir) {
        if let Some(air) = self.0.air.get() {
            air.stop(id, why).await;
        }
    }

    /// Begins a stream by hand: it is live, and waits for its encoder.
    /// Beginning one that is live changes nothing.
    pub async fn start(&self, id: &str) -> Result<Arc<Stream>> {
        let until = now_micros() + micros(self.options().patience);
        let (stream, news) = self.begin(id, until).await?;
        if news {
            self.announce(&stream, Happened::Started).await;
        }
        Ok(stream)
    }

    /// Marks a stream live until then, at the least; whether that is news.
    pub(super) async fn begin(&self, id: &str, until: i64) -> Result<(Arc<Stream>, bool)> {
        let tx = self.db().begin().await?;
        let before = store::Entity::find_by_id(id)
            .one(&tx)
            .await?
            .ok_or(LiveError::NotFound("stream"))?;
        let news = !before.is_live();
        let later = before
            .live_until
            .filter(|_| !news)
            .map_or(until, |at| at.max(until));
        let now = now_micros();
        let version = before.version + 1;
        let mut row = before.into_active_model();
        row.live_until = Set(Some(later));
        if news {
            row.status = Set(StreamStatus::Live);
            row.started_at = Set(Some(now));
            row.ended_at = Set(None);
            row.peak_viewers = Set(0);
            row.recording_video_id = Set(None);
        }
        row.version = Set(version);
        row.updated_at = Set(now);
        let stream = row.update(&tx).await?;
        tx.commit().await?;
        Ok((Arc::new(stream), news))
    }

    /// Ends a stream by hand, and lets its encoder go. Ending one that is not
    /// live changes nothing.
    pub async fn end(&self, id: &str) -> Result<Arc<Stream>> {
        let stream = match self.finish(id).await? {
            Some(ended) => ended,
            None => Arc::new(self.get(id).await?),
        };
        self.stop(id, OffAir::Stopped).await;
        Ok(stream)
    }

    /// Marks a live stream as over; none if it was not live.
    pub(super) async fn finish(&self, id: &str) -> Result<Option<Arc<Stream>>> {
        let tx = self.db().begin().await?;
        let before = store::Entity::find_by_id(id).one(&tx).await?;
        let Some(before) = before.filter(Stream::is_live) else {
            return Ok(None);
        };
        let now = now_micros();
        let version = before.version + 1;
        let mut row = before.into_active_model();
        row.status = Set(StreamStatus::Ended);
        row.ended_at = Set(Some(now));
        row.live_until = Set(None);
        row.version = Set(version);
        row.updated_at = Set(now);
        let stream = Arc::new(row.update(&tx).await?);
        tx.commit().await?;
        self.announce(&stream, Happened::Ended).await;
        Ok(Some(stream))
    }

    /// Puts off the end of what is on the air here.
    pub(super) async fn hold<C: ConnectionTrait>(&self, conn: &C, on: &[String]) -> Result<()> {
        let grace = micros(self.options().grace);
        let until = now_micros() + grace;
        for ids in on.chunks(200) {
            store::Entity::update_many()
                .col_expr(Column::LiveUntil, Expr::value(until))
                .filter(Column::Id.is_in(ids.iter().map(String::as_str)))
                .filter(Column::Status.eq(StreamStatus::Live))
                // Now and then is enough.
                .filter(Column::LiveUntil.lt(until - grace / 2))
                .exec(conn)
                .await?;
        }
        Ok(())
    }
}
