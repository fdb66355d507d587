//! Whatever those who run the service do is written down.
//!
//! Most handlers write an entry themselves, in the transaction of the act. For
//! all others there is this layer: a change that a moderator or administrator
//! made, of which the handler wrote nothing, becomes an entry named after its
//! route. So a new route is in the log without thinking of it; what people do
//! for themselves is left out by name.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::Method;
use http::request::Parts;
use matinee_identity::{AuditEntry, Principal, Role};
use serde_json::{Map, Value};

use super::caller::client_addr;
use crate::{AppState, Problem};

/// Routes of what people do for themselves, or whose handlers always write
/// down what is worth it: these, and all below them.
const NOT_HERE: [&str; 24] = [
    "/api/account",
    "/api/accounts",
    "/api/auth",
    "/api/channels",
    "/api/comments",
    "/api/events",
    "/api/metadata/import",
    "/api/moderation",
    "/api/multipart",
    "/api/notifications",
    "/api/playlists",
    "/api/profiles",
    "/api/reports",
    "/api/session",
    "/api/settings",
    "/api/setup",
    "/api/streams",
    "/api/uploads",
    "/api/users/{id}/follow",
    "/api/videos/import-url",
    "/api/videos/upload",
    "/api/videos/{id}/access",
    "/api/videos/{id}/unlock",
    "/api/watchlist",
];

/// What everybody may do with a video.
const BY_ANYBODY: [&str; 4] = ["comments", "like", "dislike", "review"];

/// What becomes known of a change while it is made.
#[derive(Debug, Clone, Default)]
pub(crate) struct Act(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    by: Option<Principal>,
    written: bool,
    detail: Map<String, Value>,
}

impl Act {
    fn know<T>(&self, learn: impl FnOnce(&mut Known) -> T) -> T {
        learn(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Somebody was recognised.
    pub(super) fn by(&self, who: &Principal) {
        self.know(|known| known.by = Some(who.clone()));
    }

    /// The handler writes an entry of its own.
    pub(crate) fn is_written(&self) {
        self.know(|known| known.written = true);
    }

    /// What its route does not say, such as the name of what is no more.
    pub(crate) fn tell(&self, name: &str, value: impl Into<Value>) {
        self.know(|known| known.detail.insert(name.to_owned(), value.into()));
    }

    /// The entry that is still to be written.
    fn entry(&self, action: String) -> Option<AuditEntry> {
        self.know(|known| {
            let by = known.by.as_ref().filter(|_| !known.written)?;
            by.user().filter(|user| user.role >= Role::Moderator)?;
            let detail = match std::mem::take(&mut known.detail) {
                nothing if nothing.is_empty() => Value::Null,
                detail => Value::Object(detail),
            };
            Some(AuditEntry::new(by, action).detail(detail))
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Act {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

/// Around each route of the API.
pub(super) async fn layer(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let action = route
        .as_ref()
        .and_then(|route| action(request.method(), route.as_str()));
    let (Some(route), Some(action)) = (route, action) else {
        return next.run(request).await;
    };
    let subject = subject(route.as_str(), request.uri().path());
    let act = Act::default();
    request.extensions_mut().insert(act.clone());
    let (parts, body) = request.into_parts();
    let addr = client_addr(&parts, &state.config);
    let response = next.run(Request::from_parts(parts, body)).await;
    if response.status().is_success()
        && let Some(mut entry) = act.entry(action)
    {
        entry.subject = subject;
        if let Err(error) = state.accounts.audit().add(entry.addr(addr)).await {
            // It is done already: to say that it failed would be wrong.
            tracing::error!(%error, "an act could not be written down");
        }
    }
    response
}

/// What a change by this route is called: `video.chapters`, `show.delete`.
fn action(method: &Method, route: &str) -> Option<String> {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return None;
    }
    let below = |of: &&str| {
        let rest = route.strip_prefix(*of);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    // Adding a video is no act of those who run the service.
    if NOT_HERE.iter().any(below) || (method, route) == (&Method::POST, "/api/videos") {
        return None;
    }
    let parts = route.strip_prefix("/api/")?.split('/');
    let mut names = parts.filter(|part| !part.starts_with('{'));
    let thing = match names.next()? {
        "people" => "person",
        thing @ ("analytics" | "recommendations") => thing,
        things => things.strip_suffix('s').unwrap_or(things),
    };
    let verb = match names.next_back() {
        Some(part) if BY_ANYBODY.contains(&part) => return None,
        Some(part) if method == Method::DELETE => format!("{part}_delete"),
        Some(part) => part.to_owned(),
        None if method == Method::POST => "create".to_owned(),
        None if method == Method::DELETE => "delete".to_owned(),
        None if route.contains('{') => "edit".to_owned(),
        None => "bulk".to_owned(),
    };
    Some(format!("{thing}.{}", verb.replace('-', "_")))
}

/// What it is done to: what stands in the place of the route's first parameter.
fn subject(route: &str, path: &str) -> Option<String> {
    let mut pairs = route.split('/').zip(path.split('/'));
    let (_, subject) = pairs.find(|(part, _)| part.starts_with('{'))?;
    Some(subject.to_owned())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("DELETE", "/api/videos/{id}", Some("video.delete"))]
    #[case("PATCH", "/api/videos/{id}", Some("video.edit"))]
    #[case("PATCH", "/api/videos", Some("video.bulk"))]
    #[case("POST", "/api/videos", None)]
    #[case("POST", "/api/videos/{id}/retry", Some("video.retry"))]
    #[case("PUT", "/api/videos/{id}/chapters", Some("video.chapters"))]
    #[case("DELETE", "/api/videos/{id}/chapters", Some("video.chapters_delete"))]
    #[case(
        "POST",
        "/api/videos/{id}/revisions/{n}/restore",
        Some("video.restore")
    )]
    #[case("POST", "/api/videos/{id}/comments", None)]
    #[case("POST", "/api/videos/{id}/like", None)]
    #[case("POST", "/api/videos/upload", None)]
    #[case("GET", "/api/videos/{id}", None)]
    #[case("POST", "/api/people", Some("person.create"))]
    #[case("PUT", "/api/home/rows", Some("home.rows"))]
    #[case("POST", "/api/search/rebuild", Some("search.rebuild"))]
    #[case("POST", "/api/analytics/refresh", Some("analytics.refresh"))]
    #[case("POST", "/api/webhooks/{id}/test", Some("webhook.test"))]
    #[case("PATCH", "/api/account", None)]
    #[case("POST", "/api/accounts", None)]
    #[case("PUT", "/api/users/{id}/follow", None)]
    #[case("POST", "/stream/{id}/progress", None)]
    fn acts_are_named_after_their_routes(
        #[case] method: &str,
        #[case] route: &str,
        #[case] name: Option<&str>,
    ) {
        let method = method.parse().unwrap();
        assert_eq!(action(&method, route).as_deref(), name);
    }

    #[test]
    fn what_it_is_done_to_stands_in_the_path() {
        let (route, path) = ("/api/videos/{id}/chapters", "/api/videos/video_1/chapters");
        assert_eq!(subject(route, path).as_deref(), Some("video_1"));
        assert_eq!(subject("/api/home/rows", "/api/home/rows"), None);
    }
}
