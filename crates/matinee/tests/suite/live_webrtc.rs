//! What those are answered over HTTP who publish and watch by WebRTC. That media goes through is
//! tested with real peers elsewhere: beside the code, and with browsers.

use reqwest::{RequestBuilder, Response, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};

use crate::live_broadcast::{encoder, header, live, stream, text};
use crate::support::{TestServer, problem};

/// What a browser offers that would send pictures and sound.
pub fn offer(direction: &str) -> String {
    let fingerprint = vec!["AB"; 32].join(":");
    let media = |mid: u8, kind: &str, lines: &str| {
        format!(
            "m={kind}\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=ice-options:trickle\r\na=fingerprint:sha-256 {fingerprint}\r\na=setup:actpass\r\na=mid:{mid}\r\na={direction}\r\na=rtcp-mux\r\na=rtcp-rsize\r\n{lines}"
        )
    };
    let sound = media(
        0,
        "audio 9 UDP/TLS/RTP/SAVPF 111",
        "a=rtpmap:111 opus/48000/2\r\n",
    );
    let pictures = media(
        1,
        "video 9 UDP/TLS/RTP/SAVPF 102",
        "a=rtpmap:102 H264/90000\r\na=rtcp-fb:102 nack\r\na=rtcp-fb:102 nack pli\r\na=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\n",
    );
    format!(
        "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n{sound}{pictures}"
    )
}

fn sdp(request: RequestBuilder, body: String) -> RequestBuilder {
    request.header("content-type", "application/sdp").body(body)
}

async fn sent(request: RequestBuilder) -> Response {
    request.send().await.unwrap()
}

