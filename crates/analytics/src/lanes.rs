//! This process's own event log, and those that others have left.
//!
//! A log in a folder has one writer. Processes that share a data folder have a
//! lane each; one that was left with events in it is taken over.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use matinee_engines::log::{EventLog, FolderLog, FolderLogOptions, LogError, TopicConfig};

use crate::{Analytics, AnalyticsError, Result};

/// The topic of all events.
pub(crate) const TOPIC: &str = "events";
/// The topic of views, as they are found in the events.
pub(crate) const VIEWS: &str = "views";
/// How many processes may share a data folder.
const LANES: u8 = 8;
/// What events may take of the disk, whatever their age: 4 GiB.
const BYTES_MAX: u64 = 4 << 30;

/// A log, and the name under which it is known how far it was applied.
pub(crate) struct Lane {
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) name: String,
    number: u8,
}

impl Lane {
    /// The first that nobody has.
    pub(crate) async fn open(folder: &Path, kept: Duration) -> Result<Self> {
        for number in 0..LANES {
            if let Some(lane) = Self::open_lane(folder, number, kept).await? {
                return Ok(lane);
            }
        }
        Err(LogError::Locked(folder.display().to_string()).into())
    }

    /// A lane, unless somebody has it.
    async fn open_lane(folder: &Path, number: u8, kept: Duration) -> Result<Option<Self>> {
        let folder = folder.join(number.to_string());
        let log = match FolderLog::open(&folder, FolderLogOptions::default()).await {
            Ok(log) => log,
            Err(LogError::Locked(_)) => return Ok(None),
            Err(other) => return Err(other.into()),
        };
        let topic = TopicConfig {
            partitions: 1,
            max_age: Some(kept),
            max_bytes: Some(BYTES_MAX),
        };
        log.create_topic(TOPIC, topic.clone()).await?;
        log.create_topic(VIEWS, topic).await?;
        Ok(Some(Self {
            log: Arc::new(log),
            name: name(folder.join("name")).await?,
            number,
        }))
    }
}

/// A log's name, given to it when it is made: a folder that was lost and is
/// begun anew is another log.
async fn name(path: PathBuf) -> Result<String> {
    match tokio::fs::read_to_string(&path).await {
        Ok(name) if !name.trim().is_empty() => return Ok(name.trim().to_owned()),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    let name = uuid::Uuid::now_v7().to_string();
    let written = name.clone();
    let write = move || -> std::io::Result<()> {
        use std::io::Write as _;
        let staged = path.with_extension("new");
        let mut file = std::fs::File::create(&staged)?;
        file.write_all(written.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&staged, &path)?;
        std::fs::File::open(path.parent().unwrap_or(&path))?.sync_all()
    };
    let done = tokio::task::spawn_blocking(write).await;
    done.map_err(|_| AnalyticsError::Closed)??;
    Ok(name)
}

impl Analytics {
    /// Applies what processes that are gone have left in their lanes.
    pub(crate) async fn adopt(&self) -> Result<()> {
        let ours = self.lane()?.number;
        for number in (0..LANES).filter(|number| *number != ours) {
            let folder = &self.inner.folder;
            if !tokio::fs::try_exists(folder.join(number.to_string())).await? {
                continue;
            }
            let kept = self.inner.options.events_kept;
            if let Some(lane) = Lane::open_lane(folder, number, kept).await? {
                while self.apply_from(&lane).await? > 0 {}
            }
        }
        Ok(())
    }
}
