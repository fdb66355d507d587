//! What people do with videos, on every database that there is.
#![allow(
    clippy::large_futures,
    reason = "a test's future lives on the stack once"
)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;

use async_trait::async_trait;
use matinee_catalog::community::{
    CaseFilter, CaseState, CommentChange, CommentOrder, Community, Decision, NewChapter,
    NewComment, NewPlaylist, NewReport, NewReview, Order, Person, PlaylistAccess, PlaylistChange,
    PlaylistFilter, PostState, Reaction, Reason, ReviewOrder, Sharing, Subject, SubjectKind,
};
use matinee_catalog::moderation::{
    CommentsFrom, Effect, Hook, Kind, Moderation, Rules, Submission, Verdict, WhoMayWrite, WordRule,
};
use matinee_catalog::{
    Catalog, CatalogError, Chapter, Details, DetailsPatch, NewVideo, Origin, Probed, Subtitle,
};
use matinee_engines::db::migrate;
use matinee_engines::testing;

async fn on_each<F: AsyncFn(Community, Catalog)>(test: F) {
    for (engine, database) in testing::databases().await.unwrap() {
        println!("on {engine}");
        migrate(&database.db, matinee_catalog::migrations())
            .await
            .unwrap();
        let catalog = Catalog::new(database.db.clone());
        test(Community::new(catalog.clone()), catalog).await;
    }
}

fn person(name: &str) -> Person {
    Person {
        key: format!("profile_{name}"),
        account: Some(account(name)),
        name: name.to_owned(),
        moderator: false,
    }
}

fn account(name: &str) -> String {
    // Ids of accounts are TypeIDs: 26 characters after the prefix.
    let mut suffix: String = name
        .bytes()
        .map(|b| char::from(b'a' + b % 8))
        .chain(std::iter::repeat('0'))
        .take(25)
        .collect();
    suffix.insert(0, '0');
    format!("user_{suffix}")
}

fn moderator() -> Person {
    Person {
        moderator: true,
        ..person("mod")
    }
}

fn browser(name: &str) -> Person {
    Person {
        key: format!("anon:{name}"),
        account: None,
        name: "Guest".to_owned(),
        moderator: false,
    }
}

async fn video(catalog: &Catalog, title: &str) -> String {
    let new = NewVideo {
        details: Details {
            title: title.to_owned(),
            ..Details::default()
        },
        external_video_url: Some("https://example.com/film.mp4".to_owned()),
        ..NewVideo::default()
    };
    catalog.create(new).await.unwrap().id
}

fn list(name: &str, videos: &[&String]) -> NewPlaylist {
    NewPlaylist {
        name: name.to_owned(),
        description: String::new(),
        creator_id: None,
        visibility: Sharing::Public,
        allow_duplicates: false,
        video_ids: videos.iter().map(|id| (*id).clone()).collect(),
    }
}

fn said(body: &str) -> NewComment {
    NewComment {
        body: body.to_owned(),
        ..NewComment::default()
    }
}

async fn titles(community: &Community, id: &str) -> Vec<String> {
    let items = community.items(&[id.to_owned()]).await.unwrap();
    items
        .get(id)
        .into_iter()
        .flatten()
        .map(|item| item.video_id.clone())
        .collect()
}

