//! The library as channels see it: snapshots that are taken of the catalog, kept, and found again.
//!
//! A revision of a channel names the snapshot that it chooses from. It is kept as a blob, so that
//! every node, and this one after a restart, makes the same schedule of it whatever has become of
//! the catalog since.

mod kept;
mod measure;
mod share;
mod shelf;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use matinee_catalog::Catalog;
use matinee_channels::library::{Item, Snapshot};
use matinee_engines::blobs::SharedBlobs;
use matinee_engines::time::now_micros;
use moka::future::Cache;
use parking_lot::Mutex;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};

pub use kept::Library;
pub use share::Share;

use crate::store::libraries;
use crate::{LinearError, Result};

/// How long a snapshot is good for when another node may have changed the catalog.
const GOOD_FOR: Duration = Duration::from_mins(1);
/// How many shares are kept in memory that no channel uses at the moment.
const SHARES: u64 = 16;

/// Takes snapshots of the catalog, and keeps them.
#[derive(Clone)]
pub struct Libraries(Arc<Inner>);

struct Inner {
    catalog: Catalog,
    blobs: SharedBlobs,
    /// Moves with every change of the catalog that this process makes.
    changes: Arc<AtomicU64>,
    fresh: Cache<String, (u64, Library)>,
    /// Those that some channel in memory uses.
    used: Mutex<HashMap<String, Weak<Snapshot>>>,
    loading: Cache<String, Arc<Snapshot>>,
}

impl Libraries {
    /// Snapshots of this catalog.
    pub fn new(catalog: Catalog, blobs: SharedBlobs) -> Self {
        let changes = Arc::new(AtomicU64::new(0));
        let seen = changes.clone();
        catalog.on_change(move |_| {
            seen.fetch_add(1, Ordering::Relaxed);
        });
        Self(Arc::new(Inner {
            catalog,
            blobs,
            changes,
            fresh: Cache::builder()
                .name("libraries of channels")
                .max_capacity(SHARES)
                .time_to_live(GOOD_FOR)
                .build(),
            used: Mutex::default(),
            loading: Cache::builder()
                .max_capacity(SHARES)
                .time_to_live(Duration::from_secs(5))
                .build(),
        }))
    }

    /// Calls `hear` with every video that this process changes, and whether it is gone: after it
    /// is committed and before whoever made the change goes on.
    pub(crate) fn on_change(&self, hear: impl Fn(&str, bool) + Send + Sync + 'static) {
        self.0
            .catalog
            .on_change(move |change| hear(&change.video_id, change.deleted));
    }

    /// Whoever asks next is given what there is, not what there was a moment ago.
    pub(crate) fn look_again(&self) {
        self.0.fresh.invalidate_all();
    }

    /// What there is to choose from now. Nothing is kept yet.
    pub fn take<'a>(&'a self, share: &'a Share) -> BoxFuture<'a, Result<Library>> {
        self.taken(share).boxed()
    }

    async fn taken(&self, share: &Share) -> Result<Library> {
        let inner = &self.0;
        let changes = inner.changes.load(Ordering::Relaxed);
        let key = share.key();
        if let Some((seen, library)) = inner.fresh.get(&key).await
            && seen == changes
        {
            return Ok(library);
        }
        inner.fresh.invalidate(&key).await;
        let (_, library) = inner
            .fresh
            .try_get_with(key, async {
                let library = self.read(share).await?;
                Ok::<_, LinearError>((changes, library))
            })
            .await?;
        Ok(library)
    }

    /// A video by itself: an advertisement, which no share has.
    pub(crate) async fn single(&self, id: &str) -> Result<Option<Item>> {
        let inner = &self.0;
        let video = inner.catalog.find(id).await?;
        let Some(video) = video.filter(|video| video.is_advert() && video.is_processed) else {
            return Ok(None);
        };
        let parts = inner.catalog.parts_of([&video]).await?;
        let Some(parts) = parts.get(id).cloned() else {
            return Ok(None);
        };
        let wanted = [(video.id.clone(), parts)];
        let mut media = measure::measure(inner.catalog.db(), &inner.blobs, &wanted).await?;
        let media = media.remove(id);
        Ok(media.map(|media| Item::new(&video.id, &video.title, media)))
    }

