//! Shows and courses: what holds seasons of episodes.

use std::collections::{BTreeMap, HashMap};

use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::sea_query::{Expr, ExprTrait, Func, OnConflict, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
    IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::credits::{self, NewCredit};
use crate::details::{nullable, year_of};
use crate::judge::{Judge, sort_key};
use crate::pages::{Columns, Placed, containing, page};
use crate::revisions::{Edit, Edited, Snapshot, Subject, forget, record};
use crate::store::videos::{ExternalIds, Tags};
use crate::store::{seasons, show_genres, shows, videos};
use crate::{
    Catalog, CatalogError, Page, Paged, Result, Season, Show, Sight, TitleOrder, Video, limits,
};

/// What a show can be.
pub const SHOW_KINDS: [&str; 4] = ["show", "course", "podcast", "other"];
/// Whether there is more to come.
pub const SHOW_STATUSES: [&str; 5] = ["planned", "returning", "ended", "canceled", "finished"];
/// Episodes that come along with a show; the rest through the list of videos.
pub const EPISODES_SHOWN: u64 = 2000;

/// What people say about a show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ShowDetails {
    /// One of [`SHOW_KINDS`].
    pub kind: String,
    /// 1 to [`limits::TITLE_MAX`] characters.
    pub title: String,
    /// What it is sorted by instead of its title.
    pub sort_title: Option<String>,
    /// The title where it comes from.
    pub original_title: Option<String>,
    /// One line that makes one curious.
    pub tagline: Option<String>,
    /// Up to [`limits::DESCRIPTION_MAX`] characters.
    pub overview: String,
    /// Who made it.
    pub studio: Option<String>,
    /// The day of the first showing.
    pub release_date: Option<String>,
    /// The year of the first showing.
    pub release_year: Option<i32>,
    /// One of [`SHOW_STATUSES`].
    pub status: Option<String>,
    /// An age rating, such as `TV-MA`.
    pub rating: Option<String>,
    /// Spoken languages (BCP 47).
    pub languages: Vec<String>,
    /// All genres.
    pub genres: Vec<String>,
    /// Free words.
    pub tags: Vec<String>,
    /// Its names in other databases.
    pub external_ids: BTreeMap<String, String>,
}

impl Default for ShowDetails {
    fn default() -> Self {
        Self {
            kind: "show".to_owned(),
            title: String::new(),
            sort_title: None,
            original_title: None,
            tagline: None,
            overview: String::new(),
            studio: None,
            release_date: None,
            release_year: None,
            status: None,
            rating: None,
            languages: Vec::new(),
            genres: Vec::new(),
            tags: Vec::new(),
            external_ids: BTreeMap::new(),
        }
    }
}

/// A change of a show: an absent field stays, `null` clears it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ShowPatch {
    /// Another kind.
    pub kind: Option<String>,
    /// A new title.
    pub title: Option<String>,
    /// A new sort title, or none.
    #[serde(deserialize_with = "nullable")]
    pub sort_title: Option<Option<String>>,
    /// A new original title, or none.
    #[serde(deserialize_with = "nullable")]
    pub original_title: Option<Option<String>>,
    /// A new tagline, or none.
    #[serde(deserialize_with = "nullable")]
    pub tagline: Option<Option<String>>,
    /// A new overview.
    pub overview: Option<String>,
    /// A new studio, or none.
    #[serde(deserialize_with = "nullable")]
    pub studio: Option<Option<String>>,
    /// A new day of release, or none.
    #[serde(deserialize_with = "nullable")]
    pub release_date: Option<Option<String>>,
    /// A new year, or none.
    #[serde(deserialize_with = "nullable")]
    pub release_year: Option<Option<i32>>,
    /// A new status, or none.
    #[serde(deserialize_with = "nullable")]
    pub status: Option<Option<String>>,
    /// A new rating, or none.
    #[serde(deserialize_with = "nullable")]
    pub rating: Option<Option<String>>,
    /// All languages anew.
    pub languages: Option<Vec<String>>,
    /// All genres anew.
    pub genres: Option<Vec<String>>,
    /// All tags anew.
    pub tags: Option<Vec<String>>,
    /// Names in other databases to add, change or (`null`) take away.
    pub external_ids: Option<BTreeMap<String, Option<String>>>,
    /// What is said about seasons; those that are absent stay.
    pub seasons: Option<Vec<SeasonDetails>>,
}

