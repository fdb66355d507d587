//! The folder on disk: where things are, and durable moves and removals.
//!
//! ```text
//! ROOT/videos/…              blobs, each at its key
//! ROOT/.staging/tmp/         files being written; locked by their writer
//! ROOT/.staging/uploads/ID/  an upload: `data`, `journal`
//! ROOT/.staging/trash/       folders on their way out
//! ```
//!
//! No key begins with a dot, so `.staging` never collides with a blob.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::blobs::{BlobError, BlobKey, BlobMeta, locked};

/// How often a move is tried again when somebody removes the emptied target folder in between.
const MOVE_ATTEMPTS: usize = 16;

#[derive(Debug)]
pub(super) struct Root {
    path: PathBuf,
    /// Free bytes that writing leaves alone, for the database beside it.
    pub(super) reserve_bytes: u64,
    /// Who may read a blob, as the process's umask has it.
    mode: u32,
}

impl Root {
    pub(super) fn open(path: &Path, reserve_bytes: u64) -> Result<Self, BlobError> {
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => BlobError::config(
                path.display().to_string(),
                "expected a folder, found something else",
            ),
            _ => BlobError::io(&error, "the folder of blobs"),
        };
        fs::create_dir_all(path).map_err(failed)?;
        let mut root = Self {
            path: path.canonicalize().map_err(failed)?,
            reserve_bytes,
            mode: 0,
        };
        for folder in [root.tmp(), root.uploads(), root.trash()] {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let (fresh, path) = locked::create(&root.tmp()).map_err(failed)?;
        root.mode = fresh.metadata().map_err(failed)?.mode() & 0o777;
        fs::remove_file(path).map_err(failed)?;
        sync_folder(&root.staging()).map_err(failed)?;
        sync_folder(&root.path).map_err(failed)?;
        Ok(root)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn blob(&self, key: &BlobKey) -> PathBuf {
        self.path.join(key.as_str())
    }

    fn staging(&self) -> PathBuf {
        self.path.join(".staging")
    }

    pub(super) fn tmp(&self) -> PathBuf {
        self.staging().join("tmp")
    }

    pub(super) fn uploads(&self) -> PathBuf {
        self.staging().join("uploads")
    }

    pub(super) fn trash(&self) -> PathBuf {
        self.staging().join("trash")
    }

    /// Moves a synced file to its key, for good.
    pub(super) fn place(&self, from: &Path, key: &BlobKey) -> io::Result<()> {
        let to = self.blob(key);
        for _ in 0..MOVE_ATTEMPTS {
            match fs::rename(from, &to) {
                Ok(()) => return sync_parent(&to),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    from.symlink_metadata()?;
                    self.create_parents(key)?;
                }
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::ResourceBusy.into())
    }

    /// Lets those read a file that has been moved in who may read the others:
    /// a program's temporary file is often its own only, and nginx is to serve it.
    pub(super) fn open_up(&self, file: &File) -> io::Result<()> {
        if file.metadata()?.mode() & 0o777 != self.mode {
            file.set_permissions(fs::Permissions::from_mode(self.mode))?;
        }
        Ok(())
    }

    fn create_parents(&self, key: &BlobKey) -> io::Result<()> {
        let mut folder = self.path.clone();
        let mut segments: Vec<&str> = key.as_str().split('/').collect();
        segments.pop();
        for segment in segments {
            folder.push(segment);
            match fs::create_dir(&folder) {
                Ok(()) => sync_parent(&folder)?,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                // The folder above has just been emptied and removed: `place` begins again.
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Removes a blob, for good, and the folders it leaves empty.
    pub(super) fn remove(&self, key: &BlobKey) -> io::Result<()> {
        let path = self.blob(key);
        match fs::remove_file(&path) {
            Ok(()) => {
                sync_parent(&path)?;
                self.prune(&path);
                Ok(())
            }
            Err(error) if absent(&error) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Takes everything below `prefix/` out of sight at once, then removes it.
    pub(super) fn remove_below(&self, prefix: &BlobKey) -> io::Result<()> {
        let path = self.blob(prefix);
        self.discard_folder(&path)?;
        self.prune(&path);
        Ok(())
    }

    /// Moves a folder to the trash, for good, and empties that. Fine if it is no folder.
    pub(super) fn discard_folder(&self, path: &Path) -> io::Result<()> {
        let trash = self.trash().join(Uuid::now_v7().to_string());
        // Renaming onto an existing empty folder succeeds for folders only: a blob is left alone.
        fs::create_dir(&trash)?;
        let moved = match fs::rename(path, &trash) {
            Ok(()) => sync_parent(path),
            Err(error) if absent(&error) => Ok(()),
            Err(error) => Err(error),
        };
        // A failure from here on leaves a leftover, which the next collection removes.
        let _ = fs::remove_dir_all(&trash);
        moved
    }

    /// Removes what is left of folders on their way out.
    pub(super) fn empty_trash(&self) -> io::Result<u64> {
        let mut removed = 0;
        for entry in fs::read_dir(self.trash())? {
            removed += u64::from(fs::remove_dir_all(entry?.path()).is_ok());
        }
        Ok(removed)
    }

    /// Removes the folders above `path` that are empty.
    fn prune(&self, path: &Path) {
        for folder in path.ancestors().skip(1) {
            if folder == self.path || fs::remove_dir(folder).is_err() {
                break;
            }
        }
    }

    /// Bytes that may still be written.
    pub(super) fn free_bytes(&self) -> io::Result<u64> {
        let stat = rustix::fs::statvfs(&self.path)?;
        Ok(stat
            .f_bavail
            .saturating_mul(stat.f_frsize)
            .saturating_sub(self.reserve_bytes))
    }
}

fn absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory
    )
}

/// Makes the names in a folder durable.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Makes the name of this path durable. A folder that is gone has no name to keep.
pub(super) fn sync_parent(path: &Path) -> io::Result<()> {
    match path.parent().map(sync_folder) {
        None | Some(Ok(())) => Ok(()),
        Some(Err(error)) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Some(Err(error)) => Err(error),
    }
}

/// What is known of a file: the tag changes with every replacement, because a
/// new file has a new inode or another time.
pub(super) fn meta(stat: &fs::Metadata) -> BlobMeta {
    let nanos = i128::from(stat.mtime()) * 1_000_000_000 + i128::from(stat.mtime_nsec());
    BlobMeta {
        size: stat.len(),
        etag: format!("{:x}-{:x}-{:x}", stat.ino(), nanos, stat.len()),
        modified: i64::try_from(nanos / 1000).unwrap_or_default(),
    }
}
