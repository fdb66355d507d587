//! What each part of the program keeps of a person, for their export and for
//! the day they leave.

use std::sync::Arc;

use matinee_analytics::Analytics;
use matinee_api::live::LiveParts;
use matinee_catalog::Catalog;
use matinee_catalog::community::Community;
use matinee_engines::db::Db;
use matinee_identity::{Accounts, PersonalData, first_profile};
use matinee_notify::news::Notifications;
use matinee_notify::push::Push;
use sea_orm::{ConnectionTrait, FromQueryResult as _, JsonValue, Statement, Value};
use serde_json::json;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Has every part asked.
pub fn contribute(
    accounts: &Accounts,
    db: &Db,
    catalog: &Catalog,
    community: &Community,
    live: &LiveParts,
) {
    accounts.contribute(Arc::new(Videos {
        db: db.clone(),
        catalog: catalog.clone(),
    }));
    accounts.contribute(Arc::new(Standing(db.clone())));
    accounts.contribute(Arc::new(Aired(db.clone())));
    accounts.contribute(Arc::new(Watched(db.clone())));
    accounts.contribute(Arc::new(Written {
        db: db.clone(),
        community: community.clone(),
    }));
    accounts.contribute(Arc::new(Streamed {
        db: db.clone(),
        live: live.clone(),
    }));
}

async fn rows(db: &Db, sql: &str, values: Vec<Value>) -> Outcome<Vec<JsonValue>> {
    let statement = Statement::from_sql_and_values(db.backend(), sql, values);
    Ok(JsonValue::find_by_statement(statement)
        .all(db.read())
        .await?)
}

/// Under which keys a person's history, lists and likes are kept: those of
/// their profiles.
async fn keys(db: &Db, user: &str) -> Outcome<Vec<String>> {
    let sql = "SELECT id FROM profiles WHERE user_id = $1";
    let mut keys = vec![user.to_owned(), first_profile(user)];
    for row in rows(db, sql, vec![user.into()]).await? {
        let id = row["id"].as_str().map(str::to_owned);
        keys.extend(id.filter(|id| !keys.contains(id)));
    }
    Ok(keys)
}

/// Who watches in their house, and what groups they belong to. The rows go
/// with the account's.
struct Standing(Db);

#[async_trait::async_trait]
impl PersonalData for Standing {
    fn section(&self) -> &'static str {
        "profiles"
    }

    async fn export(&self, user: &str) -> Outcome<JsonValue> {
        let profiles = "SELECT id, name, avatar, language, kids, max_rating, created_at \
            FROM profiles WHERE user_id = $1 ORDER BY id";
        let groups = "SELECT g.id, g.name, m.added_at, m.expires_at FROM group_members m \
            JOIN user_groups g ON g.id = m.group_id WHERE m.user_id = $1 ORDER BY g.id";
        let profiles = rows(&self.0, profiles, vec![user.into()]).await?;
        let groups = rows(&self.0, groups, vec![user.into()]).await?;
        Ok(json!({
            "profiles": profiles.into_iter().map(readable).collect::<Vec<_>>(),
            "groups": groups.into_iter().map(readable).collect::<Vec<_>>(),
        }))
    }

    async fn erase(&self, _user: &str) -> Outcome<()> {
        Ok(())
    }
}

/// What they have uploaded. It stays when they leave, without their name: a
/// library does not lose its films with a librarian.
struct Videos {
    db: Db,
    catalog: Catalog,
}

#[async_trait::async_trait]
impl PersonalData for Videos {
    fn section(&self) -> &'static str {
        "videos"
    }

    async fn export(&self, user: &str) -> Outcome<JsonValue> {
        let sql = "SELECT id, title, description, filename, created_at, updated_at \
            FROM videos WHERE owner = $1 ORDER BY id";
        let rows = rows(&self.db, sql, vec![user.into()]).await?;
        Ok(JsonValue::Array(rows.into_iter().map(readable).collect()))
    }

    async fn erase(&self, user: &str) -> Outcome<()> {
        let sql = "SELECT id FROM videos WHERE owner = $1 OR uploader_id = $1";
        let videos = rows(&self.db, sql, vec![user.into()]).await?;
        for sql in [
            "UPDATE videos SET owner = NULL, version = version + 1 WHERE owner = $1",
            "UPDATE videos SET uploader_id = NULL, version = version + 1 WHERE uploader_id = $1",
        ] {
            let values = [user.into()];
            let statement = Statement::from_sql_and_values(self.db.backend(), sql, values);
            self.db.write().execute_raw(statement).await?;
        }
        for video in videos.iter().filter_map(|row| row["id"].as_str()) {
            self.catalog.announce(video, false);
        }
        Ok(())
    }
}

