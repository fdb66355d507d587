//! No route tells of a hidden video: every route of the API's document is tried
//! with one, by those who must not learn that it exists.

use std::time::Duration;

use matinee_engines::db::{DatabaseUrl, Db};
use matinee_engines::id::Id;
use matinee_identity::{Bearer, InstanceSecret, StreamTokens};
use reqwest::Method;
use serde_json::{Value, json};

use crate::access_people::account;
use crate::live_streams::{id, stream};
use crate::support::TestServer;

/// A word that stands nowhere but in the hidden video.
const TITLE: &str = "Zyzzyvaquatsch";
/// Where whoever is asked for may look it up by words rather than by id.
const ASKED: &str = "q=Zyzzyvaquatsch&query=Zyzzyvaquatsch&genre=Zyzzyvaquatsch&limit=50";

/// Changes that name a thing elsewhere than in their address.
const NAMED: [(&str, &str, &str); 9] = [
    (
        "POST",
        "/api/playlists",
        r#"{"name":"Mine","video_ids":["ID"]}"#,
    ),
    (
        "POST",
        "/api/collections",
        r#"{"title":"Mine","items":["ID"]}"#,
    ),
    (
        "POST",
        "/api/reports",
        r#"{"subject_kind":"KIND","subject_id":"ID","reason":"spam"}"#,
    ),
    (
        "POST",
        "/api/events",
        r#"{"events":[{"type":"play","video_id":"ID"}]}"#,
    ),
    (
        "POST",
        "/api/metadata/confirm",
        r#"{"video_id":"ID","external_id":"1"}"#,
    ),
    (
        "POST",
        "/api/videos",
        r#"{"title":"Mine","video_url":"https://example.com/x.mp4","extra_of":"ID","extra_kind":"trailer"}"#,
    ),
    (
        "PATCH",
        "/api/videos",
        r#"{"ids":["ID"],"patch":{"studio":"Mine"}}"#,
    ),
    (
        "POST",
        "/api/channels/matches",
        r#"{"rules":{"tags":["Zyzzyvaquatsch"]}}"#,
    ),
    (
        "POST",
        "/api/channels/preview",
        r#"{"number":4321,"name":"Mine","programme":[{"source":{"items":["ID"]}}]}"#,
    ),
];

/// Somebody who must not learn of it.
struct Stranger {
    who: &'static str,
    token: Option<String>,
    query: String,
}

/// One answer as far as it can tell something.
async fn answer(
    server: &TestServer,
    stranger: &Stranger,
    method: &Method,
    path: &str,
    body: &Value,
) -> (u16, String) {
    let joint = if path.contains('?') { '&' } else { '?' };
    let path = match stranger.query.as_str() {
        "" => path.to_owned(),
        query => format!("{path}{joint}{query}"),
    };
    let mut request = server
        .http
        .request(method.clone(), server.url(&path))
        .timeout(Duration::from_secs(20));
    if let Some(token) = &stranger.token {
        request = request.bearer_auth(token);
    }
    if !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        request = request.json(body);
    }
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    // A stream of events has no end: its status says enough.
    let endless = response
        .headers()
        .get("content-type")
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    let body = if endless {
        String::new()
    } else {
        String::from_utf8_lossy(&response.bytes().await.unwrap()).into_owned()
    };
    (status, body)
}

/// An answer without what differs from one request to the next: identifiers,
/// and all that is counted or timed.
fn masked(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    for piece in body.split_inclusive(|c| !is_word(c)) {
        let word = piece.trim_end_matches(|c| !is_word(c));
        match word.split_once('_') {
            Some((_, id)) if id.len() == 26 => out.push_str("ID"),
            _ if word.bytes().any(|b| b.is_ascii_digit()) => {
                let digits: Vec<&str> = word.split(|c: char| c.is_ascii_digit()).collect();
                out.push_str(&digits.concat());
            }
            _ => out.push_str(word),
        }
        out.push_str(&piece[word.len()..]);
    }
    out
}

/// The path with the parameter at `place` filled with this id, and all others
/// with one of nothing.
fn filled(path: &str, place: usize, id: &str) -> String {
    let nothing = "thing_01h455vb4pex5vsknk084sn02q";
    let mut seen = 0;
    path.split('/')
        .map(|part| {
            let Some((before, rest)) = part.split_once('{') else {
                return part.to_owned();
            };
            let (_, after) = rest.split_once('}').unwrap_or_default();
            let value = if seen == place { id } else { nothing };
            seen += 1;
            format!("{before}{value}{after}")
        })
        .collect::<Vec<_>>()
        .join("/")
}

