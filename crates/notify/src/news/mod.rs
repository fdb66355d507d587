//! What people are told who follow somebody: on the site, by mail if they
//! wish, and in browsers that they have subscribed ([`crate::push`]).
//!
//! However many they are, whoever makes the news waits for none of them: a job
//! goes through the followers in batches, and each batch is told, and the next
//! one enqueued, in one transaction. A letter is a job of its own.

mod fanout;
mod store;

use std::sync::Arc;
use std::time::Duration;

use matinee_engines::db::Db;
use matinee_engines::time::now_micros;
use matinee_identity::Accounts;
use matinee_jobs::{Jobs, NewJob};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{NotifyError, Result};

pub use fanout::{FanOutHandler, LetterHandler};
pub(crate) use store::Tables;
pub use store::notifications::Model as Notification;

use store::{notifications, settings};

/// How long notifications are kept.
const KEEP: Duration = Duration::from_hours(90 * 24);
/// The most notifications that an export holds.
const EXPORT_MAX: u64 = 10_000;

/// What followers are told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewsKind {
    /// Somebody is on the air.
    StreamStarted,
    /// Somebody is going to be.
    StreamScheduled,
    /// What somebody broadcast can be watched.
    RecordingReady,
    /// A service level is missed, or met again.
    ServiceLevel,
}

impl NewsKind {
    /// The word that is kept and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StreamStarted => "stream_started",
            Self::StreamScheduled => "stream_scheduled",
            Self::RecordingReady => "recording_ready",
            Self::ServiceLevel => "service_level",
        }
    }
}

/// News of somebody, for those who follow them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// What.
    pub kind: NewsKind,
    /// The account whose followers are told.
    pub followed: String,
    /// The id of what it happened to.
    pub subject: String,
    /// When (UTC microseconds).
    pub at: i64,
    /// Plain text.
    pub title: String,
    /// Plain text; may be empty.
    pub body: String,
    /// A page of the site.
    pub url: String,
}

/// How somebody wants to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wishes {
    /// By mail.
    pub email: bool,
    /// On the site.
    pub in_app: bool,
}

impl Default for Wishes {
    fn default() -> Self {
        Self {
            email: false,
            in_app: true,
        }
    }
}

/// What people are told. A clone shares it.
#[derive(Clone)]
pub struct Notifications(Arc<Inner>);

struct Inner {
    db: Db,
    jobs: Jobs,
    accounts: Accounts,
}

impl Notifications {
    /// What is told to the people of this database.
    pub fn new(db: Db, jobs: Jobs, accounts: Accounts) -> Self {
        Self(Arc::new(Inner { db, jobs, accounts }))
    }

    fn db(&self) -> &Db {
        &self.0.db
    }

    /// Has the followers told, once the transaction commits.
    pub(crate) async fn enqueue(&self, tx: &impl ConnectionTrait, news: &News) -> Result<()> {
        self.batch(tx, news, None).await
    }

    /// The job that tells the followers after this one.
    async fn batch(
        &self,
        tx: &impl ConnectionTrait,
        news: &News,
        after: Option<&str>,
    ) -> Result<()> {
        let payload = json!({ "news": news, "after": after });
        self.0
            .jobs
            .enqueue(tx, NewJob::new(fanout::FAN_OUT, payload))
            .await?;
        Ok(())
    }

    /// How an account wants to be told.
    pub async fn wishes(&self, account: &str) -> Result<Wishes> {
        let row = settings::Entity::find_by_id(account)
            .one(self.db().read())
            .await?;
        Ok(row.map_or_else(Wishes::default, |row| Wishes {
            email: row.email,
            in_app: row.in_app,
        }))
    }

    /// Keeps how an account wants to be told.
    pub async fn wish(&self, account: &str, wishes: Wishes) -> Result<()> {
        let row = settings::ActiveModel {
            account: Set(account.to_owned()),
            email: Set(wishes.email),
            in_app: Set(wishes.in_app),
        };
        let newer = OnConflict::column(settings::Column::Account)
            .update_columns([settings::Column::Email, settings::Column::InApp])
            .to_owned();
        settings::Entity::insert(row)
            .on_conflict(newer)
            .exec_without_returning(self.db().write())
            .await?;
        Ok(())
    }

    /// What an account was told, the latest first, and how much there is of it;
    /// only what it has not read, or only what it has, if asked for.
    pub async fn list(
        &self,
        account: &str,
        unread: Option<bool>,
        offset: u64,
        limit: u64,
    ) -> Result<(Vec<Notification>, u64)> {
        let mut query =
            notifications::Entity::find().filter(notifications::Column::Account.eq(account));
        query = match unread {
            Some(true) => query.filter(notifications::Column::ReadAt.is_null()),
            Some(false) => query.filter(notifications::Column::ReadAt.is_not_null()),
            None => query,
        };
        let total = query.clone().count(self.db().read()).await?;
        let rows = query
            .order_by_desc(notifications::Column::Id)
            .offset(offset)
            .limit(limit)
            .all(self.db().read())
            .await?;
        Ok((rows, total))
    }

    /// How much an account has not read.
    pub async fn unread(&self, account: &str) -> Result<u64> {
        Ok(notifications::Entity::find()
            .filter(notifications::Column::Account.eq(account))
            .filter(notifications::Column::ReadAt.is_null())
            .count(self.db().read())
            .await?)
    }

    /// Marks these, or all, of an account's as read; what is not there, or is
    /// read, stays so.
    pub async fn read(&self, account: &str, ids: Option<&[String]>) -> Result<()> {
        let mut update = notifications::Entity::update_many()
            .col_expr(notifications::Column::ReadAt, Expr::value(now_micros()))
            .filter(notifications::Column::Account.eq(account))
            .filter(notifications::Column::ReadAt.is_null());
        if let Some(ids) = ids {
            let ids = ids.iter().map(String::as_str);
            update = update.filter(notifications::Column::Id.is_in(ids));
        }
        update.exec(self.db().write()).await?;
        Ok(())
    }

    /// Everything that an account was told and is kept, the earliest first.
    pub async fn told(&self, account: &str) -> Result<Vec<Notification>> {
        Ok(notifications::Entity::find()
            .filter(notifications::Column::Account.eq(account))
            .order_by_asc(notifications::Column::Id)
            .limit(EXPORT_MAX)
            .all(self.db().read())
            .await?)
    }

    /// Forgets an account.
    pub async fn forget(&self, account: &str) -> Result<()> {
        notifications::Entity::delete_many()
            .filter(notifications::Column::Account.eq(account))
            .exec(self.db().write())
            .await?;
        settings::Entity::delete_by_id(account)
            .exec(self.db().write())
            .await?;
        Ok(())
    }

    /// Forgets what was told long ago.
    pub async fn collect(&self) -> Result<()> {
        let keep = i64::try_from(KEEP.as_micros()).unwrap_or(i64::MAX);
        notifications::Entity::delete_many()
            .filter(notifications::Column::CreatedAt.lt(now_micros() - keep))
            .exec(self.db().write())
            .await?;
        Ok(())
    }
}

/// The news of a job.
fn news_of(payload: &serde_json::Value) -> Result<News> {
    let news = serde_json::from_value(payload["news"].clone());
    news.map_err(|_| NotifyError::Corrupt("news"))
}
