//! Uploads: one file that the bytes are written into at their place, and a
//! journal of what has been promised. Completing one is a rename.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::{Mutex, MutexGuard};
use rustix::fs::{FallocateFlags, fallocate};

use super::disk::{self, Root};
use super::journal::{Entry, Journal, Part};
use super::sink::{Leave, Staged};
use crate::blobs::turn::Turn;
use crate::blobs::{BlobError, BlobKey, PartReceipt, PartSpec};

const DATA: &str = "data";
const JOURNAL: &str = "journal";
/// A part that has arrived again, whole, and is being copied over the former.
const REDO: &str = "redo-";
/// Bytes copied at once.
const COPY: usize = 1 << 20;

/// An upload under way. One process at a time works on an upload.
#[derive(Debug)]
pub(super) struct Upload {
    pub(super) key: BlobKey,
    pub(super) data: Arc<File>,
    pub(super) turn: Turn,
    dir: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    journal: Journal,
    parts: BTreeMap<u32, Part>,
    /// Parts that are on their way straight into the file.
    direct: BTreeMap<u32, (PartSpec, Arc<Leave>)>,
    end: u64,
    /// The leave of whoever appended last.
    appending: Option<Arc<Leave>>,
    closed: bool,
}

/// How a part's bytes reach the file.
#[derive(Debug)]
pub(super) enum Way {
    /// Straight to their place.
    Direct(Arc<Leave>),
    /// By way of a file of their own, because the place holds, or may come to
    /// hold, bytes that have been promised.
    Aside,
}

impl Upload {
    /// Begins an upload in a folder of its own.
    pub(super) fn create(dir: &Path, key: &BlobKey) -> io::Result<()> {
        fs::create_dir(dir)?;
        let begun = File::create_new(dir.join(DATA))
            .and_then(|_| Journal::create(&dir.join(JOURNAL), key))
            .and_then(|_| disk::sync_folder(dir))
            .and_then(|()| disk::sync_parent(dir));
        if begun.is_err() {
            let _ = fs::remove_dir_all(dir);
        }
        begun
    }

    /// Opens an upload. `None` if there is none, or it has been completed.
    pub(super) fn load(dir: &Path) -> io::Result<Option<Self>> {
        match Self::load_parts(dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            loaded => loaded,
        }
    }

    fn load_parts(dir: &Path) -> io::Result<Option<Self>> {
        let data = OpenOptions::new()
            .read(true)
            .write(true)
            .open(dir.join(DATA))?;
        let Some((journal, key, entries)) = Journal::open(&dir.join(JOURNAL))? else {
            return Ok(None);
        };
        let mut state = State {
            journal,
            parts: BTreeMap::new(),
            direct: BTreeMap::new(),
            end: 0,
            appending: None,
            closed: false,
        };
        for entry in entries {
            match entry {
                Entry::Part(part) => {
                    state.parts.insert(part.number, part);
                }
                Entry::Dropped { number } => {
                    state.parts.remove(&number);
                }
                Entry::End { end } => state.end = end,
                Entry::Begun { .. } => {}
            }
        }
        let upload = Self {
            key,
            data: Arc::new(data),
            turn: Turn::default(),
            dir: dir.to_owned(),
            state: Mutex::new(state),
        };
        for entry in fs::read_dir(dir)? {
            let path = entry?.path();
            if let Some(part) = redo_part(&path) {
                upload.redo(&mut upload.state.lock(), &path, part)?;
            }
        }
        Ok(Some(upload))
    }

