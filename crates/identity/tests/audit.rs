//! The audit log, on every database engine at hand.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use matinee_engines::db::migrate;
use matinee_engines::id::Id;
use matinee_engines::testing::databases;
use matinee_identity::{Audit, AuditEntry, AuditFilter, Principal, migrations};
use serde_json::json;

#[tokio::test]
async fn acts_are_found_by_who_what_and_to_whom() {
    for (engine, test) in databases().await.unwrap() {
        migrate(&test.db, migrations()).await.unwrap();
        let audit = Audit::new(test.db.clone());
        let nobody = Principal::Anonymous {
            viewer: String::new(),
        };
        let actor = Id::new("user");
        for n in 0..5 {
            let mut entry = AuditEntry::new(&nobody, "user.role")
                .subject(format!("user_{n}"))
                .detail(json!({ "from": "viewer", "to": "creator" }))
                .addr("192.0.2.1");
            entry.actor = Some(actor.clone());
            audit.add(entry).await.unwrap();
        }
        audit
            .add(AuditEntry::new(&nobody, "users.export"))
            .await
            .unwrap();
        let all = AuditFilter::default();
        let (first, more) = audit.list(&all, None, 4).await.unwrap();
        assert!(more, "{engine}");
        assert_eq!(first[0].action, "users.export", "{engine}: newest first");
        let last: Id = first[3].id.parse().unwrap();
        let (rest, more) = audit.list(&all, Some(&last), 4).await.unwrap();
        assert!(!more && rest.len() == 2, "{engine}");
        assert_eq!(rest[1].subject.as_deref(), Some("user_0"), "{engine}");
        assert_eq!(rest[1].detail["to"], "creator", "{engine}");
        assert_eq!(rest[1].addr.as_deref(), Some("192.0.2.1"), "{engine}");
        for (filter, found) in [
            (
                AuditFilter {
                    action: Some("user.".into()),
                    ..all.clone()
                },
                5,
            ),
            (
                AuditFilter {
                    actor: Some(actor.to_string()),
                    action: Some("user.role".into()),
                    subject: Some("user_3".into()),
                    ..all.clone()
                },
                1,
            ),
            (
                AuditFilter {
                    until: Some(first[3].at),
                    ..all.clone()
                },
                2,
            ),
        ] {
            let (rows, _) = audit.list(&filter, None, 50).await.unwrap();
            assert_eq!(rows.len(), found, "{engine}: {filter:?}");
        }
    }
}

#[tokio::test]
async fn an_act_that_is_rolled_back_leaves_no_entry() {
    for (engine, test) in databases().await.unwrap() {
        migrate(&test.db, migrations()).await.unwrap();
        let nobody = Principal::Anonymous {
            viewer: String::new(),
        };
        let tx = test.db.begin().await.unwrap();
        Audit::record(&tx, AuditEntry::new(&nobody, "user.delete"))
            .await
            .unwrap();
        tx.rollback().await.unwrap();
        let audit = Audit::new(test.db.clone());
        let (rows, _) = audit.list(&AuditFilter::default(), None, 1).await.unwrap();
        assert!(rows.is_empty(), "{engine}");
    }
}