#[tokio::test(flavor = "multi_thread")]
async fn no_route_tells_of_a_hidden_video() {
    let server = TestServer::start().await;
    let hidden = server
        .external(
            json!({ "title": TITLE, "description": TITLE, "genre": TITLE,
            "tags": [TITLE], "is_public": false }),
        )
        .await;
    // There is something to find, or empty lists would prove nothing.
    server.external(json!({ "title": "Seen" })).await;
    let absent = Id::new("video").to_string();
    no_route_tells(&server, &hidden, &absent).await;
    // It is still there, and as it was.
    let video: Value = server.json(&format!("/api/videos/{hidden}")).await;
    assert_eq!(video["title"], TITLE);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_route_tells_of_a_hidden_stream() {
    let server = TestServer::start().await;
    let hidden = stream(
        &server,
        json!({ "title": TITLE, "description": TITLE, "category": TITLE,
            "tags": [TITLE], "is_private": true }),
    )
    .await;
    stream(&server, json!({ "title": "Seen" })).await;
    let absent = Id::new("stream").to_string();
    no_route_tells(&server, id(&hidden), &absent).await;
    let path = format!("/api/streams/{}", id(&hidden));
    assert_eq!(server.json(&path).await["title"], TITLE);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_route_tells_of_a_hidden_channel() {
    let server = TestServer::start().await;
    let make = async |body: Value| -> Value {
        let made = server.operator("POST", "/api/channels").json(&body);
        let made = made.send().await.unwrap();
        assert_eq!(made.status(), 201);
        made.json().await.unwrap()
    };
    let hidden = make(json!({ "number": 4711, "slug": "zyzzyva", "name": TITLE,
        "language": "en", "rules": { "tags": [TITLE] }, "visibility": "private" }))
    .await;
    make(json!({ "number": 5, "name": "Seen", "rules": {} })).await;
    let absent = Id::new("channel").to_string();
    no_route_tells(&server, id(&hidden), &absent).await;
    let path = format!("/api/channels/{}", id(&hidden));
    assert_eq!(server.json(&path).await["name"], TITLE);
    // By its number and its other name as little as by its identifier.
    let (_, viewer) = account(&server, "victor", "viewer").await;
    for token in [None, Some(viewer)] {
        let stranger = Stranger {
            who: "",
            token,
            query: String::new(),
        };
        for (name, absent) in [("4711", "4712"), ("zyzzyva", "zyzzyvb")] {
            for path in [
                "/api/channels/{}",
                "/api/channels/{}/schedule",
                "/api/channels/{}/as-run",
                "/api/channel/play/{}",
                "/media/channels/{}/master.m3u8",
                "/auto/v{}",
            ] {
                let [of_hidden, of_absent] = [name, absent].map(|name| {
                    let path = path.replace("{}", name);
                    let (server, stranger) = (&server, &stranger);
                    async move { answer(server, stranger, &Method::GET, &path, &Value::Null).await }
                });
                let (status, body) = of_hidden.await;
                assert_eq!((status, body), of_absent.await, "{path} {name}");
            }
        }
    }
}

/// Tries every route with what is hidden and with what does not exist.
async fn no_route_tells(server: &TestServer, hidden: &str, absent: &str) {
    let db = Db::open(&DatabaseUrl::Sqlite(server.data.path().join("matinee.db")))
        .await
        .unwrap();
    let tokens = StreamTokens::new(&InstanceSecret::load(&db).await.unwrap());
    let expired = tokens.issue(hidden, Bearer::new("somebody"), 1);
    let (_, viewer) = account(server, "vera", "viewer").await;
    let (_, creator) = account(server, "carol", "creator").await;
    let (_, moderator) = account(server, "mona", "moderator").await;
    let stranger = |who, token: Option<&String>, query: &str| Stranger {
        who,
        token: token.cloned(),
        query: query.to_owned(),
    };
    let forged = format!("token={}", "A".repeat(98));
    let nobody_s = "A".repeat(43);
    let strangers = [
        stranger("nobody", None, ""),
        stranger("a viewer", Some(&viewer), ""),
        stranger("another creator", Some(&creator), ""),
        stranger("a moderator", Some(&moderator), ""),
        stranger("a forged token", None, &forged),
        stranger("an expired token", None, &format!("token={expired}")),
        stranger("a session that is none", Some(&nobody_s), ""),
    ];
    let document = server.json("/api/openapi.json").await;
    let mut tried = Tried {
        server,
        hidden,
        absent,
        count: 0,
        leaks: Vec::new(),
    };
    for (path, item) in document["paths"].as_object().unwrap() {
        for (name, operation) in item.as_object().unwrap() {
            let known = ["get", "head", "post", "put", "patch", "delete"];
            if !known.contains(&name.as_str()) {
                continue;
            }
            let method: Method = name.to_uppercase().parse().unwrap();
            for stranger in &strangers {
                tried.route(stranger, &method, path, operation).await;
            }
        }
    }
    let kind = hidden.split('_').next().unwrap();
    for (method, path, body) in NAMED {
        let method: Method = method.parse().unwrap();
        for stranger in &strangers {
            let bodies = [hidden, absent].map(|id| {
                let body = body.replace("KIND", kind).replace("ID", id);
                serde_json::from_str::<Value>(&body).unwrap()
            });
            tried.body(stranger, &method, path, bodies).await;
        }
    }
    let Tried { count, leaks, .. } = tried;
    assert!(count > 200, "only {count} tried");
    assert!(leaks.is_empty(), "{count} tried:\n{}", leaks.join("\n"));
}

/// What was tried, and what it told.
struct Tried<'a> {
    server: &'a TestServer,
    hidden: &'a str,
    absent: &'a str,
    count: usize,
    leaks: Vec<String>,
}

impl Tried<'_> {
    /// One route of the document.
    async fn route(&mut self, stranger: &Stranger, method: &Method, path: &str, about: &Value) {
        let places = path.matches('{').count();
        let is_get = *method == Method::GET;
        if places == 0 && is_get {
            let url = format!("{path}?{ASKED}");
            let (_, body) = answer(self.server, stranger, method, &url, &Value::Null).await;
            self.count += 1;
            if body.contains(self.hidden) {
                self.leaks
                    .push(format!("{method} {url} as {}: its id", stranger.who));
            }
            // Whatever can be asked by name may be the name of what is hidden.
            let params = about["parameters"].as_array().into_iter().flatten();
            for param in params.filter(|param| param["in"] == "query") {
                let name = param["name"].as_str().unwrap();
                // A place in an order is before or after, whatever is there.
                if name == "cursor" {
                    continue;
                }
                let paths = [self.hidden, self.absent].map(|id| format!("{path}?{name}={id}"));
                self.pair(stranger, method, paths, [&json!({}), &json!({})])
                    .await;
            }
        }
        for place in 0..places {
            let paths = [self.hidden, self.absent].map(|id| filled(path, place, id));
            self.pair(stranger, method, paths, [&json!({}), &json!({})])
                .await;
        }
    }

    /// One change that names it in its body.
    async fn body(&mut self, stranger: &Stranger, method: &Method, path: &str, bodies: [Value; 2]) {
        let paths = [path.to_owned(), path.to_owned()];
        self.pair(stranger, method, paths, bodies.each_ref()).await;
    }

    /// The same of what is hidden and of what is absent.
    async fn pair(
        &mut self,
        stranger: &Stranger,
        method: &Method,
        paths: [String; 2],
        bodies: [&Value; 2],
    ) {
        let server = self.server;
        let (status, body) = answer(server, stranger, method, &paths[0], bodies[0]).await;
        let (absent_status, absent_body) =
            answer(server, stranger, method, &paths[1], bodies[1]).await;
        self.count += 1;
        let at = format!(
            "{method} {} {} as {}",
            paths[0].replace(self.hidden, "ID"),
            bodies[0],
            stranger.who
        );
        if body.contains(TITLE) && !bodies[0].to_string().contains(TITLE) {
            self.leaks.push(format!("{at}: its title"));
        }
        // Whoever once held a token knew of it; the bytes are closed.
        if stranger.who == "an expired token" && status == 403 {
            return;
        }
        if status != absent_status || masked(&body) != masked(&absent_body) {
            self.leaks.push(format!(
                "{at}: {status} {body}, where nothing is {absent_status} {absent_body}"
            ));
        }
    }
}
