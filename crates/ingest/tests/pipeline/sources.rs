//! The kinds of files that people have.

use matinee_catalog::{Parts, RenditionKind, Video};

use matinee_ingest::config::Hardware;
use matinee_ingest::ffmpeg::{Run, Runner, RunnerConfig};
use matinee_ingest::ladder::{self, Wishes};
use matinee_ingest::recipes::video::{self, Encoding};
use tokio_util::sync::CancellationToken;

use crate::support::{Studio, clip, inputs, pictures, probe, sounds};

async fn made(studio: &Studio, name: &str, words: &str) -> (Video, Parts) {
    let file = clip(studio.dir.path(), name, words);
    let id = studio.upload(&file).await;
    let (video, parts) = studio.completed(&id).await;
    for rendition in &parts.renditions {
        studio.decode(rendition).await;
    }
    (video, parts)
}

#[tokio::test]
async fn containers_and_codecs() {
    let studio = Studio::open().await;
    let cases = [
        (
            "a.webm",
            "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -c:a libopus",
            "WEBM",
            false,
        ),
        ("a.avi", "-c:v mpeg4 -c:a libmp3lame", "AVI", false),
        ("a.wmv", "-c:v wmv2 -c:a wmav2", "WMV", false),
        ("a.flv", "-c:v flv -c:a libmp3lame -ar 44100", "FLV", false),
        (
            "b.flv",
            "-c:v libx264 -preset ultrafast -c:a aac",
            "FLV",
            true,
        ),
        (
            "a.mkv",
            "-c:v libx264 -preset ultrafast -bf 2 -c:a ac3",
            "MKV",
            true,
        ),
        (
            "a.mov",
            "-c:v libx264 -preset ultrafast -pix_fmt yuv422p -c:a pcm_s16le",
            "MOV",
            false,
        ),
        (
            "b.mov",
            "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a pcm_s16le",
            "MOV",
            true,
        ),
        (
            "a.mp4",
            "-c:v libx264 -preset ultrafast -c:a aac -movflags +frag_keyframe+empty_moov",
            "MP4",
            true,
        ),
    ];
    for (name, words, format, copied) in cases {
        let (video, parts) = made(&studio, name, &(inputs("320x240", "25", 5) + words)).await;
        assert_eq!(video.format.as_deref(), Some(format), "{name}");
        assert_eq!(pictures(&parts), ["240p 320x240"], "{name}");
        assert_eq!(sounds(&parts), ["audio-und-2ch"], "{name}");
        let all = studio.catalog.all_renditions(&video.id).await.unwrap();
        let source = all
            .iter()
            .any(|r| r.is_source && r.kind == RenditionKind::Video);
        assert_eq!(source, copied, "{name}");
        let lengths: Vec<i64> = parts.renditions.iter().map(|r| r.duration_ms).collect();
        assert!(
            lengths.iter().all(|ms| (ms - 5000).abs() < 150),
            "{name}: {lengths:?}"
        );
    }
}

#[tokio::test]
async fn transport_streams_where_they_are_accepted() {
    let studio = Studio::with(|config, _| config.supported_formats.push("ts".into())).await;
    let words =
        inputs("352x288", "25", 5) + "-c:v mpeg2video -flags +ildct+ilme -c:a mp2 -f mpegts";
    let (video, parts) = made(&studio, "a.ts", &words).await;
    assert_eq!(video.format.as_deref(), Some("TS"));
    assert_eq!(pictures(&parts)[0], "360p 352x288");
}

#[tokio::test]
async fn shapes_and_rates() {
    let studio = Studio::open().await;
    let x264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac";
    let cases = [
        (
            "portrait.mp4",
            inputs("360x640", "25", 4) + x264,
            "360p 360x640",
        ),
        (
            "odd.mkv",
            inputs("321x241", "25", 4) + "-c:v ffv1 -c:a aac",
            "240p 320x240",
        ),
        (
            "anamorphic.mp4",
            inputs("352x288", "25", 4) + "-vf setsar=16/11 " + x264,
            "360p 512x288",
        ),
        (
            "fast.mp4",
            inputs("320x240", "60", 4) + x264 + " -g 77",
            "240p 320x240",
        ),
        ("slow.mp4", inputs("320x240", "2", 6) + x264, "240p 320x240"),
    ];
    for (name, words, top) in cases {
        let (_, parts) = made(&studio, name, &words).await;
        assert_eq!(pictures(&parts)[0], top, "{name}");
        if name == "fast.mp4" {
            let picture = &parts.renditions[0];
            assert_eq!(picture.frame_rate, Some(30.0));
        }
    }
}

#[tokio::test]
async fn a_turned_telephone_film_stands_upright() {
    let studio = Studio::open().await;
    let flat = clip(
        studio.dir.path(),
        "flat.mp4",
        "-f lavfi -i color=red:s=640x180:r=25:d=3 -f lavfi -i color=blue:s=640x180:r=25:d=3 -filter_complex [0][1]vstack -c:v libx264 -preset ultrafast -pix_fmt yuv420p",
    );
    let words = format!("-i {} -c copy -metadata:s:v rotate=90", flat.display());
    let (video, parts) = made(&studio, "turned.mov", &words).await;
    assert_eq!((video.width, video.height), (Some(360), Some(640)));
    assert_eq!(pictures(&parts)[0], "360p 360x640");
    // ffmpeg's releases differ in the direction that this tag means.
    let reasons = video.non_standard_input_reasons.0.join(" ");
    let clockwise = reasons.contains("turned by 90°");
    assert!(clockwise || reasons.contains("turned by 270°"), "{reasons}");
    let path = studio.play(&parts.renditions[0]).await;
    let out = std::process::Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args([
            "-frames:v",
            "1",
            "-vf",
            "format=rgb24,scale=2:1:flags=area",
            "-pix_fmt",
            "rgb24",
            "-f",
            "rawvideo",
            "-",
        ])
        .output()
        .unwrap();
    let [lr, _, lb, rr, _, rb] = out.stdout[..6] else {
        panic!("{:?}", out.stdout)
    };
    // Red was above: turned clockwise it is on the right.
    assert_eq!(
        (lb > lr, rr > rb),
        (clockwise, clockwise),
        "{:?}",
        out.stdout
    );
}

