//! What is known of titles elsewhere: tables that people keep, other
//! databases, and folders of this machine.

mod folders;
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
        .routes(routes!(folders::list))
        .routes(routes!(folders::one))
        .routes(routes!(folders::scan, folders::cancel))
}
