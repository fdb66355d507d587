//! Lists that are continued after the last row's identifier.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Uri, header};
use matinee_engines::id::Id;
use serde::Serialize;

use crate::{Problem, ProblemResult};

/// Rows on a page unless the client says otherwise.
const LIMIT: u64 = 50;
/// The most rows on a page.
const LIMIT_MAX: u64 = 200;

/// A `limit` that is kept to.
pub(super) fn limit(wanted: Option<u64>) -> ProblemResult<u64> {
    let limit = wanted.unwrap_or(LIMIT);
    if (1..=LIMIT_MAX).contains(&limit) {
        Ok(limit)
    } else {
        Err(Problem::field(
            "limit",
            format!("must be from 1 to {LIMIT_MAX}"),
        ))
    }
}

/// A `cursor`: the identifier, of this kind, of the last row before the page.
pub(super) fn after(prefix: &str, cursor: Option<&str>) -> ProblemResult<Option<Id>> {
    cursor
        .map(|text| Id::parse(prefix, text))
        .transpose()
        .map_err(|_| Problem::field("cursor", "must be one that this list gave out"))
}

/// The page; `next` is the cursor of the one that follows.
pub(super) fn answer<T: Serialize>(rows: &[T], next: Option<&str>, uri: &Uri) -> Response {
    let mut response = Json(rows).into_response();
    if let Some(link) = next.and_then(|cursor| link(uri, cursor)) {
        response.headers_mut().insert(header::LINK, link);
    }
    response
}

/// The page of rows of which one more was asked for than fits on it.
pub(super) fn cut<T: Serialize>(
    mut rows: Vec<T>,
    limit: u64,
    uri: &Uri,
    id: impl Fn(&T) -> &str,
) -> Response {
    let more = rows.len() as u64 > limit;
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| more).map(|last| id(last).to_owned());
    answer(&rows, next.as_deref(), uri)
}

fn link(uri: &Uri, cursor: &str) -> Option<HeaderValue> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let before = uri.query().unwrap_or_default();
    for (name, value) in url::form_urlencoded::parse(before.as_bytes()) {
        if name != "cursor" {
            query.append_pair(&name, &value);
        }
    }
    query.append_pair("cursor", cursor);
    let link = format!("<{}?{}>; rel=\"next\"", uri.path(), query.finish());
    HeaderValue::from_str(&link).ok()
}
