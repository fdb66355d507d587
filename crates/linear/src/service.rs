//! All channels.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use matinee_catalog::community::Person;
use matinee_catalog::moderation::{Kind, Moderation};
use matinee_channels::playout::Reel;
use matinee_engines::blobs::SharedBlobs;
use matinee_engines::db::Db;
use moka::future::Cache;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::adverts::{Adverts, Breaks};
use crate::clock::Clock;
use crate::library::Libraries;
use crate::media::Slates;
use crate::news::News;
use crate::station::{Station, assemble};
use crate::store::channels;
use crate::takeover::Air;
use crate::{LinearError, Result};

/// How many channels are kept in memory at most, of those that somebody asks for.
const STATIONS: u64 = 20_000;
/// How long one is kept that nobody asks for.
const STATION_IDLE: Duration = Duration::from_mins(30);
/// Bytes of slots that are kept in memory.
const REELS_BYTES: u64 = 96 << 20;
/// How long slots are kept that nobody asks for.
const REEL_IDLE: Duration = Duration::from_mins(5);

/// Bytes of parts of broadcasts that are kept in memory.
const PARTS_BYTES: u64 = 64 << 20;

/// What channels are kept with.
pub struct ChannelsDeps {
    /// Where.
    pub db: Db,
    /// What there is to choose from.
    pub libraries: Libraries,
    /// Where there is nothing.
    pub slates: Slates,
    /// Judges names.
    pub moderation: Arc<Moderation>,
    /// What is broadcast here.
    pub air: Arc<dyn Air>,
    /// Where parts of broadcasts that take over are kept.
    pub blobs: SharedBlobs,
    /// How many times as fast as usual time goes by; other than 1 for tests alone.
    pub speed: u32,
    /// Decides what breaks are filled with.
    pub breaks: Option<Arc<dyn Breaks>>,
}

/// All channels. A clone shares the same memory.
#[derive(Clone)]
pub struct Channels(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) libraries: Libraries,
    pub(crate) slates: Slates,
    pub(crate) clock: Clock,
    pub(crate) news: Arc<News>,
    pub(crate) adverts: Option<Adverts>,
    moderation: Arc<Moderation>,
    pub(crate) air: Arc<dyn Air>,
    pub(crate) blobs: SharedBlobs,
    /// Parts of broadcasts that take over.
    pub(crate) parts: Cache<String, Bytes>,
    /// Of which streams they are, by takeover.
    pub(crate) taken_from: Cache<String, Arc<str>>,
    stations: Cache<String, Arc<Station>>,
    /// Identifiers by number and slug.
    names: Cache<String, String>,
    pub(crate) reels: Cache<ReelKey, Arc<Reel>>,
}

/// A stretch of a channel as it is at a version.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ReelKey {
    pub(crate) channel: String,
    pub(crate) version: i64,
    pub(crate) from: i64,
    pub(crate) to: i64,
}

impl Channels {
    /// The channels in this database.
    pub fn new(deps: ChannelsDeps) -> Self {
        let weigh = |_: &ReelKey, reel: &Arc<Reel>| {
            let slots: usize = reel.strips().iter().map(|strip| strip.slots.len()).sum();
            u32::try_from(slots * 56 + 500).unwrap_or(u32::MAX)
        };
        let news = Arc::new(News::new());
        let hears = news.clone();
        deps.libraries
            .on_change(move |video, deleted| hears.note(video, deleted));
        Self(Arc::new(Inner {
            db: deps.db,
            libraries: deps.libraries,
            slates: deps.slates,
            clock: Clock::of_speed(deps.speed),
            news,
            adverts: deps.breaks.map(Adverts::new),
            moderation: deps.moderation,
            air: deps.air,
            blobs: deps.blobs,
            parts: Cache::builder()
                .name("parts of broadcasts on channels")
                .max_capacity(PARTS_BYTES)
                .weigher(|_, part: &Bytes| u32::try_from(part.len()).unwrap_or(u32::MAX))
                .build(),
            taken_from: Cache::builder()
                .name("streams that take over")
                .max_capacity(STATIONS)
                .build(),
            stations: Cache::builder()
                .name("channels")
                .max_capacity(STATIONS)
                .time_to_idle(STATION_IDLE)
                .build(),
            names: Cache::builder()
                .name("names of channels")
                .max_capacity(STATIONS)
                .time_to_idle(STATION_IDLE)
                .build(),
            reels: Cache::builder()
                .name("reels")
                .max_capacity(REELS_BYTES)
                .weigher(weigh)
                .time_to_idle(REEL_IDLE)
                .build(),
        }))
    }

