//! `POST /api/videos/upload`: a whole file in one form.

use axum::Json;
use axum::extract::multipart::Field;
use axum::extract::{DefaultBodyLimit, Multipart, Request, State};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use matinee_catalog::Video;
use matinee_ingest::uploads::form::FormUpload;
use matinee_ingest::uploads::{Metadata, UploadError, Uploader};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::fields::{FIELDS_MAX, Fields};
use super::said::saying;
use super::{content_length, pipe, uploader};
use crate::access::make_room;
use crate::videos::view::VideoView;
use crate::{AppState, Caller, Problem, ProblemResult, PublicOrigin};

/// Room for the text fields and the form's own lines around a file, in bytes.
const FORM_OVERHEAD: u64 = 8 << 20;
pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(upload))
        .layer(DefaultBodyLimit::disable())
}

saying! {
    /// A file with everything that is said about it. The fields may come in any
    /// order, before or after the file.
    pub struct UploadForm {
        /// The video.
        #[schema(format = Binary, content_media_type = "application/octet-stream")]
        file: String,
        ..
        /// Separated by commas.
        tags: Option<String>,
    }
}

/// Upload a video
///
/// Answers once the file is kept for good. Processing begins at once.
#[utoipa::path(post, path = "/api/videos/upload", tag = "uploads",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 201, body = VideoView), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 413, body = Problem),
        (status = 415, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem), (status = 507, body = Problem)))]
async fn upload(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    request: Request,
) -> ProblemResult<Response> {
    let who = uploader(&caller)?;
    let size = content_length(request.headers());
    make_room(&state, &caller, size).await?;
    let Taken { video, .. } = take(&state, &who, request, |_| Ok(())).await?;
    let place = [(header::LOCATION, format!("/api/videos/{}", video.id))];
    let body = crate::videos::view_of(&state, video, &origin).await?;
    Ok((StatusCode::CREATED, place, Json(body)).into_response())
}

/// A form that has become a video.
pub(super) struct Taken {
    pub(super) video: Video,
}

/// Takes a form in. `check` judges all fields before the video is made.
pub(super) async fn take(
    state: &AppState,
    who: &Uploader,
    request: Request,
    check: impl Fn(&Metadata) -> ProblemResult<()> + Send,
) -> ProblemResult<Taken> {
    let limit = state.uploads.config().max_file_size;
    if content_length(request.headers()).is_some_and(|all| all > limit + FORM_OVERHEAD) {
        return Err(UploadError::TooLarge { limit }.into());
    }
    let mut form = pipe::form(request).await?;
    let taken = read(state, who, &mut form, check).await;
    if taken.is_err() {
        pipe::linger(form);
    }
    taken
}

async fn read(
    state: &AppState,
    who: &Uploader,
    form: &mut Multipart,
    check: impl Fn(&Metadata) -> ProblemResult<()> + Send,
) -> ProblemResult<Taken> {
    let idle = state.uploads.config().idle;
    let mut fields = Fields::default();
    let mut file: Option<FormUpload> = None;
    let mut filename = None;
    let mut count = 0;
    while let Some(field) = pipe::patient(idle, form.next_field()).await? {
        count += 1;
        if count > FIELDS_MAX {
            return Err(Problem::bad_request("The form has too many fields."));
        }
        let name = field.name().unwrap_or_default().to_owned();
        if !is_file(&field) {
            let text = pipe::text(idle, &name, field).await?;
            fields.add(&name, &text);
            continue;
        }
        if file.is_some() {
            return Err(Problem::field(name, "must be a single file"));
        }
        // What was said before the file is judged before the file is sent.
        let metadata = fields.metadata()?;
        filename = field.file_name().map(str::to_owned);
        let mut upload = state.uploads.begin_form(who).await?;
        metadata.details().checked()?;
        pipe::piped(field, |body| upload.receive(body)).await?;
        file = Some(upload);
    }
    let file = file.ok_or_else(|| Problem::field("file", "must be given"))?;
    if let (Some(filename), None) = (&filename, fields.text(&["filename"])) {
        fields.add("filename", filename);
    }
    let metadata = fields.metadata()?;
    check(&metadata)?;
    let video = file.finish(metadata).await?;
    Ok(Taken { video })
}

/// Browsers and programs name the file's part; some only give it a type.
fn is_file(field: &Field<'_>) -> bool {
    let named = matches!(
        field.name(),
        Some("file" | "video" | "video_file" | "videoFile")
    );
    field.file_name().is_some() || (named && field.content_type().is_some())
}
