//! The first step: what is it, can it be a video, and what is to be done?

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use matinee_catalog::{Chapter, Probed, ProcessingStatus, Video};
use matinee_engines::id::Id;
use matinee_jobs::{JobContext, JobProgress, Jobs, NewJob};
use matinee_media::{mp4, standard};
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::context::{blocking, whole_seconds};
use super::{Core, StepKind};
use crate::error::{IngestError, Rejection, Result};
use crate::probe::SourceInfo;
use crate::recipes::copy;

/// Less than this much of an announced film missing is tolerated: players end early, that is all.
const TOLERATED_LOSS: f64 = 0.05;
/// Attempts of a step that is only disturbed from outside: a full disk, a killed process.
const ATTEMPTS: u32 = 4;

/// How a video is first made playable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FirstWay {
    /// From the samples where they lie in the source.
    InPlace,
    /// By copying the samples into a file of ours.
    Copy,
    /// By encoding the smallest rung.
    Encode,
}

/// A new job of a step of this video.
pub(super) fn new_job(kind: StepKind, video_id: &str, payload: serde_json::Value) -> NewJob {
    NewJob::new(kind.as_str(), payload)
        .subject(video_id)
        .priority(kind.priority())
        .max_attempts(ATTEMPTS)
        .dedupe_key(format!("{}:{video_id}", kind.as_str()))
}

/// Enqueues the first step of a video on the caller's connection or transaction.
pub(crate) async fn enqueue_probe(
    jobs: &Jobs,
    conn: &impl ConnectionTrait,
    video_id: &str,
) -> Result<Id> {
    Ok(jobs
        .enqueue(conn, new_job(StepKind::Probe, video_id, json!({})))
        .await?)
}

/// Enqueues the making of new stills.
pub(crate) async fn enqueue_thumbnails(
    jobs: &Jobs,
    conn: &impl ConnectionTrait,
    video_id: &str,
) -> Result<Id> {
    let job = new_job(StepKind::Thumbnails, video_id, json!({ "again": true }));
    Ok(jobs.enqueue(conn, job).await?)
}

pub(super) async fn run(core: &Core, ctx: &JobContext) -> Result<()> {
    let video = core.video_of(&ctx.job).await?;
    core.catalog
        .set_status(&video.id, ProcessingStatus::Processing, None)
        .await?;
    ctx.progress(JobProgress::percent(5.0)).await;
    let source = core.source_of(&video).await?;
    let info = crate::probe::probe(
        &core.runner,
        source.path(),
        &core.config.supported_formats,
        &ctx.cancel,
    )
    .await?;
    let info = if video.is_advert() {
        whole_seconds(info)
    } else {
        info
    };
    ctx.progress(JobProgress::percent(60.0)).await;
    let (mut first, reasons) = judge(source.path(), &info).await?;
    if video.is_advert() {
        // Its own samples are cut as they are cut.
        first = FirstWay::Encode;
    }
    core.catalog
        .set_probed(&video.id, probed(&info, &reasons))
        .await?;
    if first == FirstWay::Encode && !core.config.transcoding {
        return Err(Rejection::NeedsEncoding {
            reasons: reasons.join(" "),
        }
        .into());
    }
    enqueue_rest(core, ctx, &video, info, first).await
}

/// How the source is first made playable, and why it is not standard, in words.
async fn judge(path: &Path, info: &SourceInfo) -> Result<(FirstWay, Vec<String>)> {
    if info.container.split(',').any(|name| name == "mov") {
        let path = PathBuf::from(path);
        let film_s = info.film().as_secs();
        let assessed = blocking(move || assess(&path, film_s)).await?;
        if let Some((mut first, mut reasons)) = assessed {
            // What only the coded pictures themselves tell.
            for hidden in copy::hidden_reasons(&info.video) {
                first = FirstWay::Encode;
                if !reasons.contains(&hidden) {
                    reasons.push(hidden);
                }
            }
            return Ok((first, reasons));
        }
    }
    let limits = standard::Limits::default();
    let picture = copy::picture_reasons(
        &info.video,
        limits.max_bitrate_bps,
        info.video_bitrate_bps(),
    );
    let first = if picture.is_empty() {
        FirstWay::Copy
    } else {
        FirstWay::Encode
    };
    let mut reasons = vec![format!("The container is {}, not MP4.", info.format)];
    reasons.extend(picture);
    reasons.extend(
        info.audio
            .iter()
            .find(|audio| !copy::sound_is_playable(audio))
            .map(|audio| format!("The sound is coded as {}, not AAC.", audio.codec)),
    );
    Ok((first, reasons))
}

