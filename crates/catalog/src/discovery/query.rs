//! Searching, suggesting and browsing.

use std::collections::{BTreeMap, HashMap, HashSet};

use matinee_engines::search::{
    Excerpt, Facet, Filter, Hit, PAGE_MAX, SearchPage, SearchQuery, Sort,
};

use serde_json::Value;

use super::document::{NAMES, TITLES};
use super::fold;
use super::speech::PASSAGES;
use super::{Discovery, DiscoveryResult, Seer};
use crate::Video;

/// What can be narrowed down by, and counted.
pub const FACETS: [&str; 6] = ["type", "genre", "year", "rating", "language", "length"];
/// Values of a facet beside search results.
const FACET_VALUES: usize = 30;
/// Moments shown of one title.
const MOMENTS: usize = 3;
/// Hits that suggestions are taken from.
const SUGGESTED_FROM: usize = 24;

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// What fits best and is liked most; without words, what is liked most.
    #[default]
    Relevance,
    /// What came last.
    Newest,
    /// What is watched most.
    Popular,
    /// As filed.
    Title,
}

/// What must hold; an empty list lets all through, several values any of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Narrow {
    /// By the name of the index's field: [`FACETS`], `tag`, `person`,
    /// `collection`, `letter`.
    pub values: BTreeMap<&'static str, Vec<String>>,
}

/// What somebody looks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// What they typed; nothing finds everything.
    pub text: String,
    /// The language they type in, if that is known.
    pub language: Option<String>,
    /// What must hold.
    pub narrow: Narrow,
    /// In which order.
    pub order: Order,
    /// So many are passed over.
    pub offset: usize,
    /// At most so many.
    pub limit: usize,
    /// Whether to count the facets.
    pub facets: bool,
    /// Whether to show where the words stand, when they are said, and what may have been meant.
    pub shown: bool,
}

/// The values of a field with their counts, the most frequent first.
pub type Values = Vec<(String, u64)>;

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct FoundPage {
    /// How many there are in all.
    pub total: u64,
    /// This page of them.
    pub found: Vec<Found>,
    /// By the facet's name.
    pub facets: BTreeMap<String, Values>,
    /// What may have been meant.
    pub did_you_mean: Option<String>,
}

/// One title that was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The title, as the database has it now.
    pub video: Video,
    /// Where the words stand, by field.
    pub highlights: BTreeMap<String, Vec<Excerpt>>,
    /// When they are said.
    pub moments: Vec<Moment>,
}

/// When something is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// In milliseconds from the beginning.
    pub start_ms: u64,
    /// When the passage ends.
    pub end_ms: u64,
    /// What is said, with the words that were looked for.
    pub excerpt: Excerpt,
    /// In which language (BCP 47).
    pub language: String,
}

/// What somebody may be about to type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The whole of it.
    pub text: String,
    /// What it is.
    pub kind: SuggestionKind,
    /// The title, if it is one.
    pub video_id: Option<String>,
    /// The show, if it is one that is known by more than its name.
    pub show_id: Option<String>,
    /// The person, if it is one.
    pub person_id: Option<String>,
}

/// What a suggestion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SuggestionKind {
    /// A title.
    Title,
    /// A show.
    Show,
    /// A person.
    Person,
}

impl Narrow {
    /// This field has one of these values. People and collections go by their
    /// ids as well as by their names.
    #[must_use]
    pub fn by(mut self, field: &'static str, values: Vec<String>) -> Self {
        let named = |prefix: &str| values.iter().all(|v| v.starts_with(prefix));
        let field = match field {
            "person" if named("person_") => "person_id",
            "collection" if named("collection_") => "collection_id",
            other => other,
        };
        if !values.is_empty() {
            self.values.insert(field, values);
        }
        self
    }

    /// The conditions, without that on one field.
    fn filters(&self, except: Option<&str>) -> Vec<Filter> {
        self.values
            .iter()
            .filter(|(field, _)| Some(**field) != except)
            .map(|(field, values)| Filter::In((*field).to_owned(), values.clone()))
            .collect()
    }
}

impl Query {
    fn engine(&self, seer: &Seer, except: Option<&str>) -> SearchQuery {
        let mut filters = self.narrow.filters(except);
        filters.extend(seer.filter());
        SearchQuery {
            text: self.text.clone(),
            fuzzy: true,
            fuzzy_fields: NAMES.map(str::to_owned).to_vec(),
            language: self.language.clone(),
            filter: (!filters.is_empty()).then_some(Filter::All(filters)),
            ..SearchQuery::default()
        }
    }

