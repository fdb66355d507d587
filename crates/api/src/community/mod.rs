//! What people do with videos besides watching them.
//!
//! One file for each thing; who somebody is to the community ([`asking`],
//! [`signed_in`], [`anyone`]) is said in `person`, and how lists are cut into
//! pages in `paging`.

mod movie;
mod paging;
mod person;
mod playlist_view;
mod playlists;
mod reactions;
mod stats;
mod watchlist;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::AppState;

pub use stats::StatsCache;

/// The routes.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(playlists::list, playlists::create))
        .routes(routes!(playlists::get, playlists::patch, playlists::delete))
        .routes(routes!(playlists::add, playlists::remove))
        .routes(routes!(playlists::order))
        .routes(routes!(watchlist::list))
        .routes(routes!(watchlist::add, watchlist::remove))
        .routes(routes!(reactions::like, reactions::unlike))
        .routes(routes!(reactions::dislike, reactions::undislike))
        .routes(routes!(stats::get))
        .routes(routes!(movie::get))
}
