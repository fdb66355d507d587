//! Small fields, however a client sends them: query, form or JSON.

use std::time::Duration;

use axum::extract::{FromRequest, Multipart, Request};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use matinee_ingest::uploads::Metadata;
use serde_json::{Map, Value};

use super::pipe;
use crate::{Problem, ProblemResult};

/// The longest text field, in bytes.
pub(super) const TEXT_MAX: usize = 64 * 1024;
/// The most fields of a form.
pub(super) const FIELDS_MAX: usize = 200;
/// The longest body of fields, in bytes: 10,000 parts fit.
const BODY_MAX: usize = 2 * 1024 * 1024;
/// How long a client may send nothing.
const IDLE: Duration = Duration::from_secs(30);

/// What a request says in its query and its body together; the body wins.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(pub(super) Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let mut fields = Self::of_query(request.uri().query());
        match media_type(&request).as_str() {
            "multipart/form-data" => {
                fields.add_form(pipe::form(request).await?).await?;
            }
            kind => {
                let body = axum::body::to_bytes(request.into_body(), BODY_MAX);
                let body = tokio::time::timeout(IDLE * 4, body)
                    .await
                    .map_err(|_| {
                        Problem::new(StatusCode::REQUEST_TIMEOUT, "The body did not arrive.")
                    })?
                    .map_err(|_| {
                        Problem::bad_request("The body is too long, or it broke off half-way.")
                    })?;
                if kind == "application/x-www-form-urlencoded" {
                    fields.add_pairs(&body);
                } else if !body.trim_ascii().is_empty() {
                    fields.add_json(&body)?;
                }
            }
        }
        Ok(fields)
    }
}

pub(super) fn media_type(request: &Request) -> String {
    let header = request.headers().get(CONTENT_TYPE);
    let text = header.and_then(|v| v.to_str().ok()).unwrap_or_default();
    text.split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

impl Fields {
    pub(super) fn of_query(query: Option<&str>) -> Self {
        let mut fields = Self::default();
        fields.add_pairs(query.unwrap_or_default().as_bytes());
        fields
    }

    pub(super) fn add_pairs(&mut self, encoded: &[u8]) {
        for (name, value) in url::form_urlencoded::parse(encoded).take(FIELDS_MAX) {
            self.add(&name, &value);
        }
    }

    fn add_json(&mut self, body: &[u8]) -> ProblemResult<()> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(object)) => {
                self.0.extend(object);
                Ok(())
            }
            Ok(_) => Err(Problem::bad_request("The body must be a JSON object.")),
            Err(error) => Err(Problem::bad_request(format!(
                "The body is not JSON: {error}."
            ))),
        }
    }

    async fn add_form(&mut self, mut form: Multipart) -> ProblemResult<()> {
        let mut count = 0;
        while let Some(field) = pipe::patient(IDLE, form.next_field()).await? {
            count += 1;
            if count > FIELDS_MAX {
                return Err(Problem::bad_request("The form has too many fields."));
            }
            let name = field.name().unwrap_or_default().to_owned();
            let text = pipe::text(IDLE, &name, field).await?;
            self.add(&name, &text);
        }
        Ok(())
    }

    /// Adds a text. Of a name that comes twice the last counts, except where
    /// a list is meant.
    pub(super) fn add(&mut self, name: &str, text: &str) {
        let name = name.strip_suffix("[]").unwrap_or(name);
        if let ("tags" | "resolutions", Some(Value::String(list))) = (name, self.0.get_mut(name)) {
            list.push(',');
            list.push_str(text);
        } else {
            let text = Value::String(text.to_owned());
            self.0.insert(name.to_owned(), text);
        }
    }

    /// The first of these names that is given, as text.
    pub(super) fn text(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| match self.0.get(*name)? {
            Value::String(text) if text.trim().is_empty() => None,
            Value::String(text) => Some(text.trim().to_owned()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        })
    }

    /// The first of these names that is given, as text, or a problem that names it.
    pub(super) fn required(&self, names: &[&str]) -> ProblemResult<String> {
        self.text(names)
            .ok_or_else(|| Problem::field(names[0], "must be given"))
    }

    /// The first of these names that is given, as a whole number.
    pub(super) fn number(&self, names: &[&str]) -> ProblemResult<Option<u64>> {
        let Some(text) = self.text(names) else {
            return Ok(None);
        };
        match text.parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(Problem::field(names[0], "must be a whole number")),
        }
    }

    /// The first of these names that is given, as it is; a text may hold JSON.
    pub(super) fn value(&self, names: &[&str]) -> Option<Value> {
        names.iter().find_map(|name| match self.0.get(*name)? {
            Value::Null => None,
            Value::String(text) if text.trim().is_empty() => None,
            Value::String(text) => {
                Some(serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone())))
            }
            value => Some(value.clone()),
        })
    }

    /// What they say about the video.
    pub(super) fn metadata(&self) -> ProblemResult<Metadata> {
        Metadata::from_json(&self.0).map_err(Problem::invalid)
    }
}
