//! Cheap clients for the benchmarks: thousands of connections on one thread, so that what is
//! measured is the server beside them.
//!
//! - `chat`: many sockets in one room, see [`chat`]
//! - `viewers`: many players of one broadcast, see [`viewers`]
//! - `publish`: many encoders, see [`publish`]
//! - `rate`: requests at a steady rate, see [`rate`]
//!
//! Each prints lines of JSON: first (but for `rate`) that it is ready, with everybody connected, then
//! what it has seen. `chat` begins to measure when a line comes in.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "that is how it is heard"
)]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of requests are small, and none is below zero"
)]

mod chat;
mod flv;
mod http;
mod playlist;
mod publish;
mod rate;
mod times;
mod viewers;

use std::process::ExitCode;

/// What went wrong, in words.
type Failure = Box<dyn std::error::Error>;
type Done<T = ()> = Result<T, Failure>;

const USAGE: &str = "usage: matinee-bench-clients \
    chat ADDRESS STREAM SOCKETS SENDERS PER_SECOND SECONDS | \
    viewers ADDRESS low|plain VIEWERS SECONDS PLAYLIST… | \
    publish FILM.flv SECONDS ADDRESSES.txt | \
    rate PER_SECOND SECONDS ADDRESSES.txt";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["chat", rest @ ..] => chat::run(rest),
        ["viewers", rest @ ..] => viewers::run(rest),
        ["publish", rest @ ..] => publish::run(rest),
        ["rate", rest @ ..] => rate::run(rest),
        _ => Err(USAGE.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The argument at a place, as a number.
fn number<T: std::str::FromStr>(arguments: &[&str], at: usize) -> Done<T> {
    let text = arguments.get(at).ok_or(USAGE)?;
    text.parse()
        .map_err(|_| format!("{text} is not such a number").into())
}
