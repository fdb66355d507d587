//! What has become of videos since channels chose them: deleted ones, and ones that are not open
//! any more to everybody who may watch a channel. They leave the air at once, on every node; the
//! slate stands in their place, with the same numbers.
//!
//! Whoever changes a video tells so in a row, and every node reads what is new there each second;
//! the node that made the change knows at once. What a channel may show is decided on the video's
//! own row.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use matinee_catalog::Video;
use matinee_catalog::store::videos;
use matinee_channels::library::Item;
use matinee_channels::playout::Reel;
use matinee_channels::schedule::Kind;
use matinee_channels::time::DAY;
use matinee_engines::time::now_micros;
use moka::sync::Cache;
use parking_lot::Mutex;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::service::ReelKey;
use crate::store::news;
use crate::{Channels, Result, Station};

/// For how long it is known what has become of a video: longer than anything chosen before is
/// on the air, or can be worked out again.
const KEPT: i64 = 5 * DAY * 1000;
/// How many videos are remembered.
const REMEMBERED: u64 = 200_000;
/// How many rows are read and written at once.
const BATCH: usize = 500;
/// How far back news is asked for, in microseconds: clocks differ, and commits take time.
const OVERLAP: i64 = 30_000_000;
/// Reels that are known to hold something or nothing that must not be shown.
const LOOKED_THROUGH: u64 = 20_000;

/// What has become of videos.
pub(crate) struct News {
    /// The rows of those that have changed lately; none for one that is gone.
    videos: Cache<String, Option<Arc<Video>>>,
    /// Changed here, and not told yet.
    fresh: Mutex<Vec<String>>,
    /// Changed here, and not looked at yet.
    unread: Mutex<Vec<String>>,
    /// Moves when anything of it does.
    edition: AtomicU64,
    /// Until when it is known what others told.
    since: Mutex<i64>,
    shown: Cache<ReelKey, Shown>,
}

#[derive(Clone)]
struct Shown {
    edition: u64,
    /// The reel without what must not be shown; none when it is all there.
    reel: Option<Arc<Reel>>,
}

impl News {
    pub(crate) fn new() -> Self {
        Self {
            videos: Cache::new(REMEMBERED),
            fresh: Mutex::default(),
            unread: Mutex::default(),
            edition: AtomicU64::new(0),
            since: Mutex::new(now_micros() - KEPT),
            shown: Cache::builder()
                .max_capacity(LOOKED_THROUGH)
                .time_to_idle(std::time::Duration::from_mins(5))
                .build(),
        }
    }

    /// A video has changed here.
    pub(crate) fn note(&self, video: &str, deleted: bool) {
        if deleted {
            self.videos.insert(video.to_owned(), None);
            self.edition.fetch_add(1, Ordering::Release);
        }
        for list in [&self.fresh, &self.unread] {
            let mut list = list.lock();
            if !list.iter().any(|known| known == video) {
                list.push(video.to_owned());
            }
        }
    }
}

impl Channels {
    /// Whether a video may still be shown on a channel that has chosen it.
    pub fn shows(&self, station: &Station, video: &str) -> bool {
        match self.0.news.videos.get(video) {
            None => true,
            Some(None) => false,
            Some(Some(row)) => {
                let now = now_micros();
                station
                    .share
                    .admits(&row.rules(), row.owner.as_deref(), now, 0)
            }
        }
    }

    /// A reel as it may be shown now.
    pub(crate) fn shown(&self, station: &Station, key: &ReelKey, reel: Arc<Reel>) -> Arc<Reel> {
        let news = &self.0.news;
        let edition = news.edition.load(Ordering::Acquire);
        if edition == 0 {
            return reel;
        }
        if let Some(known) = news.shown.get(key)
            && known.edition == edition
        {
            return known.reel.unwrap_or(reel);
        }
        let gone = |item: &Item| !self.shows(station, item.id.as_str());
        let without = reel.without(gone).map(Arc::new);
        let known = Shown {
            edition,
            reel: without.clone(),
        };
        news.shown.insert(key.clone(), known);
        without.unwrap_or(reel)
    }

