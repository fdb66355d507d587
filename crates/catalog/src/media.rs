//! Reading and writing what a video is made of: renditions, images, subtitles.

use std::collections::HashMap;
use std::sync::Arc;

use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use moka::sync::Cache;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::store::{images, renditions, subtitles, videos};
use crate::{
    Artwork, Catalog, CatalogError, Image, ImageKind, Origin, Rendition, RenditionKind, Result,
    Subject, Subtitle, Video,
};

/// What a video is made of.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// Those in use: video from the highest to the lowest, then audio.
    pub renditions: Vec<Rendition>,
    /// In the order of the instants they show.
    pub images: Vec<Image>,
    /// In the order of their languages.
    pub subtitles: Vec<Subtitle>,
    /// The pictures that people chose: at most one of each kind.
    pub artwork: Vec<Artwork>,
}

impl Parts {
    /// The image that stands for the video.
    pub fn poster(&self) -> Option<&Image> {
        self.images.iter().find(|i| i.kind == ImageKind::Poster)
    }
}

/// Parts of videos, each with the version of the video that it was read for: whatever changes a
/// video's parts moves its version on.
pub(crate) type KnownParts = Cache<String, (i64, Arc<Parts>)>;

/// Bytes of parts that are kept in memory.
const KNOWN_BYTES: u64 = 32 << 20;

pub(crate) fn known_parts() -> KnownParts {
    Cache::builder()
        .name("parts")
        .weigher(|id: &String, (_, parts): &(i64, Arc<Parts>)| {
            let Parts {
                renditions,
                images,
                subtitles,
                artwork,
            } = &**parts;
            // Each has a few short texts beside it.
            let rows = renditions.len() + images.len() + subtitles.len() + artwork.len();
            let bytes = size_of_val(&**renditions)
                + size_of_val(&**images)
                + size_of_val(&**subtitles)
                + size_of_val(&**artwork)
                + rows * 160
                + id.len()
                + 160;
            u32::try_from(bytes).unwrap_or(u32::MAX)
        })
        .max_capacity(KNOWN_BYTES)
        .build()
}

impl Catalog {
    /// The parts of a video that players are told of, with all its images.
    pub async fn parts(&self, video_id: &str) -> Result<Parts> {
        let id = [video_id.to_owned()];
        let mut parts = self.read_parts(&id, true).await?;
        Ok(parts.remove(video_id).unwrap_or_default())
    }

    /// The parts of many videos, of the images only posters and the first storyboard sheets: from
    /// memory where they have not changed since, otherwise in a fixed number of queries.
    pub async fn parts_of(
        &self,
        of: impl IntoIterator<Item = &Video>,
    ) -> Result<HashMap<String, Arc<Parts>>> {
        let mut found = HashMap::new();
        let mut versions = HashMap::new();
        for video in of {
            match self.known_parts.get(&video.id) {
                Some((version, parts)) if version == video.version => {
                    found.insert(video.id.clone(), parts);
                }
                _ => drop(versions.insert(video.id.clone(), video.version)),
            }
        }
        if versions.is_empty() {
            return Ok(found);
        }
        let missing: Vec<String> = versions.keys().cloned().collect();
        let mut read = self.read_parts(&missing, false).await?;
        for (id, version) in versions {
            let parts = Arc::new(read.remove(&id).unwrap_or_default());
            // The version was read before the parts: they can only be newer, and then nobody
            // asks for them by it any more.
            let known = (version, parts.clone());
            self.known_parts.insert(id.clone(), known);
            found.insert(id, parts);
        }
        Ok(found)
    }

