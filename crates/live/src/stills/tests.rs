#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::atomic::{AtomicUsize, Ordering};

use matinee_catalog::Access;
use matinee_catalog::community::Person;
use matinee_catalog::moderation::Moderation;
use matinee_engines::blobs::{Folder, FolderOptions};
use matinee_engines::db::migrate;
use matinee_engines::testing::{TestDb, sqlite};
use matinee_identity::{Accounts, AccountsOptions, InstanceSecret};
use tokio::sync::Semaphore;

use super::*;
use crate::broadcast::{Feed, Options};
use crate::streams::{NewStream, StreamDetails, StreamOptions, StreamsDeps};
use crate::testing::{admitted, programme, small_header, sound_header};

/// A camera that takes a picture whenever it is let.
struct Slow {
    may: Semaphore,
    under_way: AtomicUsize,
    most: AtomicUsize,
    taken: AtomicUsize,
}

#[async_trait]
impl Camera for Slow {
    async fn still(&self, media: Bytes) -> Result<Bytes, CameraError> {
        assert_eq!(&media[4..8], b"ftyp");
        let now = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        self.may.acquire().await.unwrap().forget();
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        let n = self.taken.fetch_add(1, Ordering::SeqCst) + 1;
        Ok(Bytes::from(format!("picture {n}")))
    }
}

struct Test {
    _db: TestDb,
    _folder: tempfile::TempDir,
    streams: Streams,
    broadcasts: Arc<Broadcasts>,
    camera: Arc<Slow>,
    blobs: SharedBlobs,
    stills: Stills,
    stop: CancellationToken,
    runs: tokio::task::JoinHandle<()>,
}

impl Test {
    async fn new() -> Self {
        let db = sqlite().await.unwrap();
        let mut tables = matinee_identity::migrations();
        tables.extend(matinee_catalog::migrations());
        tables.extend(crate::migrations());
        migrate(&db.db, tables).await.unwrap();
        let secret = InstanceSecret::from_bytes([7; 32]);
        let accounts = Accounts::new(db.db.clone(), &secret, AccountsOptions::default()).unwrap();
        let streams = Streams::new(StreamsDeps {
            db: db.db.clone(),
            accounts,
            moderation: Arc::new(Moderation::new(db.db.clone())),
            options: StreamOptions::default(),
        });
        let broadcasts = Broadcasts::new(Arc::new(streams.clone()), Options::default());
        streams.watch(Arc::new(broadcasts.clone()));
        let folder = tempfile::tempdir().unwrap();
        let blobs = Folder::open(folder.path(), FolderOptions::default());
        let blobs: SharedBlobs = Arc::new(blobs.await.unwrap());
        let camera = Arc::new(Slow {
            may: Semaphore::new(0),
            under_way: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            taken: AtomicUsize::new(0),
        });
        let stills = Stills::new(StillsDeps {
            broadcasts: broadcasts.clone(),
            streams: streams.clone(),
            camera: camera.clone(),
            blobs: blobs.clone(),
            options: StillOptions {
                look: Duration::from_millis(5),
                every: Duration::from_millis(20),
                rest: 0,
                ..StillOptions::default()
            },
        });
        let stop = CancellationToken::new();
        let (one, until) = (stills.clone(), stop.clone());
        let runs = tokio::spawn(async move { one.run(until).await });
        Self {
            _db: db,
            _folder: folder,
            streams,
            broadcasts,
            camera,
            blobs,
            stills,
            stop,
            runs,
        }
    }

    async fn stream(&self) -> String {
        let new = NewStream {
            details: StreamDetails::new("On the air"),
            owner: None,
            access: Access::default(),
        };
        let by = Person {
            key: "profile_x".to_owned(),
            account: None,
            name: "somebody".to_owned(),
            moderator: false,
        };
        self.streams.create(new, &by).await.unwrap().id.clone()
    }