    /// The upload's key and when it was last fed, without opening the rest.
    pub(super) fn peek(dir: &Path) -> io::Result<(BlobKey, std::time::SystemTime)> {
        let fed = fs::metadata(dir.join(DATA))?.modified()?;
        let path = dir.join(JOURNAL);
        let promised = fs::metadata(&path)?.modified()?;
        let text = fs::read(&path)?;
        let line = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
        match serde_json::from_slice(line)? {
            Entry::Begun { key } => Ok((key, fed.max(promised))),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    fn open_state(&self) -> Result<MutexGuard<'_, State>, BlobError> {
        let state = self.state.lock();
        if state.closed {
            return Err(BlobError::NoSuchUpload);
        }
        Ok(state)
    }

    /// Decides how a part is to come in, and refuses one that overlaps another.
    pub(super) fn claim(&self, spec: &PartSpec) -> Result<Way, BlobError> {
        let mut state = self.open_state()?;
        if state.end > 0 || state.appending.as_ref().is_some_and(|leave| leave.holds()) {
            return Err(BlobError::part(
                spec.number,
                "this upload is appended to, not sent in parts",
            ));
        }
        state.refuse_overlap(spec)?;
        if state.parts.contains_key(&spec.number) || state.direct.contains_key(&spec.number) {
            return Ok(Way::Aside);
        }
        let leave = Leave::given();
        state
            .direct
            .insert(spec.number, (*spec, Arc::clone(&leave)));
        Ok(Way::Direct(leave))
    }

    /// Gives up a part that was coming straight in, and the space it took.
    pub(super) fn release(&self, number: u32, leave: &Arc<Leave>) {
        let mut state = self.state.lock();
        let Some((spec, given)) = state.direct.get(&number) else {
            return;
        };
        if Arc::ptr_eq(given, leave) {
            leave.withdraw();
            let hole = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
            // Not every file system can; the space is then reused by the next attempt.
            let _ = fallocate(&self.data, hole, spec.offset, spec.size);
            state.direct.remove(&number);
        }
    }

    /// Promises a part whose bytes are at their place.
    pub(super) fn keep_direct(&self, part: Part, leave: &Arc<Leave>) -> Result<(), BlobError> {
        let failed = |error: io::Error| BlobError::io(&error, "keeping a part");
        self.data.sync_data().map_err(failed)?;
        let mut state = self.open_state()?;
        if !leave.holds() {
            return Err(BlobError::Superseded);
        }
        state
            .journal
            .write(&Entry::Part(part.clone()))
            .map_err(failed)?;
        state.direct.remove(&part.number);
        state.parts.insert(part.number, part);
        Ok(())
    }

    /// Promises a part that has arrived aside, and copies it to its place.
    pub(super) fn keep_aside(&self, part: Part, staged: Staged) -> Result<(), BlobError> {
        let failed = |error: io::Error| BlobError::io(&error, "keeping a part");
        staged.file.sync_all().map_err(failed)?;
        let mut state = self.open_state()?;
        // Another part may have claimed the place since this one was let in.
        state.refuse_overlap(&PartSpec {
            number: part.number,
            offset: part.offset,
            size: part.size,
        })?;
        let path = self.dir.join(redo_name(&part));
        fs::rename(staged.path(), &path).map_err(failed)?;
        staged.placed();
        let redone = disk::sync_folder(&self.dir).and_then(|()| self.redo(&mut state, &path, part));
        if redone.is_err() {
            // The place may hold half of either part. Opening the upload anew copies again.
            state.close();
        }
        redone.map_err(failed)
    }

    /// Copies a whole part over the former one. After a crash it is done again.
    fn redo(&self, state: &mut State, path: &Path, part: Part) -> io::Result<()> {
        if let Some((_, leave)) = state.direct.remove(&part.number) {
            leave.withdraw();
        }
        let file = File::open(path)?;
        let mut buffer = vec![0; COPY];
        let mut at = 0;
        loop {
            match file.read_at(&mut buffer, at)? {
                0 => break,
                read => {
                    self.data.write_all_at(&buffer[..read], part.offset + at)?;
                    at += read as u64;
                }
            }
        }
        self.data.sync_data()?;
        state.journal.write(&Entry::Part(part.clone()))?;
        state.parts.insert(part.number, part);
        fs::remove_file(path)
    }

    pub(super) fn receipts(&self) -> Result<Vec<PartReceipt>, BlobError> {
        let state = self.open_state()?;
        Ok(state
            .parts
            .values()
            .map(|part| PartReceipt {
                number: part.number,
                size: part.size,
                etag: part.md5.clone(),
            })
            .collect())
    }

    /// Where the appended bytes end; an upload in parts cannot be appended to.
    pub(super) fn end(&self) -> Result<u64, BlobError> {
        let state = self.open_state()?;
        match state.parts.keys().chain(state.direct.keys()).next() {
            Some(&number) => Err(BlobError::part(number, "this upload is sent in parts")),
            None => Ok(state.end),
        }
    }

    /// Lets bytes be appended at this offset, and nobody else do so.
    pub(super) fn begin_append(&self, offset: u64) -> Result<Arc<Leave>, BlobError> {
        let end = self.end()?;
        if end != offset {
            return Err(BlobError::OffsetMismatch { end });
        }
        let mut state = self.open_state()?;
        let leave = Leave::given();
        if let Some(former) = state.appending.replace(Arc::clone(&leave)) {
            former.withdraw();
        }
        Ok(leave)
    }

    /// Promises the appended bytes up to here.
    pub(super) fn keep_end(&self, end: u64) -> Result<(), BlobError> {
        let failed = |error: io::Error| BlobError::io(&error, "keeping appended bytes");
        self.data.sync_data().map_err(failed)?;
        let mut state = self.open_state()?;
        if end > state.end {
            state.journal.write(&Entry::End { end }).map_err(failed)?;
            state.end = end;
        }
        Ok(())
    }

    /// Makes the parts the blob.
    pub(super) fn complete(&self, root: &Root, receipts: &[PartReceipt]) -> Result<(), BlobError> {
        let mut state = self.open_state()?;
        let mut end = 0;
        for receipt in receipts {
            let number = receipt.number;
            let part = state
                .parts
                .get(&number)
                .ok_or_else(|| BlobError::part(number, "has not been received"))?;
            if part.size != receipt.size || !part.md5.eq_ignore_ascii_case(&receipt.etag) {
                return Err(BlobError::part(
                    number,
                    "has been replaced since its receipt",
                ));
            }
            if part.offset != end {
                let reason = format!("begins at byte {} instead of {end}", part.offset);
                return Err(BlobError::part(number, reason));
            }
            end += part.size;
        }
        let failed = |error: io::Error| BlobError::io(&error, "completing an upload");
        let listed = receipts.len();
        let dropped: Vec<u32> = state
            .parts
            .keys()
            .copied()
            .filter(|&n| n as usize > listed)
            .collect();
        for number in dropped {
            state
                .journal
                .write(&Entry::Dropped { number })
                .map_err(failed)?;
            state.parts.remove(&number);
        }
        self.publish(&mut state, root, end)
    }

    /// Makes the appended bytes the blob.
    pub(super) fn complete_append(&self, root: &Root, size: u64) -> Result<(), BlobError> {
        let mut state = self.open_state()?;
        if state.end != size {
            return Err(BlobError::OffsetMismatch { end: state.end });
        }
        self.publish(&mut state, root, size)
    }

    fn publish(&self, state: &mut State, root: &Root, size: u64) -> Result<(), BlobError> {
        let failed = |error: io::Error| BlobError::io(&error, "completing an upload");
        // Nobody may write into the file once it is a blob.
        state.withdraw_all();
        if self.data.metadata().map_err(failed)?.len() != size {
            self.data.set_len(size).map_err(failed)?;
        }
        self.data.sync_all().map_err(failed)?;
        root.place(&self.dir.join(DATA), &self.key)
            .map_err(failed)?;
        state.closed = true;
        // If this fails, the collector does it: without its data the upload is over.
        let _ = fs::remove_dir_all(&self.dir);
        Ok(())
    }

    /// Ends the upload; nobody writes into its file any more.
    pub(super) fn close(&self) {
        self.state.lock().close();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state.lock().closed
    }
}

impl State {
    fn withdraw_all(&mut self) {
        let direct = self.direct.values().map(|(_, leave)| leave);
        for leave in direct.chain(&self.appending) {
            leave.withdraw();
        }
        self.direct.clear();
    }

