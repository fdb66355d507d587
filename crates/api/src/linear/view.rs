//! Channels and what airs on them, as clients see them.

use matinee_channels::guide::{Listing, OnNow, airing_id};
use matinee_channels::library::SLATE;
use matinee_channels::schedule::{Change, Kind, Notice};
use matinee_identity::access::{Action, Visibility};
use matinee_linear::guide::OnAir;
use matinee_linear::{Edited, LinearError, Station};
use serde::Serialize;
use utoipa::ToSchema;

use super::time::{instant, seconds};
use super::who::may;
use crate::videos::view::rfc3339;
use crate::{AppState, Caller, ProblemResult, PublicOrigin};

/// What airs, from its beginning to its end with the breaks within.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AiringView {
    /// Names the airing: sixteen hexadecimal digits.
    pub id: String,
    /// `programme`, `live`, or `filler`: everything between those.
    pub kind: &'static str,
    /// When it begins, RFC 3339.
    pub start: String,
    /// When it ends, RFC 3339.
    pub end: String,
    /// How long it lasts, in seconds.
    pub duration: f64,
    /// The video; null for a broadcast, and where there is only a still picture.
    pub video_id: Option<String>,
    /// The stream whose broadcast it is.
    pub stream_id: Option<String>,
    /// What it is called; may be empty between programmes.
    pub title: String,
    /// A few sentences.
    pub description: Option<String>,
    /// Its picture.
    pub image_url: Option<String>,
    /// `movie`, `episode`, …
    #[serde(rename = "type")]
    pub content_type: String,
    /// The show that it belongs to.
    pub show: Option<String>,
    /// The season of its show.
    pub season: Option<u32>,
    /// Its number in the season.
    pub episode: Option<u32>,
    /// The year of its release.
    pub year: Option<u16>,
    /// Its age rating, such as `PG-13`.
    pub rating: Option<String>,
    /// Its genres.
    pub genres: Vec<String>,
}

impl AiringView {
    pub(super) fn new(listing: &Listing<'_>, origin: &PublicOrigin) -> Self {
        let item = listing.item;
        let text = |text: &str| text.to_owned();
        Self {
            id: airing_id(listing.airing),
            kind: kind(listing.kind),
            start: instant(listing.start),
            end: instant(listing.end),
            duration: seconds(listing.end - listing.start),
            video_id: video_id(item.id.as_str()),
            stream_id: stream_id(item.id.as_str()),
            title: item.title.to_string(),
            description: item.description.as_deref().map(text),
            image_url: item.image.as_deref().map(|path| absolute(path, origin)),
            content_type: item.kind.to_string(),
            show: item.show.as_deref().map(text),
            season: item.season,
            episode: item.episode,
            year: item.year,
            rating: item.rating.as_deref().map(text),
            genres: item.genres.iter().map(|genre| text(genre)).collect(),
        }
    }
}

/// The identifier of an item that is a video.
pub(super) fn video_id(item: &str) -> Option<String> {
    (item != SLATE && item.starts_with("video_")).then(|| item.to_owned())
}

/// The identifier of the stream of an item that is a broadcast.
fn stream_id(item: &str) -> Option<String> {
    let (id, _) = item.split_once('#').unwrap_or((item, ""));
    id.starts_with("stream_").then(|| id.to_owned())
}

pub(super) fn absolute(path: &str, origin: &PublicOrigin) -> String {
    if path.starts_with('/') {
        origin.url(path)
    } else {
        path.to_owned()
    }
}

pub(super) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Programme => "programme",
        Kind::Filler => "filler",
        Kind::Ident => "ident",
        Kind::Slate => "slate",
        Kind::AdBreak => "ad_break",
        Kind::Live | Kind::LiveBreak => "live",
    }
}

/// What is on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NowView {
    /// What it is.
    #[serde(flatten)]
    pub airing: AiringView,
    /// How many seconds ago it began, breaks counted.
    pub elapsed: f64,
    /// How many seconds into the video it is; in a break, into what stands there.
    pub position: f64,
    /// Whether an advertisement break is on.
    pub in_break: bool,
}

impl NowView {
    fn new(now: &OnNow, on: &Listing<'_>, origin: &PublicOrigin) -> Self {
        Self {
            airing: AiringView::new(on, origin),
            elapsed: seconds(now.elapsed_ms),
            position: seconds(now.position_ms),
            in_break: matches!(now.kind, Kind::AdBreak | Kind::LiveBreak),
        }
    }

