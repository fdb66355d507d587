//! Shows and courses: what holds seasons of episodes.

mod details;
mod edits;
mod seasons;

use std::collections::HashMap;

use sea_orm::sea_query::{Expr, ExprTrait, Func, OnConflict, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use crate::judge::sort_key;
use crate::listed;
use crate::pages::Placed;
use crate::store::{show_genres, shows, videos};
use crate::{Catalog, CatalogError, Paged, Result, Season, Show, Sight, TitleQuery, Video};

pub use details::{SHOW_KINDS, SHOW_STATUSES, SeasonDetails, ShowDetails, ShowPatch};
use seasons::seasons_in;

/// Episodes that come along with a show; the rest through the list of videos.
pub const EPISODES_SHOWN: u64 = 2000;

impl Placed for shows::Model {
    fn place(&self) -> (&str, i64, &str) {
        (&self.sort_key, self.created_at, &self.id)
    }
}

/// What holds videos of this type.
pub(crate) fn kind_for(content_type: Option<&str>) -> &'static str {
    match content_type {
        Some("lesson" | "course" | "education") => "course",
        _ => "show",
    }
}

/// The title of a show, if there is one.
pub(crate) async fn title_of(conn: &impl ConnectionTrait, id: &str) -> Result<Option<String>> {
    Ok(shows::Entity::find_by_id(id)
        .select_only()
        .column(shows::Column::Title)
        .into_tuple()
        .one(conn)
        .await?)
}

/// The show of this title (in any case): the owner's own before others', or a
/// new one.
pub(crate) async fn find_or_make(
    conn: &impl ConnectionTrait,
    title: &str,
    kind: &str,
    owner: Option<&str>,
) -> Result<String> {
    let lowered = title.to_lowercase();
    let mut found = shows::Entity::find()
        .filter(shows::Column::SortKey.eq(sort_key(title, None)))
        .order_by_asc(shows::Column::Id)
        .all(conn)
        .await?;
    found.retain(|show| show.title.to_lowercase() == lowered);
    let own = found.iter().find(|show| show.owner.as_deref() == owner);
    if let Some(show) = own.or(found.first()) {
        return Ok(show.id.clone());
    }
    let details = ShowDetails {
        kind: kind.to_owned(),
        title: title.to_owned(),
        ..ShowDetails::default()
    };
    let show = Show::made(details, owner.map(str::to_owned), Some(lowered.clone()));
    let row = show.into_active_model().reset_all();
    shows::Entity::insert(row)
        .on_conflict(
            OnConflict::column(shows::Column::AutoKey)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(conn)
        .await?;
    // Another node may have been faster; or it was made under this title and
    // has been given another one since.
    let made = shows::Entity::find()
        .filter(shows::Column::AutoKey.eq(lowered))
        .one(conn)
        .await?;
    made.map(|show| show.id)
        .ok_or_else(|| CatalogError::not_found("show", title))
}

/// Removes a show that was made for an episode, that nobody has touched since,
/// and whose last episode is gone.
pub(crate) async fn drop_abandoned(conn: &impl ConnectionTrait, id: &str) -> Result<()> {
    let episodes = Query::select()
        .expr(Expr::value(1))
        .from(videos::Entity)
        .and_where(Expr::col(videos::Column::ShowId).eq(id))
        .to_owned();
    shows::Entity::delete_many()
        .filter(shows::Column::Id.eq(id))
        .filter(shows::Column::IsAuto.eq(true))
        .filter(Expr::exists(episodes).not())
        .exec(conn)
        .await?;
    Ok(())
}

async fn write_genres(conn: &impl ConnectionTrait, id: &str, genres: &[String]) -> Result<()> {
    show_genres::Entity::delete_many()
        .filter(show_genres::Column::ShowId.eq(id))
        .exec(conn)
        .await?;
    if genres.is_empty() {
        return Ok(());
    }
    let rows = genres.iter().map(|genre| show_genres::ActiveModel {
        show_id: Set(id.to_owned()),
        genre: Set(genre.to_lowercase()),
        name: Set(genre.clone()),
    });
    show_genres::Entity::insert_many(rows).exec(conn).await?;
    Ok(())
}

/// Which shows; an absent field lets all through.
#[derive(Debug, Clone, Default)]
pub struct ShowFilter {
    /// Exactly this kind.
    pub kind: Option<String>,
    /// With this among its genres, in any case.
    pub genre: Option<String>,
    /// Exactly this year.
    pub release_year: Option<i32>,
}

/// How much there is of a show, as far as somebody sees it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ShowCounts {
    /// Seasons that have episodes.
    pub seasons: i64,
    /// Episodes.
    pub episodes: i64,
}