fn field(error: CatalogError) -> String {
    match error {
        CatalogError::Invalid(errors) => errors[0].field.clone(),
        other => panic!("{other}"),
    }
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

fn word(word: &str, effect: Effect) -> WordRule {
    WordRule {
        word: word.to_owned(),
        effect,
        kinds: Vec::new(),
    }
}

#[tokio::test]
async fn what_is_held_is_seen_by_its_author_and_moderators() {
    on_each(async |community, catalog| {
        let id = video(&catalog, "A").await;
        let rules = Rules {
            words: vec![
                word("awful", Effect::Refuse),
                word("dubious", Effect::Hold),
                word("odd", Effect::Flag),
            ],
            ..Rules::default()
        };
        community
            .moderation()
            .set_rules(rules, Some("user_x"))
            .await
            .unwrap();
        let (ada, bob, judge) = (person("ada"), person("bob"), moderator());
        let refused = community.comment(&ada, &id, said("a w f u l")).await;
        assert_eq!(field(refused.unwrap_err()), "body");
        let held = community
            .comment(&ada, &id, said("This is dub1ous"))
            .await
            .unwrap();
        assert_eq!(held.state, PostState::Held);
        let flagged = community.comment(&ada, &id, said("odd")).await.unwrap();
        assert_eq!(flagged.state, PostState::Visible);
        let free = community
            .comment(&judge, &id, said("dubious, I say"))
            .await
            .unwrap();
        assert_eq!(free.state, PostState::Visible);
        let seen = async |who: Option<&Person>| {
            let order = CommentOrder::Newest;
            let page = community
                .comments(who, &id, None, order, None, 50)
                .await
                .unwrap();
            page.rows.iter().any(|row| row.comment.id == held.id)
        };
        assert!(seen(Some(&ada)).await && seen(Some(&judge)).await);
        assert!(!seen(Some(&bob)).await && !seen(None).await);
        assert!(community.comment_row(Some(&bob), &held.id).await.is_err());
        let open = CaseFilter {
            state: Some(CaseState::Open),
            kind: None,
        };
        let queue = community.queue(&open, None, 50).await.unwrap().rows;
        assert_eq!(queue.len(), 2);
        let case = queue
            .iter()
            .find(|row| row.case.subject_id == held.id)
            .unwrap();
        assert!(case.case.findings.0[0].reason.contains("dubious"));
        assert_eq!(case.subject_state, Some(PostState::Held));
        let decide = async |id: &str, decision| {
            let tx = catalog.db().begin().await.unwrap();
            let done = community
                .decide_in(&tx, &judge, id, decision, Some("Fine"))
                .await
                .unwrap();
            tx.commit().await.unwrap();
            done
        };
        let done = decide(&case.case.id, Decision::Approve).await;
        assert_eq!(done.case.state, CaseState::Decided);
        assert!(seen(None).await);
        let done = decide(&case.case.id, Decision::Remove).await;
        assert_eq!(done.case.decided_by, judge.account);
        assert!(!seen(None).await && seen(Some(&ada)).await);
        assert_eq!(community.queue_length(&open).await.unwrap(), 1);
        // A title is held by making the video private.
        let title = NewVideo {
            details: Details {
                title: "A dubious film".to_owned(),
                ..Details::default()
            },
            ..NewVideo::default()
        };
        let made = catalog.create(title).await.unwrap();
        assert!(!made.is_public);
        let patch = DetailsPatch {
            title: Some("An awful film".to_owned()),
            ..DetailsPatch::default()
        };
        let refused = catalog.patch(&id, patch).await.unwrap_err();
        assert_eq!(field(refused), "title");
        let of_videos = CaseFilter {
            kind: Some(SubjectKind::Video),
            ..open
        };
        let publish = DetailsPatch {
            is_public: Some(true),
            ..DetailsPatch::default()
        };
        let refused = catalog.patch(&made.id, publish.clone()).await;
        assert!(matches!(refused, Err(CatalogError::Conflict(_))));
        let queue = community.queue(&of_videos, None, 50).await.unwrap().rows;
        let done = decide(&queue[0].case.id, Decision::Approve).await;
        assert_eq!(done.video.as_ref(), Some(&made.id));
        assert!(catalog.get(&made.id).await.unwrap().is_public);
        decide(&queue[0].case.id, Decision::Remove).await;
        assert!(!catalog.get(&made.id).await.unwrap().is_public);
        let refused = catalog.patch(&made.id, publish).await;
        assert!(matches!(refused, Err(CatalogError::Conflict(_))));
        decide(&queue[0].case.id, Decision::Approve).await;
        assert!(catalog.get(&made.id).await.unwrap().is_public);
    })
    .await;
}

#[tokio::test]
async fn reports_come_together_in_one_case() {
    on_each(async |community, catalog| {
        let id = video(&catalog, "A").await;
        let rules = Rules {
            hold_after_reports: 2,
            ..Rules::default()
        };
        community.moderation().set_rules(rules, None).await.unwrap();
        let comment = community
            .comment(&person("ada"), &id, said("Hm"))
            .await
            .unwrap();
        let spam = || NewReport {
            reason: Reason::Spam,
            details: String::new(),
        };
        let subject = || Subject::comment(&comment);
        let report = async |who: &Person| {
            let case = community.report(who, subject(), spam()).await.unwrap();
            case.report_count
        };
        assert_eq!(report(&person("bob")).await, 1);
        assert_eq!(report(&person("bob")).await, 1);
        assert_eq!(report(&browser("x")).await, 2);
        let state = async || {
            let row = community.comment_row(Some(&moderator()), &comment.id).await;
            row.unwrap().comment.state
        };
        assert_eq!(state().await, PostState::Visible, "browsers are cheap");
        assert_eq!(report(&person("eve")).await, 3);
        assert_eq!(state().await, PostState::Held);
        let all = CaseFilter::default();
        let queue = community.queue(&all, None, 50).await.unwrap().rows;
        assert_eq!((queue.len(), queue[0].reports.len()), (1, 3));
        let other = NewReport {
            reason: Reason::Other,
            details: " ".to_owned(),
        };
        let refused = community.report(&person("bob"), subject(), other).await;
        assert_eq!(field(refused.unwrap_err()), "details");
        // Approved once, it is not held again by more of the same.
        let tx = catalog.db().begin().await.unwrap();
        community
            .decide_in(
                &tx,
                &moderator(),
                &queue[0].case.id,
                Decision::Approve,
                None,
            )
            .await
            .unwrap();
        tx.commit().await.unwrap();
        report(&person("fay")).await;
        assert_eq!(state().await, PostState::Visible);
        let queue = community.queue(&all, None, 50).await.unwrap().rows;
        assert_eq!(queue[0].case.state, CaseState::Open, "and yet it is told");
        community
            .delete_comment(&person("ada"), &comment.id, false)
            .await
            .unwrap();
        let queue = community.queue(&all, None, 50).await.unwrap().rows;
        assert_eq!(queue[0].case.state, CaseState::Closed);
    })
    .await;
}

#[derive(Debug)]
struct Shouting;

#[async_trait]
impl Hook for Shouting {
    fn name(&self) -> &'static str {
        "shouting"
    }

    async fn judge(&self, what: Submission<'_>) -> Verdict {
        let loud = what.texts.iter().any(|(_, text)| {
            text.chars().any(char::is_alphabetic) && text.chars().all(|c| !c.is_lowercase())
        });
        if what.kind == Kind::Comment && loud {
            return Verdict {
                effect: Effect::Hold,
                field: "body",
                reason: "shouts".to_owned(),
                hook: "",
            };
        }
        Verdict::allow()
    }
}

