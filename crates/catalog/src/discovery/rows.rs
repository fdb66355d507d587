//! What the operator puts on the home page.

use std::collections::HashSet;

use matinee_engines::id::Id;
use sea_orm::{ActiveValue::Set, EntityTrait, QueryOrder};
use serde::{Deserialize, Serialize};

use super::store::home_rows;
use super::{Discovery, DiscoveryResult};
use crate::{CatalogError, FieldError};

/// The most rows on the home page.
const ROWS_MAX: usize = 40;
/// Titles in a row unless the operator says otherwise.
const SIZE: u32 = 20;
/// The most titles in a row.
const SIZE_MAX: u32 = 50;
/// The longest heading of a row, in characters.
const TITLE_MAX: usize = 100;

/// What a row shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// One title at the top: that of `video_id`, else one of the newest and
    /// most watched.
    Hero,
    /// What the viewer has begun.
    ContinueWatching,
    /// What the viewer means to watch.
    Watchlist,
    /// What came last.
    New,
    /// What more and more people watch.
    Trending,
    /// The ten most watched, with their places.
    Top10,
    /// What goes with one of the titles that the viewer watched last.
    BecauseYouWatched,
    /// What goes with everything that the viewer watched.
    Recommended,
    /// One genre: that of `value`.
    Genre,
    /// As many rows as `count`, one for each of the genres that the viewer
    /// likes best, else of those with the most titles.
    Genres,
    /// One kind: that of `value`, such as `movie`.
    ContentType,
    /// One tag: that of `value`.
    Tag,
    /// One collection: that of `value`.
    Collection,
    /// Broadcasts under way.
    LiveNow,
    /// What channels show now.
    ChannelsNow,
}

impl RowKind {
    const ALL: [(Self, &'static str); 15] = [
        (Self::Hero, "hero"),
        (Self::ContinueWatching, "continue_watching"),
        (Self::Watchlist, "watchlist"),
        (Self::New, "new"),
        (Self::Trending, "trending"),
        (Self::Top10, "top10"),
        (Self::BecauseYouWatched, "because_you_watched"),
        (Self::Recommended, "recommended"),
        (Self::Genre, "genre"),
        (Self::Genres, "genres"),
        (Self::ContentType, "content_type"),
        (Self::Tag, "tag"),
        (Self::Collection, "collection"),
        (Self::LiveNow, "live_now"),
        (Self::ChannelsNow, "channels_now"),
    ];

    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(kind, _)| *kind == self)
            .map_or("new", |(_, word)| word)
    }

    /// The kind of this name.
    pub fn parse(word: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(_, name)| *name == word);
        found.map(|(kind, _)| *kind)
    }

    /// Whether it needs a value.
    fn is_of_a_value(self) -> bool {
        matches!(
            self,
            Self::Genre | Self::ContentType | Self::Tag | Self::Collection
        )
    }
}

/// A row as the operator set it up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomeRow {
    /// `row_…`
    pub id: String,
    /// What it shows.
    pub kind: RowKind,
    /// Its heading; none leaves it to the kind.
    pub title: Option<String>,
    /// Of which titles.
    pub settings: RowSettings,
    /// At most so many titles.
    pub size: u32,
    /// Whether it is shown.
    pub enabled: bool,
}

/// Of which titles a row is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RowSettings {
    /// The genre, kind, tag or collection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The hero's title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_id: Option<String>,
    /// How many rows of genres there are, 1 to 12.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
}

impl HomeRow {
    /// A row of this kind as it comes.
    pub fn of(kind: RowKind) -> Self {
        Self {
            id: format!("row_{}", kind.as_str()),
            kind,
            title: None,
            settings: RowSettings::default(),
            size: SIZE,
            enabled: true,
        }
    }
}

/// What the home page shows until the operator says otherwise.
pub fn usual() -> Vec<HomeRow> {
    [
        RowKind::Hero,
        RowKind::LiveNow,
        RowKind::ContinueWatching,
        RowKind::Top10,
        RowKind::BecauseYouWatched,
        RowKind::New,
        RowKind::Trending,
        RowKind::Recommended,
        RowKind::Watchlist,
        RowKind::ChannelsNow,
        RowKind::Genres,
    ]
    .map(HomeRow::of)
    .to_vec()
}

