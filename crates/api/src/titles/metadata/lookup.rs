//! Candidates of other databases, and taking one over once a person says that
//! it is the right one.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use matinee_catalog::metadata::names;
use matinee_catalog::metadata::provider::{
    Asked, Known, MetadataProvider, ProviderError, Question, Scored, Wanted, ranked,
};
use matinee_catalog::{DetailsPatch, Edit, Show, Subject, Video};
use matinee_identity::access::Action;
use matinee_ingest::artwork::{MAX_BYTES, NewArtwork};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::edition::IfMatch;
use crate::http::problem::sentence;
use crate::titles::sight;
use crate::videos::view::VideoView;
use crate::videos::{view_of, visible};
use crate::{AppState, Body, Caller, Params, Problem, ProblemResult, PublicOrigin};

/// Whose candidates.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CandidateParams {
    /// The video.
    video_id: String,
    /// What to look for instead of what the video's name and title say.
    query: Option<String>,
    /// The year of the first showing.
    year: Option<i32>,
    /// `movie` or `show`; by what the video is unless given.
    kind: Option<String>,
    /// BCP 47: in which language texts are wanted.
    language: Option<String>,
}

/// What was looked for, and what was found.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the API's own names")]
pub struct Candidates {
    /// The database.
    pub provider: &'static str,
    /// What was looked for.
    pub query: String,
    /// The year that was looked for.
    pub year: Option<i32>,
    /// `movie` or `show`.
    pub kind: &'static str,
    /// Of an episode, its season.
    pub season_number: Option<i32>,
    /// Of an episode, its number.
    pub episode_number: Option<i32>,
    /// The best first.
    pub candidates: Vec<CandidateView>,
}

/// A title over there.
#[derive(Debug, Serialize, ToSchema)]
pub struct CandidateView {
    /// Its id there.
    pub external_id: String,
    /// Its title.
    pub title: String,
    /// The title where it comes from.
    pub original_title: Option<String>,
    /// The year of the first showing.
    pub year: Option<i32>,
    /// What it is about.
    pub overview: String,
    /// A picture of it over there.
    pub poster_url: Option<String>,
    /// How well it fits, from 0 to 1.
    pub score: f64,
}

impl From<ProviderError> for Problem {
    fn from(error: ProviderError) -> Self {
        let detail = sentence(&error);
        match error {
            ProviderError::Unknown(_) => Self::not_found(detail),
            ProviderError::Busy { seconds, .. } => Self {
                retry_after: Some(Duration::from_secs(seconds)),
                ..Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
            },
            ProviderError::Refused(_) | ProviderError::Failed(_) => {
                Self::new(StatusCode::BAD_GATEWAY, detail)
            }
        }
    }
}

fn provider(state: &AppState) -> ProblemResult<&dyn MetadataProvider> {
    state.metadata.as_deref().ok_or_else(|| {
        Problem::conflict("No database of films is configured: set MATINEE_TMDB_KEY.")
    })
}

fn wanted(kind: Option<&str>, episode: bool) -> ProblemResult<Wanted> {
    match kind {
        Some("movie") => Ok(Wanted::Movie),
        Some("show") => Ok(Wanted::Show),
        None if episode => Ok(Wanted::Show),
        None => Ok(Wanted::Movie),
        Some(_) => Err(Problem::field("kind", "must be movie or show")),
    }
}

/// What to look for, from what the video says of itself and how its file is called.
fn question(
    video: &Video,
    params: &CandidateParams,
) -> ProblemResult<(Question, Option<i32>, Option<i32>)> {
    let named = names::read(&video.filename);
    let episode = named.episode.as_ref();
    let show = video.show_title.clone().or(episode.map(|e| e.show.clone()));
    let season = video.season_number.or(episode.and_then(|e| e.season));
    let number = video.episode_number.or(episode.and_then(|e| e.number));
    let wanted = wanted(params.kind.as_deref(), show.is_some() && number.is_some())?;
    // A title that is still the file's name says what the name says.
    let cleaned = names::read(&video.title);
    let own = cleaned.title.unwrap_or_else(|| video.title.clone());
    let title = match (&params.query, wanted) {
        (Some(query), _) => query.trim().to_owned(),
        (None, Wanted::Show) => show.unwrap_or(own),
        (None, Wanted::Movie) => own,
    };
    if title.is_empty() || title.chars().count() > 200 {
        return Err(Problem::field("query", "must be from 1 to 200 characters"));
    }
    let year = params.year.or(match wanted {
        Wanted::Movie => video.release_year.or(named.year).or(cleaned.year),
        Wanted::Show => named.year,
    });
    let question = Question {
        wanted,
        title,
        year,
        language: params.language.clone(),
    };
    Ok((question, season, number))
}