#[tokio::test]
async fn hooks_and_settings_are_asked() {
    on_each(async |_, catalog| {
        let db = catalog.db().clone();
        let moderation = Moderation::new(db).with(Arc::new(Shouting));
        let catalog = catalog.moderated_by(moderation);
        let community = Community::new(catalog.clone());
        let id = video(&catalog, "A").await;
        let ada = person("ada");
        let row = community.comment(&ada, &id, said("HEY")).await.unwrap();
        assert_eq!(row.state, PostState::Held);
        let row = community.comment(&ada, &id, said("Hey")).await.unwrap();
        assert_eq!(row.state, PostState::Visible);
        let queue = community
            .queue(&CaseFilter::default(), None, 50)
            .await
            .unwrap();
        assert_eq!(queue.rows[0].case.findings.0[0].hook, "shouting");
        let may = async |who: Option<&Person>| {
            let rules = community.moderation();
            rules.may_write(Kind::Comment, who).await.unwrap()
        };
        assert_eq!(may(Some(&ada)).await, WhoMayWrite::Yes);
        assert_eq!(may(Some(&browser("x"))).await, WhoMayWrite::SignIn);
        for (from, ada_may, guest_may) in [
            (CommentsFrom::Anyone, WhoMayWrite::Yes, WhoMayWrite::Yes),
            (
                CommentsFrom::Nobody,
                WhoMayWrite::Nobody,
                WhoMayWrite::Nobody,
            ),
        ] {
            let rules = Rules {
                comments: from,
                ..Rules::default()
            };
            community.moderation().set_rules(rules, None).await.unwrap();
            assert_eq!(may(Some(&ada)).await, ada_may);
            assert_eq!(may(None).await, guest_may);
        }
        let rules = Rules {
            hold_all: true,
            ..Rules::default()
        };
        community.moderation().set_rules(rules, None).await.unwrap();
        let row = community.comment(&ada, &id, said("Quiet")).await.unwrap();
        assert_eq!(row.state, PostState::Held);
        let odd = Rules {
            words: vec![word("***", Effect::Hold)],
            ..Rules::default()
        };
        let refused = community.moderation().set_rules(odd, None).await;
        assert_eq!(field(refused.unwrap_err()), "words[0].word");
    })
    .await;
}

