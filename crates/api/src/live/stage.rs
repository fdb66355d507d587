//! `/api/streams/{id}/stage`: those who see and hear each other, and are seen by everybody.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use matinee_identity::access::Action;
use matinee_live::chat::Speaker;
use matinee_live::stage::{Guest, Layout, Place, SEATS, SeatChange, Stage, Told, Track};
use matinee_live::streams::Stream;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;
use utoipa::ToSchema;

use super::chat::speaking;
use super::sdp::Where;
use super::streams::note;
use super::who::{known, moderator, own, speaker};
use crate::community::person::acting as anyone_acting;
use crate::http::extract::PathIds;
use crate::videos::view::rfc3339;
use crate::{Acting, AppState, Body, Caller, PathId, Problem, ProblemResult};

/// The stage of a stream: a few people who see and hear each other by WebRTC.
#[derive(Debug, Serialize, ToSchema)]
pub struct StageView {
    /// Whether what the stage shows is the stream's broadcast.
    pub on_air: bool,
    /// Whether an encoder's pictures or sound are in it as well.
    pub encoder: bool,
    /// How it is shown.
    #[schema(value_type = StageLayoutView)]
    pub layout: &'static str,
    /// How many there is room for.
    pub seats: usize,
    /// Those on the stage, in the order in which they came.
    pub participants: Vec<StageParticipant>,
    /// How many hands are up.
    pub hands_up: usize,
    /// Those whose hands are up, the first first, and those who have been invited. For those who
    /// look after the chat alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guests: Option<Vec<StageGuest>>,
    /// What is not as it should be with what is broadcast, in words. For those who look after the
    /// chat alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// What you are to it; none for a stranger, and in what a whole room is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub you: Option<StageYou>,
}

/// How a stage is shown.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "names the words that are sent")]
pub enum StageLayoutView {
    /// A screen that somebody shares large, with the faces beside it; else everybody alike.
    Auto,
    /// Everybody alike.
    Grid,
    /// Whoever speaks large, with the others beside them.
    Speaker,
}

/// Somebody on a stage.
#[derive(Debug, Serialize, ToSchema)]
pub struct StageParticipant {
    /// `guest_…`
    pub id: String,
    /// The name that others see.
    pub username: String,
    /// What they are to the stream, as in the chat.
    pub badge: &'static str,
    /// Whether they are connected. Who is not loses the seat after half a minute.
    pub connected: bool,
    /// Whether they send sound; that of somebody who is muted is heard by nobody.
    pub microphone: bool,
    /// Whether they send pictures of a camera.
    pub camera: bool,
    /// Whether they share a screen.
    pub screen: bool,
    /// Whether nobody hears them.
    pub muted: bool,
    /// Whether nobody sees their camera.
    pub camera_off: bool,
}

/// Somebody who would like to be on the stage.
#[derive(Debug, Serialize, ToSchema)]
pub struct StageGuest {
    /// `guest_…`
    pub id: String,
    /// The name that others see.
    pub username: String,
    /// What they are to the stream, as in the chat.
    pub badge: &'static str,
    /// Since when, RFC 3339.
    pub since: String,
    /// Whether they have been invited.
    pub invited: bool,
}

/// What you are to a stage.
#[derive(Debug, Serialize, ToSchema)]
pub struct StageYou {
    /// `guest_…`, if you are on the stage or would like to be.
    pub id: Option<String>,
    /// `away`, `hand`, `invited` or `on_stage`.
    #[schema(value_type = StagePlaceView)]
    pub place: &'static str,
    /// Whether you may invite others, and come without being invited.
    pub hosts: bool,
}

/// Where somebody is.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "names the words that are sent")]
pub enum StagePlaceView {
    /// Among the audience.
    Away,
    /// Among the audience, with a hand up.
    Hand,
    /// Invited to come.
    Invited,
    /// On the stage.
    OnStage,
}

