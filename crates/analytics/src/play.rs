//! A play: what somebody watched of something after one press of play. Events
//! are folded into it, in whatever order they come.

use std::collections::BTreeMap;

use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::event::{Event, Heartbeat, Requested, What};

/// A view needs so much watched of what is a minute or longer …
pub const VIEW_MS: i64 = 30_000;
/// … and half of what is shorter.
pub const SHORT_MS: i64 = 60_000;
/// From how much of a video on it counts as watched to its end, in per cent.
const COMPLETED_PERCENT: i64 = 95;
/// How many parts the curve of retention has.
pub const PARTS: usize = 100;
/// A hundredth that was watched once has so many units.
const ONCE: u64 = 1000;
/// The most waits after a seek that are kept of one play.
const SEEKS_KEPT: usize = 20;
/// The most rungs that are told apart in one play.
const HEIGHTS_KEPT: usize = 16;

/// The most items of a channel that are told apart in one play.
const ITEMS_KEPT: usize = 50;

/// `plays`: the raw numbers, from which everything else can be made anew.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "plays")]
pub struct Model {
    /// A hash of the subject and the client's own id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// `video_…` or `stream_…`.
    pub subject: String,
    /// The viewer's tag; none of those who asked not to be followed.
    pub viewer: Option<String>,
    /// The viewer's network, without the last part.
    pub network: Option<String>,
    /// The first that was heard of it (UTC microseconds).
    pub started_at: i64,
    /// The last.
    pub last_at: i64,
    /// How long the video is, in milliseconds.
    pub duration_ms: Option<i64>,
    /// What was watched, in milliseconds, as the player told.
    pub watched_ms: i64,
    /// The same as drawn from positions or requests, where players tell no more.
    pub inferred_ms: i64,
    /// How far it came, in milliseconds.
    pub position_ms: i64,
    /// How long it took to begin.
    pub startup_ms: Option<i64>,
    /// Whether a picture was seen.
    pub began: bool,
    /// Whether it was watched to its end.
    pub completed: bool,
    /// See [`Counted`].
    pub counted: i16,
    /// How much was watched of each hundredth: two bytes each, in thousandths.
    pub parts: Option<Vec<u8>>,
    /// The rest.
    #[sea_orm(column_type = "Json")]
    pub detail: Detail,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Whether a play is a view.
pub struct Counted;

impl Counted {
    /// Too little was watched so far.
    pub const NOT_YET: i16 = 0;
    /// It is.
    pub const VIEW: i16 = 1;
    /// Enough was watched, but the viewer's last view was a moment ago.
    pub const AGAIN: i16 = 2;
}

/// What of a play no query asks for by itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(default)]
pub struct Detail {
    /// See [`crate::who::DEVICES`].
    pub device: String,
    /// Two letters.
    pub country: Option<String>,
    /// A host, `direct` or `internal`.
    pub referrer: Option<String>,
    /// Whether the player tells events, so that nothing needs to be inferred.
    pub told: bool,
    /// Milliseconds watched of each rung, by its lines.
    pub heights: BTreeMap<u32, u64>,
    /// The rung of now.
    pub height: Option<u32>,
    /// Bits per second times milliseconds, …
    pub bits: f64,
    /// … and the milliseconds.
    pub rated_ms: u64,
    /// The last that was said, in bits per second.
    pub bitrate_bps: Option<u32>,
    /// How often another rung was chosen.
    pub switches: u32,
    /// Pictures that were not shown.
    pub dropped: u64,
    /// How often the picture stood still, …
    pub stalls: u32,
    /// … and for how long in all, in milliseconds.
    pub stall_ms: u64,
    /// How often somebody went elsewhere, …
    pub seeks: u32,
    /// … and how long that took each time, in milliseconds.
    pub seek_ms: Vec<u32>,
    /// Behind what is on the air: the sum …
    pub latency_ms: u64,
    /// … of so many.
    pub latencies: u32,
    /// What failed, …
    pub errors: u32,
    /// … and so much of it that nothing could be watched after it.
    pub fatal: u32,
    /// Parts of advertisements that were shown.
    pub ads: u32,
    /// What was asked for, in milliseconds.
    pub requested_ms: u64,
    /// What the player last said that it does.
    pub state: Option<char>,
    /// Whether a stall was counted by that, and what is said of stalls themselves is still to come.
    pub stalled: bool,
    /// The node that was told of it first.
    pub node: Option<String>,
    /// Of a channel: milliseconds watched of each item.
    pub items: BTreeMap<String, u64>,
    /// The same as drawn from requests, where players tell no more.
    pub asked: BTreeMap<String, u64>,
}

/// The id of a play under which a client's own is kept.
pub fn key(subject: &str, play: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(subject);
    hash.update([0]);
    hash.update(play);
    hex::encode(&hash.finalize()[..16])
}

impl Model {
    /// A play of which this is the first that is heard.
    pub fn new(id: String, event: &Event, duration_ms: Option<i64>) -> Self {
        Self {
            id,
            subject: event.subject.clone(),
            viewer: event.who.viewer.clone(),
            network: event.who.network.clone(),
            started_at: event.at,
            last_at: event.at,
            duration_ms,
            watched_ms: 0,
            inferred_ms: 0,
            position_ms: 0,
            startup_ms: None,
            began: false,
            completed: false,
            counted: Counted::NOT_YET,
            parts: None,
            detail: Detail {
                device: event.who.device.clone(),
                country: event.who.country.clone(),
                node: event.who.node.clone(),
                ..Detail::default()
            },
        }
    }

