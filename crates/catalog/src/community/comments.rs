//! Comments, their replies and their likes.

use std::collections::HashSet;

use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, SimpleExpr};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
    IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::page::{Place, Slice};
use super::playlists::invalid;
use super::store::{comment_likes as likes, comments};
use super::{Comment, Community, Person, PostState, SubjectKind, queue};
use crate::moderation::{Kind, text};
use crate::store::videos;
use crate::{CatalogError, FieldError, Result};

/// The longest comment, in characters.
pub const COMMENT_MAX: usize = 4000;
/// The most comments of one person under one video.
const COMMENTS_PER_PERSON: u64 = 1000;

/// A comment about to be written.
#[derive(Debug, Clone, Default)]
pub struct NewComment {
    /// Plain text.
    pub body: String,
    /// The comment that it answers.
    pub parent_id: Option<String>,
    /// The instant of the film that it speaks of, in milliseconds.
    pub at_ms: Option<i64>,
}

/// A change of a comment: what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct CommentChange {
    /// Another text; its author's to say.
    pub body: Option<String>,
    /// Another instant, or none; its author's to say.
    pub at_ms: Option<Option<i64>>,
}

/// How comments are ordered. Pinned ones come first in either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CommentOrder {
    /// The latest first.
    #[default]
    Newest,
    /// The earliest first.
    Oldest,
    /// The most liked first.
    Top,
}

impl CommentOrder {
    fn word(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Top => "top",
        }
    }

    fn column(self) -> comments::Column {
        match self {
            Self::Newest | Self::Oldest => comments::Column::CreatedAt,
            Self::Top => comments::Column::LikeCount,
        }
    }
}

/// A comment, and whether the asker likes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentRow {
    /// The row.
    pub comment: Comment,
    /// Whether the asker likes it.
    pub liked: bool,
}

impl Community {
    /// Writes a comment under a video. Whether this person sees the video, and
    /// whether they may comment at all, is decided before.
    pub async fn comment(&self, who: &Person, video: &str, new: NewComment) -> Result<Comment> {
        let duration = self.catalog.get(video).await?.duration_ms;
        let body = checked(&new.body, new.at_ms, duration)?;
        let texts = [("body", body.as_str())];
        let verdict = self.moderation().judge(Kind::Comment, &texts, who).await?;
        let tx = self.db().begin().await?;
        let written = comments::Entity::find()
            .filter(comments::Column::Author.eq(&who.key))
            .filter(comments::Column::VideoId.eq(video))
            .count(&tx)
            .await?;
        if written >= COMMENTS_PER_PERSON {
            return Err(CatalogError::Conflict(
                "you have written as many comments here as one person may".to_owned(),
            ));
        }
        let (parent_id, reply_to) = match &new.parent_id {
            None => (None, None),
            Some(id) => {
                let answered = seen(&tx, who, id).await?;
                if answered.video_id != video || answered.state == PostState::Deleted {
                    return Err(invalid("parent_id", "must be a comment under this video"));
                }
                match answered.parent_id {
                    // One level of threads: an answer to an answer says whom it answers.
                    Some(root) => (Some(root), Some(answered.id)),
                    None => (Some(answered.id), None),
                }
            }
        };
        let row = comments::Model {
            id: Id::new("comment").to_string(),
            video_id: video.to_owned(),
            parent_id,
            reply_to,
            author: who.key.clone(),
            account: who.account.clone(),
            author_name: who.name.clone(),
            body,
            at_ms: new.at_ms,
            state: if verdict.held() {
                PostState::Held
            } else {
                PostState::Visible
            },
            pinned: false,
            like_count: 0,
            reply_count: 0,
            created_at: now_micros(),
            edited_at: None,
        };
        let row = row.into_active_model().reset_all().insert(&tx).await?;
        if row.state == PostState::Visible {
            count_reply(&tx, &row, 1).await?;
        }
        queue::open_for_comment(&tx, &row, &verdict).await?;
        tx.commit().await?;
        Ok(row)
    }

