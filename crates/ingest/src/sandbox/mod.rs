//! What an ffmpeg child may touch: its input, its work folder, and the system's libraries.
//!
//! ffmpeg parses whatever strangers upload, in C. So our own binary is run again as
//! `<program> sandbox … -- ffmpeg …`; that process narrows its own rights and then becomes
//! ffmpeg. The rights cannot be widened again by anything that runs afterwards:
//!
//! * files: [Landlock](https://docs.kernel.org/userspace-api/landlock.html) leaves reading of the
//!   input and of system libraries and fonts, and writing below the work folder;
//! * network: no TCP connection can be made or taken (Landlock ABI 4, Linux 6.7), and ffmpeg's
//!   own protocol list holds nothing but files and pipes;
//! * resources: address space, size of written files, processor seconds, processes, no core dumps;
//! * privileges: `no_new_privs`, so that no set-uid program helps.
//!
//! A kernel without Landlock still gets everything else; [`support`] tells which it is.

mod args;
mod landlock;

use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use rustix::process::{Resource, Rlimit, Signal, getrlimit, nice, setrlimit};

pub use args::{ArgsError, parse, to_args};
pub use landlock::{Support, support};

/// The name of the subcommand that the binary answers by calling [`run_from_args`].
pub const SUBCOMMAND: &str = "sandbox";

/// What a child may touch and use up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SandboxSpec {
    /// Files and folders that may be read, beside the system's libraries and fonts.
    pub read: Vec<PathBuf>,
    /// Folders in which files may be made, written and removed.
    pub write: Vec<PathBuf>,
    /// Device nodes or folders of them (`/dev/dri`) that may be opened for reading and writing.
    pub devices: Vec<PathBuf>,
    /// Address space in bytes (`RLIMIT_AS`).
    pub memory_bytes: Option<u64>,
    /// The greatest size of any written file in bytes (`RLIMIT_FSIZE`).
    pub file_bytes: Option<u64>,
    /// Processor seconds over all threads (`RLIMIT_CPU`).
    pub cpu_seconds: Option<u64>,
    /// Processes and threads of this user (`RLIMIT_NPROC`).
    pub processes: Option<u64>,
    /// Niceness, 0..=19.
    pub nice: i32,
}

/// How far [`enter`] got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entered {
    /// What the kernel enforces of the file and network rules.
    pub support: Support,
}

/// Narrows the rights of the calling process, for good.
///
/// Call it in a process with a single thread: the rules bind the calling thread and what it
/// starts. Fails when a limit cannot be set or a named path cannot be opened; a kernel without
/// Landlock is no failure, but said in the result.
pub fn enter(spec: &SandboxSpec) -> io::Result<Entered> {
    limit(Resource::Core, Some(0))?;
    limit(Resource::As, spec.memory_bytes)?;
    limit(Resource::Fsize, spec.file_bytes)?;
    limit(Resource::Cpu, spec.cpu_seconds)?;
    limit(Resource::Nproc, spec.processes)?;
    if spec.nice > 0 {
        // Being less polite than asked for is no reason to refuse the work.
        let _ = nice(spec.nice.min(19));
    }
    rustix::thread::set_no_new_privs(true)?;
    let support = landlock::restrict(spec)?;
    Ok(Entered { support })
}

/// Lowers a limit; never raises one that the surroundings have set lower.
fn limit(resource: Resource, value: Option<u64>) -> io::Result<()> {
    let Some(value) = value else { return Ok(()) };
    let maximum = getrlimit(resource)
        .maximum
        .map_or(value, |ceiling| ceiling.min(value));
    Ok(setrlimit(
        resource,
        Rlimit {
            current: Some(maximum),
            maximum: Some(maximum),
        },
    )?)
}

/// The whole life of the `sandbox` subcommand: reads the arguments that follow it
/// (see [`to_args`]), narrows the process, and becomes the program behind `--`.
///
/// Returns only on failure, with exit code 125 and the reason on stderr.
pub fn run_from_args(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let refusal = match parse(args) {
        Err(error) => error.to_string(),
        Ok((spec, command)) => {
            // Whoever asked for the work and dies wants it no more. Survives becoming the program.
            let _ = rustix::process::set_parent_process_death_signal(Some(Signal::KILL));
            if let Err(error) = enter(&spec) {
                format!("cannot confine the program: {error}")
            } else {
                let mut words = command.into_iter();
                let program = words.next().unwrap_or_default();
                let error = Command::new(&program).args(words).exec();
                format!("cannot start {}: {error}", program.display())
            }
        }
    };
    #[expect(
        clippy::print_stderr,
        reason = "the parent process reads the reason there"
    )]
    {
        eprintln!("sandbox: {refusal}");
    }
    ExitCode::from(125)
}
