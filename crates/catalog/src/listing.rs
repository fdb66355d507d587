//! Pages of videos: filtered, sorted, and continued by a cursor.
//!
//! A cursor holds the last row's place in the order, so that page one thousand
//! costs what page one does, and a video added meanwhile shifts nothing.

mod cursor;
mod lead;
mod recall;

use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use serde::{Deserialize, Serialize};

use crate::audience::escaped;
use crate::store::{collection_items, credits, video_genres, video_tags, videos};
use crate::{Audience, Catalog, ProcessingStatus, Result, Video};
use cursor::Cursor;
use lead::{Lead, Way};
pub(crate) use lead::{Sizes, sizes};
use recall::Glance;
pub(crate) use recall::{KnownVideos, known_videos};

/// Which videos; an absent field lets all through.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Exactly this category.
    pub category: Option<String>,
    /// Exactly this uploader.
    pub uploader_id: Option<String>,
    /// What this account owns.
    pub owner: Option<String>,
    /// Only public or only private ones.
    pub is_public: Option<bool>,
    /// Exactly this kind.
    pub content_type: Option<String>,
    /// With this among its genres, in any case.
    pub genre: Option<String>,
    /// With this tag, in any case.
    pub tag: Option<String>,
    /// Exactly this rating.
    pub rating: Option<String>,
    /// Exactly this year.
    pub release_year: Option<i32>,
    /// Exactly this show.
    pub show_title: Option<String>,
    /// At this stage of processing.
    pub status: Option<ProcessingStatus>,
    /// Only those that can (or cannot) be watched.
    pub is_processed: Option<bool>,
    /// Of this show.
    pub show_id: Option<String>,
    /// Of this season.
    pub season_number: Option<i32>,
    /// With this person among its credits.
    pub person_id: Option<String>,
    /// In this collection.
    pub collection_id: Option<String>,
    /// In this language.
    pub language: Option<String>,
    /// Exactly this studio.
    pub studio: Option<String>,
    /// The extras of this video. Otherwise extras are left out, unless `extras`.
    pub extra_of: Option<String>,
    /// Whether trailers and other extras are among them.
    pub extras: bool,
    /// Whose title, show or description contains these words, in any case.
    pub q: Option<String>,
}

/// What a list is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortKey {
    /// When it was uploaded.
    #[default]
    CreatedAt,
    /// Alphabetically, as people look for titles: see [`Video::sort_key`].
    Title,
    /// How long it is.
    Duration,
    /// How often it has been viewed.
    ViewCount,
    /// When it was first shown.
    ReleaseYear,
}

/// An order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// What by.
    pub key: SortKey,
    /// Greatest (newest, longest…) first.
    pub descending: bool,
}

impl Default for Sort {
    /// The newest first.
    fn default() -> Self {
        Self {
            key: SortKey::CreatedAt,
            descending: true,
        }
    }
}

impl Sort {
    /// Reads `title` or `-title` (descending) and the like.
    pub fn parse(text: &str) -> Option<Self> {
        let (descending, word) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let key = match word {
            "created_at" | "upload_date" => SortKey::CreatedAt,
            "title" => SortKey::Title,
            "duration" => SortKey::Duration,
            "view_count" => SortKey::ViewCount,
            "release_year" => SortKey::ReleaseYear,
            _ => return None,
        };
        Some(Self { key, descending })
    }

    fn order(self) -> Order {
        if self.descending {
            Order::Desc
        } else {
            Order::Asc
        }
    }

    /// The value that a row is ordered by. Unknown ones count as the least,
    /// on either database.
    fn expr(self) -> SimpleExpr {
        let unknown_least = |column: videos::Column| {
            // Written out, because it is what the index is made of.
            Func::coalesce([Expr::col(column), Expr::cust("-1")]).into()
        };
        match self.key {
            SortKey::CreatedAt => Expr::col(videos::Column::CreatedAt),
            SortKey::Title => Expr::col(videos::Column::SortKey),
            SortKey::Duration => unknown_least(videos::Column::DurationMs),
            SortKey::ViewCount => Expr::col(videos::Column::ViewCount),
            SortKey::ReleaseYear => unknown_least(videos::Column::ReleaseYear),
        }
    }
}

/// Where a page begins.
#[derive(Debug, Clone, Default)]
pub enum Page {
    /// At the beginning.
    #[default]
    First,
    /// After so many rows. Simple, but each further page costs more.
    Offset(u64),
    /// After the page that gave this cursor.
    After(String),
}

/// One page.
#[derive(Debug, Clone)]
pub struct Listing {
    /// The videos, in order.
    pub videos: Vec<Video>,
    /// The cursor of the next page, if there is one.
    pub next: Option<String>,
}

