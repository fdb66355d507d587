//! `GET /api/audit`: what administrators and others of weight have done.

use axum::extract::State;
use axum::response::Response;
use http::Uri;
use jiff::Timestamp;
use matinee_identity::{AuditFilter, AuditRecord};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::{Acting, page};
use crate::videos::view::rfc3339;
use crate::{AppState, Params, Problem, ProblemResult};

/// Which acts.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditParams {
    /// By this account (`user_…`).
    actor: Option<String>,
    /// This action, such as `user.role`; `user.` means all of that thing.
    action: Option<String>,
    /// Done to what has this identifier.
    subject: Option<String>,
    /// Not before this instant (RFC 3339).
    since: Option<String>,
    /// Before this instant (RFC 3339).
    until: Option<String>,
    /// 1 to 200; 50 unless given.
    limit: Option<u64>,
    /// From the `Link: …; rel="next"` of the page before.
    cursor: Option<String>,
}

/// One act.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditView {
    /// `audit_…`
    id: String,
    /// When (RFC 3339).
    at: String,
    /// The account that acted; `null` for the program itself.
    actor_id: Option<String>,
    /// What the account was called then.
    actor_name: String,
    /// What was done, as `thing.verb`.
    action: String,
    /// The identifier of what it was done to.
    subject: Option<String>,
    /// What else is worth knowing, such as values before and after.
    #[schema(value_type = Option<Object>)]
    detail: Value,
    /// The client's address.
    addr: Option<String>,
}

impl From<AuditRecord> for AuditView {
    fn from(record: AuditRecord) -> Self {
        let AuditRecord {
            id,
            at,
            actor_id,
            actor_name,
            action,
            subject,
            detail,
            addr,
        } = record;
        Self {
            id,
            at: rfc3339(at),
            actor_id,
            actor_name,
            action,
            subject,
            detail,
            addr,
        }
    }
}

/// List what has been done
///
/// For administrators; the newest first. The answer is an array. `Link: …;
/// rel="next"` leads to the next page.
#[utoipa::path(get, path = "/api/audit", tag = "people", params(AuditParams),
    responses((status = 200, body = Vec<AuditView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    acting: Acting,
    uri: Uri,
    Params(params): Params<AuditParams>,
) -> ProblemResult<Response> {
    acting.operator()?;
    let limit = page::limit(params.limit)?;
    let after = page::after("audit", params.cursor.as_deref())?;
    let filter = AuditFilter {
        actor: params.actor,
        action: params.action.map(action).transpose()?,
        subject: params.subject,
        since: instant("since", params.since.as_deref())?,
        until: instant("until", params.until.as_deref())?,
    };
    let audit = state.accounts.audit();
    let (records, more) = audit.list(&filter, after.as_ref(), limit).await?;
    let next = records.last().filter(|_| more).map(|last| last.id.clone());
    let views: Vec<AuditView> = records.into_iter().map(AuditView::from).collect();
    Ok(page::answer(&views, next.as_deref(), &uri))
}

fn action(text: String) -> ProblemResult<String> {
    if text
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b"._-".contains(&b))
    {
        Ok(text)
    } else {
        Err(Problem::field(
            "action",
            "must be such as user.role or user.",
        ))
    }
}

fn instant(field: &'static str, text: Option<&str>) -> ProblemResult<Option<i64>> {
    text.map(str::parse::<Timestamp>)
        .transpose()
        .map(|at| at.map(Timestamp::as_microsecond))
        .map_err(|_| Problem::field(field, "must be an instant such as 2026-11-21T10:00:00Z"))
}
