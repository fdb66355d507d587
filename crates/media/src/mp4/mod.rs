//! Reading ordinary MP4 and QuickTime files (ISO/IEC 14496-12; QuickTime File Format) into a
//! compact [`Movie`]: what tracks there are, how they are coded, and where every sample lies.
//!
//! Only box headers and the `moov` box are read, wherever it stands; media data is skipped, so a
//! file of any length costs a few seeks and its sample tables.

mod chapters;
mod edits;
mod fragmented;
mod table;
mod track;
mod walk;

use std::io::{Read, Seek};

use serde::{Deserialize, Serialize};

pub use chapters::Chapter;
pub use track::{Edit, Track, TrackKind};
pub use walk::MAX_MOOV_SIZE;
pub(crate) use walk::{read_body, read_header};

use crate::{
    boxes::{Boxes, FourCc},
    cmaf::moof::Defaults,
    error::{MediaError, Result},
};

/// What an MP4 or QuickTime file says about itself.
#[derive(Clone, Debug)]
pub struct Movie {
    /// The major brand of `ftyp`; zeros when there is none (old QuickTime files).
    pub brand: FourCc,
    /// Ticks a second of movie times (edit lists).
    pub timescale: u32,
    /// The movie's duration in ticks of its timescale; 0 when unknown.
    pub duration: u64,
    /// The tracks in the order of the file.
    pub tracks: Vec<Track>,
    /// Whether samples come in movie fragments (`mvex` or `moof` seen).
    pub fragmented: bool,
    /// Where `moov` lies.
    pub moov: MoovPlace,
    /// The length of the file in bytes.
    pub file_len: u64,
    /// Chapters in order of time, where the file tells them.
    pub chapters: Vec<Chapter>,
    /// What the clock of a longer stream said where this piece of it begins, in microseconds; its
    /// samples are told from there on. 0 for what is whole.
    pub began_us: u64,
}

/// Where the `moov` box lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoovPlace {
    /// Before the media data ("fast start").
    Front,
    /// After the media data.
    End,
}

impl Movie {
    /// The first enabled video track that is no cover picture, or else the first video track.
    pub fn video(&self) -> Option<&Track> {
        let mut videos = self
            .tracks
            .iter()
            .filter(|track| track.kind == TrackKind::Video);
        let first = videos.clone().next();
        videos
            .find(|track| track.enabled && track.samples.len() > 1)
            .or(first)
    }

    /// The audio tracks.
    pub fn audios(&self) -> impl Iterator<Item = &Track> {
        self.tracks
            .iter()
            .filter(|track| track.kind == TrackKind::Audio)
    }

    /// The track with the id `id`.
    pub fn track(&self, id: u32) -> Option<&Track> {
        self.tracks.iter().find(|track| track.id == id)
    }
}

/// The most tracks of a file. Films with every dubbing and subtitle stay below.
const MAX_TRACKS: usize = 256;

/// Reads a file's movie, fragments and all.
///
/// Errors: [`MediaError::NotThisFormat`] when this is no MP4 at all, [`MediaError::Missing`] when
/// there is no `moov` (a truncated recording), [`MediaError::TooLarge`] past the documented
/// limits, [`MediaError::Malformed`] or [`MediaError::Truncated`] for damaged boxes.
pub fn read<R: Read + Seek>(source: &mut R) -> Result<Movie> {
    let (mut movie, defaults, moov_end) = read_header_only(source)?;
    if movie.fragmented {
        fragmented::read_fragments(source, &mut movie, &defaults, moov_end)?;
    }
    if movie.chapters.is_empty() {
        movie.chapters = chapters::from_track(source, &movie);
    }
    Ok(movie)
}

/// Reads `moov` alone: the movie, what its tracks' fragments default to, and where it ends.
pub(crate) fn read_header_only<R: Read + Seek>(
    source: &mut R,
) -> Result<(Movie, Vec<Defaults>, u64)> {
    let found = walk::find_moov(source)?;
    let moov = Boxes::new(&found.moov);
    let mvhd = moov
        .clone()
        .find(b"mvhd")
        .ok_or(MediaError::Missing("mvhd"))?;
    let mut fields = mvhd.fields("mvhd");
    let (version, _) = fields.version_flags()?;
    fields.skip(if version == 1 { 16 } else { 8 })?;
    let timescale = fields.u32()?.max(1);
    let duration = track::duration(fields.sized(version)?, version);
    let mut tracks = Vec::new();
    for child in moov.clone() {
        if child.kind == b"trak" {
            if tracks.len() >= MAX_TRACKS {
                return Err(MediaError::TooLarge {
                    what: "number of tracks",
                    size: tracks.len() as u64 + 1,
                    limit: MAX_TRACKS as u64,
                });
            }
            tracks.push(Track::parse(child)?);
        }
    }
    let defaults = Defaults::all(&moov);
    let chapters = chapters::from_chpl(&moov);
    let movie = Movie {
        brand: found.brand,
        timescale,
        duration,
        tracks,
        fragmented: found.fragmented || !defaults.is_empty(),
        moov: found.place,
        file_len: found.file_len,
        chapters,
        began_us: 0,
    };
    Ok((movie, defaults, found.moov_end))
}
