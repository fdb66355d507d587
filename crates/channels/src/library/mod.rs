//! The library as a channel sees it: a snapshot that never changes.
//!
//! It is built once for all channels of a server and shared. Everything a schedule is made from
//! comes out of it in one order, that of the items' identifiers, so that two nodes which read
//! the same rows in another order still make the same schedule.

mod grid;
mod item;
mod matching;
mod search;

use std::{
    collections::{BTreeMap, HashMap},
    sync::OnceLock,
};

pub use grid::Grid;
pub use item::{
    AudioRendition, Item, ItemId, Media, SubtitleRendition, VideoRendition, rating_age,
};
use matinee_media::codec::Codec;
pub use search::{MAX_SEARCH, asks};

use crate::{definition::Format, seed::Seed};

/// The item that every snapshot has: a still picture in silence, in segments of a second, for
/// where there is nothing else. Whoever serves the media makes it, below [`SLATE_PATH`].
pub const SLATE: &str = "slate";

/// Where the pictures of [`SLATE`] are, in a folder for each codec (`avc`, `hevc`, `av1`). It has
/// no sound of its own, so it is silent as every item without sound is.
pub const SLATE_PATH: &str = "slate";

/// How long [`SLATE`] is: ten minutes.
const SLATE_SECONDS: u32 = 600;

/// Items sorted by identifier, with an index for each thing that rules ask about.
#[derive(Debug)]
pub struct Snapshot {
    taken_at: i64,
    items: Vec<Item>,
    numbers: HashMap<ItemId, u32>,
    slate: u32,
    /// From which age each item is meant to be seen.
    ages: Vec<Option<u8>>,
    lists: Lists,
    /// Made when it is first searched.
    words: OnceLock<search::Words>,
}

/// For each attribute, the items that have a value of it, ascending.
#[derive(Debug, Default)]
struct Lists {
    tags: Postings,
    genres: Postings,
    kinds: Postings,
    ratings: Postings,
    shows: Postings,
    people: Postings,
    sets: Postings,
    /// The place in the playlist and the item.
    playlists: HashMap<Box<str>, Vec<(u32, u32)>>,
    years: BTreeMap<u16, Vec<u32>>,
    /// Duration and item, ascending.
    lengths: Vec<(u32, u32)>,
}

/// Keys are folded: rules do not ask for capitals.
type Postings = HashMap<Box<str>, Vec<u32>>;

/// How texts are compared.
fn fold(text: &str) -> String {
    text.trim().to_lowercase()
}

impl Snapshot {
    /// Takes the items as they are at an instant. Of two with one identifier the last counts.
    pub fn new(taken_at: i64, items: Vec<Item>) -> Self {
        let mut items = items;
        if !items.iter().any(|item| item.id.as_str() == SLATE) {
            items.extend(built_in_slate());
        }
        // The sort is stable, so the last of equals is the last that was given.
        items.sort_by(|a, b| a.id.cmp(&b.id));
        items.reverse();
        items.dedup_by(|later, first| later.id == first.id);
        items.reverse();
        let mut lists = Lists::default();
        let mut numbers = HashMap::with_capacity(items.len());
        let mut slate = 0;
        for (n, item) in (0u32..).zip(&mut items) {
            item.video.sort_by_key(|rendition| rendition.bandwidth);
            numbers.insert(item.id.clone(), n);
            if item.id.as_str() == SLATE {
                // Rules never match it: it is for where nothing else is.
                slate = n;
                continue;
            }
            lists.add(n, item);
        }
        lists.lengths.sort_unstable();
        lists
            .playlists
            .values_mut()
            .for_each(|list| list.sort_unstable());
        Self {
            ages: items.iter().map(Item::age).collect(),
            taken_at,
            items,
            numbers,
            slate,
            lists,
            words: OnceLock::new(),
        }
    }

    /// When it was taken.
    pub fn taken_at(&self) -> i64 {
        self.taken_at
    }

    /// How many items there are, the built-in slate among them.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is nothing but the built-in slate.
    pub fn is_empty(&self) -> bool {
        self.items.len() < 2
    }

    /// The item of a number.
    pub fn item(&self, number: u32) -> &Item {
        // Numbers come from this snapshot; one from elsewhere gets the slate, not a panic.
        self.items
            .get(number as usize)
            .unwrap_or(&self.items[self.slate as usize])
    }

    /// The number of the item with this identifier.
    pub fn number(&self, id: &str) -> Option<u32> {
        self.numbers.get(id).copied()
    }

