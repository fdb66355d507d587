//! Reading and writing videos.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use matinee_engines::db::Db;
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use matinee_identity::access::Visibility;
use matinee_identity::ratings;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QuerySelect,
};
use tokio::sync::broadcast;

use crate::community::queue;
use crate::judge::sort_key;
use crate::listing::{KnownVideos, Sizes, known_videos, sizes};
use crate::media::{KnownParts, known_parts};
use crate::moderation::{Kind, Moderation, Verdict};
use crate::revisions::{Subject, forget};
use crate::shows;
use crate::store::{video_genres, video_tags, videos};
use crate::{
    CatalogError, Chapters, Details, ExternalIds, ProcessingStatus, Reasons, Resolutions, Result,
    Tags, Video,
};

/// How many changes a slow listener may lag behind before it is told that it
/// has missed some.
const CHANGES_KEPT: usize = 1024;

/// Something about a video has changed: forget what you know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The video.
    pub video_id: String,
    /// Whether it is gone.
    pub deleted: bool,
}

/// A video about to enter the library.
#[derive(Debug, Clone, Default)]
pub struct NewVideo {
    /// Its id, when the blobs already lie under it; otherwise a new one.
    pub id: Option<Id>,
    /// What people say about it.
    pub details: Details,
    /// The account that owns it.
    pub owner: Option<String>,
    /// The file's own name, without folders.
    pub filename: String,
    /// In bytes.
    pub file_size: u64,
    /// The blob that holds the upload.
    pub source_key: Option<String>,
    /// An address elsewhere that plays it. Such a video is complete at once.
    pub external_video_url: Option<String>,
    /// An HLS address elsewhere. Such a video is complete at once.
    pub external_hls_url: Option<String>,
    /// The wanted segment length in milliseconds.
    pub segment_duration_ms: Option<i64>,
    /// The wanted rungs, as heights in pixels; empty means the usual ladder.
    pub requested_resolutions: Vec<u32>,
}

/// The library.
///
/// A clone shares the same database and the same announcements.
#[derive(Clone, Debug)]
pub struct Catalog {
    pub(crate) db: Db,
    moderation: Arc<Moderation>,
    changes: broadcast::Sender<Change>,
    listeners: Listeners,
    pub(crate) known_parts: KnownParts,
    pub(crate) known_videos: KnownVideos,
    pub(crate) sizes: Sizes,
}

/// Those who hear of a change before anybody else does.
#[derive(Clone, Default)]
struct Listeners(Arc<RwLock<Vec<Listener>>>);

type Listener = Arc<dyn Fn(&Change) + Send + Sync>;

impl std::fmt::Debug for Listeners {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Listeners")
    }
}

impl Catalog {
    /// The library in this database.
    pub fn new(db: Db) -> Self {
        let (changes, _) = broadcast::channel(CHANGES_KEPT);
        Self {
            moderation: Arc::new(Moderation::new(db.clone())),
            db,
            changes,
            listeners: Listeners::default(),
            known_parts: known_parts(),
            known_videos: known_videos(),
            sizes: sizes(),
        }
    }

    /// The same with other hooks that judge what people write.
    #[must_use]
    pub fn moderated_by(mut self, moderation: Moderation) -> Self {
        self.moderation = Arc::new(moderation);
        self
    }

    /// What judges titles, and everything else that people write.
    pub fn moderation(&self) -> &Arc<Moderation> {
        &self.moderation
    }

    /// The database, for those who join their own rows to a video's in one
    /// transaction (`create_in`, `delete_in`).
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Hears of every change that this process makes, after it is committed.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// Calls `hear` with every change that this process makes, after it is
    /// committed and before whoever made it goes on: for caches that must not
    /// show what has just been hidden. It must return at once.
    pub fn on_change(&self, hear: impl Fn(&Change) + Send + Sync + 'static) {
        let mut listeners = self
            .listeners
            .0
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        listeners.push(Arc::new(hear));
    }

    /// Tells listeners of a change; needed only after `…_in` has been committed.
    pub fn announce(&self, video_id: &str, deleted: bool) {
        let change = Change {
            video_id: video_id.to_owned(),
            deleted,
        };
        let listeners = self
            .listeners
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        for hear in listeners.iter() {
            hear(&change);
        }
        // An Err means that nobody listens.
        let _ = self.changes.send(change);
    }