impl StageView {
    /// As everybody in the room is told it.
    pub(super) fn told(told: &Told) -> Self {
        let participants = told.guests.iter().filter_map(|guest| {
            let seat = guest.seat()?;
            Some(StageParticipant {
                id: guest.id.clone(),
                username: guest.name.clone(),
                badge: guest.badge.as_str(),
                connected: seat.away.is_none(),
                microphone: seat.sends(Track::Microphone),
                camera: seat.sends(Track::Camera),
                screen: seat.sends(Track::Screen),
                muted: seat.muted,
                camera_off: seat.hidden,
            })
        });
        let hands = told.guests.iter().filter(|one| one.place == Place::Hand);
        Self {
            on_air: told.on_air,
            encoder: told.encoder,
            layout: told.layout.as_str(),
            seats: SEATS,
            participants: participants.collect(),
            hands_up: hands.count(),
            guests: None,
            warning: None,
            you: None,
        }
    }

    /// As somebody sees it.
    pub(super) fn of(told: &Told, who: Option<&Speaker>) -> Self {
        let mut view = Self::told(told);
        let Some(who) = who else { return view };
        let hosts = who.badge.moderates();
        if hosts {
            let waiting = told.guests.iter().filter(|one| one.seat().is_none());
            let guest = |one: &Guest| StageGuest {
                id: one.id.clone(),
                username: one.name.clone(),
                badge: one.badge.as_str(),
                since: rfc3339(one.since),
                invited: one.place == Place::Invited,
            };
            view.guests = Some(waiting.map(guest).collect());
            view.warning.clone_from(&told.warning);
        }
        let own = told.of_key(&who.person.key);
        view.you = Some(StageYou {
            id: own.map(|guest| guest.id.clone()),
            place: match own.map(|guest| guest.place) {
                None => "away",
                Some(Place::Hand) => "hand",
                Some(Place::Invited) => "invited",
                Some(Place::Seat(_)) => "on_stage",
            },
            hosts,
        });
        view
    }
}

/// Whether somebody is told more of a stage than everybody is.
pub(super) fn concerns(told: &Told, who: &Speaker) -> bool {
    who.badge.moderates() || told.of_key(&who.person.key).is_some()
}

fn seen(state: &AppState, stream: &Stream, who: Option<&Speaker>) -> Json<StageView> {
    Json(StageView::of(&state.stages.told(&stream.id), who))
}

/// Somebody who has signed in, may speak for themselves, and is not kept from speaking here.
pub(super) async fn may_come(
    state: &AppState,
    stream: &Stream,
    caller: &Caller,
    via: Option<&matinee_identity::Via>,
) -> ProblemResult<Speaker> {
    if caller.0.user().is_none() {
        return Err(Problem::sign_in());
    }
    let who = speaking(caller, via, stream, None)?;
    state.live.chat.may_write(stream, &who).await?;
    Ok(who)
}

async fn guest(
    state: &AppState,
    acting: &Acting,
    id: &str,
) -> ProblemResult<(Arc<Stream>, Speaker)> {
    let stream = known(state, &acting.caller, id, Action::Watch).await?;
    let who = may_come(state, &stream, &acting.caller, acting.via.as_ref()).await?;
    Ok((stream, who))
}

/// Somebody who has signed in; to lower a hand or to leave is for everybody.
async fn anybody(
    state: &AppState,
    acting: &Acting,
    id: &str,
) -> ProblemResult<(Arc<Stream>, Speaker)> {
    let stream = known(state, &acting.caller, id, Action::Watch).await?;
    acting.user()?;
    anyone_acting(&acting.caller)?;
    let who = speaker(&acting.caller, &stream).ok_or_else(Problem::sign_in)?;
    Ok((stream, who))
}

async fn host(
    state: &AppState,
    acting: &Acting,
    id: &str,
) -> ProblemResult<(Arc<Stream>, Speaker)> {
    let stream = known(state, &acting.caller, id, Action::Watch).await?;
    anyone_acting(&acting.caller)?;
    let who = moderator(&acting.caller, &stream)?;
    Ok((stream, who))
}

