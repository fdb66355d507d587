//! What people do with videos besides watching them.
//!
//! One file for each thing; who somebody is to the community ([`asking`],
//! [`signed_in`], [`anyone`]) is said in `person`, and how lists are cut into
//! pages in `paging`.

mod chapters;
mod comments;
mod film;
mod moderation;
mod movie;
mod notes;
pub(crate) mod paging;
pub(crate) mod person;
mod playlist_view;
mod playlists;
mod reactions;
mod renditions;
mod reports;
mod reviews;
mod stats;
mod subtitle_form;
mod subtitles;
mod watchlist;
pub(crate) mod words;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::AppState;

pub use stats::StatsCache;
pub(crate) use subtitle_form::{label_of, tag_of};

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
        .routes(routes!(film::get))
        .routes(routes!(comments::list, comments::create))
        .routes(routes!(comments::replies))
        .routes(routes!(comments::get, comments::patch, comments::delete))
        .routes(routes!(comments::like, comments::unlike))
        .routes(routes!(reviews::list))
        .routes(routes!(reviews::mine, reviews::put, reviews::delete))
        .routes(routes!(reports::create))
        .routes(routes!(moderation::queue))
        .routes(routes!(moderation::case, moderation::decide))
        .routes(routes!(moderation::rules, moderation::set_rules))
        .routes(routes!(moderation::test))
        .routes(routes!(chapters::get, chapters::put, chapters::reset))
        .routes(routes!(notes::get, notes::put))
        .routes(routes!(renditions::patch))
        .routes(routes!(subtitles::patch, subtitles::delete))
        .routes(routes!(stats::get))
        .routes(routes!(movie::get))
        .merge(subtitles::uploads())
}
