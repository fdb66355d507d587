//! Shows, people, collections and extras.

use serde_json::{Value, json};

use super::{ok, sent};
use crate::access_people::account;
use crate::support::{TestServer, fields, problem};

#[tokio::test]
async fn shows_have_seasons_of_episodes_and_hidden_ones_stay_hidden() {
    let server = TestServer::start().await;
    for (season, episode) in [(2, 1), (1, 2), (1, 1), (0, 1)] {
        server
            .external(json!({
                "title": format!("Part {episode}"), "show_title": "The Wire",
                "content_type": "episode", "season_number": season, "episode_number": episode,
            }))
            .await;
    }
    server
        .external(json!({ "title": "Secret", "show_title": "Hidden", "is_public": false }))
        .await;
    let shows: Value = server
        .get("/api/shows")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(shows.as_array().unwrap().len(), 1, "{shows}");
    assert_eq!(shows[0]["season_count"], 3);
    assert_eq!(server.json("/api/shows").await.as_array().unwrap().len(), 2);
    let id = shows[0]["id"].as_str().unwrap();
    let show = server.json(&format!("/api/shows/{id}")).await;
    let order: Vec<_> = show["seasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|season| {
            let episodes = season["episodes"].as_array().unwrap();
            let numbers: Vec<i64> = episodes
                .iter()
                .map(|e| e["episode_number"].as_i64().unwrap())
                .collect();
            (season["number"].as_i64().unwrap(), numbers)
        })
        .collect();
    assert_eq!(order, [(1, vec![1, 2]), (2, vec![1]), (0, vec![1])]);

    let path = format!("/api/shows/{id}");
    let patch = json!({ "overview": "Baltimore", "genres": ["Crime"], "seasons": [{ "number": 1, "title": "The Towers" }] });
    let after = ok(&server, "PATCH", &path, patch).await;
    assert_eq!(after["seasons"][0]["title"], "The Towers");
    let refused = sent(&server, "PATCH", &path, json!({ "status": "lost" })).await;
    assert_eq!(fields(&problem(refused, 422).await), ["status"]);
    let anybody = server
        .http
        .patch(server.url(&path))
        .json(&json!({ "title": "x" }));
    problem(anybody.send().await.unwrap(), 401).await;

    let hidden = server.json("/api/shows?q=hidden").await;
    let hidden = hidden[0]["id"].as_str().unwrap();
    for path in [
        format!("/api/shows/{hidden}"),
        format!("/api/shows/{hidden}/artwork"),
    ] {
        problem(server.get(&path).send().await.unwrap(), 404).await;
    }
    let credits = json!([{ "name": "Dominic West", "character": "McNulty" }, { "name": "David Simon", "role": "creator" }]);
    let credits = ok(&server, "PUT", &format!("{path}/credits"), credits).await;
    let person = credits[0]["person_id"].as_str().unwrap();
    let person: Value = server
        .get(&format!("/api/people/{person}"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(person["filmography"][0]["show"]["id"], id);
    let gone = server.operator("DELETE", &path).send().await.unwrap();
    assert_eq!(gone.status(), 204);
    assert_eq!(
        server
            .json("/api/videos?q=part")
            .await
            .as_array()
            .unwrap()
            .len(),
        4
    );
}

#[tokio::test]
async fn collections_extras_and_words() {
    let server = TestServer::start().await;
    let a = server
        .external(json!({ "title": "A", "genres": ["Drama", "Noir"], "category": "Films" }))
        .await;
    let b = server
        .external(json!({ "title": "B", "genre": "drama", "is_public": false }))
        .await;
    let trailer = server
        .external(json!({ "title": "A: trailer", "extra_of": a, "extra_kind": "trailer" }))
        .await;
    let listed = server.json("/api/videos").await;
    assert_eq!(listed.as_array().unwrap().len(), 2, "extras stand apart");
    let extras = server.json(&format!("/api/videos/{a}/extras")).await;
    assert_eq!(extras[0]["id"], trailer.as_str());
    let genres: Value = server
        .get("/api/genres")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        genres,
        json!([{ "name": "Drama", "count": 1 }, { "name": "Noir", "count": 1 }])
    );
    assert_eq!(server.json("/api/genres").await[0]["count"], 2);
    assert_eq!(server.json("/api/categories").await[0]["name"], "Films");

    let made = ok(
        &server,
        "POST",
        "/api/collections",
        json!({ "title": "Best", "items": [b, a] }),
    )
    .await;
    let path = format!("/api/collections/{}", made["id"].as_str().unwrap());
    let seen: Value = server
        .get(&path)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        seen["items"].as_array().unwrap().len(),
        1,
        "the private one is left out"
    );
    let after = ok(&server, "PUT", &format!("{path}/items"), json!([b])).await;
    assert_eq!(after["items"][0]["video"]["id"], b.as_str());
    problem(server.get(&path).send().await.unwrap(), 404).await;
    let refused = sent(&server, "PUT", &format!("{path}/items"), json!(["nothing"])).await;
    assert_eq!(fields(&problem(refused, 422).await), ["items[0]"]);
}

