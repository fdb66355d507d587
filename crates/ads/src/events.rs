//! What was shown: counted once, and passed on to those who want to be told.

use std::time::Duration;

use async_trait::async_trait;
use matinee_engines::time::now_micros;
use matinee_jobs::{JobContext, JobError, JobHandler, NewJob};
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::decide::Candidate;
use crate::store::{counts, seen, told};
use crate::vast::macros::{Values, fill};
use crate::{AdError, Ads, Result, token};

/// The kind of the jobs that tell others.
const KIND: &str = "ad_beacon";
/// How often others are told before it is given up.
const ATTEMPTS: u32 = 4;
/// How long they may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// How many are told at once.
const AT_ONCE: usize = 8;
/// The most addresses of one job.
const ADDRESSES_MAX: usize = 40;
/// How many beacons may wait; what comes while so many do is not told to others.
const WAITING_MAX: u64 = 20_000;
/// How long it is known what was counted.
const TOLD_FOR_MICROS: i64 = 2 * 86_400_000_000;
/// How many rows are forgotten at a time.
const FORGOTTEN: u64 = 2000;
/// What the tokens of advertisements are signed for.
const PURPOSE: &str = "ad";

/// Everything that happens to an advertisement.
pub const EVENTS: [&str; 9] = [
    "impression",
    "start",
    "first_quartile",
    "midpoint",
    "third_quartile",
    "complete",
    "skip",
    "click",
    "error",
];

/// The day of an instant, counted since 1970.
pub(crate) fn day(micros: i64) -> i32 {
    i32::try_from(micros.div_euclid(86_400_000_000)).unwrap_or(i32::MAX)
}

pub(crate) fn hour(micros: i64) -> i32 {
    i32::try_from(micros.div_euclid(3_600_000_000)).unwrap_or(i32::MAX)
}

/// What a player carries for an advertisement that it shows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pass {
    /// The channel, or the video.
    #[serde(rename = "s")]
    pub subject: String,
    /// The break.
    #[serde(rename = "b")]
    pub name: String,
    /// Which advertisement of it, from 0.
    #[serde(rename = "n")]
    pub nth: usize,
    /// The campaign, or the ad server.
    #[serde(rename = "c")]
    pub source: String,
    /// The creative.
    #[serde(rename = "r")]
    pub creative: String,
    /// How long it is, in seconds.
    #[serde(rename = "l")]
    pub seconds: u32,
    /// What a thousand impressions pay.
    #[serde(rename = "p")]
    pub cpm_micros: i64,
    /// Whom this server tells.
    #[serde(
        rename = "t",
        default,
        skip_serializing_if = "crate::decide::Tracking::is_empty"
    )]
    pub tracking: crate::decide::Tracking,
    /// Until when it counts (UTC seconds).
    #[serde(rename = "x")]
    pub until: i64,
}

/// Something that has happened, as a player tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The token of the advertisement.
    pub token: String,
    /// One of [`EVENTS`].
    pub event: String,
}

/// What was made of what was told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    /// Counted now.
    pub counted: usize,
    /// Counted before.
    pub known: usize,
    /// With a token that is not ours, or too old.
    pub refused: usize,
    /// What was told with good tokens, known or not: others may count it, by its `id`.
    pub happened: Vec<Happened>,
}

/// Something that has happened to an advertisement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// The same each time that it is told.
    pub id: String,
    /// The same for all that happens to this advertisement in this break and session.
    pub showing: String,
    /// The channel, or the video.
    pub subject: String,
    /// The creative.
    pub creative: String,
    /// How long that is.
    pub seconds: u32,
    /// One of [`EVENTS`].
    pub event: String,
}

impl Ads {
    /// The token of an advertisement. It counts for so many seconds.
    pub fn pass(
        &self,
        subject: &str,
        name: &str,
        nth: usize,
        ad: &Candidate,
        lasts: i64,
    ) -> String {
        let pass = Pass {
            subject: subject.to_owned(),
            name: name.to_owned(),
            nth,
            source: ad.source.clone(),
            creative: ad.creative.clone(),
            seconds: ad.seconds,
            cpm_micros: ad.cpm_micros,
            tracking: if ad.server_side {
                ad.tracking.clone()
            } else {
                crate::decide::Tracking::new()
            },
            until: now_micros() / 1_000_000 + lasts,
        };
        token::sign(&self.0.secret, PURPOSE, &pass)
    }

