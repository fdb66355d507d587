//! What shows, people and collections have in common as rows: they are found,
//! seen, listed and removed alike.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::pages::{Columns, Placed, TitleQuery, containing, page};
use crate::revisions::{Subject, forget};
use crate::store::{collections, people, shows, videos};
use crate::{CatalogError, Paged, Result, Sight};

/// Ids in one query: databases limit how many values a statement has.
const IDS_MAX: usize = 400;

/// A table of what is listed, edited and illustrated.
pub(crate) trait Listed: EntityTrait {
    const SUBJECT: Subject;
    /// What it is ordered by.
    const COLUMNS: Columns<Self::Column>;
    /// What words are looked for in.
    const WORDS: &'static [Self::Column];

    /// Those that somebody sees.
    fn seen(sight: &Sight) -> Condition;
}

impl Listed for shows::Entity {
    const SUBJECT: Subject = Subject::Show;
    const COLUMNS: Columns<shows::Column> = Columns {
        title: shows::Column::SortKey,
        created_at: shows::Column::CreatedAt,
        id: shows::Column::Id,
    };
    const WORDS: &'static [shows::Column] = &[shows::Column::Title, shows::Column::Overview];

    fn seen(sight: &Sight) -> Condition {
        sight.shows()
    }
}

impl Listed for people::Entity {
    const SUBJECT: Subject = Subject::Person;
    const COLUMNS: Columns<people::Column> = Columns {
        title: people::Column::SortKey,
        created_at: people::Column::CreatedAt,
        id: people::Column::Id,
    };
    const WORDS: &'static [people::Column] = &[people::Column::Name];

    fn seen(sight: &Sight) -> Condition {
        sight.people()
    }
}

impl Listed for collections::Entity {
    const SUBJECT: Subject = Subject::Collection;
    const COLUMNS: Columns<collections::Column> = Columns {
        title: collections::Column::SortKey,
        created_at: collections::Column::CreatedAt,
        id: collections::Column::Id,
    };
    const WORDS: &'static [collections::Column] = &[collections::Column::Title];

    fn seen(sight: &Sight) -> Condition {
        sight.collections()
    }
}

/// The row of this id.
pub(crate) async fn find<E: Listed>(conn: &impl ConnectionTrait, id: &str) -> Result<E::Model> {
    E::find()
        .filter(E::COLUMNS.id.eq(id))
        .one(conn)
        .await?
        .ok_or_else(|| CatalogError::not_found(E::SUBJECT.as_str(), id))
}

/// Whether somebody sees the row of this id.
pub(crate) async fn sees<E: Listed>(
    conn: &impl ConnectionTrait,
    sight: &Sight,
    id: &str,
) -> Result<bool> {
    let found: Option<String> = E::find()
        .select_only()
        .column(E::COLUMNS.id)
        .filter(E::COLUMNS.id.eq(id))
        .filter(E::seen(sight))
        .into_tuple()
        .one(conn)
        .await?;
    Ok(found.is_some())
}

/// One page of the rows that somebody sees, of those that `also` holds for.
pub(crate) async fn list<E: Listed>(
    conn: &impl ConnectionTrait,
    wanted: TitleQuery<'_>,
    also: Condition,
) -> Result<Paged<E::Model>>
where
    E::Model: Placed,
{
    let mut query = E::find().filter(E::seen(wanted.sight)).filter(also);
    if let Some(words) = wanted.words {
        query = containing(query, E::WORDS, words);
    }
    page(
        conn,
        query,
        E::COLUMNS,
        wanted.order,
        wanted.from,
        wanted.limit,
    )
    .await
}

/// Removes a row with its history and its artwork.
pub(crate) async fn remove<E: Listed>(conn: &impl ConnectionTrait, id: &str) -> Result<()> {
    forget(conn, E::SUBJECT, id).await?;
    let done = E::delete_many()
        .filter(E::COLUMNS.id.eq(id))
        .exec(conn)
        .await?;
    if done.rows_affected == 0 {
        return Err(CatalogError::not_found(E::SUBJECT.as_str(), id));
    }
    Ok(())
}

/// The videos and the shows of these ids that somebody sees.
pub(crate) struct Titles {
    pub videos: HashMap<String, videos::Model>,
    pub shows: HashMap<String, shows::Model>,
}

/// Reads the titles of a list of places, in few queries.
pub(crate) async fn titles(
    conn: &impl ConnectionTrait,
    sight: &Sight,
    video_ids: &[&str],
    show_ids: &[&str],
) -> Result<Titles> {
    let mut found = Titles {
        videos: HashMap::new(),
        shows: HashMap::new(),
    };
    for some in video_ids.chunks(IDS_MAX) {
        let rows = videos::Entity::find()
            .filter(videos::Column::Id.is_in(some.iter().copied()))
            .filter(sight.videos())
            .all(conn)
            .await?;
        let rows = rows.into_iter().map(|row| (row.id.clone(), row));
        found.videos.extend(rows);
    }
    for some in show_ids.chunks(IDS_MAX) {
        let rows = shows::Entity::find()
            .filter(shows::Column::Id.is_in(some.iter().copied()))
            .filter(sight.shows())
            .all(conn)
            .await?;
        let rows = rows.into_iter().map(|row| (row.id.clone(), row));
        found.shows.extend(rows);
    }
    Ok(found)
}