    /// What was watched of it, in milliseconds.
    pub fn watched(&self) -> i64 {
        if self.detail.told {
            self.watched_ms
        } else {
            self.watched_ms.max(self.inferred_ms)
        }
    }

    /// Whether enough was watched for a view.
    pub fn is_enough(&self) -> bool {
        let needed = match self.duration_ms {
            Some(duration) if (1..SHORT_MS).contains(&duration) => (duration + 1) / 2,
            _ => VIEW_MS,
        };
        self.watched() >= needed
    }

    /// Takes in what happened.
    pub fn apply(&mut self, event: &Event) {
        let before = self.last_at;
        self.started_at = self.started_at.min(event.at);
        self.last_at = self.last_at.max(event.at);
        if !matches!(event.what, What::Progress { .. } | What::Requested(_)) {
            self.detail.told = true;
        }
        // A seek says where somebody wants to be, not what they have seen.
        if let Some(position) = event.position_ms
            && matches!(event.what, What::Heartbeat(_) | What::Complete)
        {
            self.reach(position.into());
        }
        let detail = &mut self.detail;
        match &event.what {
            What::Play { referrer } => {
                if detail.referrer.is_none() {
                    detail.referrer.clone_from(referrer);
                }
            }
            What::FirstFrame { startup_ms } => {
                self.began = true;
                self.startup_ms.get_or_insert(i64::from(*startup_ms));
            }
            What::Heartbeat(beat) => {
                self.beat(beat);
                self.shown(event.item.as_ref(), beat);
            }
            What::QualityChange {
                height,
                bitrate_bps,
            } => {
                detail.switches = detail.switches.saturating_add(1);
                detail.height = Some(*height);
                detail.bitrate_bps = bitrate_bps.or(detail.bitrate_bps);
            }
            What::Stall { duration_ms } => detail.stall(1, *duration_ms),
            What::Seek { duration_ms } => {
                detail.seeks = detail.seeks.saturating_add(1);
                if let Some(ms) = duration_ms
                    && detail.seek_ms.len() < SEEKS_KEPT
                {
                    detail.seek_ms.push(*ms);
                }
            }
            What::Error { fatal } => {
                detail.errors = detail.errors.saturating_add(1);
                detail.fatal = detail.fatal.saturating_add(u32::from(*fatal));
            }
            What::Complete => {
                self.completed = true;
                self.began = true;
            }
            What::Ad { .. } => detail.ads = detail.ads.saturating_add(1),
            // Of these there is no play.
            What::VideoUploaded | What::ChatMessage | What::Like => {}
            What::Progress { position_ms } => self.moved(i64::from(*position_ms), event.at, before),
            What::Requested(requested) => {
                let before = self.inferred_ms;
                self.requested(requested);
                let more = self.inferred_ms.saturating_sub(before);
                if requested.duration_ms > 0 {
                    let more = u64::try_from(more).unwrap_or(0);
                    add_item(&mut self.detail.asked, event.item.as_ref(), more);
                }
            }
        }
    }

