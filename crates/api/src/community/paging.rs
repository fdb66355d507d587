//! Lists in pages.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Uri, header};
use serde::Serialize;

use crate::http::TOTAL_COUNT;
use crate::{Problem, ProblemResult};

/// Rows on a page unless the client says otherwise.
const LIMIT: u64 = 50;
/// The most rows on a page.
const LIMIT_MAX: u64 = 200;
/// Beyond this many rows an offset is refused: a cursor costs nothing.
const OFFSET_MAX: u64 = 100_000;

pub(crate) fn limit(wanted: Option<u64>) -> ProblemResult<u64> {
    let limit = wanted.unwrap_or(LIMIT);
    if (1..=LIMIT_MAX).contains(&limit) {
        Ok(limit)
    } else {
        let reason = format!("must be from 1 to {LIMIT_MAX}");
        Err(Problem::field("limit", reason))
    }
}

pub(crate) fn offset(wanted: Option<u64>, cursor: Option<&str>) -> ProblemResult<u64> {
    match (wanted, cursor) {
        (Some(_), Some(_)) => Err(Problem::field("offset", "must not come with a cursor")),
        (Some(n), None) if n > OFFSET_MAX => {
            let reason = format!("must not be above {OFFSET_MAX}: follow the cursors instead");
            Err(Problem::field("offset", reason))
        }
        (wanted, _) => Ok(wanted.unwrap_or(0)),
    }
}

/// The page, with the address of the next one and how many rows there are in all.
pub(crate) fn answer<T: Serialize>(
    rows: &[T],
    next: Option<&str>,
    total: Option<u64>,
    uri: &Uri,
) -> Response {
    let mut response = Json(rows).into_response();
    let headers = response.headers_mut();
    if let Some(link) = next.and_then(|cursor| link(uri, cursor)) {
        headers.insert(header::LINK, link);
    }
    if let Some(total) = total {
        headers.insert(TOTAL_COUNT, total.into());
    }
    response
}

/// The same of a list that is paged by offsets alone.
pub(crate) fn answer_at<T: Serialize>(rows: &[T], offset: u64, total: u64, uri: &Uri) -> Response {
    let mut response = answer(rows, None, Some(total), uri);
    let next = offset.saturating_add(rows.len() as u64);
    let more = !rows.is_empty() && next < total;
    if more && let Some(link) = link_to(uri, "offset", &next.to_string()) {
        response.headers_mut().insert(header::LINK, link);
    }
    response
}

fn link(uri: &Uri, cursor: &str) -> Option<HeaderValue> {
    link_to(uri, "cursor", cursor)
}

fn link_to(uri: &Uri, by: &str, place: &str) -> Option<HeaderValue> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let before = uri.query().unwrap_or_default();
    for (name, value) in url::form_urlencoded::parse(before.as_bytes()) {
        if name != "cursor" && name != "offset" {
            query.append_pair(&name, &value);
        }
    }
    query.append_pair(by, place);
    let link = format!("<{}?{}>; rel=\"next\"", uri.path(), query.finish());
    HeaderValue::from_str(&link).ok()
}
