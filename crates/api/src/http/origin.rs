//! Under which address the client sees this server.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRef, FromRequestParts};
use http::request::Parts;
use http::{HeaderMap, header};

use super::problem::Problem;
use crate::{ApiConfig, AppState};

/// The addresses that this server gives out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicOrigin {
    /// `https://films.example.org`, without a final slash.
    pub site: String,
    /// The same for what lies under `/media/`: a content delivery network, if
    /// there is one, else `site`.
    pub media: String,
}

impl PublicOrigin {
    /// The whole address of a path that begins with a slash.
    pub fn url(&self, path: &str) -> String {
        let origin = if path.starts_with("/media/") {
            &self.media
        } else {
            &self.site
        };
        format!("{origin}{path}")
    }

    /// The configured addresses, else what the request (or a trusted proxy) says.
    pub fn of(parts: &Parts, config: &ApiConfig) -> Self {
        let site = config
            .public_url
            .clone()
            .unwrap_or_else(|| asked(parts, config));
        let media = config.media_url.clone().unwrap_or_else(|| site.clone());
        Self { site, media }
    }
}

/// The address by which this request came.
fn asked(parts: &Parts, config: &ApiConfig) -> String {
    let trusted = peer(parts).is_some_and(|ip| is_trusted(ip, config));
    let forwarded = |name| trusted.then(|| first(&parts.headers, name)).flatten();
    let host = forwarded("x-forwarded-host")
        .or_else(|| first(&parts.headers, header::HOST.as_str()))
        .or_else(|| parts.uri.authority().map(|a| a.as_str().to_owned()))
        .filter(|host| is_authority(host))
        .unwrap_or_else(|| "localhost".to_owned());
    let https = match forwarded("x-forwarded-proto") {
        Some(proto) => proto.eq_ignore_ascii_case("https"),
        None => config.https,
    };
    let scheme = if https { "https" } else { "http" };
    format!("{scheme}://{host}")
}

impl<S> FromRequestParts<S> for PublicOrigin
where
    S: Send + Sync,
    AppState: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Ok(Self::of(parts, &AppState::from_ref(state).config))
    }
}

/// The connection's other end.
pub(crate) fn peer(parts: &Parts) -> Option<IpAddr> {
    parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip().to_canonical())
}

/// Whether this peer's `X-Forwarded-…` headers are believed.
pub(crate) fn is_trusted(ip: IpAddr, config: &ApiConfig) -> bool {
    config.trusted_proxies.contains(&ip)
}

/// The first of a header's comma-separated values.
pub(crate) fn first(headers: &HeaderMap, name: &str) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?;
    Some(text.split(',').next().unwrap_or(text).trim().to_owned())
}

/// A host and a port and nothing else: what goes into addresses that we give
/// out must not carry a path or a quote.
fn is_authority(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 255
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']'))
}
