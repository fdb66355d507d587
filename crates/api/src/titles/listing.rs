//! Pages of shows, people and collections.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{Uri, header};
use matinee_catalog::{Page, Sight, TitleOrder, TitleQuery};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::{Problem, ProblemResult};

/// Rows on a page unless the client says otherwise.
const LIMIT: u64 = 50;
/// The most rows on a page.
const LIMIT_MAX: u64 = 200;
/// Beyond this many rows an offset is refused: a cursor costs nothing.
const OFFSET_MAX: u64 = 100_000;

/// Which page, in which order.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct PageParams {
    /// Words in the title or name.
    q: Option<String>,
    /// `title` or `created_at`, with a minus in front from the last. Defaults to `title`.
    sort: Option<String>,
    /// 1 to 200; 50 unless given.
    limit: Option<u64>,
    /// Rows to skip. A cursor is better.
    offset: Option<u64>,
    /// From the `Link: …; rel="next"` of the page before.
    cursor: Option<String>,
}

impl PageParams {
    fn order(&self) -> ProblemResult<TitleOrder> {
        match &self.sort {
            None => Ok(TitleOrder::default()),
            Some(text) => TitleOrder::parse(text).ok_or_else(|| {
                Problem::field(
                    "sort",
                    "must be title or created_at, with or without a minus in front",
                )
            }),
        }
    }

    fn limit(&self) -> ProblemResult<u64> {
        let limit = self.limit.unwrap_or(LIMIT);
        if (1..=LIMIT_MAX).contains(&limit) {
            Ok(limit)
        } else {
            Err(Problem::field(
                "limit",
                format!("must be from 1 to {LIMIT_MAX}"),
            ))
        }
    }

    fn page(&self) -> ProblemResult<Page> {
        match (&self.cursor, self.offset) {
            (Some(_), Some(_)) => Err(Problem::field("offset", "must not come with a cursor")),
            (Some(cursor), None) => Ok(Page::After(cursor.clone())),
            (None, Some(n)) if n > OFFSET_MAX => Err(Problem::field(
                "offset",
                format!("must not be above {OFFSET_MAX}: follow the cursors instead"),
            )),
            (None, Some(n)) => Ok(Page::Offset(n)),
            (None, None) => Ok(Page::First),
        }
    }

    /// The page that is asked for, for whoever looks.
    pub(super) fn wanted<'a>(&'a self, sight: &'a Sight) -> ProblemResult<TitleQuery<'a>> {
        Ok(TitleQuery {
            sight,
            words: self.words(),
            order: self.order()?,
            from: self.page()?,
            limit: self.limit()?,
        })
    }

    fn words(&self) -> Option<&str> {
        self.q.as_deref().filter(|words| !words.trim().is_empty())
    }
}

/// The page, and the way to the next.
pub(super) fn answer<T: Serialize>(rows: &[T], next: Option<&str>, uri: &Uri) -> Response {
    let mut response = Json(rows).into_response();
    if let Some(link) = next.and_then(|cursor| crate::videos::link(uri, cursor)) {
        response.headers_mut().insert(header::LINK, link);
    }
    response
}
