//! Webhooks: addresses of other programs that are told what happens.
//!
//! A message is a row and a job, made together with the milestone that it
//! tells of. It is signed after the Standard Webhooks specification, sent
//! again with growing pauses until somebody takes it, and goes only where
//! imports by address may go ([`matinee_engines::outbound`]).

mod deliver;
mod signature;
mod store;

use std::sync::Arc;
use std::time::Duration;

use matinee_engines::db::Db;
use matinee_engines::id::Id;
use matinee_engines::outbound::network::AddressRules;
use matinee_engines::outbound::{Outbound, SystemLookup};
use matinee_engines::time::now_micros;
use matinee_identity::{InstanceSecret, Seal};
use matinee_jobs::{Jobs, NewJob};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::{Value, json};

use crate::{Event, EventKind, NotifyError, Result};

pub use deliver::DeliveryHandler;
pub use store::deliveries::Model as Delivery;
pub use store::webhooks::Model as Webhook;
pub use store::{DeliveryState, EventNames};

use store::{deliveries, webhooks};

/// What a message by which somebody tries a webhook tells of.
pub const TEST_EVENT: &str = "webhook.test";
/// The most webhooks.
const WEBHOOKS_MAX: u64 = 50;
/// The longest address, in bytes.
const URL_MAX: usize = 2_048;
/// The longest description, in characters.
const DESCRIPTION_MAX: usize = 500;
/// How long what was sent is kept.
const KEEP: Duration = Duration::from_hours(30 * 24);
/// How long messages are signed with the old secret besides the new one.
const OVERLAP: Duration = Duration::from_hours(24);
/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(5);
/// The pauses between attempts.
const PAUSES: [Duration; 9] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_mins(5),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(5),
    Duration::from_hours(10),
    Duration::from_hours(14),
    Duration::from_hours(20),
];

/// A webhook about to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewWebhook {
    /// Where messages go.
    pub url: String,
    /// Of what it is told: at least one.
    pub events: Vec<String>,
    /// What it is for.
    pub description: String,
    /// Whether it is told anything.
    pub active: bool,
}

/// A change of a webhook: an absent field stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebhookChange {
    /// Where messages go.
    pub url: Option<String>,
    /// Of what it is told: at least one.
    pub events: Option<Vec<String>>,
    /// What it is for.
    pub description: Option<String>,
    /// Whether it is told anything.
    pub active: Option<bool>,
}

/// All webhooks. A clone shares them.
#[derive(Clone)]
pub struct Webhooks(Arc<Inner>);

struct Inner {
    db: Db,
    jobs: Jobs,
    seal: Seal,
    outbound: Outbound,
}

impl Webhooks {
    /// The webhooks in this database; `rules` say where messages may go.
    pub fn new(db: Db, jobs: Jobs, secret: &InstanceSecret, rules: AddressRules) -> Result<Self> {
        let outbound = Outbound::new(rules, Arc::new(SystemLookup), CONNECT)
            .map_err(|error| NotifyError::Client(error.to_string()))?;
        Ok(Self(Arc::new(Inner {
            db,
            jobs,
            seal: Seal::new(secret, "webhook-secrets"),
            outbound,
        })))
    }

    fn db(&self) -> &Db {
        &self.0.db
    }

    pub(crate) fn wake(&self) {
        self.0.jobs.wake();
    }

    fn checked_url(&self, url: &str) -> Result<String> {
        if url.len() > URL_MAX {
            let reason = format!("must not be longer than {URL_MAX} characters");
            return Err(NotifyError::field("url", reason));
        }
        let checked = self.0.outbound.check(url);
        let url = checked.map_err(|error| NotifyError::field("url", error.to_string()))?;
        Ok(url.to_string())
    }

    /// Makes a webhook, with the secret that its messages are signed with; it
    /// is told this once.
    pub async fn create(&self, new: NewWebhook, by: Option<&str>) -> Result<(Webhook, String)> {
        let url = self.checked_url(&new.url)?;
        let events = checked_events(new.events)?;
        let description = checked_description(&new.description)?;
        let id = Id::new("webhook").to_string();
        let key = signature::random_key();
        let now = now_micros();
        let tx = self.db().begin().await?;
        if webhooks::Entity::find().count(&tx).await? >= WEBHOOKS_MAX {
            let reason = format!("there are {WEBHOOKS_MAX} webhooks already");
            return Err(NotifyError::Conflict(reason));
        }
        let row = webhooks::ActiveModel {
            secret: Set(self.0.seal.seal(&id, &key)),
            old_secret: Set(None),
            old_secret_until: Set(None),
            id: Set(id),
            url: Set(url),
            description: Set(description),
            events: Set(events),
            active: Set(new.active),
            created_by: Set(by.map(str::to_owned)),
            created_at: Set(now),
            updated_at: Set(now),
        };
        let webhook = row.insert(&tx).await?;
        tx.commit().await?;
        Ok((webhook, signature::secret(&key)))
    }

