//! What players say beside their requests (CMCD) on channels: it counts for the channel and for
//! the title that was on, whether the address says on which channel that is or not.

use serde_json::{Value, json};

use crate::community::sent;
use crate::linear::{channel, comedy, told};
use crate::support::TestServer;

async fn report(server: &TestServer, subject: &str) -> Value {
    let done = sent(server.operator("POST", "/api/analytics/refresh")).await;
    assert_eq!(done.status(), 204);
    let path = format!("/api/analytics/videos/{subject}");
    server.json(&path).await
}

/// A segment's address with this said beside it, as version 1 says it.
fn beside(uri: &str, said: &str) -> String {
    let more = if uri.contains('?') { '&' } else { '?' };
    let said: String = url::form_urlencoded::byte_serialize(said.as_bytes()).collect();
    format!("{uri}{more}CMCD={said}")
}

async fn fetched(server: &TestServer, address: &str) {
    let answer = sent(server.get(address)).await;
    assert_eq!(answer.status(), 200, "{address}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_players_say_on_an_open_channel_counts_for_it_and_what_was_on() {
    let server = TestServer::start().await;
    let film = comedy(&server, 8, true).await;
    let on = channel(&server, 7, json!({ "dvr_minutes": 1 })).await;
    let on = on["id"].as_str().unwrap();
    let list = format!("/media/channels/{on}/video/720p.m3u8");
    let segments: Vec<String> = told(&server, &list)
        .await
        .into_iter()
        .map(|segment| segment.uri)
        .filter(|uri| uri.contains(&film))
        .collect();
    assert!(segments.len() >= 2, "{segments:?}");
    assert!(
        !segments[0].contains("channel"),
        "fetched where everybody fetches it: {}",
        segments[0]
    );

    // Its session has asked for the channel's playlist, in the first version as a query.
    fetched(&server, &beside(&list, r#"ot=m,sid="one",st=l"#)).await;
    for (segment, said) in [
        (&segments[0], r#"br=900,d=2000,ot=v,sid="one",st=l"#),
        (&segments[1], r#"br=900,bs,d=2000,ot=v,sid="one",st=l"#),
    ] {
        fetched(&server, &beside(segment, said)).await;
    }
    // Or the player says by itself what it plays: in the second version, in headers.
    let second = server
        .get(&segments[0])
        .header("cmcd-session", format!("cid=\"{on}\",sid=\"two\",st=l,v=2"))
        .header("cmcd-object", "br=(1100),d=2000,ot=v")
        .header("cmcd-request", "ltc=4200")
        .header("cmcd-status", "bs,bsd=(300)");
    assert_eq!(sent(second).await.status(), 200);
    // One that watches the film by itself is not on the channel.
    fetched(
        &server,
        &beside(&segments[0], r#"br=900,d=2000,ot=v,sid="three""#),
    )
    .await;

    let of_channel = report(&server, on).await;
    assert_eq!(of_channel["totals"]["plays"], 2, "{of_channel}");
    let quality = &of_channel["quality"];
    assert_eq!(
        (&quality["stalls"], &quality["stall_time_seconds"]),
        (&json!(2), &json!(0.3))
    );
    assert_eq!(quality["live_latency_ms"]["count"], 1);
    let items = of_channel["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{items:?}");
    assert_eq!(
        (
            &items[0]["subject_id"],
            &items[0]["title"],
            &items[0]["plays"]
        ),
        (&json!(film), &json!("Film of 8 s"), &json!(2))
    );
    let of_film = report(&server, &film).await;
    assert_eq!(of_film["totals"]["plays"], 3);
    let all = server.json("/api/analytics/overview").await;
    assert_eq!(all["totals"]["plays"], 3, "no play counts twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_closed_channel_the_address_says_which_it_is() {
    let server = TestServer::start().await;
    let film = comedy(&server, 8, true).await;
    let on = channel(&server, 2, json!({ "visibility": "members" })).await;
    let on = on["id"].as_str().unwrap();
    let play = server.json("/api/channel/play/2").await;
    let token = play["token"].as_str().unwrap();
    let list = format!("/media/channels/{on}/video/480p.m3u8?token={token}");
    let segments = told(&server, &list).await;
    let inside = segments.iter().find(|one| one.uri.contains(&film)).unwrap();
    // Nothing of the channel was asked for with this session before: the address says it all.
    fetched(
        &server,
        &beside(&inside.uri, r#"br=900,d=2000,ot=v,sid="one""#),
    )
    .await;
    let told = report(&server, on).await;
    assert_eq!(told["totals"]["plays"], 1, "{told}");
    assert_eq!(told["items"][0]["title"], "Film of 8 s");
    // Who has no token is not heard, either.
    let bare = inside.uri.split('?').next().unwrap();
    let refused = sent(server.get(&beside(bare, r#"d=2000,ot=v,sid="two""#))).await;
    assert_eq!(refused.status(), 401);
    assert_eq!(report(&server, on).await["totals"]["plays"], 1);
}
