//! Live streams: what they are to people, their chat, and their rooms.

mod access;
mod acts;
mod addresses;
mod chat;
mod clips;
mod errors;
mod events;
mod growing;
mod head;
mod ingest;
mod keep;
mod markers;
mod media;
mod polls;
mod questions;
mod renditions;
mod replay;
mod sdp;
mod socket;
mod source;
mod stage;
mod stage_sessions;
mod streams;
mod targets;
mod view;
mod whep;
mod whip;
mod who;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::any;
use matinee_live::chat::Chat;
use matinee_live::markers::Markers;
use matinee_live::polls::Polls;
use matinee_live::questions::Questions;
use matinee_live::room::Rooms;
use matinee_live::streams::Streams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::AppState;

pub(crate) use view::StreamView;
pub(crate) use who::{bearer_name, now_seconds};

pub(crate) use who::known;

/// The ports on which encoders are heard; none where they are not.
#[derive(Debug, Clone, Copy, Default)]
pub struct EncoderPorts {
    /// RTMP.
    pub rtmp: Option<u16>,
    /// RTMP over TLS.
    pub rtmps: Option<u16>,
    /// SRT.
    pub srt: Option<u16>,
    /// WebRTC, and its viewers too.
    pub webrtc: Option<u16>,
}

/// What handlers of live streams share; a clone is cheap.
#[derive(Clone)]
pub struct LiveParts {
    /// What streams are to people.
    pub streams: Streams,
    /// Who is with them now.
    pub rooms: Rooms,
    /// What is said beside them.
    pub chat: Chat,
    /// What is asked beside them.
    pub questions: Questions,
    /// What their audiences are asked.
    pub polls: Polls,
    /// Moments of broadcasts that somebody wants to find again.
    pub markers: Markers,
    /// How long a permission to watch is good for.
    pub token_ttl: Duration,
    /// Whether broadcasts are kept as videos unless their owner says otherwise.
    pub record: bool,
    /// The ports on which encoders are heard.
    pub ports: EncoderPorts,
}

/// The documented routes.
pub fn router() -> OpenApiRouter<AppState> {
    let mut router = OpenApiRouter::new()
        .routes(routes!(streams::list, streams::create))
        .routes(routes!(streams::get, streams::patch, streams::delete))
        .routes(routes!(acts::start))
        .routes(routes!(acts::end))
        .routes(routes!(acts::rotate_key))
        .routes(routes!(acts::token))
        .routes(routes!(acts::like, acts::unlike))
        .routes(routes!(acts::share))
        .routes(routes!(acts::analytics))
        .routes(routes!(clips::create))
        .routes(routes!(markers::list, markers::create))
        .routes(routes!(markers::delete))
        .routes(routes!(access::get, access::put))
        .routes(routes!(access::unlock))
        .routes(routes!(chat::list, chat::create))
        .routes(routes!(chat::patch, chat::delete))
        .routes(routes!(chat::bans, chat::ban))
        .routes(routes!(chat::unban))
        .routes(routes!(questions::list, questions::create))
        .routes(routes!(questions::patch, questions::delete))
        .routes(routes!(questions::vote, questions::unvote))
        .routes(routes!(polls::list, polls::create))
        .routes(routes!(polls::delete))
        .routes(routes!(polls::vote))
        .routes(routes!(polls::close))
        .routes(routes!(targets::list, targets::create))
        .routes(routes!(targets::patch, targets::delete))
        .routes(routes!(source::get, source::put, source::delete))
        .routes(routes!(source::start))
        .routes(routes!(source::stop))
        .routes(routes!(stage::get, stage::patch))
        .routes(routes!(stage::raise, stage::lower))
        .routes(routes!(stage::invite))
        .routes(routes!(stage::change, stage::dismiss))
        .routes(routes!(stage::enter, stage::leave))
        .routes(routes!(stage::start, stage::stop))
        .routes(routes!(stage_sessions::begin))
        .routes(routes!(stage_sessions::renew, stage_sessions::end))
        .routes(routes!(replay::list))
        .routes(routes!(keep::get, keep::put, keep::delete))
        .routes(routes!(whip::by_bearer, whip::options))
        .routes(routes!(whip::by_address, whip::options_of))
        .routes(routes!(whip::by_owner))
        .routes(routes!(whip::patch, whip::delete))
        .routes(routes!(whep::watch, whep::options))
        .routes(routes!(whep::patch, whep::delete))
        .routes(routes!(socket::connect));
    router.get_openapi_mut().paths.merge(addresses::paths());
    router
}

/// What players fetch, several times a second each. It bears no layer that it does not need.
pub fn media_router(state: AppState) -> Router {
    Router::new()
        .route("/media/live/{*path}", any(media::serve))
        .with_state(Arc::new(state))
}
