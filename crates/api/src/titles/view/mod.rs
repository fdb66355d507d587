//! Shows, people and collections as clients see them.

mod looking;

use std::collections::BTreeMap;

use matinee_catalog::{Artwork, Collection, Person, Show, ShowCounts};
use serde::Serialize;
use utoipa::ToSchema;

use super::artwork::{ArtworkView, BACKDROP_WIDTH, CARD_WIDTH, artwork_path};
use crate::PublicOrigin;
use crate::videos::view::{VideoView, rfc3339};

pub(super) use looking::Looking;

/// A show or a course.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ShowView {
    /// `show_…`
    pub id: String,
    /// `show`, `course`, `podcast` or `other`.
    pub kind: String,
    /// Its name.
    pub title: String,
    /// What it is sorted by instead of its title.
    pub sort_title: Option<String>,
    /// The title where it comes from.
    pub original_title: Option<String>,
    /// One line that makes one curious.
    pub tagline: Option<String>,
    /// Plain text; may be empty.
    pub overview: String,
    /// Who made it.
    pub studio: Option<String>,
    /// The day of the first showing, as `2008-01-20`.
    pub release_date: Option<String>,
    /// The year of the first showing.
    pub release_year: Option<i32>,
    /// `planned`, `returning`, `ended`, `canceled` or `finished`.
    pub status: Option<String>,
    /// Such as `TV-MA`.
    pub rating: Option<String>,
    /// Spoken languages (BCP 47).
    pub languages: Vec<String>,
    /// All genres.
    pub genres: Vec<String>,
    /// Free words.
    pub tags: Vec<String>,
    /// Its names in other databases, such as `tmdb`.
    pub external_ids: BTreeMap<String, String>,
    /// Seasons that have episodes which you may see.
    pub season_count: i64,
    /// Episodes that you may see.
    pub episode_count: i64,
    /// A picture that stands for it.
    pub poster_url: Option<String>,
    /// A picture to put behind it.
    pub backdrop_url: Option<String>,
    /// The pictures that people chose for it.
    pub artwork: Vec<ArtworkView>,
    /// The number of the last edit.
    pub revision: i64,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
}

/// A show with everything that belongs to it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ShowWhole {
    /// The show.
    #[serde(flatten)]
    pub show: ShowView,
    /// Its seasons, in order.
    pub seasons: Vec<SeasonView>,
    /// Its own credits (episodes have theirs).
    pub credits: Vec<CreditView>,
}

/// A season.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SeasonView {
    /// From 0 (specials); none for episodes without a season.
    pub number: Option<i32>,
    /// Its name, if it has one of its own.
    pub title: Option<String>,
    /// Plain text; may be empty.
    pub overview: String,
    /// The day of the first showing.
    pub release_date: Option<String>,
    /// A picture that stands for it.
    pub poster_url: Option<String>,
    /// Its episodes that you may see, in order.
    pub episodes: Vec<VideoView>,
}

/// A person.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PersonView {
    /// `person_…`
    pub id: String,
    /// The name as it stands in credits.
    pub name: String,
    /// Plain text; may be empty.
    pub biography: String,
    /// As `1974-11-11`.
    pub birth_date: Option<String>,
    /// As `1974-11-11`.
    pub death_date: Option<String>,
    /// Where they were born.
    pub birth_place: Option<String>,
    /// Their names in other databases.
    pub external_ids: BTreeMap<String, String>,
    /// A picture of them.
    pub avatar_url: Option<String>,
    /// Pictures of them.
    pub artwork: Vec<ArtworkView>,
    /// The number of the last edit.
    pub revision: i64,
}

/// A person with what they have done, as far as you may see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PersonWhole {
    /// The person.
    #[serde(flatten)]
    pub person: PersonView,
    /// Their credits in videos and shows, the latest first.
    pub filmography: Vec<AppearanceView>,
}

/// What a person did in a title.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AppearanceView {
    /// `actor`, `director`, …
    pub role: String,
    /// Whom they play, or what exactly they did.
    pub character: Option<String>,
    /// The video, if it is one.
    pub video: Option<Box<VideoView>>,
    /// The show, if it is one.
    pub show: Option<Box<ShowView>>,
}

