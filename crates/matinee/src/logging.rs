//! Where log lines go, and how they look.

use std::io::IsTerminal;
use std::sync::OnceLock;

use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt;
use tracing_subscriber::prelude::*;
use tracing_subscriber::{EnvFilter, Registry};

use crate::config::{Config, Environment};
use crate::traces;

type Lines = Box<dyn tracing_subscriber::Layer<Registry> + Send + Sync>;

/// Files are written by a thread of its own, as long as this is kept.
static FILES: OnceLock<WorkerGuard> = OnceLock::new();

/// Starts logging to standard error, to files and to a collector of traces, as
/// far as they are wanted. A second call does nothing.
pub fn start(config: &Config) {
    let filter =
        || EnvFilter::try_new(&config.log_level).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = fmt::layer().with_writer(std::io::stderr);
    let mut layers: Vec<Lines> = vec![match config.environment {
        Environment::Production => lines
            .json()
            .flatten_event(true)
            .with_filter(filter())
            .boxed(),
        Environment::Development => lines
            .with_target(false)
            .with_ansi(std::io::stderr().is_terminal())
            .with_filter(filter())
            .boxed(),
    }];
    match files(config) {
        Ok(Some(writer)) => layers.push(
            fmt::layer()
                .with_writer(writer)
                .json()
                .flatten_event(true)
                .with_filter(filter())
                .boxed(),
        ),
        Ok(None) => {}
        #[expect(clippy::print_stderr, reason = "there is no log yet")]
        Err(error) => eprintln!("no log files are written: {error}"),
    }
    if let Some(spans) = traces::layer(config) {
        layers.push(spans.with_filter(filter_fn(traces::is_told)).boxed());
    }
    // An Err means that a logger is there already: a test's.
    let _ = tracing_subscriber::registry().with(layers).try_init();
}

/// A file a day, the oldest of which go. What cannot be written in time is left out.
fn files(
    config: &Config,
) -> Result<Option<tracing_appender::non_blocking::NonBlocking>, Box<dyn std::error::Error>> {
    let Some(folder) = &config.log_dir else {
        return Ok(None);
    };
    std::fs::create_dir_all(folder)?;
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("matinee")
        .filename_suffix("log")
        .max_log_files(config.log_days)
        .build(folder)?;
    let (writer, guard) = tracing_appender::non_blocking(file);
    let _ = FILES.set(guard);
    Ok(Some(writer))
}
