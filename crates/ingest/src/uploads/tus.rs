//! Uploads that go on wherever they broke off: tus 1.0.
//!
//! The protocol is <https://tus.io/protocols/resumable-upload>: the core with
//! the extensions creation, creation-with-upload, creation-defer-length,
//! termination, checksum and expiration.

use bytes::{Bytes, BytesMut};
use futures::{StreamExt as _, TryStreamExt as _};
use matinee_engines::blobs::{BlobError, ByteStream};
use matinee_engines::id::Id;

use super::body::{Body, BodyFault, Watch, watched};
use super::checksum::{Expected, Verifier};
use super::seal::Whole;
use super::store::{self, Kind, Model, State};
use super::{Metadata, NewUpload, Result, UploadError, Uploader, Uploads, to_i64};

/// Chunks with a checksum up to this many bytes are checked in memory, longer
/// ones in the blob store.
const CHECKED_IN_MEMORY: u64 = 4 << 20;

/// A tus upload as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TusUpload {
    /// `upload_…`
    pub id: String,
    /// How many bytes are kept.
    pub offset: u64,
    /// The whole file's bytes, if the client has told.
    pub size: Option<u64>,
    /// `Upload-Metadata` as the client gave it.
    pub raw_metadata: String,
    /// When it ends unless bytes come (UTC microseconds).
    pub expires_at: i64,
    /// The video, once all bytes are there.
    pub video_id: Option<String>,
}

impl TusUpload {
    fn new(row: &Model, offset: u64) -> Self {
        Self {
            id: row.id.clone(),
            offset,
            size: row.size(),
            raw_metadata: row.raw_metadata.clone(),
            expires_at: row.expires_at,
            video_id: None,
        }
    }

    fn complete(row: &Model, video_id: String) -> Self {
        Self {
            video_id: Some(video_id),
            ..Self::new(row, row.size().unwrap_or(0))
        }
    }
}

/// What a client says with the bytes that it sends.
#[derive(Debug, Clone, Default)]
pub struct Chunk {
    /// Where they begin.
    pub offset: u64,
    /// How many they are, if the request tells.
    pub length: Option<u64>,
    /// The whole file's size, told only now.
    pub upload_length: Option<u64>,
    /// What they must hash to.
    pub checksum: Option<Expected>,
}

impl Uploads {
    /// Creates an upload; without a `size` the client tells it later.
    pub async fn create_tus(
        &self,
        who: &Uploader,
        size: Option<u64>,
        metadata: Metadata,
        raw_metadata: String,
    ) -> Result<TusUpload> {
        if let Some(size) = size {
            self.check_size("Upload-Length", size)?;
        }
        metadata.details().checked()?;
        let new = NewUpload {
            kind: Kind::Tus,
            size,
            part_size: 0,
            metadata,
            raw_metadata,
        };
        let row = self.begin(who, new).await?;
        Ok(TusUpload::new(&row, 0))
    }

    /// The upload as it stands. A request that is still feeding it is ended, so
    /// that the offset holds.
    pub async fn tus(&self, who: &Uploader, id: &str) -> Result<TusUpload> {
        let row = self.find(who, Kind::Tus, id).await?;
        let offset = match row.state {
            State::Active => {
                let handle = row.some_handle()?;
                self.inner.blobs.append_offset(&row.key()?, &handle).await?
            }
            _ => row.size().unwrap_or(0),
        };
        self.settled(row, offset).await
    }

    /// Appends bytes. The bytes that arrive are kept even if the client breaks
    /// off, unless they have a checksum. With the last one the video is there.
    pub async fn append_tus(
        &self,
        who: &Uploader,
        id: &str,
        chunk: Chunk,
        body: Body,
    ) -> Result<TusUpload> {
        let _slot = self.slot(who)?;
        let mut row = self.find(who, Kind::Tus, id).await?;
        if row.state != State::Active {
            let end = row.size().unwrap_or(0);
            if chunk.offset == end && chunk.length.unwrap_or(0) == 0 {
                return self.settled(row, end).await;
            }
            return Err(offset(end, chunk.offset));
        }
        if let Some(size) = chunk.upload_length {
            self.check_size("Upload-Length", size)?;
            self.fix_size(&row, size).await?;
            row.size = Some(to_i64(size));
        }
        let most = row.size().unwrap_or(self.inner.config.max_file_size);
        let left = most.checked_sub(chunk.offset);
        let fits = left.is_some_and(|left| chunk.length.unwrap_or(0) <= left);
        let (Some(left), true) = (left, fits) else {
            return Err(UploadError::TooLarge { limit: most });
        };
        let watch = Watch {
            idle: self.inner.config.idle,
            limit: left,
            sniff: chunk.offset == 0,
            whole: row.size().is_some_and(|size| chunk.length == Some(size)),
            verifier: Verifier::new(chunk.checksum.clone()),
        };
        let checked = chunk.checksum.is_some();
        let bytes = watched(body, watch);
        let appending = self.append_watched(&row, chunk.offset, chunk.length, checked, bytes);
        let end = match self.alive(&row, appending).await {
            Ok(end) => end,
            Err(UploadError::NotVideo(what)) => {
                self.discard(&row).await?;
                return Err(UploadError::NotVideo(what));
            }
            Err(error) => {
                // What arrived until then is kept, and so is the upload.
                let _ = self.touch(&row).await;
                return Err(error);
            }
        };
        row.expires_at = self.touch(&row).await?;
        self.settled(row, end).await
    }

