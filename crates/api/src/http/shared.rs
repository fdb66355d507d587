//! Answers that many are given.
//!
//! A list that everybody asks for is made once a second, not once a request. Whoever asks is
//! given what was made a moment ago, and if that moment is a while back it is made anew beside
//! them: nobody but the first waits.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::response::Response;
use futures::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use matinee_engines::time::now_micros;
use matinee_identity::Role;
use moka::future::Cache;
use serde::Serialize;
use tokio::sync::Semaphore;

use super::packed::Packed;
use crate::{AppState, Caller, ProblemResult, PublicOrigin};

/// How long answers live, and how many.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keeping {
    /// An answer of this age is given, and made anew for those who come next.
    pub(crate) fresh: Duration,
    /// An answer of this age is given to nobody: what other nodes change is seen after so long.
    pub(crate) last: Duration,
    /// Bytes of answers that are kept.
    pub(crate) bytes: u64,
}

/// Of lists, which show what is new.
const LISTS: Keeping = Keeping {
    fresh: Duration::from_secs(1),
    last: Duration::from_secs(3),
    bytes: 32 << 20,
};
/// How many answers are made anew at a time, beside what people wait for.
const RENEWED_AT_ONCE: usize = 2;

/// An answer as it is sent.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    page: Packed,
    headers: HeaderMap,
    /// When it is no longer true: UTC microseconds.
    until: Option<i64>,
}

impl Answer {
    /// This as JSON.
    pub(crate) fn json(value: &impl Serialize) -> ProblemResult<Self> {
        Ok(Self {
            page: Packed::json(value)?,
            headers: HeaderMap::new(),
            until: None,
        })
    }

    /// With this header, if there is one to say.
    pub(crate) fn with(mut self, name: HeaderName, value: Option<HeaderValue>) -> Self {
        if let Some(value) = value {
            self.headers.insert(name, value);
        }
        self
    }

    /// No longer true at the first of these instants.
    pub(crate) fn until(mut self, instants: impl Iterator<Item = i64>) -> Self {
        self.until = self.until.into_iter().chain(instants).min();
        self
    }

    /// What a request with these headers is answered.
    pub(crate) fn answer(&self, asked: &HeaderMap) -> ProblemResult<Response> {
        let mut response = self.page.answer(asked)?;
        response.headers_mut().extend(self.headers.clone());
        Ok(response)
    }
}

/// An answer in the making.
pub(crate) type Making = BoxFuture<'static, ProblemResult<Answer>>;

#[derive(Debug)]
struct Kept {
    answer: Answer,
    made: Instant,
    /// Whether somebody makes the next.
    renewing: AtomicBool,
}

impl Kept {
    fn new(answer: Answer) -> Arc<Self> {
        Arc::new(Self {
            answer,
            made: Instant::now(),
            renewing: AtomicBool::new(false),
        })
    }

    fn is_good(&self, last: Duration) -> bool {
        let until = self.answer.until;
        self.made.elapsed() < last && until.is_none_or(|until| until > now_micros())
    }

    /// Whether it is time for the next, which nobody makes yet.
    fn is_to_be_renewed(&self, fresh: Duration) -> bool {
        self.made.elapsed() >= fresh && !self.renewing.swap(true, Ordering::AcqRel)
    }
}

/// Answers that many are given. A clone shares them.
#[derive(Debug, Clone)]
pub struct SharedAnswers {
    kept: Cache<String, Arc<Kept>>,
    keeping: Keeping,
    renewing: Arc<Semaphore>,
}

impl Default for SharedAnswers {
    fn default() -> Self {
        Self::new(LISTS)
    }
}

impl SharedAnswers {
    pub(crate) fn new(keeping: Keeping) -> Self {
        let weigh = |key: &String, kept: &Arc<Kept>| {
            let key = u32::try_from(key.len()).unwrap_or(u32::MAX);
            key.saturating_add(512)
                .saturating_add(kept.answer.page.weight())
        };
        Self {
            kept: Cache::builder()
                .weigher(weigh)
                .max_capacity(keeping.bytes)
                .time_to_live(keeping.last)
                .build(),
            keeping,
            renewing: Arc::new(Semaphore::new(RENEWED_AT_ONCE)),
        }
    }

