//! A library with everything that uploading stands on, which can be restarted.

use std::time::Duration;

use bytes::Bytes;
use futures::stream::{self, StreamExt as _};
use matinee_catalog::Catalog;
use matinee_engines::blobs::{self, BlobKey};
use matinee_engines::db::{Db, migrate};
use matinee_engines::testing::{self, TestBlobs, TestDb};
use matinee_ingest::uploads::body::Body;
use matinee_ingest::uploads::{self, UploadConfig, Uploader, Uploads, UploadsDeps};
use matinee_jobs::Jobs;

/// A library on one database and one blob store.
pub(crate) struct Library {
    db: TestDb,
    store: TestBlobs,
    pub(crate) deps: UploadsDeps,
    pub(crate) uploads: Uploads,
}

pub(crate) const MIB: usize = 1 << 20;

/// The small library and the grown one, as far as its engines are at hand.
pub(crate) async fn libraries() -> Vec<Library> {
    libraries_with(|_| {}).await
}

pub(crate) async fn libraries_with(change: impl Fn(&mut UploadConfig)) -> Vec<Library> {
    let mut all = Vec::new();
    let mut stores = vec![("folder", testing::folder_blobs().await.unwrap())];
    if let Some(bucket) = testing::s3_blobs().await.unwrap() {
        stores.push(("s3", bucket));
    }
    let mut dbs = testing::databases().await.unwrap();
    // Each engine at least once; with all at hand these are two pairs of twins.
    while stores.len() < dbs.len() {
        stores.push(("folder", testing::folder_blobs().await.unwrap()));
    }
    while dbs.len() < stores.len() {
        dbs.push(("sqlite", testing::sqlite().await.unwrap()));
    }
    for ((database, db), (blobs, store)) in dbs.into_iter().zip(stores) {
        println!("on {database} and {blobs}");
        all.push(library(db, store, &change).await);
    }
    all
}

async fn library(db: TestDb, store: TestBlobs, change: &impl Fn(&mut UploadConfig)) -> Library {
    let migrations = [
        matinee_jobs::migrations(),
        matinee_catalog::migrations(),
        uploads::migrations(),
    ];
    migrate(&db.db, migrations.into_iter().flatten().collect())
        .await
        .unwrap();
    let mut config = UploadConfig {
        max_file_size: 64 * MIB as u64,
        part_size: 5 * MIB as u64,
        idle: Duration::from_secs(20),
        ..UploadConfig::default()
    };
    change(&mut config);
    let deps = UploadsDeps {
        catalog: Catalog::new(db.db.clone()),
        jobs: Jobs::new(db.db.clone()),
        blobs: store.blobs.clone(),
        db: db.db.clone(),
        config,
    };
    Library {
        uploads: Uploads::new(deps.clone()).unwrap(),
        deps,
        store,
        db,
    }
}

impl Library {
    /// The same stores, opened anew by a new process, so to say.
    pub(crate) async fn restart(&mut self) {
        let db = Db::open(&self.db.url).await.unwrap();
        // A folder belongs to one process at a time: let go of it first.
        let elsewhere = testing::folder_blobs().await.unwrap();
        self.store.blobs = elsewhere.blobs.clone();
        self.deps.blobs = elsewhere.blobs.clone();
        self.uploads = Uploads::new(self.deps.clone()).unwrap();
        self.store.blobs = blobs::open(&self.store.config).await.unwrap();
        self.deps = UploadsDeps {
            catalog: Catalog::new(db.clone()),
            jobs: Jobs::new(db.clone()),
            blobs: self.store.blobs.clone(),
            db,
            config: self.deps.config.clone(),
        };
        self.uploads = Uploads::new(self.deps.clone()).unwrap();
    }

    /// The bytes that a video was made of.
    pub(crate) async fn source(&self, video_id: &str) -> Bytes {
        let key = BlobKey::new(format!("videos/{video_id}/source/original")).unwrap();
        self.deps.blobs.get_all(&key, u64::MAX).await.unwrap()
    }

    /// How many blobs and unfinished uploads there are.
    pub(crate) async fn kept(&self) -> (usize, usize) {
        let blobs = self.deps.blobs.list(None).count().await;
        let uploads = self.deps.blobs.list_uploads().await.unwrap().len();
        (blobs, uploads)
    }

    /// The kinds of the jobs about a video.
    pub(crate) async fn jobs(&self, video_id: &str) -> Vec<String> {
        let db = self.deps.db.write();
        let jobs = self.deps.jobs.by_subject(db, video_id).await.unwrap();
        jobs.into_iter().map(|job| job.kind).collect()
    }

    /// How many videos there are.
    pub(crate) async fn videos(&self) -> u64 {
        let counts = self.deps.catalog.count_by_status().await.unwrap();
        counts.values().sum()
    }
}

/// An operator of this name.
pub(crate) fn person(name: &str) -> Uploader {
    Uploader {
        person: name.to_owned(),
        owner: Some(format!("user_of_{name}")),
        everything: false,
    }
}

/// Bytes that begin like an MP4 file.
pub(crate) fn film(len: usize) -> Bytes {
    let mut bytes = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41".to_vec();
    let mut x = 0x2545_f491_4f6c_dd1d_u64;
    while bytes.len() < len {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        bytes.extend_from_slice(&x.to_le_bytes());
    }
    bytes.truncate(len);
    bytes.into()
}

/// A request's body in chunks of usual size.
pub(crate) fn body(bytes: &Bytes) -> Body {
    let chunks: Vec<_> = bytes
        .chunks(64 << 10)
        .map(|chunk| Ok(bytes.slice_ref(chunk)))
        .collect();
    stream::iter(chunks).boxed()
}

/// A body that breaks off after these bytes.
pub(crate) fn broken(bytes: &Bytes) -> Body {
    body(bytes)
        .chain(stream::once(async { Err("connection reset".into()) }))
        .boxed()
}

/// A body that stays silent after these bytes.
pub(crate) fn stalled(bytes: &Bytes) -> Body {
    body(bytes).chain(stream::pending()).boxed()
}