fn check_language(language: Option<&str>) -> ProblemResult<()> {
    let sound = language.is_none_or(|tag| {
        (2..=35).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    });
    if sound {
        Ok(())
    } else {
        Err(Problem::field(
            "language",
            "must be a language tag such as en",
        ))
    }
}

/// Look a video up in another database
///
/// Nothing is changed: confirm the right candidate with `POST /api/metadata/confirm`.
#[utoipa::path(get, path = "/api/metadata/candidates", tag = "titles", params(CandidateParams),
    responses((status = 200, body = Candidates), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 502, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn candidates(
    State(state): State<AppState>,
    caller: Caller,
    Params(params): Params<CandidateParams>,
) -> ProblemResult<Json<Candidates>> {
    let video = visible(&state, &caller, &params.video_id, Action::Edit).await?;
    check_language(params.language.as_deref())?;
    let provider = provider(&state)?;
    let (question, season, number) = question(&video, &params)?;
    let found = provider.search(&question).await?;
    let candidates = ranked(&question, found)
        .into_iter()
        .map(|Scored { candidate, score }| CandidateView {
            external_id: candidate.external_id,
            title: candidate.title,
            original_title: candidate.original_title,
            year: candidate.year,
            overview: candidate.overview,
            poster_url: candidate.poster,
            score,
        })
        .collect();
    Ok(Json(Candidates {
        provider: provider.name(),
        kind: match question.wanted {
            Wanted::Movie => "movie",
            Wanted::Show => "show",
        },
        query: question.title,
        year: question.year,
        season_number: season,
        episode_number: number,
        candidates,
    }))
}

/// The right candidate.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MatchConfirmation {
    video_id: String,
    /// The candidate's id.
    external_id: String,
    /// `movie` or `show`; by what the video is unless given.
    #[serde(default)]
    kind: Option<String>,
    /// Of an episode; what the video says unless given.
    #[serde(default)]
    season_number: Option<i32>,
    /// Of an episode; what the video says unless given.
    #[serde(default)]
    episode_number: Option<i32>,
    /// Which fields to take over; all unless given. `credits` and `artwork` are two of them.
    #[serde(default)]
    fields: Option<Vec<String>>,
    /// BCP 47: in which language texts are wanted.
    #[serde(default)]
    language: Option<String>,
}

impl MatchConfirmation {
    fn takes(&self, field: &str) -> bool {
        self.fields
            .as_ref()
            .is_none_or(|fields| fields.iter().any(|name| name == field))
    }
}

/// What was taken over.
#[derive(Debug, Serialize, ToSchema)]
pub struct Confirmed {
    /// The video as it is now.
    pub video: VideoView,
    /// Pictures that could not be had, in words.
    pub warnings: Vec<String>,
}

