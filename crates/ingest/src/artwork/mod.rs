//! Pictures that people bring: taken in, judged by what they hold, and given
//! out in a few sizes, each encoded once.
//!
//! What came is kept as it came, but nobody is ever sent those bytes: every
//! size is decoded and encoded anew, so a file that is also something else, or
//! that carries a place and a name in its margins, goes out as a picture alone.

mod encode;
mod picture;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use matinee_catalog::{ARTWORK_KINDS, Artwork, Catalog, CatalogError, Subject};
use matinee_engines::blobs::{BlobError, BlobKey, BlobMeta, SharedBlobs};
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use tokio::sync::{OnceCell, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::ffmpeg::{Capabilities, Runner};

pub use picture::{MAX_BYTES, MAX_PIXELS, MAX_SIDE, MIN_SIDE};

/// The widths that pictures are given out in, in pixels.
pub const WIDTHS: [u32; 9] = [80, 160, 320, 480, 640, 960, 1280, 1920, 2560];
/// Pictures of what is gone that are freed at a time.
const STRAY_MAX: u64 = 200;
/// How often [`Artworks::maintain`] looks.
const MAINTAIN_EVERY: Duration = Duration::from_mins(1);
/// Pictures that may wait for their turn to be made; more are sent away.
const WAITING_MAX: usize = 64;

/// What pictures are given out in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// The smallest.
    Avif,
    /// Small, and known everywhere.
    Webp,
    /// For everything else.
    Jpeg,
}

impl Encoding {
    /// By the extension in an address.
    pub fn parse(extension: &str) -> Option<Self> {
        match extension {
            "avif" => Some(Self::Avif),
            "webp" => Some(Self::Webp),
            "jpg" | "jpeg" => Some(Self::Jpeg),
            _ => None,
        }
    }

    /// The extension in an address.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Avif => "avif",
            Self::Webp => "webp",
            Self::Jpeg => "jpg",
        }
    }

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Avif => "image/avif",
            Self::Webp => "image/webp",
            Self::Jpeg => "image/jpeg",
        }
    }
}

/// What can go wrong with a picture.
#[derive(Debug, thiserror::Error)]
pub enum ArtworkError {
    /// It cannot be taken; the words follow "the picture".
    #[error("the picture {0}")]
    Refused(String),
    /// It has too many bytes.
    #[error("the picture is larger than {} MiB", MAX_BYTES >> 20)]
    TooLarge,
    /// This kind of picture is not for this kind of thing.
    #[error("{0}")]
    Kind(String),
    /// Too many are waiting to be made.
    #[error("too many pictures are being made")]
    Busy,
    /// The installed ffmpeg does not make this format.
    #[error("this server's ffmpeg makes no {0}")]
    NoEncoder(&'static str),
    /// The catalog refused or failed.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The blob store refused or failed.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// Making it failed.
    #[error("a picture could not be made: {0}")]
    Failed(String),
}

/// The outcome of working on pictures.
pub type Result<T, E = ArtworkError> = std::result::Result<T, E>;

/// A picture about to be kept.
#[derive(Debug, Clone)]
pub struct NewArtwork {
    /// What it is of.
    pub subject: Subject,
    /// The id of that.
    pub subject_id: String,
    /// Of which season of a show.
    pub season_number: Option<i32>,
    /// One of [`ARTWORK_KINDS`].
    pub kind: String,
    /// Whether it is to be the one of its kind that is shown.
    pub is_primary: bool,
    /// The language of the words on it (BCP 47).
    pub language: Option<String>,
    /// Where it came from: `upload`, `file` or a provider's name.
    pub origin: String,
}

/// What pictures are kept in and made with.
pub struct ArtworksDeps {
    /// Knows which there are.
    pub catalog: Catalog,
    /// Has the bytes.
    pub blobs: SharedBlobs,
    /// Encodes.
    pub runner: Runner,
    /// The folder for work in progress.
    pub work_dir: PathBuf,
    /// How many are made at once.
    pub concurrency: usize,
}

/// Takes pictures in and gives them out. Clones share everything.
#[derive(Clone)]
pub struct Artworks {
    inner: Arc<Inner>,
}

struct Inner {
    catalog: Catalog,
    blobs: SharedBlobs,
    runner: Runner,
    work_dir: PathBuf,
    /// Decoding takes much memory for a moment.
    turns: Semaphore,
    waiting: AtomicUsize,
    capabilities: OnceCell<Capabilities>,
}

/// A picture in one size.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// The blob that holds it.
    pub key: BlobKey,
    /// What is known of the blob.
    pub meta: BlobMeta,
}

