//! What happens around every request.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, Method, header};
use tower::{Layer as _, ServiceBuilder, ServiceExt as _};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::cors::{Any, CorsLayer};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::trace::TraceLayer;

use super::caller::{NewViewer, VIEWER_COOKIE, viewer_cookie};
use super::problem::Problem;
use crate::{ApiConfig, AppState};

/// JSON bodies are no larger than this unless a route says otherwise.
const BODY_LIMIT: usize = 1024 * 1024;
/// How long a viewer without account is remembered.
const VIEWER_DAYS: u64 = 400;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The site's own pages, and nothing from elsewhere. Styles may be inline:
/// players and progress bars set them; no script may be. `blob:` is how players
/// hand media to the browser, `data:` how they begin an empty subtitle track.
const CSP: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data: blob: https:; media-src 'self' data: blob: https:; connect-src 'self' https:; \
    worker-src 'self' blob:; font-src 'self'; object-src 'none'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'self'";

/// The same for a page that these may frame: `'self'`, origins, or `*`.
pub(crate) fn csp_framed_by(ancestors: &str) -> String {
    let own = CSP.trim_end_matches("'self'");
    format!("{own}{ancestors}")
}

/// Around the API and the site; not around media.
pub fn api(router: Router<AppState>, state: &AppState) -> Router<AppState> {
    let compressible = SizeAbove::new(512)
        .and(NotForContentType::IMAGES)
        .and(NotForContentType::SSE)
        .and(NotForContentType::const_new("video/"))
        .and(NotForContentType::const_new("audio/"))
        .and(NotForContentType::const_new("application/octet-stream"));
    let router = router
        .layer(from_fn_with_state(state.clone(), super::acts::layer))
        .layer(from_fn(crate::gauges::layer))
        .layer(from_fn(super::linger::layer))
        .layer(from_fn_with_state(state.clone(), name_viewers))
        .layer(from_fn_with_state(
            state.clone(),
            crate::access::rates::layer,
        ))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(
            CompressionLayer::new()
                .gzip(true)
                // A little larger, at a third of the work.
                .quality(CompressionLevel::Fastest)
                .compress_when(compressible),
        )
        .layer(from_fn(safe_headers));
    match cors(&state.config) {
        Some(cors) => router.layer(from_fn_with_state(cors, across_origins)),
        None => router,
    }
}

/// Answers preflights, and nothing else that is asked by OPTIONS: what an upload endpoint can do
/// is for its own handler to say.
async fn across_origins(
    State(cors): State<CorsLayer>,
    mut request: Request,
    next: Next,
) -> Response {
    let asked = request.method() == Method::OPTIONS
        && !request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if asked {
        // The layer takes every OPTIONS for a preflight.
        *request.method_mut() = Method::GET;
    }
    let handler = tower::service_fn(move |mut request: Request| {
        if asked {
            *request.method_mut() = Method::OPTIONS;
        }
        let next = next.clone();
        async move { Ok::<_, Infallible>(next.run(request).await) }
    });
    let Ok(response) = cors.layer(handler).oneshot(request).await;
    response
}

/// Around everything.
pub fn all(router: Router) -> Router {
    router.layer(
        ServiceBuilder::new()
            .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
            .layer(
                TraceLayer::new_for_http()
                    .make_span_with(|request: &Request| {
                        let id = request
                            .headers()
                            .get(REQUEST_ID)
                            .and_then(|id| id.to_str().ok())
                            .unwrap_or_default();
                        let (trace, parent) = traced(request.headers(), id);
                        // The path alone: a query may carry a token.
                        tracing::info_span!(
                            "request",
                            method = %request.method(),
                            path = told(request.uri().path()),
                            route = &*crate::gauges::route(request),
                            status = tracing::field::Empty,
                            id,
                            trace,
                            parent,
                        )
                    })
                    .on_response(|response: &Response, _: Duration, span: &tracing::Span| {
                        span.record("status", u64::from(response.status().as_u16()));
                    })
                    .on_failure(()),
            )
            .layer(from_fn(trace))
            .layer(PropagateRequestIdLayer::new(REQUEST_ID))
            .layer(CatchPanicLayer::custom(|_| {
                Problem::internal(&"a handler panicked").into_response()
            })),
    )
}

