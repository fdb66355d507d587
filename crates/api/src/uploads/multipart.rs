//! `/api/multipart/…`: numbered parts, as S3 has them.

use axum::Json;
use axum::extract::{DefaultBodyLimit, Multipart, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing;
use http::{HeaderMap, HeaderName, StatusCode, header};
use matinee_engines::blobs::PartReceipt;
use matinee_ingest::uploads::checksum::{Algorithm, Expected, Verifier};
use matinee_ingest::uploads::numbered::{Claimed, Initiate, Numbered};
use matinee_ingest::uploads::{UploadError, Uploader};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::fields::{FIELDS_MAX, Fields, media_type};
use super::said::saying;
use super::{bytes, content_length, pipe, uploader};
use crate::access::make_room;
use crate::videos::view::{VideoView, rfc3339};
use crate::{AppState, Caller, Problem, ProblemResult, PublicOrigin};

const UPLOAD_ID: [&str; 3] = ["upload_id", "uploadId", "UploadId"];
const PART_NUMBER: [&str; 4] = ["part_number", "partNumber", "PartNumber", "number"];
const FILE_SIZE: [&str; 5] = ["file_size", "fileSize", "size", "total_size", "filesize"];
const PART_SIZE: [&str; 4] = ["part_size", "partSize", "chunk_size", "chunkSize"];

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(initiate))
        .routes(routes!(part))
        .routes(routes!(complete))
        .routes(routes!(list_parts))
        .routes(routes!(abort))
        .route("/api/multipart/part", routing::put(part))
        .route("/api/multipart/abort", routing::delete(abort))
        .layer(DefaultBodyLimit::disable())
}

saying! {
    /// A file that is going to be uploaded in parts.
    pub struct InitiateRequest {
        /// The file's name.
        filename: String,
        /// Its bytes. Without it the number of parts is not known beforehand.
        file_size: Option<u64>,
        /// The wanted bytes of every part but the last: from 5 MiB to 1 GiB.
        part_size: Option<u64>,
        ..
        /// Free words.
        tags: Option<Vec<String>>,
    }
}

/// An upload in parts.
#[derive(Debug, Serialize, ToSchema)]
pub struct NumberedView {
    /// Names it in all further requests.
    pub upload_id: String,
    /// The video that it is to become.
    pub video_id: String,
    /// Where its bytes are to lie.
    pub key: String,
    /// The file's name.
    pub filename: Option<String>,
    /// The file's bytes.
    pub file_size: Option<u64>,
    /// Bytes of every part but the last.
    pub part_size: u64,
    /// How many parts there are to be.
    pub total_parts: Option<u32>,
    /// Bytes that are kept.
    pub uploaded_bytes: u64,
    /// The parts that are kept, by number.
    pub parts: Vec<UploadedPart>,
    /// Whether it has become a video.
    pub complete: bool,
    /// When it ends unless bytes come (RFC 3339).
    pub expires_at: String,
}

/// A part that is kept.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UploadedPart {
    /// From 1.
    pub part_number: u32,
    /// Its bytes.
    pub size: u64,
    /// Its MD5 in hexadecimal.
    pub etag: String,
}

impl From<PartReceipt> for UploadedPart {
    fn from(part: PartReceipt) -> Self {
        Self {
            part_number: part.number,
            size: part.size,
            etag: part.etag,
        }
    }
}

impl From<Numbered> for NumberedView {
    fn from(upload: Numbered) -> Self {
        let uploaded = if upload.complete {
            upload.plan.size.unwrap_or(0)
        } else {
            upload.parts.iter().map(|part| part.size).sum()
        };
        Self {
            upload_id: upload.id,
            video_id: upload.video_id,
            key: upload.key,
            filename: upload.filename,
            file_size: upload.plan.size,
            part_size: upload.plan.part_size,
            total_parts: upload.plan.total(),
            uploaded_bytes: uploaded,
            parts: upload.parts.into_iter().map(Into::into).collect(),
            complete: upload.complete,
            expires_at: rfc3339(upload.expires_at),
        }
    }
}

