//! Random operations against a model that is a few maps in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use matinee_engines::blobs::{BlobError, Blobs, PartSpec, S3, UploadHandle};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::{
    broken_stream, collect, key, listed, open_folder, pattern, s3_config, stream_of, whole,
};

const KEYS: [&str; 5] = ["a", "b/c", "b/d", "b/e/f", "bb/c"];
const PREFIXES: [&str; 4] = ["b", "b/e", "bb", "x"];
/// Of each part but the last, in units of the engine's least size.
const LAST_PART: u32 = 3;

#[derive(Debug, Clone)]
enum Op {
    Put {
        key: usize,
        seed: u64,
        len: usize,
    },
    PutStream {
        key: usize,
        seed: u64,
        len: usize,
        chunk: usize,
        broken: bool,
    },
    Get {
        key: usize,
        start: u64,
        len: u64,
    },
    Delete {
        key: usize,
    },
    DeletePrefix {
        prefix: usize,
    },
    List {
        prefix: Option<usize>,
    },
    Begin {
        key: usize,
    },
    Part {
        upload: usize,
        number: u32,
        seed: u64,
        broken: bool,
    },
    Append {
        upload: usize,
        seed: u64,
        len: usize,
        broken: bool,
    },
    AppendElsewhere {
        upload: usize,
        by: u64,
    },
    Complete {
        upload: usize,
    },
    Abort {
        upload: usize,
    },
    Reopen,
}

fn op() -> impl Strategy<Value = Op> {
    let (at, seed, upload) = (0..KEYS.len(), any::<u64>(), 0..4_usize);
    let len = prop_oneof![Just(0), 1..100_usize, 1..50_000_usize];
    let broken = prop::bool::weighted(0.25);
    prop_oneof![
        3 => (at.clone(), seed, len.clone()).prop_map(|(key, seed, len)| Op::Put { key, seed, len }),
        3 => (at.clone(), seed, len.clone(), 1..20_000_usize, broken).prop_map(
            |(key, seed, len, chunk, broken)| Op::PutStream { key, seed, len, chunk, broken }
        ),
        5 => (at.clone(), 0..50_000_u64, 0..50_000_u64)
            .prop_map(|(key, start, len)| Op::Get { key, start, len }),
        2 => at.clone().prop_map(|key| Op::Delete { key }),
        1 => (0..PREFIXES.len()).prop_map(|prefix| Op::DeletePrefix { prefix }),
        2 => prop::option::of(0..PREFIXES.len()).prop_map(|prefix| Op::List { prefix }),
        4 => at.prop_map(|key| Op::Begin { key }),
        8 => (upload.clone(), 1..=LAST_PART, seed, broken).prop_map(
            |(upload, number, seed, broken)| Op::Part { upload, number, seed, broken }
        ),
        6 => (upload.clone(), seed, len, broken).prop_map(
            |(upload, seed, len, broken)| Op::Append { upload, seed, len, broken }
        ),
        1 => (upload.clone(), 1..10_u64).prop_map(|(upload, by)| Op::AppendElsewhere { upload, by }),
        3 => upload.clone().prop_map(|upload| Op::Complete { upload }),
        1 => upload.prop_map(|upload| Op::Abort { upload }),
        1 => Just(Op::Reopen),
    ]
}

#[derive(Debug)]
enum Fed {
    Nothing,
    Parts(BTreeMap<u32, Bytes>),
    Appended(Vec<u8>),
}

struct Model {
    blobs: BTreeMap<String, Bytes>,
    uploads: Vec<(String, UploadHandle, Fed)>,
}