    async fn read_parts(
        &self,
        video_ids: &[String],
        all_images: bool,
    ) -> Result<HashMap<String, Parts>> {
        let mut found: HashMap<String, Parts> = HashMap::with_capacity(video_ids.len());
        if video_ids.is_empty() {
            return Ok(found);
        }
        let wanted = || video_ids.iter().map(String::as_str);
        let mut rows = renditions::Entity::find()
            .filter(renditions::Column::VideoId.is_in(wanted()))
            .filter(renditions::Column::RetiredAt.is_null())
            .all(self.db.read())
            .await?;
        rows.sort_by(playing_order);
        for row in rows {
            found
                .entry(row.video_id.clone())
                .or_default()
                .renditions
                .push(row);
        }
        let mut query = images::Entity::find()
            .filter(images::Column::VideoId.is_in(wanted()))
            .order_by_asc(images::Column::AtMs)
            .order_by_asc(images::Column::Id);
        if !all_images {
            query = query
                .filter(images::Column::Kind.ne(ImageKind::Thumbnail))
                .filter(
                    images::Column::AtMs
                        .eq(0)
                        .or(images::Column::Kind.eq(ImageKind::Poster)),
                );
        }
        for row in query.all(self.db.read()).await? {
            found
                .entry(row.video_id.clone())
                .or_default()
                .images
                .push(row);
        }
        let rows = subtitles::Entity::find()
            .filter(subtitles::Column::VideoId.is_in(wanted()))
            .order_by_asc(subtitles::Column::Language)
            .order_by_asc(subtitles::Column::Id)
            .all(self.db.read())
            .await?;
        for row in rows {
            found
                .entry(row.video_id.clone())
                .or_default()
                .subtitles
                .push(row);
        }
        for (id, pictures) in self.primary_artwork(Subject::Video, video_ids).await? {
            found.entry(id).or_default().artwork = pictures;
        }
        Ok(found)
    }

    /// Makes renditions of one video playable. Any that bear the same names
    /// are retired in the same breath, so that a step which runs twice leaves
    /// one of each. With its first video rendition a video counts as processed.
    pub async fn add_renditions(&self, video_id: &str, new: Vec<Rendition>) -> Result<()> {
        if new.is_empty() {
            return Ok(());
        }
        let names: Vec<String> = new.iter().map(|r| r.name.clone()).collect();
        let playable = new.iter().any(|r| r.kind == RenditionKind::Video);
        let tx = self.db.begin().await?;
        Self::touch(&tx, video_id).await?;
        retire(&tx, video_id, renditions::Column::Name.is_in(names)).await?;
        let rows = new.into_iter().map(|r| r.into_active_model().reset_all());
        renditions::Entity::insert_many(rows).exec(&tx).await?;
        if playable {
            videos::Entity::update_many()
                .col_expr(videos::Column::IsProcessed, Expr::value(true))
                .filter(videos::Column::Id.eq(video_id))
                .exec(&tx)
                .await?;
        }
        tx.commit().await?;
        self.announce(video_id, false);
        Ok(())
    }

    /// Takes renditions out of new playlists, by id.
    pub async fn retire_renditions(&self, video_id: &str, ids: &[String]) -> Result<()> {
        let tx = self.db.begin().await?;
        Self::touch(&tx, video_id).await?;
        let these = renditions::Column::Id.is_in(ids.iter().map(String::as_str));
        retire(&tx, video_id, these).await?;
        tx.commit().await?;
        self.announce(video_id, false);
        Ok(())
    }

    /// Renditions that were retired before this instant: at most `limit`, the
    /// longest retired first. Their blobs may go.
    pub async fn retired_before(&self, micros: i64, limit: u64) -> Result<Vec<Rendition>> {
        Ok(renditions::Entity::find()
            .filter(renditions::Column::RetiredAt.lt(micros))
            .order_by_asc(renditions::Column::RetiredAt)
            .limit(limit)
            .all(self.db.read())
            .await?)
    }

    /// Every rendition of a video, those retired included.
    pub async fn all_renditions(&self, video_id: &str) -> Result<Vec<Rendition>> {
        let mut rows = renditions::Entity::find()
            .filter(renditions::Column::VideoId.eq(video_id))
            .all(self.db.read())
            .await?;
        rows.sort_by(playing_order);
        Ok(rows)
    }

    /// Forgets a rendition, once its blobs are gone.
    pub async fn forget_rendition(&self, id: &str) -> Result<()> {
        renditions::Entity::delete_by_id(id)
            .exec(self.db.write())
            .await?;
        Ok(())
    }

