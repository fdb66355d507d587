//! The job that tells a browser.

use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use matinee_engines::outbound::OutboundError;
use matinee_engines::time::now_micros;
use matinee_identity::IdentityError;
use matinee_jobs::{JobContext, JobError, JobHandler, Jobs, NewJob};
use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::encrypt::encrypt;
use super::store::subscriptions;
use super::{BROWSERS_MAX, Push, Subscription};
use crate::news::{News, NewsKind};
use crate::{NotifyError, Result};

/// The kind of these jobs.
const KIND: &str = "push";
/// How long a push service may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// How many messages are sent at once.
const AT_ONCE: usize = 8;
/// The longest that a push service may ask us to wait.
const WAIT_MAX: Duration = Duration::from_hours(2);
/// The longest title and text, in characters: four bytes each at most.
const TITLE_MAX: usize = 120;
const BODY_MAX: usize = 300;
/// The longest address of a page, in bytes.
const URL_MAX: usize = 1_000;
/// The pauses between attempts.
const PAUSES: [Duration; 5] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_mins(3),
    Duration::from_mins(15),
    Duration::from_hours(1),
];

/// What a browser shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Message {
    /// A name of [`NewsKind`], or `test`.
    kind: String,
    /// What it is about: a later message of the same takes its place.
    subject: String,
    /// Plain text.
    title: String,
    /// Plain text; may be empty.
    body: String,
    /// A page of the site.
    url: String,
    /// RFC 3339.
    at: String,
    /// Until when it is worth telling (UTC microseconds).
    until: i64,
}

impl Message {
    fn of(news: &News) -> Self {
        let holds = match news.kind {
            NewsKind::StreamStarted | NewsKind::ServiceLevel => Duration::from_hours(2),
            NewsKind::StreamScheduled | NewsKind::RecordingReady => Duration::from_hours(24),
        };
        let mut message = Self {
            kind: news.kind.as_str().to_owned(),
            subject: news.subject.clone(),
            title: news.title.clone(),
            body: news.body.clone(),
            url: news.url.clone(),
            at: String::new(),
            until: 0,
        };
        message.date(news.at, holds);
        message
    }

    fn date(&mut self, at: i64, holds: Duration) {
        let when = jiff::Timestamp::from_microsecond(at).unwrap_or_default();
        self.at = when.to_string();
        self.until = at.saturating_add(i64::try_from(holds.as_micros()).unwrap_or(i64::MAX));
    }

    /// What is sent: it fits, whatever somebody has called their broadcast.
    fn text(&self) -> String {
        let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
        let url = if self.url.len() > URL_MAX {
            "/"
        } else {
            &self.url
        };
        json!({
            "kind": self.kind, "subject": self.subject, "title": cut(&self.title, TITLE_MAX),
            "body": cut(&self.body, BODY_MAX), "url": url, "at": self.at,
        })
        .to_string()
    }

    /// A name by which push services know what takes the place of what (RFC 8030 §5.4).
    fn topic(&self) -> String {
        let hash = Sha256::digest(&self.subject);
        URL_SAFE_NO_PAD.encode(&hash[..24])
    }
}

/// Has the browsers of these accounts told, once the transaction commits.
pub(crate) async fn enqueue(
    tx: &impl ConnectionTrait,
    jobs: &Jobs,
    news: &News,
    accounts: &[String],
) -> Result<()> {
    let most = BROWSERS_MAX.saturating_mul(accounts.len() as u64);
    let browsers: Vec<String> = subscriptions::Entity::find()
        .select_only()
        .column(subscriptions::Column::Id)
        .filter(subscriptions::Column::Account.is_in(accounts.iter().map(String::as_str)))
        .limit(most)
        .into_tuple()
        .all(tx)
        .await?;
    let message = Message::of(news);
    for browser in browsers {
        jobs.enqueue(tx, job(&browser, &message)).await?;
    }
    Ok(())
}

fn job(browser: &str, message: &Message) -> NewJob {
    let attempts = u32::try_from(PAUSES.len() + 1).unwrap_or(u32::MAX);
    let payload = json!({ "browser": browser, "message": message });
    NewJob::new(KIND, payload).max_attempts(attempts)
}

/// Tells browsers.
pub struct PushHandler(pub Push);

/// How an attempt ended.
enum Outcome {
    Taken,
    /// The push service knows this browser no more.
    Gone,
    Again(String, Option<Duration>),
    Never(String),
}

#[async_trait]
impl JobHandler for PushHandler {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, ctx: JobContext) -> Result<(), JobError> {
        let message: Message = serde_json::from_value(ctx.job.payload["message"].clone())
            .map_err(|_| NotifyError::Corrupt("message"))?;
        let id = ctx.job.payload["browser"].as_str().unwrap_or_default();
        if now_micros() >= message.until {
            return Ok(());
        }
        let Some(browser) = self.0.wanted(id).await? else {
            return Ok(());
        };
        let outcome = tokio::select! {
            () = ctx.cancel.cancelled() => return Err(JobError::Canceled),
            outcome = tokio::time::timeout(PATIENCE, self.0.send(&browser, &message)) => outcome,
        };
        let late = || {
            Ok(Outcome::Again(
                "it took too long to answer".to_owned(),
                None,
            ))
        };
        match outcome.unwrap_or_else(|_| late())? {
            Outcome::Taken => Ok(self.0.told(&browser).await?),
            Outcome::Gone => Ok(self.0.gone(&browser).await?),
            Outcome::Again(why, wait) => {
                let nth = usize::try_from(ctx.job.attempt.saturating_sub(1)).unwrap_or(usize::MAX);
                let pause = wait.unwrap_or(PAUSES[nth.min(PAUSES.len() - 1)]);
                Err(JobError::retry_after(why, pause))
            }
            Outcome::Never(why) => Err(JobError::fatal(why)),
        }
    }

    fn limit(&self) -> Option<usize> {
        Some(AT_ONCE)
    }
}

