//! Named stretches as a WebVTT chapters track.

use matinee_catalog::Video;
use matinee_media::webvtt::{Cue, WebVtt};

use crate::asset::types;
use crate::document::Document;
use crate::{PlaybackError, Result};

/// The chapters of a video (W3C WebVTT §4.3): one cue each, its text the name.
pub(crate) fn chapters(video: &Video) -> Result<Document> {
    if video.chapters.0.is_empty() {
        return Err(PlaybackError::NotFound("chapter"));
    }
    let instant = |ms: i64| u64::try_from(ms).unwrap_or(0);
    let cues = video.chapters.0.iter().zip(1..).map(|(chapter, n)| Cue {
        id: format!("chapter-{n}"),
        start_ms: instant(chapter.start_ms),
        end_ms: instant(chapter.end_ms),
        settings: String::new(),
        text: text(&chapter.title, n),
    });
    let vtt = WebVtt {
        blocks: Vec::new(),
        cues: cues.collect(),
    };
    Ok(Document::fixed(types::VTT, vtt.to_string()))
}

/// A name as cue text: nothing in it is markup. A cue without text is none.
fn text(title: &str, n: usize) -> String {
    let words: Vec<&str> = title.split_whitespace().collect();
    if words.is_empty() {
        return format!("Chapter {n}");
    }
    words
        .join(" ")
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
