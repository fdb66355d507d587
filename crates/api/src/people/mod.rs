//! People: their accounts and sessions, and those who look after them.

mod acting;
mod audit;
mod page;

pub use acting::Acting;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::AppState;

/// The routes.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(audit::list))
}
