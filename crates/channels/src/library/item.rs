//! What a channel knows of a video.

use std::{borrow::Borrow, fmt, sync::Arc};

use matinee_media::{codec::Codec, index::MediaKind, index::RenditionIndex};
use serde::{Deserialize, Serialize};

use super::Grid;
use crate::error::{ChannelError, Result};

/// The name of an item: the identifier of the video, or of the broadcast, that it stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct ItemId(Arc<str>);

impl ItemId {
    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for ItemId {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for ItemId {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<ItemId> for String {
    fn from(id: ItemId) -> Self {
        Self::from(id.as_str())
    }
}

impl Borrow<str> for ItemId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A rendition of an item's pictures, cut as its [`Grid`] is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VideoRendition {
    /// Where its parts are (`init.mp4`, `0.m4s` …), below the root of all media, percent-encoded,
    /// without slashes at its ends.
    pub path: Box<str>,
    /// The codec family.
    pub codec: Codec,
    /// Bits a second at the peak, as `BANDWIDTH` has it.
    pub bandwidth: u64,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// A rendition of an item's sound, cut as its [`Grid`] is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AudioRendition {
    /// Where its parts are; see [`VideoRendition::path`].
    pub path: Box<str>,
    /// The codec family.
    pub codec: Codec,
    /// Language (BCP 47), if known.
    pub language: Option<Box<str>>,
    /// Samples a second.
    pub sample_rate: u32,
    /// How many speakers it is for.
    pub channels: u16,
}

/// Subtitles of an item as WebVTT, cut as its [`Grid`] is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubtitleRendition {
    /// Where its parts are (`0.vtt` …); see [`VideoRendition::path`].
    pub path: Box<str>,
    /// Language (BCP 47), if known.
    pub language: Option<Box<str>>,
}

/// An item of the library: its media, and what rules ask about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its name.
    pub id: ItemId,
    /// When it became ready to be shown; `None` while it is not.
    pub ready_at: Option<i64>,
    /// The segments of all its renditions.
    pub grid: Grid,
    /// The pictures; at least one. [`Snapshot`](super::Snapshot) sorts them by bandwidth.
    pub video: Vec<VideoRendition>,
    /// The sound, best first; empty for a silent film.
    pub audio: Vec<AudioRendition>,
    /// Subtitles.
    pub subtitles: Vec<SubtitleRendition>,
    /// Where advertisements are to stand, in milliseconds, ascending: markers.
    pub breaks: Vec<u32>,
    /// Where they would disturb least, in milliseconds, ascending: black pictures, cuts in silence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quiet: Vec<u32>,
    /// Where chapters begin, in milliseconds, ascending.
    pub chapters: Vec<u32>,
    /// What it is called.
    pub title: Box<str>,
    /// A few sentences for guides.
    pub description: Option<Box<str>>,
    /// Its picture, as a path or an address.
    pub image: Option<Box<str>>,
    /// `movie`, `episode`, `short` …
    pub kind: Box<str>,
    /// The show it belongs to.
    pub show: Option<Box<str>>,
    /// The season of its show.
    pub season: Option<u32>,
    /// Its number in the season.
    pub episode: Option<u32>,
    /// The year of its release.
    pub year: Option<u16>,
    /// Its rating, such as `PG-13`.
    pub rating: Option<Box<str>>,
    /// The age from which it is meant to be seen. Without it the [rating](rating_age) tells.
    pub min_age: Option<u8>,
    /// Free words.
    pub tags: Vec<Box<str>>,
    /// Its genres.
    pub genres: Vec<Box<str>>,
    /// Who took part.
    pub people: Vec<Box<str>>,
    /// The collections that it is in.
    pub sets: Vec<Box<str>>,
    /// The playlists that it is in, and at which place in each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub playlists: Vec<(Box<str>, u32)>,
}

impl Item {
    /// An item with its media and nothing said about it.
    pub fn new(id: &str, title: &str, media: Media) -> Self {
        Self {
            id: id.into(),
            ready_at: Some(0),
            grid: media.grid,
            video: media.video,
            audio: media.audio,
            subtitles: Vec::new(),
            breaks: Vec::new(),
            quiet: Vec::new(),
            chapters: Vec::new(),
            title: title.into(),
            description: None,
            image: None,
            kind: "movie".into(),
            show: None,
            season: None,
            episode: None,
            year: None,
            rating: None,
            min_age: None,
            tags: Vec::new(),
            genres: Vec::new(),
            people: Vec::new(),
            sets: Vec::new(),
            playlists: Vec::new(),
        }
    }