/// Looks at what somebody is answered whose session has begun.
async fn begun(server: &TestServer, answer: Response, sessions: &str) -> String {
    assert_eq!(answer.status(), StatusCode::CREATED);
    assert_eq!(header(&answer, "content-type"), "application/sdp");
    assert_eq!(
        header(&answer, "accept-patch"),
        "application/trickle-ice-sdpfrag"
    );
    assert!(!header(&answer, "etag").is_empty());
    let session = header(&answer, "location").to_owned();
    assert!(session.starts_with(sessions), "{session}");
    let text = answer.text().await.unwrap();
    let port = server.ports.webrtc.unwrap();
    assert!(text.contains("a=ice-lite"), "{text}");
    assert!(
        text.contains(&format!(" 127.0.0.1 {port} typ host")),
        "{text}"
    );
    session
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_opens_a_session_and_its_address_ends_it() {
    let server = TestServer::start().await;
    let made = stream(&server, json!({})).await;
    let key = text(&made, "stream_key");
    let whip = server.url("/whip");
    assert_eq!(text(&made, "whip_url"), format!("{whip}/{key}"));

    let post = || sdp(server.http.post(&whip), offer("sendonly"));
    let answer = sent(post().bearer_auth(key)).await;
    let session = begun(&server, answer, "/whip/sessions/").await;
    let by_address = sdp(server.http.post(text(&made, "whip_url")), offer("sendrecv"));
    begun(&server, sent(by_address).await, "/whip/sessions/").await;
    // The owner's page knows no key.
    let path = format!("/api/streams/{}/whip", text(&made, "id"));
    let owner = sdp(server.operator("POST", &path), offer("sendonly"));
    begun(&server, sent(owner).await, "/whip/sessions/").await;
    let stranger = sdp(server.http.post(server.url(&path)), offer("sendonly"));
    problem(sent(stranger).await, 401).await;

    let session = server.url(&session);
    let patch = || {
        let request = server.http.patch(&session).body("a=mid:0\r\n");
        request.header("content-type", "application/trickle-ice-sdpfrag")
    };
    assert_eq!(sent(patch()).await.status(), StatusCode::NO_CONTENT);
    problem(sent(patch().header("if-match", "*")).await, 422).await;
    problem(sent(patch().header("if-match", "\"x\"")).await, 412).await;
    let plain = server.http.patch(&session).body("a=mid:0\r\n");
    problem(sent(plain).await, 415).await;
    assert_eq!(
        sent(server.http.delete(&session)).await.status(),
        StatusCode::OK
    );
    problem(sent(server.http.delete(&session)).await, 404).await;
    problem(sent(patch()).await, 404).await;
    let able = server.http.request(reqwest::Method::OPTIONS, &whip);
    assert_eq!(header(&sent(able).await, "accept-post"), "application/sdp");
}

#[rstest]
#[case::no_key(None, "application/sdp", offer("sendonly"), 401)]
#[case::another_key(Some("key_wrong"), "application/sdp", offer("sendonly"), 401)]
#[case::another_type(Some(""), "application/json", offer("sendonly"), 415)]
#[case::rubbish(Some(""), "application/sdp", "rubbish".to_owned(), 400)]
#[case::receives(Some(""), "application/sdp", offer("recvonly"), 406)]
#[case::other_codecs(Some(""), "application/sdp", offer("sendonly").replace("H264", "VP8").replace("opus", "G722"), 406)]
#[case::no_fingerprint(Some(""), "application/sdp", offer("sendonly").replace("a=fingerprint", "a=x"), 400)]
#[case::too_long(Some(""), "application/sdp; charset=utf-8", "v=0\r\n".repeat(20_000), 413)]
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_is_refused(
    #[case] key: Option<&str>,
    #[case] kind: &str,
    #[case] body: String,
    #[case] status: u16,
) {
    let server = TestServer::start().await;
    let made = stream(&server, json!({})).await;
    let mut request = server.http.post(server.url("/whip")).body(body);
    request = request.header("content-type", kind);
    if let Some(key) = key {
        let right = text(&made, "stream_key");
        request = request.bearer_auth(if key.is_empty() { right } else { key });
    }
    problem(sent(request).await, status).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_watch_may_watch_by_webrtc() {
    let server = TestServer::start().await;
    let made = stream(&server, json!({ "is_private": true, "max_viewers": 1 })).await;
    let path = format!("/api/streams/{}", text(&made, "id"));
    let whep = server.url(&format!("/whep/{}", text(&made, "id")));
    let watch = |url: &str| sdp(server.http.post(url), offer("recvonly"));
    let grant = server.json(&format!("{path}/token")).await;
    let mine = format!("{whep}?token={}", text(&grant, "token"));
    assert_eq!(made["whep_url"], Value::Null);
    problem(sent(watch(&mine)).await, 404).await;

    let _encoder = encoder(&server, text(&made, "stream_key"), 600);
    live(&server, &path).await;
    let shown = server.json(&path).await;
    assert_eq!(text(&shown, "whep_url"), whep);
    problem(sent(watch(&whep)).await, 404).await;
    problem(sent(watch(&format!("{whep}?token=x"))).await, 404).await;
    problem(
        sent(sdp(server.http.post(&mine), offer("sendonly"))).await,
        406,
    )
    .await;
    let session = begun(&server, sent(watch(&mine)).await, "/whep/sessions/").await;
    assert_eq!(server.json(&path).await["viewer_count"], 1);
    // There is room for one, and those who look after it.
    let other = watch(&whep).header("cookie", "matinee_viewer=0123456789abcdef0123456789abcdef");
    problem(sent(other).await, 404).await;
    let session = server.url(&session);
    assert_eq!(
        sent(server.http.delete(&session)).await.status(),
        StatusCode::OK
    );
    problem(sent(server.http.delete(&session)).await, 404).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_port_there_is_no_webrtc() {
    let server = TestServer::with(&[("webrtc_udp_port", "0")]).await;
    let made = stream(&server, json!({})).await;
    assert_eq!(made["whip_url"], Value::Null);
    let post = sdp(server.http.post(server.url("/whip")), offer("sendonly"));
    problem(sent(post.bearer_auth(text(&made, "stream_key"))).await, 404).await;
}
