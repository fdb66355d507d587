//! `kill -9` at any moment: what was acknowledged is there, what was not is
//! whole or absent, and what remains is collected.
//!
//! The test runs itself as a child that works on a store and tells, line by
//! line, what it is about to do and what has been acknowledged.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use matinee_engines::blobs::{BlobError, BlobKey, Blobs, S3, UploadHandle};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::support::{
    MIB, collect, key, open_folder, parts_of, pattern, s3_config, stream_of, whole,
};

const FOLDER: &str = "MATINEE_CRASH_FOLDER";
const PREFIX: &str = "MATINEE_CRASH_PREFIX";
const SEED: &str = "MATINEE_CRASH_SEED";
/// Every upload has these parts.
const PARTS: usize = 3;

async fn open() -> Arc<dyn Blobs> {
    if let Ok(folder) = std::env::var(FOLDER) {
        return Arc::new(open_folder(folder.as_ref()).await);
    }
    let mut config = s3_config().unwrap();
    config.prefix = Some(key(&std::env::var(PREFIX).unwrap()));
    Arc::new(S3::open(&config).await.unwrap())
}

fn part_size(blobs: &dyn Blobs) -> usize {
    usize::try_from(blobs.part_limits().min_size)
        .unwrap()
        .max(200_000)
}

