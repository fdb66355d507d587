//! The answers of The Movie Database, as far as they are of use, in the terms
//! of the catalogue. Everything may be absent.

use matinee_catalog::metadata::provider::{Asked, Candidate, Known, RemotePicture, Wanted};
use matinee_catalog::{DetailsPatch, NewCredit, ShowPatch, limits};
use serde::Deserialize;
use url::Url;

/// The most candidates that are offered.
const CANDIDATES_MAX: usize = 20;
/// Credits that are taken over.
const CAST_MAX: usize = 40;

#[derive(Debug, Deserialize)]
pub(super) struct Configuration {
    pub images: ConfiguredImages,
}

#[derive(Debug, Deserialize)]
pub(super) struct ConfiguredImages {
    pub secure_base_url: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Results {
    #[serde(default)]
    pub results: Vec<Found>,
}

#[derive(Debug, Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(super) struct Found {
    id: u64,
    title: Option<String>,
    name: Option<String>,
    original_title: Option<String>,
    original_name: Option<String>,
    release_date: Option<String>,
    first_air_date: Option<String>,
    overview: Option<String>,
    poster_path: Option<String>,
    popularity: f64,
}

impl Results {
    pub(super) fn candidates(self, wanted: Wanted, pictures: &Url) -> Vec<Candidate> {
        self.results
            .into_iter()
            .take(CANDIDATES_MAX)
            .filter_map(|found| {
                let date = found.release_date.or(found.first_air_date);
                Some(Candidate {
                    external_id: found.id.to_string(),
                    wanted,
                    title: cut(found.title.or(found.name)?, limits::TITLE_MAX),
                    original_title: found.original_title.or(found.original_name),
                    year: date.and_then(|date| date.get(..4)?.parse().ok()),
                    overview: cut(found.overview.unwrap_or_default(), 2000),
                    poster: found
                        .poster_path
                        .and_then(|path| picture_url(pictures, "w342", &path)),
                    popularity: found.popularity,
                })
            })
            .collect()
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Details {
    id: u64,
    imdb_id: Option<String>,
    title: Option<String>,
    name: Option<String>,
    original_title: Option<String>,
    original_name: Option<String>,
    overview: Option<String>,
    tagline: Option<String>,
    status: Option<String>,
    release_date: Option<String>,
    first_air_date: Option<String>,
    air_date: Option<String>,
    genres: Vec<Named>,
    production_companies: Vec<Named>,
    networks: Vec<Named>,
    created_by: Vec<Member>,
    spoken_languages: Vec<Language>,
    belongs_to_collection: Option<Named>,
    credits: Credits,
    external_ids: ExternalIds,
    release_dates: Wrapped<ReleaseDates>,
    content_ratings: Wrapped<ContentRating>,
    images: Images,
    poster_path: Option<String>,
    backdrop_path: Option<String>,
    still_path: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Named {
    name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Language {
    iso_639_1: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Credits {
    cast: Vec<Member>,
    guest_stars: Vec<Member>,
    crew: Vec<Member>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Member {
    id: u64,
    name: String,
    character: Option<String>,
    job: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ExternalIds {
    imdb_id: Option<String>,
    tvdb_id: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(default)]
struct Wrapped<T> {
    results: Vec<T>,
}

impl<T> Default for Wrapped<T> {
    fn default() -> Self {
        Self {
            results: Vec::new(),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ReleaseDates {
    iso_3166_1: String,
    release_dates: Vec<Release>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Release {
    certification: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ContentRating {
    iso_3166_1: String,
    rating: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Images {
    logos: Vec<Picture>,
    stills: Vec<Picture>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Picture {
    file_path: String,
    iso_639_1: Option<String>,
}

impl Details {
    /// The same in the catalogue's terms.
    pub(super) fn known(self, asked: &Asked, pictures: &Url) -> Known {
        let episode = matches!(asked, Asked::Episode { .. });
        let mut ids = std::collections::BTreeMap::new();
        ids.insert("tmdb".to_owned(), self.id.to_string());
        let imdb = self.imdb_id.or(self.external_ids.imdb_id);
        if let Some(imdb) = imdb.filter(|id| id.starts_with("tt") && id.len() <= 20) {
            ids.insert("imdb".to_owned(), imdb);
        }
        if let Some(tvdb) = self.external_ids.tvdb_id {
            ids.insert("tvdb".to_owned(), tvdb.to_string());
        }
        let title = self.title.or(self.name).and_then(given);
        let title = title.map(|title| cut(title, limits::TITLE_MAX));
        let original = self.original_title.or(self.original_name).and_then(given);
        let original = original.filter(|original| Some(original) != title.as_ref());
        let date = [self.release_date, self.first_air_date, self.air_date]
            .into_iter()
            .flatten()
            .find(|date| date.len() == 10);
        let genres: Vec<String> = names(self.genres, limits::GENRES_MAX);
        let studio = self
            .networks
            .into_iter()
            .chain(self.production_companies)
            .map(|company| company.name)
            .find(|name| !name.is_empty());
        let mut languages: Vec<String> = self
            .spoken_languages
            .into_iter()
            .map(|language| language.iso_639_1)
            .filter(|tag| tag.len() == 2 && tag != "xx")
            .collect();
        languages.truncate(limits::LANGUAGES_MAX);
        let rating = certification(&self.release_dates.results, &self.content_ratings.results);
        let overview = self.overview.and_then(given);
        let overview = overview.map(|text| cut(text, limits::DESCRIPTION_MAX));
        let tagline = self.tagline.and_then(given);
        let optional_ids = ids.iter().map(|(k, v)| (k.clone(), Some(v.clone())));
        let video = DetailsPatch {
            title: title.clone(),
            original_title: original.clone().map(Some),
            description: overview.clone(),
            tagline: tagline.clone().map(Some),
            release_date: date.clone().map(Some),
            genres: (!episode && !genres.is_empty()).then(|| genres.clone()),
            studio: studio.clone().map(Some),
            languages: (!languages.is_empty()).then(|| languages.clone()),
            rating: rating.clone().map(Some),
            external_ids: Some(optional_ids.clone().collect()),
            ..DetailsPatch::default()
        };
        let show = ShowPatch {
            title,
            original_title: original.map(Some),
            overview,
            tagline: tagline.map(Some),
            release_date: date.map(Some),
            genres: (!genres.is_empty()).then_some(genres),
            studio: studio.map(Some),
            languages: (!languages.is_empty()).then_some(languages),
            rating: rating.map(Some),
            status: status(self.status.as_deref()).map(|word| Some(word.to_owned())),
            external_ids: Some(optional_ids.collect()),
            ..ShowPatch::default()
        };
        let mut art = Vec::new();
        let mut add = |kind, size, path: Option<String>, language: Option<String>| {
            if let Some(url) = path.and_then(|path| picture_url(pictures, size, &path)) {
                art.push(RemotePicture {
                    kind,
                    url,
                    language,
                });
            }
        };
        add("poster", "original", self.poster_path, None);
        add("backdrop", "original", self.backdrop_path, None);
        let still = self.images.stills.into_iter().next();
        let still = self.still_path.or(still.map(|still| still.file_path));
        add("still", "original", still, None);
        // Logos come as SVG as well, which we do not take.
        let logo = self
            .images
            .logos
            .into_iter()
            .find(|logo| logo.file_path.to_ascii_lowercase().ends_with(".png"));
        if let Some(logo) = logo {
            add("logo", "original", Some(logo.file_path), logo.iso_639_1);
        }
        Known {
            video,
            show,
            credits: people(self.credits, self.created_by),
            pictures: art,
            collection: self.belongs_to_collection.map(|of| of.name).and_then(given),
            external_ids: ids,
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for and_then")]
fn given(text: String) -> Option<String> {
    let text = text.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

fn cut(text: String, max: usize) -> String {
    if text.chars().count() <= max {
        return text;
    }
    text.chars().take(max).collect()
}

fn names(all: Vec<Named>, max: usize) -> Vec<String> {
    all.into_iter()
        .map(|one| one.name)
        .filter(|name| !name.is_empty() && name.chars().count() <= limits::WORD_MAX)
        .take(max)
        .collect()
}

fn status(word: Option<&str>) -> Option<&'static str> {
    Some(match word? {
        "Returning Series" => "returning",
        "Ended" => "ended",
        "Canceled" | "Cancelled" => "canceled",
        "Planned" | "In Production" | "Pilot" => "planned",
        _ => return None,
    })
}

/// The American rating where there is one, else the first.
fn certification(films: &[ReleaseDates], shows: &[ContentRating]) -> Option<String> {
    let of_films = films.iter().filter_map(|country| {
        let all = country.release_dates.iter();
        let rating = all
            .map(|release| release.certification.trim())
            .find(|c| !c.is_empty());
        rating.map(|rating| (country.iso_3166_1.as_str(), rating))
    });
    let of_shows = shows
        .iter()
        .map(|rating| (rating.iso_3166_1.as_str(), rating.rating.trim()))
        .filter(|(_, rating)| !rating.is_empty());
    let all: Vec<(&str, &str)> = of_films.chain(of_shows).collect();
    let best = all
        .iter()
        .find(|(country, _)| *country == "US")
        .or(all.first());
    best.map(|(_, rating)| cut((*rating).to_owned(), limits::RATING_MAX))
}

fn people(credits: Credits, creators: Vec<Member>) -> Vec<NewCredit> {
    let credit = |member: Member, role: &str, character: Option<String>| NewCredit {
        name: given(cut(member.name, limits::TITLE_MAX)),
        role: Some(role.to_owned()),
        character: character
            .and_then(given)
            .map(|text| cut(text, limits::TITLE_MAX)),
        external_ids: (member.id != 0)
            .then(|| ("tmdb".to_owned(), member.id.to_string()))
            .into_iter()
            .collect(),
        ..NewCredit::default()
    };
    let mut all: Vec<NewCredit> = creators
        .into_iter()
        .map(|member| credit(member, "creator", None))
        .collect();
    for member in credits.crew {
        let role = match member.job.as_deref() {
            Some("Director") => "director",
            Some("Writer" | "Screenplay" | "Story" | "Novel") => "writer",
            Some("Producer") => "producer",
            Some("Executive Producer") => "executive_producer",
            Some("Original Music Composer") => "composer",
            Some("Director of Photography") => "cinematographer",
            Some("Editor") => "editor",
            _ => continue,
        };
        let again = all.iter().any(|known| {
            known.role.as_deref() == Some(role) && known.name.as_deref() == Some(&member.name)
        });
        if !again {
            all.push(credit(member, role, None));
        }
    }
    let cast = credits.cast.into_iter().map(|member| ("actor", member));
    let guests = credits
        .guest_stars
        .into_iter()
        .map(|member| ("guest", member));
    for (role, mut member) in cast.chain(guests).take(CAST_MAX) {
        let character = member.character.take();
        all.push(credit(member, role, character));
    }
    all.retain(|credit| credit.name.is_some());
    all
}

/// The address of a picture in one of the server's sizes. Its path is a file's
/// name and nothing else.
fn picture_url(home: &Url, size: &str, path: &str) -> Option<String> {
    let name = path.strip_prefix('/').unwrap_or(path);
    let sound = !name.is_empty()
        && name.len() <= 100
        && !name.starts_with('.')
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
    if !sound {
        return None;
    }
    let mut url = home.clone();
    url.path_segments_mut()
        .ok()?
        .pop_if_empty()
        .extend([size, name]);
    Some(url.to_string())
}
