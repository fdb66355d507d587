//! The views of many rows at once, in a fixed number of queries.

use std::collections::{BTreeMap, HashMap};

use matinee_catalog::{
    Artwork, Collection, CollectionItem, Credited, Person, Season, Show, ShowCounts, Subject, Video,
};

use super::{
    AppearanceView, CollectionItemView, CollectionView, CollectionWhole, CreditView, PersonView,
    PersonWhole, SeasonView, ShowView, ShowWhole, chosen,
};
use crate::titles::artwork::{CARD_WIDTH, artwork_path};
use crate::videos::view::VideoView;
use crate::{AppState, ProblemResult, PublicOrigin};

/// Who looks, and from where: what every view needs.
pub(in crate::titles) struct Looking<'a> {
    pub state: &'a AppState,
    pub sight: matinee_catalog::Sight,
    pub origin: &'a PublicOrigin,
}

impl Looking<'_> {
    /// Many shows, in a fixed number of queries.
    pub(in crate::titles) async fn shows(&self, shows: Vec<Show>) -> ProblemResult<Vec<ShowView>> {
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
    pub(in crate::titles) async fn whole_show(&self, show: Show) -> ProblemResult<ShowWhole> {
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
                .map(|picture| self.origin.url(&artwork_path(&picture.id, CARD_WIDTH))),
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
    pub(in crate::titles) async fn credits(
        &self,
        credits: Vec<Credited>,
    ) -> ProblemResult<Vec<CreditView>> {
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
    pub(in crate::titles) async fn people(
        &self,
        people: Vec<Person>,
    ) -> ProblemResult<Vec<PersonView>> {
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
    pub(in crate::titles) async fn whole_person(
        &self,
        person: Person,
    ) -> ProblemResult<PersonWhole> {
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
        let mut filmography: Vec<AppearanceView> = credits
            .into_iter()
            .zip(videos)
            .map(|(credit, video)| AppearanceView {
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
                .map(|(credit, show)| AppearanceView {
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
    pub(in crate::titles) async fn collections(
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
    pub(in crate::titles) async fn whole_collection(
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
            .map(|id| CollectionItemView {
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