    /// Publishes so many seconds of it.
    async fn publish(&self, stream_id: &str, seconds: u32) -> Feed {
        let mut feed = Feed::new(self.broadcasts.publish(admitted(stream_id), "rtmp"));
        self.go_on(&mut feed, 0, seconds).await;
        feed
    }

    async fn go_on(&self, feed: &mut Feed, from: u32, to: u32) {
        feed.tag(small_header(from * 1000)).await.unwrap();
        feed.tag(sound_header(from * 1000)).await.unwrap();
        for tag in programme(from * 1000, to * 1000, true, true) {
            feed.tag(tag).await.unwrap();
        }
    }
}

/// Waits until it is so.
async fn until(what: impl AsyncFn() -> bool) {
    while !what().await {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_few_at_once_and_one_of_each_broadcast() {
    let test = Test::new().await;
    let mut feeds = Vec::new();
    let mut ids = Vec::new();
    for _ in 0..3 {
        let id = test.stream().await;
        feeds.push(test.publish(&id, 5).await);
        ids.push(id);
    }
    until(async || test.camera.under_way.load(Ordering::SeqCst) == 2).await;
    // However long that takes, nobody else is asked meanwhile.
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(test.camera.under_way.load(Ordering::SeqCst), 2);
    test.camera.may.add_permits(100);
    for id in &ids {
        until(async || test.stills.of(id, None).await.is_some()).await;
    }
    assert_eq!(test.camera.most.load(Ordering::SeqCst), 2);
    // A keyframe is shown once, and each broadcast has had three.
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(test.camera.taken.load(Ordering::SeqCst) <= 9);
    let before = test.stills.of(&ids[0], None).await.unwrap();
    test.go_on(&mut feeds[0], 5, 9).await;
    until(async || test.stills.of(&ids[0], None).await.unwrap().taken_at > before.taken_at).await;
}

#[tokio::test]
async fn the_last_picture_stays_with_its_stream_and_goes_with_it() {
    let test = Test::new().await;
    test.camera.may.add_permits(100);
    let id = test.stream().await;
    let kept = async || test.streams.get(&id).await.unwrap().thumbnail_at;
    let mut feed = test.publish(&id, 3).await;
    // The first is kept at once: whatever happens then.
    until(async || kept().await.is_some()).await;
    let first = kept().await;
    test.go_on(&mut feed, 3, 7).await;
    let shown = async || test.stills.of(&id, None).await.map(|still| still.taken_at);
    until(async || shown().await > first).await;
    assert_eq!(kept().await, first);
    feed.end().await;
    until(async || kept().await > first).await;
    let stream = test.streams.get(&id).await.unwrap();
    assert_eq!(test.streams.pictured_at(&stream), stream.thumbnail_at);
    let key = key(&id).unwrap();
    let jpeg = test.blobs.get_all(&key, STILL_MAX).await.unwrap();
    assert!(jpeg.starts_with(b"picture"));
    test.streams.delete(&id).await.unwrap();
    until(async || test.blobs.head(&key).await.is_err()).await;

    // What nobody saw go is found at the next start.
    let orphan = key_of_nobody();
    test.blobs
        .put(&orphan, Bytes::from_static(b"x"))
        .await
        .unwrap();
    test.stills.collect().await;
    test.blobs.head(&orphan).await.unwrap_err();
}

fn key_of_nobody() -> BlobKey {
    key("stream_00000000000000000000000000").unwrap()
}

#[tokio::test]
async fn what_is_on_the_air_when_the_server_stops_is_kept() {
    let test = Test::new().await;
    test.camera.may.add_permits(100);
    let id = test.stream().await;
    let mut feed = test.publish(&id, 3).await;
    until(async || test.streams.get(&id).await.unwrap().thumbnail_at.is_some()).await;
    let first = test.stills.of(&id, None).await.unwrap().taken_at;
    test.go_on(&mut feed, 3, 7).await;
    until(async || test.stills.of(&id, None).await.unwrap().taken_at > first).await;
    test.stop.cancel();
    test.runs.await.unwrap();
    assert!(test.streams.get(&id).await.unwrap().thumbnail_at > Some(first));
}