    async fn append_watched(
        &self,
        row: &Model,
        from: u64,
        length: Option<u64>,
        checked: bool,
        bytes: ByteStream,
    ) -> Result<u64> {
        let blobs = &self.inner.blobs;
        let (key, handle) = (row.key()?, row.some_handle()?);
        let end = if !checked {
            blobs.append(&key, &handle, from, bytes).await
        } else if length.is_some_and(|length| length <= CHECKED_IN_MEMORY) {
            let chunk = collected(bytes).await?;
            let once = futures::stream::once(async { Ok(chunk) }).boxed();
            blobs.append(&key, &handle, from, once).await
        } else {
            let spool = row.spool()?.join(Id::new("chunk").as_str())?;
            let kept = blobs.put_stream(&spool, bytes).await?;
            let again = blobs.stream(&spool, 0..kept.size).await?;
            let end = blobs.append(&key, &handle, from, again).await;
            blobs.delete(&spool).await?;
            end
        };
        end.map_err(|error| match error {
            BlobError::OffsetMismatch { end } => offset(end, from),
            error => error.into(),
        })
    }

    /// The upload at this offset; with all bytes there, the video is made.
    async fn settled(&self, row: Model, end: u64) -> Result<TusUpload> {
        if row.state == State::Complete {
            let video = row.video_id.clone();
            return Ok(TusUpload::complete(&row, video));
        }
        match row.size() {
            Some(size) if size == end => {
                let video = self.seal(row.clone(), size, Whole::Appended).await?;
                Ok(TusUpload::complete(&row, video.id))
            }
            _ => Ok(TusUpload::new(&row, end)),
        }
    }

    /// Gives the upload up. A finished one stays the video that it has become.
    pub async fn terminate_tus(&self, who: &Uploader, id: &str) -> Result<()> {
        let row = self.find(who, Kind::Tus, id).await?;
        if row.state == State::Active {
            self.discard(&row).await?;
        }
        Ok(())
    }

    /// Keeps the size of an upload that began without one.
    pub(super) async fn fix_size(&self, row: &Model, size: u64) -> Result<()> {
        if row.size() == Some(size) {
            return Ok(());
        }
        let tx = self.inner.db.begin().await?;
        let fixed = store::set_size(&tx, &row.id, to_i64(size)).await?;
        tx.commit().await?;
        if fixed {
            Ok(())
        } else {
            Err(UploadError::field(
                "Upload-Length",
                "must not change once it is set",
            ))
        }
    }
}

fn offset(expected: u64, got: u64) -> UploadError {
    UploadError::Offset { expected, got }
}

/// All bytes in one piece; the stream is bounded by its watch.
async fn collected(mut bytes: ByteStream) -> Result<Bytes> {
    let mut all = BytesMut::new();
    while let Some(chunk) = bytes.try_next().await.map_err(|error| {
        BodyFault::of(&error).map_or(UploadError::BrokenOff, |fault| fault.clone().into())
    })? {
        all.extend_from_slice(&chunk);
    }
    Ok(all.freeze())
}

/// Reads `Upload-Metadata`: pairs of a key and base64, separated by commas.
pub fn parse_metadata(value: &str) -> Result<Vec<(String, String)>> {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    let refused = |reason: &str| UploadError::field("Upload-Metadata", reason);
    let mut pairs: Vec<(String, String)> = Vec::new();
    for item in value.split(',').map(str::trim).filter(|i| !i.is_empty()) {
        let (key, encoded) = item.split_once(' ').unwrap_or((item, ""));
        let bytes = STANDARD
            .decode(encoded.trim())
            .map_err(|_| refused("must be keys and base64 values"))?;
        let text =
            String::from_utf8(bytes).map_err(|_| refused("must be UTF-8 within the base64"))?;
        if pairs.iter().any(|(known, _)| known == key) {
            return Err(refused("must not name a key twice"));
        }
        pairs.push((key.to_owned(), text));
        if pairs.len() > 100 {
            return Err(refused("must be at most 100 keys"));
        }
    }
    Ok(pairs)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn metadata_is_read() {
        let pairs = parse_metadata("filename ZmlsbS5tcDQ=,is_public dHJ1ZQ== , empty").unwrap();
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        assert_eq!(
            pairs,
            [
                ("filename", "film.mp4"),
                ("is_public", "true"),
                ("empty", "")
            ]
        );
        assert!(parse_metadata("").unwrap().is_empty());
        for wrong in ["filename !!", "a /w==", "a YQ==,a Yg=="] {
            assert!(parse_metadata(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_metadata_makes_reading_panic(value in "\\PC{0,200}") {
            let _ = parse_metadata(&value);
        }
    }
}
