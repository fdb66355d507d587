//! `matinee openapi`.

use std::process::ExitCode;

/// Prints the document.
#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "that is what the command is for"
)]
pub fn run() -> ExitCode {
    match matinee_api::openapi().to_pretty_json() {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("matinee: cannot write the document: {error}");
            ExitCode::FAILURE
        }
    }
}
