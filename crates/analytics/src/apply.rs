//! Applying the log: events become plays, plays views, each once.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::BuildHasher as _;
use std::time::Duration;

use matinee_catalog::store::videos;
use matinee_engines::log::{LogError, ReadLimit};
use matinee_engines::time::now_micros;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, IntoActiveModel, Iterable as _,
    QueryFilter, Value,
};

use crate::event::{Event, What};
use crate::ids::once;
use crate::judge::{self, Before};
use crate::lanes::{Lane, TOPIC};
use crate::play::{self, Column, Entity, Model as Play};
use crate::showings::{self, ADS};
use crate::sql::{places, rows, statement};
use crate::viewed;
use crate::windows::{SPANS, bucket};
use crate::{Analytics, Result};

/// How many events are applied in one transaction at most, …
const EVENTS: usize = 8000;
/// … and to about how many plays: others write in between.
const PLAYS: usize = 2000;
/// So long events gather, so that a few of them cost one transaction, …
const GATHER: Duration = Duration::from_millis(200);
/// … unless so many wait already. Then they are applied without a pause, but for a moment that
/// belongs to others: a share of the time that the last took.
const MANY: u64 = 1000;
const BREATH: u32 = 4;
/// How many rows one statement writes, within what SQLite takes as parameters.
const ROWS: usize = 1000;
/// After so long without a word a position belongs to another play.
const QUIET: i64 = 30 * 60 * 1_000_000;
/// Any number, as long as every node uses the same one.
const POSTGRES_LOCK: i64 = 0x6d61_7469_6e65_6502;

/// A view that was found, or moved to another minute.
pub(crate) struct Viewed {
    pub(crate) subject: String,
    /// The play's id.
    pub(crate) play: String,
    /// When (UTC microseconds).
    pub(crate) at: i64,
    /// 1, or -1 where it was before it moved.
    pub(crate) by: i64,
}

/// What a batch has brought.
pub(crate) type Views = Vec<Viewed>;

impl Analytics {
    /// Applies all that is in the log now; yields how many events that were.
    pub async fn apply_waiting(&self) -> Result<usize> {
        let mut all = 0;
        loop {
            match self.apply_next(Duration::ZERO).await? {
                0 => return Ok(all),
                count => all += count,
            }
        }
    }