    /// Adds a video.
    pub async fn create(&self, new: NewVideo) -> Result<Video> {
        let tx = self.db.begin().await?;
        let video = self.create_in(&tx, new).await?;
        tx.commit().await?;
        self.announce(&video.id, false);
        Ok(video)
    }

    /// Adds a video within the caller's transaction. [`Catalog::announce`] it
    /// once that is committed.
    pub async fn create_in(&self, conn: &impl ConnectionTrait, new: NewVideo) -> Result<Video> {
        let mut details = new.details.checked()?;
        let verdict = self.judge(&details, &new.filename).await?;
        let wished_public = details.is_public;
        details.is_public &= !verdict.held();
        let is_advert = details.content_type.as_deref() == Some(crate::advert::KIND);
        details.is_public &= !is_advert;
        self.place(conn, None, &mut details, new.owner.as_deref())
            .await?;
        let now = now_micros();
        let external = new.external_video_url.is_some() || new.external_hls_url.is_some();
        let video = videos::Model {
            id: new.id.unwrap_or_else(|| Id::new("video")).to_string(),
            sort_key: sort_key(&details.title, details.sort_title.as_deref()),
            title: details.title,
            description: details.description,
            uploader_id: details.uploader_id,
            owner: new.owner,
            filename: new.filename,
            file_size: i64::try_from(new.file_size).unwrap_or(i64::MAX),
            source_key: new.source_key,
            content_type: details.content_type,
            show_title: details.show_title,
            season_number: details.season_number,
            episode_number: details.episode_number,
            episode_number_end: details.episode_number_end,
            genre: details.genre,
            release_year: details.release_year,
            rating_level: rating_level(details.rating.as_deref()),
            rating: details.rating,
            category: details.category,
            tags: Tags(details.tags),
            is_public: details.is_public,
            visibility: if is_advert {
                Visibility::Unlisted
            } else {
                Visibility::Public.made_public(details.is_public)
            },
            access_groups: None,
            access_password_hash: None,
            publish_at: None,
            expires_at: None,
            access_regions: None,
            access_networks: None,
            processing_status: if external {
                ProcessingStatus::Completed
            } else {
                ProcessingStatus::Pending
            },
            processing_error: None,
            is_processed: external,
            duration_ms: None,
            width: None,
            height: None,
            bitrate_bps: None,
            format: None,
            codecs: None,
            external_video_url: new.external_video_url,
            external_hls_url: new.external_hls_url,
            segment_duration_ms: new.segment_duration_ms,
            requested_resolutions: Resolutions(new.requested_resolutions),
            non_standard_input_reasons: Reasons::default(),
            chapters: Chapters::default(),
            view_count: 0,
            like_count: 0,
            dislike_count: 0,
            sort_title: details.sort_title,
            original_title: details.original_title,
            tagline: details.tagline,
            release_date: details.release_date,
            studio: details.studio,
            languages: Tags(details.languages),
            genres: Tags(details.genres),
            show_id: details.show_id,
            extra_of: details.extra_of,
            extra_kind: details.extra_kind,
            external_ids: ExternalIds(details.external_ids),
            revision: 1,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let video = video.into_active_model().reset_all().insert(conn).await?;
        write_tags(conn, &video.id, &video.tags.0).await?;
        let wanted = Visibility::Public.made_public(wished_public);
        queue::open_for_video(conn, &video, &verdict, wanted).await?;
        write_genres(conn, &video.id, &video.genres.0).await?;
        Ok(video)
    }

    /// The video of this id.
    pub async fn get(&self, id: &str) -> Result<Video> {
        self.find(id)
            .await?
            .ok_or_else(|| CatalogError::not_found("video", id))
    }

    /// The video of this id, if there is one.
    pub async fn find(&self, id: &str) -> Result<Option<Video>> {
        Ok(videos::Entity::find_by_id(id).one(self.db.read()).await?)
    }

    /// The videos of these ids, in one query; those that there are.
    pub async fn find_many(&self, ids: &[String]) -> Result<HashMap<String, Video>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = videos::Entity::find()
            .filter(videos::Column::Id.is_in(ids.iter().map(String::as_str)))
            .all(self.db.read())
            .await?;
        Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
    }