fn tell(line: &str) {
    let mut out = std::io::stdout().lock();
    // One write, so that a line is in the pipe whole or not at all.
    out.write_all(format!("@ {line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

/// The bytes of a key are told by the key itself.
fn content(at: &BlobKey) -> Bytes {
    let (seed, len) = at.file_name().split_once('-').unwrap();
    pattern(seed.parse().unwrap(), len.parse().unwrap())
}

fn new_key(rng: &mut StdRng, kind: &str, len: usize) -> BlobKey {
    let folder = rng.random_range(0..3);
    key(&format!("{kind}/{folder}/{}-{len}", rng.random::<u32>()))
}

#[tokio::test(flavor = "multi_thread")]
async fn child() {
    // By itself it has nothing to do: the tests below start it, and kill it.
    let Ok(seed) = std::env::var(SEED) else {
        return;
    };
    let seed: u64 = seed.parse().unwrap();
    let blobs = open().await;
    let workers: Vec<_> = (0..4)
        .map(|worker| tokio::spawn(work(Arc::clone(&blobs), seed * 10 + worker)))
        .collect();
    for worker in workers {
        worker.await.unwrap();
    }
}

async fn work(blobs: Arc<dyn Blobs>, seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    let scratch = tempfile::tempdir().unwrap();
    let part = part_size(&*blobs);
    loop {
        let len = rng.random_range(1..2 * MIB);
        match rng.random_range(0..7) {
            0 => {
                let at = new_key(&mut rng, "put", len);
                blobs
                    .put_stream(&at, stream_of(&content(&at), 65_536))
                    .await
                    .unwrap();
                tell(&format!("kept {at}"));
            }
            1 => {
                let at = new_key(&mut rng, "file", len);
                let path = scratch.path().join("made");
                std::fs::write(&path, content(&at)).unwrap();
                blobs.put_file(&at, &path).await.unwrap();
                tell(&format!("kept {at}"));
            }
            2 => {
                let at = new_key(&mut rng, "gone", len);
                blobs.put(&at, content(&at)).await.unwrap();
                blobs.delete(&at).await.unwrap();
                tell(&format!("gone {at}"));
            }
            3 => {
                let folder = key(&format!("gone/{}", rng.random::<u32>()));
                let all = [1, 2].map(|n| folder.join(&format!("{n}-{len}")).unwrap());
                for at in &all {
                    blobs.put(at, content(at)).await.unwrap();
                }
                blobs.delete_prefix(&folder).await.unwrap();
                for at in all {
                    tell(&format!("gone {at}"));
                }
            }
            4 | 5 => {
                let at = new_key(&mut rng, "parts", PARTS * part - 1);
                let parts = parts_of(&content(&at), part);
                let handle = blobs.begin_upload(&at).await.unwrap();
                tell(&format!("begun {at} {handle}"));
                let mut receipts = Vec::new();
                for index in [1, 0, 1, 2, 0] {
                    let (spec, bytes) = &parts[index];
                    let receipt = blobs
                        .put_part(&at, &handle, *spec, stream_of(bytes, 65_536))
                        .await
                        .unwrap();
                    tell(&format!("part {at} {handle} {}", spec.number));
                    if !receipts.contains(&receipt) {
                        receipts.push(receipt);
                    }
                }
                receipts.sort_by_key(|receipt| receipt.number);
                blobs
                    .complete_upload(&at, &handle, &receipts)
                    .await
                    .unwrap();
                tell(&format!("kept {at}"));
            }
            _ => {
                let at = new_key(&mut rng, "append", 4 * part + 17);
                let bytes = content(&at);
                let handle = blobs.begin_upload(&at).await.unwrap();
                tell(&format!("begun {at} {handle}"));
                let mut end = 0;
                while end < bytes.len() {
                    let next = (end + rng.random_range(1..=2 * part)).min(bytes.len());
                    let chunk = bytes.slice(end..next);
                    end = next;
                    let told = blobs
                        .append(
                            &at,
                            &handle,
                            (next - chunk.len()) as u64,
                            stream_of(&chunk, 65_536),
                        )
                        .await
                        .unwrap();
                    assert_eq!(told, end as u64);
                    tell(&format!("end {at} {handle} {end}"));
                }
                blobs
                    .complete_append(&at, &handle, end as u64)
                    .await
                    .unwrap();
                tell(&format!("kept {at}"));
            }
        }
    }
}

/// What a store has promised.
#[derive(Default)]
struct Promises {
    kept: Vec<BlobKey>,
    gone: Vec<BlobKey>,
    /// By key: handle, numbers of parts, end of what was appended.
    uploads: BTreeMap<BlobKey, (UploadHandle, Vec<u32>, u64)>,
    resumed: usize,
}

impl Promises {
    fn read(&mut self, line: &str) {
        let Some(line) = line.strip_prefix("@ ") else {
            return;
        };
        let words: Vec<&str> = line.split(' ').collect();
        let at = key(words[1]);
        match words[0] {
            "kept" => {
                self.uploads.remove(&at);
                self.kept.push(at);
            }
            "gone" => self.gone.push(at),
            "begun" => {
                self.uploads
                    .insert(at, (words[2].parse().unwrap(), Vec::new(), 0));
            }
            "part" => {
                let parts = &mut self.uploads.get_mut(&at).unwrap().1;
                parts.push(words[3].parse().unwrap());
            }
            "end" => self.uploads.get_mut(&at).unwrap().2 = words[3].parse().unwrap(),
            other => panic!("{other}"),
        }
    }
}

/// Runs the child and kills it; what it had told.
fn run(name: &str, value: &str, seed: u64, promises: &mut Promises) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::child", "--nocapture"])
        .env(name, value)
        .env(SEED, seed.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    // Alive and working, then a moment more: anywhere in whatever it does then.
    let mut told = Vec::new();
    for line in lines.by_ref() {
        told.push(line.unwrap());
        if told.iter().filter(|line| line.starts_with("@ ")).count() > 8 {
            break;
        }
    }
    assert!(told.len() > 8, "the child failed: {told:?}");
    let mut rng = StdRng::seed_from_u64(seed);
    let until = Instant::now() + Duration::from_micros(rng.random_range(0..150_000));
    while Instant::now() < until {
        std::thread::sleep(Duration::from_micros(200));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    told.extend(lines.map(|line| line.unwrap()));
    for line in told {
        promises.read(&line);
    }
}

async fn check(blobs: &dyn Blobs, promises: &mut Promises) {
    use futures::StreamExt;

    for at in &promises.kept {
        assert!(
            whole(blobs, at).await == content(at),
            "{at} is not what was kept"
        );
    }
    for at in &promises.gone {
        assert!(
            matches!(blobs.head(at).await, Err(BlobError::NotFound(_))),
            "{at} is back"
        );
    }
    let mut listed = blobs.list(None);
    while let Some(entry) = listed.next().await {
        let at = entry.unwrap().key;
        let stream = match blobs.head(&at).await {
            Ok(meta) => blobs.stream(&at, 0..meta.size).await.unwrap(),
            Err(error) => panic!("{at}: {error}"),
        };
        assert!(
            collect(stream).await == content(&at),
            "{at} is half-written"
        );
    }
    for (at, (handle, parts, end)) in std::mem::take(&mut promises.uploads) {
        let bytes = content(&at);
        if at.as_str().starts_with("parts/") {
            let size = part_size(blobs);
            let kept = match blobs.list_parts(&at, &handle).await {
                Ok(kept) => kept,
                // Completed, but the child did not live to tell.
                Err(BlobError::NoSuchUpload) => {
                    assert!(
                        parts.len() == 5 && whole(blobs, &at).await == bytes,
                        "{at} is gone"
                    );
                    promises.kept.push(at);
                    continue;
                }
                Err(error) => panic!("{at}: {error}"),
            };
            for number in parts {
                assert!(
                    kept.iter().any(|part| part.number == number),
                    "{at}: part {number} is gone"
                );
            }
            // Whoever resumes sends what is missing, and something again.
            for (spec, part) in parts_of(&bytes, size) {
                if spec.number == 2 || !kept.iter().any(|part| part.number == spec.number) {
                    let stream = stream_of(&part, 100_000);
                    blobs.put_part(&at, &handle, spec, stream).await.unwrap();
                }
            }
            let receipts = blobs.list_parts(&at, &handle).await.unwrap();
            blobs
                .complete_upload(&at, &handle, &receipts)
                .await
                .unwrap();
        } else {
            let found = match blobs.append_offset(&at, &handle).await {
                Ok(found) => found,
                Err(BlobError::NoSuchUpload) => {
                    assert!(end == bytes.len() as u64, "{at} is gone");
                    assert!(whole(blobs, &at).await == bytes);
                    promises.kept.push(at);
                    continue;
                }
                Err(error) => panic!("{at}: {error}"),
            };
            assert!(
                found >= end,
                "{at}: {end} bytes were promised, {found} are there"
            );
            let rest = bytes.slice(usize::try_from(found).unwrap()..);
            blobs
                .append(&at, &handle, found, stream_of(&rest, 100_000))
                .await
                .unwrap();
            blobs
                .complete_append(&at, &handle, bytes.len() as u64)
                .await
                .unwrap();
        }
        promises.resumed += 1;
        assert!(
            whole(blobs, &at).await == bytes,
            "{at} did not survive being resumed"
        );
        promises.kept.push(at);
    }
    blobs.collect_stale(Duration::ZERO).await.unwrap();
    assert_eq!(blobs.list_uploads().await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_survives_kill_9() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("blobs");
    let mut promises = Promises::default();
    let start: u64 = rand::rng().random_range(0..1_000_000);
    eprintln!("seed {start}");
    for seed in start..start + 8 {
        let path = folder.to_str().unwrap().to_owned();
        promises = tokio::task::spawn_blocking(move || {
            run(FOLDER, &path, seed, &mut promises);
            promises
        })
        .await
        .unwrap();
        let blobs = open_folder(&folder).await;
        check(&blobs, &mut promises).await;
        for part in ["tmp", "uploads", "trash"] {
            let left = std::fs::read_dir(folder.join(".staging").join(part))
                .unwrap()
                .count();
            assert_eq!(left, 0, "{left} leftovers in {part}");
        }
    }
    eprintln!(
        "{} kept, {} of them resumed",
        promises.kept.len(),
        promises.resumed
    );
    assert!(promises.kept.len() > 20 && promises.resumed > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_survives_kill_9() {
    let Some(config) = s3_config() else { return };
    let blobs = S3::open(&config).await.unwrap();
    let mut promises = Promises::default();
    let start: u64 = rand::rng().random_range(0..1_000_000);
    eprintln!("seed {start}");
    for seed in start..start + 3 {
        let prefix = config.prefix.clone().unwrap().to_string();
        promises = tokio::task::spawn_blocking(move || {
            run(PREFIX, &prefix, seed, &mut promises);
            promises
        })
        .await
        .unwrap();
        // The server may still be at the last requests of the dead.
        tokio::time::sleep(Duration::from_secs(1)).await;
        check(&blobs, &mut promises).await;
    }
    eprintln!(
        "{} kept, {} of them resumed",
        promises.kept.len(),
        promises.resumed
    );
    assert!(promises.kept.len() > 5);
}
