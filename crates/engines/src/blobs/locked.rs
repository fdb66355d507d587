//! Files that belong to a living process: locked while in use, so that those
//! of a dead one can be told and removed.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use uuid::Uuid;

/// A new file in this folder, locked until it is closed.
pub(super) fn create(folder: &Path) -> io::Result<(File, PathBuf)> {
    loop {
        let path = folder.join(Uuid::now_v7().to_string());
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&path)?;
        // A collector that came between holds the lock and is about to remove the file.
        if flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok() {
            return Ok((file, path));
        }
    }
}

/// Removes the files of the dead, if they are at least this old. Returns how many.
pub(super) fn collect(folder: &Path, min_age: Duration) -> io::Result<u64> {
    let mut removed = 0;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let ours = path
            .file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| Uuid::try_parse(name).is_ok());
        // Whatever vanishes meanwhile has been used or removed by its owner.
        let Some(Ok(file)) = ours.then(|| File::open(&path)) else {
            continue;
        };
        let age = file.metadata()?.modified()?.elapsed().unwrap_or_default();
        if age >= min_age
            && flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok()
            && fs::remove_file(&path).is_ok()
        {
            removed += 1;
        }
    }
    Ok(removed)
}