/// Counts down when a wait is over.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Artworks {
    /// Pictures in these stores.
    pub fn new(deps: ArtworksDeps) -> Self {
        Self {
            inner: Arc::new(Inner {
                catalog: deps.catalog,
                blobs: deps.blobs,
                runner: deps.runner,
                work_dir: deps.work_dir,
                turns: Semaphore::new(deps.concurrency.max(1)),
                waiting: AtomicUsize::new(0),
                capabilities: OnceCell::new(),
            }),
        }
    }

    async fn turn(&self) -> Result<tokio::sync::SemaphorePermit<'_>> {
        let inner = &self.inner;
        if inner.waiting.fetch_add(1, Ordering::Relaxed) >= WAITING_MAX {
            inner.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(ArtworkError::Busy);
        }
        let _waiting = Waiting(&inner.waiting);
        let turn = inner.turns.acquire().await;
        turn.map_err(|_| ArtworkError::Busy)
    }

    /// Judges a picture by decoding it, and keeps it.
    pub async fn keep(&self, new: NewArtwork, bytes: Bytes) -> Result<Artwork> {
        check_kind(&new)?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(ArtworkError::TooLarge);
        }
        let facts = {
            let _turn = self.turn().await?;
            let bytes = bytes.clone();
            blocking(move || picture::examine(&bytes)).await?
        };
        let id = Id::new("artwork").to_string();
        let folder = folder_of(new.subject, &new.subject_id);
        let key = format!("{folder}/images/{id}/original.{}", facts.extension);
        let key = BlobKey::new(key)?;
        let size_bytes = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        self.inner.blobs.put(&key, bytes).await?;
        let row = Artwork {
            id,
            subject_kind: new.subject.as_str().to_owned(),
            subject_id: new.subject_id,
            season_number: new.season_number,
            kind: new.kind,
            is_primary: new.is_primary,
            language: new.language,
            key: key.as_str().to_owned(),
            format: facts.format.to_owned(),
            width: i32::try_from(facts.width).unwrap_or(i32::MAX),
            height: i32::try_from(facts.height).unwrap_or(i32::MAX),
            size_bytes,
            origin: new.origin,
            created_at: now_micros(),
        };
        match self.inner.catalog.add_artwork(row).await {
            Ok(row) => Ok(row),
            Err(error) => {
                // The title has gone meanwhile: no bytes stay without a row.
                self.inner.blobs.delete(&key).await?;
                Err(error.into())
            }
        }
    }

    /// Removes a picture and all its sizes.
    pub async fn remove(&self, id: &str) -> Result<Artwork> {
        let catalog = &self.inner.catalog;
        let tx = catalog.db().begin().await.map_err(CatalogError::from)?;
        let row = catalog.delete_artwork_in(&tx, id).await?;
        tx.commit().await.map_err(CatalogError::from)?;
        catalog.announce_subject(&row);
        if let Some((folder, _)) = row.key.rsplit_once('/') {
            let folder = BlobKey::new(folder)?;
            self.inner.blobs.delete_prefix(&folder).await?;
        }
        Ok(row)
    }

    /// Frees the bytes of pictures whose show, person or collection is gone; a few at a time.
    ///
    /// Whoever deletes something leaves what there is of its pictures written down, so whatever
    /// a crash interrupts, or a store that is away, is made up for later.
    pub async fn free_stray(&self) -> Result<usize> {
        let mut freed = 0;
        for picture in self.inner.catalog.stray_artwork(STRAY_MAX).await? {
            if let Some((folder, _)) = picture.key.rsplit_once('/') {
                let folder = BlobKey::new(folder)?;
                self.inner.blobs.delete_prefix(&folder).await?;
            }
            self.inner.catalog.forget_artwork(&picture.id).await?;
            freed += 1;
        }
        Ok(freed)
    }

    /// Calls [`Self::free_stray`] now and then until canceled.
    pub async fn maintain(&self, stop: CancellationToken) {
        loop {
            if let Err(error) = self.free_stray().await {
                tracing::warn!(%error, "pictures of what is gone are left; it is tried again");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(MAINTAIN_EVERY) => {}
            }
        }
    }

    /// A picture in one of [`WIDTHS`], made if it is not there yet. It is never
    /// made larger than it came. `original` is its blob.
    pub async fn sized(
        &self,
        original: &str,
        id: &str,
        width: u32,
        encoding: Encoding,
    ) -> Result<Rendered> {
        let original = BlobKey::new(original)?;
        let folder = original
            .as_str()
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        let own = original.file_name().starts_with("original.");
        let sizes = if own {
            folder.to_owned()
        } else {
            // A still of a video lies beside others.
            format!("{folder}/{id}")
        };
        let key = BlobKey::new(format!("{sizes}/{width}.{}", encoding.extension()))?;
        if let Some(meta) = self.there(&key).await? {
            return Ok(Rendered { key, meta });
        }
        let _turn = self.turn().await?;
        // Somebody else may have made it while this one waited.
        if let Some(meta) = self.there(&key).await? {
            return Ok(Rendered { key, meta });
        }
        let bytes = self.inner.blobs.get_all(&original, MAX_BYTES).await?;
        let resized = blocking(move || picture::resized(&bytes, width)).await?;
        let made = match encoding {
            Encoding::Jpeg => blocking(move || picture::jpeg(&resized)).await?,
            Encoding::Webp | Encoding::Avif => self.by_ffmpeg(resized, encoding).await?,
        };
        let meta = self.inner.blobs.put(&key, made.into()).await?;
        Ok(Rendered { key, meta })
    }

    async fn there(&self, key: &BlobKey) -> Result<Option<BlobMeta>> {
        match self.inner.blobs.head(key).await {
            Ok(meta) => Ok(Some(meta)),
            Err(BlobError::NotFound(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| ArtworkError::Failed(error.to_string()))?
}

fn folder_of(subject: Subject, id: &str) -> String {
    let room = match subject {
        Subject::Video => "videos",
        Subject::Show => "shows",
        Subject::Person => "people",
        Subject::Collection => "collections",
    };
    format!("{room}/{id}")
}

fn check_kind(new: &NewArtwork) -> Result<()> {
    let kinds: &[&str] = match new.subject {
        Subject::Person => &["avatar", "backdrop"],
        Subject::Video | Subject::Show => &["poster", "backdrop", "logo", "banner", "still"],
        Subject::Collection => &["poster", "backdrop", "logo", "banner"],
    };
    if !ARTWORK_KINDS.contains(&new.kind.as_str()) || !kinds.contains(&new.kind.as_str()) {
        return Err(ArtworkError::Kind(format!(
            "must be one of {}",
            kinds.join(", ")
        )));
    }
    Ok(())
}
