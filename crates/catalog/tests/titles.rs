//! Shows, people, collections, artwork and the history of edits, on every
//! database that there is.
#![allow(
    clippy::large_futures,
    reason = "a test's future lives on the stack once"
)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use matinee_catalog::{
    Artwork, Audience, Catalog, CatalogError, CollectionDetails, CollectionItem, Details,
    DetailsPatch, Edit, Filter, NewCredit, NewVideo, Page, PersonPatch, SeasonDetails, ShowDetails,
    ShowFilter, ShowPatch, Sight, Sort, SortKey, Subject, TitleOrder,
};
use matinee_engines::db::migrate;
use matinee_engines::id::Id;
use matinee_engines::testing;
use matinee_engines::time::now_micros;
use serde_json::json;

async fn on_each<F: AsyncFn(Catalog)>(test: F) {
    for (engine, database) in testing::databases().await.unwrap() {
        println!("on {engine}");
        migrate(&database.db, matinee_catalog::migrations())
            .await
            .unwrap();
        test(Catalog::new(database.db.clone())).await;
    }
}

fn episode(show: &str, season: i32, number: i32) -> NewVideo {
    NewVideo {
        details: Details {
            title: format!("{show} {season}x{number:02}"),
            content_type: Some("episode".to_owned()),
            show_title: Some(show.to_owned()),
            season_number: Some(season),
            episode_number: Some(number),
            ..Details::default()
        },
        ..NewVideo::default()
    }
}

fn film(title: &str) -> NewVideo {
    NewVideo {
        details: Details {
            title: title.to_owned(),
            ..Details::default()
        },
        ..NewVideo::default()
    }
}

fn public() -> Sight {
    Sight::anybody()
}

#[tokio::test]
async fn episodes_find_or_make_their_show_and_take_it_with_them() {
    on_each(async |catalog| {
        let first = catalog.create(episode("The Wire", 1, 1)).await.unwrap();
        let second = catalog.create(episode("the wire", 1, 2)).await.unwrap();
        let show_id = first.show_id.clone().unwrap();
        assert_eq!(second.show_id.as_ref(), Some(&show_id));
        let other = catalog.create(episode("The Office", 2, 1)).await.unwrap();
        assert_ne!(other.show_id.as_ref(), Some(&show_id));

        let page = catalog
            .list_shows(
                &public(),
                &ShowFilter::default(),
                TitleOrder::default(),
                Page::First,
                10,
            )
            .await
            .unwrap();
        let titles: Vec<&str> = page.rows.iter().map(|s| s.title.as_str()).collect();
        assert_eq!(
            titles,
            ["The Office", "The Wire"],
            "sorted without the article"
        );
        let counts = catalog
            .show_counts(&public(), std::slice::from_ref(&show_id))
            .await
            .unwrap();
        assert_eq!(
            (counts[&show_id].seasons, counts[&show_id].episodes),
            (1, 2)
        );

        // A show whose only episode is private is seen by nobody else.
        let private = DetailsPatch {
            is_public: Some(false),
            ..DetailsPatch::default()
        };
        catalog.patch(&other.id, private).await.unwrap();
        let office = other.show_id.clone().unwrap();
        assert!(!catalog.sees_show(&public(), &office).await.unwrap());
        assert!(
            catalog
                .sees_show(&Sight::everything(), &office)
                .await
                .unwrap()
        );
        // Moved to another show, and back by id.
        let moved = DetailsPatch {
            show_title: Some(Some("The Wire".to_owned())),
            ..DetailsPatch::default()
        };
        let moved = catalog.patch(&other.id, moved).await.unwrap();
        assert_eq!(moved.show_id.as_ref(), Some(&show_id));
        assert!(matches!(
            catalog.show(&office).await,
            Err(CatalogError::NotFound { .. })
        ));

        // Renamed: the episodes say so; and a later upload under the old name joins it.
        let patch = ShowPatch {
            title: Some("The Wire (2002)".to_owned()),
            seasons: Some(vec![SeasonDetails {
                number: 1,
                title: Some("The Port".to_owned()),
                ..SeasonDetails::default()
            }]),
            ..ShowPatch::default()
        };
        let by = Edit::by(Some("user_x".to_owned()));
        catalog.edit_show(&show_id, patch, &by).await.unwrap();
        let first = catalog.get(&first.id).await.unwrap();
        assert_eq!(first.show_title.as_deref(), Some("The Wire (2002)"));
        assert_eq!(catalog.seasons(&show_id).await.unwrap().len(), 1);
        let late = catalog.create(episode("The Wire", 3, 1)).await.unwrap();
        assert_eq!(late.show_id.as_ref(), Some(&show_id));

        let episodes = catalog.episodes(&public(), &show_id).await.unwrap();
        let order: Vec<_> = episodes
            .iter()
            .map(|e| (e.season_number, e.episode_number))
            .collect();
        assert_eq!(
            order,
            [(Some(1), Some(1)), (Some(1), Some(2)), (Some(3), Some(1))]
        );
        // Nobody can be put into a show that is not there.
        let nowhere = DetailsPatch {
            show_id: Some(Some("show_01h455vb4pex5vsknk084sn02q".to_owned())),
            ..DetailsPatch::default()
        };
        assert!(matches!(
            catalog.patch(&first.id, nowhere).await,
            Err(CatalogError::Invalid(errors)) if errors[0].field == "show_id"
        ));
        // Deleted by a person: its episodes stay. Left by its last episode, a
        // show that somebody has edited stays, too.
        catalog.delete_show(&show_id).await.unwrap();
        assert_eq!(catalog.get(&first.id).await.unwrap().show_title, None);
        let alone = catalog.create(episode("Alone", 1, 1)).await.unwrap();
        let alone_show = alone.show_id.unwrap();
        catalog.delete(&alone.id).await.unwrap();
        assert!(catalog.show(&alone_show).await.is_err());
    })
    .await;
}

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

