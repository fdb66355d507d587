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
        request = request.json(&json!({}));
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
    let strangers = [
        stranger("nobody", None, ""),
        stranger("a viewer", Some(&viewer), ""),
        stranger("another creator", Some(&creator), ""),
        stranger("a moderator", Some(&moderator), ""),
        stranger("a forged token", None, &forged),
        stranger("an expired token", None, &format!("token={expired}")),
    ];
    let document = server.json("/api/openapi.json").await;
    let mut tried = 0;
    let mut leaks = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let methods = item.as_object().unwrap().keys().filter_map(|name| {
            let known = ["get", "head", "post", "put", "patch", "delete"];
            known
                .contains(&name.as_str())
                .then(|| name.to_uppercase().parse::<Method>().unwrap())
        });
        let places = path.matches('{').count();
        for method in methods {
            for stranger in &strangers {
                if places == 0 {
                    if method != Method::GET {
                        continue;
                    }
                    let url = format!("{path}?{ASKED}");
                    let (_, body) = answer(server, stranger, &method, &url).await;
                    tried += 1;
                    if body.contains(hidden) {
                        leaks.push(format!("{method} {url} as {}: its id", stranger.who));
                    }
                    continue;
                }
                for place in 0..places {
                    let [of_hidden, of_absent] = [hidden, absent].map(|id| {
                        let path = filled(path, place, id);
                        let method = &method;
                        async move { answer(server, stranger, method, &path).await }
                    });
                    let (status, body) = of_hidden.await;
                    let (absent_status, absent_body) = of_absent.await;
                    tried += 1;
                    let at = format!("{method} {} as {}", filled(path, place, "ID"), stranger.who);
                    if body.contains(TITLE) {
                        leaks.push(format!("{at}: its title"));
                    }
                    // Whoever once held a token knew of it; the bytes are closed.
                    if stranger.who == "an expired token" && status == 403 {
                        continue;
                    }
                    let same = body.replace(hidden, "ID") == absent_body.replace(absent, "ID");
                    if status != absent_status || !same {
                        leaks.push(format!(
                            "{at}: {status} {body}, where nothing is {absent_status} {absent_body}"
                        ));
                    }
                }
            }
        }
    }
    assert!(tried > 200, "only {tried} tried");
    assert!(leaks.is_empty(), "{tried} tried:\n{}", leaks.join("\n"));
}
