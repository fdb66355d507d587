//! The history of edits, and the way back.

use axum::Json;
use axum::extract::{Path, State};
use matinee_catalog::{Revision, Subject};
use matinee_engines::id::Id;
use matinee_identity::access::Action;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::sight::{self, sight};
use super::view::{CollectionWhole, Looking, PersonWhole, ShowWhole};
use crate::http::edition::{Etag, IfMatch};
use crate::videos::view::{VideoView, rfc3339};
use crate::videos::{view_of, visible};
use crate::{AppState, Caller, Params, PathId, Problem, ProblemResult, PublicOrigin};

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

/// The `{id}` and `{n}` of a path.
fn place(path: Result<Path<(String, i64)>, impl Sized>) -> ProblemResult<(String, i64)> {
    let gone = || Problem::not_found("There is nothing under this address.");
    let Path((id, number)) = path.map_err(|_| gone())?;
    id.parse::<Id>().map_err(|_| gone())?;
    Ok((id, number))
}

type Place = Result<Path<(String, i64)>, axum::extract::rejection::PathRejection>;

fn looking<'a>(state: &'a AppState, caller: &Caller, origin: &'a PublicOrigin) -> Looking<'a> {
    Looking {
        state,
        sight: sight(caller),
        origin,
    }
}

/// List the edits of a video, the latest first
#[utoipa::path(get, path = "/api/videos/{id}/revisions", tag = "titles",
    params(("id" = String, Path), RevisionParams),
    responses((status = 200, body = Vec<RevisionView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn of_video(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
    Params(params): Params<RevisionParams>,
) -> ProblemResult<Json<Vec<RevisionView>>> {
    visible(&state, &caller, &id, Action::Edit).await?;
    list(&state, Subject::Video, &id, &params).await
}

/// Go back to an earlier revision of a video
///
/// Which is an edit of its own. Who may see the video stays as it is.
#[utoipa::path(post, path = "/api/videos/{id}/revisions/{n}/restore", tag = "titles",
    params(("id" = String, Path), ("n" = i64, Path), ("if-match" = Option<String>, Header)),
    responses((status = 200, body = VideoView, headers(("etag" = String))), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn restore_video(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    seen: IfMatch,
    path: Place,
) -> ProblemResult<(Etag, Json<VideoView>)> {
    let (id, number) = place(path)?;
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
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
    Params(params): Params<RevisionParams>,
) -> ProblemResult<Json<Vec<RevisionView>>> {
    sight::own_show(&state, &caller, &id).await?;
    list(&state, Subject::Show, &id, &params).await
}

/// Go back to an earlier revision of a show
#[utoipa::path(post, path = "/api/shows/{id}/revisions/{n}/restore", tag = "titles",
    params(("id" = String, Path), ("n" = i64, Path), ("if-match" = Option<String>, Header)),
    responses((status = 200, body = ShowWhole, headers(("etag" = String))), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn restore_show(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    seen: IfMatch,
    path: Place,
) -> ProblemResult<(Etag, Json<ShowWhole>)> {
    let (id, number) = place(path)?;
    sight::own_show(&state, &caller, &id).await?;
    let edit = seen.edit(&caller);
    let show = state.catalog.restore_show(&id, number, &edit).await?;
    let etag = Etag(show.revision);
    let whole = looking(&state, &caller, &origin).whole_show(show).await?;
    Ok((etag, Json(whole)))
}

/// List the edits of a person, the latest first
#[utoipa::path(get, path = "/api/people/{id}/revisions", tag = "titles",
    params(("id" = String, Path), RevisionParams),
    responses((status = 200, body = Vec<RevisionView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn of_person(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
    Params(params): Params<RevisionParams>,
) -> ProblemResult<Json<Vec<RevisionView>>> {
    sight::own_person(&state, &caller, &id).await?;
    list(&state, Subject::Person, &id, &params).await
}

/// Go back to an earlier revision of a person
#[utoipa::path(post, path = "/api/people/{id}/revisions/{n}/restore", tag = "titles",
    params(("id" = String, Path), ("n" = i64, Path), ("if-match" = Option<String>, Header)),
    responses((status = 200, body = PersonWhole, headers(("etag" = String))), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn restore_person(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    seen: IfMatch,
    path: Place,
) -> ProblemResult<(Etag, Json<PersonWhole>)> {
    let (id, number) = place(path)?;
    sight::own_person(&state, &caller, &id).await?;
    let edit = seen.edit(&caller);
    let person = state.catalog.restore_person(&id, number, &edit).await?;
    let etag = Etag(person.revision);
    let whole = looking(&state, &caller, &origin)
        .whole_person(person)
        .await?;
    Ok((etag, Json(whole)))
}

/// List the edits of a collection, the latest first
#[utoipa::path(get, path = "/api/collections/{id}/revisions", tag = "titles",
    params(("id" = String, Path), RevisionParams),
    responses((status = 200, body = Vec<RevisionView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn of_collection(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
    Params(params): Params<RevisionParams>,
) -> ProblemResult<Json<Vec<RevisionView>>> {
    sight::own_collection(&state, &caller, &id).await?;
    list(&state, Subject::Collection, &id, &params).await
}

/// Go back to an earlier revision of a collection
#[utoipa::path(post, path = "/api/collections/{id}/revisions/{n}/restore", tag = "titles",
    params(("id" = String, Path), ("n" = i64, Path), ("if-match" = Option<String>, Header)),
    responses((status = 200, body = CollectionWhole, headers(("etag" = String))), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
pub(super) async fn restore_collection(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    seen: IfMatch,
    path: Place,
) -> ProblemResult<(Etag, Json<CollectionWhole>)> {
    let (id, number) = place(path)?;
    sight::own_collection(&state, &caller, &id).await?;
    let edit = seen.edit(&caller);
    let collection = state.catalog.restore_collection(&id, number, &edit).await?;
    let etag = Etag(collection.revision);
    let whole = looking(&state, &caller, &origin)
        .whole_collection(collection)
        .await?;
    Ok((etag, Json(whole)))
}