#[tokio::test]
async fn people_are_found_by_name_and_told_apart_by_other_databases_ids() {
    on_each(async |catalog| {
        let one = catalog.create(film("One")).await.unwrap();
        let mut hidden = film("Hidden");
        hidden.details.is_public = false;
        let hidden = catalog.create(hidden).await.unwrap();
        let named = |name: &str, tmdb: Option<&str>| NewCredit {
            name: Some(name.to_owned()),
            external_ids: tmdb
                .map(|id| ("tmdb".to_owned(), id.to_owned()))
                .into_iter()
                .collect(),
            ..NewCredit::default()
        };
        let by = Edit::default();
        let set = async |video: &str, all: Vec<NewCredit>| {
            catalog.set_video_credits(video, all, &by).await.unwrap();
            catalog.credits(Subject::Video, video).await.unwrap()
        };
        let first = set(&one.id, vec![named("John Smith", Some("1"))]).await;
        let again = set(
            &hidden.id,
            vec![named("john smith", None), named("Ada", None)],
        )
        .await;
        assert_eq!(first[0].person.id, again[0].person.id);
        let other = set(&one.id, vec![named("John Smith", Some("2"))]).await;
        assert_ne!(first[0].person.id, other[0].person.id);

        let names = async |sight: &Sight| {
            let page = catalog
                .list_people(sight, None, TitleOrder::default(), Page::First, 10)
                .await
                .unwrap();
            page.rows.into_iter().map(|p| p.name).collect::<Vec<_>>()
        };
        assert_eq!(names(&public()).await, ["John Smith"]);
        assert_eq!(names(&Sight::everything()).await.len(), 3);
        let ada = &again[1].person;
        assert!(!catalog.sees_person(&public(), &ada.id).await.unwrap());
        let all = catalog
            .filmography(&Sight::everything(), &ada.id)
            .await
            .unwrap();
        assert_eq!(all.videos.len(), 1);
        let seen = catalog.filmography(&public(), &ada.id).await.unwrap();
        assert!(seen.videos.is_empty());

        let patch = PersonPatch {
            name: Some("Ada Lovelace".to_owned()),
            birth_date: Some(Some("1815-12-10".to_owned())),
            ..PersonPatch::default()
        };
        let ada = catalog.edit_person(&ada.id, patch, &by).await.unwrap();
        assert_eq!(ada.revision, 2);
        let wrong = PersonPatch {
            birth_date: Some(Some("yesterday".to_owned())),
            ..PersonPatch::default()
        };
        assert!(catalog.edit_person(&ada.id, wrong, &by).await.is_err());
        let before = catalog.restore_person(&ada.id, 1, &by).await.unwrap();
        assert_eq!((before.name.as_str(), before.birth_date), ("Ada", None));
        catalog.delete_person(&ada.id).await.unwrap();
        let left = catalog.credits(Subject::Video, &hidden.id).await.unwrap();
        assert_eq!(left.len(), 1);
        let unknown = NewCredit {
            person_id: Some(ada.id),
            ..NewCredit::default()
        };
        assert!(matches!(
            catalog.set_video_credits(&one.id, vec![unknown], &by).await,
            Err(CatalogError::Invalid(errors)) if errors[0].field == "credits[0].person_id"
        ));
        let with = Filter {
            person_id: Some(other[0].person.id.clone()),
            ..Filter::default()
        };
        assert_eq!(catalog.count(&Audience::program(), &with).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn collections_keep_their_order_and_lose_what_is_deleted() {
    on_each(async |catalog| {
        let a = catalog.create(film("A")).await.unwrap();
        let mut b = film("B");
        b.details.is_public = false;
        let b = catalog.create(b).await.unwrap();
        let show = ShowDetails {
            title: "Show".to_owned(),
            ..ShowDetails::default()
        };
        let show = catalog.create_show(show, None).await.unwrap();
        let details = CollectionDetails {
            title: "The Best".to_owned(),
            ..CollectionDetails::default()
        };
        let items = [b.id.clone(), show.id.clone(), a.id.clone()];
        let all = catalog
            .create_collection(details, &items, None)
            .await
            .unwrap();
        let ids = async |sight: &Sight| {
            let items = catalog.collection_items(sight, &all.id).await.unwrap();
            items
                .into_iter()
                .map(|item| match item {
                    CollectionItem::Video(video) => video.id,
                    CollectionItem::Show(show) => show.id,
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(ids(&Sight::everything()).await, items);
        assert_eq!(ids(&public()).await, std::slice::from_ref(&a.id));
        assert!(catalog.sees_collection(&public(), &all.id).await.unwrap());
        let by = Edit::default();
        for (wrong, field) in [
            (vec!["video_x".to_owned()], "items[0]"),
            (vec![a.id.clone(), a.id.clone()], "items[1]"),
        ] {
            let refused = catalog.set_collection_items(&all.id, wrong, &by).await;
            assert!(
                matches!(&refused, Err(CatalogError::Invalid(e)) if e[0].field == field),
                "{refused:?}"
            );
        }
        let only = vec![b.id.clone()];
        catalog
            .set_collection_items(&all.id, only, &by)
            .await
            .unwrap();
        assert!(!catalog.sees_collection(&public(), &all.id).await.unwrap());
        catalog.delete(&a.id).await.unwrap();
        catalog.restore_collection(&all.id, 1, &by).await.unwrap();
        assert_eq!(
            ids(&Sight::everything()).await,
            [b.id.clone(), show.id.clone()]
        );
        catalog.delete_collection(&all.id).await.unwrap();
        assert!(catalog.collection(&all.id).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn one_picture_of_a_kind_is_shown_and_extras_are_apart() {
    on_each(async |catalog| {
        let video = catalog.create(film("Sintel")).await.unwrap();
        let picture = |kind: &str, is_primary| Artwork {
            id: Id::new("artwork").to_string(),
            subject_kind: "video".to_owned(),
            subject_id: video.id.clone(),
            season_number: None,
            kind: kind.to_owned(),
            is_primary,
            language: None,
            key: "videos/x/images/y/original.png".to_owned(),
            format: "png".to_owned(),
            width: 10,
            height: 10,
            size_bytes: 1,
            origin: "upload".to_owned(),
            created_at: now_micros(),
        };
        let shown = async || {
            let all = catalog
                .primary_artwork(Subject::Video, std::slice::from_ref(&video.id))
                .await
                .unwrap();
            let mut ids: Vec<String> = all
                .into_values()
                .flatten()
                .filter(|one| one.kind == "poster")
                .map(|one| one.id)
                .collect();
            ids.sort();
            ids
        };
        let first = catalog.add_artwork(picture("poster", false)).await.unwrap();
        assert!(first.is_primary, "the only one is shown");
        let second = catalog.add_artwork(picture("poster", false)).await.unwrap();
        let third = catalog.add_artwork(picture("poster", true)).await.unwrap();
        catalog.add_artwork(picture("logo", true)).await.unwrap();
        assert_eq!(shown().await, std::slice::from_ref(&third.id));
        catalog.choose_artwork(&first.id).await.unwrap();
        assert_eq!(shown().await, std::slice::from_ref(&first.id));
        let tx = catalog.db().begin().await.unwrap();
        catalog.delete_artwork_in(&tx, &first.id).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(shown().await, std::slice::from_ref(&third.id));
        assert!(!catalog.artwork(&second.id).await.unwrap().is_primary);
        let parts = catalog.parts(&video.id).await.unwrap();
        assert_eq!(parts.artwork.len(), 2);

        let mut trailer = film("Sintel: trailer");
        trailer.details.extra_of = Some(video.id.clone());
        trailer.details.extra_kind = Some("trailer".to_owned());
        let trailer = catalog.create(trailer).await.unwrap();
        let titles = async |filter: Filter| {
            let by_title = Sort {
                key: SortKey::Title,
                descending: false,
            };
            let page = catalog
                .list(&Audience::program(), &filter, by_title, Page::First, 10)
                .await;
            page.unwrap()
                .videos
                .into_iter()
                .map(|v| v.title)
                .collect::<Vec<_>>()
        };
        assert_eq!(titles(Filter::default()).await, ["Sintel"]);
        let of = Filter {
            extra_of: Some(video.id.clone()),
            ..Filter::default()
        };
        assert_eq!(titles(of).await, ["Sintel: trailer"]);
        let nested = DetailsPatch {
            extra_of: Some(Some(trailer.id.clone())),
            ..DetailsPatch::default()
        };
        assert!(catalog.patch(&video.id, nested).await.is_err());
        catalog.delete(&video.id).await.unwrap();
        assert!(catalog.artwork(&third.id).await.is_err());
        assert!(catalog.find(&trailer.id).await.unwrap().is_some());
    })
    .await;
}
