//! Service levels: what is held of the quality of experience, whether it is,
//! and since when. Whoever wires the program tells others of the changes.

use matinee_engines::time::now_micros;
use sea_orm::{ConnectionTrait, QueryResult, Value};
use tokio::sync::watch;

use crate::figures::{Figures, Quality};
use crate::report::Stretch;
use crate::rollup::{EVERYTHING, HOUR};
use crate::sql::statement;
use crate::windows::bucket;
use crate::{Analytics, AnalyticsError, Fault, Result};

/// What is held unless somebody changes it: 95 of 100 starts in less than two
/// seconds and seeks in less than half of one, less than 5 % of the time stalled.
pub const LEVELS: [(&str, f64); 3] = [
    ("startup_ms", 2000.0),
    ("seek_ms", 500.0),
    ("rebuffer_ratio", 0.05),
];
/// The longest stretch that is judged, in hours.
const HOURS_MAX: i64 = 168;
/// The most plays that may be waited for.
const PLAYS_MAX: i64 = 1_000_000;
/// How many changes are told at once.
const CHANGES_MAX: i64 = 100;

/// Whether a level is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LevelState {
    /// Too little was played to say so.
    Unknown,
    /// It is.
    Met,
    /// It is not.
    Missed,
}

impl LevelState {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Met => "met",
            Self::Missed => "missed",
        }
    }

    fn read(text: &str) -> Self {
        match text {
            "met" => Self::Met,
            "missed" => Self::Missed,
            _ => Self::Unknown,
        }
    }
}

/// A level, and how it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// One of [`LEVELS`].
    pub name: String,
    /// It should be less.
    pub limit: f64,
    /// Of how many hours up to now.
    pub hours: i64,
    /// Of how many values at least.
    pub plays_min: i64,
    /// Whether it is watched over.
    pub active: bool,
    /// Whether operators are written to.
    pub email: bool,
    /// How it stands.
    pub state: LevelState,
    /// What was measured last; none of too few plays.
    pub value: Option<f64>,
    /// Since when it stands so, if it was ever missed (UTC microseconds).
    pub since: Option<i64>,
    /// When that was looked at.
    pub checked_at: Option<i64>,
}

/// What is changed of a level; what is absent stays.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct LevelChange {
    /// It should be less.
    pub limit: Option<f64>,
    /// Of how many hours.
    pub hours: Option<i64>,
    /// Of how many values at least.
    pub plays_min: Option<i64>,
    /// Whether it is watched over.
    pub active: Option<bool>,
    /// Whether operators are written to.
    pub email: Option<bool>,
}

/// That a level was missed, or is met again.
#[derive(Debug, Clone, PartialEq)]
pub struct LevelChanged {
    /// Which.
    pub name: String,
    /// How it stands since.
    pub state: LevelState,
    /// What was measured.
    pub value: Option<f64>,
    /// It should have been less.
    pub limit: f64,
    /// When (UTC microseconds).
    pub at: i64,
}

/// What is measured of a level, and of how many values.
fn measured(name: &str, quality: &Quality) -> (Option<f64>, u64) {
    match name {
        "startup_ms" => (quality.startup.quantile(0.95), quality.startup.count()),
        "seek_ms" => (quality.seek.quantile(0.95), quality.seek.count()),
        _ => {
            let all = quality.stall_ms + quality.watched_ms;
            let ratio = (all > 0).then(|| quality.stall_ms as f64 / all as f64);
            (ratio, quality.plays)
        }
    }
}

fn level(row: &QueryResult) -> Result<Level> {
    let state: String = row.try_get("", "state")?;
    Ok(Level {
        name: row.try_get("", "name")?,
        limit: row.try_get("", "level_limit")?,
        hours: row.try_get("", "hours")?,
        plays_min: row.try_get("", "plays_min")?,
        active: row.try_get("", "active")?,
        email: row.try_get("", "email")?,
        state: LevelState::read(&state),
        value: row.try_get("", "value")?,
        since: row.try_get("", "since")?,
        checked_at: row.try_get("", "checked_at")?,
    })
}

impl Analytics {
    /// Wakes whoever tells others of levels, whenever one has changed.
    pub fn level_changes(&self) -> watch::Receiver<u64> {
        self.inner.levels.subscribe()
    }

    /// All levels.
    pub async fn levels(&self) -> Result<Vec<Level>> {
        let db = self.db();
        let sql = "SELECT * FROM service_levels";
        let rows = db
            .read()
            .query_all_raw(statement(db.backend(), sql, []))
            .await?;
        let known = rows.iter().map(level).collect::<Result<Vec<Level>>>()?;
        let all = LEVELS.map(|(name, limit)| {
            let found = known.iter().find(|level| level.name == name).cloned();
            found.unwrap_or_else(|| Level {
                name: name.to_owned(),
                limit,
                hours: 1,
                plays_min: 20,
                active: true,
                email: true,
                state: LevelState::Unknown,
                value: None,
                since: None,
                checked_at: None,
            })
        });
        Ok(all.into())
    }