/// Where they stopped watching.
struct Watched(Db);

#[async_trait::async_trait]
impl PersonalData for Watched {
    fn section(&self) -> &'static str {
        "watch_history"
    }

    async fn export(&self, user: &str) -> Outcome<JsonValue> {
        let mut all = Vec::new();
        for key in keys(&self.0, user).await? {
            let sql = "SELECT viewer_key, video_id, position_ms, duration_ms, watched_at \
                FROM watch_progress WHERE viewer_key = $1 ORDER BY watched_at";
            all.extend(rows(&self.0, sql, vec![key.into()]).await?);
        }
        Ok(JsonValue::Array(all.into_iter().map(readable).collect()))
    }

    async fn erase(&self, user: &str) -> Outcome<()> {
        for key in keys(&self.0, user).await? {
            let sql = "DELETE FROM watch_progress WHERE viewer_key = $1";
            let statement = Statement::from_sql_and_values(self.0.backend(), sql, [key.into()]);
            self.0.write().execute_raw(statement).await?;
        }
        Ok(())
    }
}

/// What they have said and collected: playlists, the watchlist, likes,
/// comments, reviews.
struct Written {
    db: Db,
    community: Community,
}

#[async_trait::async_trait]
impl PersonalData for Written {
    fn section(&self) -> &'static str {
        "community"
    }

    async fn export(&self, user: &str) -> Outcome<JsonValue> {
        let written = self
            .community
            .export(user, &keys(&self.db, user).await?)
            .await?;
        Ok(json!(written))
    }

    async fn erase(&self, user: &str) -> Outcome<()> {
        let keys = keys(&self.db, user).await?;
        let tx = self.db.begin().await?;
        Community::forget(&tx, Some(user), &keys).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Their streams, and what they have said beside others'. Streams stay without
/// their name, ended, closed and under another key; their words go.
struct Streamed {
    db: Db,
    live: LiveParts,
}

#[async_trait::async_trait]
impl PersonalData for Streamed {
    fn section(&self) -> &'static str {
        "live"
    }

    async fn export(&self, user: &str) -> Outcome<JsonValue> {
        let streams = "SELECT id, title, description, status, scheduled_at, started_at, ended_at, \
            created_at, updated_at FROM streams WHERE owner = $1 ORDER BY id";
        let streams = rows(&self.db, streams, vec![user.into()]).await?;
        let said = self.live.chat.said_by(user).await?;
        let said = said.into_iter().map(|message| {
            readable(json!({
                "id": message.id, "stream_id": message.stream_id, "name": message.author_name,
                "message": message.body, "created_at": message.created_at,
            }))
        });
        let asked = self.live.questions.asked_by(user).await?;
        let asked = asked.into_iter().map(|question| {
            readable(json!({
                "id": question.id, "stream_id": question.stream_id, "name": question.author_name,
                "text": question.body, "created_at": question.created_at,
            }))
        });
        let votes = "SELECT v.poll_id, v.position, o.label, v.created_at FROM stream_poll_votes v \
            JOIN stream_poll_options o ON o.poll_id = v.poll_id AND o.position = v.position \
            WHERE v.account = $1 ORDER BY v.poll_id, v.position";
        let votes = rows(&self.db, votes, vec![user.into()]).await?;
        let wanted = "SELECT question_id, created_at FROM stream_question_votes \
            WHERE account = $1 ORDER BY question_id";
        let wanted = rows(&self.db, wanted, vec![user.into()]).await?;
        let (mut likes, mut shares) = (Vec::new(), Vec::new());
        for key in keys(&self.db, user).await? {
            let sql = "SELECT stream_id, created_at FROM stream_likes WHERE viewer = $1";
            likes.extend(rows(&self.db, sql, vec![key.clone().into()]).await?);
            let sql = "SELECT stream_id, created_at FROM stream_shares WHERE viewer = $1";
            shares.extend(rows(&self.db, sql, vec![key.into()]).await?);
        }
        Ok(json!({
            "streams": streams.into_iter().map(readable).collect::<Vec<_>>(),
            "chat_messages": said.collect::<Vec<_>>(),
            "questions": asked.collect::<Vec<_>>(),
            "question_votes": wanted.into_iter().map(readable).collect::<Vec<_>>(),
            "poll_votes": votes.into_iter().map(readable).collect::<Vec<_>>(),
            "likes": likes.into_iter().map(readable).collect::<Vec<_>>(),
            "shares": shares.into_iter().map(readable).collect::<Vec<_>>(),
        }))
    }

    async fn erase(&self, user: &str) -> Outcome<()> {
        let keys = keys(&self.db, user).await?;
        self.live.streams.leave(user).await?;
        self.live.streams.forget_likes(&keys).await?;
        self.live.streams.forget_shares(&keys).await?;
        self.live.chat.forget(user, &keys).await?;
        self.live.questions.forget(user).await?;
        self.live.polls.forget(user).await?;
        Ok(())
    }
}

