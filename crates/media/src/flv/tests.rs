#![allow(clippy::unwrap_used, clippy::expect_used)]

use bytes::Bytes;
use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::error::MediaError;

/// A tag as it lies in a stream, its length after it.
fn tag(kind: u8, timestamp_ms: u32, body: &[u8]) -> Vec<u8> {
    let size = u32::try_from(body.len()).unwrap().to_be_bytes();
    let time = timestamp_ms.to_be_bytes();
    let mut out = vec![kind, size[1], size[2], size[3]];
    out.extend([time[1], time[2], time[3], time[0], 0, 0, 0]);
    out.extend(body);
    out.extend((u32::try_from(body.len()).unwrap() + 11).to_be_bytes());
    out
}

fn one(packets: Result<Vec<Packet>, MediaError>) -> Packet {
    let mut packets = packets.unwrap();
    assert_eq!(packets.len(), 1, "{packets:?}");
    packets.remove(0)
}

fn frame(data: &'static [u8], composition_ms: i32, sync: bool) -> Content {
    Content::Frame(Frame {
        data: Bytes::from_static(data),
        composition_ms,
        sync,
    })
}

fn config(data: &'static [u8]) -> Content {
    Content::Config(Bytes::from_static(data))
}

#[rstest]
// Classic: frame type and codec, packet type, composition time of 24 bits with a sign.
#[case(b"\x17\x00\x00\x00\x00conf", Codec::Avc, config(b"conf"))]
#[case(b"\x17\x01\x00\x00\x50key", Codec::Avc, frame(b"key", 80, true))]
#[case(b"\x27\x01\xff\xff\xd8bb", Codec::Avc, frame(b"bb", -40, false))]
#[case(b"\x17\x02\x00\x00\x00", Codec::Avc, Content::End)]
#[case(b"\x1c\x00\x00\x00\x00conf", Codec::Hevc, config(b"conf"))]
// Enhanced: the mark, frame type, packet type; the codec by name.
#[case(b"\x90hvc1conf", Codec::Hevc, config(b"conf"))]
#[case(b"\x91hvc1\x00\x00\x21key", Codec::Hevc, frame(b"key", 33, true))]
#[case(b"\xa3hvc1x", Codec::Hevc, frame(b"x", 0, false))]
#[case(b"\x93av01x", Codec::Av1, frame(b"x", 0, true))]
#[case(b"\x91av01x", Codec::Av1, frame(b"x", 0, true))]
#[case(b"\x91avc1\xff\xff\xffx", Codec::Avc, frame(b"x", -1, true))]
#[case(b"\x92av01", Codec::Av1, Content::End)]
// One track with its number.
#[case(b"\x96\x01av01\x03x", Codec::Av1, frame(b"x", 0, true))]
fn pictures(#[case] body: &'static [u8], #[case] codec: Codec, #[case] content: Content) {
    let packet = one(video(&Bytes::from_static(body)));
    assert_eq!((packet.codec, packet.content), (codec, content));
}

#[rstest]
#[case(b"\xaf\x00\x12\x10", Codec::Aac, config(b"\x12\x10"))]
#[case(b"\xaf\x01raw", Codec::Aac, frame(b"raw", 0, true))]
#[case(b"\x2fmp3", Codec::Mp3, frame(b"mp3", 0, true))]
#[case(b"\x90OpusOpusHead", Codec::Opus, config(b"OpusHead"))]
#[case(b"\x91Opusx", Codec::Opus, frame(b"x", 0, true))]
#[case(b"\x91mp4ax", Codec::Aac, frame(b"x", 0, true))]
#[case(b"\x92mp4a", Codec::Aac, Content::End)]
fn sound(#[case] body: &'static [u8], #[case] codec: Codec, #[case] content: Content) {
    let packet = one(audio(&Bytes::from_static(body)));
    assert_eq!((packet.codec, packet.content), (codec, content));
}

#[rstest]
#[case(b"\x94av01\x02\0\x09colorInfo")]
#[case(b"\x57\x00")]
#[case(b"\xd0\x00")]
#[case(b"\x27\x01\x00\x00\x00")]
fn orders_metadata_and_empty_frames_are_passed_over(#[case] body: &'static [u8]) {
    assert_eq!(video(&Bytes::from_static(body)).unwrap(), []);
}

#[rstest]
#[case(b"")]
#[case(b"\x17")]
#[case(b"\x17\x01\x00")]
#[case(b"\x17\x09\x00\x00\x00")]
#[case(b"\x12flv1")]
#[case(b"\x14vp6")]
#[case(b"\x91")]
#[case(b"\x91hv")]
#[case(b"\x91hvc1\x00")]
#[case(b"\x91vp09x")]
#[case(b"\x91nope")]
// Tracks within tracks, a layout that does not exist, a track longer than the tag.
#[case(b"\x96\x06av01\x00")]
#[case(b"\x96\x31av01\x00")]
#[case(b"\x96\x11av01\x00\xff\xff\xff")]
#[case(b"\x97\x05abc")]
fn damaged_pictures_are_refused(#[case] body: &'static [u8]) {
    video(&Bytes::from_static(body)).unwrap_err();
}

