//! A real video, made by ffmpeg, in a library.
#![allow(clippy::unwrap_used, clippy::expect_used, dead_code)]

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use matinee_catalog::{
    Catalog, Details, Layout, NewVideo, Probed, ProcessingStatus, Rendition, RenditionKind, Video,
};
use matinee_engines::blobs::{BlobKey, SharedBlobs};
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use matinee_media::index::{Cut, RenditionIndex};

/// A video in the library.
pub struct Film {
    pub video: Video,
    pub pictures: Rendition,
    pub sound: Rendition,
    pub source: PathBuf,
}

impl Film {
    /// Adds a video of `seconds` with sound as processing leaves it: one
    /// fragmented file for the pictures and one for the sound.
    pub async fn add_cmaf(
        catalog: &Catalog,
        blobs: &SharedBlobs,
        folder: &Path,
        seconds: u32,
    ) -> Self {
        let film = Self::add(catalog, blobs, folder, seconds, true).await;
        let id = &film.video.id;
        let mut timeline = None;
        let mut rows = Vec::new();
        for (name, stream, old) in [("180p", "v", &film.pictures), ("audio", "a", &film.sound)] {
            let path = folder.join(format!("{stream}.mp4"));
            fragment(&film.source, stream, &path);
            let scan = matinee_media::cmaf::scan(&mut File::open(&path).unwrap()).unwrap();
            let cut = timeline.as_ref().map_or(Cut::Every(2000), Cut::Like);
            let index = scan.index(cut).unwrap();
            timeline.get_or_insert_with(|| index.timeline());
            let key = BlobKey::new(format!("videos/{id}/renditions/{}.mp4", old.id)).unwrap();
            blobs.put_file(&key, &path).await.unwrap();
            let row = rendition_row(blobs, id, name, &index, key.as_str()).await;
            rows.push(Rendition {
                is_source: false,
                ..row
            });
        }
        catalog.add_renditions(id, rows.clone()).await.unwrap();
        Self {
            video: catalog.get(id).await.unwrap(),
            sound: rows.pop().unwrap(),
            pictures: rows.pop().unwrap(),
            source: film.source,
        }
    }

    /// Adds a video of `seconds` with sound, playable as it lies: one video and
    /// one audio rendition inside the upload.
    pub async fn add(
        catalog: &Catalog,
        blobs: &SharedBlobs,
        folder: &Path,
        seconds: u32,
        is_public: bool,
    ) -> Self {
        let source = folder.join("film.mp4");
        make_film(&source, seconds);
        let id = Id::new("video");
        let source_key = format!("videos/{id}/source/original");
        let new = NewVideo {
            id: Some(id.clone()),
            details: Details {
                title: "A film".into(),
                is_public,
                ..Details::default()
            },
            filename: "film.mp4".into(),
            file_size: source.metadata().unwrap().len(),
            source_key: Some(source_key.clone()),
            ..NewVideo::default()
        };
        let video = catalog.create(new).await.unwrap();
        let mut file = File::open(&source).unwrap();
        let movie = matinee_media::mp4::read(&mut file).unwrap();
        let pictures =
            RenditionIndex::from_mp4_track(&movie, movie.video().unwrap(), Cut::Every(2000))
                .unwrap();
        let timeline = pictures.timeline();
        let sound = RenditionIndex::from_mp4_track(
            &movie,
            movie.audios().next().unwrap(),
            Cut::Like(&timeline),
        )
        .unwrap();
        let key = BlobKey::new(source_key).unwrap();
        let bytes = std::fs::read(&source).unwrap();
        blobs.put(&key, bytes.into()).await.unwrap();
        let probed = Probed {
            duration_ms: Some(i64::from(seconds) * 1000),
            width: Some(320),
            height: Some(180),
            format: Some("MP4".into()),
            ..Probed::default()
        };
        catalog.set_probed(&video.id, probed).await.unwrap();
        let video_row = rendition_row(blobs, &video.id, "180p", &pictures, key.as_str()).await;
        let audio_row = rendition_row(blobs, &video.id, "audio", &sound, key.as_str()).await;
        let rows = vec![video_row.clone(), audio_row.clone()];
        catalog.add_renditions(&video.id, rows).await.unwrap();
        catalog
            .set_status(&video.id, ProcessingStatus::Completed, None)
            .await
            .unwrap();
        Self {
            video: catalog.get(&video.id).await.unwrap(),
            pictures: video_row,
            sound: audio_row,
            source,
        }
    }
}

