//! `/api/streams/{id}/stage/sessions`: the connections of those on a stage.
//!
//! The client makes all offers, so that two never cross: it hears in the room who has come, gone
//! or shares a screen, and offers again with a place for each track.

use async_trait::async_trait;
use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use http::StatusCode;
use http::request::Parts;
use matinee_engines::id::Id;
use matinee_identity::Via;
use matinee_identity::access::Action;
use matinee_live::rtc::{Client, Kind, MAX_STAGE_OFFER, Plan, Pulse};
use matinee_live::stage::Track;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

use super::sdp::Where;
use super::stage::may_come;
use super::who::known;
use crate::{Acting, AppState, Body, Caller, PathId, Problem, ProblemResult};

/// The most places that a plan names.
const PLACES: usize = 64;
/// The longest name of a place in a session, in bytes (RFC 9143 names none; browsers count).
const MID_MAX: usize = 16;

/// What a client on a stage offers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StageOffer {
    /// The offer (SDP): H.264 with `packetization-mode=1`, and Opus.
    #[schema(max_length = 196_608)]
    sdp: String,
    /// What the client sends, and where: one of each track.
    #[schema(max_items = 3)]
    sends: Vec<StageSends>,
    /// What it receives, and where.
    #[schema(max_items = 21)]
    receives: Vec<StageReceives>,
}

/// A track that a client sends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StageSends {
    /// The place in the session (`a=mid`).
    #[schema(max_length = 16)]
    mid: String,
    /// `microphone`, `camera` or `screen`.
    #[schema(value_type = StageTrackView)]
    track: String,
}

/// A track that a client receives.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StageReceives {
    /// The place in the session (`a=mid`).
    #[schema(max_length = 16)]
    mid: String,
    /// Of whom: `guest_…`. Of somebody who has gone meanwhile nothing comes.
    participant_id: String,
    /// `microphone`, `camera` or `screen`.
    #[schema(value_type = StageTrackView)]
    track: String,
}

/// What somebody on a stage sends.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "names the words that are sent")]
pub enum StageTrackView {
    /// Sound.
    Microphone,
    /// Pictures of a camera.
    Camera,
    /// Pictures of a screen.
    Screen,
}

/// A connection to a stage.
#[derive(Debug, Serialize, ToSchema)]
pub struct StageAnswer {
    /// What the session is called. Nobody guesses it.
    pub session: String,
    /// The answer (SDP).
    pub sdp: String,
    /// Servers that help the client to find out where it is (`stun:…`).
    pub ice_servers: Vec<String>,
}

impl StageOffer {
    fn plan(&self) -> ProblemResult<Plan> {
        if self.sdp.len() > MAX_STAGE_OFFER {
            let reason = format!("must not be longer than {MAX_STAGE_OFFER} bytes");
            return Err(Problem::field("sdp", reason));
        }
        if self.sends.len() + self.receives.len() > PLACES {
            return Err(Problem::field("receives", "has more than a stage sends"));
        }
        let mid = |field: &str, mid: &str| {
            let plain = (1..=MID_MAX).contains(&mid.len())
                && mid
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
            if plain {
                Ok(mid.to_owned())
            } else {
                Err(Problem::field(
                    format!("{field}.mid"),
                    "must be a place in the offer",
                ))
            }
        };
        let track = |field: &str, word: &str| {
            Track::parse(word).ok_or_else(|| {
                let reason = "must be microphone, camera or screen";
                Problem::field(format!("{field}.track"), reason)
            })
        };
        let mut plan = Plan::default();
        for one in &self.sends {
            plan.sends
                .push((mid("sends", &one.mid)?, track("sends", &one.track)?));
        }
        for one in &self.receives {
            plan.receives.push((
                mid("receives", &one.mid)?,
                one.participant_id.clone(),
                track("receives", &one.track)?,
            ));
        }
        Ok(plan)
    }
}

/// Somebody on a stage, who has to remain somebody who may be there.
struct Participant {
    state: AppState,
    caller: Caller,
    via: Option<Via>,
    stream: String,
}

#[async_trait]
impl Pulse for Participant {
    async fn beat(&self) -> bool {
        let Ok(stream) = known(&self.state, &self.caller, &self.stream, Action::Watch).await else {
            return false;
        };
        let (caller, via) = (&self.caller, self.via.as_ref());
        may_come(&self.state, &stream, caller, via).await.is_ok()
    }
}

