//! What happens to streams and videos, in words for those who are told.
//!
//! This process's own changes are told at once. Whatever was missed, by a
//! crash or because too much happened at a time, is found in the database
//! every few minutes: what is told of a subject is kept, and compared.

use std::time::Duration;

use matinee_analytics::event::What;
use matinee_analytics::levels::{Level, LevelState};
use matinee_analytics::{Analytics, AnalyticsError};
use matinee_catalog::{Catalog, Change, Video};
use matinee_engines::db::Db;
use matinee_engines::time::now_micros;
use matinee_identity::access::Visibility;
use matinee_identity::{AccountFilter, Accounts, Role};
use matinee_live::chat::Chat;
use matinee_live::streams::{Happened, Stream, StreamChange, Streams};
use matinee_notify::news::{News, NewsKind};
use matinee_notify::{Event, EventKind, Herald};
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// How often it is looked for what was missed.
const LOOK_EVERY: Duration = Duration::from_mins(5);

/// The most operators that are told of service levels.
const OPERATORS: u64 = 50;

/// Of which videos something has not been told.
const VIDEOS_UNTOLD: &str = "SELECT v.id FROM videos v \
    LEFT JOIN milestones c ON c.subject = v.id AND c.event = 'video.created' \
    LEFT JOIN milestones p ON p.subject = v.id AND p.event = 'video.published' \
    LEFT JOIN milestones r ON r.subject = v.id AND r.event = 'recording.ready' \
    LEFT JOIN stream_recordings s ON s.video_id = v.id \
    WHERE c.subject IS NULL \
    OR (p.subject IS NULL AND v.is_public AND v.is_processed \
        AND (v.publish_at IS NULL OR v.publish_at <= $1)) \
    OR (r.subject IS NULL AND s.video_id IS NOT NULL AND v.is_processed) \
    LIMIT 500";
/// Of which streams something has not been told.
const STREAMS_UNTOLD: &str = "SELECT s.id FROM streams s \
    LEFT JOIN milestones b ON b.subject = s.id AND b.event = 'stream.started' \
    LEFT JOIN milestones e ON e.subject = s.id AND e.event = 'stream.ended' \
    WHERE (s.started_at IS NOT NULL AND (b.at IS NULL OR b.at <> s.started_at)) \
    OR (s.ended_at IS NOT NULL AND (e.at IS NULL OR e.at <> s.ended_at)) \
    LIMIT 500";

/// Follows what happens.
#[derive(Clone)]
pub struct Events {
    /// Where it happens.
    pub db: Db,
    /// Videos.
    pub catalog: Catalog,
    /// Streams.
    pub streams: Streams,
    /// What people are called.
    pub accounts: Accounts,
    /// Knows of which stream a video is a recording.
    pub chat: Chat,
    /// What is counted, and how well it plays.
    pub analytics: Analytics,
    /// Tells it.
    pub herald: Herald,
    /// The address under which the world sees this server.
    pub public_url: Option<String>,
}

type Outcome = anyhow::Result<()>;