/// Begin an upload in parts
///
/// The fields may come as JSON, as a form, or in the query.
#[utoipa::path(post, path = "/api/multipart/initiate", tag = "uploads",
    request_body = InitiateRequest,
    responses((status = 200, body = NumberedView), (status = 401, body = Problem),
        (status = 413, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
async fn initiate(
    State(state): State<AppState>,
    caller: Caller,
    fields: Fields,
) -> ProblemResult<Json<NumberedView>> {
    let who = uploader(&caller)?;
    let name = fields.text(&["filename", "file_name", "fileName", "name", "key"]);
    let mut fields = fields;
    if let Some(name) = name {
        fields.0.insert("filename".into(), Value::String(name));
    }
    let wish = Initiate {
        size: fields.number(&FILE_SIZE)?,
        part_size: fields.number(&PART_SIZE)?,
        metadata: fields.metadata()?,
    };
    make_room(&state, &caller, wish.size).await?;
    let upload = state.uploads.initiate(&who, wish).await?;
    Ok(Json(upload.into()))
}

/// A part that has just been kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartAnswer {
    /// The upload that it belongs to.
    pub upload_id: String,
    /// The part.
    #[serde(flatten)]
    pub part: UploadedPart,
}

/// Upload one part
///
/// In any order, in parallel, and again. Either the body is the part and
/// `upload_id` and `part_number` are in the query, or it is a form with the
/// fields `upload_id` and `part_number` before the file. `Content-MD5`,
/// `x-amz-checksum-sha256` and `x-amz-checksum-sha1` (base64), `Digest` and
/// `Content-Digest` are verified.
#[utoipa::path(post, path = "/api/multipart/part", tag = "uploads",
    params(("upload_id" = Option<String>, Query), ("part_number" = Option<u32>, Query)),
    request_body(content_type = "application/octet-stream"),
    responses((status = 200, body = PartAnswer, description = "`ETag` has the part's MD5"),
        (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 410, body = Problem), (status = 422, body = Problem)))]
async fn part(
    State(state): State<AppState>,
    caller: Caller,
    request: Request,
) -> ProblemResult<Response> {
    let who = uploader(&caller)?;
    let query = Fields::of_query(request.uri().query());
    let expected = checksums(request.headers())?;
    let (id, receipt) = if media_type(&request) == "multipart/form-data" {
        let mut form = pipe::form(request).await?;
        let kept = part_of_form(&state, &who, query, expected, &mut form).await;
        if kept.is_err() {
            pipe::linger(form);
        }
        kept?
    } else {
        let id = query.required(&UPLOAD_ID)?;
        let length = content_length(request.headers());
        let receipt = state
            .uploads
            .put_part(
                &who,
                &id,
                part_number(&query)?,
                length,
                Verifier::new(expected),
                bytes(request),
            )
            .await?;
        (id, receipt)
    };
    let etag = format!("\"{}\"", receipt.etag);
    let answer = PartAnswer {
        upload_id: id,
        part: receipt.into(),
    };
    Ok(([(header::ETAG, etag)], Json(answer)).into_response())
}

async fn part_of_form(
    state: &AppState,
    who: &Uploader,
    mut fields: Fields,
    mut expected: Vec<Expected>,
    form: &mut Multipart,
) -> ProblemResult<(String, PartReceipt)> {
    let idle = state.uploads.config().idle;
    let mut count = 0;
    while let Some(field) = pipe::patient(idle, form.next_field()).await? {
        count += 1;
        if count > FIELDS_MAX {
            return Err(Problem::bad_request("The form has too many fields."));
        }
        let name = field.name().unwrap_or_default().to_owned();
        let named = matches!(
            name.as_str(),
            "file" | "part" | "chunk" | "data" | "part_data"
        );
        if !named && field.file_name().is_none() {
            let text = pipe::text(idle, &name, field).await?;
            fields.add(&name, &text);
            continue;
        }
        let id = fields
            .text(&UPLOAD_ID)
            .ok_or_else(|| Problem::field(UPLOAD_ID[0], "must come before the file"))?;
        if fields.text(&PART_NUMBER).is_none() {
            return Err(Problem::field(PART_NUMBER[0], "must come before the file"));
        }
        let number = part_number(&fields)?;
        expected.extend(claimed_checksums(&fields)?);
        let verifier = Verifier::new(expected);
        let uploads = &state.uploads;
        let kept = pipe::piped(field, |body| {
            uploads.put_part(who, &id, number, None, verifier, body)
        });
        let receipt = kept.await?;
        return Ok((id, receipt));
    }
    Err(Problem::field("file", "must be given"))
}

fn part_number(fields: &Fields) -> ProblemResult<u32> {
    let number = fields.number(&PART_NUMBER)?;
    let number = number.ok_or_else(|| Problem::field(PART_NUMBER[0], "must be given"))?;
    u32::try_from(number)
        .map_err(|_| Problem::field(PART_NUMBER[0], "must be a whole number from 1 to 10000"))
}

/// The parts that a client believes to be kept.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the fields, which are read one by one")]
pub struct CompleteRequest {
    /// The upload.
    upload_id: String,
    /// All parts with their ETags, to be compared with what is kept.
    parts: Option<Vec<ClaimedPart>>,
}

/// A part that a client believes to be kept.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the fields, which are read one by one")]
pub struct ClaimedPart {
    /// From 1.
    part_number: u32,
    /// As it was answered, with or without quotes.
    etag: Option<String>,
}

/// A video that has been uploaded in parts.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompleteAnswer {
    /// The upload.
    pub upload_id: String,
    /// The video's id once more.
    pub video_id: String,
    /// The video.
    #[serde(flatten)]
    pub video: VideoView,
}

/// Finish an upload in parts
///
/// Answers once the file is kept for good. Finishing again answers the same.
#[utoipa::path(post, path = "/api/multipart/complete", tag = "uploads",
    request_body = CompleteRequest,
    responses((status = 200, body = CompleteAnswer), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 410, body = Problem),
        (status = 422, body = Problem)))]