    /// Changes a level; it is looked at anew at once.
    pub async fn change_level(&self, name: &str, change: LevelChange) -> Result<Level> {
        let find = |levels: Vec<Level>| levels.into_iter().find(|level| level.name == name);
        let level = find(self.levels().await?).ok_or(AnalyticsError::NoLevel)?;
        let level = Level {
            limit: change.limit.unwrap_or(level.limit),
            hours: change.hours.unwrap_or(level.hours),
            plays_min: change.plays_min.unwrap_or(level.plays_min),
            active: change.active.unwrap_or(level.active),
            email: change.email.unwrap_or(level.email),
            ..level
        };
        let most = if name == "rebuffer_ratio" {
            1.0
        } else {
            600_000.0
        };
        let mut faults = Vec::new();
        let mut check = |sound: bool, field: &str, reason: String| {
            if !sound {
                let field = field.to_owned();
                faults.push(Fault { field, reason });
            }
        };
        let limit = level.limit > 0.0 && level.limit <= most;
        check(
            limit,
            "limit",
            format!("must be more than 0, and at most {most}"),
        );
        let hours = (1..=HOURS_MAX).contains(&level.hours);
        check(hours, "hours", format!("must be from 1 to {HOURS_MAX}"));
        let plays = (1..=PLAYS_MAX).contains(&level.plays_min);
        check(plays, "plays_min", format!("must be from 1 to {PLAYS_MAX}"));
        if !faults.is_empty() {
            return Err(AnalyticsError::Invalid(faults));
        }
        self.keep_level(&level).await?;
        self.check_levels().await?;
        find(self.levels().await?).ok_or(AnalyticsError::NoLevel)
    }

    async fn keep_level(&self, level: &Level) -> Result<()> {
        let sql = "INSERT INTO service_levels (name, level_limit, hours, plays_min, active, email, \
            state) VALUES ($1, $2, $3, $4, $5, $6, 'unknown') ON CONFLICT (name) DO UPDATE SET \
            level_limit = excluded.level_limit, hours = excluded.hours, \
            plays_min = excluded.plays_min, active = excluded.active, email = excluded.email";
        let values: [Value; 6] = [
            level.name.as_str().into(),
            level.limit.into(),
            level.hours.into(),
            level.plays_min.into(),
            level.active.into(),
            level.email.into(),
        ];
        let db = self.db();
        db.write()
            .execute_raw(statement(db.backend(), sql, values))
            .await?;
        Ok(())
    }

    /// The latest changes, the last first.
    pub async fn level_history(&self) -> Result<Vec<LevelChanged>> {
        let sql = "SELECT * FROM service_level_changes ORDER BY at DESC, id DESC LIMIT $1";
        let db = self.db();
        let asked = statement(db.backend(), sql, [CHANGES_MAX.into()]);
        let rows = db.read().query_all_raw(asked).await?;
        rows.iter()
            .map(|row| {
                let state: String = row.try_get("", "state")?;
                Ok(LevelChanged {
                    name: row.try_get("", "name")?,
                    state: LevelState::read(&state),
                    value: row.try_get("", "value")?,
                    limit: row.try_get("", "level_limit")?,
                    at: row.try_get("", "at")?,
                })
            })
            .collect()
    }

    /// Looks whether the levels are held.
    pub(crate) async fn check_levels(&self) -> Result<()> {
        let now = now_micros();
        let hour = bucket(now, HOUR);
        let mut changed = false;
        for level in self.levels().await? {
            if !level.active {
                continue;
            }
            let stretch = Stretch {
                span: HOUR,
                first: hour - level.hours,
                end: hour + 1,
            };
            let mut whole = Figures::default();
            for (_, figures) in self.rollups(EVERYTHING, stretch).await? {
                whole.merge(&figures);
            }
            let (value, count) = measured(&level.name, &whole.quality);
            let enough = i64::try_from(count).unwrap_or(i64::MAX) >= level.plays_min;
            let value = value.filter(|_| enough);
            let state = match value {
                // It stands as it stood.
                None => level.state,
                Some(value) if value < level.limit => LevelState::Met,
                Some(_) => LevelState::Missed,
            };
            changed |= self.stands(&level, state, value, now).await?;
        }
        if changed {
            self.inner.levels.send_modify(|times| *times += 1);
        }
        Ok(())
    }

    /// Keeps how a level stands; whether that is another way than before. Of two nodes one sees
    /// the change.
    async fn stands(
        &self,
        level: &Level,
        state: LevelState,
        value: Option<f64>,
        now: i64,
    ) -> Result<bool> {
        if level.checked_at.is_none() {
            self.keep_level(level).await?;
        }
        let changed = state != level.state;
        // What was never missed is not met again.
        let told = changed && (state == LevelState::Missed || level.state == LevelState::Missed);
        let since = if told { Some(now) } else { level.since };
        let db = self.db();
        let tx = db.begin().await?;
        let sql = "UPDATE service_levels SET state = $1, value = $2, since = $3, checked_at = $4 \
            WHERE name = $5 AND state = $6";
        let values: [Value; 6] = [
            state.as_str().into(),
            value.into(),
            since.into(),
            now.into(),
            level.name.as_str().into(),
            level.state.as_str().into(),
        ];
        let done = tx.execute_raw(statement(db.backend(), sql, values)).await?;
        let ours = changed && done.rows_affected() == 1;
        if ours {
            let sql = "INSERT INTO service_level_changes (id, name, state, value, level_limit, at) \
                VALUES ($1, $2, $3, $4, $5, $6)";
            let values: [Value; 6] = [
                uuid::Uuid::now_v7().to_string().into(),
                level.name.as_str().into(),
                state.as_str().into(),
                value.into(),
                level.limit.into(),
                now.into(),
            ];
            tx.execute_raw(statement(db.backend(), sql, values)).await?;
        }
        tx.commit().await?;
        Ok(ours && told)
    }

    /// Removes changes from before this instant (UTC microseconds).
    pub(crate) async fn forget_changes(&self, before: i64) -> Result<()> {
        let sql = "DELETE FROM service_level_changes WHERE at < $1";
        let db = self.db();
        db.write()
            .execute_raw(statement(db.backend(), sql, [before.into()]))
            .await?;
        Ok(())
    }
}
