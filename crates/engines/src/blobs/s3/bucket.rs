//! The bucket: what its objects are called, and how it is reached.

use std::path::PathBuf;
use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::multipart::MultipartStore;
use object_store::path::Path;
use object_store::{BackoffConfig, ClientOptions, ObjectMeta, ObjectStoreExt, RetryConfig};
use url::Url;

use super::error;
use super::wire::Wire;
use crate::blobs::{BlobError, BlobKey, BlobMeta, S3Config, UploadHandle};

#[derive(Debug)]
pub(super) struct Bucket {
    pub(super) wire: Wire,
    pub(super) prefix: Option<BlobKey>,
    pub(super) part_size: u64,
    /// For parts that do not fit into memory.
    pub(super) scratch: PathBuf,
}

impl Bucket {
    /// The object of a blob.
    pub(super) fn path(&self, key: &BlobKey) -> Path {
        Path::from(self.name(key.as_str()))
    }

    /// What is ours but no blob. No key begins with a dot.
    pub(super) fn staging(&self, name: &str) -> Path {
        Path::from(self.name(&format!(".staging/{name}")))
    }

    pub(super) fn name(&self, below: &str) -> String {
        match &self.prefix {
            Some(prefix) => format!("{prefix}/{below}"),
            None => below.to_owned(),
        }
    }

    /// The blob of an object; `None` if it is somebody else's or of the staging area.
    pub(super) fn key(&self, object: &str) -> Option<BlobKey> {
        let below = match &self.prefix {
            Some(prefix) => object.strip_prefix(prefix.as_str())?.strip_prefix('/')?,
            None => object,
        };
        BlobKey::new(below).ok()
    }

    pub(super) async fn head(&self, key: &BlobKey) -> Result<BlobMeta, BlobError> {
        let head = self.wire.store.head(&self.path(key)).await;
        head.map(|found| meta(&found))
            .map_err(|error| error::of(key, &error))
    }

    /// The blob that has just been written, if it has as many bytes.
    pub(super) async fn kept(
        &self,
        key: &BlobKey,
        size: Option<u64>,
    ) -> Result<BlobMeta, BlobError> {
        let meta = self.head(key).await?;
        match size {
            Some(size) if size != meta.size => Err(BlobError::Corrupt(format!(
                "{key} has {} bytes instead of {size}",
                meta.size
            ))),
            _ => Ok(meta),
        }
    }

    pub(super) async fn abort(
        &self,
        key: &BlobKey,
        handle: &UploadHandle,
    ) -> Result<(), BlobError> {
        let upload = handle.as_str().to_owned();
        let aborted = self
            .wire
            .store
            .abort_multipart(&self.path(key), &upload)
            .await;
        match aborted.map_err(|error| error::of(key, &error)) {
            Ok(()) | Err(BlobError::NoSuchUpload | BlobError::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
        self.remove_tails(handle).await;
        Ok(())
    }
}

/// Times are cut to seconds: a listing knows more than a HEAD, and both must agree.
pub(super) fn meta(found: &ObjectMeta) -> BlobMeta {
    BlobMeta {
        size: found.size,
        etag: found
            .e_tag
            .as_deref()
            .unwrap_or_default()
            .trim_start_matches("W/")
            .trim_matches('"')
            .to_owned(),
        modified: found.last_modified.timestamp() * 1_000_000,
    }
}

pub(super) fn build(config: &S3Config, endpoint: Option<&Url>) -> Result<AmazonS3, BlobError> {
    let mut client = ClientOptions::new()
        .with_allow_http(endpoint.is_some_and(|url| url.scheme() == "http"))
        .with_connect_timeout(Duration::from_secs(5))
        // Bodies take as long as they take, as long as they move. (Sending a
        // part counts as waiting for the answer.)
        .with_timeout_disabled()
        .with_read_timeout(Duration::from_mins(2));
    for (suffix, kind) in [
        ("mp4", "video/mp4"),
        ("jpg", "image/jpeg"),
        ("vtt", "text/vtt; charset=utf-8"),
    ] {
        client = client.with_content_type_for_suffix(suffix, kind);
    }
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&config.bucket)
        .with_region(&config.region)
        .with_virtual_hosted_style_request(!config.path_style)
        .with_client_options(client)
        .with_retry(RetryConfig {
            backoff: BackoffConfig::default(),
            max_retries: 5,
            retry_timeout: Duration::from_mins(1),
        });
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint.as_str().trim_end_matches('/'));
    }
    if let Some(credentials) = &config.credentials {
        builder = builder
            .with_access_key_id(&credentials.access_key)
            .with_secret_access_key(&credentials.secret_key);
        if let Some(token) = &credentials.session_token {
            builder = builder.with_token(token);
        }
    }
    builder
        .build()
        .map_err(|error| BlobError::config("blob storage", error.to_string()))
}
