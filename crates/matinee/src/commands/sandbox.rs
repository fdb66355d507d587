//! `matinee sandbox`: how the program runs ffmpeg confined.

use std::ffi::OsString;
use std::process::ExitCode;

/// Confines this process and becomes the program that `args` name.
pub fn run(args: Vec<OsString>) -> ExitCode {
    matinee_ingest::sandbox::run_from_args(args)
}
