//! Errors as clients see them: `application/problem+json` (RFC 9457).

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use matinee_catalog::{CatalogError, FieldError};
use matinee_identity::IdentityError;
use matinee_ingest::IngestError;
use matinee_jobs::JobsError;
use serde::Serialize;
use utoipa::ToSchema;

/// The outcome of a handler.
pub type ProblemResult<T> = Result<T, Problem>;

/// An error as the client sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Names the kind of problem; `about:blank` when the status says it all.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The status in words.
    pub title: &'static str,
    /// The HTTP status.
    #[serde(serialize_with = "code")]
    #[schema(value_type = u16, example = 422)]
    pub status: StatusCode,
    /// What happened, in words for a person.
    pub detail: String,
    /// The fields that cannot be accepted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<ProblemField>)]
    pub errors: Vec<FieldError>,
    /// When to try again.
    #[serde(skip)]
    pub retry_after: Option<Duration>,
}

/// One field that cannot be accepted.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemField {
    /// The field as the client wrote it.
    pub field: String,
    /// What was expected.
    pub reason: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn code<S: serde::Serializer>(status: &StatusCode, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_u16(status.as_u16())
}

impl Problem {
    /// A problem of this status.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status,
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
        }
    }

    /// 400: the request cannot be understood.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 401: sign in first.
    pub fn sign_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Sign in to do this.")
    }

    /// 403: signed in, but not allowed.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, detail)
    }

    /// 404.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// 409: not in this state.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, detail)
    }

    /// 422: these fields cannot be accepted.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let words: Vec<String> = errors
            .iter()
            .map(|e| format!("{} {}", e.field, e.reason))
            .collect();
        Self {
            errors,
            ..Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                format!("The request was refused: {}.", words.join("; ")),
            )
        }
    }

    /// 422: this field cannot be accepted.
    pub fn field(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError::new(field, reason)])
    }

    /// 500. The reason goes to the log, not to the client.
    pub fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong on the server. It has been logged.",
        )
    }

    /// 503: the store cannot be reached now.
    pub fn unavailable(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "an engine is unavailable");
        Self {
            retry_after: Some(Duration::from_secs(5)),
            ..Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "The server cannot reach its storage just now. Try again in a moment.",
            )
        }
    }

    /// The same, with a field called as the client knows it.
    #[must_use]
    pub fn of_field(mut self, from: &str, to: &str) -> Self {
        for error in &mut self.errors {
            if error.field == from {
                to.clone_into(&mut error.field);
            }
        }
        self
    }

    /// The same with this address for the kind of problem.
    #[must_use]
    pub fn of_kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(wait) = self.retry_after {
            // Rounded up: coming back too early would be refused again.
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            headers.insert(header::RETRY_AFTER, seconds.max(1).into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            // Bearer, not Basic: a browser would open its own dialog.
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"matinee\""),
            );
        }
        response
    }
}

impl From<CatalogError> for Problem {
    fn from(error: CatalogError) -> Self {
        match error {
            // The same words as for what is hidden.
            CatalogError::NotFound { .. } => {
                Self::not_found("There is nothing under this address.")
            }
            CatalogError::Invalid(errors) => Self::invalid(errors),
            CatalogError::Stale { .. } => {
                Self::new(StatusCode::PRECONDITION_FAILED, sentence(&error))
            }
            CatalogError::Cursor => Self::field(
                "cursor",
                "must be one that this list gave out, with the same sort",
            ),
            CatalogError::Conflict(_) => Self::conflict(sentence(&error)),
            CatalogError::Forbidden(_) => Self::forbidden(sentence(&error)),
            CatalogError::Db(error) => Self::unavailable(&error),
        }
    }
}

impl From<IngestError> for Problem {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::Gone => Self::not_found("There is nothing under this address."),
            IngestError::Catalog(error) => error.into(),
            IngestError::Rejected(reason) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, sentence(&reason))
            }
            IngestError::TooManyTracks => Self::new(StatusCode::CONFLICT, sentence(&error)),
            IngestError::Db(error) => Self::unavailable(&error),
            IngestError::Jobs(JobsError::Db(error)) => Self::unavailable(&error),
            IngestError::Blobs(error) if error.is_retryable() => Self::unavailable(&error),
            other => Self::internal(&other),
        }
    }
}

impl From<IdentityError> for Problem {
    fn from(error: IdentityError) -> Self {
        use IdentityError as E;
        let words = |status| Self::new(status, sentence(&error));
        match error {
            E::WrongCredentials | E::WrongCode => words(StatusCode::UNAUTHORIZED),
            E::TotpRequired => words(StatusCode::UNAUTHORIZED).of_kind("/problems/totp-required"),
            E::Throttled { retry_after } => Self {
                retry_after: Some(retry_after),
                ..words(StatusCode::TOO_MANY_REQUESTS)
            },
            E::SetupLink | E::Disabled | E::RegistrationClosed => words(StatusCode::FORBIDDEN),
            E::SignInAgain => words(StatusCode::FORBIDDEN).of_kind("/problems/sign-in-again"),
            E::InvitationNeeded => Self::field("invitation", "is needed to make an account"),
            E::NotFound(_) => words(StatusCode::NOT_FOUND),
            E::LastAdministrator | E::Conflict(_) => words(StatusCode::CONFLICT),
            E::Link => Self::field(
                "token",
                "has been used or has expired: ask for another link",
            ),
            E::Grant(_) => words(StatusCode::BAD_REQUEST),
            E::Oidc(_) => words(StatusCode::FORBIDDEN),
            E::Passkey(error) => Self::field("response", error.to_string()),
            E::Invalid { field, reason } => Self::field(field, reason),
            E::Db(error) => Self::unavailable(&error),
            E::Hash(_) | E::Corrupt(_) | E::Mail(_) | E::Personal(_) => Self::internal(&error),
        }
    }
}

/// An error's words as a sentence.
pub fn sentence(error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    let mut chars = text.chars();
    let first: String = chars
        .next()
        .map_or_else(String::new, |c| c.to_uppercase().collect());
    format!("{first}{}.", chars.as_str().trim_end_matches('.'))
}
