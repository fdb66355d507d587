//! Other databases of films and shows: what they are asked, and how their
//! answers are compared with what a library already knows.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::judge::sort_key;
use crate::{DetailsPatch, NewCredit, ShowPatch};

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// A film, or anything that stands alone.
    Movie,
    /// A show, with an episode of it if there is one.
    Show,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What is looked for.
    pub wanted: Wanted,
    /// Its title.
    pub title: String,
    /// The year of its first showing.
    pub year: Option<i32>,
    /// BCP 47: in which language texts are wanted.
    pub language: Option<String>,
}

/// What a database offers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Its id there.
    pub external_id: String,
    /// What it is.
    pub wanted: Wanted,
    /// Its title.
    pub title: String,
    /// The title where it comes from.
    pub original_title: Option<String>,
    /// The year of its first showing.
    pub year: Option<i32>,
    /// What it is about.
    pub overview: String,
    /// A picture of it over there.
    pub poster: Option<String>,
    /// How well known it is over there; only good for telling equals apart.
    pub popularity: f64,
}

/// A candidate, and how well it fits.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The candidate.
    pub candidate: Candidate,
    /// From 0 to 1.
    pub score: f64,
}

/// A picture over there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemotePicture {
    /// One of [`crate::ARTWORK_KINDS`].
    pub kind: &'static str,
    /// Where it is.
    pub url: String,
    /// The language of the words on it.
    pub language: Option<String>,
}

/// Everything that a database says about a film, a show or an episode.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Known {
    /// For a video.
    pub video: DetailsPatch,
    /// For a show.
    pub show: ShowPatch,
    /// Cast and crew.
    pub credits: Vec<NewCredit>,
    /// Pictures, the best of each kind.
    pub pictures: Vec<RemotePicture>,
    /// The collection that it belongs to.
    pub collection: Option<String>,
    /// Its names in other databases.
    pub external_ids: BTreeMap<String, String>,
}

/// What exactly is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// A film.
    Movie {
        /// Its id there.
        id: String,
    },
    /// A show.
    Show {
        /// Its id there.
        id: String,
    },
    /// An episode.
    Episode {
        /// The show's id there.
        show: String,
        /// From 0 (specials).
        season: i32,
        /// From 0.
        number: i32,
    },
}

/// Why a database gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// It knows no such thing.
    #[error("{0} knows nothing of this")]
    Unknown(String),
    /// It does not let us in.
    #[error("{0} refuses the key that is configured")]
    Refused(String),
    /// Too many questions; ask again later.
    #[error("{provider} is asked too often; try again in {seconds} s")]
    Busy {
        /// Which.
        provider: String,
        /// When to ask again.
        seconds: u64,
    },
    /// It cannot be reached, or talks nonsense.
    #[error("{0}")]
    Failed(String),
}

/// A database of films and shows.
#[async_trait]
pub trait MetadataProvider: Send + Sync {
    /// The name under which its ids are kept, such as `tmdb`.
    fn name(&self) -> &'static str;

    /// What it offers for a question, in its own order.
    async fn search(&self, question: &Question) -> Result<Vec<Candidate>, ProviderError>;

    /// Everything about one thing, pictures included.
    async fn details(&self, asked: &Asked, language: Option<&str>) -> Result<Known, ProviderError>;

    /// The bytes of a picture that it named; at most `limit`.
    async fn artwork(&self, url: &str, limit: u64) -> Result<Vec<u8>, ProviderError>;
}

/// How well a candidate fits, from 0 to 1: mostly by its title, then by its
/// year. Without a year of ours, the year cannot speak for it.
pub fn score(question: &Question, candidate: &Candidate) -> f64 {
    let wanted = plain(&question.title);
    let title = similarity(&wanted, &plain(&candidate.title));
    let original = candidate
        .original_title
        .as_deref()
        .map_or(0.0, |text| similarity(&wanted, &plain(text)));
    let title = title.max(original);
    let year = match (question.year, candidate.year) {
        (Some(a), Some(b)) => match (a - b).abs() {
            0 => 1.0,
            // Festivals show films a year before the cinemas do.
            1 => 0.8,
            2 => 0.4,
            _ => 0.0,
        },
        (Some(_), None) => 0.3,
        (None, _) => 0.5,
    };
    (title * 0.75 + year * 0.25).clamp(0.0, 1.0)
}