    fn beat(&mut self, beat: &Heartbeat) {
        let watched: u64 = beat
            .watched
            .iter()
            .map(|(from, to)| u64::from(to - from))
            .sum();
        for (from, to) in &beat.watched {
            self.mark(u64::from(*from), u64::from(*to));
        }
        if watched > 0 {
            self.began = true;
        }
        self.watched_ms += i64::try_from(watched).unwrap_or(0);
        let detail = &mut self.detail;
        detail.height = beat.height.or(detail.height);
        if let Some(height) = detail.height
            && (detail.heights.len() < HEIGHTS_KEPT || detail.heights.contains_key(&height))
        {
            *detail.heights.entry(height).or_default() += watched;
        }
        detail.rated(beat.bitrate_bps, watched);
        detail.dropped += u64::from(beat.dropped_frames);
        detail.late(beat.live_latency_ms);
        if let Some((_, to)) = beat.watched.iter().max_by_key(|(_, to)| *to) {
            self.reach(i64::from(*to));
        }
    }

    /// What was on a channel while it was watched.
    fn shown(&mut self, item: Option<&String>, beat: &Heartbeat) {
        let watched = beat.watched.iter().map(|(from, to)| u64::from(to - from));
        add_item(&mut self.detail.items, item, watched.sum());
    }

    /// Of a channel: milliseconds watched of each item.
    pub fn items(&self) -> &BTreeMap<String, u64> {
        if self.detail.told {
            &self.detail.items
        } else {
            &self.detail.asked
        }
    }

    /// Somebody says where they are, and did before: what lies between was
    /// watched if there was time for it.
    fn moved(&mut self, position: i64, at: i64, before: i64) {
        let elapsed_ms = (at - before) / 1000;
        let ahead = position - self.position_ms;
        if ahead > 0 && ahead <= elapsed_ms * 2 + 5000 && elapsed_ms > 0 {
            self.inferred_ms += ahead;
            self.began = true;
            let (from, to) = (self.position_ms, position);
            self.mark(from.unsigned_abs(), to.unsigned_abs());
        }
        self.position_ms = position;
        self.finish(position);
    }

    fn requested(&mut self, requested: &Requested) {
        let elapsed = (self.last_at - self.started_at) / 1000;
        let detail = &mut self.detail;
        detail.requested_ms += u64::from(requested.duration_ms);
        if requested.duration_ms > 0 {
            self.began = true;
        }
        // What lies in the buffer is not watched yet, and nobody watches faster than twice.
        let watched = detail
            .requested_ms
            .saturating_sub(requested.buffered_ms.into());
        let watched = i64::try_from(watched).unwrap_or(0).min(elapsed * 2);
        self.inferred_ms = self.inferred_ms.max(watched);
        if !detail.told {
            let stands = detail.state == Some('p') && requested.state == Some('r');
            detail.state = requested.state.or(detail.state);
            if requested.starved || requested.starved_ms > 0 {
                // Of the one that was counted already it says how long it was.
                detail.stall(u32::from(!detail.stalled), requested.starved_ms);
                detail.stalled = stands;
            } else if stands {
                detail.stall(1, 0);
                detail.stalled = true;
            }
            if let (Some(new), Some(old)) = (requested.bitrate_bps, detail.bitrate_bps)
                && new != old
            {
                detail.switches = detail.switches.saturating_add(1);
            }
            detail.rated(requested.bitrate_bps, requested.duration_ms.into());
            detail.dropped += u64::from(requested.dropped_frames);
            detail.late(requested.live_latency_ms);
            detail.fatal = detail.fatal.saturating_add(u32::from(requested.failed));
            if let Some(ms) = requested.startup_ms {
                self.startup_ms.get_or_insert(i64::from(ms));
            }
        }
    }

