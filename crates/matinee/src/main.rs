//! The `matinee` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    matinee::cli::main()
}
