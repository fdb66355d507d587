//! What every search engine must keep to; then what the embedded one must.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

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

fn embedded(folder: &Path) -> EmbeddedSearch {
    EmbeddedSearch::new(folder, EmbeddedSearchOptions::default())
}

/// An engine of each sort at hand, with what must live as long.
fn engines() -> Vec<(&'static str, Arc<dyn Search>, TempDir)> {
    let folder = tempfile::tempdir().unwrap();
    vec![("embedded", Arc::new(embedded(folder.path())), folder)]
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

#[tokio::test]
async fn words_are_found_whatever_their_case_accents_and_form() {
    each(|search| async move {
        for (query, want) in [
            ("matrix", &["matrix", "reloaded"][..]),
            ("MATRIX reloaded", &["reloaded"]),
            ("amelie", &["amelie"]),
            ("Amélie", &["amelie"]),
            ("machine", &["matrix"]),
            ("simulations", &["matrix"]),
            ("Haus", &["haus"]),
            ("hauser", &["haus"]),
            ("vie", &["amelie"]),
            ("千尋", &["chihiro"]),
            ("神", &["chihiro"]),
            ("matrix casablanca", &[]),
            ("nothing of the kind", &[]),
        ] {
            assert_eq!(found(&*search, text(query)).await, want, "{query}");
        }
        let runs = found(&*search, text("run")).await;
        assert_eq!(runs.len(), 2, "{runs:?}");
        assert_eq!(found(&*search, text("")).await.len(), 7);
        let english = SearchQuery {
            language: Some("en".into()),
            ..text("Haus")
        };
        assert!(
            found(&*search, english).await.is_empty(),
            "no German stems in an English search"
        );
    })
    .await;
}

#[tokio::test]
async fn unfinished_and_misspelt_words_are_found_when_asked_for() {
    each(|search| async move {
        let prefix = |t: &str| SearchQuery {
            prefix: true,
            ..text(t)
        };
        assert!(found(&*search, text("casab")).await.is_empty());
        assert_eq!(found(&*search, prefix("casab")).await, ["casablanca"]);
        assert_eq!(
            found(&*search, prefix("the matrix rel")).await,
            ["reloaded"]
        );
        assert!(
            found(&*search, prefix("matr rel")).await.is_empty(),
            "only the last word"
        );
        assert!(
            found(&*search, prefix("casab ")).await.is_empty(),
            "a space ends a word"
        );
        let fuzzy = |t: &str| SearchQuery {
            fuzzy: true,
            ..text(t)
        };
        assert!(found(&*search, text("matirx")).await.is_empty());
        for slip in ["matirx", "matrx", "mattrix", "natrix"] {
            assert_eq!(
                found(&*search, fuzzy(slip)).await,
                ["matrix", "reloaded"],
                "{slip}"
            );
        }
        assert_eq!(found(&*search, fuzzy("cassablanka")).await, ["casablanca"]);
        assert!(
            found(&*search, fuzzy("teh")).await.is_empty(),
            "short words are meant as they are"
        );
    })
    .await;
}

#[tokio::test]
async fn what_fits_best_and_is_liked_most_comes_first() {
    each(|search| async move {
        let all = found(&*search, text("the matrix")).await;
        assert_eq!(all, ["matrix", "reloaded"], "the shorter title fits better");
        search
            .put(
                "films",
                vec![film(
                    "fan",
                    "en",
                    json!({"title": "A fan", "synopsis": "Likes the matrix.", "views": 2}),
                )],
            )
            .await
            .unwrap();
        assert_eq!(
            found(&*search, text("matrix")).await,
            ["matrix", "reloaded", "fan"],
            "titles weigh more"
        );
        let same = |id: &str, views| film(id, "en", json!({"title": "Twins", "views": views}));
        search
            .put(
                "films",
                vec![same("a", 5), same("b", 50_000), same("c", 500)],
            )
            .await
            .unwrap();
        let popular = SearchQuery {
            popularity: Some("views".into()),
            ..text("twins")
        };
        assert_eq!(found(&*search, popular).await, ["b", "c", "a"]);
        let quoted = found(&*search, text("\"matrix the\"")).await;
        assert!(quoted.is_empty(), "quoted words stand in this order");
        assert_eq!(found(&*search, text("\"the matrix\"")).await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn filters_sort_and_pages() {
    each(|search| async move {
        let filter = |filter| SearchQuery {
            filter: Some(filter),
            sort: vec![Sort {
                field: "year".into(),
                descending: false,
            }],
            ..text("")
        };
        let is = |field: &str, value: &str| Filter::In(field.into(), vec![value.into()]);
        for (condition, want) in [
            (is("genre", "drama"), &["casablanca", "haus", "runner"][..]),
            (
                Filter::All(vec![is("genre", "drama"), is("public", "true")]),
                &["casablanca", "runner"],
            ),
            (
                Filter::Any(vec![is("genre", "romance"), is("genre", "animation")]),
                &["amelie", "chihiro"],
            ),
            (Filter::Not(Box::new(is("public", "true"))), &["haus"]),
            (
                Filter::Between("year".into(), Some(1999), Some(2001)),
                &["matrix", "amelie", "chihiro"],
            ),
            (
                Filter::Between("year".into(), None, Some(1950)),
                &["casablanca"],
            ),
            (Filter::Ids(vec!["haus".into(), "none".into()]), &["haus"]),
            (
                Filter::All(vec![]),
                &[
                    "casablanca",
                    "matrix",
                    "amelie",
                    "chihiro",
                    "reloaded",
                    "haus",
                    "runner",
                ],
            ),
            (Filter::Any(vec![]), &[]),
        ] {
            assert_eq!(
                found(&*search, filter(condition.clone())).await,
                want,
                "{condition:?}"
            );
        }
        let by = |keys: &[(&str, bool)]| SearchQuery {
            sort: keys
                .iter()
                .map(|(f, d)| Sort {
                    field: (*f).into(),
                    descending: *d,
                })
                .collect(),
            ..text("")
        };
        let newest = found(&*search, by(&[("year", true), ("views", true)])).await;
        assert_eq!(
            newest,
            [
                "haus",
                "reloaded",
                "chihiro",
                "amelie",
                "matrix",
                "casablanca",
                "runner"
            ]
        );
        let genre = found(&*search, by(&[("public", false), ("views", false)])).await;
        assert_eq!(genre[..3], ["haus", "runner", "reloaded"]);
        let mut paged = Vec::new();
        for offset in (0..8).step_by(2) {
            let page = SearchQuery {
                offset,
                limit: 2,
                ..by(&[("year", true), ("views", true)])
            };
            let page = search.search("films", page).await.unwrap();
            assert_eq!(page.total, 7);
            paged.extend(ids(&page).into_iter().map(str::to_owned));
        }
        assert_eq!(paged, newest);
    })
    .await;
}

#[tokio::test]
async fn facets_count_everything_that_was_found() {
    each(|search| async move {
        let facet = |limit| Facet {
            field: "genre".into(),
            limit,
        };
        let query = SearchQuery {
            limit: 0,
            facets: vec![facet(2)],
            ..text("")
        };
        let page = search.search("films", query).await.unwrap();
        assert!(page.hits.is_empty());
        assert_eq!(page.facets["genre"][0], ("drama".into(), 3));
        assert_eq!(page.facets["genre"].len(), 2);
        let query = SearchQuery {
            limit: 1,
            facets: vec![facet(10)],
            ..text("matrix")
        };
        let page = search.search("films", query).await.unwrap();
        let mut counts = page.facets["genre"].clone();
        counts.sort();
        assert_eq!(counts, [("action".into(), 2), ("scifi".into(), 2)]);
        assert_eq!((page.total, page.hits.len()), (2, 1));
        // Deleted documents are not counted.
        search.delete("films", &["reloaded"]).await.unwrap();
        let query = SearchQuery {
            facets: vec![facet(10)],
            ..text("matrix")
        };
        assert_eq!(
            search.search("films", query).await.unwrap().facets["genre"][0].1,
            1
        );
    })
    .await;
}

#[tokio::test]
async fn hits_bring_their_fields_and_show_the_words() {
    each(|search| async move {
        let page = search.search("films", text("amelie")).await.unwrap();
        assert_eq!(page.hits[0].fields["extra"], json!({"kept": [1, 2]}));
        assert_eq!(page.hits[0].fields["year"], 2001);
        let marked = async |query: SearchQuery| {
            let query = SearchQuery {
                highlight: vec!["title".into(), "synopsis".into()],
                ..query
            };
            let page = search.search("films", query).await.unwrap();
            let excerpts = page.hits[0].highlights.values().flatten();
            excerpts
                .flat_map(|e| e.marks.iter().map(|m| e.text[m.clone()].to_owned()))
                .collect::<Vec<_>>()
        };
        assert_eq!(marked(text("amelie")).await, ["Amélie"]);
        assert_eq!(marked(text("machine")).await, ["machines"]);
        assert_eq!(
            marked(SearchQuery {
                fuzzy: true,
                ..text("cassablanca")
            })
            .await,
            ["Casablanca"]
        );
        assert_eq!(
            marked(SearchQuery {
                prefix: true,
                ..text("reloa")
            })
            .await,
            ["Reloaded"]
        );
        assert_eq!(marked(text("千尋")).await, ["千尋"]);
        let long = format!(
            "{} <b>needle</b> &amp; {}",
            "früh ".repeat(300),
            "später ".repeat(300)
        );
        search
            .put("films", vec![film("long", "de", json!({"synopsis": long}))])
            .await
            .unwrap();
        let query = SearchQuery {
            highlight: vec!["synopsis".into()],
            ..text("needle")
        };
        let page = search.search("films", query).await.unwrap();
        let excerpt = &page.hits[0].highlights["synopsis"][0];
        assert!(excerpt.text.len() < 250 && excerpt.text.contains("<b>needle</b> &amp;"));
        assert!(
            excerpt.text.starts_with("früh ") && excerpt.text.ends_with("später"),
            "{}",
            excerpt.text
        );
        assert_eq!(&excerpt.text[excerpt.marks[0].clone()], "needle");
    })
    .await;
}

#[tokio::test]
async fn what_was_put_is_found_at_once_and_replaced_by_its_id() {
    each(|search| async move {
        for round in 0..5 {
            let title = format!("Ephemeral {round}");
            search
                .put("films", vec![film("one", "en", json!({"title": title}))])
                .await
                .unwrap();
            let page = search.search("films", text("ephemeral")).await.unwrap();
            assert_eq!(
                (page.total, &page.hits[0].fields["title"]),
                (1, &json!(title))
            );
        }
        let twice = ["first", "second"].map(|t| film("same", "en", json!({"title": t})));
        search.put("films", twice.to_vec()).await.unwrap();
        assert!(found(&*search, text("first")).await.is_empty());
        search
            .delete("films", &["one", "none", "same"])
            .await
            .unwrap();
        assert!(found(&*search, text("ephemeral")).await.is_empty());
        let tasks: Vec<_> = (0..20)
            .map(|n| {
                let search = Arc::clone(&search);
                tokio::spawn(async move {
                    let document = film(&format!("many {n}"), "en", json!({"title": "crowd"}));
                    search.put("films", vec![document]).await.unwrap();
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(
            search.search("films", text("crowd")).await.unwrap().total,
            20
        );
    })
    .await;
}

#[tokio::test]
async fn a_rebuild_takes_its_place_in_one_step_and_keeps_what_came_meanwhile() {
    each(|search| async move {
        let mut rebuild = search.rebuild("films").await.unwrap();
        assert!(matches!(
            search.rebuild("films").await,
            Err(SearchError::Rebuilding(_))
        ));
        search
            .put(
                "films",
                vec![film("matrix", "en", json!({"title": "Newest Matrix"}))],
            )
            .await
            .unwrap();
        search.delete("films", &["casablanca"]).await.unwrap();
        // The rebuild read the database before that.
        let old = films().into_iter().filter(|f| f.id != "haus");
        rebuild.put(old.collect()).await.unwrap();
        assert_eq!(
            search.search("films", text("")).await.unwrap().total,
            6,
            "still the old one"
        );
        rebuild.finish().await.unwrap();
        assert_eq!(search.search("films", text("")).await.unwrap().total, 5);
        assert!(found(&*search, text("haus")).await.is_empty());
        assert!(found(&*search, text("casablanca")).await.is_empty());
        assert_eq!(found(&*search, text("newest")).await, ["matrix"]);
        search
            .put(
                "films",
                vec![film("after", "en", json!({"title": "afterwards"}))],
            )
            .await
            .unwrap();
        assert_eq!(found(&*search, text("afterwards")).await, ["after"]);
        // One that is given up leaves everything as it was.
        let mut rebuild = search.rebuild("films").await.unwrap();
        rebuild
            .put(vec![film("x", "en", json!({"title": "x"}))])
            .await
            .unwrap();
        drop(rebuild);
        assert_eq!(search.search("films", text("")).await.unwrap().total, 6);
        loop {
            if let Ok(rebuild) = search.rebuild("films").await {
                rebuild.finish().await.unwrap();
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(search.search("films", text("")).await.unwrap().total, 0);
    })
    .await;
}

#[tokio::test]
async fn bad_requests_are_refused_by_name() {
    each(|search| async move {
        let refused = async |query| match search.search("films", query).await {
            Err(SearchError::Invalid { field, .. }) => field,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            refused(SearchQuery {
                limit: 201,
                ..text("")
            })
            .await,
            "limit"
        );
        assert_eq!(
            refused(SearchQuery {
                offset: 10_000,
                ..text("")
            })
            .await,
            "offset"
        );
        let sort = |field: &str| {
            vec![Sort {
                field: field.into(),
                descending: true,
            }]
        };
        assert_eq!(
            refused(SearchQuery {
                sort: sort("title"),
                ..text("")
            })
            .await,
            "title"
        );
        assert_eq!(
            refused(SearchQuery {
                fields: vec!["genre".into()],
                ..text("")
            })
            .await,
            "genre"
        );
        assert_eq!(
            refused(SearchQuery {
                highlight: vec!["year".into()],
                ..text("x")
            })
            .await,
            "year"
        );
        assert_eq!(
            refused(SearchQuery {
                popularity: Some("genre".into()),
                ..text("x")
            })
            .await,
            "genre"
        );
        let facets = |limit| {
            vec![Facet {
                field: "genre".into(),
                limit,
            }]
        };
        assert_eq!(
            refused(SearchQuery {
                facets: facets(0),
                ..text("")
            })
            .await,
            "facets"
        );
        let mut deep = Filter::Ids(vec![]);
        for _ in 0..20 {
            deep = Filter::Not(Box::new(deep));
        }
        assert_eq!(
            refused(SearchQuery {
                filter: Some(deep),
                ..text("")
            })
            .await,
            "filter"
        );
        for (field, document) in [
            ("year", film("x", "en", json!({"year": "1999"}))),
            ("year", film("x", "en", json!({"year": 1.5}))),
            ("title", film("x", "en", json!({"title": {"a": 1}}))),
            ("genre", film("x", "en", json!({"genre": "g".repeat(1001)}))),
            ("id", film("", "en", json!({}))),
            (
                "fields",
                film("x", "en", json!({"other": "x".repeat(1 << 20)})),
            ),
        ] {
            match search.put("films", vec![document]).await {
                Err(SearchError::Invalid { field: f, .. }) => assert_eq!(f, field),
                other => panic!("{field}: {other:?}"),
            }
        }
        assert!(matches!(
            search.search("none", text("")).await,
            Err(SearchError::Unknown(_))
        ));
        assert!(search.open("../films", schema()).await.is_err());
        // Whatever is typed is only words.
        for odd in [
            "title:matrix AND (",
            "\"",
            "\"\"",
            "* ? ~2 ^9",
            "\0\u{feff}",
            &"long ".repeat(10_000),
            "a\"b\"c\"d",
        ] {
            let query = SearchQuery {
                prefix: true,
                fuzzy: true,
                highlight: vec!["title".into()],
                ..text(odd)
            };
            search.search("films", query).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn an_index_is_there_after_opening_again_and_another_schema_empties_it() {
    let folder = tempfile::tempdir().unwrap();
    let search = embedded(folder.path());
    assert!(search.open("films", schema()).await.unwrap());
    assert!(!search.open("films", schema()).await.unwrap());
    search.put("films", films()).await.unwrap();
    // What a process that was killed in the middle of a rebuild leaves behind.
    std::fs::create_dir(folder.path().join("films/0000000002")).unwrap();
    std::fs::write(folder.path().join("films/0000000002/meta.json"), "{").unwrap();
    drop(search);
    let search = embedded(folder.path());
    assert!(!search.open("films", schema()).await.unwrap());
    assert_eq!(
        search.search("films", text("matrix")).await.unwrap().total,
        2
    );
    // The writer of before may still be tidying up: ours waits for it.
    search.delete("films", &["matrix"]).await.unwrap();
    assert_eq!(
        search.search("films", text("matrix")).await.unwrap().total,
        1
    );
    let other = IndexSchema {
        version: 2,
        ..schema()
    };
    assert!(search.open("films", other.clone()).await.unwrap());
    assert_eq!(search.search("films", text("")).await.unwrap().total, 0);
    let folders = std::fs::read_dir(folder.path().join("films")).unwrap();
    assert_eq!(
        folders
            .filter(|e| e.as_ref().unwrap().path().is_dir())
            .count(),
        1
    );
}

#[tokio::test]
async fn a_damaged_index_is_made_anew() {
    for damage in ["current.json", "meta.json"] {
        let folder = tempfile::tempdir().unwrap();
        let search = embedded(folder.path());
        search.open("films", schema()).await.unwrap();
        search.put("films", films()).await.unwrap();
        drop(search);
        let index = folder.path().join("films");
        let path = if damage == "current.json" {
            index.join(damage)
        } else {
            index.join("0000000001").join(damage)
        };
        std::fs::write(path, "{ not what it was").unwrap();
        let search = embedded(folder.path());
        assert!(search.open("films", schema()).await.unwrap(), "{damage}");
        search.put("films", films()).await.unwrap();
        assert_eq!(
            search.search("films", text("matrix")).await.unwrap().total,
            2
        );
    }
}

#[tokio::test]
async fn a_writer_that_went_idle_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let options = EmbeddedSearchOptions {
        writer_idle: Duration::from_millis(1),
        ..EmbeddedSearchOptions::default()
    };
    let search = EmbeddedSearch::new(folder.path(), options);
    search.open("films", schema()).await.unwrap();
    for n in 0..10 {
        search
            .put(
                "films",
                vec![film(&n.to_string(), "en", json!({"title": "idle"}))],
            )
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_millis(n * 2)).await;
    }
    assert_eq!(
        search.search("films", text("idle")).await.unwrap().total,
        10
    );
}
