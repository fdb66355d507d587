//! Registration, invitations, looking after accounts, leaving.

use rstest::rstest;
use serde_json::{Value, json};

use super::{PASSWORD, Person, post, sign_in};
use crate::discovery::until;
use crate::support::{TestServer, fields, problem};

#[tokio::test]
async fn without_an_invitation_nobody_gets_in() {
    let server = TestServer::start().await;
    let instance = server.json("/api/instance").await;
    assert_eq!(instance["registration"], "invitation");
    assert_eq!(instance["mail"], false);
    assert_eq!(instance["oidc"], json!([]));
    let wish = |invitation: &str, name: &str| json!({ "username": name, "password": PASSWORD, "invitation": invitation });
    let refused = problem(post(&server, "/api/accounts", wish("", "ada")).await, 422).await;
    assert_eq!(fields(&refused), ["invitation"]);
    let refused = problem(
        post(&server, "/api/accounts", wish("guess", "ada")).await,
        422,
    )
    .await;
    assert_eq!(fields(&refused), ["invitation"]);

    let new = json!({ "role": "creator", "note": "the film club", "max_uses": 2 });
    let made = server.operator("POST", "/api/invitations").json(&new);
    let made = made.send().await.unwrap();
    assert_eq!(made.status(), 201);
    let made: Value = made.json().await.unwrap();
    let token = made["token"].as_str().unwrap();
    assert!(
        made["link"]
            .as_str()
            .unwrap()
            .ends_with(&format!("/register#{token}"))
    );
    let listed = server.json("/api/invitations").await;
    assert!(listed[0].get("token").is_none(), "shown once");

    let joined = post(&server, "/api/accounts", wish(token, "Ada")).await;
    assert_eq!(joined.status(), 201);
    assert!(joined.headers().contains_key("set-cookie"));
    let joined: Value = joined.json().await.unwrap();
    assert_eq!(joined["user"]["username"], "ada");
    assert_eq!(joined["user"]["role"], "creator");
    // A name that is taken uses nothing up.
    let taken = problem(
        post(&server, "/api/accounts", wish(token, "ADA")).await,
        422,
    )
    .await;
    assert_eq!(fields(&taken), ["username"]);
    let second = post(&server, "/api/accounts", wish(token, "grace")).await;
    assert_eq!(second.status(), 201);
    let third = problem(
        post(&server, "/api/accounts", wish(token, "mary")).await,
        422,
    )
    .await;
    assert_eq!(fields(&third), ["invitation"]);
    let listed = server.json("/api/invitations").await;
    assert_eq!(
        (&listed[0]["uses"], &listed[0]["active"]),
        (&json!(2), &json!(false))
    );
    let path = format!("/api/invitations/{}", made["id"].as_str().unwrap());
    let gone = server.operator("DELETE", &path).send().await.unwrap();
    assert_eq!(gone.status(), 204);
    let gone = server.operator("DELETE", &path).send().await.unwrap();
    problem(gone, 404).await;
}

#[tokio::test]
async fn an_invitation_for_one_is_used_by_one_of_many() {
    let server = TestServer::start().await;
    let made = server.operator("POST", "/api/invitations").json(&json!({}));
    let made: Value = made.send().await.unwrap().json().await.unwrap();
    let wishes = (0..4).map(|n| {
        let wish = json!({
            "username": format!("person{n}"), "password": PASSWORD, "invitation": made["token"],
        });
        post(&server, "/api/accounts", wish)
    });
    let answers = futures::future::join_all(wishes).await;
    let joined = answers.iter().filter(|answer| answer.status() == 201);
    assert_eq!(joined.count(), 1);
}

#[rstest]
#[case("open", 201)]
#[case("closed", 403)]
#[tokio::test]
async fn registration_is_as_the_operator_says(#[case] setting: &str, #[case] status: u16) {
    let server = TestServer::with(&[("registration", setting)]).await;
    let wish = json!({ "username": "ada", "password": PASSWORD });
    let answer = post(&server, "/api/accounts", wish).await;
    assert_eq!(answer.status().as_u16(), status);
    if status == 201 {
        let joined: Value = answer.json().await.unwrap();
        assert_eq!(joined["user"]["role"], "viewer");
        for (wish, field) in [
            (
                json!({ "username": "a b", "password": PASSWORD }),
                "username",
            ),
            (json!({ "username": "b", "password": "short" }), "password"),
            (
                json!({ "username": "b", "password": PASSWORD, "email": "nowhere" }),
                "email",
            ),
        ] {
            let wrong = problem(post(&server, "/api/accounts", wish).await, 422).await;
            assert_eq!(fields(&wrong), [field]);
        }
    }
}

