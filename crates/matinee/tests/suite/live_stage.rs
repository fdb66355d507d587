//! Who may do what about a stage, over HTTP and real sockets. That its media goes through is
//! tested with real peers elsewhere: beside the code, and with browsers.

use reqwest::{Response, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};

use crate::access_people::account;
use crate::live_chat::Socket;
use crate::live_streams::{id, stream, with};
use crate::live_webrtc::offer;
use crate::support::{TestServer, fields, problem};

/// A stream's stage, as somebody sees it.
struct Stage<'a> {
    server: &'a TestServer,
    path: String,
}

impl<'a> Stage<'a> {
    fn of(server: &'a TestServer, stream: &Value) -> Self {
        let path = format!("/api/streams/{}/stage", id(stream));
        Self { server, path }
    }

    async fn send(&self, token: &str, method: &str, rest: &str, body: Option<Value>) -> Response {
        let path = format!("{}{rest}", self.path);
        let mut request = with(self.server, token, method, &path);
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await.unwrap()
    }

    async fn done(&self, token: &str, method: &str, rest: &str) -> Value {
        let answer = self.send(token, method, rest, None).await;
        let status = answer.status();
        assert!(status.is_success(), "{method} {rest}: {status}");
        if status == StatusCode::NO_CONTENT {
            return Value::Null;
        }
        answer.json().await.unwrap()
    }

    async fn seen(&self, token: &str) -> Value {
        self.done(token, "GET", "").await
    }

    /// Raises a hand, and gives under which id.
    async fn raise(&self, token: &str) -> String {
        let seen = self.done(token, "PUT", "/hand").await;
        assert_eq!(seen["you"]["place"], "hand");
        seen["you"]["id"].as_str().unwrap().to_owned()
    }

    async fn invite(&self, token: &str, guest: &str) -> Response {
        let rest = format!("/guests/{guest}/invitation");
        self.send(token, "PUT", &rest, None).await
    }
}

