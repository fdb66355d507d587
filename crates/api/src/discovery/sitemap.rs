//! `/sitemap.xml`, `/robots.txt`: for those who look for everybody.

use std::fmt::Write as _;
use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, header};
use moka::future::Cache;
use serde::Deserialize;
use utoipa::IntoParams;

use super::markup::escaped;
use crate::videos::view::rfc3339;
use crate::{AppState, Params, Problem, ProblemResult, PublicOrigin};

/// Addresses in one sitemap (the protocol's own limit).
const ADDRESSES: u64 = 50_000;
/// Sitemaps that are kept, about 6 MB each at most.
const KEPT: u64 = 8;

/// Sitemaps as they are sent.
#[derive(Debug, Clone)]
pub struct Sitemaps(Cache<String, (u64, Bytes)>);

impl Default for Sitemaps {
    fn default() -> Self {
        let cache = Cache::builder()
            .max_capacity(KEPT)
            .time_to_live(Duration::from_mins(5))
            .build();
        Self(cache)
    }
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// Which sitemap.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// From 1; absent for the first address that crawlers ask for.
    #[param(minimum = 1)]
    part: Option<u64>,
}

/// The sitemap: of all public titles, or of the sitemaps that list them
///
/// Above 50,000 titles it leads to `/sitemap.xml?part=1`, `/sitemap.xml?part=2`, …: at the root,
/// since a sitemap may only list what lies beneath it.
#[utoipa::path(get, path = "/sitemap.xml", tag = "discovery", params(Which),
    responses((status = 200, body = String, content_type = "application/xml"),
        (status = 404, body = Problem)))]
pub(super) async fn sitemap(
    State(state): State<AppState>,
    origin: PublicOrigin,
    Params(which): Params<Which>,
) -> ProblemResult<Response> {
    let pages = state.discovery.count_listed().await?.div_ceil(ADDRESSES);
    let pages = pages.max(1);
    match which.part {
        Some(n) if (1..=pages).contains(&n) => page(&state, &origin, n - 1).await,
        Some(_) => Err(Problem::not_found("There is no such sitemap.")),
        None if pages == 1 => page(&state, &origin, 0).await,
        None => Ok(xml(list(pages, &origin).into())),
    }
}

/// The sitemap of sitemaps.
fn list(pages: u64, origin: &PublicOrigin) -> String {
    let mut out = format!("{HEAD}<sitemapindex xmlns=\"{NAMESPACE}\">\n");
    for n in 1..=pages {
        let url = origin.url(&format!("/sitemap.xml?part={n}"));
        let _ = writeln!(out, "<sitemap><loc>{}</loc></sitemap>", escaped(&url));
    }
    out.push_str("</sitemapindex>\n");
    out
}

async fn page(state: &AppState, origin: &PublicOrigin, n: u64) -> ProblemResult<Response> {
    let key = format!("{n} {}", origin.site);
    let version = state.discovery.version();
    if let Some((of, body)) = state.sitemaps.0.get(&key).await
        && of == version
    {
        return Ok(xml(body));
    }
    let listed = state.discovery.listed_ids(n * ADDRESSES, ADDRESSES).await?;
    let mut out = String::with_capacity(256 + listed.len() * 128);
    let _ = writeln!(out, "{HEAD}<urlset xmlns=\"{NAMESPACE}\">");
    if n == 0 {
        let _ = writeln!(out, "<url><loc>{}</loc></url>", escaped(&origin.url("/")));
    }
    for (id, updated_at) in listed {
        let url = origin.url(&format!("/watch/{id}"));
        let _ = writeln!(
            out,
            "<url><loc>{}</loc><lastmod>{}</lastmod></url>",
            escaped(&url),
            rfc3339(updated_at)
        );
    }
    out.push_str("</urlset>\n");
    let body: Bytes = out.into();
    state.sitemaps.0.insert(key, (version, body.clone())).await;
    Ok(xml(body))
}

fn xml(body: Bytes) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("application/xml; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, kind);
    let cached = HeaderValue::from_static("public, max-age=300");
    headers.insert(header::CACHE_CONTROL, cached);
    response
}

/// What crawlers should leave alone
#[utoipa::path(get, path = "/robots.txt", tag = "discovery",
    responses((status = 200, body = String, content_type = "text/plain")))]
pub(super) async fn robots(origin: PublicOrigin) -> Response {
    let mut out = String::from("User-agent: *\n");
    for path in [
        "/api/", "/media/", "/stream/", "/studio", "/upload", "/login", "/setup", "/docs",
    ] {
        let _ = writeln!(out, "Disallow: {path}");
    }
    let _ = writeln!(
        out,
        "Allow: /media/*/images/\n\nSitemap: {}",
        origin.url("/sitemap.xml")
    );
    let mut response = out.into_response();
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
