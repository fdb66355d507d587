//! The sound: each language once, at one loudness, cut on the pictures' grid.

use std::path::Path;

use matinee_catalog::RenditionKind;
use matinee_jobs::JobContext;
use matinee_media::index::Timeline;

use super::context::Work;
use super::package::cut_sound;
use super::publish::Finished;
use super::{Core, grid};
use crate::error::{IngestError, Result};
use crate::ffmpeg::Run;
use crate::recipes::audio::{self, AudioTrack, Loudness};

/// Where a measurement is kept until the sound is made of it.
const MEASURED: &str = "loudness.json";

pub(super) async fn run(core: &Core, ctx: &JobContext) -> Result<()> {
    let work = core.work(ctx, "audio").await?;
    let tracks = audio::plan(&work.info);
    if tracks.is_empty() {
        return Ok(());
    }
    let finished = made(core, ctx, &work, work.source.path(), &tracks).await?;
    core.publish(&work.video.id, finished).await
}

/// Tracks of a file of sound, at one loudness, as long as the film and cut like it.
pub(super) async fn made(
    core: &Core,
    ctx: &JobContext,
    work: &Work,
    from: &Path,
    tracks: &[AudioTrack],
) -> Result<Vec<Finished>> {
    let times = timeline(core, work).await?;
    let loudness = measure(core, ctx, work, from, tracks).await?;
    let film = work.info.film();
    let mut run = Run::ffmpeg(&work.folder);
    run.film(film).input(from);
    audio::add_tracks(&mut run, tracks, &loudness, film);
    core.run(ctx, &run, "encoding", |percent| 30.0 + percent * 0.65)
        .await?;
    let mut finished = Vec::with_capacity(tracks.len());
    for (at, track) in tracks.iter().enumerate() {
        finished.push(cut_sound(&work.folder, &audio::file_name(at), track, &times, false).await?);
    }
    Ok(finished)
}

/// The grid: that of the source's own picture if it stays, else that of the ladder.
async fn timeline(core: &Core, work: &Work) -> Result<Timeline> {
    let ladder = core.ladder(&work.video, &work.info);
    let planned = grid::timeline(&ladder, work.info.film());
    let parts = core.catalog.parts(&work.video.id).await?;
    let aligned = parts
        .renditions
        .iter()
        .find(|r| r.kind == RenditionKind::Video && r.aligned);
    let Some(rendition) = aligned else {
        return Ok(planned);
    };
    let index = core.index_of(&rendition.index_key).await?;
    Ok(index.timeline())
}

/// How loud each track is, as kept from an attempt before or measured now.
async fn measure(
    core: &Core,
    ctx: &JobContext,
    work: &Work,
    from: &Path,
    tracks: &[AudioTrack],
) -> Result<Vec<Loudness>> {
    let kept = work.folder.join(MEASURED);
    if let Some(loudness) = read_kept(&kept, tracks.len()).await {
        return Ok(loudness);
    }
    let mut run = Run::ffmpeg_to_nowhere();
    run.lines = 24 * tracks.len() + 64;
    run.film(work.info.film()).input(from);
    audio::measure(&mut run, tracks);
    let (_, words) = core
        .run(ctx, &run, "measuring loudness", |percent| percent * 0.3)
        .await?;
    let Some(loudness) = audio::parse_loudness(&words, tracks.len()) else {
        tracing::warn!(video = work.video.id, "the loudness could not be measured");
        return Ok(Vec::new());
    };
    let text =
        serde_json::to_vec(&loudness).map_err(|error| IngestError::Internal(error.to_string()))?;
    tokio::fs::write(&kept, text)
        .await
        .map_err(|source| IngestError::io("writing", &kept, source))?;
    Ok(loudness)
}

async fn read_kept(file: &Path, tracks: usize) -> Option<Vec<Loudness>> {
    let text = tokio::fs::read(file).await.ok()?;
    let loudness: Vec<Loudness> = serde_json::from_slice(&text).ok()?;
    (loudness.len() == tracks).then_some(loudness)
}
