//! Segments of many items woven into one transport stream whose clock never jumps.

use bytes::Bytes;

use super::{Event, Muxer};
use crate::{
    codec::Codec,
    error::Result,
    flv::{Content, Frame, Packet},
    index::MediaKind,
    live::unpack_from,
};

/// How far apart two decoding times are at least, in microseconds.
const APART_US: i64 = 100;

/// A track's initialization segment and one of its segments.
#[derive(Clone, Copy, Debug)]
pub struct Stretch<'a> {
    /// The initialization segment.
    pub init: &'a [u8],
    /// The segment.
    pub segment: &'a [u8],
}

/// Weaves segments of items that follow each other into one stream: nothing is encoded, and what
/// was cut at the end of an item goes on where it ended.
#[derive(Debug, Default)]
pub struct Weaver {
    muxer: Option<Muxer>,
    configs: [Option<(Codec, Bytes)>; 2],
    /// The last decoding time of each track.
    last_us: [Option<i64>; 2],
}

impl Weaver {
    /// Writes a segment of pictures and the sound beside it. Its first picture is shown at
    /// `at_us` of the stream; where its item is then is `item_us`, which is what sound is told
    /// by.
    ///
    /// Errors: those of [`unpack`](crate::live::unpack) and [`Muxer::new`].
    pub fn segment(
        &mut self,
        at_us: i64,
        item_us: i64,
        pictures: Option<Stretch<'_>>,
        sound: Option<Stretch<'_>>,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let mut frames: Vec<(i64, MediaKind, Frame)> = Vec::new();
        let mut configs = [None, None];
        let tracks = [(MediaKind::Video, pictures), (MediaKind::Audio, sound)];
        for (kind, stretch) in tracks {
            let Some(Stretch { init, segment }) = stretch else {
                continue;
            };
            let mut own: Vec<(i64, Frame)> = Vec::new();
            let (began_us, events) = unpack_from(init, segment)?;
            for event in events {
                let Event::Packet {
                    time_us,
                    packet: Packet { codec, content, .. },
                    ..
                } = event
                else {
                    continue;
                };
                match content {
                    Content::Config(config) => configs[index(kind)] = Some((codec, config)),
                    Content::Frame(frame) => own.push((time_us, frame)),
                    Content::End => {}
                }
            }
            let shift = match kind {
                // An edit list, or none, may stand between decoding and showing: the first
                // picture is shown when the segment begins, whatever it says.
                MediaKind::Video => {
                    let shown = own.iter().map(|(at, frame)| shown_us(*at, frame)).min();
                    at_us - shown.unwrap_or(at_us)
                }
                MediaKind::Audio => began_us + at_us - item_us,
            };
            frames.extend(own.into_iter().map(|(at, frame)| (at + shift, kind, frame)));
        }
        self.configure(configs)?;
        frames.sort_by_key(|(at, ..)| *at);
        let Some(muxer) = &mut self.muxer else {
            return Ok(());
        };
        for (at, kind, mut frame) in frames {
            let last = &mut self.last_us[index(kind)];
            let at = match kind {
                // Sound that overlaps the end of the item before is as long as a frame at most.
                MediaKind::Audio if last.is_some_and(|last| at < last + APART_US) => continue,
                MediaKind::Audio => at,
                // Items that are reordered further begin to be decoded sooner.
                MediaKind::Video => {
                    let later = last.map_or(at, |last| at.max(last + APART_US));
                    let moved = i32::try_from((later - at) / 1000).unwrap_or(i32::MAX);
                    frame.composition_ms = frame.composition_ms.saturating_sub(moved).max(0);
                    later
                }
            };
            *last = Some(at);
            muxer.frame(kind, at, &frame, out);
        }
        Ok(())
    }

    /// Other decoder configurations from here on, if they are others.
    fn configure(&mut self, found: [Option<(Codec, Bytes)>; 2]) -> Result<()> {
        let mut changed = self.muxer.is_none();
        for (known, found) in self.configs.iter_mut().zip(found) {
            // A track that is missing for a while is still there.
            if found.is_some() && *known != found {
                *known = found;
                changed = true;
            }
        }
        let of = |n: usize| {
            let config: &Option<(Codec, Bytes)> = &self.configs[n];
            config.as_ref().map(|(codec, bytes)| (*codec, &bytes[..]))
        };
        match &mut self.muxer {
            _ if !changed => {}
            _ if self.configs.iter().all(Option::is_none) => {}
            Some(muxer) => muxer.renew(of(0), of(1))?,
            none => *none = Some(Muxer::new(of(0), of(1))?),
        }
        Ok(())
    }
}

const fn index(kind: MediaKind) -> usize {
    match kind {
        MediaKind::Video => 0,
        MediaKind::Audio => 1,
    }
}

fn shown_us(at: i64, frame: &Frame) -> i64 {
    at + i64::from(frame.composition_ms) * 1000
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;
    use crate::{silence::Silence, ts::Demuxer};

    #[test]
    fn the_clock_goes_on_where_items_begin_anew() {
        let silence = Silence::new(48_000, 2).unwrap();
        let init = silence.init();
        let mut weaver = Weaver::default();
        let mut out = Vec::new();
        // Two seconds each; the second item is joined in its middle.
        let pieces = [(0, 0), (2000, 2000), (4000, 0), (6000, 2000), (8000, 6000)];
        for (at, item) in pieces {
            let segment = silence.segment(item, 2000).unwrap();
            let sound = Stretch {
                init: &init,
                segment: &segment,
            };
            let (at, item) = (i64::from(at) * 1000, i64::from(item) * 1000);
            weaver
                .segment(at, item, None, Some(sound), &mut out)
                .unwrap();
        }
        assert!(out.len().is_multiple_of(188));
        let mut demuxer = Demuxer::new();
        let mut events = demuxer.feed(&out);
        events.extend(demuxer.finish());
        let times: Vec<i64> = events
            .into_iter()
            .filter_map(|event| match event {
                Event::Packet {
                    time_us, packet, ..
                } => matches!(packet.content, Content::Frame(_)).then_some(time_us),
                Event::Refused { error, .. } => panic!("{error}"),
                Event::Cue { .. } => panic!("there are no breaks"),
            })
            .collect();
        let frame = 1_024_000 / 48;
        for pair in times.windows(2) {
            let apart = pair[1] - pair[0];
            assert!(apart > 0 && apart <= 2 * frame, "{apart}");
        }
        let whole = times[times.len() - 1] - times[0];
        assert!((whole - 10_000_000).abs() <= 2 * frame, "{whole}");
    }
}
