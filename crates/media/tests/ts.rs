//! Transport streams as ffmpeg writes them, whole, damaged and hostile.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{fs, path::Path, process::Command, sync::OnceLock};

use bytes::Bytes;
use matinee_media::{
    codec::{Codec, SampleEntry},
    flv::{Content, Frame},
    index::MediaKind,
    live::{Options, Packager, Place, file_head},
    ts::{Demuxer, Event},
};
use proptest::prelude::*;
use support::{Studio, studio};

/// What a transport stream holds, in the order in which it came.
#[derive(Default)]
struct Heard {
    configs: Vec<(Codec, Bytes)>,
    pictures: Vec<(i64, Frame)>,
    sounds: Vec<(i64, Frame)>,
    refused: Vec<(MediaKind, String)>,
}

fn hear(bytes: &[u8], cut: usize) -> Heard {
    let mut demuxer = Demuxer::new();
    let mut events = Vec::new();
    for piece in bytes.chunks(cut) {
        events.extend(demuxer.feed(piece));
    }
    events.extend(demuxer.finish());
    let mut heard = Heard::default();
    for event in events {
        match event {
            Event::Refused { kind, error } => heard.refused.push((kind, error.to_string())),
            Event::Cue { .. } => panic!("there are no breaks"),
            Event::Packet {
                kind,
                time_us,
                packet,
            } => match (kind, packet.content) {
                (_, Content::Config(config)) => heard.configs.push((packet.codec, config)),
                (MediaKind::Video, Content::Frame(frame)) => heard.pictures.push((time_us, frame)),
                (MediaKind::Audio, Content::Frame(frame)) => heard.sounds.push((time_us, frame)),
                (_, Content::End) => panic!("nobody said so"),
            },
        }
    }
    heard
}

/// Decoding and presentation time in ticks, size and whether it is a keyframe, by ffprobe.
fn packets(path: &Path, stream: &str) -> Vec<(i64, i64, usize, bool)> {
    let done = Command::new("ffprobe")
        .args(["-v", "error", "-select_streams", stream, "-of", "csv=p=0"])
        .args(["-show_entries", "packet=dts,pts,size,flags"])
        .arg(path)
        .output()
        .unwrap();
    let text = String::from_utf8(done.stdout).unwrap();
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            let number = |n: usize| fields[n].parse().unwrap();
            let size = fields[2].parse().unwrap();
            (number(1), number(0), size, fields[3].starts_with('K'))
        })
        .collect()
}

/// The hash of each picture that a file decodes to.
fn decoded(path: &Path) -> Vec<String> {
    let done = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args([
            "-map",
            "0:v",
            "-fps_mode",
            "passthrough",
            "-f",
            "framemd5",
            "-",
        ])
        .output()
        .unwrap();
    assert!(done.stderr.is_empty(), "{done:?}");
    let text = String::from_utf8(done.stdout).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| line.rsplit(',').next().unwrap().trim().to_owned())
        .collect()
}

fn micros(ticks: i64) -> i64 {
    (ticks * 200 + 9).div_euclid(18)
}

const MEDIA: &str = "-f lavfi -i testsrc2=s=426x240:d=4:r=30 -f lavfi -i sine=d=4:r=44100";

fn make(studio: &Studio, name: &str, more: &str) -> std::path::PathBuf {
    studio.make(
        name,
        &format!("{MEDIA} -pix_fmt yuv420p -g 45 -bf 3 -c:a aac -ac 2 {more} -f mpegts"),
    )
}

#[test]
fn what_ffmpeg_writes_is_what_ffprobe_reads() {
    let Some(studio) = studio() else { return };
    for (name, more, codec, string) in [
        ("avc.ts", "-c:v libx264", Codec::Avc, "avc1.64"),
        (
            "hevc.ts",
            "-c:v libx265 -x265-params log-level=none:keyint=45",
            Codec::Hevc,
            "hvc1.1.",
        ),
    ] {
        let file = make(&studio, name, more);
        let bytes = fs::read(&file).unwrap();
        let heard = hear(&bytes, 1316);
        assert_eq!(heard.refused, [], "{name}");

        let wanted = packets(&file, "v");
        assert_eq!(heard.pictures.len(), wanted.len(), "{name}");
        for ((time_us, frame), (dts, pts, _, sync)) in heard.pictures.iter().zip(&wanted) {
            assert_eq!(*time_us, micros(*dts), "{name}");
            assert!((i64::from(frame.composition_ms) * 90 - (pts - dts)).abs() <= 45);
            assert_eq!(frame.sync, *sync, "{name}");
        }
        assert!(heard.pictures.iter().any(|(_, f)| f.composition_ms > 0));
        let wanted = packets(&file, "a");
        assert_eq!(heard.sounds.len(), wanted.len(), "{name}");
        for ((time_us, frame), (dts, _, size, _)) in heard.sounds.iter().zip(&wanted) {
            // A tick for each frame of the packet that had no time of its own.
            assert!((time_us - micros(*dts)).abs() <= 200, "{name}");
            assert_eq!(frame.data.len() + 7, *size, "{name}");
        }

        let [(video, config), (Codec::Aac, sound)] = &heard.configs[..] else {
            panic!("{:?}", heard.configs);
        };
        assert_eq!(*video, codec);
        let video = SampleEntry::of_config(codec, config).unwrap();
        assert!(video.codec_string.starts_with(string), "{video:?}");
        let size = video.video.as_ref().unwrap();
        assert_eq!((size.width, size.height), (426, 240));
        let sound = SampleEntry::of_config(Codec::Aac, sound).unwrap();
        let sound = sound.audio.unwrap();
        assert_eq!((sound.channels, sound.sample_rate), (2, 44_100));

        // What is packaged of it decodes to the same pictures.
        let mut packager =
            Packager::new(Options::default(), Some(&video), None, Place::default()).unwrap();
        for (time_us, frame) in heard.pictures {
            packager.video(time_us, frame).unwrap();
        }
        let mut all = file_head(Some(&video), None).to_vec();
        for part in packager.finish().0 {
            all.extend_from_slice(&part.data);
        }
        let again = studio.write("again.mp4", &all);
        assert_eq!(decoded(&again), decoded(&file), "{name}");
    }
}

