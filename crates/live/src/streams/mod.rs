//! What a broadcast is to people: its title, its key, whom it is open to, and
//! where it is in its life.
//!
//! [`Streams`] keeps the rows and is the [`Desk`] that encoders are admitted
//! at. It knows nothing of parts and playlists; what it needs to know of what
//! is on the air it asks through [`Air`].
//!
//! A stream that says `live` is held to it: the node that takes its encoder in
//! puts [`Stream::live_until`] off again and again, and whatever lies in the
//! past with nobody on the air is ended. So a node that dies leaves nothing
//! live behind.

mod air;
mod desk;
mod details;
mod key;
mod life;
mod listing;
mod migrations;
mod numbers;
mod retention;
mod shares;
mod store;
mod watch;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use matinee_catalog::community::Person;
use matinee_catalog::moderation::{Kind, Moderation};
use matinee_catalog::{Access, Tags};
use matinee_engines::db::Db;
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use matinee_identity::access::Visibility;
use matinee_identity::{Accounts, ratings, take_back};
use moka::future::Cache;
use parking_lot::RwLock;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel,
    QueryFilter,
};
use tokio::sync::broadcast;

use crate::broadcast::{Health, Quality};
use crate::desk::OffAir;
use crate::{LiveError, Result};

pub use air::Air;
pub use details::{QUALITIES, SLOW_MODE_MAX, StreamDetails, StreamPatch, VIEWERS_MAX};
pub use listing::{StreamFilter, StreamPage};
pub(crate) use migrations::migrations;
pub use numbers::{Likes, NewSample, Sample};
pub use retention::{Overdue, Recording};
pub use store::{ChatFrom, Model as Stream, StreamStatus};

use store::Column;

/// How long what is known of a stream is good for when another node may have
/// changed it.
const GOOD_FOR: Duration = Duration::from_secs(2);
/// The same of what their owners are called.
const NAMES_GOOD_FOR: Duration = Duration::from_mins(1);
/// The most streams that are kept in memory.
const KNOWN_MAX: u64 = 10_000;
/// How many changes a slow listener may lag behind.
const CHANGES_KEPT: usize = 1024;

/// How streams are kept.
#[derive(Debug, Clone, Copy)]
pub struct StreamOptions {
    /// Letters of a stream key.
    pub key_length: usize,
    /// How long a broadcast may last; none for ever.
    pub max_duration: Option<Duration>,
    /// How long a stream stays live without a sign of its encoder.
    pub grace: Duration,
    /// How long one that was begun by hand waits for its encoder.
    pub patience: Duration,
    /// How long what is known of viewers over time is kept.
    pub keep_samples: Duration,
    /// How long recordings are kept; none for ever.
    pub keep_recordings: Option<Duration>,
}

impl Default for StreamOptions {
    fn default() -> Self {
        Self {
            key_length: 16,
            max_duration: Some(Duration::from_hours(4)),
            grace: Duration::from_mins(1),
            patience: Duration::from_mins(15),
            keep_samples: Duration::from_hours(90 * 24),
            keep_recordings: None,
        }
    }
}

/// A stream about to be made.
#[derive(Debug, Clone)]
pub struct NewStream {
    /// What people say about it.
    pub details: StreamDetails,
    /// The account that owns it.
    pub owner: Option<String>,
    /// Whom it is open to.
    pub access: Access,
}

/// Something has happened to a stream.
#[derive(Debug, Clone)]
pub struct StreamChange {
    /// The stream as it is from then on (or was, if it is gone).
    pub stream: Arc<Stream>,
    /// What.
    pub what: Happened,
}

/// What happens to streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// It is live: begun by hand, or its broadcast is there.
    Started,
    /// It is over.
    Ended,
    /// What is said about it, or whom it is open to, is something else.
    Changed,
    /// The sizes in which its broadcast is to be had are others.
    Scaled,
    /// It is gone.
    Deleted,
}

/// What streams are kept with.
pub struct StreamsDeps {
    /// Where.
    pub db: Db,
    /// Who may publish at all.
    pub accounts: Accounts,
    /// Judges titles.
    pub moderation: Arc<Moderation>,
    /// How.
    pub options: StreamOptions,
}

/// All streams. A clone shares the same memory and the same announcements.
#[derive(Clone)]
pub struct Streams(Arc<Inner>);

struct Inner {
    db: Db,
    accounts: Accounts,
    moderation: Arc<Moderation>,
    options: RwLock<StreamOptions>,
    air: OnceLock<Arc<dyn Air>>,
    known: Cache<String, Option<Arc<Stream>>>,
    names: Cache<String, String>,
    changes: broadcast::Sender<StreamChange>,
}

