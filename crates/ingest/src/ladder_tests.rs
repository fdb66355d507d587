#![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

use super::*;
use proptest::prelude::*;
use rstest::rstest;

fn video(width: u32, height: u32, rate: (u32, u32)) -> VideoStream {
    VideoStream {
        index: 0,
        codec: "h264".into(),
        profile: None,
        pixel_format: None,
        bit_depth: 8,
        width,
        height,
        pixel_aspect: Ratio { num: 1, den: 1 },
        rotation: 0,
        frame_rate: Ratio::new(rate.0, rate.1),
        variable_frame_rate: false,
        interlaced: false,
        hdr: None,
        color_space: None,
        bitrate_bps: None,
        end_ms: None,
    }
}

fn wishes() -> Wishes {
    Wishes::new(&ProcessingConfig::new("/w"), &[], None)
}

fn sizes(ladder: &Ladder) -> Vec<String> {
    ladder
        .rungs
        .iter()
        .map(|r| format!("{} {}x{}", r.name, r.width, r.height))
        .collect()
}

#[rstest]
#[case::full_hd(1920, 1080, 0, &["1080p 1920x1080", "720p 1280x720", "480p 854x480", "360p 640x360", "240p 426x240"])]
#[case::portrait(1080, 1920, 0, &["1080p 1080x1920", "720p 720x1280", "480p 480x854", "360p 360x640", "240p 240x426"])]
#[case::turned(1920, 1080, 90, &["1080p 1080x1920", "720p 720x1280", "480p 480x854", "360p 360x640", "240p 240x426"])]
#[case::wide_film(1920, 800, 0, &["1080p 1920x800", "720p 1728x720", "480p 1152x480", "360p 864x360", "240p 576x240"])]
#[case::odd(641, 361, 0, &["360p 640x360", "240p 426x240"])]
#[case::nearly_720(1276, 718, 0, &["720p 1276x718", "480p 854x480", "360p 640x360", "240p 426x240"])]
#[case::between(800, 500, 0, &["480p 768x480", "360p 576x360", "240p 384x240"])]
#[case::tiny(160, 120, 0, &["240p 160x120"])]
#[case::one_pixel(1, 1, 0, &["240p 2x2"])]
#[case::four_k(4096, 2160, 0, &["2160p 4096x2160", "1440p 2730x1440", "1080p 2048x1080", "720p 1366x720", "480p 910x480", "360p 682x360", "240p 456x240"])]
#[case::eight_k(7680, 4320, 0, &["2160p 3840x2160", "1440p 2560x1440", "1080p 1920x1080", "720p 1280x720", "480p 854x480", "360p 640x360", "240p 426x240"])]
fn rungs_follow_the_picture(
    #[case] width: u32,
    #[case] height: u32,
    #[case] rotation: u32,
    #[case] expected: &[&str],
) {
    let mut video = video(width, height, (25, 1));
    video.rotation = rotation;
    assert_eq!(sizes(&plan(&video, None, &wishes())), expected);
}

#[test]
fn anamorphic_pixels_become_square() {
    let mut video = video(720, 576, (25, 1));
    video.pixel_aspect = Ratio { num: 64, den: 45 };
    let ladder = plan(&video, None, &wishes());
    assert_eq!(sizes(&ladder)[0], "720p 1024x576");
}

#[test]
fn an_uploader_s_choice_is_kept_to() {
    let config = ProcessingConfig::new("/w");
    let source = video(1280, 720, (30, 1));
    let chosen = Wishes::new(&config, &[480, 144, 1080], Some(6.0));
    let ladder = plan(&source, None, &chosen);
    assert_eq!(sizes(&ladder), ["480p 854x480", "144p 256x144"]);
    assert_eq!(ladder.gop, 180);
    let beyond = Wishes::new(&config, &[1080], Some(f64::NAN));
    let ladder = plan(&source, None, &beyond);
    assert_eq!(sizes(&ladder), ["720p 1280x720"]);
    assert_eq!(ladder.gop, 120);
}

#[rstest]
#[case((30_000, 1001), false, (30_000, 1001), 120)]
#[case((2997, 100), false, (30_000, 1001), 120)]
#[case((24_000, 1001), false, (24_000, 1001), 96)]
#[case((25, 1), false, (25, 1), 100)]
#[case((50, 1), false, (50, 1), 200)]
#[case((60_000, 1001), false, (60_000, 1001), 240)]
#[case((120, 1), false, (60, 1), 240)]
#[case((144, 1), false, (48, 1), 192)]
#[case((1, 1), false, (5, 1), 20)]
#[case((29, 1), true, (30_000, 1001), 120)]
#[case((1_234_567, 56_789), true, (24_000, 1001), 96)]
#[case((45, 1), true, (48, 1), 192)]
#[case((18, 1), false, (18, 1), 72)]
#[case((1_000_000, 54_321), false, (1841, 100), 74)]
fn frame_rates_become_constant(
    #[case] source: (u32, u32),
    #[case] variable: bool,
    #[case] rate: (u32, u32),
    #[case] gop: u32,
) {
    let mut video = video(1280, 720, source);
    video.variable_frame_rate = variable;
    let ladder = plan(&video, None, &wishes());
    assert_eq!((ladder.frame_rate.num, ladder.frame_rate.den), rate);
    assert_eq!(ladder.gop, gop);
}

