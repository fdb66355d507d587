//! Blocked words, wherever somebody may leave some.

use reqwest::Response;
use reqwest::multipart::{Form, Part};
use rstest::rstest;
use serde_json::{Value, json};

use crate::community::Someone;
use crate::support::{TestServer, fields, problem};

const SRT: &str = "1\n00:00:00,000 --> 00:00:02,000\nYou WORD!\n";

/// Where words are left, and what the case is about then.
#[derive(Debug, Clone, Copy)]
enum Place {
    Post(&'static str),
    Patch(&'static str),
    Review,
    Subtitle,
}

async fn leave(
    someone: &Someone<'_>,
    video: &str,
    place: Place,
    field: &str,
    text: &str,
) -> Response {
    let body = json!({ field: text });
    let request = match place {
        Place::Post(path) => someone.ask("POST", path).json(&body),
        Place::Patch(path) => someone.ask("PATCH", path).json(&body),
        Place::Review => {
            let body = json!({ "stars": 3, field: text });
            let path = format!("/api/videos/{video}/review");
            someone.ask("PUT", &path).json(&body)
        }
        Place::Subtitle => {
            let file = Part::text(SRT.replace("WORD", text)).file_name("a.srt");
            let form = Form::new().part("file", file).text("language", "en");
            let path = format!("/api/videos/{video}/subtitles");
            someone.ask("POST", &path).multipart(form)
        }
    };
    request.send().await.unwrap()
}

async fn cases(server: &TestServer) -> Vec<Value> {
    let queue = server.operator("GET", "/api/moderation/queue").send().await;
    queue.unwrap().json().await.unwrap()
}

#[rstest]
#[case(Place::Review, "body", "review")]
#[case(Place::Review, "title", "review")]
#[case(Place::Post("/api/playlists"), "name", "playlist")]
#[case(Place::Post("/api/shows"), "title", "show")]
#[case(Place::Post("/api/people"), "name", "person")]
#[case(Place::Post("/api/collections"), "title", "collection")]
#[case(Place::Post("/api/profiles"), "name", "profile")]
#[case(Place::Patch("/api/account"), "display_name", "user")]
#[case(Place::Patch("/api/account"), "username", "user")]
#[case(Place::Subtitle, "file", "subtitle")]
#[tokio::test]
async fn words_are_judged_wherever_somebody_leaves_them(
    #[case] place: Place,
    #[case] field: &str,
    #[case] about: &str,
) {
    let server = TestServer::start().await;
    let rules = json!({ "words": [
        { "word": "flagword", "effect": "flag" },
        { "word": "refuseword", "effect": "refuse" },
    ] });
    let kept = server.operator("PUT", "/api/moderation/rules").json(&rules);
    assert_eq!(kept.send().await.unwrap().status(), 200);
    let someone = Someone::new(&server, "carla", "creator").await;
    let new = json!({ "title": "Hers", "video_url": "https://example.org/a.mp4" });
    let video = someone.ask("POST", "/api/videos").json(&new).send().await;
    let video: Value = video.unwrap().json().await.unwrap();
    let video = video["id"].as_str().unwrap();

    let refused = leave(&someone, video, place, field, "refuseword").await;
    if matches!(place, Place::Subtitle) {
        // What actors say is not refused, but pointed out.
        assert_eq!(refused.status(), 201);
        assert_eq!(cases(&server).await.len(), 1);
    } else {
        let refused = problem(refused, 422).await;
        assert_eq!(fields(&refused), [field], "{refused}");
        assert_eq!(cases(&server).await.len(), 0);
    }

    let taken = leave(&someone, video, place, field, "flagword").await;
    assert!(taken.status().is_success(), "{}", taken.status());
    let cases = cases(&server).await;
    let case = cases.iter().find(|case| {
        let excerpt = case["subject"]["excerpt"].as_str().unwrap_or_default();
        excerpt.contains("flagword")
    });
    let case = case.unwrap_or_else(|| panic!("{cases:#?}"));
    assert_eq!(case["subject"]["kind"], about, "{case:#}");

    // Moderators' own words are not judged.
    let operator = leave(
        &Someone::new(&server, "mona", "moderator").await,
        video,
        place,
        field,
        "refuseword",
    )
    .await;
    assert_ne!(operator.status(), 422);
}
