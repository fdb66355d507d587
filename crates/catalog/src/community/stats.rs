//! The library and its community in numbers.

use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait as _, EntityTrait, PaginatorTrait, QueryFilter};

use super::store::{comments, playlists, reviews};
use super::{Community, PostState, Sharing};
use crate::store::videos;
use crate::{Audience, Result};

/// Numbers.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Stats {
    /// Videos.
    pub videos: i64,
    /// Those that everybody may watch.
    pub public_videos: i64,
    /// Those that can be watched.
    pub processed_videos: i64,
    /// Views of all.
    pub views: i64,
    /// Likes of all.
    pub likes: i64,
    /// Dislikes of all.
    pub dislikes: i64,
    /// Of all together, in milliseconds.
    pub duration_ms: i64,
    /// Of all uploads together, in bytes.
    pub upload_bytes: i64,
    /// Comments that everybody sees.
    pub comments: u64,
    /// Reviews that everybody sees.
    pub reviews: u64,
    /// Playlists: of everybody's finding, or all.
    pub playlists: u64,
}

impl Community {
    /// Counts everything, or (`public_only`) what everybody may see. Reads
    /// whole tables: the caller keeps the answer for a while.
    pub async fn stats(&self, public_only: bool) -> Result<Stats> {
        let db = self.db().read();
        let row = db.query_one(&totals(public_only)).await?;
        let mut stats = Stats::default();
        if let Some(row) = row {
            let number = |n: usize| {
                row.try_get_by_index::<Option<i64>>(n)
                    .map(|v| v.unwrap_or(0))
            };
            stats.videos = number(0)?;
            stats.public_videos = number(1)?;
            stats.processed_videos = number(2)?;
            stats.views = number(3)?;
            stats.likes = number(4)?;
            stats.dislikes = number(5)?;
            stats.duration_ms = number(6)?;
            stats.upload_bytes = number(7)?;
        }
        stats.comments = comments::Entity::find()
            .filter(comments::Column::State.eq(PostState::Visible))
            .count(db)
            .await?;
        stats.reviews = reviews::Entity::find()
            .filter(reviews::Column::State.eq(PostState::Visible))
            .count(db)
            .await?;
        let mut lists = playlists::Entity::find();
        if public_only {
            lists = lists
                .filter(playlists::Column::Visibility.eq(Sharing::Public))
                .filter(playlists::Column::State.eq(PostState::Visible));
        }
        stats.playlists = lists.count(db).await?;
        Ok(stats)
    }
}

fn totals(public_only: bool) -> SelectStatement {
    use videos::Column as C;
    // Sums of 64-bit numbers are of another type on PostgreSQL.
    let sum = |column: C| Expr::expr(Func::sum(Expr::col(column))).cast_as("BIGINT");
    let counted = |column: C| {
        let one = Expr::case(Expr::col(column).eq(true), 1_i64).finally(0_i64);
        Expr::expr(Func::sum(Expr::expr(one))).cast_as("BIGINT")
    };
    let mut query = Query::select();
    query
        .expr(Expr::expr(Func::count(Expr::col(C::Id))).cast_as("BIGINT"))
        .expr(counted(C::IsPublic))
        .expr(counted(C::IsProcessed))
        .expr(sum(C::ViewCount))
        .expr(sum(C::LikeCount))
        .expr(sum(C::DislikeCount))
        .expr(sum(C::DurationMs))
        .expr(sum(C::FileSize))
        .from(videos::Entity);
    if public_only {
        query.cond_where(Audience::anybody().condition());
    }
    query
}
