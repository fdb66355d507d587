//! Working the recommendations out, now and then.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use matinee_engines::time::now_micros;
use matinee_jobs::aside::{Pace, aside};
use matinee_jobs::{JobContext, JobError, JobFilter, JobHandler, JobProgress, Jobs, NewJob};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::super::store::{similar_videos, trending_videos};
use super::super::{Discovery, DiscoveryResult};
use super::model::{self, Model, Neighbour, Reason, Titles, View};
use crate::store::videos;

/// The kind of the jobs that work out what goes together.
pub const SIMILAR_JOB: &str = "recommendations";
/// The kind of the jobs that work out what is watched just now.
pub const TRENDING_JOB: &str = "trending";
/// How often each is done, in microseconds.
const SIMILAR_EVERY: i64 = 6 * 3_600_000_000;
const TRENDING_EVERY: i64 = 15 * 60_000_000;
/// Views that are read at once.
const PAGE: u64 = 5_000;
/// The most views that count: 12 bytes each.
const VIEWS_MAX: usize = 8_000_000;
/// What was watched longer ago is not read, in days.
const OLDEST_DAYS: f64 = 400.0;
/// Rows that are written in one transaction.
const WRITTEN_TOGETHER: usize = 300;
/// Titles whose neighbours are worked out together.
const WORKED_OUT_TOGETHER: usize = 10_000;
/// Titles that are kept as trending.
const TRENDING: u64 = 500;
/// What counts as just now, in microseconds.
const JUST_NOW: i64 = 7 * 24 * 3_600_000_000;

/// So many people of a title tell what it is like.
const TELLING_PEOPLE: usize = 12;

const DAY: f64 = 86_400e6;

impl Discovery {
    /// Enqueues what is due. Any node may call it at any time.
    pub async fn schedule(&self, jobs: &Jobs) -> Result<(), matinee_jobs::JobsError> {
        let db = self.inner.catalog.db();
        for (kind, every) in [(SIMILAR_JOB, SIMILAR_EVERY), (TRENDING_JOB, TRENDING_EVERY)] {
            let filter = JobFilter {
                kind: Some(kind.to_owned()),
                limit: 1,
                ..JobFilter::default()
            };
            let last = jobs.list(db.read(), &filter).await?;
            if last
                .first()
                .is_some_and(|job| job.created_at > now_micros() - every)
            {
                continue;
            }
            self.enqueue(jobs, kind).await?;
        }
        Ok(())
    }

    /// Works the recommendations out anew, as soon as a worker is free.
    pub async fn refresh(&self, jobs: &Jobs) -> Result<(), matinee_jobs::JobsError> {
        self.enqueue(jobs, TRENDING_JOB).await?;
        self.enqueue(jobs, SIMILAR_JOB).await
    }

    async fn enqueue(&self, jobs: &Jobs, kind: &str) -> Result<(), matinee_jobs::JobsError> {
        let job = NewJob::new(kind, serde_json::json!({}))
            .dedupe_key(kind)
            .priority(-10);
        jobs.enqueue(self.inner.catalog.db().write(), job).await?;
        jobs.wake();
        Ok(())
    }

    /// Works out what goes with what, and keeps it. Yields how many titles have
    /// neighbours.
    pub async fn work_out_similar(&self) -> DiscoveryResult<usize> {
        let begun = now_micros();
        let mut pace = Pace::default();
        let (ids, titles) = self.titles(&mut pace).await?;
        let number: HashMap<&str, u32> = ids
            .iter()
            .zip(0_u32..)
            .map(|(id, n)| (id.as_str(), n))
            .collect();
        let (viewers, views) = self.views(&number, begun, &mut pace).await?;
        let model = aside(move || Model::new(viewers, &titles, &views)).await?;
        let (model, mut kept) = (Arc::new(model), 0);
        // A part at a time: all neighbours of a million titles are too many to hold.
        for from in (0..ids.len()).step_by(WORKED_OUT_TOGETHER) {
            let part = from..ids.len().min(from + WORKED_OUT_TOGETHER);
            let (model, of) = (model.clone(), part.clone());
            let found = aside(move || model.neighbours(of)).await?;
            let rows: Vec<(&String, &Vec<Neighbour>)> = ids[part]
                .iter()
                .zip(&found)
                .filter(|(_, neighbours)| !neighbours.is_empty())
                .collect();
            for rows in rows.chunks(WRITTEN_TOGETHER) {
                kept += rows.len();
                pace = Pace::default();
                self.keep(&ids, rows, begun).await?;
                pace.rest().await;
            }
        }
        similar_videos::Entity::delete_many()
            .filter(similar_videos::Column::BuiltAt.lt(begun))
            .exec(self.inner.catalog.db().write())
            .await?;
        self.inner.forget_personal();
        Ok(kept)
    }

    async fn keep(
        &self,
        ids: &[String],
        rows: &[(&String, &Vec<Neighbour>)],
        begun: i64,
    ) -> DiscoveryResult<()> {
        use similar_videos::Column as C;
        let rows = rows.iter().map(|(id, neighbours)| {
            let list: Vec<(&str, f32, &str)> = neighbours
                .iter()
                .filter_map(|n| {
                    let word = match n.reason {
                        Reason::Watched => "w",
                        Reason::Alike => "a",
                    };
                    Some((ids.get(n.item as usize)?.as_str(), n.score, word))
                })
                .collect();
            similar_videos::ActiveModel {
                video_id: Set((*id).clone()),
                neighbours: Set(serde_json::to_string(&list).unwrap_or_default()),
                built_at: Set(begun),
            }
        });
        similar_videos::Entity::insert_many(rows)
            .on_conflict(
                OnConflict::column(C::VideoId)
                    .update_columns([C::Neighbours, C::BuiltAt])
                    .to_owned(),
            )
            .exec_without_returning(self.inner.catalog.db().write())
            .await?;
        Ok(())
    }

