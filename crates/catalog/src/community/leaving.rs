//! What somebody has left here: to be handed out, or to be forgotten.

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::store::{
    comment_likes, comments, follows, playlist_collaborators, playlists, reactions, reports,
    reviews, watchlist,
};
use super::{Community, comments as commenting};
use crate::Result;
use crate::store::videos;

/// The most rows of a kind that an export holds.
const EXPORT_MAX: u64 = 50_000;

/// Everything that somebody has made here.
#[derive(Debug, Clone, Serialize)]
pub struct Written {
    /// Their playlists.
    pub playlists: Vec<Value>,
    /// What they mean to watch.
    pub watchlist: Vec<Value>,
    /// What they like and dislike.
    pub reactions: Vec<Value>,
    /// Their comments.
    pub comments: Vec<Value>,
    /// Their reviews.
    pub reviews: Vec<Value>,
    /// Whom they follow.
    pub following: Vec<Value>,
}

impl Community {
    /// Everything that an account (`user_…`) with these keys (its own and its
    /// profiles') has made here.
    pub async fn export(&self, account: &str, keys: &[String]) -> Result<Written> {
        let db = self.db().read();
        let ours = || keys.iter().map(String::as_str);
        let time = rfc3339;
        let lists = playlists::Entity::find()
            .filter(playlists::Column::Owner.eq(account))
            .limit(EXPORT_MAX)
            .all(db)
            .await?;
        let ids: Vec<String> = lists.iter().map(|row| row.id.clone()).collect();
        let mut items = self.items(&ids).await?;
        let watched = watchlist::Entity::find()
            .filter(watchlist::Column::Viewer.is_in(ours()))
            .limit(EXPORT_MAX)
            .all(db)
            .await?;
        let liked = reactions::Entity::find()
            .filter(reactions::Column::Viewer.is_in(ours()))
            .limit(EXPORT_MAX)
            .all(db)
            .await?;
        let said = comments::Entity::find()
            .filter(theirs(
                comments::Column::Author,
                comments::Column::Account,
                Some(account),
                keys,
            ))
            .order_by_asc(comments::Column::CreatedAt)
            .limit(EXPORT_MAX)
            .all(db)
            .await?;
        let judged = reviews::Entity::find()
            .filter(theirs(
                reviews::Column::Author,
                reviews::Column::Account,
                Some(account),
                keys,
            ))
            .limit(EXPORT_MAX)
            .all(db)
            .await?;
        let followed = follows::Entity::find()
            .filter(follows::Column::Follower.eq(account))
            .limit(EXPORT_MAX)
            .all(db)
            .await?;
        Ok(Written {
            following: followed
                .into_iter()
                .map(|row| json!({ "user_id": row.followed, "since": time(row.created_at) }))
                .collect(),
            playlists: lists
                .into_iter()
                .map(|row| {
                    let videos: Vec<String> = items
                        .remove(&row.id)
                        .unwrap_or_default()
                        .into_iter()
                        .map(|item| item.video_id)
                        .collect();
                    json!({
                        "id": row.id, "name": row.name, "description": row.description,
                        "visibility": row.visibility, "video_ids": videos,
                        "created_at": time(row.created_at),
                    })
                })
                .collect(),
            watchlist: watched
                .into_iter()
                .map(|row| json!({ "video_id": row.video_id, "added_at": time(row.added_at) }))
                .collect(),
            reactions: liked
                .into_iter()
                .map(|row| {
                    let what = if row.value > 0 { "like" } else { "dislike" };
                    json!({ "video_id": row.video_id, "reaction": what, "at": time(row.reacted_at) })
                })
                .collect(),
            comments: said
                .into_iter()
                .map(|row| {
                    json!({
                        "id": row.id, "video_id": row.video_id, "parent_id": row.parent_id,
                        "body": row.body, "at_ms": row.at_ms, "created_at": time(row.created_at),
                    })
                })
                .collect(),
            reviews: judged
                .into_iter()
                .map(|row| {
                    json!({
                        "video_id": row.video_id, "stars": row.stars, "title": row.title,
                        "body": row.body, "created_at": time(row.created_at),
                    })
                })
                .collect(),
        })
    }

