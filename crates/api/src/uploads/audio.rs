//! `/api/videos/{id}/audio`: more audio tracks for a video that is there.

use axum::Json;
use axum::extract::{DefaultBodyLimit, Multipart, Request, State};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use matinee_catalog::{AUDIO_ROLES, RenditionKind, Video, wrong_role};
use matinee_engines::blobs::BlobKey;
use matinee_identity::access::Action;
use matinee_ingest::uploads::{UploadError, Uploader};
use matinee_ingest::{IngestError, NewTrack};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::fields::{FIELDS_MAX, Fields};
use super::{content_length, pipe};
use crate::access::make_room;
use crate::community::{label_of, tag_of};
use crate::http::extract::PathIds;
use crate::http::problem::sentence;
use crate::videos::view::RenditionView;
use crate::videos::visible;
use crate::{AppState, Caller, PathId, Problem, ProblemResult};

/// Room for the text fields and the form's own lines around a file, in bytes.
const FORM_OVERHEAD: u64 = 1 << 20;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, upload))
        .routes(routes!(delete))
        .layer(DefaultBodyLimit::disable())
}

/// List the audio tracks of a video
#[utoipa::path(get, path = "/api/videos/{id}/audio", tag = "uploads", params(("id" = String, Path)),
    responses((status = 200, body = Vec<RenditionView>), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
async fn list(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<Vec<RenditionView>>> {
    visible(&state, &caller, &id, Action::Watch).await?;
    let all = state.catalog.parts(&id).await?.renditions;
    let sound = all.into_iter().filter(|r| r.kind == RenditionKind::Audio);
    Ok(Json(sound.map(|track| (&track).into()).collect()))
}

/// An audio track.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the form, which is read field by field")]
pub struct AudioForm {
    /// Sound in any of the usual forms, alone or with pictures, which are left out. It begins
    /// with the film, and is cut or filled up with silence to its length.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
    /// A language tag (BCP 47) such as `en` or `pt-BR`; as the file says if it is left out.
    language: Option<String>,
    /// What a person sees in a menu; as the file says if it is left out.
    label: Option<String>,
    /// What it is for: `dub`, `original`, `commentary`, `description` (for the blind) or `music`.
    role: Option<String>,
    /// Whether players choose it unless told otherwise; no other one is then.
    is_default: Option<bool>,
}

/// An audio track that is being made.
#[derive(Debug, Serialize, ToSchema)]
pub struct AudioTrackView {
    /// `rendition_…`: what it is going to be.
    pub rendition_id: String,
    /// The video.
    pub video_id: String,
    /// BCP 47, if it was given.
    pub language: Option<String>,
    /// What a person sees in a menu, if it was given.
    pub label: Option<String>,
    /// What it is for.
    pub role: Option<String>,
    /// Whether players are going to choose it unless told otherwise.
    pub is_default: bool,
}

/// Add an audio track to a video
///
/// Answers once the file is kept and known to hold sound. It is brought to the loudness of all
/// other sound, and is in playlists and manifests as soon as that is done: a step of the video's
/// processing of the kind `track`.
#[utoipa::path(post, path = "/api/videos/{id}/audio", tag = "uploads", params(("id" = String, Path)),
    request_body(content = AudioForm, content_type = "multipart/form-data"),
    responses((status = 202, body = AudioTrackView), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem), (status = 503, body = Problem), (status = 507, body = Problem)))]
async fn upload(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
    request: Request,
) -> ProblemResult<Response> {
    let video = visible(&state, &caller, &id, Action::Edit).await?;
    let size = content_length(request.headers());
    let limit = state.uploads.config().max_file_size;
    if size.is_some_and(|all| all > limit + FORM_OVERHEAD) {
        return Err(UploadError::TooLarge { limit }.into());
    }
    if video.is_external() || !video.is_processed {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "Only a video that can be played from here gets further audio tracks.",
        ));
    }
    make_room(&state, &caller, size).await?;
    let who = uploader(&caller);
    let mut form = pipe::form(request).await?;
    let taken = take(&state, &who, &video, &mut form).await;
    if taken.is_err() {
        pipe::linger(form);
    }
    let (file, said) = taken?;
    let rendition_id = state
        .ingest
        .add_track(&id, &file, said.clone())
        .await
        .map_err(|error| match error {
            IngestError::Rejected(reason) => Problem::field("file", sentence(&reason)),
            other => other.into(),
        })?;
    let view = AudioTrackView {
        rendition_id,
        video_id: id.clone(),
        language: said.language,
        label: said.label,
        role: said.role,
        is_default: said.is_default,
    };
    let place = [(header::LOCATION, format!("/api/videos/{id}/audio"))];
    Ok((StatusCode::ACCEPTED, place, Json(view)).into_response())
}