    /// The time on the air, in UTC milliseconds.
    pub fn now(&self) -> i64 {
        self.0.clock.now()
    }

    /// How long a length of time on the air really is.
    pub fn really(&self, length: Duration) -> Duration {
        self.0.clock.really(length)
    }

    /// What there is to choose from.
    pub fn libraries(&self) -> &Libraries {
        &self.0.libraries
    }

    /// The slate in each codec.
    pub fn slates(&self) -> &Slates {
        &self.0.slates
    }

    /// A channel by its identifier, mostly from memory.
    pub async fn station(&self, id: &str) -> Result<Arc<Station>> {
        if let Some(station) = self.0.stations.get(id).await {
            return Ok(station);
        }
        let load = async {
            if Self::is_mine(id) {
                return Box::pin(self.load_mine(id)).await.map(Arc::new);
            }
            self.load(id).await.map(Arc::new)
        };
        Ok(self.0.stations.try_get_with(id.to_owned(), load).await?)
    }

    /// A channel by its identifier, its number or its slug.
    pub async fn find(&self, name: &str) -> Result<Arc<Station>> {
        if name.starts_with("channel_") {
            return self.station(name).await;
        }
        let id = if let Some(id) = self.0.names.get(name).await {
            id
        } else {
            let look = self.id_of(name);
            self.0.names.try_get_with(name.to_owned(), look).await?
        };
        self.station(&id).await
    }

    async fn id_of(&self, name: &str) -> Result<String> {
        let all_digits = !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit());
        let wanted = if all_digits {
            let number: i32 = name.parse().map_err(|_| LinearError::NotFound("channel"))?;
            channels::Column::Number.eq(number)
        } else {
            channels::Column::Slug.eq(name)
        };
        let id: Option<String> = channels::Entity::find()
            .select_only()
            .column(channels::Column::Id)
            .filter(wanted)
            .filter(channels::Column::DeletedAt.is_null())
            .into_tuple()
            .one(self.0.db.read())
            .await?;
        id.ok_or(LinearError::NotFound("channel"))
    }

    /// A channel as the database has it now.
    pub(crate) async fn load(&self, id: &str) -> Result<Station> {
        let row = channels::Entity::find_by_id(id)
            .filter(channels::Column::DeletedAt.is_null())
            .one(self.0.db.read())
            .await?;
        let row = row.ok_or(LinearError::NotFound("channel"))?;
        let mut stations = assemble(self.0.db.read(), &self.0.libraries, vec![row]).await?;
        stations.pop().ok_or(LinearError::NotFound("channel"))
    }

    /// These channels, in the order of their rows: from memory where they have not changed.
    pub(crate) async fn stations(&self, rows: Vec<channels::Model>) -> Result<Vec<Arc<Station>>> {
        let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
        let mut unknown = Vec::new();
        for row in rows {
            let known = self.0.stations.get(&row.id).await;
            if known.is_none_or(|known| known.channel.version != row.version) {
                unknown.push(row);
            }
        }
        for station in assemble(self.0.db.read(), &self.0.libraries, unknown).await? {
            let id = station.channel.id.clone();
            self.0.stations.insert(id, Arc::new(station)).await;
        }
        let mut out = Vec::with_capacity(ids.len());
        for id in ids {
            match self.station(&id).await {
                Ok(station) => out.push(station),
                // It has gone meanwhile.
                Err(error) if matches!(error.root(), LinearError::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(out)
    }

    /// Forgets what is known of a channel.
    pub(crate) async fn forget(&self, id: &str) {
        self.0.stations.invalidate(id).await;
        // Numbers and slugs change hands.
        self.0.names.invalidate_all();
    }

    /// Whether a channel in memory is another version than this.
    pub(crate) async fn is_outdated(&self, id: &str, version: i64) -> bool {
        let known = self.0.stations.get(id).await;
        known.is_some_and(|known| known.channel.version != version)
    }

    pub(crate) async fn judge(&self, name: &str, by: &Person) -> Result<()> {
        let texts = [("name", name)];
        self.0.moderation.judge(Kind::Title, &texts, by).await?;
        Ok(())
    }
}