    fn close(&mut self) {
        self.closed = true;
        self.withdraw_all();
    }

    fn refuse_overlap(&self, spec: &PartSpec) -> Result<(), BlobError> {
        let kept = self.parts.values().map(|p| (p.number, p.offset, p.size));
        let coming = self
            .direct
            .values()
            .map(|(s, _)| (s.number, s.offset, s.size));
        let end = spec.offset + spec.size;
        let overlapped = kept.chain(coming).find(|&(number, offset, size)| {
            number != spec.number && offset < end && spec.offset < offset + size
        });
        match overlapped {
            None => Ok(()),
            Some((number, ..)) => Err(BlobError::part(
                spec.number,
                format!("overlaps part {number}"),
            )),
        }
    }
}

fn redo_name(part: &Part) -> String {
    format!(
        "{REDO}{}-{}-{}-{}",
        part.number, part.offset, part.size, part.md5
    )
}

fn redo_part(path: &Path) -> Option<Part> {
    let name = path.file_name()?.to_str()?.strip_prefix(REDO)?;
    let mut fields = name.splitn(4, '-');
    Some(Part {
        number: fields.next()?.parse().ok()?,
        offset: fields.next()?.parse().ok()?,
        size: fields.next()?.parse().ok()?,
        md5: fields.next()?.to_owned(),
    })
}
