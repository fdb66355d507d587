//! Chapters: Nero's list (`chpl` in `udta`), or QuickTime's, a text track that other tracks refer
//! to (`tref` with `chap`).

use std::io::{Read, Seek, SeekFrom};

use serde::{Deserialize, Serialize};

use super::Movie;
use crate::{
    boxes::{Boxes, Fields},
    ratio::rescale,
};

/// The most chapters that are read, and the most bytes of one's text.
const MAX_CHAPTERS: usize = 2000;
const MAX_TEXT: u32 = 2048;

/// A chapter of a movie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chapter {
    /// When it begins, in milliseconds.
    pub start_ms: u64,
    /// Its title; empty when it has none.
    pub title: String,
}

/// The chapter list of a `moov`, in order of time; what is damaged is left out.
pub(super) fn from_chpl(moov: &Boxes<'_>) -> Vec<Chapter> {
    let udta = moov.clone().find(b"udta");
    let Some(chpl) = udta.and_then(|udta| udta.children().find(b"chpl")) else {
        return Vec::new();
    };
    let mut chapters = read_list(chpl.fields("chpl")).unwrap_or_default();
    chapters.sort_by_key(|chapter| chapter.start_ms);
    chapters
}

fn read_list(mut fields: Fields<'_>) -> Option<Vec<Chapter>> {
    let (version, _) = fields.version_flags().ok()?;
    let count = if version == 0 {
        usize::from(fields.u8().ok()?)
    } else {
        fields.skip(1).ok()?;
        fields.u32().ok()? as usize
    };
    let mut chapters = Vec::new();
    for _ in 0..count.min(MAX_CHAPTERS) {
        // Times are in units of 100 nanoseconds.
        let Ok(start) = fields.u64() else { break };
        let title = fields.u8().and_then(|len| fields.take(usize::from(len)));
        let Ok(title) = title else { break };
        chapters.push(Chapter {
            start_ms: start / 10_000,
            title: clean(title),
        });
    }
    Some(chapters)
}

/// A title without control characters and surrounding space.
fn clean(title: &[u8]) -> String {
    let title = String::from_utf8_lossy(title);
    let title: String = title.chars().filter(|c| !c.is_control()).collect();
    title.trim().to_owned()
}

/// The chapters of the text track that a track of the movie refers to. Each sample is a text with
/// its length before it; what cannot be read is left out.
pub(super) fn from_track<R: Read + Seek>(source: &mut R, movie: &Movie) -> Vec<Chapter> {
    let referred = movie.tracks.iter().find_map(|track| track.chapter_track);
    let Some(track) = referred.and_then(|id| movie.track(id)) else {
        return Vec::new();
    };
    let mut chapters = Vec::new();
    for sample in track.samples.iter().take(MAX_CHAPTERS) {
        if !(2..=MAX_TEXT).contains(&sample.size) || sample.range().end > movie.file_len {
            continue;
        }
        let mut bytes = Vec::new();
        let read = source.seek(SeekFrom::Start(sample.offset)).and_then(|_| {
            let mut sample = source.by_ref().take(sample.size.into());
            sample.read_to_end(&mut bytes)
        });
        if read.is_err() {
            break;
        }
        let mut fields = Fields::new(&bytes, "chapter");
        let title = fields.u16().and_then(|len| fields.take(usize::from(len)));
        if let Ok(title) = title {
            chapters.push(Chapter {
                start_ms: rescale(sample.dts, track.timescale, 1000),
                title: clean(title),
            });
        }
    }
    chapters
}
