//! What players fetch, from a real file on a real folder.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::time::Duration;

use matinee_catalog::{DetailsPatch, Image, ImageKind, Layout, NewVideo, Probed, Subtitle};
use matinee_identity::{Bearer, TokenError};
use matinee_playback::{Caching, Content, Handoff, PlaybackError, PlaybackOptions, StreamRequest};
use support::{Stage, frames};
use tokio_util::sync::CancellationToken;

/// The addresses of a playlist or manifest, without tags.
fn addresses(playlist: &str) -> Vec<&str> {
    playlist
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .collect()
}

#[tokio::test]
async fn every_segment_of_a_playlist_plays() {
    let stage = Stage::new(PlaybackOptions::default()).await;
    let film = stage.film(9, true).await;
    let id = &film.video.id;
    let master = stage.text(&format!("{id}/master.m3u8"), None).await;
    assert!(master.contains(&format!("{}/media.m3u8", film.pictures.id)));
    assert!(master.contains(&format!("URI=\"{}/media.m3u8\"", film.sound.id)));
    for (rendition, want) in [(&film.pictures, 225..=225), (&film.sound, 420..=424)] {
        let at = format!("{id}/{}", rendition.id);
        let playlist = stage.text(&format!("{at}/media.m3u8"), None).await;
        assert!(playlist.contains("#EXT-X-MAP:URI=\"init.mp4\""));
        let mut whole = stage.bytes(&format!("{at}/init.mp4"), None).await;
        let segments = addresses(&playlist);
        assert_eq!(segments.len(), 5, "{playlist}");
        for segment in segments {
            let bytes = stage.bytes(&format!("{at}/{segment}"), None).await;
            let again = stage.bytes(&format!("{at}/{segment}"), None).await;
            assert!(bytes == again);
            whole.extend_from_slice(&bytes);
        }
        let frames = frames(&whole);
        assert!(want.contains(&frames), "{frames} frames");
        let beyond = stage.get(&format!("{at}/5.m4s"), None).await.unwrap_err();
        assert!(matches!(beyond.root(), PlaybackError::NotFound(_)));
    }
}

#[tokio::test]
async fn a_rendition_with_a_file_of_its_own_is_served_out_of_it() {
    let stage = Stage::new(PlaybackOptions::default()).await;
    let film = stage.cmaf_film(9).await;
    let at = format!("{}/{}", film.video.id, film.pictures.id);
    let file = stage.bytes(&format!("{at}/rendition.mp4"), None).await;
    let mut joined = stage.bytes(&format!("{at}/init.mp4"), None).await;
    let playlist = stage.text(&format!("{at}/media.m3u8"), None).await;
    for segment in addresses(&playlist) {
        joined.extend(stage.bytes(&format!("{at}/{segment}"), None).await);
    }
    assert_eq!(frames(&joined), 225);
    assert!(file.starts_with(&joined), "{} {}", file.len(), joined.len());
}