impl Model {
    async fn step(&mut self, engine: &dyn Blobs, op: Op) {
        let part_size = usize::try_from(engine.part_limits().min_size)
            .unwrap()
            .max(1000);
        match op {
            Op::Put { key: at, seed, len } => {
                let bytes = pattern(seed, len);
                engine.put(&key(KEYS[at]), bytes.clone()).await.unwrap();
                self.blobs.insert(KEYS[at].to_owned(), bytes);
            }
            Op::PutStream {
                key: at,
                seed,
                len,
                chunk,
                broken,
            } => {
                let bytes = pattern(seed, len);
                if broken {
                    let stream = broken_stream(&bytes, chunk);
                    let error = engine.put_stream(&key(KEYS[at]), stream).await;
                    assert!(matches!(error, Err(BlobError::Source(_))), "{error:?}");
                } else {
                    engine
                        .put_stream(&key(KEYS[at]), stream_of(&bytes, chunk))
                        .await
                        .unwrap();
                    self.blobs.insert(KEYS[at].to_owned(), bytes);
                }
            }
            Op::Get {
                key: at,
                start,
                len,
            } => {
                let range = start..start + len;
                let got = engine.get(&key(KEYS[at]), range.clone()).await;
                match self.blobs.get(KEYS[at]) {
                    None => assert!(matches!(got, Err(BlobError::NotFound(_))), "{got:?}"),
                    Some(bytes) if range.end > bytes.len() as u64 => {
                        let size = bytes.len() as u64;
                        assert!(
                            matches!(got, Err(BlobError::RangeNotSatisfiable { size: s, .. }) if s == size),
                            "{got:?}"
                        );
                    }
                    Some(bytes) => {
                        let expected = bytes.slice(
                            usize::try_from(range.start).unwrap()
                                ..usize::try_from(range.end).unwrap(),
                        );
                        assert!(got.unwrap() == expected);
                        let stream = engine.stream(&key(KEYS[at]), range).await.unwrap();
                        assert!(collect(stream).await == expected);
                    }
                }
            }
            Op::Delete { key: at } => {
                engine.delete(&key(KEYS[at])).await.unwrap();
                self.blobs.remove(KEYS[at]);
            }
            Op::DeletePrefix { prefix } => {
                let prefix = key(PREFIXES[prefix]);
                engine.delete_prefix(&prefix).await.unwrap();
                self.blobs.retain(|at, _| !key(at).is_below(&prefix));
            }
            Op::List { prefix } => {
                let prefix = prefix.map(|prefix| PREFIXES[prefix]);
                let expected: Vec<String> = self
                    .blobs
                    .keys()
                    .filter(|at| prefix.is_none_or(|prefix| key(at).is_below(&key(prefix))))
                    .cloned()
                    .collect();
                assert_eq!(listed(engine, prefix).await, expected);
            }
            Op::Begin { key: at } => {
                if self.uploads.len() < 4 {
                    let handle = engine.begin_upload(&key(KEYS[at])).await.unwrap();
                    self.uploads
                        .push((KEYS[at].to_owned(), handle, Fed::Nothing));
                }
            }
            Op::Part {
                upload,
                number,
                seed,
                broken,
            } => {
                let Some((at, handle, fed)) = self.uploads.get_mut(upload) else {
                    return;
                };
                if matches!(fed, Fed::Nothing) {
                    *fed = Fed::Parts(BTreeMap::new());
                }
                let Fed::Parts(parts) = fed else { return };
                let len = if number == LAST_PART {
                    part_size / 3
                } else {
                    part_size
                };
                let bytes = pattern(seed, len);
                let spec = PartSpec {
                    number,
                    offset: (number as usize - 1) as u64 * part_size as u64,
                    size: len as u64,
                };
                if broken {
                    let stream = broken_stream(&bytes.slice(..len / 2), 10_000);
                    let error = engine.put_part(&key(at), handle, spec, stream).await;
                    assert!(matches!(error, Err(BlobError::Source(_))), "{error:?}");
                } else {
                    let stream = stream_of(&bytes, 10_000);
                    let receipt = engine
                        .put_part(&key(at), handle, spec, stream)
                        .await
                        .unwrap();
                    assert_eq!((receipt.number, receipt.size), (number, len as u64));
                    parts.insert(number, bytes);
                }
                let kept = engine.list_parts(&key(at), handle).await.unwrap();
                let numbers: Vec<u32> = kept.iter().map(|part| part.number).collect();
                assert!(numbers.iter().eq(parts.keys()), "{numbers:?}");
            }
            Op::Append {
                upload,
                seed,
                len,
                broken,
            } => {
                let Some((at, handle, fed)) = self.uploads.get_mut(upload) else {
                    return;
                };
                if matches!(fed, Fed::Nothing) {
                    *fed = Fed::Appended(Vec::new());
                }
                let Fed::Appended(bytes) = fed else { return };
                // Now and then enough for several parts.
                let len = if len > 40_000 {
                    part_size * 2 + len
                } else {
                    len
                };
                let (more, offset) = (pattern(seed, len), bytes.len() as u64);
                let stream = if broken {
                    broken_stream(&more, 10_000)
                } else {
                    stream_of(&more, 10_000)
                };
                let told = engine.append(&key(at), handle, offset, stream).await;
                bytes.extend_from_slice(&more);
                match told {
                    Ok(end) => assert!(!broken && end == bytes.len() as u64),
                    Err(error) => {
                        assert!(broken && matches!(error, BlobError::Source(_)), "{error:?}");
                    }
                }
                let end = engine.append_offset(&key(at), handle).await.unwrap();
                assert_eq!(end, bytes.len() as u64);
            }
            Op::AppendElsewhere { upload, by } => {
                let Some((at, handle, Fed::Appended(bytes))) = self.uploads.get(upload) else {
                    return;
                };
                let (end, stream) = (bytes.len() as u64, stream_of(&pattern(1, 10), 10));
                let error = engine.append(&key(at), handle, end + by, stream).await;
                assert!(
                    matches!(error, Err(BlobError::OffsetMismatch { end: e }) if e == end),
                    "{error:?}"
                );
            }
            Op::Complete { upload } => {
                if upload >= self.uploads.len() {
                    return;
                }
                let (at, handle, fed) = self.uploads.remove(upload);
                let bytes: Bytes = match fed {
                    Fed::Nothing => {
                        engine.complete_append(&key(&at), &handle, 0).await.unwrap();
                        Bytes::new()
                    }
                    Fed::Appended(bytes) => {
                        engine
                            .complete_append(&key(&at), &handle, bytes.len() as u64)
                            .await
                            .unwrap();
                        bytes.into()
                    }
                    Fed::Parts(parts) => {
                        let count = (1..=LAST_PART)
                            .take_while(|number| parts.contains_key(number))
                            .count();
                        if count == 0 {
                            engine.abort_upload(&key(&at), &handle).await.unwrap();
                            return;
                        }
                        let mut receipts = engine.list_parts(&key(&at), &handle).await.unwrap();
                        receipts.truncate(count);
                        engine
                            .complete_upload(&key(&at), &handle, &receipts)
                            .await
                            .unwrap();
                        let parts: Vec<Bytes> = parts.into_values().take(count).collect();
                        parts.concat().into()
                    }
                };
                assert!(whole(engine, &key(&at)).await == bytes);
                self.blobs.insert(at, bytes);
            }
            Op::Abort { upload } => {
                if upload < self.uploads.len() {
                    let (at, handle, _) = self.uploads.remove(upload);
                    engine.abort_upload(&key(&at), &handle).await.unwrap();
                }
            }
            Op::Reopen => {}
        }
    }