    /// Forgets an account or one of its profiles, within the transaction that
    /// deletes it: `keys` are those whose likes, lists, comments and reviews
    /// go; with `account` its playlists go too. Counters follow.
    pub async fn forget(
        tx: &impl ConnectionTrait,
        account: Option<&str>,
        keys: &[String],
    ) -> Result<()> {
        let ours = || keys.iter().map(String::as_str);
        if let Some(account) = account {
            let theirs = Condition::any()
                .add(follows::Column::Follower.eq(account))
                .add(follows::Column::Followed.eq(account));
            follows::Entity::delete_many()
                .filter(theirs)
                .exec(tx)
                .await?;
            playlists::Entity::delete_many()
                .filter(playlists::Column::Owner.eq(account))
                .exec(tx)
                .await?;
            playlist_collaborators::Entity::delete_many()
                .filter(playlist_collaborators::Column::UserId.eq(account))
                .exec(tx)
                .await?;
        }
        watchlist::Entity::delete_many()
            .filter(watchlist::Column::Viewer.is_in(ours()))
            .exec(tx)
            .await?;
        let liked = reactions::Entity::find()
            .filter(reactions::Column::Viewer.is_in(ours()))
            .all(tx)
            .await?;
        for row in liked {
            let column = if row.value > 0 {
                videos::Column::LikeCount
            } else {
                videos::Column::DislikeCount
            };
            videos::Entity::update_many()
                .col_expr(column, Expr::col(column).sub(1))
                .filter(videos::Column::Id.eq(&row.video_id))
                .exec(tx)
                .await?;
        }
        reactions::Entity::delete_many()
            .filter(reactions::Column::Viewer.is_in(ours()))
            .exec(tx)
            .await?;
        let liked = comment_likes::Entity::find()
            .filter(comment_likes::Column::Viewer.is_in(ours()))
            .all(tx)
            .await?;
        for row in liked {
            comments::Entity::update_many()
                .col_expr(
                    comments::Column::LikeCount,
                    Expr::col(comments::Column::LikeCount).sub(1),
                )
                .filter(comments::Column::Id.eq(&row.comment_id))
                .exec(tx)
                .await?;
        }
        comment_likes::Entity::delete_many()
            .filter(comment_likes::Column::Viewer.is_in(ours()))
            .exec(tx)
            .await?;
        // Replies first, so that a thread of one's own goes as a whole.
        let mut said = comments::Entity::find()
            .filter(theirs(
                comments::Column::Author,
                comments::Column::Account,
                account,
                keys,
            ))
            .all(tx)
            .await?;
        said.sort_by_key(|row| row.parent_id.is_none());
        for row in said {
            if let Some(row) = comments::Entity::find_by_id(row.id).one(tx).await? {
                commenting::erase(tx, row).await?;
            }
        }
        reviews::Entity::delete_many()
            .filter(theirs(
                reviews::Column::Author,
                reviews::Column::Account,
                account,
                keys,
            ))
            .exec(tx)
            .await?;
        reports::Entity::delete_many()
            .filter(theirs(
                reports::Column::Reporter,
                reports::Column::Account,
                account,
                keys,
            ))
            .exec(tx)
            .await?;
        Ok(())
    }
}

/// What was written under one of these keys, or by the account under whichever.
fn theirs<C: ColumnTrait>(key: C, owner: C, account: Option<&str>, keys: &[String]) -> Condition {
    let any = Condition::any().add(key.is_in(keys.iter().map(String::as_str)));
    match account {
        Some(account) => any.add(owner.eq(account)),
        None => any,
    }
}

fn rfc3339(micros: i64) -> String {
    jiff::Timestamp::from_microsecond(micros).map_or_else(|_| String::new(), |t| t.to_string())
}
