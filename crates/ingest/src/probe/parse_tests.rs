#![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

use super::*;
use rstest::rstest;
use serde_json::{Value, json};

fn accepted() -> Vec<String> {
    ["mp4", "avi", "mov", "wmv", "flv", "webm", "mkv"]
        .map(str::to_owned)
        .to_vec()
}

fn judged(report: Value) -> Result<SourceInfo, Rejection> {
    judge(&serde_json::from_value(report).unwrap(), 1000, &accepted())
}

#[expect(clippy::needless_pass_by_value, reason = "json!() is written in place")]
fn with_video(fields: Value) -> SourceInfo {
    let mut stream = json!({
        "index": 0, "codec_type": "video", "codec_name": "h264", "width": 1920, "height": 1080,
        "r_frame_rate": "25/1", "avg_frame_rate": "25/1",
    });
    stream
        .as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    judged(json!({
        "streams": [stream],
        "format": {"format_name": "mov,mp4,m4a,3gp,3g2,mj2", "duration": "10.000000"},
    }))
    .unwrap()
}

#[test]
fn a_film_with_everything_is_read() {
    let info = judged(json!({
        "streams": [
            {"index": 0, "codec_type": "video", "codec_name": "mjpeg", "width": 4000, "height": 4000,
             "disposition": {"attached_pic": 1, "default": 1}},
            {"index": 1, "codec_type": "video", "codec_name": "hevc", "profile": "Main 10",
             "width": 3840, "height": 1600, "pix_fmt": "yuv420p10le",
             "color_transfer": "smpte2084", "color_space": "bt2020nc",
             "r_frame_rate": "24000/1001", "avg_frame_rate": "24000/1001", "tags": {"BPS": "20000000", "DURATION": "00:02:00.250000000"}},
            {"index": 2, "codec_type": "audio", "codec_name": "ac3", "channels": 6,
             "sample_rate": "48000", "tags": {"LANGUAGE": "ger", "title": "Deutsch 5.1"},
             "disposition": {"default": 1}},
            {"index": 3, "codec_type": "audio", "codec_name": "aac", "channels": 2,
             "sample_rate": "44100", "tags": {"language": "eng"}, "disposition": {"comment": 1}},
            {"index": 4, "codec_type": "subtitle", "codec_name": "subrip",
             "tags": {"language": "fre"}, "disposition": {"forced": 1}},
            {"index": 5, "codec_type": "subtitle", "codec_name": "hdmv_pgs_subtitle"},
            {"index": 6, "codec_type": "attachment", "codec_name": "ttf"},
        ],
        "chapters": [
            {"start_time": "60.0", "end_time": "99999", "tags": {"title": "Two\u{7}"}},
            {"start_time": "0.0", "end_time": "60.0"},
            {"start_time": "-1", "end_time": "x"},
        ],
        "format": {"format_name": "matroska,webm", "duration": "120.5", "size": "300000000", "bit_rate": "19900000"},
    }))
    .unwrap();
    assert_eq!(info.format, "MKV");
    assert_eq!(info.duration_ms, Some(120_500));
    assert_eq!(info.film().as_millis(), 120_250);
    assert_eq!((info.video.index, info.video.codec.as_str()), (1, "hevc"));
    assert_eq!(info.video.hdr, Some(Hdr::Pq));
    assert_eq!(info.video.bit_depth, 10);
    assert_eq!(info.video_bitrate_bps(), Some(20_000_000));
    assert!(!info.video.variable_frame_rate);
    assert_eq!(info.audio[0].language.as_deref(), Some("de"));
    assert_eq!(info.audio[0].title.as_deref(), Some("Deutsch 5.1"));
    assert!(info.audio[0].default && info.audio[1].commentary);
    assert!(info.subtitles[0].forced && info.subtitles[0].is_text());
    assert!(!info.subtitles[1].is_text());
    let chapters: Vec<_> = info
        .chapters
        .iter()
        .map(|c| (c.start_ms, c.end_ms, c.title.as_str()))
        .collect();
    assert_eq!(
        chapters,
        [(0, 60_000, "Chapter 2"), (60_000, 120_500, "Two")]
    );
}

#[rstest]
#[case(json!({}), (1920, 1080))]
#[case(json!({"side_data_list": [{"rotation": -90}]}), (1080, 1920))]
#[case(json!({"tags": {"rotate": "270"}}), (1080, 1920))]
#[case(json!({"side_data_list": [{"rotation": 180}]}), (1920, 1080))]
#[case(json!({"width": 720, "height": 576, "sample_aspect_ratio": "64:45"}), (1024, 576))]
#[case(json!({"sample_aspect_ratio": "0:1"}), (1920, 1080))]
#[case(json!({"sample_aspect_ratio": "1000000:1"}), (1920, 1080))]
fn the_picture_is_measured_as_seen(#[case] fields: Value, #[case] size: (u32, u32)) {
    assert_eq!(with_video(fields).video.display_size(), size);
}

#[rstest]
#[case(json!({"side_data_list": [{"rotation": -90}]}), 90)]
#[case(json!({"side_data_list": [{"rotation": 90}]}), 270)]
#[case(json!({"side_data_list": [{"rotation": -179.9}]}), 180)]
#[case(json!({"side_data_list": [{}, {"rotation": 1e300}]}), 0)]
#[case(json!({"tags": {"rotate": "90"}}), 90)]
fn rotation_is_clockwise(#[case] fields: Value, #[case] degrees: u32) {
    assert_eq!(with_video(fields).video.rotation, degrees);
}

#[rstest]
#[case("30/1", "30/1", false)]
#[case("30000/1001", "2997/100", false)]
#[case("50/1", "25/1", false)]
#[case("120/1", "29/1", true)]
#[case("30/1", "24/1", true)]
#[case("30/1", "0/0", false)]
fn uneven_distances_are_noticed(#[case] real: &str, #[case] average: &str, #[case] vfr: bool) {
    let info = with_video(json!({"r_frame_rate": real, "avg_frame_rate": average}));
    assert_eq!(info.video.variable_frame_rate, vfr);
}

#[rstest]
#[case(json!([]), "mov", Rejection::NoVideo)]
#[case(json!([{"codec_type": "audio", "codec_name": "mp3", "channels": 2}]), "mp3", Rejection::AudioOnly)]
#[case(
    json!([{"codec_type": "video", "codec_name": "mjpeg", "width": 500, "height": 500, "disposition": {"attached_pic": 1}},
           {"codec_type": "audio", "codec_name": "aac", "channels": 2}]),
    "mov", Rejection::AudioOnly
)]
#[case(
    json!([{"codec_type": "video", "codec_name": "mpeg2video", "width": 720, "height": 576}]),
    "mpegts",
    Rejection::UnsupportedContainer { container: "TS".into(), accepted: "mp4, avi, mov, wmv, flv, webm, mkv".into() }
)]
#[case(
    json!([{"codec_type": "video", "codec_name": "unknown", "codec_tag_string": "XYZW", "width": 2, "height": 2}]),
    "mov", Rejection::Codec { codec: "XYZW".into() }
)]
#[case(
    json!([{"codec_type": "video", "codec_name": "h264", "width": 20000, "height": 2}]),
    "mov", Rejection::Dimensions { width: 20000, height: 2 }
)]
fn what_is_no_video_is_refused(
    #[case] streams: Value,
    #[case] container: &str,
    #[case] reason: Rejection,
) {
    let report = json!({"streams": streams, "format": {"format_name": container}});
    assert_eq!(judged(report).unwrap_err(), reason);
}
