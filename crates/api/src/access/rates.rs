//! How often an address, and an account, may ask.
//!
//! Token buckets (GCRA) in hot state. What players fetch by the thousand, and
//! the bytes of uploads, are not counted: they are bounded by what they carry.
//! The machine itself is not counted either.

use std::net::IpAddr;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use matinee_engines::hot::{Rate, Taken};
use matinee_identity::User;

use super::problems::{RATE_LIMITED, too_many, unheeded};
use super::services::Access;
use crate::http::caller::client_ip;
use crate::{AppState, Problem, ProblemResult};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// Counts what an address asks for, and says how much is left.
pub(crate) async fn layer(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let Some(rate) = state.access.limits().per_address else {
        return next.run(request).await;
    };
    let (parts, body) = request.into_parts();
    let addr = client_ip(&parts, &state.config).filter(|_| counts(&parts.method, parts.uri.path()));
    let Some(addr) = addr.filter(|addr| !addr.is_loopback()) else {
        return next.run(Request::from_parts(parts, body)).await;
    };
    let key = format!("rate:address:{}", network(addr));
    let taken = match state.access.hot.take(&key, rate, 1).await {
        Ok(taken) => taken,
        Err(error) => {
            unheeded(&error);
            return next.run(Request::from_parts(parts, body)).await;
        }
    };
    let mut response = if taken.allowed {
        next.run(Request::from_parts(parts, body)).await
    } else {
        refused(&taken).into_response()
    };
    describe(response.headers_mut(), rate, &taken);
    response
}

impl Access {
    /// Counts what an account asks for, from wherever.
    pub(crate) async fn count(&self, user: &User, addr: Option<IpAddr>) -> ProblemResult<()> {
        let Some(rate) = self.limits().per_account else {
            return Ok(());
        };
        if addr.is_none_or(|addr| addr.is_loopback()) {
            return Ok(());
        }
        match self
            .hot
            .take(&format!("rate:account:{}", user.id), rate, 1)
            .await
        {
            Ok(taken) if !taken.allowed => Err(refused(&taken)),
            Ok(_) => Ok(()),
            Err(error) => {
                unheeded(&error);
                Ok(())
            }
        }
    }
}

fn refused(taken: &Taken) -> Problem {
    too_many(
        "Too many requests: wait a moment before the next.",
        taken.retry_after,
    )
    .of_kind(RATE_LIMITED)
}

/// Whether a request is counted.
pub(super) fn counts(method: &Method, path: &str) -> bool {
    if *method == Method::OPTIONS {
        return false;
    }
    let uploaded = path == "/api/multipart/part"
        || (path.starts_with("/api/uploads/") && *method == Method::PATCH);
    let played = path.starts_with("/api/videos/") && path.ends_with("/stream");
    let site = path.starts_with("/_app/") || path.starts_with("/artwork/");
    let health = path.starts_with("/health") || path == "/metrics";
    !(uploaded || played || site || health)
}

/// Whoever has an IPv6 address has 2^64 of them.
fn network(addr: IpAddr) -> IpAddr {
    match addr {
        IpAddr::V4(_) => addr,
        IpAddr::V6(v6) => {
            let bits = v6.to_bits() & !u128::from(u64::MAX);
            IpAddr::V6(std::net::Ipv6Addr::from_bits(bits))
        }
    }
}

/// `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers).
fn describe(headers: &mut HeaderMap, rate: Rate, taken: &Taken) {
    let window = rate.per.as_secs().max(1);
    let until_full = |missing: u32| {
        let each = rate.per / rate.count.max(1);
        each.saturating_mul(missing)
    };
    let reset: Duration = if taken.allowed {
        until_full(rate.burst.saturating_sub(taken.remaining))
    } else {
        taken.retry_after
    };
    let policy = format!("\"address\";q={};w={window}", rate.count);
    let limit = format!(
        "\"address\";r={};t={}",
        taken.remaining,
        reset.as_secs_f64().ceil()
    );
    for (name, text) in [(POLICY, policy), (LIMIT, limit)] {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("GET", "/api/videos", true)]
    #[case("GET", "/api/videos/video_1/stream", false)]
    #[case("PATCH", "/api/uploads/upload_1", false)]
    #[case("POST", "/api/uploads", true)]
    #[case("POST", "/api/multipart/part", false)]
    #[case("OPTIONS", "/api/videos", false)]
    #[case("GET", "/health/live", false)]
    #[case("POST", "/api/session", true)]
    fn what_counts(#[case] method: Method, #[case] path: &str, #[case] expected: bool) {
        assert_eq!(counts(&method, path), expected);
    }
}
