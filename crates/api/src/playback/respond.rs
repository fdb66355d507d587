//! An [`Asset`] as an HTTP response: conditions, ranges, headers.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL,
    CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
    LAST_MODIFIED, LOCATION, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use matinee_engines::blobs::SharedBlobs;
use matinee_playback::http::{
    Outcome, Validators, attachment, content_range, evaluate, http_date, unsatisfied_range,
};
use matinee_playback::{Asset, Caching, Content};

use crate::Problem;

/// Room for every header of an answer, so that the map does not grow and hash
/// anew on the way there.
const HEADERS: usize = 16;

const X_ACCEL_REDIRECT: HeaderName = HeaderName::from_static("x-accel-redirect");
const TIMING_ALLOW_ORIGIN: HeaderName = HeaderName::from_static("timing-allow-origin");
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

/// Lets players on any page read what they fetch. Nothing here depends on
/// cookies, so there is nothing that another site could steal.
pub(crate) fn open_to_all_origins(headers: &mut HeaderMap) {
    let any = HeaderValue::from_static("*");
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, any.clone());
    headers.insert(
        ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("Accept-Ranges, Content-Length, Content-Range, ETag"),
    );
    headers.insert(TIMING_ALLOW_ORIGIN, any);
    headers.insert(
        CROSS_ORIGIN_RESOURCE_POLICY,
        HeaderValue::from_static("cross-origin"),
    );
}

/// Answers a GET or HEAD with this asset.
pub(crate) fn respond(
    method: &Method,
    headers: &HeaderMap,
    asset: Asset,
    blobs: &SharedBlobs,
) -> Response {
    let length = match &asset.content {
        Content::Bytes(bytes) => bytes.len() as u64,
        Content::View(view) => view.len(),
        Content::Signed(_, view) if *method == Method::HEAD => view.len(),
        Content::Accel(_) | Content::Redirect(_) | Content::Signed(..) => {
            return hand_off(&asset);
        }
    };
    let validators = Validators {
        etag: &asset.etag,
        modified: asset.modified,
    };
    let (status, range) = match evaluate(method, headers, validators, length) {
        Outcome::Whole => (StatusCode::OK, 0..length),
        Outcome::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Outcome::NotModified => (StatusCode::NOT_MODIFIED, 0..0),
        Outcome::PreconditionFailed => {
            return refuse(Problem::new(
                StatusCode::PRECONDITION_FAILED,
                "The file has changed since.",
            ));
        }
        Outcome::Unsatisfiable => return beyond(length),
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    let out = response.headers_mut();
    out.reserve(HEADERS);
    describe(out, &asset);
    if status == StatusCode::NOT_MODIFIED {
        out.remove(CONTENT_TYPE);
        out.remove(CONTENT_ENCODING);
        return response;
    }
    out.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    out.insert(CONTENT_LENGTH, (range.end - range.start).into());
    if status == StatusCode::PARTIAL_CONTENT {
        insert(out, CONTENT_RANGE, &content_range(&range, length));
    }
    if *method == Method::GET {
        *response.body_mut() = match asset.content {
            Content::View(view) => Body::from_stream(view.stream(blobs.clone(), &range)),
            Content::Bytes(bytes) => {
                let at = |n| usize::try_from(n).unwrap_or(bytes.len()).min(bytes.len());
                Body::from(bytes.slice(at(range.start)..at(range.end)))
            }
            Content::Accel(_) | Content::Redirect(_) | Content::Signed(..) => Body::empty(),
        };
    }
    response
}

/// What the asset is, apart from its bytes.
fn describe(out: &mut HeaderMap, asset: &Asset) {
    open_to_all_origins(out);
    out.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    out.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let caching = asset.caching.header();
    out.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    insert(out, ETAG, &asset.etag);
    if let Some(modified) = asset.modified {
        insert(out, LAST_MODIFIED, &http_date(modified));
    }
    if asset.gzip {
        out.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    if asset.varies {
        out.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    if let Some(name) = &asset.save_as {
        insert(out, CONTENT_DISPOSITION, &attachment(name));
    }
}

/// Somebody else sends the bytes. They answer conditions and ranges too.
fn hand_off(asset: &Asset) -> Response {
    let mut response = Response::new(Body::empty());
    match &asset.content {
        Content::Accel(path) => {
            let out = response.headers_mut();
            describe(out, asset);
            // Theirs will be the file's own.
            out.remove(ETAG);
            out.remove(LAST_MODIFIED);
            insert(out, X_ACCEL_REDIRECT, path);
        }
        Content::Redirect(url) | Content::Signed(url, _) => {
            *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
            let out = response.headers_mut();
            open_to_all_origins(out);
            // The signed address expires.
            let caching = Caching::Never.header();
            out.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
            insert(out, LOCATION, url.as_str());
        }
        Content::Bytes(_) | Content::View(_) => {}
    }
    response
}

fn beyond(length: u64) -> Response {
    let problem = Problem::new(
        StatusCode::RANGE_NOT_SATISFIABLE,
        format!("The file has {length} bytes: none of those asked for."),
    );
    let mut response = refuse(problem);
    insert(
        response.headers_mut(),
        CONTENT_RANGE,
        &unsatisfied_range(length),
    );
    response
}

/// A problem that scripts on any page may read.
pub(crate) fn refuse(problem: Problem) -> Response {
    let mut response = problem.into_response();
    open_to_all_origins(response.headers_mut());
    response
}

fn insert(out: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        out.insert(name, value);
    }
}
