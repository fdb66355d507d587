//! Collecting what nobody will finish.

use std::collections::HashSet;
use std::time::Duration;

use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};

use super::{S3, error, wire};
use crate::blobs::{BlobError, BlobKey, Blobs, Collected, UploadInfo};

impl S3 {
    /// When an upload was last fed, in UTC microseconds.
    async fn fed(&self, upload: &UploadInfo) -> Result<i64, BlobError> {
        let bucket = &self.bucket;
        let path = bucket.path(&upload.key);
        let parts = bucket
            .wire
            .parts(&path, upload.handle.as_str(), &upload.key)
            .await?;
        let newest = parts.iter().map(wire::ListedPart::modified).max();
        let tails: Vec<ObjectMeta> = bucket
            .wire
            .store
            .list(Some(&bucket.tails(&upload.handle)))
            .try_collect()
            .await
            .map_err(|error| error::of(&upload.key, &error))?;
        let tail = tails
            .iter()
            .map(|tail| tail.last_modified.timestamp_micros())
            .max();
        Ok(upload
            .modified
            .max(newest.unwrap_or(0))
            .max(tail.unwrap_or(0)))
    }

    pub(super) async fn collect(&self, older_than: Duration) -> Result<Collected, BlobError> {
        let bucket = &self.bucket;
        let age = i64::try_from(older_than.as_micros()).unwrap_or(i64::MAX);
        let oldest = crate::time::now_micros().saturating_sub(age);
        let mut collected = Collected::default();
        let mut tails = HashSet::new();
        for upload in self.list_uploads().await? {
            let stale = upload.modified <= oldest
                && match self.fed(&upload).await {
                    // Completed or aborted meanwhile.
                    Err(BlobError::NoSuchUpload) => continue,
                    fed => fed? <= oldest,
                };
            if stale {
                bucket.abort(&upload.key, &upload.handle).await?;
                collected.uploads += 1;
            } else {
                tails.insert(bucket.tails(&upload.handle));
            }
        }
        let named = BlobKey::new("leftovers")?;
        let failed = |error: object_store::Error| error::of(&named, &error);
        let mut left = bucket.wire.store.list(Some(&bucket.staging("")));
        while let Some(object) = left.try_next().await.map_err(failed)? {
            let folder = object
                .location
                .as_ref()
                .rsplit_once('/')
                .map(|(above, _)| Path::from(above));
            let in_use = folder.is_some_and(|folder| tails.contains(&folder));
            if !in_use && object.last_modified.timestamp_micros() <= oldest {
                bucket
                    .wire
                    .store
                    .delete(&object.location)
                    .await
                    .map_err(failed)?;
                collected.leftovers += 1;
            }
        }
        Ok(collected)
    }
}
