//! Feeds of other hours, marks at breaks, subtitles, what is kept of what was aired, and the proof
//! that guide and stream agree; on PostgreSQL, too.

use std::process::Command;

use matinee_channels::time::DAY;
use matinee_engines::db::{DatabaseUrl, Db};
use reqwest::multipart::{Form, Part};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::linear::{channel, comedy, millis, text, told};
use crate::live_broadcast::text as of;
use crate::support::{TestServer, fields, problem};

#[tokio::test(flavor = "multi_thread")]
async fn another_hour_is_the_same_later() {
    let server = TestServer::with(&[("channel_clock_speed", "30")]).await;
    for seconds in [8, 12, 10] {
        comedy(&server, seconds, true).await;
    }
    let made = channel(&server, 5, json!({})).await;
    let url = format!("/media/channels/{}/video/360p.m3u8", of(&made, "id"));
    let begins = millis(&made["begins_at"]);
    // As soon as there is something from a minute ago.
    let mut shifted = Vec::new();
    for _ in 0..100 {
        let late = format!("{url}?shift=60");
        if server.get(&late).send().await.unwrap().status() == 200 {
            shifted = told(&server, &late).await;
        }
        if shifted.len() > 3 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert!(shifted.len() > 3);
    let (from, until) = (begins, shifted.last().unwrap().at - 60_000 + 10);
    let own = told(&server, &format!("{url}?from={from}&until={until}")).await;
    for one in &shifted {
        let same = own.iter().find(|own| own.msn == one.msn).unwrap();
        assert_eq!((same.at + 60_000, &same.uri), (one.at, &one.uri));
        assert_eq!(same.discontinuity, one.discontinuity);
    }
    let sound = told(
        &server,
        &format!("{}?shift=60", url.replace("video/360p", "audio/main")),
    )
    .await;
    assert!(sound.iter().any(|one| one.at >= shifted[0].at));
    let manifest = format!("/media/channels/{}/manifest.mpd?shift=60", of(&made, "id"));
    assert!(text(&server, &manifest).await.contains("type=\"dynamic\""));
    let master = format!("/media/channels/{}/master.m3u8?shift=60", of(&made, "id"));
    assert!(text(&server, &master).await.contains("m3u8?shift=60"));
}

#[tokio::test(flavor = "multi_thread")]
async fn breaks_are_marked_and_subtitles_come_along() {
    let server = TestServer::with(&[("channel_clock_speed", "60")]).await;
    let film = comedy(&server, 310, true).await;
    let srt =
        "1\n00:00:01,000 --> 00:00:03,000\nHello\n\n2\n00:02:00,000 --> 00:02:30,000\nStill here\n";
    let file = Part::bytes(srt.as_bytes().to_vec()).file_name("Film.de.srt");
    let path = format!("/api/videos/{film}/subtitles");
    let sent = server
        .operator("POST", &path)
        .multipart(Form::new().part("file", file));
    assert_eq!(sent.send().await.unwrap().status(), 201);
    let made = channel(
        &server,
        5,
        json!({
            "ads": { "every_minutes": 2, "seconds": 10 },
            "format": { "channels": 1, "subtitle_tracks": [
                { "language": "de", "name": "Deutsch" }, { "language": "fr", "name": "Français" }
            ] },
        }),
    )
    .await;
    let id = of(&made, "id");
    let begins = millis(&made["begins_at"]);
    let until = begins + 335_000;
    let url = |track: &str| {
        format!("/media/channels/{id}/{track}.m3u8?from={begins}&until={until}&cues=marked")
    };
    let mut playlist = String::new();
    for _ in 0..200 {
        playlist = text(&server, &url("video/360p")).await;
        if playlist.ends_with("#EXT-X-ENDLIST\n") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let count = |tag: &str| playlist.matches(tag).count();
    assert_eq!(
        (count("#EXT-X-CUE-OUT:10.0"), count("#EXT-X-CUE-IN\n")),
        (2, 2),
        "{playlist}"
    );
    assert_eq!(count("#EXT-X-DATERANGE:ID=\"break-"), 2);
    let plain = text(&server, &url("video/360p").replace("&cues=marked", "")).await;
    assert!(!plain.contains("CUE-OUT") && !plain.contains("DATERANGE"));
    let play = server.json("/api/channel/play/5").await;
    assert!(play["now"]["in_break"].is_boolean());

    let master = text(&server, of(&play, "hls_url")).await;
    assert_eq!(master.matches("TYPE=SUBTITLES").count(), 2, "{master}");
    let german = text(&server, &url("subtitles/de")).await;
    let cut: Vec<&str> = german
        .lines()
        .filter(|line| line.contains("/media/captions/"))
        .collect();
    assert!(cut.len() > 20, "{german}");
    let first = text(&server, cut[0]).await;
    assert!(
        first.starts_with("WEBVTT") && first.contains("Hello"),
        "{first}"
    );
    let mut still = 0;
    for uri in &cut {
        still += usize::from(text(&server, uri).await.contains("Still here"));
    }
    // It is in each segment under it, and in no other.
    assert!((7..=17).contains(&still), "{still}");
    let french = text(&server, &url("subtitles/fr")).await;
    assert!(french.contains("/media/empty.vtt") && !french.contains("/captions/"));
    let lines = |text: &str| text.matches("#EXTINF").count();
    assert_eq!(
        (lines(&german), lines(&french)),
        (lines(&playlist), lines(&playlist))
    );
    assert!(
        text(&server, "/media/empty.vtt")
            .await
            .starts_with("WEBVTT")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_playlist_is_followed_in_its_order_and_words_are_looked_for() {
    let server = TestServer::start().await;
    let mut films = Vec::new();
    for seconds in [8, 12, 10] {
        films.push(comedy(&server, seconds, true).await);
    }
    let order: Vec<&String> = [2, 0, 1, 0].map(|n: usize| &films[n]).to_vec();
    let body = json!({
        "name": "In a row", "visibility": "unlisted", "allow_duplicates": true, "video_ids": order,
    });
    let sent = server.operator("POST", "/api/playlists").json(&body).send();
    let playlist: Value = sent.await.unwrap().json().await.unwrap();
    let playlist = of(&playlist, "id").to_owned();
    let made = channel(
        &server,
        5,
        json!({ "programme": [{ "name": "row", "playlists": [playlist] }] }),
    )
    .await;
    let shown = async |query: String| -> Vec<String> {
        let path = format!("/api/channels/5/schedule?{query}");
        let schedule = server.json(&path).await;
        let airings = schedule["airings"].as_array().unwrap().iter();
        airings.map(|one| of(one, "video_id").to_owned()).collect()
    };
    let begins = millis(&made["begins_at"]);
    let row = shown(format!("from={begins}&to={}", begins + 120_000)).await;
    assert!(row.len() > 10);
    for (n, film) in row.iter().enumerate() {
        assert_eq!(film, order[n % 4], "{n}");
    }

    // What is added to it comes when the library is taken up; what is private is nobody's programme.
    let change = async |visibility: &str, ids: &[&String]| {
        let path = format!("/api/playlists/{playlist}");
        let body = json!({ "visibility": visibility, "video_ids": ids });
        let sent = server.operator("PATCH", &path).json(&body).send();
        let status = sent.await.unwrap().status();
        assert!(status.is_success(), "{status}");
        let path = "/api/channels/5/refresh?effective=cut";
        let sent = server.operator("POST", path).send().await.unwrap();
        sent.json::<Value>().await.unwrap()
    };
    let edited = change("members", &[&films[1]]).await;
    let from = millis(&edited["effective_at"]);
    let later = shown(format!("from={from}&to={}", from + 60_000)).await;
    assert!(later.iter().all(|film| *film == films[1]), "{later:?}");
    let edited = change("private", &[&films[1]]).await;
    let warned = edited["warnings"].to_string();
    assert!(warned.contains("nothing of this playlist"), "{edited}");

    let found = async |search: &str| -> i64 {
        let body = json!({ "rules": { "search": search } });
        let sent = server.operator("POST", "/api/channels/matches").json(&body);
        let found: Value = sent.send().await.unwrap().json().await.unwrap();
        found["count"].as_i64().unwrap()
    };
    for (search, count) in [
        ("film of", 3),
        ("come 12", 1),
        ("\"of 12 s\"", 1),
        ("film -12", 2),
        ("drama", 0),
    ] {
        assert_eq!(found(search).await, count, "{search}");
    }
    let nothing = json!({ "rules": { "search": " - " } });
    let sent = server
        .operator("POST", "/api/channels/matches")
        .json(&nothing);
    let refused = problem(sent.send().await.unwrap(), 422).await;
    assert_eq!(fields(&refused), ["rules.search"]);
}

/// Makes everything that is known of channels so many days older.
async fn age(db: &Db, days: i64) {
    let by = days * DAY;
    for sql in [
        format!(
            "UPDATE channels SET begins_at = begins_at - {by}, aired_until = aired_until - {by}, renew_at = 0"
        ),
        format!("UPDATE channel_revisions SET begins_at = begins_at - {by}"),
    ] {
        db.write().execute_unprepared(&sql).await.unwrap();
    }
    let read = "SELECT channel_id, state FROM channel_revisions";
    let backend = db.write().get_database_backend();
    let rows = db
        .write()
        .query_all_raw(sea_orm::Statement::from_string(backend, read))
        .await
        .unwrap();
    for row in rows {
        let id: String = row.try_get("", "channel_id").unwrap();
        let state: String = row.try_get("", "state").unwrap();
        let mut state: Value = serde_json::from_str(&state).unwrap();
        state["at"] = json!(state["at"].as_i64().unwrap() - by);
        state["event"][0] = json!(state["event"][0].as_i64().unwrap() - by);
        let sql =
            format!("UPDATE channel_revisions SET state = '{state}' WHERE channel_id = '{id}'");
        db.write().execute_unprepared(&sql).await.unwrap();
    }
}

/// A channel that has been on the air for a week, what is kept of it, and the proof.
async fn of_last_week(
    server: TestServer,
    url: &DatabaseUrl,
    address: Option<&str>,
    settings: &[(&str, &str)],
) {
    let films = crate::linear::comedies(&server, url, &[8, 12, 10]).await;
    let made = channel(&server, 5, json!({ "time_zone": "Europe/Berlin" })).await;
    let begins = millis(&made["begins_at"]) - 7 * DAY;
    let id = of(&made, "id").to_owned();
    let token = server.token.clone();
    let data = server.stop().await;
    let db = Db::open(url).await.unwrap();
    age(&db, 7).await;
    db.close().await.unwrap();
    let mut server = TestServer::on(data, settings).await;
    server.token = token;
    // It is looked after by itself; days that are over become strips.
    let query = format!("from={begins}&to={}", begins + 3_600_000);
    let path = format!("/api/channels/5/as-run?{query}");
    let run = server.json(&path).await;
    let slots = run["slots"].as_array().unwrap();
    assert!(slots.len() > 100 && millis(&slots[0]["start"]) == begins);
    let db = Db::open(url).await.unwrap();
    let count = async |table: &str| -> i64 {
        let sql = format!("SELECT COUNT(*) AS n FROM {table}");
        let backend = db.read().get_database_backend();
        let row = db
            .read()
            .query_one_raw(sea_orm::Statement::from_string(backend, sql));
        row.await.unwrap().unwrap().try_get("", "n").unwrap()
    };
    for _ in 0..200 {
        if count("channel_strips").await >= 6 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert!(count("channel_strips").await >= 6);
    let again = server.json(&path).await;
    assert_eq!(
        again["slots"], run["slots"],
        "what was aired is kept as it was"
    );
    let day = begins + 2 * DAY;
    let playlist = format!(
        "/media/channels/{id}/video/360p.m3u8?from={day}&until={}",
        day + 60_000
    );
    let segments = told(&server, &playlist).await;
    assert!(
        segments
            .iter()
            .all(|one| films.iter().any(|film| one.uri.contains(film.as_str())))
    );
    let edit = server.operator("PATCH", "/api/channels/5?effective=next_day");
    let edit = edit.json(&json!({ "seed": 9 })).send();
    assert_eq!(edit.await.unwrap().status(), 200);
    db.close().await.unwrap();

    // The program proves it by itself.
    let data = server.stop().await;
    let mut verify = Command::new(env!("CARGO_BIN_EXE_matinee"));
    verify
        .args(["channels", "verify", "--days", "2"])
        .env("MATINEE_DATA_DIR", data.path());
    if let Some(address) = address {
        verify.env("DATABASE_URL", address);
    }
    let output = tokio::task::spawn_blocking(move || verify.output().unwrap())
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}{errors}");
    assert!(
        said.contains("5 Comedy: ") && said.contains(", 0 findings"),
        "{said}"
    );
    assert!(said.contains("guide and streams agree"), "{said}");
    assert!(
        said.contains("an edit begins ") && said.contains("\n  + "),
        "{said}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_aired_is_kept_and_proved() {
    let server = TestServer::start().await;
    let url = DatabaseUrl::Sqlite(server.data.path().join("matinee.db"));
    of_last_week(server, &url, None, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_all_the_same_on_postgresql() {
    let Some(test) = matinee_engines::testing::postgres().await.unwrap() else {
        return;
    };
    let url = test.url.clone();
    let text = match &url {
        DatabaseUrl::Postgres(url) => url.to_string(),
        DatabaseUrl::Sqlite(path) => panic!("{}", path.display()),
    };
    let settings = [("database_url", text.as_str())];
    let server = TestServer::with(&settings).await;
    of_last_week(server, &url, Some(&text), &settings).await;
}
