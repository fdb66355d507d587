//! Who acts, and the log that remembers it.

use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;
use matinee_identity::access::Action;
use matinee_identity::{Audit, AuditEntry, Device, Scopes, User, Via};
use serde_json::Value;

use crate::http::acts::Act;
use crate::{AppState, Caller, Client, Problem, ProblemResult};

/// Somebody who may do something that is written down.
#[derive(Clone)]
pub struct Acting {
    /// Who.
    pub caller: Caller,
    /// From where.
    pub device: Device,
    /// What they were recognised by, if they were.
    pub via: Option<Via>,
    audit: Audit,
    act: Act,
}

impl Acting {
    /// Refuses unless they run the service.
    pub fn operator(&self) -> ProblemResult<()> {
        self.caller.require(Action::Operate)
    }

    /// Who, if signed in; refuses otherwise.
    pub fn user(&self) -> ProblemResult<&User> {
        self.caller.0.user().ok_or_else(Problem::sign_in)
    }

    /// Who, if it is a person rather than a program with an API key, and not a
    /// child: only they look after the account itself.
    pub fn owner(&self) -> ProblemResult<&User> {
        let user = self.user()?;
        if user.scopes != Scopes::all() || matches!(self.via, Some(Via::Key { .. })) {
            return Err(Problem::forbidden(
                "Accounts are looked after by people: sign in without an API key or a narrower scope.",
            ));
        }
        if user.is_kid() {
            return Err(Problem::forbidden(
                "This profile may not change the account.",
            ));
        }
        Ok(user)
    }

    /// When they signed in, if in a browser's session, in UTC microseconds.
    pub fn since(&self) -> Option<i64> {
        match &self.via {
            Some(Via::Session { since, .. }) => Some(*since),
            _ => None,
        }
    }

    /// Their session's identifier, if they have one.
    pub fn session(&self) -> Option<&str> {
        self.via.as_ref().and_then(Via::session)
    }

    /// An entry for the log, to be written in the act's own transaction.
    pub fn entry(
        &self,
        action: &'static str,
        subject: impl Into<String>,
        detail: Value,
    ) -> AuditEntry {
        self.act.is_written();
        AuditEntry::new(&self.caller.0.principal, action)
            .subject(subject)
            .detail(detail)
            .addr(&self.device.addr)
    }

    /// Writes down what they have just done.
    pub async fn record(
        &self,
        action: &'static str,
        subject: impl Into<String>,
        detail: Value,
    ) -> ProblemResult<()> {
        let entry = self.entry(action, subject, detail);
        Ok(self.audit.add(entry).await?)
    }
}

impl<S> FromRequestParts<S> for Acting
where
    S: Send + Sync,
    AppState: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let Client(device) = Client::from_request_parts(parts, state).await?;
        Ok(Self {
            caller,
            device,
            via: parts.extensions.get::<Via>().cloned(),
            audit: AppState::from_ref(state).accounts.audit(),
            act: Act::from_request_parts(parts, state).await?,
        })
    }
}
