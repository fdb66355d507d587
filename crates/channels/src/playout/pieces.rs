//! The segments of a channel one by one: for those who put them into one stream themselves.

use super::{
    names,
    reel::{Laid, Reel},
    sources::{audio, slate_codec, video},
};
use crate::{definition::Format, library::SLATE_PATH};

/// A segment that is on the air.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// When it begins.
    pub start: i64,
    /// When it ends.
    pub end: i64,
    /// The airing that it belongs to.
    pub airing: u64,
    /// Where its item is, in milliseconds, when it begins.
    pub item_ms: u32,
    /// Where the initialization segment of the pictures is, below the root of all media, and
    /// their segment; `None` when they are gone.
    pub pictures: Option<(String, String)>,
    /// Where the initialization segment of the sound is, and its segment.
    pub sound: Option<(String, String)>,
}

impl Reel {
    /// The segment that is on at an instant, with pictures of a rung and the first track of
    /// sound. `None` outside of what is at hand.
    pub fn piece(&self, at: i64, format: &Format, rung: usize) -> Option<Piece> {
        let (strip, slot) = self.on(at)?;
        let n = strip.at(at);
        let laid = Laid::new(strip, n);
        let segment = laid.at(at);
        let (from, to) = (laid.offset(segment), laid.offset(segment + 1));
        let item_ms = laid.item_offset() + from;
        let number = slot.first + segment;
        let rung = format.rungs.get(rung).or(format.rungs.last());
        let pictures = laid
            .item
            .zip(rung)
            .and_then(|(item, rung)| video(item, format, rung))
            .map(|found| {
                if laid.withheld {
                    let slate = format!("{SLATE_PATH}/{}", slate_codec(format));
                    return (
                        format!("{slate}/init.mp4"),
                        format!("{slate}/{item_ms}-{}.m4s", to - from),
                    );
                }
                let path = &found.path;
                (format!("{path}/init.mp4"), format!("{path}/{number}.m4s"))
            });
        let sound = laid.item.map(|item| {
            if let Some(found) = audio(item, format, 0).filter(|_| !laid.withheld) {
                return (
                    format!("{}/init.mp4", found.path),
                    format!("{}/{number}.m4s", found.path),
                );
            }
            let (rate, channels) = (format.sample_rate, format.channels);
            let silence = format!("{}/{rate}-{channels}", names::SILENCE);
            (
                format!("{silence}/init.mp4"),
                format!("{silence}/{item_ms}-{}.m4s", to - from),
            )
        });
        Some(Piece {
            start: slot.start + i64::from(from),
            end: slot.start + i64::from(to),
            airing: slot.airing,
            item_ms,
            pictures,
            sound,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{definition::Channel, schedule::Timeline, testing};

    #[test]
    fn pieces_follow_each_other() {
        let least = r#"{"number": 1, "name": "All", "rules": {}}"#;
        let channel: Channel = serde_json::from_str(least).unwrap();
        let library = testing::library(7, 20);
        let timeline = Timeline::begin("c", Arc::new(channel), library, 0).unwrap();
        let strips = timeline.strips(0, 3_600_000).unwrap();
        let reel = Reel::new(strips.into_iter().map(Arc::new).collect()).unwrap();
        let format = Format::default();
        let mut at = 0;
        while at < 3_600_000 {
            let piece = reel.piece(at, &format, 3).unwrap();
            assert_eq!(piece.start, at);
            assert!(piece.end > at && piece.end - at <= 6_500);
            assert_eq!(reel.piece(piece.end - 1, &format, 3), Some(piece.clone()));
            assert!(piece.pictures.is_some() && piece.sound.is_some());
            at = piece.end;
        }
        assert_eq!(reel.piece(-1, &format, 0), None);
    }
}
