//! `matinee import`: files of this machine into the library.
//!
//! It works on the data folder itself, whether or not a server runs on it. A
//! file that is in the library already (by name and size) is skipped; one that
//! an earlier run has brought in halfway is gone on with.
//!
//! Names, NFO files, pictures and subtitles beside the films say what is in
//! them ([`beside`]).

mod beside;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use matinee_api::AppState;
use matinee_catalog::ProcessingStatus;
use matinee_ingest::uploads::{Metadata, Uploader};
use tokio_util::sync::CancellationToken;
use walkdir::WalkDir;

use super::{block_on, stop_signal};
use crate::app::App;
use crate::config::Config;
use crate::logging;
use beside::Beside;

/// Names that films have besides those of the accepted containers.
const OTHER_ENDINGS: [&str; 6] = ["m4v", "qt", "mpg", "mpeg", "ts", "m2ts"];
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
        let tally = take_in(&state, &bars, import, &files, &stop).await?;
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

/// The files that are named, and the films in the folders that are named.
fn search(paths: &[PathBuf], formats: &[String]) -> anyhow::Result<BTreeSet<PathBuf>> {
    let mut files = BTreeSet::new();
    for path in paths {
        let facts =
            std::fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
        if facts.is_file() {
            files.insert(path.clone());
            continue;
        }
        let walk = WalkDir::new(path).into_iter();
        let seen = walk.filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry.path()));
        for entry in seen {
            let entry = entry?;
            if entry.file_type().is_file() && is_film(entry.path(), formats) {
                files.insert(entry.into_path());
            }
        }
    }
    Ok(files)
}

fn is_hidden(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

fn is_film(path: &Path, formats: &[String]) -> bool {
    path.extension().is_some_and(|ending| {
        let ending = ending.to_string_lossy().to_lowercase();
        formats.contains(&ending) || OTHER_ENDINGS.contains(&ending.as_str())
    })
}

async fn take_in(
    state: &AppState,
    bars: &MultiProgress,
    import: &Import,
    files: &BTreeSet<PathBuf>,
    stop: &CancellationToken,
) -> anyhow::Result<Tally> {
    let operator = state.accounts.operator().await?;
    let who = Uploader {
        person: "import".to_owned(),
        owner: Some(operator.id.to_string()),
        everything: true,
    };
    let mut tally = Tally::default();
    let formats = &state.config.supported_formats;
    let mut order: Vec<(&PathBuf, Beside)> = files
        .iter()
        .map(|path| {
            let root = import.paths.iter().find(|root| path.starts_with(root));
            let root = root.map_or(path.as_path(), PathBuf::as_path);
            (path, Beside::of(root, path, |path| is_film(path, formats)))
        })
        .collect();
    // What an extra comes with has to be there first.
    order.sort_by_key(|(_, beside)| beside.named.extra.is_some());
    for (n, (path, mut beside)) in order.into_iter().enumerate() {
        if stop.is_cancelled() {
            break;
        }
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let size = std::fs::metadata(path).map_or(0, |facts| facts.len());
        if let Some(video_id) = state.catalog.find_upload(&name, size).await? {
            tally.skipped += 1;
            say(bars, &format!("  there already   {}", path.display()));
            if !import.dry_run {
                dress(state, bars, &mut beside, &video_id).await;
                let video = state.catalog.get(&video_id).await?;
                // An import that was cut off is gone on with to its end.
                if !video.processing_status.is_final() {
                    tally.unfinished.push((path.clone(), video_id));
                }
            }
            continue;
        }
        if import.dry_run {
            say(bars, &format!("  would import    {}", path.display()));
            let mut metadata = Metadata::default();
            beside.metadata(&mut metadata);
            say(bars, &format!("                  as {}", told(&metadata)));
            continue;
        }
        let bar = bars.add(ProgressBar::new(size));
        bar.set_style(style(
            "  {msg}  {wide_bar:.yellow}  {bytes}/{total_bytes}  {bytes_per_sec}  {eta}",
        ));
        bar.set_message(format!("{}/{} {name}", n + 1, files.len()));
        let mut metadata = Metadata {
            is_public: Some(!import.private),
            ..Metadata::default()
        };
        beside.metadata(&mut metadata);
        let moved = bar.clone();
        let take = state
            .uploads
            .take_file(&who, path, metadata, move |bytes| moved.set_position(bytes));
        let outcome = tokio::select! {
            outcome = take => outcome,
            () = stop.cancelled() => break,
        };
        bar.finish_and_clear();
        match outcome {
            Ok(video_id) => {
                say(bars, &format!("  imported        {}", path.display()));
                dress(state, bars, &mut beside, &video_id).await;
                tally.imported.push((path.clone(), video_id));
            }
            Err(error) => {
                say(
                    bars,
                    &format!("  FAILED          {}: {error}", path.display()),
                );
                tally.failed.push((path.clone(), error.to_string()));
            }
        }
    }
    Ok(tally)
}

/// Gives a video what lies beside its file. What cannot be had is told; the
/// film is in the library all the same.
async fn dress(state: &AppState, bars: &MultiProgress, beside: &mut Beside, video_id: &str) {
    if let Err(error) = beside.apply(state, video_id).await {
        beside.warnings.push(error.to_string());
    }
    for warning in &beside.warnings {
        say(bars, &format!("  left out        {warning}"));
    }
}

/// What a film would be called.
fn told(metadata: &Metadata) -> String {
    let mut words = Vec::new();
    if let Some(show) = &metadata.show_title {
        words.push(show.clone());
        if let (Some(season), Some(episode)) = (metadata.season_number, metadata.episode_number) {
            let last = metadata.episode_number_end;
            let last = last.map_or_else(String::new, |last| format!("-E{last:02}"));
            words.push(format!("S{season:02}E{episode:02}{last}"));
        }
    }
    words.extend(metadata.title.clone());
    words.extend(metadata.release_year.map(|year| format!("({year})")));
    words.join(" ")
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
