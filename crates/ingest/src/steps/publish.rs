//! From finished files to renditions that players are told of.

use std::path::PathBuf;

use matinee_catalog::store::renditions;
use matinee_catalog::{Layout, Rendition, RenditionKind};
use matinee_engines::blobs::{BlobError, BlobKey};
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use matinee_media::index::{self, MediaKind, RenditionIndex};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::Core;
use crate::error::{IngestError, Result};

/// Where a rendition's bytes are.
pub(super) enum Bytes {
    /// In the video's source, where they stay.
    Source(String),
    /// In a file of ours, which is moved into the blob store.
    File(PathBuf),
}

/// A finished rendition.
pub(super) struct Finished {
    /// `rendition_…`
    pub(super) id: String,
    /// Its name, unique within the video.
    pub(super) name: String,
    /// Its bytes.
    pub(super) bytes: Bytes,
    /// Its index.
    pub(super) index: RenditionIndex,
    /// BCP 47 tag, if known.
    pub(super) language: Option<String>,
    /// What a person sees in a menu.
    pub(super) label: Option<String>,
    /// What sound is for, besides the film's own.
    pub(super) role: Option<String>,
    /// Whether players choose it unless told otherwise.
    pub(super) is_default: bool,
    /// Whether its segments begin where the ladder's do.
    pub(super) aligned: bool,
    /// Whether it is the upload's own stream, not encoded anew.
    pub(super) is_source: bool,
}

/// A new rendition's id.
pub(super) fn new_id() -> String {
    Id::new("rendition").to_string()
}

/// The blob with a rendition's bytes.
pub(super) fn media_key(video_id: &str, rendition_id: &str) -> Result<BlobKey> {
    Ok(BlobKey::new(format!(
        "videos/{video_id}/renditions/{rendition_id}.mp4"
    ))?)
}

/// The blob with a rendition's index.
pub(super) fn index_key(video_id: &str, rendition_id: &str) -> Result<BlobKey> {
    Ok(BlobKey::new(format!(
        "videos/{video_id}/renditions/{rendition_id}.idx"
    ))?)
}

fn small(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Core {
    /// Stores renditions and tells players of all of them at once.
    ///
    /// A file is moved into the blob store last, after its index: where the file is, all is.
    pub(super) async fn publish(&self, video_id: &str, finished: Vec<Finished>) -> Result<()> {
        let mut rows = Vec::with_capacity(finished.len());
        let mut ours = Vec::new();
        for rendition in finished {
            let idx = index_key(video_id, &rendition.id)?;
            self.blobs
                .put(&idx, rendition.index.encode().into())
                .await?;
            ours.push(idx.clone());
            let (key, size) = match rendition.bytes {
                Bytes::Source(ref key) => (key.clone(), 0),
                Bytes::File(ref file) => {
                    let key = media_key(video_id, &rendition.id)?;
                    let size = self.store(&key, file).await?;
                    ours.push(key.clone());
                    (key.as_str().to_owned(), size)
                }
            };
            rows.push(row(video_id, &rendition, key, idx.as_str(), size));
        }
        let names: Vec<String> = rows.iter().map(|row| row.name.clone()).collect();
        match self.catalog.add_renditions(video_id, rows).await {
            Ok(()) => {
                tracing::info!(video = video_id, renditions = names.join(" "), "published");
                Ok(())
            }
            Err(error) => {
                let error = IngestError::from(error);
                if matches!(error, IngestError::Gone) {
                    for key in ours {
                        self.blobs.delete(&key).await?;
                    }
                }
                Err(error)
            }
        }
    }

    /// Moves a file into the blob store, unless an attempt that died has done so.
    async fn store(&self, key: &BlobKey, file: &std::path::Path) -> Result<u64> {
        if tokio::fs::try_exists(file).await.unwrap_or(false) {
            return Ok(self.blobs.put_file(key, file).await?.size);
        }
        match self.blobs.head(key).await {
            Ok(meta) => Ok(meta.size),
            Err(BlobError::NotFound(_)) => Err(IngestError::Internal(format!(
                "{} vanished",
                file.display()
            ))),
            Err(other) => Err(other.into()),
        }
    }
}

/// Takes the source's own picture out of new playlists where the ladder has taken its place.
pub(super) async fn retire_source(conn: &impl ConnectionTrait, video_id: &str) -> Result<()> {
    let in_use = || {
        renditions::Entity::find()
            .filter(renditions::Column::VideoId.eq(video_id))
            .filter(renditions::Column::Kind.eq(RenditionKind::Video))
            .filter(renditions::Column::RetiredAt.is_null())
    };
    let made = in_use()
        .filter(renditions::Column::Name.ne(SOURCE_NAME))
        .count(conn)
        .await?;
    if made == 0 {
        return Ok(());
    }
    let retired = renditions::ActiveModel {
        retired_at: Set(Some(now_micros())),
        ..Default::default()
    };
    renditions::Entity::update_many()
        .set(retired)
        .filter(renditions::Column::VideoId.eq(video_id))
        .filter(renditions::Column::Kind.eq(RenditionKind::Video))
        .filter(renditions::Column::Name.eq(SOURCE_NAME))
        .filter(renditions::Column::RetiredAt.is_null())
        .exec(conn)
        .await?;
    Ok(())
}

/// The name of the source's picture while the ladder has not taken its place.
pub(super) const SOURCE_NAME: &str = "source";

/// Whether a rendition only bridges the time until the ladder is there.
pub(super) fn is_provisional(rendition: &Rendition) -> bool {
    rendition.kind == RenditionKind::Video && rendition.name == SOURCE_NAME
}

fn row(video_id: &str, rendition: &Finished, key: String, index_key: &str, size: u64) -> Rendition {
    let index = &rendition.index;
    let info = index.info();
    let video = info.kind == MediaKind::Video;
    Rendition {
        id: rendition.id.clone(),
        video_id: video_id.to_owned(),
        kind: if video {
            RenditionKind::Video
        } else {
            RenditionKind::Audio
        },
        layout: match index.layout() {
            index::Layout::Cmaf => Layout::Cmaf,
            index::Layout::Virtual => Layout::Virtual,
        },
        name: rendition.name.clone(),
        codecs: info.codec_string.clone(),
        width: video.then(|| i32::try_from(info.width).unwrap_or(i32::MAX)),
        height: video.then(|| i32::try_from(info.height).unwrap_or(i32::MAX)),
        frame_rate: info
            .frame_rate
            .filter(|_| video)
            .map(matinee_media::Ratio::as_f64),
        bandwidth_bps: small(index.peak_bandwidth_bps()),
        average_bandwidth_bps: small(index.average_bandwidth_bps()),
        language: rendition.language.clone(),
        label: rendition.label.clone(),
        role: rendition.role.clone(),
        channels: (!video).then(|| i32::from(info.channels)),
        is_default: rendition.is_default,
        key,
        index_key: index_key.to_owned(),
        size_bytes: small(size),
        is_source: rendition.is_source,
        aligned: rendition.aligned,
        duration_ms: small(index.duration_ms()),
        created_at: now_micros(),
        retired_at: None,
    }
}