    /// One page of the comments that begin a thread under this video, or of
    /// the replies in one thread, as this person (or nobody in particular)
    /// sees them.
    pub async fn comments(
        &self,
        who: Option<&Person>,
        video: &str,
        thread: Option<&str>,
        order: CommentOrder,
        cursor: Option<&str>,
        limit: u64,
    ) -> Result<Slice<CommentRow>> {
        use comments::Column as C;
        let pinned = thread.is_none();
        let word = format!("{}{}", order.word(), thread.unwrap_or_default());
        let mut query = listed(who, video, thread).limit(limit.saturating_add(1));
        let after = match cursor {
            Some(cursor) => Some(Place::decode(cursor, &word)?),
            None => None,
        };
        let mut first = Vec::new();
        if pinned {
            if after.is_none() {
                first = listed(who, video, None)
                    .filter(C::Pinned.eq(true))
                    .order_by_desc(C::CreatedAt)
                    .all(self.db().read())
                    .await?;
            }
            query = query.filter(C::Pinned.eq(false));
        }
        let column = order.column();
        query = if order == CommentOrder::Oldest {
            query.order_by_asc(column).order_by_asc(C::Id)
        } else {
            query.order_by_desc(column).order_by_desc(C::Id)
        };
        if let Some(place) = after {
            let (beyond, next): (SimpleExpr, SimpleExpr) = if order == CommentOrder::Oldest {
                (column.gt(place.at), C::Id.gt(place.id))
            } else {
                (column.lt(place.at), C::Id.lt(place.id))
            };
            query = query.filter(
                Condition::any()
                    .add(beyond)
                    .add(Condition::all().add(column.eq(place.at)).add(next)),
            );
        }
        let rows = query.all(self.db().read()).await?;
        let page = Slice::cut(rows, limit, |row: &Comment| {
            let at = match order {
                CommentOrder::Newest | CommentOrder::Oldest => row.created_at,
                CommentOrder::Top => row.like_count,
            };
            Place::new(&word, at, &row.id)
        });
        first.extend(page.rows);
        Ok(Slice {
            rows: self.with_likes(who, first).await?,
            next: page.next,
        })
    }

    /// How many comments everybody sees under a video, replies included.
    pub async fn comment_count(&self, video: &str) -> Result<u64> {
        Ok(comments::Entity::find()
            .filter(comments::Column::VideoId.eq(video))
            .filter(comments::Column::State.eq(PostState::Visible))
            .count(self.db().read())
            .await?)
    }

    /// How many threads this person sees under a video.
    pub async fn thread_count(&self, who: Option<&Person>, video: &str) -> Result<u64> {
        Ok(listed(who, video, None).count(self.db().read()).await?)
    }

    /// A comment as this person sees it.
    pub async fn comment_row(&self, who: Option<&Person>, id: &str) -> Result<CommentRow> {
        let row = comments::Entity::find_by_id(id)
            .one(self.db().read())
            .await?
            .filter(|row| is_seen(who, row))
            .ok_or_else(|| CatalogError::not_found("comment", id))?;
        let mut rows = self.with_likes(who, vec![row]).await?;
        rows.pop()
            .ok_or_else(|| CatalogError::not_found("comment", id))
    }

    /// Changes one's own comment.
    pub async fn edit_comment(
        &self,
        who: &Person,
        id: &str,
        change: CommentChange,
    ) -> Result<Comment> {
        let before = self.comment_row(Some(who), id).await?.comment;
        if !who.wrote(&before.author, before.account.as_deref()) {
            return Err(CatalogError::Forbidden("only its author edits a comment"));
        }
        if matches!(before.state, PostState::Deleted | PostState::Removed) {
            return Err(CatalogError::Conflict(
                "a comment that was taken down cannot be edited".to_owned(),
            ));
        }
        let duration = self.catalog.get(&before.video_id).await?.duration_ms;
        let at_ms = change.at_ms.unwrap_or(before.at_ms);
        let body = checked(
            change.body.as_deref().unwrap_or(&before.body),
            at_ms,
            duration,
        )?;
        let texts = [("body", body.as_str())];
        let verdict = self.moderation().judge(Kind::Comment, &texts, who).await?;
        let tx = self.db().begin().await?;
        let before = locked(&tx, id).await?;
        let state = if verdict.held() && before.state == PostState::Visible {
            PostState::Held
        } else {
            before.state
        };
        let was = before.state;
        let mut row = before.into_active_model();
        row.body = Set(body);
        row.at_ms = Set(at_ms);
        row.state = Set(state);
        row.edited_at = Set(Some(now_micros()));
        let row = row.update(&tx).await?;
        if was == PostState::Visible && state != PostState::Visible {
            count_reply(&tx, &row, -1).await?;
        }
        queue::open_for_comment(&tx, &row, &verdict).await?;
        tx.commit().await?;
        Ok(row)
    }

