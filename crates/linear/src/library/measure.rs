//! How the renditions of a video are cut. It is measured once and kept: a rendition never changes.

use std::collections::HashMap;
use std::sync::Arc;

use futures::StreamExt as _;
use matinee_catalog::{Parts, Rendition, RenditionKind};
use matinee_channels::library::Media;
use matinee_engines::blobs::{BlobError, BlobKey, SharedBlobs};
use matinee_engines::db::Db;
use matinee_media::index::{MAX_INDEX_SIZE, RenditionIndex};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use sha2::{Digest as _, Sha256};

use crate::Result;
use crate::store::media;

/// How many videos are measured at the same time.
const TOGETHER: usize = 4;
/// How many rows are written at once.
const WRITTEN_TOGETHER: usize = 100;

/// Stands for the renditions of a video.
fn mark(parts: &Parts) -> String {
    let mut ids: Vec<&str> = parts.renditions.iter().map(|r| r.id.as_str()).collect();
    ids.sort_unstable();
    let mut hash = Sha256::new();
    for id in ids {
        hash.update(id);
        hash.update([0]);
    }
    hex::encode(&hash.finalize()[..16])
}

/// The media of these videos; those that a channel cannot show are left out.
pub(super) async fn measure(
    db: &Db,
    blobs: &SharedBlobs,
    videos: &[(String, Arc<Parts>)],
) -> Result<HashMap<String, Media>> {
    let mut known: HashMap<String, media::Model> = media::Entity::find()
        .filter(media::Column::VideoId.is_in(videos.iter().map(|(id, _)| id.as_str())))
        .all(db.read())
        .await?
        .into_iter()
        .map(|row| (row.video_id.clone(), row))
        .collect();
    let mut found = HashMap::with_capacity(videos.len());
    let mut unknown = Vec::new();
    for (id, parts) in videos {
        let mark = mark(parts);
        let row = known.remove(id).filter(|row| row.mark == mark);
        // What cannot be read any more is measured again.
        match row.and_then(|row| serde_json::from_str::<Option<Media>>(&row.body).ok()) {
            Some(Some(media)) => drop(found.insert(id.clone(), media)),
            Some(None) => {}
            None => unknown.push((id.clone(), parts.clone(), mark)),
        }
    }
    let measure_one = |(id, parts, mark): (String, Arc<Parts>, String)| {
        let blobs = blobs.clone();
        async move {
            let media = of_video(&blobs, &id, &parts).await;
            (id, mark, media)
        }
    };
    let mut measured = futures::stream::iter(unknown)
        .map(measure_one)
        .buffered(TOGETHER);
    let mut rows = Vec::new();
    while let Some((id, mark, media)) = measured.next().await {
        let media = match media {
            Ok(media) => media,
            // One video that cannot be read now does not keep the others from the air.
            Err(error) => {
                tracing::warn!(video = id, %error, "channels do without a video");
                continue;
            }
        };
        rows.push(media::ActiveModel {
            video_id: Set(id.clone()),
            mark: Set(mark),
            body: Set(serde_json::to_string(&media).unwrap_or_default()),
        });
        if let Some(media) = media {
            found.insert(id, media);
        }
    }
    for rows in rows.chunks(WRITTEN_TOGETHER) {
        let again = OnConflict::column(media::Column::VideoId)
            .update_columns([media::Column::Mark, media::Column::Body])
            .to_owned();
        let written = media::Entity::insert_many(rows.iter().cloned())
            .on_conflict(again)
            .exec_without_returning(db.write())
            .await;
        // A video may have gone meanwhile; the others are measured again next time.
        if let Err(error) = written {
            tracing::debug!(%error, "what was measured was not kept");
        }
    }
    Ok(found)
}

/// `None` when no channel can show it.
async fn of_video(blobs: &SharedBlobs, id: &str, parts: &Parts) -> Result<Option<Media>> {
    let mut indices = Vec::new();
    for rendition in in_order(parts) {
        let key = BlobKey::new(&*rendition.index_key)?;
        let bytes = match blobs.get_all(&key, MAX_INDEX_SIZE as u64).await {
            // It has been replaced under the reader.
            Err(BlobError::NotFound(_)) => continue,
            other => other?,
        };
        let decoded = tokio::task::spawn_blocking(move || RenditionIndex::decode(&bytes)).await;
        match decoded {
            Ok(Ok(index)) => indices.push((format!("{id}/{}", rendition.id), index)),
            Ok(Err(error)) => {
                tracing::warn!(rendition = rendition.id, %error, "an index cannot be read");
            }
            Err(error) => return Err(BlobError::Unavailable(error.to_string()).into()),
        }
    }
    let listed: Vec<(&str, &RenditionIndex)> = indices
        .iter()
        .map(|(path, index)| (path.as_str(), index))
        .collect();
    Ok(Media::conditioned(&listed).ok())
}

/// Pictures, and the film's own sound: the best first.
fn in_order(parts: &Parts) -> Vec<&Rendition> {
    let own = |r: &&Rendition| r.kind == RenditionKind::Video || r.role.is_none();
    let mut all: Vec<&Rendition> = parts.renditions.iter().filter(own).collect();
    all.sort_by_key(|r| !r.is_default);
    all
}
