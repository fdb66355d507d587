//! `ETag` and `If-Match` on what people edit: nobody undoes what they have not
//! seen (RFC 9110, section 13.1.1).

use axum::extract::FromRequestParts;
use axum::response::{IntoResponseParts, ResponseParts};
use http::request::Parts;
use http::{HeaderValue, header};
use matinee_catalog::Edit;

use super::caller::Caller;
use super::problem::Problem;

/// The revision of what is sent, as its `ETag`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Etag(pub i64);

impl IntoResponseParts for Etag {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        if let Ok(value) = HeaderValue::from_str(&format!("\"{}\"", self.0)) {
            parts.headers_mut().insert(header::ETAG, value);
        }
        Ok(parts)
    }
}

/// The revision that the client has seen, by its `If-Match`; none if it sent
/// none, or `*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub Option<i64>);

impl IfMatch {
    /// An edit by this caller of what they have seen.
    pub fn edit(self, caller: &Caller) -> Edit {
        Edit {
            if_revision: self.0,
            ..Edit::by(caller.0.user().map(|user| user.id.to_string()))
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else {
            return Ok(Self(None));
        };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self(None));
        }
        // What is no tag of ours matches nothing: no revision is negative.
        let revision = text
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'))
            .and_then(|text| text.parse().ok())
            .unwrap_or(-1);
        Ok(Self(Some(revision)))
    }
}