#[test]
fn fast_sources_have_slow_low_rungs_on_the_same_grid() {
    let ladder = plan(&video(1920, 1080, (60_000, 1001)), None, &wishes());
    let of = |name: &str| ladder.rungs.iter().find(|r| r.name == name).unwrap();
    assert_eq!((of("1080p").keep_every, of("1080p").gop), (1, 240));
    assert_eq!((of("480p").keep_every, of("480p").gop), (2, 120));
    assert_eq!(
        ladder.rate_of(of("480p")),
        Ratio {
            num: 30_000,
            den: 1001
        }
    );
    assert_eq!(ladder.boundary_us(1000), 4_004_000_000);
}

#[rstest]
#[case(240, 653)]
#[case(360, 1200)]
#[case(480, 1800)]
#[case(720, 3000)]
#[case(1080, 6000)]
#[case(1440, 9000)]
#[case(2160, 15_000)]
#[case(4320, 15_000)]
fn caps_lie_on_the_documented_points(#[case] lines: u32, #[case] cap: u32) {
    assert_eq!(bitrate_cap_kbps(&BitrateCaps::default(), lines), cap);
}

#[test]
fn no_bits_are_spent_that_the_source_does_not_have() {
    let ladder = plan(&video(1920, 1080, (25, 1)), Some(1_000_000), &wishes());
    assert_eq!(ladder.rungs[0].max_kbps, 1100);
    assert!(
        ladder
            .rungs
            .windows(2)
            .all(|pair| pair[0].max_kbps > pair[1].max_kbps)
    );
}

#[test]
fn other_codecs_come_beside_h264() {
    let mut wishes = wishes();
    wishes.extra_codecs = vec![VideoCodec::Av1, VideoCodec::H264];
    let ladder = plan(&video(1280, 720, (25, 1)), None, &wishes);
    let made: Vec<_> = ladder
        .rungs
        .iter()
        .map(|r| (r.name.as_str(), r.codec, r.max_kbps))
        .collect();
    assert_eq!(made[0], ("720p-av1", VideoCodec::Av1, 1500));
    assert_eq!(made[1], ("720p", VideoCodec::H264, 3000));
    assert_eq!(made.len(), 6);
}

proptest! {
    #[test]
    fn every_ladder_is_sound(
        width in 1u32..=16_384, height in 1u32..=16_384,
        num in 1u32..=300_000, den in 1u32..=300_000,
        aspect in (1u32..100, 1u32..100), rotation in 0u32..4,
        variable: bool, segment in 0.1f64..60.0, bps in proptest::option::of(0u64..1 << 40),
        rungs in proptest::collection::vec(0u32..5000, 0..6), chosen: bool,
    ) {
        let mut video = video(width, height, (num, den));
        video.pixel_aspect = Ratio::new(aspect.0, aspect.1).unwrap();
        video.rotation = rotation * 90;
        video.variable_frame_rate = variable;
        let mut config = ProcessingConfig::new("/w");
        if !chosen {
            config.rungs.clone_from(&rungs);
        }
        let ladder = plan(&video, bps, &Wishes::new(&config, if chosen { &rungs } else { &[] }, Some(segment)));
        let (w, h) = video.display_size();
        prop_assert!(!ladder.rungs.is_empty());
        prop_assert!(ladder.frame_rate.value() <= 60.5 && ladder.frame_rate.value() >= 4.9);
        let mut names: Vec<_> = ladder.rungs.iter().map(|r| &r.name).collect();
        names.dedup();
        prop_assert_eq!(names.len(), ladder.rungs.len());
        for rung in &ladder.rungs {
            prop_assert!(rung.width % 2 == 0 && rung.height % 2 == 0 && rung.width > 0 && rung.height > 0);
            // Only an odd side is rounded up, by one pixel, and nothing is thinner than two.
            prop_assert!(rung.width <= (w + 1).max(2) && rung.height <= (h + 1).max(2));
            prop_assert_eq!(rung.gop * rung.keep_every, ladder.gop);
            prop_assert!(rung.max_kbps > 0);
        }
    }
}

#[rstest]
#[case((25, 1), 25, &[(1, 25)], 25, &[25])]
#[case((30_000, 1001), 30, &[(1, 30)], 30, &[30])]
#[case((24_000, 1001), 24, &[(1, 24)], 24, &[24])]
#[case((60_000, 1001), 60, &[(1, 60), (2, 30)], 60, &[60, 30])]
fn a_second_of_an_advertisement_is_a_number_of_frames(
    #[case] rate: (u32, u32),
    #[case] gop: u32,
    #[case] rungs: &[(u32, u32)],
    #[case] whole: u32,
    #[case] gops: &[u32],
) {
    let mut ladder = Ladder {
        frame_rate: Ratio {
            num: rate.0,
            den: rate.1,
        },
        gop,
        rungs: rungs
            .iter()
            .map(|&(keep_every, gop)| Rung {
                name: "x".into(),
                codec: VideoCodec::H264,
                width: 2,
                height: 2,
                keep_every,
                gop,
                max_kbps: 1,
            })
            .collect(),
    };
    ladder.round_rate();
    assert_eq!((ladder.frame_rate.num, ladder.frame_rate.den), (whole, 1));
    assert_eq!(ladder.segment_ms(), 1000);
    let made: Vec<u32> = ladder.rungs.iter().map(|rung| rung.gop).collect();
    assert_eq!(made, gops);
}