    /// All of them, the earliest first.
    pub async fn list(&self) -> Result<Vec<Webhook>> {
        Ok(webhooks::Entity::find()
            .order_by_asc(webhooks::Column::Id)
            .limit(WEBHOOKS_MAX)
            .all(self.db().read())
            .await?)
    }

    /// The webhook of this id.
    pub async fn get(&self, id: &str) -> Result<Webhook> {
        webhooks::Entity::find_by_id(id)
            .one(self.db().read())
            .await?
            .ok_or(NotifyError::NotFound("webhook"))
    }

    /// Changes a webhook.
    pub async fn change(&self, id: &str, change: WebhookChange) -> Result<Webhook> {
        let mut row = self.get(id).await?.into_active_model();
        if let Some(url) = change.url {
            row.url = Set(self.checked_url(&url)?);
        }
        if let Some(events) = change.events {
            row.events = Set(checked_events(events)?);
        }
        if let Some(description) = change.description {
            row.description = Set(checked_description(&description)?);
        }
        if let Some(active) = change.active {
            row.active = Set(active);
        }
        row.updated_at = Set(now_micros());
        let changed = row.update(self.db().write()).await;
        changed.map_err(|error| match error {
            sea_orm::DbErr::RecordNotUpdated => NotifyError::NotFound("webhook"),
            error => error.into(),
        })
    }

    /// Gives a webhook another secret, which is told this once. For a day messages are signed with
    /// the one before, too, so that whoever verifies can change over at leisure; or from now on
    /// with the new one alone, where the old one has come into wrong hands.
    pub async fn rotate(&self, id: &str, keep_old: bool) -> Result<(Webhook, String)> {
        let key = signature::random_key();
        let tx = self.db().begin().await?;
        let before = webhooks::Entity::find_by_id(id)
            .lock_exclusive()
            .one(&tx)
            .await?
            .ok_or(NotifyError::NotFound("webhook"))?;
        let now = now_micros();
        let until = now + i64::try_from(OVERLAP.as_micros()).unwrap_or(0);
        let old = before.secret.clone();
        let mut row = before.into_active_model();
        row.secret = Set(self.0.seal.seal(id, &key));
        row.old_secret = Set(keep_old.then_some(old));
        row.old_secret_until = Set(keep_old.then_some(until));
        row.updated_at = Set(now);
        let row = row.update(&tx).await?;
        tx.commit().await?;
        Ok((row, signature::secret(&key)))
    }

    /// Removes a webhook, with what was sent to it.
    pub async fn delete(&self, id: &str) -> Result<()> {
        let deleted = webhooks::Entity::delete_by_id(id)
            .exec(self.db().write())
            .await?;
        if deleted.rows_affected == 0 {
            return Err(NotifyError::NotFound("webhook"));
        }
        Ok(())
    }

    /// Has everybody told who wants to hear of this, once the transaction
    /// commits.
    pub(crate) async fn enqueue(&self, tx: &impl ConnectionTrait, event: &Event) -> Result<()> {
        let listeners = webhooks::Entity::find()
            .filter(webhooks::Column::Active.eq(true))
            .limit(WEBHOOKS_MAX)
            .all(tx)
            .await?;
        let name = event.kind.as_str();
        for webhook in listeners {
            if webhook.events.0.iter().any(|wanted| wanted == name) {
                self.send_in(tx, &webhook.id, name, event.at, &event.data)
                    .await?;
            }
        }
        Ok(())
    }

    /// Sends a message by which somebody sees whether a webhook works, also
    /// one that is switched off.
    pub async fn try_out(&self, id: &str) -> Result<Delivery> {
        let webhook = self.get(id).await?;
        let data = json!({ "webhook_id": webhook.id, "message": "It works." });
        let tx = self.db().begin().await?;
        let delivery = self
            .send_in(&tx, &webhook.id, TEST_EVENT, now_micros(), &data)
            .await?;
        tx.commit().await?;
        self.wake();
        Ok(delivery)
    }

