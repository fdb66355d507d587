//! Figures of a stretch of time: what roll-ups hold, made of plays and merged
//! with each other.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use matinee_engines::hot::distinct::Distinct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::play::{Counted, Model as Play, PARTS};
use crate::sketch::Sketch;

/// The most names of one kind in one roll-up; the rest is `other`.
const NAMES_MAX: usize = 200;

/// The most networks, or nodes, of one roll-up.
const QUALITIES_MAX: usize = 40;

/// What shares are kept as parts of.
pub const MILLION: f64 = 1e6;

/// Different viewers, as bytes in base 64.
#[derive(Debug, Clone, Default)]
pub struct Viewers(pub Distinct);

impl Serialize for Viewers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD_NO_PAD.encode(self.0.encode()))
    }
}

impl<'de> Deserialize<'de> for Viewers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = STANDARD_NO_PAD
            .decode(text)
            .map_err(serde::de::Error::custom)?;
        let set = Distinct::decode(&bytes);
        set.map(Self)
            .ok_or_else(|| serde::de::Error::custom("no set of viewers"))
    }
}

/// A share of all plays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slice {
    /// Plays.
    pub plays: u64,
    /// Views.
    pub views: u64,
    /// Milliseconds watched.
    pub watched_ms: u64,
}

impl Slice {
    pub(crate) fn add(&mut self, other: Self) {
        self.plays += other.plays;
        self.views += other.views;
        self.watched_ms += other.watched_ms;
    }
}

/// How well it played.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Quality {
    /// Attempts to play.
    pub plays: u64,
    /// Milliseconds watched.
    pub watched_ms: u64,
    /// Milliseconds until the first picture.
    pub startup: Sketch,
    /// Milliseconds until a picture after a seek.
    pub seek: Sketch,
    /// Milliseconds behind what is on the air, a value for each play.
    pub latency: Sketch,
    /// How much of each play the picture stood still, in millionths of the time it took.
    pub rebuffer: Sketch,
    /// Bits per second, a value for each play.
    pub bitrate: Sketch,
    /// How often the picture stood still.
    pub stalls: u64,
    /// For how long, in milliseconds.
    pub stall_ms: u64,
    /// Bits per second times milliseconds, …
    pub bits: f64,
    /// … and the milliseconds.
    pub rated_ms: u64,
    /// How often another rung was chosen.
    pub switches: u64,
    /// Pictures that were not shown.
    pub dropped: u64,
    /// Plays that failed.
    pub failed: u64,
    /// Plays that were left before there was a picture.
    pub left: u64,
}

impl Quality {
    fn take(&mut self, play: &Play, watched_ms: u64) {
        let detail = &play.detail;
        self.plays += 1;
        self.watched_ms += watched_ms;
        if let Some(ms) = play.startup_ms {
            self.startup.add(ms as f64);
        }
        for ms in &detail.seek_ms {
            self.seek.add(f64::from(*ms));
        }
        if detail.latencies > 0 {
            self.latency
                .add(detail.latency_ms as f64 / f64::from(detail.latencies));
        }
        let stalled = detail.stall_ms as f64;
        let lasted = stalled + watched_ms as f64;
        if lasted > 0.0 {
            self.rebuffer.add(stalled / lasted * MILLION);
        }
        if detail.rated_ms > 0 {
            self.bitrate.add(detail.bits / detail.rated_ms as f64);
        }
        self.stalls += u64::from(detail.stalls);
        self.stall_ms += detail.stall_ms;
        self.bits += detail.bits;
        self.rated_ms += detail.rated_ms;
        self.switches += u64::from(detail.switches);
        self.dropped += detail.dropped;
        self.failed += u64::from(detail.fatal > 0);
        self.left += u64::from(!play.began && detail.fatal == 0);
    }

    /// Adds another stretch's.
    pub fn merge(&mut self, other: &Self) {
        self.plays += other.plays;
        self.watched_ms += other.watched_ms;
        self.startup.merge(&other.startup);
        self.seek.merge(&other.seek);
        self.latency.merge(&other.latency);
        self.rebuffer.merge(&other.rebuffer);
        self.bitrate.merge(&other.bitrate);
        self.stalls += other.stalls;
        self.stall_ms += other.stall_ms;
        self.bits += other.bits;
        self.rated_ms += other.rated_ms;
        self.switches += other.switches;
        self.dropped += other.dropped;
        self.failed += other.failed;
        self.left += other.left;
    }
}

