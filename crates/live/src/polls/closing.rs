//! Closing polls: by hand, or when their time is up.

use std::sync::Arc;
use std::time::Duration;

use matinee_engines::time::now_micros;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::store::polls::{Column, Entity};
use super::{Poll, Polls};
use crate::Result;
use crate::chat::Speaker;
use crate::room::What;
use crate::streams::micros;

/// How often it is looked for polls whose time is up.
const EVERY: Duration = Duration::from_secs(1);
/// The most that are closed in one go.
const AT_ONCE: u64 = 100;

/// Closes polls whose time is up, until canceled. Several nodes may do so at
/// once.
pub async fn run(polls: Polls, stop: CancellationToken) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        if let Err(error) = polls.close_due().await {
            tracing::warn!(%error, "polls were not closed; it is tried again");
        }
    }
}

impl Polls {
    /// Closes a poll, and tells the room. Closing one that is closed changes
    /// nothing. Whether somebody may is decided before.
    pub async fn close(&self, stream_id: &str, id: &str, who: &Speaker) -> Result<Poll> {
        self.shut(stream_id, id, now_micros()).await?;
        self.get(stream_id, id, who.person.account.as_deref()).await
    }

    /// Closes the polls whose time is up.
    pub async fn close_due(&self) -> Result<()> {
        let due: Vec<(String, String, Option<i64>)> = Entity::find()
            .select_only()
            .columns([Column::StreamId, Column::Id, Column::ClosesAt])
            .filter(Column::ClosedAt.is_null())
            .filter(Column::ClosesAt.lte(now_micros()))
            .order_by_asc(Column::ClosesAt)
            .limit(AT_ONCE)
            .into_tuple()
            .all(self.chat.store().read())
            .await?;
        for (stream, id, at) in due {
            self.shut(&stream, &id, at.unwrap_or_else(now_micros))
                .await?;
        }
        Ok(())
    }

    async fn shut(&self, stream_id: &str, id: &str, at: i64) -> Result<()> {
        let closed = Entity::update_many()
            .col_expr(Column::ClosedAt, Expr::value(at))
            .filter(Column::Id.eq(id))
            .filter(Column::StreamId.eq(stream_id))
            .filter(Column::ClosedAt.is_null())
            .exec(self.chat.store().write())
            .await?;
        if closed.rows_affected > 0 {
            let poll = self.get(stream_id, id, None).await?;
            let told = What::PollClosed(Arc::new(poll));
            self.chat.rooms().tell(stream_id, told);
        }
        Ok(())
    }

    /// Forgets polls that are older than chat messages are kept.
    pub async fn collect(&self) -> Result<()> {
        if let Some(keep) = self.chat.options().keep {
            let instant = now_micros().saturating_sub(micros(keep));
            Entity::delete_many()
                .filter(Column::CreatedAt.lt(instant))
                .exec(self.chat.store().write())
                .await?;
        }
        Ok(())
    }
}
