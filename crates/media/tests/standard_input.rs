//! Sources are judged as a player would find them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs::{self, File};

use matinee_media::{
    index::{Cut, RenditionIndex},
    mp4,
    standard::{Limits, assess, grid_aligned},
};
use support::studio;

#[rstest::rstest]
#[case::standard("-c:v libx264 -pix_fmt yuv420p -c:a aac", "mp4", &[])]
#[case::standard_mov("-c:v libx264 -pix_fmt yuv420p -c:a aac", "mov", &[])]
#[case::fragmented("-c:v libx264 -pix_fmt yuv420p -c:a aac -movflags +frag_keyframe+empty_moov", "mp4", &[])]
#[case::silent("-an -c:v libx264 -pix_fmt yuv420p", "mp4", &[])]
#[case::hevc("-c:v libx265 -preset ultrafast -tag:v hvc1 -x265-params log-level=none:open-gop=0 -pix_fmt yuv420p -c:a aac", "mp4", &["video_codec"])]
#[case::open_gops("-c:v libx265 -preset ultrafast -x265-params log-level=none:open-gop=1:keyint=50 -pix_fmt yuv420p -c:a aac", "mp4", &["video_codec", "video_parameters", "open_gop"])]
#[case::mpeg4("-c:v mpeg4 -c:a aac", "mp4", &["video_codec"])]
#[case::ten_bits("-c:v libx264 -pix_fmt yuv420p10le -c:a aac", "mp4", &["video_bit_depth"])]
#[case::chroma("-c:v libx264 -pix_fmt yuv422p -c:a aac", "mp4", &["video_chroma"])]
#[case::hdr("-c:v libx265 -preset ultrafast -tag:v hvc1 -x265-params log-level=none:open-gop=0 -pix_fmt yuv420p10le -color_trc smpte2084 -color_primaries bt2020 -colorspace bt2020nc -c:a aac", "mp4", &["video_codec", "video_bit_depth", "video_hdr"])]
#[case::interlaced("-c:v libx264 -flags +ilme+ildct -pix_fmt yuv420p -c:a aac", "mp4", &["video_interlaced"])]
#[case::long_gops("-c:v libx264 -g 1000 -keyint_min 1000 -sc_threshold 0 -pix_fmt yuv420p -c:a aac", "mp4", &["keyframe_interval"])]
#[case::pcm("-c:v libx264 -pix_fmt yuv420p -c:a pcm_s16le", "mov", &["audio_codec"])]
#[case::mp3("-c:v libx264 -pix_fmt yuv420p -c:a libmp3lame", "mp4", &["audio_codec"])]
#[case::eight_channels("-c:v libx264 -pix_fmt yuv420p -c:a aac -ac 8", "mp4", &["audio_channels"])]
#[case::audio_only("-vn -c:a aac", "mp4", &["video_missing"])]
#[case::odd("-vf scale=191:107 -c:v libx264 -pix_fmt yuv444p -c:a aac", "mp4", &["video_chroma", "video_size"])]
fn reasons(#[case] options: &str, #[case] extension: &str, #[case] wanted: &[&str]) {
    let Some(studio) = studio() else { return };
    let path = studio.make(
        &format!("in.{extension}"),
        &format!(
            "-f lavfi -i testsrc2=s=192x108:d=15:r=25 -f lavfi -i sine=d=15 -preset ultrafast \
             {options}"
        ),
    );
    let movie = mp4::read(&mut File::open(&path).unwrap()).unwrap();
    let assessment = assess(&movie, &Limits::default());
    let codes: Vec<&str> = assessment
        .reasons
        .iter()
        .map(|reason| reason.code.as_str())
        .collect();
    assert_eq!(codes, wanted, "{assessment:?}");
    assert_eq!(assessment.playable, wanted.is_empty());
    // Every reason is a sentence.
    assert!(
        assessment
            .reasons
            .iter()
            .all(|reason| reason.text.ends_with('.'))
    );
}

#[test]
fn a_turned_picture_is_noticed() {
    let Some(studio) = studio() else { return };
    studio.make(
        "flat.mp4",
        "-f lavfi -i testsrc2=s=192x108:d=4:r=25 -c:v libx264 -pix_fmt yuv420p",
    );
    let path = studio.make("turned.mp4", "-i flat.mp4 -c copy -metadata:s:v rotate=90");
    let movie = mp4::read(&mut File::open(&path).unwrap()).unwrap();
    let video = movie.video().unwrap();
    assert!(
        matches!(video.rotation, Some(90 | 270)),
        "{:?}",
        video.rotation
    );
    let assessment = assess(&movie, &Limits::default());
    assert_eq!(assessment.reasons[0].code, "video_rotation");
    let index = RenditionIndex::from_mp4_track(&movie, video, Cut::Every(4000)).unwrap();
    assert_eq!((index.info().width, index.info().height), (108, 192));
}

