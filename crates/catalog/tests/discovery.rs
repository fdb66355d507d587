//! Keeping the index and the lists, on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use matinee_catalog::discovery::{
    Discovery, DiscoveryDeps, History, HomeRow, Query, RowKind, Seer, Watched, Why,
};
use matinee_catalog::{Catalog, Details, DetailsPatch, NewVideo, Origin, Subtitle};
use matinee_engines::blobs::BlobKey;
use matinee_engines::db::{Db, migrate};
use matinee_engines::search::{EmbeddedSearch, EmbeddedSearchOptions};
use matinee_engines::testing::{self, TestBlobs};
use matinee_engines::time::now_micros;
use sea_orm::{ConnectionTrait as _, DbErr};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// What the test says that people have watched.
#[derive(Debug, Default)]
struct Said(Mutex<Vec<(String, Watched)>>);

impl Said {
    fn watch(&self, viewer: &str, video: &str) {
        let watched = Watched {
            video_id: video.to_owned(),
            position_ms: 900,
            duration_ms: 1000,
            at: now_micros(),
        };
        self.0.lock().unwrap().push((viewer.to_owned(), watched));
    }
}

#[async_trait]
impl History for Said {
    async fn recent(&self, viewer: &str, limit: usize) -> Result<Vec<Watched>, DbErr> {
        let all = self.0.lock().unwrap();
        let own = all.iter().rev().filter(|(who, _)| who == viewer);
        Ok(own
            .map(|(_, watched)| watched.clone())
            .take(limit)
            .collect())
    }

    async fn page(&self, after: (&str, &str), limit: u64) -> Result<Vec<(String, Watched)>, DbErr> {
        let mut all = self.0.lock().unwrap().clone();
        all.sort_by(|a, b| (&a.0, &a.1.video_id).cmp(&(&b.0, &b.1.video_id)));
        all.retain(|(who, w)| (who.as_str(), w.video_id.as_str()) > after);
        all.truncate(usize::try_from(limit).unwrap());
        Ok(all)
    }

    async fn trending(&self, _: i64, _: u64) -> Result<Vec<(String, f64, i64)>, DbErr> {
        let all = self.0.lock().unwrap();
        let mut ids: Vec<String> = all.iter().map(|(_, w)| w.video_id.clone()).collect();
        ids.sort();
        ids.dedup();
        let count = |id: &String| all.iter().filter(|(_, w)| w.video_id == *id).count();
        Ok(ids
            .into_iter()
            .map(|id| (count(&id), id))
            .map(|(n, id)| (id, n as f64, i64::try_from(n).unwrap()))
            .collect())
    }
}

/// A node: its own index over the shared database.
struct Node {
    catalog: Catalog,
    discovery: Discovery,
    history: Arc<Said>,
    _folder: TempDir,
}

fn node(db: &Db, blobs: &TestBlobs) -> Node {
    let folder = tempfile::tempdir().unwrap();
    in_folder(db, blobs, folder)
}

fn in_folder(db: &Db, blobs: &TestBlobs, folder: TempDir) -> Node {
    let catalog = Catalog::new(db.clone());
    let history = Arc::new(Said::default());
    let path: &Path = folder.path();
    let search = EmbeddedSearch::new(path, EmbeddedSearchOptions::default());
    let discovery = Discovery::new(DiscoveryDeps {
        catalog: catalog.clone(),
        search: Arc::new(search),
        blobs: blobs.blobs.clone(),
        history: history.clone(),
        folder: path.to_owned(),
    });
    Node {
        catalog,
        discovery,
        history,
        _folder: folder,
    }
}

impl Node {
    async fn found(&self, text: &str) -> Vec<String> {
        let query = Query {
            text: text.to_owned(),
            limit: 20,
            ..Query::default()
        };
        let page = self.discovery.search(&Seer::nobody(), &query).await;
        let found = page.unwrap().found.into_iter();
        found.map(|found| found.video.title).collect()
    }

