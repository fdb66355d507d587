//! A broadcast as ffmpeg sends it, packaged as it comes, and watched with ffmpeg.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{fs, path::Path};

use matinee_media::{
    codec::SampleEntry,
    flv::{self, Content, Reader, TagKind},
    index::MediaKind,
    live::{self, Options, Packager, Part, Place, Unwrap},
    mp4,
};
use support::{assert_same_frames, frames, probe_clean, studio};

fn broadcast(path: &Path) -> ([SampleEntry; 2], Vec<Part>) {
    let (mut reader, mut clock) = (Reader::new(), Unwrap::new());
    let mut entries: [Option<SampleEntry>; 2] = [None, None];
    let mut packager = None;
    let mut parts = Vec::new();
    for piece in fs::read(path).unwrap().chunks(4096) {
        reader.feed(piece);
        while let Some(tag) = reader.next_tag().unwrap() {
            let time = clock.time(tag.timestamp_ms) * 1000;
            let (which, packets) = match tag.kind {
                TagKind::Video => (0, flv::video(&tag.body).unwrap()),
                TagKind::Audio => (1, flv::audio(&tag.body).unwrap()),
                TagKind::Script => continue,
            };
            for packet in packets {
                match packet.content {
                    Content::Config(config) => {
                        let entry = SampleEntry::of_config(packet.codec, &config).unwrap();
                        entries[which] = Some(entry);
                    }
                    Content::Frame(frame) => {
                        let packager = packager.get_or_insert_with(|| {
                            let [video, sound] = &entries;
                            let (video, sound) = (video.as_ref(), sound.as_ref());
                            Packager::new(Options::default(), video, sound, Place::default())
                                .unwrap()
                        });
                        if which == 0 {
                            packager.video(time, frame).unwrap();
                        } else {
                            packager.sound(time, frame.data).unwrap();
                        }
                        parts.extend(packager.take());
                    }
                    Content::End => {}
                }
            }
        }
    }
    parts.extend(packager.unwrap().finish().0);
    (entries.map(Option::unwrap), parts)
}

#[test]
fn every_frame_arrives_at_its_time() {
    let Some(studio) = studio() else { return };
    let file = studio.make(
        "a.flv",
        "-f lavfi -i testsrc2=s=320x180:d=9:r=30 -f lavfi -i sine=d=9:r=48000 \
         -c:v libx264 -preset veryfast -g 60 -bf 2 -pix_fmt yuv420p -c:a aac -ac 2",
    );
    let (entries, parts) = broadcast(&file);
    for (entry, stream) in entries.iter().zip(["v", "a"]) {
        let kind = live::kind(entry);
        let mut whole = live::init(entry).to_vec();
        for part in parts.iter().filter(|part| part.kind == kind) {
            whole.extend_from_slice(&part.data);
        }
        let made = studio.write(&format!("{stream}.mp4"), &whole);
        probe_clean(&made);
        let (wanted, got) = (frames(&file, stream, false), frames(&made, stream, false));
        match kind {
            // Pictures begin with their first keyframe, at which the clock begins.
            MediaKind::Video => assert_same_frames(&wanted, &got, 0.002),
            MediaKind::Audio => assert!(got.len() + 2 >= wanted.len()),
        }
    }
    // Both in one file, as they came: what a broadcast is recorded as.
    let [video, sound] = &entries;
    let mut whole = live::file_head(Some(video), Some(sound)).to_vec();
    for part in &parts {
        whole.extend_from_slice(&part.data);
    }
    let made = studio.write("both.mp4", &whole);
    probe_clean(&made);
    assert_same_frames(
        &frames(&file, "v", false),
        &frames(&made, "v", false),
        0.002,
    );
    let movie = mp4::read(&mut fs::File::open(&made).unwrap()).unwrap();
    assert!(movie.video().is_some() && movie.audios().count() == 1);
    assert_eq!(movie.video().unwrap().samples.len(), 270);
    let count = |kind| parts.iter().filter(|part| part.kind == kind).count();
    assert!(count(MediaKind::Video) >= 18);
    assert!(count(MediaKind::Audio) >= 18);
}
