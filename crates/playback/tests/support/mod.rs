//! A library on a real folder, and playback on it.
#![allow(clippy::unwrap_used, clippy::expect_used, dead_code)]

mod film;

use std::sync::Arc;

use futures::TryStreamExt as _;
use matinee_catalog::Catalog;
use matinee_engines::blobs::{BlobsConfig, Folder, FolderOptions, SharedBlobs};
use matinee_engines::db::migrate;
use matinee_engines::id::Id;
use matinee_engines::testing::{TestDb, sqlite};
use matinee_identity::{InstanceSecret, StreamTokens};
use matinee_playback::{Asset, Content, MediaPath, MediaRequest, Playback, PlaybackOptions};
use tempfile::TempDir;

pub use film::{Film, frames};

/// Everything that playback stands on.
pub struct Stage {
    pub db: TestDb,
    pub folder: TempDir,
    pub catalog: Catalog,
    pub blobs: SharedBlobs,
    pub tokens: Arc<StreamTokens>,
    pub playback: Arc<Playback>,
}

impl Stage {
    pub async fn new(options: PlaybackOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("blobs");
        let engine = Folder::open(&root, FolderOptions::default()).await;
        Self::on(folder, Arc::new(engine.unwrap()), options).await
    }

    /// The same in a bucket; `None`, said loudly, if there is none to test with.
    pub async fn in_bucket(options: PlaybackOptions) -> Option<Self> {
        let var = |name: &str| std::env::var(format!("MATINEE_TEST_S3_{name}")).ok();
        let (Some(endpoint), Some(bucket)) = (var("ENDPOINT"), var("BUCKET")) else {
            eprintln!("SKIPPED: S3 (MATINEE_TEST_S3_ENDPOINT is not set)");
            return None;
        };
        let address = format!("s3://{bucket}/{}?endpoint={endpoint}", Id::new("test"));
        let config = BlobsConfig::parse(&address, |name| match name {
            "AWS_ACCESS_KEY_ID" => var("ACCESS_KEY"),
            "AWS_SECRET_ACCESS_KEY" => var("SECRET_KEY"),
            "AWS_REGION" => var("REGION"),
            _ => None,
        });
        matinee_engines::install_tls();
        let blobs = matinee_engines::blobs::open(&config.unwrap())
            .await
            .unwrap();
        Some(Self::on(tempfile::tempdir().unwrap(), blobs, options).await)
    }

    async fn on(folder: TempDir, blobs: SharedBlobs, options: PlaybackOptions) -> Self {
        let db = sqlite().await.unwrap();
        let mut migrations = matinee_identity::migrations();
        migrations.extend(matinee_catalog::migrations());
        migrations.extend(matinee_playback::migrations());
        migrate(&db.db, migrations).await.unwrap();
        let catalog = Catalog::new(db.db.clone());
        let secret = InstanceSecret::from_bytes([7; 32]);
        let tokens = Arc::new(StreamTokens::new(&secret));
        let playback = Arc::new(Playback::new(
            catalog.clone(),
            blobs.clone(),
            tokens.clone(),
            options,
        ));
        Self {
            db,
            folder,
            catalog,
            blobs,
            tokens,
            playback,
        }
    }

    /// A video of `seconds` with sound, playable as it lies.
    pub async fn film(&self, seconds: u32, is_public: bool) -> Film {
        Film::add(
            &self.catalog,
            &self.blobs,
            self.folder.path(),
            seconds,
            is_public,
        )
        .await
    }

    /// The same as processing leaves it: a file for each rendition.
    pub async fn cmaf_film(&self, seconds: u32) -> Film {
        Film::add_cmaf(&self.catalog, &self.blobs, self.folder.path(), seconds).await
    }

    pub async fn get(&self, path: &str, token: Option<&str>) -> matinee_playback::Result<Asset> {
        let path = MediaPath::parse(path).expect("an address");
        let request = MediaRequest {
            token,
            ..MediaRequest::default()
        };
        self.playback.media(path, request).await
    }

    pub async fn text(&self, path: &str, token: Option<&str>) -> String {
        let bytes = self.bytes(path, token).await;
        String::from_utf8(bytes).unwrap()
    }

    pub async fn bytes(&self, path: &str, token: Option<&str>) -> Vec<u8> {
        let asset = self.get(path, token).await.unwrap();
        self.content(asset.content).await
    }

    pub async fn content(&self, content: Content) -> Vec<u8> {
        match content {
            Content::Bytes(bytes) => bytes.to_vec(),
            Content::View(view) => {
                let stream = view.stream(self.blobs.clone(), &(0..view.len()));
                let chunks: Vec<bytes::Bytes> = stream.try_collect().await.unwrap();
                chunks.concat()
            }
            other => panic!("sent by somebody else: {other:?}"),
        }
    }
}