    /// What is on, and what comes next.
    pub(super) fn of(on_air: &OnAir, origin: &PublicOrigin) -> (Option<Self>, Option<AiringView>) {
        let Some((now, on, next)) = on_air.read() else {
            return (None, None);
        };
        let next = next.map(|next| AiringView::new(&next, origin));
        (Some(Self::new(&now, &on, origin)), next)
    }
}

/// An edit of the programme that has not begun.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UpcomingView {
    /// Its number.
    pub version: u32,
    /// When it begins, RFC 3339.
    pub effective_at: String,
}

/// A channel.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChannelView {
    /// `channel_…`
    pub id: String,
    /// What viewers type, from 1 to 9999.
    pub number: u32,
    /// What it is called.
    pub name: String,
    /// Its name in addresses; null if its number does.
    pub slug: Option<String>,
    /// Its picture.
    pub logo_url: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// The IANA name of the zone of its days.
    pub time_zone: String,
    /// `public`, `unlisted`, `members`, `groups`, `password` or `private`.
    pub visibility: &'static str,
    /// Whether the visibility is `public`.
    pub is_public: bool,
    /// The rating that children's profiles go by.
    pub rating: Option<String>,
    /// The account that owns it.
    pub owner_id: Option<String>,
    /// Whether you may change it.
    pub can_edit: bool,
    /// How many seconds the live playlist goes back.
    pub dvr_seconds: u32,
    /// When it went on the air, RFC 3339.
    pub begins_at: String,
    /// What is on.
    pub now: Option<NowView>,
    /// What comes next.
    pub next: Option<AiringView>,
    /// The HLS multivariant playlist. Unless the channel is public it needs a
    /// token: see `/api/channel/play/{channel}`.
    pub hls_url: String,
    /// The DASH manifest, as `hls_url`.
    pub dash_url: String,
    /// When it was made, RFC 3339.
    pub created_at: String,
    /// When it was last changed, RFC 3339.
    pub updated_at: String,
    /// The number of the edit of the programme that is on.
    pub version: u32,
    /// The definition as it was last written; only when you may change it, and
    /// not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub definition: Option<matinee_channels::definition::Channel>,
    /// An edit that has not begun.
    pub upcoming: Option<UpcomingView>,
    /// What its operator should know now; only when you may change it, and not
    /// in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warnings: Option<Vec<WarningView>>,
}

impl ChannelView {
    /// The channel as the caller sees it.
    pub(super) async fn to(
        state: &AppState,
        caller: &Caller,
        station: &std::sync::Arc<Station>,
        origin: &PublicOrigin,
    ) -> ProblemResult<Self> {
        let mut view = Self::listed(state, caller, station, origin).await?;
        if view.can_edit {
            view.definition = Some((*station.written).clone());
            let withheld = state.channels.withheld(station).await?;
            view.warnings = Some(withheld.into_iter().map(WarningView::withheld).collect());
        }
        Ok(view)
    }

    /// The same, as lists have it.
    pub(crate) async fn listed(
        state: &AppState,
        caller: &Caller,
        station: &std::sync::Arc<Station>,
        origin: &PublicOrigin,
    ) -> ProblemResult<Self> {
        let at = state.channels.now();
        let (now, next) = match state.channels.on_air(station, at).await {
            Ok(on_air) => NowView::of(&on_air, origin),
            // One that cannot be read leaves the others in the list.
            Err(error) => {
                let quiet = matches!(
                    error.root(),
                    LinearError::Channel(matinee_channels::ChannelError::BeforeBeginning(_))
                );
                if !quiet {
                    tracing::error!(channel = station.channel.id, %error, "what is on is not known");
                }
                (None, None)
            }
        };
        let (row, written) = (&station.channel, &station.written);
        let media = |file: &str| origin.url(&format!("/media/channels/{}/{file}", row.id));
        let upcoming = station.upcoming(at).map(|(version, at)| UpcomingView {
            version,
            effective_at: instant(at),
        });
        Ok(Self {
            number: written.number,
            name: written.name.clone(),
            slug: written.slug.clone(),
            logo_url: written.logo.as_deref().map(|logo| absolute(logo, origin)),
            language: written.language.clone(),
            time_zone: written.zone_name().to_owned(),
            visibility: row.visibility.as_str(),
            is_public: row.visibility == Visibility::Public,
            rating: row.rating.clone(),
            owner_id: row.owner.clone(),
            can_edit: may(caller, station, Action::Edit),
            dvr_seconds: written.dvr_minutes * 60,
            begins_at: instant(row.begins_at),
            now,
            next,
            hls_url: media("master.m3u8"),
            dash_url: media("manifest.mpd"),
            created_at: rfc3339(row.created_at),
            updated_at: rfc3339(row.updated_at),
            version: station.timeline.revision(at).version,
            definition: None,
            upcoming,
            warnings: None,
            id: row.id.clone(),
        })
    }
}