    async fn send_in(
        &self,
        tx: &impl ConnectionTrait,
        webhook: &str,
        event: &str,
        at: i64,
        data: &Value,
    ) -> Result<Delivery> {
        let timestamp = jiff::Timestamp::from_microsecond(at).unwrap_or_default();
        let body = json!({ "type": event, "timestamp": timestamp.to_string(), "data": data });
        let now = now_micros();
        let id = Id::new("delivery").to_string();
        let job = self.0.jobs.enqueue(tx, job(&id)).await?;
        let row = deliveries::ActiveModel {
            id: Set(id),
            webhook_id: Set(webhook.to_owned()),
            event: Set(event.to_owned()),
            body: Set(body.to_string()),
            state: Set(DeliveryState::Queued),
            attempts: Set(0),
            status_code: Set(None),
            error: Set(None),
            next_attempt_at: Set(Some(now)),
            job_id: Set(Some(job.to_string())),
            created_at: Set(now),
            finished_at: Set(None),
        };
        Ok(row.insert(tx).await?)
    }

    /// What was sent to a webhook, the latest first, and how much there is of
    /// it.
    pub async fn deliveries(
        &self,
        webhook: &str,
        offset: u64,
        limit: u64,
    ) -> Result<(Vec<Delivery>, u64)> {
        self.get(webhook).await?;
        let query = deliveries::Entity::find().filter(deliveries::Column::WebhookId.eq(webhook));
        let total = query.clone().count(self.db().read()).await?;
        let rows = query
            .order_by_desc(deliveries::Column::Id)
            .offset(offset)
            .limit(limit)
            .all(self.db().read())
            .await?;
        Ok((rows, total))
    }

    /// Sends a message once more, now, with all its attempts.
    pub async fn retry(&self, webhook: &str, id: &str) -> Result<Delivery> {
        let tx = self.db().begin().await?;
        let before = deliveries::Entity::find_by_id(id)
            .filter(deliveries::Column::WebhookId.eq(webhook))
            .lock_exclusive()
            .one(&tx)
            .await?
            .ok_or(NotifyError::NotFound("delivery"))?;
        if let Some(job) = &before.job_id {
            // Should it be running now, it sees that another one has taken over.
            self.0.jobs.cancel(&tx, job).await?;
        }
        let job = self.0.jobs.enqueue(&tx, job(id)).await?;
        let mut row = before.into_active_model();
        row.state = Set(DeliveryState::Queued);
        row.error = Set(None);
        row.next_attempt_at = Set(Some(now_micros()));
        row.finished_at = Set(None);
        row.job_id = Set(Some(job.to_string()));
        let row = row.update(&tx).await?;
        tx.commit().await?;
        self.wake();
        Ok(row)
    }

    /// Forgets what was sent long ago.
    pub async fn collect(&self) -> Result<()> {
        let keep = i64::try_from(KEEP.as_micros()).unwrap_or(i64::MAX);
        deliveries::Entity::delete_many()
            .filter(deliveries::Column::FinishedAt.lt(now_micros() - keep))
            .exec(self.db().write())
            .await?;
        Ok(())
    }
}

fn job(delivery: &str) -> NewJob {
    let attempts = u32::try_from(PAUSES.len() + 1).unwrap_or(u32::MAX);
    NewJob::new(deliver::KIND, json!({ "delivery_id": delivery })).max_attempts(attempts)
}

fn checked_events(events: Vec<String>) -> Result<EventNames> {
    let known = EventKind::ALL.map(EventKind::as_str);
    let mut kept: Vec<String> = Vec::with_capacity(events.len().min(known.len()));
    for event in events {
        if EventKind::parse(&event).is_none() {
            let reason = format!("must be of {}", known.join(", "));
            return Err(NotifyError::field("events", reason));
        }
        if !kept.contains(&event) {
            kept.push(event);
        }
    }
    if kept.is_empty() {
        return Err(NotifyError::field("events", "must name at least one event"));
    }
    Ok(EventNames(kept))
}

fn checked_description(text: &str) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > DESCRIPTION_MAX {
        let reason = format!("must not be longer than {DESCRIPTION_MAX} characters");
        return Err(NotifyError::field("description", reason));
    }
    Ok(text.to_owned())
}
