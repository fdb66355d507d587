//! What is watched, and how well it plays.

mod ads;
mod events;
mod levels;
mod media;
mod quality;
mod reports;
pub(crate) mod table;
mod top;
mod view;

use http::{HeaderMap, header};
use matinee_analytics::who::Client;
use matinee_analytics::{AnalyticsError, Fault};
use matinee_catalog::FieldError;
use matinee_engines::log::LogError;
use sha2::{Digest as _, Sha256};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{AppState, Caller, Problem};

pub(crate) use media::{says, tell, tell_on, tune};

/// The documented routes.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(events::take_in))
        .routes(routes!(top::top))
        .routes(routes!(top::stats))
        .routes(routes!(reports::title))
        .routes(routes!(reports::overview))
        .routes(routes!(quality::quality))
        .routes(routes!(top::refresh))
        .routes(routes!(ads::ads))
        .routes(routes!(levels::list))
        .routes(routes!(levels::change))
}

/// Under which a like counts once: it says nothing of who likes.
pub(crate) fn like_of(subject: &str, who: &str) -> String {
    let hash = Sha256::digest(format!("{subject} {who}"));
    format!("like/{}", hex::encode(&hash[..16]))
}

/// Who plays, as far as their request says.
pub(crate) fn client(caller: &Caller, headers: &HeaderMap) -> Client {
    Client {
        viewer_key: caller.0.viewer_key(),
        addr: caller.0.addr,
        country: caller.0.country.map(|country| country.to_string()),
        ..nameless(headers)
    }
}

/// The same of somebody who is not looked up.
pub(crate) fn nameless(headers: &HeaderMap) -> Client {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let agent = text(header::USER_AGENT.as_str()).unwrap_or_default();
    Client {
        user_agent: agent.chars().take(512).collect(),
        private: text("dnt") == Some("1") || text("sec-gpc") == Some("1"),
        ..Client::default()
    }
}

impl From<AnalyticsError> for Problem {
    fn from(error: AnalyticsError) -> Self {
        match error {
            AnalyticsError::Invalid(faults) => {
                let faults = faults.into_iter();
                let field = |Fault { field, reason }| FieldError::new(field, reason);
                Self::invalid(faults.map(field).collect())
            }
            AnalyticsError::NoLevel => Self::not_found("There is no such service level."),
            AnalyticsError::Stretch { field, reason } => Self::field(field, reason),
            AnalyticsError::Log(LogError::Io(error)) | AnalyticsError::Io(error) => {
                Self::unavailable(&error)
            }
            AnalyticsError::Log(error @ LogError::Closed) => Self::unavailable(&error),
            AnalyticsError::Db(error) => Self::unavailable(&error),
            AnalyticsError::Hot(error) => Self::unavailable(&error),
            error @ AnalyticsError::Closed => Self::unavailable(&error),
            other => Self::internal(&other),
        }
    }
}