#[test]
fn pixel_shape_and_colour_are_read() {
    let Some(studio) = studio() else { return };
    let path = studio.make(
        "in.mp4",
        "-f lavfi -i testsrc2=s=720x576:d=2:r=25 -vf setsar=64/45 -c:v libx264 -pix_fmt yuv420p \
         -color_primaries bt709 -color_trc bt709 -colorspace bt709",
    );
    let movie = mp4::read(&mut File::open(&path).unwrap()).unwrap();
    let index =
        RenditionIndex::from_mp4_track(&movie, movie.video().unwrap(), Cut::Every(4000)).unwrap();
    let info = index.info();
    assert_eq!((info.width, info.height), (1024, 576));
    assert_eq!(info.pixel_aspect.unwrap().to_string(), "64/45");
    assert_eq!(info.colour.unwrap().transfer, 1);
    assert_eq!(info.frame_rate.unwrap().to_string(), "25");
}

#[test]
fn a_truncated_upload_is_noticed_and_what_is_there_can_be_indexed() {
    let Some(studio) = studio() else { return };
    let path = studio.make(
        "in.mp4",
        "-f lavfi -i testsrc2=s=192x108:d=10:r=25 -c:v libx264 -g 50 -pix_fmt yuv420p -movflags \
         +faststart",
    );
    let mut bytes = fs::read(&path).unwrap();
    bytes.truncate(bytes.len() * 2 / 3);
    let cut = studio.write("cut.mp4", &bytes);
    let movie = mp4::read(&mut File::open(&cut).unwrap()).unwrap();
    let assessment = assess(&movie, &Limits::default());
    assert_eq!(assessment.reasons[0].code, "truncated");
    let index =
        RenditionIndex::from_mp4_track(&movie, movie.video().unwrap(), Cut::Every(2000)).unwrap();
    assert!(
        (4000..9000).contains(&index.duration_ms()),
        "{}",
        index.duration_ms()
    );
    support::probe_clean(&studio.write("out.mp4", &support::assemble(&index, &cut)));
    // With the tables at the end, nothing is left of a truncated file.
    let end = studio.make("end.mp4", "-i in.mp4 -c copy");
    let mut bytes = fs::read(end).unwrap();
    bytes.truncate(bytes.len() * 2 / 3);
    let error = mp4::read(&mut std::io::Cursor::new(bytes)).unwrap_err();
    assert!(error.to_string().contains("moov"), "{error}");
}

#[test]
fn keyframes_on_the_grid_are_told_from_others() {
    let Some(studio) = studio() else { return };
    let film = |name: &str, keyframes: &str| {
        let path = studio.make(
            name,
            &format!(
                "-f lavfi -i testsrc2=s=192x108:d=13:r=24000/1001 -c:v libx264 -pix_fmt yuv420p \
                 -preset ultrafast {keyframes}"
            ),
        );
        let movie = mp4::read(&mut File::open(&path).unwrap()).unwrap();
        grid_aligned(&movie, movie.video().unwrap(), 4000)
    };
    assert!(film(
        "forced.mp4",
        "-g 999 -force_key_frames expr:gte(t,n_forced*4)"
    ));
    assert!(film("intra.mp4", "-g 1"));
    assert!(!film("other.mp4", "-g 60 -keyint_min 60 -sc_threshold 0"));
}

#[rstest::rstest]
#[case::list("mp4")]
#[case::track("mov")]
fn chapters_and_languages_are_read(#[case] extension: &str) {
    let Some(studio) = studio() else { return };
    studio.write(
        "meta.txt",
        b";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2000\ntitle=Opening\n\
          [CHAPTER]\nTIMEBASE=1/1000\nSTART=2000\nEND=4000\ntitle=Der Rest\n",
    );
    let path = studio.make(
        &format!("in.{extension}"),
        "-f lavfi -i testsrc2=s=192x108:d=4:r=25 -f lavfi -i sine=d=4 -i meta.txt -map_metadata 2 \
         -map 0:v -map 1:a -map 1:a -c:v libx264 -c:a aac -metadata:s:a:0 language=fra \
         -metadata:s:a:1 language=ita",
    );
    let movie = mp4::read(&mut File::open(&path).unwrap()).unwrap();
    let titles: Vec<_> = movie
        .chapters
        .iter()
        .map(|chapter| (chapter.start_ms, chapter.title.as_str()))
        .collect();
    assert_eq!(titles, [(0, "Opening"), (2000, "Der Rest")]);
    let languages: Vec<_> = movie
        .audios()
        .map(|track| track.language.as_deref())
        .collect();
    assert_eq!(languages, [Some("fra"), Some("ita")]);
}
