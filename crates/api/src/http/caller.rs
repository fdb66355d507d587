//! Who makes a request, and whether they may.

use std::net::IpAddr;

use axum::extract::{FromRef, FromRequestParts};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::request::Parts;
use http::{HeaderMap, Method, header};
use matinee_catalog::{Audience, Video};
use matinee_identity::access::{Action, Asker, Decision, Resource, decide};
use matinee_identity::{Device, Known, Principal, Via};

use super::acts::Act;
use super::origin::{first, is_trusted, peer};
use super::problem::Problem;
use crate::{ApiConfig, AppState};

/// The cookie of a session.
pub const SESSION_COOKIE: &str = "matinee_session";
/// The cookie by which somebody without an account is known again.
pub const VIEWER_COOKIE: &str = "matinee_viewer";

/// The kind of problem that the password of a thing solves.
pub const PASSWORD_REQUIRED: &str = "/problems/password-required";
/// The kind of problem that only being elsewhere solves.
pub const NOT_AVAILABLE_HERE: &str = "/problems/not-available-here";

/// Who makes the request.
///
/// Found in this order: a bearer token, HTTP Basic credentials, the session
/// cookie, open mode. A request that would change something and is recognised
/// by what a browser sends by itself (a cookie, or open mode) must come from
/// our own pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller(pub Asker);

impl Caller {
    /// Refuses unless the caller may do this on the instance as a whole.
    pub fn require(&self, action: Action) -> Result<(), Problem> {
        permit(decide(&self.0, &Resource::Instance, action))
    }

    /// Refuses unless the caller may do this with this video.
    pub fn require_for(&self, video: &Video, action: Action) -> Result<(), Problem> {
        permit(decide(&self.0, &video.resource(), action))
    }

    /// Whether the caller may do this with this video.
    pub fn may(&self, video: &Video, action: Action) -> bool {
        decide(&self.0, &video.resource(), action) == Decision::Allow
    }

    /// For lists: what the caller may come upon.
    pub fn audience(&self) -> Audience {
        Audience::of(&self.0)
    }

    /// Whether the caller runs the instance.
    pub fn is_operator(&self) -> bool {
        decide(&self.0, &Resource::Instance, Action::Operate) == Decision::Allow
    }
}

/// A decision as a problem, or none.
pub fn permit(decision: Decision) -> Result<(), Problem> {
    match decision {
        Decision::Allow => Ok(()),
        Decision::SignIn => Err(Problem::sign_in()),
        Decision::Unlock => Err(Problem::new(
            http::StatusCode::UNAUTHORIZED,
            "Give its password to watch this.",
        )
        .of_kind(PASSWORD_REQUIRED)),
        Decision::Elsewhere => {
            Err(Problem::forbidden("This is not available where you are.")
                .of_kind(NOT_AVAILABLE_HERE))
        }
        Decision::Forbid => Err(Problem::forbidden("Your account may not do this.")),
        Decision::Hide => Err(Problem::not_found("There is nothing under this address.")),
    }
}

impl<S> FromRequestParts<S> for Caller
where
    S: Send + Sync,
    AppState: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let state = AppState::from_ref(state);
        let (principal, via) = recognise(parts, &state).await?;
        if let Some(via) = via {
            parts.extensions.insert(via);
        }
        let asker = state.access.asker(parts, &state.config, principal).await?;
        let caller = Self(asker);
        if let Some(act) = parts.extensions.get::<Act>() {
            act.by(&caller.0.principal);
        }
        parts.extensions.insert(caller.clone());
        Ok(caller)
    }
}

async fn recognise(parts: &Parts, state: &AppState) -> Result<(Principal, Option<Via>), Problem> {
    let user = |known: Known| Ok((Principal::User(known.user), Some(known.via)));
    let accounts = &state.accounts;
    if let Some(text) = parts.headers.get(header::AUTHORIZATION) {
        let from = client_addr(parts, &state.config);
        let text = text.to_str().unwrap_or_default();
        let (scheme, rest) = text.split_once(' ').unwrap_or((text, ""));
        return match scheme.to_ascii_lowercase().as_str() {
            "bearer" => match accounts.authenticate(rest.trim(), &from).await? {
                Some(known) => user(known),
                None => Err(Problem::new(
                    http::StatusCode::UNAUTHORIZED,
                    "This bearer token is unknown or has expired.",
                )),
            },
            "basic" => {
                let (name, password) = basic(rest)
                    .ok_or_else(|| Problem::bad_request("The Basic credentials are malformed."))?;
                let device = Device::new(from, "");
                user(Known {
                    user: accounts.check_basic(&name, password, &device).await?,
                    via: Via::Password,
                })
            }
            _ => Err(Problem::bad_request(
                "Authorization must be of the scheme Bearer or Basic.",
            )),
        };
    }
    if let Some(token) = cookie(&parts.headers, SESSION_COOKIE) {
        let from = client_addr(parts, &state.config);
        if let Some(known) = accounts.authenticate(&token, &from).await? {
            same_origin(parts, state)?;
            return user(known);
        }
    }
    if accounts.is_open() {
        same_origin(parts, state)?;
        loopback_host(parts)?;
        return user(Known {
            user: accounts.operator().await?,
            via: Via::Open,
        });
    }
    let viewer = parts
        .extensions
        .get::<NewViewer>()
        .map(|new| new.0.clone())
        .or_else(|| viewer_cookie(&parts.headers))
        .unwrap_or_default();
    Ok((Principal::Anonymous { viewer }, None))
}

