//! `matinee import`: files of this machine into the library.
//!
//! It works on the data folder itself, whether or not a server runs on it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::bail;
use async_trait::async_trait;
use clap::Args;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use matinee_api::AppState;
use matinee_catalog::ProcessingStatus;
use matinee_ingest::uploads::Uploader;
use tokio_util::sync::CancellationToken;

use super::{block_on, stop_signal};
use crate::app::App;
use crate::config::Config;
use crate::folder::{Outcome, Taking, Witness, called, search};
use crate::logging;

/// How often the processing bars are moved.
const LOOK: Duration = Duration::from_millis(500);

/// What to import.
#[derive(Debug, Args)]
pub struct Import {
    /// Files, or folders that are searched for films
    #[arg(required = true, value_name = "FILE|FOLDER")]
    pub paths: Vec<PathBuf>,
    /// Add them as private videos
    #[arg(long)]
    pub private: bool,
    /// Do not wait for processing; a server or worker does it
    #[arg(long)]
    pub no_wait: bool,
    /// Only say what would be imported
    #[arg(long, short = 'n')]
    pub dry_run: bool,
}

/// What has become of the files.
#[derive(Default)]
struct Tally {
    imported: Vec<(PathBuf, String)>,
    /// There already, but not done with.
    unfinished: Vec<(PathBuf, String)>,
    skipped: usize,
    failed: Vec<(PathBuf, String)>,
}

/// Imports files. Fails if any of them could not be imported.
pub fn run(config: &Config, import: &Import) -> anyhow::Result<()> {
    logging::start(config);
    let files = search(&import.paths, &config.supported_formats)?;
    if files.is_empty() {
        bail!("there is no film in {}", shown(&import.paths));
    }
    block_on(async {
        let stop = stop_signal()?;
        let app = App::open(config, stop.clone()).await?;
        let state = app.state.clone();
        let bars = MultiProgress::new();
        let operator = state.accounts.operator().await?;
        let taking = Taking {
            state: &state,
            roots: &import.paths,
            who: Uploader {
                person: "import".to_owned(),
                owner: Some(operator.id.to_string()),
                everything: true,
            },
            is_public: !import.private,
            dry_run: import.dry_run,
        };
        let mut telling = Telling {
            bars: &bars,
            bar: None,
            tally: Tally::default(),
        };
        taking.run(files, &mut telling, &stop).await?;
        let tally = telling.tally;
        let done = CancellationToken::new();
        let idle = tally.imported.is_empty() && tally.unfinished.is_empty();
        if import.no_wait || idle || stop.is_cancelled() {
            app.close().await?;
            return finish(&tally, &[]);
        }
        let working = tokio::spawn(app.run(None, true, done.clone()));
        let failed = tokio::select! {
            failed = follow(&state, &bars, &tally) => failed?,
            () = stop.cancelled() => Vec::new(),
        };
        done.cancel();
        working.await??;
        finish(&tally, &failed)
    })
}

fn shown(paths: &[PathBuf]) -> String {
    let names: Vec<String> = paths.iter().map(|p| p.display().to_string()).collect();
    names.join(", ")
}

/// Shows how it goes, and keeps what has become of the files.
struct Telling<'a> {
    bars: &'a MultiProgress,
    bar: Option<ProgressBar>,
    tally: Tally,
}

#[async_trait]
impl Witness for Telling<'_> {
    fn begins(
        &mut self,
        name: &str,
        number: usize,
        of: usize,
        size: u64,
    ) -> Box<dyn Fn(u64) + Send> {
        let bar = self.bars.add(ProgressBar::new(size));
        bar.set_style(style(
            "  {msg}  {wide_bar:.yellow}  {bytes}/{total_bytes}  {bytes_per_sec}  {eta}",
        ));
        bar.set_message(format!("{number}/{of} {name}"));
        self.bar = Some(bar.clone());
        Box::new(move |bytes| bar.set_position(bytes))
    }

    async fn told(&mut self, path: &Path, outcome: Outcome, left_out: &[String]) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        let (bars, shown) = (self.bars, path.display());
        match outcome {
            Outcome::There {
                video_id,
                unfinished,
            } => {
                say(bars, &format!("  there already   {shown}"));
                self.tally.skipped += 1;
                if unfinished {
                    self.tally.unfinished.push((path.to_owned(), video_id));
                }
            }
            Outcome::Would(metadata) => {
                say(bars, &format!("  would import    {shown}"));
                say(bars, &format!("                  as {}", called(&metadata)));
            }
            Outcome::Imported(video_id) => {
                say(bars, &format!("  imported        {shown}"));
                self.tally.imported.push((path.to_owned(), video_id));
            }
            Outcome::Failed(reason) => {
                say(bars, &format!("  FAILED          {shown}: {reason}"));
                self.tally.failed.push((path.to_owned(), reason));
            }
        }
        for warning in left_out {
            say(bars, &format!("  left out        {warning}"));
        }
    }
}

/// A line above the bars; where there is no terminal for bars, the line alone.
#[expect(clippy::print_stdout, reason = "the outcome is for people and scripts")]
fn say(bars: &MultiProgress, line: &str) {
    if bars.is_hidden() || bars.println(line).is_err() {
        println!("{line}");
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// Shows how processing goes until all of it has ended; yields what failed.
async fn follow(
    state: &AppState,
    bars: &MultiProgress,
    tally: &Tally,
) -> anyhow::Result<Vec<(PathBuf, String)>> {
    let mut failed = Vec::new();
    let mut open: Vec<(&PathBuf, &String, ProgressBar)> = Vec::new();
    for (path, video_id) in tally.imported.iter().chain(&tally.unfinished) {
        let bar = bars.add(ProgressBar::new(100));
        bar.set_style(style("  {msg}  {wide_bar:.green}  {percent} %"));
        open.push((path, video_id, bar));
    }
    while !open.is_empty() {
        let mut rest = Vec::new();
        for (path, video_id, bar) in open {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let now = state.ingest.processing(video_id).await?;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a percentage is from 0 to 100"
            )]
            bar.set_position(now.percent as u64);
            let watchable = if now.is_processed {
                ", can be watched"
            } else {
                ""
            };
            bar.set_message(format!("{name} ({}{watchable})", now.status));
            if !now.is_final() {
                rest.push((path, video_id, bar));
                continue;
            }
            bar.finish_and_clear();
            if now.status == ProcessingStatus::Completed.as_str() {
                say(bars, &format!("  ready           {}", path.display()));
            } else {
                let reason = now.error.unwrap_or(now.status);
                say(
                    bars,
                    &format!("  FAILED          {}: {reason}", path.display()),
                );
                failed.push((path.clone(), reason));
            }
        }
        open = rest;
        tokio::time::sleep(LOOK).await;
    }
    Ok(failed)
}

#[expect(clippy::print_stdout, reason = "the outcome is for people and scripts")]
fn finish(tally: &Tally, failed: &[(PathBuf, String)]) -> anyhow::Result<()> {
    let wrong = tally.failed.len() + failed.len();
    let imported = tally
        .imported
        .iter()
        .filter(|(path, _)| failed.iter().all(|(other, _)| other != path))
        .count();
    println!(
        "{imported} imported, {} there already, {wrong} failed",
        tally.skipped,
    );
    if wrong > 0 {
        bail!("{wrong} of the files could not be imported");
    }
    Ok(())
}