/// Take a candidate's metadata over
///
/// Kept as a revision, so that there is a way back.
#[utoipa::path(post, path = "/api/metadata/confirm", tag = "titles", request_body = MatchConfirmation,
    responses((status = 200, body = Confirmed), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 502, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn confirm(
    State(state): State<AppState>,
    caller: Caller,
    origin: PublicOrigin,
    Body(said): Body<MatchConfirmation>,
) -> ProblemResult<Json<Confirmed>> {
    let video = visible(&state, &caller, &said.video_id, Action::Edit).await?;
    check_language(said.language.as_deref())?;
    let provider = provider(&state)?;
    let named = names::read(&video.filename).episode;
    let season = said
        .season_number
        .or(video.season_number)
        .or(named.as_ref().and_then(|e| e.season));
    let number = said
        .episode_number
        .or(video.episode_number)
        .or(named.and_then(|e| e.number));
    let wanted = wanted(said.kind.as_deref(), number.is_some())?;
    let edit = Edit {
        via: Some(provider.name()),
        ..IfMatch(None).edit(&caller)
    };
    let language = said.language.as_deref();
    let mut warnings = Vec::new();
    let id = said.external_id.clone();
    let known = match wanted {
        Wanted::Movie => provider.details(&Asked::Movie { id }, language).await?,
        Wanted::Show => {
            let number = number
                .ok_or_else(|| Problem::field("episode_number", "must be given for an episode"))?;
            let season = season.unwrap_or(1);
            let show = provider
                .details(&Asked::Show { id: id.clone() }, language)
                .await?;
            let asked = Asked::Episode {
                show: id,
                season,
                number,
            };
            let mut known = provider.details(&asked, language).await?;
            known.video.content_type = Some(Some("episode".to_owned()));
            known.video.season_number = Some(Some(season));
            known.video.episode_number = Some(Some(number));
            known.video.show_title = show.show.title.clone().map(Some);
            let place = DetailsPatch {
                show_title: known.video.show_title.clone(),
                season_number: known.video.season_number,
                episode_number: known.video.episode_number,
                ..DetailsPatch::default()
            };
            let placed = state.catalog.edit(&video.id, place, &edit).await?;
            let work = Taking {
                state: &state,
                caller: &caller,
                provider,
                said: &said,
                edit: &edit,
            };
            warnings.extend(work.show(&placed, show).await?);
            known
        }
    };
    let pictures = known.pictures.clone();
    let (patch, credits) = chosen(known, &said);
    let video = match credits {
        Some(credits) => {
            state
                .catalog
                .edit_with_credits(&video.id, patch, credits, &edit)
                .await?
        }
        None => state.catalog.edit(&video.id, patch, &edit).await?,
    };
    if said.takes("artwork") {
        let subject = (Subject::Video, video.id.as_str());
        warnings.extend(take_pictures(&state, provider, subject, pictures).await);
    }
    Ok(Json(Confirmed {
        video: view_of(&state, video, &origin).await?,
        warnings,
    }))
}

/// The fields that are wanted of what is known.
fn chosen(
    known: Known,
    said: &MatchConfirmation,
) -> (DetailsPatch, Option<Vec<matinee_catalog::NewCredit>>) {
    let all = known.video;
    let patch = DetailsPatch {
        title: all.title.filter(|_| said.takes("title")),
        original_title: all.original_title.filter(|_| said.takes("original_title")),
        description: all.description.filter(|_| said.takes("description")),
        tagline: all.tagline.filter(|_| said.takes("tagline")),
        release_date: all.release_date.filter(|_| said.takes("release_date")),
        genres: all.genres.filter(|_| said.takes("genres")),
        studio: all.studio.filter(|_| said.takes("studio")),
        languages: all.languages.filter(|_| said.takes("languages")),
        rating: all.rating.filter(|_| said.takes("rating")),
        content_type: all.content_type,
        season_number: all.season_number,
        episode_number: all.episode_number,
        external_ids: all.external_ids,
        ..DetailsPatch::default()
    };
    let credits = known.credits;
    let credits = (said.takes("credits") && !credits.is_empty()).then_some(credits);
    (patch, credits)
}

struct Taking<'a> {
    state: &'a AppState,
    caller: &'a Caller,
    provider: &'a dyn MetadataProvider,
    said: &'a MatchConfirmation,
    edit: &'a Edit,
}

impl Taking<'_> {
    /// Takes over what is known of an episode's show, if the caller may edit it.
    async fn show(&self, placed: &Video, known: Known) -> ProblemResult<Vec<String>> {
        let Some(show_id) = placed.show_id.as_deref() else {
            return Ok(Vec::new());
        };
        let own = sight::own::<Show>(self.state, self.caller, show_id).await;
        if own.is_err() {
            return Ok(vec![
                "The show is somebody else's: it stays as it is.".to_owned(),
            ]);
        }
        let Known {
            show,
            credits,
            pictures,
            ..
        } = known;
        let catalog = &self.state.catalog;
        if self.said.takes("credits") && !credits.is_empty() {
            catalog
                .edit_show_with_credits(show_id, show, credits, self.edit)
                .await?;
        } else {
            catalog.edit_show(show_id, show, self.edit).await?;
        }
        if !self.said.takes("artwork") {
            return Ok(Vec::new());
        }
        let subject = (Subject::Show, show_id);
        Ok(take_pictures(self.state, self.provider, subject, pictures).await)
    }
}

/// Brings pictures over. One that cannot be had is no reason to do without the rest.
async fn take_pictures(
    state: &AppState,
    provider: &dyn MetadataProvider,
    (subject, id): (Subject, &str),
    pictures: Vec<matinee_catalog::metadata::provider::RemotePicture>,
) -> Vec<String> {
    let mut warnings = Vec::new();
    for picture in pictures {
        let bytes = match provider.artwork(&picture.url, MAX_BYTES).await {
            Ok(bytes) => bytes,
            Err(error) => {
                warnings.push(format!("The {} could not be had: {error}.", picture.kind));
                continue;
            }
        };
        let new = NewArtwork {
            subject,
            subject_id: id.to_owned(),
            season_number: None,
            kind: picture.kind.to_owned(),
            is_primary: true,
            language: picture.language,
            origin: provider.name().to_owned(),
        };
        if let Err(error) = state.artworks.keep(new, bytes.into()).await {
            warnings.push(format!("The {} could not be kept: {error}.", picture.kind));
        }
    }
    warnings
}
