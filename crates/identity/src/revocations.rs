//! Stream tokens that were taken back before they ran out.
//!
//! A token is checked without the database, so what is taken back has to be
//! known beforehand: every node keeps in memory from which instant on tokens
//! of a subject count again, and follows the table behind it several times a
//! second. A subject is an account, a session, an API key, or a video.
//!
//! What takes something away from somebody (a group, a session, their account)
//! or changes whom a video is open to calls [`take_back`] in its own
//! transaction; whoever still may watch asks for another token. Memberships
//! that have run out are read from their own table. Rows older than the
//! longest token are of no use and go, and tokens that old are refused.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use matinee_engines::db::Db;
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use parking_lot::RwLock;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, Statement};
use tokio_util::sync::CancellationToken;

use crate::store::stream_revocations::{ActiveModel, Column, Entity};
use crate::{Result, StreamTokens};

/// How often the table is looked at.
const EVERY: Duration = Duration::from_millis(400);
/// How far back it is looked at each time: transactions end later than they
/// begin, and other nodes' clocks are not quite this one's.
const OVERLAP: i64 = 30 * 1_000_000;
/// The most subjects in memory. Beyond, every token issued so far has to be
/// replaced: rather that than one that opens what it should not.
const SUBJECTS_MAX: usize = 100_000;
/// How many rows one statement writes.
const ROWS: usize = 200;
/// This process, among those on the same database.
static NODE: LazyLock<Id> = LazyLock::new(|| Id::new("node"));

/// From which instant on (UTC microseconds) tokens count, by the subject's tag.
#[derive(Debug, Default)]
pub(crate) struct Revoked(RwLock<Since>);

#[derive(Debug, Default)]
struct Since {
    subjects: HashMap<[u8; 12], i64>,
    everybody: i64,
}

impl Revoked {
    /// Whether what one of these was issued at that instant is worth nothing.
    pub(crate) fn is_revoked(&self, issued_at: i64, subjects: [&[u8; 12]; 3]) -> bool {
        let since = self.0.read();
        let of = |subject| since.subjects.get(subject).copied().unwrap_or(i64::MIN);
        issued_at <= since.everybody || subjects.into_iter().any(|s| issued_at <= of(s))
    }

    /// Tokens of this subject count from then on; whether that is news.
    fn revoke(&self, subject: [u8; 12], at: i64) -> bool {
        let mut since = self.0.write();
        if since.subjects.len() >= SUBJECTS_MAX {
            since.subjects.clear();
            since.everybody = since.everybody.max(at);
        }
        let known = since.subjects.entry(subject).or_insert(i64::MIN);
        let news = *known < at;
        *known = at.max(*known);
        news
    }

    fn knows(&self, subject: &[u8; 12], at: i64) -> bool {
        let since = self.0.read();
        let known = since.subjects.get(subject).copied();
        at <= since.everybody || known.is_some_and(|known| at <= known)
    }

    /// What is older than that is worth nothing, whoever it was issued to.
    fn forget_before(&self, instant: i64) {
        let mut since = self.0.write();
        since.subjects.retain(|_, at| *at >= instant);
        since.everybody = since.everybody.max(instant.saturating_sub(1));
    }
}

/// Has tokens that were issued until now to these subjects (accounts,
/// sessions, keys) or for them (videos) refused within a second.
pub async fn take_back<C: ConnectionTrait>(
    conn: &C,
    subjects: impl IntoIterator<Item = &str>,
) -> Result<(), sea_orm::DbErr> {
    let now = now_micros();
    let rows: Vec<ActiveModel> = subjects
        .into_iter()
        .map(|subject| ActiveModel {
            subject: Set(subject.to_owned()),
            revoked_at: Set(now),
            node: Set(Some(NODE.to_string())),
        })
        .collect();
    for rows in rows.chunks(ROWS) {
        let later = OnConflict::column(Column::Subject)
            .update_columns([Column::RevokedAt, Column::Node])
            .to_owned();
        Entity::insert_many(rows.to_vec())
            .on_conflict(later)
            .exec_without_returning(conn)
            .await?;
    }
    Ok(())
}

/// Keeps this node's memory of what was taken back true.
#[derive(Clone)]
pub struct Revocations {
    db: Db,
    tokens: Arc<StreamTokens>,
    lifetime: i64,
}

#[derive(FromQueryResult)]
struct Row {
    subject: String,
    at: i64,
    // Who wrote it.
    node: Option<String>,
}

impl Revocations {
    /// For tokens that live no longer than that.
    pub fn new(db: Db, tokens: Arc<StreamTokens>, lifetime: Duration) -> Self {
        Self {
            db,
            tokens,
            lifetime: i64::try_from(lifetime.as_micros()).unwrap_or(i64::MAX),
        }
    }

