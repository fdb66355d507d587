//! Cast and crew of videos and shows.

use axum::Json;
use matinee_catalog::{NewCredit, Show, ShowPatch, Subject};
use matinee_identity::access::Action;
use utoipa::ToSchema;

use super::titled::{Edition, Visit};
use super::view::CreditView;
use crate::http::edition::{Etag, IfMatch};
use crate::videos::visible;
use crate::{Body, PathId, Problem, ProblemResult};

/// A credit to give.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "describes NewCredit, whose crate knows no OpenAPI"
)]
pub struct CreditFields {
    /// `person_…`; or a `name`.
    person_id: Option<String>,
    /// A person of this name is found or made.
    name: Option<String>,
    /// `actor` (unless given), `director`, `writer`, …
    role: Option<String>,
    /// Whom they play, or what exactly they did.
    character: Option<String>,
    /// The person's names in other databases, by which namesakes are told apart.
    external_ids: Option<std::collections::BTreeMap<String, String>>,
}

impl Visit {
    async fn credits(&self, subject: Subject, id: &str) -> ProblemResult<Vec<CreditView>> {
        let credits = self.state.catalog.credits(subject, id).await?;
        self.looking().credits(credits).await
    }
}

/// Get the credits of a video, in order
#[utoipa::path(get, path = "/api/videos/{id}/credits", tag = "titles", params(("id" = String, Path)),
    responses((status = 200, body = Vec<CreditView>), (status = 404, body = Problem)))]
pub(super) async fn of_video(
    visit: Visit,
    PathId(id): PathId,
) -> ProblemResult<Json<Vec<CreditView>>> {
    visible(&visit.state, &visit.caller, &id, Action::Watch).await?;
    Ok(Json(visit.credits(Subject::Video, &id).await?))
}

/// Set the credits of a video
///
/// These, in this order, instead of all that there were. Kept as a revision.
#[utoipa::path(put, path = "/api/videos/{id}/credits", tag = "titles",
    params(("id" = String, Path), ("if-match" = Option<String>, Header)), request_body = Vec<CreditFields>,
    responses((status = 200, body = Vec<CreditView>, headers(("etag" = String))), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn set_of_video(
    visit: Visit,
    seen: IfMatch,
    PathId(id): PathId,
    Body(new): Body<Vec<NewCredit>>,
) -> Edition<Vec<CreditView>> {
    visible(&visit.state, &visit.caller, &id, Action::Edit).await?;
    let edit = seen.edit(&visit.caller);
    let catalog = &visit.state.catalog;
    let video = catalog.set_video_credits(&id, new, &edit).await?;
    let all = visit.credits(Subject::Video, &id).await?;
    Ok((Etag(video.revision), Json(all)))
}

/// Set the credits of a show
#[utoipa::path(put, path = "/api/shows/{id}/credits", tag = "titles",
    params(("id" = String, Path), ("if-match" = Option<String>, Header)), request_body = Vec<CreditFields>,
    responses((status = 200, body = Vec<CreditView>, headers(("etag" = String))), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn set_of_show(
    visit: Visit,
    seen: IfMatch,
    PathId(id): PathId,
    Body(new): Body<Vec<NewCredit>>,
) -> Edition<Vec<CreditView>> {
    visit.own::<Show>(&id).await?;
    let edit = seen.edit(&visit.caller);
    let catalog = &visit.state.catalog;
    let show = catalog
        .edit_show_with_credits(&id, ShowPatch::default(), new, &edit)
        .await?;
    let all = visit.credits(Subject::Show, &id).await?;
    Ok((Etag(show.revision), Json(all)))
}
