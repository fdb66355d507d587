//! The audit log: who has done what to whom or what, and from where.
//!
//! An entry is written in the transaction of the act itself where there is
//! one, so that neither exists without the other. Entries are never changed;
//! they name accounts by what these were called at the time, because the log
//! outlives them.

use std::borrow::Cow;

use matinee_engines::db::Db;
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;

use crate::store::audit_log as table;
use crate::{Principal, Result};

/// The most characters that are kept of a name or an address.
const NAME_MAX: usize = 256;

/// One act, about to be written down.
#[derive(Debug, Clone)]
pub struct AuditEntry {
    /// The account that acts; `None` for the program itself or somebody
    /// without account.
    pub actor: Option<Id>,
    /// What the account was called.
    pub actor_name: String,
    /// What was done, as `thing.verb`: `user.role`, `video.delete`.
    pub action: Cow<'static, str>,
    /// The identifier of what it was done to.
    pub subject: Option<String>,
    /// What else is worth knowing, such as the value before and after. Never a
    /// secret.
    pub detail: Value,
    /// The client's address.
    pub addr: Option<String>,
}

impl AuditEntry {
    /// Somebody does something.
    pub fn new(actor: &Principal, action: impl Into<Cow<'static, str>>) -> Self {
        let user = actor.user();
        Self {
            actor: user.map(|user| user.id.clone()),
            actor_name: user.map_or_else(String::new, |user| user.username.clone()),
            action: action.into(),
            subject: None,
            detail: Value::Null,
            addr: None,
        }
    }

    /// The same, done to this.
    #[must_use]
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// The same with more to know.
    #[must_use]
    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }

    /// The same from this address.
    #[must_use]
    pub fn addr(mut self, addr: impl Into<String>) -> Self {
        self.addr = Some(addr.into());
        self
    }
}

/// One act, as it was written down.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRecord {
    /// `audit_…`
    pub id: String,
    /// When, in UTC microseconds since the Unix epoch.
    pub at: i64,
    /// The account that acted, if it had one.
    pub actor_id: Option<String>,
    /// What the account was called then; empty for none.
    pub actor_name: String,
    /// What was done, as `thing.verb`.
    pub action: String,
    /// The identifier of what it was done to.
    pub subject: Option<String>,
    /// What else is worth knowing.
    pub detail: Value,
    /// The client's address.
    pub addr: Option<String>,
}

/// Which entries; an absent field lets all through.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// By this account.
    pub actor: Option<String>,
    /// This action; one that ends in a dot means all of that thing (`user.`).
    pub action: Option<String>,
    /// Done to this.
    pub subject: Option<String>,
    /// Not before this instant, in UTC microseconds.
    pub since: Option<i64>,
    /// Before this instant, in UTC microseconds.
    pub until: Option<i64>,
}

/// Writes and reads the log.
#[derive(Clone)]
pub struct Audit(Db);

impl Audit {
    /// The log in this database.
    pub fn new(db: Db) -> Self {
        Self(db)
    }

    /// Writes an entry down, on the connection or in the transaction of the act.
    pub async fn record<C: ConnectionTrait>(conn: &C, entry: AuditEntry) -> Result<()> {
        let short = |text: String| text.chars().take(NAME_MAX).collect::<String>();
        let row = table::ActiveModel {
            id: Set(Id::new("audit").into()),
            at: Set(now_micros()),
            actor_id: Set(entry.actor.map(Into::into)),
            actor_name: Set(short(entry.actor_name)),
            action: Set(entry.action.into_owned()),
            subject: Set(entry.subject.map(short)),
            detail: Set(entry.detail.to_string()),
            addr: Set(entry.addr.map(short)),
        };
        table::Entity::insert(row)
            .exec_without_returning(conn)
            .await?;
        Ok(())
    }

    /// Writes down what was done elsewhere, outside a transaction.
    pub async fn add(&self, entry: AuditEntry) -> Result<()> {
        Self::record(self.0.write(), entry).await
    }

    /// At most `limit` entries, the newest first, after the one with the
    /// identifier `after`; and whether there are more.
    pub async fn list(
        &self,
        filter: &AuditFilter,
        after: Option<&Id>,
        limit: u64,
    ) -> Result<(Vec<AuditRecord>, bool)> {
        use table::Column as C;
        let mut query = table::Entity::find()
            .order_by_desc(C::Id)
            .limit(limit.saturating_add(1));
        for (column, wanted) in [(C::ActorId, &filter.actor), (C::Subject, &filter.subject)] {
            if let Some(text) = wanted {
                query = query.filter(column.eq(text));
            }
        }
        if let Some(action) = &filter.action {
            query = if action.ends_with('.') {
                query.filter(C::Action.starts_with(action))
            } else {
                query.filter(C::Action.eq(action))
            };
        }
        if let Some(since) = filter.since {
            query = query.filter(C::At.gte(since));
        }
        if let Some(until) = filter.until {
            query = query.filter(C::At.lt(until));
        }
        if let Some(after) = after {
            query = query.filter(C::Id.lt(after.as_str()));
        }
        let mut rows = query.all(self.0.read()).await?;
        let more = rows.len() as u64 > limit;
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok((rows.into_iter().map(record).collect(), more))
    }
}

fn record(row: table::Model) -> AuditRecord {
    AuditRecord {
        id: row.id,
        at: row.at,
        actor_id: row.actor_id,
        actor_name: row.actor_name,
        action: row.action,
        subject: row.subject,
        detail: serde_json::from_str(&row.detail).unwrap_or_default(),
        addr: row.addr,
    }
}