#[tokio::test]
async fn a_file_may_hold_several_episodes() {
    let server = TestServer::start().await;
    let id = server
        .external(json!({
            "title": "All of it", "show_title": "The Wire", "content_type": "episode",
            "season_number": 1, "episode_number": 1, "episode_number_end": 3,
        }))
        .await;
    let path = format!("/api/videos/{id}");
    let range = |video: &Value| {
        let end = video["episode_number_end"].as_i64();
        (video["episode_number"].as_i64(), end)
    };
    assert_eq!(range(&server.json(&path).await), (Some(1), Some(3)));
    let shows = server.json("/api/shows?q=wire").await;
    let show = format!("/api/shows/{}", shows[0]["id"].as_str().unwrap());
    let show = server.json(&show).await;
    assert_eq!(
        range(&show["seasons"][0]["episodes"][0]),
        (Some(1), Some(3))
    );
    for (change, expected) in [
        (json!({ "tagline": "Listen" }), (Some(1), Some(3))),
        (json!({ "episode_number": 7 }), (Some(7), None)),
        (json!({ "episode_number_end": 8 }), (Some(7), Some(8))),
        (json!({ "episode_number_end": 7 }), (Some(7), None)),
    ] {
        let after = ok(&server, "PATCH", &path, change).await;
        assert_eq!(range(&after), expected);
    }
    for change in [
        json!({ "episode_number_end": 2 }),
        json!({ "episode_number": null, "episode_number_end": 9 }),
        json!({ "episode_number_end": 100_001 }),
    ] {
        let refused = sent(&server, "PATCH", &path, change).await;
        let refused = problem(refused, 422).await;
        assert_eq!(fields(&refused), ["episode_number_end"], "{refused}");
    }
    let restored = format!("{path}/revisions/1/restore");
    let back = ok(&server, "POST", &restored, json!({})).await;
    assert_eq!(range(&back), (Some(1), Some(3)));
}

#[tokio::test]
async fn a_course_has_lessons_in_order_with_notes() {
    let server = TestServer::start().await;
    let course =
        json!({ "kind": "course", "title": "Rust", "languages": ["en"], "sort_title": "rust" });
    let course = ok(&server, "POST", "/api/shows", course).await;
    let path = format!("/api/shows/{}", course["id"].as_str().unwrap());
    let mut lessons = Vec::new();
    for title in ["Lifetimes", "Ownership", "Borrowing"] {
        lessons.push(
            server
                .external(json!({ "title": title, "content_type": "lesson" }))
                .await,
        );
    }
    let order: Vec<Value> = [1, 2, 0]
        .into_iter()
        .zip(1..)
        .map(|(at, number): (usize, i32)| {
            json!({ "video_id": lessons[at], "season_number": 1, "episode_number": number })
        })
        .collect();
    let after = ok(&server, "PUT", &format!("{path}/episodes"), json!(order)).await;
    let titles = |course: &Value| -> Vec<String> {
        let lessons = course["seasons"][0]["episodes"].as_array().unwrap();
        let titles = lessons.iter().map(|one| one["title"].as_str().unwrap());
        titles.map(str::to_owned).collect()
    };
    assert_eq!(titles(&after), ["Ownership", "Borrowing", "Lifetimes"]);
    let notes = format!("/api/videos/{}/notes", lessons[1]);
    ok(&server, "PUT", &notes, json!({ "body": "# Moves" })).await;
    assert_eq!(server.json(&notes).await["body"], "# Moves");
    let listed = server.json("/api/shows?kind=course").await;
    assert_eq!(listed[0]["episode_count"], 3);
    let found = server
        .json("/api/videos?content_type=lesson&sort=title")
        .await;
    assert_eq!(found.as_array().unwrap().len(), 3);
    let unknown = json!([{ "video_id": "video_01h455vb4pex5vsknk084sn02q", "episode_number": 1 }]);
    let refused = sent(&server, "PUT", &format!("{path}/episodes"), unknown).await;
    assert_eq!(fields(&problem(refused, 422).await), ["[0].video_id"]);
}

