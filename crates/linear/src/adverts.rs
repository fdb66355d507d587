//! Advertisements in the breaks of channels: what was decided elsewhere, put into the slots.
//!
//! What is put into a break changes no number and no instant ([`matinee_channels::schedule::Spot`]),
//! so the schedule, the guide and what is kept of them know nothing of it. It is put in when a
//! playlist lists the break.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use matinee_channels::definition;
use matinee_channels::library::Item;
use matinee_channels::playout::Reel;
use matinee_channels::schedule::{Opening, Spot, Strip, filled, openings_within};
use moka::future::Cache;
use tokio::sync::Semaphore;

use crate::service::ReelKey;
use crate::{Channels, Result, Station};

/// How long before it begins a break is decided, while somebody watches.
const AHEAD_MS: i64 = 45_000;
/// How many breaks are decided ahead at the same time.
const AHEAD_AT_ONCE: usize = 16;
/// How many breaks are in memory.
const BREAKS: u64 = 20_000;
/// How many advertisements are.
const ADVERTS: u64 = 5_000;
/// How long they are kept there.
const KEPT: Duration = Duration::from_mins(10);
/// How long it is remembered that one cannot be shown.
const MISSING: Duration = Duration::from_secs(20);
/// Bytes of slots with advertisements that are in memory.
const REELS_BYTES: u64 = 32 << 20;

/// A break of a channel, to be filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// The channel.
    pub channel: String,
    /// The media sequence number of its first segment, which names it.
    pub msn: u64,
    /// When it begins (UTC milliseconds).
    pub start: i64,
    /// How many seconds, and so how many segments, it has.
    pub seconds: u32,
    /// How many parts it has.
    pub parts: u32,
    /// Who has breaks of their own.
    pub viewer: Option<String>,
}

/// An advertisement in a break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advert {
    /// Its video.
    pub video: String,
    /// How long it is.
    pub seconds: u32,
}

/// Decides what breaks are filled with.
#[async_trait]
pub trait Breaks: Send + Sync {
    /// What a break is filled with: the same whoever asks, whenever and wherever. Ends in bounded
    /// time; nothing is slate. `None` when it is not known now: then it is slate for this answer.
    async fn of(&self, what: &Break) -> Option<Vec<Advert>>;
}

/// What is known of breaks.
pub(crate) struct Adverts {
    breaks: Arc<dyn Breaks>,
    decided: Cache<(String, u64, Option<String>), Arc<Vec<Advert>>>,
    items: Cache<(String, u32), Option<Arc<Item>>>,
    reels: Cache<FilledKey, Arc<Reel>>,
    ahead: Arc<Semaphore>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct FilledKey {
    reel: ReelKey,
    viewer: Option<String>,
    /// The breaks in it, and whether each item of theirs is there.
    breaks: Vec<(u64, Vec<bool>)>,
}

impl Adverts {
    pub(crate) fn new(breaks: Arc<dyn Breaks>) -> Self {
        let weigh = |_: &FilledKey, reel: &Arc<Reel>| {
            let slots: usize = reel.strips().iter().map(|strip| strip.slots.len()).sum();
            u32::try_from(slots * 56 + 2000).unwrap_or(u32::MAX)
        };
        Self {
            breaks,
            decided: Cache::builder()
                .name("breaks of channels")
                .max_capacity(BREAKS)
                .time_to_idle(KEPT)
                .build(),
            items: Cache::builder()
                .name("advertisements of channels")
                .max_capacity(ADVERTS)
                .expire_after(Lasting)
                .build(),
            reels: Cache::builder()
                .name("reels with advertisements")
                .max_capacity(REELS_BYTES)
                .weigher(weigh)
                .time_to_idle(Duration::from_mins(2))
                .build(),
            ahead: Arc::new(Semaphore::new(AHEAD_AT_ONCE)),
        }
    }
}

/// What is missing now may come.
struct Lasting;

impl moka::Expiry<(String, u32), Option<Arc<Item>>> for Lasting {
    fn expire_after_create(
        &self,
        _: &(String, u32),
        item: &Option<Arc<Item>>,
        _: std::time::Instant,
    ) -> Option<Duration> {
        Some(if item.is_some() { KEPT } else { MISSING })
    }
}

/// Whether a channel has breaks that are decided.
pub(crate) fn has_decided(definition: &definition::Channel) -> bool {
    let blocks = definition.programme.iter().map(|block| &block.ads);
    let mut all = blocks.chain([&definition.ads]);
    all.any(|ads| ads.as_ref().is_some_and(|ads| ads.decided))
}

impl Channels {
    /// The reel with what was decided for the breaks between two instants.
    pub(crate) async fn with_adverts(
        &self,
        station: &Arc<Station>,
        key: ReelKey,
        reel: Arc<Reel>,
        (from, to): (i64, i64),
        viewer: Option<&str>,
    ) -> Result<Arc<Reel>> {
        let Some(adverts) = self.0.adverts.as_ref().filter(|_| station.has_decided()) else {
            return Ok(reel);
        };
        self.decide_ahead(station, &reel, viewer);
        let mut fills: Vec<(usize, Opening, Vec<Spot>)> = Vec::new();
        let mut named = Vec::new();
        for (n, strip) in reel.strips().iter().enumerate() {
            for opening in openings_within(strip, from, to) {
                let what = of_opening(station, &opening, viewer);
                let Some(decided) = adverts.decided(&what).await else {
                    continue;
                };
                let mut spots = Vec::with_capacity(decided.len());
                for advert in decided.iter() {
                    let item = self.advert(&advert.video, advert.seconds).await;
                    let seconds = advert.seconds;
                    spots.push(Spot { item, seconds });
                }
                let there = spots.iter().map(|spot| spot.item.is_some()).collect();
                named.push((opening.msn, there));
                fills.push((n, opening, spots));
            }
        }
        if fills.iter().all(|(_, _, spots)| spots.is_empty()) {
            return Ok(reel);
        }
        let key = FilledKey {
            reel: key,
            viewer: viewer.map(ToOwned::to_owned),
            breaks: named,
        };
        let fill = async {
            let strips = reel.strips().iter().enumerate().map(|(n, strip)| {
                let own = fills.iter().filter(|(of, ..)| *of == n);
                let own: Vec<(Opening, Vec<Spot>)> = own
                    .map(|(_, opening, spots)| (*opening, spots.clone()))
                    .collect();
                if own.is_empty() {
                    strip.clone()
                } else {
                    Arc::new(filled(strip, &own))
                }
            });
            let strips: Vec<Arc<Strip>> = strips.collect();
            Ok::<_, crate::LinearError>(Arc::new(Reel::new(strips)?))
        };
        Ok(adverts.reels.try_get_with(key, fill).await?)
    }

