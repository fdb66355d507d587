//! Pages of rows, continued by a cursor.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::{CatalogError, Result};

/// One page.
#[derive(Debug, Clone)]
pub struct Slice<T> {
    /// The rows, in order.
    pub rows: Vec<T>,
    /// The cursor of the next page, if there is one.
    pub next: Option<String>,
}

impl<T> Slice<T> {
    /// The page of these rows, of which one more was asked for than `limit`.
    pub(crate) fn cut(mut rows: Vec<T>, limit: u64, place: impl Fn(&T) -> Place) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows
            .last()
            .filter(|_| more)
            .and_then(|last| place(last).encode());
        Self { rows, next }
    }
}

/// The place of a row in an order by one number and then by id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Place {
    /// Which order this is a place in.
    pub order: String,
    /// What the row is ordered by.
    pub at: i64,
    /// The row's id.
    pub id: String,
}

impl Place {
    pub(crate) fn new(order: &str, at: i64, id: &str) -> Self {
        Self {
            order: order.to_owned(),
            at,
            id: id.to_owned(),
        }
    }

    fn encode(&self) -> Option<String> {
        let json = serde_json::to_vec(self).ok()?;
        Some(URL_SAFE_NO_PAD.encode(json))
    }

    /// Reads what [`Slice::next`] gave out for the same order.
    pub(crate) fn decode(text: &str, order: &str) -> Result<Self> {
        let json = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| CatalogError::Cursor)?;
        serde_json::from_slice(&json)
            .ok()
            .filter(|place: &Self| place.order == order)
            .ok_or(CatalogError::Cursor)
    }
}