#[tokio::test]
async fn who_may_change_a_title_is_decided_by_whose_it_is() {
    let server = TestServer::start().await;
    let (_, viewer) = account(&server, "vera", "viewer").await;
    let (_, maker) = account(&server, "carl", "creator").await;
    let (_, rival) = account(&server, "rita", "creator").await;
    let (_, moderator) = account(&server, "mona", "moderator").await;
    let ask = async |method: &str, path: &str, token: &str, body: Value| {
        let method = method.parse().unwrap();
        let request = server.http.request(method, server.url(path));
        request.bearer_auth(token).json(&body).send().await.unwrap()
    };
    for (room, body, change) in [
        (
            "shows",
            json!({ "title": "Mine" }),
            json!({ "tagline": "x" }),
        ),
        (
            "people",
            json!({ "name": "Mine" }),
            json!({ "biography": "x" }),
        ),
        (
            "collections",
            json!({ "title": "Mine" }),
            json!({ "overview": "x" }),
        ),
    ] {
        let room = format!("/api/{room}");
        problem(ask("POST", &room, &viewer, body.clone()).await, 403).await;
        let made = ask("POST", &room, &maker, body).await;
        assert_eq!(made.status(), 201);
        assert!(made.headers().contains_key("etag"));
        let path = made.headers()["location"].to_str().unwrap().to_owned();
        let made: Value = made.json().await.unwrap();
        assert_eq!(path, format!("{room}/{}", made["id"].as_str().unwrap()));
        // Nobody else sees what is empty: to them it is not there.
        for other in [&viewer, &rival, &moderator] {
            problem(ask("PATCH", &path, other, change.clone()).await, 404).await;
            problem(ask("DELETE", &path, other, json!({})).await, 404).await;
            problem(
                ask("GET", &format!("{path}/revisions"), other, json!({})).await,
                404,
            )
            .await;
        }
        let own = ask("PATCH", &path, &maker, change.clone()).await;
        assert_eq!(own.status(), 200, "{room}");
        assert_eq!(ok(&server, "PATCH", &path, change).await["id"], made["id"]);
        let history = ask("GET", &format!("{path}/revisions"), &maker, json!({})).await;
        let history: Value = history.json().await.unwrap();
        assert_eq!(history.as_array().unwrap().len(), 2, "{history}");
        let gone = ask("DELETE", &path, &maker, json!({})).await;
        assert_eq!(gone.status(), 204);
    }
    // Nobody hangs a trailer of theirs onto somebody else's film.
    let film = |more: Value| {
        let mut film = json!({ "title": "Mine", "video_url": "https://example.com/film.mp4" });
        for (name, value) in more.as_object().unwrap() {
            film[name] = value.clone();
        }
        film
    };
    let theirs = ask("POST", "/api/videos", &rival, film(json!({}))).await;
    let theirs: Value = theirs.json().await.unwrap();
    let onto = json!({ "extra_of": theirs["id"], "extra_kind": "trailer" });
    let refused = ask("POST", "/api/videos", &maker, film(onto.clone())).await;
    assert_eq!(fields(&problem(refused, 422).await), ["extra_of"]);
    let own = ask("POST", "/api/videos", &maker, film(json!({}))).await;
    let own: Value = own.json().await.unwrap();
    let path = format!("/api/videos/{}", own["id"].as_str().unwrap());
    let refused = ask("PATCH", &path, &maker, onto.clone()).await;
    assert_eq!(fields(&problem(refused, 422).await), ["extra_of"]);
    let many = json!({ "ids": [own["id"]], "patch": onto });
    let refused = ask("PATCH", "/api/videos", &maker, many).await;
    assert_eq!(fields(&problem(refused, 422).await), ["extra_of"]);
    assert_eq!(
        ok(&server, "PATCH", &path, onto.clone()).await["extra_of"],
        theirs["id"]
    );
    // What hangs there already may be said again.
    assert_eq!(ask("PATCH", &path, &maker, onto).await.status(), 200);
}
