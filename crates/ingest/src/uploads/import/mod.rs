//! Videos by URL: we download them ourselves.
//!
//! * [`fetch`] makes the requests, to addresses that may be touched
//!   ([`matinee_engines::outbound`]).
//! * [`ImportHandler`] is the job that sees a download through.

pub mod fetch;
mod job;

use matinee_catalog::{NewVideo, Video};
use matinee_engines::blobs::BlobKey;
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use matinee_jobs::NewJob;
use serde::{Deserialize, Serialize};

pub use job::ImportHandler;

use super::seal::parse_id;
use super::store::{self, Fields, Kind, Model, State};
use super::{Metadata, Result, UploadError, Uploader, Uploads};

/// The kind of the jobs that download.
pub const IMPORT_JOB: &str = "import";

/// What the job needs to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Payload {
    upload_id: String,
    video_id: String,
    url: String,
}

impl Uploads {
    /// Adds a video to the library whose bytes we are going to download, and
    /// begins to.
    pub async fn import(&self, who: &Uploader, url: &str, metadata: Metadata) -> Result<Video> {
        let inner = &self.inner;
        let url = inner
            .fetcher
            .check(url)
            .map_err(|error| UploadError::field("url", error.to_string()))?;
        let mut metadata = metadata;
        if metadata.filename.is_none() {
            metadata.filename = fetch::path_filename(&url);
        }
        metadata.details().checked()?;
        let video_id = Id::new("video");
        let payload = Payload {
            upload_id: Id::new("upload").to_string(),
            video_id: video_id.to_string(),
            url: url.to_string(),
        };
        let mut row = self.import_row(&payload).await?;
        row.person.clone_from(&who.person);
        row.owner.clone_from(&who.owner);
        row.metadata = Fields(metadata.clone());
        let new = NewVideo {
            id: Some(video_id),
            details: metadata.details(),
            owner: who.owner.clone(),
            filename: metadata.filename.clone().unwrap_or_default(),
            segment_duration_ms: metadata.segment_duration_s.map(|s| i64::from(s) * 1000),
            requested_resolutions: metadata.resolutions.clone(),
            ..NewVideo::default()
        };
        let job = serde_json::to_value(&payload).map_err(|_| UploadError::Corrupt("payload"))?;
        let job = NewJob::new(IMPORT_JOB, job)
            .subject(&payload.video_id)
            .dedupe_key(format!("import:{}", payload.video_id))
            .priority(50)
            .max_attempts(inner.config.import.attempts.clamp(1, 1000));
        let tx = inner.db.begin().await?;
        let video = inner.catalog.create_in(&tx, new).await?;
        store::insert(&tx, &row).await?;
        inner.jobs.enqueue(&tx, job).await?;
        tx.commit().await?;
        inner.jobs.wake();
        inner.catalog.announce(&video.id, false);
        Ok(video)
    }

    /// A fresh note of a download.
    async fn import_row(&self, payload: &Payload) -> Result<Model> {
        parse_id(&payload.video_id)?;
        let key = BlobKey::new(format!("videos/{}/source/original", payload.video_id))?;
        let now = now_micros();
        Ok(Model {
            id: payload.upload_id.clone(),
            kind: Kind::Url,
            state: State::Active,
            person: String::new(),
            owner: None,
            video_id: payload.video_id.clone(),
            handle: Some(self.inner.blobs.begin_upload(&key).await?.to_string()),
            blob_key: key.to_string(),
            size: None,
            part_size: 0,
            metadata: Fields::default(),
            raw_metadata: payload.url.clone(),
            validator: None,
            created_at: now,
            updated_at: now,
            expires_at: now + self.inner.config.expiry_micros(),
        })
    }
}