/// The figures of something in a stretch of time.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Figures {
    /// Plays, views, and what was watched.
    pub all: Slice,
    /// Plays to the end.
    pub completions: u64,
    /// Who watched.
    pub viewers: Viewers,
    /// Plays of which it is known what was watched; showings of an advertisement whose length is.
    pub curved: u64,
    /// How many of these watched each hundredth; empty without any.
    pub parts: Vec<u64>,
    /// How often they watched it again.
    pub replays: Vec<u64>,
    /// By device.
    pub devices: BTreeMap<String, Slice>,
    /// By where they came from.
    pub referrers: BTreeMap<String, Slice>,
    /// By country.
    pub countries: BTreeMap<String, Slice>,
    /// Milliseconds watched of each rung, by its lines.
    pub heights: BTreeMap<u32, u64>,
    /// How well it played.
    pub quality: Quality,
    /// The same by device.
    pub by_device: BTreeMap<String, Quality>,
    /// By network, without the last part of its addresses.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub by_network: BTreeMap<String, Quality>,
    /// By the node that was told.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub by_node: BTreeMap<String, Quality>,
    /// Of a channel: its items.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub items: BTreeMap<String, Slice>,
}

fn add(to: &mut BTreeMap<String, Slice>, name: &str, slice: Slice) {
    let name = if to.len() < NAMES_MAX || to.contains_key(name) {
        name
    } else {
        "other"
    };
    if let Some(known) = to.get_mut(name) {
        known.add(slice);
    } else {
        to.insert(name.to_owned(), slice);
    }
}

/// The figures under a name; under `other` when there are many names already.
fn one_of<'a>(of: &'a mut BTreeMap<String, Quality>, name: &str) -> &'a mut Quality {
    let known = of.len() < QUALITIES_MAX || of.contains_key(name);
    of.entry(if known { name } else { "other" }.to_owned())
        .or_default()
}

impl Figures {
    /// Takes in a play.
    pub fn take(&mut self, play: &Play) {
        let watched_ms = u64::try_from(play.watched()).unwrap_or(0);
        let slice = Slice {
            plays: 1,
            views: u64::from(play.counted == Counted::VIEW),
            watched_ms,
        };
        self.all.add(slice);
        self.completions += u64::from(play.completed);
        // Those who are not followed are as many as their plays.
        let who = play.viewer.as_deref().unwrap_or(&play.id);
        self.viewers.0.add(who.as_bytes());
        if let Some(times) = play.watched_parts() {
            self.curved += 1;
            self.parts.resize(PARTS, 0);
            self.replays.resize(PARTS, 0);
            for (part, times) in times.iter().enumerate() {
                self.parts[part] += u64::from(*times > 0);
                self.replays[part] += u64::from(times.saturating_sub(1));
            }
        }
        let detail = &play.detail;
        add(&mut self.devices, &detail.device, slice);
        let referrer = detail.referrer.as_deref().unwrap_or("direct");
        add(&mut self.referrers, referrer, slice);
        if let Some(country) = &detail.country {
            add(&mut self.countries, country, slice);
        }
        for (height, ms) in &detail.heights {
            *self.heights.entry(*height).or_default() += ms;
        }
        self.quality.take(play, watched_ms);
        self.by_device
            .entry(detail.device.clone())
            .or_default()
            .take(play, watched_ms);
        let network = play.network.as_deref().unwrap_or("unknown");
        one_of(&mut self.by_network, network).take(play, watched_ms);
        if let Some(node) = &detail.node {
            one_of(&mut self.by_node, node).take(play, watched_ms);
        }
        for (item, ms) in play.items() {
            let needed = u64::try_from(crate::play::VIEW_MS).unwrap_or(0);
            let slice = Slice {
                plays: 1,
                views: u64::from(*ms >= needed),
                watched_ms: *ms,
            };
            add(&mut self.items, item, slice);
        }
    }

    /// Adds another stretch's, or another subject's.
    pub fn merge(&mut self, other: &Self) {
        self.all.add(other.all);
        self.completions += other.completions;
        self.viewers.0.merge(&other.viewers.0);
        self.curved += other.curved;
        for (mine, theirs) in [
            (&mut self.parts, &other.parts),
            (&mut self.replays, &other.replays),
        ] {
            mine.resize(mine.len().max(theirs.len()), 0);
            for (mine, theirs) in mine.iter_mut().zip(theirs) {
                *mine += theirs;
            }
        }
        for (mine, theirs) in [
            (&mut self.devices, &other.devices),
            (&mut self.referrers, &other.referrers),
            (&mut self.countries, &other.countries),
            (&mut self.items, &other.items),
        ] {
            for (name, slice) in theirs {
                add(mine, name, *slice);
            }
        }
        for (height, ms) in &other.heights {
            *self.heights.entry(*height).or_default() += ms;
        }
        self.quality.merge(&other.quality);
        for (device, quality) in &other.by_device {
            self.by_device
                .entry(device.clone())
                .or_default()
                .merge(quality);
        }
        for (mine, theirs) in [
            (&mut self.by_network, &other.by_network),
            (&mut self.by_node, &other.by_node),
        ] {
            for (name, quality) in theirs {
                one_of(mine, name).merge(quality);
            }
        }
    }

    /// Without what is of one title only: for roll-ups of many.
    pub fn without_curve(&mut self) {
        self.curved = 0;
        self.parts.clear();
        self.replays.clear();
    }
}
