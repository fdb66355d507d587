//! `/api/channels` and `/api/channels/{channel}`.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, Uri, header};
use matinee_catalog::Access;
use matinee_identity::access::{Action, Decision, decide};
use matinee_linear::{ChannelFilter, NewChannel, Station, Wish, WishOf};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use super::form::{ChannelForm, EditParams, definition, merged, part};
use super::view::{ChannelView, EditedView};
use super::who::known;
use crate::community::paging;
use crate::community::person::asking;
use crate::{Acting, AppState, Body, Caller, Params, Problem, ProblemResult, PublicOrigin};

/// Which channels.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ChannelParams {
    /// A part of the name, or the number.
    q: Option<String>,
    /// Only what the caller owns.
    mine: Option<bool>,
    /// 1 to 200; 50 unless given.
    limit: Option<u64>,
    /// From the `Link: …; rel="next"` of the page before.
    cursor: Option<String>,
}

/// List channels, with what is on each
///
/// Those that the caller may come upon, by number.
#[utoipa::path(get, path = "/api/channels", tag = "channels", params(ChannelParams),
    responses((status = 200, body = Vec<ChannelView>), (status = 401, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    uri: Uri,
    Params(params): Params<ChannelParams>,
) -> ProblemResult<Response> {
    let limit = paging::limit(params.limit)?;
    let filter = ChannelFilter {
        text: params.q,
        owner: match params.mine {
            Some(true) => Some(caller.0.user().ok_or_else(Problem::sign_in)?.id.to_string()),
            _ => None,
        },
        ..ChannelFilter::default()
    };
    let cursor = params.cursor.as_deref().filter(|cursor| !cursor.is_empty());
    let audience = caller.audience();
    let page = state
        .channels
        .list(&audience, &filter, cursor, limit)
        .await?;
    let mut views = Vec::with_capacity(page.stations.len());
    for station in &page.stations {
        views.push(ChannelView::listed(&state, &caller, station, &origin).await?);
    }
    Ok(paging::answer(&views, page.next.as_deref(), None, &uri))
}

/// Make a channel
///
/// It is on the air at once.
#[utoipa::path(post, path = "/api/channels", tag = "channels", request_body = ChannelForm,
    responses((status = 201, body = ChannelView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn create(
    State(state): State<AppState>,
    acting: Acting,
    origin: PublicOrigin,
    Body(body): Body<Value>,
) -> ProblemResult<Response> {
    let caller = &acting.caller;
    caller.require(Action::Upload)?;
    let by = asking(caller).ok_or_else(Problem::sign_in)?;
    let (map, beside) = part(body)?;
    let new = NewChannel {
        definition: definition(map)?,
        access: beside.access(&state, Access::default()).await?,
        rating: beside.rating.flatten(),
        owner: caller.0.user().map(|user| user.id.to_string()),
    };
    let station = Box::pin(state.channels.create(new, &by)).await?;
    let detail = json!({ "number": station.number(), "name": station.written.name });
    acting
        .record("channel.create", &station.channel.id, detail)
        .await?;
    let view = ChannelView::to(&state, caller, &station, &origin).await?;
    let place = [(header::LOCATION, format!("/api/channels/{}", view.id))];
    Ok((StatusCode::CREATED, place, Json(view)).into_response())
}

/// Get a channel
#[utoipa::path(get, path = "/api/channels/{channel}", tag = "channels",
    params(("channel" = String, Path, description = "`channel_…`, its number or its slug")),
    responses((status = 200, body = ChannelView), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    Path(name): Path<String>,
) -> ProblemResult<Json<ChannelView>> {
    let station = known(&state, &caller, &name, Action::Watch).await?;
    Ok(Json(
        ChannelView::to(&state, &caller, &station, &origin).await?,
    ))
}

/// Change a channel
///
/// A field that is absent stays, `null` removes it, and what is given replaces
/// what there was. What is on the air is never changed: another programme
/// begins after it.
#[utoipa::path(patch, path = "/api/channels/{channel}", tag = "channels",
    params(("channel" = String, Path), EditParams), request_body = ChannelForm,
    responses((status = 200, body = EditedView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn patch(
    State(state): State<AppState>,
    acting: Acting,
    origin: PublicOrigin,
    Path(name): Path<String>,
    Params(params): Params<EditParams>,
    Body(body): Body<Value>,
) -> ProblemResult<Json<EditedView>> {
    let caller = &acting.caller;
    let station = known(&state, caller, &name, Action::Edit).await?;
    let (patch, beside) = part(body)?;
    // What cannot be read is refused before anything is worked out.
    merged(&station.written, &patch)?;
    let access = if beside.opens() {
        Some(beside.access(&state, station.channel.access()).await?)
    } else {
        None
    };
    let wish = |before: &Station| {
        // It was read above, and what others write can be read as well.
        let definition = merged(&before.written, &patch).ok();
        Ok(Wish {
            definition,
            access: access.clone(),
            rating: beside.rating.clone(),
            refresh: false,
        })
    };
    edited(
        &state,
        &acting,
        &station,
        &params,
        &origin,
        "channel.edit",
        &wish,
    )
    .await
}

/// Take up new videos
///
/// By itself a channel does so each night.
#[utoipa::path(post, path = "/api/channels/{channel}/refresh", tag = "channels",
    params(("channel" = String, Path), EditParams),
    responses((status = 200, body = EditedView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn refresh(
    State(state): State<AppState>,
    acting: Acting,
    origin: PublicOrigin,
    Path(name): Path<String>,
    Params(params): Params<EditParams>,
) -> ProblemResult<Json<EditedView>> {
    let station = known(&state, &acting.caller, &name, Action::Edit).await?;
    let wish = |_: &Station| {
        Ok(Wish {
            refresh: true,
            ..Wish::default()
        })
    };
    edited(
        &state,
        &acting,
        &station,
        &params,
        &origin,
        "channel.refresh",
        &wish,
    )
    .await
}

async fn edited(
    state: &AppState,
    acting: &Acting,
    station: &Station,
    params: &EditParams,
    origin: &PublicOrigin,
    action: &'static str,
    wish: &WishOf<'_>,
) -> ProblemResult<Json<EditedView>> {
    let caller = &acting.caller;
    let by = asking(caller).ok_or_else(Problem::sign_in)?;
    let edit = params.edit(state.channels.now())?;
    let id = &station.channel.id;
    let edited = Box::pin(state.channels.edit(id, edit, &by, wish)).await?;
    let view = EditedView::new(state, caller, &edited, edit.dry_run, origin).await?;
    if !edit.dry_run {
        let detail = json!({
            "name": view.channel.name,
            "version": view.version,
            "effective_at": view.effective_at,
        });
        acting.record(action, id, detail).await?;
    }
    Ok(Json(view))
}

/// Delete a channel
///
/// Its number is free at once. What it showed stays in the library.
#[utoipa::path(delete, path = "/api/channels/{channel}", tag = "channels",
    params(("channel" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    acting: Acting,
    Path(name): Path<String>,
) -> ProblemResult<StatusCode> {
    let station = known(&state, &acting.caller, &name, Action::Edit).await?;
    let id = &station.channel.id;
    state.channels.delete(id).await?;
    let detail = json!({ "number": station.number(), "name": station.written.name });
    acting.record("channel.delete", id, detail).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether somebody who is nobody in particular may watch a channel.
pub(super) fn is_open(station: &Station) -> bool {
    let nobody = matinee_identity::access::Asker::nobody();
    decide(&nobody, &station.channel.resource(), Action::Watch) == Decision::Allow
}
