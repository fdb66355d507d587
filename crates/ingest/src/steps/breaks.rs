//! Where the film may be broken for advertisements: where it disturbs least, and where a transport
//! stream says that breaks are.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use matinee_jobs::{JobContext, JobProgress};
use matinee_media::ts::CueReader;

use super::Core;
use crate::error::{IngestError, Result};
use crate::ffmpeg::Run;
use crate::probe::SourceInfo;
use crate::recipes::breaks::{self, FILES};

/// Nothing shorter is ever broken.
const SHORTEST: Duration = Duration::from_mins(2);
/// The most of them that become markers.
const CUES_MAX: usize = 200;
/// How much of a file is read at once.
const CHUNK: usize = 1 << 20;
/// A list larger than this is none.
const MAX_BYTES: u64 = 8 << 20;

/// Whether there is anything to look for.
pub(super) fn wanted(info: &SourceInfo) -> bool {
    info.film() >= SHORTEST || may_have_cues(info)
}

fn may_have_cues(info: &SourceInfo) -> bool {
    info.container.split(',').any(|name| name == "mpegts")
}

pub(super) async fn run(core: &Core, ctx: &JobContext) -> Result<()> {
    let work = core.work(ctx, "breaks").await?;
    let mut run = Run::ffmpeg(&work.folder);
    run.file_bytes = Some(MAX_BYTES);
    breaks::scan(&mut run, work.source.path(), &work.info);
    core.run(ctx, &run, "looking", |percent| percent * 0.95)
        .await?;
    let mut files: [String; 5] = Default::default();
    for (text, name) in files.iter_mut().zip(FILES) {
        // What there is nothing of has no file.
        *text = tokio::fs::read_to_string(work.folder.join(name))
            .await
            .unwrap_or_default();
    }
    let found = breaks::places(&files);
    core.catalog.set_breaks_found(&work.video.id, found).await?;
    if may_have_cues(&work.info) {
        let path = work.source.path().to_owned();
        let cues = super::context::blocking(move || cues(&path)).await?;
        let length = work.info.duration_ms.and_then(|ms| i64::try_from(ms).ok());
        let within = |ms: &i64| *ms > 0 && length.is_none_or(|length| *ms < length);
        let cues: Vec<i64> = cues.into_iter().filter(within).take(CUES_MAX).collect();
        let kept = core.catalog.break_marks(&work.video.id).await?;
        // What somebody has said stays.
        if !cues.is_empty() && kept.markers.is_empty() {
            core.catalog.set_break_markers(&work.video.id, cues).await?;
        }
    }
    ctx.progress(JobProgress::percent(100.0)).await;
    Ok(())
}

/// Where the cues of a file begin breaks, in milliseconds.
fn cues(path: &Path) -> Result<Vec<i64>> {
    let io = |source| IngestError::io("reading", path, source);
    let mut file = File::open(path).map_err(io)?;
    let mut reader = CueReader::new();
    let mut bytes = vec![0; CHUNK];
    loop {
        match file.read(&mut bytes).map_err(io)? {
            0 => return Ok(reader.finish()),
            n => reader.feed(&bytes[..n]),
        }
    }
}
