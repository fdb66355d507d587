//! `/api/videos`: the library.

mod list;
mod one;
mod processing;
pub mod view;

pub(crate) use list::{link, views};
pub use one::VideoPatch;
pub(crate) use one::{may_hang_onto, view as view_of, visible};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::AppState;

/// The routes.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list::list, one::create))
        .routes(routes!(one::get, one::patch, one::delete))
        .routes(routes!(one::choose_poster))
        .routes(routes!(processing::get))
        .routes(routes!(processing::events))
        .routes(routes!(processing::all_events))
        .routes(routes!(processing::retry))
        .routes(routes!(processing::cancel))
        .routes(routes!(processing::thumbnails))
}
