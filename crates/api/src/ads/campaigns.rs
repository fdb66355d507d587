//! `/api/ads/campaigns`.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use matinee_ads::campaigns::{Campaign, CampaignForm, CreativeForm, Shown, is_ready};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{AdPlacement, instant, micros, money, placements, placements_view};
use crate::http::extract::PathIds;
use crate::videos::view::rfc3339;
use crate::{Acting, AppState, Body, PathId, Problem, ProblemResult, PublicOrigin};

/// An advertisement of a campaign.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreativeView {
    /// `creative_…`
    id: String,
    /// What it is called.
    name: String,
    /// Its video.
    video_id: String,
    /// Where a click leads.
    click_url: Option<String>,
    /// Whether it is shown.
    active: bool,
    /// Whether it can be shown: all its sizes are made.
    ready: bool,
    /// Where its processing is: `pending`, `processing`, `completed` or `failed`; null when the
    /// video is gone.
    processing_status: Option<String>,
    /// Why it cannot be shown.
    error: Option<String>,
    /// How long it is on the air, in seconds; null while that is not known.
    duration: Option<u32>,
    /// Its address for players.
    hls_url: String,
    /// RFC 3339.
    created_at: String,
}

impl CreativeView {
    fn new((row, video): Shown, origin: &PublicOrigin) -> Self {
        let known = video.as_ref();
        let duration = known.and_then(|video| video.duration_ms);
        Self {
            ready: known.is_some_and(is_ready),
            processing_status: known.map(|video| video.processing_status.as_str().to_owned()),
            error: match known {
                None => Some("its video was deleted".to_owned()),
                Some(video) => video.processing_error.clone(),
            },
            duration: duration.map(matinee_catalog::advert::seconds),
            hls_url: origin.url(&format!("/media/{}/master.m3u8", row.video_id)),
            id: row.id,
            name: row.name,
            video_id: row.video_id,
            click_url: row.click_url,
            active: row.active,
            created_at: rfc3339(row.created_at),
        }
    }
}

/// A campaign.
#[derive(Debug, Serialize, ToSchema)]
pub struct CampaignView {
    /// `campaign_…`
    id: String,
    /// What it is called.
    name: String,
    /// Whose it is; no two of one advertiser stand in a break.
    advertiser: String,
    /// What it advertises; no two of one category stand next to each other.
    category: String,
    /// How often it is chosen, beside others.
    weight: i32,
    /// Since when, RFC 3339.
    starts_at: Option<String>,
    /// Until when, RFC 3339.
    ends_at: Option<String>,
    /// On which channels (`channel_…`); on all, if empty.
    channels: Vec<String>,
    /// Where; everywhere, if empty.
    placements: Vec<AdPlacement>,
    /// How often an hour on one channel.
    hourly_cap: Option<i32>,
    /// How often a day for one viewer of videos.
    viewer_cap: Option<i32>,
    /// After so many impressions it is over.
    goal: Option<i64>,
    /// What a thousand impressions pay.
    cpm: f64,
    /// Whether it is shown.
    active: bool,
    /// What is shown.
    creatives: Vec<CreativeView>,
    /// RFC 3339.
    created_at: String,
    /// RFC 3339.
    updated_at: String,
}

impl CampaignView {
    fn new(row: Campaign, creatives: Vec<Shown>, origin: &PublicOrigin) -> Self {
        Self {
            id: row.id,
            name: row.name,
            advertiser: row.advertiser,
            category: row.category,
            weight: row.weight,
            starts_at: row.starts_at.map(rfc3339),
            ends_at: row.ends_at.map(rfc3339),
            channels: row.channels.0,
            placements: placements_view(&row.placements),
            hourly_cap: row.hourly_cap,
            viewer_cap: row.viewer_cap,
            goal: row.goal,
            cpm: money(row.cpm_micros),
            active: row.active,
            creatives: creatives
                .into_iter()
                .map(|shown| CreativeView::new(shown, origin))
                .collect(),
            created_at: rfc3339(row.created_at),
            updated_at: rfc3339(row.updated_at),
        }
    }
}