impl Catalog {
    /// Adds a show.
    pub async fn create_show(&self, details: ShowDetails, owner: Option<String>) -> Result<Show> {
        let show = Show::made(details.checked()?, owner, None);
        let tx = self.db.begin().await?;
        let show = show.into_active_model().reset_all().insert(&tx).await?;
        write_genres(&tx, &show.id, &show.genres.0).await?;
        tx.commit().await?;
        Ok(show)
    }

    /// The show of this id.
    pub async fn show(&self, id: &str) -> Result<Show> {
        listed::find::<shows::Entity>(self.db.read(), id).await
    }

    /// The shows of these ids; those that there are, by id.
    pub async fn shows_of(&self, ids: &[String]) -> Result<HashMap<String, Show>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = shows::Entity::find()
            .filter(shows::Column::Id.is_in(ids.iter().map(String::as_str)))
            .all(self.db.read())
            .await?;
        Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
    }

    /// Whether somebody sees a show.
    pub async fn sees_show(&self, sight: &Sight, id: &str) -> Result<bool> {
        listed::sees::<shows::Entity>(self.db.read(), sight, id).await
    }

    /// One page of the shows that somebody sees.
    pub async fn list_shows(
        &self,
        wanted: TitleQuery<'_>,
        filter: &ShowFilter,
    ) -> Result<Paged<Show>> {
        let mut also = Condition::all();
        if let Some(kind) = &filter.kind {
            also = also.add(shows::Column::Kind.eq(kind));
        }
        if let Some(year) = filter.release_year {
            also = also.add(shows::Column::ReleaseYear.eq(year));
        }
        if let Some(genre) = &filter.genre {
            let of_genre = Query::select()
                .column(show_genres::Column::ShowId)
                .from(show_genres::Entity)
                .and_where(Expr::col(show_genres::Column::Genre).eq(genre.to_lowercase()))
                .to_owned();
            also = also.add(shows::Column::Id.in_subquery(of_genre));
        }
        listed::list::<shows::Entity>(self.db.read(), wanted, also).await
    }

    /// How many seasons and episodes somebody sees of these shows.
    pub async fn show_counts(
        &self,
        sight: &Sight,
        ids: &[String],
    ) -> Result<HashMap<String, ShowCounts>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<(String, i64, i64)> = videos::Entity::find()
            .select_only()
            .column(videos::Column::ShowId)
            .column_as(
                Expr::expr(Func::count_distinct(Func::coalesce([
                    Expr::col(videos::Column::SeasonNumber),
                    Expr::value(1),
                ]))),
                "seasons",
            )
            .column_as(videos::Column::Id.count(), "episodes")
            .filter(videos::Column::ShowId.is_in(ids.iter().map(String::as_str)))
            .filter(videos::Column::ExtraOf.is_null())
            .filter(sight.videos())
            .group_by(videos::Column::ShowId)
            .into_tuple()
            .all(self.db.read())
            .await?;
        Ok(rows
            .into_iter()
            .map(|(id, seasons, episodes)| (id, ShowCounts { seasons, episodes }))
            .collect())
    }

    /// The episodes of a show that somebody sees, in order; at most
    /// [`EPISODES_SHOWN`].
    pub async fn episodes(&self, sight: &Sight, show_id: &str) -> Result<Vec<Video>> {
        Ok(videos::Entity::find()
            .filter(videos::Column::ShowId.eq(show_id))
            .filter(videos::Column::ExtraOf.is_null())
            .filter(sight.videos())
            .order_by_asc(videos::Column::SeasonNumber)
            .order_by_asc(videos::Column::EpisodeNumber)
            .order_by_asc(videos::Column::SortKey)
            .order_by_asc(videos::Column::Id)
            .limit(EPISODES_SHOWN)
            .all(self.db.read())
            .await?)
    }

    /// What is said about the seasons of a show, by number.
    pub async fn seasons(&self, show_id: &str) -> Result<Vec<Season>> {
        seasons_in(self.db.read(), show_id).await
    }

    /// The ids of all episodes of a show, seen or not.
    pub async fn episode_ids(&self, show_id: &str) -> Result<Vec<String>> {
        Ok(videos::Entity::find()
            .select_only()
            .column(videos::Column::Id)
            .filter(videos::Column::ShowId.eq(show_id))
            .into_tuple()
            .all(self.db.read())
            .await?)
    }
}