/// A programme that an edit adds or takes away.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AiringChange {
    /// Whether it comes; otherwise it goes.
    pub added: bool,
    /// When it begins, RFC 3339.
    pub start: String,
    /// How long it lasts without breaks, in seconds.
    pub duration: f64,
    /// The video.
    pub video_id: Option<String>,
    /// What it is called.
    pub title: String,
}

impl AiringChange {
    pub(super) fn new(change: &Change) -> Self {
        Self {
            added: change.added,
            start: instant(change.start),
            duration: seconds(change.duration_ms),
            video_id: video_id(change.item.as_str()),
            title: change.title.clone(),
        }
    }
}

/// Something that its operator may want to mend.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct WarningView {
    /// `gap`, `repeat`, `too_little`, `watershed`, `definition`, or `withheld`
    /// (a video that has been deleted or closed since it was chosen).
    pub kind: &'static str,
    /// A sentence.
    pub message: String,
    /// From when on, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Until when, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The video that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_id: Option<String>,
    /// The block that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block: Option<String>,
    /// The field of the definition that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl WarningView {
    fn withheld((video, title, at): (String, String, i64)) -> Self {
        Self {
            kind: "withheld",
            message: format!(
                "“{title}” has been deleted, or not everybody who may watch the channel may watch it any more: the slate stands in its place."
            ),
            from: Some(instant(at)),
            video_id: Some(video),
            ..Self::default()
        }
    }

    pub(super) fn new(notice: &Notice) -> Self {
        let hours = |ms: i64| format!("{:.1} hours", seconds(ms) / 3600.0);
        match notice {
            Notice::Gap { from, to } => Self {
                kind: "gap",
                message: format!(
                    "Nothing is shown for {:.0} minutes.",
                    seconds(to - from) / 60.0
                ),
                from: Some(instant(*from)),
                to: Some(instant(*to)),
                ..Self::default()
            },
            Notice::Repeat { item, before, at } => Self {
                kind: "repeat",
                message: format!("The same comes again after {}.", hours(at - before)),
                from: Some(instant(*before)),
                to: Some(instant(*at)),
                video_id: video_id(item.as_str()),
                ..Self::default()
            },
            Notice::TooLittle {
                block,
                material_ms,
                wanted_ms,
            } => Self {
                kind: "too_little",
                message: format!(
                    "There are {} to show, and nothing is to come again within {}.",
                    hours(*material_ms),
                    hours(*wanted_ms)
                ),
                block: Some(block.clone()),
                ..Self::default()
            },
            Notice::Watershed { block, items } => Self {
                kind: "watershed",
                message: format!(
                    "{items} of its titles are never shown: the block lies outside of the hours for grown-ups."
                ),
                block: Some(block.clone()),
                ..Self::default()
            },
            Notice::Definition(problem) => Self {
                kind: "definition",
                message: problem.reason.clone(),
                field: Some(problem.field.clone()),
                ..Self::default()
            },
        }
    }
}

/// What an edit comes to.
#[derive(Debug, Serialize, ToSchema)]
pub struct EditedView {
    /// The channel; as it was, if it was only asked what would change.
    pub channel: ChannelView,
    /// The number of the edit that holds then.
    pub version: u32,
    /// From when on the programme is another, RFC 3339; now, if it stays.
    pub effective_at: String,
    /// What will be shown otherwise, in the first three days.
    pub changes: Vec<AiringChange>,
    /// What its operator should know.
    pub warnings: Vec<WarningView>,
    /// Whether nothing was changed.
    pub dry_run: bool,
}

impl EditedView {
    pub(super) async fn new(
        state: &AppState,
        caller: &Caller,
        edited: &Edited,
        dry_run: bool,
        origin: &PublicOrigin,
    ) -> ProblemResult<Self> {
        Ok(Self {
            channel: ChannelView::to(state, caller, &edited.station, origin).await?,
            version: edited.edition,
            effective_at: instant(edited.effective_at),
            changes: edited.changes.iter().map(AiringChange::new).collect(),
            warnings: edited.notices.iter().map(WarningView::new).collect(),
            dry_run,
        })
    }
}