    /// Reads what was taken back before this node began. Nothing is to be
    /// played earlier.
    pub async fn load(&self) -> Result<()> {
        let since = self.oldest();
        self.tokens.revoked().forget_before(since);
        // Another node may have issued a token a moment after the row was
        // written, not having seen it yet.
        let margin = i64::try_from(2 * EVERY.as_micros()).unwrap_or(0);
        for row in self.rows(since).await? {
            let tag = self.tokens.viewer_tag(&row.subject);
            self.tokens.revoked().revoke(tag, row.at + margin);
        }
        Ok(())
    }

    /// Follows the table until canceled. `on_news` makes this node ask the
    /// database again who may what, before it issues other tokens.
    pub async fn run(&self, stop: CancellationToken, on_news: impl Fn() + Send + Sync) {
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut seen = now_micros().saturating_sub(self.lifetime);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = ticks.tick() => {}
            }
            let now = now_micros();
            match self.follow(seen.saturating_sub(OVERLAP), &on_news).await {
                Ok(()) => seen = now,
                Err(error) => {
                    tracing::warn!(%error, "what was taken back could not be read; it is tried again");
                }
            }
        }
    }

    async fn follow(&self, since: i64, on_news: &(impl Fn() + Send + Sync)) -> Result<()> {
        let mut news = Vec::new();
        for row in self.rows(since).await? {
            let tag = self.tokens.viewer_tag(&row.subject);
            if !self.tokens.revoked().knows(&tag, row.at) {
                let ours = row.node.as_deref() == Some(NODE.as_str());
                news.push((tag, ours.then_some(row.at)));
            }
        }
        if news.is_empty() {
            return Ok(());
        }
        on_news();
        // What this node has issued since another one wrote the row, going by
        // what it still believed, is worth nothing either.
        let now = now_micros();
        for (tag, ours) in news {
            self.tokens.revoked().revoke(tag, ours.unwrap_or(now));
        }
        Ok(())
    }

    /// Before this instant no token was issued that is still good.
    fn oldest(&self) -> i64 {
        now_micros()
            .saturating_sub(self.lifetime)
            .saturating_sub(OVERLAP)
    }

    async fn rows(&self, since: i64) -> Result<Vec<Row>> {
        // Every node knows by itself when a membership has run out.
        let sql = "SELECT subject, revoked_at AS at, node FROM stream_revocations \
            WHERE revoked_at > $1 \
            UNION ALL SELECT user_id, expires_at, CAST($3 AS TEXT) FROM group_members \
            WHERE expires_at > $1 AND expires_at <= $2";
        let values = [since.into(), now_micros().into(), NODE.as_str().into()];
        let statement = Statement::from_sql_and_values(self.db.backend(), sql, values);
        Ok(Row::find_by_statement(statement)
            .all(self.db.read())
            .await?)
    }

    /// Forgets what concerns no token any more.
    pub async fn collect(&self) -> Result<()> {
        let instant = self.oldest();
        self.tokens.revoked().forget_before(instant);
        Entity::delete_many()
            .filter(Column::RevokedAt.lt(instant))
            .exec(self.db.write())
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_issued_before_is_worth_nothing_and_what_comes_after_is() {
        let revoked = Revoked::default();
        let (ada, film, other) = ([1; 12], [2; 12], [3; 12]);
        assert!(!revoked.is_revoked(10, [&ada, &film, &other]));
        assert!(revoked.revoke(ada, 20));
        assert!(!revoked.revoke(ada, 20));
        assert!(revoked.is_revoked(20, [&ada, &film, &other]));
        assert!(revoked.is_revoked(20, [&film, &ada, &other]));
        assert!(!revoked.is_revoked(21, [&ada, &film, &other]));
        assert!(!revoked.is_revoked(20, [&film, &film, &other]));
        // Tokens so old have run out: nothing needs to be known of them.
        revoked.forget_before(21);
        assert!(revoked.is_revoked(20, [&film, &film, &film]));
        assert!(!revoked.is_revoked(21, [&ada, &film, &other]));
    }

    #[test]
    fn when_memory_is_full_every_token_so_far_is_worth_nothing() {
        let revoked = Revoked::default();
        for n in 0..=u32::try_from(SUBJECTS_MAX).unwrap_or(u32::MAX) {
            let mut tag = [0; 12];
            tag[..4].copy_from_slice(&n.to_be_bytes());
            revoked.revoke(tag, 5);
        }
        assert!(revoked.is_revoked(5, [&[255; 12], &[255; 12], &[255; 12]]));
        assert!(!revoked.is_revoked(6, [&[255; 12], &[255; 12], &[255; 12]]));
    }
}
