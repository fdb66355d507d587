//! Stream tokens that are taken back, on every database that there is.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;
use std::time::Duration;

use matinee_engines::db::{Db, migrate};
use matinee_engines::testing::databases;
use matinee_identity::{
    Bearer, InstanceSecret, Revocations, StreamTokens, TokenError, migrations, take_back,
};
use sea_orm::ConnectionTrait as _;
use tokio_util::sync::CancellationToken;

const HOUR: Duration = Duration::from_hours(1);

fn node(db: &Db) -> (Arc<StreamTokens>, Revocations) {
    let secret = InstanceSecret::from_bytes([7; 32]);
    let tokens = Arc::new(StreamTokens::new(&secret));
    let revocations = Revocations::new(db.clone(), tokens.clone(), HOUR);
    (tokens, revocations)
}

const BEARER: Bearer<'static> = Bearer {
    viewer: "user_ada",
    device: "session_one",
};

#[tokio::test]
async fn what_is_taken_back_is_refused_and_what_is_issued_later_is_good() {
    for (engine, test) in databases().await.unwrap() {
        migrate(&test.db, migrations()).await.unwrap();
        for subject in ["user_ada", "session_one", "video_one"] {
            let (tokens, revocations) = node(&test.db);
            let token = tokens.issue("video_one", BEARER, u64::MAX);
            let other = tokens.issue("video_two", Bearer::new("user_eve"), u64::MAX);
            take_back(test.db.write(), [subject]).await.unwrap();
            let later = tokens.issue("video_one", BEARER, u64::MAX);
            let stop = CancellationToken::new();
            let running = tokio::spawn({
                let (revocations, stop) = (revocations.clone(), stop.clone());
                async move { revocations.run(stop, || {}).await }
            });
            while tokens.verify(&token, "video_one", 0).is_ok() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            stop.cancel();
            running.await.unwrap();
            let refused = tokens.verify(&token, "video_one", 0);
            assert_eq!(refused, Err(TokenError::Revoked), "{engine}: {subject}");
            assert!(tokens.verify(&later, "video_one", 0).is_ok(), "{engine}");
            assert!(tokens.verify(&other, "video_two", 0).is_ok(), "{engine}");
        }
    }
}

#[tokio::test]
async fn another_node_s_word_counts_from_when_it_is_heard() {
    for (engine, test) in databases().await.unwrap() {
        migrate(&test.db, migrations()).await.unwrap();
        let (tokens, revocations) = node(&test.db);
        take_back(test.db.write(), ["user_ada"]).await.unwrap();
        let elsewhere = "UPDATE stream_revocations SET node = 'node_other'";
        test.db.write().execute_unprepared(elsewhere).await.unwrap();
        // Issued by a node that has not heard yet.
        let token = tokens.issue("video_one", BEARER, u64::MAX);
        let stop = CancellationToken::new();
        let running = tokio::spawn({
            let stop = stop.clone();
            async move { revocations.run(stop, || {}).await }
        });
        while tokens.verify(&token, "video_one", 0).is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        stop.cancel();
        running.await.unwrap();
        let refused = tokens.verify(&token, "video_one", 0);
        assert_eq!(refused, Err(TokenError::Revoked), "{engine}");
    }
}