/// A campaign to be made, or as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CampaignBody {
    /// What it is called.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// Whose it is.
    #[serde(default)]
    #[schema(max_length = 100)]
    advertiser: String,
    /// What it advertises.
    #[serde(default)]
    #[schema(max_length = 100)]
    category: String,
    /// How often it is chosen, beside others; 10 unless given.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1000)]
    weight: Option<i32>,
    /// Since when, RFC 3339.
    #[serde(default)]
    starts_at: Option<String>,
    /// Until when, RFC 3339.
    #[serde(default)]
    ends_at: Option<String>,
    /// On which channels (`channel_…`); on all, if empty.
    #[serde(default)]
    channels: Vec<String>,
    /// Where; everywhere, if empty.
    #[serde(default)]
    placements: Vec<AdPlacement>,
    /// How often an hour on one channel.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1000)]
    hourly_cap: Option<i32>,
    /// How often a day for one viewer of videos.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1000)]
    viewer_cap: Option<i32>,
    /// After so many impressions it is over.
    #[serde(default)]
    #[schema(minimum = 1)]
    goal: Option<i64>,
    /// What a thousand impressions pay; nothing unless given.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1_000_000)]
    cpm: f64,
    /// Whether it is shown; it is, unless given.
    #[serde(default)]
    active: Option<bool>,
}

impl CampaignBody {
    fn form(self) -> ProblemResult<CampaignForm> {
        Ok(CampaignForm {
            starts_at: instant("starts_at", self.starts_at.as_deref())?,
            ends_at: instant("ends_at", self.ends_at.as_deref())?,
            placements: placements(&self.placements),
            cpm_micros: micros("cpm", self.cpm)?,
            name: self.name,
            advertiser: self.advertiser,
            category: self.category,
            weight: self.weight.unwrap_or(10),
            channels: self.channels,
            hourly_cap: self.hourly_cap,
            viewer_cap: self.viewer_cap,
            goal: self.goal,
            active: self.active.unwrap_or(true),
        })
    }
}

async fn view(
    state: &AppState,
    campaign: Campaign,
    origin: &PublicOrigin,
) -> ProblemResult<CampaignView> {
    let mut creatives = state.ads.creatives_of(&[&campaign.id]).await?;
    let own = creatives.remove(&campaign.id).unwrap_or_default();
    Ok(CampaignView::new(campaign, own, origin))
}

