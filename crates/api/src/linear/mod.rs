//! Television around the clock: channels, their guide, their playlists, their tuners.

mod access;
mod addresses;
mod channels;
mod errors;
mod feeds;
mod form;
mod guide;
mod media;
mod path;
mod play;
mod preview;
mod takeovers;
mod time;
mod tuner;
mod view;
mod who;

use std::sync::Arc;

use axum::Router;
use axum::routing::any;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::AppState;

pub(crate) use time::{instant, read as read_instant};
pub use tuner::tuners;
pub(crate) use view::ChannelView;
pub(crate) use who::known;

/// The documented routes.
pub fn router() -> OpenApiRouter<AppState> {
    let mut router = OpenApiRouter::new()
        .routes(routes!(channels::list, channels::create))
        .routes(routes!(preview::preview))
        .routes(routes!(preview::matches))
        .routes(routes!(channels::get, channels::patch, channels::delete))
        .routes(routes!(channels::refresh))
        .routes(routes!(takeovers::list, takeovers::create))
        .routes(routes!(takeovers::hand_back))
        .routes(routes!(access::get, access::put))
        .routes(routes!(access::unlock))
        .routes(routes!(guide::schedule))
        .routes(routes!(guide::as_run))
        .routes(routes!(guide::epg))
        .routes(routes!(play::play))
        .routes(routes!(feeds::xmltv))
        .routes(routes!(feeds::m3u))
        .routes(routes!(tuner::discover))
        .routes(routes!(tuner::status))
        .routes(routes!(tuner::scan))
        .routes(routes!(tuner::lineup))
        .routes(routes!(tuner::tune));
    router.get_openapi_mut().paths.merge(addresses::paths());
    router
}

/// What players fetch. It bears no layer that it does not need.
pub fn media_router(state: AppState) -> Router {
    Router::new()
        .route("/media/channels/{*path}", any(media::serve))
        .route("/media/slate/{*path}", any(media::serve_made))
        .route("/media/silence/{*path}", any(media::serve_made))
        .route("/media/empty.vtt", any(media::serve_made))
        .route("/media/relay/{*path}", any(media::serve_relayed))
        .route("/media/captions/{*path}", any(media::serve_captions))
        .with_state(Arc::new(state))
}
