//! Shows, collections, artwork and extras.

use matinee_catalog::{
    Artwork, Audience, CatalogError, CollectionDetails, CollectionItem, DetailsPatch, Edit, Filter,
    Page, SeasonDetails, ShowDetails, ShowFilter, ShowPatch, Sight, Sort, SortKey, Subject,
};
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;

use crate::{episode, film, first_page, on_each, public};

/// A picture that is shown.
fn picture_of(subject: Subject, id: &str, kind: &str) -> Artwork {
    Artwork {
        id: Id::new("artwork").to_string(),
        subject_kind: subject.as_str().to_owned(),
        subject_id: id.to_owned(),
        season_number: None,
        kind: kind.to_owned(),
        is_primary: true,
        language: None,
        key: format!("{id}/original.png"),
        format: "png".to_owned(),
        width: 100,
        height: 150,
        size_bytes: 1,
        origin: "upload".to_owned(),
        created_at: now_micros(),
    }
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
            .list_shows(first_page(&public()), &ShowFilter::default())
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
        let picture = |kind, is_primary| Artwork {
            is_primary,
            ..picture_of(Subject::Video, &video.id, kind)
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

#[tokio::test]
async fn pictures_of_what_is_gone_stay_written_down_until_they_are_freed() {
    on_each(async |catalog| {
        let video = catalog.create(episode("The Wire", 1, 1)).await.unwrap();
        let show = video.show_id.clone().unwrap();
        let best = CollectionDetails {
            title: "Best".to_owned(),
            ..CollectionDetails::default()
        };
        let best = catalog.create_collection(best, &[], None).await.unwrap();
        let of_show = picture_of(Subject::Show, &show, "poster");
        let of_best = picture_of(Subject::Collection, &best.id, "poster");
        let of_video = picture_of(Subject::Video, &video.id, "poster");
        for one in [&of_show, &of_best, &of_video] {
            catalog.add_artwork(one.clone()).await.unwrap();
        }
        let stray = async || {
            let rows = catalog.stray_artwork(10).await.unwrap();
            let mut ids: Vec<String> = rows.into_iter().map(|row| row.id).collect();
            ids.sort();
            ids
        };
        assert!(stray().await.is_empty());
        // The show goes with its last episode; the video's pictures with the video.
        catalog.delete(&video.id).await.unwrap();
        assert_eq!(stray().await, std::slice::from_ref(&of_show.id));
        catalog.delete_collection(&best.id).await.unwrap();
        let mut both = [of_show.id.clone(), of_best.id.clone()];
        both.sort();
        assert_eq!(stray().await, both);
        catalog.forget_artwork(&of_show.id).await.unwrap();
        assert_eq!(stray().await, [of_best.id]);
    })
    .await;
}

#[tokio::test]
async fn a_collection_is_found_by_its_name_or_made() {
    on_each(async |catalog| {
        let one = catalog.create(film("One")).await.unwrap();
        let two = catalog.create(film("Two")).await.unwrap();
        let edit = Edit::default();
        let collect = async |title: &str, item: &str, owner: &str| {
            let owner = Some(owner.to_owned());
            let done = catalog.collect(title, item, owner, &edit).await;
            done.unwrap().id
        };
        let first = collect("The Set", &one.id, "ada").await;
        assert_eq!(collect("the set", &two.id, "ada").await, first);
        assert_eq!(collect("The Set", &one.id, "ada").await, first);
        let items = catalog
            .collection_items(&Sight::everything(), &first)
            .await
            .unwrap();
        let titles: Vec<String> = items
            .into_iter()
            .map(|item| match item {
                CollectionItem::Video(video) => video.title,
                CollectionItem::Show(show) => show.title,
            })
            .collect();
        assert_eq!(titles, ["One", "Two"], "in order, and nothing twice");
        assert_ne!(collect("Another", &one.id, "ada").await, first);
    })
    .await;
}
