//! The history of edits, and the way back.

use axum::Json;
use matinee_catalog::{Collection, Person, Revision, Show, Subject};
use matinee_identity::access::Action;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::titled::{Edition, Numbered, Titled, Visit, numbered};
use super::view::{CollectionWhole, PersonWhole, ShowWhole};
use crate::http::edition::{Etag, IfMatch};
use crate::videos::view::{VideoView, rfc3339};
use crate::videos::{view_of, visible};
use crate::{AppState, Params, PathId, Problem, ProblemResult};

/// Rows on a page unless the client says otherwise.
const LIMIT: u64 = 50;
const LIMIT_MAX: u64 = 200;

/// Which revisions.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct RevisionParams {
    /// Only those before this number.
    before: Option<i64>,
    /// 1 to 200; 50 unless given.
    limit: Option<u64>,
}

/// An edit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RevisionView {
    /// From 1, which is how it was at first.
    pub number: i64,
    /// RFC 3339.
    pub at: String,
    /// The account that made it; none for the server itself.
    pub actor: Option<String>,
    /// How it came about: `create`, `edit`, `restore`, `import`, …
    pub via: String,
    /// What it has changed.
    pub changes: Vec<ChangeView>,
}

/// A field that an edit has changed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChangeView {
    /// The field.
    pub field: String,
    /// What it was.
    pub before: Value,
    /// What it became.
    pub after: Value,
}

impl From<Revision> for RevisionView {
    fn from(revision: Revision) -> Self {
        Self {
            number: revision.number,
            at: rfc3339(revision.at),
            actor: revision.actor,
            via: revision.via,
            changes: revision
                .changes
                .0
                .into_iter()
                .map(|change| ChangeView {
                    field: change.field,
                    before: change.before,
                    after: change.after,
                })
                .collect(),
        }
    }
}

async fn list(
    state: &AppState,
    subject: Subject,
    id: &str,
    params: &RevisionParams,
) -> ProblemResult<Json<Vec<RevisionView>>> {
    let limit = params.limit.unwrap_or(LIMIT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(Problem::field(
            "limit",
            format!("must be from 1 to {LIMIT_MAX}"),
        ));
    }
    let all = state
        .catalog
        .revisions(subject, id, params.before, limit)
        .await?;
    Ok(Json(all.into_iter().map(Into::into).collect()))
}

async fn list_own<T: Titled>(
    visit: Visit,
    id: String,
    Params(params): Params<RevisionParams>,
) -> ProblemResult<Json<Vec<RevisionView>>> {
    visit.own::<T>(&id).await?;
    list(&visit.state, T::SUBJECT, &id, &params).await
}

/// List the edits of a video, the latest first
#[utoipa::path(get, path = "/api/videos/{id}/revisions", tag = "titles",
    params(("id" = String, Path), RevisionParams),
    responses((status = 200, body = Vec<RevisionView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn of_video(
    visit: Visit,
    PathId(id): PathId,
    Params(params): Params<RevisionParams>,
) -> ProblemResult<Json<Vec<RevisionView>>> {
    visible(&visit.state, &visit.caller, &id, Action::Edit).await?;
    list(&visit.state, Subject::Video, &id, &params).await
}

/// Go back to an earlier revision of a video
///
/// Which is an edit of its own. Who may see the video stays as it is.
#[utoipa::path(post, path = "/api/videos/{id}/revisions/{n}/restore", tag = "titles",
    params(("id" = String, Path), ("n" = i64, Path), ("if-match" = Option<String>, Header)),
    responses((status = 200, body = VideoView, headers(("etag" = String))), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn restore_video(
    visit: Visit,
    seen: IfMatch,
    path: Numbered,
) -> Edition<VideoView> {
    let (id, number) = numbered(path)?;
    let Visit {
        state,
        caller,
        origin,
        ..
    } = visit;
    visible(&state, &caller, &id, Action::Edit).await?;
    let edit = seen.edit(&caller);
    let video = state.catalog.restore_video(&id, number, &edit).await?;
    let etag = Etag(video.revision);
    Ok((etag, Json(view_of(&state, video, &origin).await?)))
}

/// List the edits of a show, the latest first
#[utoipa::path(get, path = "/api/shows/{id}/revisions", tag = "titles",
    params(("id" = String, Path), RevisionParams),
    responses((status = 200, body = Vec<RevisionView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn of_show(
    visit: Visit,
    PathId(id): PathId,
    params: Params<RevisionParams>,
) -> ProblemResult<Json<Vec<RevisionView>>> {
    list_own::<Show>(visit, id, params).await
}

/// Go back to an earlier revision of a show
#[utoipa::path(post, path = "/api/shows/{id}/revisions/{n}/restore", tag = "titles",
    params(("id" = String, Path), ("n" = i64, Path), ("if-match" = Option<String>, Header)),
    responses((status = 200, body = ShowWhole, headers(("etag" = String))), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn restore_show(
    visit: Visit,
    seen: IfMatch,
    path: Numbered,
) -> Edition<ShowWhole> {
    visit.restore::<Show>(path, seen).await
}

/// List the edits of a person, the latest first
#[utoipa::path(get, path = "/api/people/{id}/revisions", tag = "titles",
    params(("id" = String, Path), RevisionParams),
    responses((status = 200, body = Vec<RevisionView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn of_person(
    visit: Visit,
    PathId(id): PathId,
    params: Params<RevisionParams>,
) -> ProblemResult<Json<Vec<RevisionView>>> {
    list_own::<Person>(visit, id, params).await
}

/// Go back to an earlier revision of a person
#[utoipa::path(post, path = "/api/people/{id}/revisions/{n}/restore", tag = "titles",
    params(("id" = String, Path), ("n" = i64, Path), ("if-match" = Option<String>, Header)),
    responses((status = 200, body = PersonWhole, headers(("etag" = String))), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn restore_person(
    visit: Visit,
    seen: IfMatch,
    path: Numbered,
) -> Edition<PersonWhole> {
    visit.restore::<Person>(path, seen).await
}

/// List the edits of a collection, the latest first
#[utoipa::path(get, path = "/api/collections/{id}/revisions", tag = "titles",
    params(("id" = String, Path), RevisionParams),
    responses((status = 200, body = Vec<RevisionView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn of_collection(
    visit: Visit,
    PathId(id): PathId,
    params: Params<RevisionParams>,
) -> ProblemResult<Json<Vec<RevisionView>>> {
    list_own::<Collection>(visit, id, params).await
}

/// Go back to an earlier revision of a collection
#[utoipa::path(post, path = "/api/collections/{id}/revisions/{n}/restore", tag = "titles",
    params(("id" = String, Path), ("n" = i64, Path), ("if-match" = Option<String>, Header)),
    responses((status = 200, body = CollectionWhole, headers(("etag" = String))), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn restore_collection(
    visit: Visit,
    seen: IfMatch,
    path: Numbered,
) -> Edition<CollectionWhole> {
    visit.restore::<Collection>(path, seen).await
}