impl Push {
    /// Sends a message by which somebody sees whether their browser is reached.
    pub async fn try_out(&self, account: &str, id: &str) -> Result<()> {
        let known = self.of(account).await?;
        if !known.iter().any(|browser| browser.id == id) {
            return Err(NotifyError::NotFound("browser"));
        }
        let mut message = Message {
            kind: "test".to_owned(),
            subject: id.to_owned(),
            title: "It works".to_owned(),
            body: "This browser is told when somebody whom you follow goes live.".to_owned(),
            url: "/account/notifications".to_owned(),
            at: String::new(),
            until: 0,
        };
        message.date(now_micros(), Duration::from_mins(10));
        let tx = self.db().begin().await?;
        self.0.jobs.enqueue(&tx, job(id, &message)).await?;
        tx.commit().await?;
        self.0.jobs.wake();
        Ok(())
    }

    /// A browser, if it and its owner still want to be told.
    async fn wanted(&self, id: &str) -> Result<Option<Subscription>> {
        let row = subscriptions::Entity::find_by_id(id);
        let Some(row) = row.one(self.db().read()).await? else {
            return Ok(None);
        };
        match self.0.accounts.account(&row.account).await {
            Ok(account) => Ok(account.disabled_at.is_none().then_some(row)),
            Err(IdentityError::NotFound(_)) => Ok(None),
            Err(IdentityError::Db(error)) => Err(error.into()),
            Err(_) => Err(NotifyError::Corrupt("account")),
        }
    }

    async fn send(&self, browser: &Subscription, message: &Message) -> Result<Outcome> {
        // What may be reached can have changed since it subscribed.
        let url = match self.0.outbound.check(&browser.endpoint) {
            Ok(url) => url,
            Err(error) => return Ok(Outcome::Never(error.to_string())),
        };
        let Ok(body) = encrypt(
            &browser.public_key,
            &browser.auth,
            message.text().as_bytes(),
        ) else {
            return Ok(Outcome::Never("it cannot be encrypted".to_owned()));
        };
        let now = now_micros();
        let origin = url.origin().ascii_serialization();
        let authorization = self.0.vapid.authorization(&origin, now / 1_000_000)?;
        let holds = message.until.saturating_sub(now).max(0) / 1_000_000;
        let request = self.0.outbound.client().post(url.clone());
        let request = request
            .header(AUTHORIZATION, authorization)
            .header(CONTENT_TYPE, "application/octet-stream")
            .header(CONTENT_ENCODING, "aes128gcm")
            .header("ttl", holds)
            .header("urgency", "normal")
            .header("topic", message.topic())
            .body(body);
        Ok(match self.0.outbound.send(&url, request).await {
            Ok(response) => judged(&response),
            Err(OutboundError::Passing(why)) => Outcome::Again(why, None),
            Err(error) => Outcome::Never(error.to_string()),
        })
    }

    async fn told(&self, browser: &Subscription) -> Result<()> {
        subscriptions::Entity::update_many()
            .col_expr(subscriptions::Column::ToldAt, Expr::value(now_micros()))
            .filter(subscriptions::Column::Id.eq(browser.id.as_str()))
            .exec(self.db().write())
            .await?;
        Ok(())
    }

    async fn gone(&self, browser: &Subscription) -> Result<()> {
        tracing::debug!(browser = browser.id, "a browser is gone, and is forgotten");
        subscriptions::Entity::delete_by_id(browser.id.as_str())
            .exec(self.db().write())
            .await?;
        Ok(())
    }
}

/// What an answer means (RFC 8030 §5, §7.3, §8.4). Its body is not read.
fn judged(response: &Response) -> Outcome {
    let status = response.status();
    let said = format!("it answered {status}");
    let wait = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok())
        .map(|seconds| Duration::from_secs(seconds).min(WAIT_MAX));
    match status {
        status if status.is_success() => Outcome::Taken,
        StatusCode::NOT_FOUND | StatusCode::GONE => Outcome::Gone,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Outcome::Again(said, wait),
        status if status.is_server_error() => Outcome::Again(said, wait),
        _ => Outcome::Never(said),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::push::encrypt::TEXT_MAX;

    #[test]
    fn a_message_fits_whatever_it_tells() {
        let long = "\u{1f3ac}\u{1}".repeat(1000);
        let news = News {
            kind: NewsKind::StreamStarted,
            followed: "user_1".to_owned(),
            subject: "stream_01h455vb4pex5vsknk084sn02q".to_owned(),
            at: 1_000_000,
            title: long.clone(),
            body: long,
            url: "/live/stream_1".repeat(60),
        };
        let message = Message::of(&news);
        assert!(message.text().len() <= TEXT_MAX, "{}", message.text().len());
        assert_eq!(message.topic().len(), 32);
        assert_eq!(message.at, "1970-01-01T00:00:01Z");
        assert_eq!(message.until, 1_000_000 + 7_200_000_000);
    }
}