#[tokio::test]
async fn where_somebody_else_sends_files_playlists_ask_for_their_ranges() {
    for handoff in [Handoff::XAccel, Handoff::SignedUrl] {
        let options = PlaybackOptions {
            handoff,
            ..PlaybackOptions::default()
        };
        let stage = Stage::new(options).await;
        let film = stage.cmaf_film(9).await;
        let id = &film.video.id;
        let at = format!("{id}/{}", film.pictures.id);
        let playlist = stage.text(&format!("{at}/media.m3u8"), None).await;
        assert!(addresses(&playlist).iter().all(|a| *a == "rendition.mp4"));
        let file = std::fs::read(
            stage
                .blobs
                .local_path(&film.pictures.key.parse().unwrap())
                .unwrap(),
        );
        let file = file.unwrap();
        let range = |text: &str| {
            let (length, offset) = text.split_once('@').unwrap();
            let (length, offset): (usize, usize) =
                (length.parse().unwrap(), offset.parse().unwrap());
            file[offset..offset + length].to_vec()
        };
        let map = playlist.split("BYTERANGE=\"").nth(1).unwrap();
        let mut joined = range(map.split('"').next().unwrap());
        let ranges = playlist
            .lines()
            .filter_map(|l| l.strip_prefix("#EXT-X-BYTERANGE:"));
        ranges.for_each(|text| joined.extend(range(text)));
        assert_eq!(frames(&joined), 225);
        assert_eq!(film.pictures.layout, Layout::Cmaf);
        let dash = stage.text(&format!("{id}/manifest.mpd"), None).await;
        assert!(
            dash.contains("mediaRange") && dash.contains("$Number$"),
            "{dash}"
        );
        let asset = stage
            .get(&format!("{at}/rendition.mp4"), None)
            .await
            .unwrap();
        match (handoff, asset.content) {
            (Handoff::XAccel, Content::Accel(path)) => {
                assert_eq!(path, format!("/_blobs/{}", film.pictures.key));
            }
            // A folder signs no addresses, and so sends the bytes itself.
            (Handoff::SignedUrl, Content::View(view)) => assert_eq!(view.len(), file.len() as u64),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn subtitles_and_pictures_come_along() {
    let stage = Stage::new(PlaybackOptions::default()).await;
    let film = stage.film(40, true).await;
    let id = &film.video.id;
    let put = async |key: String, bytes: Vec<u8>| {
        let key = key.parse().unwrap();
        stage.blobs.put(&key, bytes.into()).await.unwrap();
    };
    let subtitle = Subtitle {
        id: "subtitle_1".into(),
        video_id: id.clone(),
        language: "de".into(),
        label: "Deutsch".into(),
        forced: false,
        is_default: false,
        hearing_impaired: false,
        key: format!("videos/{id}/subtitles/1.vtt"),
        created_at: 0,
        origin: matinee_catalog::Origin::Source,
    };
    let vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\nHallo\n\n00:35.000 --> 00:36.000\nEnde\n";
    put(subtitle.key.clone(), vtt.into()).await;
    stage.catalog.add_subtitle(subtitle).await.unwrap();
    let sheet = |n: i64| Image {
        id: format!("image_{n}"),
        video_id: id.clone(),
        kind: ImageKind::Storyboard,
        key: format!("videos/{id}/images/{n}.jpg"),
        width: 320,
        height: 180,
        at_ms: n * 20_000,
        columns: Some(2),
        rows: Some(2),
        tiles: Some(4),
        interval_ms: Some(5000),
        created_at: 0,
    };
    let sheets = vec![sheet(0), sheet(1)];
    for sheet in &sheets {
        put(sheet.key.clone(), sheet.id.clone().into_bytes()).await;
    }
    stage
        .catalog
        .replace_images(id, &[ImageKind::Storyboard], sheets)
        .await
        .unwrap();

    let master = stage.text(&format!("{id}/master.m3u8"), None).await;
    assert!(
        master.contains("URI=\"subtitles/subtitle_1/media.m3u8\""),
        "{master}"
    );
    let playlist = stage
        .text(&format!("{id}/subtitles/subtitle_1/media.m3u8"), None)
        .await;
    assert_eq!(addresses(&playlist), ["0.vtt", "1.vtt"]);
    let second = stage
        .text(&format!("{id}/subtitles/subtitle_1/1.vtt"), None)
        .await;
    assert!(second.contains("Ende") && !second.contains("Hallo"));
    let whole = stage
        .text(&format!("{id}/subtitles/subtitle_1/full.vtt"), None)
        .await;
    assert!(whole.contains("Ende") && whole.contains("Hallo"));

    let cues = stage.text(&format!("{id}/storyboard.vtt"), None).await;
    assert_eq!(cues.matches("-->").count(), 8);
    assert!(
        cues.contains("storyboard/1.jpg#xywh=160,90,160,90"),
        "{cues}"
    );
    assert_eq!(
        stage.bytes(&format!("{id}/storyboard/1.jpg"), None).await,
        b"image_1"
    );
    assert_eq!(
        stage.bytes(&format!("{id}/images/image_0.jpg"), None).await,
        b"image_0"
    );
    let playlist = stage.text(&format!("{id}/images.m3u8"), None).await;
    assert_eq!(
        addresses(&playlist),
        ["storyboard/0.jpg", "storyboard/1.jpg"]
    );
    // Whatever refers to a sheet of a private video bears its token.
    let token = stage
        .playback
        .grant(&film.video, Bearer::new("user_1"))
        .token;
    let cues = stage
        .text(&format!("{id}/storyboard.vtt"), Some(&token))
        .await;
    assert!(cues.contains(&format!("storyboard/1.jpg?token={token}#xywh")));
}

#[tokio::test]
async fn key_frames_play_by_themselves() {
    let stage = Stage::new(PlaybackOptions::default()).await;
    let film = stage.film(6, true).await;
    let at = format!("{}/{}", film.video.id, film.pictures.id);
    let playlist = stage.text(&format!("{at}/iframes.m3u8"), None).await;
    let init = stage.bytes(&format!("{at}/init.mp4"), None).await;
    assert_eq!(addresses(&playlist).len(), 3, "{playlist}");
    for frame in addresses(&playlist) {
        let bytes = stage.bytes(&format!("{at}/{frame}"), None).await;
        assert_eq!(frames(&[init.clone(), bytes].concat()), 1);
    }
}

#[tokio::test]
async fn a_private_video_needs_its_token_everywhere() {
    let stage = Stage::new(PlaybackOptions::default()).await;
    let film = stage.film(3, false).await;
    let other = stage
        .tokens
        .issue("video_other", Bearer::new("user_1"), u64::MAX);
    let good = stage.playback.grant(&film.video, Bearer::new("user_1"));
    let id = &film.video.id;
    let rendition = format!("{id}/{}", film.pictures.id);
    for path in [
        format!("{id}/master.m3u8"),
        format!("{id}/manifest.mpd"),
        format!("{id}/manifest.json"),
        format!("{rendition}/media.m3u8"),
        format!("{rendition}/iframes.m3u8"),
        format!("{rendition}/init.mp4"),
        format!("{rendition}/0.m4s"),
        format!("{rendition}/iframe-0.m4s"),
    ] {
        let refused = stage.get(&path, None).await.unwrap_err();
        assert!(matches!(refused, PlaybackError::Hidden), "{path}");
        let refused = stage.get(&path, Some(&other)).await.unwrap_err();
        assert!(matches!(refused, PlaybackError::Hidden), "{path}");
        let asset = stage.get(&path, Some(&good.token)).await.unwrap();
        let caching = asset.caching.header();
        assert!(caching.starts_with("private"), "{path}: {caching}");
    }
    let expired = stage.tokens.issue(id, Bearer::new("user_1"), 1);
    let refused = stage
        .get(&format!("{rendition}/0.m4s"), Some(&expired))
        .await;
    let expired = matches!(refused, Err(PlaybackError::Token(TokenError::Expired)));
    assert!(expired);
}

#[tokio::test]
async fn every_address_repeats_the_token() {
    let stage = Stage::new(PlaybackOptions::default()).await;
    let film = stage.film(5, false).await;
    let id = &film.video.id;
    let token = stage
        .playback
        .grant(&film.video, Bearer::new("user_1"))
        .token;
    let query = format!("?token={token}");
    let master = stage.text(&format!("{id}/master.m3u8"), Some(&token)).await;
    // One variant, its key frames, the sound.
    assert_eq!(master.matches(".m3u8").count(), 3);
    assert_eq!(master.matches(&format!(".m3u8{query}")).count(), 3);
    let at = format!("{id}/{}", film.pictures.id);
    let media = stage.text(&format!("{at}/media.m3u8"), Some(&token)).await;
    assert!(addresses(&media).iter().all(|a| a.ends_with(&query)));
    assert!(media.contains(&format!("\"init.mp4{query}\"")));
    let mpd = stage
        .text(&format!("{id}/manifest.mpd"), Some(&token))
        .await;
    assert_eq!(
        mpd.matches(".m4s").count(),
        mpd.matches(&format!(".m4s{query}")).count()
    );
    let manifest = stage
        .text(&format!("{id}/manifest.json"), Some(&token))
        .await;
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let segments = manifest["variants"][0]["segments"].as_array().unwrap();
    assert_eq!(segments.len(), 3);
    for (n, segment) in segments.iter().enumerate() {
        let path = format!("/media/{at}/{n}.m4s{query}");
        assert_eq!(segment["path"], path);
        let bytes = stage.bytes(&format!("{at}/{n}.m4s"), Some(&token)).await;
        assert_eq!(segment["size_bytes"], bytes.len());
    }
}

#[tokio::test]
async fn what_is_public_may_be_kept_and_needs_no_token() {
    let stage = Stage::new(PlaybackOptions::default()).await;
    let film = stage.film(3, true).await;
    let id = &film.video.id;
    let master = stage.get(&format!("{id}/master.m3u8"), None).await.unwrap();
    assert_eq!(master.caching, Caching::Fresh(60));
    let segment = format!("{id}/{}/0.m4s", film.pictures.id);
    let asset = stage.get(&segment, None).await.unwrap();
    assert_eq!(asset.caching, Caching::Immutable);
    // Somebody else's token changes nothing, and is not handed on.
    let nonsense = stage
        .text(&format!("{id}/master.m3u8"), Some("<script>"))
        .await;
    assert!(!nonsense.contains("token") && !nonsense.contains('<'));
    let token = stage
        .playback
        .grant(&film.video, Bearer::new("user_1"))
        .token;
    let asset = stage
        .get(&format!("{id}/master.m3u8"), Some(&token))
        .await
        .unwrap();
    assert_eq!(asset.caching, Caching::Never);
}

#[tokio::test]
async fn a_change_is_seen_at_once_and_one_by_another_process_soon() {
    let options = PlaybackOptions {
        recheck: Duration::from_millis(1),
        ..PlaybackOptions::default()
    };
    for other_process in [false, true] {
        let stage = Stage::new(options).await;
        let film = stage.film(3, true).await;
        let segment = format!("{}/{}/0.m4s", film.video.id, film.pictures.id);
        let stop = CancellationToken::new();
        let running = tokio::spawn({
            let (playback, stop) = (stage.playback.clone(), stop.clone());
            async move { playback.run(stop).await }
        });
        stage.get(&segment, None).await.unwrap();
        let catalog = if other_process {
            matinee_catalog::Catalog::new(stage.db.db.clone())
        } else {
            stage.catalog.clone()
        };
        let private = DetailsPatch {
            is_public: Some(false),
            ..DetailsPatch::default()
        };
        catalog.patch(&film.video.id, private).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
        let refused = stage.get(&segment, None).await.unwrap_err();
        assert!(matches!(refused, PlaybackError::Hidden));
        catalog.delete(&film.video.id).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
        let gone = stage.get(&segment, None).await.unwrap_err();
        assert!(matches!(gone.root(), PlaybackError::NotFound("video")));
        stop.cancel();
        running.await.unwrap();
    }
}

#[tokio::test]
async fn what_cannot_be_played_says_why() {
    let stage = Stage::new(PlaybackOptions::default()).await;
    let unknown = stage.get("video_1/master.m3u8", None).await.unwrap_err();
    assert!(matches!(unknown.root(), PlaybackError::NotFound("video")));
    let waiting = stage.catalog.create(NewVideo::default()).await.unwrap();
    let master = format!("{}/master.m3u8", waiting.id);
    let refused = stage.get(&master, None).await.unwrap_err();
    assert!(matches!(refused, PlaybackError::NotReady));
    let elsewhere = NewVideo {
        external_hls_url: Some("https://example.org/a.m3u8".into()),
        ..NewVideo::default()
    };
    let elsewhere = stage.catalog.create(elsewhere).await.unwrap();
    let id = &elsewhere.id;
    let there = stage.get(&format!("{id}/master.m3u8"), None).await.unwrap();
    let Content::Redirect(url) = there.content else {
        panic!("not sent elsewhere");
    };
    assert_eq!(url.as_str(), "https://example.org/a.m3u8");
    let refused = stage.get(&format!("{id}/manifest.mpd"), None).await;
    assert!(matches!(refused, Err(PlaybackError::External)));
}

#[tokio::test]
async fn a_retired_rendition_plays_on_but_is_listed_no_more() {
    let options = PlaybackOptions {
        recheck: Duration::ZERO,
        ..PlaybackOptions::default()
    };
    let stage = Stage::new(options).await;
    let film = stage.film(3, true).await;
    let ids = [film.sound.id.clone()];
    stage
        .catalog
        .retire_renditions(&film.video.id, &ids)
        .await
        .unwrap();
    let master = stage
        .text(&format!("{}/master.m3u8", film.video.id), None)
        .await;
    assert!(!master.contains(&film.sound.id));
    let segment = format!("{}/{}/0.m4s", film.video.id, film.sound.id);
    assert!(!stage.bytes(&segment, None).await.is_empty());
}

#[tokio::test]
async fn the_upload_itself_is_streamed_if_it_is_an_mp4() {
    let stage = Stage::new(PlaybackOptions::default()).await;
    let film = stage.film(3, true).await;
    let upload = std::fs::read(&film.source).unwrap();
    let presentation = stage.playback.presentation(&film.video.id).await.unwrap();
    for quality in [None, Some("source"), Some("180p"), Some("180")] {
        let request = StreamRequest {
            quality,
            download: true,
            ..StreamRequest::default()
        };
        let asset = stage.playback.stream(&presentation, request).await.unwrap();
        assert_eq!(asset.save_as.as_deref(), Some("film.mp4"));
        assert!(stage.content(asset.content).await == upload, "{quality:?}");
    }
    let request = StreamRequest {
        quality: Some("1080p"),
        ..StreamRequest::default()
    };
    let refused = stage
        .playback
        .stream(&presentation, request)
        .await
        .unwrap_err();
    let PlaybackError::NoSuchQuality(there_are) = refused else {
        panic!("{refused}");
    };
    assert_eq!(there_are, ["source", "180p"]);
}

#[tokio::test]
async fn anything_else_is_put_together_into_one_mp4() {
    let stage = Stage::new(PlaybackOptions::default()).await;
    let film = stage.film(5, true).await;
    let probed = Probed {
        format: Some("Matroska".into()),
        duration_ms: Some(5000),
        ..Probed::default()
    };
    stage
        .catalog
        .set_probed(&film.video.id, probed)
        .await
        .unwrap();
    let presentation = stage.playback.presentation(&film.video.id).await.unwrap();
    let request = StreamRequest {
        download: true,
        ..StreamRequest::default()
    };
    let asset = stage.playback.stream(&presentation, request).await.unwrap();
    assert_eq!(asset.save_as.as_deref(), Some("A film 180p.mp4"));
    let Content::View(view) = &asset.content else {
        panic!("not a view");
    };
    let length = view.len();
    let bytes = stage.content(asset.content).await;
    assert_eq!(bytes.len() as u64, length);
    // 125 pictures, and 48,000 samples a second in frames of 1024.
    let frames = frames(&bytes);
    assert!((359..=362).contains(&frames), "{frames} frames");
}

#[tokio::test]
async fn a_rendition_without_a_file_of_its_own_is_one_all_the_same() {
    let stage = Stage::new(PlaybackOptions::default()).await;
    let film = stage.film(5, true).await;
    let path = format!("{}/{}/rendition.mp4", film.video.id, film.pictures.id);
    assert_eq!(frames(&stage.bytes(&path, None).await), 125);
}

#[tokio::test]
async fn a_bucket_plays_as_well_and_signs_addresses_of_whole_files() {
    let Some(stage) = Stage::in_bucket(PlaybackOptions::default()).await else {
        return;
    };
    let film = stage.film(5, true).await;
    let at = format!("{}/{}", film.video.id, film.pictures.id);
    let playlist = stage.text(&format!("{at}/media.m3u8"), None).await;
    let mut joined = stage.bytes(&format!("{at}/init.mp4"), None).await;
    for segment in addresses(&playlist) {
        joined.extend(stage.bytes(&format!("{at}/{segment}"), None).await);
    }
    assert_eq!(frames(&joined), 125);
    let path = format!("{at}/rendition.mp4");
    assert_eq!(frames(&stage.bytes(&path, None).await), 125);

    let options = PlaybackOptions {
        handoff: Handoff::SignedUrl,
        ..PlaybackOptions::default()
    };
    let stage = Stage::in_bucket(options).await.unwrap();
    let film = stage.cmaf_film(5).await;
    let path = format!("{}/{}/rendition.mp4", film.video.id, film.pictures.id);
    let asset = stage.get(&path, None).await.unwrap();
    let Content::Signed(url, _) = asset.content else {
        panic!("not handed off");
    };
    let curl = std::process::Command::new("curl")
        .args(["-sf", "-r", "4-7", url.as_str()])
        .output()
        .unwrap();
    assert!(curl.status.success());
    assert_eq!(curl.stdout, b"ftyp");
}
