//! Pictures that people choose for titles, people and collections.

use matinee_catalog::{Artwork, Subject};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use crate::{AppState, ProblemResult, PublicOrigin};

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
            url: origin.url(&artwork_path(&picture.id, 640)),
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

/// The path of a picture in one of the fixed widths.
pub fn artwork_path(id: &str, width: u32) -> String {
    format!("/artwork/{id}/{width}.webp")
}

/// The routes.
pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
}

/// Removes a show, a person or a collection, with its pictures.
pub(super) async fn remove_subject(
    state: &AppState,
    subject: Subject,
    id: &str,
) -> ProblemResult<()> {
    match subject {
        Subject::Show => state.catalog.delete_show(id).await?,
        Subject::Person => state.catalog.delete_person(id).await?,
        Subject::Collection => state.catalog.delete_collection(id).await?,
        Subject::Video => {}
    }
    Ok(())
}
