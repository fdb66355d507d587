//! What is this file? ffprobe is asked; the name of the file plays no part.

mod language;
mod model;
mod parse;

use std::path::Path;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio_util::sync::CancellationToken;

use crate::error::{IngestError, Rejection, Result};
use crate::ffmpeg::{Run, Runner};
use crate::formats;

pub use language::language_name;
pub use model::{AudioStream, Chapter, Hdr, Ratio, SourceInfo, SubtitleStream, VideoStream};

/// Describes the file, or refuses it with a reason for the uploader ([`IngestError::Rejected`]).
///
/// Reads the beginning of the file, and its end where the container keeps its index there; a
/// container that does not know its own length is read through once, without decoding. One
/// picture is decoded, so that what passes can be shown.
pub async fn probe(
    runner: &Runner,
    path: &Path,
    accepted: &[String],
    cancel: &CancellationToken,
) -> Result<SourceInfo> {
    let (report, size) = report(runner, path, cancel).await?;
    let mut info = parse::judge(&report, size, accepted)?;
    first_picture(runner, path, &info, cancel).await?;
    if info.duration_ms.is_none() {
        info.duration_ms = Some(measure(runner, path, &info, cancel).await?);
    }
    Ok(info)
}

/// The sound in a file that need have no picture, or the reason why there is none
/// ([`IngestError::Rejected`]).
pub async fn probe_sound(
    runner: &Runner,
    path: &Path,
    cancel: &CancellationToken,
) -> Result<Vec<AudioStream>> {
    let (report, _) = report(runner, path, cancel).await?;
    Ok(parse::sound(&report)?)
}

/// What ffprobe says of a file, and its size in bytes.
async fn report(
    runner: &Runner,
    path: &Path,
    cancel: &CancellationToken,
) -> Result<(parse::Report, u64)> {
    let size = tokio::fs::metadata(path)
        .await
        .map_err(|source| IngestError::io("reading", path, source))?
        .len();
    if size == 0 {
        return Err(Rejection::Empty.into());
    }
    let mut run = Run::ffprobe();
    run.args([
        "-print_format",
        "json",
        "-show_format",
        "-show_streams",
        "-show_chapters",
    ]);
    run.args(["-probesize", "32M", "-analyzeduration", "15M"])
        .input(path);
    let printed = match runner.capture(&run, cancel).await {
        Ok(printed) => printed,
        Err(IngestError::Ffmpeg { tail, .. }) => return Err(refuse(path, &tail).await.into()),
        Err(other) => return Err(other),
    };
    let report = serde_json::from_slice(&printed).map_err(|error| {
        IngestError::Internal(format!("ffprobe's report is unreadable: {error}"))
    })?;
    Ok((report, size))
}

/// The reason why ffprobe could not open a file: what it seems to be, or ffprobe's own words.
async fn refuse(path: &Path, tail: &str) -> Rejection {
    let mut head = Vec::with_capacity(4096);
    if let Ok(file) = tokio::fs::File::open(path).await {
        // What cannot be read is judged as empty: ffprobe's words remain.
        let _ = file.take(4096).read_to_end(&mut head).await;
    }
    let words = tail.lines().last().map_or("no known format", |line| {
        line.rsplit(": ").next().unwrap_or(line)
    });
    match formats::describe(&head) {
        formats::Looks::Like(what) => Rejection::NotMedia {
            detail: format!("it looks like {what}"),
        },
        formats::Looks::Media(container) => Rejection::Damaged {
            detail: if tail.contains("moov atom not found") {
                format!(
                    "the {container} file has no index (moov), as when a recording or an upload was cut off"
                )
            } else {
                words.to_owned()
            },
        },
        formats::Looks::Unknown => Rejection::NotMedia {
            detail: words.to_owned(),
        },
    }
}

/// Decodes one picture, the cheapest proof that there is something to see.
async fn first_picture(
    runner: &Runner,
    path: &Path,
    info: &SourceInfo,
    cancel: &CancellationToken,
) -> Result<()> {
    let mut run = Run::ffmpeg_to_nowhere();
    // One thread: with more, as many pictures must be read before the first comes out.
    run.args(["-threads", "1"]).input(path);
    run.args([
        "-map",
        &format!("0:{}", info.video.index),
        "-frames:v",
        "1",
        "-f",
        "null",
        "-",
    ]);
    run.film(info.duration());
    let tail = match runner.run(&run, cancel, |_| {}).await {
        Ok(end) if end.frames > 0 => return Ok(()),
        Ok(_) => String::new(),
        Err(IngestError::Ffmpeg { tail, .. }) => tail,
        Err(other) => return Err(other),
    };
    Err(Rejection::Damaged {
        detail: tail
            .lines()
            .last()
            .unwrap_or("no picture could be decoded")
            .to_owned(),
    }
    .into())
}

/// The length in milliseconds of a film whose container does not tell: reads it through.
async fn measure(
    runner: &Runner,
    path: &Path,
    info: &SourceInfo,
    cancel: &CancellationToken,
) -> Result<u64> {
    let mut run = Run::ffmpeg_to_nowhere();
    run.input(path);
    run.args([
        "-map",
        &format!("0:{}", info.video.index),
        "-c",
        "copy",
        "-f",
        "null",
        "-",
    ]);
    run.film(Duration::from_hours(24));
    let end = runner.run(&run, cancel, |_| {}).await?;
    let ms = u64::try_from(end.position.as_millis()).unwrap_or(0);
    if ms == 0 {
        return Err(Rejection::Damaged {
            detail: "its length cannot be found".into(),
        }
        .into());
    }
    Ok(ms)
}
