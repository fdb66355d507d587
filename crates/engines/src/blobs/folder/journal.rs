//! What an upload has been promised, line by line in a file.
//!
//! A line is written, and synced, after the bytes it speaks of. A line that a
//! crash cut short is dropped when the journal is opened again: its promise was
//! never made.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::blobs::BlobKey;

/// One promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Entry {
    /// The first line: what the upload is to become.
    Begun { key: BlobKey },
    /// A part is kept, instead of any former one of its number.
    Part(Part),
    /// A part is dropped, because the upload is completed without it.
    Dropped { number: u32 },
    /// Appended bytes are kept up to here.
    End { end: u64 },
}

/// A part that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Part {
    pub(super) number: u32,
    pub(super) offset: u64,
    pub(super) size: u64,
    pub(super) md5: String,
}

#[derive(Debug)]
pub(super) struct Journal {
    file: File,
    len: u64,
}

impl Journal {
    pub(super) fn create(path: &Path, key: &BlobKey) -> io::Result<Self> {
        let file = OpenOptions::new()
            .append(true)
            .create_new(true)
            .open(path)?;
        let mut journal = Self { file, len: 0 };
        journal.write(&Entry::Begun { key: key.clone() })?;
        Ok(journal)
    }

    /// Opens a journal and reads it; `None` if not even its first line is whole.
    pub(super) fn open(path: &Path) -> io::Result<Option<(Self, BlobKey, Vec<Entry>)>> {
        let mut file = OpenOptions::new().read(true).append(true).open(path)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let mut len = 0;
        let mut entries = Vec::new();
        for line in text.split_inclusive(|&byte| byte == b'\n') {
            let Ok(entry) = serde_json::from_slice(line) else {
                break;
            };
            if line.last() != Some(&b'\n') {
                break;
            }
            len += line.len() as u64;
            entries.push(entry);
        }
        if len < text.len() as u64 {
            file.set_len(len)?;
        }
        let mut entries = entries.into_iter();
        let Some(Entry::Begun { key }) = entries.next() else {
            return Ok(None);
        };
        Ok(Some((Self { file, len }, key, entries.collect())))
    }

    /// Adds a line, for good.
    pub(super) fn write(&mut self, entry: &Entry) -> io::Result<()> {
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        let written = self
            .file
            .write_all(&line)
            .and_then(|()| self.file.sync_data());
        match written {
            Ok(()) => {
                self.len += line.len() as u64;
                Ok(())
            }
            Err(error) => {
                // A full disk may have taken half of the line: the next must not follow it.
                let _ = self.file.set_len(self.len);
                Err(error)
            }
        }
    }
}
