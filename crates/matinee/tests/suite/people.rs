//! Accounts, credentials and the log of what is done with them.

use crate::support::{TestServer, fields, problem};

#[tokio::test]
async fn only_administrators_read_the_audit_log() {
    let server = TestServer::start().await;
    problem(server.get("/api/audit").send().await.unwrap(), 401).await;
    let log = server.json("/api/audit").await;
    assert!(log.is_array(), "{log}");
    let wrong = server.operator("GET", "/api/audit?limit=0&since=yesterday");
    let wrong = problem(wrong.send().await.unwrap(), 422).await;
    assert_eq!(fields(&wrong), ["limit"]);
    let wrong = server.operator("GET", "/api/audit?since=yesterday");
    let wrong = problem(wrong.send().await.unwrap(), 422).await;
    assert_eq!(fields(&wrong), ["since"]);
}
