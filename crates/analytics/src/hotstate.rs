//! What is asked for all the time, in hot state: first looked for there, then
//! among the counts. Whatever is lost there is made again when it is asked for.
//!
//! ```text
//! video:{id}:total_views          a counter
//! video:{id}:windows              its views in each window
//! global:top_videos:{timeframe}   videos by their views
//! ```

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use matinee_engines::time::now_micros;

use crate::apply::Views;
use crate::windows::{Timeframe, VideoViews, lifetime};
use crate::{Analytics, Result};

/// How long what is known of a video stays: what other nodes have counted is
/// seen after so long, where each has a memory of its own.
const KEPT: Duration = Duration::from_secs(20);
/// The last refill of a leaderboard lies under this beside it.
const AT: &str = ":refreshed_at";

fn total_key(video: &str) -> String {
    format!("video:{video}:total_views")
}

fn windows_key(video: &str) -> String {
    format!("video:{video}:windows")
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
        let views = self.counted_views(video).await?;
        let text = format!(
            "{} {} {} {} {} {}",
            views.total, views.hour, views.day, views.week, views.month, views.year
        );
        let hot = &self.inner.hot;
        let kept = async {
            hot.set(&key, Bytes::from(text), Some(KEPT)).await?;
            let total = Bytes::from(views.total.to_string());
            hot.set(&total_key(video), total, Some(KEPT)).await
        };
        if let Err(error) = kept.await {
            tracing::debug!(%error, "views are not kept in hot state");
        }
        Ok(views)
    }

    /// Takes views that were just counted into hot state, where it knows their
    /// videos. What it cannot take, it forgets.
    pub(crate) async fn viewed(&self, views: &Views) {
        let mut videos: BTreeMap<&str, i64> = BTreeMap::new();
        for (video, _, by) in views {
            *videos.entry(video).or_default() += by;
        }
        let keys: Vec<String> = videos
            .keys()
            .flat_map(|video| [total_key(video), windows_key(video)])
            .collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        if let Err(error) = self.inner.hot.delete(&keys).await {
            tracing::warn!(%error, "hot state may be behind for a moment");
        }
    }

    /// The most viewed videos of a window from this place on, and when that was
    /// worked out (UTC microseconds).
    pub async fn top(
        &self,
        frame: Timeframe,
        offset: u64,
        limit: u64,
    ) -> Result<(Vec<(String, i64)>, i64)> {
        let hot = &self.inner.hot;
        let key = frame.key();
        let at = match hot.get(&format!("{key}{AT}")).await {
            Ok(at) => at.and_then(|at| std::str::from_utf8(&at).ok()?.parse::<i64>().ok()),
            Err(_) => None,
        };
        if let Some(at) = at
            && let Ok(top) = hot.rank_top(&key, offset, limit).await
        {
            #[expect(clippy::cast_possible_truncation, reason = "counts are whole")]
            let top = top
                .into_iter()
                .map(|(video, views)| (video, views as i64))
                .collect();
            return Ok((top, at));
        }
        let all = self.refresh_leaderboard(frame).await?;
        let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        let top = all.into_iter().skip(count(offset)).take(count(limit));
        Ok((top.collect(), now_micros()))
    }

    /// Works a leaderboard out and puts it into the place of the old one, in one step.
    async fn refresh_leaderboard(&self, frame: Timeframe) -> Result<Vec<(String, i64)>> {
        let all = self.counted_top(frame).await?;
        let scores: Vec<(&str, f64)> = all
            .iter()
            .map(|(id, views)| (id.as_str(), *views as f64))
            .collect();
        let hot = &self.inner.hot;
        let (key, life) = (frame.key(), Some(lifetime(frame)));
        let kept = async {
            hot.rank_replace(&key, &scores, life).await?;
            let now = Bytes::from(now_micros().to_string());
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
                self.refresh_leaderboard(frame).await?;
            }
        }
        Ok(())
    }
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
