//! What is taken away from somebody stops playing, though they hold a token.

use std::time::{Duration, Instant};

use reqwest::Response;
use serde_json::{Value, json};

use crate::access::open_to;
use crate::access_people::account;
use crate::playback::add_cmaf_film;
use crate::support::TestServer;

/// Somebody in a group who plays a video that is open to it.
struct Playing {
    server: TestServer,
    video: String,
    group: String,
    user: String,
    session: String,
    // Addresses of a segment and of the progressive file, with a token.
    media: Vec<String>,
}

impl Playing {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let film = Box::pin(add_cmaf_film(&server, 4)).await;
        let video = film.video.id.clone();
        let group = server.operator("POST", "/api/groups");
        let group = group.json(&json!({ "name": "Club" })).send().await;
        let group: Value = group.unwrap().json().await.unwrap();
        let group = group["id"].as_str().unwrap().to_owned();
        let rules = json!({ "visibility": "groups", "groups": [group] });
        open_to(&server, &video, rules).await;
        let (user, session) = account(&server, "ada", "viewer").await;
        let mut playing = Self {
            server,
            video,
            group,
            user,
            session,
            media: Vec::new(),
        };
        playing.join(json!({})).await;
        playing.begin().await;
        playing
    }

    fn member(&self) -> String {
        format!("/api/groups/{}/members/{}", self.group, self.user)
    }

    async fn join(&self, body: Value) {
        let joined = self.server.operator("PUT", &self.member()).json(&body);
        let joined = joined.send().await.unwrap();
        assert!(joined.status().is_success(), "{}", joined.status());
    }

    async fn token(&self) -> Response {
        let path = format!("/stream/{}/token", self.video);
        let request = self.server.get(&path).bearer_auth(&self.session);
        request.send().await.unwrap()
    }

    /// Asks for a token and plays.
    async fn begin(&mut self) {
        let grant = self.token().await;
        assert_eq!(grant.status(), 200);
        let grant: Value = grant.json().await.unwrap();
        let manifest = grant["manifest_url"].as_str().unwrap();
        let manifest: Value = self
            .server
            .get(manifest)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let segment = &manifest["variants"][0]["segments"][0]["path"];
        self.media = vec![
            segment.as_str().unwrap().to_owned(),
            grant["hls_url"].as_str().unwrap().to_owned(),
            grant["stream_url"].as_str().unwrap().to_owned(),
        ];
        for url in &self.media {
            let played = self.server.get(url).send().await.unwrap();
            assert_eq!(played.status(), 200, "{url}");
        }
    }

    /// Plays on until it is refused, which it must be soon.
    async fn is_stopped(&self) {
        for url in &self.media {
            let since = Instant::now();
            loop {
                let status = self.server.get(url).send().await.unwrap().status();
                if status == 403 || status == 404 {
                    break;
                }
                assert_eq!(status, 200, "{url}");
                assert!(
                    since.elapsed() < Duration::from_secs(30),
                    "{url} still plays"
                );
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }

    async fn patch_user(&self, body: Value) {
        let path = format!("/api/users/{}", self.user);
        let done = self
            .server
            .operator("PATCH", &path)
            .json(&body)
            .send()
            .await;
        assert_eq!(done.unwrap().status(), 200);
    }

    async fn operator(&self, method: &str, path: &str) {
        let done = self.server.operator(method, path).send().await.unwrap();
        assert!(
            done.status().is_success(),
            "{method} {path}: {}",
            done.status()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_the_group_plays_no_more_until_they_are_in_it_again() {
    let mut playing = Box::pin(Playing::new()).await;
    playing.operator("DELETE", &playing.member()).await;
    playing.is_stopped().await;
    assert_eq!(playing.token().await.status(), 403);
    playing.join(json!({})).await;
    // The old token stays worthless; a new one plays.
    playing.is_stopped().await;
    playing.begin().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_membership_that_ends_by_itself_ends_playing() {
    let mut playing = Box::pin(Playing::new()).await;
    let end = jiff::Timestamp::now() + Duration::from_secs(3);
    playing.join(json!({ "expires_at": end.to_string() })).await;
    playing.is_stopped().await;
    playing.media.clear();
    assert_eq!(playing.token().await.status(), 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_shut_out_plays_no_more() {
    let playing = Box::pin(Playing::new()).await;
    playing.patch_user(json!({ "disabled": true })).await;
    playing.is_stopped().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_is_removed_opens_nothing_any_more() {
    let playing = Box::pin(Playing::new()).await;
    let group = format!("/api/groups/{}", playing.group);
    playing.operator("DELETE", &group).await;
    playing.is_stopped().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_that_is_closed_plays_no_more_for_whoever_held_a_token() {
    let playing = Box::pin(Playing::new()).await;
    let private = json!({ "visibility": "private" });
    open_to(&playing.server, &playing.video, private).await;
    playing.is_stopped().await;
    assert_eq!(playing.token().await.status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_ended_ends_what_it_plays_and_no_other() {
    let playing = Box::pin(Playing::new()).await;
    let sign_in = json!({ "username": "ada", "password": "a long enough password" });
    let other = playing.server.http.post(playing.server.url("/api/session"));
    let other: Value = other
        .json(&sign_in)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let path = format!("/stream/{}/token", playing.video);
    let grant = playing
        .server
        .get(&path)
        .bearer_auth(other["token"].as_str().unwrap());
    let grant: Value = grant.send().await.unwrap().json().await.unwrap();
    let out = playing
        .server
        .http
        .delete(playing.server.url("/api/session"));
    let out = out.bearer_auth(&playing.session).send().await.unwrap();
    assert!(out.status().is_success());
    playing.is_stopped().await;
    let played = playing.server.get(grant["hls_url"].as_str().unwrap());
    assert_eq!(played.send().await.unwrap().status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_back_stays_so_across_a_restart() {
    let playing = Box::pin(Playing::new()).await;
    playing.operator("DELETE", &playing.member()).await;
    let path = |url: &String| url.replace(&playing.server.base, "");
    let media: Vec<String> = playing.media.iter().map(path).collect();
    let again = TestServer::on(playing.server.stop().await, &[]).await;
    for path in media {
        // From the first request on: nothing has to be noticed first.
        let status = again.get(&path).send().await.unwrap().status();
        assert!(status == 403 || status == 404, "{path}: {status}");
    }
}
