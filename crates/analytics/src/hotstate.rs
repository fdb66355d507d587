//! What is asked for all the time, in hot state: first looked for there, then
//! among the counts. Whatever is lost there is made again when it is asked for.
//!
//! ```text
//! video:{id}:views                a view each, by its instant in seconds: the last 30 days
//! video:{id}:total_views          a counter
//! video:{id}:windows              its views in each window
//! global:top_videos:{timeframe}   videos by their views; with `:{country}` those of a country
//! ```
//!
//! The first two are kept where all nodes share one hot state. Views are only
//! ever added to a set, by whoever counts them and by whoever fills it, so it
//! does not matter who is first; one member, [`WHOLE`], says that it was filled,
//! and goes when the set does. Where a view is none any more, the set goes.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use matinee_engines::time::now_micros;
use sea_orm::{ConnectionTrait as _, Value};

use crate::apply::{Viewed, Views};
use crate::sql::{places, statement};
use crate::windows::{Among, Timeframe, VideoViews, lifetime};
use crate::{Analytics, Result};

/// How long what is known of a video stays: what other nodes have counted is
/// seen after so long, where each has a memory of its own.
const KEPT: Duration = Duration::from_secs(20);
/// The last refill of a leaderboard lies under this beside it.
const AT: &str = ":refreshed_at";
/// How long views lie one by one.
const VIEWS_KEPT: Duration = Duration::from_hours(30 * 24);
/// The most of one video that are filled in at once; a set of twice as many is let go.
const VIEWS_MAX: usize = 50_000;
/// So long after a set was let go it is once more: whoever filled it meanwhile may have read what
/// was before.
const FILLED: Duration = Duration::from_secs(5);
/// Says from when on a set of views is whole: a second since 1970, 0 for all of it.
const WHOLE: &str = "whole";

fn total_key(video: &str) -> String {
    format!("video:{video}:total_views")
}

fn views_key(video: &str) -> String {
    format!("video:{video}:views")
}

fn board_key(frame: Timeframe, among: &Among) -> String {
    match among {
        Among::Everybody => frame.key(),
        Among::Country(of) | Among::Channel(of) => format!("{}:{of}", frame.key()),
    }
}

fn windows_key(video: &str) -> String {
    format!("video:{video}:windows")
}

fn seconds(micros: i64) -> f64 {
    micros as f64 / 1e6
}

impl Analytics {
    /// How often a video was viewed.
    pub async fn views(&self, video: &str) -> Result<VideoViews> {
        let key = windows_key(video);
        if let Ok(Some(known)) = self.inner.hot.get(&key).await
            && let Some(views) = read(&known)
        {
            return Ok(views);
        }
        let views = match self.listed_views(video).await? {
            Some(views) => views,
            None => self.counted_views(video).await?,
        };
        let text = format!(
            "{} {} {} {} {} {}",
            views.total, views.hour, views.day, views.week, views.month, views.year
        );
        let hot = &self.inner.hot;
        let kept = async {
            hot.set(&key, Bytes::from(text), Some(KEPT)).await?;
            if !hot.is_shared() {
                return Ok(());
            }
            let total = Bytes::from(views.total.to_string());
            hot.set(&total_key(video), total, Some(VIEWS_KEPT)).await
        };
        if let Err(error) = kept.await {
            tracing::debug!(%error, "views are not kept in hot state");
        }
        Ok(views)
    }

    /// The same from a set of views that is whole; where it is not, it is filled meanwhile.
    async fn listed_views(&self, video: &str) -> Result<Option<VideoViews>> {
        let hot = &self.inner.hot;
        if !hot.is_shared() {
            return Ok(None);
        }
        let (key, now) = (views_key(video), now_micros());
        let Ok(whole) = hot.rank_score(&key, WHOLE).await else {
            return Ok(None);
        };
        let Some(whole) = whole else {
            self.refill(video);
            return Ok(None);
        };
        if whole >= seconds(Timeframe::Month.from(now)) {
            return Ok(None);
        }
        let count = async |frame: Timeframe| {
            let (from, to) = (seconds(frame.from(now)), seconds(now + 60_000_000));
            let count = hot.rank_between(&key, from, to).await?;
            Ok::<i64, matinee_engines::hot::HotError>(i64::try_from(count).unwrap_or(i64::MAX))
        };
        let counts = tokio::try_join!(
            count(Timeframe::Hour),
            count(Timeframe::Day),
            count(Timeframe::Week),
            count(Timeframe::Month)
        );
        let Ok((hour, day, week, month)) = counts else {
            return Ok(None);
        };
        let (total, year) = self.counted_long(video).await?;
        Ok(Some(VideoViews {
            total,
            hour,
            day,
            week,
            month,
            year,
        }))
    }

