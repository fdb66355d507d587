//! Telling what has happened, once.

use std::time::Duration;

use matinee_engines::db::Db;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
};

use crate::news::{News, Notifications};
use crate::webhooks::Webhooks;
use crate::{Event, EventKind, Result};

/// Followers are told of the same stream once in so long, however often it is
/// begun.
const QUIET: Duration = Duration::from_mins(30);

/// `milestones`: what was told of which subject, and when that was.
pub(crate) mod milestones {
    use sea_orm::entity::prelude::*;

    /// One of them.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "milestones")]
    pub struct Model {
        /// The id of what it happened to.
        #[sea_orm(primary_key, auto_increment = false)]
        pub subject: String,
        /// What.
        #[sea_orm(primary_key, auto_increment = false)]
        pub event: String,
        /// When it happened (UTC microseconds).
        pub at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Tells what has happened. A clone is the same.
#[derive(Clone)]
pub struct Herald {
    db: Db,
    webhooks: Webhooks,
    notifications: Notifications,
}

impl Herald {
    /// Tells these.
    pub fn new(db: Db, webhooks: Webhooks, notifications: Notifications) -> Self {
        Self {
            db,
            webhooks,
            notifications,
        }
    }

    /// Tells of an event, unless it was told; whether it was. Followers are told
    /// the news, unless they heard the like within [`QUIET`]. All that follows
    /// from it is enqueued when this returns.
    pub async fn tell(&self, event: &Event, news: Option<&News>) -> Result<bool> {
        self.tell_all(event, news, &[]).await
    }

    /// The same of an event that concerns these accounts, whomever they follow: they are told
    /// the news on the site, and by mail whatever they wish else.
    pub async fn tell_these(
        &self,
        event: &Event,
        news: &News,
        accounts: &[String],
    ) -> Result<bool> {
        self.tell_all(event, Some(news), accounts).await
    }

    async fn tell_all(
        &self,
        event: &Event,
        news: Option<&News>,
        accounts: &[String],
    ) -> Result<bool> {
        if told(self.db.read(), event).await? == Some(event.at) {
            return Ok(false);
        }
        let tx = self.db.begin().await?;
        // Asked again where nobody else can come in between.
        let before = told(&tx, event).await?;
        if before == Some(event.at) {
            return Ok(false);
        }
        note(&tx, event).await?;
        self.webhooks.enqueue(&tx, event).await?;
        let quiet = i64::try_from(QUIET.as_micros()).unwrap_or(i64::MAX);
        let recent = before.is_some_and(|at| event.at.abs_diff(at) < quiet.unsigned_abs());
        if let Some(news) = news {
            if !accounts.is_empty() {
                self.notifications.enqueue_for(&tx, news, accounts).await?;
            } else if !recent && !news.followed.is_empty() {
                self.notifications.enqueue(&tx, news).await?;
            }
        }
        tx.commit().await?;
        self.webhooks.wake();
        Ok(true)
    }
}

/// When what was last told of this kind had happened.
async fn told(conn: &impl ConnectionTrait, event: &Event) -> Result<Option<i64>> {
    let told = milestones::Entity::find_by_id(key(event)).one(conn).await?;
    Ok(told.map(|told| told.at))
}

fn key(event: &Event) -> (String, String) {
    (event.subject.clone(), event.kind.as_str().to_owned())
}

async fn note(tx: &impl ConnectionTrait, event: &Event) -> Result<()> {
    if event.kind == EventKind::VideoDeleted {
        // Nothing more happens to it.
        milestones::Entity::delete_many()
            .filter(milestones::Column::Subject.eq(event.subject.as_str()))
            .exec(tx)
            .await?;
        return Ok(());
    }
    milestones::Entity::delete_by_id(key(event))
        .exec(tx)
        .await?;
    let row = milestones::ActiveModel {
        subject: Set(event.subject.clone()),
        event: Set(event.kind.as_str().to_owned()),
        at: Set(event.at),
    };
    row.insert(tx).await?;
    Ok(())
}
