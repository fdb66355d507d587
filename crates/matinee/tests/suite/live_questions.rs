//! Questions beside a stream, over HTTP and real sockets.

use serde_json::{Value, json};

use crate::access_people::account;
use crate::live_chat::{Socket, post};
use crate::live_streams::{id, stream, with};
use crate::support::{TestServer, fields, problem};

fn questions(stream: &Value) -> String {
    format!("/api/streams/{}/questions", id(stream))
}

async fn ask(server: &TestServer, token: &str, stream: &Value, text: &str) -> Value {
    let answer = post(server, token, &questions(stream), json!({ "text": text })).await;
    assert_eq!(answer.status(), 201);
    answer.json().await.unwrap()
}

async fn send(
    server: &TestServer,
    token: &str,
    method: &str,
    path: &str,
    body: Option<Value>,
) -> reqwest::Response {
    let mut request = with(server, token, method, path);
    if let Some(body) = body {
        request = request.json(&body);
    }
    request.send().await.unwrap()
}

async fn read(server: &TestServer, token: &str, path: &str) -> Value {
    let answer = send(server, token, "GET", path, None).await;
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_most_want_to_know_comes_first_and_is_answered() {
    let server = TestServer::start().await;
    let stream = stream(&server, json!({})).await;
    let (vera_id, vera) = account(&server, "vera", "viewer").await;
    let (_, wanda) = account(&server, "wanda", "viewer").await;
    let mut room = Socket::open(&server, &stream, "", &[]).await.unwrap();
    room.until("welcome").await;

    let first = ask(&server, &vera, &stream, " Why <b>Rust</b>? ").await;
    assert_eq!(first["text"], "Why <b>Rust</b>?");
    assert_eq!(
        (&first["username"], &first["author_id"]),
        (&json!("vera"), &json!(vera_id))
    );
    assert_eq!(
        (&first["votes"], &first["voted"], &first["state"]),
        (&json!(0), &json!(false), &json!("open"))
    );
    let told = room.until("question_asked").await["question"].clone();
    assert_eq!((&told["id"], &told["text"]), (&first["id"], &first["text"]));
    assert!(told.get("voted").is_none());
    let second = ask(&server, &wanda, &stream, "And why not?").await;

    // One vote of each person, however often they press.
    let vote = format!("{}/{}/vote", questions(&stream), id(&second));
    for (token, votes) in [(&vera, 1), (&vera, 1), (&wanda, 2)] {
        let answer = send(&server, token, "PUT", &vote, None).await;
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(
            answer,
            json!({ "id": second["id"], "votes": votes, "voted": true })
        );
    }
    let list = read(&server, &vera, &questions(&stream)).await;
    assert_eq!(
        (&list[0]["id"], &list[0]["voted"]),
        (&second["id"], &json!(true))
    );
    assert_eq!(
        (&list[1]["id"], &list[1]["voted"]),
        (&first["id"], &json!(false))
    );
    // The last count is always told, however many votes were told as one.
    loop {
        let told = room.until("question_updated").await["question"].clone();
        if told["votes"] == 2 {
            break;
        }
    }
    let answer = send(&server, &wanda, "DELETE", &vote, None).await;
    assert_eq!(answer.json::<Value>().await.unwrap()["votes"], 1);

    // It is for those who look after the chat to answer.
    let path = format!("{}/{}", questions(&stream), id(&second));
    let words = json!({ "answer": "Because." });
    problem(
        send(&server, &vera, "PATCH", &path, Some(words.clone())).await,
        403,
    )
    .await;
    let answered = send(&server, &server.token, "PATCH", &path, Some(words)).await;
    let answered: Value = answered.json().await.unwrap();
    assert_eq!(
        (&answered["state"], &answered["answer"]),
        (&json!("answered"), &json!("Because."))
    );
    assert!(answered["answered_at"].is_string());
    loop {
        let told = room.until("question_updated").await["question"].clone();
        if told["state"] == "answered" {
            break;
        }
    }
    for (state, expected) in [("open", &first), ("answered", &second)] {
        let path = format!("{}?state={state}", questions(&stream));
        let list = read(&server, &vera, &path).await;
        assert_eq!(list.as_array().unwrap().len(), 1, "{state}");
        assert_eq!(list[0]["id"], expected["id"]);
    }
    let page = format!("{}?limit=1", questions(&stream));
    let page = send(&server, &vera, "GET", &page, None).await;
    assert_eq!(page.headers()["x-total-count"], "2");
    assert!(
        page.headers()["link"]
            .to_str()
            .unwrap()
            .contains("offset=1")
    );

    // What is dismissed is gone for all but those who dismiss.
    let path = format!("{}/{}", questions(&stream), id(&first));
    let dismissed = json!({ "state": "dismissed" });
    send(&server, &server.token, "PATCH", &path, Some(dismissed)).await;
    let list = read(&server, &vera, &questions(&stream)).await;
    assert_eq!(list.as_array().unwrap().len(), 1);
    let all = server.json(&questions(&stream)).await;
    assert_eq!(all.as_array().unwrap().len(), 2);
    let vote = format!("{path}/vote");
    problem(send(&server, &wanda, "PUT", &vote, None).await, 404).await;

    // One deletes one's own, and nobody else's.
    let path = format!("{}/{}", questions(&stream), id(&second));
    problem(send(&server, &vera, "DELETE", &path, None).await, 403).await;
    assert_eq!(
        send(&server, &wanda, "DELETE", &path, None).await.status(),
        204
    );
    assert_eq!(
        room.until("question_deleted").await["question_id"],
        second["id"]
    );
    problem(send(&server, &wanda, "DELETE", &path, None).await, 404).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_ask_and_how_often() {
    let server = TestServer::start().await;
    let private = stream(&server, json!({ "visibility": "private" })).await;
    let stream = stream(&server, json!({})).await;
    let path = questions(&stream);
    let (_, vera) = account(&server, "vera", "viewer").await;
    let guest = server
        .http
        .post(server.url(&path))
        .json(&json!({ "text": "x" }));
    problem(guest.send().await.unwrap(), 401).await;
    assert_eq!(server.get(&path).send().await.unwrap().status(), 200);
    let hidden = send(&server, &vera, "GET", &questions(&private), None).await;
    problem(hidden, 404).await;

    let long = "x".repeat(501);
    for text in ["", " \u{200b} ", long.as_str()] {
        let answer = post(&server, &vera, &path, json!({ "text": text })).await;
        let problem = problem(answer, 422).await;
        assert_eq!(fields(&problem), ["text"]);
    }
    let odd = send(&server, &vera, "GET", &format!("{path}?state=odd"), None).await;
    assert_eq!(fields(&problem(odd, 422).await), ["state"]);
    for n in 0..5 {
        ask(&server, &vera, &stream, &format!("Question {n}?")).await;
    }
    let answer = post(&server, &vera, &path, json!({ "text": "One more?" })).await;
    assert!(answer.headers().contains_key("retry-after"));
    problem(answer, 429).await;

    // Who is kept from writing in the chat neither asks nor votes.
    let (_, wanda) = account(&server, "wanda", "viewer").await;
    let asked = ask(&server, &wanda, &stream, "May I?").await;
    let chat = format!("/api/streams/{}/chat", id(&stream));
    let said = post(&server, &wanda, &chat, json!({ "message": "Hey" })).await;
    let said: Value = said.json().await.unwrap();
    let bans = format!("/api/streams/{}/bans", id(&stream));
    let ban = json!({ "message_id": said["id"], "seconds": 600 });
    assert_eq!(post(&server, &server.token, &bans, ban).await.status(), 201);
    let answer = post(&server, &wanda, &path, json!({ "text": "And now?" })).await;
    assert_eq!(problem(answer, 403).await["type"], "/problems/chat-banned");
    let vote = format!("{path}/{}/vote", id(&asked));
    let answer = send(&server, &wanda, "PUT", &vote, None).await;
    assert_eq!(problem(answer, 403).await["type"], "/problems/chat-banned");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_takes_their_questions_and_votes_along() {
    let server = TestServer::start().await;
    let stream = stream(&server, json!({})).await;
    let (vera_id, vera) = account(&server, "vera", "viewer").await;
    let (_, wanda) = account(&server, "wanda", "viewer").await;
    ask(&server, &vera, &stream, "Mine?").await;
    let stays = ask(&server, &wanda, &stream, "Hers?").await;
    let vote = format!("{}/{}/vote", questions(&stream), id(&stays));
    for token in [&vera, &wanda] {
        send(&server, token, "PUT", &vote, None).await;
    }
    let export = read(&server, &vera, "/api/account/export").await;
    assert_eq!(export["live"]["questions"][0]["text"], "Mine?");
    assert_eq!(
        export["live"]["question_votes"][0]["question_id"],
        stays["id"]
    );
    let left = format!("/api/users/{vera_id}");
    let left = server.operator("DELETE", &left).send().await.unwrap();
    assert_eq!(left.status(), 204);
    let list = server.json(&questions(&stream)).await;
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!(
        (&list[0]["id"], &list[0]["votes"]),
        (&stays["id"], &json!(1))
    );
}
