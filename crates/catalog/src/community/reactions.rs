//! Likes and dislikes: one for each person and video.

use matinee_engines::time::now_micros;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    QuerySelect,
};

use super::store::reactions;
use super::{Community, Person};
use crate::store::videos;
use crate::{CatalogError, Result};

/// What somebody thinks of a video.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// A thumb up.
    Like,
    /// A thumb down.
    Dislike,
}

impl Reaction {
    /// The word that is sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Like => "like",
            Self::Dislike => "dislike",
        }
    }

    fn value(self) -> i32 {
        match self {
            Self::Like => 1,
            Self::Dislike => -1,
        }
    }

    fn of(value: i32) -> Self {
        if value > 0 { Self::Like } else { Self::Dislike }
    }
}

/// A video's likes and dislikes, and somebody's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Likes of all.
    pub likes: i64,
    /// Dislikes of all.
    pub dislikes: i64,
    /// What this person thinks.
    pub mine: Option<Reaction>,
}

impl Community {
    /// Keeps what somebody thinks of a video in place of what they thought
    /// before. The counters move with it, in one transaction.
    pub async fn react(&self, who: &Person, video: &str, wish: Reaction) -> Result<Counts> {
        self.change_reaction(who, video, |_| Some(wish)).await
    }

    /// Takes back a like (or a dislike); what is not there stays so.
    pub async fn unreact(&self, who: &Person, video: &str, what: Reaction) -> Result<Counts> {
        self.change_reaction(who, video, |now| now.filter(|now| *now != what))
            .await
    }

    async fn change_reaction(
        &self,
        who: &Person,
        video: &str,
        wish: impl FnOnce(Option<Reaction>) -> Option<Reaction>,
    ) -> Result<Counts> {
        let tx = self.db().begin().await?;
        let (likes, dislikes) = counters(&tx, video).await?;
        let row = reactions::Entity::find_by_id((video.to_owned(), who.key.clone()))
            .one(&tx)
            .await?;
        let before = row.map(|row| Reaction::of(row.value));
        let after = wish(before);
        if before != after {
            write(&tx, who, video, before, after).await?;
        }
        tx.commit().await?;
        let delta = |what| i64::from(after == Some(what)) - i64::from(before == Some(what));
        Ok(Counts {
            likes: likes + delta(Reaction::Like),
            dislikes: dislikes + delta(Reaction::Dislike),
            mine: after,
        })
    }

    /// What somebody thinks of a video.
    pub async fn reaction(&self, who: &Person, video: &str) -> Result<Option<Reaction>> {
        let row = reactions::Entity::find_by_id((video.to_owned(), who.key.clone()))
            .one(self.db().read())
            .await?;
        Ok(row.map(|row| Reaction::of(row.value)))
    }
}

/// The counters of a video, whose row is then this transaction's until it ends:
/// two requests of one person must not both find that there is no like yet.
async fn counters(tx: &impl ConnectionTrait, video: &str) -> Result<(i64, i64)> {
    videos::Entity::find_by_id(video)
        .select_only()
        .column(videos::Column::LikeCount)
        .column(videos::Column::DislikeCount)
        .lock_exclusive()
        .into_tuple()
        .one(tx)
        .await?
        .ok_or_else(|| CatalogError::not_found("video", video))
}

/// Writes the change and moves the counters. The video's version stays: it
/// tells players of other playlists, and a like changes none.
async fn write(
    tx: &impl ConnectionTrait,
    who: &Person,
    video: &str,
    before: Option<Reaction>,
    after: Option<Reaction>,
) -> Result<()> {
    let row = |value: i32| reactions::ActiveModel {
        video_id: Set(video.to_owned()),
        viewer: Set(who.key.clone()),
        value: Set(value),
        reacted_at: Set(now_micros()),
    };
    match (before, after) {
        (Some(_), Some(wish)) => {
            row(wish.value()).update(tx).await?;
        }
        (None, Some(wish)) => {
            row(wish.value()).insert(tx).await?;
        }
        (Some(_), None) => {
            reactions::Entity::delete_by_id((video.to_owned(), who.key.clone()))
                .exec(tx)
                .await?;
        }
        (None, None) => return Ok(()),
    }
    for (column, what) in [
        (videos::Column::LikeCount, Reaction::Like),
        (videos::Column::DislikeCount, Reaction::Dislike),
    ] {
        let delta = i64::from(after == Some(what)) - i64::from(before == Some(what));
        if delta != 0 {
            videos::Entity::update_many()
                .col_expr(column, Expr::col(column).add(delta))
                .filter(videos::Column::Id.eq(video))
                .exec(tx)
                .await?;
        }
    }
    Ok(())
}
