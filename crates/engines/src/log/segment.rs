//! One file of a topic, and the sparse index to find events in it.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use bytes::{Buf as _, BufMut as _, Bytes};

use super::frame::{self, HEADER_PARTITION, Head, PREFIX};
use super::{Event, LogError, ReadLimit, Result};

/// How far apart in the file the index's marks are at least.
const MARK_EVERY: u64 = 64 << 10;
const BUFFER: usize = 128 << 10;

/// What is known of a file without reading it.
#[derive(Debug)]
pub(super) struct Segment {
    /// Its number; files are read in this order.
    pub(super) number: u64,
    pub(super) path: PathBuf,
    /// The offsets at which it begins, by partition.
    pub(super) start: Vec<u64>,
    /// The offsets at which it ends.
    pub(super) next: Vec<u64>,
    marks: Vec<Mark>,
    /// So many bytes of it are durable.
    pub(super) length: u64,
    /// When it was begun (UTC microseconds).
    pub(super) begun: i64,
    /// The latest instant of an event in it.
    pub(super) latest: i64,
}

/// Before this place, so many events of each partition had been written.
#[derive(Debug)]
struct Mark {
    place: u64,
    next: Box<[u64]>,
    /// The latest instant before this place.
    latest: i64,
}

/// The name of a topic's file.
pub(super) fn file_name(number: u64) -> String {
    format!("{number:016}.log")
}

impl Segment {
    /// Writes a new file that begins with these offsets; durable.
    pub(super) fn create(
        folder: &Path,
        number: u64,
        start: Vec<u64>,
        now: i64,
    ) -> Result<(Self, File)> {
        let path = folder.join(file_name(number));
        let mut inside = Vec::new();
        for offset in &start {
            inside.put_u64(*offset);
        }
        let head = Head {
            partition: HEADER_PARTITION,
            first: 0,
            count: u32::try_from(start.len()).unwrap_or(0),
            latest: now,
        };
        let mut bytes = Vec::new();
        frame::put_frame(&mut bytes, head, &inside);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)?;
        write_at(&file, &bytes, 0)?;
        file.sync_all()?;
        File::open(folder)?.sync_all()?;
        let segment = Self {
            number,
            path,
            next: start.clone(),
            start,
            marks: Vec::new(),
            length: bytes.len() as u64,
            begun: now,
            latest: i64::MIN,
        };
        Ok((segment, file))
    }

    /// Reads a file's frames as far as they are whole. `None` if not even its
    /// beginning is. What follows the last whole frame is not looked at.
    pub(super) fn scan(path: PathBuf, number: u64, partitions: u16) -> Result<Option<Self>> {
        let file = File::open(&path)?;
        let size = file.metadata()?.len();
        let mut reader = BufReader::with_capacity(BUFFER, file);
        let Some(body) = next_body(&mut reader, size)? else {
            return Ok(None);
        };
        let Some(head) = Head::read(&body).filter(|h| h.partition == HEADER_PARTITION) else {
            return Ok(None);
        };
        let mut rest = &body[frame::HEAD..];
        if rest.len() != usize::from(partitions) * 8 {
            return Err(LogError::Corrupt(format!(
                "{} has another number of partitions",
                path.display()
            )));
        }
        let start: Vec<u64> = (0..partitions).map(|_| rest.get_u64()).collect();
        let mut segment = Self {
            number,
            path,
            next: start.clone(),
            start,
            marks: Vec::new(),
            length: (PREFIX + body.len()) as u64,
            begun: head.latest,
            latest: i64::MIN,
        };
        while let Some(body) = next_body(&mut reader, size - segment.length)? {
            let Some(head) = Head::read(&body) else { break };
            // A frame out of order is no frame of ours.
            let next = segment.next.get(usize::from(head.partition)).copied();
            if next != Some(head.first) {
                break;
            }
            segment.wrote(head, (PREFIX + body.len()) as u64);
        }
        Ok(Some(segment))
    }

    /// Takes note of a frame that was appended.
    pub(super) fn wrote(&mut self, head: Head, length: u64) {
        let last = self.marks.last().map_or(0, |mark| mark.place);
        if self.length >= last + MARK_EVERY {
            self.marks.push(Mark {
                place: self.length,
                next: self.next.clone().into(),
                latest: self.latest,
            });
        }
        if let Some(next) = self.next.get_mut(usize::from(head.partition)) {
            *next = head.first + u64::from(head.count);
        }
        self.latest = self.latest.max(head.latest);
        self.length += length;
    }

    /// A place in the file from which on the event with this offset lies.
    fn place_of(&self, partition: u16, offset: u64) -> u64 {
        let after = self
            .marks
            .partition_point(|mark| mark.next[usize::from(partition)] <= offset);
        after.checked_sub(1).map_or(0, |at| self.marks[at].place)
    }

    /// An offset before which all events are older than this instant.
    pub(super) fn offset_at(&self, partition: u16, at: i64) -> u64 {
        let older = self.marks.partition_point(|mark| mark.latest < at);
        let marks = older.checked_sub(1).map(|index| &self.marks[index]);
        marks.map_or(&self.start[..], |mark| &mark.next)[usize::from(partition)]
    }

    /// What it takes to read a partition from an offset on.
    pub(super) fn extract(&self, partition: u16, offset: u64) -> Extract {
        Extract {
            number: self.number,
            path: self.path.clone(),
            place: self.place_of(partition, offset),
            length: self.length,
            partition,
            offset,
        }
    }
}

