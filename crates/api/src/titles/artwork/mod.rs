//! Pictures that people choose for titles, people and collections.

mod manage;
mod serve;

use axum::extract::DefaultBodyLimit;
use http::StatusCode;
use matinee_catalog::Artwork;
use matinee_engines::blobs::BlobError;
use matinee_ingest::artwork::{ArtworkError, MAX_BYTES};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::problem::sentence;
use crate::{AppState, Problem, PublicOrigin};

/// Room for a picture and the lines of a form around it, in bytes.
#[expect(clippy::cast_possible_truncation, reason = "twenty-odd million")]
const BODY_MAX: usize = MAX_BYTES as usize + (64 << 10);

/// A picture.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArtworkView {
    /// `artwork_…`
    pub id: String,
    /// `poster`, `backdrop`, `logo`, `banner`, `still` or `avatar`.
    pub kind: String,
    /// Of which season of a show; none for the show itself.
    pub season_number: Option<i32>,
    /// Whether it is the one of its kind that is shown.
    pub is_primary: bool,
    /// The language of the words on it (BCP 47).
    pub language: Option<String>,
    /// As it came, in pixels.
    pub width: i32,
    /// As it came, in pixels.
    pub height: i32,
    /// In a middling size. Put any of the fixed widths and `avif`, `webp` or
    /// `jpg` in: `/artwork/{id}/{width}.{format}`.
    pub url: String,
    /// Where it came from: `upload`, `file` or a provider's name.
    pub origin: String,
}

impl ArtworkView {
    /// A picture in the addresses of this origin.
    pub fn new(picture: &Artwork, origin: &PublicOrigin) -> Self {
        Self {
            url: origin.url(&artwork_path(&picture.id, CARD_WIDTH)),
            id: picture.id.clone(),
            kind: picture.kind.clone(),
            season_number: picture.season_number,
            is_primary: picture.is_primary,
            language: picture.language.clone(),
            width: picture.width,
            height: picture.height,
            origin: picture.origin.clone(),
        }
    }
}

/// How wide pictures on cards are, in pixels: one of the fixed widths.
pub const CARD_WIDTH: u32 = 640;
/// How wide pictures behind words are, in pixels.
pub const BACKDROP_WIDTH: u32 = 1920;

/// The path of a picture in one of the fixed widths.
pub fn artwork_path(id: &str, width: u32) -> String {
    format!("/artwork/{id}/{width}.webp")
}

/// The routes.
pub(super) fn router() -> OpenApiRouter<AppState> {
    let upload = OpenApiRouter::new()
        .routes(routes!(manage::of_video, manage::add_to_video))
        .routes(routes!(manage::of_show, manage::add_to_show))
        .routes(routes!(manage::of_person, manage::add_to_person))
        .routes(routes!(manage::of_collection, manage::add_to_collection))
        .layer(DefaultBodyLimit::max(BODY_MAX));
    OpenApiRouter::new()
        .merge(upload)
        .routes(routes!(manage::change, manage::delete))
        .routes(routes!(serve::get))
}

impl From<ArtworkError> for Problem {
    fn from(error: ArtworkError) -> Self {
        match error {
            ArtworkError::Refused(reason) => Self::field("file", reason),
            ArtworkError::Kind(reason) => Self::field("kind", reason),
            ArtworkError::TooLarge => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                sentence(&ArtworkError::TooLarge),
            ),
            ArtworkError::Busy => Self {
                retry_after: Some(std::time::Duration::from_secs(2)),
                ..Self::new(StatusCode::SERVICE_UNAVAILABLE, sentence(&error))
            },
            ArtworkError::NoEncoder(_) => Self::not_found(sentence(&error)),
            ArtworkError::Catalog(error) => error.into(),
            ArtworkError::Blobs(BlobError::NotFound(_)) => {
                Self::not_found("There is nothing under this address.")
            }
            ArtworkError::Blobs(error) if error.is_retryable() => Self::unavailable(&error),
            other => Self::internal(&other),
        }
    }
}
