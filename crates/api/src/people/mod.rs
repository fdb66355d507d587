//! People: their accounts and sessions, and those who look after them.

mod account;
mod acting;
mod audit;
mod invitations;
mod keys;
mod oidc;
mod page;
mod passkeys;
mod register;
mod sessions;
mod token;
mod totp;
mod users;

pub use acting::Acting;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::AppState;

/// The routes.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(register::register))
        .routes(routes!(account::get, account::patch, account::delete))
        .routes(routes!(account::export))
        .routes(routes!(account::password))
        .routes(routes!(account::email))
        .routes(routes!(account::verify_email))
        .routes(routes!(account::reset))
        .routes(routes!(account::reset_confirm))
        .routes(routes!(sessions::list, sessions::delete_others))
        .routes(routes!(sessions::delete))
        .routes(routes!(keys::list, keys::create))
        .routes(routes!(keys::delete))
        .routes(routes!(totp::get, totp::begin, totp::remove))
        .routes(routes!(totp::confirm))
        .routes(routes!(totp::recovery_codes))
        .routes(routes!(passkeys::list, passkeys::create))
        .routes(routes!(passkeys::options))
        .routes(routes!(passkeys::delete))
        .routes(routes!(passkeys::login_options))
        .routes(routes!(passkeys::login_finish))
        .routes(routes!(oidc::begin))
        .routes(routes!(oidc::callback))
        .routes(routes!(oidc::linked))
        .routes(routes!(oidc::unlink))
        .routes(routes!(token::token))
        .routes(routes!(token::revoke))
        .routes(routes!(token::device))
        .routes(routes!(token::waiting, token::approve))
        .routes(routes!(users::list, users::create))
        .routes(routes!(users::get, users::patch, users::delete))
        .routes(routes!(users::reset_link))
        .routes(routes!(users::sessions, users::end_sessions))
        .routes(routes!(invitations::list, invitations::create))
        .routes(routes!(invitations::delete))
        .routes(routes!(audit::list))
}
