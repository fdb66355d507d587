//! A whole studio for tests: library, blob folder, queue, workers, and clips made by ffmpeg.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use matinee_catalog::{
    Catalog, Details, NewVideo, Parts, ProcessingStatus, Rendition, RenditionKind, Video,
};
use matinee_engines::blobs::{BlobKey, Folder, FolderOptions, SharedBlobs};
use matinee_engines::db::{DatabaseUrl, Db};
use matinee_engines::id::Id;
use matinee_ingest::ffmpeg::{Runner, RunnerConfig};
use matinee_ingest::{Ingest, IngestDeps, ProcessingConfig};
use matinee_jobs::{Jobs, Worker, WorkerOptions};
use matinee_media::index::RenditionIndex;
use tokio_util::sync::CancellationToken;

/// Nothing here takes this long, even on a busy machine.
const PATIENCE: Duration = Duration::from_mins(5);

/// A folder: a temporary one, or another process's.
pub struct Place {
    path: PathBuf,
    _own: Option<tempfile::TempDir>,
}

impl Place {
    pub fn new() -> Self {
        let own = tempfile::tempdir().unwrap();
        Self {
            path: own.path().to_owned(),
            _own: Some(own),
        }
    }

    pub fn of(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            _own: None,
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Everything that processing needs, in a temporary folder.
pub struct Studio {
    pub db: Db,
    pub catalog: Catalog,
    pub blobs: SharedBlobs,
    pub jobs: Jobs,
    pub ingest: Ingest,
    pub dir: Place,
    stop: CancellationToken,
    worker: Option<tokio::task::JoinHandle<()>>,
}

impl Drop for Studio {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Studio {
    /// A studio at work.
    pub async fn open() -> Self {
        Self::with(|_, _| {}).await
    }

    /// A studio at work, configured differently.
    pub async fn with(configure: impl FnOnce(&mut ProcessingConfig, &mut RunnerConfig)) -> Self {
        let mut studio = Self::closed(configure).await;
        studio.start();
        studio
    }

    /// A studio whose workers have not begun.
    pub async fn closed(configure: impl FnOnce(&mut ProcessingConfig, &mut RunnerConfig)) -> Self {
        Self::at(Place::new(), configure).await
    }

    /// A studio in this folder, whose workers have not begun; another process may work there too.
    pub async fn at(
        dir: Place,
        configure: impl FnOnce(&mut ProcessingConfig, &mut RunnerConfig),
    ) -> Self {
        let url = DatabaseUrl::Sqlite(dir.path().join("studio.db"));
        let db = Db::open(&url).await.unwrap();
        let mut migrations = matinee_catalog::migrations();
        migrations.extend(matinee_jobs::migrations());
        matinee_engines::db::migrate(&db, migrations).await.unwrap();
        let blobs: SharedBlobs = Arc::new(
            Folder::open(&dir.path().join("blobs"), FolderOptions::default())
                .await
                .unwrap(),
        );
        let catalog = Catalog::new(db.clone());
        let jobs = Jobs::new(db.clone());
        let mut config = ProcessingConfig::new(dir.path().join("work"));
        config.preset = "ultrafast".into();
        config.segment_duration_s = 2.0;
        let mut runner = RunnerConfig::default();
        configure(&mut config, &mut runner);
        let ingest = Ingest::new(IngestDeps {
            catalog: catalog.clone(),
            blobs: Arc::clone(&blobs),
            jobs: jobs.clone(),
            config,
            runner: Runner::new(runner),
        });
        Self {
            db,
            catalog,
            blobs,
            jobs,
            ingest,
            dir,
            stop: CancellationToken::new(),
            worker: None,
        }
    }

    /// Lets the workers begin.
    pub fn start(&mut self) {
        let mut worker = Worker::new(
            self.jobs.clone(),
            WorkerOptions {
                concurrency: 2,
                poll: Duration::from_millis(200),
                lease: Duration::from_secs(3),
                ..WorkerOptions::default()
            },
        );
        for handler in self.ingest.handlers() {
            worker = worker.handler(handler);
        }
        self.worker = Some(tokio::spawn(worker.run(self.stop.clone())));
    }

    /// Stores a file as a new video's source and begins to process it.
    pub async fn upload(&self, file: &Path) -> String {
        self.upload_as(file, |_| {}).await
    }

    /// The same with other wishes.
    pub async fn upload_as(&self, file: &Path, wish: impl FnOnce(&mut NewVideo)) -> String {
        let id = Id::new("video");
        let key = BlobKey::new(format!("videos/{id}/source/original")).unwrap();
        let copy = self.dir.path().join(format!("incoming-{id}"));
        std::fs::copy(file, &copy).unwrap();
        let meta = self.blobs.put_file(&key, &copy).await.unwrap();
        let mut new = NewVideo {
            id: Some(id.clone()),
            details: Details {
                title: "A test".into(),
                ..Details::default()
            },
            filename: file.file_name().unwrap().to_string_lossy().into_owned(),
            file_size: meta.size,
            source_key: Some(key.as_str().into()),
            ..NewVideo::default()
        };
        wish(&mut new);
        let tx = self.db.begin().await.unwrap();
        self.catalog.create_in(&tx, new).await.unwrap();
        self.ingest.accept(&tx, id.as_str()).await.unwrap();
        tx.commit().await.unwrap();
        id.to_string()
    }

    /// Waits until the video meets a condition.
    pub async fn until(&self, id: &str, met: impl Fn(&Video, &Parts) -> bool) -> (Video, Parts) {
        let begun = Instant::now();
        loop {
            let video = self.catalog.get(id).await.unwrap();
            let parts = self.catalog.parts(id).await.unwrap();
            if met(&video, &parts) {
                return (video, parts);
            }
            if begun.elapsed() > PATIENCE {
                let view = self.ingest.processing(id).await.unwrap();
                panic!("it never came to be: {view:#?}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until nothing more will happen to the video.
    pub async fn ended(&self, id: &str) -> (Video, Parts) {
        self.until(id, |video, _| video.processing_status.is_final())
            .await
    }

    /// Waits until everything has been made of the video.
    pub async fn completed(&self, id: &str) -> (Video, Parts) {
        let (video, parts) = self.ended(id).await;
        assert_eq!(
            video.processing_status,
            ProcessingStatus::Completed,
            "{:?}",
            video.processing_error
        );
        (video, parts)
    }

    /// A rendition's index.
    pub async fn index(&self, rendition: &Rendition) -> RenditionIndex {
        let key = BlobKey::new(rendition.index_key.clone()).unwrap();
        RenditionIndex::decode(&self.blobs.get_all(&key, 1 << 28).await.unwrap()).unwrap()
    }

    /// A rendition as players put it together: its initialization and all segments.
    pub async fn play(&self, rendition: &Rendition) -> PathBuf {
        let index = self.index(rendition).await;
        let key = BlobKey::new(rendition.key.clone()).unwrap();
        let mut file = index.init_segment().to_vec();
        for n in 0..index.segment_count() {
            let mut read: Vec<Bytes> = Vec::new();
            for range in index.segment_ranges(n).unwrap() {
                read.push(self.blobs.get(&key, range).await.unwrap());
            }
            file.extend_from_slice(&index.build_segment(n, &read).unwrap());
        }
        let path = self.dir.path().join(format!("{}.mp4", rendition.id));
        std::fs::write(&path, file).unwrap();
        path
    }

    /// Plays a rendition through a decoder that forgives nothing; gives back what ffprobe says
    /// of its only stream.
    pub async fn decode(&self, rendition: &Rendition) -> serde_json::Value {
        let path = self.play(rendition).await;
        let out = Command::new("ffmpeg")
            .args(["-v", "error", "-xerror", "-i"])
            .arg(&path)
            .args(["-f", "null", "-"])
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&out.stderr);
        assert!(
            out.status.success() && words.is_empty(),
            "{}: {words}",
            rendition.name
        );
        let found = probe(&path, &["-count_frames"]);
        assert_eq!(found["streams"].as_array().unwrap().len(), 1);
        found["streams"][0].clone()
    }
}

/// What ffprobe says of a file's streams.
pub fn probe(path: &Path, more: &[&str]) -> serde_json::Value {
    let out = Command::new("ffprobe")
        .args([
            "-v",
            "error",
            "-print_format",
            "json",
            "-show_streams",
            "-show_format",
        ])
        .args(more)
        .arg(path)
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    serde_json::from_slice(&out.stdout).unwrap()
}

/// Makes a clip; `words` are ffmpeg's arguments, separated by spaces.
pub fn clip(dir: &Path, name: &str, words: &str) -> PathBuf {
    let path = dir.join(name);
    let out = Command::new("ffmpeg")
        .args(["-v", "error", "-y"])
        .args(words.split_whitespace())
        .arg(&path)
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "{words}: {}",
        String::from_utf8_lossy(&out.stderr)
    );
    path
}

/// A moving test picture and a tone, as inputs.
pub fn inputs(size: &str, rate: &str, seconds: u32) -> String {
    format!(
        "-f lavfi -i testsrc2=s={size}:r={rate}:d={seconds} -f lavfi -i sine=f=440:r=48000:d={seconds} -shortest "
    )
}

/// The video renditions' names and sizes, the largest first.
pub fn pictures(parts: &Parts) -> Vec<String> {
    parts
        .renditions
        .iter()
        .filter(|r| r.kind == RenditionKind::Video)
        .map(|r| format!("{} {}x{}", r.name, r.width.unwrap(), r.height.unwrap()))
        .collect()
}

/// The audio renditions' names.
pub fn sounds(parts: &Parts) -> Vec<String> {
    let mut names: Vec<String> = parts
        .renditions
        .iter()
        .filter(|r| r.kind == RenditionKind::Audio)
        .map(|r| r.name.clone())
        .collect();
    names.sort();
    names
}
