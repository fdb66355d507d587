//! Playing: media for players, progressive streams, tokens, watch progress.

pub(crate) mod addresses;
mod errors;
pub(crate) mod media;
mod progress;
pub(crate) mod respond;
mod stream;
mod token;

use std::sync::Arc;

use axum::Router;
use axum::routing::any;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::AppState;

/// The documented routes.
pub fn router() -> OpenApiRouter<AppState> {
    let mut router = OpenApiRouter::new()
        .routes(routes!(stream::stream))
        .routes(routes!(token::token))
        .routes(routes!(progress::report, progress::get))
        .routes(routes!(progress::continue_watching));
    router.get_openapi_mut().paths.merge(addresses::paths());
    router
}

/// What players fetch by the thousand. Put no layer around it that it does not
/// need: it looks up no session and compresses nothing by itself.
pub fn media_router(state: AppState) -> Router {
    // Shared as one: a clone of the state itself counts up a dozen references.
    Router::new()
        .route("/media/{*path}", any(media::serve))
        .with_state(Arc::new(state))
}
