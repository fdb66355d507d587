//! The ladder: every rung that is not there yet, from one decode.

use std::path::PathBuf;
use std::time::Duration;

use matinee_catalog::{Rendition, RenditionKind};
use matinee_engines::blobs::{BlobError, BlobKey};
use matinee_jobs::JobContext;
use matinee_media::index::{Cut, RenditionIndex};

use super::context::{Work, blocking};
use super::package::quick_sound;
use super::publish::{Bytes, Finished, index_key, is_provisional, media_key};
use super::resume::{Encode, Progressed};
use super::{Core, grid};
use crate::config::VideoCodec;
use crate::error::{Rejection, Result};
use crate::ffmpeg::Run;
use crate::ladder::Ladder;
use crate::recipes::video;

/// Containers whose announced length is measured, not guessed from a bitrate.
const TRUSTED: [&str; 5] = ["mov", "matroska", "avi", "asf", "flv"];
/// Losing less than this at the end of a film is no cut.
const TOLERATED_LOSS: f64 = 0.05;
/// The greatest length of a read-out index in bytes.
const MAX_INDEX: u64 = 256 << 20;

pub(super) async fn run(core: &Core, ctx: &JobContext) -> Result<()> {
    let opening = ctx.job.payload.get("opening").is_some();
    let work = core.work(ctx, "transcode").await?;
    let ladder = core.ladder(&work.video, &work.info);
    let present = core.catalog.parts(&work.video.id).await?.renditions;
    let missing = missing_rungs(&ladder, &present, opening, core.config.adaptive_bitrate);
    if missing.is_empty() {
        return Ok(());
    }
    let encoding = core.encoding().await?;
    let mut encode = Encode::open(&work.folder, &ladder, &encoding, &missing).await?;
    if !encode.is_finished() {
        run_ffmpeg(core, ctx, &work, &mut encode).await?;
    }
    // The smallest first: it is the one that most players can begin with.
    for &rung in missing.iter().rev() {
        let index = read_rung(core, &work, &encode, rung).await?;
        whole(&work, &index)?;
        let mut finished = vec![rung_of(&encode, rung, index)];
        let silent = !present.iter().any(|r| r.kind == RenditionKind::Audio);
        if opening
            && silent
            && let Some(first) = finished.first()
        {
            let times = first.index.timeline();
            finished.extend(quick_sound(core, ctx, &work, &times).await?);
        }
        core.publish(&work.video.id, finished).await?;
    }
    Ok(())
}

/// The rungs to make, as indices into the ladder's, the largest first.
fn missing_rungs(
    ladder: &Ladder,
    present: &[Rendition],
    opening: bool,
    adaptive: bool,
) -> Vec<usize> {
    let pictures: Vec<&Rendition> = present
        .iter()
        .filter(|r| r.kind == RenditionKind::Video)
        .collect();
    let h264 = |at: &usize| ladder.rungs[*at].codec == VideoCodec::H264;
    let all = 0..ladder.rungs.len();
    if opening {
        let first = if adaptive {
            all.rev().find(h264)
        } else {
            all.into_iter().find(h264)
        };
        return if pictures.is_empty() {
            first.into_iter().collect()
        } else {
            Vec::new()
        };
    }
    if !adaptive && !pictures.is_empty() {
        return Vec::new();
    }
    all.filter(|&at| {
        !pictures
            .iter()
            .any(|r| !is_provisional(r) && r.name == ladder.rungs[at].name)
    })
    .collect()
}