/// List campaigns
///
/// For administrators; the newest first, 500 at most.
#[utoipa::path(get, path = "/api/ads/campaigns", tag = "ads",
    responses((status = 200, body = Vec<CampaignView>), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(super) async fn list(
    State(state): State<AppState>,
    acting: Acting,
    origin: PublicOrigin,
) -> ProblemResult<Json<Vec<CampaignView>>> {
    acting.operator()?;
    let all = state.ads.campaigns().await?;
    let ids: Vec<&str> = all.iter().map(|one| one.id.as_str()).collect();
    let mut creatives = state.ads.creatives_of(&ids).await?;
    let views = all.into_iter().map(|one| {
        let own = creatives.remove(&one.id).unwrap_or_default();
        CampaignView::new(one, own, &origin)
    });
    Ok(Json(views.collect()))
}

/// Make a campaign
#[utoipa::path(post, path = "/api/ads/campaigns", tag = "ads", request_body = CampaignBody,
    responses((status = 201, body = CampaignView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create(
    State(state): State<AppState>,
    acting: Acting,
    origin: PublicOrigin,
    Body(body): Body<CampaignBody>,
) -> ProblemResult<(StatusCode, Json<CampaignView>)> {
    acting.operator()?;
    let by = acting.user().ok().map(|user| user.id.as_str());
    let made = state.ads.add_campaign(body.form()?, by).await?;
    let detail = json!({ "name": made.name });
    acting.record("campaign.create", &made.id, detail).await?;
    let view = view(&state, made, &origin).await?;
    Ok((StatusCode::CREATED, Json(view)))
}

/// Get a campaign
#[utoipa::path(get, path = "/api/ads/campaigns/{id}", tag = "ads", params(("id" = String, Path)),
    responses((status = 200, body = CampaignView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    acting: Acting,
    origin: PublicOrigin,
    PathId(id): PathId,
) -> ProblemResult<Json<CampaignView>> {
    acting.operator()?;
    let found = state.ads.campaign(&id).await?;
    Ok(Json(view(&state, found, &origin).await?))
}

/// Replace what is said of a campaign
///
/// Its creatives stay. Breaks that are decided are not decided again.
#[utoipa::path(put, path = "/api/ads/campaigns/{id}", tag = "ads", params(("id" = String, Path)),
    request_body = CampaignBody,
    responses((status = 200, body = CampaignView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn put(
    State(state): State<AppState>,
    acting: Acting,
    origin: PublicOrigin,
    PathId(id): PathId,
    Body(body): Body<CampaignBody>,
) -> ProblemResult<Json<CampaignView>> {
    acting.operator()?;
    let changed = state.ads.change_campaign(&id, body.form()?).await?;
    let detail = json!({ "name": changed.name, "active": changed.active });
    acting.record("campaign.edit", &id, detail).await?;
    Ok(Json(view(&state, changed, &origin).await?))
}

/// Delete a campaign
///
/// With its creatives; their videos and what was counted stay.
#[utoipa::path(delete, path = "/api/ads/campaigns/{id}", tag = "ads", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    acting: Acting,
    PathId(id): PathId,
) -> ProblemResult<StatusCode> {
    acting.operator()?;
    state.ads.remove_campaign(&id).await?;
    acting.record("campaign.delete", &id, json!({})).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A creative to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreativeBody {
    /// A video that was uploaded with `content_type` `advert`.
    video_id: String,
    /// What it is called.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// Where a click leads.
    #[serde(default)]
    click_url: Option<String>,
    /// Whether it is shown; it is, unless given.
    #[serde(default)]
    active: Option<bool>,
}

/// Add an advertisement to a campaign
///
/// It is shown once all sizes of its video are made.
#[utoipa::path(post, path = "/api/ads/campaigns/{id}/creatives", tag = "ads",
    params(("id" = String, Path)), request_body = CreativeBody,
    responses((status = 201, body = CreativeView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn add_creative(
    State(state): State<AppState>,
    acting: Acting,
    origin: PublicOrigin,
    PathId(id): PathId,
    Body(body): Body<CreativeBody>,
) -> ProblemResult<(StatusCode, Json<CreativeView>)> {
    acting.operator()?;
    let form = CreativeForm {
        video_id: body.video_id,
        name: body.name,
        click_url: body.click_url,
        active: body.active.unwrap_or(true),
    };
    let shown = state.ads.add_creative(&id, form).await?;
    let detail = json!({ "creative": shown.0.id, "video": shown.0.video_id });
    acting.record("campaign.edit", &id, detail).await?;
    let view = CreativeView::new(shown, &origin);
    Ok((StatusCode::CREATED, Json(view)))
}

/// A change of a creative.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreativePatch {
    /// Whether it is shown.
    active: bool,
}

/// Switch an advertisement on or off
#[utoipa::path(patch, path = "/api/ads/campaigns/{id}/creatives/{creative_id}", tag = "ads",
    params(("id" = String, Path), ("creative_id" = String, Path)), request_body = CreativePatch,
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn patch_creative(
    State(state): State<AppState>,
    acting: Acting,
    PathIds(id, creative): PathIds,
    Body(body): Body<CreativePatch>,
) -> ProblemResult<StatusCode> {
    acting.operator()?;
    state
        .ads
        .switch_creative(&id, &creative, body.active)
        .await?;
    let detail = json!({ "creative": creative, "active": body.active });
    acting.record("campaign.edit", &id, detail).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take an advertisement out of a campaign
///
/// Its video stays.
#[utoipa::path(delete, path = "/api/ads/campaigns/{id}/creatives/{creative_id}", tag = "ads",
    params(("id" = String, Path), ("creative_id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(super) async fn delete_creative(
    State(state): State<AppState>,
    acting: Acting,
    PathIds(id, creative): PathIds,
) -> ProblemResult<StatusCode> {
    acting.operator()?;
    state.ads.remove_creative(&id, &creative).await?;
    let detail = json!({ "removed": creative });
    acting.record("campaign.edit", &id, detail).await?;
    Ok(StatusCode::NO_CONTENT)
}