    /// All titles that can be watched, with their properties.
    async fn titles(&self, pace: &mut Pace) -> DiscoveryResult<(Vec<String>, Titles)> {
        use videos::Column as C;
        let mut ids = Vec::new();
        let mut titles = Titles::default();
        let mut properties: HashMap<String, u32> = HashMap::new();
        let mut after = String::new();
        loop {
            let rows = videos::Entity::find()
                .filter(C::Id.gt(after.clone()))
                .filter(C::IsProcessed.eq(true))
                .order_by_asc(C::Id)
                .limit(1000)
                .all(self.inner.catalog.db().read())
                .await?;
            let Some(last) = rows.last() else { break };
            after.clone_from(&last.id);
            let people = self.inner.people_of(rows.iter()).await?;
            for row in rows {
                let mut all: Vec<String> = Vec::new();
                let mut add = |what: &str, value: &str| {
                    all.push(format!("{what}:{}", value.to_lowercase()));
                };
                row.genres().iter().for_each(|v| add("genre", v));
                row.studio.iter().for_each(|v| add("studio", v));
                row.show_title.iter().for_each(|v| add("show", v));
                row.category.iter().for_each(|v| add("category", v));
                row.tags.0.iter().for_each(|v| add("tag", v));
                let people = people.get(&row.id).into_iter().flatten();
                for (person, _) in people.take(TELLING_PEOPLE) {
                    add("person", person);
                }
                all.sort_unstable();
                all.dedup();
                let numbered = all.into_iter().map(|property| {
                    let next = u32::try_from(properties.len()).unwrap_or(u32::MAX);
                    *properties.entry(property).or_insert(next)
                });
                titles.properties.push(numbered.collect());
                titles.popularity.push(row.view_count as f32);
                ids.push(row.id);
            }
            pace.rest().await;
        }
        Ok((ids, titles))
    }

    /// What everybody has watched, in numbers.
    async fn views(
        &self,
        number: &HashMap<&str, u32>,
        now: i64,
        pace: &mut Pace,
    ) -> DiscoveryResult<(usize, Vec<View>)> {
        let mut views: Vec<View> = Vec::new();
        let mut viewers = 0_u32;
        let (mut viewer, mut video) = (String::new(), String::new());
        // Of the viewer whose rows are being read: when, and the view.
        let mut own: Vec<(i64, View)> = Vec::new();
        let settle = |own: &mut Vec<(i64, View)>, views: &mut Vec<View>| {
            own.sort_unstable_by_key(|(at, _)| std::cmp::Reverse(*at));
            own.truncate(model::PER_VIEWER);
            views.extend(own.drain(..).map(|(_, view)| view));
        };
        'reading: loop {
            let page = self.inner.history.page((&viewer, &video), PAGE).await?;
            let whole = page.len() as u64 == PAGE;
            for (who, watched) in page {
                if who != viewer {
                    settle(&mut own, &mut views);
                    viewer.clone_from(&who);
                    viewers += 1;
                    if views.len() >= VIEWS_MAX {
                        tracing::warn!(
                            "there are more views than recommendations take into account"
                        );
                        break 'reading;
                    }
                }
                video.clone_from(&watched.video_id);
                let days = (now - watched.at) as f64 / DAY;
                let Some(item) = number.get(watched.video_id.as_str()) else {
                    continue;
                };
                if days > OLDEST_DAYS {
                    continue;
                }
                let view = View {
                    viewer: viewers - 1,
                    item: *item,
                    weight: model::weight(watched.share(), days),
                };
                own.push((watched.at, view));
            }
            if !whole {
                break;
            }
            pace.rest().await;
        }
        settle(&mut own, &mut views);
        Ok((viewers as usize, views))
    }

    /// Works out what is watched just now, and keeps it.
    pub async fn work_out_trending(&self) -> DiscoveryResult<usize> {
        let since = now_micros() - JUST_NOW;
        let top = self.inner.history.trending(since, TRENDING).await?;
        let count = top.len();
        let tx = self.inner.catalog.db().begin().await?;
        trending_videos::Entity::delete_many().exec(&tx).await?;
        if !top.is_empty() {
            let rows =
                top.into_iter()
                    .map(|(video_id, score, viewers)| trending_videos::ActiveModel {
                        video_id: Set(video_id),
                        score: Set(score),
                        viewers: Set(viewers),
                    });
            trending_videos::Entity::insert_many(rows)
                .exec_without_returning(&tx)
                .await?;
        }
        tx.commit().await?;
        self.inner.forget_rows();
        Ok(count)
    }
}

/// Does [`SIMILAR_JOB`].
pub struct SimilarHandler(pub Discovery);

#[async_trait]
impl JobHandler for SimilarHandler {
    fn kind(&self) -> &'static str {
        SIMILAR_JOB
    }

    async fn run(&self, ctx: JobContext) -> Result<(), JobError> {
        ctx.progress(JobProgress::percent(1.0)).await;
        let titles = tokio::select! {
            () = ctx.cancel.cancelled() => return Err(JobError::Canceled),
            done = self.0.work_out_similar() => done?,
        };
        tracing::info!(titles, "recommendations have been worked out");
        Ok(())
    }
}

/// Does [`TRENDING_JOB`].
pub struct TrendingHandler(pub Discovery);

#[async_trait]
impl JobHandler for TrendingHandler {
    fn kind(&self) -> &'static str {
        TRENDING_JOB
    }

    async fn run(&self, ctx: JobContext) -> Result<(), JobError> {
        ctx.progress(JobProgress::percent(1.0)).await;
        self.0.work_out_trending().await?;
        Ok(())
    }
}
