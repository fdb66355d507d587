//! What is found, in which order, and how it is shown.

use super::*;

#[tokio::test]
async fn words_are_found_whatever_their_case_accents_and_form() {
    each(|search| async move {
        for (query, want) in [
            ("matrix", &["matrix", "reloaded"][..]),
            ("MATRIX reloaded", &["reloaded"]),
            ("amelie", &["amelie"]),
            ("Amélie", &["amelie"]),
            // Articles that are run into a word need not be its own.
            ("l'amelie", &["amelie"]),
            ("l’Amélie", &["amelie"]),
            ("d'Amélie Poulain's", &["amelie"]),
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
        // A word that is nearer to what was typed is not what was meant, as the other one tells.
        let near = film(
            "near",
            "en",
            json!({"title": "Cassablanca diner", "views": 1}),
        );
        let meant = film(
            "meant",
            "en",
            json!({"title": "Wednesday in Casablanca", "views": 1}),
        );
        search.put("films", vec![near, meant]).await.unwrap();
        assert_eq!(found(&*search, fuzzy("cassablanka diner")).await, ["near"]);
        assert_eq!(
            found(&*search, fuzzy("cassablanka wednesday")).await,
            ["meant"]
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
        let among = |field: &str, value: &str, others: usize| {
            let others = (0..others).map(|n| format!("other {n}"));
            Filter::In(field.into(), others.chain([value.to_owned()]).collect())
        };
        for (condition, want) in [
            // Each names few values, and together they name many.
            (
                Filter::All(vec![
                    among("genre", "drama", 10),
                    among("public", "true", 10),
                ]),
                &["casablanca", "runner"][..],
            ),
            // Of many, hardly any is one that a document has.
            (among("genre", "romance", 500), &["amelie"]),
            (is("genre", "drama"), &["casablanca", "haus", "runner"]),
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