    fn sort(&self) -> Vec<Sort> {
        let by = |field: &str, descending| Sort {
            field: field.to_owned(),
            descending,
        };
        match self.order {
            Order::Relevance if !self.text.trim().is_empty() => Vec::new(),
            Order::Relevance | Order::Popular => {
                vec![by("popularity", true), by("created", true)]
            }
            Order::Newest => vec![by("created", true)],
            Order::Title => vec![by("filed", false)],
        }
    }
}

impl Discovery {
    /// Searches.
    pub async fn search(&self, seer: &Seer, query: &Query) -> DiscoveryResult<FoundPage> {
        self.opened().await?;
        let inner = &self.inner;
        let facet = |field: &str| Facet {
            field: field.to_owned(),
            limit: FACET_VALUES,
        };
        let mut wanted = SearchQuery {
            sort: query.sort(),
            popularity: Some("popularity".to_owned()),
            offset: query.offset,
            limit: query.limit.min(PAGE_MAX),
            ..query.engine(seer, None)
        };
        if query.shown {
            wanted.highlight = ["title", "show", "people", "words", "description"]
                .map(str::to_owned)
                .to_vec();
        }
        if query.facets {
            wanted.facets = FACETS.iter().map(|f| facet(f)).collect();
        }
        let mut page = inner.search.search(TITLES, wanted.clone()).await?;
        let widely = page.total == 0 && !query.text.trim().is_empty();
        if widely {
            // What is in no name however it is misspelt may be so in what is
            // told of a title, or said in it: worth a look where all else failed.
            wanted.fuzzy_fields.clear();
            page = inner.search.search(TITLES, wanted).await?;
        }
        let mut facets = page.facets.clone();
        if query.facets {
            // A facet that is chosen from shows what else could be chosen.
            for field in query.narrow.values.keys().filter(|f| FACETS.contains(f)) {
                let mut wanted = SearchQuery {
                    facets: vec![facet(field)],
                    ..query.engine(seer, Some(field))
                };
                if widely {
                    wanted.fuzzy_fields.clear();
                }
                facets.append(&mut inner.search.search(TITLES, wanted).await?.facets);
            }
        }
        // A search of its own, for those who are told.
        let did_you_mean = if query.shown {
            self.meant(seer, query, &page).await?
        } else {
            None
        };
        let (found, hidden) = self.decided(seer, page.hits).await?;
        let mut found = FoundPage {
            total: page.total.saturating_sub(hidden),
            found,
            facets,
            did_you_mean,
        };
        if query.shown {
            self.add_moments(query, &mut found.found).await?;
        }
        Ok(found)
    }

    /// What may have been meant, if they could find something with it. The
    /// words of the index are also those of what they may not see.
    async fn meant(
        &self,
        seer: &Seer,
        query: &Query,
        page: &SearchPage,
    ) -> DiscoveryResult<Option<String>> {
        let Some(corrected) = &page.corrected else {
            return Ok(None);
        };
        let wanted = SearchQuery {
            text: corrected.clone(),
            fuzzy: false,
            limit: 0,
            ..query.engine(seer, None)
        };
        let total = self.inner.search.search(TITLES, wanted).await?.total;
        Ok((total > 0).then(|| corrected.clone()))
    }

    /// The titles of hits that they may see, as the database has them now; and
    /// how many of them they may not.
    async fn decided(&self, seer: &Seer, hits: Vec<Hit>) -> DiscoveryResult<(Vec<Found>, u64)> {
        let ids: Vec<String> = hits.iter().map(|hit| hit.id.clone()).collect();
        let mut videos = self.inner.catalog.find_many(&ids).await?;
        let before = hits.len();
        let found: Vec<Found> = hits
            .into_iter()
            .filter_map(|hit| {
                let video = videos.remove(&hit.id).filter(|video| seer.sees(video))?;
                Some(Found {
                    video,
                    highlights: hit.highlights,
                    moments: Vec::new(),
                })
            })
            .collect();
        let hidden = (before - found.len()) as u64;
        Ok((found, hidden))
    }

    /// Finds out when the words are said.
    async fn add_moments(&self, query: &Query, found: &mut [Found]) -> DiscoveryResult<()> {
        if query.text.trim().is_empty() || found.is_empty() {
            return Ok(());
        }
        let ids = found.iter().map(|found| found.video.id.clone()).collect();
        let wanted = SearchQuery {
            text: query.text.clone(),
            language: query.language.clone(),
            fuzzy: true,
            filter: Some(Filter::In("video".to_owned(), ids)),
            highlight: vec!["text".to_owned()],
            limit: 100,
            ..SearchQuery::default()
        };
        let page = self.inner.search.search(PASSAGES, wanted).await?;
        let mut moments: HashMap<String, Vec<Moment>> = HashMap::new();
        for hit in page.hits {
            let video = hit.fields.get("video").and_then(Value::as_str);
            let of = moments
                .entry(video.unwrap_or_default().to_owned())
                .or_default();
            if of.len() < MOMENTS {
                of.extend(moment(&hit));
            }
        }
        for found in found {
            found.moments = moments.remove(&found.video.id).unwrap_or_default();
            found.moments.sort_by_key(|moment| moment.start_ms);
        }
        Ok(())
    }