/// To which trace a request belongs: that which whoever asks says (W3C Trace Context), with the
/// span from which they ask, or one of its own, which its id is the name of.
fn traced(headers: &http::HeaderMap, id: &str) -> (String, String) {
    let said = headers
        .get("traceparent")
        .and_then(|said| said.to_str().ok());
    let mut parts = said.unwrap_or_default().split('-');
    let (version, trace, parent) = (parts.next(), parts.next(), parts.next());
    if let (Some(version), Some(trace), Some(parent)) = (version, trace, parent)
        && version.len() == 2
        && version != "ff"
        && parent.len() == 16
        && matinee_engines::trace::is_sound(trace)
    {
        return (trace.to_owned(), parent.to_owned());
    }
    (id.replace('-', ""), String::new())
}

/// What a request leaves for later belongs to its trace.
async fn trace(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let id = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
    let (trace, _) = traced(headers, id.unwrap_or_default());
    if matinee_engines::trace::is_sound(&trace) {
        matinee_engines::trace::within(trace, next.run(request)).await
    } else {
        next.run(request).await
    }
}

/// A path as it may be told: some encoders put their stream key into it.
fn told(path: &str) -> &str {
    match path.strip_prefix("/whip/") {
        Some(rest) if !rest.starts_with("sessions/") => "/whip/…",
        _ => path,
    }
}

/// Around media: a handler that panics costs one answer, not the connection.
pub fn media(router: Router) -> Router {
    router.layer(CatchPanicLayer::custom(|_| {
        Problem::internal(&"a handler panicked").into_response()
    }))
}

/// Other sites' pages may read the API without cookies; programs that hold a
/// bearer token may do all.
fn cors(config: &ApiConfig) -> Option<CorsLayer> {
    if config.allowed_origins.is_empty() {
        return None;
    }
    let layer = CorsLayer::new()
        .allow_methods([
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers(Any)
        .expose_headers(Any)
        .max_age(Duration::from_hours(24));
    Some(if config.allowed_origins.iter().any(|o| o == "*") {
        layer.allow_origin(Any)
    } else {
        let origins: Vec<HeaderValue> = config
            .allowed_origins
            .iter()
            .filter_map(|origin| origin.parse().ok())
            .collect();
        layer.allow_origin(origins)
    })
}

async fn safe_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "strict-origin-when-cross-origin");
    set(header::CONTENT_SECURITY_POLICY, CSP);
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    set(
        HeaderName::from_static("permissions-policy"),
        "camera=(self), microphone=(self), geolocation=(), display-capture=(self)",
    );
    // What the API says is for this caller, now.
    if headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|t| t == "application/json")
    {
        headers
            .entry(header::CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("private, no-cache"));
    }
    response
}

/// Whether this belongs to whoever asks for it: watching, and whatever somebody
/// leaves behind for others. Looking at what others have left does not.
fn is_remembered(method: &Method, path: &str) -> bool {
    if path.starts_with("/stream/") || path == "/continue-watching" {
        return true;
    }
    // A refreshed page is no further viewer.
    if path == "/api/events" {
        return true;
    }
    // Who watches a broadcast is counted once, and writes beside it.
    let watches = path.starts_with("/ws/") || path.starts_with("/whep/");
    if watches || (path.starts_with("/api/streams/") && path.ends_with("/token")) {
        return true;
    }
    let personal = ["/like", "/dislike", "/review", "/comments"];
    let changes = !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    changes
        && (path.starts_with("/api/watchlist/")
            || path == "/api/reports"
            || path.starts_with("/api/comments/")
            || (path.starts_with("/api/streams/")
                && ["/like", "/chat"].iter().any(|end| path.ends_with(end)))
            || (path.starts_with("/api/videos/") && personal.iter().any(|end| path.ends_with(end))))
}

/// Gives somebody without account a name of their own when they begin to
/// watch, so that they find their place again. It says nothing about them.
async fn name_viewers(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let headers = request.headers();
    // Somebody who asks not to be followed is counted without a name.
    let unfollowed = path == "/api/events" && crate::analytics::nameless(headers).private;
    if unfollowed || !is_remembered(request.method(), path) || viewer_cookie(headers).is_some() {
        return next.run(request).await;
    }
    let name = uuid::Uuid::new_v4().simple().to_string();
    request.extensions_mut().insert(NewViewer(name.clone()));
    let mut response = next.run(request).await;
    let secure = if state.config.https { "; Secure" } else { "" };
    let age = VIEWER_DAYS * 86_400;
    let cookie =
        format!("{VIEWER_COOKIE}={name}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}
