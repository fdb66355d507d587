//! The HTTP face of Matinee: the API, the media routes and the embedded site.
//!
//! Three routers are put together by [`router`]:
//!
//! * the **API** (documented, compressed, who-asks-aware), one module per
//!   concern: [`videos`], [`session`], [`instance`], …;
//! * the **media routes**, which players call a thousand times for each page
//!   view, and which therefore carry no layer that they do not need;
//! * the **site**, files built into the binary.
//!
//! Every error is a [`Problem`] (RFC 9457). Handlers ask for a
//! [`Principal`](matinee_identity::Principal) through [`Caller`], and for
//! permission through [`Caller::require`].

pub mod access;
mod ads;
pub mod analytics;
pub mod community;
pub mod discovery;
pub mod docs;
mod gauges;
pub mod health;
pub mod http;
pub mod instance;
pub mod linear;
pub mod live;
pub mod notify;
pub mod people;
pub mod playback;
pub mod session;
pub mod settings;
pub mod site;
mod state;
pub mod titles;
pub mod uploads;
pub mod videos;

use axum::Router;
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;

pub use http::caller::{Caller, Client, ClientAddr};
pub use http::extract::{Body, Params, PathId};
pub use http::origin::PublicOrigin;
pub use http::problem::{Problem, ProblemResult};
pub use people::Acting;
pub use state::{ApiConfig, AppState, Face, LadderRung};

/// The documented routes.
fn api() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(docs::document())
        .merge(instance::router())
        .merge(settings::router())
        .merge(session::router())
        .merge(people::router())
        .merge(access::router())
        .merge(health::router())
        .merge(discovery::router())
        .merge(videos::router())
        .merge(community::router())
        .merge(titles::router())
        .merge(uploads::router())
        .merge(playback::router())
        .merge(live::router())
        .merge(linear::router())
        .merge(notify::router())
        .merge(analytics::router())
        .merge(ads::router())
}

/// The OpenAPI document of every route.
pub fn openapi() -> utoipa::openapi::OpenApi {
    docs::named(api().into_openapi())
}

/// Everything that this server answers.
pub fn router(state: AppState) -> Router {
    let (api, document) = api().split_for_parts();
    let api = api
        .route("/metrics", get(health::metrics))
        .merge(docs::router(docs::named(document)))
        .fallback(site::serve)
        .method_not_allowed_fallback(site::wrong_method);
    let media = playback::media_router(state.clone())
        .merge(live::media_router(state.clone()))
        .merge(linear::media_router(state.clone()))
        .merge(ads::media_router(state.clone()));
    let api = http::layers::api(api, &state).with_state(state);
    http::layers::all(api).merge(http::layers::media(media))
}