    /// Applies the next events, and waits for some if there are none.
    pub(crate) async fn apply_next(&self, wait: Duration) -> Result<usize> {
        let lane = self.lane()?;
        if !wait.is_zero() && self.behind().await? < MANY {
            // Waited for without the lock, so that nobody waits for whoever waits.
            let next = self.checkpoint(lane).await?;
            let one = ReadLimit {
                events: 1,
                wait,
                ..ReadLimit::default()
            };
            match lane.log.read(TOPIC, 0, next, one).await {
                Ok(events) if events.is_empty() => return Ok(0),
                Ok(_) => tokio::time::sleep(GATHER).await,
                Err(LogError::Gone { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let begun = tokio::time::Instant::now();
        let applied = self.apply_from(lane).await?;
        if !wait.is_zero() {
            tokio::time::sleep(begun.elapsed() / BREATH).await;
        }
        Ok(applied)
    }

    /// How many events are in the log and not applied yet.
    pub async fn behind(&self) -> Result<u64> {
        let lane = self.lane()?;
        let next = self.checkpoint(lane).await?;
        let end = lane.log.bounds(TOPIC, 0).await?.next;
        Ok(end.saturating_sub(next))
    }

    async fn checkpoint(&self, lane: &Lane) -> Result<u64> {
        let sql = "SELECT next FROM event_checkpoints WHERE log = $1";
        let db = self.db();
        let asked = statement(db.backend(), sql, [lane.name.as_str().into()]);
        let row = db.read().query_one_raw(asked).await?;
        let next: Option<i64> = row.map(|row| row.try_get("", "next")).transpose()?;
        Ok(next.and_then(|next| u64::try_from(next).ok()).unwrap_or(0))
    }

    pub(crate) async fn apply_from(&self, lane: &Lane) -> Result<usize> {
        let _one = self.inner.applying.lock().await;
        let next = self.checkpoint(lane).await?;
        let limit = ReadLimit {
            events: EVENTS,
            ..ReadLimit::default()
        };
        let read = match lane.log.read(TOPIC, 0, next, limit).await {
            Err(LogError::Gone { first }) => {
                tracing::warn!(next, first, "events were removed before they were applied");
                lane.log.read(TOPIC, 0, first, limit).await?
            }
            other => other?,
        };
        let Some(first) = read.first() else {
            return Ok(0);
        };
        let (mut next, first) = (first.offset, first.offset);
        let mut events = Vec::with_capacity(read.len());
        let (hasher, mut plays) = (RandomState::new(), HashSet::new());
        for kept in &read {
            // What another version wrote and this one cannot read is passed over, not waited for.
            match serde_json::from_slice::<Event>(&kept.payload) {
                Ok(event) => {
                    let whose = hasher.hash_one((
                        &event.subject,
                        event.play.as_ref().or(event.who.viewer.as_ref()),
                    ));
                    if plays.len() == PLAYS && !plays.contains(&whose) {
                        break;
                    }
                    plays.insert(whose);
                    events.push(event);
                }
                Err(error) => tracing::warn!(%error, "an event cannot be read"),
            }
            next = kept.offset + 1;
        }
        let applied = next - first;
        let views = self.apply(lane, next, events).await?;
        metrics::counter!("matinee_events_applied_total").increment(applied);
        self.viewed(&views).await;
        Ok(usize::try_from(applied).unwrap_or(usize::MAX))
    }

    async fn apply(&self, lane: &Lane, next: u64, mut events: Vec<Event>) -> Result<Views> {
        let db = self.db();
        let tx = db.begin().await?;
        if db.backend() == DatabaseBackend::Postgres {
            // Nodes take turns: two of them may have been told of the same play.
            tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({POSTGRES_LOCK})"))
                .await?;
        }
        once(&tx, &mut events).await?;
        let durations = durations(&tx, &events).await?;
        let oldest = now_micros() - micros(self.inner.options.plays_kept);
        events.retain(|e| durations.contains_key(&e.subject) && e.at > oldest);
        tally(&tx, &events).await?;
        let mut marks = showings::take(&tx, &events).await?;
        events.retain(|event| !event.is_apart());
        on_channels(&mut events, &durations);
        let keys = self.keys(&tx, &events).await?;
        let mut plays = load(&tx, &keys).await?;
        let mut before: Before = plays
            .iter()
            .map(|(id, play)| (id.clone(), (play.started_at, play.counted)))
            .collect();
        for (event, key) in events.iter().zip(keys) {
            let duration = durations.get(&event.subject).copied().flatten();
            let play = plays
                .entry(key)
                .or_insert_with_key(|key| Play::new(key.clone(), event, duration));
            // A video may have been shorter in its uploader's words than it is.
            play.duration_ms = duration.or(play.duration_ms);
            play.apply(event);
        }
        self.judge(&tx, &mut plays, &mut before).await?;
        let views = judge::views(&plays, &before);
        viewed::tell(lane, plays.values(), &before).await?;
        for play in plays.values() {
            if let Some((at, _)) = before.get(&play.id) {
                marks.insert((play.subject.clone(), bucket(*at, 1)));
            }
            marks.insert((play.subject.clone(), bucket(play.started_at, 1)));
        }
        save(&tx, plays, &before).await?;
        count(&tx, &views).await?;
        mark(&tx, marks.into_iter().collect()).await?;
        let sql = "INSERT INTO event_checkpoints (log, next) VALUES ($1, $2) \
            ON CONFLICT (log) DO UPDATE SET next = excluded.next";
        let next = i64::try_from(next).unwrap_or(i64::MAX);
        let values: [Value; 2] = [lane.name.as_str().into(), next.into()];
        tx.execute_raw(statement(db.backend(), sql, values)).await?;
        tx.commit().await?;
        Ok(views)
    }

    /// Under which play each event is kept. A position belongs to the viewer's
    /// play of a moment ago, whoever told of that, or begins one.
    async fn keys(&self, tx: &impl ConnectionTrait, events: &[Event]) -> Result<Vec<String>> {
        let mut viewers: BTreeSet<&str> = BTreeSet::new();
        let mut since = i64::MAX;
        for event in events.iter().filter(|event| event.play.is_none()) {
            viewers.extend(event.who.viewer.as_deref());
            since = Ord::min(since, event.at - QUIET);
        }
        let mut known: HashMap<(String, String), (String, i64)> = HashMap::new();
        let viewers: Vec<&str> = viewers.into_iter().collect();
        for some in viewers.chunks(ROWS) {
            let sql = format!(
                "SELECT id, viewer, subject, last_at FROM plays \
                 WHERE last_at > $1 AND viewer IN ({}) ORDER BY last_at",
                places(2, some.len())
            );
            let values =
                std::iter::once(Value::from(since)).chain(some.iter().map(|v| (*v).into()));
            for row in tx
                .query_all_raw(statement(self.db().backend(), sql, values))
                .await?
            {
                let key = (row.try_get("", "viewer")?, row.try_get("", "subject")?);
                known.insert(key, (row.try_get("", "id")?, row.try_get("", "last_at")?));
            }
        }
        let mut keys = Vec::with_capacity(events.len());
        let infers = events.iter().any(|event| event.play.is_none());
        for event in events {
            if let Some(play) = &event.play
                && !infers
            {
                keys.push(play::key(&event.subject, play));
                continue;
            }
            let viewer = event.who.viewer.clone().unwrap_or_default();
            let whose = (viewer, event.subject.clone());
            let key = match &event.play {
                Some(play) => play::key(&event.subject, play),
                None => match known.get(&whose) {
                    Some((id, last)) if event.at - last < QUIET => id.clone(),
                    _ => play::key(&event.subject, &format!("{} at {}", whose.0, event.at)),
                },
            };
            let last = known.get(&whose).map_or(event.at, |(_, last)| *last);
            known.insert(whose, (key.clone(), Ord::max(last, event.at)));
            keys.push(key);
        }
        Ok(keys)
    }
}

pub(crate) fn micros(length: Duration) -> i64 {
    i64::try_from(length.as_micros()).unwrap_or(i64::MAX)
}

/// Counts what is counted by itself, and what was seen of each advertisement.
async fn tally(tx: &impl ConnectionTrait, events: &[Event]) -> Result<()> {
    let mut counts: BTreeMap<(String, String, i64), i64> = BTreeMap::new();
    for event in events {
        let Some(name) = event.what.counted() else {
            continue;
        };
        let hour = bucket(event.at, 1);
        if let What::Ad { ad: Some(ad), .. } = &event.what {
            let key = (format!("{ADS}{ad}"), name.clone(), hour);
            *counts.entry(key).or_default() += 1;
        }
        if let Some(channel) = &event.channel {
            let key = (channel.clone(), name.clone(), hour);
            *counts.entry(key).or_default() += 1;
        }
        let key = (event.subject.clone(), name, hour);
        *counts.entry(key).or_default() += 1;
    }
    let counts: Vec<_> = counts.into_iter().collect();
    for some in counts.chunks(ROWS) {
        let sql = format!(
            "INSERT INTO event_counts (subject, name, hour, events) VALUES {} \
             ON CONFLICT (subject, name, hour) DO UPDATE SET events = event_counts.events + excluded.events",
            rows(4, some.len())
        );
        let values = some.iter().flat_map(|((subject, name, hour), by)| {
            let row: [Value; 4] = [
                subject.as_str().into(),
                name.as_str().into(),
                (*hour).into(),
                (*by).into(),
            ];
            row
        });
        tx.execute_raw(statement(tx.get_database_backend(), sql, values))
            .await?;
    }
    Ok(())
}

/// What is seen on a channel is a play of the item and one of the channel.
fn on_channels(events: &mut Vec<Event>, known: &HashMap<String, Option<i64>>) {
    let of_channels: Vec<Event> = events
        .iter()
        .filter_map(|event| {
            let channel = event.channel.clone()?;
            known.contains_key(&channel).then(|| Event {
                item: Some(event.subject.clone()),
                subject: channel,
                channel: None,
                ..event.clone()
            })
        })
        .collect();
    events.extend(of_channels);
}

/// How long the videos are that there are, and which streams there are.
async fn durations(
    tx: &impl ConnectionTrait,
    events: &[Event],
) -> Result<HashMap<String, Option<i64>>> {
    let channels = events.iter().filter_map(|event| event.channel.as_deref());
    let subjects: BTreeSet<&str> = events
        .iter()
        .map(|event| event.subject.as_str())
        .chain(channels)
        .collect();
    let of = |prefix: &str| -> Vec<&str> {
        let ours = subjects.iter().filter(|id| id.starts_with(prefix));
        ours.copied().collect()
    };
    let mut known = HashMap::new();
    for (ids, table, duration) in [
        (of("video_"), "videos", "duration_ms"),
        (of("stream_"), "streams", "NULL"),
        (of("channel_"), "channels", "NULL"),
    ] {
        for some in ids.chunks(ROWS) {
            let sql = format!(
                "SELECT id, CAST({duration} AS BIGINT) AS duration_ms FROM {table} WHERE id IN ({})",
                places(1, some.len())
            );
            let values = some.iter().map(|id| Value::from(*id));
            for row in tx
                .query_all_raw(statement(tx.get_database_backend(), sql, values))
                .await?
            {
                known.insert(row.try_get("", "id")?, row.try_get("", "duration_ms")?);
            }
        }
    }
    Ok(known)
}

pub(crate) async fn load(
    tx: &impl ConnectionTrait,
    keys: &[String],
) -> Result<HashMap<String, Play>> {
    let unique: BTreeSet<&str> = keys.iter().map(String::as_str).collect();
    let unique: Vec<&str> = unique.into_iter().collect();
    let mut plays = HashMap::with_capacity(unique.len());
    for some in unique.chunks(ROWS) {
        let found = Entity::find()
            .filter(Column::Id.is_in(some.iter().copied()))
            .all(tx)
            .await?;
        plays.extend(found.into_iter().map(|play| (play.id.clone(), play)));
    }
    Ok(plays)
}

/// Writes plays. Of one that goes on where it began, what indexes are made of stays as it is: to
/// write that anew would move it in each of them.
async fn save(
    tx: &impl ConnectionTrait,
    plays: HashMap<String, Play>,
    before: &Before,
) -> Result<()> {
    let mut plays: Vec<Play> = plays.into_values().collect();
    plays.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    let goes_on = |play: &Play| {
        let was = before.get(&play.id);
        was.is_some_and(|(at, _)| *at == play.started_at)
    };
    let (known, others): (Vec<Play>, Vec<Play>) = plays.into_iter().partition(goes_on);
    for (plays, stays) in [
        (
            known,
            &[
                Column::Id,
                Column::Subject,
                Column::Viewer,
                Column::StartedAt,
            ][..],
        ),
        (others, &[Column::Id][..]),
    ] {
        for some in plays.chunks(ROWS) {
            let is = |one: &Column| stays.iter().any(|column| same(*one, *column));
            let columns = Column::iter().filter(|column| !is(column));
            Entity::insert_many(some.iter().cloned().map(IntoActiveModel::into_active_model))
                .on_conflict(
                    OnConflict::column(Column::Id)
                        .update_columns(columns)
                        .to_owned(),
                )
                .exec_without_returning(tx)
                .await?;
        }
    }
    Ok(())
}

fn same(one: Column, other: Column) -> bool {
    std::mem::discriminant(&one) == std::mem::discriminant(&other)
}

/// Adds views to the counts of each span, and to their videos'.
pub(crate) async fn count(tx: &impl ConnectionTrait, views: &Views) -> Result<()> {
    let mut counts: BTreeMap<(&str, i16, i64), i64> = BTreeMap::new();
    let mut totals: BTreeMap<&str, i64> = BTreeMap::new();
    for viewed in views {
        for span in SPANS {
            *counts
                .entry((&viewed.subject, span, bucket(viewed.at, span)))
                .or_default() += viewed.by;
        }
        *totals.entry(&viewed.subject).or_default() += viewed.by;
    }
    let counts: Vec<_> = counts.into_iter().collect();
    for some in counts.chunks(ROWS) {
        let sql = format!(
            "INSERT INTO view_counts (subject, span, bucket, views) VALUES {} \
             ON CONFLICT (subject, span, bucket) DO UPDATE SET views = view_counts.views + excluded.views",
            rows(4, some.len())
        );
        let values = some.iter().flat_map(|((subject, span, bucket), by)| {
            let row: [Value; 4] = [
                (*subject).into(),
                (*span).into(),
                (*bucket).into(),
                (*by).into(),
            ];
            row
        });
        tx.execute_raw(statement(tx.get_database_backend(), sql, values))
            .await?;
    }
    for (subject, by) in totals.into_iter().filter(|(_, by)| *by != 0) {
        // A counter: the video's version does not move.
        videos::Entity::update_many()
            .col_expr(
                videos::Column::ViewCount,
                Expr::col(videos::Column::ViewCount).add(by),
            )
            .filter(videos::Column::Id.eq(subject))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Says that the roll-ups of these hours are behind.
///
/// Each time with another mark: whoever rolls up takes away only the one that they have seen.
async fn mark(tx: &impl ConnectionTrait, marks: Vec<(String, i64)>) -> Result<()> {
    let now = now_micros();
    for some in marks.chunks(ROWS) {
        let sql = format!(
            "INSERT INTO play_marks (subject, hour, mark) VALUES {} \
             ON CONFLICT (subject, hour) DO UPDATE SET mark = excluded.mark",
            rows(3, some.len())
        );
        let values = some.iter().flat_map(|(subject, hour)| {
            let row: [Value; 3] = [subject.as_str().into(), (*hour).into(), now.into()];
            row
        });
        tx.execute_raw(statement(tx.get_database_backend(), sql, values))
            .await?;
    }
    Ok(())
}
