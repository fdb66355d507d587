//! The history of edits, and the way back.

use matinee_catalog::{Audience, CatalogError, DetailsPatch, Edit, Filter, NewCredit, Subject};
use serde_json::json;

use crate::{film, on_each, public};

#[tokio::test]
async fn every_edit_is_kept_and_can_be_undone() {
    on_each(async |catalog| {
        let mut new = film("Metropolis");
        new.owner = Some("user_owner".to_owned());
        let video = catalog.create(new).await.unwrap();
        assert_eq!(video.revision, 1);
        let edit = Edit {
            if_revision: Some(1),
            ..Edit::by(Some("user_a".to_owned()))
        };
        let patch = DetailsPatch {
            tagline: Some(Some("The heart".to_owned())),
            genres: Some(vec!["Science fiction".to_owned(), "Drama".to_owned()]),
            release_date: Some(Some("1927-01-10".to_owned())),
            ..DetailsPatch::default()
        };
        let video = catalog.edit(&video.id, patch, &edit).await.unwrap();
        assert_eq!(video.revision, 2);
        assert_eq!(video.release_year, Some(1927));
        assert_eq!(video.genre.as_deref(), Some("Science fiction"));
        // The same editor's other window has seen revision 1 only.
        let late = DetailsPatch {
            title: Some("Metropolis!".to_owned()),
            ..DetailsPatch::default()
        };
        assert!(matches!(
            catalog.edit(&video.id, late, &edit).await,
            Err(CatalogError::Stale { current: 2 })
        ));
        let credits = vec![
            NewCredit {
                name: Some("Fritz Lang".to_owned()),
                role: Some("director".to_owned()),
                ..NewCredit::default()
            },
            NewCredit {
                name: Some("Brigitte Helm".to_owned()),
                character: Some("Maria".to_owned()),
                ..NewCredit::default()
            },
        ];
        let anybody = Edit::by(Some("user_b".to_owned()));
        let video = catalog
            .set_video_credits(&video.id, credits, &anybody)
            .await
            .unwrap();
        assert_eq!(video.revision, 3);
        // What changes nothing is no edit.
        let same = DetailsPatch {
            title: Some("Metropolis".to_owned()),
            ..DetailsPatch::default()
        };
        let video = catalog.edit(&video.id, same, &anybody).await.unwrap();
        assert_eq!(video.revision, 3);
        let spoilt = DetailsPatch {
            title: Some("Spoilt".to_owned()),
            genres: Some(Vec::new()),
            is_public: Some(false),
            ..DetailsPatch::default()
        };
        catalog
            .edit_with_credits(&video.id, spoilt, Vec::new(), &anybody)
            .await
            .unwrap();

        let history = catalog
            .revisions(Subject::Video, &video.id, None, 10)
            .await
            .unwrap();
        let told: Vec<(i64, &str, Option<&str>)> = history
            .iter()
            .map(|r| (r.number, r.via.as_str(), r.actor.as_deref()))
            .collect();
        assert_eq!(
            told,
            [
                (4, "edit", Some("user_b")),
                (3, "edit", Some("user_b")),
                (2, "edit", Some("user_a")),
                (1, "create", Some("user_owner"))
            ]
        );
        let changed = &history[0].changes.0;
        let title = changed.iter().find(|c| c.field == "title").unwrap();
        assert_eq!(
            (&title.before, &title.after),
            (&json!("Metropolis"), &json!("Spoilt"))
        );

        let back = catalog.restore_video(&video.id, 3, &anybody).await.unwrap();
        assert_eq!((back.title.as_str(), back.revision), ("Metropolis", 5));
        assert!(
            !back.is_public,
            "who may see it is not part of the way back"
        );
        let credits = catalog.credits(Subject::Video, &video.id).await.unwrap();
        let names: Vec<&str> = credits.iter().map(|c| c.person.name.as_str()).collect();
        assert_eq!(names, ["Fritz Lang", "Brigitte Helm"]);
        let by_genre = Filter {
            genre: Some("drama".to_owned()),
            ..Filter::default()
        };
        assert_eq!(
            catalog
                .count(&Audience::program(), &by_genre)
                .await
                .unwrap(),
            1
        );
        assert!(
            catalog
                .restore_video(&video.id, 99, &anybody)
                .await
                .is_err()
        );
        catalog.delete(&video.id).await.unwrap();
        let history = catalog
            .revisions(Subject::Video, &video.id, None, 10)
            .await
            .unwrap();
        assert!(history.is_empty());
    })
    .await;
}

#[tokio::test]
async fn many_are_edited_at_once_or_none() {
    on_each(async |catalog| {
        let a = catalog.create(film("A")).await.unwrap();
        let b = catalog.create(film("B")).await.unwrap();
        let genre = |word: &str| DetailsPatch {
            genre: Some(Some(word.to_owned())),
            ..DetailsPatch::default()
        };
        let all = vec![
            (a.id.clone(), genre("Drama")),
            (b.id.clone(), genre("Drama")),
        ];
        let after = catalog.edit_many(all, &Edit::default()).await.unwrap();
        assert!(after.iter().all(|v| v.genres.0 == ["Drama"]));
        let wrong = vec![
            (a.id.clone(), genre("Comedy")),
            (b.id.clone(), genre(&"x".repeat(100))),
        ];
        assert!(catalog.edit_many(wrong, &Edit::default()).await.is_err());
        let a = catalog.get(&a.id).await.unwrap();
        assert_eq!(a.genres.0, ["Drama"]);
        let words = catalog.genres(&public()).await.unwrap();
        assert_eq!((words[0].name.as_str(), words[0].count), ("Drama", 2));
    })
    .await;
}