    /// Counts what a player tells, each once for a session, and tells others in jobs.
    pub async fn tell(&self, session: &str, viewer: &str, all: &[Told]) -> Result<Counted> {
        let now = now_micros();
        let mut out = Counted::default();
        let mut valid: Vec<(Pass, &str)> = Vec::new();
        for one in all {
            if !EVENTS.contains(&one.event.as_str()) {
                let reason = format!("must be one of {}", EVENTS.join(", "));
                return Err(AdError::field("event", reason));
            }
            let pass: Option<Pass> = token::read(&self.0.secret, PURPOSE, &one.token);
            match pass.filter(|pass| pass.until > now / 1_000_000) {
                Some(pass) => valid.push((pass, &one.event)),
                None => out.refused += 1,
            }
        }
        if valid.is_empty() {
            return Ok(out);
        }
        let mut beacons: Vec<String> = Vec::new();
        let tx = self.db().begin().await?;
        for (pass, event) in &valid {
            let id = once(session, pass, event);
            let row = told::ActiveModel {
                id: Set(id.clone()),
                at: Set(now),
            };
            out.happened.push(Happened {
                id,
                showing: once(session, pass, ""),
                subject: pass.subject.clone(),
                creative: pass.creative.clone(),
                seconds: pass.seconds,
                event: (*event).to_owned(),
            });
            let first = OnConflict::column(told::Column::Id).do_nothing().to_owned();
            let written = told::Entity::insert(row)
                .on_conflict(first)
                .exec_without_returning(&tx)
                .await?;
            if written == 0 {
                out.known += 1;
                continue;
            }
            out.counted += 1;
            let shown = *event == "impression";
            let count = Count {
                at: now,
                subject: &pass.subject,
                source: &pass.source,
                creative: &pass.creative,
                event,
                seconds: pass.seconds,
                revenue_micros: if shown { pass.cpm_micros / 1000 } else { 0 },
            };
            count.add(&tx).await?;
            if shown {
                see(&tx, viewer, &pass.source, day(now)).await?;
            }
            beacons.extend(pass.tracking.get(*event).into_iter().flatten().cloned());
        }
        self.enqueue_beacons(&tx, beacons, None).await?;
        tx.commit().await?;
        self.0.jobs.wake();
        Ok(out)
    }

    /// Tells others, in a job. It never fails: nothing that is shown waits for it.
    pub(crate) async fn fire(&self, urls: &[String], error_code: Option<u16>) {
        if urls.is_empty() {
            return;
        }
        let done = self
            .enqueue_beacons(self.db().write(), urls.to_vec(), error_code)
            .await;
        if let Err(error) = done {
            tracing::warn!(%error, "an ad server was not told");
        }
        self.0.jobs.wake();
    }

    async fn enqueue_beacons(
        &self,
        conn: &impl ConnectionTrait,
        mut urls: Vec<String>,
        error_code: Option<u16>,
    ) -> Result<()> {
        urls.truncate(ADDRESSES_MAX);
        if urls.is_empty() || self.waiting().await? >= WAITING_MAX {
            return Ok(());
        }
        for url in urls {
            let values = Values {
                error_code,
                random: u64::try_from(now_micros()).unwrap_or(0),
                timestamp: jiff::Timestamp::now().to_string(),
                ..Values::default()
            };
            let job = NewJob::new(KIND, json!({ "url": fill(&url, &values) }))
                .priority(20)
                .max_attempts(ATTEMPTS);
            self.0.jobs.enqueue(conn, job).await?;
        }
        Ok(())
    }

    async fn waiting(&self) -> Result<u64> {
        let kinds = self.0.jobs.counts().await?;
        let mine = kinds.iter().filter(|one| one.kind == KIND);
        let waiting = mine.filter(|one| !one.state.is_finished());
        Ok(waiting.map(|one| one.count).sum())
    }

    /// Counts a break that was decided.
    pub(crate) async fn count_break(
        &self,
        conn: &impl ConnectionTrait,
        subject: &str,
        at: i64,
        offered: u32,
        filled: u32,
    ) -> Result<()> {
        for (event, seconds) in [("offered", offered), ("filled", filled)] {
            if seconds == 0 {
                continue;
            }
            let count = Count {
                at,
                subject,
                source: "",
                creative: "",
                event,
                seconds,
                revenue_micros: 0,
            };
            count.add(conn).await?;
        }
        Ok(())
    }

