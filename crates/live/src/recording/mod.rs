//! Broadcasts that are kept: their parts are appended to a file as they come, and at the end the
//! file is a video.
//!
//! A file is called by what it is: `{stream}.{video}.mp4`, after the stream and the video that it
//! is going to be. Beside it lies a mark, `{stream}.{video}.take`, from before its first byte until
//! the video is in the library. Whatever has a mark when the server starts was interrupted, and is
//! made a video then; a fragment that was not whole is cut off. The mark says when each run of the
//! recording began on the clock, so that what was said meanwhile can be shown beside it.
//!
//! When the coding changes on the way, another take begins: a file of its own.

mod recorder;
#[cfg(test)]
mod tests;
mod timeline;
mod whole;

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;

pub(crate) use recorder::Recorder;
pub use timeline::{Anchor, Timeline};

/// What is read of a mark, in bytes.
const MARK_MAX: u64 = 1 << 20;

/// What a recording could not be made a video for.
pub type ArchiveError = Box<dyn std::error::Error + Send + Sync>;

/// A file with a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Take {
    /// The stream.
    pub stream_id: String,
    /// The video that it is going to be.
    pub video_id: String,
    /// The file, unless it is in the library's hands already.
    pub path: PathBuf,
    /// When its runs began.
    pub timeline: Timeline,
}

/// Makes videos of recordings.
#[async_trait]
pub trait Archive: Send + Sync {
    /// Makes a video of a take, and takes its file away. Asked again after an interruption at any
    /// point, it goes on from there. An error leaves the take for later.
    async fn keep(&self, take: &Take) -> Result<(), ArchiveError>;
}

/// Where recordings are made, and who makes videos of them.
#[derive(Clone)]
pub struct Recordings {
    folder: PathBuf,
    archive: Arc<dyn Archive>,
}

impl Recordings {
    /// In this folder, which is made if it does not exist.
    pub fn new(folder: PathBuf, archive: Arc<dyn Archive>) -> Self {
        Self { folder, archive }
    }

    /// What was being recorded when the server was last killed. Ask before anything is recorded
    /// anew.
    pub async fn interrupted(&self) -> Vec<Take> {
        let folder = self.folder.clone();
        let found = tokio::task::spawn_blocking(move || interrupted(&folder)).await;
        found.unwrap_or_default()
    }

    /// Makes videos of it.
    pub async fn recover(&self, interrupted: Vec<Take>) {
        for take in interrupted {
            tracing::info!(
                stream = take.stream_id,
                video = take.video_id,
                "an interrupted recording"
            );
            let path = take.path.clone();
            let cut = tokio::task::spawn_blocking(move || whole::cut(&path)).await;
            match cut {
                Ok(Ok(())) => self.keep(&take).await,
                Ok(Err(error)) => tracing::error!(
                    %error,
                    path = %take.path.display(),
                    "a recording cannot be read; it is tried again at the next start"
                ),
                Err(_) => {}
            }
        }
    }

    /// Makes a video of a take that is finished. One without a fragment is none.
    async fn keep(&self, take: &Take) {
        let written = tokio::fs::metadata(&take.path).await;
        let is_empty = written.is_ok_and(|meta| meta.len() == 0);
        if is_empty {
            let _ = tokio::fs::remove_file(&take.path).await;
            let _ = tokio::fs::remove_file(mark_of(&take.path)).await;
            return;
        }
        match self.archive.keep(take).await {
            Ok(()) => {
                let mark = mark_of(&take.path);
                if let Err(error) = tokio::fs::remove_file(&mark).await {
                    tracing::warn!(%error, path = %mark.display(), "a mark stays behind");
                }
            }
            Err(error) => tracing::error!(
                %error,
                path = %take.path.display(),
                "a recording could not be made a video; it is tried again at the next start"
            ),
        }
    }

    fn take(&self, stream_id: &str, video_id: &str) -> Take {
        Take {
            path: self.folder.join(format!("{stream_id}.{video_id}.mp4")),
            stream_id: stream_id.to_owned(),
            video_id: video_id.to_owned(),
            timeline: Timeline::default(),
        }
    }
}

/// The mark beside a file.
fn mark_of(path: &Path) -> PathBuf {
    path.with_extension("take")
}

/// What a mark says of when the runs began; nothing if it cannot be read.
fn noted(mark: &Path) -> Timeline {
    let mut text = String::new();
    let read =
        std::fs::File::open(mark).and_then(|file| file.take(MARK_MAX).read_to_string(&mut text));
    if let Err(error) = read {
        tracing::warn!(%error, path = %mark.display(), "a mark cannot be read");
    }
    Timeline::read(&text)
}

/// The takes in a folder, in the order in which they began.
fn interrupted(folder: &Path) -> Vec<Take> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        // Nothing has ever been recorded.
        return Vec::new();
    };
    let mut takes: Vec<Take> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let name = path.file_name()?.to_str()?.strip_suffix(".take")?;
            let (stream_id, video_id) = name.split_once('.')?;
            Some(Take {
                stream_id: stream_id.to_owned(),
                video_id: video_id.to_owned(),
                timeline: noted(&path),
                path: path.with_extension("mp4"),
            })
        })
        .collect();
    takes.sort_by(|one, other| one.video_id.cmp(&other.video_id));
    takes
}
