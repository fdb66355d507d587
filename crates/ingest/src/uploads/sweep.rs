//! What nobody goes on with is removed.

use matinee_engines::time::now_micros;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::seal::Whole;
use super::store::{self, Column, Kind, Model, State};
use super::{Result, UploadError, Uploads};

/// How many uploads one round looks at.
const BATCH: u64 = 200;
/// How long finishing an upload may take before somebody else tries.
const FINISHING_MICROS: i64 = 5 * 60 * 1_000_000;

/// What a round has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Unfinished uploads whose time was over.
    pub expired: u64,
    /// Uploads that a crash had kept from becoming videos.
    pub finished: u64,
    /// Notes of uploads long past.
    pub forgotten: u64,
}

impl Uploads {
    /// Removes uploads that nobody went on with, finishes those that a crash
    /// interrupted, and forgets old ones. To be called every few minutes; several
    /// nodes may do so at once.
    pub async fn collect(&self) -> Result<Swept> {
        let mut swept = Swept::default();
        let now = now_micros();
        let db = self.inner.db.read();
        for row in store::overdue(db, State::Active, Column::ExpiresAt, now, BATCH).await? {
            match self.discard(&row).await {
                Ok(()) => swept.expired += 1,
                Err(error) => tracing::warn!(upload = row.id, %error, "cannot discard an upload"),
            }
        }
        let stuck = now - FINISHING_MICROS.min(self.inner.config.expiry_micros());
        for row in store::overdue(db, State::Completing, Column::UpdatedAt, stuck, BATCH).await? {
            match self.finish(row.clone()).await {
                Ok(()) => swept.finished += 1,
                Err(error) => tracing::warn!(upload = row.id, %error, "cannot finish an upload"),
            }
        }
        swept.forgotten = store::Entity::delete_many()
            .filter(Column::State.is_in([State::Complete, State::Gone]))
            .filter(Column::ExpiresAt.lt(now))
            .exec(self.inner.db.write())
            .await?
            .rows_affected;
        // What the database knows nothing of: begun just before a crash.
        let older = self.inner.config.expiry * 2;
        self.inner.blobs.collect_stale(older).await?;
        if swept != Swept::default() {
            tracing::info!(?swept, "uploads collected");
        }
        Ok(swept)
    }

    /// Makes the video of an upload that a crash interrupted in the last step.
    async fn finish(&self, row: Model) -> Result<()> {
        let whole = match row.kind {
            Kind::Parts => Whole::Parts,
            Kind::Tus => Whole::Appended,
            // Nobody was told that it arrived, and nobody can ask: the client
            // will send it again. A download's own job finishes it.
            Kind::Form => return self.discard_form(&row).await,
            Kind::Url => return Ok(()),
        };
        let size = row.size().ok_or(UploadError::Corrupt("size"))?;
        match self.seal(row.clone(), size, whole).await {
            Ok(_) => Ok(()),
            // It will never be whole.
            Err(UploadError::Gone | UploadError::Conflict(_)) => self.discard_form(&row).await,
            Err(error) => Err(error),
        }
    }
}
