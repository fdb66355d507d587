//! `/api/uploads`: resumable uploads by tus 1.0
//! (<https://tus.io/protocols/resumable-upload>).

use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use jiff::Timestamp;
use matinee_ingest::uploads::checksum::{Algorithm, ChecksumError, Expected};
use matinee_ingest::uploads::tus::{Chunk, TusUpload, parse_metadata};
use matinee_ingest::uploads::{Metadata, UploadError, Uploader};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{bytes, content_length, uploader};
use crate::access::make_room;
use crate::{AppState, Caller, Problem, ProblemResult};

const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");
const EXTENSIONS: HeaderValue = HeaderValue::from_static(
    "creation,creation-with-upload,creation-defer-length,termination,checksum,expiration",
);
const OFFSET_TYPE: &str = "application/offset+octet-stream";
/// The longest `Upload-Metadata`, in bytes.
const METADATA_MAX: usize = 64 * 1024;

const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const TUS_VERSION: HeaderName = HeaderName::from_static("tus-version");
const TUS_EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
const TUS_MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
const TUS_CHECKSUM_ALGORITHM: HeaderName = HeaderName::from_static("tus-checksum-algorithm");
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_DEFER_LENGTH: HeaderName = HeaderName::from_static("upload-defer-length");
const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const UPLOAD_CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");
const VIDEO_ID: HeaderName = HeaderName::from_static("matinee-video-id");
const METHOD_OVERRIDE: HeaderName = HeaderName::from_static("x-http-method-override");

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(options, create))
        .routes(routes!(head, patch, terminate))
        // Clients configured with a final slash, and those behind proxies that
        // know neither PATCH nor DELETE.
        .route("/api/uploads/", post(create).options(options))
        .route("/api/uploads/{id}", post(overridden).options(options))
        .layer(from_fn(resumable))
        .layer(DefaultBodyLimit::disable())
}

