//! Listing: the tree read a few hundred names at a time.

use std::collections::VecDeque;
use std::fs::{self, ReadDir};
use std::io;
use std::sync::Arc;

use super::disk::{self, Root};
use crate::blobs::pump::blocking;
use crate::blobs::{BlobEntry, BlobError, BlobKey, EntryStream};

/// Blobs found per hop to the blocking pool.
const PAGE: usize = 512;

struct Walk {
    root: Arc<Root>,
    /// Folders not yet opened, as keys; `None` is the root.
    ahead: Vec<Option<BlobKey>>,
    open: Option<(ReadDir, Option<BlobKey>)>,
}

pub(super) fn list(root: Arc<Root>, prefix: Option<&BlobKey>) -> EntryStream {
    let walk = Walk {
        root,
        ahead: vec![prefix.cloned()],
        open: None,
    };
    let start = (Some(walk), VecDeque::new());
    Box::pin(futures::stream::try_unfold(
        start,
        |(mut walk, mut found)| async move {
            loop {
                if let Some(entry) = found.pop_front() {
                    return Ok(Some((entry, (walk, found))));
                }
                let Some(mut on) = walk else { return Ok(None) };
                (walk, found) = blocking(move || {
                    let mut found = VecDeque::new();
                    let more = on
                        .page(&mut found)
                        .map_err(|error| BlobError::io(&error, "listing"))?;
                    Ok((more.then_some(on), found))
                })
                .await?;
            }
        },
    ))
}

impl Walk {
    /// Finds up to a page of blobs; false when that was the last.
    fn page(&mut self, found: &mut VecDeque<BlobEntry>) -> io::Result<bool> {
        while found.len() < PAGE {
            if self.open.is_none() {
                let Some(folder) = self.ahead.pop() else {
                    return Ok(false);
                };
                let path = match &folder {
                    Some(key) => self.root.blob(key),
                    None => self.root.path().to_owned(),
                };
                match fs::read_dir(path) {
                    Ok(entries) => self.open = Some((entries, folder)),
                    // Removed meanwhile, or a blob.
                    Err(error)
                        if matches!(
                            error.kind(),
                            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                        ) => {}
                    Err(error) => return Err(error),
                }
                continue;
            }
            let Some((entries, folder)) = &mut self.open else {
                continue;
            };
            let Some(entry) = entries.next() else {
                self.open = None;
                continue;
            };
            let entry = entry?;
            // A name that is no key is no blob's: somebody else's file, or the staging folder.
            let name = entry.file_name();
            let key = name.to_str().and_then(|name| match folder {
                Some(folder) => folder.join(name).ok(),
                None => BlobKey::new(name).ok(),
            });
            let Some(key) = key else { continue };
            let kind = entry.file_type()?;
            if kind.is_dir() {
                self.ahead.push(Some(key));
            } else if kind.is_file() {
                match entry.metadata() {
                    Ok(stat) => found.push_back(BlobEntry {
                        key,
                        meta: disk::meta(&stat),
                    }),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(true)
    }
}
