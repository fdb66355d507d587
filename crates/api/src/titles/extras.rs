//! Trailers and other extras.

use axum::Json;
use axum::extract::State;
use matinee_catalog::{Filter, Page, Sort, SortKey};
use matinee_identity::access::Action;

use crate::videos::view::VideoView;
use crate::videos::{views, visible};
use crate::{AppState, Caller, PathId, Problem, ProblemResult, PublicOrigin};

/// The most extras that come at once.
const EXTRAS_MAX: u64 = 200;

/// List the extras of a video
///
/// Trailers first. A video becomes an extra by its `extra_of`.
#[utoipa::path(get, path = "/api/videos/{id}/extras", tag = "titles", params(("id" = String, Path)),
    responses((status = 200, body = Vec<VideoView>), (status = 404, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathId(id): PathId,
) -> ProblemResult<Json<Vec<VideoView>>> {
    visible(&state, &caller, &id, Action::Watch).await?;
    let filter = Filter {
        extra_of: Some(id),
        ..Filter::default()
    };
    let sort = Sort {
        key: SortKey::Title,
        descending: false,
    };
    let page = state
        .catalog
        .list(&caller.audience(), &filter, sort, Page::First, EXTRAS_MAX)
        .await?;
    let mut extras = page.videos;
    let rank = |kind: Option<&str>| match kind {
        Some("trailer") => 0,
        Some("teaser") => 1,
        _ => 2,
    };
    extras.sort_by_key(|video| rank(video.extra_kind.as_deref()));
    Ok(Json(views(&state, extras, &origin).await?))
}
