//! What was decided for the breaks of channels. A break is decided once: whoever comes first
//! writes it down, and everybody else, on every node, reads that.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use matinee_engines::time::now_micros;
use moka::future::Cache;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::decide::{Ask, Decision};
use crate::store::{Placement, breaks};
use crate::{AdError, Ads, Result, days};

/// How many decisions are in memory.
const KEPT: u64 = 20_000;
/// How long one is that nobody asks for.
const IDLE: Duration = Duration::from_mins(30);
/// How long it is known what was decided: as long as a channel can be watched later.
const REMEMBERED_MICROS: i64 = 36 * 86_400_000_000;
/// How many rows are forgotten at a time.
const FORGOTTEN: u64 = 1000;

/// Decisions in memory.
pub(crate) type Kept = Cache<(String, u64), Arc<Decision>>;

pub(crate) fn kept() -> Kept {
    Cache::builder()
        .name("ad breaks")
        .max_capacity(KEPT)
        .time_to_idle(IDLE)
        .build()
}

/// A break of a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The channel.
    pub channel: String,
    /// The media sequence number of its first segment.
    pub msn: u64,
    /// When it begins (UTC milliseconds).
    pub at: i64,
    /// How long it is.
    pub seconds: u32,
    /// How many parts it has.
    pub parts: u32,
}

impl Break {
    /// What is asked about it.
    pub fn ask(&self) -> Ask {
        Ask {
            placement: Placement::Channel,
            subject: self.channel.clone(),
            seconds: self.seconds,
            most: self.parts,
            at: self.at,
            name: format!("{}/{}", self.channel, self.msn),
            viewer: None,
        }
    }
}

pub(crate) fn read(row: &breaks::Model) -> Result<Decision> {
    serde_json::from_str(&row.decision).map_err(AdError::damaged)
}

impl Ads {
    /// What a break of a channel is filled with: as it was decided, or as it is now.
    pub async fn of_break(&self, what: &Break) -> Result<Arc<Decision>> {
        let key = (what.channel.clone(), what.msn);
        let decide = async { self.decided(what).await.map(Arc::new) };
        let found = self.0.kept.try_get_with(key, decide).await;
        found.map_err(|error: Arc<AdError>| match &*error {
            AdError::Damaged(text) => AdError::Damaged(text.clone()),
            other => AdError::Conflict(other.to_string()),
        })
    }

    async fn decided(&self, what: &Break) -> Result<Decision> {
        if let Some(decision) = self.kept_of(what).await? {
            return Ok(decision);
        }
        let decision = match self.0.deciding.acquire().await {
            Ok(_place) => self.decide(&what.ask()).await?,
            Err(_) => Decision::default(),
        };
        let row = breaks::ActiveModel {
            channel_id: Set(what.channel.clone()),
            msn: Set(i64::try_from(what.msn).unwrap_or(i64::MAX)),
            begins_at: Set(what.at),
            seconds: Set(i32::try_from(what.seconds).unwrap_or(i32::MAX)),
            decision: Set(serde_json::to_string(&decision).map_err(AdError::damaged)?),
            created_at: Set(now_micros()),
        };
        let first = OnConflict::columns([breaks::Column::ChannelId, breaks::Column::Msn])
            .do_nothing()
            .to_owned();
        let tx = self.db().begin().await?;
        let written = breaks::Entity::insert(row)
            .on_conflict(first)
            .exec_without_returning(&tx)
            .await?;
        if written > 0 {
            let filled: u32 = decision.ads().map(|ad| ad.seconds).sum();
            let at = what.at.saturating_mul(1000);
            self.count_break(&tx, &what.channel, at, what.seconds, filled)
                .await?;
            tx.commit().await?;
            return Ok(decision);
        }
        drop(tx);
        // Somebody else was first.
        Ok(self.kept_of(what).await?.unwrap_or(decision))
    }

    async fn kept_of(&self, what: &Break) -> Result<Option<Decision>> {
        let msn = i64::try_from(what.msn).unwrap_or(i64::MAX);
        let row = breaks::Entity::find_by_id((what.channel.clone(), msn))
            .one(self.db().read())
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// What was decided for the breaks of a stretch of a channel: when each begins, its number,
    /// its length, and what is in it. At most 100.
    pub async fn decided_between(
        &self,
        channel: &str,
        from: i64,
        to: i64,
    ) -> Result<Vec<(Break, Decision)>> {
        let rows = breaks::Entity::find()
            .filter(breaks::Column::ChannelId.eq(channel))
            .filter(breaks::Column::BeginsAt.gte(from))
            .filter(breaks::Column::BeginsAt.lt(to))
            .order_by_asc(breaks::Column::BeginsAt)
            .limit(100)
            .all(self.db().read())
            .await?;
        let read = |row: breaks::Model| {
            let decision = read(&row)?;
            let what = Break {
                channel: row.channel_id,
                msn: u64::try_from(row.msn).unwrap_or(0),
                at: row.begins_at,
                seconds: u32::try_from(row.seconds).unwrap_or(0),
                parts: 0,
            };
            Ok((what, decision))
        };
        rows.into_iter().map(read).collect()
    }

    /// Forgets what is long over, and keeps what is old by the day.
    pub async fn collect(&self) -> Result<()> {
        let now = now_micros();
        // Once a day there is something to do.
        let from = days::by_the_hour_from(crate::events::hour(now));
        if self.0.by_the_hour_from.load(Ordering::Relaxed) != from {
            days::roll_up(self.db(), from).await?;
            self.0.by_the_hour_from.store(from, Ordering::Relaxed);
        }
        loop {
            let old: Vec<(String, i64)> = breaks::Entity::find()
                .select_only()
                .columns([breaks::Column::ChannelId, breaks::Column::Msn])
                .filter(breaks::Column::CreatedAt.lt(now - REMEMBERED_MICROS))
                .limit(FORGOTTEN)
                .into_tuple()
                .all(self.db().read())
                .await?;
            for some in old.chunks(200) {
                let any = some
                    .iter()
                    .fold(sea_orm::Condition::any(), |any, (channel, msn)| {
                        any.add(
                            sea_orm::Condition::all()
                                .add(breaks::Column::ChannelId.eq(channel.as_str()))
                                .add(breaks::Column::Msn.eq(*msn)),
                        )
                    });
                breaks::Entity::delete_many()
                    .filter(any)
                    .exec(self.db().write())
                    .await?;
            }
            if (old.len() as u64) < FORGOTTEN {
                break;
            }
        }
        self.forget_told(now).await
    }
}
