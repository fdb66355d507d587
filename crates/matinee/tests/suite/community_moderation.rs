//! Rules, reports and the moderators' queue over HTTP.

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::community::{Someone, answer, sent};
use crate::support::{TestServer, fields, problem};

#[tokio::test]
async fn moderators_decide_what_rules_and_people_point_out() {
    let server = TestServer::start().await;
    let video = server.external(json!({ "title": "One" })).await;
    let ada = Someone::new(&server, "ada", "viewer").await;
    let bob = Someone::new(&server, "bob", "viewer").await;
    let judge = Someone::new(&server, "judge", "moderator").await;
    let rules = json!({
        "words": [
            { "word": "awful", "effect": "refuse" },
            { "word": "dubious", "effect": "hold" },
        ],
        "links": { "links": "hold", "allowed_domains": ["example.org"] },
    });
    problem(
        sent(judge.ask("PUT", "/api/moderation/rules").json(&rules)).await,
        403,
    )
    .await;
    let kept = server.operator("PUT", "/api/moderation/rules").json(&rules);
    assert_eq!(answer(kept, 200).await["comments"], "signed_in");
    let log = server.json("/api/audit?action=moderation.rules").await;
    assert_eq!(log.as_array().unwrap().len(), 1);
    let trial = json!({ "text": "it is a w f u l" });
    let trial = judge.ask("POST", "/api/moderation/rules/test").json(&trial);
    assert_eq!(answer(trial, 200).await["effect"], "refuse");

    let path = format!("/api/videos/{video}/comments");
    let say = |body: &str| json!({ "body": body });
    let refused = sent(ada.ask("POST", &path).json(&say("awfu\u{200b}l"))).await;
    assert_eq!(fields(&problem(refused, 422).await), ["body"]);
    let held = answer(ada.ask("POST", &path).json(&say("dub1ous")), 201).await;
    assert_eq!(held["state"], "held");
    let linked = answer(ada.ask("POST", &path).json(&say("see evil[.]com")), 201).await;
    assert_eq!(linked["state"], "held");
    let fine = answer(
        ada.ask("POST", &path)
            .json(&say("see https://example.org/x")),
        201,
    )
    .await;
    assert_eq!(fine["state"], "visible");
    let count = async |request: RequestBuilder| {
        let list = answer(request, 200).await;
        list.as_array().unwrap().len()
    };
    assert_eq!(count(ada.ask("GET", &path)).await, 3);
    assert_eq!(count(judge.ask("GET", &path)).await, 3);
    assert_eq!(count(bob.ask("GET", &path)).await, 1);
    let one = format!("/api/comments/{}", held["id"].as_str().unwrap());
    problem(sent(bob.ask("GET", &one)).await, 404).await;

    problem(sent(bob.ask("GET", "/api/moderation/queue")).await, 403).await;
    problem(sent(server.get("/api/moderation/queue")).await, 401).await;
    let report = json!({
        "subject_kind": "comment", "subject_id": fine["id"], "reason": "spam", "details": "again",
    });
    answer(bob.ask("POST", "/api/reports").json(&report), 201).await;
    let hidden = json!({
        "subject_kind": "comment", "subject_id": held["id"], "reason": "spam",
    });
    problem(
        sent(bob.ask("POST", "/api/reports").json(&hidden)).await,
        404,
    )
    .await;
    let queue = sent(judge.ask("GET", "/api/moderation/queue")).await;
    assert_eq!(queue.headers()["x-total-count"], "3");
    let queue: Value = queue.json().await.unwrap();
    let case = |subject: &Value| {
        let cases = queue.as_array().unwrap();
        let case = cases.iter().find(|case| case["subject"]["id"] == *subject);
        format!("/api/moderation/{}", case.unwrap()["id"].as_str().unwrap())
    };
    let approve = json!({ "decision": "approve", "note": "A joke" });
    let decided = judge.ask("POST", &case(&held["id"])).json(&approve);
    let decided = answer(decided, 200).await;
    assert_eq!(decided["state"], "decided");
    assert_eq!(decided["decided_by"], judge.id);
    assert_eq!(decided["subject"]["state"], "visible");
    let remove = json!({ "decision": "remove" });
    answer(judge.ask("POST", &case(&fine["id"])).json(&remove), 200).await;
    assert_eq!(count(bob.ask("GET", &path)).await, 1);
    assert_eq!(
        count(ada.ask("GET", &path)).await,
        3,
        "its author still sees it"
    );
    let log = server.json("/api/audit?action=moderation.decide").await;
    assert_eq!(log.as_array().unwrap().len(), 2);
    let odd = judge
        .ask("POST", &case(&fine["id"]))
        .json(&json!({ "decision": "burn" }));
    assert_eq!(fields(&problem(sent(odd).await, 422).await), ["decision"]);

    // A video that is reported and removed is out of sight, whoever opens it.
    let report = json!({ "subject_kind": "video", "subject_id": video, "reason": "copyright" });
    answer(bob.ask("POST", "/api/reports").json(&report), 201).await;
    let queue = answer(judge.ask("GET", "/api/moderation/queue?kind=video"), 200).await;
    let case = format!("/api/moderation/{}", queue[0]["id"].as_str().unwrap());
    answer(judge.ask("POST", &case).json(&remove), 200).await;
    let at = format!("/api/videos/{video}");
    problem(sent(bob.ask("GET", &at)).await, 404).await;
    let open = server
        .operator("PATCH", &at)
        .json(&json!({ "is_public": true }));
    problem(sent(open).await, 409).await;
    answer(judge.ask("POST", &case).json(&approve), 200).await;
    assert_eq!(answer(bob.ask("GET", &at), 200).await["is_public"], true);
    // Titles are judged too.
    let title = server
        .operator("PATCH", &at)
        .json(&json!({ "title": "An awful film" }));
    assert_eq!(fields(&problem(sent(title).await, 422).await), ["title"]);
}
