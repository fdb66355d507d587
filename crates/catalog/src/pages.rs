//! Pages of shows, people and collections, continued by a cursor.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use serde::{Deserialize, Serialize};

use crate::{CatalogError, Page, Result, Sight};

/// What a list of shows, people or collections is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TitleSort {
    /// Alphabetically.
    Title,
    /// By when it was made.
    CreatedAt,
}

/// An order of shows, people or collections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TitleOrder {
    /// What by.
    pub key: TitleSort,
    /// The last (the newest) first.
    pub descending: bool,
}

impl Default for TitleOrder {
    /// From A to Z.
    fn default() -> Self {
        Self {
            key: TitleSort::Title,
            descending: false,
        }
    }
}

impl TitleOrder {
    /// Reads `title` or `-created_at` and the like.
    pub fn parse(text: &str) -> Option<Self> {
        let (descending, word) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let key = match word {
            "title" | "name" => TitleSort::Title,
            "created_at" => TitleSort::CreatedAt,
            _ => return None,
        };
        Some(Self { key, descending })
    }
}

/// Which shows, people or collections: for whom, and which page of them.
#[derive(Debug, Clone)]
pub struct TitleQuery<'a> {
    /// Who looks.
    pub sight: &'a Sight,
    /// Words that they have, in any case.
    pub words: Option<&'a str>,
    /// In which order.
    pub order: TitleOrder,
    /// Which page.
    pub from: Page,
    /// The most rows.
    pub limit: u64,
}

/// One page, and the way to the next.
#[derive(Debug, Clone)]
pub struct Paged<T> {
    /// The rows, in order.
    pub rows: Vec<T>,
    /// The cursor of the next page, if there is one.
    pub next: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Cursor {
    order: TitleOrder,
    title: String,
    at: i64,
    id: String,
}

/// The columns that a list is ordered by.
pub(crate) struct Columns<C> {
    pub title: C,
    pub created_at: C,
    pub id: C,
}

/// What a row is ordered by.
pub(crate) trait Placed {
    /// Sort key, time of making, id.
    fn place(&self) -> (&str, i64, &str);
}

/// One page of a query.
pub(crate) async fn page<E, C>(
    conn: &C,
    query: Select<E>,
    columns: Columns<E::Column>,
    order: TitleOrder,
    page: Page,
    limit: u64,
) -> Result<Paged<E::Model>>
where
    E: EntityTrait,
    E::Model: Placed,
    C: ConnectionTrait,
{
    let by = match order.key {
        TitleSort::Title => columns.title,
        TitleSort::CreatedAt => columns.created_at,
    };
    let direction = if order.descending {
        Order::Desc
    } else {
        Order::Asc
    };
    let mut query = query
        .order_by(by, direction.clone())
        .order_by(columns.id, direction)
        // One more than asked for tells whether there is a next page.
        .limit(limit.saturating_add(1));
    match page {
        Page::First => {}
        Page::Offset(n) => query = query.offset(n),
        Page::After(text) => {
            let cursor = decode(&text, order)?;
            let at: SimpleExpr = match order.key {
                TitleSort::Title => Expr::value(cursor.title),
                TitleSort::CreatedAt => Expr::value(cursor.at),
            };
            let here = Expr::col((E::default(), by));
            let (beyond, next) = if order.descending {
                (here.clone().lt(at.clone()), columns.id.lt(cursor.id))
            } else {
                (here.clone().gt(at.clone()), columns.id.gt(cursor.id))
            };
            query = query.filter(
                Condition::any()
                    .add(beyond)
                    .add(Condition::all().add(here.eq(at)).add(next)),
            );
        }
    }
    let mut rows = query.all(conn).await?;
    let more = rows.len() as u64 > limit;
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| more).and_then(|last| {
        let (title, at, id) = last.place();
        let cursor = Cursor {
            order,
            title: title.to_owned(),
            at,
            id: id.to_owned(),
        };
        let json = serde_json::to_vec(&cursor).ok()?;
        Some(URL_SAFE_NO_PAD.encode(json))
    });
    Ok(Paged { rows, next })
}

fn decode(text: &str, order: TitleOrder) -> Result<Cursor> {
    let json = URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| CatalogError::Cursor)?;
    let cursor: Cursor = serde_json::from_slice(&json).map_err(|_| CatalogError::Cursor)?;
    if cursor.order == order {
        Ok(cursor)
    } else {
        Err(CatalogError::Cursor)
    }
}

/// Rows whose title contains all of these words, in any case.
pub(crate) fn containing<E: EntityTrait>(
    mut query: Select<E>,
    columns: &[E::Column],
    words: &str,
) -> Select<E> {
    use sea_orm::sea_query::{Func, LikeExpr};
    for word in words.split_whitespace().take(8) {
        let mut anywhere = Condition::any();
        for column in columns {
            let like = LikeExpr::new(format!(
                "%{}%",
                crate::audience::escaped(&word.to_lowercase())
            ))
            .escape('\\');
            let lowered = Func::lower(Expr::col((E::default(), *column)));
            anywhere = anywhere.add(Expr::expr(lowered).like(like));
        }
        query = query.filter(anywhere);
    }
    query
}