    /// Fills a video's set of views, beside what else goes on; not if many are filled now.
    fn refill(&self, video: &str) {
        let Ok(place) = self.inner.refills.clone().try_acquire_owned() else {
            return;
        };
        let (analytics, video) = (self.clone(), video.to_owned());
        tokio::spawn(async move {
            if let Err(error) = analytics.fill(&video).await {
                tracing::debug!(%error, "a video's views are not kept in hot state");
            }
            drop(place);
        });
    }

    async fn fill(&self, video: &str) -> Result<()> {
        let since = now_micros() - crate::apply::micros(VIEWS_KEPT);
        let sql = "SELECT id, started_at FROM plays WHERE subject = $1 AND started_at > $2 \
            AND counted = 1 ORDER BY started_at DESC LIMIT $3";
        let most = i64::try_from(VIEWS_MAX).unwrap_or(i64::MAX);
        let values: [Value; 3] = [video.into(), since.into(), most.into()];
        let db = self.db();
        let rows = db
            .read()
            .query_all_raw(statement(db.backend(), sql, values))
            .await?;
        let mut views: Vec<(String, i64)> = Vec::with_capacity(rows.len());
        for row in &rows {
            views.push((row.try_get("", "id")?, row.try_get("", "started_at")?));
        }
        let whole = match views.last() {
            Some((_, oldest)) if views.len() == VIEWS_MAX => seconds(*oldest),
            _ => 0.0,
        };
        let mut scores: Vec<(&str, f64)> = views
            .iter()
            .map(|(play, at)| (play.as_str(), seconds(*at)))
            .collect();
        scores.push((WHOLE, whole));
        let (hot, key) = (&self.inner.hot, views_key(video));
        hot.rank_set(&key, &scores).await?;
        hot.expire(&key, Some(VIEWS_KEPT)).await?;
        Ok(())
    }

    /// Takes views that were just counted into hot state. What it cannot take, it forgets.
    pub(crate) async fn viewed(&self, views: &Views) {
        if views.is_empty() {
            return;
        }
        let mut videos: BTreeMap<&str, Vec<&Viewed>> = BTreeMap::new();
        for view in views {
            videos.entry(&view.subject).or_default().push(view);
        }
        let keys: Vec<String> = videos.keys().map(|video| windows_key(video)).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let taken = async {
            self.inner.hot.delete(&keys).await?;
            if self.inner.hot.is_shared() {
                self.list_views(&videos).await?;
            }
            Ok::<(), crate::AnalyticsError>(())
        };
        if let Err(error) = taken.await {
            tracing::warn!(%error, "hot state may be behind for a moment");
            // What is gone is made again; what is half there would be believed.
            let sets: Vec<String> = videos.keys().map(|video| views_key(video)).collect();
            let sets: Vec<&str> = sets.iter().map(String::as_str).collect();
            let _ = self.inner.hot.delete(&sets).await;
        }
    }

    async fn list_views(&self, videos: &BTreeMap<&str, Vec<&Viewed>>) -> Result<()> {
        let hot = &self.inner.hot;
        let old = seconds(now_micros() - crate::apply::micros(VIEWS_KEPT));
        for (video, views) in videos {
            let key = views_key(video);
            let scores: Vec<(&str, f64)> = views
                .iter()
                .filter(|view| view.by > 0)
                .map(|view| (view.play.as_str(), seconds(view.at)))
                .collect();
            hot.rank_set(&key, &scores).await?;
            hot.rank_remove_between(&key, 1.0, old).await?;
            hot.expire(&key, Some(VIEWS_KEPT)).await?;
            let is_view = |play: &str| views.iter().any(|view| view.by > 0 && view.play == play);
            if views.iter().any(|view| view.by < 0 && !is_view(&view.play)) {
                hot.delete(&[&key]).await?;
                let (hot, key) = (hot.clone(), key);
                tokio::spawn(async move {
                    tokio::time::sleep(FILLED).await;
                    let _ = hot.delete(&[&key]).await;
                });
            } else if hot.rank_count(&key).await? > 2 * VIEWS_MAX as u64 {
                hot.delete(&[&key]).await?;
            }
        }
        let ids: Vec<&str> = videos.keys().copied().collect();
        let db = self.db();
        for some in ids.chunks(500) {
            let sql = format!(
                "SELECT id, view_count FROM videos WHERE id IN ({})",
                places(1, some.len())
            );
            let values = some.iter().map(|id| Value::from(*id));
            let asked = statement(db.backend(), sql, values);
            for row in db.read().query_all_raw(asked).await? {
                let video: String = row.try_get("", "id")?;
                let total: i64 = row.try_get("", "view_count")?;
                let total = Bytes::from(total.to_string());
                hot.set(&total_key(&video), total, Some(VIEWS_KEPT)).await?;
            }
        }
        Ok(())
    }

