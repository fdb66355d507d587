//! What is found, as clients see it.

use std::collections::BTreeMap;

use matinee_catalog::discovery::{Found, Moment};
use matinee_engines::search::Excerpt;
use serde::Serialize;
use utoipa::ToSchema;

use crate::videos::view::VideoView;
use crate::{AppState, ProblemResult, PublicOrigin};

/// A title that was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct HitView {
    /// The title.
    pub video: VideoView,
    /// Where the words stand, by field: `title`, `show`, `people`, `words`
    /// (genres and tags), `description`.
    pub highlights: BTreeMap<String, Vec<ExcerptView>>,
    /// When the words are said.
    pub moments: Vec<MomentView>,
}

/// A part of a text. Plain text: escape it before showing it as HTML.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExcerptView {
    /// The text in pieces, in order.
    pub parts: Vec<ExcerptPart>,
}

/// A piece of an excerpt.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExcerptPart {
    /// Plain text.
    pub text: String,
    /// Whether it is a word that was looked for.
    pub marked: bool,
}

/// When something is said.
#[derive(Debug, Serialize, ToSchema)]
pub struct MomentView {
    /// In milliseconds from the beginning.
    pub start_ms: u64,
    /// In milliseconds from the beginning.
    pub end_ms: u64,
    /// BCP 47; `und` if unknown.
    pub language: String,
    /// The page that plays from there.
    pub url: String,
    /// What is said.
    pub excerpt: ExcerptView,
}

impl From<&Excerpt> for ExcerptView {
    fn from(excerpt: &Excerpt) -> Self {
        let mut parts = Vec::new();
        let mut add = |text: &str, marked| {
            if !text.is_empty() {
                parts.push(ExcerptPart {
                    text: text.to_owned(),
                    marked,
                });
            }
        };
        let mut at = 0;
        for mark in &excerpt.marks {
            add(excerpt.text.get(at..mark.start).unwrap_or_default(), false);
            add(excerpt.text.get(mark.clone()).unwrap_or_default(), true);
            at = mark.end;
        }
        add(excerpt.text.get(at..).unwrap_or_default(), false);
        Self { parts }
    }
}

impl MomentView {
    fn new(video_id: &str, moment: &Moment, origin: &PublicOrigin) -> Self {
        let seconds = moment.start_ms / 1000;
        Self {
            start_ms: moment.start_ms,
            end_ms: moment.end_ms,
            language: moment.language.clone(),
            url: origin.url(&format!("/watch/{video_id}?t={seconds}")),
            excerpt: (&moment.excerpt).into(),
        }
    }
}

/// The views of what was found, their parts read at once.
pub(super) async fn hits(
    state: &AppState,
    found: Vec<Found>,
    origin: &PublicOrigin,
) -> ProblemResult<Vec<HitView>> {
    let videos = found.iter().map(|found| &found.video);
    let mut parts = state.catalog.parts_of(videos).await?;
    let views = found.into_iter().map(|found| {
        let id = found.video.id.clone();
        let excerpts = |all: &Vec<Excerpt>| all.iter().map(Into::into).collect();
        HitView {
            highlights: found
                .highlights
                .iter()
                .map(|(field, all)| (field.clone(), excerpts(all)))
                .collect(),
            moments: found
                .moments
                .iter()
                .map(|moment| MomentView::new(&id, moment, origin))
                .collect(),
            video: VideoView::new(found.video, &parts.remove(&id).unwrap_or_default(), origin),
        }
    });
    Ok(views.collect())
}