impl Streams {
    /// The streams in this database.
    pub fn new(deps: StreamsDeps) -> Self {
        let (changes, _) = broadcast::channel(CHANGES_KEPT);
        Self(Arc::new(Inner {
            db: deps.db,
            accounts: deps.accounts,
            moderation: deps.moderation,
            options: RwLock::new(deps.options),
            air: OnceLock::new(),
            known: Cache::builder()
                .name("streams")
                .max_capacity(KNOWN_MAX)
                .time_to_live(GOOD_FOR)
                .build(),
            names: Cache::builder()
                .name("streamers")
                .max_capacity(KNOWN_MAX)
                .time_to_live(NAMES_GOOD_FOR)
                .build(),
            changes,
        }))
    }

    /// From now on, this is what is on the air here. Counts the first time.
    pub fn watch(&self, air: Arc<dyn Air>) {
        let _ = self.0.air.set(air);
    }

    /// Other options from now on.
    pub fn set_options(&self, options: StreamOptions) {
        *self.0.options.write() = options;
    }

    fn options(&self) -> StreamOptions {
        *self.0.options.read()
    }

    /// Hears of every change that this process makes, after it is committed.
    pub fn changes(&self) -> broadcast::Receiver<StreamChange> {
        self.0.changes.subscribe()
    }