/// Candidates from the best to the worst; of equals, the better known first.
pub fn ranked(question: &Question, candidates: Vec<Candidate>) -> Vec<Scored> {
    let mut all: Vec<Scored> = candidates
        .into_iter()
        .map(|candidate| Scored {
            score: score(question, &candidate),
            candidate,
        })
        .collect();
    all.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then(b.candidate.popularity.total_cmp(&a.candidate.popularity))
    });
    all
}

/// Letters and digits alone, as they are sorted.
fn plain(title: &str) -> Vec<char> {
    sort_key(title, None)
        .replace('&', "and")
        .chars()
        .filter(|c| c.is_alphanumeric())
        .take(200)
        .collect()
}

/// One less the share of letters that differ (Levenshtein).
fn similarity(a: &[char], b: &[char]) -> f64 {
    let longest = a.len().max(b.len());
    if longest == 0 {
        return 0.0;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = corner + usize::from(x != y);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    1.0 - row[b.len()] as f64 / longest as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn candidate(title: &str, original: &str, year: Option<i32>, popularity: f64) -> Candidate {
        Candidate {
            external_id: "1".to_owned(),
            wanted: Wanted::Movie,
            title: title.to_owned(),
            original_title: Some(original.to_owned()),
            year,
            overview: String::new(),
            poster: None,
            popularity,
        }
    }

    fn question(title: &str, year: Option<i32>) -> Question {
        Question {
            wanted: Wanted::Movie,
            title: title.to_owned(),
            year,
            language: None,
        }
    }

    #[test]
    fn the_right_one_is_first() {
        let best = |question: Question, all: Vec<Candidate>| {
            let first = ranked(&question, all).remove(0);
            (first.candidate.title, first.candidate.year)
        };
        // Remakes are told apart by the year, also if it is off by one.
        let dunes = || {
            vec![
                candidate("Dune", "Dune", Some(1984), 50.0),
                candidate("Dune", "Dune", Some(2021), 90.0),
                candidate("Dune: Part Two", "Dune: Part Two", Some(2024), 99.0),
            ]
        };
        assert_eq!(best(question("Dune", Some(1984)), dunes()).1, Some(1984));
        assert_eq!(best(question("Dune", Some(2020)), dunes()).1, Some(2021));
        // Without a year, the better known.
        assert_eq!(best(question("dune", None), dunes()).1, Some(2021));
        // By the original title, without articles and marks.
        let films = vec![
            candidate("Tokyo Story", "東京物語", Some(1953), 1.0),
            candidate("Tokyo Stories", "Tokyo Stories", Some(1953), 9.0),
        ];
        assert_eq!(best(question("東京物語", None), films).0, "Tokyo Story");
        let films = vec![
            candidate("The Matrix", "The Matrix", Some(1999), 1.0),
            candidate("Matrix Recut", "Matrix Recut", Some(1999), 9.0),
        ];
        assert_eq!(best(question("Matrix", Some(1999)), films).0, "The Matrix");
    }

    proptest! {
        #[test]
        fn scores_are_shares(a in ".{0,80}", b in ".{0,80}", y in 1900..2030_i32) {
            let score = score(&question(&a, Some(y)), &candidate(&b, &a, Some(1990), 0.0));
            prop_assert!((0.0..=1.0).contains(&score));
        }

        #[test]
        fn nothing_fits_better_than_itself(a in "[a-z ]{1,40}", b in "[a-z ]{1,40}") {
            let q = question(&a, Some(2000));
            let own = score(&q, &candidate(&a, &a, Some(2000), 0.0));
            prop_assert!(own >= score(&q, &candidate(&b, &b, Some(2000), 0.0)));
        }
    }
}