/// A credit of a title.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CreditView {
    /// `person_…`
    pub person_id: String,
    /// The person's name.
    pub name: String,
    /// `actor`, `director`, …
    pub role: String,
    /// Whom they play, or what exactly they did.
    pub character: Option<String>,
    /// A picture of the person.
    pub avatar_url: Option<String>,
}

/// A collection.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CollectionView {
    /// `collection_…`
    pub id: String,
    /// Its name.
    pub title: String,
    /// What it is sorted by instead of its title.
    pub sort_title: Option<String>,
    /// Plain text; may be empty.
    pub overview: String,
    /// A picture that stands for it.
    pub poster_url: Option<String>,
    /// A picture to put behind it.
    pub backdrop_url: Option<String>,
    /// The pictures that people chose for it.
    pub artwork: Vec<ArtworkView>,
    /// The number of the last edit.
    pub revision: i64,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
}

/// A collection with its titles that you may see, in order.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CollectionWhole {
    /// The collection.
    #[serde(flatten)]
    pub collection: CollectionView,
    /// Its titles.
    pub items: Vec<CollectionItemView>,
}

/// A title in a collection.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CollectionItemView {
    /// The video, if it is one.
    pub video: Option<Box<VideoView>>,
    /// The show, if it is one.
    pub show: Option<Box<ShowView>>,
}

fn chosen(all: &[Artwork], kind: &str, width: u32, origin: &PublicOrigin) -> Option<String> {
    all.iter()
        .find(|picture| picture.kind == kind && picture.season_number.is_none())
        .map(|picture| origin.url(&artwork_path(&picture.id, width)))
}

fn pictures(all: &[Artwork], origin: &PublicOrigin) -> Vec<ArtworkView> {
    all.iter()
        .map(|one| ArtworkView::new(one, origin))
        .collect()
}

impl ShowView {
    fn new(show: Show, counts: ShowCounts, art: &[Artwork], origin: &PublicOrigin) -> Self {
        Self {
            poster_url: chosen(art, "poster", CARD_WIDTH, origin),
            backdrop_url: chosen(art, "backdrop", BACKDROP_WIDTH, origin),
            artwork: pictures(art, origin),
            season_count: counts.seasons,
            episode_count: counts.episodes,
            created_at: rfc3339(show.created_at),
            updated_at: rfc3339(show.updated_at),
            id: show.id,
            kind: show.kind,
            title: show.title,
            sort_title: show.sort_title,
            original_title: show.original_title,
            tagline: show.tagline,
            overview: show.overview,
            studio: show.studio,
            release_date: show.release_date,
            release_year: show.release_year,
            status: show.status,
            rating: show.rating,
            languages: show.languages.0,
            genres: show.genres.0,
            tags: show.tags.0,
            external_ids: show.external_ids.0,
            revision: show.revision,
        }
    }
}

impl PersonView {
    fn new(person: Person, art: &[Artwork], origin: &PublicOrigin) -> Self {
        Self {
            avatar_url: chosen(art, "avatar", 320, origin),
            artwork: pictures(art, origin),
            id: person.id,
            name: person.name,
            biography: person.biography,
            birth_date: person.birth_date,
            death_date: person.death_date,
            birth_place: person.birth_place,
            external_ids: person.external_ids.0,
            revision: person.revision,
        }
    }
}

impl CollectionView {
    fn new(collection: Collection, art: &[Artwork], origin: &PublicOrigin) -> Self {
        Self {
            poster_url: chosen(art, "poster", CARD_WIDTH, origin),
            backdrop_url: chosen(art, "backdrop", BACKDROP_WIDTH, origin),
            artwork: pictures(art, origin),
            created_at: rfc3339(collection.created_at),
            updated_at: rfc3339(collection.updated_at),
            id: collection.id,
            title: collection.title,
            sort_title: collection.sort_title,
            overview: collection.overview,
            revision: collection.revision,
        }
    }
}
