//! Playlists and watchlists.

use matinee_catalog::CatalogError;
use matinee_catalog::community::{
    Community, NewPlaylist, Order, Person, PlaylistAccess, PlaylistChange, PlaylistFilter, Sharing,
};

use crate::{browser, field, list, on_each, person, video};

async fn titles(community: &Community, id: &str) -> Vec<String> {
    let items = community.items(&[id.to_owned()]).await.unwrap();
    items
        .get(id)
        .into_iter()
        .flatten()
        .map(|item| item.video_id.clone())
        .collect()
}

#[tokio::test]
async fn a_playlist_keeps_its_order() {
    on_each(async |community, catalog| {
        let (a, b, c) = (
            video(&catalog, "A").await,
            video(&catalog, "B").await,
            video(&catalog, "C").await,
        );
        let ada = person("ada");
        let made = community
            .create_playlist(&ada, list("Mine", &[&a, &b]))
            .await
            .unwrap();
        let id = made.playlist.id;
        assert_eq!(made.playlist.creator_id, ada.account);
        community
            .add_to_playlist(&ada, &id, &c, None)
            .await
            .unwrap();
        assert_eq!(titles(&community, &id).await, [&*a, &*b, &*c]);
        let twice = community.add_to_playlist(&ada, &id, &a, None).await;
        assert!(matches!(twice, Err(CatalogError::Conflict(_))), "{twice:?}");
        community
            .order_playlist(&ada, &id, Order::Videos(vec![c.clone(), a.clone()]))
            .await
            .unwrap();
        assert_eq!(titles(&community, &id).await, [&*c, &*a, &*b]);
        let odd = community
            .order_playlist(&ada, &id, Order::Videos(vec![c.clone(), c.clone()]))
            .await;
        assert_eq!(field(odd.unwrap_err()), "video_ids");
        community
            .remove_from_playlist(&ada, &id, &c, None)
            .await
            .unwrap();
        community
            .add_to_playlist(&ada, &id, &c, Some(1))
            .await
            .unwrap();
        assert_eq!(titles(&community, &id).await, [&*a, &*c, &*b]);
        // With duplicates allowed, places tell one from the other.
        let allow = PlaylistChange {
            allow_duplicates: Some(true),
            ..PlaylistChange::default()
        };
        community.change_playlist(&ada, &id, allow).await.unwrap();
        community
            .add_to_playlist(&ada, &id, &a, Some(0))
            .await
            .unwrap();
        let items = community.items(std::slice::from_ref(&id)).await.unwrap();
        let places: Vec<String> = items[&id].iter().map(|item| item.id.clone()).collect();
        let reversed: Vec<String> = places.iter().rev().cloned().collect();
        community
            .order_playlist(&ada, &id, Order::Items(reversed.clone()))
            .await
            .unwrap();
        let items = community.items(std::slice::from_ref(&id)).await.unwrap();
        let after: Vec<String> = items[&id].iter().map(|item| item.id.clone()).collect();
        assert_eq!(after, reversed);
        let forbid = PlaylistChange {
            allow_duplicates: Some(false),
            ..PlaylistChange::default()
        };
        let refused = community.change_playlist(&ada, &id, forbid).await;
        assert!(matches!(refused, Err(CatalogError::Conflict(_))));
        community
            .remove_from_playlist(&ada, &id, &a, Some(&after[0]))
            .await
            .unwrap_err();
        // A deleted video is in no list.
        catalog.delete(&b).await.unwrap();
        assert!(!titles(&community, &id).await.contains(&b));
        let unknown = community
            .create_playlist(&ada, list("Odd", &[&"video_none".to_owned()]))
            .await;
        assert_eq!(field(unknown.unwrap_err()), "video_ids");
    })
    .await;
}

