//! `/api/videos/{id}/chat`.

use axum::extract::State;
use axum::response::Response;
use http::Uri;
use matinee_identity::access::Action;
use matinee_live::chat::Replayed;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::chat::ChatMessageView;
use crate::community::paging;
use crate::{AppState, Caller, Params, PathId, Problem, ProblemResult};

/// Messages on a page unless the client says otherwise.
const LIMIT: u64 = 200;
/// No recording is longer, in milliseconds: a month.
const POSITION_MAX: i64 = 31 * 86_400_000;

/// A message beside a recording.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplayedMessageView {
    /// What was said.
    #[serde(flatten)]
    message: ChatMessageView,
    /// The position in the recording at which it was said, in milliseconds.
    offset_ms: i64,
}

impl From<&Replayed> for ReplayedMessageView {
    fn from(replayed: &Replayed) -> Self {
        Self {
            message: ChatMessageView::new(&replayed.message),
            offset_ms: replayed.offset_ms,
        }
    }
}

/// Which messages.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ReplayParams {
    /// From this position in the recording on, in milliseconds; its beginning
    /// unless given.
    #[param(minimum = 0, maximum = 2_678_400_000_i64)]
    from_ms: Option<i64>,
    /// Before this position, in milliseconds; to the end unless given.
    #[param(minimum = 0, maximum = 2_678_400_000_i64)]
    to_ms: Option<i64>,
    /// 200 unless given; at most as many as `CHAT_HISTORY_LIMIT` says.
    #[param(minimum = 1)]
    limit: Option<u64>,
    /// From the `Link: …; rel="next"` of the page before.
    cursor: Option<String>,
}

fn position(field: &str, given: Option<i64>, usual: i64) -> ProblemResult<i64> {
    let position = given.unwrap_or(usual);
    if (0..=POSITION_MAX).contains(&position) {
        Ok(position)
    } else {
        let reason = format!("must be from 0 to {POSITION_MAX}");
        Err(Problem::field(field, reason))
    }
}

/// Read what was said while a video was recorded
///
/// The chat beside the broadcast whose recording it is, the earliest message
/// first; empty for other videos. Messages that were deleted or held back are
/// left out. What was said while the encoder was away lies where the recording
/// goes on.
#[utoipa::path(get, path = "/api/videos/{id}/chat", tag = "live",
    params(("id" = String, Path), ReplayParams),
    responses((status = 200, body = Vec<ReplayedMessageView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    uri: Uri,
    PathId(id): PathId,
    Params(params): Params<ReplayParams>,
) -> ProblemResult<Response> {
    let video = state.catalog.get(&id).await?;
    caller.require_for(&video, Action::Watch)?;
    let from = position("from_ms", params.from_ms, 0)?;
    let end = video.duration_ms.unwrap_or(POSITION_MAX).saturating_add(1);
    let to = position("to_ms", params.to_ms, POSITION_MAX)?.min(end);
    let chat = &state.live.chat;
    let most = chat.options().history_max;
    let limit = params.limit.unwrap_or(LIMIT.min(most));
    if !(1..=most).contains(&limit) {
        return Err(Problem::field("limit", format!("must be from 1 to {most}")));
    }
    let said = chat
        .replay(&id, (from, to), params.cursor.as_deref(), limit)
        .await?;
    let views: Vec<ReplayedMessageView> = said.iter().map(Into::into).collect();
    let full = views.len() as u64 == limit;
    let next = said.last().filter(|_| full);
    let next = next.map(|last| last.message.row.id.as_str());
    Ok(paging::answer(&views, next, None, &uri))
}
