//! Likes, comments and reviews.

use matinee_catalog::CatalogError;
use matinee_catalog::community::{
    CommentChange, CommentOrder, NewComment, NewReview, PostState, Reaction, ReviewOrder,
};

use crate::{browser, field, on_each, person, said, video};

#[tokio::test(flavor = "multi_thread")]
async fn likes_count_each_person_once_however_many_ask_at_once() {
    on_each(async |community, catalog| {
        let id = video(&catalog, "A").await;
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..40 {
            let (community, id) = (community.clone(), id.clone());
            // Ten people, each four times, at the same time.
            let who = person(&format!("p{}", n % 10));
            let wish = if n % 10 < 7 {
                Reaction::Like
            } else {
                Reaction::Dislike
            };
            tasks.spawn(async move { community.react(&who, &id, wish).await.unwrap() });
        }
        while let Some(done) = tasks.join_next().await {
            done.unwrap();
        }
        let row = catalog.get(&id).await.unwrap();
        assert_eq!((row.like_count, row.dislike_count), (7, 3));
        let before = row.version;
        // Minds change, back and forth, at the same time.
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..30 {
            let (community, id) = (community.clone(), id.clone());
            let who = person(&format!("p{}", n % 3));
            tasks.spawn(async move {
                match n % 3 {
                    0 => community.react(&who, &id, Reaction::Dislike).await,
                    1 => community.unreact(&who, &id, Reaction::Like).await,
                    _ => community.unreact(&who, &id, Reaction::Dislike).await,
                }
                .unwrap()
            });
        }
        while let Some(done) = tasks.join_next().await {
            done.unwrap();
        }
        let row = catalog.get(&id).await.unwrap();
        assert_eq!((row.like_count, row.dislike_count), (5, 4));
        assert_eq!(row.version, before, "a like changes no playlist");
        let anonymous = browser("x");
        let counts = community
            .react(&anonymous, &id, Reaction::Like)
            .await
            .unwrap();
        assert_eq!((counts.likes, counts.mine), (6, Some(Reaction::Like)));
        assert_eq!(
            community.reaction(&anonymous, &id).await.unwrap(),
            Some(Reaction::Like)
        );
        let gone = community
            .react(&anonymous, "video_none", Reaction::Like)
            .await;
        assert!(matches!(gone, Err(CatalogError::NotFound { .. })));
    })
    .await;
}

