//! The job that sends a message.

use std::time::Duration;

use async_trait::async_trait;
use matinee_engines::outbound::OutboundError;
use matinee_engines::time::now_micros;
use matinee_jobs::{Job, JobContext, JobError, JobHandler};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::store::{deliveries, webhooks};
use super::{Delivery, DeliveryState, PAUSES, TEST_EVENT, Webhook, Webhooks, signature};
use crate::Result;

/// The kind of these jobs.
pub(super) const KIND: &str = "webhook";
/// How long the other side may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// The longest that the other side may ask us to wait.
const WAIT_MAX: Duration = Duration::from_hours(24);
/// How many messages are sent at once.
const AT_ONCE: usize = 4;

/// Sends messages.
pub struct DeliveryHandler(pub Webhooks);

/// How an attempt ended.
struct Outcome {
    status: Option<StatusCode>,
    /// Why the message was not taken; none if it was.
    error: Option<String>,
    /// Whether it may go better another time.
    passing: bool,
    /// When the other side wants to be asked again.
    wait: Option<Duration>,
}

impl Outcome {
    fn never(error: impl Into<String>) -> Self {
        Self {
            status: None,
            error: Some(error.into()),
            passing: false,
            wait: None,
        }
    }
}

#[async_trait]
impl JobHandler for DeliveryHandler {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, ctx: JobContext) -> Result<(), JobError> {
        let Some((delivery, webhook)) = self.0.load(&ctx.job).await? else {
            return Ok(());
        };
        let sending = in_time(self.0.send(&delivery, &webhook));
        let outcome = tokio::select! {
            () = ctx.cancel.cancelled() => return Err(JobError::Canceled),
            outcome = sending => outcome,
        };
        let gone = outcome.status == Some(StatusCode::GONE);
        let last = ctx.job.attempt >= ctx.job.max_attempts;
        let again = outcome.error.is_some() && outcome.passing && !last;
        let pause = again.then(|| outcome.wait.unwrap_or_else(|| pause(ctx.job.attempt)));
        let error = outcome.error.clone();
        self.0.note(&ctx.job, delivery, outcome, pause).await?;
        if gone {
            self.0.switch_off(&webhook.id).await?;
        }
        match (error, pause) {
            (None, _) => Ok(()),
            (Some(error), Some(pause)) => Err(JobError::retry_after(error, pause)),
            (Some(error), None) => Err(JobError::fatal(error)),
        }
    }

    async fn on_final_failure(&self, job: &Job, reason: &str) {
        // Also when every attempt has died before it could note anything.
        let noted = deliveries::Entity::update_many()
            .col_expr(
                deliveries::Column::State,
                Expr::value(DeliveryState::Failed.as_str()),
            )
            .col_expr(deliveries::Column::Error, Expr::value(reason))
            .col_expr(
                deliveries::Column::NextAttemptAt,
                Expr::value(Option::<i64>::None),
            )
            .col_expr(deliveries::Column::FinishedAt, Expr::value(now_micros()))
            .filter(deliveries::Column::JobId.eq(job.id.as_str()))
            .filter(deliveries::Column::State.eq(DeliveryState::Queued))
            .exec(self.0.db().write())
            .await;
        if let Err(error) = noted {
            tracing::warn!(%error, "that a message was given up was not noted");
        }
    }

    fn limit(&self) -> Option<usize> {
        Some(AT_ONCE)
    }
}

/// The pause after this attempt, which counts from 1.
fn pause(attempt: u32) -> Duration {
    let nth = usize::try_from(attempt.saturating_sub(1)).unwrap_or(usize::MAX);
    PAUSES[nth.min(PAUSES.len() - 1)]
}

async fn in_time(sending: impl Future<Output = Outcome>) -> Outcome {
    match tokio::time::timeout(PATIENCE, sending).await {
        Ok(outcome) => outcome,
        Err(_) => Outcome {
            status: None,
            error: Some("it took too long to answer".to_owned()),
            passing: true,
            wait: None,
        },
    }
}

