//! Starting a child, listening to it, and ending it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group, setpriority_process};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::{Progress, ProgressReader, Run, RunnerConfig, Tail, Tool, orphans};
use crate::error::{IngestError, Result};
use crate::sandbox::{self, SandboxSpec};

/// The most that a program may print for [`Runner::capture`].
const CAPTURE_LIMIT: usize = 32 << 20;
/// Threads and processes of one user. A ladder at 2160p on many cores takes a few hundred.
const PROCESSES: u64 = 8192;

/// Starts ffmpeg and ffprobe. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Runner {
    config: Arc<RunnerConfig>,
}

/// A running child, whose whole process group dies with this value.
pub(super) struct Group {
    pub(super) child: Child,
    leader: Option<Pid>,
}

impl Group {
    pub(super) fn kill(&mut self) {
        if let Some(leader) = self.leader.take() {
            // The group may be gone already; that is what we want.
            let _ = kill_process_group(leader, Signal::KILL);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

/// That an ffmpeg runs, as long as it is kept.
struct Running(metrics::Gauge);

impl Running {
    fn begin() -> Self {
        let running = metrics::gauge!("matinee_ffmpeg_running");
        running.increment(1.0);
        Self(running)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

impl Runner {
    /// A runner of these programs.
    pub fn new(config: RunnerConfig) -> Self {
        Self {
            config: Arc::new(config),
        }
    }

    /// What it was made with.
    pub fn config(&self) -> &RunnerConfig {
        &self.config
    }

    /// Runs to the end, calling `on_progress` for each report (about two a second).
    pub async fn run(
        &self,
        run: &Run,
        cancel: &CancellationToken,
        on_progress: impl FnMut(Progress) + Send,
    ) -> Result<Progress> {
        let (end, _) = self.run_heard(run, cancel, on_progress).await?;
        Ok(end)
    }

    /// The same, and also gives back the program's last words ([`Run::lines`]).
    pub async fn run_heard(
        &self,
        run: &Run,
        cancel: &CancellationToken,
        on_progress: impl FnMut(Progress) + Send,
    ) -> Result<(Progress, String)> {
        let program = run.tool.name();
        let span = tracing::info_span!("ffmpeg", program, failed = tracing::field::Empty);
        let ran = self
            .run_measured(run, cancel, on_progress)
            .instrument(span.clone())
            .await;
        span.record("failed", ran.is_err());
        ran
    }

    async fn run_measured(
        &self,
        run: &Run,
        cancel: &CancellationToken,
        mut on_progress: impl FnMut(Progress) + Send,
    ) -> Result<(Progress, String)> {
        let running = Running::begin();
        let mut group = self.start(run, Stdio::null()).await?;
        let (stdout, stderr) = (group.child.stdout.take(), group.child.stderr.take());
        let limits = &self.config.limits;
        let deadline = Instant::now() + self.time_limit(run);
        let words = tokio::spawn(listen(stderr, run.lines));

        let mut lines = stdout.map(|pipe| BufReader::new(pipe).lines());
        let mut reader = ProgressReader::default();
        let mut last = Progress::default();
        let mut moved = Instant::now();
        let outcome = loop {
            let silent = lines.is_none();
            let next = async {
                match &mut lines {
                    Some(lines) => lines.next_line().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = cancel.cancelled() => break Err(IngestError::Canceled),
                status = group.child.wait(), if silent => break status
                    .map_err(|source| IngestError::io("waiting for", program_path(run.tool), source)),
                line = next => match line {
                    Ok(Some(line)) => if let Some(report) = reader.line(&line) {
                        if (report.position, report.bytes, report.frames)
                            != (last.position, last.bytes, last.frames)
                        {
                            moved = Instant::now();
                        }
                        last = report;
                        on_progress(report);
                    },
                    // The end of the pipe: what is left is to wait for the exit.
                    Ok(None) | Err(_) => lines = None,
                },
                () = tokio::time::sleep_until(moved + limits.stall) => break Err(IngestError::TimedOut {
                    program: run.tool.name().into(),
                    reason: format!("no progress for {} s", limits.stall.as_secs()),
                }),
                () = tokio::time::sleep_until(deadline) => break Err(over_time(run.tool, self.time_limit(run))),
            }
        };
        drop(running);
        let words = finish(run, group, words, outcome).await?;
        if let Some(speed) = last.speed {
            metrics::histogram!("matinee_ffmpeg_speed").record(f64::from(speed));
        }
        Ok((last, words))
    }

    /// Runs to the end and returns what the program printed (at most 32 MiB).
    pub async fn capture(&self, run: &Run, cancel: &CancellationToken) -> Result<Vec<u8>> {
        let mut group = self.start(run, Stdio::null()).await?;
        let (stdout, stderr) = (group.child.stdout.take(), group.child.stderr.take());
        let limit = run.time_limit.unwrap_or(self.config.limits.probe);
        let words = tokio::spawn(listen(stderr, run.lines));
        let mut printed = Vec::new();
        let read = async {
            if let Some(mut pipe) = stdout {
                let mut limited = (&mut pipe).take(CAPTURE_LIMIT as u64 + 1);
                limited.read_to_end(&mut printed).await?;
                if printed.len() > CAPTURE_LIMIT {
                    return Err(std::io::Error::other("it prints without end"));
                }
            }
            group.child.wait().await
        };
        let outcome = tokio::select! {
            biased;
            () = cancel.cancelled() => Err(IngestError::Canceled),
            status = read => status
                .map_err(|source| IngestError::io("reading from", program_path(run.tool), source)),
            () = tokio::time::sleep(limit) => Err(over_time(run.tool, limit)),
        };
        finish(run, group, words, outcome).await?;
        Ok(printed)
    }

    fn time_limit(&self, run: &Run) -> Duration {
        run.time_limit
            .unwrap_or_else(|| self.config.limits.for_film(run.film))
    }

    pub(super) async fn start(&self, run: &Run, stdin: Stdio) -> Result<Group> {
        if let Some(work) = run.work.clone() {
            orphans::end_those_in(work).await;
        }
        let configured = match run.tool {
            Tool::Ffmpeg => &self.config.ffmpeg,
            Tool::Ffprobe => &self.config.ffprobe,
        };
        let program = find_program(configured).ok_or_else(|| IngestError::Start {
            program: configured.display().to_string(),
            source: std::io::ErrorKind::NotFound.into(),
        })?;
        let (first, args) = self.command_line(run, &program);
        let mut command = Command::new(&first);
        command
            .args(args)
            .env_clear()
            .envs(
                [
                    "PATH",
                    "LD_LIBRARY_PATH",
                    "LIBVA_DRIVER_NAME",
                    "LIBVA_DRIVERS_PATH",
                ]
                .into_iter()
                .filter_map(|name| Some((name, std::env::var_os(name)?))),
            )
            .env("LC_ALL", "C.UTF-8")
            .env("HOME", run.work.as_deref().unwrap_or(Path::new("/")))
            .current_dir(run.work.as_deref().unwrap_or(Path::new("/")))
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true);
        let child = orphans::spawn(command)
            .await
            .map_err(|source| IngestError::Start {
                program: first.display().to_string(),
                source,
            })?;
        let leader = child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw);
        let nice = run.nice.unwrap_or(self.config.limits.nice);
        if self.config.self_exe.is_none() && nice > 0 {
            // Politeness only: work goes on without it.
            let _ = setpriority_process(leader, nice);
        }
        Ok(Group { child, leader })
    }

    fn command_line(&self, run: &Run, program: &Path) -> (PathBuf, Vec<OsString>) {
        let Some(self_exe) = &self.config.self_exe else {
            return (program.to_owned(), run.args.clone());
        };
        let limits = &self.config.limits;
        let cores = std::thread::available_parallelism().map_or(1, usize::from) as u64;
        let wall = match run.tool {
            Tool::Ffmpeg => self.time_limit(run),
            Tool::Ffprobe => limits.probe,
        };
        let mut read = run.reads.clone();
        read.push(program.to_owned());
        // A program that was installed beside the system brings its libraries along.
        if let Some(libraries) = program
            .parent()
            .and_then(Path::parent)
            .map(|prefix| prefix.join("lib"))
            .filter(|libraries| libraries.is_dir())
        {
            read.push(libraries);
        }
        let spec = SandboxSpec {
            read,
            write: run.work.iter().cloned().collect(),
            devices: self
                .config
                .devices
                .iter()
                .filter(|device| device.exists())
                .cloned()
                .collect(),
            memory_bytes: limits.memory_bytes,
            file_bytes: run.file_bytes,
            cpu_seconds: Some(wall.as_secs().saturating_mul(cores).max(1)),
            processes: Some(PROCESSES),
            nice: run.nice.unwrap_or(limits.nice),
        };
        let mut args: Vec<OsString> = vec![sandbox::SUBCOMMAND.into()];
        args.extend(sandbox::to_args(&spec));
        args.push(program.into());
        args.extend(run.args.iter().cloned());
        (self_exe.clone(), args)
    }
}

/// Collects a child's last words until it closes the pipe.
pub(super) async fn listen(pipe: Option<impl AsyncRead + Unpin>, lines: usize) -> Tail {
    let mut tail = Tail::new(lines);
    let Some(mut pipe) = pipe else { return tail };
    let mut piece = vec![0; 8192];
    while let Ok(count @ 1..) = pipe.read(&mut piece).await {
        tail.push(&piece[..count]);
    }
    tail
}

/// Ends the group, and turns a bad end into an error with the child's last words.
async fn finish(
    run: &Run,
    mut group: Group,
    words: tokio::task::JoinHandle<Tail>,
    outcome: Result<ExitStatus>,
) -> Result<String> {
    group.kill();
    // Reaps the child, so that its files are closed when we return.
    let _ = group.child.wait().await;
    let status = outcome?;
    let mut hidden: Vec<&Path> = run.reads.iter().map(PathBuf::as_path).collect();
    hidden.extend(run.work.as_deref());
    let tail = words
        .await
        .map(|tail| tail.text(&hidden))
        .unwrap_or_default();
    if status.success() {
        Ok(tail)
    } else {
        Err(judge(run, status, tail))
    }
}

/// Says what a bad exit means.
fn judge(run: &Run, status: ExitStatus, tail: String) -> IngestError {
    use std::os::unix::process::ExitStatusExt as _;
    let path = || run.work.clone().unwrap_or_default();
    if tail.contains("No space left on device") || tail.contains("Disk quota exceeded") {
        return IngestError::DiskFull { path: path() };
    }
    let program = run.tool.name().to_owned();
    match status.signal() {
        Some(signal) if signal == Signal::XCPU.as_raw() => IngestError::TimedOut {
            program,
            reason: "it used more processor time than allowed".into(),
        },
        Some(signal) if signal == Signal::XFSZ.as_raw() => IngestError::Ffmpeg {
            program,
            status: "its output grew beyond every expectation".into(),
            tail,
        },
        Some(signal) => IngestError::Ffmpeg {
            program,
            status: format!("killed by signal {signal}"),
            tail,
        },
        None => IngestError::Ffmpeg {
            program,
            status: format!("exit code {}", status.code().unwrap_or(-1)),
            tail,
        },
    }
}

fn over_time(tool: Tool, limit: Duration) -> IngestError {
    IngestError::TimedOut {
        program: tool.name().into(),
        reason: format!("it took longer than {} s", limit.as_secs()),
    }
}

fn program_path(tool: Tool) -> PathBuf {
    tool.name().into()
}

/// The absolute path of a program given by path or by name.
fn find_program(configured: &Path) -> Option<PathBuf> {
    let candidate = |path: &Path| {
        let found = path.canonicalize().ok()?;
        found.is_file().then_some(found)
    };
    if configured.components().count() > 1 {
        return candidate(configured);
    }
    std::env::split_paths(&std::env::var_os("PATH")?)
        .find_map(|folder| candidate(&folder.join(configured)))
}