/// One run for all rungs, from where an attempt before has come to.
async fn run_ffmpeg(core: &Core, ctx: &JobContext, work: &Work, encode: &mut Encode) -> Result<()> {
    let film = work.info.film();
    let begun = encode.resume(film).await?;
    if let Progressed::Whole = begun {
        return encode.finish().await;
    }
    let offset = encode.offset();
    let mut run = Run::ffmpeg(&work.folder);
    run.args(video::device_args(encode.encoding()));
    if !offset.is_zero() {
        // A millisecond early: times are rounded, and a frame before the boundary is not ours.
        let from = offset.saturating_sub(Duration::from_millis(1));
        run.arg("-ss").arg(format!("{:.6}", from.as_secs_f64()));
        tracing::info!(
            video = work.video.id,
            from_s = from.as_secs(),
            "going on with the ladder"
        );
    }
    run.film(film).input(work.source.path());
    run.file_bytes = file_limit(encode.ladder(), film);
    // Timestamps may lie; what they lie into existence must end.
    let most = if work.video.is_advert() {
        // Exactly as long: the graph goes on with the last picture where the source ends early.
        film
    } else {
        film.mul_f64(1.2) + Duration::from_mins(1)
    };
    let limit = format!("{:.3}", most.saturating_sub(offset).as_secs_f64());
    video::add_rungs(
        &mut run,
        &work.info.video,
        encode.ladder(),
        encode.rungs(),
        encode.encoding(),
        &encode.suffix(),
        Some(&limit),
        work.video.is_advert(),
    );
    let done = if film.is_zero() {
        0.0
    } else {
        offset.as_secs_f32() / film.as_secs_f32()
    };
    let note = encode.note();
    core.run(ctx, &run, &note, |percent| {
        // What was done before counts; what ffmpeg reports begins at the offset.
        (done * 100.0 + percent).min(99.0) * 0.98
    })
    .await?;
    encode.finish().await
}

/// What no rung can exceed: twice its cap all along.
fn file_limit(ladder: &Ladder, film: Duration) -> Option<u64> {
    let most = ladder.rungs.iter().map(|rung| rung.max_kbps).max()?;
    let seconds = film.as_secs().checked_add(60)?;
    let bytes = u64::from(most)
        .checked_mul(1000 / 8 * 2)?
        .checked_mul(seconds)?;
    Some(bytes.saturating_add(256 << 20))
}

/// The index of a rung, wherever an attempt before has left its bytes.
async fn read_rung(
    core: &Core,
    work: &Work,
    encode: &Encode,
    rung: usize,
) -> Result<RenditionIndex> {
    let file = encode.file(rung);
    if tokio::fs::try_exists(&file).await.unwrap_or(false) {
        let segment_ms = encode.ladder().segment_ms();
        return blocking(move || grid::index_file(&file, Cut::Every(segment_ms))).await;
    }
    let stored = media_key(&work.video.id, encode.id(rung))?;
    core.blobs.head(&stored).await?;
    core.index_of(index_key(&work.video.id, encode.id(rung))?.as_str())
        .await
}

fn rung_of(encode: &Encode, rung: usize, index: RenditionIndex) -> Finished {
    let file: PathBuf = encode.file(rung);
    Finished {
        id: encode.id(rung).to_owned(),
        name: encode.ladder().rungs[rung].name.clone(),
        bytes: Bytes::File(file),
        aligned: grid::is_aligned(&index, encode.ladder()),
        index,
        language: None,
        label: None,
        role: None,
        is_default: false,
        is_source: false,
    }
}

/// Refuses a film that ends long before the file says it does.
fn whole(work: &Work, index: &RenditionIndex) -> Result<()> {
    let film_ms = work.info.film().as_millis() as f64;
    let made_ms = index.duration_ms() as f64;
    let trusted = work
        .info
        .container
        .split(',')
        .any(|name| TRUSTED.contains(&name));
    if trusted && made_ms < film_ms * (1.0 - TOLERATED_LOSS) && film_ms - made_ms > 2000.0 {
        return Err(Rejection::CutOff {
            announced_s: work.info.film().as_secs(),
            present_s: index.duration_ms() / 1000,
        }
        .into());
    }
    Ok(())
}

impl Core {
    /// Reads an index from the blob store.
    pub(super) async fn index_of(&self, key: &str) -> Result<RenditionIndex> {
        let bytes = self.blobs.get_all(&BlobKey::new(key)?, MAX_INDEX).await;
        let bytes = bytes.map_err(|error: BlobError| error)?;
        Ok(RenditionIndex::decode(&bytes)?)
    }
}