/// Whose upload it is: whoever may edit the video may add to it.
fn uploader(caller: &Caller) -> Uploader {
    let owner = caller.0.user().map(|user| user.id.to_string());
    Uploader {
        person: owner.clone().unwrap_or_default(),
        owner,
        everything: caller.is_operator(),
    }
}

/// Keeps the form's file, and judges what is said about it. Nothing stays of what is refused.
async fn take(
    state: &AppState,
    who: &Uploader,
    video: &Video,
    form: &mut Multipart,
) -> ProblemResult<(BlobKey, NewTrack)> {
    let mut kept = None;
    let taken = read(state, who, video, form, &mut kept).await;
    if let (Err(_), Some(key)) = (&taken, &kept) {
        state
            .blobs
            .delete(key)
            .await
            .map_err(|error| Problem::unavailable(&error))?;
    }
    let said = taken?;
    let key = kept.ok_or_else(|| Problem::field("file", "must be given"))?;
    Ok((key, said))
}

async fn read(
    state: &AppState,
    who: &Uploader,
    video: &Video,
    form: &mut Multipart,
    kept: &mut Option<BlobKey>,
) -> ProblemResult<NewTrack> {
    let idle = state.uploads.config().idle;
    let mut fields = Fields::default();
    let mut count = 0;
    while let Some(field) = pipe::patient(idle, form.next_field()).await? {
        count += 1;
        if count > FIELDS_MAX {
            return Err(Problem::bad_request("The form has too many fields."));
        }
        let name = field.name().unwrap_or_default().to_owned();
        if name != "file" && field.file_name().is_none() {
            let text = pipe::text(idle, &name, field).await?;
            fields.add(&name, &text);
            continue;
        }
        if kept.is_some() {
            return Err(Problem::field(name, "must be a single file"));
        }
        // What was said before the file is judged before the file is sent.
        said(&fields)?;
        let key = state.ingest.track_key(&video.id)?;
        pipe::piped(field, |body| state.uploads.keep(who, &key, body)).await?;
        *kept = Some(key);
    }
    said(&fields)
}

fn said(fields: &Fields) -> ProblemResult<NewTrack> {
    let language = fields.text(&["language", "lang"]);
    let label = fields.text(&["label"]);
    let role = fields.text(&["role", "kind"]);
    if let Some(role) = &role
        && !AUDIO_ROLES.contains(&role.as_str())
    {
        return Err(Problem::field("role", wrong_role()));
    }
    let is_default = match fields.text(&["is_default", "default"]).as_deref() {
        None | Some("false" | "0" | "no" | "off") => false,
        Some("true" | "1" | "yes" | "on") => true,
        Some(_) => return Err(Problem::field("is_default", "must be true or false")),
    };
    Ok(NewTrack {
        language: language.as_deref().map(tag_of).transpose()?,
        label: label.as_deref().map(label_of).transpose()?,
        role,
        is_default,
    })
}

/// Delete an audio track
///
/// It is in no new playlist from now on. The last one of a video stays.
#[utoipa::path(delete, path = "/api/videos/{id}/audio/{rendition_id}", tag = "uploads",
    params(("id" = String, Path), ("rendition_id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn delete(
    State(state): State<AppState>,
    caller: Caller,
    PathIds(id, rendition): PathIds,
) -> ProblemResult<StatusCode> {
    visible(&state, &caller, &id, Action::Edit).await?;
    state.catalog.retire_audio(&id, &rendition).await?;
    Ok(StatusCode::NO_CONTENT)
}