    /// Forgets what was counted long ago; the counts stay.
    pub(crate) async fn forget_told(&self, now: i64) -> Result<()> {
        loop {
            let old: Vec<String> = told::Entity::find()
                .select_only()
                .column(told::Column::Id)
                .filter(told::Column::At.lt(now - TOLD_FOR_MICROS))
                .limit(FORGOTTEN)
                .into_tuple()
                .all(self.db().read())
                .await?;
            for ids in old.chunks(400) {
                told::Entity::delete_many()
                    .filter(told::Column::Id.is_in(ids.iter().map(String::as_str)))
                    .exec(self.db().write())
                    .await?;
            }
            if (old.len() as u64) < FORGOTTEN {
                break;
            }
        }
        seen::Entity::delete_many()
            .filter(seen::Column::Day.lt(day(now) - 1))
            .exec(self.db().write())
            .await?;
        Ok(())
    }
}

/// Stands for an event of an advertisement in a break and a session.
fn once(session: &str, pass: &Pass, event: &str) -> String {
    let nth = pass.nth.to_string();
    let mut hash = Sha256::new();
    for text in [session, &pass.subject, &pass.name, &nth, event] {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    hex::encode(&hash.finalize()[..20])
}

async fn see(conn: &impl ConnectionTrait, viewer: &str, source: &str, day: i32) -> Result<()> {
    if viewer.is_empty() || !source.starts_with("campaign_") {
        return Ok(());
    }
    let row = seen::ActiveModel {
        viewer: Set(viewer.to_owned()),
        campaign_id: Set(source.to_owned()),
        day: Set(day),
        times: Set(1),
    };
    let more = OnConflict::columns([
        seen::Column::Viewer,
        seen::Column::CampaignId,
        seen::Column::Day,
    ])
    .value(
        seen::Column::Times,
        Expr::col((seen::Entity, seen::Column::Times)).add(1),
    )
    .to_owned();
    seen::Entity::insert(row)
        .on_conflict(more)
        .exec_without_returning(conn)
        .await?;
    Ok(())
}

/// One more of something.
struct Count<'a> {
    at: i64,
    subject: &'a str,
    source: &'a str,
    creative: &'a str,
    event: &'a str,
    seconds: u32,
    revenue_micros: i64,
}

impl Count<'_> {
    async fn add(&self, conn: &impl ConnectionTrait) -> Result<()> {
        use counts::Column as C;
        let row = counts::ActiveModel {
            hour: Set(hour(self.at)),
            subject_id: Set(self.subject.to_owned()),
            source_id: Set(self.source.to_owned()),
            creative_id: Set(self.creative.to_owned()),
            event: Set(self.event.to_owned()),
            times: Set(1),
            seconds: Set(self.seconds.into()),
            revenue_micros: Set(self.revenue_micros),
        };
        let plus = |column: C, more: i64| Expr::col((counts::Entity, column)).add(more);
        let more =
            OnConflict::columns([C::Hour, C::SubjectId, C::SourceId, C::CreativeId, C::Event])
                .value(C::Times, plus(C::Times, 1))
                .value(C::Seconds, plus(C::Seconds, self.seconds.into()))
                .value(
                    C::RevenueMicros,
                    plus(C::RevenueMicros, self.revenue_micros),
                )
                .to_owned();
        counts::Entity::insert(row)
            .on_conflict(more)
            .exec_without_returning(conn)
            .await?;
        Ok(())
    }
}

/// Tells others that an advertisement of theirs was shown.
pub struct BeaconHandler(pub Ads);

#[async_trait]
impl JobHandler for BeaconHandler {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, ctx: JobContext) -> Result<(), JobError> {
        let url = ctx.job.payload["url"].as_str().unwrap_or_default();
        let outbound = self.0.outbound();
        // What may be reached can have changed since.
        let url = match outbound.check(url) {
            Ok(url) => url,
            Err(error) => return Err(JobError::fatal(error)),
        };
        let request = outbound.client().get(url.clone());
        let sending = tokio::time::timeout(PATIENCE, outbound.send(&url, request));
        let answer = tokio::select! {
            () = ctx.cancel.cancelled() => return Err(JobError::Canceled),
            answer = sending => answer,
        };
        match answer {
            Err(_) => Err(JobError::retry("it took too long to answer")),
            Ok(Err(error)) => Err(JobError::retry(error)),
            Ok(Ok(response)) if response.status().is_server_error() => Err(JobError::retry(
                format!("it answered {}", response.status()),
            )),
            Ok(Ok(response)) if response.status().is_client_error() => Err(JobError::fatal(
                format!("it answered {}", response.status()),
            )),
            // Whether it leads on to somebody else's counting is theirs to see to.
            Ok(Ok(_)) => Ok(()),
        }
    }

    fn limit(&self) -> Option<usize> {
        Some(AT_ONCE)
    }
}
