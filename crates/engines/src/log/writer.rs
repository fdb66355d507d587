//! The one thread that writes: it takes together whatever has come in while
//! the disk was busy, so that one flush serves many appends.

use std::collections::HashMap;
use std::sync::{Arc, Weak, mpsc};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::folder::Shared;
use super::frame::{self, Head};
use super::segment::{Segment, write_at};
use super::topic::{Topic, older};
use super::{LogError, Result};
use crate::time::now_micros;

/// How many appends wait for the writer at most.
pub(super) const QUEUE: usize = 1024;
/// How many bytes go into one flush, about.
const FLUSH_BYTES: usize = 16 << 20;
/// How many bytes go into one frame, about.
const FRAME_BYTES: usize = 1 << 20;
const RETENTION_EVERY: Duration = Duration::from_mins(10);

/// Events of one partition, ready to be written.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) partition: u16,
    pub(super) count: u32,
    pub(super) latest: i64,
    pub(super) bytes: Vec<u8>,
}

/// One append.
pub(super) struct Request {
    pub(super) topic: Arc<Topic>,
    pub(super) parts: Vec<Part>,
    /// Gets the first offset of each part.
    pub(super) done: oneshot::Sender<Result<Vec<u64>>>,
    /// Keeps the log locked until this is written.
    pub(super) _shared: Arc<Shared>,
    /// Its share of the memory that waiting appends may take.
    pub(super) _permit: OwnedSemaphorePermit,
}

impl Request {
    /// Gives up the lock and the memory before anybody is told: whoever then
    /// closes the log and opens it again finds it free.
    fn let_go(self) -> oneshot::Sender<Result<Vec<u64>>> {
        self.done
    }
}

/// Runs until all senders are gone.
pub(super) fn run(requests: &mpsc::Receiver<Request>, shared: &Weak<Shared>) {
    let mut retained = Instant::now();
    loop {
        let first = match requests.recv_timeout(RETENTION_EVERY) {
            Ok(first) => Some(first),
            Err(mpsc::RecvTimeoutError::Timeout) => None,
            Err(mpsc::RecvTimeoutError::Disconnected) => return,
        };
        if let Some(first) = first {
            let mut bytes = size(&first);
            let mut batch = vec![first];
            while bytes < FLUSH_BYTES
                && let Ok(more) = requests.try_recv()
            {
                bytes += size(&more);
                batch.push(more);
            }
            flush(batch);
        }
        if retained.elapsed() >= RETENTION_EVERY {
            retained = Instant::now();
            let Some(shared) = shared.upgrade() else {
                continue;
            };
            if let Err(error) = shared.enforce_retention() {
                tracing::warn!(%error, "old events could not be deleted");
            }
        }
    }
}

fn size(request: &Request) -> usize {
    request.parts.iter().map(|part| part.bytes.len()).sum()
}

/// Writes a batch, topic by topic, and tells those who wait.
fn flush(batch: Vec<Request>) {
    let mut topics: HashMap<String, Vec<Request>> = HashMap::new();
    for request in batch {
        topics
            .entry(request.topic.name.clone())
            .or_default()
            .push(request);
    }
    for (_, mut requests) in topics {
        let Some(topic) = requests.first().map(|r| Arc::clone(&r.topic)) else {
            continue;
        };
        match append(&topic, &mut requests) {
            Ok(offsets) => {
                topic.appended.send_modify(|version| *version += 1);
                for (request, offsets) in requests.into_iter().zip(offsets) {
                    let done = request.let_go();
                    let _ = done.send(Ok(offsets));
                }
            }
            Err(error) => {
                tracing::error!(topic = topic.name, %error, "events could not be written");
                // Whatever the disk did with it, it is cut off before the next attempt.
                *topic.file.lock() = None;
                let text = error.to_string();
                for request in requests {
                    let error = std::io::Error::other(text.clone());
                    let _ = request.let_go().send(Err(LogError::Io(error)));
                }
            }
        }
    }
}

/// Events of one partition from several appends.
struct Gathered {
    head: Head,
    bytes: Vec<u8>,
}

/// Writes all parts with one flush; yields their first offsets by request.
fn append(topic: &Topic, requests: &mut [Request]) -> Result<Vec<Vec<u64>>> {
    if topic.file.lock().is_none() {
        topic.reopen()?;
    }
    roll(topic)?;
    let mut next = topic
        .segments
        .read()
        .last()
        .map(|s| s.next.clone())
        .ok_or(LogError::Closed)?;
    let mut offsets = Vec::with_capacity(requests.len());
    let mut frames: Vec<Gathered> = Vec::new();
    let mut open: HashMap<u16, usize> = HashMap::new();
    for request in requests.iter_mut() {
        let mut firsts = Vec::with_capacity(request.parts.len());
        for part in &mut request.parts {
            let next = next
                .get_mut(usize::from(part.partition))
                .ok_or(LogError::Closed)?;
            firsts.push(*next);
            let joined = open.get(&part.partition).map(|at| &mut frames[*at]);
            if let Some(frame) =
                joined.filter(|frame| frame.bytes.len() + part.bytes.len() <= FRAME_BYTES)
            {
                frame.bytes.append(&mut part.bytes);
                frame.head.count += part.count;
                frame.head.latest = frame.head.latest.max(part.latest);
            } else {
                open.insert(part.partition, frames.len());
                frames.push(Gathered {
                    head: Head {
                        partition: part.partition,
                        first: *next,
                        count: part.count,
                        latest: part.latest,
                    },
                    bytes: std::mem::take(&mut part.bytes),
                });
            }
            *next += u64::from(part.count);
        }
        offsets.push(firsts);
    }
    let mut buffer = Vec::with_capacity(frames.iter().map(|f| f.bytes.len() + 64).sum());
    let mut lengths = Vec::with_capacity(frames.len());
    for frame in &frames {
        let before = buffer.len();
        frame::put_frame(&mut buffer, frame.head, &frame.bytes);
        lengths.push((buffer.len() - before) as u64);
    }
    let place = topic.segments.read().last().map_or(0, |s| s.length);
    {
        let file = topic.file.lock();
        let file = file.as_ref().ok_or(LogError::Closed)?;
        write_at(file, &buffer, place)?;
        file.sync_data()?;
    }
    // Only what is durable is shown to readers.
    let mut segments = topic.segments.write();
    let segment = segments.last_mut().ok_or(LogError::Closed)?;
    for (frame, length) in frames.iter().zip(lengths) {
        segment.wrote(frame.head, length);
    }
    Ok(offsets)
}

/// Begins a new file when the last is large, or so old that its events will
/// soon be too old.
fn roll(topic: &Topic) -> Result<()> {
    let now = now_micros();
    let config = topic.config.read().clone();
    let (number, next) = {
        let segments = topic.segments.read();
        let last = segments.last().ok_or(LogError::Closed)?;
        let empty = last.next == last.start;
        let share = config
            .max_bytes
            .map_or(u64::MAX, |max| (max / 8).max(64 << 10));
        let large = last.length >= topic.segment_bytes.min(share);
        let aged = config
            .max_age
            .is_some_and(|age| older(last.begun, now, age / 8));
        if empty || !(large || aged) {
            return Ok(());
        }
        (last.number + 1, last.next.clone())
    };
    let (segment, file) = Segment::create(&topic.folder, number, next, now)?;
    *topic.file.lock() = Some(file);
    topic.segments.write().push(segment);
    topic.enforce_retention(now)
}
