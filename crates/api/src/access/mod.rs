//! Who may watch what, from where, and under which profile.

mod country;
mod services;
mod video;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use country::{CountryHeader, CountrySource};
pub use services::Access;

use crate::AppState;

/// The routes.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(video::get, video::put))
        .routes(routes!(video::unlock))
}
