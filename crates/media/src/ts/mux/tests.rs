#![allow(clippy::unwrap_used, clippy::expect_used)]

use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::flv::Content;
use crate::ts::{Demuxer, Event};

/// 320x180.
const AVC: &[u8] = &[
    0x01, 0x42, 0xc0, 0x0b, 0xff, 0xe1, 0x00, 0x17, 0x67, 0x42, 0xc0, 0x0b, 0xda, 0x05, 0x06, 0x7e,
    0x7c, 0x04, 0x40, 0x00, 0x00, 0x03, 0x00, 0x40, 0x00, 0x00, 0x05, 0x03, 0xc5, 0x0a, 0xa8, 0x01,
    0x00, 0x04, 0x68, 0xce, 0x0f, 0xc8,
];
const AAC: &[u8] = &[0x11, 0x90];

fn picture(len: usize, composition_ms: i32, sync: bool) -> Frame {
    let mut nal = vec![if sync { 0x65 } else { 0x41 }];
    nal.resize(len, 0x77);
    let mut data = u32::try_from(len).unwrap().to_be_bytes().to_vec();
    data.extend(nal);
    Frame {
        data: data.into(),
        composition_ms,
        sync,
    }
}

fn tone(len: usize) -> Frame {
    Frame {
        data: Bytes::from(vec![3; len]),
        composition_ms: 0,
        sync: true,
    }
}

/// A frame with its time.
type Timed = (MediaKind, i64, Frame);

/// What is heard of a stream: configurations, and frames.
fn heard(bytes: &[u8]) -> (Vec<(MediaKind, Bytes)>, Vec<Timed>) {
    let mut demuxer = Demuxer::new();
    let mut events = demuxer.feed(bytes);
    events.extend(demuxer.finish());
    let (mut configs, mut frames) = (Vec::new(), Vec::new());
    for event in events {
        match event {
            Event::Packet {
                kind,
                time_us,
                packet,
            } => match packet.content {
                Content::Config(config) => configs.push((kind, config)),
                Content::Frame(frame) => frames.push((kind, time_us, frame)),
                Content::End => {}
            },
            Event::Refused { error, .. } => panic!("{error}"),
            Event::Cue { .. } => panic!("there are no breaks"),
        }
    }
    (configs, frames)
}

proptest! {
    /// Whatever the sizes, so that every way of filling packets up is met.
    #[test]
    fn what_is_written_is_read_again(
        sizes in proptest::collection::vec((1..1500_usize, 0..4_i32, 1..400_usize), 1..40),
    ) {
        let mut muxer = Muxer::new(Some((Codec::Avc, AVC)), Some((Codec::Aac, AAC))).unwrap();
        let (mut bytes, mut sent) = (Vec::new(), Vec::new());
        for (n, (len, late, tone_len)) in sizes.into_iter().enumerate() {
            let at = i64::try_from(n).unwrap() * 40_000;
            let shown = picture(len, late * 40, n % 10 == 0);
            muxer.frame(MediaKind::Video, at, &shown, &mut bytes);
            sent.push((MediaKind::Video, at, shown));
            let sound = tone(tone_len);
            muxer.frame(MediaKind::Audio, at, &sound, &mut bytes);
            sent.push((MediaKind::Audio, at, sound));
        }
        prop_assert_eq!(bytes.len() % LEN, 0);
        let (configs, frames) = heard(&bytes);
        prop_assert_eq!(configs.len(), 2);
        prop_assert!(configs.contains(&(MediaKind::Video, Bytes::from_static(AVC))));
        prop_assert!(configs.contains(&(MediaKind::Audio, Bytes::from_static(AAC))));
        for kind in [MediaKind::Video, MediaKind::Audio] {
            let of = |all: &[Timed]| {
                let own = all.iter().filter(|(other, ..)| *other == kind);
                own.map(|(_, at, frame)| (*at, frame.clone())).collect::<Vec<_>>()
            };
            let (sent, got) = (of(&sent), of(&frames));
            let first = got[0].0;
            let got: Vec<_> = got.into_iter().map(|(at, f)| (at - first, f)).collect();
            prop_assert_eq!(sent, got);
        }
    }

    #[test]
    fn no_configuration_brings_it_down(
        config in proptest::collection::vec(any::<u8>(), 0..60),
        codec in prop::sample::select(vec![Codec::Avc, Codec::Hevc, Codec::Aac, Codec::Av1]),
    ) {
        let _ = Muxer::new(Some((codec, &config)), Some((codec, &config)));
        if let Ok(mut muxer) = Muxer::new(Some((codec, &config)), None) {
            let frame = Frame { data: config.into(), composition_ms: 0, sync: true };
            muxer.frame(MediaKind::Video, 0, &frame, &mut Vec::new());
        }
    }
}

#[test]
fn other_tracks_follow_in_the_same_stream() {
    let mut muxer = Muxer::new(Some((Codec::Avc, AVC)), None).unwrap();
    let mut bytes = Vec::new();
    muxer.frame(MediaKind::Video, 0, &picture(500, 0, true), &mut bytes);
    muxer.frame(MediaKind::Audio, 0, &tone(9), &mut bytes);
    muxer
        .renew(Some((Codec::Avc, AVC)), Some((Codec::Aac, AAC)))
        .unwrap();
    muxer.frame(MediaKind::Video, 40_000, &picture(500, 0, true), &mut bytes);
    muxer.frame(MediaKind::Audio, 40_000, &tone(9), &mut bytes);
    let (_, frames) = heard(&bytes);
    let sounds = frames.iter().filter(|(kind, ..)| *kind == MediaKind::Audio);
    assert_eq!((frames.len(), sounds.count()), (3, 1));
}
