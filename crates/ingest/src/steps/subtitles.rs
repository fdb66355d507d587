//! Text tracks of the source, as WebVTT.

use matinee_catalog::Subtitle;
use matinee_engines::blobs::BlobKey;
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use matinee_jobs::JobContext;

use super::Core;
use super::context::Work;
use crate::error::{IngestError, Result};
use crate::ffmpeg::Run;
use crate::probe::SubtitleStream;

/// A text track larger than this is none.
const MAX_BYTES: u64 = 16 << 20;
/// Tracks beyond this are left in the source.
const MAX_TRACKS: usize = 32;

pub(super) async fn run(core: &Core, ctx: &JobContext) -> Result<()> {
    let work = core.work(ctx, "subtitles").await?;
    let tracks: Vec<&SubtitleStream> = work
        .info
        .subtitles
        .iter()
        .filter(|stream| stream.is_text())
        .take(MAX_TRACKS)
        .collect();
    // All in one reading; when one of them is damaged, each for itself.
    if let Err(error) = extract(core, ctx, &work, &tracks).await {
        if tracks.len() == 1 || matches!(error, IngestError::Canceled) {
            return Err(error);
        }
        for track in &tracks {
            if let Err(error) = extract(core, ctx, &work, std::slice::from_ref(track)).await {
                if matches!(error, IngestError::Canceled) {
                    return Err(error);
                }
                tracing::warn!(video = work.video.id, stream = track.index, %error, "subtitles skipped");
            }
        }
    }
    let mut rows = Vec::new();
    for track in tracks {
        if let Some(row) = store(core, &work, track).await? {
            rows.push(row);
        }
    }
    let keys: Vec<String> = rows.iter().map(|row| row.key.clone()).collect();
    match core.catalog.replace_subtitles(&work.video.id, rows).await {
        Ok(replaced) => {
            for row in replaced.iter().filter(|row| !keys.contains(&row.key)) {
                core.blobs.delete(&BlobKey::new(row.key.clone())?).await?;
            }
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

fn file_name(track: &SubtitleStream) -> String {
    format!("text-{}.vtt", track.index)
}

async fn extract(
    core: &Core,
    ctx: &JobContext,
    work: &Work,
    tracks: &[&SubtitleStream],
) -> Result<()> {
    let mut run = Run::ffmpeg(&work.folder);
    run.file_bytes = Some(MAX_BYTES);
    run.film(work.info.duration()).input(work.source.path());
    for track in tracks {
        run.args([
            "-map",
            &format!("0:{}", track.index),
            "-c:s",
            "webvtt",
            "-f",
            "webvtt",
        ]);
        run.output(&file_name(track));
    }
    core.run(ctx, &run, "reading", |percent| percent * 0.9)
        .await?;
    Ok(())
}

/// Keeps a track that has at least one cue.
async fn store(core: &Core, work: &Work, track: &SubtitleStream) -> Result<Option<Subtitle>> {
    let Ok(text) = tokio::fs::read_to_string(work.folder.join(file_name(track))).await else {
        return Ok(None);
    };
    if !text.starts_with("WEBVTT") || !text.contains(" --> ") {
        return Ok(None);
    }
    let id = Id::new("subtitle").to_string();
    let key = BlobKey::new(format!("videos/{}/subtitles/{id}.vtt", work.video.id))?;
    core.blobs.put(&key, text.into()).await?;
    let language = track.language.clone().unwrap_or_else(|| "und".into());
    Ok(Some(Subtitle {
        id,
        video_id: work.video.id.clone(),
        label: track
            .title
            .clone()
            .unwrap_or_else(|| crate::probe::language_name(&language).to_owned()),
        language,
        forced: track.forced,
        // Forced ones are chosen by players themselves.
        is_default: track.default && !track.forced,
        hearing_impaired: track.hearing_impaired,
        key: key.as_str().to_owned(),
        created_at: now_micros(),
        origin: matinee_catalog::Origin::Source,
    }))
}
