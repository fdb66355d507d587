//! What is known of a viewer: what their pages are filled with.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::shelves::READY;
use super::{Discovery, DiscoveryResult, Seer, Watched};
use crate::community::store::watchlist;

/// How much of somebody's history is looked at: what is in it is not
/// recommended to them again.
const LOOKED_THROUGH: usize = 500;

/// What somebody watched and means to watch, the latest first.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// What they have begun.
    pub history: Vec<Watched>,
    /// The ids on their watchlist.
    pub kept: Vec<String>,
}

impl Known {
    /// Whether that is nothing: then their pages are everybody's.
    pub fn is_nothing(&self) -> bool {
        self.history.is_empty() && self.kept.is_empty()
    }

    /// Another number whenever something has been added, moved on or removed.
    pub fn digest(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.history.hash(&mut hasher);
        self.kept.hash(&mut hasher);
        hasher.finish()
    }
}

impl Discovery {
    /// What is known of them; nothing of people without a viewer's key.
    pub async fn known(&self, seer: &Seer) -> DiscoveryResult<Known> {
        let Some(viewer) = &seer.viewer else {
            return Ok(Known::default());
        };
        let history = self.inner.history.recent(viewer, LOOKED_THROUGH).await?;
        let kept = watchlist::Entity::find()
            .select_only()
            .column(watchlist::Column::VideoId)
            .filter(watchlist::Column::Viewer.eq(viewer))
            .order_by_desc(watchlist::Column::AddedAt)
            .limit(READY as u64)
            .into_tuple()
            .all(self.inner.catalog.db().read())
            .await?;
        Ok(Known { history, kept })
    }
}