    /// Has the breaks decided that are about to begin, so that nobody waits when they do.
    fn decide_ahead(&self, station: &Arc<Station>, reel: &Arc<Reel>, viewer: Option<&str>) {
        let now = self.now();
        let Some(adverts) = &self.0.adverts else {
            return;
        };
        for strip in reel.strips() {
            for opening in openings_within(strip, now, now + AHEAD_MS) {
                let what = of_opening(station, &opening, viewer);
                if adverts.decided.contains_key(&known_as(&what)) {
                    continue;
                }
                let Ok(place) = Arc::clone(&adverts.ahead).try_acquire_owned() else {
                    return;
                };
                let channels = self.clone();
                tokio::spawn(async move {
                    if let Some(adverts) = &channels.0.adverts {
                        adverts.decided(&what).await;
                    }
                    drop(place);
                });
            }
        }
    }

    /// The media of an advertisement, if a channel can show it.
    pub(crate) async fn advert(&self, video: &str, seconds: u32) -> Option<Arc<Item>> {
        let adverts = self.0.adverts.as_ref()?;
        let load = async {
            let item = match self.0.libraries.single(video).await {
                Ok(item) => item,
                Err(error) => {
                    tracing::warn!(video, %error, "an advertisement cannot be read");
                    None
                }
            };
            item.filter(|item| Spot::fits(item, seconds)).map(Arc::new)
        };
        let key = (video.to_owned(), seconds);
        adverts.items.get_with(key, load).await
    }

    /// Whether a video is an advertisement that channels show.
    pub async fn shows_advert(&self, video: &str) -> bool {
        let Some(adverts) = &self.0.adverts else {
            return false;
        };
        let known = adverts.items.iter();
        if known
            .into_iter()
            .any(|(key, item)| key.0 == video && item.is_some())
        {
            return true;
        }
        matches!(self.0.libraries.single(video).await, Ok(Some(_)))
    }

    /// The breaks of a stretch that are decided, as they are named.
    pub async fn breaks(&self, station: &Arc<Station>, from: i64, to: i64) -> Result<Vec<Break>> {
        if !station.has_decided() {
            return Ok(Vec::new());
        }
        let reel = self.reel(station, from, to).await?;
        let strips = reel.strips().iter();
        let all = strips.flat_map(|strip| openings_within(strip, from, to));
        Ok(all
            .map(|opening| of_opening(station, &opening, None))
            .collect())
    }
}

fn of_opening(station: &Station, opening: &Opening, viewer: Option<&str>) -> Break {
    Break {
        channel: station.channel.id.clone(),
        msn: opening.msn,
        start: opening.start,
        seconds: opening.seconds,
        parts: opening.parts,
        viewer: viewer.map(ToOwned::to_owned),
    }
}

fn known_as(what: &Break) -> (String, u64, Option<String>) {
    (what.channel.clone(), what.msn, what.viewer.clone())
}

impl Adverts {
    async fn decided(&self, what: &Break) -> Option<Arc<Vec<Advert>>> {
        let decide = async { self.breaks.of(what).await.map(Arc::new) };
        self.decided
            .optionally_get_with(known_as(what), decide)
            .await
    }
}