/// The name given just now to somebody who came without one; a layer sends it
/// back as a cookie.
#[derive(Debug, Clone)]
pub(crate) struct NewViewer(pub(crate) String);

/// The name of a viewer without account, if their cookie is one of ours.
pub(crate) fn viewer_cookie(headers: &HeaderMap) -> Option<String> {
    cookie(headers, VIEWER_COOKIE)
        .filter(|v| v.len() == 32 && v.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Refuses a change that another site's page has a browser make.
fn same_origin(parts: &Parts, state: &AppState) -> Result<(), Problem> {
    if matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let refuse = || {
        Problem::forbidden(
            "This change comes from another site. Programs should send a bearer token instead of a cookie.",
        )
    };
    if let Some(site) = first(&parts.headers, "sec-fetch-site") {
        // `none` is a person at the address bar.
        return if site == "same-origin" || site == "none" {
            Ok(())
        } else {
            Err(refuse())
        };
    }
    let Some(origin) = first(&parts.headers, "origin") else {
        // Every browser sends one of the two with a change: this is a program.
        return Ok(());
    };
    let ours = super::origin::PublicOrigin::of(parts, &state.config);
    // Behind a proxy that ends TLS the scheme may differ; the host may not.
    let host = |url: &str| {
        url.split_once("://")
            .map(|(_, host)| host.to_ascii_lowercase())
    };
    if host(&origin).is_some() && host(&origin) == host(&ours.site) {
        Ok(())
    } else {
        Err(refuse())
    }
}

/// In open mode a page elsewhere could point its own name at this machine
/// (DNS rebinding): only loopback names are answered.
fn loopback_host(parts: &Parts) -> Result<(), Problem> {
    let host = first(&parts.headers, header::HOST.as_str())
        .or_else(|| parts.uri.authority().map(|a| a.as_str().to_owned()))
        .unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host.as_str(),
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    let loopback = name.is_empty()
        || name.eq_ignore_ascii_case("localhost")
        || name.ends_with(".localhost")
        || name
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback());
    if loopback {
        Ok(())
    } else {
        Err(Problem::forbidden(
            "Open mode answers only to localhost. Set up an account to serve other names.",
        ))
    }
}

fn basic(encoded: &str) -> Option<(String, String)> {
    let bytes = STANDARD.decode(encoded.trim()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (name, password) = text.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}

/// The value of a cookie.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    cookies(headers)
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// All cookies of a request, by name.
pub(crate) fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
}

/// Where a request comes from: the client's address, and what it calls itself.
#[derive(Debug, Clone)]
pub struct Client(pub Device);

impl<S> FromRequestParts<S> for Client
where
    S: Send + Sync,
    AppState: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let addr = client_addr(parts, &AppState::from_ref(state).config);
        let user_agent = parts
            .headers
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        Ok(Self(Device::new(addr, user_agent)))
    }
}

/// The client's address, seen through trusted proxies.
#[derive(Debug, Clone)]
pub struct ClientAddr(pub String);

impl<S> FromRequestParts<S> for ClientAddr
where
    S: Send + Sync,
    AppState: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Ok(Self(client_addr(parts, &AppState::from_ref(state).config)))
    }
}

pub(super) fn client_addr(parts: &Parts, config: &ApiConfig) -> String {
    client_ip(parts, config).map_or_else(|| "unknown".to_owned(), |ip| ip.to_string())
}

/// The client's address, seen through trusted proxies; none if the connection
/// has none.
pub(crate) fn client_ip(parts: &Parts, config: &ApiConfig) -> Option<IpAddr> {
    let peer = peer(parts)?;
    if !is_trusted(peer, config) {
        return Some(peer);
    }
    // From the right: what the proxies nearest to us have seen themselves.
    let chain: Vec<&str> = parts
        .headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .collect();
    let client = chain
        .into_iter()
        .rev()
        .map_while(|text| text.parse::<IpAddr>().ok())
        .find(|ip| !is_trusted(*ip, config));
    Some(client.unwrap_or(peer).to_canonical())
}
