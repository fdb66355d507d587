//! `/health` and `/metrics`: for those who watch over the server.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use matinee_identity::access::Action;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{AppState, Caller, ProblemResult};

/// The routes.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(health))
        .routes(routes!(live))
        .routes(routes!(ready))
}

/// How the server fares.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `healthy`, or `unhealthy` when one of the checks fails.
    pub status: &'static str,
    /// The program's version.
    pub version: &'static str,
    /// Since the start, in seconds.
    pub uptime_seconds: u64,
    /// Each engine: `ok`, or what is wrong with it.
    pub checks: BTreeMap<&'static str, String>,
}

/// Is everything that the server stands on there?
#[utoipa::path(get, path = "/health", tag = "health",
    responses((status = 200, body = Health), (status = 503, body = Health)))]
async fn health(State(state): State<AppState>) -> Response {
    let mut checks = BTreeMap::new();
    checks.insert(
        "database",
        match state.catalog.db().ping().await {
            Ok(()) => "ok".to_owned(),
            Err(error) => {
                tracing::warn!(%error, "the database does not answer");
                "does not answer".to_owned()
            }
        },
    );
    checks.insert(
        "storage",
        match state.blobs.health().await {
            Ok(_) => "ok".to_owned(),
            Err(error) => {
                tracing::warn!(%error, "the blob store does not answer");
                "does not answer".to_owned()
            }
        },
    );
    let well = checks.values().all(|check| check == "ok");
    let (code, status) = if well {
        (StatusCode::OK, "healthy")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "unhealthy")
    };
    let body = Health {
        status,
        version: env!("CARGO_PKG_VERSION"),
        uptime_seconds: state.started.elapsed().as_secs(),
        checks,
    };
    (code, Json(body)).into_response()
}

/// Does the process answer? If not, restart it
#[utoipa::path(get, path = "/health/live", tag = "health", responses((status = 200)))]
async fn live() -> Json<serde_json::Value> {
    Json(serde_json::json!({ "status": "live" }))
}

/// May requests be sent here? Says why not
#[utoipa::path(get, path = "/health/ready", tag = "health",
    responses((status = 200, body = Health), (status = 503, body = Health)))]
async fn ready(state: State<AppState>) -> Response {
    if state.shutdown.is_cancelled() {
        let body = serde_json::json!({ "status": "stopping" });
        return (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response();
    }
    health(state).await
}

/// Prometheus' text format. For the machine itself, and for operators.
pub(crate) async fn metrics(
    State(state): State<AppState>,
    local: Local,
    caller: Caller,
) -> ProblemResult<Response> {
    if !local.0 {
        caller.require(Action::Operate)?;
    }
    crate::gauges::look(&state).await;
    state.metrics.run_upkeep();
    let text = state.metrics.render();
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    Ok((kind, text).into_response())
}

/// Whether the request comes from this machine and through no proxy.
pub(crate) struct Local(bool);

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Local {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut http::request::Parts,
        _: &S,
    ) -> Result<Self, Self::Rejection> {
        let here = crate::http::origin::peer(parts).is_some_and(|ip| ip.is_loopback());
        let proxied = ["x-forwarded-for", "forwarded", "via"]
            .iter()
            .any(|name| parts.headers.contains_key(*name));
        Ok(Self(here && !proxied))
    }
}
