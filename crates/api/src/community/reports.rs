//! `POST /api/reports`: pointing something out to moderators.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use matinee_catalog::community::{NewReport, PlaylistAccess, Reason, Subject, SubjectKind};
use matinee_identity::access::Action;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::person::{acting, asking, permitted};
use crate::{AppState, Body, Caller, Problem, ProblemResult};

/// A report.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportForm {
    /// `video`, `comment`, `review`, `playlist` or `user`.
    subject_kind: String,
    /// The id of what is reported.
    subject_id: String,
    /// `spam`, `abuse`, `hate`, `sexual`, `violence`, `copyright`,
    /// `misleading`, `privacy` or `other`.
    reason: String,
    /// In your words, up to 2000 characters; needed for `other`.
    #[serde(default)]
    details: String,
}

/// That moderators have been told.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportView {
    /// What was reported.
    pub subject_kind: &'static str,
    /// The id of what was reported.
    pub subject_id: String,
    /// `received`.
    pub state: &'static str,
}

/// Report something
///
/// Anything that you see. Saying it again changes what you said.
#[utoipa::path(post, path = "/api/reports", tag = "community", request_body = ReportForm,
    responses((status = 201, body = ReportView), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    Body(form): Body<ReportForm>,
) -> ProblemResult<(StatusCode, Json<ReportView>)> {
    let who = acting(&caller)?;
    let kind = SubjectKind::parse(&form.subject_kind)
        .filter(|kind| SubjectKind::REPORTED.contains(kind))
        .ok_or_else(not_reported)?;
    let reason = Reason::parse(&form.reason).ok_or_else(|| {
        let words = Reason::ALL.map(Reason::as_str).join(", ");
        Problem::field("reason", format!("must be one of {words}"))
    })?;
    let subject = subject(&state, &caller, kind, &form.subject_id).await?;
    let new = NewReport {
        reason,
        details: form.details,
    };
    let case = state.community.report(&who, subject, new).await?;
    Ok((
        StatusCode::CREATED,
        Json(ReportView {
            subject_kind: case.subject_kind.as_str(),
            subject_id: case.subject_id,
            state: "received",
        }),
    ))
}

fn not_reported() -> Problem {
    Problem::field(
        "subject_kind",
        "must be video, comment, review, playlist or user",
    )
}

/// What is reported, if the caller sees it.
async fn subject(
    state: &AppState,
    caller: &Caller,
    kind: SubjectKind,
    id: &str,
) -> ProblemResult<Subject> {
    let who = asking(caller);
    let community = &state.community;
    match kind {
        SubjectKind::Video => {
            let video = permitted(state, caller, id, Action::Watch).await?;
            Ok(Subject::video(&video))
        }
        SubjectKind::Comment => {
            let row = community.comment_row(who.as_ref(), id).await?.comment;
            permitted(state, caller, &row.video_id, Action::Watch).await?;
            Ok(Subject::comment(&row))
        }
        SubjectKind::Review => {
            let row = community.review_row(who.as_ref(), id).await?;
            permitted(state, caller, &row.video_id, Action::Watch).await?;
            Ok(Subject::review(&row))
        }
        SubjectKind::Playlist => {
            let row = community.playlist(id).await?;
            if row.access(who.as_ref()) < PlaylistAccess::See {
                return Err(Problem::not_found("There is nothing under this address."));
            }
            Ok(Subject::playlist(&row.playlist))
        }
        SubjectKind::User => {
            let known = community.author_name(id).await?;
            let name = known.ok_or_else(|| {
                Problem::field(
                    "subject_id",
                    "must be somebody who has written something here",
                )
            })?;
            Ok(Subject::user(id, &name))
        }
        _ => Err(not_reported()),
    }
}