async fn complete(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    fields: Fields,
) -> ProblemResult<Json<CompleteAnswer>> {
    let who = uploader(&caller)?;
    let id = fields.required(&UPLOAD_ID)?;
    let claimed = claims(fields.value(&["parts", "Parts"]))?;
    let video = state
        .uploads
        .complete_numbered(&who, &id, &claimed, None)
        .await?;
    let video = crate::videos::view_of(&state, video, &origin).await?;
    Ok(Json(CompleteAnswer {
        upload_id: id,
        video_id: video.id.clone(),
        video,
    }))
}

/// List the parts that are kept
///
/// A client that resumes sends those that are missing.
#[utoipa::path(get, path = "/api/multipart/list-parts", tag = "uploads",
    params(("upload_id" = String, Query)),
    responses((status = 200, body = NumberedView), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 410, body = Problem)))]
async fn list_parts(
    State(state): State<AppState>,
    caller: Caller,
    fields: Fields,
) -> ProblemResult<Json<NumberedView>> {
    let who = uploader(&caller)?;
    let id = fields.required(&UPLOAD_ID)?;
    Ok(Json(state.uploads.numbered(&who, &id).await?.into()))
}

/// An upload that was given up.
#[derive(Debug, Serialize, ToSchema)]
pub struct Aborted {
    /// The upload.
    pub upload_id: String,
    /// `aborted`.
    pub status: &'static str,
}

/// Give an upload in parts up
#[utoipa::path(post, path = "/api/multipart/abort", tag = "uploads",
    params(("upload_id" = Option<String>, Query)),
    responses((status = 200, body = Aborted), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn abort(
    State(state): State<AppState>,
    caller: Caller,
    fields: Fields,
) -> ProblemResult<(StatusCode, Json<Aborted>)> {
    let who = uploader(&caller)?;
    let id = fields.required(&UPLOAD_ID)?;
    state.uploads.abort_numbered(&who, &id).await?;
    let answer = Aborted {
        upload_id: id,
        status: "aborted",
    };
    Ok((StatusCode::OK, Json(answer)))
}

fn claims(parts: Option<Value>) -> ProblemResult<Vec<Claimed>> {
    const ETAG: [&str; 3] = ["etag", "ETag", "e_tag"];
    let wrong = || Problem::field("parts", "must be a list of part_number and etag");
    let items = match parts {
        None => return Ok(Vec::new()),
        Some(Value::Array(items)) => items,
        Some(_) => return Err(wrong()),
    };
    items
        .into_iter()
        .map(|item| {
            let fields = match item {
                Value::Object(object) => Fields(object),
                // A bare list of numbers.
                Value::Number(number) => {
                    let mut fields = Fields::default();
                    fields.0.insert(PART_NUMBER[0].into(), number.into());
                    fields
                }
                _ => return Err(wrong()),
            };
            let number = fields.number(&PART_NUMBER).map_err(|_| wrong())?;
            let number = number.and_then(|n| u32::try_from(n).ok());
            Ok(Claimed {
                number: number.ok_or_else(wrong)?,
                etag: fields
                    .text(&ETAG)
                    .map(|etag| etag.trim_matches('"').to_owned()),
            })
        })
        .collect()
}

/// What the headers say that the part must hash to.
fn checksums(headers: &HeaderMap) -> ProblemResult<Vec<Expected>> {
    let text = |name: &HeaderName| -> ProblemResult<Option<&str>> {
        let value = headers.get(name).map(|value| value.to_str());
        value
            .transpose()
            .map_err(|_| Problem::bad_request(format!("{name} must be ASCII.")))
    };
    let mut all = Vec::new();
    for (name, algorithm) in [
        (HeaderName::from_static("content-md5"), Algorithm::Md5),
        (
            HeaderName::from_static("x-amz-checksum-sha1"),
            Algorithm::Sha1,
        ),
        (
            HeaderName::from_static("x-amz-checksum-sha256"),
            Algorithm::Sha256,
        ),
    ] {
        if let Some(value) = text(&name)? {
            all.push(Expected::from_base64(algorithm, value).map_err(UploadError::from)?);
        }
    }
    for name in ["digest", "content-digest"] {
        if let Some(value) = text(&HeaderName::from_static(name))? {
            all.extend(Expected::from_digest(value).map_err(UploadError::from)?);
        }
    }
    Ok(all)
}

/// What a form's fields say that the part must hash to, in hexadecimal.
fn claimed_checksums(fields: &Fields) -> ProblemResult<Vec<Expected>> {
    let mut all = Vec::new();
    for (names, algorithm) in [
        (["md5", "etag", "content_md5"], Algorithm::Md5),
        (["sha256", "checksum_sha256", "sha_256"], Algorithm::Sha256),
    ] {
        if let Some(text) = fields.text(&names) {
            let text = text.trim_matches('"');
            all.push(Expected::from_hex(algorithm, text).map_err(UploadError::from)?);
        }
    }
    Ok(all)
}
