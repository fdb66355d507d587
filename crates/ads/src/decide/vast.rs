//! Other people's ad servers.

use std::time::Duration;

use async_trait::async_trait;
use matinee_catalog::{ProcessingStatus, advert};
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use super::{AdServer, Ask, Candidate, Tracking};
use crate::Ads;
use crate::campaigns::is_ready;
use crate::servers::Server;
use crate::store::{Placement, creatives};
use crate::vast::macros::{Values, fill};
use crate::vast::{
    Ad, Answer, Offset, SIZE_MAX, Source, Vast as Answered, WRAPPERS_MAX, parse, pick,
};

/// The most answers that are read for one break.
const ANSWERS_MAX: usize = 12;
/// The most advertisements that are fetched for one break.
const FETCHED_MAX: usize = 5;
/// The longest advertisement that is taken in, in milliseconds.
const LONGEST_MS: u64 = 180_000;

/// Asks an ad server that speaks VAST or VMAP.
pub struct Vast {
    ads: Ads,
    server: Server,
}

/// An advertisement with everything that wraps it.
struct Found {
    ad: Ad,
    around: Vec<Ad>,
}

/// What has been asked so far.
struct Walk {
    deadline: Instant,
    asked: Vec<String>,
    answers: usize,
}

impl Vast {
    /// This one.
    pub fn new(ads: Ads, server: Server) -> Self {
        Self { ads, server }
    }

    fn values(ask: &Ask) -> Values {
        let now = now_micros();
        Values {
            random: u64::try_from(now).unwrap_or(0),
            timestamp: jiff::Timestamp::from_microsecond(now)
                .unwrap_or_default()
                .to_string(),
            seconds: ask.seconds,
            most: ask.most,
            position: match ask.placement {
                Placement::Preroll => 1,
                Placement::Channel | Placement::Midroll => 2,
                Placement::Postroll => 3,
            },
            content_id: ask.subject.clone(),
            error_code: None,
            playhead_ms: 0,
        }
    }

    /// One answer, in bounded time and size.
    async fn get(&self, url: &str, walk: &mut Walk) -> Result<Answer, String> {
        if walk.asked.iter().any(|other| other == url) {
            return Err("its wrappers lead in a circle".to_owned());
        }
        walk.answers += 1;
        if walk.answers > ANSWERS_MAX {
            return Err("it leads to too many other answers".to_owned());
        }
        walk.asked.push(url.to_owned());
        let outbound = self.ads.outbound();
        let reading = async {
            let url = outbound.check(url).map_err(|error| error.to_string())?;
            let request = outbound.client().get(url.clone());
            let sent = outbound.send(&url, request).await;
            let mut response = sent.map_err(|error| error.to_string())?;
            if response.status() == reqwest::StatusCode::NO_CONTENT {
                return Ok(Vec::new());
            }
            if !response.status().is_success() {
                return Err(format!("it answered {}", response.status()));
            }
            let mut bytes = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(|error| error.to_string())? {
                if bytes.len() + chunk.len() > SIZE_MAX {
                    return Err("its answer is too long".to_owned());
                }
                bytes.extend_from_slice(&chunk);
            }
            Ok(bytes)
        };
        let bytes = tokio::time::timeout_at(walk.deadline, reading).await;
        let bytes = bytes.map_err(|_| "it took too long to answer".to_owned())??;
        if bytes.is_empty() {
            return Ok(Answer::Vast(Answered::default()));
        }
        parse(&bytes).map_err(|error| error.to_string())
    }

    /// The advertisements of an answer, in the order of its pod, with those that it leads to.
    async fn walk(&self, ask: &Ask, first: Answer, walk: &mut Walk) -> Result<Vec<Found>, String> {
        let mut found = Vec::new();
        let mut last_error = None;
        let roots: Vec<Answered> = match first {
            Answer::Vast(vast) => vec![vast],
            Answer::Vmap(breaks) => {
                let mut all = Vec::new();
                for one in breaks
                    .into_iter()
                    .filter(|one| is_at(one.at, ask.placement))
                {
                    match one.source {
                        Source::Here(vast) => all.push(vast),
                        Source::There(url) => match self.get(&url, walk).await {
                            Ok(Answer::Vast(vast)) => all.push(vast),
                            Ok(Answer::Vmap(_)) => {}
                            Err(error) => last_error = Some(error),
                        },
                        Source::Nothing => {}
                    }
                }
                all
            }
        };
        for vast in roots {
            match self.walk_on(ask, vast, Vec::new(), walk).await {
                Ok(more) => found.extend(more),
                Err(error) => last_error = Some(error),
            }
        }
        match last_error {
            Some(error) if found.is_empty() => Err(error),
            _ => Ok(found),
        }
    }

