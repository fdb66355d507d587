//! The catalogue beyond single videos: shows, people, collections, artwork,
//! extras, the words in use, and the history of edits.

pub mod artwork;
mod bulk;
mod collections;
mod credits;
mod extras;
mod listing;
mod metadata;
mod people;
mod revisions;
mod shows;
mod sight;
mod titled;
pub mod view;
mod words;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::AppState;

/// The routes.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(shows::list, shows::create))
        .routes(routes!(shows::get, shows::patch, shows::delete))
        .routes(routes!(shows::arrange))
        .routes(routes!(credits::set_of_show))
        .routes(routes!(people::list, people::create))
        .routes(routes!(people::get, people::patch, people::delete))
        .routes(routes!(collections::list, collections::create))
        .routes(routes!(
            collections::get,
            collections::patch,
            collections::delete
        ))
        .routes(routes!(collections::set_items))
        .routes(routes!(credits::of_video, credits::set_of_video))
        .routes(routes!(extras::list))
        .routes(routes!(bulk::patch_many))
        .routes(routes!(words::genres))
        .routes(routes!(words::tags))
        .routes(routes!(words::categories))
        .routes(routes!(revisions::of_video))
        .routes(routes!(revisions::restore_video))
        .routes(routes!(revisions::of_show))
        .routes(routes!(revisions::restore_show))
        .routes(routes!(revisions::of_person))
        .routes(routes!(revisions::restore_person))
        .routes(routes!(revisions::of_collection))
        .routes(routes!(revisions::restore_collection))
        .merge(artwork::router())
        .merge(metadata::router())
}
