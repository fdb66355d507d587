//! A provider that speaks the API of The Movie Database, version 3.
//!
//! It goes through the same guard as imports by address: public addresses and
//! what the operator allows besides, each redirect checked, nothing unbounded.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use matinee_catalog::metadata::provider::{
    Asked, Candidate, Known, MetadataProvider, ProviderError, Question, Wanted,
};
use parking_lot::Mutex;
use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;
use url::Url;

use super::tmdb_answers as answers;
use crate::uploads::import::fetch::{FetchError, Fetcher};
use matinee_engines::outbound::network::{AddressRules, Network};
use matinee_engines::outbound::{Lookup, SystemLookup};

const NAME: &str = "tmdb";
/// The longest answer, in bytes.
const ANSWER_MAX: u64 = 4 << 20;
/// How long one question may take.
const TIME: Duration = Duration::from_secs(15);
/// Where pictures lie, unless the server says otherwise.
const PICTURES: &str = "https://image.tmdb.org/t/p/";
/// Questions a second, and in one go.
const RATE: f64 = 20.0;
const BURST: f64 = 40.0;
/// How long a question waits for its turn before it is sent away.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where the database is, and how it lets us in.
#[derive(Debug, Clone)]
pub struct TmdbOptions {
    /// The address of the API, such as `https://api.themoviedb.org/3`.
    pub url: Url,
    /// A key of version 3, or a read access token (which has full stops in it).
    pub key: String,
    /// Private networks that may be reached.
    pub allow: Vec<Network>,
}

/// The Movie Database, or whatever speaks like it.
pub struct Tmdb {
    fetcher: Fetcher,
    url: Url,
    key: String,
    bucket: Mutex<Bucket>,
    pictures: OnceCell<Url>,
}