impl Events {
    /// Tells what happens, until canceled.
    pub async fn run(self, stop: CancellationToken) {
        let mut videos = self.catalog.changes();
        let mut streams = self.streams.changes();
        let mut levels = self.analytics.level_changes();
        let mut ticks = interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let outcome = tokio::select! {
                () = stop.cancelled() => return,
                change = videos.recv() => match change {
                    Ok(change) => self.video_changed(&change).await,
                    Err(RecvError::Lagged(_)) => self.look().await,
                    Err(RecvError::Closed) => return,
                },
                change = streams.recv() => match change {
                    Ok(change) => self.stream_changed(&change).await,
                    Err(RecvError::Lagged(_)) => self.look().await,
                    Err(RecvError::Closed) => return,
                },
                changed = levels.changed() => match changed {
                    Ok(()) => self.levels().await,
                    Err(_) => return,
                },
                _ = ticks.tick() => self.look().await,
            };
            if let Err(error) = outcome {
                tracing::warn!(%error, "what has happened was not told; it is tried again");
            }
        }
    }

    /// Tells what has not been told.
    async fn look(&self) -> Outcome {
        for id in self.ids(VIDEOS_UNTOLD).await? {
            if let Some(video) = self.catalog.find(&id).await? {
                self.video(&video).await?;
            }
        }
        for id in self.ids(STREAMS_UNTOLD).await? {
            if let Some(stream) = self.streams.find(&id).await? {
                self.stream(&stream).await?;
            }
        }
        self.levels().await
    }

    /// Tells operators, and programs, of service levels that are missed or met again.
    async fn levels(&self) -> Outcome {
        for level in self.analytics.levels().await? {
            let Some(at) = level.since else { continue };
            let kind = match level.state {
                LevelState::Missed => EventKind::LevelMissed,
                LevelState::Met => EventKind::LevelMet,
                LevelState::Unknown => continue,
            };
            let event = Event {
                kind,
                subject: format!("level:{}", level.name),
                at,
                data: json!({ "level": {
                    "name": level.name,
                    "limit": level.limit,
                    "value": level.value,
                    "hours": level.hours,
                    "state": level.state.as_str(),
                    "since": instant(Some(at)),
                    "url": self.url("/studio/analytics/levels"),
                } }),
            };
            let news = self.addressed(level_news(&level, at));
            let operators = if level.email {
                self.operators().await?
            } else {
                Vec::new()
            };
            self.herald.tell_these(&event, &news, &operators).await?;
        }
        Ok(())
    }

    /// Those who run the service.
    async fn operators(&self) -> anyhow::Result<Vec<String>> {
        let filter = AccountFilter {
            role: Some(Role::Administrator),
            disabled: Some(false),
            ..AccountFilter::default()
        };
        let found = self
            .accounts
            .list_accounts(&filter, None, OPERATORS)
            .await?;
        Ok(found.into_iter().map(|account| account.id).collect())
    }

    async fn ids(&self, sql: &str) -> anyhow::Result<Vec<String>> {
        let values = if sql.contains("$1") {
            vec![now_micros().into()]
        } else {
            Vec::new()
        };
        let statement = Statement::from_sql_and_values(self.db.backend(), sql, values);
        let rows = self.db.read().query_all_raw(statement).await?;
        let ids = rows.iter().map(|row| row.try_get("", "id"));
        Ok(ids.collect::<Result<_, _>>()?)
    }

    async fn video_changed(&self, change: &Change) -> Outcome {
        let id = &change.video_id;
        if change.deleted {
            let data = json!({ "video": { "id": id } });
            return self
                .tell(EventKind::VideoDeleted, id, now_micros(), data, None)
                .await
                .map(|_| ());
        }
        match self.catalog.find(id).await? {
            Some(video) => self.video(&video).await,
            None => Ok(()),
        }
    }

    async fn video(&self, video: &Video) -> Outcome {
        let data = || json!({ "video": self.about_video(video) });
        let (id, at) = (&video.id, video.created_at);
        let new = self
            .tell(EventKind::VideoCreated, id, at, data(), None)
            .await?;
        if new {
            // Counted once by its id, however often it is told.
            let event = format!("{id}/uploaded");
            let told = self.analytics.happened(&event, id, at, What::VideoUploaded);
            match told.await {
                // Who does not serve has no log.
                Ok(()) | Err(AnalyticsError::Closed) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if !video.is_processed {
            return Ok(());
        }
        let out = video.publish_at.is_none_or(|at| at <= now_micros());
        if video.is_public && out {
            self.tell(EventKind::VideoPublished, id, at, data(), None)
                .await?;
        }
        if let Some(stream) = self.chat.recorded_of(id).await? {
            let mut data = data();
            data["stream_id"] = stream.into();
            let news = self.recording_news(video).await?;
            self.tell(EventKind::RecordingReady, id, at, data, news)
                .await?;
        }
        Ok(())
    }

    async fn stream_changed(&self, change: &StreamChange) -> Outcome {
        match change.what {
            Happened::Started | Happened::Ended | Happened::Changed => {
                self.stream(&change.stream).await
            }
            Happened::Scaled | Happened::Deleted => Ok(()),
        }
    }

    async fn stream(&self, stream: &Stream) -> Outcome {
        let names = self.streams.owner_names(&[stream]).await?;
        let owner = stream.owner.as_ref().and_then(|owner| names.get(owner));
        let data = || json!({ "stream": self.about_stream(stream, owner) });
        if let Some(at) = stream.started_at {
            let news = stream
                .is_live()
                .then(|| news_of(stream, owner, at))
                .flatten();
            let news = news.map(|news| self.addressed(news));
            self.tell(EventKind::StreamStarted, &stream.id, at, data(), news)
                .await?;
        }
        if let Some(at) = stream.ended_at {
            self.tell(EventKind::StreamEnded, &stream.id, at, data(), None)
                .await?;
        }
        let coming = stream.scheduled_at.filter(|at| *at > now_micros());
        if let Some(coming) = coming.filter(|_| !stream.is_live()) {
            // Announced once before each broadcast, however often it is moved.
            let at = stream.ended_at.unwrap_or(stream.created_at);
            if let Some(news) = scheduled_news(stream, owner, coming, at) {
                let news = Some(self.addressed(news));
                self.tell(EventKind::StreamScheduled, &stream.id, at, data(), news)
                    .await?;
            }
        }
        Ok(())
    }

    async fn tell(
        &self,
        kind: EventKind,
        subject: &str,
        at: i64,
        data: Value,
        news: Option<News>,
    ) -> anyhow::Result<bool> {
        let event = Event {
            kind,
            subject: subject.to_owned(),
            at,
            data,
        };
        Ok(self.herald.tell(&event, news.as_ref()).await?)
    }

    /// The same news with a whole address.
    fn addressed(&self, news: News) -> News {
        News {
            url: self.url(&news.url),
            ..news
        }
    }

    /// What followers of its owner are told of a recording; none if not all of
    /// them may watch it.
    async fn recording_news(&self, video: &Video) -> anyhow::Result<Option<News>> {
        let everybody = matches!(video.visibility, Visibility::Public | Visibility::Members)
            && video.access_regions.is_none()
            && video.access_networks.is_none()
            && video.publish_at.is_none_or(|at| at <= now_micros());
        let Some(owner) = video.owner.clone().filter(|_| everybody) else {
            return Ok(None);
        };
        let names = self.accounts.names(std::slice::from_ref(&owner)).await?;
        let name = names.get(&owner).map_or("Somebody", String::as_str);
        let news = News {
            kind: NewsKind::RecordingReady,
            subject: video.id.clone(),
            at: video.created_at,
            title: format!("{name}’s broadcast can be watched"),
            body: video.title.clone(),
            url: format!("/watch/{}", video.id),
            followed: owner,
        };
        Ok(Some(self.addressed(news)))
    }

    /// A page of the site; a path alone where its address is not known.
    fn url(&self, path: &str) -> String {
        let site = self.public_url.as_deref().unwrap_or_default();
        format!("{}{path}", site.trim_end_matches('/'))
    }

    fn about_video(&self, video: &Video) -> Value {
        json!({
            "id": video.id,
            "title": video.title,
            "owner": video.owner,
            "visibility": video.visibility.as_str(),
            "is_processed": video.is_processed,
            "duration_ms": video.duration_ms,
            "created_at": instant(Some(video.created_at)),
            "url": self.url(&format!("/watch/{}", video.id)),
        })
    }

    fn about_stream(&self, stream: &Stream, owner: Option<&String>) -> Value {
        json!({
            "id": stream.id,
            "title": stream.title,
            "status": stream.status.as_str(),
            "owner": stream.owner,
            "streamer_name": stream.streamer_id.as_ref().or(owner),
            "visibility": stream.visibility.as_str(),
            "started_at": instant(stream.started_at),
            "ended_at": instant(stream.ended_at),
            "url": self.url(&format!("/live/{}", stream.id)),
        })
    }
}

/// The owner, if everybody who has an account may know of the stream, and what
/// they are called.
fn streamer<'a>(stream: &'a Stream, name: Option<&'a String>) -> Option<(&'a str, &'a str)> {
    let everybody = matches!(stream.visibility, Visibility::Public | Visibility::Members)
        && stream.access_regions.is_none()
        && stream.access_networks.is_none()
        && stream.publish_at.is_none_or(|at| at <= now_micros())
        && stream.expires_at.is_none_or(|at| at > now_micros());
    let owner = stream.owner.as_deref().filter(|_| everybody)?;
    Some((owner, name.map_or("Somebody", String::as_str)))
}

