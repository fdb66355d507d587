//! Subtitles in segments.

use matinee_media::hls;
use matinee_media::index::Timeline;
use matinee_media::webvtt::{WebVtt, decode_text};

use crate::asset::types;
use crate::document::Document;
use crate::{PlaybackError, Result};

/// The length of a segment. It need not be that of the pictures (RFC 8216
/// §6.2.4), and must not change when renditions come and go.
const SEGMENT_MS: u64 = 30_000;

/// The cues of one subtitle.
#[derive(Debug)]
pub(crate) struct Cues {
    vtt: WebVtt,
    duration_ms: u64,
}

impl Cues {
    /// Reads a subtitle of a video that is this long.
    pub(crate) fn parse(bytes: &[u8], video_ms: Option<i64>) -> Result<Self> {
        let vtt = WebVtt::parse(&decode_text(bytes))?;
        let video_ms = video_ms.and_then(|ms| u64::try_from(ms).ok());
        Ok(Self {
            // Cues beyond the end of the video are never seen.
            duration_ms: video_ms.unwrap_or_else(|| vtt.end_ms()).max(1),
            vtt,
        })
    }

    /// The HLS playlist.
    pub(crate) fn playlist(&self) -> Result<Document> {
        let count = self.duration_ms.div_ceil(SEGMENT_MS);
        let timeline = Timeline {
            timescale: 1000,
            starts: (0..count).map(|n| n * SEGMENT_MS).collect(),
            end: self.duration_ms,
        };
        Document::new(types::HLS, |suffix| {
            Ok(hls::subtitle_playlist(&timeline, suffix))
        })
    }

    /// Segment `n`.
    pub(crate) fn segment(&self, n: u32) -> Result<Document> {
        let start = u64::from(n) * SEGMENT_MS;
        if start >= self.duration_ms {
            return Err(PlaybackError::NotFound("segment"));
        }
        Ok(Document::fixed(
            types::VTT,
            self.vtt.segment(start, start + SEGMENT_MS),
        ))
    }

    /// What is seen from one instant to another, in milliseconds.
    pub(crate) fn span(&self, from: u64, until: u64) -> Document {
        Document::fixed(types::VTT, self.vtt.segment(from, until))
    }

    /// All of them.
    pub(crate) fn whole(&self) -> Document {
        Document::fixed(types::VTT, self.vtt.to_string())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    const VTT: &[u8] = b"WEBVTT\n\n00:01.000 --> 00:03.000\nfirst\n\n\
        00:29.000 --> 00:31.000\nboth\n\n01:10.000 --> 01:12.000\nlast\n";

    fn text(document: &Document) -> String {
        String::from_utf8(document.plain().to_vec()).unwrap()
    }

    #[test]
    fn a_cue_is_in_every_segment_in_which_it_is_seen() {
        let cues = Cues::parse(VTT, Some(75_000)).unwrap();
        let segment = |n| text(&cues.segment(n).unwrap());
        assert!(segment(0).contains("first") && segment(0).contains("both"));
        assert!(segment(1).contains("both") && !segment(1).contains("last"));
        assert!(segment(2).contains("last"));
        assert!(cues.segment(3).is_err());
        assert!(cues.segment(u32::MAX).is_err());
        let playlist = text(&cues.playlist().unwrap());
        assert_eq!(playlist.matches("#EXTINF").count(), 3);
        assert_eq!(text(&cues.whole()).matches("-->").count(), 3);
    }
}
