//! `PATCH /api/videos/{id}/renditions/{rendition_id}`: what audio tracks are
//! called, and which of them plays first.

use axum::Json;
use axum::extract::State;
use matinee_catalog::RenditionChange;
use matinee_identity::access::Action;
use serde::Deserialize;
use utoipa::ToSchema;

use super::person::permitted;
use super::subtitle_form::{label_of, tag_of};
use crate::http::extract::{PathIds, nullable};
use crate::videos::view::RenditionView;
use crate::{AppState, Body, Caller, Problem, ProblemResult};

/// A change of an audio track: an absent field stays, `null` clears it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::option_option,
    reason = "absent, null and given are three things"
)]
pub struct RenditionPatch {
    /// What a person sees in a menu, such as `Commentary`.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    label: Option<Option<String>>,
    /// A language tag (BCP 47).
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    language: Option<Option<String>>,
    /// What it is for: `dub`, `original`, `commentary`, `description` or `music`.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    role: Option<Option<String>>,
    /// Whether players choose it unless told otherwise; no other one is then.
    #[serde(default, alias = "default")]
    is_default: Option<bool>,
}

/// Change what is said about an audio track
///
/// Playlists and manifests say it at once.
#[utoipa::path(patch, path = "/api/videos/{id}/renditions/{rendition_id}", tag = "community",
    params(("id" = String, Path), ("rendition_id" = String, Path)), request_body = RenditionPatch,
    responses((status = 200, body = RenditionView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn patch(
    State(state): State<AppState>,
    caller: Caller,
    PathIds(id, rendition): PathIds,
    Body(change): Body<RenditionPatch>,
) -> ProblemResult<Json<RenditionView>> {
    permitted(&state, &caller, &id, Action::Edit).await?;
    let judged = |wish: Option<Option<String>>, judge: fn(&str) -> ProblemResult<String>| {
        wish.map(|text| text.as_deref().map(judge).transpose())
            .transpose()
    };
    let change = RenditionChange {
        label: judged(change.label, label_of)?,
        language: judged(change.language, tag_of)?,
        role: change.role,
        is_default: change.is_default,
    };
    let row = state
        .catalog
        .change_rendition(&id, &rendition, change)
        .await?;
    Ok(Json((&row).into()))
}