    /// Everything is as the model has it.
    async fn check(&self, engine: &dyn Blobs) {
        let keys: Vec<String> = self.blobs.keys().cloned().collect();
        assert_eq!(listed(engine, None).await, keys);
        for (at, bytes) in &self.blobs {
            assert!(whole(engine, &key(at)).await == *bytes, "{at}");
        }
        assert_eq!(
            engine.list_uploads().await.unwrap().len(),
            self.uploads.len()
        );
    }
}

fn run<F, O>(cases: u32, steps: usize, open: impl Fn() -> O)
where
    O: AsyncFn() -> F,
    F: Blobs,
{
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = Config {
        cases,
        max_shrink_iters: 200,
        failure_persistence: None,
        ..Config::default()
    };
    let ops = prop::collection::vec(op(), 1..steps);
    TestRunner::new(config)
        .run(&ops, |ops| {
            let open = open();
            runtime.block_on(async {
                let mut engine: Arc<dyn Blobs> = Arc::new(open().await);
                let mut model = Model {
                    blobs: BTreeMap::new(),
                    uploads: Vec::new(),
                };
                for op in ops {
                    if matches!(op, Op::Reopen) {
                        engine = Arc::new(open().await);
                    }
                    model.step(&*engine, op).await;
                }
                model.check(&*engine).await;
                for (at, handle, _) in &model.uploads {
                    engine.abort_upload(&key(at), handle).await.unwrap();
                }
            });
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_folder_does_what_the_model_does() {
    run(48, 60, || {
        let dir = tempfile::tempdir().unwrap();
        async move || open_folder(dir.path()).await
    });
}

#[test]
fn a_bucket_does_what_the_model_does() {
    if s3_config().is_none() {
        return;
    }
    run(6, 40, || {
        let config = s3_config().unwrap();
        async move || S3::open(&config).await.unwrap()
    });
}