#[tokio::test]
async fn registering_again_and_again_is_slowed_down() {
    let server = TestServer::with(&[("registration", "open")]).await;
    for n in 0..30 {
        let wish = json!({ "username": format!("robot{n}"), "password": PASSWORD });
        let answer = post(&server, "/api/accounts", wish).await;
        if answer.status() == 429 {
            assert!(answer.headers().contains_key("retry-after"));
            return;
        }
        assert_eq!(answer.status(), 201);
    }
    panic!("never slowed down");
}

#[tokio::test]
async fn administrators_look_after_accounts() {
    let server = TestServer::start().await;
    let ada = Person::new(&server, "ada", "viewer").await;
    for path in ["/api/users", "/api/invitations"] {
        problem(ada.ask("GET", path).send().await.unwrap(), 403).await;
        problem(server.get(path).send().await.unwrap(), 401).await;
    }
    let path = format!("/api/users/{}", ada.id);
    let found = server
        .json("/api/users?q=AD&role=viewer&disabled=false")
        .await;
    assert_eq!(found[0]["id"], ada.id.as_str());
    assert_eq!(found.as_array().unwrap().len(), 1);
    let nobody = server.json("/api/users?q=%25").await;
    assert_eq!(nobody, json!([]), "a per cent sign means itself");

    let change = |body: Value| server.operator("PATCH", &path).json(&body).send();
    let promoted: Value = change(json!({ "role": "administrator" }))
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(promoted["role"], "administrator");
    // At once, in sessions that are open.
    assert_eq!(
        ada.ask("GET", "/api/users").send().await.unwrap().status(),
        200
    );
    change(json!({ "role": "viewer" })).await.unwrap();
    problem(ada.ask("GET", "/api/users").send().await.unwrap(), 403).await;
    let wrong = problem(change(json!({ "role": "king" })).await.unwrap(), 422).await;
    assert_eq!(fields(&wrong), ["role"]);

    let disabled: Value = change(json!({ "disabled": true }))
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(disabled["disabled"], true);
    problem(ada.ask("GET", "/api/account").send().await.unwrap(), 401).await;
    let credentials = json!({ "username": "ada", "password": PASSWORD });
    problem(sign_in(&server, credentials.clone()).await, 403).await;
    change(json!({ "disabled": false })).await.unwrap();
    assert_eq!(sign_in(&server, credentials.clone()).await.status(), 200);

    let gone = server.operator("DELETE", &path).send().await.unwrap();
    assert_eq!(gone.status(), 204);
    problem(sign_in(&server, credentials).await, 401).await;
    problem(server.operator("GET", &path).send().await.unwrap(), 404).await;
    let log = server.json(&format!("/api/audit?subject={}", ada.id)).await;
    let acts: Vec<&str> = log
        .as_array()
        .unwrap()
        .iter()
        .map(|act| act["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        acts,
        [
            "user.delete",
            "user.enable",
            "user.disable",
            "user.role",
            "user.role",
            "user.create"
        ]
    );
}

#[tokio::test]
async fn there_is_always_an_administrator() {
    let server = TestServer::start().await;
    let me = server.json("/api/account").await;
    let path = format!("/api/users/{}", me["id"].as_str().unwrap());
    for body in [json!({ "role": "viewer" }), json!({ "disabled": true })] {
        let refused = server.operator("PATCH", &path).json(&body);
        problem(refused.send().await.unwrap(), 409).await;
    }
    problem(server.operator("DELETE", &path).send().await.unwrap(), 409).await;
    let other = Person::new(&server, "grace", "administrator").await;
    let left = server
        .operator("PATCH", &path)
        .json(&json!({ "role": "viewer" }));
    assert_eq!(left.send().await.unwrap().status(), 200);
    assert_eq!(
        other
            .ask("GET", "/api/users")
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
}

#[tokio::test]
async fn an_account_without_password_begins_with_a_link() {
    let server = TestServer::start().await;
    let new = json!({ "username": "ada", "email": "Ada@Example.org" });
    let made = server.operator("POST", "/api/users").json(&new);
    let made: Value = made.send().await.unwrap().json().await.unwrap();
    assert_eq!(made["email"], "ada@example.org");
    assert_eq!(made["has_password"], false);
    let empty = json!({ "username": "ada", "password": "" });
    problem(sign_in(&server, empty).await, 401).await;
    let token = made["link"].as_str().unwrap().split_once('#').unwrap().1;
    let choose = |password: &str| json!({ "token": token, "password": password });
    let short = post(&server, "/api/account/reset/confirm", choose("short")).await;
    assert_eq!(fields(&problem(short, 422).await), ["password"]);
    let chosen = post(&server, "/api/account/reset/confirm", choose(PASSWORD)).await;
    assert_eq!(chosen.status(), 204);
    let again = post(&server, "/api/account/reset/confirm", choose(PASSWORD)).await;
    assert_eq!(fields(&problem(again, 422).await), ["token"]);
    let by_mail = json!({ "username": "ADA@example.org", "password": PASSWORD });
    assert_eq!(sign_in(&server, by_mail).await.status(), 200);
}

#[tokio::test]
async fn another_password_ends_all_other_sessions() {
    let server = TestServer::start().await;
    let ada = Person::new(&server, "ada", "viewer").await;
    let here = sign_in(&server, json!({ "username": "ada", "password": PASSWORD })).await;
    let here: Value = here.json().await.unwrap();
    let elsewhere = ada;
    let here = Person {
        server: &server,
        id: elsewhere.id.clone(),
        token: here["token"].as_str().unwrap().to_owned(),
    };
    let sessions = here.json("/api/account/sessions").await;
    assert_eq!(sessions.as_array().unwrap().len(), 2);
    let wrong = json!({ "current_password": "not this", "new_password": "another long one" });
    let wrong = here.send("POST", "/api/account/password", wrong).await;
    assert_eq!(fields(&problem(wrong, 422).await), ["current_password"]);
    let none = here.send(
        "POST",
        "/api/account/password",
        json!({ "new_password": "another long one" }),
    );
    assert_eq!(
        fields(&problem(none.await, 422).await),
        ["current_password"]
    );
    let right = json!({ "current_password": PASSWORD, "new_password": "another long one" });
    let right = here.send("POST", "/api/account/password", right).await;
    assert_eq!(right.status(), 204);
    problem(
        elsewhere.ask("GET", "/api/account").send().await.unwrap(),
        401,
    )
    .await;
    assert_eq!(here.json("/api/account").await["username"], "ada");
    problem(
        sign_in(&server, json!({ "username": "ada", "password": PASSWORD })).await,
        401,
    )
    .await;
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let server = TestServer::start().await;
    let ada = Person::new(&server, "ada", "viewer").await;
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let other = server
        .http
        .post(server.url("/api/session"))
        .header("user-agent", firefox)
        .json(&json!({ "username": "ada", "password": PASSWORD }));
    let other: Value = other.send().await.unwrap().json().await.unwrap();
    let sessions = ada.json("/api/account/sessions").await;
    let sessions = sessions.as_array().unwrap();
    let there = sessions
        .iter()
        .find(|s| s["device"] == "Firefox on Linux")
        .unwrap();
    assert_eq!(there["current"], false);
    assert_eq!(there["addr"], "127.0.0.1");
    assert_eq!(sessions.iter().filter(|s| s["current"] == true).count(), 1);
    let path = format!("/api/account/sessions/{}", there["id"].as_str().unwrap());
    let grace = Person::new(&server, "grace", "administrator").await;
    problem(grace.ask("DELETE", &path).send().await.unwrap(), 404).await;
    assert_eq!(ada.ask("DELETE", &path).send().await.unwrap().status(), 204);
    let gone = server
        .get("/api/account")
        .bearer_auth(other["token"].as_str().unwrap());
    problem(gone.send().await.unwrap(), 401).await;
    assert_eq!(ada.json("/api/account").await["username"], "ada");
}

#[tokio::test]
async fn somebody_leaves_with_all_that_is_theirs() {
    let server = TestServer::start().await;
    let ada = Person::new(&server, "ada", "creator").await;
    let film = json!({ "title": "Mine", "video_url": "https://example.com/film.mp4" });
    let film: Value = ada
        .send("POST", "/api/videos", film)
        .await
        .json()
        .await
        .unwrap();
    let late = json!({ "number": 9, "name": "Late", "rules": {} });
    let channel = ada.send("POST", "/api/channels", late).await;
    assert_eq!(channel.status(), 201);
    let export = ada.ask("GET", "/api/account/export").send().await.unwrap();
    assert!(
        export.headers()["content-disposition"]
            .to_str()
            .unwrap()
            .starts_with("attachment")
    );
    let export: Value = export.json().await.unwrap();
    assert_eq!(export["account"]["username"], "ada");
    assert_eq!(export["sessions"].as_array().unwrap().len(), 1);
    assert_eq!(export["videos"][0]["title"], "Mine");
    assert_eq!(export["channels"][0]["name"], "Late");
    assert!(
        !export.to_string().contains("argon2"),
        "no secret is exported"
    );

    let refused = ada
        .send("DELETE", "/api/account", json!({ "password": "wrong one" }))
        .await;
    assert_eq!(fields(&problem(refused, 422).await), ["password"]);
    let left = ada
        .send("DELETE", "/api/account", json!({ "password": PASSWORD }))
        .await;
    assert_eq!(left.status(), 204);
    problem(ada.ask("GET", "/api/account").send().await.unwrap(), 401).await;
    // The film stays, and no longer says whose it was.
    let path = format!("/api/videos/{}", film["id"].as_str().unwrap());
    let film = server.json(&path).await;
    assert_eq!(film["title"], "Mine");
    assert!(!film.to_string().contains(&ada.id), "{film}");
    // So does the channel, once every node knows.
    let channel = until(&server, "/api/channels/9", true, |channel| {
        channel["owner_id"].is_null()
    })
    .await;
    assert_eq!(channel["name"], "Late");
}