/// A token bucket.
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Tmdb {
    /// A provider at this address.
    pub fn new(options: TmdbOptions) -> Result<Self, ProviderError> {
        Self::with_lookup(options, Arc::new(SystemLookup))
    }

    /// The same, with names looked up elsewhere than in the system's resolver.
    pub fn with_lookup(
        options: TmdbOptions,
        lookup: Arc<dyn Lookup>,
    ) -> Result<Self, ProviderError> {
        let rules = AddressRules::new(options.allow);
        let fetcher = Fetcher::new(rules, lookup, Duration::from_secs(5)).map_err(failed)?;
        Ok(Self {
            fetcher,
            url: options.url,
            key: options.key,
            bucket: Mutex::new(Bucket {
                tokens: BURST,
                at: Instant::now(),
            }),
            pictures: OnceCell::new(),
        })
    }

    /// Waits for this question's turn.
    async fn turn(&self) -> Result<(), ProviderError> {
        let wait = {
            let mut bucket = self.bucket.lock();
            let now = Instant::now();
            let fresh = now.duration_since(bucket.at).as_secs_f64() * RATE;
            bucket.tokens = (bucket.tokens + fresh).min(BURST) - 1.0;
            bucket.at = now;
            let wait = Duration::from_secs_f64((-bucket.tokens).max(0.0) / RATE);
            if wait > PATIENCE {
                bucket.tokens += 1.0;
                return Err(ProviderError::Busy {
                    provider: NAME.to_owned(),
                    seconds: wait.as_secs() + 1,
                });
            }
            wait
        };
        tokio::time::sleep(wait).await;
        Ok(())
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<T, ProviderError> {
        let mut url = self.url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        let token = self.key.contains('.');
        {
            let mut pairs = url.query_pairs_mut();
            if !token {
                pairs.append_pair("api_key", &self.key);
            }
            pairs.extend_pairs(query);
        }
        let body = self.fetch(&url, token, ANSWER_MAX).await?;
        serde_json::from_slice(&body)
            .map_err(|_| ProviderError::Failed(format!("{NAME} gave an answer that is none")))
    }

    async fn fetch(&self, url: &Url, token: bool, limit: u64) -> Result<Vec<u8>, ProviderError> {
        self.turn().await?;
        let bearer = token.then_some(self.key.as_str());
        let asking = self.fetcher.get(url, bearer, limit);
        let answer = tokio::time::timeout(TIME, asking)
            .await
            .map_err(|_| ProviderError::Failed(format!("{NAME} took too long to answer")))?
            .map_err(failed)?;
        match answer.status {
            200 => Ok(answer.body),
            404 => Err(ProviderError::Unknown(NAME.to_owned())),
            401 | 403 => Err(ProviderError::Refused(NAME.to_owned())),
            429 => Err(ProviderError::Busy {
                provider: NAME.to_owned(),
                seconds: answer.retry_after.unwrap_or(10).clamp(1, 3600),
            }),
            status => Err(ProviderError::Failed(format!("{NAME} answered {status}"))),
        }
    }

    /// Where its pictures lie.
    async fn pictures(&self) -> &Url {
        self.pictures
            .get_or_init(|| async {
                let said: Result<answers::Configuration, _> =
                    self.ask(&["configuration"], &[]).await;
                said.ok()
                    .and_then(|said| Url::parse(&said.images.secure_base_url).ok())
                    .or_else(|| Url::parse(PICTURES).ok())
                    .unwrap_or_else(|| self.url.clone())
            })
            .await
    }
}

#[async_trait]
impl MetadataProvider for Tmdb {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn search(&self, question: &Question) -> Result<Vec<Candidate>, ProviderError> {
        let year = question.year.map(|year| year.to_string());
        let mut query = vec![
            ("query", question.title.as_str()),
            ("include_adult", "false"),
        ];
        if let Some(language) = &question.language {
            query.push(("language", language));
        }
        let (path, year_name) = match question.wanted {
            Wanted::Movie => ("movie", "year"),
            Wanted::Show => ("tv", "first_air_date_year"),
        };
        let plain = query.clone();
        if let Some(year) = &year {
            query.push((year_name, year));
        }
        let mut found: answers::Results = self.ask(&["search", path], &query).await?;
        if found.results.is_empty() && year.is_some() {
            // The year of a file's name is often another country's.
            found = self.ask(&["search", path], &plain).await?;
        }
        let pictures = self.pictures().await;
        Ok(found.candidates(question.wanted, pictures))
    }

    async fn details(&self, asked: &Asked, language: Option<&str>) -> Result<Known, ProviderError> {
        let more = match asked {
            Asked::Movie { .. } => "credits,release_dates,images,external_ids",
            Asked::Show { .. } => "credits,content_ratings,images,external_ids",
            Asked::Episode { .. } => "credits,images,external_ids",
        };
        let mut query = vec![("append_to_response", more)];
        // Without this, pictures with words in other languages fill the list.
        let words = language
            .and_then(|language| language.split('-').next())
            .map_or_else(|| "en,null".to_owned(), |own| format!("{own},en,null"));
        query.push(("include_image_language", &words));
        if let Some(language) = language {
            query.push(("language", language));
        }
        let (season, number);
        let path: Vec<&str> = match asked {
            Asked::Movie { id } => vec!["movie", checked(id)?],
            Asked::Show { id } => vec!["tv", checked(id)?],
            Asked::Episode {
                show,
                season: in_season,
                number: at,
            } => {
                (season, number) = (in_season.to_string(), at.to_string());
                vec!["tv", checked(show)?, "season", &season, "episode", &number]
            }
        };
        let found: answers::Details = self.ask(&path, &query).await?;
        let pictures = self.pictures().await;
        Ok(found.known(asked, pictures))
    }

    async fn artwork(&self, url: &str, limit: u64) -> Result<Vec<u8>, ProviderError> {
        // Only pictures that lie where its pictures lie.
        let url = self.fetcher.check(url).map_err(failed)?;
        let home = self.pictures().await;
        if (url.scheme(), url.host(), url.port_or_known_default())
            != (home.scheme(), home.host(), home.port_or_known_default())
        {
            return Err(ProviderError::Failed(format!(
                "{NAME} keeps no pictures there"
            )));
        }
        self.fetch(&url, false, limit).await
    }
}

/// An id that may stand in a path.
fn checked(id: &str) -> Result<&str, ProviderError> {
    let sound = (1..=20).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit());
    if sound {
        Ok(id)
    } else {
        Err(ProviderError::Unknown(NAME.to_owned()))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "fits map_err")]
fn failed(error: FetchError) -> ProviderError {
    ProviderError::Failed(error.to_string())
}
