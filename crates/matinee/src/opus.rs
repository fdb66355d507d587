//! Sound for those who watch by WebRTC, made by the ffmpeg that is there for films.

use std::time::Duration;

use async_trait::async_trait;
use matinee_ingest::ffmpeg::{Piped, PipedChild, Run, Runner};
use matinee_live::ladder::{Child, MillError, Work};
use matinee_live::opus::OpusMill;

/// How long one child may work: longer than broadcasts usually last. Then it is begun anew.
const TIME: Duration = Duration::from_hours(24);

/// Makes Opus by ffmpeg, confined as for uploads.
pub struct LiveOpus(pub Runner);

#[async_trait]
impl OpusMill for LiveOpus {
    async fn start(&self) -> Result<Work, MillError> {
        let Piped {
            stdin,
            stdout,
            child,
        } = self.0.pipe(&run()).await?;
        Ok(Work {
            input: Box::pin(stdin),
            output: Box::pin(stdout),
            child: Box::new(Working(child)),
        })
    }
}

fn run() -> Run {
    let mut run = Run::ffmpeg_between_pipes();
    run.time_limit = Some(TIME);
    // The times stay as they are; nothing is looked at for longer than it takes.
    run.args(["-copyts", "-analyzeduration", "0", "-probesize", "4096"]);
    run.args(["-threads", "1", "-f", "mp4", "-i", "pipe:0"]);
    // More channels than two are mixed down: WebRTC has no more.
    run.args(["-map", "0:a:0", "-ac", "2", "-ar", "48000"]);
    run.args(["-c:a", "libopus", "-b:a", "128k", "-frame_duration", "20"]);
    // A page for each packet, as soon as it is there.
    run.args(["-f", "ogg", "-page_duration", "20000"]);
    run.args(["-flush_packets", "1", "pipe:1"]);
    run
}

struct Working(PipedChild);

#[async_trait]
impl Child for Working {
    async fn end(self: Box<Self>) -> String {
        self.0.end().await
    }
}
