//! Telling others what happens: programs by webhooks, people by notifications.

mod follow;
mod news;
mod push;
mod webhooks;

use matinee_notify::NotifyError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::problem::sentence;
use crate::{AppState, Problem};

/// The routes.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(webhooks::list, webhooks::create))
        .routes(routes!(webhooks::get, webhooks::patch, webhooks::delete))
        .routes(routes!(webhooks::rotate))
        .routes(routes!(webhooks::test))
        .routes(routes!(webhooks::deliveries))
        .routes(routes!(webhooks::retry))
        .routes(routes!(follow::followed, follow::follow, follow::unfollow))
        .routes(routes!(follow::following))
        .routes(routes!(news::list))
        .routes(routes!(news::count))
        .routes(routes!(news::read))
        .routes(routes!(news::wishes, news::wish))
        .routes(routes!(push::key))
        .routes(routes!(push::list, push::subscribe))
        .routes(routes!(push::unsubscribe))
        .routes(routes!(push::test))
}

impl From<NotifyError> for Problem {
    fn from(error: NotifyError) -> Self {
        match error {
            // The same words as for what is hidden.
            NotifyError::NotFound(_) => Self::not_found("There is nothing under this address."),
            NotifyError::Invalid { field, reason } => Self::field(field, reason),
            NotifyError::Conflict(_) => Self::conflict(sentence(&error)),
            NotifyError::Catalog(error) => error.into(),
            NotifyError::Db(error) => Self::unavailable(&error),
            NotifyError::Jobs(error) => Self::unavailable(&error),
            NotifyError::Corrupt(_) | NotifyError::Client(_) => Self::internal(&error),
        }
    }
}
