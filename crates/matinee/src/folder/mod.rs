//! Films in folders of this machine, taken into the library: by `matinee import` and from the
//! studio ([`scan`]).
//!
//! A file that is in the library already (by name and size) is only given what lies beside it;
//! one that an earlier run has brought in halfway is gone on with. Names, NFO files, pictures and
//! subtitles beside the films say what is in them ([`beside`]).

mod beside;
pub mod scan;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use async_trait::async_trait;
use matinee_api::AppState;
use matinee_ingest::uploads::{Metadata, Uploader};
use tokio_util::sync::CancellationToken;
use walkdir::WalkDir;

use beside::Beside;

/// Names that films have besides those of the accepted containers.
const OTHER_ENDINGS: [&str; 6] = ["m4v", "qt", "mpg", "mpeg", "ts", "m2ts"];

/// The files that are named, and the films in the folders that are named; blocks. Links in
/// folders are not followed: they may lead anywhere.
pub fn search(paths: &[PathBuf], formats: &[String]) -> anyhow::Result<BTreeSet<PathBuf>> {
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

/// What has become of a file.
#[derive(Debug)]
pub enum Outcome {
    /// It is in the library already.
    There {
        /// The video that it is.
        video_id: String,
        /// Whether it is still being processed.
        unfinished: bool,
    },
    /// It would become this.
    Would(Box<Metadata>),
    /// It is this video now.
    Imported(String),
    /// It could not be taken in, because of this.
    Failed(String),
}

/// Who is told how it goes.
#[async_trait]
pub trait Witness: Send {
    /// File `number` of `of` begins to come in, which has `size` bytes. What is given back is
    /// told how many of them are there.
    fn begins(
        &mut self,
        name: &str,
        number: usize,
        of: usize,
        size: u64,
    ) -> Box<dyn Fn(u64) + Send>;

    /// What has become of a file, and what beside it was left out.
    async fn told(&mut self, path: &Path, outcome: Outcome, left_out: &[String]);
}

/// How files are taken in.
pub struct Taking<'a> {
    /// The program.
    pub state: &'a AppState,
    /// The files and folders that were named: what lies above a film says what it is of.
    pub roots: &'a [PathBuf],
    /// Whose they will be.
    pub who: Uploader,
    /// Whether they are for everybody.
    pub is_public: bool,
    /// Whether only to say what would be done.
    pub dry_run: bool,
}

impl Taking<'_> {
    /// Takes files in, one after the other, until there are no more or `stop`.
    pub async fn run(
        &self,
        files: BTreeSet<PathBuf>,
        witness: &mut dyn Witness,
        stop: &CancellationToken,
    ) -> anyhow::Result<()> {
        let mut order: Vec<PathBuf> = files.into_iter().collect();
        // What an extra comes with has to be there first.
        order.sort_by_cached_key(|path| Beside::names(self.root(path), path).extra.is_some());
        let of = order.len();
        for (n, path) in order.iter().enumerate() {
            let size = tokio::fs::metadata(path)
                .await
                .map_or(0, |facts| facts.len());
            let one = self.one(path, size, |name| witness.begins(name, n + 1, of, size));
            let taken = tokio::select! {
                taken = one => taken?,
                () = stop.cancelled() => break,
            };
            witness.told(path, taken.0, &taken.1).await;
        }
        Ok(())
    }

    fn root<'p>(&'p self, path: &'p Path) -> &'p Path {
        let root = self.roots.iter().find(|root| path.starts_with(root));
        root.map_or(path, PathBuf::as_path)
    }

    /// Takes a file in; yields also what beside it was left out.
    async fn one(
        &self,
        path: &Path,
        size: u64,
        begins: impl FnOnce(&str) -> Box<dyn Fn(u64) + Send>,
    ) -> anyhow::Result<(Outcome, Vec<String>)> {
        let state = self.state;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let mut beside = self.look_beside(path).await?;
        if let Some(video_id) = state.catalog.find_upload(&name, size).await? {
            if !self.dry_run {
                self.dress(&mut beside, &video_id).await;
            }
            let video = state.catalog.get(&video_id).await?;
            // An import that was cut off is gone on with to its end.
            let unfinished = !self.dry_run && !video.processing_status.is_final();
            let there = Outcome::There {
                video_id,
                unfinished,
            };
            return Ok((there, beside.warnings));
        }
        let mut metadata = Metadata {
            is_public: Some(self.is_public),
            ..Metadata::default()
        };
        beside.metadata(&mut metadata);
        if self.dry_run {
            return Ok((Outcome::Would(Box::new(metadata)), beside.warnings));
        }
        let arrived = begins(&name);
        let take = state.uploads.take_file(&self.who, path, metadata, arrived);
        match take.await {
            Ok(video_id) => {
                self.dress(&mut beside, &video_id).await;
                Ok((Outcome::Imported(video_id), beside.warnings))
            }
            Err(error) => Ok((Outcome::Failed(error.to_string()), beside.warnings)),
        }
    }

    /// What lies beside a film. Reading folders blocks.
    async fn look_beside(&self, path: &Path) -> anyhow::Result<Beside> {
        let (root, path) = (self.root(path).to_owned(), path.to_owned());
        let formats = self.state.config.supported_formats.clone();
        let look = move || Beside::of(&root, &path, |path| is_film(path, &formats));
        Ok(tokio::task::spawn_blocking(look).await?)
    }

    /// Gives a video what lies beside its file. What cannot be had is told; the film is in the
    /// library all the same.
    async fn dress(&self, beside: &mut Beside, video_id: &str) {
        if let Err(error) = beside.apply(self.state, video_id).await {
            beside.warnings.push(error.to_string());
        }
    }
}

/// What a film would be called.
pub fn called(metadata: &Metadata) -> String {
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
