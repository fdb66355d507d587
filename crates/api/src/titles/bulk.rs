//! `PATCH /api/videos`: one change of many videos.

use axum::Json;
use axum::extract::State;
use matinee_catalog::DetailsPatch;
use matinee_identity::access::Action;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::acts::Act;
use crate::http::edition::IfMatch;
use crate::videos::view::VideoView;
use crate::videos::{may_hang_onto, views};
use crate::{AppState, Body, Caller, Problem, ProblemResult, PublicOrigin};

/// The most videos that are changed at once.
const BULK_MAX: usize = 500;

/// One change of many videos.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BulkEdit {
    ids: Vec<String>,
    #[serde(default)]
    patch: DetailsPatch,
    /// Tags to add to those that each video has.
    #[serde(default)]
    add_tags: Vec<String>,
    /// Tags to take away.
    #[serde(default)]
    remove_tags: Vec<String>,
}

/// One change of many videos.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "describes BulkEdit, which holds a type of a crate that knows no OpenAPI"
)]
pub struct BulkFields {
    /// 1 to 500 videos.
    ids: Vec<String>,
    /// As for a single video: an absent field stays, `null` clears it.
    patch: Option<crate::videos::VideoPatch>,
    /// Tags to add to those that each video has.
    add_tags: Option<Vec<String>>,
    /// Tags to take away.
    remove_tags: Option<Vec<String>>,
}

/// What has become of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkOutcome {
    /// The videos as they are now, in the order asked for.
    pub videos: Vec<VideoView>,
}

/// Change many videos at once
///
/// All of them or none: a wrong field, or a video that you may not change,
/// refuses the whole. Every video's change is a revision of its own.
#[utoipa::path(patch, path = "/api/videos", tag = "titles", request_body = BulkFields,
    responses((status = 200, body = BulkOutcome), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn patch_many(
    State(state): State<AppState>,
    caller: Caller,
    act: Act,
    origin: PublicOrigin,
    Body(bulk): Body<BulkEdit>,
) -> ProblemResult<Json<BulkOutcome>> {
    caller.require(Action::Upload)?;
    if bulk.ids.is_empty() || bulk.ids.len() > BULK_MAX {
        return Err(Problem::field(
            "ids",
            format!("must be from 1 to {BULK_MAX}"),
        ));
    }
    let onto = bulk.patch.extra_of.as_ref().and_then(Option::as_deref);
    may_hang_onto(&state, &caller, onto).await?;
    act.tell("videos", bulk.ids.len());
    let known = state.catalog.find_many(&bulk.ids).await?;
    let mut changes = Vec::with_capacity(bulk.ids.len());
    let mut seen = std::collections::HashSet::new();
    for (n, id) in bulk.ids.iter().enumerate() {
        let field = format!("ids[{n}]");
        let Some(video) = known.get(id) else {
            return Err(Problem::field(field, "must be the id of a video"));
        };
        if !caller.may(video, Action::Edit) {
            return Err(if caller.may(video, Action::Watch) {
                Problem::forbidden(format!("Your account may not change {id}."))
            } else {
                Problem::field(field, "must be the id of a video")
            });
        }
        if !seen.insert(id) {
            return Err(Problem::field(field, "must not be there twice"));
        }
        let mut patch = bulk.patch.clone();
        if !bulk.add_tags.is_empty() || !bulk.remove_tags.is_empty() {
            let removed: Vec<String> = bulk.remove_tags.iter().map(|t| t.to_lowercase()).collect();
            let mut tags = patch.tags.take().unwrap_or_else(|| video.tags.0.clone());
            tags.retain(|tag| !removed.contains(&tag.to_lowercase()));
            tags.extend(bulk.add_tags.iter().cloned());
            patch.tags = Some(tags);
        }
        changes.push((id.clone(), patch));
    }
    let edit = IfMatch(None).edit(&caller);
    let videos = state.catalog.edit_many(changes, &edit).await?;
    Ok(Json(BulkOutcome {
        videos: views(&state, videos, &origin).await?,
    }))
}
