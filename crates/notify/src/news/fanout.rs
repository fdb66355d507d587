//! The jobs that tell people.

use std::collections::HashMap;

use async_trait::async_trait;
use matinee_catalog::community::followers_after;
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use matinee_identity::IdentityError;
use matinee_jobs::{JobContext, JobError, JobHandler, NewJob};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::store::{notifications, settings};
use super::{News, Notifications, Wishes, news_of};
use crate::{NotifyError, Result};

/// The kind of the jobs that go through followers.
pub(super) const FAN_OUT: &str = "tell-followers";
/// The kind of the jobs that write letters.
const LETTER: &str = "letter";
/// How many followers are told in one go.
const BATCH: u64 = 500;
/// How many letters are written at once.
const LETTERS_AT_ONCE: usize = 2;

/// Goes through the followers.
pub struct FanOutHandler(pub Notifications);

#[async_trait]
impl JobHandler for FanOutHandler {
    fn kind(&self) -> &'static str {
        FAN_OUT
    }

    async fn run(&self, ctx: JobContext) -> Result<(), JobError> {
        let news = news_of(&ctx.job.payload)?;
        let after = ctx.job.payload["after"].as_str();
        Ok(self.0.tell_batch(&ctx, &news, after).await?)
    }

    fn limit(&self) -> Option<usize> {
        Some(1)
    }
}

impl Notifications {
    async fn tell_batch(&self, ctx: &JobContext, news: &News, after: Option<&str>) -> Result<()> {
        let jobs = &self.0.jobs;
        let tx = self.db().begin().await?;
        let followers = followers_after(&tx, &news.followed, after, BATCH).await?;
        let ids = || followers.iter().map(String::as_str);
        let wishes: HashMap<String, Wishes> = settings::Entity::find()
            .filter(settings::Column::Account.is_in(ids()))
            .all(&tx)
            .await?
            .into_iter()
            .map(|row| {
                let wishes = Wishes {
                    email: row.email,
                    in_app: row.in_app,
                };
                (row.account, wishes)
            })
            .collect();
        let wishes = |account: &str| wishes.get(account).copied().unwrap_or_default();
        let now = now_micros();
        let mut rows = Vec::new();
        for account in &followers {
            let wishes = wishes(account);
            if wishes.in_app {
                rows.push(row(news, account, now));
            }
            if wishes.email {
                let payload = json!({ "news": news, "account": account });
                jobs.enqueue(&tx, NewJob::new(LETTER, payload)).await?;
            }
        }
        if !rows.is_empty() {
            notifications::Entity::insert_many(rows)
                .on_conflict(once())
                .exec_without_returning(&tx)
                .await?;
        }
        crate::push::enqueue(&tx, jobs, news, &followers).await?;
        if followers.len() as u64 == BATCH {
            let last = followers.last().map(String::as_str);
            self.batch(&tx, news, last).await?;
        }
        ctx.complete(&tx).await?;
        tx.commit().await?;
        jobs.wake();
        Ok(())
    }
}

impl Notifications {
    /// Tells these accounts, once the transaction commits: on the site, and by mail.
    pub(crate) async fn enqueue_for(
        &self,
        tx: &impl ConnectionTrait,
        news: &News,
        accounts: &[String],
    ) -> Result<()> {
        let now = now_micros();
        let rows = accounts.iter().map(|account| row(news, account, now));
        notifications::Entity::insert_many(rows)
            .on_conflict(once())
            .exec_without_returning(tx)
            .await?;
        for account in accounts {
            let payload = json!({ "news": news, "account": account, "asked": false });
            self.0
                .jobs
                .enqueue(tx, NewJob::new(LETTER, payload))
                .await?;
        }
        Ok(())
    }
}

/// Nobody is told the same twice.
fn once() -> OnConflict {
    OnConflict::columns([
        notifications::Column::Account,
        notifications::Column::Kind,
        notifications::Column::Subject,
        notifications::Column::At,
    ])
    .do_nothing()
    .to_owned()
}

fn row(news: &News, account: &str, now: i64) -> notifications::ActiveModel {
    notifications::ActiveModel {
        id: Set(Id::new("notification").to_string()),
        account: Set(account.to_owned()),
        kind: Set(news.kind.as_str().to_owned()),
        subject: Set(news.subject.clone()),
        at: Set(news.at),
        title: Set(news.title.clone()),
        body: Set(news.body.clone()),
        url: Set(news.url.clone()),
        created_at: Set(now),
        read_at: Set(None),
    }
}

/// Writes letters.
pub struct LetterHandler(pub Notifications);

#[async_trait]
impl JobHandler for LetterHandler {
    fn kind(&self) -> &'static str {
        LETTER
    }

    async fn run(&self, ctx: JobContext) -> Result<(), JobError> {
        let news = news_of(&ctx.job.payload)?;
        let account = ctx.job.payload["account"].as_str();
        let account = account.ok_or(NotifyError::Corrupt("recipient"))?;
        let as_wished = ctx.job.payload["asked"].as_bool().unwrap_or(true);
        // They may have thought better of it.
        if as_wished && !self.0.wishes(account).await?.email {
            return Ok(());
        }
        let why = if as_wished {
            "You are told because you follow them. How you are told is chosen in your account."
        } else {
            "You are told because you run this service. What is told of is chosen in the studio, under Analytics."
        };
        let text = format!("{}\n\n{}\n\n{why}", news.body, news.url);
        match self
            .0
            .0
            .accounts
            .write_to(account, &news.title, &text)
            .await
        {
            // Somebody without a proven address is told on the site alone.
            Ok(_) | Err(IdentityError::NotFound(_)) => Ok(()),
            Err(error) => Err(JobError::retry(error)),
        }
    }

    fn limit(&self) -> Option<usize> {
        Some(LETTERS_AT_ONCE)
    }
}
