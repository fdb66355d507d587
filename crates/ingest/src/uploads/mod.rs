//! Files in, by whichever way a client likes, onto one pipeline.
//!
//! * [`form`]: one request with the whole file.
//! * [`numbered`]: S3-style parts in any order, in parallel, and again.
//! * [`tus`]: one byte after the other, resumed wherever it broke off.
//! * [`import`]: we download it ourselves, from public addresses only.
//!
//! All of them stream into the blob store in bounded memory, and end in
//! [`seal`](self): the blob is made whole, then one transaction adds the video
//! to the library, enqueues its processing and marks the upload as complete. A
//! crash at any point leaves either an upload that can be gone on with, or a
//! video; [`Uploads::collect`] removes what nobody goes on with.

pub mod body;
pub mod checksum;
mod config;
mod error;
pub mod form;
pub mod import;
mod local;
pub mod metadata;
mod migrations;
pub mod numbered;
pub mod parts;
mod seal;
mod slots;
pub mod sniff;
mod store;
mod sweep;
pub mod tus;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use matinee_catalog::Catalog;
use matinee_engines::blobs::{BlobKey, SharedBlobs, UploadHandle};
use matinee_engines::db::Db;
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use matinee_jobs::Jobs;
use sea_orm::{DatabaseTransaction, EntityTrait};

pub use config::{ImportConfig, UploadConfig};
pub use error::{Result, UploadError};
pub use metadata::Metadata;
pub use migrations::migrations;
pub use sweep::Swept;

use body::{Body, Watch, watched};
use checksum::Verifier;
use import::fetch::Fetcher;
use matinee_engines::outbound::network::AddressRules;
use matinee_engines::outbound::{Lookup, SystemLookup};
use slots::{Slot, Slots};
use store::{Fields, Kind, Model, State};

/// How often an upload that is being fed is noted to be.
const ALIVE_LEAST: Duration = Duration::from_millis(100);
const ALIVE_MOST: Duration = Duration::from_mins(10);
/// How long a file that comes in one request is waited for after its last sign of life: the
/// server that took it in may have died.
const FORM_LIFETIME: Duration = Duration::from_mins(15);

/// What uploading is built on.
#[derive(Clone, Debug)]
pub struct UploadsDeps {
    /// Where uploads under way are noted.
    pub db: Db,
    /// Where the bytes go.
    pub blobs: SharedBlobs,
    /// Where the videos go.
    pub catalog: Catalog,
    /// What processes them.
    pub jobs: Jobs,
    /// Limits.
    pub config: UploadConfig,
}

/// Who uploads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uploader {
    /// A key that tells people apart. An upload is gone on with by the person
    /// who began it.
    pub person: String,
    /// The account that is to own the video.
    pub owner: Option<String>,
    /// Whether other people's uploads are theirs to handle, too.
    pub everything: bool,
}

/// Takes files in. Clones share everything.
#[derive(Clone)]
pub struct Uploads {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    blobs: SharedBlobs,
    catalog: Catalog,
    jobs: Jobs,
    config: UploadConfig,
    slots: Slots,
    fetcher: Fetcher,
}

impl fmt::Debug for Uploads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Uploads")
            .field("config", &self.inner.config)
            .finish_non_exhaustive()
    }
}

impl Uploads {
    /// Takes files into these stores.
    pub fn new(deps: UploadsDeps) -> Result<Self> {
        Self::with_lookup(deps, Arc::new(SystemLookup))
    }

    /// The same, with names looked up elsewhere than in the system's resolver.
    pub fn with_lookup(deps: UploadsDeps, lookup: Arc<dyn Lookup>) -> Result<Self> {
        let import = &deps.config.import;
        let rules = AddressRules::new(import.allow.clone());
        let fetcher = Fetcher::new(rules, lookup, import.connect)?;
        Ok(Self {
            inner: Arc::new(Inner {
                slots: Slots::new(deps.config.streams_per_person, deps.config.streams),
                fetcher,
                db: deps.db,
                blobs: deps.blobs,
                catalog: deps.catalog,
                jobs: deps.jobs,
                config: deps.config,
            }),
        })
    }

    /// The limits.
    pub fn config(&self) -> &UploadConfig {
        &self.inner.config
    }

    /// Notes a new upload.
    async fn begin(&self, who: &Uploader, new: NewUpload) -> Result<Model> {
        let video_id = Id::new("video").to_string();
        let key = BlobKey::new(format!("videos/{video_id}/source/original"))?;
        let handle = if new.kind == Kind::Form {
            None
        } else {
            Some(self.inner.blobs.begin_upload(&key).await?.to_string())
        };
        let now = now_micros();
        let row = Model {
            id: Id::new("upload").to_string(),
            kind: new.kind,
            state: State::Active,
            person: who.person.clone(),
            owner: who.owner.clone(),
            video_id,
            blob_key: key.to_string(),
            handle,
            size: new.size.map(to_i64),
            part_size: to_i64(new.part_size),
            metadata: Fields(new.metadata),
            raw_metadata: new.raw_metadata,
            validator: None,
            created_at: now,
            updated_at: now,
            expires_at: now + micros(self.lifetime(new.kind)),
        };
        store::insert(self.inner.db.write(), &row).await?;
        Ok(row)
    }