    async fn walk_on(
        &self,
        ask: &Ask,
        vast: Answered,
        around: Vec<Ad>,
        walk: &mut Walk,
    ) -> Result<Vec<Found>, String> {
        let mut found = Vec::new();
        let mut last_error = None;
        if vast.ads.is_empty() {
            self.ads.fire(&vast.errors, Some(303)).await;
            self.ads.fire(&all_told(&around, "error"), Some(303)).await;
        }
        for mut ad in vast.ads {
            let Some(url) = ad.wraps.take() else {
                let around = around.clone();
                found.push(Found { ad, around });
                continue;
            };
            if around.len() >= WRAPPERS_MAX {
                self.ads.fire(&told(&ad, &around, "error"), Some(302)).await;
                last_error = Some(format!("more than {WRAPPERS_MAX} wrappers"));
                continue;
            }
            let mut around = around.clone();
            around.push(ad);
            let url = fill(&url, &Self::values(ask));
            let next = match self.get(&url, walk).await {
                Ok(Answer::Vast(next)) => next,
                Ok(Answer::Vmap(_)) => continue,
                Err(error) => {
                    self.ads.fire(&all_told(&around, "error"), Some(301)).await;
                    last_error = Some(error);
                    continue;
                }
            };
            // What is wrapped stands where its wrapper stood.
            match Box::pin(self.walk_on(ask, next, around, walk)).await {
                Ok(more) => found.extend(more),
                Err(error) => last_error = Some(error),
            }
        }
        match last_error {
            Some(error) if found.is_empty() => Err(error),
            _ => Ok(found),
        }
    }

    /// The creative of an advertisement, if it can be shown now. One that is not known yet is
    /// fetched for another time.
    async fn candidate(
        &self,
        ask: &Ask,
        found: Found,
        fetched: &mut usize,
    ) -> Result<Option<Candidate>, String> {
        let Some(linear) = &found.ad.linear else {
            return Ok(None);
        };
        let file = pick(&linear.media);
        let name = linear.universal_id.clone().or_else(|| {
            let hash = Sha256::digest(file?.url.as_bytes());
            Some(format!("url:{}", hex::encode(&hash[..16])))
        });
        let Some(name) = name else {
            self.ads
                .fire(&told(&found.ad, &found.around, "error"), Some(403))
                .await;
            return Err("no file of an advertisement can be used".to_owned());
        };
        let failed = |error: crate::AdError| error.to_string();
        let known = self.known(&name).await.map_err(failed)?;
        let title = [&found.ad.title, &found.ad.id, &name];
        let title = title
            .into_iter()
            .find(|text| !text.is_empty())
            .cloned()
            .unwrap_or_default();
        let Some((row, video)) = known else {
            let Some(file) = file else {
                return Err("no file of an advertisement can be used".to_owned());
            };
            if linear.duration_ms.is_some_and(|ms| ms > LONGEST_MS) {
                return Err("an advertisement is longer than three minutes".to_owned());
            }
            *fetched += 1;
            if *fetched <= FETCHED_MAX {
                // Two breaks of one film ask at the same time.
                let _alone = self.ads.0.fetching.lock().await;
                if self.known(&name).await.map_err(failed)?.is_none() {
                    let video = self.ads.0.conditioner.take(&file.url, &title).await?;
                    self.remember(&name, &video, &title).await.map_err(failed)?;
                }
            }
            return Ok(None);
        };
        let Some(video) = video else {
            return Ok(None);
        };
        if video.processing_status == ProcessingStatus::Failed {
            self.ads
                .fire(&told(&found.ad, &found.around, "error"), Some(405))
                .await;
            let why = video.processing_error.unwrap_or_default();
            return Err(format!("“{title}” cannot be shown: {why}"));
        }
        if !is_ready(&video) || !row.active {
            return Ok(None);
        }
        let seconds = advert::seconds(video.duration_ms.unwrap_or_default());
        if seconds > ask.seconds {
            return Ok(None);
        }
        let mut tracking = Tracking::new();
        for ad in found.around.iter().chain([&found.ad]) {
            for (event, urls) in &ad.tracking {
                let all: &mut Vec<String> = tracking.entry(event.clone()).or_default();
                all.extend(urls.iter().cloned());
                all.truncate(20);
            }
        }
        Ok(Some(Candidate {
            source: self.server.id.clone(),
            creative: row.id,
            video: video.id,
            seconds,
            title,
            advertiser: found.ad.advertiser,
            category: found.ad.category,
            weight: None,
            cpm_micros: self.server.cpm_micros,
            click_url: found.ad.click_url,
            tracking,
            server_side: self.server.server_side,
        }))
    }