    /// Puts these images in the place of all of these kinds, in one transaction, and gives back
    /// those that were there.
    pub async fn replace_images(
        &self,
        video_id: &str,
        kinds: &[ImageKind],
        new: Vec<Image>,
    ) -> Result<Vec<Image>> {
        let tx = self.db.begin().await?;
        Self::touch(&tx, video_id).await?;
        let ours = images::Column::VideoId
            .eq(video_id)
            .and(images::Column::Kind.is_in(kinds.iter().copied()));
        let old = images::Entity::find().filter(ours.clone()).all(&tx).await?;
        images::Entity::delete_many().filter(ours).exec(&tx).await?;
        if !new.is_empty() {
            let rows = new.into_iter().map(|i| i.into_active_model().reset_all());
            images::Entity::insert_many(rows).exec(&tx).await?;
        }
        tx.commit().await?;
        self.announce(video_id, false);
        Ok(old)
    }

    /// The image of this id.
    pub async fn image(&self, video_id: &str, id: &str) -> Result<Image> {
        images::Entity::find_by_id(id)
            .filter(images::Column::VideoId.eq(video_id))
            .one(self.db.read())
            .await?
            .ok_or_else(|| CatalogError::not_found("image", id))
    }

    /// The image of this id, of whichever video.
    pub async fn image_by_id(&self, id: &str) -> Result<Image> {
        images::Entity::find_by_id(id)
            .one(self.db.read())
            .await?
            .ok_or_else(|| CatalogError::not_found("image", id))
    }

    /// Makes one of the thumbnails the poster.
    pub async fn choose_poster(&self, video_id: &str, thumbnail_id: &str) -> Result<Image> {
        let chosen = self.image(video_id, thumbnail_id).await?;
        let poster = Image {
            id: Id::new("image").to_string(),
            kind: ImageKind::Poster,
            created_at: now_micros(),
            ..chosen
        };
        self.replace_images(video_id, &[ImageKind::Poster], vec![poster.clone()])
            .await?;
        Ok(poster)
    }

    /// Puts these text tracks in the place of all that come from the upload,
    /// and gives back those that were there. What people brought stays.
    pub async fn replace_subtitles(
        &self,
        video_id: &str,
        new: Vec<Subtitle>,
    ) -> Result<Vec<Subtitle>> {
        let tx = self.db.begin().await?;
        Self::touch(&tx, video_id).await?;
        let ours = subtitles::Column::VideoId
            .eq(video_id)
            .and(subtitles::Column::Origin.eq(Origin::Source));
        let old = subtitles::Entity::find()
            .filter(ours.clone())
            .all(&tx)
            .await?;
        subtitles::Entity::delete_many()
            .filter(ours)
            .exec(&tx)
            .await?;
        if !new.is_empty() {
            let rows = new.into_iter().map(|s| s.into_active_model().reset_all());
            subtitles::Entity::insert_many(rows).exec(&tx).await?;
        }
        tx.commit().await?;
        self.announce(video_id, false);
        Ok(old)
    }

    /// Removes a text track and gives it back, for its blob to be removed.
    pub async fn remove_subtitle(&self, video_id: &str, id: &str) -> Result<Subtitle> {
        let tx = self.db.begin().await?;
        let row = subtitles::Entity::find_by_id(id)
            .filter(subtitles::Column::VideoId.eq(video_id))
            .one(&tx)
            .await?
            .ok_or_else(|| CatalogError::not_found("subtitle", id))?;
        subtitles::Entity::delete_by_id(id).exec(&tx).await?;
        Self::touch(&tx, video_id).await?;
        tx.commit().await?;
        self.announce(video_id, false);
        Ok(row)
    }
}

/// Video before audio, the highest first, the default audio first.
fn playing_order(a: &Rendition, b: &Rendition) -> std::cmp::Ordering {
    let key = |r: &Rendition| {
        (
            r.kind == RenditionKind::Audio,
            std::cmp::Reverse((r.height.unwrap_or(0), r.is_default, r.bandwidth_bps)),
        )
    };
    key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id))
}

async fn retire(
    conn: &impl sea_orm::ConnectionTrait,
    video_id: &str,
    which: sea_orm::sea_query::SimpleExpr,
) -> Result<()> {
    let row = renditions::ActiveModel {
        retired_at: Set(Some(now_micros())),
        ..Default::default()
    };
    renditions::Entity::update_many()
        .set(row)
        .filter(renditions::Column::VideoId.eq(video_id))
        .filter(renditions::Column::RetiredAt.is_null())
        .filter(which)
        .exec(conn)
        .await?;
    Ok(())
}
