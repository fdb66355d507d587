//! What comes out of the loudspeakers, as another program hears it.

use std::path::Path;
use std::process::Command;

use matinee_catalog::{Parts, Rendition, RenditionKind};
use matinee_ingest::recipes::audio::TARGET_LUFS;

use crate::support::{Studio, clip};

/// What ffmpeg says while it listens to a file through a filter.
fn heard(file: &Path, filter: &str) -> String {
    let out = Command::new("ffmpeg")
        .args(["-nostdin", "-nostats", "-i"])
        .arg(file)
        .args(["-vn", "-af", filter, "-f", "null", "-"])
        .output()
        .unwrap();
    String::from_utf8(out.stderr).unwrap()
}

/// The integrated loudness in LUFS.
fn loudness(file: &Path) -> f64 {
    let words = heard(file, "ebur128");
    let last = words.rsplit_once("I:").unwrap().1;
    last.split_whitespace().next().unwrap().parse().unwrap()
}

fn tracks(parts: &Parts) -> impl Iterator<Item = &Rendition> {
    let sound = |r: &&Rendition| r.kind == RenditionKind::Audio;
    parts.renditions.iter().filter(sound)
}

#[tokio::test]
async fn every_language_is_brought_to_one_loudness() {
    let studio = Studio::open().await;
    let file = clip(
        studio.dir.path(),
        "a.mkv",
        "-f lavfi -i testsrc2=s=320x180:r=25:d=8 \
         -f lavfi -i anoisesrc=d=8:c=pink:a=0.2 -f lavfi -i anoisesrc=d=8:c=white:a=0.9 -map 0 -map 1 -map 2 \
         -c:v libx264 -preset ultrafast -c:a aac -ac 2 -metadata:s:a:0 language=ger -metadata:s:a:1 language=eng",
    );
    let before: Vec<f64> = [0, 1]
        .map(|n| {
            let track = clip(
                studio.dir.path(),
                &format!("{n}.wav"),
                &format!("-i {} -map 0:a:{n}", file.display()),
            );
            loudness(&track)
        })
        .to_vec();
    assert!(
        before[0] < TARGET_LUFS - 6.0 && before[1] > TARGET_LUFS + 3.0,
        "one is too quiet and one too loud: {before:?}"
    );
    let id = studio.upload(&file).await;
    let (_, parts) = studio.completed(&id).await;
    assert_eq!(tracks(&parts).count(), 2);
    for track in tracks(&parts) {
        let found = loudness(&studio.play(track).await);
        assert!(
            (found - TARGET_LUFS).abs() < 1.0,
            "{}: {found} LUFS",
            track.name
        );
    }
}

/// Where a file is copied after itself, the second begins within the last samples of the first.
#[tokio::test]
async fn sound_goes_on_where_timestamps_overlap() {
    let studio = Studio::open().await;
    let once = clip(
        studio.dir.path(),
        "once.mp4",
        "-f lavfi -i testsrc2=s=320x180:r=25:d=5 -f lavfi -i sine=f=440:r=48000:d=5 -shortest \
         -c:v libx264 -preset ultrafast -c:a aac -ac 2",
    );
    let file = clip(
        studio.dir.path(),
        "four.mp4",
        &format!("-stream_loop 3 -i {} -c copy", once.display()),
    );
    let id = studio.upload(&file).await;
    let (video, parts) = studio.completed(&id).await;
    let track = tracks(&parts).next().unwrap();
    let film = video.duration_ms.unwrap();
    assert!(
        (track.duration_ms - film).abs() < 150,
        "{} ms of {film}",
        track.duration_ms
    );
    // A pause is heard where the sound ends too early, too.
    let words = heard(&studio.play(track).await, "silencedetect=n=-50dB:d=0.2");
    assert!(!words.contains("silence_start"), "{words}");
}
