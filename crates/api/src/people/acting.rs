//! Who acts, and the log that remembers it.

use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;
use matinee_identity::access::Action;
use matinee_identity::{Audit, AuditEntry, User};
use serde_json::Value;

use crate::{AppState, Caller, ClientAddr, Problem, ProblemResult};

/// Somebody who may do something that is written down.
#[derive(Clone)]
pub struct Acting {
    /// Who.
    pub caller: Caller,
    /// From where.
    pub addr: String,
    audit: Audit,
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

    /// An entry for the log, to be written in the act's own transaction.
    pub fn entry(
        &self,
        action: &'static str,
        subject: impl Into<String>,
        detail: Value,
    ) -> AuditEntry {
        AuditEntry::new(&self.caller.0.principal, action)
            .subject(subject)
            .detail(detail)
            .addr(&self.addr)
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
        let ClientAddr(addr) = ClientAddr::from_request_parts(parts, state).await?;
        Ok(Self {
            caller,
            addr,
            audit: AppState::from_ref(state).accounts.audit(),
        })
    }
}
