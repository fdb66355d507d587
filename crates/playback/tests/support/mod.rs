//! A library on a real folder, and playback on it.
#![allow(clippy::unwrap_used, clippy::expect_used, dead_code)]

mod film;

use std::sync::Arc;

use futures::TryStreamExt as _;
use matinee_catalog::Catalog;
use matinee_engines::blobs::{Folder, FolderOptions, SharedBlobs};
use matinee_engines::db::migrate;
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
        let db = sqlite().await.unwrap();
        let mut migrations = matinee_catalog::migrations();
        migrations.extend(matinee_playback::migrations());
        migrate(&db.db, migrations).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let catalog = Catalog::new(db.db.clone());
        let root = folder.path().join("blobs");
        let engine = Folder::open(&root, FolderOptions::default()).await;
        let blobs: SharedBlobs = Arc::new(engine.unwrap());
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
