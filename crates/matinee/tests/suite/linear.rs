//! Channels over HTTP, as operators, guides and players know them.

use std::time::Duration;

use matinee_channels::definition::Format;
use matinee_channels::verify::{Told, read};
use matinee_engines::db::DatabaseUrl;
use matinee_media::index::MediaKind;
use matinee_media::ts::{Demuxer, Event};
use reqwest::StatusCode;
use reqwest::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use serde_json::{Value, json};

use crate::playback::{add_film, add_film_to, ffprobe, frames, header};
use crate::support::{TestServer, fields, problem};

/// The films of these tests have one channel of sound.
pub(crate) fn format() -> Format {
    Format {
        channels: 1,
        ..Format::default()
    }
}

/// A channel of everything that has the tag.
pub(crate) async fn channel(server: &TestServer, number: u32, fields: Value) -> Value {
    let mut body = json!({
        "number": number, "name": "Comedy", "rules": { "tags": ["comedy"] },
        "format": { "channels": 1 },
    });
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    let made = server.operator("POST", "/api/channels").json(&body);
    let made = made.send().await.unwrap();
    let status = made.status();
    let made: Value = made.json().await.unwrap();
    assert_eq!(status, StatusCode::CREATED, "{made}");
    made
}

/// A film of the library with the tag.
pub(crate) async fn comedy(server: &TestServer, seconds: u32, is_public: bool) -> String {
    let film = add_film(server, seconds, is_public).await;
    let path = format!("/api/videos/{}", film.video.id);
    let said = server.operator("PATCH", &path).json(&json!({
        "tags": ["Comedy"], "title": format!("Film of {seconds} s"),
    }));
    assert_eq!(said.send().await.unwrap().status(), StatusCode::OK);
    film.video.id
}

/// Public ones in any database.
pub(crate) async fn comedies(server: &TestServer, url: &DatabaseUrl, of: &[u32]) -> Vec<String> {
    let mut ids = Vec::new();
    for seconds in of {
        let film = add_film_to(server, url, *seconds).await;
        let path = format!("/api/videos/{}", film.video.id);
        let said = server
            .operator("PATCH", &path)
            .json(&json!({ "tags": ["Comedy"] }));
        assert_eq!(said.send().await.unwrap().status(), StatusCode::OK);
        ids.push(film.video.id);
    }
    ids
}

pub(crate) async fn text(server: &TestServer, url: &str) -> String {
    let answer = server.get(url).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{url}");
    answer.text().await.unwrap()
}

/// The segments of a playlist, which must be one.
pub(crate) async fn told(server: &TestServer, url: &str) -> Vec<Told> {
    let playlist = text(server, url).await;
    read(&playlist, &format()).unwrap_or_else(|| panic!("{playlist}"))
}

/// How many pictures these segments have for a player that begins each item anew.
pub(crate) async fn decoded(server: &TestServer, segments: &[Told]) -> i64 {
    let mut total = 0;
    for item in segments.chunk_by(|a, b| a.discontinuity == b.discontinuity) {
        let mut bytes = Vec::new();
        let uris = item.iter().map(|segment| &segment.uri);
        for uri in item[0].map.iter().chain(uris) {
            let part = server.get(uri).send().await.unwrap().bytes().await.unwrap();
            bytes.extend(part);
        }
        total += i64::try_from(frames(&bytes)).unwrap();
    }
    total
}