    /// How long it is on the air, in milliseconds: its video segments summed.
    pub fn duration(&self) -> u32 {
        self.grid.end()
    }

    /// The age from which it is meant to be seen, as far as is known.
    pub fn age(&self) -> Option<u8> {
        self.min_age.or_else(|| rating_age(self.rating.as_deref()?))
    }
}

/// The age that a rating stands for, in the systems most used. `None` for those not known.
pub fn rating_age(rating: &str) -> Option<u8> {
    let name: String = rating
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    Some(match name.as_str() {
        "G" | "U" | "TVY" | "TVG" | "FSK0" | "0" | "AL" | "ALL" => 0,
        "FSK6" | "6" => 6,
        "TVY7" | "7" => 7,
        "PG" | "TVPG" => 8,
        "FSK12" | "12" | "12A" => 12,
        "PG13" | "13" => 13,
        "TV14" | "14" => 14,
        "15" | "M" | "MA15" => 15,
        "FSK16" | "16" => 16,
        "R" | "TVMA" => 17,
        "NC17" | "X" | "18" | "R18" | "FSK18" => 18,
        _ => return None,
    })
}

/// The media of an item, all cut alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// The segments of every rendition.
    pub grid: Grid,
    /// The pictures.
    pub video: Vec<VideoRendition>,
    /// The sound.
    pub audio: Vec<AudioRendition>,
}

impl Media {
    /// Of a video's renditions those that can stand on one channel together: the pictures that
    /// most of them agree with in where segments begin (of equally many, those with the highest
    /// of them), and the sound that has as many segments.
    ///
    /// Each rendition is its [path](VideoRendition::path) and its index. A source played as it
    /// lies often has keyframes elsewhere than the ladder made from it; it would break the
    /// channel's numbers and is left out here, whatever its quality.
    ///
    /// Errors: [`ChannelError::BadGrid`] when there are no pictures with sound boundaries.
    pub fn conditioned(renditions: &[(&str, &RenditionIndex)]) -> Result<Self> {
        let of = |kind| {
            renditions
                .iter()
                .filter(move |(_, index)| index.info().kind == kind)
        };
        let mut groups: Vec<(Grid, Vec<VideoRendition>)> = Vec::new();
        for (path, index) in of(MediaKind::Video) {
            let Ok(grid) = Grid::of_index(index) else {
                continue;
            };
            let info = index.info();
            let rendition = VideoRendition {
                path: (*path).into(),
                codec: info.codec,
                bandwidth: index.peak_bandwidth_bps(),
                width: info.width,
                height: info.height,
            };
            match groups.iter_mut().find(|(other, _)| alike(other, &grid)) {
                Some((_, group)) => group.push(rendition),
                None => groups.push((grid, vec![rendition])),
            }
        }
        let rank = |group: &[VideoRendition]| {
            (
                group.len(),
                group.iter().map(|rendition| rendition.height).max(),
            )
        };
        // Of equals the first, so that the order in which they were given decides.
        let best = groups
            .into_iter()
            .rev()
            .max_by_key(|(_, group)| rank(group));
        let (grid, video) = best.ok_or(ChannelError::BadGrid)?;
        let audio = of(MediaKind::Audio)
            .filter(|(_, index)| u32::try_from(index.segment_count()) == Ok(grid.count()))
            .map(|(path, index)| {
                let info = index.info();
                AudioRendition {
                    path: (*path).into(),
                    codec: info.codec,
                    language: info.language.as_deref().map(Into::into),
                    sample_rate: info.sample_rate,
                    channels: info.channels,
                }
            })
            .collect();
        Ok(Self { grid, video, audio })
    }
}

/// Whether two grids are one but for rounding.
fn alike(a: &Grid, b: &Grid) -> bool {
    const ROUNDING_MS: u32 = 2;
    a.count() == b.count()
        && (0..=a.count()).all(|n| a.start(n).abs_diff(b.start(n)) <= ROUNDING_MS)
}
