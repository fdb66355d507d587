//! The words in use: genres, tags and categories, with how many titles each has.

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Query};
use sea_orm::{ColumnTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect};

use crate::store::{show_genres, shows, video_genres, video_tags, videos};
use crate::{Catalog, Result, Sight};

/// Words of one kind that are told.
const WORDS_MAX: u64 = 1000;

/// A word, and how many titles have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordCount {
    /// As people write it.
    pub name: String,
    /// Titles that have it, as far as the asker sees them.
    pub count: i64,
}

impl Catalog {
    /// The genres of videos and shows that somebody sees, the most used first.
    /// An episode counts with its show.
    pub async fn genres(&self, sight: &Sight) -> Result<Vec<WordCount>> {
        let seen = Query::select()
            .column(videos::Column::Id)
            .from(videos::Entity)
            .cond_where(sight.videos())
            .and_where(Expr::col(videos::Column::ExtraOf).is_null())
            .to_owned();
        let of_videos = video_genres::Entity::find()
            .select_only()
            .column(video_genres::Column::Genre)
            .column_as(
                Expr::expr(Func::min(Expr::col(video_genres::Column::Name))),
                "name",
            )
            .column_as(video_genres::Column::VideoId.count(), "n")
            .filter(video_genres::Column::VideoId.in_subquery(seen))
            .group_by(video_genres::Column::Genre)
            .order_by(Expr::col(Alias::new("n")), Order::Desc)
            .limit(WORDS_MAX)
            .into_tuple::<(String, String, i64)>()
            .all(self.db.read())
            .await?;
        let seen = Query::select()
            .column(shows::Column::Id)
            .from(shows::Entity)
            .cond_where(sight.shows())
            .to_owned();
        let of_shows = show_genres::Entity::find()
            .select_only()
            .column(show_genres::Column::Genre)
            .column_as(
                Expr::expr(Func::min(Expr::col(show_genres::Column::Name))),
                "name",
            )
            .column_as(show_genres::Column::ShowId.count(), "n")
            .filter(show_genres::Column::ShowId.in_subquery(seen))
            .group_by(show_genres::Column::Genre)
            .order_by(Expr::col(Alias::new("n")), Order::Desc)
            .limit(WORDS_MAX)
            .into_tuple::<(String, String, i64)>()
            .all(self.db.read())
            .await?;
        let mut all: std::collections::BTreeMap<String, WordCount> =
            std::collections::BTreeMap::new();
        for (key, name, count) in of_videos.into_iter().chain(of_shows) {
            all.entry(key)
                .and_modify(|word| word.count += count)
                .or_insert(WordCount { name, count });
        }
        let mut all: Vec<WordCount> = all.into_values().collect();
        all.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
        Ok(all)
    }

    /// The tags of videos that somebody sees, in lower case, the most used first.
    pub async fn tags(&self, sight: &Sight) -> Result<Vec<WordCount>> {
        let seen = Query::select()
            .column(videos::Column::Id)
            .from(videos::Entity)
            .cond_where(sight.videos())
            .to_owned();
        let rows: Vec<(String, i64)> = video_tags::Entity::find()
            .select_only()
            .column(video_tags::Column::Tag)
            .column_as(video_tags::Column::VideoId.count(), "n")
            .filter(video_tags::Column::VideoId.in_subquery(seen))
            .group_by(video_tags::Column::Tag)
            .order_by(Expr::col(Alias::new("n")), Order::Desc)
            .order_by_asc(video_tags::Column::Tag)
            .limit(WORDS_MAX)
            .into_tuple()
            .all(self.db.read())
            .await?;
        Ok(words(rows))
    }

    /// The categories of videos that somebody sees, the most used first.
    pub async fn categories(&self, sight: &Sight) -> Result<Vec<WordCount>> {
        let rows: Vec<(String, i64)> = videos::Entity::find()
            .select_only()
            .column(videos::Column::Category)
            .column_as(videos::Column::Id.count(), "n")
            .filter(sight.videos())
            .filter(videos::Column::Category.is_not_null())
            .group_by(videos::Column::Category)
            .order_by(Expr::col(Alias::new("n")), Order::Desc)
            .order_by_asc(videos::Column::Category)
            .limit(WORDS_MAX)
            .into_tuple()
            .all(self.db.read())
            .await?;
        Ok(words(rows))
    }
}

fn words(rows: Vec<(String, i64)>) -> Vec<WordCount> {
    rows.into_iter()
        .map(|(name, count)| WordCount { name, count })
        .collect()
}