#[test]
fn however_it_is_cut_the_same_is_heard_also_over_the_wrap_of_the_clock() {
    let Some(studio) = studio() else { return };
    // 2^33 ticks are 95443.7 seconds.
    let file = make(
        &studio,
        "wrap.ts",
        "-c:v libx264 -output_ts_offset 95441 -muxdelay 0",
    );
    let bytes = fs::read(&file).unwrap();
    let times = |heard: &Heard| {
        let of = |frames: &[(i64, Frame)]| frames.iter().map(|(at, _)| *at).collect::<Vec<_>>();
        (of(&heard.pictures), of(&heard.sounds))
    };
    let whole = times(&hear(&bytes, bytes.len()));
    assert_eq!(whole.0.len(), 120);
    for frames in [&whole.0, &whole.1] {
        let steps = frames.windows(2).map(|pair| pair[1] - pair[0]);
        assert!(steps.clone().all(|step| (20_000..40_000).contains(&step)));
    }
    for cut in [1, 100, 187, 188, 189, 1316, 4096] {
        assert_eq!(times(&hear(&bytes, cut)), whole, "{cut}");
    }
}

#[test]
fn after_a_loss_pictures_go_on_with_a_keyframe() {
    let Some(studio) = studio() else { return };
    let file = make(&studio, "loss.ts", "-c:v libx264");
    let bytes = fs::read(&file).unwrap();
    let whole = hear(&bytes, 1316);
    let packets: Vec<&[u8]> = bytes.chunks(188).collect();
    let third = packets.len() / 3;
    let lost = [&packets[..third], &packets[third + 7..]].concat().concat();
    let heard = hear(&lost, 1316);
    let missing: Vec<usize> = (0..whole.pictures.len())
        .filter(|n| {
            !heard
                .pictures
                .iter()
                .any(|(at, _)| *at == whole.pictures[*n].0)
        })
        .collect();
    let (first, last) = (missing[0], missing[missing.len() - 1]);
    assert_eq!(missing.len(), last - first + 1);
    assert!(whole.pictures[last + 1].1.sync && missing.len() < 46);
    assert!(whole.sounds.len() - heard.sounds.len() < 30);

    // Bytes that belong to nothing are passed over.
    let (before, after) = bytes.split_at(188 * (packets.len() / 2));
    let noise: Vec<u8> = (0..1000u32).map(|n| (n * 71).to_be_bytes()[3]).collect();
    let noisy = hear(&[before, &noise, after].concat(), 1316);
    assert!(noisy.pictures.len() + 46 > whole.pictures.len());
    assert!(noisy.sounds.len() + 30 > whole.sounds.len());
}

#[test]
fn what_cannot_be_taken_is_said_once_and_the_rest_goes_on() {
    let Some(studio) = studio() else { return };
    let file = studio.make(
        "mp2.ts",
        &format!("{MEDIA} -pix_fmt yuv420p -c:v libx264 -c:a mp2 -f mpegts"),
    );
    let heard = hear(&fs::read(&file).unwrap(), 1316);
    let words = "unsupported: MPEG audio".to_owned();
    assert_eq!(heard.refused, [(MediaKind::Audio, words)]);
    assert_eq!(heard.pictures.len(), 120);
}

/// Half a second of both.
fn seed() -> &'static [u8] {
    static SEED: OnceLock<Vec<u8>> = OnceLock::new();
    SEED.get_or_init(|| {
        let Some(studio) = studio() else {
            return vec![0x47; 188 * 20];
        };
        let file = studio.make(
            "seed.ts",
            "-f lavfi -i testsrc2=s=64x64:d=0.6:r=10 -f lavfi -i sine=d=0.6 -pix_fmt yuv420p \
             -c:v libx264 -crf 45 -g 3 -c:a aac -b:a 32k -f mpegts",
        );
        fs::read(file).unwrap()
    })
}

proptest! {
    /// Nothing makes it panic, and what comes out is never more than what went in.
    #[test]
    fn any_bytes_are_borne(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..40),
        noise in prop::collection::vec(any::<u8>(), 0..600),
        at in any::<prop::sample::Index>(),
        twice in any::<bool>(),
        cut in 1usize..2000,
    ) {
        let mut bytes = seed().to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let at = at.index(bytes.len());
        bytes.splice(at..at, noise);
        if twice {
            bytes.extend(seed());
        }
        let heard = hear(&bytes, cut);
        let frames = heard.pictures.iter().chain(&heard.sounds);
        let out: usize = frames.map(|(_, frame)| frame.data.len()).sum();
        prop_assert!(out <= bytes.len() * 2);
    }

    #[test]
    fn noise_is_nothing(bytes in prop::collection::vec(any::<u8>(), 0..4000), cut in 1usize..500) {
        let heard = hear(&bytes, cut);
        prop_assert!(heard.pictures.is_empty() && heard.sounds.is_empty());
    }
}