    /// Pins a comment above the others of its video, or lets it go. One is
    /// pinned at a time. Who may is decided before.
    pub async fn pin_comment(&self, id: &str, pinned: bool) -> Result<Comment> {
        let tx = self.db().begin().await?;
        let row = locked(&tx, id).await?;
        if pinned && (row.parent_id.is_some() || row.state != PostState::Visible) {
            return Err(CatalogError::Conflict(
                "only a comment that everybody sees and that begins a thread can be pinned"
                    .to_owned(),
            ));
        }
        comments::Entity::update_many()
            .col_expr(comments::Column::Pinned, Expr::value(false))
            .filter(comments::Column::VideoId.eq(&row.video_id))
            .filter(comments::Column::Pinned.eq(true))
            .exec(&tx)
            .await?;
        let mut row = row.into_active_model();
        row.pinned = Set(pinned);
        let row = row.update(&tx).await?;
        tx.commit().await?;
        Ok(row)
    }

    /// Deletes a comment: one's own, or (`anyway`) somebody else's. Replies
    /// keep its place, without its words.
    pub async fn delete_comment(&self, who: &Person, id: &str, anyway: bool) -> Result<()> {
        let tx = self.db().begin().await?;
        let row = locked(&tx, id).await?;
        if !is_seen(Some(who), &row) || row.state == PostState::Deleted {
            return Err(CatalogError::not_found("comment", id));
        }
        if !anyway && !who.wrote(&row.author, row.account.as_deref()) {
            return Err(CatalogError::Forbidden("only its author deletes a comment"));
        }
        erase(&tx, row).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Likes a comment, or no longer; gives back how many do.
    pub async fn like_comment(&self, who: &Person, id: &str, liked: bool) -> Result<i64> {
        let tx = self.db().begin().await?;
        let row = locked(&tx, id).await?;
        if !is_seen(Some(who), &row) || row.state == PostState::Deleted {
            return Err(CatalogError::not_found("comment", id));
        }
        let key = (id.to_owned(), who.key.clone());
        let changed = if liked {
            let like = likes::ActiveModel {
                comment_id: Set(key.0),
                viewer: Set(key.1),
                liked_at: Set(now_micros()),
            };
            likes::Entity::insert(like)
                .on_conflict(
                    OnConflict::columns([likes::Column::CommentId, likes::Column::Viewer])
                        .do_nothing()
                        .to_owned(),
                )
                .exec_without_returning(&tx)
                .await?
        } else {
            likes::Entity::delete_by_id(key)
                .exec(&tx)
                .await?
                .rows_affected
        };
        let delta = match (changed, liked) {
            (0, _) => 0,
            (_, true) => 1,
            (_, false) => -1,
        };
        if delta != 0 {
            comments::Entity::update_many()
                .col_expr(
                    comments::Column::LikeCount,
                    Expr::col(comments::Column::LikeCount).add(delta),
                )
                .filter(comments::Column::Id.eq(id))
                .exec(&tx)
                .await?;
        }
        tx.commit().await?;
        Ok(row.like_count + delta)
    }

    async fn with_likes(
        &self,
        who: Option<&Person>,
        rows: Vec<Comment>,
    ) -> Result<Vec<CommentRow>> {
        let mut liked = HashSet::new();
        if let Some(who) = who.filter(|_| !rows.is_empty()) {
            let ids: Vec<String> = likes::Entity::find()
                .select_only()
                .column(likes::Column::CommentId)
                .filter(likes::Column::Viewer.eq(&who.key))
                .filter(likes::Column::CommentId.is_in(rows.iter().map(|row| row.id.as_str())))
                .into_tuple()
                .all(self.db().read())
                .await?;
            liked.extend(ids);
        }
        Ok(rows
            .into_iter()
            .map(|comment| CommentRow {
                liked: liked.contains(&comment.id),
                comment,
            })
            .collect())
    }
}

/// Whether this person sees a comment where it stands: the rule that
/// [`listed`] says in SQL.
pub(super) fn is_seen(who: Option<&Person>, row: &Comment) -> bool {
    match row.state {
        PostState::Visible => true,
        PostState::Deleted => row.reply_count > 0,
        PostState::Held | PostState::Removed => who.is_some_and(|person| {
            person.moderator || person.wrote(&row.author, row.account.as_deref())
        }),
    }
}

fn listed(who: Option<&Person>, video: &str, thread: Option<&str>) -> Select<comments::Entity> {
    use comments::Column as C;
    let mut seen = Condition::any().add(C::State.eq(PostState::Visible)).add(
        Condition::all()
            .add(C::State.eq(PostState::Deleted))
            .add(C::ReplyCount.gt(0)),
    );
    if let Some(who) = who {
        let mut theirs = Condition::any().add(C::Author.eq(&who.key));
        if let Some(account) = &who.account {
            theirs = theirs.add(C::Account.eq(account));
        }
        let hidden = C::State.is_in([PostState::Held, PostState::Removed]);
        seen = seen.add(if who.moderator {
            Condition::all().add(hidden)
        } else {
            Condition::all().add(hidden).add(theirs)
        });
    }
    let query = comments::Entity::find()
        .filter(C::VideoId.eq(video))
        .filter(seen);
    match thread {
        Some(id) => query.filter(C::ParentId.eq(id)),
        None => query.filter(C::ParentId.is_null()),
    }
}

async fn seen(tx: &impl ConnectionTrait, who: &Person, id: &str) -> Result<Comment> {
    comments::Entity::find_by_id(id)
        .one(tx)
        .await?
        .filter(|row| is_seen(Some(who), row))
        .ok_or_else(|| invalid("parent_id", "must be a comment under this video"))
}

pub(super) async fn locked(tx: &impl ConnectionTrait, id: &str) -> Result<Comment> {
    comments::Entity::find_by_id(id)
        .lock_exclusive()
        .one(tx)
        .await?
        .ok_or_else(|| CatalogError::not_found("comment", id))
}

/// Moves the counter of the thread that this comment stands in.
pub(super) async fn count_reply(
    tx: &impl ConnectionTrait,
    row: &Comment,
    delta: i64,
) -> Result<()> {
    let Some(parent) = &row.parent_id else {
        return Ok(());
    };
    comments::Entity::update_many()
        .col_expr(
            comments::Column::ReplyCount,
            Expr::col(comments::Column::ReplyCount).add(delta),
        )
        .filter(comments::Column::Id.eq(parent))
        .exec(tx)
        .await?;
    // A place that was kept for replies goes with the last of them.
    if delta < 0 {
        comments::Entity::delete_many()
            .filter(comments::Column::Id.eq(parent))
            .filter(comments::Column::State.eq(PostState::Deleted))
            .filter(comments::Column::ReplyCount.lte(0))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Takes a comment's words away; the place too, unless replies need it.
pub(super) async fn erase(tx: &impl ConnectionTrait, row: Comment) -> Result<()> {
    queue::close(tx, SubjectKind::Comment, &row.id).await?;
    if row.state == PostState::Visible {
        count_reply(tx, &row, -1).await?;
    }
    let replies = comments::Entity::find()
        .filter(comments::Column::ParentId.eq(&row.id))
        .count(tx)
        .await?;
    if replies == 0 {
        comments::Entity::delete_by_id(&row.id).exec(tx).await?;
        return Ok(());
    }
    let mut row = row.into_active_model();
    row.body = Set(String::new());
    row.author = Set(String::new());
    row.account = Set(None);
    row.author_name = Set(String::new());
    row.at_ms = Set(None);
    row.pinned = Set(false);
    row.state = Set(PostState::Deleted);
    row.update(tx).await?;
    Ok(())
}

fn checked(body: &str, at_ms: Option<i64>, duration_ms: Option<i64>) -> Result<String> {
    let mut errors = Vec::new();
    let body = text::clean(body);
    if body.is_empty() {
        errors.push(FieldError::new("body", "must not be empty"));
    }
    text::at_most(&mut errors, "body", &body, COMMENT_MAX);
    let longest = duration_ms.unwrap_or(i64::MAX);
    if at_ms.is_some_and(|at| !(0..=longest).contains(&at)) {
        errors.push(FieldError::new("at_ms", "must be an instant of the film"));
    }
    if errors.is_empty() {
        Ok(body)
    } else {
        Err(CatalogError::Invalid(errors))
    }
}

/// Whether a video exists, for those who write under it within a transaction.
pub(super) async fn video_row(tx: &impl ConnectionTrait, id: &str) -> Result<()> {
    let found: Option<String> = videos::Entity::find_by_id(id)
        .select_only()
        .column(videos::Column::Id)
        .into_tuple()
        .one(tx)
        .await?;
    found
        .map(|_| ())
        .ok_or_else(|| CatalogError::not_found("video", id))
}