/// The channels that they have put on the air. These stay on it without their
/// name, as their films stay in the library.
struct Aired(Db);

#[async_trait::async_trait]
impl PersonalData for Aired {
    fn section(&self) -> &'static str {
        "channels"
    }

    async fn export(&self, user: &str) -> Outcome<JsonValue> {
        let sql = "SELECT id, number, name, created_at FROM channels WHERE owner = $1 ORDER BY id";
        let rows = rows(&self.0, sql, vec![user.into()]).await?;
        Ok(JsonValue::Array(rows.into_iter().map(readable).collect()))
    }

    async fn erase(&self, user: &str) -> Outcome<()> {
        let sql = "UPDATE channels SET owner = NULL, version = version + 1, updated_at = $2 \
            WHERE owner = $1";
        let values = [user.into(), matinee_engines::time::now_micros().into()];
        let statement = Statement::from_sql_and_values(self.0.backend(), sql, values);
        self.0.write().execute_raw(statement).await?;
        Ok(())
    }
}

/// What they were told, and how they want to be.
pub struct Told(pub Notifications, pub Push);

#[async_trait::async_trait]
impl PersonalData for Told {
    fn section(&self) -> &'static str {
        "notifications"
    }

    async fn export(&self, user: &str) -> Outcome<JsonValue> {
        let wishes = self.0.wishes(user).await?;
        let told = self.0.told(user).await?.into_iter().map(|one| {
            readable(json!({
                "id": one.id, "kind": one.kind, "title": one.title, "body": one.body,
                "created_at": one.created_at, "read_at": one.read_at,
            }))
        });
        let browsers = self.1.of(user).await?.into_iter().map(|one| {
            readable(json!({
                "id": one.id, "device": one.device, "endpoint": one.endpoint,
                "created_at": one.created_at, "told_at": one.told_at,
            }))
        });
        Ok(json!({
            "email": wishes.email, "in_app": wishes.in_app, "told": told.collect::<Vec<_>>(),
            "browsers": browsers.collect::<Vec<_>>(),
        }))
    }

    async fn erase(&self, user: &str) -> Outcome<()> {
        self.0.forget(user).await?;
        self.1.forget(user).await?;
        Ok(())
    }
}

/// Which plays are theirs. When they leave, these are nobody's.
pub struct Played {
    /// Where their profiles are.
    pub db: Db,
    /// Where the plays are.
    pub analytics: Analytics,
}

#[async_trait::async_trait]
impl PersonalData for Played {
    fn section(&self) -> &'static str {
        "plays"
    }

    async fn export(&self, user: &str) -> Outcome<JsonValue> {
        let plays = self
            .analytics
            .of_viewers(&keys(&self.db, user).await?)
            .await?;
        let plays = plays.into_iter().map(|(subject, started_at, watched_ms)| {
            readable(json!({
                "subject_id": subject, "started_at": started_at,
                "watched_seconds": watched_ms as f64 / 1000.0,
            }))
        });
        Ok(JsonValue::Array(plays.collect()))
    }

    async fn erase(&self, user: &str) -> Outcome<()> {
        let keys = keys(&self.db, user).await?;
        self.analytics.forget_viewers(&keys).await?;
        Ok(())
    }
}

/// The same row with instants that a person can read.
fn readable(mut row: JsonValue) -> JsonValue {
    if let Some(fields) = row.as_object_mut() {
        for (_, value) in fields.iter_mut().filter(|(name, _)| name.ends_with("_at")) {
            if let Some(at) = value.as_i64()
                && let Ok(at) = jiff::Timestamp::from_microsecond(at)
            {
                *value = at.to_string().into();
            }
        }
    }
    row
}
