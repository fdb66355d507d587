//! The few S3 requests that the client library does not offer: listing parts
//! and uploads, and a part sent as it comes in. All are signed in their address.

use std::time::Duration;

use object_store::aws::AmazonS3;
use object_store::path::Path;
use object_store::signer::{SignedUrlOptions, Signer};
use reqwest::{Client, Method};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::error;
use crate::blobs::{BlobError, BlobKey};

/// How long a signed request may wait to be sent.
pub(super) const SIGNED_FOR: Duration = Duration::from_mins(15);
/// How long a listing may take.
const TIMEOUT: Duration = Duration::from_secs(30);
const ATTEMPTS: u32 = 4;

/// An answer that lists parts. [ListParts]
///
/// [ListParts]: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListParts {
    #[serde(default)]
    is_truncated: bool,
    next_part_number_marker: Option<String>,
    #[serde(default, rename = "Part")]
    parts: Vec<ListedPart>,
}

/// A part that the server keeps.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListedPart {
    #[serde(rename = "PartNumber")]
    pub(super) number: u32,
    pub(super) size: u64,
    #[serde(rename = "ETag")]
    pub(super) etag: String,
    last_modified: Option<String>,
}

impl ListedPart {
    /// When it was sent, in UTC microseconds.
    pub(super) fn modified(&self) -> i64 {
        self.last_modified.as_deref().map_or(0, micros)
    }
}

/// An answer that lists uploads. [ListMultipartUploads]
///
/// [ListMultipartUploads]: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListUploads {
    #[serde(default)]
    is_truncated: bool,
    next_key_marker: Option<String>,
    #[serde(default, rename = "Upload")]
    uploads: Vec<ListedUpload>,
}

/// An upload that the server keeps.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListedUpload {
    pub(super) key: String,
    pub(super) upload_id: String,
    initiated: Option<String>,
}

impl ListedUpload {
    /// When it began, in UTC microseconds.
    pub(super) fn modified(&self) -> i64 {
        self.initiated.as_deref().map_or(0, micros)
    }
}

fn micros(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>()
        .map_or(0, jiff::Timestamp::as_microsecond)
}

#[derive(Debug)]
pub(super) struct Wire {
    pub(super) store: AmazonS3,
    pub(super) http: Client,
}

impl Wire {
    /// An address that carries its signature.
    pub(super) async fn sign(
        &self,
        method: Method,
        path: &Path,
        query: &[(&str, &str)],
        key: &BlobKey,
    ) -> Result<Url, BlobError> {
        let options = SignedUrlOptions::new().with_query(query.iter().copied());
        self.store
            .signed_url_opts(method, path, SIGNED_FOR, &options)
            .await
            .map_err(|error| error::of(key, &error))
    }

    /// Asks for a listing, more than once if need be.
    async fn list<T: DeserializeOwned>(
        &self,
        path: &Path,
        query: &[(&str, &str)],
        key: &BlobKey,
    ) -> Result<T, BlobError> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let url = self.sign(Method::GET, path, query, key).await?;
            match self.list_once(url, key).await {
                Err(error) if error.is_retryable() && attempt < ATTEMPTS => {
                    tokio::time::sleep(Duration::from_millis(100 << (2 * attempt))).await;
                }
                answered => return answered,
            }
        }
    }

    async fn list_once<T: DeserializeOwned>(
        &self,
        url: Url,
        key: &BlobKey,
    ) -> Result<T, BlobError> {
        quick_xml::de::from_str(&self.ask(url, key).await?)
            .map_err(|error| BlobError::Unavailable(format!("an unreadable listing: {error}")))
    }

    /// The body of a 200; anything else is an error.
    async fn ask(&self, url: Url, key: &BlobKey) -> Result<String, BlobError> {
        let asking = self.http.get(url).timeout(TIMEOUT).send();
        let answer = asking.await.map_err(failed)?;
        let status = answer.status().as_u16();
        let body = answer.text().await.map_err(failed)?;
        if status == 200 {
            Ok(body)
        } else {
            Err(error::by_status(status, &body, key))
        }
    }

    /// Whether the bucket can be read. [ListObjectsV2]
    ///
    /// [ListObjectsV2]: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
    pub(super) async fn reach(&self, key: &BlobKey) -> Result<(), BlobError> {
        let query = [("list-type", "2"), ("max-keys", "1")];
        let url = self
            .sign(Method::GET, &Path::default(), &query, key)
            .await?;
        self.ask(url, key).await.map(|_| ())
    }

    /// The parts that the server keeps, by number.
    pub(super) async fn parts(
        &self,
        path: &Path,
        upload: &str,
        key: &BlobKey,
    ) -> Result<Vec<ListedPart>, BlobError> {
        let mut parts = Vec::new();
        let mut marker = String::from("0");
        loop {
            let query = [
                ("uploadId", upload),
                ("max-parts", "1000"),
                ("part-number-marker", &marker),
            ];
            let page: ListParts = match self.list(path, &query, key).await {
                // Servers differ in what they call an upload of another key, or a malformed one.
                Err(BlobError::NotFound(_)) => return Err(BlobError::NoSuchUpload),
                page => page?,
            };
            parts.extend(page.parts);
            match page.next_part_number_marker {
                Some(next) if page.is_truncated && next != marker => marker = next,
                _ => break,
            }
        }
        parts.sort_by_key(|part| part.number);
        Ok(parts)
    }

    /// The uploads under way below a prefix (of object names).
    ///
    /// Pages are turned by key alone, since not every server takes its own
    /// `upload-id-marker` back; a key that a page may end within is asked for
    /// by itself (up to 1,000 uploads of one key).
    pub(super) async fn uploads(
        &self,
        prefix: &str,
        key: &BlobKey,
    ) -> Result<Vec<ListedUpload>, BlobError> {
        let mut uploads = Vec::new();
        let mut after = String::new();
        loop {
            let page = self.uploads_page(prefix, &after, key).await?;
            uploads.extend(page.uploads);
            let next = page.next_key_marker.unwrap_or_default();
            if !page.is_truncated || next <= after {
                return Ok(uploads);
            }
            let split = self.uploads_page(&next, "", key).await?;
            uploads.retain(|upload| upload.key != next);
            uploads.extend(
                split
                    .uploads
                    .into_iter()
                    .filter(|upload| upload.key == next),
            );
            after = next;
        }
    }

    async fn uploads_page(
        &self,
        prefix: &str,
        after: &str,
        key: &BlobKey,
    ) -> Result<ListUploads, BlobError> {
        let mut query = vec![("uploads", ""), ("max-uploads", "1000"), ("prefix", prefix)];
        if !after.is_empty() {
            query.push(("key-marker", after));
        }
        self.list(&Path::default(), &query, key).await
    }
}

/// A request that did not get through.
pub(super) fn failed(error: reqwest::Error) -> BlobError {
    // The address holds a signature.
    BlobError::Unavailable(error.without_url().to_string())
}
