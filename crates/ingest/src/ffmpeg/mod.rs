//! Runs ffmpeg and ffprobe as confined, niced, killable child processes.
//!
//! A run ends in one of five ways: it succeeds, it fails with its own last words, it is canceled,
//! it makes no progress for too long, or it exceeds its time. Whichever it is, no process of it is
//! left behind: children lead a process group of their own, and the group is killed when the
//! future that waits for it is dropped.

mod capabilities;
mod orphans;
mod piped;
mod progress;
mod run;
mod tail;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::config::Limits;
use crate::formats::{DEMUXER_WHITELIST, PROTOCOL_WHITELIST};

pub use capabilities::Capabilities;
pub use piped::{Piped, PipedChild};
pub use progress::{Progress, ProgressReader};
pub use run::Runner;
pub use tail::Tail;

/// Which programs to run, and how.
#[derive(Debug, Clone)]
pub struct RunnerConfig {
    /// The ffmpeg program, by path or looked up in PATH.
    pub ffmpeg: PathBuf,
    /// The ffprobe program, by path or looked up in PATH.
    pub ffprobe: PathBuf,
    /// Our own binary, which answers `<binary> sandbox …` by [`crate::sandbox::run_from_args`].
    /// None runs children without confinement beyond ffmpeg's own lists.
    pub self_exe: Option<PathBuf>,
    /// Device nodes that hardware encoders need, such as `/dev/dri`.
    pub devices: Vec<PathBuf>,
    /// Ceilings on one run.
    pub limits: Limits,
}

impl Default for RunnerConfig {
    fn default() -> Self {
        Self {
            ffmpeg: "ffmpeg".into(),
            ffprobe: "ffprobe".into(),
            self_exe: None,
            devices: Vec::new(),
            limits: Limits::default(),
        }
    }
}

/// One of the two programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// Reads, decodes, encodes, writes.
    Ffmpeg,
    /// Describes.
    Ffprobe,
}

impl Tool {
    /// The program's everyday name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ffmpeg => "ffmpeg",
            Self::Ffprobe => "ffprobe",
        }
    }
}

/// One run: the arguments, and what they may touch.
#[derive(Debug, Clone)]
pub struct Run {
    /// Which program.
    pub tool: Tool,
    /// Its arguments, without the program's name.
    pub args: Vec<OsString>,
    /// Files that it reads.
    pub reads: Vec<PathBuf>,
    /// The folder it works in and may write to; none = it writes nothing.
    pub work: Option<PathBuf>,
    /// How long the film is, as far as known; for the time limit.
    pub film: Duration,
    /// A time limit that replaces the one derived from `film`.
    pub time_limit: Option<Duration>,
    /// The greatest size of a written file in bytes.
    pub file_bytes: Option<u64>,
    /// Niceness (0..=19) that replaces the configured one.
    pub nice: Option<i32>,
    /// How many of its last words are kept, in lines.
    pub lines: usize,
}

impl Run {
    /// An ffmpeg run that writes below `work`. Overwrites, never asks, and reports progress.
    pub fn ffmpeg(work: impl Into<PathBuf>) -> Self {
        let mut run = Self::ffmpeg_to_nowhere();
        run.work = Some(work.into());
        run
    }

    /// An ffmpeg run that writes no file (`-f null`). Never asks, and reports progress.
    pub fn ffmpeg_to_nowhere() -> Self {
        let mut run = Self::new(Tool::Ffmpeg);
        run.arg("-hide_banner")
            .arg("-nostdin")
            .arg("-y")
            .arg("-v")
            .arg("error");
        run.arg("-progress")
            .arg("pipe:1")
            .arg("-stats_period")
            .arg("0.5");
        run
    }

    /// An ffmpeg run that reads from its standard input and writes to its standard output, as its
    /// arguments say (`pipe:0`, `pipe:1`): for [`Runner::pipe`]. Somebody watches what it makes
    /// while it is made, so it does not stand back behind others as work on files does.
    pub fn ffmpeg_between_pipes() -> Self {
        let mut run = Self::new(Tool::Ffmpeg);
        run.args(["-hide_banner", "-nostdin", "-v", "error"]);
        run.args(["-protocol_whitelist", "pipe"]);
        run.nice = Some(0);
        run
    }

    /// An ffprobe run.
    pub fn ffprobe() -> Self {
        let mut run = Self::new(Tool::Ffprobe);
        run.arg("-hide_banner").arg("-v").arg("error");
        run
    }

    fn new(tool: Tool) -> Self {
        Self {
            tool,
            args: Vec::new(),
            reads: Vec::new(),
            work: None,
            film: Duration::ZERO,
            time_limit: None,
            file_bytes: None,
            nice: None,
            lines: 12,
        }
    }

    /// Adds an argument.
    pub fn arg(&mut self, arg: impl AsRef<OsStr>) -> &mut Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds arguments.
    pub fn args<S: AsRef<OsStr>>(&mut self, args: impl IntoIterator<Item = S>) -> &mut Self {
        for arg in args {
            self.arg(arg);
        }
        self
    }

    /// Adds an input file, after the input options that were added before. Only files and pipes
    /// can be opened, and only containers that are known not to open further files.
    pub fn input(&mut self, path: &Path) -> &mut Self {
        self.arg("-protocol_whitelist").arg(PROTOCOL_WHITELIST);
        self.arg("-format_whitelist").arg(DEMUXER_WHITELIST);
        // The prefix keeps a path with a colon from being taken for a protocol.
        let mut address = OsString::from("file:");
        address.push(path);
        self.arg("-i").arg(address);
        self.reads.push(path.to_owned());
        self
    }

    /// Adds an output file of this name in the work folder.
    pub fn output(&mut self, name: &str) -> &mut Self {
        let mut address = OsString::from("file:");
        address.push(self.work.as_deref().unwrap_or(Path::new(".")).join(name));
        self.arg(address)
    }

    /// Sets the length of the film.
    pub fn film(&mut self, film: Duration) -> &mut Self {
        self.film = film;
        self
    }
}
