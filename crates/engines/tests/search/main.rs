//! What every search engine must keep to; then what the embedded one must.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod embedded;
mod finding;
mod keeping;

use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use matinee_engines::search::{
    Document, EmbeddedSearch, EmbeddedSearchOptions, Facet, FieldKind, FieldSpec, Filter,
    IndexSchema, Search, SearchError, SearchPage, SearchQuery, Sort,
};
use serde_json::{Value, json};
use tempfile::TempDir;

fn embedded_in(folder: &Path) -> EmbeddedSearch {
    EmbeddedSearch::new(folder, EmbeddedSearchOptions::default())
}

/// An engine of each sort at hand, with what must live as long.
fn engines() -> Vec<(&'static str, Arc<dyn Search>, TempDir)> {
    let folder = tempfile::tempdir().unwrap();
    vec![("embedded", Arc::new(embedded_in(folder.path())), folder)]
}

/// Runs a suite on each engine with a small library of films in index `films`.
async fn each<F: Future<Output = ()>>(suite: impl Fn(Arc<dyn Search>) -> F) {
    for (name, search, _folder) in engines() {
        eprintln!("search: {name}");
        assert!(search.open("films", schema()).await.unwrap());
        search.put("films", films()).await.unwrap();
        suite(search).await;
    }
}

fn schema() -> IndexSchema {
    let field = |name: &str, kind| FieldSpec {
        name: name.into(),
        kind,
    };
    IndexSchema {
        version: 1,
        fields: vec![
            field("title", FieldKind::Text { boost: 4.0 }),
            field("synopsis", FieldKind::Text { boost: 1.0 }),
            field("genre", FieldKind::Keyword),
            field("public", FieldKind::Keyword),
            field("year", FieldKind::Number),
            field("views", FieldKind::Number),
        ],
    }
}

fn film(id: &str, language: &str, fields: Value) -> Document {
    let Value::Object(fields) = fields else {
        panic!("an object")
    };
    Document {
        id: id.into(),
        language: Some(language.into()),
        fields,
    }
}

fn films() -> Vec<Document> {
    vec![
        film(
            "matrix",
            "en",
            json!({"title": "The Matrix", "synopsis": "A hacker learns that the world is a simulation run by machines.", "genre": ["action", "scifi"], "public": true, "year": 1999, "views": 900}),
        ),
        film(
            "reloaded",
            "en",
            json!({"title": "The Matrix Reloaded", "synopsis": "The hacker returns.", "genre": ["action", "scifi"], "public": true, "year": 2003, "views": 500}),
        ),
        film(
            "casablanca",
            "en",
            json!({"title": "Casablanca", "synopsis": "A café owner meets a former lover; they were running from the war.", "genre": "drama", "public": true, "year": 1942, "views": 700}),
        ),
        film(
            "amelie",
            "fr",
            json!({"title": "Le Fabuleux Destin d'Amélie Poulain", "synopsis": "Une serveuse change les vies des gens autour d'elle.", "genre": ["comedy", "romance"], "public": true, "year": 2001, "views": 800, "extra": {"kept": [1, 2]}}),
        ),
        film(
            "haus",
            "de",
            json!({"title": "Die Häuser am Fluss", "synopsis": "Drei Schwestern erben ein altes Gebäude.", "genre": "drama", "public": false, "year": 2015, "views": 3}),
        ),
        film(
            "chihiro",
            "ja",
            json!({"title": "千と千尋の神隠し", "synopsis": "Spirited Away", "genre": ["animation"], "public": true, "year": 2001, "views": 1000}),
        ),
        film(
            "runner",
            "en",
            json!({"title": "The Marathon Runner", "synopsis": "He never stops.", "genre": "drama", "public": true, "views": 1}),
        ),
    ]
}

fn text(text: &str) -> SearchQuery {
    SearchQuery {
        text: text.into(),
        limit: 20,
        ..SearchQuery::default()
    }
}

fn ids(page: &SearchPage) -> Vec<&str> {
    page.hits.iter().map(|hit| hit.id.as_str()).collect()
}

async fn found(search: &dyn Search, query: SearchQuery) -> Vec<String> {
    let page = search.search("films", query).await.unwrap();
    ids(&page).into_iter().map(str::to_owned).collect()
}
