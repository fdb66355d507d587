//! Shows, people and collections as clients see them.

use std::collections::{BTreeMap, HashMap};

use matinee_catalog::{
    Artwork, Collection, CollectionItem, Credited, Person, Season, Show, ShowCounts, Subject, Video,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::artwork::{ArtworkView, artwork_path};
use crate::videos::view::{VideoView, rfc3339};
use crate::{AppState, ProblemResult, PublicOrigin};

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
    pub filmography: Vec<PartView>,
}

/// What a person did in a title.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PartView {
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
    pub items: Vec<ItemView>,
}

/// A title in a collection.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ItemView {
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
            poster_url: chosen(art, "poster", 640, origin),
            backdrop_url: chosen(art, "backdrop", 1280, origin),
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
            poster_url: chosen(art, "poster", 640, origin),
            backdrop_url: chosen(art, "backdrop", 1280, origin),
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

/// Who looks, and from where: what every view needs.
pub(super) struct Looking<'a> {
    pub state: &'a AppState,
    pub sight: matinee_catalog::Sight,
    pub origin: &'a PublicOrigin,
}

impl Looking<'_> {
    /// Many shows, in a fixed number of queries.
    pub(super) async fn shows(&self, shows: Vec<Show>) -> ProblemResult<Vec<ShowView>> {
        let ids: Vec<String> = shows.iter().map(|show| show.id.clone()).collect();
        let catalog = &self.state.catalog;
        let counts = catalog.show_counts(&self.sight, &ids).await?;
        let art = catalog.primary_artwork(Subject::Show, &ids).await?;
        Ok(shows
            .into_iter()
            .map(|show| {
                let counts = counts.get(&show.id).copied().unwrap_or_default();
                let art = art.get(&show.id).map_or(&[][..], Vec::as_slice);
                ShowView::new(show, counts, art, self.origin)
            })
            .collect())
    }

    /// A show with its seasons, episodes and credits.
    pub(super) async fn whole_show(&self, show: Show) -> ProblemResult<ShowWhole> {
        let catalog = &self.state.catalog;
        let id = show.id.clone();
        let episodes = catalog.episodes(&self.sight, &id).await?;
        let said = catalog.seasons(&id).await?;
        let credits = catalog.credits(Subject::Show, &id).await?;
        let art = catalog
            .primary_artwork(Subject::Show, std::slice::from_ref(&id))
            .await?;
        let art = art.get(&id).map_or(&[][..], Vec::as_slice);
        let counts = ShowCounts {
            seasons: said_or_seen(&episodes),
            episodes: i64::try_from(episodes.len()).unwrap_or(i64::MAX),
        };
        Ok(ShowWhole {
            seasons: self.seasons(said, episodes, art).await?,
            credits: self.credits(credits).await?,
            show: ShowView::new(show, counts, art, self.origin),
        })
    }

    async fn seasons(
        &self,
        said: Vec<Season>,
        episodes: Vec<Video>,
        art: &[Artwork],
    ) -> ProblemResult<Vec<SeasonView>> {
        let mut seasons: BTreeMap<Option<i32>, SeasonView> = BTreeMap::new();
        let empty = |number| SeasonView {
            number,
            title: None,
            overview: String::new(),
            release_date: None,
            poster_url: art
                .iter()
                .find(|picture| picture.kind == "poster" && picture.season_number == number)
                .filter(|_| number.is_some())
                .map(|picture| self.origin.url(&artwork_path(&picture.id, 640))),
            episodes: Vec::new(),
        };
        for season in said {
            let number = Some(season.number);
            seasons.insert(
                number,
                SeasonView {
                    title: season.title,
                    overview: season.overview,
                    release_date: season.release_date,
                    ..empty(number)
                },
            );
        }
        let numbers: Vec<Option<i32>> = episodes.iter().map(|e| e.season_number).collect();
        let views = crate::videos::views(self.state, episodes, self.origin).await?;
        for (number, view) in numbers.into_iter().zip(views) {
            seasons
                .entry(number)
                .or_insert_with(|| empty(number))
                .episodes
                .push(view);
        }
        // Specials, and what has no season, come after the seasons.
        let mut seasons: Vec<SeasonView> = seasons.into_values().collect();
        seasons.sort_by_key(|season| match season.number {
            Some(0) => (1, 0),
            Some(number) => (0, number),
            None => (2, 0),
        });
        Ok(seasons)
    }

    /// Credits with their people's pictures.
    pub(super) async fn credits(&self, credits: Vec<Credited>) -> ProblemResult<Vec<CreditView>> {
        let ids: Vec<String> = credits.iter().map(|c| c.person.id.clone()).collect();
        let catalog = &self.state.catalog;
        let art = catalog.primary_artwork(Subject::Person, &ids).await?;
        Ok(credits
            .into_iter()
            .map(|Credited { credit, person }| CreditView {
                avatar_url: art
                    .get(&person.id)
                    .and_then(|art| chosen(art, "avatar", 320, self.origin)),
                person_id: person.id,
                name: person.name,
                role: credit.role,
                character: credit.character,
            })
            .collect())
    }

    /// Many people.
    pub(super) async fn people(&self, people: Vec<Person>) -> ProblemResult<Vec<PersonView>> {
        let ids: Vec<String> = people.iter().map(|person| person.id.clone()).collect();
        let catalog = &self.state.catalog;
        let art = catalog.primary_artwork(Subject::Person, &ids).await?;
        Ok(people
            .into_iter()
            .map(|person| {
                let art = art.get(&person.id).map_or(&[][..], Vec::as_slice);
                PersonView::new(person, art, self.origin)
            })
            .collect())
    }

    /// A person with their filmography.
    pub(super) async fn whole_person(&self, person: Person) -> ProblemResult<PersonWhole> {
        let work = self
            .state
            .catalog
            .filmography(&self.sight, &person.id)
            .await?;
        let (credits, videos): (Vec<_>, Vec<_>) = work.videos.into_iter().unzip();
        // Somebody may have written and directed the same film.
        let mut distinct: HashMap<String, Video> = HashMap::new();
        for video in &videos {
            distinct
                .entry(video.id.clone())
                .or_insert_with(|| video.clone());
        }
        let distinct: Vec<Video> = distinct.into_values().collect();
        let views = crate::videos::views(self.state, distinct, self.origin).await?;
        let views: HashMap<String, VideoView> = views
            .into_iter()
            .map(|view| (view.id.clone(), view))
            .collect();
        let mut filmography: Vec<PartView> = credits
            .into_iter()
            .zip(videos)
            .map(|(credit, video)| PartView {
                role: credit.role,
                character: credit.character,
                video: views.get(&video.id).cloned().map(Box::new),
                show: None,
            })
            .collect();
        let (credits, shows): (Vec<_>, Vec<_>) = work.shows.into_iter().unzip();
        let shows = self.shows(shows).await?;
        filmography.extend(
            credits
                .into_iter()
                .zip(shows)
                .map(|(credit, show)| PartView {
                    role: credit.role,
                    character: credit.character,
                    video: None,
                    show: Some(Box::new(show)),
                }),
        );
        let mut person = self.people(vec![person]).await?;
        let person = person
            .pop()
            .ok_or_else(|| crate::Problem::not_found("There is nothing under this address."))?;
        Ok(PersonWhole {
            person,
            filmography,
        })
    }

    /// Many collections.
    pub(super) async fn collections(
        &self,
        collections: Vec<Collection>,
    ) -> ProblemResult<Vec<CollectionView>> {
        let ids: Vec<String> = collections.iter().map(|one| one.id.clone()).collect();
        let catalog = &self.state.catalog;
        let art = catalog.primary_artwork(Subject::Collection, &ids).await?;
        Ok(collections
            .into_iter()
            .map(|one| {
                let art = art.get(&one.id).map_or(&[][..], Vec::as_slice);
                CollectionView::new(one, art, self.origin)
            })
            .collect())
    }

    /// A collection with its titles.
    pub(super) async fn whole_collection(
        &self,
        collection: Collection,
    ) -> ProblemResult<CollectionWhole> {
        let catalog = &self.state.catalog;
        let items = catalog
            .collection_items(&self.sight, &collection.id)
            .await?;
        let mut order = Vec::with_capacity(items.len());
        let (mut videos, mut shows) = (Vec::new(), Vec::new());
        for item in items {
            match item {
                CollectionItem::Video(video) => {
                    order.push(video.id.clone());
                    videos.push(*video);
                }
                CollectionItem::Show(show) => {
                    order.push(show.id.clone());
                    shows.push(*show);
                }
            }
        }
        let videos = crate::videos::views(self.state, videos, self.origin).await?;
        let mut videos: HashMap<String, VideoView> =
            videos.into_iter().map(|v| (v.id.clone(), v)).collect();
        let shows = self.shows(shows).await?;
        let mut shows: HashMap<String, ShowView> =
            shows.into_iter().map(|s| (s.id.clone(), s)).collect();
        let items = order
            .into_iter()
            .map(|id| ItemView {
                video: videos.remove(&id).map(Box::new),
                show: shows.remove(&id).map(Box::new),
            })
            .collect();
        let id = collection.id.clone();
        let art = catalog
            .primary_artwork(Subject::Collection, std::slice::from_ref(&id))
            .await?;
        let art = art.get(&id).map_or(&[][..], Vec::as_slice);
        Ok(CollectionWhole {
            collection: CollectionView::new(collection, art, self.origin),
            items,
        })
    }
}

fn said_or_seen(episodes: &[Video]) -> i64 {
    let numbers: std::collections::HashSet<i32> = episodes
        .iter()
        .map(|episode| episode.season_number.unwrap_or(1))
        .collect();
    i64::try_from(numbers.len()).unwrap_or(i64::MAX)
}
