//! Reviews: stars and words, one for each person and video.

use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};

use super::comments::video_row;
use super::page::{Place, Slice};
use super::store::reviews;
use super::{Community, Person, PostState, Review, SubjectKind, queue};
use crate::moderation::{Kind, text};
use crate::{CatalogError, FieldError, Result};

/// The longest headline, in characters.
const TITLE_MAX: usize = 150;
/// The longest review, in characters.
const BODY_MAX: usize = 10_000;

/// A review about to be written, in place of what this person wrote before.
#[derive(Debug, Clone, Default)]
pub struct NewReview {
    /// 1 to 5.
    pub stars: i32,
    /// A headline; may be empty.
    pub title: String,
    /// Plain text; may be empty.
    pub body: String,
}

/// How reviews are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReviewOrder {
    /// The latest first.
    #[default]
    Newest,
    /// The most stars first.
    Best,
    /// The fewest stars first.
    Worst,
}

/// What all reviews of a video come to.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Stars {
    /// How many reviews there are that everybody sees.
    pub count: i64,
    /// Their average; none without reviews.
    pub average: Option<f64>,
    /// How many there are of one star, of two, …
    pub histogram: [i64; 5],
}

impl Stars {
    fn of(rows: Vec<(i32, i64)>) -> Self {
        let mut histogram = [0; 5];
        for (stars, n) in rows {
            if let Some(place) = usize::try_from(stars - 1)
                .ok()
                .and_then(|at| histogram.get_mut(at))
            {
                *place += n;
            }
        }
        let count: i64 = histogram.iter().sum();
        let sum: i64 = histogram.iter().zip(1..).map(|(n, stars)| n * stars).sum();
        Self {
            count,
            average: (count > 0).then(|| sum as f64 / count as f64),
            histogram,
        }
    }
}

impl Community {
    /// Keeps somebody's review of a video.
    pub async fn review(&self, who: &Person, video: &str, new: NewReview) -> Result<Review> {
        let (title, body) = checked(&new)?;
        let texts = [("title", title.as_str()), ("body", body.as_str())];
        let verdict = self.moderation().judge(Kind::Review, &texts, who).await?;
        let tx = self.db().begin().await?;
        video_row(&tx, video).await?;
        let before = reviews::Entity::find()
            .filter(reviews::Column::VideoId.eq(video))
            .filter(reviews::Column::Author.eq(&who.key))
            .lock_exclusive()
            .one(&tx)
            .await?;
        let now = now_micros();
        let judged = if verdict.held() {
            PostState::Held
        } else {
            PostState::Visible
        };
        let row = if let Some(before) = before {
            // What was taken down stays so, whatever is written there now.
            let state = match before.state {
                PostState::Visible => judged,
                other => other,
            };
            let mut row = before.into_active_model();
            row.stars = Set(new.stars);
            row.title = Set(title);
            row.body = Set(body);
            row.author_name = Set(who.name.clone());
            row.state = Set(state);
            row.updated_at = Set(now);
            row.update(&tx).await?
        } else {
            let row = reviews::Model {
                id: Id::new("review").to_string(),
                video_id: video.to_owned(),
                author: who.key.clone(),
                account: who.account.clone(),
                author_name: who.name.clone(),
                stars: new.stars,
                title,
                body,
                state: judged,
                created_at: now,
                updated_at: now,
            };
            row.into_active_model().reset_all().insert(&tx).await?
        };
        queue::open_for_review(&tx, &row, &verdict).await?;
        tx.commit().await?;
        Ok(row)
    }

    /// Somebody's own review of a video.
    pub async fn own_review(&self, who: &Person, video: &str) -> Result<Option<Review>> {
        Ok(reviews::Entity::find()
            .filter(reviews::Column::VideoId.eq(video))
            .filter(reviews::Column::Author.eq(&who.key))
            .one(self.db().read())
            .await?)
    }

    /// A review as this person sees it.
    pub async fn review_row(&self, who: Option<&Person>, id: &str) -> Result<Review> {
        reviews::Entity::find_by_id(id)
            .one(self.db().read())
            .await?
            .filter(|row| is_seen(who, row))
            .ok_or_else(|| CatalogError::not_found("review", id))
    }

