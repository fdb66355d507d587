//! Pictures and sound, and the sizes in which the pictures are to be had.

use std::borrow::Cow;

use matinee_media::index::MediaKind;

/// A track of a broadcast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Track {
    /// Pictures.
    Video,
    /// Sound.
    Audio,
}

impl Track {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Video, Self::Audio];

    /// Its name in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Audio => "audio",
        }
    }

    /// The track of that name in addresses.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|track| track.name() == name)
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Video => Self::Audio,
            Self::Audio => Self::Video,
        }
    }

    pub(super) const fn index(self) -> usize {
        match self {
            Self::Video => 0,
            Self::Audio => 1,
        }
    }
}

impl From<Track> for MediaKind {
    fn from(track: Track) -> Self {
        match track {
            Track::Video => Self::Video,
            Track::Audio => Self::Audio,
        }
    }
}

impl From<MediaKind> for Track {
    fn from(kind: MediaKind) -> Self {
        match kind {
            MediaKind::Video => Self::Video,
            MediaKind::Audio => Self::Audio,
        }
    }
}

/// What there is a playlist of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rendition {
    /// A track as the encoder sends it.
    Source(Track),
    /// The pictures made smaller: so many lines on their shorter side.
    Rung(u16),
}

impl Rendition {
    /// Its name in addresses.
    pub fn name(self) -> Cow<'static, str> {
        match self {
            Self::Source(track) => Cow::Borrowed(track.name()),
            Self::Rung(lines) => Cow::Owned(format!("{lines}p")),
        }
    }

    /// The rendition of that name in addresses. Each has one name.
    pub fn named(name: &str) -> Option<Self> {
        if let Some(track) = Track::named(name) {
            return Some(Self::Source(track));
        }
        let lines = name.strip_suffix('p')?;
        let canonical = !lines.starts_with('0') && lines.bytes().all(|b| b.is_ascii_digit());
        let lines = lines.parse().ok().filter(|_| canonical)?;
        Some(Self::Rung(lines))
    }

    /// Whether it is of pictures or of sound.
    pub const fn track(self) -> Track {
        match self {
            Self::Source(track) => track,
            Self::Rung(_) => Track::Video,
        }
    }
}

impl From<Track> for Rendition {
    fn from(track: Track) -> Self {
        Self::Source(track)
    }
}