/// What followers of its owner are told of a stream that has begun.
fn news_of(stream: &Stream, name: Option<&String>, at: i64) -> Option<News> {
    let (owner, name) = streamer(stream, name)?;
    Some(News {
        kind: NewsKind::StreamStarted,
        followed: owner.to_owned(),
        subject: stream.id.clone(),
        at,
        title: format!("{name} is live"),
        body: stream.title.clone(),
        url: format!("/live/{}", stream.id),
    })
}

/// What they are told of one that is going to begin.
fn scheduled_news(stream: &Stream, name: Option<&String>, coming: i64, at: i64) -> Option<News> {
    let (owner, name) = streamer(stream, name)?;
    let coming = jiff::Timestamp::from_microsecond(coming).ok()?;
    let when = coming.strftime("%Y-%m-%d at %H:%M UTC");
    Some(News {
        kind: NewsKind::StreamScheduled,
        followed: owner.to_owned(),
        subject: stream.id.clone(),
        at,
        title: format!("{name} goes live on {when}"),
        body: stream.title.clone(),
        url: format!("/live/{}", stream.id),
    })
}

/// What operators are told of a service level.
fn level_news(level: &Level, at: i64) -> News {
    let (name, write): (&str, fn(f64) -> String) = match level.name.as_str() {
        "startup_ms" => ("Start-up time", |ms| format!("{ms:.0} ms")),
        "seek_ms" => ("Seek time", |ms| format!("{ms:.0} ms")),
        _ => ("Rebuffering", |ratio| format!("{:.1} %", ratio * 100.0)),
    };
    let how = if level.state == LevelState::Missed {
        "is missed"
    } else {
        "is met again"
    };
    let value = level.value.map_or_else(|| "unknown".to_owned(), write);
    News {
        kind: NewsKind::ServiceLevel,
        followed: String::new(),
        subject: format!("level:{}", level.name),
        at,
        title: format!("{name}: the service level {how}"),
        body: format!(
            "It is {value} over the last {} h, and should be less than {}.",
            level.hours,
            write(level.limit)
        ),
        url: "/studio/analytics/levels".to_owned(),
    }
}

/// RFC 3339.
fn instant(micros: Option<i64>) -> Option<String> {
    let at = jiff::Timestamp::from_microsecond(micros?).ok()?;
    Some(at.to_string())
}