/// A part of a file to read.
#[derive(Debug)]
pub(super) struct Extract {
    pub(super) number: u64,
    path: PathBuf,
    place: u64,
    length: u64,
    partition: u16,
    offset: u64,
}

impl Extract {
    /// Reads the events.
    pub(super) fn read(&self, limit: ReadLimit) -> Result<Vec<Event>> {
        let (partition, offset, mut place) = (self.partition, self.offset, self.place);
        let mut reader = BufReader::with_capacity(BUFFER, File::open(&self.path)?);
        reader.seek(SeekFrom::Start(place))?;
        let (mut events, mut bytes) = (Vec::new(), 0);
        let damaged = |place| LogError::Corrupt(format!("{} at byte {place}", self.path.display()));
        while place < self.length
            && events.len() < limit.events
            && (events.is_empty() || bytes < limit.bytes)
        {
            let mut start = [0; PREFIX + frame::HEAD];
            reader.read_exact(&mut start)?;
            let (length, sum) = frame::prefix(&start).ok_or_else(|| damaged(place))?;
            let head = Head::read(&start[PREFIX..]).ok_or_else(|| damaged(place))?;
            let rest = length - frame::HEAD;
            let end = head.first.saturating_add(u64::from(head.count));
            if head.partition == partition && end > offset {
                let mut body = vec![0; length];
                body[..frame::HEAD].copy_from_slice(&start[PREFIX..]);
                reader.read_exact(&mut body[frame::HEAD..])?;
                if frame::crc32c(&body) != sum {
                    return Err(damaged(place));
                }
                for event in frame::events(Bytes::from(body)).ok_or_else(|| damaged(place))? {
                    let enough = events.len() >= limit.events
                        || (bytes >= limit.bytes && !events.is_empty());
                    if event.offset >= offset && !enough {
                        bytes += event.payload.len() + event.key.as_ref().map_or(0, Bytes::len);
                        events.push(event);
                    }
                }
            } else {
                reader.seek_relative(i64::try_from(rest).unwrap_or(i64::MAX))?;
            }
            place += (PREFIX + length) as u64;
        }
        Ok(events)
    }
}

/// The next frame's body, of at most `left` bytes with its prefix; `None` at
/// the end and at anything that is not whole.
fn next_body(reader: &mut impl io::Read, left: u64) -> io::Result<Option<Vec<u8>>> {
    let mut start = [0; PREFIX];
    if left < PREFIX as u64 {
        return Ok(None);
    }
    reader.read_exact(&mut start)?;
    let Some((length, sum)) = frame::prefix(&start) else {
        return Ok(None);
    };
    if (length + PREFIX) as u64 > left {
        return Ok(None);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok((frame::crc32c(&body) == sum).then_some(body))
}

pub(super) fn write_at(file: &File, bytes: &[u8], place: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, place)
}
