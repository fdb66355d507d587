//! Who may watch what, from where, under which profile, and how much of it.

mod country;
mod groups;
mod playing;
mod problems;
mod profiles;
mod quotas;
pub(crate) mod rates;
mod services;
pub(crate) mod video;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use country::{CountryHeader, CountrySource};
pub(crate) use quotas::make_room;
pub use quotas::{Quota, Quotas};
pub(crate) use services::chosen;
pub use services::{Access, Limits};

use crate::AppState;

/// The routes.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(video::get, video::put))
        .routes(routes!(video::unlock))
        .routes(routes!(profiles::list, profiles::create))
        .routes(routes!(profiles::patch, profiles::delete))
        .routes(routes!(profiles::select))
        .routes(routes!(groups::list, groups::create))
        .routes(routes!(groups::patch, groups::delete))
        .routes(routes!(groups::members))
        .routes(routes!(groups::add, groups::remove))
        .routes(routes!(quotas::usage))
}