fn stage(state: &AppState, stream: &Stream) -> ProblemResult<Arc<Stage>> {
    Ok(state.stages.open(&stream.id)?)
}

/// See a stream's stage
#[utoipa::path(get, path = "/api/streams/{id}/stage", tag = "live", params(("id" = String, Path)),
    responses((status = 200, body = StageView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    PathId(id): PathId,
) -> ProblemResult<Json<StageView>> {
    let stream = known(&state, &caller, &id, Action::Watch).await?;
    Ok(seen(&state, &stream, speaker(&caller, &stream).as_ref()))
}

/// How a stage is to be shown.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StageChange {
    /// `auto`, `grid` or `speaker`.
    #[schema(value_type = StageLayoutView)]
    layout: String,
}

/// Choose how a stage is shown
///
/// For those who look after the chat: the stream's owner, moderators and administrators.
#[utoipa::path(patch, path = "/api/streams/{id}/stage", tag = "live", params(("id" = String, Path)),
    request_body = StageChange,
    responses((status = 200, body = StageView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn patch(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
    Body(change): Body<StageChange>,
) -> ProblemResult<Json<StageView>> {
    let (stream, who) = host(&state, &acting, &id).await?;
    let layout = Layout::parse(&change.layout)
        .ok_or_else(|| Problem::field("layout", "must be auto, grid or speaker"))?;
    stage(&state, &stream)?.set_layout(layout);
    Ok(seen(&state, &stream, Some(&who)))
}

/// Raise your hand
///
/// For everybody who has signed in and is not kept from writing in the chat. Doing so again
/// changes nothing. It stays up until it is lowered, whatever becomes of the connection.
#[utoipa::path(put, path = "/api/streams/{id}/stage/hand", tag = "live",
    params(("id" = String, Path)),
    responses((status = 200, body = StageView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "Too many hands are up")))]
