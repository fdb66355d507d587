//! `/api/ads/servers`.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use matinee_ads::servers::{Server, ServerForm};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{AdPlacement, micros, money, placements, placements_view};
use crate::videos::view::rfc3339;
use crate::{Acting, AppState, Body, PathId, Problem, ProblemResult};

/// An ad server.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdServerView {
    /// `adserver_…`
    id: String,
    /// What it is called.
    name: String,
    /// Its tag: an address that answers with VAST or VMAP, with macros.
    url: String,
    /// Lower ones are asked first, all of them before campaigns.
    priority: i32,
    /// How long it may take, in milliseconds.
    timeout_ms: i32,
    /// On which channels; on all, if empty.
    channels: Vec<String>,
    /// Where; everywhere, if empty.
    placements: Vec<AdPlacement>,
    /// What a thousand impressions pay.
    cpm: f64,
    /// Whether this server fires its beacons, rather than players.
    server_side_beacons: bool,
    /// Whether it is asked.
    active: bool,
    /// Why it last gave nothing.
    last_error: Option<String>,
    /// When that was, RFC 3339.
    last_error_at: Option<String>,
    /// When it last gave something, RFC 3339.
    last_ok_at: Option<String>,
    /// RFC 3339.
    created_at: String,
    /// RFC 3339.
    updated_at: String,
}

impl From<Server> for AdServerView {
    fn from(row: Server) -> Self {
        Self {
            id: row.id,
            name: row.name,
            url: row.url,
            priority: row.priority,
            timeout_ms: row.timeout_ms,
            channels: row.channels.0,
            placements: placements_view(&row.placements),
            cpm: money(row.cpm_micros),
            server_side_beacons: row.server_side,
            active: row.active,
            last_error: row.last_error,
            last_error_at: row.last_error_at.map(rfc3339),
            last_ok_at: row.last_ok_at.map(rfc3339),
            created_at: rfc3339(row.created_at),
            updated_at: rfc3339(row.updated_at),
        }
    }
}

/// An ad server to be added, or as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdServerBody {
    /// What it is called.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// Its tag: an address on the open internet (or in what `MATINEE_WEBHOOK_ALLOW` names) that
    /// answers with VAST or VMAP. `[MACRO]` and `%%MACRO%%` are filled in.
    #[schema(max_length = 4000)]
    url: String,
    /// Lower ones are asked first; 10 unless given.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1000)]
    priority: Option<i32>,
    /// How long it may take, in milliseconds; 1500 unless given. All of them together have three
    /// seconds.
    #[serde(default)]
    #[schema(minimum = 100, maximum = 3000)]
    timeout_ms: Option<i32>,
    /// On which channels (`channel_…`); on all, if empty.
    #[serde(default)]
    channels: Vec<String>,
    /// Where; everywhere, if empty.
    #[serde(default)]
    placements: Vec<AdPlacement>,
    /// What a thousand impressions pay; nothing unless given.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000_000)]
    cpm: f64,
    /// Whether this server fires its beacons, rather than players.
    #[serde(default)]
    server_side_beacons: bool,
    /// Whether it is asked; it is, unless given.
    #[serde(default)]
    active: Option<bool>,
}

impl AdServerBody {
    fn form(self) -> ProblemResult<ServerForm> {
        Ok(ServerForm {
            cpm_micros: micros("cpm", self.cpm)?,
            placements: placements(&self.placements),
            name: self.name,
            url: self.url,
            priority: self.priority.unwrap_or(10),
            timeout_ms: self.timeout_ms.unwrap_or(1500),
            channels: self.channels,
            server_side: self.server_side_beacons,
            active: self.active.unwrap_or(true),
        })
    }
}

/// List ad servers
///
/// For administrators; in the order in which they are asked.
#[utoipa::path(get, path = "/api/ads/servers", tag = "ads",
    responses((status = 200, body = Vec<AdServerView>), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    acting: Acting,
) -> ProblemResult<Json<Vec<AdServerView>>> {
    acting.operator()?;
    let all = state.ads.servers().await?;
    Ok(Json(all.into_iter().map(Into::into).collect()))
}

/// Add an ad server
#[utoipa::path(post, path = "/api/ads/servers", tag = "ads", request_body = AdServerBody,
    responses((status = 201, body = AdServerView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create(
    State(state): State<AppState>,
    acting: Acting,
    Body(body): Body<AdServerBody>,
) -> ProblemResult<(StatusCode, Json<AdServerView>)> {
    acting.operator()?;
    let made = state.ads.add_server(body.form()?).await?;
    let detail = json!({ "name": made.name });
    acting.record("adserver.create", &made.id, detail).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Get an ad server
#[utoipa::path(get, path = "/api/ads/servers/{id}", tag = "ads", params(("id" = String, Path)),
    responses((status = 200, body = AdServerView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<Json<AdServerView>> {
    acting.operator()?;
    Ok(Json(state.ads.server(&id).await?.into()))
}

/// Replace what is said of an ad server
#[utoipa::path(put, path = "/api/ads/servers/{id}", tag = "ads", params(("id" = String, Path)),
    request_body = AdServerBody,
    responses((status = 200, body = AdServerView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn put(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
    Body(body): Body<AdServerBody>,
) -> ProblemResult<Json<AdServerView>> {
    acting.operator()?;
    let changed = state.ads.change_server(&id, body.form()?).await?;
    let detail = json!({ "name": changed.name, "active": changed.active });
    acting.record("adserver.edit", &id, detail).await?;
    Ok(Json(changed.into()))
}

/// Forget an ad server
///
/// What was counted stays.
#[utoipa::path(delete, path = "/api/ads/servers/{id}", tag = "ads", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    acting.operator()?;
    state.ads.remove_server(&id).await?;
    acting.record("adserver.delete", &id, json!({})).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What an ad server answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdServerTest {
    /// The advertisements that could be shown now.
    ads: Vec<AdServerTestAd>,
    /// Why there are none.
    error: Option<String>,
}

/// An advertisement that could be shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdServerTestAd {
    /// What it is called.
    title: String,
    /// Whose it is.
    advertiser: String,
    /// How long it is, in seconds.
    duration: u32,
}

/// Try an ad server
///
/// Asks it for a minute. What it names and is not known yet is fetched, and can be shown a little
/// later; nothing is counted.
#[utoipa::path(post, path = "/api/ads/servers/{id}/test", tag = "ads", params(("id" = String, Path)),
    responses((status = 200, body = AdServerTest), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn test(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<Json<AdServerTest>> {
    acting.operator()?;
    let (ads, error) = match state.ads.try_server(&id).await? {
        Ok(ads) => (ads, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    let ads = ads.into_iter().map(|ad| AdServerTestAd {
        title: ad.title,
        advertiser: ad.advertiser,
        duration: ad.seconds,
    });
    Ok(Json(AdServerTest {
        ads: ads.collect(),
        error,
    }))
}
