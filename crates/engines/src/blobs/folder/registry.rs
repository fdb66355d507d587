//! The uploads this process is working on: one [`Upload`] per folder, so that
//! its locks mean something.

use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::{Duration, SystemTime};
use std::{fs, io};

use parking_lot::Mutex;

use super::disk::Root;
use super::upload::Upload;
use crate::blobs::{BlobError, BlobKey, UploadHandle, UploadInfo};
use crate::id::Id;

/// Uploads kept open between requests, two files each.
const RECENT: u64 = 64;
const IDLE: Duration = Duration::from_mins(2);

#[derive(Debug)]
pub(super) struct Registry {
    root: Arc<Root>,
    live: Mutex<HashMap<String, Weak<Upload>>>,
    /// Keeps an upload from being read anew for every part.
    recent: moka::sync::Cache<String, Arc<Upload>>,
}

impl Registry {
    pub(super) fn new(root: Arc<Root>) -> Self {
        let recent = moka::sync::Cache::builder()
            .max_capacity(RECENT)
            .time_to_idle(IDLE)
            .build();
        Self {
            root,
            live: Mutex::default(),
            recent,
        }
    }

    /// Blocks on the disk.
    pub(super) fn begin(&self, key: &BlobKey) -> Result<UploadHandle, BlobError> {
        let id = Id::new("upload");
        Upload::create(&self.root.uploads().join(id.as_str()), key)
            .map_err(|error| BlobError::io(&error, "beginning an upload"))?;
        UploadHandle::new(String::from(id))
    }

    /// Blocks on the disk.
    pub(super) fn get(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
    ) -> Result<Arc<Upload>, BlobError> {
        // The handle becomes a file name: it must be one of ours.
        let id = Id::parse("upload", handle.as_str()).map_err(|_| BlobError::NoSuchUpload)?;
        let mut live = self.live.lock();
        let known = live.get(id.as_str()).and_then(Weak::upgrade);
        let upload = if let Some(upload) = known.filter(|upload| !upload.is_closed()) {
            upload
        } else {
            let upload = Upload::load(&self.root.uploads().join(id.as_str()))
                .map_err(|error| BlobError::io(&error, "opening an upload"))?
                .ok_or(BlobError::NoSuchUpload)?;
            let upload = Arc::new(upload);
            live.retain(|_, known| known.strong_count() > 0);
            live.insert(id.as_str().to_owned(), Arc::downgrade(&upload));
            upload
        };
        drop(live);
        if upload.key != *key {
            return Err(BlobError::NoSuchUpload);
        }
        self.recent
            .insert(id.as_str().to_owned(), Arc::clone(&upload));
        Ok(upload)
    }

    /// Lets go of an upload that has ended.
    pub(super) fn forget(&self, handle: &UploadHandle) {
        self.recent.invalidate(handle.as_str());
        self.live.lock().remove(handle.as_str());
    }

    /// Ends an upload and removes it. Blocks on the disk.
    pub(super) fn remove(&self, handle: &UploadHandle) -> Result<(), BlobError> {
        let Ok(id) = Id::parse("upload", handle.as_str()) else {
            return Ok(());
        };
        let known = self.live.lock().get(id.as_str()).and_then(Weak::upgrade);
        if let Some(upload) = known {
            upload.close();
        }
        self.forget(handle);
        self.root
            .discard_folder(&self.root.uploads().join(id.as_str()))
            .map_err(|error| BlobError::io(&error, "removing an upload"))
    }

    /// Blocks on the disk.
    pub(super) fn list(&self) -> io::Result<Vec<UploadInfo>> {
        let mut uploads = Vec::new();
        for entry in fs::read_dir(self.root.uploads())? {
            let entry = entry?;
            let name = entry.file_name();
            let Some(handle) = name.to_str().and_then(|name| UploadHandle::new(name).ok()) else {
                continue;
            };
            // One that has just ended, or that a crash caught being begun or ended, is none.
            if let Ok((key, fed)) = Upload::peek(&entry.path()) {
                uploads.push(UploadInfo {
                    key,
                    handle,
                    modified: micros(fed),
                });
            }
        }
        Ok(uploads)
    }

    /// Removes uploads untouched for this long: how many sound ones, and how
    /// many remains of others. Blocks on the disk.
    pub(super) fn collect(&self, older_than: Duration) -> Result<(u64, u64), BlobError> {
        let failed = |error: io::Error| BlobError::io(&error, "collecting uploads");
        let (mut uploads, mut remains) = (0, 0);
        for entry in fs::read_dir(self.root.uploads()).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let peeked = Upload::peek(&entry.path());
            let touched = match &peeked {
                Ok((_, fed)) => Ok(*fed),
                Err(_) => entry.metadata().and_then(|stat| stat.modified()),
            };
            // A clock set back makes things young, never old.
            let age = touched.map(|then| then.elapsed().unwrap_or_default());
            if age.is_ok_and(|age| age >= older_than) {
                match entry.file_name().to_str().map(UploadHandle::new) {
                    Some(Ok(handle)) => self.remove(&handle)?,
                    _ => continue,
                }
                *(if peeked.is_ok() {
                    &mut uploads
                } else {
                    &mut remains
                }) += 1;
            }
        }
        Ok((uploads, remains))
    }
}

fn micros(time: SystemTime) -> i64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| {
            i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
        })
}
