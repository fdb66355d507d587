//! Indices for tests, made without media.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use bytes::Bytes;

use crate::{
    codec::{Codec, Colour},
    fragment::{InitTrack, init_segment},
    index::{Layout, MediaKind, RenditionIndex, RenditionInfo, Span},
    ratio::Ratio,
    samples::SampleTableBuilder,
};

/// 24 fps pictures in segments of 4 s, each beginning with a larger keyframe.
pub(crate) fn video(width: u32, height: u32, frame_size: u32, seconds: u32) -> RenditionIndex {
    video_as(Layout::Virtual, width, height, frame_size, seconds)
}

pub(crate) fn video_as(
    layout: Layout,
    width: u32,
    height: u32,
    frame_size: u32,
    seconds: u32,
) -> RenditionIndex {
    let mut builder = SampleTableBuilder::new(0);
    let mut place = 1000;
    let mut spans: Vec<Span> = Vec::new();
    for frame in 0..seconds * 24 {
        let sync = frame % 48 == 0;
        let size = if sync { frame_size * 10 } else { frame_size };
        if frame % 96 == 0 {
            if let Some(last) = spans.last_mut() {
                last.bytes.end = place;
            }
            spans.push(Span {
                first_sample: frame,
                bytes: place..place,
            });
        }
        builder.push(1000, 0, place, size, sync);
        place += u64::from(size);
    }
    spans.last_mut().unwrap().bytes.end = place;
    let info = RenditionInfo {
        kind: MediaKind::Video,
        codec: Codec::Avc,
        codec_string: "avc1.64001f".to_owned(),
        timescale: 24_000,
        width,
        height,
        rotation: 0,
        pixel_aspect: None,
        frame_rate: Ratio::new(24, 1),
        colour: Some(Colour {
            primaries: 1,
            transfer: 1,
            matrix: 1,
            full_range: false,
        }),
        bit_depth: Some(8),
        channels: 0,
        sample_rate: 0,
        language: None,
    };
    RenditionIndex::assemble(info, init(true), layout, 1, 0, builder.finish(), &spans).unwrap()
}

/// AAC at 48 kHz in segments of about 4 s.
pub(crate) fn audio(language: Option<&str>, channels: u16, seconds: u32) -> RenditionIndex {
    let mut builder = SampleTableBuilder::new(0);
    let frames = seconds * 48_000 / 1024;
    for frame in 0..frames {
        builder.push(1024, 0, 500 + u64::from(frame) * 400, 340, true);
    }
    let spans: Vec<Span> = (0..seconds.div_ceil(4))
        .map(|n| Span {
            first_sample: (n * 4 * 48_000).div_ceil(1024),
            bytes: 0..0,
        })
        .collect();
    let info = RenditionInfo {
        kind: MediaKind::Audio,
        codec: Codec::Aac,
        codec_string: "mp4a.40.2".to_owned(),
        timescale: 48_000,
        width: 0,
        height: 0,
        rotation: 0,
        pixel_aspect: None,
        frame_rate: None,
        colour: None,
        bit_depth: None,
        channels,
        sample_rate: 48_000,
        language: language.map(str::to_owned),
    };
    let samples = builder.finish();
    RenditionIndex::assemble(info, init(false), Layout::Virtual, 1, 0, samples, &spans).unwrap()
}

fn init(video: bool) -> Bytes {
    init_segment(&InitTrack {
        id: 1,
        video,
        timescale: 24_000,
        width: 1280,
        height: 720,
        rotation: 0,
        language: None,
        edit_shift: 0,
        entry: b"\0\0\0\x08none",
    })
}
