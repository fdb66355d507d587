//! Streams in numbers: samples over time, and likes.

use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::{Streams, micros, store};
use crate::{LiveError, Result};

/// The most samples that are told at once.
const SAMPLES_MAX: u64 = 10_000;

/// `stream_samples`: how a stream was doing at an instant.
pub mod samples {
    use sea_orm::entity::prelude::*;

    /// One sample.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "stream_samples")]
    pub struct Model {
        /// `analytics_…`
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// The stream.
        pub stream_id: String,
        /// When (UTC microseconds).
        pub at: i64,
        /// How many watched.
        pub viewers: i32,
        /// What went out to them, in kbit/s.
        pub bandwidth_kbps: i64,
        /// What most of them watched, such as `720p`.
        pub quality: Option<String>,
        /// Chat messages since the sample before.
        pub messages: i32,
        /// Likes in all.
        pub likes: i64,
        /// People who passed it on, in all.
        pub shares: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `stream_likes`: who likes which stream.
pub(crate) mod likes {
    use sea_orm::entity::prelude::*;

    /// One like.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "stream_likes")]
    pub struct Model {
        /// `like_…`
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// The stream.
        pub stream_id: String,
        /// The profile or the browser.
        pub viewer: String,
        /// When (UTC microseconds).
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use samples::Model as Sample;

/// A sample about to be kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewSample {
    /// How many watch.
    pub viewers: u32,
    /// What goes out to them, in kbit/s.
    pub bandwidth_kbps: u64,
    /// What most of them watch.
    pub quality: Option<String>,
    /// Chat messages since the sample before.
    pub messages: u32,
}

/// How many like a stream, and whether somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Likes {
    /// How many.
    pub count: i64,
    /// Whether whoever asks is among them.
    pub liked: bool,
}

impl Streams {
    /// Keeps a sample of a stream; nothing of one that is gone.
    pub async fn sample(&self, id: &str, sample: NewSample) -> Result<()> {
        let most = i32::try_from(sample.viewers).unwrap_or(i32::MAX);
        let tx = self.db().begin().await?;
        let Some(stream) = store::Entity::find_by_id(id).one(&tx).await? else {
            return Ok(());
        };
        if stream.peak_viewers < most {
            store::Entity::update_many()
                .col_expr(store::Column::PeakViewers, Expr::value(most))
                .filter(store::Column::Id.eq(id))
                .exec(&tx)
                .await?;
        }
        let row = samples::ActiveModel {
            id: Set(Id::new("analytics").to_string()),
            stream_id: Set(id.to_owned()),
            at: Set(now_micros()),
            viewers: Set(most),
            bandwidth_kbps: Set(i64::try_from(sample.bandwidth_kbps).unwrap_or(i64::MAX)),
            quality: Set(sample.quality),
            messages: Set(i32::try_from(sample.messages).unwrap_or(i32::MAX)),
            likes: Set(stream.like_count),
            shares: Set(stream.share_count),
        };
        samples::Entity::insert(row)
            .exec_without_returning(&tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Notes that so many watch at once, if that is the most so far.
    pub async fn peaked(&self, id: &str, viewers: u32) -> Result<()> {
        let most = i32::try_from(viewers).unwrap_or(i32::MAX);
        store::Entity::update_many()
            .col_expr(store::Column::PeakViewers, Expr::value(most))
            .filter(store::Column::Id.eq(id))
            .filter(store::Column::PeakViewers.lt(most))
            .exec(self.db().write())
            .await?;
        Ok(())
    }

    /// The samples of a stream since an instant (UTC microseconds), the
    /// earliest first; the latest of very many.
    pub async fn samples(&self, id: &str, since: i64) -> Result<Vec<Sample>> {
        let mut rows = samples::Entity::find()
            .filter(samples::Column::StreamId.eq(id))
            .filter(samples::Column::At.gte(since))
            .order_by_desc(samples::Column::At)
            .limit(SAMPLES_MAX)
            .all(self.db().read())
            .await?;
        rows.reverse();
        Ok(rows)
    }

    /// Forgets samples that are older than they are kept.
    pub async fn collect(&self) -> Result<()> {
        let instant = now_micros().saturating_sub(micros(self.options().keep_samples));
        samples::Entity::delete_many()
            .filter(samples::Column::At.lt(instant))
            .exec(self.db().write())
            .await?;
        Ok(())
    }

    /// Has somebody like a stream, or not any more. Doing so again changes
    /// nothing.
    pub async fn like(&self, id: &str, viewer: &str, liked: bool) -> Result<Likes> {
        let tx = self.db().begin().await?;
        if store::Entity::find_by_id(id).one(&tx).await?.is_none() {
            return Err(LiveError::NotFound("stream"));
        }
        if liked {
            let row = likes::ActiveModel {
                id: Set(Id::new("like").to_string()),
                stream_id: Set(id.to_owned()),
                viewer: Set(viewer.to_owned()),
                created_at: Set(now_micros()),
            };
            let once = OnConflict::columns([likes::Column::StreamId, likes::Column::Viewer])
                .do_nothing()
                .to_owned();
            likes::Entity::insert(row)
                .on_conflict(once)
                .exec_without_returning(&tx)
                .await?;
        } else {
            likes::Entity::delete_many()
                .filter(likes::Column::StreamId.eq(id))
                .filter(likes::Column::Viewer.eq(viewer))
                .exec(&tx)
                .await?;
        }
        let count = likes::Entity::find()
            .filter(likes::Column::StreamId.eq(id))
            .count(&tx)
            .await?;
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        store::Entity::update_many()
            .col_expr(store::Column::LikeCount, Expr::value(count))
            .filter(store::Column::Id.eq(id))
            .exec(&tx)
            .await?;
        tx.commit().await?;
        self.0.known.invalidate(id).await;
        Ok(Likes { count, liked })
    }

    /// Takes back the likes of these keys: their owner leaves.
    pub async fn forget_likes(&self, keys: &[String]) -> Result<()> {
        let theirs = || likes::Column::Viewer.is_in(keys.iter().map(String::as_str));
        let tx = self.db().begin().await?;
        let ids: Vec<String> = likes::Entity::find()
            .select_only()
            .column(likes::Column::StreamId)
            .distinct()
            .filter(theirs())
            .into_tuple()
            .all(&tx)
            .await?;
        likes::Entity::delete_many()
            .filter(theirs())
            .exec(&tx)
            .await?;
        let counted =
            "(SELECT COUNT(*) FROM stream_likes WHERE stream_likes.stream_id = streams.id)";
        for ids in ids.chunks(200) {
            store::Entity::update_many()
                .col_expr(store::Column::LikeCount, Expr::cust(counted))
                .filter(store::Column::Id.is_in(ids.iter().map(String::as_str)))
                .exec(&tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
