//! Letters, through a mail server that speaks SMTP: confirming addresses, and
//! forgotten passwords.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;

use super::{PASSWORD, Person, post, sign_in};
use crate::support::{TestServer, fields, problem};

/// A mail server that takes every letter.
struct Postbox {
    url: String,
    letters: Arc<Mutex<Vec<(String, String)>>>,
}

impl Postbox {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let letters = Arc::new(Mutex::new(Vec::new()));
        let kept = letters.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(serve(client, kept.clone()));
            }
        });
        Self { url, letters }
    }

    /// The next letter to this address.
    async fn letter(&self, to: &str) -> String {
        for _ in 0..300 {
            let mut letters = self.letters.lock().await;
            if let Some(at) = letters.iter().position(|(whom, _)| whom == to) {
                return letters.remove(at).1;
            }
            drop(letters);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no letter came to {to}");
    }

    /// What the link in the next letter to this address carries.
    async fn token(&self, to: &str, page: &str) -> String {
        let letter = self.letter(to).await.replace("=\n", "").replace("=3D", "=");
        let link = format!("https://films.example.org/{page}#");
        let rest = letter
            .split_once(&link)
            .unwrap_or_else(|| panic!("no link in {letter}"))
            .1;
        rest.split_whitespace().next().unwrap().to_owned()
    }
}

/// RFC 5321, as far as a client needs it.
async fn serve(client: TcpStream, letters: Arc<Mutex<Vec<(String, String)>>>) {
    let (read, mut write) = client.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut to = String::new();
    write.write_all(b"220 postbox\r\n").await.unwrap();
    while let Ok(Some(line)) = lines.next_line().await {
        let word = line.get(..4).unwrap_or_default().to_uppercase();
        let answer = match word.as_str() {
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                "250 OK"
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await.unwrap();
                let mut letter = String::new();
                while let Ok(Some(line)) = lines.next_line().await {
                    if line == "." {
                        break;
                    }
                    letter.push_str(&line);
                    letter.push('\n');
                }
                letters.lock().await.push((to.clone(), letter));
                "250 kept"
            }
            "QUIT" => "221 bye",
            _ => "250 postbox",
        };
        if write
            .write_all(format!("{answer}\r\n").as_bytes())
            .await
            .is_err()
        {
            return;
        }
    }
}