/// What people say about a season.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SeasonDetails {
    /// Within [`limits::SEASONS`]; 0 holds the specials.
    pub number: i32,
    /// Its name, if it has one of its own.
    pub title: Option<String>,
    /// Up to [`limits::DESCRIPTION_MAX`] characters.
    pub overview: String,
    /// The day of the first showing.
    pub release_date: Option<String>,
}

impl ShowDetails {
    /// The same with surrounding space trimmed, or every field that is wrong.
    pub fn checked(mut self) -> Result<Self> {
        let mut judge = Judge::new();
        let mut kind = Some(std::mem::take(&mut self.kind));
        judge.choice("kind", &mut kind, &SHOW_KINDS);
        self.kind = kind.unwrap_or_else(|| "show".to_owned());
        judge.name("title", &mut self.title, limits::TITLE_MAX);
        judge.word("sort_title", &mut self.sort_title, limits::TITLE_MAX);
        judge.word(
            "original_title",
            &mut self.original_title,
            limits::TITLE_MAX,
        );
        judge.word("tagline", &mut self.tagline, limits::TAGLINE_MAX);
        judge.text("overview", &self.overview, limits::DESCRIPTION_MAX);
        judge.word("studio", &mut self.studio, limits::TITLE_MAX);
        judge.date("release_date", &mut self.release_date);
        judge.number("release_year", self.release_year, &limits::YEARS);
        judge.choice("status", &mut self.status, &SHOW_STATUSES);
        judge.word("rating", &mut self.rating, limits::RATING_MAX);
        judge.languages("languages", &mut self.languages);
        judge.words("genres", &mut self.genres, limits::GENRES_MAX);
        judge.words("tags", &mut self.tags, limits::TAGS_MAX);
        judge.external_ids("external_ids", &self.external_ids);
        if self.release_year.is_none() {
            self.release_year = year_of(self.release_date.as_deref());
        }
        judge.verdict(self)
    }

    fn patched(self, patch: ShowPatch) -> Self {
        let mut external_ids = self.external_ids;
        for (name, id) in patch.external_ids.unwrap_or_default() {
            match id {
                Some(id) => external_ids.insert(name, id),
                None => external_ids.remove(&name),
            };
        }
        let release_year = match (patch.release_year, &patch.release_date) {
            (Some(year), _) => year,
            (None, Some(date)) => year_of(date.as_deref()).or(self.release_year),
            (None, None) => self.release_year,
        };
        Self {
            kind: patch.kind.unwrap_or(self.kind),
            title: patch.title.unwrap_or(self.title),
            sort_title: patch.sort_title.unwrap_or(self.sort_title),
            original_title: patch.original_title.unwrap_or(self.original_title),
            tagline: patch.tagline.unwrap_or(self.tagline),
            overview: patch.overview.unwrap_or(self.overview),
            studio: patch.studio.unwrap_or(self.studio),
            release_date: patch.release_date.unwrap_or(self.release_date),
            release_year,
            status: patch.status.unwrap_or(self.status),
            rating: patch.rating.unwrap_or(self.rating),
            languages: patch.languages.unwrap_or(self.languages),
            genres: patch.genres.unwrap_or(self.genres),
            tags: patch.tags.unwrap_or(self.tags),
            external_ids,
        }
    }
}