    async fn known(&self, name: &str) -> crate::Result<Option<crate::campaigns::Shown>> {
        let row = creatives::Entity::find()
            .filter(creatives::Column::ServerId.eq(self.server.id.as_str()))
            .filter(creatives::Column::UniversalId.eq(name))
            .one(self.ads.db().read())
            .await?;
        let rows = row.into_iter().collect();
        Ok(self.ads.with_videos(rows).await?.pop())
    }

    async fn remember(&self, name: &str, video: &str, title: &str) -> crate::Result<()> {
        let row = creatives::ActiveModel {
            id: Set(Id::new("creative").to_string()),
            campaign_id: Set(None),
            server_id: Set(Some(self.server.id.clone())),
            universal_id: Set(Some(name.to_owned())),
            video_id: Set(video.to_owned()),
            name: Set(title.to_owned()),
            click_url: Set(None),
            active: Set(true),
            created_at: Set(now_micros()),
        };
        // Another node may have been as fast; one of the two videos is then never shown.
        let first =
            OnConflict::columns([creatives::Column::ServerId, creatives::Column::UniversalId])
                .do_nothing()
                .to_owned();
        creatives::Entity::insert(row)
            .on_conflict(first)
            .exec_without_returning(self.ads.db().write())
            .await?;
        Ok(())
    }
}

/// Whether a break of a VMAP is one of these. A channel's breaks are within.
fn is_at(at: Offset, placement: Placement) -> bool {
    match at {
        Offset::Start | Offset::At(0) | Offset::Share(0) => placement == Placement::Preroll,
        Offset::End | Offset::Share(1000) => placement == Placement::Postroll,
        Offset::At(_) | Offset::Share(_) => {
            matches!(placement, Placement::Midroll | Placement::Channel)
        }
    }
}

fn all_told(around: &[Ad], event: &str) -> Vec<String> {
    let all = around.iter().filter_map(|ad| ad.tracking.get(event));
    all.flatten().cloned().collect()
}

fn told(ad: &Ad, around: &[Ad], event: &str) -> Vec<String> {
    let mut all = all_told(around, event);
    all.extend(ad.tracking.get(event).into_iter().flatten().cloned());
    all
}

#[async_trait]
impl AdServer for Vast {
    fn id(&self) -> Option<&str> {
        Some(&self.server.id)
    }

    async fn propose(&self, ask: &Ask) -> Result<Vec<Candidate>, String> {
        let server = &self.server;
        let on_channel = ask.placement == Placement::Channel;
        if !server.placements.allow(ask.placement)
            || (on_channel && !server.channels.allow(&ask.subject))
        {
            return Ok(Vec::new());
        }
        let patience = u64::try_from(server.timeout_ms).unwrap_or(1000);
        let mut walk = Walk {
            deadline: Instant::now() + Duration::from_millis(patience),
            asked: Vec::new(),
            answers: 0,
        };
        let url = fill(&server.url, &Self::values(ask));
        let first = self.get(&url, &mut walk).await?;
        let found = self.walk(ask, first, &mut walk).await?;
        let mut out = Vec::new();
        let mut last_error = None;
        let mut fetched = 0;
        for one in found {
            match self.candidate(ask, one, &mut fetched).await {
                Ok(candidate) => out.extend(candidate),
                Err(error) => last_error = Some(error),
            }
        }
        match last_error {
            Some(error) if out.is_empty() => Err(error),
            _ => Ok(out),
        }
    }
}
