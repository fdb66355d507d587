//! Finding something to watch.

mod browse;
pub(crate) mod card;
mod embed;
mod feeds;
pub mod home;
mod markup;
mod oembed;
mod pages;
mod recommended;
mod search;
pub mod sitemap;
mod view;

use matinee_catalog::discovery::{DiscoveryError, Seer};
use matinee_engines::search::SearchError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{AppState, Caller, Problem};

/// The routes.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(search::videos))
        .routes(routes!(search::search))
        .routes(routes!(search::suggest))
        .routes(routes!(search::rebuild_state, search::rebuild))
        .routes(routes!(browse::browse))
        .routes(routes!(home::home))
        .routes(routes!(home::rows, home::set_rows))
        .routes(routes!(recommended::recommendations))
        .routes(routes!(recommended::rebuild))
        .routes(routes!(recommended::similar))
        .routes(routes!(feeds::rss))
        .routes(routes!(feeds::mrss))
        .routes(routes!(feeds::roku))
        .routes(routes!(sitemap::sitemap))
        .routes(routes!(sitemap::robots))
        .routes(routes!(oembed::oembed))
        .routes(routes!(embed::embed))
        // A page, not a part of the API.
        .route("/watch/{id}", axum::routing::get(pages::watch))
}

/// For whom something is to be found.
fn seer(caller: &Caller) -> Seer {
    Seer::of(&caller.0)
}

impl From<DiscoveryError> for Problem {
    fn from(error: DiscoveryError) -> Self {
        match error {
            DiscoveryError::Catalog(error) => error.into(),
            DiscoveryError::Search(SearchError::Invalid { field, reason }) => {
                Self::field(field, reason)
            }
            DiscoveryError::Search(error @ SearchError::Rebuilding(_)) => {
                Self::conflict(crate::http::problem::sentence(&error))
            }
            DiscoveryError::Search(error) => Self::unavailable(&error),
            DiscoveryError::Io(error) => Self::unavailable(&error),
        }
    }
}
