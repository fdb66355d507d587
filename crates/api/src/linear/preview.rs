//! `POST /api/channels/preview` and `POST /api/channels/matches`.

use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use matinee_catalog::Access;
use matinee_channels::definition::{Format, Rule};
use matinee_identity::access::{Action, Visibility};
use matinee_linear::library::Share;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::form::{ChannelForm, definition, merged, part, read};
use super::time::{instant, seconds};
use super::view::{AiringChange, AiringView, WarningView, absolute, video_id};
use super::who::known;
use crate::{AppState, Body, Caller, Params, Problem, ProblemResult, PublicOrigin};

/// The most titles that are told of those that rules match.
const MATCHES_MAX: usize = 100;

/// Which day.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct PreviewParams {
    /// The day in the channel's zone, as `2027-01-31`; today unless given.
    date: Option<String>,
    /// A channel of which the body is the next edit; a new one unless given.
    channel: Option<String>,
}

/// A day of a channel that is not there, or not so.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewView {
    /// The day, in the channel's zone.
    pub date: String,
    /// When it begins, RFC 3339.
    pub from: String,
    /// When it ends, RFC 3339.
    pub to: String,
    /// What airs on it.
    pub airings: Vec<AiringView>,
    /// What its operator should know.
    pub warnings: Vec<WarningView>,
    /// What is otherwise than the channel has it now.
    pub changes: Vec<AiringChange>,
}

/// See a day of a programme before it is kept
#[utoipa::path(post, path = "/api/channels/preview", tag = "channels", params(PreviewParams),
    request_body = ChannelForm,
    responses((status = 200, body = PreviewView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn preview(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    Params(params): Params<PreviewParams>,
    Body(body): Body<Value>,
) -> ProblemResult<Json<PreviewView>> {
    caller.require(Action::Upload)?;
    let (map, beside) = part(body)?;
    let date = match params.date.as_deref().filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => Some(day(text)?),
    };
    let name = params.channel.as_deref().filter(|name| !name.is_empty());
    let station = match name {
        None => None,
        Some(name) => Some(known(&state, &caller, name, Action::Edit).await?),
    };
    let before = station.as_ref().map(|station| station.channel.access());
    let access = beside.access(&state, before.unwrap_or_default()).await?;
    let definition = match &station {
        Some(station) => merged(&station.written, &map)?,
        None => definition(map)?,
    };
    let owner = match &station {
        Some(station) => station.channel.owner.clone(),
        None => caller.0.user().map(|user| user.id.to_string()),
    };
    let share = Share::open_as(&access, owner);
    let library = state.channels.libraries().take(&share).await?;
    let preview = state.channels.preview(definition, library, station, date);
    let preview = preview.await?;
    let listings = preview.listings();
    let (from, to) = preview.span;
    Ok(Json(PreviewView {
        date: preview.date.to_string(),
        from: instant(from),
        to: instant(to),
        airings: listings
            .iter()
            .map(|listing| AiringView::new(listing, &origin))
            .collect(),
        warnings: preview.notices.iter().map(WarningView::new).collect(),
        changes: preview.changes.iter().map(AiringChange::new).collect(),
    }))
}

fn day(text: &str) -> ProblemResult<Date> {
    let date: Option<Date> = text.parse().ok();
    // Schedules are worked out from today on, day by day.
    let today = jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date();
    let near = |date: &Date| (date.duration_since(today)).as_hours().abs() <= 33 * 24;
    date.filter(near)
        .ok_or_else(|| Problem::field("date", "must be a day such as 2027-01-31, within a month"))
}

/// Rules, and what is to be told of what they match.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MatchForm {
    /// As in a definition.
    #[schema(value_type = Object)]
    rules: Value,
    /// Whom the channel is open to: it shows nothing that they may not see.
    #[serde(default)]
    visibility: Option<String>,
    /// The form of the channel, by which titles are unfit; the usual one unless
    /// given.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    format: Option<Value>,
    /// How many titles are told, 0 to 100; 20 unless given.
    #[serde(default)]
    #[schema(maximum = 100)]
    limit: Option<usize>,
}

/// A title that rules match.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatchView {
    /// `video_…`
    pub video_id: String,
    /// What it is called.
    pub title: String,
    /// In seconds.
    pub duration: f64,
    /// The year of its release.
    pub year: Option<u16>,
    /// `movie`, `episode`, …
    #[serde(rename = "type")]
    pub content_type: String,
    /// The show that it belongs to.
    pub show: Option<String>,
    /// Its picture.
    pub image_url: Option<String>,
    /// Why a channel of the usual form cannot show it; null if it can.
    pub unfit: Option<String>,
}

/// What rules match.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatchesView {
    /// How many titles.
    pub count: usize,
    /// How long they are together, in seconds.
    pub total_seconds: f64,
    /// Some of them.
    pub items: Vec<MatchView>,
}

/// See what rules match
#[utoipa::path(post, path = "/api/channels/matches", tag = "channels", request_body = MatchForm,
    responses((status = 200, body = MatchesView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn matches(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    Body(form): Body<MatchForm>,
) -> ProblemResult<Json<MatchesView>> {
    caller.require(Action::Upload)?;
    let limit = form.limit.unwrap_or(20);
    if limit > MATCHES_MAX {
        return Err(Problem::field(
            "limit",
            format!("must be at most {MATCHES_MAX}"),
        ));
    }
    let rules: Rule = read("rules", form.rules)?;
    let format: Format = match form.format.filter(|format| !format.is_null()) {
        Some(format) => read("format", format)?,
        None => Format::default(),
    };
    // As deep and as many as a definition may have.
    let least = matinee_channels::definition::Channel {
        number: 1,
        name: String::from("matches"),
        rules: Some(rules.clone()),
        format: format.clone(),
        ..Default::default()
    };
    least.validate()?;
    let visibility = match form.visibility.as_deref().filter(|word| !word.is_empty()) {
        None => Visibility::Public,
        Some(word) => Visibility::parse(word).ok_or_else(|| {
            Problem::field("visibility", "must be public, unlisted, members, private …")
        })?,
    };
    let access = Access {
        visibility,
        ..Access::default()
    };
    let owner = caller.0.user().map(|user| user.id.to_string());
    let share = Share::open_as(&access, owner);
    let snapshot = state.channels.libraries().take(&share).await?.snapshot;
    let found = tokio::task::spawn_blocking(move || {
        let matched = snapshot.matches(&rules);
        let total: i64 = matched
            .iter()
            .map(|&n| i64::from(snapshot.item(n).duration()))
            .sum();
        (snapshot, matched, total)
    });
    let (snapshot, matched, total) = found.await.map_err(|error| Problem::internal(&error))?;
    let items = matched.iter().take(limit).map(|&n| {
        let item = snapshot.item(n);
        MatchView {
            video_id: video_id(item.id.as_str()).unwrap_or_default(),
            title: item.title.to_string(),
            duration: seconds(item.duration().into()),
            year: item.year,
            content_type: item.kind.to_string(),
            show: item.show.as_ref().map(ToString::to_string),
            image_url: item.image.as_deref().map(|path| absolute(path, &origin)),
            unfit: snapshot.unfit(n, &format).map(|unfit| unfit.to_string()),
        }
    });
    Ok(Json(MatchesView {
        count: matched.len(),
        total_seconds: seconds(total),
        items: items.collect(),
    }))
}
