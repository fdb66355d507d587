//! Extractors whose refusals are problems that name the field.

use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Json, Path, Query, Request};
use http::StatusCode;
use http::request::Parts;
use matinee_engines::id::Id;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use super::problem::Problem;

/// Reads a field of which `null` says something else than its absence; with
/// `#[serde(default)]` an absent one is `None`.
#[expect(
    clippy::option_option,
    reason = "absent, null and given are three things"
)]
pub(crate) fn nullable<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// A JSON body. What cannot be read is refused with the field's path.
#[derive(Debug, Clone)]
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(value)) => Ok(Self(value)),
            Err(JsonRejection::JsonDataError(error)) => {
                let (field, reason) = split(&error.body_text());
                Err(Problem::field(field, reason))
            }
            Err(JsonRejection::JsonSyntaxError(error)) => Err(Problem::bad_request(format!(
                "The body is not JSON: {}.",
                root(&error)
            ))),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Send the body as application/json.",
            )),
            Err(other) => Err(Problem::new(other.status(), other.body_text())),
        }
    }
}

/// Takes the path out of axum's words, which are
/// "Failed to deserialize the JSON body into the target type: path: reason at line …".
fn split(text: &str) -> (String, String) {
    let text = text.split_once("type: ").map_or(text, |(_, rest)| rest);
    let text = text.rsplit_once(" at line ").map_or(text, |(head, _)| head);
    match text.split_once(": ") {
        Some((path, reason)) if !path.contains(' ') => (path.to_owned(), reason.to_owned()),
        _ => ("body".to_owned(), text.to_owned()),
    }
}

/// The innermost cause, which says the most.
fn root(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

/// The query's parameters.
#[derive(Debug, Clone)]
pub struct Params<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(QueryRejection::FailedToDeserializeQueryString(error)) => {
                let (field, reason) = split_query(&error.body_text());
                Err(Problem::field(field, reason))
            }
            Err(other) => Err(Problem::new(other.status(), other.body_text())),
        }
    }
}

fn split_query(text: &str) -> (String, String) {
    let text = text
        .strip_prefix("Failed to deserialize query string: ")
        .unwrap_or(text);
    match text.split_once(": ") {
        Some((path, reason)) if !path.contains(' ') => (path.to_owned(), reason.to_owned()),
        _ => ("query".to_owned(), text.to_owned()),
    }
}

/// The `{id}` of a path, as an identifier of some kind. What is no identifier
/// cannot exist: it is not found.
#[derive(Debug, Clone)]
pub struct PathId(pub String);

impl<S: Send + Sync> FromRequestParts<S> for PathId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let missing = || Problem::not_found("There is nothing under this address.");
        let Path(id) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| missing())?;
        id.parse::<Id>().map_err(|_| missing())?;
        Ok(Self(id))
    }
}

/// The two identifiers of a path, such as that of a playlist and of a video.
#[derive(Debug, Clone)]
pub struct PathIds(pub String, pub String);

impl<S: Send + Sync> FromRequestParts<S> for PathIds {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let missing = || Problem::not_found("There is nothing under this address.");
        let Path((first, second)) = Path::<(String, String)>::from_request_parts(parts, state)
            .await
            .map_err(|_| missing())?;
        for id in [&first, &second] {
            id.parse::<Id>().map_err(|_| missing())?;
        }
        Ok(Self(first, second))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_is_found_in_the_words() {
        let text = "Failed to deserialize the JSON body into the target type: release_year: invalid type: string \"x\", expected i32 at line 1 column 20";
        assert_eq!(
            split(text),
            (
                "release_year".to_owned(),
                "invalid type: string \"x\", expected i32".to_owned()
            )
        );
        assert_eq!(
            split_query("Failed to deserialize query string: limit: invalid digit found in string")
                .0,
            "limit"
        );
    }
}