/// Connect to the stage
///
/// For those who are on it. Whoever connects again takes the place of their connection before. To
/// follow who comes, goes and shares, offer again (`PUT …/stage/sessions/{session}`).
#[utoipa::path(post, path = "/api/streams/{id}/stage/sessions", tag = "live",
    params(("id" = String, Path)), request_body = StageOffer,
    responses((status = 201, body = StageAnswer), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 406, body = Problem),
        (status = 409, body = Problem, description = "Somebody else shares a screen"),
        (status = 413, body = Problem), (status = 422, body = Problem),
        (status = 503, body = Problem)))]
pub(super) async fn begin(
    State(state): State<AppState>,
    acting: Acting,
    Where(client): Where,
    PathId(id): PathId,
    Body(offer): Body<StageOffer>,
) -> ProblemResult<(StatusCode, Json<StageAnswer>)> {
    let stream = known(&state, &acting.caller, &id, Action::Watch).await?;
    let via = acting.via.as_ref();
    let who = may_come(&state, &stream, &acting.caller, via).await?;
    let plan = offer.plan()?;
    let seated = state.stages.open(&id)?.connect(&who)?;
    let pulse = Arc::new(Participant {
        state: state.clone(),
        caller: acting.caller.clone(),
        via: acting.via.clone(),
        stream: id,
    });
    let answer = state.rtc.join(seated, &offer.sdp, plan, client, pulse)?;
    let answer = StageAnswer {
        session: answer.id,
        sdp: answer.sdp,
        ice_servers: state.config.ice_servers.clone(),
    };
    Ok((StatusCode::CREATED, Json(answer)))
}

/// Offer again
///
/// The same client says what it sends and receives from now on. Places of the session stay what
/// they were; they may be given to other tracks.
#[utoipa::path(put, path = "/api/streams/{id}/stage/sessions/{session}", tag = "live",
    params(("id" = String, Path), ("session" = String, Path)), request_body = StageOffer,
    responses((status = 200, body = StageAnswer), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 406, body = Problem),
        (status = 409, body = Problem, description = "Somebody else shares a screen"),
        (status = 413, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn renew(
    State(state): State<AppState>,
    acting: Acting,
    Where(client): Where,
    StageSession(id, session): StageSession,
    Body(offer): Body<StageOffer>,
) -> ProblemResult<Json<StageAnswer>> {
    known_session(&state, &acting, &id, &session).await?;
    let plan = offer.plan()?;
    let sdp = answered(&state, &session, &offer.sdp, plan, client).await?;
    Ok(Json(StageAnswer {
        session,
        sdp,
        ice_servers: state.config.ice_servers.clone(),
    }))
}

async fn answered(
    state: &AppState,
    session: &str,
    offer: &str,
    plan: Plan,
    client: Client,
) -> ProblemResult<String> {
    let answer = state.rtc.renegotiate(session, offer, plan, client).await?;
    answer.ok_or_else(gone)
}

/// End the connection
///
/// The seat is kept for half a minute; to leave is another request.
#[utoipa::path(delete, path = "/api/streams/{id}/stage/sessions/{session}", tag = "live",
    params(("id" = String, Path), ("session" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn end(
    State(state): State<AppState>,
    acting: Acting,
    StageSession(id, session): StageSession,
) -> ProblemResult<StatusCode> {
    known_session(&state, &acting, &id, &session).await?;
    if state.rtc.end(Kind::Stage, &session).await {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(gone())
    }
}

/// Refuses unless there is such a session, and the caller may watch the stream.
async fn known_session(
    state: &AppState,
    acting: &Acting,
    id: &str,
    session: &str,
) -> ProblemResult<()> {
    known(state, &acting.caller, id, Action::Watch).await?;
    acting.user()?;
    if state.rtc.knows(Kind::Stage, session) {
        Ok(())
    } else {
        Err(gone())
    }
}

/// The stream and the session of a path.
pub(super) struct StageSession(String, String);

impl<S: Send + Sync> FromRequestParts<S> for StageSession {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let found = Path::<(String, String)>::from_request_parts(parts, state).await;
        let Path((id, session)) = found.map_err(|_| gone())?;
        id.parse::<Id>().map_err(|_| gone())?;
        Ok(Self(id, session))
    }
}

fn gone() -> Problem {
    Problem::not_found("There is no such session, or not any more.")
}