/// Checks the client's version, and names ours.
async fn resumable(request: Request, next: Next) -> Response {
    let asked = request.headers().get(TUS_RESUMABLE);
    let refused = request.method() != Method::OPTIONS && asked.is_none_or(|v| *v != VERSION);
    let mut response = if refused {
        let problem = Problem::new(
            StatusCode::PRECONDITION_FAILED,
            "This is tus 1.0.0; send Tus-Resumable: 1.0.0.",
        );
        ([(TUS_VERSION, VERSION)], problem).into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(TUS_RESUMABLE, VERSION);
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// What this server can do
#[utoipa::path(options, path = "/api/uploads", tag = "uploads", responses((status = 204)))]
async fn options(State(state): State<AppState>) -> Response {
    let headers = [
        (TUS_VERSION, VERSION),
        (TUS_EXTENSION, EXTENSIONS),
        (
            TUS_MAX_SIZE,
            HeaderValue::from(state.uploads.config().max_file_size),
        ),
        (
            TUS_CHECKSUM_ALGORITHM,
            HeaderValue::from_static(Algorithm::TUS_NAMES),
        ),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// Create a resumable upload
///
/// `Upload-Metadata` takes `filename`, `filetype` and the same fields as the
/// form. The body may already have the first bytes.
#[utoipa::path(post, path = "/api/uploads", tag = "uploads",
    params(
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
        ("Upload-Length" = Option<u64>, Header, description = "Bytes of the whole file"),
        ("Upload-Defer-Length" = Option<u8>, Header, description = "`1`: the length comes later"),
        ("Upload-Metadata" = Option<String>, Header, description = "Keys and base64 values"),
    ),
    responses((status = 201, description = "`Location` has the upload's address"),
        (status = 401, body = Problem), (status = 412, body = Problem),
        (status = 413, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
async fn create(
    State(state): State<AppState>,
    caller: Caller,
    request: Request,
) -> ProblemResult<Response> {
    let who = uploader(&caller)?;
    let headers = request.headers();
    let size = number(headers, &UPLOAD_LENGTH)?;
    let deferred = number(headers, &UPLOAD_DEFER_LENGTH)?;
    match (size, deferred) {
        (Some(_), None) | (None, Some(1)) => {}
        (Some(_), Some(_)) => {
            return Err(Problem::bad_request(
                "Send either Upload-Length or Upload-Defer-Length.",
            ));
        }
        (None, Some(_)) => return Err(Problem::bad_request("Upload-Defer-Length must be 1.")),
        (None, None) => {
            return Err(Problem::bad_request(
                "Upload-Length is missing (or Upload-Defer-Length: 1).",
            ));
        }
    }
    let raw = text(headers, &UPLOAD_METADATA)?.unwrap_or_default();
    if raw.len() > METADATA_MAX {
        return Err(Problem::field("Upload-Metadata", "is too long"));
    }
    let pairs = parse_metadata(&raw)?;
    let metadata = Metadata::from_pairs(pairs.iter().map(|(k, v)| (k.as_str(), v.as_str())))
        .map_err(Problem::invalid)?;
    let with_bytes = content_type(headers) == Some(OFFSET_TYPE);
    let checksum = checksum(headers)?;
    let length = content_length(headers);
    if let (Some(length), Some(size), true) = (length, size, with_bytes)
        && length > size
    {
        return Err(UploadError::TooLarge { limit: size }.into());
    }
    make_room(&state, &caller, size).await?;
    let mut upload = state.uploads.create_tus(&who, size, metadata, raw).await?;
    if with_bytes && length != Some(0) {
        let chunk = Chunk {
            offset: 0,
            length,
            upload_length: None,
            checksum,
        };
        upload = append(&state, &who, &upload.id, chunk, request).await?;
    }
    let path = format!("/api/uploads/{}", upload.id);
    // Relative unless we know for sure under which address we are seen: a proxy
    // that ends TLS without saying so would otherwise send clients astray.
    let place = match &state.config.public_url {
        Some(url) => format!("{url}{path}"),
        None => path,
    };
    let mut response = (StatusCode::CREATED, [(header::LOCATION, place)]).into_response();
    describe(&mut response, &upload);
    Ok(response)
}

/// How far an upload is
#[utoipa::path(head, path = "/api/uploads/{id}", tag = "uploads", params(("id" = String, Path)),
    responses((status = 200, description = "`Upload-Offset`, `Upload-Length`; `Matinee-Video-Id` once it is whole"),
        (status = 404), (status = 410)))]
async fn head(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> ProblemResult<Response> {
    let upload = state.uploads.tus(&uploader(&caller)?, &id).await?;
    let mut response = StatusCode::OK.into_response();
    describe(&mut response, &upload);
    let headers = response.headers_mut();
    match upload.size {
        Some(size) => headers.insert(UPLOAD_LENGTH, size.into()),
        None => headers.insert(UPLOAD_DEFER_LENGTH, HeaderValue::from_static("1")),
    };
    if let Ok(raw) = HeaderValue::from_str(&upload.raw_metadata)
        && !upload.raw_metadata.is_empty()
    {
        headers.insert(UPLOAD_METADATA, raw);
    }
    Ok(response)
}

/// Go on with an upload
#[utoipa::path(patch, path = "/api/uploads/{id}", tag = "uploads",
    params(("id" = String, Path),
        ("Upload-Offset" = u64, Header, description = "Where these bytes begin"),
        ("Upload-Checksum" = Option<String>, Header, description = "Such as `sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=`")),
    request_body(content_type = "application/offset+octet-stream"),
    responses((status = 204, description = "`Upload-Offset`; `Matinee-Video-Id` with the last byte"),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 410, body = Problem), (status = 413, body = Problem),
        (status = 415, body = Problem), (status = 423, body = Problem), (status = 460, body = Problem)))]
async fn patch(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> ProblemResult<Response> {
    let who = uploader(&caller)?;
    let headers = request.headers();
    if content_type(headers) != Some(OFFSET_TYPE) {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            format!("Send the bytes as {OFFSET_TYPE}."),
        ));
    }
    let offset = number(headers, &UPLOAD_OFFSET)?
        .ok_or_else(|| Problem::bad_request("Upload-Offset is missing."))?;
    let chunk = Chunk {
        offset,
        length: content_length(headers),
        upload_length: number(headers, &UPLOAD_LENGTH)?,
        checksum: checksum(headers)?,
    };
    if let Some(size) = chunk.upload_length {
        make_room(&state, &caller, Some(size)).await?;
    }
    let upload = append(&state, &who, &id, chunk, request).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    describe(&mut response, &upload);
    Ok(response)
}

/// Give an upload up
#[utoipa::path(delete, path = "/api/uploads/{id}", tag = "uploads", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 410, body = Problem)))]
async fn terminate(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> ProblemResult<StatusCode> {
    state
        .uploads
        .terminate_tus(&uploader(&caller)?, &id)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `X-HTTP-Method-Override`.
async fn overridden(
    state: State<AppState>,
    caller: Caller,
    id: Path<String>,
    request: Request,
) -> ProblemResult<Response> {
    let wanted = text(request.headers(), &METHOD_OVERRIDE)?.unwrap_or_default();
    match wanted.to_ascii_uppercase().as_str() {
        "PATCH" => patch(state, caller, id, request).await,
        "DELETE" => Ok(terminate(state, caller, id).await?.into_response()),
        "HEAD" => head(state, caller, id).await,
        _ => Err(Problem::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "Use PATCH, HEAD or DELETE here.",
        )),
    }
}

async fn append(
    state: &AppState,
    who: &Uploader,
    id: &str,
    chunk: Chunk,
    request: Request,
) -> ProblemResult<TusUpload> {
    let appended = state.uploads.append_tus(who, id, chunk, bytes(request));
    appended.await.map_err(|error| match error {
        // The protocol's own status for it.
        UploadError::Checksum(ChecksumError::Mismatch) => Problem::new(
            StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST),
            "The checksum does not match the bytes that arrived.",
        ),
        error => error.into(),
    })
}

/// Says how far the upload is.
fn describe(response: &mut Response, upload: &TusUpload) {
    let headers = response.headers_mut();
    headers.insert(UPLOAD_OFFSET, upload.offset.into());
    match &upload.video_id {
        Some(video_id) => {
            if let Ok(video_id) = HeaderValue::from_str(video_id) {
                headers.insert(VIDEO_ID, video_id);
            }
        }
        None => {
            if let Some(date) = http_date(upload.expires_at) {
                headers.insert(UPLOAD_EXPIRES, date);
            }
        }
    }
}

/// An instant as RFC 9110, section 5.6.7 has it.
fn http_date(micros: i64) -> Option<HeaderValue> {
    let instant = Timestamp::from_microsecond(micros).ok()?;
    let text = jiff::fmt::rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&instant)
        .ok()?;
    HeaderValue::from_str(&text).ok()
}

fn text(headers: &HeaderMap, name: &HeaderName) -> ProblemResult<Option<String>> {
    let Some(value) = headers.get(name) else {
        return Ok(None);
    };
    match value.to_str() {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(_) => Err(Problem::bad_request(format!("{name} must be ASCII."))),
    }
}

fn number(headers: &HeaderMap, name: &HeaderName) -> ProblemResult<Option<u64>> {
    let Some(text) = text(headers, name)? else {
        return Ok(None);
    };
    match text.parse() {
        Ok(number) => Ok(Some(number)),
        Err(_) => Err(Problem::bad_request(format!(
            "{name} must be a whole number that is not negative."
        ))),
    }
}

fn checksum(headers: &HeaderMap) -> ProblemResult<Option<Expected>> {
    match text(headers, &UPLOAD_CHECKSUM)? {
        Some(text) => Ok(Some(Expected::from_tus(&text).map_err(UploadError::from)?)),
        None => Ok(None),
    }
}

fn content_type(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    text.split(';').next().map(str::trim)
}
