//! From a broadcast's recording to a video in the library.
//!
//! The recording is an upload like any other: its own samples are what is watched first, where
//! they lie, and the ladder, pictures and all the rest follow as they do for files.

use async_trait::async_trait;
use matinee_catalog::{Catalog, Details, NewVideo};
use matinee_engines::blobs::{BlobError, BlobKey, SharedBlobs};
use matinee_engines::id::Id;
use matinee_ingest::Ingest;
use matinee_jobs::Jobs;
use matinee_live::LiveError;
use matinee_live::chat::Chat;
use matinee_live::markers::Markers;
use matinee_live::recording::{Archive, ArchiveError, Take};
use matinee_live::streams::{Stream, Streams};

/// Makes videos of recordings.
pub struct Library {
    /// Where they are listed.
    pub catalog: Catalog,
    /// Where their bytes lie.
    pub blobs: SharedBlobs,
    /// What makes them watchable.
    pub ingest: Ingest,
    /// Whom that work is given to.
    pub jobs: Jobs,
    /// Of what they are recordings.
    pub streams: Streams,
    /// What was said meanwhile.
    pub chat: Chat,
    /// Which of its moments are chapters, and where it may be broken.
    pub markers: Markers,
}

#[async_trait]
impl Archive for Library {
    async fn keep(&self, take: &Take) -> Result<(), ArchiveError> {
        let id = take.video_id.as_str();
        let stream = self.streams.find(&take.stream_id).await?;
        if self.catalog.find(id).await?.is_none() {
            let key = BlobKey::new(format!("videos/{id}/source/original"))?;
            let kept = if tokio::fs::try_exists(&take.path).await? {
                if let Err(error) = self.ingest.give_pictures(&take.path).await {
                    tracing::warn!(video = id, %error, "a recording of sound alone has no pictures");
                }
                self.blobs.put_file(&key, &take.path).await
            } else {
                // An attempt that was interrupted has put it there.
                self.blobs.head(&key).await
            };
            let size = match kept {
                Ok(meta) => meta.size,
                Err(BlobError::NotFound(_)) => return Ok(()),
                Err(error) => return Err(error.into()),
            };
            self.add(take, stream.as_ref(), &key, size).await?;
        }
        if let Some(stream) = &stream {
            // Until then it is its owner's alone.
            let access = matinee_catalog::Access {
                password_hash: stream.access_password_hash.clone(),
                ..stream.access()
            };
            if let Err(error) = self.catalog.set_access(id, access).await {
                tracing::warn!(video = id, %error, "a recording stays private");
            }
            match self.chat.recorded(take).await {
                // The stream, or the video, was deleted meanwhile.
                Ok(()) | Err(LiveError::NotFound(_)) => {}
                Err(error) => return Err(error.into()),
            }
            self.streams.recorded(&take.stream_id, id).await?;
        }
        tracing::info!(
            stream = take.stream_id,
            video = id,
            "a recording is a video"
        );
        Ok(())
    }
}

impl Library {
    /// Adds the video and the first step of its processing, both or neither.
    async fn add(
        &self,
        take: &Take,
        stream: Option<&Stream>,
        key: &BlobKey,
        size: u64,
    ) -> Result<(), ArchiveError> {
        let details = match stream {
            Some(stream) => Details {
                title: stream.title.clone(),
                description: stream.description.clone(),
                category: stream.category.clone(),
                tags: stream.tags.0.clone(),
                ..Details::default()
            },
            None => Details {
                title: "Recording".to_owned(),
                ..Details::default()
            },
        };
        let new = NewVideo {
            id: Some(Id::parse("video", &take.video_id)?),
            filename: format!("{}.mp4", details.title.replace(['/', '\\'], " ")),
            details,
            owner: stream.and_then(|stream| stream.owner.clone()),
            file_size: size,
            source_key: Some(key.as_str().to_owned()),
            ..NewVideo::default()
        };
        let chapters = match stream {
            Some(stream) => self.markers.chapters(stream, &take.timeline).await?,
            None => Vec::new(),
        };
        let breaks = match stream {
            Some(stream) => self.markers.breaks(stream, &take.timeline).await?,
            None => Vec::new(),
        };
        let tx = self.catalog.db().begin().await?;
        self.catalog.create_in(&tx, new).await?;
        if !chapters.is_empty() {
            Catalog::give_chapters(&tx, &take.video_id, chapters).await?;
        }
        if !breaks.is_empty() {
            Catalog::give_break_markers(&tx, &take.video_id, breaks).await?;
        }
        self.ingest.accept(&tx, &take.video_id).await?;
        tx.commit().await?;
        self.jobs.wake();
        self.catalog.announce(&take.video_id, false);
        Ok(())
    }
}