/// Judges an MP4 or MOV by its sample tables. None when they are not all there (a fragmented
/// file): then it is judged like any other container.
fn assess(path: &Path, film_s: u64) -> Result<Option<(FirstWay, Vec<String>)>> {
    let file = File::open(path).map_err(|source| IngestError::io("reading", path, source))?;
    let Ok(movie) = mp4::read(&mut BufReader::new(file)) else {
        // ffprobe could read it, so ffmpeg can.
        return Ok(None);
    };
    if movie.fragmented && movie.video().is_none_or(|track| track.samples.is_empty()) {
        return Ok(None);
    }
    if let Some(track) = movie.video().filter(|track| track.declared_samples > 0) {
        let readable = f64::from(track.readable_samples(movie.file_len));
        let there = readable / f64::from(track.declared_samples);
        if there < 1.0 - TOLERATED_LOSS {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a share of a number of seconds"
            )]
            let present_s = (film_s as f64 * there) as u64;
            return Err(Rejection::CutOff {
                announced_s: film_s,
                present_s,
            }
            .into());
        }
    }
    let judged = standard::assess(&movie, &standard::Limits::default());
    let reasons = judged.reasons.iter().map(|r| r.text.clone()).collect();
    let playable = judged.video.is_some_and(|verdict| verdict.playable());
    let first = if playable {
        FirstWay::InPlace
    } else {
        FirstWay::Encode
    };
    Ok(Some((first, reasons)))
}

fn number<T: TryFrom<u64>>(value: u64) -> Option<T> {
    T::try_from(value).ok()
}

fn probed(info: &SourceInfo, reasons: &[String]) -> Probed {
    let (width, height) = info.video.display_size();
    let codecs: Vec<&str> = std::iter::once(info.video.codec.as_str())
        .chain(info.audio.iter().map(|audio| audio.codec.as_str()))
        .collect();
    Probed {
        duration_ms: info.duration_ms.and_then(number),
        width: number(width.into()),
        height: number(height.into()),
        bitrate_bps: info
            .bitrate_bps
            .or_else(|| {
                let ms = info.duration_ms.filter(|&ms| ms > 0)?;
                Some(info.size_bytes.saturating_mul(8000) / ms)
            })
            .and_then(number),
        format: Some(info.format.clone()),
        codecs: Some(codecs.join(", ")),
        non_standard_input_reasons: reasons.to_vec(),
        chapters: info
            .chapters
            .iter()
            .filter_map(|chapter| {
                Some(Chapter {
                    start_ms: number(chapter.start_ms)?,
                    end_ms: number(chapter.end_ms)?,
                    title: chapter.title.clone(),
                })
            })
            .collect(),
    }
}

/// Enqueues what follows, in one transaction.
async fn enqueue_rest(
    core: &Core,
    ctx: &JobContext,
    video: &Video,
    mut info: SourceInfo,
    first: FirstWay,
) -> Result<()> {
    // They are in the catalog by now, and a payload has its bounds.
    info.chapters.clear();
    let payload = json!({ "source": info, "first": first });
    let tx = core.catalog.db().begin().await?;
    ctx.hold(&tx).await?;
    let opening = if first == FirstWay::Encode {
        let mut job = new_job(
            StepKind::Transcode,
            &video.id,
            json!({ "source": info, "opening": true }),
        )
        .dedupe_key(format!("opening:{}", video.id));
        job.priority = 50;
        job
    } else {
        new_job(StepKind::Package, &video.id, payload.clone())
    };
    let opening = core.jobs.enqueue(&tx, opening).await?;
    if core.config.transcoding {
        let transcode =
            new_job(StepKind::Transcode, &video.id, payload.clone()).after(opening.clone());
        core.jobs.enqueue(&tx, transcode).await?;
        if !info.audio.is_empty() {
            let audio = new_job(StepKind::Audio, &video.id, payload.clone()).after(opening);
            core.jobs.enqueue(&tx, audio).await?;
        }
    }
    if info
        .subtitles
        .iter()
        .any(crate::probe::SubtitleStream::is_text)
    {
        let subtitles = new_job(StepKind::Subtitles, &video.id, payload.clone());
        core.jobs.enqueue(&tx, subtitles).await?;
    }
    if core.config.transcoding && !video.is_advert() && super::breaks::wanted(&info) {
        let breaks = new_job(StepKind::Breaks, &video.id, payload.clone());
        core.jobs.enqueue(&tx, breaks).await?;
    }
    let thumbnails = new_job(StepKind::Thumbnails, &video.id, payload);
    core.jobs.enqueue(&tx, thumbnails).await?;
    tx.commit().await?;
    Ok(())
}