impl shows::Model {
    /// What people said about it.
    pub fn details(&self) -> ShowDetails {
        ShowDetails {
            kind: self.kind.clone(),
            title: self.title.clone(),
            sort_title: self.sort_title.clone(),
            original_title: self.original_title.clone(),
            tagline: self.tagline.clone(),
            overview: self.overview.clone(),
            studio: self.studio.clone(),
            release_date: self.release_date.clone(),
            release_year: self.release_year,
            status: self.status.clone(),
            rating: self.rating.clone(),
            languages: self.languages.0.clone(),
            genres: self.genres.0.clone(),
            tags: self.tags.0.clone(),
            external_ids: self.external_ids.0.clone(),
        }
    }

    fn made(details: ShowDetails, owner: Option<String>, auto_key: Option<String>) -> Self {
        let now = now_micros();
        Self {
            id: Id::new("show").to_string(),
            sort_key: sort_key(&details.title, details.sort_title.as_deref()),
            kind: details.kind,
            title: details.title,
            sort_title: details.sort_title,
            original_title: details.original_title,
            tagline: details.tagline,
            overview: details.overview,
            studio: details.studio,
            release_date: details.release_date,
            release_year: details.release_year,
            status: details.status,
            rating: details.rating,
            languages: Tags(details.languages),
            genres: Tags(details.genres),
            tags: Tags(details.tags),
            external_ids: ExternalIds(details.external_ids),
            owner,
            is_auto: auto_key.is_some(),
            auto_key,
            revision: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

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
    /// Whose title or overview contains these words, in any case.
    pub q: Option<String>,
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
        shows::Entity::find_by_id(id)
            .one(self.db.read())
            .await?
            .ok_or_else(|| CatalogError::not_found("show", id))
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
        Ok(shows::Entity::find_by_id(id)
            .filter(sight.shows())
            .count(self.db.read())
            .await?
            > 0)
    }

    /// One page of the shows that somebody sees.
    pub async fn list_shows(
        &self,
        sight: &Sight,
        filter: &ShowFilter,
        order: TitleOrder,
        from: Page,
        limit: u64,
    ) -> Result<Paged<Show>> {
        let mut query = shows::Entity::find().filter(sight.shows());
        if let Some(kind) = &filter.kind {
            query = query.filter(shows::Column::Kind.eq(kind));
        }
        if let Some(year) = filter.release_year {
            query = query.filter(shows::Column::ReleaseYear.eq(year));
        }
        if let Some(genre) = &filter.genre {
            let of_genre = Query::select()
                .column(show_genres::Column::ShowId)
                .from(show_genres::Entity)
                .and_where(Expr::col(show_genres::Column::Genre).eq(genre.to_lowercase()))
                .to_owned();
            query = query.filter(shows::Column::Id.in_subquery(of_genre));
        }
        if let Some(words) = &filter.q {
            query = containing(
                query,
                &[shows::Column::Title, shows::Column::Overview],
                words,
            );
        }
        let columns = Columns {
            title: shows::Column::SortKey,
            created_at: shows::Column::CreatedAt,
            id: shows::Column::Id,
        };
        page(self.db.read(), query, columns, order, from, limit).await
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

    /// Changes what people say about a show, and keeps how it was.
    pub async fn edit_show(&self, id: &str, patch: ShowPatch, edit: &Edit) -> Result<Show> {
        self.rewrite_show(id, Some(patch), None, edit).await
    }

    /// Changes a show together with its credits.
    pub async fn edit_show_with_credits(
        &self,
        id: &str,
        patch: ShowPatch,
        people: Vec<NewCredit>,
        edit: &Edit,
    ) -> Result<Show> {
        self.rewrite_show(id, Some(patch), Some(people), edit).await
    }

    /// Makes a show say what it said in an earlier revision.
    pub async fn restore_show(&self, id: &str, number: i64, edit: &Edit) -> Result<Show> {
        let revision = self.revision(Subject::Show, id, number).await?;
        let gone = || CatalogError::not_found("revision", &number.to_string());
        let then: ShowDetails =
            serde_json::from_value(revision.snapshot.clone()).map_err(|_| gone())?;
        let now = self.show(id).await?.details();
        let seasons_then: Vec<SeasonDetails> = revision
            .snapshot
            .get("seasons")
            .and_then(|list| serde_json::from_value(list.clone()).ok())
            .unwrap_or_default();
        // Seasons that were not spoken of then are not to be now.
        let mut seasons: BTreeMap<i32, SeasonDetails> = self
            .seasons(id)
            .await?
            .into_iter()
            .map(|season| {
                let silent = SeasonDetails {
                    number: season.number,
                    ..SeasonDetails::default()
                };
                (season.number, silent)
            })
            .collect();
        seasons.extend(seasons_then.into_iter().map(|s| (s.number, s)));
        let mut external_ids: BTreeMap<String, Option<String>> = now
            .external_ids
            .into_keys()
            .map(|name| (name, None))
            .collect();
        external_ids.extend(then.external_ids.into_iter().map(|(k, v)| (k, Some(v))));
        let patch = ShowPatch {
            kind: Some(then.kind),
            title: Some(then.title),
            sort_title: Some(then.sort_title),
            original_title: Some(then.original_title),
            tagline: Some(then.tagline),
            overview: Some(then.overview),
            studio: Some(then.studio),
            release_date: Some(then.release_date),
            release_year: Some(then.release_year),
            status: Some(then.status),
            rating: Some(then.rating),
            languages: Some(then.languages),
            genres: Some(then.genres),
            tags: Some(then.tags),
            external_ids: Some(external_ids),
            seasons: Some(seasons.into_values().collect()),
        };
        let edit = Edit {
            via: Some("restore"),
            ..edit.clone()
        };
        let people = credits::of_snapshot(&revision.snapshot);
        self.rewrite_show(id, Some(patch), people, &edit).await
    }

    async fn rewrite_show(
        &self,
        id: &str,
        patch: Option<ShowPatch>,
        people: Option<Vec<NewCredit>>,
        edit: &Edit,
    ) -> Result<Show> {
        let people = people.map(credits::checked).transpose()?;
        let mut patch = patch.unwrap_or_default();
        let seasons = patch.seasons.take().map(checked_seasons).transpose()?;
        let tx = self.db.begin().await?;
        let before = shows::Entity::find_by_id(id)
            .one(&tx)
            .await?
            .ok_or_else(|| CatalogError::not_found("show", id))?;
        edit.check(before.revision)?;
        let details = before.details().patched(patch).checked()?;
        let was = snapshot(&tx, &before).await?;
        let edited = Edited {
            subject: Subject::Show,
            id,
            revision: before.revision,
            owner: before.owner.clone(),
            created_at: before.created_at,
        };
        let renamed = details.title != before.title;
        let regenred = details.genres != before.genres.0;
        let mut show = Show {
            id: before.id.clone(),
            created_at: before.created_at,
            owner: before.owner.clone(),
            auto_key: before.auto_key.clone(),
            is_auto: false,
            revision: before.revision,
            ..Show::made(details, None, None)
        };
        if let Some(seasons) = seasons {
            write_seasons(&tx, id, seasons).await?;
        }
        if let Some(people) = people {
            credits::replace(&tx, Subject::Show, id, people, edit.actor.as_deref()).await?;
        }
        let is = snapshot(&tx, &show).await?;
        show.revision = record(&tx, edited, edit, was, is).await?;
        if show.revision == before.revision {
            // Nothing has changed.
            show.updated_at = before.updated_at;
            show.is_auto = before.is_auto;
        }
        let show = show.into_active_model().reset_all().update(&tx).await?;
        if regenred {
            write_genres(&tx, id, &show.genres.0).await?;
        }
        if renamed {
            videos::Entity::update_many()
                .col_expr(videos::Column::ShowTitle, Expr::value(show.title.clone()))
                .col_expr(
                    videos::Column::Version,
                    Expr::col(videos::Column::Version).add(1),
                )
                .col_expr(videos::Column::UpdatedAt, Expr::value(now_micros()))
                .filter(videos::Column::ShowId.eq(id))
                .exec(&tx)
                .await?;
        }
        tx.commit().await?;
        if show.revision != before.revision {
            // Whoever indexes an episode indexes words of its show with it.
            for episode in self.episode_ids(id).await? {
                self.announce(&episode, false);
            }
        }
        Ok(show)
    }

    /// Removes a show. Its episodes stay, and belong to no show any more.
    pub async fn delete_show(&self, id: &str) -> Result<()> {
        let tx = self.db.begin().await?;
        self.delete_show_in(&tx, id).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Removes a show within the caller's transaction.
    pub async fn delete_show_in(&self, conn: &impl ConnectionTrait, id: &str) -> Result<()> {
        videos::Entity::update_many()
            .col_expr(videos::Column::ShowId, Expr::value(None::<String>))
            .col_expr(videos::Column::ShowTitle, Expr::value(None::<String>))
            .filter(videos::Column::ShowId.eq(id))
            .exec(conn)
            .await?;
        forget(conn, Subject::Show, id).await?;
        let done = shows::Entity::delete_by_id(id).exec(conn).await?;
        if done.rows_affected == 0 {
            return Err(CatalogError::not_found("show", id));
        }
        Ok(())
    }
}

async fn seasons_in(conn: &impl ConnectionTrait, show_id: &str) -> Result<Vec<Season>> {
    Ok(seasons::Entity::find()
        .filter(seasons::Column::ShowId.eq(show_id))
        .order_by_asc(seasons::Column::Number)
        .all(conn)
        .await?)
}

fn checked_seasons(mut all: Vec<SeasonDetails>) -> Result<Vec<SeasonDetails>> {
    let mut judge = Judge::new();
    if all.len() > 1000 {
        judge.refuse("seasons", "must not be more than 1000");
    }
    for (n, season) in all.iter_mut().enumerate() {
        let field = |name: &str| format!("seasons[{n}].{name}");
        judge.number(&field("number"), Some(season.number), &limits::SEASONS);
        judge.word(&field("title"), &mut season.title, limits::TITLE_MAX);
        judge.text(
            &field("overview"),
            &season.overview,
            limits::DESCRIPTION_MAX,
        );
        judge.date(&field("release_date"), &mut season.release_date);
    }
    judge.verdict(all)
}

async fn write_seasons(
    conn: &impl ConnectionTrait,
    show_id: &str,
    all: Vec<SeasonDetails>,
) -> Result<()> {
    for season in all {
        let this = Condition::all()
            .add(seasons::Column::ShowId.eq(show_id))
            .add(seasons::Column::Number.eq(season.number));
        seasons::Entity::delete_many()
            .filter(this)
            .exec(conn)
            .await?;
        let silent =
            season.title.is_none() && season.overview.is_empty() && season.release_date.is_none();
        if silent {
            continue;
        }
        let row = Season {
            show_id: show_id.to_owned(),
            number: season.number,
            title: season.title,
            overview: season.overview,
            release_date: season.release_date,
        };
        row.into_active_model().reset_all().insert(conn).await?;
    }
    Ok(())
}

/// Everything that an edit of a show can change.
async fn snapshot(conn: &impl ConnectionTrait, show: &Show) -> Result<Snapshot> {
    let mut all = match serde_json::to_value(show.details()) {
        Ok(Value::Object(fields)) => fields,
        _ => Snapshot::new(),
    };
    let seasons: Vec<SeasonDetails> = seasons_in(conn, &show.id)
        .await?
        .into_iter()
        .map(|season| SeasonDetails {
            number: season.number,
            title: season.title,
            overview: season.overview,
            release_date: season.release_date,
        })
        .collect();
    all.insert(
        "seasons".to_owned(),
        serde_json::to_value(seasons).unwrap_or_default(),
    );
    let people = credits::snapshot(conn, Subject::Show, &show.id).await?;
    all.insert("credits".to_owned(), people);
    Ok(all)
}
