//! Stills of the film: candidates for the poster, the poster, and the storyboard.

use std::path::Path;
use std::time::Duration;

use matinee_catalog::{Image, ImageKind};
use matinee_engines::blobs::BlobKey;
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use matinee_jobs::{JobContext, JobProgress};
use matinee_media::storyboard::Storyboard;

use super::Core;
use super::context::Work;
use crate::error::{IngestError, Result};
use crate::ffmpeg::Run;
use crate::recipes::pictures::{self, Sheets};

/// Height of a storyboard's picture in pixels.
const TILE_HEIGHT: u32 = 90;
/// A film shorter than this is decoded whole for its storyboard: its keyframes are too few.
const SHORT: Duration = Duration::from_mins(2);

pub(super) async fn run(core: &Core, ctx: &JobContext) -> Result<()> {
    let work = core.work(ctx, "thumbnails").await?;
    let again = ctx.job.payload.get("again").is_some();
    let there = core.catalog.parts(&work.video.id).await?;
    let taken = |kind| there.images.iter().any(|image| image.kind == kind);
    // An attempt that died may have taken them already.
    if again || !taken(ImageKind::Thumbnail) {
        let candidates = candidates(core, ctx, &work).await?;
        let elect = again || !taken(ImageKind::Poster);
        keep_candidates(core, &work, elect, candidates).await?;
    }
    ctx.progress(JobProgress::percent(40.0)).await;
    let sheets = storyboard(core, ctx, &work).await?;
    replace(core, &work, &[ImageKind::Storyboard], sheets).await
}

/// A still that may become the poster.
struct Candidate {
    name: String,
    at: Duration,
    score: f64,
}

async fn candidates(core: &Core, ctx: &JobContext, work: &Work) -> Result<Vec<Candidate>> {
    let film = work.info.film();
    let instants = pictures::instants(film);
    let mut found = Vec::with_capacity(instants.len());
    for (n, at) in instants.iter().enumerate() {
        let name = format!("still-{n}");
        // The next keyframe is found fast. Where none follows, the very picture is decoded.
        for keyframes_only in [film > SHORT, false] {
            let mut run = Run::ffmpeg(&work.folder);
            run.film(Duration::from_secs(1));
            pictures::candidate(
                &mut run,
                work.source.path(),
                &work.info,
                *at,
                keyframes_only,
                &name,
            );
            match core.runner.run(&run, &ctx.cancel, |_| {}).await {
                Ok(_) => {}
                Err(IngestError::Ffmpeg { tail, .. }) => {
                    tracing::debug!(video = work.video.id, tail, "no still at this instant");
                }
                Err(other) => return Err(other),
            }
            let grey = tokio::fs::read(work.folder.join(format!("{name}.grey"))).await;
            if let Ok(grey) = grey
                && file_size(&work.folder.join(format!("{name}.jpg"))).await > 0
            {
                found.push(Candidate {
                    name: name.clone(),
                    at: *at,
                    score: pictures::score(&grey),
                });
                break;
            }
        }
        let done = n as f32 + 1.0;
        ctx.progress(JobProgress::percent(done / instants.len() as f32 * 35.0))
            .await;
    }
    if found.is_empty() {
        return Err(IngestError::Internal("no picture could be taken".into()));
    }
    Ok(found)
}

async fn file_size(path: &Path) -> u64 {
    tokio::fs::metadata(path).await.map_or(0, |meta| meta.len())
}