    /// What a channel was to show in the coming day and must not: the video, what it is called,
    /// and when it was to begin first.
    pub async fn withheld(&self, station: &Arc<Station>) -> Result<Vec<(String, String, i64)>> {
        if self.0.news.edition.load(Ordering::Acquire) == 0 {
            return Ok(Vec::new());
        }
        let now = self.now();
        let stretch = self.stretch(station, now, now + DAY).await?;
        let mut out: Vec<(String, String, i64)> = Vec::new();
        for strip in stretch.strips() {
            let own = strip
                .slots
                .iter()
                .filter(|slot| slot.end() > now && strip.withholds(slot));
            for slot in own.filter(|slot| !matches!(slot.kind, Kind::Live | Kind::LiveBreak)) {
                let item = strip.library.item(slot.item);
                if !out.iter().any(|(id, _, _)| id == item.id.as_str()) {
                    out.push((item.id.to_string(), item.title.to_string(), slot.start));
                }
            }
        }
        Ok(out)
    }

    /// Looks at what has changed here before anybody is answered by it.
    pub(crate) async fn read_news(&self) -> Result<()> {
        let unread: Vec<String> = {
            let mut unread = self.0.news.unread.lock();
            if unread.is_empty() {
                return Ok(());
            }
            std::mem::take(&mut *unread)
        };
        for some in unread.chunks(BATCH) {
            if let Err(error) = self.learn(some).await {
                self.0.news.unread.lock().extend(unread.iter().cloned());
                return Err(error);
            }
        }
        Ok(())
    }

    /// Tells others what has changed here, and learns what has changed anywhere. Whether anything
    /// has.
    pub(crate) async fn follow_news(&self) -> Result<bool> {
        let news = &self.0.news;
        let fresh: Vec<String> = std::mem::take(&mut *news.fresh.lock());
        for some in fresh.chunks(BATCH) {
            if let Err(error) = self.tell_news(some).await {
                news.fresh.lock().extend(fresh.iter().cloned());
                return Err(error);
            }
        }
        let since = *news.since.lock();
        let rows: Vec<news::Model> = news::Entity::find()
            .filter(news::Column::At.gt(since - OVERLAP))
            .order_by_asc(news::Column::At)
            .limit(REMEMBERED)
            .all(self.0.db.read())
            .await?;
        let mut seen = since;
        let mut ids: Vec<String> = Vec::new();
        for row in rows {
            // What is known already is only read again when it is told again.
            if row.at > since || !news.videos.contains_key(&row.video_id) {
                ids.push(row.video_id);
            }
            seen = seen.max(row.at);
        }
        for some in ids.chunks(BATCH) {
            self.learn(some).await?;
        }
        *news.since.lock() = seen;
        Ok(!ids.is_empty())
    }

    async fn tell_news(&self, ids: &[String]) -> Result<()> {
        let at = now_micros();
        let rows = ids.iter().map(|id| news::ActiveModel {
            video_id: Set(id.clone()),
            at: Set(at),
        });
        let again = OnConflict::column(news::Column::VideoId)
            .update_column(news::Column::At)
            .to_owned();
        news::Entity::insert_many(rows)
            .on_conflict(again)
            .exec_without_returning(self.0.db.write())
            .await?;
        Ok(())
    }

    async fn learn(&self, ids: &[String]) -> Result<()> {
        let rows = videos::Entity::find()
            .filter(videos::Column::Id.is_in(ids.iter().map(String::as_str)))
            .all(self.0.db.read())
            .await?;
        let mut rows: std::collections::HashMap<String, Video> =
            rows.into_iter().map(|row| (row.id.clone(), row)).collect();
        let news = &self.0.news;
        for id in ids {
            let row = rows.remove(id).map(Arc::new);
            news.videos.insert(id.clone(), row);
        }
        news.edition.fetch_add(1, Ordering::Release);
        Ok(())
    }

    /// Forgets what is old news.
    pub(crate) async fn forget_news(&self) -> Result<()> {
        news::Entity::delete_many()
            .filter(news::Column::At.lt(now_micros() - KEPT))
            .exec(self.0.db.write())
            .await?;
        Ok(())
    }
}