    /// Deletes somebody's own review of a video; none stays none.
    pub async fn delete_review(&self, who: &Person, video: &str) -> Result<()> {
        let tx = self.db().begin().await?;
        let row = reviews::Entity::find()
            .filter(reviews::Column::VideoId.eq(video))
            .filter(reviews::Column::Author.eq(&who.key))
            .one(&tx)
            .await?;
        if let Some(row) = row {
            queue::close(&tx, SubjectKind::Review, &row.id).await?;
            reviews::Entity::delete_by_id(row.id).exec(&tx).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// One page of the reviews of a video, as this person sees them.
    pub async fn reviews(
        &self,
        who: Option<&Person>,
        video: &str,
        order: ReviewOrder,
        cursor: Option<&str>,
        limit: u64,
    ) -> Result<Slice<Review>> {
        use reviews::Column as C;
        let (word, column, descending) = match order {
            ReviewOrder::Newest => ("newest", C::CreatedAt, true),
            ReviewOrder::Best => ("best", C::Stars, true),
            ReviewOrder::Worst => ("worst", C::Stars, false),
        };
        let mut query = reviews::Entity::find()
            .filter(C::VideoId.eq(video))
            .filter(listed(who))
            .limit(limit.saturating_add(1));
        query = if descending {
            query.order_by_desc(column)
        } else {
            query.order_by_asc(column)
        };
        // Among equal stars the latest first, in either order.
        query = query.order_by_desc(C::Id);
        if let Some(cursor) = cursor {
            let place = Place::decode(cursor, word)?;
            let beyond = if descending {
                column.lt(place.at)
            } else {
                column.gt(place.at)
            };
            query = query.filter(
                Condition::any().add(beyond).add(
                    Condition::all()
                        .add(column.eq(place.at))
                        .add(C::Id.lt(place.id)),
                ),
            );
        }
        let rows = query.all(self.db().read()).await?;
        Ok(Slice::cut(rows, limit, |row: &Review| {
            let at = match order {
                ReviewOrder::Newest => row.created_at,
                ReviewOrder::Best | ReviewOrder::Worst => i64::from(row.stars),
            };
            Place::new(word, at, &row.id)
        }))
    }

    /// What all reviews of a video come to.
    pub async fn stars(&self, video: &str) -> Result<Stars> {
        let rows: Vec<(i32, i64)> = reviews::Entity::find()
            .select_only()
            .column(reviews::Column::Stars)
            .column_as(reviews::Column::Id.count(), "n")
            .filter(reviews::Column::VideoId.eq(video))
            .filter(reviews::Column::State.eq(PostState::Visible))
            .group_by(reviews::Column::Stars)
            .into_tuple()
            .all(self.db().read())
            .await?;
        Ok(Stars::of(rows))
    }
}

pub(super) fn is_seen(who: Option<&Person>, row: &Review) -> bool {
    row.state == PostState::Visible
        || who.is_some_and(|person| {
            person.moderator || person.wrote(&row.author, row.account.as_deref())
        })
}

fn listed(who: Option<&Person>) -> Condition {
    use reviews::Column as C;
    let seen = Condition::any().add(C::State.eq(PostState::Visible));
    match who {
        None => seen,
        Some(person) if person.moderator => Condition::all(),
        Some(person) => {
            let seen = seen.add(C::Author.eq(&person.key));
            match &person.account {
                Some(account) => seen.add(C::Account.eq(account)),
                None => seen,
            }
        }
    }
}

fn checked(new: &NewReview) -> Result<(String, String)> {
    let mut errors = Vec::new();
    if !(1..=5).contains(&new.stars) {
        errors.push(FieldError::new("stars", "must be from 1 to 5"));
    }
    let (title, body) = (text::line(&new.title), text::clean(&new.body));
    text::at_most(&mut errors, "title", &title, TITLE_MAX);
    text::at_most(&mut errors, "body", &body, BODY_MAX);
    if errors.is_empty() {
        Ok((title, body))
    } else {
        Err(CatalogError::Invalid(errors))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_are_counted() {
        assert_eq!(Stars::of(Vec::new()), Stars::default());
        let stars = Stars::of(vec![(5, 2), (1, 1), (4, 1)]);
        assert_eq!(stars.count, 4);
        assert_eq!(stars.average, Some(3.75));
        assert_eq!(stars.histogram, [1, 0, 0, 1, 2]);
    }
}
