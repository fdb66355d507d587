//! `/api/instance`: what clients need to know before they begin.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use matinee_identity::PROVIDER;

use crate::{AppState, LadderRung};

/// The routes.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get))
}

/// What clients need to know before they begin.
#[derive(Debug, Serialize, ToSchema)]
pub struct Instance {
    /// What the instance calls itself.
    pub name: String,
    /// The program's version.
    pub version: &'static str,
    /// How people sign in.
    pub auth: Auth,
    /// Who may make an account: `open` (anybody), `invitation` or `closed`.
    pub registration: &'static str,
    /// Providers that people may sign in with.
    pub oidc: Vec<Provider>,
    /// Whether mail reaches people: whether a forgotten password can be
    /// replaced without an administrator.
    pub mail: bool,
    /// What uploads must keep to.
    pub limits: Limits,
    /// The rungs that processing makes, from the lowest.
    pub ladder: Vec<LadderRung>,
    /// The usual segment length in seconds.
    pub segment_duration_s: f64,
    /// The part size that clients of the multipart upload should use, in bytes.
    pub multipart_part_size: u64,
}

/// How people sign in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Auth {
    /// `operator`: one account; `open`: everybody is the operator.
    pub mode: &'static str,
    /// Whether a set-up link is waiting to be used.
    pub setup_required: bool,
}

/// A provider that people may sign in with.
#[derive(Debug, Serialize, ToSchema)]
pub struct Provider {
    /// For `/api/session/oidc/{id}`.
    pub id: &'static str,
    /// What people know it as.
    pub name: String,
}

/// What uploads must keep to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Limits {
    /// In bytes.
    pub max_file_size: u64,
    /// Names of the containers that are accepted, such as `mp4`.
    pub supported_formats: Vec<String>,
}

/// How an instance's sign-in mode is called.
pub(crate) fn auth_mode(state: &AppState) -> &'static str {
    if state.accounts.is_open() {
        "open"
    } else {
        "operator"
    }
}

/// Describe this instance
#[utoipa::path(get, path = "/api/instance", tag = "instance",
    responses((status = 200, body = Instance)))]
async fn get(State(state): State<AppState>) -> Json<Instance> {
    let config = &state.config;
    Json(Instance {
        name: state.face.get().name.clone(),
        version: env!("CARGO_PKG_VERSION"),
        auth: Auth {
            mode: auth_mode(&state),
            setup_required: state.accounts.setup_required(),
        },
        registration: state.accounts.registration().as_str(),
        oidc: state
            .accounts
            .provider()
            .map(|name| Provider {
                id: PROVIDER,
                name: name.to_owned(),
            })
            .into_iter()
            .collect(),
        mail: state.accounts.sends_mail(),
        limits: Limits {
            max_file_size: config.max_file_size,
            supported_formats: config.supported_formats.clone(),
        },
        ladder: config.ladder.clone(),
        segment_duration_s: f64::from(config.segment_duration_ms) / 1000.0,
        multipart_part_size: config.multipart_part_size,
    })
}