    /// The answer under this key, made if need be: once for all who ask meanwhile. Without a key
    /// it is made for this one.
    pub(crate) async fn get(
        &self,
        key: Option<String>,
        make: impl Fn() -> Making,
    ) -> ProblemResult<Answer> {
        let Some(key) = key else {
            return make().await;
        };
        match self.kept.get(&key).await {
            Some(kept) if kept.is_good(self.keeping.last) => {
                if kept.is_to_be_renewed(self.keeping.fresh) {
                    self.renew(key, kept.clone(), make());
                }
                return Ok(kept.answer.clone());
            }
            Some(_) => self.kept.invalidate(&key).await,
            None => {}
        }
        let made = make();
        let made = self
            .kept
            .try_get_with(key, async { made.await.map(Kept::new) });
        let kept = made.await.map_err(Arc::unwrap_or_clone)?;
        Ok(kept.answer.clone())
    }

    fn renew(&self, key: String, old: Arc<Kept>, made: Making) {
        // Whoever asks again when there is no room asks for it then.
        let Ok(room) = self.renewing.clone().try_acquire_owned() else {
            old.renewing.store(false, Ordering::Release);
            return;
        };
        let answers = self.kept.clone();
        tokio::spawn(async move {
            let _room = room;
            match made.await {
                Ok(answer) => answers.insert(key, Kept::new(answer)).await,
                // The old one goes in its time, and who asks then is told.
                Err(_) => old.renewing.store(false, Ordering::Release),
            }
        });
    }
}

/// Under what a caller's list is shared, if it is: with all who may come upon the same titles, as
/// long as no title changes. Those who make the library see each change at once, on whichever
/// node it was made.
pub(crate) async fn key(
    state: &AppState,
    caller: &Caller,
    origin: &PublicOrigin,
    uri: &Uri,
) -> ProblemResult<Option<String>> {
    let user = caller.0.user();
    if user.is_some_and(|user| user.role >= Role::Creator) {
        return Ok(None);
    }
    // Before anything is read: what changes meanwhile makes another key.
    let mut key = state.discovery.version().to_string();
    let seer = matinee_catalog::discovery::Seer::of(&caller.0);
    let audience = state.discovery.key_of(&seer).await?;
    // Writing to a text cannot fail.
    let _ = write!(key, " {audience} {origin:?} {uri}");
    Ok(Some(key))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use std::sync::atomic::AtomicU64;

    use futures::FutureExt as _;

    use super::*;

    async fn asked(answers: &SharedAnswers, made: &Arc<AtomicU64>, until: Option<i64>) -> Answer {
        let make = || {
            let made = made.clone();
            let making = async move {
                let number = made.fetch_add(1, Ordering::AcqRel);
                Ok(Answer::json(&number)?.until(until.into_iter()))
            };
            making.boxed()
        };
        answers.get(Some("key".into()), make).await.unwrap()
    }

    #[tokio::test]
    async fn all_who_ask_are_given_what_was_made_for_the_first() {
        let (answers, made) = (SharedAnswers::default(), Arc::new(AtomicU64::new(0)));
        for _ in 0..10 {
            asked(&answers, &made, None).await;
        }
        assert_eq!(made.load(Ordering::Acquire), 1);
    }

    #[tokio::test]
    async fn what_is_no_longer_true_is_made_anew() {
        let (answers, made) = (SharedAnswers::default(), Arc::new(AtomicU64::new(0)));
        for _ in 0..3 {
            asked(&answers, &made, Some(now_micros() - 1)).await;
        }
        assert_eq!(made.load(Ordering::Acquire), 3);
    }

    #[tokio::test]
    async fn a_failure_is_not_kept() {
        let answers = SharedAnswers::default();
        let fails = || async { Err(crate::Problem::not_found("There is nothing.")) }.boxed();
        answers.get(Some("key".into()), fails).await.unwrap_err();
        let made = Arc::new(AtomicU64::new(0));
        asked(&answers, &made, None).await;
        assert_eq!(made.load(Ordering::Acquire), 1);
    }
}