/// Stores an index and makes the row of its rendition.
pub async fn rendition_row(
    blobs: &SharedBlobs,
    video: &str,
    name: &str,
    index: &RenditionIndex,
    key: &str,
) -> Rendition {
    let id = Id::new("rendition").to_string();
    let index_key = format!("videos/{video}/renditions/{id}.idx");
    let blob = BlobKey::new(&*index_key).unwrap();
    blobs.put(&blob, index.encode().into()).await.unwrap();
    let info = index.info();
    let video_kind = info.kind == matinee_media::index::MediaKind::Video;
    Rendition {
        id,
        video_id: video.to_owned(),
        kind: if video_kind {
            RenditionKind::Video
        } else {
            RenditionKind::Audio
        },
        layout: match index.layout() {
            matinee_media::index::Layout::Cmaf => Layout::Cmaf,
            matinee_media::index::Layout::Virtual => Layout::Virtual,
        },
        name: name.to_owned(),
        codecs: info.codec_string.clone(),
        width: video_kind.then_some(i32::try_from(info.width).unwrap()),
        height: video_kind.then_some(i32::try_from(info.height).unwrap()),
        frame_rate: info.frame_rate.map(matinee_media::Ratio::as_f64),
        bandwidth_bps: i64::try_from(index.peak_bandwidth_bps()).unwrap(),
        average_bandwidth_bps: i64::try_from(index.average_bandwidth_bps()).unwrap(),
        language: None,
        label: None,
        role: None,
        channels: (!video_kind).then_some(i32::from(info.channels)),
        is_default: !video_kind,
        key: key.to_owned(),
        index_key,
        size_bytes: 0,
        is_source: true,
        aligned: true,
        duration_ms: i64::try_from(index.duration_ms()).unwrap(),
        created_at: now_micros(),
        retired_at: None,
    }
}

/// Leaves one stream in fragments: of a key frame's distance, or of one frame
/// of sound.
fn fragment(source: &Path, stream: &str, to: &Path) {
    let keyframes = if stream == "v" { "+frag_keyframe" } else { "" };
    let flags = format!("{keyframes}+empty_moov+default_base_moof+delay_moov");
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-y", "-i"])
        .arg(source)
        .args(["-map", &format!("0:{stream}"), "-c", "copy", "-f", "mp4"])
        .args(["-movflags", &flags])
        .args(
            (stream == "a")
                .then_some(["-frag_duration", "1"])
                .into_iter()
                .flatten(),
        )
        .arg(to)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn make_film(path: &Path, seconds: u32) {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i"])
        .arg(format!("testsrc2=s=320x180:r=25:d={seconds}"))
        .args(["-f", "lavfi", "-i"])
        .arg(format!("sine=f=440:r=48000:d={seconds}"))
        .args([
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-g",
            "50",
            "-bf",
            "2",
        ])
        .args([
            "-pix_fmt",
            "yuv420p",
            "-c:a",
            "aac",
            "-movflags",
            "+faststart",
        ])
        .arg(path)
        .output()
        .expect("ffmpeg is installed");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// How many frames ffmpeg decodes from these bytes, without a complaint.
pub fn frames(bytes: &[u8]) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("media.mp4");
    std::fs::write(&path, bytes).unwrap();
    let output = Command::new("ffprobe")
        .args([
            "-v",
            "error",
            "-count_frames",
            "-show_entries",
            "stream=nb_read_frames",
        ])
        .args(["-of", "csv=p=0"])
        .arg(&path)
        .output()
        .unwrap();
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .map(|n| n.trim().parse::<usize>().unwrap())
        .sum()
}
