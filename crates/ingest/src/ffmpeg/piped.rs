//! Children that take in and give out as long as they are there: live pictures.

use std::path::Path;
use std::process::Stdio;

use tokio::process::{ChildStdin, ChildStdout};
use tokio::task::JoinHandle;

use super::run::{Group, listen};
use super::{Run, Runner, Tail};
use crate::error::{IngestError, Result};

/// A child between two pipes.
pub struct Piped {
    /// What it reads.
    pub stdin: ChildStdin,
    /// What it writes.
    pub stdout: ChildStdout,
    /// The child: it ends with this value.
    pub child: PipedChild,
}

/// What works between the pipes.
pub struct PipedChild {
    group: Group,
    words: JoinHandle<Tail>,
}

impl PipedChild {
    /// Ends it, if it has not ended by itself, and gives its last words.
    pub async fn end(mut self) -> String {
        self.group.kill();
        let _ = self.group.child.wait().await;
        let nothing: [&Path; 0] = [];
        let words = self.words.await;
        words.map(|tail| tail.text(&nothing)).unwrap_or_default()
    }
}

impl Runner {
    /// Begins a run of [`Run::ffmpeg_between_pipes`], confined as every other, for as long as its
    /// time limit allows.
    pub async fn pipe(&self, run: &Run) -> Result<Piped> {
        let mut group = self.start(run, Stdio::piped()).await?;
        let child = &mut group.child;
        let pipes = (child.stdin.take(), child.stdout.take());
        let words = tokio::spawn(listen(child.stderr.take(), run.lines));
        let (Some(stdin), Some(stdout)) = pipes else {
            return Err(IngestError::Start {
                program: run.tool.name().into(),
                source: std::io::ErrorKind::BrokenPipe.into(),
            });
        };
        Ok(Piped {
            stdin,
            stdout,
            child: PipedChild { group, words },
        })
    }
}
