//! A topic's files.

use std::fs::{self, File, OpenOptions};
use std::io::{Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use parking_lot::{Mutex, RwLock};
use tokio::sync::watch;

use super::frame::{HEAD, PREFIX};
use super::segment::{Segment, file_name};
use super::{Bounds, Event, LogError, ReadLimit, Result, TopicConfig};
use crate::time::now_micros;

/// No flush is larger than this.
const UNFINISHED_MAX: u64 = 32 << 20;

/// A topic: what readers see of it, and what the writer writes to.
#[derive(Debug)]
pub(super) struct Topic {
    pub(super) name: String,
    pub(super) folder: PathBuf,
    pub(super) config: RwLock<TopicConfig>,
    /// How large a file becomes.
    pub(super) segment_bytes: u64,
    /// The oldest first; the last is written to. Never empty.
    pub(super) segments: RwLock<Vec<Segment>>,
    /// The last one's file; `None` after it failed.
    pub(super) file: Mutex<Option<File>>,
    /// Changes whenever events were appended.
    pub(super) appended: watch::Sender<u64>,
}

impl Topic {
    /// Makes a topic's folder, or opens it and cuts off what was not whole.
    pub(super) fn open(
        folder: PathBuf,
        name: &str,
        config: &TopicConfig,
        segment_bytes: u64,
    ) -> Result<Self> {
        fs::create_dir_all(&folder)?;
        let mut numbers: Vec<u64> = fs::read_dir(&folder)?
            .filter_map(|entry| {
                let name = entry.ok()?.file_name();
                name.to_str()?.strip_suffix(".log")?.parse().ok()
            })
            .collect();
        numbers.sort_unstable();
        let mut segments: Vec<Segment> = Vec::new();
        let last = numbers.last().copied();
        for number in numbers {
            let path = folder.join(file_name(number));
            let Some(segment) = Segment::scan(path.clone(), number, config.partitions)? else {
                // Files get their beginning before anything else: one that has
                // no more was not finished, and nothing can be in it.
                let beginning = PREFIX + HEAD + 8 * usize::from(config.partitions);
                let size = fs::metadata(&path)?.len();
                if Some(number) == last && size <= beginning as u64 {
                    fs::remove_file(&path)?;
                    continue;
                }
                return Err(LogError::Corrupt(format!(
                    "{} has no beginning",
                    path.display()
                )));
            };
            let size = fs::metadata(&path)?.len();
            if size > segment.length {
                // More than one append can leave unfinished is damage.
                let rest = size - segment.length;
                if Some(number) != last || rest > UNFINISHED_MAX {
                    return Err(LogError::Corrupt(format!(
                        "{} at byte {}",
                        path.display(),
                        segment.length
                    )));
                }
                set_aside(&path, segment.length)?;
            }
            if segments
                .last()
                .is_some_and(|before| before.next != segment.start)
            {
                return Err(LogError::Corrupt(format!(
                    "{} does not follow the file before",
                    path.display()
                )));
            }
            segments.push(segment);
        }
        if segments.is_empty() {
            let number = last.map_or(0, |n| n + 1);
            let start = vec![0; usize::from(config.partitions)];
            segments.push(Segment::create(&folder, number, start, now_micros())?.0);
        }
        let topic = Self {
            name: name.to_owned(),
            folder,
            config: RwLock::new(config.clone()),
            segment_bytes,
            segments: RwLock::new(segments),
            file: Mutex::new(None),
            appended: watch::channel(0).0,
        };
        topic.reopen()?;
        Ok(topic)
    }

    /// Opens the last file for writing and cuts off what is not known to be
    /// durable.
    pub(super) fn reopen(&self) -> Result<()> {
        let mut slot = self.file.lock();
        *slot = None;
        let (path, length) = {
            let segments = self.segments.read();
            let last = segments.last().ok_or(LogError::Closed)?;
            (last.path.clone(), last.length)
        };
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        file.set_len(length)?;
        file.sync_all()?;
        *slot = Some(file);
        Ok(())
    }

    fn check(&self, partition: u16) -> Result<usize> {
        if partition < self.config.read().partitions {
            Ok(usize::from(partition))
        } else {
            Err(LogError::Unknown(format!(
                "partition {partition} of {}",
                self.name
            )))
        }
    }

    pub(super) fn bounds(&self, partition: u16) -> Result<Bounds> {
        let at = self.check(partition)?;
        let segments = self.segments.read();
        let first = segments.first().map_or(0, |s| s.start[at]);
        let next = segments.last().map_or(0, |s| s.next[at]);
        Ok(Bounds { first, next })
    }

    pub(super) fn offset_at(&self, partition: u16, at: i64) -> Result<u64> {
        let index = self.check(partition)?;
        let segments = self.segments.read();
        // Instants need not ascend: no earlier file may hold a later one.
        let holding = segments.iter().find(|s| s.latest >= at);
        Ok(match holding {
            Some(segment) => segment.offset_at(partition, at),
            None => segments.last().map_or(0, |s| s.next[index]),
        })
    }

    pub(super) fn read(&self, partition: u16, offset: u64, limit: ReadLimit) -> Result<Vec<Event>> {
        let at = self.check(partition)?;
        loop {
            let bounds = self.bounds(partition)?;
            if offset < bounds.first {
                return Err(LogError::Gone {
                    first: bounds.first,
                });
            }
            if offset >= bounds.next {
                return Ok(Vec::new());
            }
            let segment = {
                let segments = self.segments.read();
                let after = segments.partition_point(|s| s.start[at] <= offset);
                after
                    .checked_sub(1)
                    .map(|index| segments[index].extract(partition, offset))
            };
            let Some(extract) = segment else { continue };
            match extract.read(limit) {
                // Deleted in between: look again.
                Err(LogError::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => {
                    if self
                        .segments
                        .read()
                        .iter()
                        .any(|s| s.number == extract.number)
                    {
                        return Err(error.into());
                    }
                }
                result => return result,
            }
        }
    }

    /// Deletes the oldest files that may go.
    pub(super) fn enforce_retention(&self, now: i64) -> Result<()> {
        let config = self.config.read().clone();
        loop {
            let oldest = {
                let segments = self.segments.read();
                let [oldest, _, ..] = &segments[..] else {
                    return Ok(());
                };
                let bytes: u64 = segments.iter().map(|s| s.length).sum();
                let too_old = config
                    .max_age
                    .is_some_and(|age| older(oldest.latest, now, age));
                let too_much = config.max_bytes.is_some_and(|max| bytes > max);
                if !too_old && !too_much {
                    return Ok(());
                }
                (oldest.number, oldest.path.clone())
            };
            // First it is no longer read, then it is gone.
            let (number, path) = oldest;
            self.segments.write().retain(|s| s.number != number);
            fs::remove_file(&path)?;
            tracing::debug!(topic = self.name, file = %path.display(), "old events deleted");
        }
    }
}

/// Keeps a copy of what is cut off a file, because on a damaged disk it may be
/// more than an append that nobody was told of.
fn set_aside(path: &Path, length: u64) -> Result<()> {
    let mut from = File::open(path)?;
    from.seek(SeekFrom::Start(length))?;
    let aside = path.with_extension("cut");
    let bytes = std::io::copy(&mut from, &mut File::create(&aside)?)?;
    tracing::warn!(path = %aside.display(), bytes, "an unfinished append was cut off the event log");
    Ok(())
}

/// Whether an instant is older than this age.
pub(super) fn older(instant: i64, now: i64, age: std::time::Duration) -> bool {
    now.saturating_sub(instant) > i64::try_from(age.as_micros()).unwrap_or(i64::MAX)
}