/// The next that a room is told of its stage in which this holds.
async fn told(room: &mut Socket, holds: impl Fn(&Value) -> bool) -> Value {
    loop {
        let stage = room.until("stage_updated").await["stage"].take();
        if holds(&stage) {
            return stage;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_raises_a_hand_is_invited_and_comes() {
    let server = TestServer::start().await;
    let stream = stream(&server, json!({})).await;
    let stage = Stage::of(&server, &stream);
    let (_, vera) = account(&server, "vera", "viewer").await;
    let (_, otto) = account(&server, "otto", "viewer").await;
    let host = server.token.clone();
    let mut room = Socket::open(&server, &stream, "", &[]).await.unwrap();
    let mut hosts = Socket::of(&server, &stream, &host).await;
    let mut hers = Socket::of(&server, &stream, &vera).await;
    for socket in [&mut room, &mut hosts, &mut hers] {
        socket.until("welcome").await;
    }

    // Who has not signed in looks on.
    let stranger = server.http.put(server.url(&format!("{}/hand", stage.path)));
    problem(stranger.send().await.unwrap(), 401).await;
    let seen: Value = server
        .get(&stage.path)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        (&seen["on_air"], &seen["seats"]),
        (&json!(false), &json!(8))
    );

    // By the socket as well as over HTTP, and once however often.
    hers.say(json!({ "type": "raise_hand" })).await;
    let own = told(&mut hers, |stage| stage["you"]["place"] == "hand").await;
    let guest = own["you"]["id"].as_str().unwrap().to_owned();
    assert_eq!(stage.raise(&vera).await, guest);
    // Everybody hears how many hands are up; whose they are, the hosts alone.
    let all = told(&mut room, |stage| stage["hands_up"] == 1).await;
    assert!(all.get("guests").is_none() && all.get("you").is_none());
    let theirs = told(&mut hosts, |stage| stage["hands_up"] == 1).await;
    assert_eq!(theirs["guests"][0]["username"], "vera");
    assert_eq!(theirs["guests"][0]["id"], json!(guest));
    assert_eq!(stage.seen(&otto).await["you"]["place"], "away");

    // Nobody comes uninvited, or is invited by anybody but a host.
    problem(stage.send(&vera, "PUT", "/seat", None).await, 403).await;
    problem(stage.invite(&otto, &guest).await, 403).await;
    problem(stage.invite(&vera, &guest).await, 403).await;
    problem(stage.invite(&host, id(&stream)).await, 404).await;
    assert_eq!(stage.invite(&host, &guest).await.status(), 200);
    told(&mut hers, |stage| stage["you"]["place"] == "invited").await;
    // What somebody is to the stage does not hang on their socket.
    drop(hers);
    let mut hers = Socket::of(&server, &stream, &vera).await;
    assert_eq!(stage.seen(&vera).await["you"]["place"], "invited");
    let come = stage.done(&vera, "PUT", "/seat").await;
    assert_eq!(
        come["you"],
        json!({ "id": guest, "place": "on_stage", "hosts": false })
    );
    assert_eq!(come["participants"][0]["username"], "vera");
    assert_eq!(come["participants"][0]["connected"], false);
    told(&mut room, |stage| {
        stage["participants"][0]["id"] == json!(guest)
    })
    .await;

    // Hosts silence; only oneself speaks again.
    let seat = format!("/guests/{guest}");
    let change =
        async |token: &str, body: Value| stage.send(token, "PATCH", &seat, Some(body)).await;
    problem(change(&otto, json!({ "muted": true })).await, 403).await;
    assert_eq!(
        change(&host, json!({ "muted": true, "camera_off": true }))
            .await
            .status(),
        200
    );
    told(&mut hers, |stage| stage["participants"][0]["muted"] == true).await;
    problem(change(&host, json!({ "muted": false })).await, 403).await;
    assert_eq!(change(&vera, json!({ "muted": false })).await.status(), 200);
    problem(change(&vera, json!({ "loud": true })).await, 422).await;

    // The layout is the hosts' to choose.
    let layout = async |token: &str, word: &str| {
        let body = json!({ "layout": word });
        stage.send(token, "PATCH", "", Some(body)).await
    };
    problem(layout(&vera, "grid").await, 403).await;
    let wrong = problem(layout(&host, "circus").await, 422).await;
    assert_eq!(fields(&wrong), ["layout"]);
    assert_eq!(layout(&host, "grid").await.status(), 200);
    assert_eq!(stage.seen(&vera).await["layout"], "grid");

    // Removed, they are of the audience again; and may raise their hand again.
    problem(stage.send(&otto, "DELETE", &seat, None).await, 403).await;
    stage.done(&host, "DELETE", &seat).await;
    problem(stage.send(&host, "DELETE", &seat, None).await, 404).await;
    told(&mut room, |stage| stage["participants"] == json!([])).await;
    let again = stage.raise(&vera).await;
    assert_ne!(again, guest);
    stage.done(&vera, "DELETE", "/hand").await;
    stage.done(&vera, "DELETE", "/hand").await;
    told(&mut room, |stage| stage["hands_up"] == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_room_for_eight_and_the_host_comes_uninvited() {
    let server = TestServer::start().await;
    let stream = stream(&server, json!({})).await;
    let stage = Stage::of(&server, &stream);
    let host = server.token.clone();
    let here = stage.done(&host, "PUT", "/seat").await;
    assert_eq!(here["you"]["hosts"], true);
    let mut people = Vec::new();
    for n in 0..8 {
        let (_, token) = account(&server, &format!("guest{n}"), "viewer").await;
        let guest = stage.raise(&token).await;
        people.push((token, guest));
    }
    for (_, guest) in &people[..7] {
        assert_eq!(stage.invite(&host, guest).await.status(), 200);
    }
    problem(stage.invite(&host, &people[7].1).await, 409).await;
    for (token, _) in &people[..7] {
        stage.done(token, "PUT", "/seat").await;
    }
    let full = stage.seen(&host).await;
    assert_eq!(full["participants"].as_array().unwrap().len(), 8);
    problem(stage.invite(&host, &people[7].1).await, 409).await;
    // Whoever leaves makes room.
    stage.done(&people[0].0, "DELETE", "/seat").await;
    assert_eq!(stage.invite(&host, &people[7].1).await.status(), 200);
    stage.done(&people[7].0, "DELETE", "/hand").await;
    assert_eq!(stage.seen(&host).await["guests"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_is_as_hidden_as_its_stream_and_closed_to_who_may_not_write() {
    let server = TestServer::start().await;
    let (_, vera) = account(&server, "vera", "viewer").await;
    let private = stream(&server, json!({ "is_private": true })).await;
    let stage = Stage::of(&server, &private);
    for (method, rest) in [
        ("GET", ""),
        ("PUT", "/hand"),
        ("PUT", "/seat"),
        ("PUT", "/programme"),
    ] {
        problem(stage.send(&vera, method, rest, None).await, 404).await;
    }
    let quiet = stream(&server, json!({ "chat_from": "moderators" })).await;
    let stage = Stage::of(&server, &quiet);
    problem(stage.send(&vera, "PUT", "/hand", None).await, 403).await;
    // The programme is the owner's to begin, and there has to be somebody in it.
    problem(stage.send(&vera, "PUT", "/programme", None).await, 403).await;
    problem(
        stage.send(&server.token, "PUT", "/programme", None).await,
        409,
    )
    .await;
    problem(stage.send(&vera, "DELETE", "/programme", None).await, 403).await;
    stage.done(&server.token, "DELETE", "/programme").await;
}

fn offered(sdp: &str, sends: &Value) -> Value {
    json!({ "sdp": sdp, "sends": sends, "receives": [] })
}

#[rstest]
#[case::rubbish("rubbish", json!([]), 400)]
#[case::not_a_track("", json!([{ "mid": "0", "track": "smell" }]), 422)]
#[case::not_a_place("", json!([{ "mid": "0 1", "track": "camera" }]), 422)]
#[case::twice("", json!([{ "mid": "0", "track": "camera" }, { "mid": "1", "track": "camera" }]), 406)]
#[case::nothing("v=0\r\n", json!([]), 400)]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_offer_is_refused(#[case] sdp: &str, #[case] sends: Value, #[case] status: u16) {
    let server = TestServer::start().await;
    let stream = stream(&server, json!({})).await;
    let stage = Stage::of(&server, &stream);
    stage.done(&server.token, "PUT", "/seat").await;
    let good = offer("sendonly");
    let sdp = if sdp.is_empty() { &good } else { sdp };
    let body = offered(sdp, &sends);
    let answer = stage
        .send(&server.token, "POST", "/sessions", Some(body))
        .await;
    problem(answer, status).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_is_on_the_stage_connects_and_may_offer_again() {
    let server = TestServer::start().await;
    let stream = stream(&server, json!({})).await;
    let stage = Stage::of(&server, &stream);
    let (_, vera) = account(&server, "vera", "viewer").await;
    let sends = json!([{ "mid": "0", "track": "microphone" }, { "mid": "1", "track": "camera" }]);
    let body = || Some(offered(&offer("sendonly"), &sends));
    problem(stage.send(&vera, "POST", "/sessions", body()).await, 403).await;
    stage.done(&server.token, "PUT", "/seat").await;
    let begun = stage.send(&server.token, "POST", "/sessions", body()).await;
    assert_eq!(begun.status(), StatusCode::CREATED);
    let begun: Value = begun.json().await.unwrap();
    let answer = begun["sdp"].as_str().unwrap();
    assert!(
        answer.contains("a=ice-lite") && answer.contains("a=recvonly"),
        "{answer}"
    );
    let session = format!("/sessions/{}", begun["session"].as_str().unwrap());
    let seen = stage.seen(&vera).await;
    assert_eq!(seen["participants"][0]["camera"], true);
    assert_eq!(seen["participants"][0]["screen"], false);

    let again = stage.send(&server.token, "PUT", &session, body()).await;
    assert_eq!(again.status(), StatusCode::OK);
    let none = "/sessions/0123456789";
    problem(stage.send(&server.token, "PUT", none, body()).await, 404).await;
    stage.done(&server.token, "DELETE", &session).await;
    problem(
        stage.send(&server.token, "DELETE", &session, None).await,
        404,
    )
    .await;
    // The seat stays for a while.
    assert_eq!(
        stage.seen(&vera).await["participants"][0]["connected"],
        false
    );
}
