//! The rules, kept and applied.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use matinee_engines::db::Db;
use matinee_engines::time::now_micros;
use sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict};

use super::{CommentsFrom, Effect, Hook, Kind, Rules, Submission, Verdict, Words};
use crate::community::Person;
use crate::community::store::settings;
use crate::{CatalogError, FieldError, Result};

/// How long rules are good for that another node may have changed.
const GOOD_FOR: Duration = Duration::from_secs(5);
/// The one row of the table.
const ROW: i32 = 1;

/// The rules and the hooks.
#[derive(Debug)]
pub struct Moderation {
    db: Db,
    hooks: Vec<Arc<dyn Hook>>,
    known: Mutex<Option<(Instant, Arc<Loaded>)>>,
}

/// Rules, and the filter made of them.
#[derive(Debug)]
struct Loaded {
    rules: Rules,
    words: Words,
}

impl Moderation {
    /// The rules in this database, and no hook besides the word filter.
    pub fn new(db: Db) -> Self {
        Self {
            db,
            hooks: Vec::new(),
            known: Mutex::new(None),
        }
    }

    /// The same with another hook, which is asked after the word filter.
    #[must_use]
    pub fn with(mut self, hook: Arc<dyn Hook>) -> Self {
        self.hooks.push(hook);
        self
    }

    /// What operators chose.
    pub async fn rules(&self) -> Result<Rules> {
        Ok(self.loaded().await?.rules.clone())
    }

    /// Keeps other rules; `by` is the account that chooses them.
    pub async fn set_rules(&self, rules: Rules, by: Option<&str>) -> Result<Rules> {
        let rules = rules.checked()?;
        let json = serde_json::to_value(&rules).unwrap_or_default();
        let row = settings::ActiveModel {
            id: Set(ROW),
            rules: Set(json),
            version: Set(None),
            updated_at: Set(now_micros()),
            updated_by: Set(by.map(str::to_owned)),
        };
        settings::Entity::insert(row)
            .on_conflict(
                OnConflict::column(settings::Column::Id)
                    .update_columns([
                        settings::Column::Rules,
                        settings::Column::UpdatedAt,
                        settings::Column::UpdatedBy,
                    ])
                    .to_owned(),
            )
            .exec_without_returning(self.db.write())
            .await?;
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(rules)
    }

    async fn loaded(&self) -> Result<Arc<Loaded>> {
        if let Some((at, loaded)) = &*self.known.lock().unwrap_or_else(PoisonError::into_inner)
            && at.elapsed() < GOOD_FOR
        {
            return Ok(loaded.clone());
        }
        let at = Instant::now();
        let row = settings::Entity::find_by_id(ROW)
            .one(self.db.read())
            .await?;
        let rules: Rules = match row {
            // Rules of a newer version may have fields that this one lacks.
            Some(row) => serde_json::from_value(row.rules).unwrap_or_else(|error| {
                tracing::error!(%error, "the moderation rules cannot be read; the usual ones count");
                Rules::default()
            }),
            None => Rules::default(),
        };
        let loaded = Arc::new(Loaded {
            words: Words::new(&rules),
            rules,
        });
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((at, loaded.clone()));
        Ok(loaded)
    }

    /// What is to happen with what somebody writes. A refusal is an error that
    /// names the field. What moderators write themselves is not judged.
    pub async fn judge(
        &self,
        kind: Kind,
        texts: &[(&'static str, &str)],
        who: &Person,
    ) -> Result<Verdict> {
        if who.moderator {
            return Ok(Verdict::allow());
        }
        let verdict = self.verdict(kind, texts, &who.key).await?;
        let loaded = self.loaded().await?;
        let held = loaded.rules.hold_all && matches!(kind, Kind::Comment | Kind::Review);
        if held && verdict.effect < Effect::Hold {
            return Ok(Verdict {
                effect: Effect::Hold,
                field: "body",
                reason: "everything is read first".to_owned(),
                hook: "hold_all",
            });
        }
        Ok(verdict)
    }

    /// What the hooks say, whoever writes. A refusal is an error that names
    /// the field.
    pub async fn verdict(
        &self,
        kind: Kind,
        texts: &[(&'static str, &str)],
        author: &str,
    ) -> Result<Verdict> {
        let verdict = self.trial(kind, texts, author).await?;
        if verdict.effect == Effect::Refuse {
            let reason = format!("{}, which is not allowed here", verdict.reason);
            return Err(CatalogError::Invalid(vec![FieldError::new(
                verdict.field,
                reason,
            )]));
        }
        Ok(verdict)
    }

    /// The same, where a refusal is told and not an error: for trying rules.
    pub async fn trial(
        &self,
        kind: Kind,
        texts: &[(&'static str, &str)],
        author: &str,
    ) -> Result<Verdict> {
        let loaded = self.loaded().await?;
        let what = Submission {
            kind,
            texts,
            author,
        };
        let mut verdict = loaded.words.judge(what).await;
        for hook in &self.hooks {
            verdict = verdict.or_stricter(Verdict {
                hook: hook.name(),
                ..hook.judge(what).await
            });
        }
        Ok(verdict)
    }

    /// Refuses unless this person may write comments (or reviews) at all.
    pub async fn may_write(&self, kind: Kind, who: Option<&Person>) -> Result<WhoMayWrite> {
        let rules = self.rules().await?;
        let from = match kind {
            Kind::Review => rules.reviews,
            _ => rules.comments,
        };
        let signed_in = who.is_some_and(|person| person.account.is_some());
        Ok(match from {
            CommentsFrom::Nobody => WhoMayWrite::Nobody,
            CommentsFrom::SignedIn if !signed_in => WhoMayWrite::SignIn,
            _ => WhoMayWrite::Yes,
        })
    }
}

/// Whether somebody may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhoMayWrite {
    /// They may.
    Yes,
    /// Somebody who signs in may.
    SignIn,
    /// Nobody may.
    Nobody,
}