    /// The upload of this id, if it came this way and is this person's.
    async fn find(&self, who: &Uploader, kind: Kind, id: &str) -> Result<Model> {
        // On the writing handle: what has just been written must be seen.
        let row = store::Entity::find_by_id(id)
            .one(self.inner.db.write())
            .await?
            .filter(|row| row.kind == kind)
            .filter(|row| who.everything || row.person == who.person)
            .ok_or(UploadError::NotFound)?;
        let over = row.state == State::Active && row.expires_at < now_micros();
        if over || row.state == State::Gone {
            return Err(UploadError::Gone);
        }
        Ok(row)
    }

    /// Puts off the end of an upload to which bytes have come.
    async fn touch(&self, row: &Model) -> Result<i64> {
        let expires_at = now_micros() + micros(self.lifetime(row.kind));
        if store::touch(self.inner.db.write(), &row.id, expires_at).await? {
            Ok(expires_at)
        } else {
            Err(UploadError::Gone)
        }
    }

    /// How long an upload lives without a sign of life.
    fn lifetime(&self, kind: Kind) -> Duration {
        match kind {
            // Nobody can go on with it once its one request is over.
            Kind::Form => self.inner.config.expiry.min(FORM_LIFETIME),
            Kind::Parts | Kind::Tus | Kind::Url => self.inner.config.expiry,
        }
    }

    /// Does something that may take longer than an upload without bytes lives.
    async fn alive<T>(&self, row: &Model, work: impl Future<Output = T>) -> T {
        let often = (self.lifetime(row.kind) / 3).clamp(ALIVE_LEAST, ALIVE_MOST);
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                () = tokio::time::sleep(often) => {
                    if let Err(error) = self.touch(row).await {
                        tracing::debug!(upload = row.id, %error, "an upload was not put off");
                    }
                }
            }
        }
    }

    /// Takes in a whole file that belongs to a video which is there already, such as an audio
    /// track, and keeps it under this key. Returns how many bytes it has.
    pub async fn keep(&self, who: &Uploader, key: &BlobKey, body: Body) -> Result<u64> {
        let _slot = self.slot(who)?;
        let watch = Watch {
            idle: self.inner.config.idle,
            limit: self.inner.config.max_file_size,
            sniff: false,
            whole: true,
            verifier: Verifier::default(),
        };
        let blobs = &self.inner.blobs;
        let kept = blobs.put_stream(key, watched(body, watch)).await?;
        if kept.size == 0 {
            blobs.delete(key).await?;
            return Err(UploadError::Empty);
        }
        Ok(kept.size)
    }

    /// Throws an unfinished upload and its bytes away.
    async fn discard(&self, row: &Model) -> Result<()> {
        let until = now_micros() + self.inner.config.expiry_micros();
        let db = self.inner.db.write();
        if store::advance(db, &row.id, &[State::Active], State::Gone, until).await? {
            self.remove_bytes(row).await?;
        }
        Ok(())
    }

    async fn remove_bytes(&self, row: &Model) -> Result<()> {
        let blobs = &self.inner.blobs;
        let key = row.key()?;
        match row.handle()? {
            Some(handle) => blobs.abort_upload(&key, &handle).await?,
            None => blobs.delete(&key).await?,
        }
        blobs.delete_prefix(&row.spool()?).await?;
        Ok(())
    }

    /// Room for one more request that sends bytes.
    fn slot(&self, who: &Uploader) -> Result<Slot> {
        self.inner.slots.take(&who.person).ok_or(UploadError::Busy)
    }

    fn check_size(&self, field: &str, size: u64) -> Result<()> {
        if size == 0 {
            return Err(UploadError::Empty);
        }
        let limit = self.inner.config.max_file_size;
        if size > limit {
            tracing::debug!(field, size, limit, "a file is too large");
            return Err(UploadError::TooLarge { limit });
        }
        Ok(())
    }
}

/// Enqueues what makes a video of a source that is kept, within the
/// transaction that adds it to the library.
async fn begin_processing(jobs: &Jobs, tx: &DatabaseTransaction, video_id: &str) -> Result<()> {
    match crate::steps::enqueue_probe(jobs, tx, video_id).await {
        Ok(_) => Ok(()),
        Err(error) => Err(UploadError::Processing(Box::new(error))),
    }
}

/// An upload about to begin.
struct NewUpload {
    kind: Kind,
    size: Option<u64>,
    part_size: u64,
    metadata: Metadata,
    raw_metadata: String,
}

impl UploadConfig {
    fn expiry_micros(&self) -> i64 {
        micros(self.expiry)
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX / 4)
}

impl Model {
    fn key(&self) -> Result<BlobKey> {
        BlobKey::new(self.blob_key.clone()).map_err(|_| UploadError::Corrupt("key"))
    }

    /// Where bytes wait to be checked.
    fn spool(&self) -> Result<BlobKey> {
        BlobKey::new(format!("uploads/{}", self.id)).map_err(|_| UploadError::Corrupt("id"))
    }

    fn handle(&self) -> Result<Option<UploadHandle>> {
        self.handle
            .clone()
            .map(UploadHandle::new)
            .transpose()
            .map_err(|_| UploadError::Corrupt("handle"))
    }

    /// The handle that every kind but the form has.
    fn some_handle(&self) -> Result<UploadHandle> {
        self.handle()?.ok_or(UploadError::Corrupt("handle"))
    }

    fn size(&self) -> Option<u64> {
        self.size.map(|size| u64::try_from(size).unwrap_or(0))
    }
}

fn to_i64(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