/// The rows as they are kept, or what is wrong with each.
pub(super) fn checked(rows: Vec<HomeRow>) -> Result<Vec<HomeRow>, CatalogError> {
    let mut errors = Vec::new();
    let mut refuse = |n: usize, field: &str, reason: String| {
        errors.push(FieldError::new(format!("rows[{n}].{field}"), reason));
    };
    if rows.len() > ROWS_MAX {
        let reason = format!("must not be more than {ROWS_MAX}");
        return Err(CatalogError::Invalid(vec![FieldError::new("rows", reason)]));
    }
    let mut ids = HashSet::new();
    let mut heroes = 0;
    let mut kept = Vec::with_capacity(rows.len());
    for (n, mut row) in rows.into_iter().enumerate() {
        let sound = row.id.strip_prefix("row_").is_some_and(|rest| {
            (1..=40).contains(&rest.len())
                && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        });
        if !sound || !ids.insert(row.id.clone()) {
            row.id = Id::new("row").to_string();
            ids.insert(row.id.clone());
        }
        row.title = row
            .title
            .map(|t| t.trim().to_owned())
            .filter(|t| !t.is_empty());
        if let Some(title) = &row.title {
            if title.chars().count() > TITLE_MAX {
                refuse(
                    n,
                    "title",
                    format!("must not be longer than {TITLE_MAX} characters"),
                );
            }
            if title.chars().any(char::is_control) {
                refuse(n, "title", "must not contain control characters".to_owned());
            }
        }
        if !(1..=SIZE_MAX).contains(&row.size) {
            refuse(n, "size", format!("must be from 1 to {SIZE_MAX}"));
        }
        let settings = &mut row.settings;
        settings.value = settings
            .value
            .take()
            .map(|v| v.trim().to_owned())
            .filter(|v| !v.is_empty());
        if row.kind.is_of_a_value() && settings.value.is_none() {
            refuse(n, "settings.value", "must say which".to_owned());
        }
        if settings.value.as_ref().is_some_and(|v| v.len() > 500) {
            refuse(
                n,
                "settings.value",
                "must not be longer than 500 bytes".to_owned(),
            );
        }
        if settings.count.is_some_and(|c| !(1..=12).contains(&c)) {
            refuse(n, "settings.count", "must be from 1 to 12".to_owned());
        }
        if settings
            .video_id
            .as_ref()
            .is_some_and(|id| id.parse::<Id>().is_err())
        {
            refuse(
                n,
                "settings.video_id",
                "must be the id of a video".to_owned(),
            );
        }
        if row.kind == RowKind::Hero {
            heroes += 1;
            if heroes > 1 {
                refuse(n, "kind", "must be hero once only".to_owned());
            }
        }
        kept.push(row);
    }
    if errors.is_empty() {
        Ok(kept)
    } else {
        Err(CatalogError::Invalid(errors))
    }
}

impl Discovery {
    /// What the home page is made of, in order.
    pub async fn home_rows(&self) -> DiscoveryResult<Vec<HomeRow>> {
        let rows = home_rows::Entity::find()
            .order_by_asc(home_rows::Column::Position)
            .all(self.inner.catalog.db().read())
            .await?;
        if rows.is_empty() {
            return Ok(usual());
        }
        let rows = rows.into_iter().filter_map(|row| {
            Some(HomeRow {
                id: row.id,
                // One that a newer program knew is passed over.
                kind: RowKind::parse(&row.kind)?,
                title: row.title,
                settings: serde_json::from_str(&row.settings).unwrap_or_default(),
                size: u32::try_from(row.size).unwrap_or(SIZE),
                enabled: row.enabled,
            })
        });
        Ok(rows.collect())
    }

    /// Puts these rows on the home page, in this order; none brings back the
    /// usual ones.
    pub async fn set_home_rows(&self, rows: Vec<HomeRow>) -> DiscoveryResult<Vec<HomeRow>> {
        let rows = checked(rows)?;
        let tx = self.inner.catalog.db().begin().await?;
        home_rows::Entity::delete_many().exec(&tx).await?;
        if !rows.is_empty() {
            let rows = rows.iter().zip(0..).map(|(row, n)| home_rows::ActiveModel {
                id: Set(row.id.clone()),
                position: Set(n),
                kind: Set(row.kind.as_str().to_owned()),
                title: Set(row.title.clone()),
                settings: Set(serde_json::to_string(&row.settings).unwrap_or_default()),
                size: Set(i32::try_from(row.size).unwrap_or(i32::MAX)),
                enabled: Set(row.enabled),
            });
            home_rows::Entity::insert_many(rows)
                .exec_without_returning(&tx)
                .await?;
        }
        tx.commit().await?;
        self.inner.specs.invalidate_all();
        self.inner.forget_rows();
        if rows.is_empty() {
            return Ok(usual());
        }
        Ok(rows)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn the_usual_rows_are_accepted_and_each_kind_has_its_word() {
        assert_eq!(checked(usual()).unwrap(), usual());
        for (kind, word) in RowKind::ALL {
            assert_eq!(RowKind::parse(word), Some(kind));
            assert_eq!(kind.as_str(), word);
            assert_eq!(serde_json::to_value(kind).unwrap(), word);
        }
    }

    #[rstest]
    #[case(|row: &mut HomeRow| row.size = 0, "size")]
    #[case(|row: &mut HomeRow| row.size = 51, "size")]
    #[case(|row: &mut HomeRow| row.title = Some("x".repeat(101)), "title")]
    #[case(|row: &mut HomeRow| row.title = Some("a\0b".into()), "title")]
    #[case(|row: &mut HomeRow| row.kind = RowKind::Genre, "settings.value")]
    #[case(|row: &mut HomeRow| row.settings.count = Some(13), "settings.count")]
    #[case(|row: &mut HomeRow| row.settings.video_id = Some("x y".into()), "settings.video_id")]
    fn what_is_wrong_is_named(#[case] spoil: fn(&mut HomeRow), #[case] field: &str) {
        let mut row = HomeRow::of(RowKind::New);
        spoil(&mut row);
        let Err(CatalogError::Invalid(errors)) = checked(vec![row]) else {
            panic!("accepted")
        };
        assert_eq!(errors[0].field, format!("rows[0].{field}"));
    }

    #[test]
    fn ids_become_unique() {
        let row = HomeRow::of(RowKind::New);
        let rows = checked(vec![row.clone(), row]).unwrap();
        assert_ne!(rows[0].id, rows[1].id);
    }
}
