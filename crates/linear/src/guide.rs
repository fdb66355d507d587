//! What people read of channels: what is on, what comes, what was on.

use std::sync::Arc;

use matinee_channels::definition;
use matinee_channels::guide::{self, Listing, OnNow};
use matinee_channels::library::Item;
use matinee_channels::playout::Reel;
use matinee_channels::schedule::{Change, Notice, Plan, Strip, Timeline, changes, notices};
use matinee_channels::time::{DAY, HOUR, Zone};
use matinee_channels::verify::{self, Report};

use crate::edit::servable;
use crate::library::{Library, aside};
use crate::{Channels, Result, Station};

/// How far ahead what comes next is looked for.
const NEXT_WITHIN: i64 = 12 * HOUR;

/// How many days of an edit that has not begun are told.
const PENDING_TOLD: i64 = 3 * DAY;

/// A stretch of a channel, as its guide has it. [`listings`](Self::listings) reads it.
#[derive(Clone, Debug)]
pub struct Stretch {
    reel: Arc<Reel>,
    from: i64,
    to: i64,
}

impl Stretch {
    /// What airs within it. The first may begin before and the last end after.
    pub fn listings(&self) -> Vec<Listing<'_>> {
        let mut all = guide::listings(self.reel.strips());
        all.retain(|listing| listing.end > self.from && listing.start < self.to);
        all
    }

    /// The strips that something of it is in.
    pub fn strips(&self) -> &[Arc<Strip>] {
        self.reel.strips()
    }

    /// When it begins and ends.
    pub fn span(&self) -> (i64, i64) {
        (self.from, self.to)
    }
}

/// What is on, and what comes next.
#[derive(Clone, Debug)]
pub struct OnAir {
    reel: Arc<Reel>,
    at: i64,
}

impl OnAir {
    /// What is on, with its item, and what comes next.
    pub fn read(&self) -> Option<(OnNow, Listing<'_>, Option<Listing<'_>>)> {
        let (now, next) = guide::now_and_next(self.reel.strips(), self.at)?;
        let all = guide::listings(self.reel.strips());
        let n = all.partition_point(|listing| listing.start <= self.at);
        let on = all.into_iter().nth(n.checked_sub(1)?)?;
        Some((now, on, next))
    }

    /// The item that is on at this moment: in a break what stands in it.
    pub fn item(&self) -> Option<&Item> {
        let (strip, slot) = self.reel.on(self.at)?;
        Some(strip.item(slot))
    }
}

/// A day of a channel that is not there, or not so.
#[derive(Clone, Debug)]
pub struct Preview {
    /// Its slots.
    pub strips: Vec<Arc<Strip>>,
    /// When the day begins and ends.
    pub span: (i64, i64),
    /// The day.
    pub date: jiff::civil::Date,
    /// What its operator should know.
    pub notices: Vec<Notice>,
    /// What is otherwise than the channel has it now.
    pub changes: Vec<Change>,
}

impl Preview {
    /// What airs on the day.
    pub fn listings(&self) -> Vec<Listing<'_>> {
        let mut all = guide::listings(&self.strips);
        let (from, to) = self.span;
        all.retain(|listing| listing.end > from && listing.start < to);
        all
    }
}

impl Channels {
    /// What is on a channel at an instant. Nothing, if that is before it began.
    pub async fn on_air(&self, station: &Arc<Station>, at: i64) -> Result<OnAir> {
        let reel = self.reel(station, at - 1, at + NEXT_WITHIN).await?;
        Ok(OnAir { reel, at })
    }

    /// The guide of a stretch.
    pub async fn stretch(&self, station: &Arc<Station>, from: i64, to: i64) -> Result<Stretch> {
        let reel = self.reel(station, from, to).await?;
        Ok(Stretch { reel, from, to })
    }

    /// A day of a definition, with this library: of a channel that is to be made, or of one as
    /// it would be after its next edit.
    pub async fn preview(
        &self,
        definition: definition::Channel,
        library: Library,
        of: Option<Arc<Station>>,
        date: Option<jiff::civil::Date>,
    ) -> Result<Preview> {
        servable(&definition)?;
        let now = self.now();
        aside(move || {
            let zone = Zone::named(definition.zone_name());
            let date_at = |at| zone.as_ref().map(|zone| zone.date(at));
            let date = date.or_else(|| date_at(now)).unwrap_or_default();
            let start = zone.as_ref().map_or(now, |zone| zone.instant(date, 0));
            let end = zone.as_ref().map_or(now, |zone| zone.instant(date, 1440));
            let definition = Arc::new(definition);
            let snapshot = library.snapshot;
            let mut timeline = match &of {
                Some(station) => station.timeline.clone(),
                None => Timeline::begin(
                    "preview",
                    definition.clone(),
                    snapshot.clone(),
                    start.min(now),
                )?,
            };
            if of.is_some() {
                timeline.edit(
                    now,
                    definition.clone(),
                    snapshot.clone(),
                    matinee_channels::schedule::Effective::Next,
                )?;
            }
            let strips = timeline.strips(start.max(timeline.begins()), end)?;
            let changes = match &of {
                Some(station) => {
                    let before = station.timeline.begins().max(start);
                    changes(&station.timeline.strips(before, end)?, &strips)
                }
                None => Vec::new(),
            };
            let version = timeline.revision(i64::MAX).version;
            let plan = Plan::new(timeline.id(), version, &definition, &snapshot)?;
            let notices = notices(&definition, &plan, &strips);
            Ok(Preview {
                strips: strips.into_iter().map(Arc::new).collect(),
                span: (start, end),
                date,
                notices,
                changes,
            })
        })
        .await
    }

    /// What an edit that has not begun changes in its first days, and when it begins.
    pub async fn pending(&self, station: &Arc<Station>) -> Result<Option<(i64, Vec<Change>)>> {
        let Some((_, at)) = station.upcoming(self.now()) else {
            return Ok(None);
        };
        let station = station.clone();
        aside(move || {
            let own = station.timeline.revisions().iter();
            let before = own.filter(|revision| revision.state.at < at).cloned();
            let before = Timeline::of(station.timeline.id(), before.collect())?;
            let to = at + PENDING_TOLD;
            let mut changed = changes(&before.strips(at, to)?, &station.timeline.strips(at, to)?);
            changed.retain(|change| change.start >= at);
            Ok(Some((at, changed)))
        })
        .await
    }

    /// Holds the guide of the coming days against the streams.
    pub async fn verify(&self, station: &Arc<Station>, days: u32) -> Result<Report> {
        let (station, now) = (station.clone(), self.now());
        aside(move || Ok(verify::verify(&station.timeline, now, days)?)).await
    }
}
