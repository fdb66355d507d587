//! `/api/videos/{id}/subtitles`: text tracks that people bring.

use axum::Json;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use matinee_catalog::community::SubjectKind;
use matinee_catalog::moderation::Kind;
use matinee_catalog::{Origin, Subtitle, SubtitleChange};
use matinee_engines::blobs::BlobKey;
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use matinee_identity::access::Action;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::person::permitted;
use super::subtitle_form::{self, label_of, tag_of};
use crate::community::words::looked_at;
use crate::http::extract::PathIds;
use crate::videos::view::SubtitleView;
use crate::{AppState, Body, Caller, PathId, Problem, ProblemResult, PublicOrigin};

/// The routes that take files, which have a limit of their own.
pub(super) fn uploads() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, upload))
        .layer(DefaultBodyLimit::disable())
}

/// List the text tracks of a video
#[utoipa::path(get, path = "/api/videos/{id}/subtitles", tag = "community", params(("id" = String, Path)),
    responses((status = 200, body = Vec<SubtitleView>), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
async fn list(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathId(id): PathId,
) -> ProblemResult<Json<Vec<SubtitleView>>> {
    permitted(&state, &caller, &id, Action::Watch).await?;
    let parts = state.catalog.parts(&id).await?;
    let tracks = parts.subtitles.iter();
    Ok(Json(
        tracks.map(|s| SubtitleView::new(s, &origin)).collect(),
    ))
}

/// The form of a text track. The same fields may come in the query, with the
/// file itself as the body.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the form, which is read field by field")]
pub struct SubtitleForm {
    /// SRT, WebVTT, or ASS/SSA, judged by what it holds; at most 16 MiB. UTF-8,
    /// UTF-16 or Windows-1252.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
    /// A language tag (BCP 47) such as `en` or `pt-BR`; taken from the file's
    /// name (`Film.en.srt`) if it is left out.
    language: Option<String>,
    /// What a person sees in a menu; the language's name unless given.
    label: Option<String>,
    /// Whether it only translates what is foreign in the film.
    forced: Option<bool>,
    /// Whether it also describes sounds (SDH).
    hearing_impaired: Option<bool>,
    /// Whether players show it unless told otherwise; no other track does then.
    is_default: Option<bool>,
}

/// Add a text track to a video
///
/// It is made into WebVTT, keeps what styling that has, and is in playlists and
/// manifests at once.
#[utoipa::path(post, path = "/api/videos/{id}/subtitles", tag = "community", params(("id" = String, Path)),
    request_body(content = SubtitleForm, content_type = "multipart/form-data"),
    responses((status = 201, body = SubtitleView), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 408, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem),
        (status = 415, body = Problem), (status = 422, body = Problem)))]
async fn upload(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathId(id): PathId,
    request: Request,
) -> ProblemResult<Response> {
    permitted(&state, &caller, &id, Action::Edit).await?;
    let new = subtitle_form::read(request).await?;
    let subtitle_id = Id::new("subtitle").to_string();
    let key = BlobKey::new(format!("videos/{id}/subtitles/{subtitle_id}.vtt"))
        .map_err(|error| Problem::internal(&error))?;
    let text = new.vtt.to_string();
    let words = looked_at(&state, &caller, Kind::Upload, "file", &text).await?;
    tracing::debug!(
        video = id,
        format = new.format.extension(),
        "a text track came"
    );
    state
        .blobs
        .put(&key, text.into())
        .await
        .map_err(|error| Problem::unavailable(&error))?;
    let row = Subtitle {
        id: subtitle_id,
        video_id: id.clone(),
        language: new.language,
        label: new.label,
        forced: new.forced,
        is_default: new.is_default,
        hearing_impaired: new.hearing_impaired,
        key: key.as_str().to_owned(),
        created_at: now_micros(),
        origin: Origin::Upload,
    };
    match state.catalog.add_subtitle(row).await {
        Ok(row) => {
            let kind = SubjectKind::Subtitle;
            words.kept_as(&state, kind, &row.id, Some(&id)).await?;
            let place = [(header::LOCATION, format!("/api/videos/{id}/subtitles"))];
            let view = SubtitleView::new(&row, &origin);
            Ok((StatusCode::CREATED, place, Json(view)).into_response())
        }
        Err(error) => {
            discard(&state, &key).await;
            Err(error.into())
        }
    }
}

/// Removes bytes that no row names. They are found again with the video's.
async fn discard(state: &AppState, key: &BlobKey) {
    if let Err(error) = state.blobs.delete(key).await {
        tracing::warn!(key = key.as_str(), %error, "a text track's bytes stay for now");
    }
}

/// A change of a text track: an absent field stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubtitlePatch {
    /// A language tag (BCP 47).
    #[serde(default)]
    language: Option<String>,
    /// What a person sees in a menu.
    #[serde(default)]
    label: Option<String>,
    /// Whether it only translates what is foreign in the film.
    #[serde(default)]
    forced: Option<bool>,
    /// Whether it also describes sounds (SDH).
    #[serde(default, alias = "sdh")]
    hearing_impaired: Option<bool>,
    /// Whether players show it unless told otherwise; no other track does then.
    #[serde(default, alias = "default")]
    is_default: Option<bool>,
}

/// Change what is said about a text track
#[utoipa::path(patch, path = "/api/videos/{id}/subtitles/{subtitle_id}", tag = "community",
    params(("id" = String, Path), ("subtitle_id" = String, Path)), request_body = SubtitlePatch,
    responses((status = 200, body = SubtitleView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn patch(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    PathIds(id, subtitle): PathIds,
    Body(change): Body<SubtitlePatch>,
) -> ProblemResult<Json<SubtitleView>> {
    permitted(&state, &caller, &id, Action::Edit).await?;
    let change = SubtitleChange {
        language: change.language.as_deref().map(tag_of).transpose()?,
        label: change.label.as_deref().map(label_of).transpose()?,
        forced: change.forced,
        hearing_impaired: change.hearing_impaired,
        is_default: change.is_default,
    };
    let row = state
        .catalog
        .change_subtitle(&id, &subtitle, change)
        .await?;
    Ok(Json(SubtitleView::new(&row, &origin)))
}

/// Delete a text track
#[utoipa::path(delete, path = "/api/videos/{id}/subtitles/{subtitle_id}", tag = "community",
    params(("id" = String, Path), ("subtitle_id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    caller: Caller,
    PathIds(id, subtitle): PathIds,
) -> ProblemResult<StatusCode> {
    permitted(&state, &caller, &id, Action::Edit).await?;
    let row = state.catalog.remove_subtitle(&id, &subtitle).await?;
    if let Ok(key) = BlobKey::new(row.key) {
        discard(&state, &key).await;
    }
    Ok(StatusCode::NO_CONTENT)
}
