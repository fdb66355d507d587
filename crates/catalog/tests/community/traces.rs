//! What people leave at a video, and what stays of them.

use matinee_catalog::community::{
    Community, NewChapter, NewComment, NewReview, PostState, Reaction,
};
use matinee_catalog::{Chapter, Origin, Probed, Subtitle};

use crate::{field, list, on_each, person, said, video};

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