/// Publishes the candidates and, where one is to be elected, the best of them as the poster.
///
/// Both at once: a poster of one attempt beside the candidates of another would be a picture that
/// no one can choose again.
async fn keep_candidates(
    core: &Core,
    work: &Work,
    elect: bool,
    candidates: Vec<Candidate>,
) -> Result<()> {
    let size = pictures::thumbnail_size(&work.info);
    let mut rows = Vec::with_capacity(candidates.len() + 1);
    let mut best: Option<(f64, Image)> = None;
    for candidate in candidates {
        let file = work.folder.join(format!("{}.jpg", candidate.name));
        let kind = ImageKind::Thumbnail;
        let row = image(core, work, kind, &file, size, candidate.at).await?;
        if best.as_ref().is_none_or(|(top, _)| candidate.score > *top) {
            best = Some((candidate.score, row.clone()));
        }
        rows.push(row);
    }
    let mut kinds = vec![ImageKind::Thumbnail];
    if let Some((_, best)) = best.filter(|_| elect) {
        kinds.push(ImageKind::Poster);
        rows.push(Image {
            id: Id::new("image").to_string(),
            kind: ImageKind::Poster,
            ..best
        });
    }
    replace(core, work, &kinds, rows).await
}

/// Puts images in the place of those there, and frees the blobs that nothing refers to any more.
async fn replace(core: &Core, work: &Work, kinds: &[ImageKind], rows: Vec<Image>) -> Result<()> {
    let replaced = core
        .catalog
        .replace_images(&work.video.id, kinds, rows)
        .await?;
    let used = core.catalog.parts(&work.video.id).await?;
    for old in replaced {
        if !used.images.iter().any(|image| image.key == old.key) {
            core.blobs.delete(&BlobKey::new(old.key)?).await?;
        }
    }
    Ok(())
}

/// Stores one image.
async fn image(
    core: &Core,
    work: &Work,
    kind: ImageKind,
    file: &Path,
    (width, height): (u32, u32),
    at: Duration,
) -> Result<Image> {
    let id = Id::new("image").to_string();
    let key = BlobKey::new(format!("videos/{}/images/{id}.jpg", work.video.id))?;
    core.blobs.put_file(&key, file).await?;
    Ok(Image {
        id,
        video_id: work.video.id.clone(),
        kind,
        key: key.as_str().to_owned(),
        width: i32::try_from(width).unwrap_or(i32::MAX),
        height: i32::try_from(height).unwrap_or(i32::MAX),
        at_ms: i64::try_from(at.as_millis()).unwrap_or(i64::MAX),
        columns: None,
        rows: None,
        tiles: None,
        interval_ms: None,
        created_at: now_micros(),
    })
}

async fn storyboard(core: &Core, ctx: &JobContext, work: &Work) -> Result<Vec<Image>> {
    let film = work.info.film();
    let (width, height) = work.info.video.display_size();
    let film_ms = u64::try_from(film.as_millis()).unwrap_or(u64::MAX);
    let plan = Storyboard::plan(film_ms.max(1), width, height, TILE_HEIGHT);
    let sheets = Sheets {
        interval_ms: plan.interval_ms,
        tile_width: plan.tile_width,
        tile_height: plan.tile_height,
        columns: plan.columns,
        rows: plan.rows,
    };
    let mut run = Run::ffmpeg(&work.folder);
    run.film(film);
    pictures::storyboard(
        &mut run,
        work.source.path(),
        &work.info,
        sheets,
        film > SHORT,
    );
    core.run(ctx, &run, "storyboard", |percent| 40.0 + percent * 0.55)
        .await?;
    let per_sheet = plan.columns * plan.rows;
    let sheet_size = (plan.tile_width * plan.columns, plan.tile_height * plan.rows);
    let mut rows = Vec::new();
    for n in 0..plan.sheet_count() {
        let file = work.folder.join(format!("sheet-{:03}.jpg", n + 1));
        if file_size(&file).await == 0 {
            break;
        }
        let at = Duration::from_millis(plan.sheet_time_ms(n).0);
        let row = image(core, work, ImageKind::Storyboard, &file, sheet_size, at).await?;
        rows.push(Image {
            columns: i32::try_from(plan.columns).ok(),
            rows: i32::try_from(plan.rows).ok(),
            tiles: i32::try_from(per_sheet.min(plan.tiles - n * per_sheet)).ok(),
            interval_ms: i64::try_from(plan.interval_ms).ok(),
            ..row
        });
    }
    Ok(rows)
}
