//! From a file to renditions that decode: the whole way, with real ffmpeg.

use crate::support::{Studio, clip, inputs, pictures, sounds};
use matinee_catalog::{ImageKind, Layout, RenditionKind};

/// Every rendition decodes, is on one grid with the others, and is as long as the film.
async fn check_all(studio: &Studio, parts: &matinee_catalog::Parts, film_ms: i64) {
    let mut starts: Option<Vec<f64>> = None;
    for rendition in &parts.renditions {
        studio.decode(rendition).await;
        assert!(
            (rendition.duration_ms - film_ms).abs() <= 120,
            "{} lasts {} ms of {film_ms}",
            rendition.name,
            rendition.duration_ms
        );
        let index = studio.index(rendition).await;
        assert!(rendition.aligned, "{} is not on the grid", rendition.name);
        let times = index.timeline();
        let seconds: Vec<f64> = times
            .starts
            .iter()
            .map(|&start| start as f64 / f64::from(times.timescale))
            .collect();
        let first = starts.get_or_insert_with(|| seconds.clone());
        assert_eq!(first.len(), seconds.len(), "{}", rendition.name);
        for (a, b) in first.iter().zip(&seconds) {
            assert!((a - b).abs() < 0.03, "{}: {a} {b}", rendition.name);
        }
    }
}

#[tokio::test]
async fn a_web_playable_file_is_watched_in_place_and_stays_the_top_rung() {
    let studio = Studio::open().await;
    let file = clip(
        studio.dir.path(),
        "a.mp4",
        &(inputs("854x480", "30", 9)
            + "-c:v libx264 -preset ultrafast -b:v 700k -g 60 -keyint_min 60 -sc_threshold 0 -bf 2 -c:a aac -ac 2"),
    );
    let id = studio.upload(&file).await;
    let (video, parts) = studio.until(&id, |video, _| video.is_processed).await;
    let source = parts
        .renditions
        .iter()
        .find(|r| r.is_source)
        .expect("the source itself");
    assert_eq!((source.layout, source.size_bytes), (Layout::Virtual, 0));
    assert!(source.aligned);
    assert!(video.non_standard_input_reasons.0.is_empty());

    let (video, parts) = studio.completed(&id).await;
    assert_eq!(
        pictures(&parts),
        ["480p 854x480", "360p 640x360", "240p 426x240"]
    );
    assert!(parts.renditions[0].is_source && !parts.renditions[1].is_source);
    assert_eq!(sounds(&parts), ["audio-und-2ch"]);
    assert_eq!((video.width, video.height), (Some(854), Some(480)));
    assert_eq!(video.format.as_deref(), Some("MP4"));
    check_all(&studio, &parts, 9000).await;
    let made = parts.renditions.iter().filter(|r| !r.is_source);
    assert!(made.clone().count() == 3 && made.clone().all(|r| r.layout == Layout::Cmaf));

    let of = |kind| parts.images.iter().filter(move |image| image.kind == kind);
    assert_eq!(of(ImageKind::Poster).count(), 1);
    assert!(of(ImageKind::Thumbnail).count() >= 3);
    let sheet = of(ImageKind::Storyboard).next().unwrap();
    assert_eq!((sheet.tiles, sheet.interval_ms), (Some(9), Some(1000)));

    let view = studio.ingest.processing(&id).await.unwrap();
    assert_eq!(view.renditions, ["240p", "360p", "source"]);
    assert!((view.percent - 100.0).abs() < f32::EPSILON);
    assert!(!studio.dir.path().join("work").join(&id).exists());
}

#[tokio::test]
async fn a_source_off_the_grid_gives_way_to_the_ladder() {
    let studio = Studio::open().await;
    let file = clip(
        studio.dir.path(),
        "b.mp4",
        &(inputs("640x360", "30000/1001", 9)
            + "-c:v libx264 -preset ultrafast -g 77 -sc_threshold 0 -c:a aac"),
    );
    let id = studio.upload(&file).await;
    let (_, parts) = studio.until(&id, |video, _| video.is_processed).await;
    assert!(pictures(&parts).contains(&"source 640x360".to_owned()));
    let (_, parts) = studio.completed(&id).await;
    assert_eq!(pictures(&parts), ["360p 640x360", "240p 426x240"]);
    check_all(&studio, &parts, 9000).await;
}

#[tokio::test]
async fn matroska_with_hevc_two_languages_surround_text_and_chapters() {
    let studio = Studio::open().await;
    let dir = studio.dir.path();
    std::fs::write(
        dir.join("t.srt"),
        "1\n00:00:01,000 --> 00:00:02,000\nHello\n\n2\n00:00:03,000 --> 00:00:04,500\n<i>There</i>\n",
    )
    .unwrap();
    std::fs::write(
        dir.join("c.txt"),
        ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=3000\ntitle=One\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=3000\nEND=7000\ntitle=Two\n",
    )
    .unwrap();
    let words = format!(
        "-f lavfi -i testsrc2=s=640x360:r=25:d=7 -f lavfi -i sine=f=440:d=7 -f lavfi -i anoisesrc=d=7:a=0.02 -i {0}/t.srt -i {0}/c.txt -map 0 -map 1 -map 2 -map 3 -map_metadata 4 \
         -c:v libx265 -preset ultrafast -x265-params log-level=error -c:a:0 ac3 -ac:a:0 6 -c:a:1 libopus -c:s ass -metadata:s:a:0 language=ger -metadata:s:a:1 language=eng \
         -metadata:s:s:0 language=fre -disposition:s:0 forced",
        dir.display()
    );
    let file = clip(dir, "c.mkv", &words);
    let id = studio.upload(&file).await;
    let (_, parts) = studio.until(&id, |video, _| video.is_processed).await;
    assert!(
        parts
            .renditions
            .iter()
            .any(|r| r.kind == RenditionKind::Audio),
        "it can be heard from the first rung on"
    );
    let (video, parts) = studio.completed(&id).await;
    assert_eq!(pictures(&parts), ["360p 640x360", "240p 426x240"]);
    assert_eq!(
        sounds(&parts),
        ["audio-de-2ch", "audio-de-6ch", "audio-en-2ch"]
    );
    assert_eq!(video.format.as_deref(), Some("MKV"));
    assert!(
        video
            .non_standard_input_reasons
            .0
            .iter()
            .any(|r| r.contains("hevc"))
    );
    let chapters: Vec<_> = video
        .chapters
        .0
        .iter()
        .map(|c| (c.start_ms, c.title.as_str()))
        .collect();
    assert_eq!(chapters, [(0, "One"), (3000, "Two")]);
    let text = &parts.subtitles[0];
    assert_eq!(
        (text.language.as_str(), text.label.as_str(), text.forced),
        ("fr", "French", true)
    );
    let vtt = studio
        .blobs
        .get_all(
            &matinee_engines::blobs::BlobKey::new(text.key.clone()).unwrap(),
            1 << 20,
        )
        .await
        .unwrap();
    let vtt = String::from_utf8(vtt.to_vec()).unwrap();
    assert!(
        vtt.contains("00:03.0") && vtt.contains("--> 00:04.5") && vtt.contains("There"),
        "{vtt}"
    );
    check_all(&studio, &parts, 7000).await;
    let surround = parts
        .renditions
        .iter()
        .find(|r| r.name == "audio-de-6ch")
        .unwrap();
    assert_eq!(studio.decode(surround).await["channels"], 6);
}
