//! What an account keeps in the library.

use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SimpleExpr};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::store::{renditions, videos};
use crate::{Catalog, Result};

/// What an account keeps in the library.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Its videos.
    pub videos: u64,
    /// Bytes of its uploads and of the renditions made of them.
    pub bytes: u64,
    /// How many of its videos are newer than was asked.
    pub recent: u64,
    /// When the oldest of those was uploaded (UTC microseconds).
    pub oldest_recent: Option<i64>,
}

impl Catalog {
    /// What this account keeps, and how much of it was uploaded after `since`
    /// (UTC microseconds).
    pub async fn usage(&self, owner: &str, since: i64) -> Result<Usage> {
        use videos::Column as C;
        let db = self.db.read();
        let uploads: Option<(i64, Option<i64>)> = videos::Entity::find()
            .select_only()
            .expr(C::Id.count())
            .expr(sum(Expr::col(C::FileSize)))
            .filter(C::Owner.eq(owner))
            .into_tuple()
            .one(db)
            .await?;
        let theirs = Query::select()
            .column(C::Id)
            .from(videos::Entity)
            .and_where(Expr::col(C::Owner).eq(owner))
            .to_owned();
        let made: Option<Option<i64>> = renditions::Entity::find()
            .select_only()
            .expr(sum(Expr::col(renditions::Column::SizeBytes)))
            // What is played as it was uploaded is counted already.
            .filter(renditions::Column::IsSource.eq(false))
            .filter(renditions::Column::VideoId.in_subquery(theirs))
            .into_tuple()
            .one(db)
            .await?;
        let recent: Option<(i64, Option<i64>)> = videos::Entity::find()
            .select_only()
            .expr(C::Id.count())
            .expr(C::CreatedAt.min())
            .filter(C::Owner.eq(owner))
            .filter(C::CreatedAt.gt(since))
            .into_tuple()
            .one(db)
            .await?;
        let whole = |n: Option<i64>| n.and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
        let (count, uploaded) = uploads.unwrap_or_default();
        let (newer, oldest_recent) = recent.unwrap_or_default();
        Ok(Usage {
            videos: whole(Some(count)),
            bytes: whole(uploaded).saturating_add(whole(made.flatten())),
            recent: whole(Some(newer)),
            oldest_recent,
        })
    }
}

/// PostgreSQL's sum of big integers is a decimal.
fn sum(of: Expr) -> SimpleExpr {
    Expr::expr(Func::sum(of)).cast_as("bigint")
}
