//! What every event log must keep to; then what the one in a folder must.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod contract;
mod folder;

use std::collections::{BTreeMap, HashSet};
use std::future::Future;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use matinee_engines::log::{
    Bounds, Event, EventLog, FolderLog, FolderLogOptions, LogError, NewEvent, Position, ReadLimit,
    TopicConfig,
};
use tempfile::TempDir;

/// A log of one sort, and what it takes to open it once more.
struct Subject {
    name: &'static str,
    folder: TempDir,
}

impl Subject {
    async fn open(&self) -> Arc<dyn EventLog> {
        Arc::new(folder_log(self.folder.path()).await)
    }
}

fn subjects() -> Vec<Subject> {
    vec![Subject {
        name: "folder",
        folder: tempfile::tempdir().unwrap(),
    }]
}

async fn each<F: Future<Output = ()>>(suite: impl Fn(Arc<dyn EventLog>) -> F) {
    for subject in subjects() {
        eprintln!("event log: {}", subject.name);
        suite(subject.open().await).await;
    }
}

/// Small files, so that a test writes several.
const OPTIONS: FolderLogOptions = FolderLogOptions {
    segment_bytes: 100_000,
};

async fn folder_log(folder: &Path) -> FolderLog {
    FolderLog::open(folder, OPTIONS).await.unwrap()
}

fn topic(partitions: u16) -> TopicConfig {
    TopicConfig {
        partitions,
        max_age: None,
        max_bytes: None,
    }
}

fn event(key: &str, payload: impl std::fmt::Display) -> NewEvent {
    NewEvent {
        key: Some(Bytes::copy_from_slice(key.as_bytes())),
        payload: Bytes::from(payload.to_string()),
        at: None,
    }
}

fn text(event: &Event) -> String {
    String::from_utf8(event.payload.to_vec()).unwrap()
}

/// A whole partition from its first kept event on, read in small steps.
async fn all(log: &dyn EventLog, topic: &str, partition: u16) -> Vec<Event> {
    let mut offset = log.bounds(topic, partition).await.unwrap().first;
    let mut all: Vec<Event> = Vec::new();
    let limit = ReadLimit {
        events: 777,
        bytes: 50_000,
        wait: Duration::ZERO,
    };
    loop {
        let some = log.read(topic, partition, offset, limit).await.unwrap();
        let Some(last) = some.last() else { return all };
        for (n, event) in some.iter().enumerate() {
            assert_eq!(event.offset, offset + n as u64, "without gaps");
            assert_eq!(event.partition, partition);
        }
        offset = last.offset + 1;
        all.extend(some);
    }
}