pub(super) async fn raise(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<Json<StageView>> {
    let (stream, who) = guest(&state, &acting, &id).await?;
    stage(&state, &stream)?.raise(&who)?;
    Ok(seen(&state, &stream, Some(&who)))
}

/// Lower your hand, or decline an invitation
#[utoipa::path(delete, path = "/api/streams/{id}/stage/hand", tag = "live",
    params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn lower(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    let (stream, who) = anybody(&state, &acting, &id).await?;
    if let Some(stage) = state.stages.find(&stream.id) {
        stage.lower(&who);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Invite somebody onto the stage whose hand is up
///
/// Doing so again changes nothing. For those who look after the chat.
#[utoipa::path(put, path = "/api/streams/{id}/stage/guests/{guest_id}/invitation", tag = "live",
    params(("id" = String, Path), ("guest_id" = String, Path)),
    responses((status = 200, body = StageView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "The stage is full")))]
pub(super) async fn invite(
    State(state): State<AppState>,
    acting: Acting,
    PathIds(id, guest): PathIds,
) -> ProblemResult<Json<StageView>> {
    let (stream, who) = host(&state, &acting, &id).await?;
    stage(&state, &stream)?.invite(&guest)?;
    Ok(seen(&state, &stream, Some(&who)))
}

/// Let somebody go
///
/// Puts a hand aside, takes an invitation back, or removes somebody from the stage. For those who
/// look after the chat.
#[utoipa::path(delete, path = "/api/streams/{id}/stage/guests/{guest_id}", tag = "live",
    params(("id" = String, Path), ("guest_id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn dismiss(
    State(state): State<AppState>,
    acting: Acting,
    PathIds(id, guest): PathIds,
) -> ProblemResult<StatusCode> {
    let (stream, _) = host(&state, &acting, &id).await?;
    let missing = || Problem::not_found("There is nothing under this address.");
    let stage = state.stages.find(&stream.id).ok_or_else(missing)?;
    let gone = stage.dismiss(&guest)?;
    if gone.seat().is_some() {
        let detail = json!({ "account": gone.account, "name": gone.name });
        note(&acting, &stream, "stage.remove", detail).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// A change of somebody on the stage: an absent field stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StageSeatChange {
    /// Whether nobody hears them.
    #[serde(default)]
    muted: Option<bool>,
    /// Whether nobody sees their camera.
    #[serde(default)]
    camera_off: Option<bool>,
}

/// Mute somebody on the stage, or turn their camera off
///
/// Everybody for themselves; those who look after the chat for all. To be heard and seen again is
/// for everybody themselves to decide.
#[utoipa::path(patch, path = "/api/streams/{id}/stage/guests/{guest_id}", tag = "live",
    params(("id" = String, Path), ("guest_id" = String, Path)), request_body = StageSeatChange,
    responses((status = 200, body = StageView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn change(
    State(state): State<AppState>,
    acting: Acting,
    PathIds(id, guest): PathIds,
    Body(change): Body<StageSeatChange>,
) -> ProblemResult<Json<StageView>> {
    let (stream, who) = anybody(&state, &acting, &id).await?;
    let missing = || Problem::not_found("There is nothing under this address.");
    let stage = state.stages.find(&stream.id).ok_or_else(missing)?;
    let change = SeatChange {
        muted: change.muted,
        hidden: change.camera_off,
    };
    stage.change(&guest, &who, change)?;
    Ok(seen(&state, &stream, Some(&who)))
}

/// Come onto the stage
///
/// For those who have been invited, and those who look after the chat. Then connect
/// (`POST …/stage/sessions`) within half a minute.
#[utoipa::path(put, path = "/api/streams/{id}/stage/seat", tag = "live",
    params(("id" = String, Path)),
    responses((status = 200, body = StageView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "The stage is full")))]
pub(super) async fn enter(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<Json<StageView>> {
    let (stream, who) = guest(&state, &acting, &id).await?;
    stage(&state, &stream)?.enter(&who)?;
    Ok(seen(&state, &stream, Some(&who)))
}

/// Leave the stage
#[utoipa::path(delete, path = "/api/streams/{id}/stage/seat", tag = "live",
    params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn leave(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    let (stream, who) = anybody(&state, &acting, &id).await?;
    if let Some(stage) = state.stages.find(&stream.id) {
        stage.leave(&who);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Put the stage on the air
///
/// One picture and one sound are made of everybody on the stage, and become the stream's broadcast.
/// An encoder that sends is let go; when it sends again, it is one of those in the picture. Doing
/// so again changes nothing. For those who may change the stream.
#[utoipa::path(put, path = "/api/streams/{id}/stage/programme", tag = "live",
    params(("id" = String, Path)),
    responses((status = 200, body = StageView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "Nobody is on the stage, or the server makes as many as it may"),
        (status = 503, body = Problem)))]
pub(super) async fn start(
    State(state): State<AppState>,
    acting: Acting,
    Where(client): Where,
    PathId(id): PathId,
) -> ProblemResult<Json<StageView>> {
    let stream = own(&state, &acting.caller, &id).await?;
    let who = speaker(&acting.caller, &stream);
    let admitted = state
        .broadcasts
        .desk()
        .admit(&stream.stream_key, client.from);
    let admitted = admitted.await.map_err(matinee_live::rtc::NoSession::from)?;
    let stage = stage(&state, &stream)?;
    state.stages.go_on_air(&stage, admitted)?;
    note(&acting, &stream, "stage.start", json!({})).await?;
    Ok(seen(&state, &stream, who.as_ref()))
}

/// Take the stage off the air
///
/// The broadcast ends; those on the stage stay there. For those who may change the stream.
#[utoipa::path(delete, path = "/api/streams/{id}/stage/programme", tag = "live",
    params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn stop(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    let stream = own(&state, &acting.caller, &id).await?;
    if state.stages.go_off_air(&stream.id) {
        note(&acting, &stream, "stage.stop", json!({})).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
