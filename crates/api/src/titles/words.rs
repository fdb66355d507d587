//! The words in use: genres, tags and categories.

use axum::Json;
use axum::extract::State;
use matinee_catalog::WordCount;
use serde::Serialize;
use utoipa::ToSchema;

use super::sight::sight;
use crate::{AppState, Caller, ProblemResult};

/// A word, and how many titles that you may see have it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WordView {
    /// As people write it.
    pub name: String,
    /// Titles that have it.
    pub count: i64,
}

fn views(words: Vec<WordCount>) -> Json<Vec<WordView>> {
    let views = words.into_iter().map(|word| WordView {
        name: word.name,
        count: word.count,
    });
    Json(views.collect())
}

/// List the genres of videos and shows, the most used first
#[utoipa::path(get, path = "/api/genres", tag = "titles", responses((status = 200, body = Vec<WordView>)))]
pub(super) async fn genres(
    State(state): State<AppState>,
    caller: Caller,
) -> ProblemResult<Json<Vec<WordView>>> {
    Ok(views(state.catalog.genres(&sight(&caller)).await?))
}

/// List the tags of videos, in lower case, the most used first
#[utoipa::path(get, path = "/api/tags", tag = "titles", responses((status = 200, body = Vec<WordView>)))]
pub(super) async fn tags(
    State(state): State<AppState>,
    caller: Caller,
) -> ProblemResult<Json<Vec<WordView>>> {
    Ok(views(state.catalog.tags(&sight(&caller)).await?))
}

/// List the categories of videos, the most used first
#[utoipa::path(get, path = "/api/categories", tag = "titles", responses((status = 200, body = Vec<WordView>)))]
pub(super) async fn categories(
    State(state): State<AppState>,
    caller: Caller,
) -> ProblemResult<Json<Vec<WordView>>> {
    Ok(views(state.catalog.categories(&sight(&caller)).await?))
}
