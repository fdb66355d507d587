//! Where a page ended.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{ColumnTrait, Condition};
use serde::{Deserialize, Serialize};

use super::{Sort, SortKey};
use crate::store::videos;
use crate::{CatalogError, Result, Video};

/// What a cursor holds.
#[derive(Serialize, Deserialize)]
pub(super) struct Cursor {
    sort: Sort,
    at: Place,
    id: String,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Place {
    Number(i64),
    Text(String),
}

impl Cursor {
    pub(super) fn of(video: &Video, sort: Sort) -> Self {
        let at = match sort.key {
            SortKey::CreatedAt => Place::Number(video.created_at),
            SortKey::Title => Place::Text(video.sort_key.clone()),
            SortKey::Duration => Place::Number(video.duration_ms.unwrap_or(-1)),
            SortKey::ViewCount => Place::Number(video.view_count),
            SortKey::ReleaseYear => Place::Number(video.release_year.map_or(-1, i64::from)),
        };
        Self {
            sort,
            at,
            id: video.id.clone(),
        }
    }

    pub(super) fn encode(&self) -> Option<String> {
        let json = serde_json::to_vec(self).ok()?;
        Some(URL_SAFE_NO_PAD.encode(json))
    }

    pub(super) fn decode(text: &str, sort: Sort) -> Result<Self> {
        let json = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| CatalogError::Cursor)?;
        let cursor: Self = serde_json::from_slice(&json).map_err(|_| CatalogError::Cursor)?;
        let same_type = matches!(cursor.at, Place::Text(_)) == (sort.key == SortKey::Title);
        if cursor.sort != sort || !same_type {
            return Err(CatalogError::Cursor);
        }
        Ok(cursor)
    }

    /// The rows that come later in the order.
    pub(super) fn later(self, sort: Sort) -> Condition {
        let at: SimpleExpr = match self.at {
            Place::Number(n) => Expr::value(n),
            Place::Text(t) => Expr::value(t),
        };
        let id = videos::Column::Id;
        // The first says nothing that the others do not, but leads a database
        // to the place in the index.
        let (from, beyond, next) = if sort.descending {
            (
                sort.expr().lte(at.clone()),
                sort.expr().lt(at.clone()),
                id.lt(self.id),
            )
        } else {
            (
                sort.expr().gte(at.clone()),
                sort.expr().gt(at.clone()),
                id.gt(self.id),
            )
        };
        let after = Condition::any()
            .add(beyond)
            .add(Condition::all().add(sort.expr().eq(at)).add(next));
        Condition::all().add(from).add(after)
    }
}