    /// What the hooks say of a title and what goes with it. What is held is
    /// private until a moderator decides.
    pub(crate) async fn judge(&self, details: &Details, filename: &str) -> Result<Verdict> {
        let tags = details.tags.join(", ");
        let texts = [
            ("title", details.title.as_str()),
            ("description", details.description.as_str()),
            ("tags", tags.as_str()),
            ("tagline", details.tagline.as_deref().unwrap_or_default()),
            (
                "original_title",
                details.original_title.as_deref().unwrap_or_default(),
            ),
        ];
        let verdict = self.moderation.verdict(Kind::Title, &texts, "").await?;
        if filename.is_empty() {
            return Ok(verdict);
        }
        let texts = [texts[0], texts[1], texts[2], ("filename", filename)];
        let upload = self.moderation.verdict(Kind::Upload, &texts, "").await?;
        Ok(verdict.or_stricter(upload))
    }

    /// Removes a video and its rows; the blobs are the caller's to remove.
    pub async fn delete(&self, id: &str) -> Result<Video> {
        let tx = self.db.begin().await?;
        let video = self.delete_in(&tx, id).await?;
        tx.commit().await?;
        self.announce(id, true);
        Ok(video)
    }

    /// Removes a video within the caller's transaction.
    /// [`Catalog::announce`] it once that is committed.
    pub async fn delete_in(&self, conn: &impl ConnectionTrait, id: &str) -> Result<Video> {
        let video = videos::Entity::find_by_id(id)
            .one(conn)
            .await?
            .ok_or_else(|| CatalogError::not_found("video", id))?;
        videos::Entity::delete_by_id(id).exec(conn).await?;
        crate::discovery::note_removed(conn, id).await?;
        forget(conn, Subject::Video, id).await?;
        if let Some(show) = &video.show_id {
            shows::drop_abandoned(conn, show).await?;
        }
        Ok(video)
    }

    /// How many videos there are of each status.
    pub async fn count_by_status(&self) -> Result<HashMap<ProcessingStatus, u64>> {
        let rows: Vec<(ProcessingStatus, i64)> = videos::Entity::find()
            .select_only()
            .column(videos::Column::ProcessingStatus)
            .column_as(videos::Column::Id.count(), "n")
            .group_by(videos::Column::ProcessingStatus)
            .into_tuple()
            .all(self.db.read())
            .await?;
        Ok(rows
            .into_iter()
            .map(|(status, n)| (status, u64::try_from(n).unwrap_or(0)))
            .collect())
    }

    /// Whether an upload of this name and size is in the library already, and
    /// under which id (importing a folder twice adds nothing).
    pub async fn find_upload(&self, filename: &str, size: u64) -> Result<Option<String>> {
        let size = i64::try_from(size).unwrap_or(i64::MAX);
        Ok(videos::Entity::find()
            .select_only()
            .column(videos::Column::Id)
            .filter(videos::Column::Filename.eq(filename))
            .filter(videos::Column::FileSize.eq(size))
            .into_tuple()
            .one(self.db.read())
            .await?)
    }
}

pub(crate) fn rating_level(rating: Option<&str>) -> Option<i32> {
    rating.and_then(ratings::level).map(i32::from)
}

pub(crate) async fn write_tags(
    conn: &impl ConnectionTrait,
    id: &str,
    tags: &[String],
) -> Result<()> {
    video_tags::Entity::delete_many()
        .filter(video_tags::Column::VideoId.eq(id))
        .exec(conn)
        .await?;
    if tags.is_empty() {
        return Ok(());
    }
    let rows = tags.iter().map(|tag| video_tags::ActiveModel {
        video_id: Set(id.to_owned()),
        tag: Set(tag.to_lowercase()),
    });
    video_tags::Entity::insert_many(rows).exec(conn).await?;
    Ok(())
}

pub(crate) async fn write_genres(
    conn: &impl ConnectionTrait,
    id: &str,
    genres: &[String],
) -> Result<()> {
    video_genres::Entity::delete_many()
        .filter(video_genres::Column::VideoId.eq(id))
        .exec(conn)
        .await?;
    if genres.is_empty() {
        return Ok(());
    }
    let rows = genres.iter().map(|genre| video_genres::ActiveModel {
        video_id: Set(id.to_owned()),
        genre: Set(genre.to_lowercase()),
        name: Set(genre.clone()),
    });
    video_genres::Entity::insert_many(rows).exec(conn).await?;
    Ok(())
}