#[test]
fn modifiers_without_end_are_refused_and_finer_times_are_kept() {
    // Each modifier: length - 1, data, kind of modifier and the next packet type.
    let mut endless = vec![0x97];
    for _ in 0..100 {
        endless.extend([0, 0xaa, 0x17]);
    }
    video(&endless.into()).unwrap_err();

    let finer = b"\x97\x02\x01\xe2\x40\x01av01x";
    let packet = one(video(&Bytes::from_static(finer)));
    assert_eq!(packet.offset_ns, 123_456);
    assert_eq!(packet.content, frame(b"x", 0, true));
    // A modifier that nobody knows, of more than 255 bytes, before it.
    let mut long = vec![0x97, 0xff, 0x01, 0x00];
    long.extend([7; 257]);
    long.push(0x53);
    long.extend(b"av01x");
    assert_eq!(one(video(&long.into())).content, frame(b"x", 0, true));
}

#[test]
fn several_tracks_of_one_or_of_several_codecs() {
    let same = b"\x96\x13av01\x00\x00\x00\x02ab\x05\x00\x00\x01c";
    let packets = video(&Bytes::from_static(same)).unwrap();
    assert_eq!(
        packets
            .iter()
            .map(|p| (p.track, p.content.clone()))
            .collect::<Vec<_>>(),
        [(0, frame(b"ab", 0, true)), (5, frame(b"c", 0, true))]
    );
    let mixed = b"\x95\x20Opus\x00\x00\x00\x02abmp4a\x01\x00\x00\x01c";
    let packets = audio(&Bytes::from_static(mixed)).unwrap();
    assert_eq!(
        packets
            .iter()
            .map(|p| (p.track, p.codec, p.content.clone()))
            .collect::<Vec<_>>(),
        [
            (0, Codec::Opus, config(b"ab")),
            (1, Codec::Aac, config(b"c"))
        ]
    );
    let mut crowd = vec![0x96, 0x13];
    crowd.extend(b"av01");
    for track in 0..=u8::try_from(MAX_TRACKS).unwrap() {
        crowd.extend([track, 0, 0, 1, b'x']);
    }
    assert!(matches!(
        video(&crowd.into()),
        Err(MediaError::TooLarge { .. })
    ));
}

#[test]
fn a_stream_is_read_with_a_header_or_without() {
    let mut bare = tag(8, 0x0123_4567, b"\xaf\x01a");
    bare.extend(tag(9, 0xffff_ffff, b"\x17\x01\0\0\0b"));
    bare.extend(tag(18, 5, b"\x02"));
    let mut headed = b"FLV\x01\x05\0\0\0\x09\0\0\0\0".to_vec();
    headed.extend(&bare);
    for stream in [bare, headed] {
        let mut reader = Reader::new();
        reader.feed(&stream);
        let mut tags = Vec::new();
        while let Some(tag) = reader.next_tag().unwrap() {
            tags.push((tag.kind, tag.timestamp_ms, tag.body.len()));
        }
        assert_eq!(
            tags,
            [
                (TagKind::Audio, 0x0123_4567, 3),
                (TagKind::Video, 0xffff_ffff, 6),
                (TagKind::Script, 5, 1)
            ]
        );
    }
}

#[test]
fn a_lost_place_and_a_giant_are_refused_before_memory_is_taken() {
    let mut reader = Reader::new();
    reader.feed(&tag(77, 0, b"x"));
    assert!(matches!(
        reader.next_tag(),
        Err(MediaError::Malformed { .. })
    ));
    let mut reader = Reader::new();
    reader.feed(&[9, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0]);
    // 16 MiB less one byte are allowed, so it waits.
    assert_eq!(reader.next_tag().unwrap(), None);
}

proptest! {
    #[test]
    fn nothing_makes_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut reader = Reader::new();
        reader.feed(&bytes);
        while let Ok(Some(_)) = reader.next_tag() {}
        let body = Bytes::from(bytes);
        for mark in [0x90u8, 0x95, 0x96, 0x97] {
            let mut marked = vec![mark];
            marked.extend(&body);
            let _ = video(&marked.clone().into());
            let _ = audio(&marked.into());
        }
        let _ = video(&body);
        let _ = audio(&body);
    }

    /// However the network cuts the bytes, the tags are the same.
    #[test]
    fn pieces_do_not_matter(
        bodies in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 1..12),
        cut in 1usize..40,
    ) {
        let mut stream = b"FLV\x01\x05\0\0\0\x09\0\0\0\0".to_vec();
        for (n, body) in bodies.iter().enumerate() {
            stream.extend(tag(if n % 2 == 0 { 8 } else { 9 }, u32::try_from(n).unwrap(), body));
        }
        let mut reader = Reader::new();
        let mut read = Vec::new();
        for piece in stream.chunks(cut) {
            reader.feed(piece);
            while let Some(tag) = reader.next_tag().unwrap() {
                read.push(tag.body.to_vec());
            }
        }
        prop_assert_eq!(read, bodies);
    }
}