impl Webhooks {
    /// What a job is to send, and to whom; none if that is not wanted any more.
    async fn load(&self, job: &Job) -> Result<Option<(Delivery, Webhook)>> {
        let id = job.payload["delivery_id"].as_str().unwrap_or_default();
        let delivery = deliveries::Entity::find_by_id(id)
            .one(self.db().read())
            .await?
            // Another job has taken over, or it has been taken.
            .filter(|row| row.job_id.as_deref() == Some(job.id.as_str()))
            .filter(|row| row.state == DeliveryState::Queued);
        let Some(delivery) = delivery else {
            return Ok(None);
        };
        let webhook = webhooks::Entity::find_by_id(&delivery.webhook_id)
            .one(self.db().read())
            .await?;
        Ok(webhook.map(|webhook| (delivery, webhook)))
    }

    async fn send(&self, delivery: &Delivery, webhook: &Webhook) -> Outcome {
        if !webhook.active && delivery.event != TEST_EVENT {
            return Outcome::never("the webhook is switched off");
        }
        let Some(key) = self.0.seal.open(&webhook.id, &webhook.secret) else {
            return Outcome::never("the secret of this webhook cannot be read: make another one");
        };
        // What may be reached can have changed since it was made.
        let url = match self.0.outbound.check(&webhook.url) {
            Ok(url) => url,
            Err(error) => return Outcome::never(error.to_string()),
        };
        let seconds = now_micros() / 1_000_000;
        let mut signature = signature::sign(&key, &delivery.id, seconds, &delivery.body);
        if let Some(old) = self.old_key(webhook) {
            // Several signatures stand beside one another, apart by a space.
            let other = signature::sign(&old, &delivery.id, seconds, &delivery.body);
            signature = format!("{signature} {other}");
        }
        let client = self.0.outbound.client();
        let request = client
            .post(url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &delivery.id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signature)
            .body(delivery.body.clone());
        match self.0.outbound.send(&url, request).await {
            Ok(response) => judged(&response),
            Err(OutboundError::Passing(error)) => Outcome {
                passing: true,
                ..Outcome::never(error)
            },
            Err(error) => Outcome::never(error.to_string()),
        }
    }

    /// The key before this one, as long as it is signed with, too.
    fn old_key(&self, webhook: &Webhook) -> Option<Vec<u8>> {
        let until = webhook.old_secret_until?;
        let old = webhook
            .old_secret
            .as_ref()
            .filter(|_| now_micros() < until)?;
        self.0.seal.open(&webhook.id, old)
    }

    async fn note(
        &self,
        job: &Job,
        delivery: Delivery,
        outcome: Outcome,
        pause: Option<Duration>,
    ) -> Result<()> {
        let now = now_micros();
        let taken = outcome.error.is_none();
        let next = pause.map(|pause| now + i64::try_from(pause.as_micros()).unwrap_or(0));
        let row = deliveries::ActiveModel {
            attempts: Set(delivery.attempts + 1),
            status_code: Set(outcome.status.map(|status| i32::from(status.as_u16()))),
            error: Set(outcome.error),
            next_attempt_at: Set(next),
            state: Set(match (taken, next) {
                (true, _) => DeliveryState::Delivered,
                (false, Some(_)) => DeliveryState::Queued,
                (false, None) => DeliveryState::Failed,
            }),
            finished_at: Set(next.is_none().then_some(now)),
            ..Default::default()
        };
        let noted = deliveries::Entity::update_many()
            .set(row)
            .filter(deliveries::Column::Id.eq(delivery.id))
            .filter(deliveries::Column::JobId.eq(job.id.as_str()))
            .exec(self.db().write());
        noted.await?;
        Ok(())
    }

    /// The other side says that it is gone for good.
    async fn switch_off(&self, id: &str) -> Result<()> {
        tracing::warn!(webhook = id, "a webhook is gone, and is switched off");
        webhooks::Entity::update_many()
            .col_expr(webhooks::Column::Active, Expr::value(false))
            .col_expr(webhooks::Column::UpdatedAt, Expr::value(now_micros()))
            .filter(webhooks::Column::Id.eq(id))
            .exec(self.db().write())
            .await?;
        Ok(())
    }
}

/// What an answer means. Its body is not read.
fn judged(response: &Response) -> Outcome {
    let status = response.status();
    let error = if status.is_success() {
        None
    } else if status.is_redirection() {
        Some(format!("it answered {status}: redirects are not followed"))
    } else {
        Some(format!("it answered {status}"))
    };
    let wait = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok())
        .map(|seconds| Duration::from_secs(seconds).min(WAIT_MAX));
    Outcome {
        status: Some(status),
        error,
        // It says where it has moved, which is for a person to see to.
        passing: !status.is_redirection() && status != StatusCode::GONE,
        wait,
    }
}
