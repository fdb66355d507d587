//! Chapters (`chpl`, Nero's list in `udta`, which ffmpeg and others write).

use serde::{Deserialize, Serialize};

use crate::boxes::{Boxes, Fields};

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
    let Some(chpl) = moov
        .clone()
        .find(b"udta")
        .and_then(|udta| udta.children().find(b"chpl"))
    else {
        return Vec::new();
    };
    let mut chapters = read(chpl.fields("chpl")).unwrap_or_default();
    chapters.sort_by_key(|chapter| chapter.start_ms);
    chapters
}

fn read(mut fields: Fields<'_>) -> Option<Vec<Chapter>> {
    let (version, _) = fields.version_flags().ok()?;
    let count = if version == 0 {
        u32::from(fields.u8().ok()?)
    } else {
        fields.skip(1).ok()?;
        fields.u32().ok()?
    };
    let mut chapters = Vec::new();
    for _ in 0..count {
        // Times are in units of 100 nanoseconds.
        let Ok(start) = fields.u64() else { break };
        let Ok(len) = fields.u8() else { break };
        let Ok(title) = fields.take(usize::from(len)) else {
            break;
        };
        let title = String::from_utf8_lossy(title);
        let title = title
            .chars()
            .filter(|c| !c.is_control())
            .collect::<String>();
        chapters.push(Chapter {
            start_ms: start / 10_000,
            title: title.trim().to_owned(),
        });
    }
    Some(chapters)
}
