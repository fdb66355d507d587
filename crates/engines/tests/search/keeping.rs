//! Putting, deleting, rebuilding, and what is refused.

use super::*;

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
async fn a_condition_that_was_asked_for_before_holds_for_what_changed_since() {
    each(|search| async move {
        let wanted = || SearchQuery {
            filter: Some(Filter::All(vec![
                Filter::In("genre".into(), vec!["farce".into()]),
                Filter::Not(Box::new(Filter::In("public".into(), vec!["false".into()]))),
            ])),
            ..text("")
        };
        let farce = |id: &str, public: &str| {
            film(
                id,
                "en",
                json!({"title": id, "genre": "farce", "public": public}),
            )
        };
        let now = || async {
            let mut ids = found(&*search, wanted()).await;
            ids.sort_unstable();
            ids
        };
        let put = |document| async { search.put("films", vec![document]).await.unwrap() };
        assert!(now().await.is_empty());
        put(farce("one", "true")).await;
        assert_eq!(now().await, ["one"]);
        put(farce("two", "false")).await;
        assert_eq!(now().await, ["one"]);
        put(farce("two", "true")).await;
        assert_eq!(now().await, ["one", "two"]);
        put(farce("one", "false")).await;
        assert_eq!(now().await, ["two"]);
        search.delete("films", &["two"]).await.unwrap();
        assert!(now().await.is_empty());
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