    /// The most viewed videos of a window from this place on, and when that was
    /// worked out (UTC microseconds).
    pub async fn top(
        &self,
        frame: Timeframe,
        offset: u64,
        limit: u64,
    ) -> Result<(Vec<(String, i64)>, i64)> {
        self.top_of(frame, &Among::Everybody, offset, limit).await
    }

    /// The same among some views only. Ask of countries and channels that there are: the answer is
    /// kept for some minutes.
    pub async fn top_of(
        &self,
        frame: Timeframe,
        among: &Among,
        offset: u64,
        limit: u64,
    ) -> Result<(Vec<(String, i64)>, i64)> {
        let hot = &self.inner.hot;
        let key = board_key(frame, among);
        let at = match hot.get(&format!("{key}{AT}")).await {
            Ok(at) => at.and_then(|at| refreshed(&at)),
            Err(_) => None,
        };
        if let Some((at, places)) = at
            && let Ok(top) = hot.rank_top(&key, offset, limit).await
            // One that is lost is not one that is empty.
            && (!top.is_empty() || offset >= places)
        {
            #[expect(clippy::cast_possible_truncation, reason = "counts are whole")]
            let top = top
                .into_iter()
                .map(|(video, views)| (video, views as i64))
                .collect();
            return Ok((top, at));
        }
        let all = self.refresh_leaderboard(frame, among).await?;
        let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        let top = all.into_iter().skip(count(offset)).take(count(limit));
        Ok((top.collect(), now_micros()))
    }

    /// Works a leaderboard out and puts it into the place of the old one, in one step.
    async fn refresh_leaderboard(
        &self,
        frame: Timeframe,
        among: &Among,
    ) -> Result<Vec<(String, i64)>> {
        let all = match among {
            Among::Everybody => self.counted_top(frame).await?,
            Among::Country(country) => self.counted_top_of(frame, country).await?,
            Among::Channel(channel) => self.counted_top_on(frame, channel).await?,
        };
        let scores: Vec<(&str, f64)> = all
            .iter()
            .map(|(id, views)| (id.as_str(), *views as f64))
            .collect();
        let hot = &self.inner.hot;
        let (key, life) = (board_key(frame, among), Some(lifetime(frame)));
        let kept = async {
            hot.rank_replace(&key, &scores, life).await?;
            let now = Bytes::from(format!("{} {}", now_micros(), scores.len()));
            hot.set(&format!("{key}{AT}"), now, life).await
        };
        if let Err(error) = kept.await {
            tracing::warn!(%error, "a leaderboard is not kept in hot state");
        }
        Ok(all)
    }

    /// Works the leaderboards out anew: all of them, or those of the last hour and day.
    pub(crate) async fn refresh_leaderboards(&self, all: bool) -> Result<()> {
        for frame in Timeframe::ALL {
            if all || frame.is_brisk() {
                self.refresh_leaderboard(frame, &Among::Everybody).await?;
            }
        }
        Ok(())
    }
}

/// When a leaderboard was made, and how many places it has.
fn refreshed(known: &[u8]) -> Option<(i64, u64)> {
    let (at, places) = std::str::from_utf8(known).ok()?.split_once(' ')?;
    Some((at.parse().ok()?, places.parse().ok()?))
}

fn read(known: &[u8]) -> Option<VideoViews> {
    let text = std::str::from_utf8(known).ok()?;
    let mut numbers = text.split(' ').map(|number| number.parse().ok());
    let mut next = || numbers.next().flatten();
    Some(VideoViews {
        total: next()?,
        hour: next()?,
        day: next()?,
        week: next()?,
        month: next()?,
        year: next()?,
    })
}
