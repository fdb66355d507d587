//! What is known of titles elsewhere: tables that people keep, and other
//! databases.

mod lookup;
mod table;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::AppState;

/// The routes.
pub(super) fn router() -> OpenApiRouter<AppState> {
    let import = OpenApiRouter::new()
        .routes(routes!(table::import))
        .layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .merge(import)
        .routes(routes!(lookup::candidates))
        .routes(routes!(lookup::confirm))
}