    fn reach(&mut self, position: i64) {
        self.position_ms = self.position_ms.max(position);
        self.finish(position);
    }

    fn finish(&mut self, position: i64) {
        if let Some(duration) = self.duration_ms.filter(|ms| *ms > 0)
            && position * 100 >= duration * COMPLETED_PERCENT
        {
            self.completed = true;
        }
    }

    /// Adds a stretch to the hundredths that it touches.
    fn mark(&mut self, from: u64, to: u64) {
        let Some(duration) = self.duration_ms.and_then(|ms| u64::try_from(ms).ok()) else {
            return;
        };
        if duration == 0 || from >= to || from >= duration {
            return;
        }
        let to = to.min(duration);
        let parts = self.parts.get_or_insert_with(|| vec![0; PARTS * 2]);
        if parts.len() != PARTS * 2 {
            return;
        }
        let all = PARTS as u64;
        let (first, last) = (from * all / duration, (to * all - 1) / duration);
        for part in first..=last.min(all - 1) {
            // In hundredths of milliseconds, so that short videos are not rounded away.
            let (low, high) = (part * duration, (part + 1) * duration);
            let inside = (to * all).min(high).saturating_sub((from * all).max(low));
            let units = (inside * ONCE + duration / 2) / duration;
            let at = usize::try_from(part).unwrap_or(0) * 2;
            let old = u16::from_be_bytes([parts[at], parts[at + 1]]);
            let new = old.saturating_add(u16::try_from(units).unwrap_or(u16::MAX));
            parts[at..at + 2].copy_from_slice(&new.to_be_bytes());
        }
    }

    /// How often each hundredth was watched, from half of it on.
    pub fn watched_parts(&self) -> Option<[u32; PARTS]> {
        let parts = self
            .parts
            .as_ref()
            .filter(|parts| parts.len() == PARTS * 2)?;
        let mut times = [0; PARTS];
        for (part, bytes) in parts.chunks_exact(2).enumerate() {
            let units = u64::from(u16::from_be_bytes([bytes[0], bytes[1]]));
            times[part] = u32::try_from((units + ONCE / 2) / ONCE).unwrap_or(u32::MAX);
        }
        Some(times)
    }
}

fn add_item(items: &mut BTreeMap<String, u64>, item: Option<&String>, watched: u64) {
    if let Some(item) = item
        && (items.len() < ITEMS_KEPT || items.contains_key(item))
    {
        *items.entry(item.clone()).or_default() += watched;
    }
}

impl Detail {
    fn stall(&mut self, times: u32, ms: u32) {
        self.stalls = self.stalls.saturating_add(times);
        self.stall_ms += u64::from(ms);
    }

    fn rated(&mut self, bitrate_bps: Option<u32>, ms: u64) {
        self.bitrate_bps = bitrate_bps.or(self.bitrate_bps);
        if let Some(bps) = self.bitrate_bps {
            self.bits += f64::from(bps) * ms as f64;
            self.rated_ms += ms;
        }
    }

    fn late(&mut self, latency_ms: Option<u32>) {
        if let Some(ms) = latency_ms {
            self.latency_ms += u64::from(ms);
            self.latencies += 1;
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests;
