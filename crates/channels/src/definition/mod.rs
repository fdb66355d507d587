//! What a channel is: number, form and programme, as it is written in JSON.
//!
//! The least is `{"number": 1, "name": "Comedy", "rules": {"tags": ["comedy"]}}`; everything else
//! has a default. Fields that are not known are refused, so that a misspelt rule does not match
//! everything. Much of what can be said:
//!
//! ```
//! # let text = r#"
//! {
//!   "number": 7, "name": "Late", "time_zone": "Europe/Berlin", "language": "de",
//!   "rules": {"genres": ["Drama"], "minutes": {"to": 120}, "not": {"tags": ["silent"]}},
//!   "programme": [
//!     {"name": "noir", "days": ["weeknights"], "from": "20:00", "to": "23:30",
//!      "rules": {"all": [{"tags": ["noir"]}, {"year": {"from": 1940, "to": 1959}}]},
//!      "no_repeat_hours": 72, "pad_to_minutes": 30},
//!     {"name": "morning", "from": "06:00", "to": "09:00", "shows": ["Alpha", "Beta"]},
//!     {"name": "holidays", "dates": [{"from": "12-24", "to": "01-01"}], "from": "10:00", "to": "14:00",
//!      "entries": [{"source": {"items": ["video_1", "video_2"]}}, {"source": {"lists": ["classics"]}, "count": 2}]}
//!   ],
//!   "events": [
//!     {"name": "premiere", "dates": [{"from": "2026-12-24", "to": "2026-12-24"}], "at": "20:15",
//!      "source": {"items": ["video_3"]}},
//!     {"name": "news", "at": "18:00", "live": {"item": "stream_1", "minutes": 15}}
//!   ],
//!   "lists": {"classics": {"rules": {"sets": ["the hundred best"]}, "order": "chronological"}},
//!   "filler": {"rules": {"types": ["short"], "minutes": {"to": 5}}},
//!   "idents": {"source": {"items": ["video_4"]}, "every": 2},
//!   "ads": {"every_minutes": 20, "seconds": 90, "source": {"rules": {"tags": ["house"]}}},
//!   "watershed": {"from": "22:00", "to": "06:00", "min_age": 16},
//!   "dvr_minutes": 120
//! }
//! # "#;
//! # let channel: matinee_channels::definition::Channel = serde_json::from_str(text).unwrap();
//! # channel.validate().unwrap();
//! ```

mod block;
mod format;
mod rule;
mod validate;
mod when;

use std::collections::BTreeMap;

pub use block::{AdBreaks, Block, Entry, Event, Idents, Live, Order, Source, Start, Watershed};
pub use format::{Format, Rung, Track};
pub use rule::{Bounds, MAX_DEPTH, MAX_PARTS, Rule};
use serde::{Deserialize, Serialize};
pub use when::{CalendarDay, DateSpan, Day, Days, LocalTime, When};

use crate::{
    error::{Problem, Result},
    library::Snapshot,
};

/// A channel's definition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// What viewers type, from 1 to 9999.
    pub number: u32,
    /// What it is called, at most 100 characters.
    pub name: String,
    /// Its name in addresses: small letters, digits and hyphens. Without it the number does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// Its picture, as a path or an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// The IANA time zone of its days and wall-clock times; UTC when none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Its language (BCP 47), for guides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The form of everything it shows, which never changes while it is on the air.
    #[serde(default)]
    pub format: Format,
    /// What chance begins with. Another number is another shuffle of the same programme; a viewer's
    /// own channel is one, too.
    #[serde(default, skip_serializing_if = "is_default")]
    pub seed: u64,
    /// What it shows when no block of the programme says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Rule>,
    /// Blocks by time of day, day of the week and date. Of those that hold at an instant the first
    /// one counts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub programme: Vec<Block>,
    /// What begins at a fixed time and is shown once.
    #[serde(default, skip_serializing_if = "is_default")]
    pub events: Vec<Event>,
    /// Named collections that blocks, fillers and each other refer to.
    #[serde(default, skip_serializing_if = "is_default")]
    pub lists: BTreeMap<String, Source>,
    /// Short items for what is left until a fixed time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filler: Option<Source>,
    /// What tells viewers which channel they are on, between programmes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idents: Option<Idents>,
    /// What leads into an advertisement break and out of it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bumpers: Option<Source>,
    /// The item shown where there is nothing else, in place of the built-in slate. The shorter its
    /// segments, the more exactly fixed times are met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slate: Option<String>,
    /// Advertisement breaks within programmes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ads: Option<AdBreaks>,
    /// When items for grown-ups may be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watershed: Option<Watershed>,
    /// How many minutes viewers may go back in the live playlist; the least possible when 0.
    #[serde(default, skip_serializing_if = "is_default")]
    pub dvr_minutes: u32,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Channel {
    /// Checks that it holds together, as far as can be told without the library.
    ///
    /// Errors: [`ChannelError::Invalid`](crate::ChannelError::Invalid) with every problem found.
    pub fn validate(&self) -> Result<()> {
        validate::validate(self)
    }

    /// What its operator should know of it in the light of a library: rules that match nothing,
    /// items that are missing or cannot be shown. None of it keeps the channel from the air.
    pub fn review(&self, library: &Snapshot) -> Vec<Problem> {
        validate::review(self, library)
    }

    /// The IANA name of its time zone.
    pub fn zone_name(&self) -> &str {
        self.time_zone.as_deref().unwrap_or("UTC")
    }

    /// Its blocks in the order in which they count, the rules of the whole channel last.
    pub fn blocks(&self) -> Vec<Block> {
        let rest = self.rules.as_ref().map(|rules| Block {
            name: String::from("rules"),
            rules: Some(rules.clone()),
            ..Block::default()
        });
        self.programme.iter().cloned().chain(rest).collect()
    }
}