pub(crate) fn millis(instant: &Value) -> i64 {
    let instant: jiff::Timestamp = instant.as_str().unwrap().parse().unwrap();
    instant.as_millisecond()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_is_on_the_air_at_once_and_after_a_restart() {
    let server = TestServer::start().await;
    for seconds in [8, 12] {
        comedy(&server, seconds, true).await;
    }
    let made = channel(&server, 7, json!({ "slug": "laughs", "dvr_minutes": 1 })).await;
    let id = made["id"].as_str().unwrap();
    assert_eq!(made["can_edit"], true);

    // By number, slug and identifier; for anybody.
    let play: Value = server
        .get("/api/channel/play/7")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    for name in ["laughs", id] {
        let path = format!("/api/channel/play/{name}");
        let same: Value = server
            .get(&path)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        assert_eq!(same["hls_url"], play["hls_url"]);
    }
    let now = &play["now"];
    let position = now["position"].as_f64().unwrap();
    assert!((0.0..12.0).contains(&position), "{now}");
    assert!(now["title"].as_str().unwrap().starts_with("Film of"));
    assert!(now["video_id"].as_str().unwrap().starts_with("video_"));
    assert!(play["next"]["title"].is_string() && play["token"].is_null());
    let listed: Value = server
        .get("/api/channels")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(listed[0]["number"], 7);
    assert!(listed[0]["now"]["title"].is_string() && listed[0]["definition"].is_null());

    // Each track lists the same segments, and all of them can be had.
    let hls = play["hls_url"].as_str().unwrap();
    let master = text(&server, hls).await;
    let tracks: Vec<&str> = master
        .lines()
        .filter(|line| !line.starts_with('#') && line.contains(".m3u8"))
        .collect();
    assert_eq!(tracks.len(), 4, "{master}");
    assert!(master.contains("URI=\"audio/main.m3u8\""), "{master}");
    let base = hls.strip_suffix("master.m3u8").unwrap();
    let pictures = told(&server, &format!("{base}{}", tracks[0])).await;
    let sound = told(&server, &format!("{base}audio/main.m3u8")).await;
    let same = pictures.iter().zip(&sound).filter(|(a, b)| {
        (a.msn, a.discontinuity, a.at, a.duration) == (b.msn, b.discontinuity, b.at, b.duration)
    });
    // Between the two requests a segment may have come.
    assert!(same.count() + 2 >= pictures.len() && pictures.len() > 10);
    let items = pictures.last().unwrap().discontinuity - pictures[0].discontinuity;
    assert!(items >= 3, "a minute of short films has several: {items}");
    for told in pictures.iter().chain(&sound) {
        for uri in [Some(&told.uri), told.map.as_ref()].into_iter().flatten() {
            let answer = server.get(uri).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK, "{uri}");
            assert!(
                header(&answer, CACHE_CONTROL).contains("immutable"),
                "{uri}"
            );
        }
    }

    // What was aired is whole, item by item, and a player goes on over their ends.
    let begins = millis(&made["begins_at"]);
    let until = pictures[0].at.max(begins + 40_000);
    let aired = format!("{base}{}?from={begins}&until={until}", tracks[0]);
    let segments = told(&server, &aired).await;
    let lasts: i64 = segments.iter().map(|segment| segment.duration).sum();
    assert_eq!(decoded(&server, &segments).await, lasts / 40);
    let seen = ffprobe(&format!("{hls}?from={begins}&until={until}")).await;
    assert!(
        seen.contains("codec_name=h264") && seen.contains("codec_name=aac"),
        "{seen}"
    );

    // A restart changes nothing.
    let playlist = format!("/media/channels/{id}/video/360p.m3u8?from={begins}&until={until}");
    let manifest = format!("/media/channels/{id}/manifest.mpd?from={begins}&until={until}");
    let before = (
        text(&server, &playlist).await,
        text(&server, &manifest).await,
    );
    assert!(before.0.ends_with("#EXT-X-ENDLIST\n") && before.1.contains("type=\"static\""));
    let data = server.stop().await;
    let server = TestServer::on(data, &[]).await;
    let after = (
        text(&server, &playlist).await,
        text(&server, &manifest).await,
    );
    assert!(before == after);
    let later = told(&server, &format!("/media/channels/{id}/video/360p.m3u8")).await;
    for segment in pictures.iter().filter(|s| s.msn >= later[0].msn) {
        let same = later.iter().find(|s| s.msn == segment.msn).unwrap();
        assert_eq!((same.at, &same.uri), (segment.at, &segment.uri));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_hold_together_is_refused_by_its_field() {
    let server = TestServer::start().await;
    channel(&server, 1, json!({ "slug": "one" })).await;
    let least = json!({ "number": 2, "name": "Two", "rules": {} });
    for (field, value, named) in [
        ("number", json!(0), "number"),
        ("number", json!("x"), "number"),
        ("name", json!(""), "name"),
        ("slug", json!("12"), "slug"),
        ("time_zone", json!("Europe/Atlantis"), "time_zone"),
        ("rules", json!({ "year": { "from": "x" } }), "rules.year"),
        ("rule", json!({}), "rule"),
        (
            "programme",
            json!([{ "name": "a", "from": "25:00" }]),
            "programme[0].from",
        ),
        ("lists", json!({ "a": { "lists": ["a"] } }), "lists.a"),
        ("format", json!({ "audio": "opus" }), "format.audio"),
        ("visibility", json!("everybody"), "visibility"),
        ("visibility", json!("groups"), "groups"),
        ("visibility", json!("password"), "password"),
        ("rating", json!("fine"), "rating"),
    ] {
        let mut body = least.clone();
        body[field] = value;
        let answer = server.operator("POST", "/api/channels").json(&body).send();
        let refused = problem(answer.await.unwrap(), 422).await;
        assert!(fields(&refused).contains(&named), "{field}: {refused}");
    }
    for (field, value) in [("number", json!(1)), ("slug", json!("one"))] {
        let mut body = least.clone();
        body[field] = value;
        let answer = server.operator("POST", "/api/channels").json(&body).send();
        let refused = problem(answer.await.unwrap(), 409).await;
        assert_eq!(fields(&refused), [field]);
    }
    let answer = server.get("/api/channels/1").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let nobody = server
        .http
        .post(server.url("/api/channels"))
        .json(&least)
        .send();
    problem(nobody.await.unwrap(), 401).await;
    let other = server
        .operator("PATCH", "/api/channels/1")
        .json(&json!({ "format": {} }));
    let refused = problem(other.send().await.unwrap(), 422).await;
    assert_eq!(fields(&refused), ["format"]);
    for path in [
        "/api/channels/2",
        "/api/channels/99999999999",
        "/api/channel/play/none",
        "/media/channels/channel_none/master.m3u8",
        "/media/slate/avc/600.m4s",
        "/media/silence/48000-3/init.mp4",
    ] {
        problem(server.get(path).send().await.unwrap(), 404).await;
    }
    for path in [
        "/api/channels/1/schedule?from=soon",
        "/api/channels/1/schedule?from=2027-01-01T00:00:00Z&to=2027-02-01T00:00:00Z",
        "/api/epg?channels=a",
        "/epg.xml?days=15",
        "/api/channels?cursor=x",
    ] {
        problem(server.get(path).send().await.unwrap(), 422).await;
    }
    let gone = server
        .operator("DELETE", "/api/channels/one")
        .send()
        .await
        .unwrap();
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    problem(server.get("/api/channels/1").send().await.unwrap(), 404).await;
    channel(&server, 1, json!({ "slug": "one" })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_channel_shows_the_slate_until_there_is_something() {
    let server = TestServer::start().await;
    let made = channel(&server, 3, json!({ "format": {} })).await;
    let id = made["id"].as_str().unwrap();
    let playlist = format!("/media/channels/{id}/video/720p.m3u8");
    let answer = server.get(&playlist).send().await.unwrap();
    let etag = header(&answer, ETAG).to_owned();
    let playlist_text = answer.text().await.unwrap();
    let slate = read(&playlist_text, &Format::default()).unwrap();
    assert!(
        slate.iter().all(|s| s.uri.starts_with("/media/slate/avc/")),
        "{playlist_text}"
    );
    // As long as nothing has come the answer is short.
    let again = server.get(&playlist).header(IF_NONE_MATCH, &etag).send();
    let again = again.await.unwrap();
    let same = header(&again, ETAG) == etag;
    assert_eq!(again.status() == StatusCode::NOT_MODIFIED, same);

    // Picture and silence are media, and go on from one segment to the next.
    let begins = millis(&made["begins_at"]);
    let hls = made["hls_url"].as_str().unwrap();
    let seen = ffprobe(&format!("{hls}?from={begins}&until={}", begins + 5_000)).await;
    assert!(seen.contains("nb_read_frames=125"), "{seen}");
    assert!(seen.contains("codec_name=aac"), "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_with_nothing_to_show_shows_what_comes_by_itself() {
    let server = TestServer::start().await;
    let made = channel(&server, 3, json!({})).await;
    let id = made["id"].as_str().unwrap();
    let playlist = format!("/media/channels/{id}/video/720p.m3u8");
    let slate = told(&server, &playlist).await;
    // What is new and not for it is no reason to begin anew.
    add_film(&server, 12, true).await;
    comedy(&server, 8, true).await;
    let path = format!("/api/channels/{id}");
    let upcoming = loop {
        let seen = server.json(&path).await["upcoming"].take();
        if !seen.is_null() {
            break seen;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    assert_eq!(upcoming["version"], 2, "{upcoming}");
    let at = millis(&upcoming["effective_at"]);
    let listed = schedule_of(&server, id).await;
    let first = listed.iter().find(|one| one["kind"] == "programme");
    assert_eq!(millis(&first.unwrap()["start"]), at, "{listed:?}");
    // Nothing that is listed, or about to be, is another.
    let after = told(&server, &playlist).await;
    for segment in slate.iter().filter(|s| s.msn >= after[0].msn) {
        assert!(
            after
                .iter()
                .any(|s| (s.msn, &s.uri) == (segment.msn, &segment.uri))
        );
    }
    assert!(at > after.last().unwrap().at + 30_000);
    // One that has something takes up what is new at night.
    comedy(&server, 16, true).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    // Or when it is told to; of what would be then, nothing is yet.
    let refresh = server.operator("POST", &format!("{path}/refresh?dry_run=true"));
    let dry: Value = refresh.send().await.unwrap().json().await.unwrap();
    assert_eq!(dry["version"], 3, "{dry}");
    assert_eq!(server.json(&path).await["upcoming"]["version"], 2);
}

async fn schedule_of(server: &TestServer, id: &str) -> Vec<Value> {
    let path = format!("/api/channels/{id}/schedule");
    server.json(&path).await["airings"]
        .as_array()
        .unwrap()
        .clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_for_members_is_for_members() {
    let server = TestServer::start().await;
    let open = comedy(&server, 8, true).await;
    let closed = comedy(&server, 12, false).await;
    let path = format!("/api/videos/{closed}/access");
    let access = json!({ "visibility": "members" });
    let put = server.operator("PUT", &path).json(&access).send();
    assert_eq!(put.await.unwrap().status(), StatusCode::OK);

    // What is for members is not on a channel for everybody.
    let shown = |schedule: &Value| -> Vec<String> {
        let airings = schedule["airings"].as_array().unwrap().iter();
        let ids = airings.filter_map(|airing| airing["video_id"].as_str());
        ids.map(str::to_owned).collect()
    };
    channel(&server, 1, json!({})).await;
    let wide = shown(&server.json("/api/channels/1/schedule").await);
    assert!(wide.contains(&open) && !wide.contains(&closed));

    let made = channel(&server, 2, json!({ "visibility": "members" })).await;
    let id = made["id"].as_str().unwrap();
    let own = shown(&server.json("/api/channels/2/schedule").await);
    assert!(own.contains(&open) && own.contains(&closed));
    problem(server.get("/api/channel/play/2").send().await.unwrap(), 401).await;
    problem(
        server.get("/api/channels/2/schedule").send().await.unwrap(),
        401,
    )
    .await;
    let listed: Value = server
        .get("/api/channels")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert!(!text(&server, "/epg.xml").await.contains(id));
    assert!(!text(&server, "/channels.m3u").await.contains(id));
    let bare = format!("/media/channels/{id}/master.m3u8");
    problem(server.get(&bare).send().await.unwrap(), 401).await;

    let play = server.json("/api/channel/play/2").await;
    let hls = play["hls_url"].as_str().unwrap();
    let token = play["token"].as_str().unwrap();
    assert!(hls.contains(token) && text(&server, hls).await.contains(token));
    let playlist = format!("/media/channels/{id}/video/480p.m3u8?token={token}");
    let segments = told(&server, &playlist).await;
    let inside = segments.iter().find(|s| s.uri.contains(&closed)).unwrap();
    let answer = server.get(&inside.uri).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(header(&answer, CACHE_CONTROL).starts_with("private"));
    // With a token for the channel nothing else of the library opens.
    let (bare, _) = inside.uri.split_once('?').unwrap();
    problem(server.get(bare).send().await.unwrap(), 401).await;
    let other = add_film(&server, 8, false).await;
    let foreign = format!(
        "/media/channels/{id}/{}/{}/0.m4s?token={token}",
        other.video.id, other.pictures.id
    );
    problem(server.get(&foreign).send().await.unwrap(), 404).await;

    // What is taken back is closed, and a private channel is nobody's.
    let access = json!({ "visibility": "private" });
    let put = server
        .operator("PUT", "/api/channels/2/access")
        .json(&access)
        .send();
    assert_eq!(put.await.unwrap().status(), StatusCode::OK);
    problem(server.get("/api/channel/play/2").send().await.unwrap(), 404).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guide_says_what_the_stream_shows() {
    let server = TestServer::start().await;
    for seconds in [8, 12, 10] {
        comedy(&server, seconds, true).await;
    }
    let made = channel(
        &server,
        5,
        json!({ "time_zone": "Europe/Berlin", "language": "de" }),
    )
    .await;
    let id = made["id"].as_str().unwrap();
    let begins = millis(&made["begins_at"]);
    let until = begins + 50_000;
    let query = format!("from={begins}&to={until}");
    let schedule = server
        .json(&format!("/api/channels/5/schedule?{query}"))
        .await;
    let airings = schedule["airings"].as_array().unwrap();
    assert!(airings.len() > 3 && millis(&airings[0]["start"]) == begins);
    for pair in airings.windows(2) {
        assert_eq!(pair[0]["end"], pair[1]["start"]);
    }
    let url = format!("/media/channels/{id}/video/360p.m3u8?from={begins}&until={until}");
    for segment in told(&server, &url).await {
        let airing = airings
            .iter()
            .find(|a| millis(&a["start"]) <= segment.at && segment.at < millis(&a["end"]))
            .unwrap();
        assert!(
            segment.uri.contains(airing["video_id"].as_str().unwrap()),
            "{}",
            segment.uri
        );
    }
    let run = server
        .json(&format!("/api/channels/5/as-run?{query}"))
        .await;
    let slots = run["slots"].as_array().unwrap();
    assert_eq!(slots.len(), airings.len());
    for (slot, airing) in slots.iter().zip(airings) {
        assert_eq!(slot["start"], airing["start"]);
        assert_eq!(slot["airing_id"], airing["id"]);
    }
    // The same an hour later.
    let shifted = format!("{url}&shift=0");
    assert_eq!(
        told(&server, &shifted).await.len(),
        told(&server, &url).await.len()
    );

    let epg: Value = server
        .get("/api/epg?channels=5")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(epg[0]["channel"]["number"], 5);
    let xml = text(&server, "/epg.xml?days=1").await;
    assert!(xml.contains(&format!("<channel id=\"{id}\">")) && xml.contains("Film of 12 s"));
    assert!(xml.ends_with("</tv>\n"));
    let m3u = text(&server, "/channels.m3u").await;
    assert!(m3u.contains("tvg-chno=\"5\"") && m3u.contains(&format!("/media/channels/{id}/")));

    // Before it is kept: a day, and what rules match.
    let body = json!({ "rules": { "tags": ["comedy"], "not": { "minutes": { "from": 1 } } } });
    let found = server.operator("POST", "/api/channels/matches").json(&body);
    let found: Value = found.send().await.unwrap().json().await.unwrap();
    assert_eq!(
        (&found["count"], &found["total_seconds"]),
        (&json!(3), &json!(30.0)),
        "{found}"
    );
    let next = json!({ "rules": { "tags": ["nothing"] } });
    // A day that has not begun anywhere.
    let day = jiff::Timestamp::from_millisecond(begins + 2 * 86_400_000).unwrap();
    let day = day.to_zoned(jiff::tz::TimeZone::UTC).date();
    let path = format!("/api/channels/preview?channel={id}&date={day}");
    let preview = server.operator("POST", &path).json(&next);
    let preview: Value = preview.send().await.unwrap().json().await.unwrap();
    let kinds: Vec<&str> = preview["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|warning| warning["kind"].as_str().unwrap())
        .collect();
    assert!(
        kinds.contains(&"definition") && kinds.contains(&"gap"),
        "{kinds:?}"
    );
    assert!(!preview["changes"].as_array().unwrap().is_empty());
    let now = server.json("/api/channels/5").await;
    assert_eq!(now["definition"]["rules"]["tags"], json!(["comedy"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_finds_a_tuner_and_is_sent_one_stream() {
    let server = TestServer::start().await;
    comedy(&server, 8, true).await;
    let made = channel(&server, 42, json!({ "name": "Forty-two" })).await;
    channel(&server, 43, json!({ "visibility": "members" })).await;
    let get = async |path: &str| -> Value {
        server.get(path).send().await.unwrap().json().await.unwrap()
    };
    let tuner = get("/discover.json").await;
    assert_eq!(tuner["BaseURL"], server.base);
    assert_eq!(tuner["DeviceID"].as_str().unwrap().len(), 8);
    assert_eq!(get("/lineup_status.json").await["ScanInProgress"], 0);
    let scan = server.http.post(server.url("/lineup.post?scan=start"));
    assert_eq!(scan.send().await.unwrap().status(), StatusCode::OK);
    let lineup = get(tuner["LineupURL"].as_str().unwrap()).await;
    assert_eq!(lineup.as_array().unwrap().len(), 1, "{lineup}");
    assert_eq!(lineup[0]["GuideNumber"], "42");
    let play = get("/api/channel/play/42").await;
    assert_eq!(play["ts_url"], lineup[0]["URL"]);
    assert_eq!(play["channel"]["id"], made["id"]);

    let mut answer = server
        .get(lineup[0]["URL"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(header(&answer, reqwest::header::CONTENT_TYPE), "video/mp2t");
    let mut bytes = Vec::new();
    // A few segments: what is on, and some ahead of it.
    while bytes.len() < 200_000 {
        bytes.extend(answer.chunk().await.unwrap().unwrap());
    }
    assert!(bytes.chunks_exact(188).all(|packet| packet[0] == 0x47));
    let mut last = [None::<i64>; 2];
    for event in Demuxer::new().feed(&bytes) {
        let Event::Packet { kind, time_us, .. } = event else {
            panic!("{event:?}");
        };
        let last = &mut last[usize::from(kind == MediaKind::Audio)];
        assert!(
            last.is_none_or(|last| last <= time_us),
            "the clock goes back"
        );
        *last = Some(time_us);
    }
    assert!(last.iter().all(Option::is_some), "{last:?}");
    for path in ["/auto/v43", "/auto/v44", "/auto/42", "/auto/vx"] {
        problem(server.get(path).send().await.unwrap(), 404).await;
    }
}
