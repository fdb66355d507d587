//! Files of this machine, taken in like any other upload: what an earlier
//! attempt has brought stays, and is gone on with.

use std::path::Path;
use std::time::UNIX_EPOCH;

use futures::StreamExt as _;
use matinee_engines::time::now_micros;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, SeekFrom};
use tokio_util::io::ReaderStream;

use super::body::Body;
use super::store::{self, Column, Kind, State};
use super::tus::{Chunk, TusUpload};
use super::{Metadata, Result, UploadError, Uploader, Uploads};

/// How much of the file is read at a time.
const CHUNK: usize = 1 << 20;

impl Uploads {
    /// Takes a file of this machine in and yields the video that it becomes.
    /// `arrived` is told how many bytes are there, also those of an earlier
    /// attempt on the same file (by path, size and time of change).
    pub async fn take_file(
        &self,
        who: &Uploader,
        path: &Path,
        mut metadata: Metadata,
        arrived: impl Fn(u64) + Send + 'static,
    ) -> Result<String> {
        let unreadable = |error: std::io::Error| {
            UploadError::Conflict(format!("{} cannot be read: {error}", path.display()))
        };
        let mut file = tokio::fs::File::open(path).await.map_err(unreadable)?;
        let facts = file.metadata().await.map_err(unreadable)?;
        if !facts.is_file() {
            return Err(UploadError::Conflict(format!(
                "{} is no file",
                path.display()
            )));
        }
        let changed = facts.modified().ok();
        let changed = changed.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let changed = changed.map_or(0, |since| since.as_micros());
        let size = facts.len();
        let whole = std::path::absolute(path).map_err(unreadable)?;
        let fingerprint = format!("file {size} {changed} {}", whole.display());
        if metadata.filename.is_none() {
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            metadata.filename = name;
        }
        let upload = match self.begun(who, &fingerprint).await? {
            Some(upload) => upload,
            None => {
                self.create_tus(who, Some(size), metadata, fingerprint)
                    .await?
            }
        };
        if let Some(video_id) = upload.video_id {
            return Ok(video_id);
        }
        file.seek(SeekFrom::Start(upload.offset))
            .await
            .map_err(unreadable)?;
        let mut so_far = upload.offset;
        arrived(so_far);
        // No more than announced: the file may still be growing.
        let rest = file.take(size.saturating_sub(upload.offset));
        let body: Body = ReaderStream::with_capacity(rest, CHUNK)
            .map(move |chunk| {
                let chunk = chunk?;
                so_far += chunk.len() as u64;
                arrived(so_far);
                Ok(chunk)
            })
            .boxed();
        let chunk = Chunk {
            offset: upload.offset,
            length: Some(size.saturating_sub(upload.offset)),
            ..Chunk::default()
        };
        let upload = self.append_tus(who, &upload.id, chunk, body).await?;
        upload.video_id.ok_or(UploadError::BrokenOff)
    }

    /// The unfinished upload that an earlier attempt has left.
    async fn begun(&self, who: &Uploader, fingerprint: &str) -> Result<Option<TusUpload>> {
        let row = store::Entity::find()
            .filter(Column::Person.eq(&who.person))
            .filter(Column::Kind.eq(Kind::Tus))
            .filter(Column::State.eq(State::Active))
            .filter(Column::RawMetadata.eq(fingerprint))
            .filter(Column::ExpiresAt.gt(now_micros()))
            .order_by_desc(Column::Id)
            .one(self.inner.db.write())
            .await?;
        match row {
            Some(row) => self.tus(who, &row.id).await.map(Some),
            None => Ok(None),
        }
    }
}
