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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::super::RunnerConfig;
    use super::*;

    /// The niceness of a process (proc(5), `stat`, field 19).
    fn niceness(pid: u32) -> i32 {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        let (_, after_name) = stat.rsplit_once(')').unwrap();
        after_name
            .split_whitespace()
            .nth(16)
            .unwrap()
            .parse()
            .unwrap()
    }

    #[tokio::test]
    async fn what_is_watched_meanwhile_stands_back_behind_nobody() {
        let runner = Runner::new(RunnerConfig::default());
        let own = niceness(std::process::id());
        let mut run = Run::ffmpeg_between_pipes();
        run.args(["-f", "s16le", "-i", "pipe:0", "-f", "s16le", "pipe:1"]);
        for (wanted, expected) in [(run.nice, own), (None, 10), (Some(5), 5)] {
            run.nice = wanted;
            let piped = runner.pipe(&run).await.unwrap();
            let pid = piped.child.group.child.id().unwrap();
            assert_eq!(niceness(pid), expected.max(own), "{wanted:?}");
            piped.child.end().await;
        }
    }
}