    async fn read(&self, share: &Share) -> Result<Library> {
        let inner = &self.0;
        let now = now_micros();
        let items = shelf::items(&inner.catalog, &inner.blobs, share, now).await?;
        aside(move || {
            let (id, _) = kept::pack(&items)?;
            Ok(Library {
                id: id.into(),
                snapshot: Arc::new(Snapshot::new(now / 1000, items)),
            })
        })
        .await
        .map(|library| self.share(library))
    }

    /// The same in memory is the same.
    fn share(&self, library: Library) -> Library {
        let mut used = self.0.used.lock();
        if let Some(snapshot) = used.get(&*library.id).and_then(Weak::upgrade) {
            return Library {
                snapshot,
                ..library
            };
        }
        used.retain(|_, snapshot| snapshot.strong_count() > 0);
        used.insert(library.id.to_string(), Arc::downgrade(&library.snapshot));
        library
    }

    /// Keeps the bytes of a library. Before a row names it.
    pub(crate) async fn keep(&self, library: &Library) -> Result<()> {
        let key = kept::key(&library.id)?;
        if self.0.blobs.head(&key).await.is_ok() {
            return Ok(());
        }
        let snapshot = library.snapshot.clone();
        let (_, packed) = aside(move || {
            let items: Vec<_> = (0..u32::try_from(snapshot.len()).unwrap_or(u32::MAX))
                .filter(|&n| n != snapshot.slate())
                .map(|n| snapshot.item(n).clone())
                .collect();
            kept::pack(&items)
        })
        .await?;
        self.0.blobs.put(&key, packed).await?;
        Ok(())
    }

    /// Names a library that has been [kept](Self::keep), in the transaction of whatever uses it.
    pub(crate) async fn name<C: ConnectionTrait>(conn: &C, library: &Library) -> Result<()> {
        let row = libraries::ActiveModel {
            id: Set(library.id.to_string()),
            taken_at: Set(library.snapshot.taken_at()),
            items: Set(i32::try_from(library.snapshot.len() - 1).unwrap_or(i32::MAX)),
            created_at: Set(now_micros()),
        };
        let again = OnConflict::column(libraries::Column::Id)
            .update_column(libraries::Column::CreatedAt)
            .to_owned();
        libraries::Entity::insert(row)
            .on_conflict(again)
            .exec_without_returning(conn)
            .await?;
        Ok(())
    }

    /// A library that has been kept.
    pub async fn load(&self, id: &str) -> Result<Library> {
        let known = |snapshot| Library {
            id: id.into(),
            snapshot,
        };
        let used = self.0.used.lock().get(id).and_then(Weak::upgrade);
        if let Some(snapshot) = used {
            return Ok(known(snapshot));
        }
        let load = async {
            let row = libraries::Entity::find_by_id(id)
                .one(self.0.catalog.db().read())
                .await?;
            let taken_at = row.ok_or(LinearError::NotFound("library"))?.taken_at;
            let key = kept::key(id)?;
            let packed = self.0.blobs.get_all(&key, kept::MOST_PACKED).await?;
            aside(move || Ok(Arc::new(Snapshot::new(taken_at, kept::unpack(&packed)?)))).await
        };
        let snapshot = self.0.loading.try_get_with(id.to_owned(), load).await?;
        Ok(self.share(known(snapshot)))
    }

    /// Forgets the bytes of a library that nothing names.
    pub(crate) async fn forget(&self, id: &str) -> Result<()> {
        Ok(self.0.blobs.delete(&kept::key(id)?).await?)
    }
}

/// Runs what takes milliseconds off the runtime.
pub(crate) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| LinearError::Damaged(error.to_string()))?
}
