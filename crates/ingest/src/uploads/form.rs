//! A whole file in one request.

use matinee_catalog::Video;
use matinee_engines::time::now_micros;

use super::body::{Body, Watch, watched};
use super::checksum::Verifier;
use super::seal::Whole;
use super::slots::Slot;
use super::store::{self, Fields, Kind, Model, State};
use super::{Metadata, NewUpload, Result, UploadError, Uploader, Uploads};

/// A file that arrives in one request. Dropping it before
/// [`FormUpload::finish`] leaves nothing behind.
#[derive(Debug)]
pub struct FormUpload {
    uploads: Uploads,
    // Taken by the end.
    row: Option<Model>,
    size: u64,
    _slot: Slot,
}

impl Uploads {
    /// Begins to take a whole file in.
    pub async fn begin_form(&self, who: &Uploader) -> Result<FormUpload> {
        let slot = self.slot(who)?;
        let new = NewUpload {
            kind: Kind::Form,
            size: None,
            part_size: 0,
            metadata: Metadata::default(),
            raw_metadata: String::new(),
        };
        Ok(FormUpload {
            row: Some(self.begin(who, new).await?),
            uploads: self.clone(),
            size: 0,
            _slot: slot,
        })
    }
}

impl FormUpload {
    /// Takes the file's bytes and keeps them. Returns how many they are.
    pub async fn receive(&mut self, body: Body) -> Result<u64> {
        let row = self.row.as_ref().ok_or(UploadError::NotFound)?;
        let config = &self.uploads.inner.config;
        let watch = Watch {
            idle: config.idle,
            limit: config.max_file_size,
            sniff: true,
            whole: true,
            verifier: Verifier::default(),
        };
        let blobs = &self.uploads.inner.blobs;
        let key = row.key()?;
        let keeping = blobs.put_stream(&key, watched(body, watch));
        let kept = self.uploads.alive(row, keeping).await?;
        if kept.size == 0 {
            return Err(UploadError::Empty);
        }
        self.size = kept.size;
        Ok(kept.size)
    }

    /// Makes the video, once the file and all fields are there.
    pub async fn finish(mut self, metadata: Metadata) -> Result<Video> {
        if self.size == 0 {
            return Err(UploadError::Empty);
        }
        // Judged by the catalog's own rules before anything is written.
        metadata.details().checked()?;
        let mut row = self.row.take().ok_or(UploadError::NotFound)?;
        row.metadata = Fields(metadata);
        let uploads = self.uploads.clone();
        let result = uploads.seal(row.clone(), self.size, Whole::Already).await;
        if result.is_err() {
            self.row = Some(row);
        }
        result
    }
}

impl Uploads {
    pub(super) async fn discard_form(&self, row: &Model) -> Result<()> {
        let open = [State::Active, State::Completing];
        let now = now_micros();
        let db = self.inner.db.write();
        if store::advance(db, &row.id, &open, State::Gone, now).await? {
            self.remove_bytes(row).await?;
        }
        Ok(())
    }
}

impl Drop for FormUpload {
    fn drop(&mut self) {
        let Some(row) = self.row.take() else {
            return;
        };
        let uploads = self.uploads.clone();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Err(error) = uploads.discard_form(&row).await {
                    tracing::warn!(upload = row.id, %error, "an aborted upload is left to be collected");
                }
            });
        }
    }
}
