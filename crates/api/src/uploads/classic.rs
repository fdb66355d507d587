//! `POST /upload`: a plain form of a browser without scripts.
//!
//! Whatever happens, the browser is sent back to the site, with a message in a
//! cookie that the site shows once.

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::form::{self, Taken};
use super::{content_length, uploader};
use crate::access::make_room;
use crate::{AppState, Caller, Problem, ProblemResult};

/// The cookie with the message.
pub const FLASH_COOKIE: &str = "matinee_flash";
const FLASH_SECONDS: u32 = 60;
/// The longest message, in characters: a cookie has 4 KiB.
const FLASH_MAX: usize = 600;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(upload))
        .layer(DefaultBodyLimit::disable())
}

/// The form of a browser.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the form, which is read field by field")]
pub struct ClassicForm {
    /// The video.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
    /// The rungs to make, as heights in pixels; once for each.
    resolutions: Vec<u32>,
    /// The segment length in seconds, from 1 to 20.
    segment_duration: Option<u32>,
    /// The file's name without extension if it is left out.
    title: Option<String>,
}

/// Upload a video from a plain form
///
/// Redirects to `/?playlist={id}`, or to `/` when something is wrong; the cookie
/// `matinee_flash` has the message.
#[utoipa::path(post, path = "/upload", tag = "uploads",
    request_body(content = ClassicForm, content_type = "multipart/form-data"),
    responses((status = 303)))]
async fn upload(
    State(state): State<AppState>,
    caller: Result<Caller, Problem>,
    request: Request,
) -> Response {
    let secure = state.config.https;
    match accept(&state, caller, request).await {
        Ok(Taken { video }) => {
            let words = format!("“{}” is uploaded and being processed.", video.title);
            let place = format!("/?playlist={}", video.id);
            redirect(&place, "success", &words, secure)
        }
        Err(problem) => redirect("/", "error", &words(&problem), secure),
    }
}

async fn accept(
    state: &AppState,
    caller: Result<Caller, Problem>,
    request: Request,
) -> ProblemResult<Taken> {
    let caller = caller?;
    let who = uploader(&caller)?;
    let size = content_length(request.headers());
    make_room(state, &caller, size).await?;
    form::take(state, &who, request, |metadata| {
        if metadata.resolutions.is_empty() {
            return Err(Problem::field("resolutions", "must be at least one"));
        }
        Ok(())
    })
    .await
}

/// A problem in words for the person at the form.
fn words(problem: &Problem) -> String {
    let of = |field: &str| problem.errors.iter().find(|error| error.field == field);
    if of("file").is_some_and(|error| error.reason.contains("given")) {
        return "Choose a video file first.".to_owned();
    }
    if of("resolutions").is_some_and(|error| error.reason.contains("at least one")) {
        return "Choose at least one resolution.".to_owned();
    }
    problem.detail.clone()
}

fn redirect(place: &str, level: &str, words: &str, secure: bool) -> Response {
    let words: String = words.chars().take(FLASH_MAX).collect();
    let message = json!({ "level": level, "message": words }).to_string();
    let value: String = url::form_urlencoded::byte_serialize(message.as_bytes())
        .collect::<String>()
        .replace('+', "%20");
    let secure = if secure { "; Secure" } else { "" };
    // Read, and removed, by the site's script: not HttpOnly.
    let cookie =
        format!("{FLASH_COOKIE}={value}; Path=/; Max-Age={FLASH_SECONDS}; SameSite=Lax{secure}");
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
