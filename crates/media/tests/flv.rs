//! Streams as real encoders send them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{fs, fs::File, path::Path, process::Command};

use bytes::Bytes;
use matinee_media::{
    boxes::Boxes,
    codec::{Codec, SampleEntry},
    flv::{self, Content, Reader, TagKind},
    mp4,
};
use support::studio;

/// What a file holds, in the order of its tags.
struct Flv {
    entries: Vec<SampleEntry>,
    /// Of pictures, then of sound: decoding and presentation time in milliseconds, size, sync.
    frames: [Vec<(i64, i64, usize, bool)>; 2],
}

fn read(path: &Path) -> Flv {
    let mut flv = Flv {
        entries: Vec::new(),
        frames: [Vec::new(), Vec::new()],
    };
    let mut reader = Reader::new();
    // As a socket would give it.
    for piece in fs::read(path).unwrap().chunks(1400) {
        reader.feed(piece);
        while let Some(tag) = reader.next_tag().unwrap() {
            let (which, packets) = match tag.kind {
                TagKind::Video => (0, flv::video(&tag.body).unwrap()),
                TagKind::Audio => (1, flv::audio(&tag.body).unwrap()),
                TagKind::Script => continue,
            };
            for packet in packets {
                match packet.content {
                    Content::Config(config) => flv
                        .entries
                        .push(SampleEntry::of_config(packet.codec, &config).unwrap()),
                    Content::Frame(frame) => {
                        let dts = i64::from(tag.timestamp_ms);
                        let pts = dts + i64::from(frame.composition_ms);
                        flv.frames[which].push((dts, pts, frame.data.len(), frame.sync));
                    }
                    Content::End => {}
                }
            }
        }
    }
    flv
}

/// The same of ffprobe.
fn packets(path: &Path, stream: &str) -> Vec<(i64, i64, usize, bool)> {
    let done = Command::new("ffprobe")
        .args(["-v", "error", "-select_streams", stream, "-of", "csv=p=0"])
        .args(["-show_entries", "packet=dts,pts,size,flags"])
        .arg(path)
        .output()
        .unwrap();
    String::from_utf8(done.stdout)
        .unwrap()
        .lines()
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            (
                fields[1].parse().unwrap(),
                fields[0].parse().unwrap(),
                fields[2].parse().unwrap(),
                fields[3].starts_with('K'),
            )
        })
        .collect()
}

#[test]
fn what_ffmpeg_writes_is_what_ffprobe_reads() {
    let Some(studio) = studio() else { return };
    let file = studio.make(
        "a.flv",
        "-f lavfi -i testsrc2=s=426x240:d=4:r=30 -f lavfi -i sine=d=4:r=44100 \
         -c:v libx264 -g 45 -bf 3 -pix_fmt yuv420p -c:a aac -ac 2",
    );
    let flv = read(&file);
    assert_eq!(flv.frames[0], packets(&file, "v"));
    assert_eq!(flv.frames[1], packets(&file, "a"));
    assert!(flv.frames[0].iter().any(|(dts, pts, ..)| pts != dts));

    let [video, audio] = &flv.entries[..] else {
        panic!("{:?}", flv.entries);
    };
    // 240 lines are coded as 15 blocks of 16, 426 columns as 27 with 6 cropped.
    let picture = video.video.as_ref().unwrap();
    assert_eq!((picture.width, picture.height), (426, 240));
    assert!(video.codec_string.starts_with("avc1.64"), "{video:?}");
    assert_eq!(audio.codec_string, "mp4a.40.2");
    let sound = audio.audio.unwrap();
    assert_eq!((sound.channels, sound.sample_rate), (2, 44_100));
}

/// An entry made of nothing but the decoder configuration says what the whole entry says.
#[test]
fn a_configuration_alone_says_it_all() {
    let Some(studio) = studio() else { return };
    // Neither a multiple of 16, so that something is cropped; fields need a multiple of four.
    let source = "-f lavfi -i testsrc2=s=638x364:d=1:r=10 -pix_fmt yuv420p";
    let cases = [
        ("avc.mp4", "-c:v libx264", Codec::Avc, *b"avcC"),
        (
            "fields.mp4",
            "-c:v libx264 -flags +ildct+ilme",
            Codec::Avc,
            *b"avcC",
        ),
        (
            "hevc.mp4",
            "-c:v libx265 -tag:v hvc1 -x265-params log-level=none",
            Codec::Hevc,
            *b"hvcC",
        ),
        (
            "av1.mp4",
            "-c:v libaom-av1 -cpu-used 8 -usage realtime",
            Codec::Av1,
            *b"av1C",
        ),
    ];
    for (name, encode, codec, kind) in cases {
        let file = studio.make(name, &format!("{source} {encode}"));
        let movie = mp4::read(&mut File::open(&file).unwrap()).unwrap();
        let entry = movie.tracks[0].entry().unwrap().clone();
        let config = config(&entry.bytes, 8 + 78, kind);
        let made = SampleEntry::of_config(codec, &config).unwrap();
        let (wanted, got) = (entry.video.unwrap(), made.video.unwrap());
        assert_eq!(
            (got.width, got.height, got.bit_depth, got.interlaced),
            (
                wanted.width,
                wanted.height,
                wanted.bit_depth,
                wanted.interlaced
            ),
            "{name}"
        );
        assert_eq!(made.codec_string, entry.codec_string, "{name}");
    }
}

fn config(entry: &[u8], fields: usize, kind: [u8; 4]) -> Bytes {
    let found = Boxes::new(&entry[fields..]).find(&kind).unwrap();
    Bytes::copy_from_slice(found.body)
}

#[test]
fn opus_comes_with_the_header_of_ogg_and_goes_as_that_of_mp4() {
    let mut head = b"OpusHead\x01\x02".to_vec();
    head.extend(312u16.to_le_bytes());
    head.extend(44_100u32.to_le_bytes());
    head.extend([0, 0, 0]);
    let entry = SampleEntry::of_config(Codec::Opus, &head).unwrap();
    let dops = config(&entry.bytes, 8 + 28, *b"dOps");
    let mut wanted = vec![0, 2];
    wanted.extend(312u16.to_be_bytes());
    wanted.extend(44_100u32.to_be_bytes());
    wanted.extend([0, 0, 0]);
    assert_eq!(dops, wanted);
    // It always decodes at 48 kHz, whatever it was made from.
    let sound = entry.audio.unwrap();
    assert_eq!((sound.channels, sound.sample_rate), (2, 48_000));

    // Six channels without saying where they stand.
    head[9] = 6;
    SampleEntry::of_config(Codec::Opus, &head).unwrap_err();
}

#[test]
fn hostile_configurations_are_refused() {
    for codec in [
        Codec::Avc,
        Codec::Hevc,
        Codec::Av1,
        Codec::Aac,
        Codec::Opus,
        Codec::Mp3,
    ] {
        SampleEntry::of_config(codec, &[]).unwrap_err();
        SampleEntry::of_config(codec, &[0xff; 40]).unwrap_err();
        SampleEntry::of_config(codec, &vec![0; 1 << 20]).unwrap_err();
    }
}