impl Catalog {
    /// One page of at most `limit` of the videos that the audience may come
    /// upon.
    pub async fn list(
        &self,
        audience: &Audience,
        filter: &Filter,
        sort: Sort,
        page: Page,
        limit: u64,
    ) -> Result<Listing> {
        let way = self.way(audience, filter, Some(sort)).await?;
        let visibility = way.column(videos::Column::Visibility, Some(Lead::Visibility));
        let mut query = filtered(filter, way)
            .filter(audience.condition_by(&visibility))
            .order_by(way.order(sort), sort.order())
            .order_by(videos::Column::Id, sort.order())
            // One more than asked for tells whether there is a next page.
            .limit(limit.saturating_add(1));
        match page {
            Page::First => {}
            Page::Offset(n) => query = query.offset(n),
            Page::After(cursor) => {
                query = query.filter(Cursor::decode(&cursor, sort)?.later(sort));
            }
        }
        let rows = Glance::of(query).into_model::<Glance>();
        let mut rows = rows.all(self.db.read()).await?;
        let more = rows.len() as u64 > limit;
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let videos = self.recall(audience, rows).await?;
        let next = videos
            .last()
            .filter(|_| more)
            .and_then(|last| Cursor::of(last, sort).encode());
        Ok(Listing { videos, next })
    }

    /// How many of the videos that the audience may come upon a filter lets
    /// through. Reads them all: for those who ask for it.
    pub async fn count(&self, audience: &Audience, filter: &Filter) -> Result<u64> {
        let way = self.way(audience, filter, None).await?;
        let visibility = way.column(videos::Column::Visibility, Some(Lead::Visibility));
        let query = filtered(filter, way).filter(audience.condition_by(&visibility));
        Ok(query.count(self.db.read()).await?)
    }
}

fn filtered(filter: &Filter, way: Way) -> Select<videos::Entity> {
    use videos::Column as C;
    let texts = [
        (C::Category, &filter.category, Some(Lead::Category)),
        (C::UploaderId, &filter.uploader_id, Some(Lead::Uploader)),
        (C::Owner, &filter.owner, Some(Lead::Owner)),
        (
            C::ContentType,
            &filter.content_type,
            Some(Lead::ContentType),
        ),
        (C::Rating, &filter.rating, None),
        (C::ShowTitle, &filter.show_title, Some(Lead::ShowTitle)),
        (C::ShowId, &filter.show_id, Some(Lead::ShowId)),
        (C::Studio, &filter.studio, None),
        (C::ExtraOf, &filter.extra_of, Some(Lead::ExtraOf)),
    ];
    let mut query = videos::Entity::find();
    for (column, wanted, lead) in texts {
        if let Some(text) = wanted {
            query = query.filter(way.column(column, lead).eq(text.as_str()));
        }
    }
    if let Some(public) = filter.is_public {
        query = query.filter(way.column(C::IsPublic, None).eq(public));
    }
    if let Some(year) = filter.release_year {
        query = query.filter(C::ReleaseYear.eq(year));
    }
    if let Some(status) = filter.status {
        query = query.filter(
            way.column(C::ProcessingStatus, Some(Lead::Status))
                .eq(status.as_str()),
        );
    }
    if let Some(processed) = filter.is_processed {
        query = query.filter(C::IsProcessed.eq(processed));
    }
    if let Some(tag) = &filter.tag {
        let rows = Lead::Tag.rows(tag.to_lowercase());
        query = query.filter(way.among(Lead::Tag, rows, video_tags::Column::VideoId));
    }
    if let Some(genre) = &filter.genre {
        let rows = Lead::Genre.rows(genre.to_lowercase());
        query = query.filter(way.among(Lead::Genre, rows, video_genres::Column::VideoId));
    }
    if let Some(person) = &filter.person_id {
        let rows = Lead::Person.rows(person.clone());
        query = query.filter(way.among(Lead::Person, rows, credits::Column::VideoId));
    }
    if let Some(collection) = &filter.collection_id {
        let rows = Lead::Collection.rows(collection.clone());
        let column = collection_items::Column::VideoId;
        query = query.filter(way.among(Lead::Collection, rows, column));
    }
    if let Some(number) = filter.season_number {
        query = query.filter(C::SeasonNumber.eq(number));
    }
    if let Some(language) = &filter.language {
        // The column holds a JSON list of tags, none of which has a quote.
        let like =
            LikeExpr::new(format!("%\"{}\"%", escaped(&language.to_lowercase()))).escape('\\');
        let text = Expr::col(C::Languages).cast_as("text");
        query = query.filter(Expr::expr(Func::lower(text)).like(like));
    }
    if filter.extra_of.is_none() && !filter.extras {
        query = query.filter(way.column(C::ExtraOf, None).is_null());
    }
    for word in filter.q.iter().flat_map(|q| q.split_whitespace()).take(8) {
        let mut anywhere = Condition::any();
        for column in [C::Title, C::ShowTitle, C::Description] {
            let like = LikeExpr::new(format!("%{}%", escaped(&word.to_lowercase()))).escape('\\');
            anywhere = anywhere.add(Expr::expr(Func::lower(Expr::col(column))).like(like));
        }
        query = query.filter(anywhere);
    }
    query
}