    /// The database.
    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }

    /// The streams whose encoder is here.
    pub fn here(&self) -> Vec<String> {
        self.0.air.get().map(|air| air.on()).unwrap_or_default()
    }

    /// Whether there is something of a stream to watch here.
    pub fn plays(&self, id: &str) -> bool {
        self.0.air.get().is_some_and(|air| air.plays(id))
    }

    /// When the newest picture of a stream was taken, in UTC microseconds; none if there is none.
    pub fn pictured_at(&self, stream: &Stream) -> Option<i64> {
        let here = self.0.air.get().and_then(|air| air.pictured_at(&stream.id));
        here.max(stream.thumbnail_at)
    }

    /// What comes in from a stream's encoder, if it is here.
    pub fn health(&self, id: &str) -> Option<Health> {
        self.0.air.get()?.health(id)
    }

    /// The sizes in which a stream's broadcast is to be had here.
    pub fn qualities(&self, id: &str) -> Vec<Quality> {
        let air = self.0.air.get();
        air.map_or_else(Vec::new, |air| air.qualities(id))
    }

    /// The stream, if there is one.
    pub async fn find(&self, id: &str) -> Result<Option<Stream>> {
        Ok(store::Entity::find_by_id(id).one(self.db().read()).await?)
    }

    /// The stream.
    pub async fn get(&self, id: &str) -> Result<Stream> {
        self.find(id).await?.ok_or(LiveError::NotFound("stream"))
    }

    /// The stream as it was a moment ago, mostly from memory.
    pub async fn glance(&self, id: &str) -> Result<Option<Arc<Stream>>> {
        let load = async { Ok::<_, LiveError>(self.find(id).await?.map(Arc::new)) };
        let known = self.0.known.try_get_with(id.to_owned(), load).await;
        known.map_err(|error| match &*error {
            LiveError::Db(error) => LiveError::Db(sea_orm::DbErr::Custom(error.to_string())),
            other => LiveError::Db(sea_orm::DbErr::Custom(other.to_string())),
        })
    }

    /// What the owners of these streams are called, by their ids; in one query
    /// for all who are not known.
    pub async fn owner_names(&self, of: &[&Stream]) -> Result<HashMap<String, String>> {
        let owners: HashSet<&str> = of.iter().filter_map(|one| one.owner.as_deref()).collect();
        let mut names = HashMap::new();
        let mut unknown = Vec::new();
        for owner in owners {
            match self.0.names.get(owner).await {
                Some(name) => drop(names.insert(owner.to_owned(), name)),
                None => unknown.push(owner.to_owned()),
            }
        }
        if !unknown.is_empty() {
            let asked = self.0.accounts.names(&unknown).await;
            let found =
                asked.map_err(|error| LiveError::Db(sea_orm::DbErr::Custom(error.to_string())))?;
            for (owner, name) in found {
                self.0.names.insert(owner.clone(), name.clone()).await;
                names.insert(owner, name);
            }
        }
        Ok(names)
    }

    async fn announce(&self, stream: &Arc<Stream>, what: Happened) {
        let known = Some(stream.clone()).filter(|_| what != Happened::Deleted);
        self.0.known.insert(stream.id.clone(), known).await;
        // Nobody need be listening.
        let _ = self.0.changes.send(StreamChange {
            stream: stream.clone(),
            what,
        });
    }

    async fn judge(&self, details: &StreamDetails, by: &Person) -> Result<()> {
        let tags = details.tags.join("\n");
        let texts = [
            ("title", details.title.as_str()),
            ("description", details.description.as_str()),
            ("tags", tags.as_str()),
        ];
        self.0.moderation.judge(Kind::Title, &texts, by).await?;
        Ok(())
    }

    /// Makes a stream, with a key of its own.
    pub async fn create(&self, new: NewStream, by: &Person) -> Result<Arc<Stream>> {
        let details = new.details.checked()?;
        let access = new.access.checked(false)?;
        self.judge(&details, by).await?;
        let key = key::random(self.options().key_length);
        let now = now_micros();
        let mut row = store::ActiveModel {
            id: Set(Id::new("stream").to_string()),
            owner: Set(new.owner),
            status: Set(StreamStatus::Scheduled),
            started_at: Set(None),
            ended_at: Set(None),
            live_until: Set(None),
            peak_viewers: Set(0),
            like_count: Set(0),
            share_count: Set(0),
            recording_video_id: Set(None),
            thumbnail_at: Set(None),
            key_hash: Set(key::hash(&key)),
            stream_key: Set(key),
            version: Set(0),
            created_at: Set(now),
            ..Default::default()
        };
        describe(&mut row, details);
        open_to(&mut row, access, None);
        row.updated_at = Set(now);
        let stream = Arc::new(row.insert(self.db().write()).await?);
        self.announce(&stream, Happened::Changed).await;
        Ok(stream)
    }

    /// Changes what is said about a stream.
    pub async fn patch(&self, id: &str, patch: StreamPatch, by: &Person) -> Result<Arc<Stream>> {
        // Judged before the transaction: it waits for nothing but the database.
        let before = self.get(id).await?;
        let judged = patch.clone().apply(StreamDetails::of(&before)).checked()?;
        self.judge(&judged, by).await?;
        self.change(id, |row, before| {
            let access = Access {
                visibility: patch.visibility(before.visibility),
                ..before.access()
            };
            let access = access.checked(before.access_password_hash.is_some())?;
            describe(row, patch.apply(StreamDetails::of(before)).checked()?);
            open_to(row, access, before.access_password_hash.clone());
            Ok(())
        })
        .await
    }

    /// Gives a stream these rules. A password that it does not need any more is
    /// forgotten.
    pub async fn set_access(&self, id: &str, access: Access) -> Result<Arc<Stream>> {
        self.change(id, |row, before| {
            let access = access.checked(before.access_password_hash.is_some())?;
            open_to(row, access, before.access_password_hash.clone());
            Ok(())
        })
        .await
    }

    /// Gives a stream another key. Whoever publishes with the old one is let
    /// go, and may come back with the new one.
    pub async fn rotate_key(&self, id: &str) -> Result<Arc<Stream>> {
        let key = key::random(self.options().key_length);
        let stream = self.change(id, |row, _| {
            row.key_hash = Set(key::hash(&key));
            row.stream_key = Set(key);
            Ok(())
        });
        let stream = stream.await?;
        self.stop(id, OffAir::Stopped).await;
        Ok(stream)
    }

    /// Names the video that a stream's broadcast has become.
    pub async fn recorded(&self, id: &str, video_id: &str) -> Result<()> {
        let changed = self.change(id, |row, _| {
            row.recording_video_id = Set(Some(video_id.to_owned()));
            Ok(())
        });
        match changed.await {
            // It may have been deleted meanwhile: the video stays.
            Ok(_) | Err(LiveError::NotFound(_)) => Ok(()),
            Err(other) => Err(other),
        }
    }

    /// Notes that a picture was kept that was taken then. Gives whether there is such a stream.
    ///
    /// Nobody is told: pictures come all the time.
    pub(crate) async fn pictured(&self, id: &str, taken_at: i64) -> Result<bool> {
        let noted = store::Entity::update_many()
            .col_expr(Column::ThumbnailAt, Expr::value(taken_at))
            .filter(Column::Id.eq(id))
            .exec(self.db().write())
            .await?;
        self.0.known.invalidate(id).await;
        Ok(noted.rows_affected > 0)
    }

    async fn change(
        &self,
        id: &str,
        edit: impl FnOnce(&mut store::ActiveModel, &Stream) -> Result<()>,
    ) -> Result<Arc<Stream>> {
        let tx = self.db().begin().await?;
        let before = store::Entity::find_by_id(id)
            .one(&tx)
            .await?
            .ok_or(LiveError::NotFound("stream"))?;
        let mut row = before.clone().into_active_model();
        edit(&mut row, &before)?;
        row.version = Set(before.version + 1);
        row.updated_at = Set(now_micros());
        let stream = row.update(&tx).await?;
        let rules = |of: &Stream| {
            (
                of.access(),
                of.access_password_hash.clone(),
                of.rating_level,
            )
        };
        if rules(&stream) != rules(&before) {
            take_back(&tx, [id]).await?;
        }
        tx.commit().await?;
        let stream = Arc::new(stream);
        self.announce(&stream, Happened::Changed).await;
        Ok(stream)
    }

    /// Removes a stream, with its chat and its numbers. What became a video
    /// stays.
    pub async fn delete(&self, id: &str) -> Result<()> {
        let tx = self.db().begin().await?;
        let stream = store::Entity::find_by_id(id)
            .one(&tx)
            .await?
            .ok_or(LiveError::NotFound("stream"))?;
        store::Entity::delete_by_id(id).exec(&tx).await?;
        take_back(&tx, [id]).await?;
        tx.commit().await?;
        self.announce(&Arc::new(stream), Happened::Deleted).await;
        self.stop(id, OffAir::Stopped).await;
        Ok(())
    }

    /// Takes an account's name off its streams: they end, their keys are worth
    /// nothing, and nobody but administrators sees them.
    pub async fn leave(&self, user: &str) -> Result<()> {
        use sea_orm::QuerySelect as _;
        let ids: Vec<String> = store::Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(
                Condition::any()
                    .add(Column::Owner.eq(user))
                    .add(Column::StreamerId.eq(user)),
            )
            .into_tuple()
            .all(self.db().read())
            .await?;
        for id in ids {
            self.finish(&id).await?;
            if self.get(&id).await?.owner.as_deref() == Some(user) {
                crate::restream::forget(self.db(), &id).await?;
                crate::pull::forget(self.db(), &id).await?;
            }
            let key = key::random(self.options().key_length);
            let left = self.change(&id, |row, before| {
                if before.owner.as_deref() == Some(user) {
                    row.owner = Set(None);
                    row.visibility = Set(Visibility::Private);
                    row.key_hash = Set(key::hash(&key));
                    row.stream_key = Set(key);
                }
                row.streamer_id = Set(None);
                row.thumbnail_at = Set(None);
                Ok(())
            });
            match left.await {
                Ok(_) => self.stop(&id, OffAir::Stopped).await,
                Err(LiveError::NotFound(_)) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }
}

/// A length of time as the database counts.
pub(crate) fn micros(length: Duration) -> i64 {
    i64::try_from(length.as_micros()).unwrap_or(i64::MAX / 4)
}

fn describe(row: &mut store::ActiveModel, details: StreamDetails) {
    let level = details.rating.as_deref().and_then(ratings::level);
    row.title = Set(details.title);
    row.description = Set(details.description);
    row.streamer_id = Set(details.streamer_id);
    row.content_type = Set(details.content_type);
    row.category = Set(details.category);
    row.tags = Set(Tags(details.tags));
    row.language = Set(details.language);
    row.rating = Set(details.rating);
    row.rating_level = Set(level.map(i32::from));
    row.quality = Set(details.quality);
    row.max_viewers = Set(details.max_viewers);
    row.scheduled_at = Set(details.scheduled_at);
    row.record = Set(details.record);
    row.chat_from = Set(details.chat_from);
    row.slow_mode_s = Set(details.slow_mode_s);
    row.followers_only = Set(details.followers_only);
}

fn open_to(row: &mut store::ActiveModel, access: Access, password: Option<String>) {
    let password = access
        .password_hash
        .or(password)
        .filter(|_| access.visibility == Visibility::Password);
    row.visibility = Set(access.visibility);
    row.access_groups = Set(Some(access.groups).filter(|groups| !groups.any.is_empty()));
    row.access_password_hash = Set(password);
    row.publish_at = Set(access.publish_at);
    row.expires_at = Set(access.expires_at);
    row.access_regions = Set(access.regions);
    row.access_networks = Set(Some(access.networks).filter(|n| !n.any.is_empty()));
}
