//! Authenticators, recovery codes, and passkeys.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha1::Sha1;

use super::{PASSWORD, Person, post, sign_in};
use crate::support::{TestServer, fields, problem};

/// What an authenticator shows, so many steps from now; written apart from the
/// program's own.
fn shown(secret: &str, steps: i64) -> String {
    let mut bits = String::new();
    for letter in secret.bytes() {
        let value = if letter.is_ascii_digit() {
            letter - b'2' + 26
        } else {
            letter - b'A'
        };
        let _ = write!(bits, "{value:05b}");
    }
    let key: Vec<u8> = (0..bits.len() / 8)
        .map(|n| u8::from_str_radix(&bits[n * 8..n * 8 + 8], 2).unwrap())
        .collect();
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let step = i64::try_from(now.as_secs()).unwrap() / 30 + steps;
    let mac = Hmac::<Sha1>::new_from_slice(&key)
        .unwrap()
        .chain_update(step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 15);
    let number = u32::from_be_bytes(hash[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

#[tokio::test]
async fn an_authenticator_is_asked_and_each_code_is_good_once() {
    let server = TestServer::with(&[("name", "Film club")]).await;
    let ada = Person::new(&server, "ada", "viewer").await;
    let begun = ada
        .send("POST", "/api/account/totp", json!({ "password": PASSWORD }))
        .await;
    assert_eq!(begun.status(), 200);
    let begun: Value = begun.json().await.unwrap();
    let secret = begun["secret"].as_str().unwrap();
    let url = begun["url"].as_str().unwrap();
    assert!(
        url.starts_with("otpauth://totp/Film%20club:ada?secret="),
        "{url}"
    );
    // Until it is confirmed, nothing changes.
    let plain = json!({ "username": "ada", "password": PASSWORD });
    assert_eq!(sign_in(&server, plain.clone()).await.status(), 200);
    let wrong = ada
        .send(
            "POST",
            "/api/account/totp/confirm",
            json!({ "code": "000000x" }),
        )
        .await;
    assert_eq!(fields(&problem(wrong, 422).await), ["code"]);
    let confirmed = ada
        .send(
            "POST",
            "/api/account/totp/confirm",
            json!({ "code": shown(secret, -1) }),
        )
        .await;
    assert_eq!(confirmed.status(), 200);
    let confirmed: Value = confirmed.json().await.unwrap();
    let codes = confirmed["recovery_codes"].as_array().unwrap().clone();
    assert_eq!(codes.len(), 10);

    let needed = problem(sign_in(&server, plain).await, 401).await;
    assert!(needed["type"].as_str().unwrap().ends_with("totp-required"));
    // Nothing is told to somebody who has not the password.
    let blind = json!({ "username": "ada", "password": "not this one" });
    let blind = problem(sign_in(&server, blind).await, 401).await;
    assert_eq!(blind["type"], "about:blank");
    let with = |code: &str| json!({ "username": "ada", "password": PASSWORD, "code": code });
    // The one that confirmed is spent.
    problem(sign_in(&server, with(&shown(secret, -1))).await, 401).await;
    let code = shown(secret, 0);
    assert_eq!(sign_in(&server, with(&code)).await.status(), 200);
    problem(sign_in(&server, with(&code)).await, 401).await;
    // Basic authentication has no place for a code.
    let basic = server.get("/api/account").basic_auth("ada", Some(PASSWORD));
    problem(basic.send().await.unwrap(), 401).await;
    // Applications are asked as well.
    let app = json!({ "grant_type": "password", "username": "ada", "password": PASSWORD });
    let app = problem(post(&server, "/api/auth/token", app).await, 401).await;
    assert_eq!(app["error"], "totp_required");

    let recovery = codes[0].as_str().unwrap();
    assert_eq!(
        sign_in(&server, with(&recovery.to_uppercase()))
            .await
            .status(),
        200
    );
    problem(sign_in(&server, with(recovery)).await, 401).await;
    assert_eq!(
        ada.json("/api/account/totp").await,
        json!({ "enabled": true, "recovery_codes": 9 })
    );
    let again = ada
        .send("POST", "/api/account/totp", json!({ "password": PASSWORD }))
        .await;
    problem(again, 409).await;
    let refused = ada.send("DELETE", "/api/account/totp", json!({})).await;
    assert_eq!(fields(&problem(refused, 422).await), ["password"]);
    let removed = ada
        .send(
            "DELETE",
            "/api/account/totp",
            json!({ "password": PASSWORD }),
        )
        .await;
    assert_eq!(removed.status(), 204);
    let plain = json!({ "username": "ada", "password": PASSWORD });
    assert_eq!(sign_in(&server, plain).await.status(), 200);
}

#[tokio::test]
async fn codes_are_not_guessed() {
    let server = TestServer::start().await;
    let ada = Person::new(&server, "ada", "viewer").await;
    let begun = ada
        .send("POST", "/api/account/totp", json!({ "password": PASSWORD }))
        .await;
    let begun: Value = begun.json().await.unwrap();
    let code = shown(begun["secret"].as_str().unwrap(), 0);
    let confirmed = ada
        .send("POST", "/api/account/totp/confirm", json!({ "code": code }))
        .await;
    assert_eq!(confirmed.status(), 200);
    for guess in 0..30 {
        let guess =
            json!({ "username": "ada", "password": PASSWORD, "code": format!("{guess:06}") });
        let answer = sign_in(&server, guess).await;
        if answer.status() == 429 {
            assert!(answer.headers().contains_key("retry-after"));
            return;
        }
        problem(answer, 401).await;
    }
    panic!("never slowed down");
}

#[tokio::test]
async fn an_administrator_takes_off_an_authenticator_that_was_lost() {
    let server = TestServer::start().await;
    let ada = Person::new(&server, "ada", "viewer").await;
    let begun = ada
        .send("POST", "/api/account/totp", json!({ "password": PASSWORD }))
        .await;
    let begun: Value = begun.json().await.unwrap();
    let code = shown(begun["secret"].as_str().unwrap(), 0);
    ada.send("POST", "/api/account/totp/confirm", json!({ "code": code }))
        .await;
    let path = format!("/api/users/{}", ada.id);
    let on = server
        .operator("PATCH", &path)
        .json(&json!({ "two_factor": true }));
    assert_eq!(
        fields(&problem(on.send().await.unwrap(), 422).await),
        ["two_factor"]
    );
    let off = server
        .operator("PATCH", &path)
        .json(&json!({ "two_factor": false }));
    let off: Value = off.send().await.unwrap().json().await.unwrap();
    assert_eq!(off["two_factor"], false);
    let plain = json!({ "username": "ada", "password": PASSWORD });
    assert_eq!(sign_in(&server, plain).await.status(), 200);
}