#[tokio::test]
async fn comments_stand_in_threads() {
    on_each(async |community, catalog| {
        let id = video(&catalog, "A").await;
        let (ada, bob) = (person("ada"), person("bob"));
        let first = community.comment(&ada, &id, said("First!")).await.unwrap();
        let second = community.comment(&bob, &id, said("Second")).await.unwrap();
        let reply = |to: &str| NewComment {
            parent_id: Some(to.to_owned()),
            ..said("No")
        };
        let answer = community
            .comment(&bob, &id, reply(&first.id))
            .await
            .unwrap();
        let deeper = community
            .comment(&ada, &id, reply(&answer.id))
            .await
            .unwrap();
        assert_eq!(deeper.parent_id.as_deref(), Some(&*first.id));
        assert_eq!(deeper.reply_to.as_deref(), Some(&*answer.id));
        assert_eq!(community.comment_count(&id).await.unwrap(), 4);
        let bodies = async |thread: Option<&str>, order, limit| -> Vec<String> {
            let mut all = Vec::new();
            let mut cursor: Option<String> = None;
            loop {
                let page = community
                    .comments(Some(&ada), &id, thread, order, cursor.as_deref(), limit)
                    .await
                    .unwrap();
                all.extend(page.rows.into_iter().map(|row| row.comment.body));
                cursor = page.next;
                if cursor.is_none() {
                    return all;
                }
            }
        };
        assert_eq!(
            bodies(None, CommentOrder::Newest, 1).await,
            ["Second", "First!"]
        );
        assert_eq!(
            bodies(Some(&first.id), CommentOrder::Oldest, 1).await.len(),
            2
        );
        community.like_comment(&bob, &first.id, true).await.unwrap();
        let likes = community.like_comment(&bob, &first.id, true).await.unwrap();
        assert_eq!(likes, 1);
        assert_eq!(
            bodies(None, CommentOrder::Top, 1).await,
            ["First!", "Second"]
        );
        community.pin_comment(&second.id, true).await.unwrap();
        assert_eq!(
            bodies(None, CommentOrder::Top, 1).await,
            ["Second", "First!"]
        );
        community.pin_comment(&first.id, true).await.unwrap();
        let pinned = community.comment_row(None, &second.id).await.unwrap();
        assert!(!pinned.comment.pinned, "two are pinned");
        let change = CommentChange {
            body: Some("First, indeed".to_owned()),
            at_ms: Some(Some(5)),
        };
        let edited = community
            .edit_comment(&ada, &first.id, change.clone())
            .await
            .unwrap();
        assert!(edited.edited_at.is_some() && edited.at_ms == Some(5));
        let refused = community.edit_comment(&bob, &first.id, change).await;
        assert!(matches!(refused, Err(CatalogError::Forbidden(_))));
        let refused = community.delete_comment(&bob, &first.id, false).await;
        assert!(matches!(refused, Err(CatalogError::Forbidden(_))));
        // Its words go, its place stays for the replies, and goes with the last.
        community
            .delete_comment(&ada, &first.id, false)
            .await
            .unwrap();
        let row = community
            .comment_row(None, &first.id)
            .await
            .unwrap()
            .comment;
        assert_eq!((row.state, row.body.as_str()), (PostState::Deleted, ""));
        assert_eq!(row.reply_count, 2);
        community
            .delete_comment(&bob, &answer.id, false)
            .await
            .unwrap();
        community
            .delete_comment(&ada, &deeper.id, false)
            .await
            .unwrap();
        assert!(community.comment_row(None, &first.id).await.is_err());
        assert_eq!(bodies(None, CommentOrder::Newest, 10).await, ["Second"]);
        for (new, name) in [
            (said(" \u{200b} "), "body"),
            (said(&"x".repeat(5000)), "body"),
            (reply("comment_none"), "parent_id"),
            (
                NewComment {
                    at_ms: Some(-1),
                    ..said("x")
                },
                "at_ms",
            ),
        ] {
            let refused = community.comment(&ada, &id, new).await.unwrap_err();
            assert_eq!(field(refused), name);
        }
    })
    .await;
}

#[tokio::test]
async fn a_review_is_one_for_each_person() {
    on_each(async |community, catalog| {
        let id = video(&catalog, "A").await;
        let stars = |stars| NewReview {
            stars,
            title: "Well".to_owned(),
            body: "<b>So</b> good".to_owned(),
        };
        let (ada, bob) = (person("ada"), person("bob"));
        let first = community.review(&ada, &id, stars(5)).await.unwrap();
        let again = community.review(&ada, &id, stars(4)).await.unwrap();
        assert_eq!(first.id, again.id);
        community.review(&bob, &id, stars(1)).await.unwrap();
        let all = community.stars(&id).await.unwrap();
        assert_eq!((all.count, all.average), (2, Some(2.5)));
        assert_eq!(all.histogram, [1, 0, 0, 1, 0]);
        let page = community
            .reviews(None, &id, ReviewOrder::Best, None, 1)
            .await
            .unwrap();
        assert_eq!(page.rows[0].stars, 4);
        assert_eq!(page.rows[0].body, "<b>So</b> good", "as typed");
        let page = community
            .reviews(None, &id, ReviewOrder::Best, page.next.as_deref(), 1)
            .await
            .unwrap();
        assert_eq!((page.rows[0].stars, page.next), (1, None));
        for odd in [0, 6] {
            let refused = community.review(&ada, &id, stars(odd)).await.unwrap_err();
            assert_eq!(field(refused), "stars");
        }
        community.delete_review(&ada, &id).await.unwrap();
        assert_eq!(community.own_review(&ada, &id).await.unwrap(), None);
        assert_eq!(community.stars(&id).await.unwrap().count, 1);
    })
    .await;
}
