//! What is done for channels every now and then. Several nodes may do it at once: whoever is first
//! takes the channel's next version.

use std::time::Duration;

use matinee_channels::schedule::{StoredStrip, Strip};
use matinee_channels::time::{DAY, HOUR};
use matinee_engines::time::now_micros;
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::edit::{BARE_EVERY, claim, next_look, write_from};
use crate::library::{Share, aside};
use crate::station::Station;
use crate::store::{channels, libraries, revisions, strips};
use crate::takeover::Director;
use crate::{Channels, LinearError, Result};

/// How often it is asked what other nodes have changed. An edit is known everywhere long before
/// it shows: it begins half a minute and three target durations later, at the earliest.
const FOLLOW_EVERY: Duration = Duration::from_secs(2);
/// How far back changes are asked for, in microseconds: clocks differ, and commits take time.
const OVERLAP: i64 = 30_000_000;
/// How often it is asked what has become of videos.
const NEWS_EVERY: Duration = Duration::from_secs(1);
/// How often it is looked what has come of broadcasts that take over.
const DIRECT_EVERY: Duration = Duration::from_secs(1);
/// How often it is looked which channels want to be looked after, …
const LOOK_EVERY: Duration = Duration::from_mins(1);
/// … and how soon after a video has changed: a channel may have waited for it.
const LOOK_SOON: Duration = Duration::from_secs(3);
/// How many at a time.
const LOOKED_AFTER: u64 = 200;
/// How long revisions are kept beyond what they aired: catch-up of the last days is worked out
/// from them, with all that was in the library then.
const REVISIONS_KEPT: i64 = 3 * DAY;
/// How long it is known what was aired.
const STRIPS_KEPT: i64 = 35 * DAY;
/// How long the row of a deleted channel stays, and a library that nothing names.
const LEFT_FOR: i64 = DAY * 1000;

