//! Rules, reports and the moderators' queue.

use std::sync::Arc;

use async_trait::async_trait;
use matinee_catalog::community::{
    CaseFilter, CaseState, CommentOrder, Community, Decision, NewReport, Person, PostState, Reason,
    Subject, SubjectKind,
};
use matinee_catalog::moderation::{
    CommentsFrom, Effect, Hook, Kind, Moderation, Rules, Submission, Verdict, WhoMayWrite, WordRule,
};
use matinee_catalog::{CatalogError, Details, DetailsPatch, NewVideo};

use crate::{browser, field, moderator, on_each, person, said, video};

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
