//! `POST /upload`.

use reqwest::multipart::{Form, Part};
use reqwest::{Response, StatusCode};
use serde_json::Value;

use super::{film, source, videos};
use crate::support::TestServer;

/// Where the browser is sent, and what it is told.
fn flash(response: &Response) -> (String, Value) {
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let place = response.headers()["location"].to_str().unwrap().to_owned();
    let cookie = response
        .headers()
        .get_all("set-cookie")
        .iter()
        .map(|value| value.to_str().unwrap())
        .find_map(|cookie| cookie.strip_prefix("matinee_flash="))
        .unwrap();
    let value = cookie.split(';').next().unwrap();
    let decoded = format!("v={value}");
    let (_, text) = url_decoded(&decoded);
    (place, serde_json::from_str(&text).unwrap())
}

fn url_decoded(pair: &str) -> (String, String) {
    let url = reqwest::Url::parse(&format!("http://x/?{pair}")).unwrap();
    let (name, value) = url.query_pairs().next().unwrap();
    (name.into_owned(), value.into_owned())
}

fn file() -> Part {
    Part::stream(film())
        .file_name("bigbuckbunny.mp4")
        .mime_str("video/mp4")
        .unwrap()
}

#[tokio::test]
async fn a_plain_form_leads_back_to_the_video() {
    let server = TestServer::start().await;
    let form = Form::new()
        .part("file", file())
        .text("resolutions", "240")
        .text("resolutions", "360")
        .text("segment_duration", "2");
    let answer = server.operator("POST", "/upload").multipart(form);
    let (place, message) = flash(&answer.send().await.unwrap());
    assert_eq!(message["level"], "success");
    let id = place.strip_prefix("/?playlist=").unwrap();
    let video = server.json(&format!("/api/videos/{id}")).await;
    assert_eq!(video["title"], "bigbuckbunny");
    assert_eq!(source(&server, id), film());
}

#[tokio::test]
async fn what_is_wrong_is_said_in_words() {
    let server = TestServer::start().await;
    let form = || Form::new().text("segment_duration", "4");
    for (form, words) in [
        (form().text("resolutions", "240"), "Choose a video file"),
        (
            form().part("file", file()),
            "Choose at least one resolution",
        ),
        (
            form().text("resolutions", "17").part("file", file()),
            "resolutions must be among",
        ),
        (
            Form::new()
                .text("resolutions", "240")
                .text("segment_duration", "long")
                .part("file", file()),
            "segment_duration must be",
        ),
        (
            form().text("resolutions", "240").part(
                "file",
                Part::text("no video ".repeat(500)).file_name("film.mp4"),
            ),
            "a text file, not a video",
        ),
        (
            form()
                .text("resolutions", "240")
                .part("file", Part::bytes(Vec::new()).file_name("")),
            "file",
        ),
    ] {
        let answer = server.operator("POST", "/upload").multipart(form);
        let (place, message) = flash(&answer.send().await.unwrap());
        assert_eq!((place.as_str(), &message["level"]), ("/", &"error".into()));
        let said = message["message"].as_str().unwrap();
        assert!(said.contains(words), "{said}");
    }
    let nobody = server.http.post(server.url("/upload"));
    let nobody = nobody.multipart(form().part("file", file()));
    let (place, message) = flash(&nobody.send().await.unwrap());
    assert_eq!(place, "/");
    assert_eq!(message["message"], "Sign in to do this.");
    assert_eq!(videos(&server).await, 0);
}
