//! Reading a subtitle file of any kind.

use super::{WebVtt, decode_text, from_ass, from_srt};
use crate::error::{MediaError, Result};

/// What a subtitle file was written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubtitleFormat {
    /// WebVTT.
    WebVtt,
    /// SubRip.
    SubRip,
    /// SubStation Alpha, either version.
    SubStation,
}

impl SubtitleFormat {
    /// The ending of such a file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::WebVtt => "vtt",
            Self::SubRip => "srt",
            Self::SubStation => "ass",
        }
    }
}

/// Reads a subtitle file, whatever it is by name, and gives back what may be shown of it
/// ([`WebVtt::sanitized`]), its cues in order.
///
/// Errors: [`MediaError::NotThisFormat`] when it is none of them, [`MediaError::Missing`] when it
/// has no cue, [`MediaError::TooLarge`].
pub fn read(bytes: &[u8]) -> Result<(SubtitleFormat, WebVtt)> {
    if bytes.len() > super::MAX_SUBTITLE_SIZE {
        return Err(MediaError::TooLarge {
            what: "subtitle file",
            size: bytes.len() as u64,
            limit: super::MAX_SUBTITLE_SIZE as u64,
        });
    }
    let text = decode_text(bytes);
    let text = text.trim_start_matches(['\u{feff}', '\n', '\r', ' ', '\t']);
    let (format, vtt) = if text.starts_with("WEBVTT") {
        (SubtitleFormat::WebVtt, WebVtt::parse(text)?)
    } else if has_events(text) {
        (SubtitleFormat::SubStation, from_ass(text)?)
    } else {
        let vtt = from_srt(text).map_err(|_| MediaError::NotThisFormat {
            expected: "a WebVTT, SubRip or SubStation Alpha file",
        })?;
        (SubtitleFormat::SubRip, vtt)
    };
    let mut vtt = vtt.sanitized();
    if vtt.cues.is_empty() {
        return Err(MediaError::Missing("a cue with text"));
    }
    vtt.cues.sort_by_key(|cue| (cue.start_ms, cue.end_ms));
    Ok((format, vtt))
}

fn has_events(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim();
        line.starts_with('[') && line.eq_ignore_ascii_case("[events]")
    })
}