async fn server(postbox: &Postbox, registration: &str) -> TestServer {
    TestServer::with(&[
        ("smtp_url", &postbox.url),
        ("mail_from", "Film club <films@example.org>"),
        ("public_url", "https://films.example.org"),
        ("registration", registration),
    ])
    .await
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_letter() {
    let postbox = Postbox::open().await;
    let server = server(&postbox, "open").await;
    assert_eq!(server.json("/api/instance").await["mail"], true);
    let wish = json!({ "username": "ada", "password": PASSWORD, "email": "ada@example.org" });
    assert_eq!(post(&server, "/api/accounts", wish).await.status(), 201);
    let token = postbox.token("ada@example.org", "verify-email").await;
    let verify = || {
        post(
            &server,
            "/api/account/verify-email",
            json!({ "token": token }),
        )
    };
    assert_eq!(verify().await.status(), 204);
    assert_eq!(fields(&problem(verify().await, 422).await), ["token"]);
    let session = sign_in(
        &server,
        json!({ "username": "ada@example.org", "password": PASSWORD }),
    )
    .await;
    let session: serde_json::Value = session.json().await.unwrap();
    let old = session["token"].as_str().unwrap().to_owned();

    let asked = post(
        &server,
        "/api/account/reset",
        json!({ "login": "Ada@example.org" }),
    )
    .await;
    let nobody = post(
        &server,
        "/api/account/reset",
        json!({ "login": "nobody@example.org" }),
    )
    .await;
    assert_eq!(
        (asked.status().as_u16(), nobody.status().as_u16()),
        (202, 202)
    );
    assert_eq!(asked.bytes().await.unwrap(), nobody.bytes().await.unwrap());
    let first = postbox.token("ada@example.org", "reset").await;
    // A second one makes the first worthless.
    post(&server, "/api/account/reset", json!({ "login": "ada" })).await;
    let token = postbox.token("ada@example.org", "reset").await;
    let choose = |token: &str| {
        let body = json!({ "token": token, "password": "another long one" });
        post(&server, "/api/account/reset/confirm", body)
    };
    assert_eq!(fields(&problem(choose(&first).await, 422).await), ["token"]);
    assert_eq!(choose(&token).await.status(), 204);
    assert_eq!(fields(&problem(choose(&token).await, 422).await), ["token"]);
    assert!(
        postbox
            .letter("ada@example.org")
            .await
            .contains("password was changed")
    );
    problem(
        server
            .get("/api/account")
            .bearer_auth(old)
            .send()
            .await
            .unwrap(),
        401,
    )
    .await;
    problem(
        sign_in(&server, json!({ "username": "ada", "password": PASSWORD })).await,
        401,
    )
    .await;
    let new = json!({ "username": "ada", "password": "another long one" });
    assert_eq!(sign_in(&server, new).await.status(), 200);
}

#[tokio::test]
async fn followers_who_wish_it_are_written_to() {
    let postbox = Postbox::open().await;
    let server = server(&postbox, "open").await;
    let wish = json!({ "username": "ada", "password": PASSWORD, "email": "ada@example.org" });
    assert_eq!(post(&server, "/api/accounts", wish).await.status(), 201);
    let token = postbox.token("ada@example.org", "verify-email").await;
    let verify = json!({ "token": token });
    let verified = post(&server, "/api/account/verify-email", verify).await;
    assert_eq!(verified.status(), 204);
    let session = json!({ "username": "ada", "password": PASSWORD });
    let session: serde_json::Value = sign_in(&server, session).await.json().await.unwrap();
    let ada = |method: &str, path: &str| {
        let request = server
            .http
            .request(method.parse().unwrap(), server.url(path));
        request.bearer_auth(session["token"].as_str().unwrap())
    };
    let carol = Person::new(&server, "carol", "creator").await;
    let follow = format!("/api/users/{}/follow", carol.id);
    assert_eq!(ada("PUT", &follow).send().await.unwrap().status(), 200);
    let wishes = json!({ "email": true, "in_app": false });
    let kept = ada("PUT", "/api/account/notifications").json(&wishes);
    assert_eq!(kept.send().await.unwrap().status(), 200);
    let form = json!({ "title": "Nocturnes" });
    let stream = carol.send("POST", "/api/streams", form).await;
    let stream: serde_json::Value = stream.json().await.unwrap();
    let id = stream["id"].as_str().unwrap();
    carol
        .send("POST", &format!("/api/streams/{id}/start"), json!({}))
        .await;
    let letter = postbox.letter("ada@example.org").await;
    for wanted in ["carol is live", "Nocturnes", id] {
        assert!(letter.contains(wanted), "{letter}");
    }
    let told = ada("GET", "/api/notifications").send().await.unwrap();
    assert_eq!(told.json::<serde_json::Value>().await.unwrap(), json!([]));
}

#[tokio::test]
async fn operators_are_written_to_when_a_service_level_is_missed() {
    let postbox = Postbox::open().await;
    let server = server(&postbox, "open").await;
    let wish = json!({ "username": "ada", "password": PASSWORD, "email": "ada@example.org" });
    let made = post(&server, "/api/accounts", wish).await;
    assert_eq!(made.status(), 201);
    let token = postbox.token("ada@example.org", "verify-email").await;
    let verified = post(
        &server,
        "/api/account/verify-email",
        json!({ "token": token }),
    );
    assert_eq!(verified.await.status(), 204);
    let people = server.json("/api/users").await;
    let ada = people
        .as_array()
        .unwrap()
        .iter()
        .find(|account| account["username"] == "ada")
        .unwrap();
    let path = format!("/api/users/{}", ada["id"].as_str().unwrap());
    let risen = server
        .operator("PATCH", &path)
        .json(&json!({ "role": "administrator" }));
    assert_eq!(risen.send().await.unwrap().status(), 200);
    let video = server.external(json!({ "is_public": true })).await;
    let slow = json!({ "events": [{ "id": "1", "type": "first_frame", "play_id": "p",
        "video_id": video, "startup_ms": 5000 }] });
    assert_eq!(post(&server, "/api/events", slow).await.status(), 202);
    let counted = server.operator("POST", "/api/analytics/refresh");
    assert_eq!(counted.send().await.unwrap().status(), 204);
    let level = server
        .operator("PATCH", "/api/analytics/levels/startup_ms")
        .json(&json!({ "plays_min": 1 }));
    assert_eq!(level.send().await.unwrap().status(), 200);
    let letter = postbox.letter("ada@example.org").await;
    for wanted in ["Start-up time", "is missed", "/studio/analytics/levels"] {
        assert!(letter.contains(wanted), "{letter}");
    }
}

#[tokio::test]
async fn whose_an_address_is_is_told_to_its_owner_only() {
    let postbox = Postbox::open().await;
    let server = server(&postbox, "open").await;
    let new = json!({ "username": "ada", "email": "ada@example.org", "password": PASSWORD });
    let made = server.operator("POST", "/api/users").json(&new);
    assert_eq!(made.send().await.unwrap().status(), 201);
    let wish =
        |name: &str, email: &str| json!({ "username": name, "password": PASSWORD, "email": email });
    let taken = post(&server, "/api/accounts", wish("mallory", "ADA@example.org")).await;
    let free = post(&server, "/api/accounts", wish("grace", "grace@example.org")).await;
    assert_eq!(
        (taken.status().as_u16(), free.status().as_u16()),
        (201, 201)
    );
    let told = postbox.letter("ada@example.org").await;
    assert!(
        told.contains("belongs to an account there already"),
        "{told}"
    );
    assert!(!told.contains('#'), "no link: {told}");
    postbox.token("grace@example.org", "verify-email").await;
    // The address signs its owner in, and nobody else.
    let by_mail = json!({ "username": "ada@example.org", "password": PASSWORD });
    let who: serde_json::Value = sign_in(&server, by_mail).await.json().await.unwrap();
    assert_eq!(who["user"]["username"], "ada");
}

#[tokio::test]
async fn an_address_that_was_proven_stays_until_the_next_one_is() {
    let postbox = Postbox::open().await;
    let server = server(&postbox, "invitation").await;
    let ada = Person::new(&server, "ada", "viewer").await;
    let claim = |email: &str, password: &str| {
        ada.send(
            "POST",
            "/api/account/email",
            json!({ "email": email, "password": password }),
        )
    };
    let wrong = claim("ada@example.org", "not this one").await;
    assert_eq!(fields(&problem(wrong, 422).await), ["password"]);
    assert_eq!(claim("ada@example.org", PASSWORD).await.status(), 202);
    let account = ada.json("/api/account").await;
    assert_eq!(
        (&account["email"], &account["email_verified"]),
        (&json!("ada@example.org"), &json!(false))
    );
    let token = postbox.token("ada@example.org", "verify-email").await;
    post(
        &server,
        "/api/account/verify-email",
        json!({ "token": token }),
    )
    .await;
    assert_eq!(claim("lovelace@example.org", PASSWORD).await.status(), 202);
    let token = postbox.token("lovelace@example.org", "verify-email").await;
    let account = ada.json("/api/account").await;
    assert_eq!(
        (&account["email"], &account["email_verified"]),
        (&json!("ada@example.org"), &json!(true))
    );
    post(
        &server,
        "/api/account/verify-email",
        json!({ "token": token }),
    )
    .await;
    assert_eq!(
        ada.json("/api/account").await["email"],
        "lovelace@example.org"
    );
}

#[tokio::test]
async fn letters_are_not_asked_for_without_end() {
    let postbox = Postbox::open().await;
    let server = server(&postbox, "open").await;
    for _ in 0..20 {
        let answer = post(&server, "/api/account/reset", json!({ "login": "nobody" })).await;
        if answer.status() == 429 {
            assert!(answer.headers().contains_key("retry-after"));
            return;
        }
        assert_eq!(answer.status(), 202);
    }
    panic!("never slowed down");
}