impl Channels {
    /// Follows what other nodes change, and looks after channels whose time has come, until
    /// canceled.
    pub async fn run(&self, stop: CancellationToken) {
        let mut follow = interval(FOLLOW_EVERY);
        let mut look = interval(LOOK_EVERY);
        follow.set_missed_tick_behavior(MissedTickBehavior::Delay);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut hurries = false;
        let mut since = now_micros();
        let mut direct = interval(DIRECT_EVERY);
        direct.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut director = Director::default();
        let mut follow_news = interval(NEWS_EVERY);
        follow_news.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = follow.tick() => match self.follow(since).await {
                    Ok(seen) => since = since.max(seen),
                    Err(error) => tracing::warn!(%error, "changes of channels were not followed; it is tried again"),
                },
                _ = follow_news.tick() => match self.follow_news().await {
                    Ok(true) if !hurries => {
                        look.reset_at(Instant::now() + LOOK_SOON);
                        hurries = true;
                    }
                    Ok(_) => {}
                    Err(error) => tracing::warn!(%error, "it is not known what has become of videos; it is tried again"),
                },
                _ = direct.tick() => Box::pin(self.direct(&mut director)).await,
                _ = look.tick() => {
                    hurries = false;
                    if let Err(error) = self.look_after(&stop).await {
                        tracing::warn!(%error, "channels were not looked after; it is tried again");
                    }
                },
            }
        }
    }

    /// Forgets what others have changed since; gives until when changes are known.
    async fn follow(&self, since: i64) -> Result<i64> {
        let changed: Vec<(String, i64, i64)> = channels::Entity::find()
            .select_only()
            .columns([
                channels::Column::Id,
                channels::Column::Version,
                channels::Column::UpdatedAt,
            ])
            .filter(channels::Column::UpdatedAt.gt(since - OVERLAP))
            .into_tuple()
            .all(self.0.db.read())
            .await?;
        let mut seen = since;
        for (id, version, at) in changed {
            seen = seen.max(at);
            if self.is_outdated(&id, version).await {
                self.forget(&id).await;
            }
        }
        Ok(seen)
    }

    /// Looks after the channels whose time has come.
    pub async fn look_after(&self, stop: &CancellationToken) -> Result<()> {
        Box::pin(self.plan_broadcasts()).await?;
        // Each of them once: some want to be looked after again soon.
        let now = self.now();
        loop {
            let due: Vec<String> = channels::Entity::find()
                .select_only()
                .column(channels::Column::Id)
                .filter(channels::Column::DeletedAt.is_null())
                .filter(channels::Column::RenewAt.lte(now))
                .order_by_asc(channels::Column::RenewAt)
                .limit(LOOKED_AFTER)
                .into_tuple()
                .all(self.0.db.read())
                .await?;
            for id in &due {
                if stop.is_cancelled() {
                    return Ok(());
                }
                if let Err(error) = self.renew(id).await {
                    tracing::warn!(channel = id, %error, "a channel was not renewed; it is tried again");
                    // It holds up no other.
                    self.put_off(id, HOUR).await?;
                }
            }
            if due.is_empty() {
                break;
            }
        }
        self.collect().await
    }

    /// It is looked after again when so many milliseconds are over.
    async fn put_off(&self, id: &str, by: i64) -> Result<()> {
        channels::Entity::update_many()
            .col_expr(channels::Column::RenewAt, Expr::value(self.now() + by))
            .filter(channels::Column::Id.eq(id))
            .exec(self.0.db.write())
            .await?;
        Ok(())
    }

    /// Takes up what is new in the library at the next horizon (as soon as can be, if there is
    /// nothing to show until then), keeps what was aired, and forgets what is long over.
    pub(crate) async fn renew(&self, id: &str) -> Result<()> {
        let station = match self.load(id).await {
            Err(LinearError::NotFound(_)) => return Ok(()),
            other => other?,
        };
        let share = Share::of(&station.channel);
        let library = self.0.libraries.take(&share).await?;
        let fresh = library.id != station.library.id;
        let now = self.now();
        let snapshot = library.snapshot.clone();
        let before = station.channel.clone();
        let kept_library = if fresh {
            library
        } else {
            station.library.clone()
        };
        let renewed = aside(move || {
            let mut timeline = station.timeline.clone();
            let bare = timeline.is_bare(now)?;
            let last = timeline.revision(i64::MAX).state.at;
            let changed_at = if fresh {
                Some(timeline.renew(now, snapshot)?)
            } else {
                timeline.checkpoint(now + HOUR)?;
                let at = timeline.revision(i64::MAX).state.at;
                (at != last).then_some(at)
            };
            let from = changed_at.unwrap_or(now);
            let still_bare = bare && (!fresh || !timeline.shows_between(from, from + DAY)?);
            if still_bare && now - station.channel.aired_until < DAY {
                return Ok(None);
            }
            let aired = just_aired(&station, now)?;
            let renew_at = next_look(&timeline, &station.channel.id, now)?;
            let aired_until = aired
                .last()
                .map_or(station.channel.aired_until, |(_, end)| *end);
            // Only what is kept as it was aired is forgotten.
            let keep_from = aired_until.min(now - REVISIONS_KEPT);
            let keep_from = timeline.revision(keep_from).state.at;
            Ok(Some((
                timeline,
                changed_at,
                (aired, aired_until),
                keep_from,
                renew_at,
            )))
        })
        .await?;
        let Some((timeline, changed_at, (aired, aired_until), keep_from, renew_at)) = renewed
        else {
            return self.put_off(id, BARE_EVERY).await;
        };
        if changed_at.is_some() {
            self.keep_library(&kept_library).await?;
        }
        let tx = self.0.db.begin().await?;
        if !claim(&tx, &before).await? {
            // Somebody else was first.
            return Ok(());
        }
        if let Some(from) = changed_at {
            write_from(&tx, id, &timeline, from, |_| &kept_library).await?;
            let version = timeline.revision(i64::MAX).version;
            channels::Entity::update_many()
                .col_expr(
                    channels::Column::Edition,
                    Expr::value(i32::try_from(version).unwrap_or(i32::MAX)),
                )
                .filter(channels::Column::Id.eq(id))
                .exec(&tx)
                .await?;
        }
        for (strip, end) in aired {
            let row = strips::ActiveModel {
                channel_id: Set(id.to_owned()),
                begins_at: Set(strip.start),
                end_at: Set(end),
                body: Set(serde_json::to_string(&strip).map_err(LinearError::damaged)?),
            };
            let again = OnConflict::columns([strips::Column::ChannelId, strips::Column::BeginsAt])
                .do_nothing()
                .to_owned();
            strips::Entity::insert(row)
                .on_conflict(again)
                .exec_without_returning(&tx)
                .await?;
        }
        revisions::Entity::delete_many()
            .filter(revisions::Column::ChannelId.eq(id))
            .filter(revisions::Column::BeginsAt.lt(keep_from))
            .exec(&tx)
            .await?;
        strips::Entity::delete_many()
            .filter(strips::Column::ChannelId.eq(id))
            .filter(strips::Column::EndAt.lt(now - STRIPS_KEPT))
            .exec(&tx)
            .await?;
        channels::Entity::update_many()
            .col_expr(channels::Column::AiredUntil, Expr::value(aired_until))
            .col_expr(channels::Column::RenewAt, Expr::value(renew_at))
            .col_expr(channels::Column::UpdatedAt, Expr::value(now_micros()))
            .filter(channels::Column::Id.eq(id))
            .exec(&tx)
            .await?;
        tx.commit().await?;
        self.forget(id).await;
        Ok(())
    }

    /// Forgets deleted channels, and libraries that nothing names any more.
    async fn collect(&self) -> Result<()> {
        self.forget_news().await?;
        self.forget_takeovers(now_micros() / 1000 - REVISIONS_KEPT - DAY)
            .await?;
        let before = now_micros() - LEFT_FOR;
        let gone: Vec<String> = channels::Entity::find()
            .select_only()
            .column(channels::Column::Id)
            .filter(channels::Column::DeletedAt.lt(before))
            .limit(LOOKED_AFTER)
            .into_tuple()
            .all(self.0.db.read())
            .await?;
        for id in &gone {
            self.forget_relays(id).await?;
        }
        channels::Entity::delete_many()
            .filter(channels::Column::Id.is_in(gone))
            .exec(self.0.db.write())
            .await?;
        let named = Query::select()
            .column(revisions::Column::LibraryId)
            .from(revisions::Entity)
            .to_owned();
        let idle: Vec<String> = libraries::Entity::find()
            .select_only()
            .column(libraries::Column::Id)
            .filter(libraries::Column::CreatedAt.lt(before))
            .filter(libraries::Column::Id.not_in_subquery(named.clone()))
            .limit(LOOKED_AFTER)
            .into_tuple()
            .all(self.0.db.read())
            .await?;
        for id in idle {
            // Whoever names it again touches it first.
            let gone = libraries::Entity::delete_many()
                .filter(libraries::Column::Id.eq(id.as_str()))
                .filter(libraries::Column::CreatedAt.lt(before))
                .filter(libraries::Column::Id.not_in_subquery(named.clone()))
                .exec(self.0.db.write())
                .await?;
            if gone.rows_affected > 0 {
                self.0.libraries.forget(&id).await?;
            }
        }
        Ok(())
    }
}

/// The strips that have ended since the last time, to be kept, and when each ended.
fn just_aired(station: &Station, now: i64) -> Result<Vec<(StoredStrip, i64)>> {
    let from = station.channel.aired_until.max(station.timeline.begins());
    let mut out = Vec::new();
    let mut at = from;
    // Nobody may have looked after it for long.
    while at < now {
        let to = now.min(at + 30 * DAY);
        let strips = station.timeline.strips(at, to)?;
        let ended = |strip: &&Strip| strip.start() >= at && strip.end() <= now;
        let mut last = to;
        for strip in strips.iter().filter(ended) {
            out.push((StoredStrip::from(strip), strip.end()));
            last = strip.end();
        }
        at = last.max(to);
    }
    Ok(out)
}