    /// What somebody may be about to type.
    pub async fn suggest(
        &self,
        seer: &Seer,
        text: &str,
        limit: usize,
    ) -> DiscoveryResult<Vec<Suggestion>> {
        self.opened().await?;
        if text.trim().is_empty() {
            return Ok(Vec::new());
        }
        let names = ["title", "show", "people"].map(str::to_owned).to_vec();
        let wanted = SearchQuery {
            text: text.to_owned(),
            prefix: true,
            fuzzy: true,
            filter: seer.filter(),
            fields: names.clone(),
            highlight: names,
            popularity: Some("popularity".to_owned()),
            limit: SUGGESTED_FROM,
            ..SearchQuery::default()
        };
        let page = self.inner.search.search(TITLES, wanted).await?;
        let people: HashMap<String, Vec<(String, String)>> = page
            .hits
            .iter()
            .map(|hit| (hit.id.clone(), people(hit)))
            .collect();
        let (found, _) = self.decided(seer, page.hits).await?;
        let mut seen = HashSet::new();
        let mut all = Vec::new();
        for found in found {
            let shown = |field: &str| found.highlights.get(field).map_or(&[][..], Vec::as_slice);
            let mut add = |suggestion: Suggestion| {
                if seen.insert((suggestion.kind, fold::plain(&suggestion.text))) {
                    all.push(suggestion);
                }
            };
            let of = |text: &str, kind| Suggestion {
                text: text.to_owned(),
                kind,
                video_id: None,
                show_id: None,
                person_id: None,
            };
            let video = &found.video;
            if let Some(show) = video.show_title.as_ref()
                && !shown("show").is_empty()
            {
                add(Suggestion {
                    show_id: video.show_id.clone(),
                    ..of(show, SuggestionKind::Show)
                });
            }
            for person in shown("people") {
                let known = people.get(&video.id).into_iter().flatten();
                let mut known = known.filter(|(_, name)| *name == person.text);
                add(Suggestion {
                    person_id: known.next().map(|(id, _)| id.clone()),
                    ..of(&person.text, SuggestionKind::Person)
                });
            }
            if !shown("title").is_empty() {
                add(Suggestion {
                    video_id: Some(video.id.clone()),
                    ..of(&video.title, SuggestionKind::Title)
                });
            }
        }
        all.truncate(limit);
        Ok(all)
    }

    /// The values of a field among what they may see, with their counts.
    pub async fn values(&self, seer: &Seer, field: &str) -> DiscoveryResult<Values> {
        self.opened().await?;
        let wanted = SearchQuery {
            filter: seer.filter(),
            facets: vec![Facet {
                field: field.to_owned(),
                limit: 200,
            }],
            ..SearchQuery::default()
        };
        let mut page = self.inner.search.search(TITLES, wanted).await?;
        Ok(page.facets.remove(field).unwrap_or_default())
    }
}

/// The ids and names of a hit's people.
fn people(hit: &Hit) -> Vec<(String, String)> {
    let list = |field: &str| -> Vec<String> {
        let value = hit.fields.get(field).cloned().unwrap_or_default();
        serde_json::from_value(value).unwrap_or_default()
    };
    list("person_id").into_iter().zip(list("people")).collect()
}

/// The place of a passage's first word that was looked for.
fn moment(hit: &Hit) -> Option<Moment> {
    let excerpt = hit.highlights.get("text")?.first()?.clone();
    let number = |name: &str| hit.fields.get(name).and_then(Value::as_u64);
    let cues: Vec<(usize, u64)> =
        serde_json::from_value(hit.fields.get("cues")?.clone()).unwrap_or_default();
    let whole = hit.fields.get("text").and_then(Value::as_str) == Some(&excerpt.text);
    let at = excerpt
        .marks
        .first()
        .filter(|_| whole)
        .map_or(0, |m| m.start);
    let cue = cues.iter().rev().find(|(from, _)| *from <= at);
    let start_ms = cue.map(|(_, start)| *start).or_else(|| number("start"))?;
    Some(Moment {
        start_ms,
        end_ms: number("end").unwrap_or(start_ms),
        excerpt,
        language: hit
            .fields
            .get("language")
            .and_then(Value::as_str)
            .unwrap_or("und")
            .to_owned(),
    })
}