#[tokio::test]
async fn chapters_and_notes_of_people_outlive_processing() {
    on_each(async |community, catalog| {
        let id = video(&catalog, "A").await;
        let probed = |title: &str| Probed {
            duration_ms: Some(60_000),
            chapters: vec![Chapter {
                start_ms: 0,
                end_ms: 60_000,
                title: title.to_owned(),
            }],
            ..Probed::default()
        };
        let names = async || -> Vec<String> {
            let row = catalog.get(&id).await.unwrap();
            row.chapters.0.into_iter().map(|c| c.title).collect()
        };
        catalog.set_probed(&id, probed("File")).await.unwrap();
        assert_eq!(names().await, ["File"]);
        let chapter = |start_ms, title: &str| NewChapter {
            start_ms,
            end_ms: None,
            title: title.to_owned(),
        };
        let before = catalog.get(&id).await.unwrap().version;
        let row = community
            .set_chapters(&id, vec![chapter(0, "One"), chapter(30_000, "Two")])
            .await
            .unwrap();
        assert!(row.version > before);
        assert_eq!(row.chapters.0[0].end_ms, 30_000);
        catalog.set_probed(&id, probed("File again")).await.unwrap();
        assert_eq!(names().await, ["One", "Two"]);
        community.reset_chapters(&id).await.unwrap();
        assert_eq!(names().await, ["File again"]);
        let late = community
            .set_chapters(&id, vec![chapter(60_000, "x")])
            .await;
        assert_eq!(field(late.unwrap_err()), "chapters[0].start_ms");

        let ada = person("ada");
        let text = "# Lesson\r\n\n- <b>one</b>  \n";
        let notes = community.set_notes(&ada, &id, text).await.unwrap().unwrap();
        assert_eq!(notes.body, "# Lesson\n\n- <b>one</b>  \n");
        assert_eq!(community.notes(&id).await.unwrap(), Some(notes));
        assert_eq!(community.set_notes(&ada, &id, " \n").await.unwrap(), None);
        assert_eq!(community.notes(&id).await.unwrap(), None);
        let long = "x".repeat(200_000);
        let refused = community.set_notes(&ada, &id, &long).await.unwrap_err();
        assert_eq!(field(refused), "body");
    })
    .await;
}

#[tokio::test]
async fn text_tracks_that_people_brought_outlive_processing() {
    on_each(async |_, catalog| {
        let id = video(&catalog, "A").await;
        let track = |n: u32, origin| Subtitle {
            id: format!("subtitle_{n}"),
            video_id: id.clone(),
            language: "en".to_owned(),
            label: format!("Track {n}"),
            forced: false,
            is_default: false,
            hearing_impaired: false,
            key: format!("videos/{id}/subtitles/{n}.vtt"),
            created_at: 0,
            origin,
        };
        catalog
            .replace_subtitles(&id, vec![track(1, Origin::Source)])
            .await
            .unwrap();
        catalog
            .add_subtitle(track(2, Origin::Upload))
            .await
            .unwrap();
        let old = catalog
            .replace_subtitles(&id, vec![track(3, Origin::Source)])
            .await
            .unwrap();
        assert_eq!(old.len(), 1);
        let parts = catalog.parts(&id).await.unwrap();
        let ids: Vec<&str> = parts.subtitles.iter().map(|s| s.id.as_str()).collect();
        assert_eq!(ids, ["subtitle_2", "subtitle_3"]);
    })
    .await;
}

#[tokio::test]
async fn whoever_leaves_takes_everything_along() {
    on_each(async |community, catalog| {
        let id = video(&catalog, "A").await;
        let (ada, bob) = (person("ada"), person("bob"));
        community.react(&ada, &id, Reaction::Like).await.unwrap();
        community.react(&bob, &id, Reaction::Like).await.unwrap();
        community.watch_later(&ada, &id).await.unwrap();
        let thread = community.comment(&ada, &id, said("Mine")).await.unwrap();
        let answer = NewComment {
            parent_id: Some(thread.id.clone()),
            ..said("Yours")
        };
        let answer = community.comment(&bob, &id, answer).await.unwrap();
        community
            .like_comment(&ada, &answer.id, true)
            .await
            .unwrap();
        let review = NewReview {
            stars: 3,
            ..NewReview::default()
        };
        community.review(&ada, &id, review).await.unwrap();
        community
            .create_playlist(&ada, list("Mine", &[&id]))
            .await
            .unwrap();
        let account = ada.account.clone().unwrap();
        let keys = [ada.key.clone()];
        let told = community.export(&account, &keys).await.unwrap();
        assert_eq!(told.playlists[0]["video_ids"][0], id);
        assert_eq!(told.reactions[0]["reaction"], "like");
        assert_eq!(told.comments[0]["body"], "Mine");
        assert_eq!(told.reviews[0]["stars"], 3);
        assert_eq!(told.watchlist[0]["video_id"], id);

        let tx = catalog.db().begin().await.unwrap();
        Community::forget(&tx, Some(&account), &keys).await.unwrap();
        tx.commit().await.unwrap();
        let told = community.export(&account, &keys).await.unwrap();
        assert!(told.playlists.is_empty() && told.comments.is_empty());
        assert!(told.reviews.is_empty() && told.watchlist.is_empty());
        assert_eq!(catalog.get(&id).await.unwrap().like_count, 1);
        let place = community.comment_row(None, &thread.id).await.unwrap();
        assert_eq!(place.comment.state, PostState::Deleted);
        assert_eq!(place.comment.author_name, "");
        let answer = community.comment_row(None, &answer.id).await.unwrap();
        assert_eq!(answer.comment.like_count, 0);
        let stats = community.stats(true).await.unwrap();
        assert_eq!((stats.videos, stats.likes), (1, 1));
        assert_eq!((stats.comments, stats.reviews, stats.playlists), (1, 0, 0));
    })
    .await;
}
