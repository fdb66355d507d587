//! `/api/notifications` and `/api/account/notifications`.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use http::{StatusCode, Uri};
use matinee_notify::news::{Notification, Wishes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::follow::account;
use crate::community::paging;
use crate::videos::view::rfc3339;
use crate::{Acting, AppState, Body, Params, Problem, ProblemResult};

/// The most that are marked by their ids at once.
const IDS_MAX: usize = 200;

/// Something that you are told.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotificationView {
    /// `notification_…`
    id: String,
    /// What has happened.
    #[schema(value_type = NotificationKind)]
    kind: String,
    /// Plain text.
    title: String,
    /// Plain text; may be empty.
    body: String,
    /// A page of the site.
    url: String,
    /// RFC 3339.
    created_at: String,
    /// When you read it, RFC 3339; null if you have not.
    read_at: Option<String>,
}

/// What you are told of.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "names the words that are sent")]
pub enum NotificationKind {
    /// Somebody whom you follow is on the air.
    StreamStarted,
    /// They are going to be.
    StreamScheduled,
    /// What they broadcast can be watched.
    RecordingReady,
}

impl From<Notification> for NotificationView {
    fn from(one: Notification) -> Self {
        Self {
            id: one.id,
            kind: one.kind,
            title: one.title,
            body: one.body,
            url: one.url,
            created_at: rfc3339(one.created_at),
            read_at: one.read_at.map(rfc3339),
        }
    }
}

/// Which notifications.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct NotificationParams {
    /// Only those that you have not read; `false` only those that you have.
    unread: Option<bool>,
    /// 1 to 200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// Rows to skip.
    #[param(maximum = 100_000)]
    offset: Option<u64>,
}

/// List what you were told
///
/// The latest first; of the last 90 days. `X-Total-Count` says how much it is.
#[utoipa::path(get, path = "/api/notifications", tag = "notifications", params(NotificationParams),
    responses((status = 200, body = Vec<NotificationView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    acting: Acting,
    uri: Uri,
    Params(params): Params<NotificationParams>,
) -> ProblemResult<Response> {
    let me = account(&acting)?;
    let limit = paging::limit(params.limit)?;
    let offset = paging::offset(params.offset, None)?;
    let (rows, total) = state
        .notifications
        .list(&me, params.unread, offset, limit)
        .await?;
    let views: Vec<NotificationView> = rows.into_iter().map(Into::into).collect();
    Ok(paging::answer_at(&views, offset, total, &uri))
}

/// How much you have not read.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnreadView {
    /// So many notifications.
    unread: u64,
}

/// Count what you have not read
#[utoipa::path(get, path = "/api/notifications/count", tag = "notifications",
    responses((status = 200, body = UnreadView), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(super) async fn count(
    State(state): State<AppState>,
    acting: Acting,
) -> ProblemResult<Json<UnreadView>> {
    let me = account(&acting)?;
    let unread = state.notifications.unread(&me).await?;
    Ok(Json(UnreadView { unread }))
}

/// What you have read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadForm {
    /// These: at most 200.
    #[serde(default)]
    #[schema(max_items = 200)]
    ids: Option<Vec<String>>,
    /// All of them.
    #[serde(default)]
    all: bool,
}

/// Mark notifications as read
///
/// Those of `ids`, or `all`. What is not there, or is read, stays so.
#[utoipa::path(post, path = "/api/notifications/read", tag = "notifications", request_body = ReadForm,
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn read(
    State(state): State<AppState>,
    acting: Acting,
    Body(form): Body<ReadForm>,
) -> ProblemResult<StatusCode> {
    let me = account(&acting)?;
    let ids = form.ids.as_deref().filter(|_| !form.all);
    if ids.is_none() && !form.all {
        return Err(Problem::field("ids", "must be given, or all must be true"));
    }
    if ids.is_some_and(|ids| ids.len() > IDS_MAX) {
        let reason = format!("must not be more than {IDS_MAX}");
        return Err(Problem::field("ids", reason));
    }
    state.notifications.read(&me, ids).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How you want to be told.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NotificationWishes {
    /// By mail, to the address that you have proven.
    email: bool,
    /// On the site.
    in_app: bool,
}

/// See how you are told
#[utoipa::path(get, path = "/api/account/notifications", tag = "notifications",
    responses((status = 200, body = NotificationWishes), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(super) async fn wishes(
    State(state): State<AppState>,
    acting: Acting,
) -> ProblemResult<Json<NotificationWishes>> {
    let Wishes { email, in_app } = state.notifications.wishes(&account(&acting)?).await?;
    Ok(Json(NotificationWishes { email, in_app }))
}

/// Choose how you are told
#[utoipa::path(put, path = "/api/account/notifications", tag = "notifications",
    request_body = NotificationWishes,
    responses((status = 200, body = NotificationWishes), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn wish(
    State(state): State<AppState>,
    acting: Acting,
    Body(wanted): Body<NotificationWishes>,
) -> ProblemResult<Json<NotificationWishes>> {
    let me = account(&acting)?;
    let wishes = Wishes {
        email: wanted.email,
        in_app: wanted.in_app,
    };
    state.notifications.wish(&me, wishes).await?;
    Ok(Json(wanted))
}