    /// The items of a playlist in its order, each as often as it is in it.
    pub fn playlist(&self, id: &str) -> Vec<u32> {
        let listed = self.lists.playlists.get(id).into_iter().flatten();
        listed.map(|&(_, item)| item).collect()
    }

    /// The number of the built-in slate.
    pub fn slate(&self) -> u32 {
        self.slate
    }

    /// From which age an item is meant to be seen, as far as is known.
    pub fn age(&self, number: u32) -> Option<u8> {
        self.ages.get(number as usize).copied().flatten()
    }

    /// Why an item cannot be on a channel of this format; `None` when it can.
    pub fn unfit(&self, number: u32, format: &Format) -> Option<Unfit> {
        let item = self.item(number);
        if item.ready_at.is_none_or(|at| at > self.taken_at) {
            return Some(Unfit::NotReady);
        }
        if !item
            .video
            .iter()
            .any(|rendition| rendition.codec == format.video)
        {
            return Some(Unfit::Pictures);
        }
        if !item.audio.is_empty() && !item.audio.iter().any(|sound| format.takes(sound)) {
            return Some(Unfit::Sound);
        }
        // EXTINF rounded to whole seconds must not exceed the target (RFC 8216bis §4.4.3.1).
        let longest = item.grid.longest();
        if longest.saturating_add(500) / 1000 > format.target_duration_s {
            return Some(Unfit::LongSegments(longest));
        }
        None
    }

    /// A number that stands for a list of items in its order.
    pub(crate) fn fingerprint(&self, items: &[u32]) -> u64 {
        let mut seed = Seed::new(items.len() as u64);
        for &number in items {
            seed = seed.text(self.item(number).id.as_str());
        }
        seed.get()
    }
}

/// Why an item cannot be on a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is not processed yet.
    NotReady,
    /// It has no pictures in the channel's codec.
    Pictures,
    /// It has sound, but none in the channel's form.
    Sound,
    /// A segment of it lasts longer than the target duration: this many milliseconds.
    LongSegments(u32),
}

impl std::fmt::Display for Unfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotReady => f.write_str("it is not ready"),
            Self::Pictures => f.write_str("it has no pictures in the channel's codec"),
            Self::Sound => f.write_str(
                "it has no sound in the channel's codec, sample rate and number of speakers",
            ),
            Self::LongSegments(ms) => {
                write!(
                    f,
                    "a segment of it lasts {}.{:03} s, longer than the target duration",
                    ms / 1000,
                    ms % 1000
                )
            }
        }
    }
}

impl Lists {
    fn add(&mut self, n: u32, item: &Item) {
        fn put<'a>(into: &mut Postings, n: u32, values: impl IntoIterator<Item = &'a str>) {
            for value in values {
                let list = into.entry(fold(value).into()).or_default();
                if list.last() != Some(&n) {
                    list.push(n);
                }
            }
        }
        put(&mut self.tags, n, item.tags.iter().map(|t| &**t));
        put(&mut self.genres, n, item.genres.iter().map(|t| &**t));
        put(&mut self.people, n, item.people.iter().map(|t| &**t));
        put(&mut self.sets, n, item.sets.iter().map(|t| &**t));
        put(&mut self.kinds, n, [&*item.kind]);
        put(&mut self.ratings, n, item.rating.as_deref());
        put(&mut self.shows, n, item.show.as_deref());
        for (playlist, place) in &item.playlists {
            let list = self.playlists.entry(playlist.clone()).or_default();
            list.push((*place, n));
        }
        if let Some(year) = item.year {
            self.years.entry(year).or_default().push(n);
        }
        self.lengths.push((item.duration(), n));
    }
}

/// The slate in each codec that a channel may have.
fn built_in_slate() -> Option<Item> {
    let grid = Grid::even(SLATE_SECONDS, 1, 1, SLATE_SECONDS * 1000).ok()?;
    let video = [
        (Codec::Avc, "avc"),
        (Codec::Hevc, "hevc"),
        (Codec::Av1, "av1"),
    ];
    let video = video.map(|(codec, name)| VideoRendition {
        path: format!("{SLATE_PATH}/{name}").into(),
        codec,
        bandwidth: 200_000,
        width: 1280,
        height: 720,
    });
    Some(Item::new(
        SLATE,
        "",
        Media {
            grid,
            video: video.into(),
            audio: Vec::new(),
        },
    ))
}
