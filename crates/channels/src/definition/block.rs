//! What is shown, and when.

use serde::{Deserialize, Serialize};

use super::{DateSpan, Days, LocalTime, Rule, When, is_default};

/// In which order items come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Shuffled: each item once before any comes again.
    Shuffle,
    /// By year, season, episode and title.
    Chronological,
    /// As they are listed.
    InOrder,
    /// One of each show in turn, each show by season and episode.
    RoundRobin,
}

/// How exactly something begins at its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// At its time, to the segment: what would run over is not begun, and filler stands between.
    OnTime,
    /// When what is on at its time has ended.
    WhenFree,
}

/// A collection of items. What is listed comes first, then playlists, shows, rules and other lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Source {
    /// Whatever these rules match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<Rule>,
    /// These items.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
    /// The episodes of these shows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shows: Vec<String>,
    /// What is in these playlists, by their identifiers, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub playlists: Vec<String>,
    /// What is in these [lists](super::Channel::lists).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lists: Vec<String>,
    /// In which order. Without it: listed items as they are listed, shows by episode, and whatever
    /// rules match shuffled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
}

impl Source {
    /// Whether it names nothing at all.
    pub fn is_empty(&self) -> bool {
        self.rules.is_none()
            && self.items.is_empty()
            && self.shows.is_empty()
            && self.playlists.is_empty()
            && self.lists.is_empty()
    }

    /// The order in which its items come.
    pub fn order(&self) -> Order {
        self.order.unwrap_or({
            if self.rules.is_some() || !self.lists.is_empty() {
                Order::Shuffle
            } else {
                Order::InOrder
            }
        })
    }
}

/// One of several sources that take turns within a block.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Entry {
    /// What is shown.
    pub source: Source,
    /// How many of it before the next has its turn; one when none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
}

/// A part of the programme.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Block {
    /// What it is called; another name than those of the other blocks. Where the block is in its
    /// lists is remembered by its name.
    pub name: String,
    /// The days of the week on which it begins; all when none are given.
    #[serde(skip_serializing_if = "is_default")]
    pub days: Days,
    /// The dates on which it begins; all when none are given.
    #[serde(skip_serializing_if = "is_default")]
    pub dates: Vec<DateSpan>,
    /// When it begins; midnight when not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<LocalTime>,
    /// When it ends, on the next day if that is not after it begins; midnight when not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<LocalTime>,
    /// How exactly it begins. Without it on time if the channel has filler, else when free.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Start>,
    /// What rules match; see [`Source`], also for the next five.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<Rule>,
    /// Items by hand.
    #[serde(skip_serializing_if = "is_default")]
    pub items: Vec<String>,
    /// Shows, which take turns.
    #[serde(skip_serializing_if = "is_default")]
    pub shows: Vec<String>,
    /// Playlists.
    #[serde(skip_serializing_if = "is_default")]
    pub playlists: Vec<String>,
    /// Lists.
    #[serde(skip_serializing_if = "is_default")]
    pub lists: Vec<String>,
    /// In which order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    /// Sources that take turns, in place of one.
    #[serde(skip_serializing_if = "is_default")]
    pub entries: Vec<Entry>,
    /// Within so many hours nothing is shuffled in again that has aired on the channel, as far as
    /// there is something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_repeat_hours: Option<u32>,
    /// After each programme filler stands until a multiple of so many minutes on the wall.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pad_to_minutes: Option<u32>,
    /// Filler of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filler: Option<Source>,
    /// Advertisement breaks of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ads: Option<AdBreaks>,
}

impl Block {
    /// On which days it begins.
    pub fn when(&self) -> When<'_> {
        When {
            days: self.days,
            dates: &self.dates,
        }
    }

    /// The source that its own fields are.
    pub fn source(&self) -> Source {
        Source {
            rules: self.rules.clone(),
            items: self.items.clone(),
            shows: self.shows.clone(),
            playlists: self.playlists.clone(),
            lists: self.lists.clone(),
            order: self.order,
        }
    }

    /// The sources that take turns, with how many of each.
    pub fn turns(&self) -> Vec<(Source, u32)> {
        if !self.entries.is_empty() {
            let turn = |entry: &Entry| (entry.source.clone(), entry.count.unwrap_or(1));
            return self.entries.iter().map(turn).collect();
        }
        let source = self.source();
        let only_shows = Source {
            shows: Vec::new(),
            order: None,
            ..source.clone()
        }
        .is_empty();
        if only_shows && matches!(self.order, None | Some(Order::RoundRobin)) {
            let show = |show: &String| Source {
                shows: vec![show.clone()],
                ..Source::default()
            };
            return self.shows.iter().map(|name| (show(name), 1)).collect();
        }
        vec![(source, 1)]
    }
}

/// Something that begins at a fixed time and is shown once: an item, or a broadcast that takes
/// over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Event {
    /// What it is called; another name than those of the other events.
    pub name: String,
    /// The days of the week on which it is; all when none are given.
    #[serde(skip_serializing_if = "is_default")]
    pub days: Days,
    /// The dates on which it is; all when none are given.
    #[serde(skip_serializing_if = "is_default")]
    pub dates: Vec<DateSpan>,
    /// When it begins.
    pub at: LocalTime,
    /// How exactly; on time when not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Start>,
    /// What is shown: one of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// A broadcast in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live: Option<Live>,
}

impl Event {
    /// On which days it is.
    pub fn when(&self) -> When<'_> {
        When {
            days: self.days,
            dates: &self.dates,
        }
    }
}

/// A broadcast that takes over. It is an item of the snapshot with the grid on which whoever
/// serves the channel cuts it; what it lacks is listed as a gap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Live {
    /// The identifier of its item.
    pub item: String,
    /// How long it takes over.
    pub minutes: u32,
}

/// What stands between programmes to tell which channel it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Idents {
    /// Which items.
    pub source: Source,
    /// Before every so many programmes.
    #[serde(default = "one")]
    pub every: u32,
}

fn one() -> u32 {
    1
}

/// Advertisement breaks within programmes. What stands in them here is house material; a
/// decision may put other segments in their place, as many as there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdBreaks {
    /// About every so many minutes, at the nearest marker or chapter. Without it at each marker of
    /// the item, and nowhere else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every_minutes: Option<u32>,
    /// How long a break is, in seconds.
    pub seconds: u32,
    /// What stands in them; filler when not given, and slate for what is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Also after every so many programmes, before the next one begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_programmes: Option<u32>,
    /// Whether an ad decision puts advertisements into them. Slate stands beneath, a segment for
    /// each second, so that whatever is put in its place has as many segments as there were.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub decided: bool,
}

/// When items for grown-ups may be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watershed {
    /// From when on.
    pub from: LocalTime,
    /// Until when, on the next day if that is not after.
    pub to: LocalTime,
    /// Items for this age and more are only shown wholly within. At other times they are passed
    /// over, in an order, too.
    pub min_age: u8,
}