    async fn until(&self, text: &str, count: usize) {
        for _ in 0..300 {
            if self.found(text).await.len() == count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{text} finds {:?}", self.found(text).await);
    }

    async fn film(&self, title: &str, genre: &str) -> String {
        let new = NewVideo {
            details: Details {
                title: title.into(),
                genre: Some(genre.into()),
                ..Details::default()
            },
            external_video_url: Some("https://example.com/x.mp4".into()),
            ..NewVideo::default()
        };
        self.catalog.create(new).await.unwrap().id
    }
}

fn renamed(title: &str) -> DetailsPatch {
    serde_json::from_value(serde_json::json!({ "title": title })).unwrap()
}

#[tokio::test]
async fn every_node_follows_what_any_of_them_changes() {
    for (name, test) in testing::databases().await.unwrap() {
        eprintln!("{name}");
        migrate(&test.db, tables()).await.unwrap();
        let blobs = testing::folder_blobs().await.unwrap();
        let (a, b) = (node(&test.db, &blobs), node(&test.db, &blobs));
        let before = a.film("Metropolis", "Drama").await;
        let stop = CancellationToken::new();
        let running: Vec<_> = [&a, &b]
            .map(|node| {
                let (discovery, stop) = (node.discovery.clone(), stop.clone());
                tokio::spawn(async move { discovery.run(stop).await })
            })
            .into_iter()
            .collect();
        a.until("metropolis", 1).await;
        b.until("metropolis", 1).await;
        let id = a.film("Nosferatu", "Horror").await;
        a.until("nosferatu", 1).await;
        b.until("nosferatu", 1).await;
        a.catalog.patch(&id, renamed("Vampyr")).await.unwrap();
        b.until("vampyr", 1).await;
        b.until("nosferatu", 0).await;
        a.catalog.delete(&before).await.unwrap();
        b.until("metropolis", 0).await;
        b.discovery.request_rebuild().await.unwrap();
        for _ in 0..300 {
            let state = a.discovery.rebuild_state().await.unwrap().unwrap();
            if state.finished_at.is_some() {
                assert_eq!((state.documents, state.error), (1, None));
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        stop.cancel();
        for task in running {
            task.await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_node_that_was_away_catches_up() {
    let test = testing::sqlite().await.unwrap();
    migrate(&test.db, tables()).await.unwrap();
    let blobs = testing::folder_blobs().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    let first = in_folder(&test.db, &blobs, folder);
    let kept = first.film("Kept", "Drama").await;
    let gone = first.film("Gone", "Drama").await;
    let stop = CancellationToken::new();
    let task = tokio::spawn({
        let (discovery, stop) = (first.discovery.clone(), stop.clone());
        async move { discovery.run(stop).await }
    });
    first.until("gone", 1).await;
    stop.cancel();
    task.await.unwrap();
    // Another node goes on meanwhile.
    let other = node(&test.db, &blobs);
    other
        .catalog
        .patch(&kept, renamed("Changed"))
        .await
        .unwrap();
    other.catalog.delete(&gone).await.unwrap();
    other.film("Added", "Drama").await;
    let copy = tempfile::tempdir().unwrap();
    copy_all(&path, copy.path());
    drop(first);
    let again = in_folder(&test.db, &blobs, copy);
    let stop = CancellationToken::new();
    let task = tokio::spawn({
        let (discovery, stop) = (again.discovery.clone(), stop.clone());
        async move { discovery.run(stop).await }
    });
    again.until("changed", 1).await;
    again.until("added", 1).await;
    again.until("gone", 0).await;
    again.until("", 2).await;
    stop.cancel();
    task.await.unwrap();
}

#[tokio::test]
async fn a_library_that_rests_is_not_indexed_anew_at_each_start() {
    let test = testing::sqlite().await.unwrap();
    migrate(&test.db, tables()).await.unwrap();
    let blobs = testing::folder_blobs().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    let first = in_folder(&test.db, &blobs, folder);
    first.film("Kept", "Drama").await;
    let old = now_micros() - 60 * 86_400_000_000;
    let aged = format!("UPDATE videos SET updated_at = {old}");
    test.db.write().execute_unprepared(&aged).await.unwrap();
    let run = |node: &Node| {
        let (discovery, stop) = (node.discovery.clone(), CancellationToken::new());
        let stopped = stop.clone();
        let task = tokio::spawn(async move { discovery.run(stopped).await });
        (stop, task)
    };
    let (stop, task) = run(&first);
    first.until("kept", 1).await;
    stop.cancel();
    task.await.unwrap();
    let built = std::fs::read_to_string(path.join("built")).unwrap();
    let copy = tempfile::tempdir().unwrap();
    copy_all(&path, copy.path());
    let at = copy.path().join("built");
    drop(first);
    let again = in_folder(&test.db, &blobs, copy);
    let (stop, task) = run(&again);
    // It follows what happens, so it has begun.
    again.film("Added", "Drama").await;
    again.until("", 2).await;
    assert_eq!(std::fs::read_to_string(at).unwrap(), built);
    stop.cancel();
    task.await.unwrap();
}

fn copy_all(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir(&target).unwrap();
            copy_all(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[tokio::test]
async fn what_is_said_leads_to_its_moment() {
    let test = testing::sqlite().await.unwrap();
    migrate(&test.db, tables()).await.unwrap();
    let blobs = testing::folder_blobs().await.unwrap();
    let node = node(&test.db, &blobs);
    let id = node.film("Casablanca", "Drama").await;
    node.film("Another", "Drama").await;
    let vtt = "WEBVTT\n\n00:01.000 --> 00:03.000\nOf all the gin joints\n\n\
        01:02:03.500 --> 01:02:06.000\nHere's looking at you,\n\n\
        01:02:06.500 --> 01:02:07.000\n<i>kid</i>.\n";
    let key = format!("videos/{id}/subtitles/one.vtt");
    let blob = BlobKey::new(key.clone()).unwrap();
    blobs
        .blobs
        .put(&blob, vtt.as_bytes().to_vec().into())
        .await
        .unwrap();
    let track = Subtitle {
        key,
        ..track_of(&id)
    };
    node.catalog.add_subtitle(track).await.unwrap();
    node.discovery
        .rebuild(&CancellationToken::new())
        .await
        .unwrap();
    let query = Query {
        text: "looking at you kid".into(),
        limit: 10,
        shown: true,
        ..Query::default()
    };
    let page = node
        .discovery
        .search(&Seer::nobody(), &query)
        .await
        .unwrap();
    assert_eq!(page.total, 1);
    let moment = &page.found[0].moments[0];
    assert_eq!(moment.start_ms, 3_723_500);
    assert_eq!(moment.excerpt.text, "Here's looking at you, kid.");
    assert_eq!(moment.language, "en");
    let query = Query {
        text: "kid".into(),
        ..query
    };
    let page = node
        .discovery
        .search(&Seer::nobody(), &query)
        .await
        .unwrap();
    // The second cue of the passage, not the passage's beginning.
    assert_eq!(page.found[0].moments[0].start_ms, 3_726_500);
    // What is said is found with a slip as well, if nothing is called so.
    let query = Query {
        text: "lookng".into(),
        ..query
    };
    let page = node
        .discovery
        .search(&Seer::nobody(), &query)
        .await
        .unwrap();
    assert_eq!(page.found[0].moments[0].start_ms, 3_723_500);
    assert_eq!(page.did_you_mean.as_deref(), Some("looking"));
}

/// A text track in English.
fn track_of(video: &str) -> Subtitle {
    Subtitle {
        id: matinee_engines::id::Id::new("subtitle").to_string(),
        video_id: video.to_owned(),
        language: "en".into(),
        label: "English".into(),
        forced: false,
        is_default: true,
        hearing_impaired: false,
        key: String::new(),
        created_at: now_micros(),
        origin: Origin::Upload,
    }
}

#[tokio::test]
async fn rows_and_recommendations_are_kept() {
    for (name, test) in testing::databases().await.unwrap() {
        eprintln!("{name}");
        migrate(&test.db, tables()).await.unwrap();
        let blobs = testing::folder_blobs().await.unwrap();
        let node = node(&test.db, &blobs);
        let mut ids = Vec::new();
        for n in 0..6 {
            ids.push(node.film(&format!("Film {n}"), "Drama").await);
        }
        node.discovery
            .rebuild(&CancellationToken::new())
            .await
            .unwrap();
        for viewer in ["a", "b", "c"] {
            for n in [0, 3] {
                node.history.watch(viewer, &ids[n]);
            }
        }
        node.history.watch("fan", &ids[0]);
        assert_eq!(node.discovery.work_out_similar().await.unwrap(), 6);
        assert_eq!(node.discovery.work_out_trending().await.unwrap(), 2);
        let mut seer = Seer::nobody();
        seer.viewer = Some("fan".into());
        let known = node.discovery.known(&seer).await.unwrap();
        let watched = &known.history;
        let found = node.discovery.recommend(&seer, watched, 5).await.unwrap();
        assert_eq!(found[0].card.video.id, ids[3]);
        assert!(matches!(&found[0].why, Why::Watched(card) if card.video.id == ids[0]));
        assert!(found.iter().all(|r| r.card.video.id != ids[0]));
        // Worked out once more, the lists of titles that are gone go too.
        node.catalog.delete(&ids[3]).await.unwrap();
        assert_eq!(node.discovery.work_out_similar().await.unwrap(), 5);
        let found = node.discovery.recommend(&seer, watched, 5).await.unwrap();
        assert!(found.iter().all(|r| r.card.video.id != ids[3]));

        let usual = node.discovery.home_rows().await.unwrap();
        let rows = vec![HomeRow::of(RowKind::Trending), HomeRow::of(RowKind::New)];
        node.discovery.set_home_rows(rows.clone()).await.unwrap();
        assert_eq!(node.discovery.home_rows().await.unwrap(), rows);
        let home = node.discovery.home(&seer, &known).await.unwrap();
        let kinds: Vec<RowKind> = home.rows.iter().map(|row| row.kind).collect();
        assert_eq!(kinds, [RowKind::Trending, RowKind::New]);
        node.discovery.set_home_rows(Vec::new()).await.unwrap();
        assert_eq!(node.discovery.home_rows().await.unwrap(), usual);
    }
}

#[tokio::test]
async fn a_rebuild_that_is_stopped_leaves_what_was_searched_before() {
    let test = testing::sqlite().await.unwrap();
    migrate(&test.db, tables()).await.unwrap();
    let blobs = testing::folder_blobs().await.unwrap();
    let node = node(&test.db, &blobs);
    node.film("Metropolis", "Drama").await;
    let go_on = CancellationToken::new();
    assert_eq!(node.discovery.rebuild(&go_on).await.unwrap(), Some(1));
    node.discovery.request_rebuild().await.unwrap();
    let stopped = CancellationToken::new();
    stopped.cancel();
    assert_eq!(node.discovery.rebuild(&stopped).await.unwrap(), None);
    assert_eq!(node.found("metropolis").await, ["Metropolis"]);
    // Who starts next finds that it is still to be done.
    let state = node.discovery.rebuild_state().await.unwrap().unwrap();
    assert!(!state.is_running() && state.finished_at.is_none() && state.error.is_none());
    // The one that was given up goes by itself, and another may begin.
    for _ in 0..200 {
        if let Ok(done) = node.discovery.rebuild(&go_on).await {
            assert_eq!(done, Some(1));
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("no other rebuild can begin");
}

/// The catalog's tables, and those of identity that it writes to.
fn tables() -> Vec<Box<dyn sea_orm_migration::MigrationTrait>> {
    let mut all = matinee_identity::migrations();
    all.extend(matinee_catalog::migrations());
    all
}
