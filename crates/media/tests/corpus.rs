//! Nothing that comes over the wire brings the readers of live media down, or makes more of it
//! than there was.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[path = "support/corpus.rs"]
mod corpus;

use matinee_media::flv::{self, Content, Reader, TagKind};
use matinee_media::ts::{Demuxer, Event};

macro_rules! folder {
    ($name:literal) => {
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/", $name)
    };
}

/// The frames in a transport stream that comes in pieces, and their bytes.
fn of_transport_stream(bytes: &[u8], piece: usize) -> (usize, usize) {
    let mut demuxer = Demuxer::new();
    let mut events = Vec::new();
    for piece in bytes.chunks(piece) {
        events.extend(demuxer.feed(piece));
    }
    events.extend(demuxer.finish());
    let frames = events.iter().filter_map(|event| match event {
        Event::Packet { packet, .. } => match &packet.content {
            Content::Frame(frame) => Some(frame.data.len()),
            _ => None,
        },
        Event::Refused { .. } | Event::Cue { .. } => None,
    });
    let sizes: Vec<usize> = frames.collect();
    (sizes.len(), sizes.iter().sum())
}

#[test]
fn transport_streams() {
    for (name, bytes) in corpus::files(folder!("ts")) {
        let (frames, _) = of_transport_stream(&bytes, 1316);
        assert!(frames > 0 || name.contains("mp2"), "{name} says nothing");
    }
    for (name, bytes) in corpus::variants(folder!("ts")) {
        let (_, size) = of_transport_stream(&bytes, 1000);
        assert!(size <= 2 * bytes.len(), "{name} grows");
    }
}

/// The frames in a file of tags, and their bytes.
fn of_tags(bytes: &[u8], piece: usize) -> (usize, usize) {
    let mut reader = Reader::new();
    let (mut frames, mut size) = (0, 0);
    for piece in bytes.chunks(piece) {
        reader.feed(piece);
        while let Ok(Some(tag)) = reader.next_tag() {
            let packets = match tag.kind {
                TagKind::Video => flv::video(&tag.body),
                TagKind::Audio => flv::audio(&tag.body),
                TagKind::Script => continue,
            };
            for packet in packets.into_iter().flatten() {
                if let Content::Frame(frame) = packet.content {
                    frames += 1;
                    size += frame.data.len();
                }
            }
        }
    }
    (frames, size)
}

#[test]
fn tags() {
    for (name, bytes) in corpus::files(folder!("flv")) {
        assert!(of_tags(&bytes, 4096).0 > 0, "{name} says nothing");
    }
    for (name, bytes) in corpus::variants(folder!("flv")) {
        let (_, size) = of_tags(&bytes, 777);
        assert!(size <= bytes.len(), "{name} grows");
    }
}