#[tokio::test]
async fn uneven_frames_become_even() {
    let studio = Studio::open().await;
    let words = "-f lavfi -i testsrc2=s=320x240:r=30:d=8 -vf select='lt(mod(n\\,7)\\,4)' -fps_mode vfr -c:v libx264 -preset ultrafast";
    let (_, parts) = made(&studio, "vfr.mp4", words).await;
    let picture = &parts.renditions[0];
    let played = studio.play(picture).await;
    let found = probe(
        &played,
        &["-show_entries", "packet=duration", "-show_packets"],
    );
    let packets = found["packets"].as_array().unwrap();
    let mut lengths: Vec<i64> = packets
        .iter()
        .filter_map(|p| p["duration"].as_i64())
        .collect();
    lengths.sort_unstable();
    lengths.dedup();
    assert_eq!(lengths.len(), 1, "{lengths:?}");
    assert!((picture.duration_ms - 8000).abs() < 250);
}

#[tokio::test]
async fn high_dynamic_range_is_brought_down() {
    let studio = Studio::open().await;
    let words = "-f lavfi -i testsrc2=s=320x240:r=25:d=3 -c:v libx265 -preset ultrafast -pix_fmt yuv420p10le \
         -x265-params log-level=error:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc -tag:v hvc1";
    let (video, parts) = made(&studio, "hdr.mp4", words).await;
    let reasons = video.non_standard_input_reasons.0;
    assert!(
        reasons.iter().any(|r| r.contains("dynamic range")),
        "{reasons:?}"
    );
    let found = studio.decode(&parts.renditions[0]).await;
    assert_eq!(found["pix_fmt"], "yuv420p");
    assert_ne!(found["color_transfer"], "smpte2084");
    let image = parts.poster().expect("a poster");
    assert_eq!((image.width, image.height), (320, 240));

    // The same where ffmpeg was built without the better filter.
    let runner = Runner::new(RunnerConfig::default());
    let file = studio.dir.path().join("hdr.mp4");
    let stop = CancellationToken::new();
    let info = matinee_ingest::probe::probe(&runner, &file, &["mp4".into()], &stop)
        .await
        .unwrap();
    let wishes = Wishes::new(studio.ingest.config(), &[], None);
    let plan = ladder::plan(&info.video, None, &wishes);
    let encoding = Encoding {
        preset: "ultrafast".into(),
        hardware: Hardware::None,
        zscale: false,
        cores: 2,
    };
    let mut run = Run::ffmpeg(studio.dir.path());
    run.input(&file);
    video::add_rungs(
        &mut run,
        &info.video,
        &plan,
        &[0],
        &encoding,
        "",
        None,
        false,
    );
    runner.run(&run, &stop, |_| {}).await.unwrap();
    let made = probe(&studio.dir.path().join("rung-0.mp4"), &[]);
    assert_eq!(made["streams"][0]["pix_fmt"], "yuv420p");
}

#[tokio::test]
async fn silent_films_and_other_codecs() {
    let studio = Studio::with(|config, _| {
        config.extra_codecs = vec![
            matinee_ingest::config::VideoCodec::Hevc,
            matinee_ingest::config::VideoCodec::Av1,
        ];
    })
    .await;
    let words = "-f lavfi -i testsrc2=s=854x480:r=25:d=3 -c:v libx264 -preset ultrafast";
    let (_, parts) = made(&studio, "silent.mp4", words).await;
    assert!(sounds(&parts).is_empty());
    let codecs: Vec<(String, String)> = parts
        .renditions
        .iter()
        .map(|r| (r.name.clone(), r.codecs.chars().take(4).collect()))
        .collect();
    for (name, codec) in [
        ("480p", "avc1"),
        ("480p-hevc", "hvc1"),
        ("480p-av1", "av01"),
        ("240p", "avc1"),
    ] {
        assert!(
            codecs.contains(&(name.into(), codec.into())),
            "{name} in {codecs:?}"
        );
    }
}

#[tokio::test]
async fn a_recording_of_ten_hours_can_be_watched() {
    let studio = Studio::with(|config, _| config.transcoding = false).await;
    let words = "-f lavfi -i color=gray:s=64x36:r=1:d=36000 -c:v libx264 -preset ultrafast -g 4";
    let (video, parts) = made(&studio, "ten.mp4", words).await;
    assert_eq!(video.duration_ms, Some(36_000_000));
    assert!(parts.renditions[0].is_source);
    assert_eq!(
        studio.index(&parts.renditions[0]).await.segment_count(),
        9000
    );
    assert!(
        parts
            .images
            .iter()
            .filter(|i| i.interval_ms.is_some())
            .count()
            <= 36
    );
}
