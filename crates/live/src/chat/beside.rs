//! What questions and polls share with the chat: who may take part, how often,
//! and what may be written.

use matinee_catalog::community::is_following;
use matinee_catalog::moderation::{Kind, WhoMayWrite, text};
use matinee_engines::db::Db;
use matinee_engines::hot::Rate;

use super::{Chat, Speaker};
use crate::room::Rooms;
use crate::streams::Stream;
use crate::{LiveError, Result};

impl Chat {
    /// The database.
    pub(crate) fn store(&self) -> &Db {
        self.db()
    }

    /// Who is told.
    pub(crate) fn rooms(&self) -> &Rooms {
        &self.0.rooms
    }

    /// The account of somebody who takes part: they have signed in, and nobody
    /// keeps them from it.
    pub(crate) async fn partaker(&self, stream: &Stream, who: &Speaker) -> Result<String> {
        let account = who.person.account.clone().ok_or(LiveError::SignIn)?;
        if who.badge.moderates() {
            return Ok(account);
        }
        match self.ban_of(&stream.id, &who.person).await? {
            Some(ban) => Err(LiveError::Banned { until: ban.until }),
            None => Ok(account),
        }
    }

    /// The same for somebody who writes: the instance's rules count as well.
    pub(crate) async fn writer(&self, stream: &Stream, who: &Speaker) -> Result<String> {
        let account = self.partaker(stream, who).await?;
        let rules = &self.0.moderation;
        match rules.may_write(Kind::Comment, Some(&who.person)).await? {
            WhoMayWrite::Yes => Ok(account),
            _ if who.badge.moderates() => Ok(account),
            WhoMayWrite::SignIn => Err(LiveError::SignIn),
            WhoMayWrite::Nobody => Err(LiveError::NotYours("Writing is closed here.")),
        }
    }

    /// What somebody writes, tidied. What the rules would hold back is refused:
    /// nobody reads it first here.
    pub(crate) async fn written(
        &self,
        who: &Speaker,
        field: &'static str,
        words: &str,
        max: usize,
    ) -> Result<String> {
        let words = text::clean(words);
        if words.is_empty() {
            return Err(LiveError::field(field, "must not be empty"));
        }
        if words.chars().count() > max {
            let reason = format!("must not be longer than {max} characters");
            return Err(LiveError::field(field, reason));
        }
        if self.options().filter && !who.badge.moderates() {
            let texts = [(field, words.as_str())];
            let rules = &self.0.moderation;
            let verdict = rules.verdict(Kind::Comment, &texts, &who.person.key);
            if verdict.await?.held() {
                return Err(LiveError::field(field, "is not allowed here"));
            }
        }
        Ok(words)
    }

    /// Refuses somebody who does not follow the owner of a stream whose chat is
    /// for followers. Without an owner it is for nobody else.
    pub(super) async fn may_among_followers(&self, stream: &Stream, who: &Speaker) -> Result<()> {
        if !stream.followers_only {
            return Ok(());
        }
        let account = who.person.account.as_deref().ok_or(LiveError::SignIn)?;
        let follows = match stream.owner.as_deref() {
            Some(owner) => is_following(self.db().read(), account, owner).await?,
            None => false,
        };
        if follows {
            Ok(())
        } else {
            let reason = "Only those who follow the streamer write here now.";
            Err(LiveError::NotYours(reason))
        }
    }

    /// Takes one of the times that something may be done now; those who look
    /// after the chat are not counted.
    pub(crate) async fn turn(&self, who: &Speaker, key: &str, rate: Rate) -> Result<()> {
        if who.badge.moderates() {
            return Ok(());
        }
        match self.0.hot.take(key, rate, 1).await {
            Ok(taken) if !taken.allowed => Err(LiveError::TooFast {
                retry_after: taken.retry_after,
            }),
            Ok(_) => Ok(()),
            // Better a word too many than none.
            Err(error) => {
                tracing::warn!(%error, "what people do beside a stream is not counted");
                Ok(())
            }
        }
    }
}
