//! `/artwork/{id}/{width}.{format}`: pictures in a few sizes.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use matinee_catalog::{Audience, Collection, Person, Show, Sight, Subject};
use matinee_engines::id::Id;
use matinee_identity::access::Action;
use matinee_ingest::artwork::{Encoding, Rendered, WIDTHS};

use crate::titles::sight::{self, Owned};
use crate::{AppState, Caller, Problem, ProblemResult};

/// A size is made once, and never again otherwise.
const FOR_ALL: &str = "public, max-age=31536000, immutable";
const FOR_ONE: &str = "private, max-age=31536000, immutable";

fn gone() -> Problem {
    Problem::not_found("There is nothing under this address.")
}

/// Which blob, and whether anybody may see it.
struct Found {
    key: String,
    anybody: bool,
}

/// Whether anybody may see what the caller sees, or refuses.
async fn of_title<T: Owned>(state: &AppState, caller: &Caller, id: &str) -> ProblemResult<bool> {
    sight::seen::<T>(state, caller, id).await?;
    Ok(T::is_seen(&state.catalog, &Sight::anybody(), id).await?)
}

/// A picture of anything that the caller may see.
async fn find(state: &AppState, caller: &Caller, id: &str) -> ProblemResult<Found> {
    let catalog = &state.catalog;
    let of_video = async |video_id: &str, key: String| {
        let video = catalog.get(video_id).await?;
        caller.require_for(&video, Action::Watch)?;
        Ok::<_, Problem>(Found {
            key,
            anybody: Audience::anybody().sees(&video),
        })
    };
    if id.starts_with("image_") {
        let image = catalog.image_by_id(id).await?;
        return of_video(&image.video_id, image.key).await;
    }
    let picture = catalog.artwork(id).await?;
    let (of, key) = (picture.subject_id.as_str(), picture.key.clone());
    let anybody = match picture.subject() {
        Some(Subject::Video) => return of_video(of, key).await,
        Some(Subject::Show) => of_title::<Show>(state, caller, of).await?,
        Some(Subject::Person) => of_title::<Person>(state, caller, of).await?,
        Some(Subject::Collection) => of_title::<Collection>(state, caller, of).await?,
        None => return Err(gone()),
    };
    Ok(Found { key, anybody })
}

/// Get a picture in one of the fixed sizes
///
/// Widths are 80, 160, 320, 480, 640, 960, 1280, 1920 and 2560; formats `avif`,
/// `webp` and `jpg`. A picture is never made larger than it came. Who may see
/// what it is of may see it; `image_…` (stills and posters of videos) works, too.
#[utoipa::path(get, path = "/artwork/{id}/{name}", tag = "titles",
    params(("id" = String, Path), ("name" = String, Path, description = "Such as `640.webp`")),
    responses((status = 200, content_type = "image/webp", body = Vec<u8>), (status = 304),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 503, body = Problem)))]
pub(crate) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    path: Result<Path<(String, String)>, axum::extract::rejection::PathRejection>,
    headers: HeaderMap,
) -> ProblemResult<Response> {
    let Path((id, name)) = path.map_err(|_| gone())?;
    id.parse::<Id>().map_err(|_| gone())?;
    let (width, extension) = name.split_once('.').ok_or_else(gone)?;
    let width = width.parse().ok().filter(|width| WIDTHS.contains(width));
    let width: u32 = width
        .ok_or_else(|| Problem::not_found(format!("Pictures are {} pixels wide.", widths())))?;
    let encoding = Encoding::parse(extension)
        .ok_or_else(|| Problem::not_found("Pictures come as avif, webp or jpg."))?;
    let found = find(&state, &caller, &id).await?;
    let etag = format!("\"{id}-{width}-{}\"", encoding.extension());
    let caching = if found.anybody { FOR_ALL } else { FOR_ONE };
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|tags| tags.split(',').any(|tag| tag.trim() == etag));
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let Rendered { key, meta } = state
            .artworks
            .sized(&found.key, &id, width, encoding)
            .await?;
        let stream = state
            .blobs
            .stream(&key, 0..meta.size)
            .await
            .map_err(|error| Problem::unavailable(&error))?;
        let mut response = Response::new(Body::from_stream(stream));
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, meta.size.into());
        response
    };
    let out = response.headers_mut();
    let kind = HeaderValue::from_static(encoding.media_type());
    out.insert(header::CONTENT_TYPE, kind);
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    out.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        out.insert(header::ETAG, etag);
    }
    Ok(response)
}

fn widths() -> String {
    let all: Vec<String> = WIDTHS.iter().map(u32::to_string).collect();
    all.join(", ")
}
