//! Applying the log: events become plays, plays views, each once.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
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
use crate::intake::id_hash;
use crate::lanes::{Lane, TOPIC};
use crate::play::{self, Column, Counted, Entity, Model as Play};
use crate::sql::{places, rows, statement};
use crate::windows::{SPANS, bucket};
use crate::{Analytics, Result};

/// How many events are applied in one transaction: others write in between.
const BATCH: usize = 2000;
/// So long events gather, so that a few of them cost one transaction.
const GATHER: Duration = Duration::from_millis(200);
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
        if !wait.is_zero() {
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
        self.apply_from(lane, Duration::ZERO).await
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

    pub(crate) async fn apply_from(&self, lane: &Lane, wait: Duration) -> Result<usize> {
        let _one = self.inner.applying.lock().await;
        let next = self.checkpoint(lane).await?;
        let limit = ReadLimit {
            events: BATCH,
            wait,
            ..ReadLimit::default()
        };
        let read = match lane.log.read(TOPIC, 0, next, limit).await {
            Err(LogError::Gone { first }) => {
                tracing::warn!(next, first, "events were removed before they were applied");
                lane.log.read(TOPIC, 0, first, limit).await?
            }
            other => other?,
        };
        let Some(last) = read.last() else {
            return Ok(0);
        };
        let next = last.offset + 1;
        let events = read.iter().filter_map(|event| {
            // What another version wrote and this one cannot read is passed over, not waited for.
            let event = serde_json::from_slice::<Event>(&event.payload);
            event
                .inspect_err(|error| tracing::warn!(%error, "an event cannot be read"))
                .ok()
        });
        let views = self.apply(lane, next, events.collect()).await?;
        metrics::counter!("matinee_events_applied_total").increment(read.len() as u64);
        self.viewed(&views).await;
        Ok(read.len())
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
        events.retain(|e| !e.what.is_apart());
        on_channels(&mut events, &durations);
        let keys = self.keys(&tx, &events).await?;
        let mut plays = load(&tx, &keys).await?;
        let before: HashMap<String, (i64, i16)> = plays
            .iter()
            .map(|(id, play)| (id.clone(), (play.started_at, play.counted)))
            .collect();
        for (event, key) in events.iter().zip(&keys) {
            let duration = durations.get(&event.subject).copied().flatten();
            let play = plays
                .entry(key.clone())
                .or_insert_with(|| Play::new(key.clone(), event, duration));
            // A video may have been shorter in its uploader's words than it is.
            play.duration_ms = duration.or(play.duration_ms);
            play.apply(event);
        }
        self.judge(&tx, &mut plays).await?;
        let mut views = Views::new();
        let mut marks = BTreeSet::new();
        for play in plays.values() {
            let was = before.get(&play.id).copied();
            let counts = |counted| counted == Counted::VIEW;
            let viewed = |at: i64, by: i64| Viewed {
                subject: play.subject.clone(),
                play: play.id.clone(),
                at,
                by,
            };
            if let Some((at, counted)) = was {
                marks.insert((play.subject.clone(), bucket(at, 1)));
                if counts(counted) && at != play.started_at {
                    views.push(viewed(at, -1));
                    views.push(viewed(play.started_at, 1));
                }
            }
            marks.insert((play.subject.clone(), bucket(play.started_at, 1)));
            if counts(play.counted) && !was.is_some_and(|(_, counted)| counts(counted)) {
                views.push(viewed(play.started_at, 1));
            }
        }
        save(&tx, plays.into_values().collect()).await?;
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
        for event in events {
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

    /// Decides which plays are views now. A viewer's second within the window is none.
    async fn judge(
        &self,
        tx: &impl ConnectionTrait,
        plays: &mut HashMap<String, Play>,
    ) -> Result<()> {
        let mut ripe: Vec<(i64, String)> = plays
            .values()
            .filter(|play| play.counted == Counted::NOT_YET && play.is_enough())
            .map(|play| (play.started_at, play.id.clone()))
            .collect();
        if ripe.is_empty() {
            return Ok(());
        }
        ripe.sort_unstable();
        let window = micros(self.inner.options.view_window);
        let viewers: BTreeSet<&str> = ripe
            .iter()
            .filter_map(|(_, id)| plays.get(id)?.viewer.as_deref())
            .collect();
        let viewers: Vec<&str> = viewers.into_iter().collect();
        let (first, last) = (ripe[0].0 - window, ripe[ripe.len() - 1].0 + window);
        let mut viewed: HashMap<(String, String), BTreeMap<String, i64>> = HashMap::new();
        for some in viewers.chunks(ROWS) {
            let sql = format!(
                "SELECT id, viewer, subject, started_at FROM plays WHERE counted = 1 \
                 AND started_at > $1 AND started_at < $2 AND viewer IN ({})",
                places(3, some.len())
            );
            let ends = [Value::from(first), Value::from(last)];
            let values = ends.into_iter().chain(some.iter().map(|v| (*v).into()));
            for row in tx
                .query_all_raw(statement(self.db().backend(), sql, values))
                .await?
            {
                let key = (row.try_get("", "viewer")?, row.try_get("", "subject")?);
                let (id, at) = (row.try_get("", "id")?, row.try_get("", "started_at")?);
                viewed.entry(key).or_default().insert(id, at);
            }
        }
        for (at, id) in ripe {
            let Some(play) = plays.get_mut(&id) else {
                continue;
            };
            let Some(viewer) = play.viewer.clone() else {
                // Nobody in particular: nothing is known of what they viewed before.
                play.counted = Counted::VIEW;
                continue;
            };
            let theirs = viewed.entry((viewer, play.subject.clone())).or_default();
            let again = theirs.values().any(|other| (other - at).abs() < window);
            play.counted = if again { Counted::AGAIN } else { Counted::VIEW };
            if !again {
                theirs.insert(id, at);
            }
        }
        Ok(())
    }
}

pub(crate) fn micros(length: Duration) -> i64 {
    i64::try_from(length.as_micros()).unwrap_or(i64::MAX)
}

/// Leaves those that were not applied before, and remembers them.
async fn once(tx: &impl ConnectionTrait, events: &mut Vec<Event>) -> Result<()> {
    let hour = bucket(now_micros(), 1);
    let mut ids: Vec<[u8; 16]> = Vec::with_capacity(events.len());
    let mut batch = HashSet::with_capacity(events.len());
    events.retain(|event| match &event.id {
        None => true,
        Some(id) => {
            let hash = id_hash(id);
            let new = batch.insert(hash);
            if new {
                ids.push(hash);
            }
            new
        }
    });
    let mut new: HashSet<[u8; 16]> = HashSet::with_capacity(ids.len());
    // In the index's order, which is much faster than at random.
    ids.sort_unstable();
    for some in ids.chunks(ROWS) {
        let sql = format!(
            "INSERT INTO event_ids (id, hour) VALUES {} ON CONFLICT (id) DO NOTHING RETURNING id",
            rows(2, some.len())
        );
        let values = some
            .iter()
            .flat_map(|id| [Value::from(id.to_vec()), Value::from(hour)]);
        for row in tx
            .query_all_raw(statement(tx.get_database_backend(), sql, values))
            .await?
        {
            let id: Vec<u8> = row.try_get("", "id")?;
            new.extend(<[u8; 16]>::try_from(id).ok());
        }
    }
    let count = events.len();
    events.retain(|event| {
        event
            .id
            .as_ref()
            .is_none_or(|id| new.contains(&id_hash(id)))
    });
    metrics::counter!("matinee_events_repeated_total").increment((count - events.len()) as u64);
    Ok(())
}

/// Counts what is counted by itself, and what was seen of each advertisement.
async fn tally(tx: &impl ConnectionTrait, events: &[Event]) -> Result<()> {
    let mut counts: BTreeMap<(&str, String, i64), i64> = BTreeMap::new();
    for event in events {
        let Some(name) = event.what.counted() else {
            continue;
        };
        let hour = bucket(event.at, 1);
        if let What::Ad { ad: Some(ad), .. } = &event.what {
            let key = (ad.as_str(), name.clone(), hour);
            *counts.entry(key).or_default() += 1;
        }
        if let Some(channel) = &event.channel {
            let key = (channel.as_str(), name.clone(), hour);
            *counts.entry(key).or_default() += 1;
        }
        *counts.entry((&event.subject, name, hour)).or_default() += 1;
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
                (*subject).into(),
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

async fn load(tx: &impl ConnectionTrait, keys: &[String]) -> Result<HashMap<String, Play>> {
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

async fn save(tx: &impl ConnectionTrait, mut plays: Vec<Play>) -> Result<()> {
    plays.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    for some in plays.chunks(ROWS) {
        let columns = Column::iter().filter(|column| !matches!(column, Column::Id));
        Entity::insert_many(some.iter().cloned().map(IntoActiveModel::into_active_model))
            .on_conflict(
                OnConflict::column(Column::Id)
                    .update_columns(columns)
                    .to_owned(),
            )
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
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