#[tokio::test]
async fn a_playlist_is_seen_and_edited_by_those_who_may() {
    on_each(async |community, catalog| {
        let a = video(&catalog, "A").await;
        let (ada, bob, eve) = (person("ada"), person("bob"), person("eve"));
        let secret = NewPlaylist {
            visibility: Sharing::Private,
            ..list("Secret", &[&a])
        };
        let secret = community.create_playlist(&ada, secret).await.unwrap();
        let open = community
            .create_playlist(&ada, list("Open", &[]))
            .await
            .unwrap();
        let unlisted = NewPlaylist {
            visibility: Sharing::Unlisted,
            ..list("Unlisted", &[])
        };
        community.create_playlist(&ada, unlisted).await.unwrap();
        let names = async |who: Option<&Person>| {
            let filter = PlaylistFilter::default();
            let page = community
                .playlists(who, &filter, None, 0, 50)
                .await
                .unwrap();
            let mut names: Vec<String> =
                page.rows.into_iter().map(|row| row.playlist.name).collect();
            names.sort();
            names
        };
        assert_eq!(names(None).await, ["Open"]);
        assert_eq!(names(Some(&bob)).await, ["Open"]);
        assert_eq!(names(Some(&ada)).await, ["Open", "Secret", "Unlisted"]);
        let share = PlaylistChange {
            collaborators: Some(vec![bob.account.clone().unwrap()]),
            ..PlaylistChange::default()
        };
        let id = &secret.playlist.id;
        community.change_playlist(&ada, id, share).await.unwrap();
        assert_eq!(names(Some(&bob)).await, ["Open", "Secret"]);
        let row = community.playlist(id).await.unwrap();
        assert_eq!(row.access(Some(&bob)), PlaylistAccess::Edit);
        assert_eq!(row.access(Some(&eve)), PlaylistAccess::None);
        community
            .remove_from_playlist(&bob, id, &a, None)
            .await
            .unwrap();
        let publish = || PlaylistChange {
            visibility: Some(Sharing::Public),
            ..PlaylistChange::default()
        };
        let refused = community.change_playlist(&bob, id, publish()).await;
        assert!(matches!(refused, Err(CatalogError::Forbidden(_))));
        let hidden = community.change_playlist(&eve, id, publish()).await;
        assert!(matches!(hidden, Err(CatalogError::NotFound { .. })));
        let other = &open.playlist.id;
        let refused = community.add_to_playlist(&eve, other, &a, None).await;
        assert!(matches!(refused, Err(CatalogError::Forbidden(_))));
        let refused = community.delete_playlist(&bob, id).await;
        assert!(matches!(refused, Err(CatalogError::Forbidden(_))));
        community.delete_playlist(&ada, id).await.unwrap();
        assert_eq!(names(Some(&bob)).await, ["Open"]);
        // Pages follow each other.
        for n in 0..5 {
            community
                .create_playlist(&ada, list(&format!("List {n}"), &[]))
                .await
                .unwrap();
        }
        let filter = PlaylistFilter {
            creator_id: ada.account.clone(),
            is_public: Some(true),
            ..PlaylistFilter::default()
        };
        let mut seen = Vec::new();
        let mut cursor = None;
        loop {
            let page = community
                .playlists(None, &filter, cursor.as_deref(), 0, 2)
                .await
                .unwrap();
            seen.extend(page.rows.into_iter().map(|row| row.playlist.id));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 6);
        seen.dedup();
        assert_eq!(seen.len(), 6);
    })
    .await;
}

#[tokio::test]
async fn a_watchlist_is_its_viewers_own() {
    on_each(async |community, catalog| {
        let (a, b) = (video(&catalog, "A").await, video(&catalog, "B").await);
        let (ada, guest) = (person("ada"), browser("x"));
        community.watch_later(&ada, &a).await.unwrap();
        community.watch_later(&ada, &b).await.unwrap();
        community.watch_later(&ada, &a).await.unwrap();
        let ids = async |who: &Person| -> Vec<String> {
            let list = community.watchlist(who).await.unwrap();
            list.into_iter().map(|(id, _)| id).collect()
        };
        assert_eq!(ids(&ada).await, [&*b, &*a]);
        assert!(ids(&guest).await.is_empty());
        assert!(community.is_watchlisted(&ada, &a).await.unwrap());
        community.unwatch(&ada, &a).await.unwrap();
        community.unwatch(&ada, &a).await.unwrap();
        assert_eq!(ids(&ada).await, [&*b]);
    })
    .await;
}
