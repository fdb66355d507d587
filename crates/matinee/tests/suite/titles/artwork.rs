//! Pictures that people bring.

use serde_json::{Value, json};

use super::{ok, picture};
use crate::support::{TestServer, fields, problem};

#[tokio::test]
async fn artwork_is_judged_sized_and_guarded() {
    let server = TestServer::start().await;
    let id = server.external(json!({ "title": "Sintel" })).await;
    let path = format!("/api/videos/{id}/artwork");
    let send = |kind: &str, bytes: Vec<u8>| {
        server
            .operator("POST", &format!("{path}?kind={kind}"))
            .header("content-type", "image/png")
            .body(bytes)
            .send()
    };
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
    let refused = problem(send("poster", svg).await.unwrap(), 422).await;
    assert!(
        refused["detail"].as_str().unwrap().contains("SVG"),
        "{refused}"
    );
    let refused = send("wallpaper", picture("64x96", "png")).await.unwrap();
    assert_eq!(fields(&problem(refused, 422).await), ["kind"]);
    let huge = send("poster", vec![0; 21 << 20]).await.unwrap();
    assert_eq!(huge.status(), 413);

    let made = send("poster", picture("400x600", "png")).await.unwrap();
    assert_eq!(made.status(), 201);
    let made: Value = made.json().await.unwrap();
    assert_eq!(
        (&made["width"], &made["is_primary"]),
        (&json!(400), &json!(true))
    );
    let art = made["id"].as_str().unwrap();
    for (name, kind, magic) in [
        ("160.webp", "image/webp", b"WEBP".as_slice()),
        ("160.avif", "image/avif", b"ftypavif"),
        ("160.jpg", "image/jpeg", b"\xff\xd8\xff"),
        ("1280.jpg", "image/jpeg", b"\xff\xd8\xff"),
    ] {
        let got = server
            .get(&format!("/artwork/{art}/{name}"))
            .send()
            .await
            .unwrap();
        assert_eq!(got.status(), 200, "{name}");
        assert_eq!(got.headers()["content-type"], kind);
        let caching = got.headers()["cache-control"].to_str().unwrap().to_owned();
        assert!(
            caching.contains("immutable") && caching.contains("public"),
            "{caching}"
        );
        let etag = got.headers()["etag"].clone();
        let bytes = got.bytes().await.unwrap();
        assert!(
            bytes.windows(magic.len()).any(|part| part == magic),
            "{name}"
        );
        let again = server
            .get(&format!("/artwork/{art}/{name}"))
            .header("if-none-match", etag);
        assert_eq!(again.send().await.unwrap().status(), 304);
    }
    for wrong in ["161.webp", "160.gif", "160", "x.webp", "160.svg"] {
        problem(
            server
                .get(&format!("/artwork/{art}/{wrong}"))
                .send()
                .await
                .unwrap(),
            404,
        )
        .await;
    }
    let video = server.json(&format!("/api/videos/{id}")).await;
    assert!(video["poster_url"].as_str().unwrap().contains(art));

    // What may not be seen may not be looked at.
    ok(
        &server,
        "PATCH",
        &format!("/api/videos/{id}"),
        json!({ "is_public": false }),
    )
    .await;
    problem(
        server
            .get(&format!("/artwork/{art}/160.webp"))
            .send()
            .await
            .unwrap(),
        404,
    )
    .await;
    let own = server
        .operator("GET", &format!("/artwork/{art}/160.webp"))
        .send()
        .await
        .unwrap();
    assert!(
        own.headers()["cache-control"]
            .to_str()
            .unwrap()
            .starts_with("private")
    );

    let second = send("poster", picture("200x300", "mjpeg")).await.unwrap();
    let second: Value = second.json().await.unwrap();
    assert_eq!(second["is_primary"], true);
    ok(
        &server,
        "PATCH",
        &format!("/api/artwork/{art}"),
        json!({ "is_primary": true }),
    )
    .await;
    let gone = server
        .operator("DELETE", &format!("/api/artwork/{art}"))
        .send()
        .await
        .unwrap();
    assert_eq!(gone.status(), 204);
    let left = server.json(&path).await;
    assert_eq!(left[0]["id"], second["id"]);
    assert_eq!(left[0]["is_primary"], true);
}

/// The files of pictures that are kept below a folder of the blob store.
fn kept(server: &TestServer, below: &str) -> Vec<String> {
    let folder = server.data.path().join("blobs").join(below);
    walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| entry.path().display().to_string())
        .collect()
}

#[tokio::test]
async fn pictures_go_with_what_they_are_of() {
    let server = TestServer::start().await;
    for (room, body) in [
        ("shows", json!({ "title": "The Wire" })),
        ("people", json!({ "name": "Ada Lovelace" })),
        ("collections", json!({ "title": "Best" })),
    ] {
        let made = ok(&server, "POST", &format!("/api/{room}"), body.clone()).await;
        let path = format!("/api/{room}/{}", made["id"].as_str().unwrap());
        let stays = ok(&server, "POST", &format!("/api/{room}"), body).await;
        let other = format!("/api/{room}/{}", stays["id"].as_str().unwrap());
        for path in [&path, &other] {
            let sent = server
                .operator("POST", &format!("{path}/artwork"))
                .header("content-type", "image/png")
                .body(picture("200x300", "png"));
            let art: Value = sent.send().await.unwrap().json().await.unwrap();
            let sized = format!("/artwork/{}/80.jpg", art["id"].as_str().unwrap());
            let got = server.operator("GET", &sized).send().await.unwrap();
            assert_eq!(got.status(), 200, "{room}");
        }
        assert_eq!(
            kept(&server, room).len(),
            4,
            "an original and a size of each"
        );
        let gone = server.operator("DELETE", &path).send().await.unwrap();
        assert_eq!(gone.status(), 204);
        assert_eq!(kept(&server, room).len(), 2, "{room}: the other one's stay");
        let id = path.rsplit('/').next().unwrap();
        assert!(kept(&server, &format!("{room}/{id}")).is_empty());
        let left = server.json(&format!("{other}/artwork")).await;
        assert_eq!(left.as_array().unwrap().len(), 1);
    }
}

/// A PNG's header that claims this many pixels, and no more than that.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut png = picture("32x32", "png");
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = !png[12..29].iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            let shifted = crc >> 1;
            if crc & 1 == 1 {
                shifted ^ 0xedb8_8320
            } else {
                shifted
            }
        })
    });
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    png
}

#[tokio::test]
async fn hostile_pictures_are_refused_whatever_they_call_themselves() {
    let server = TestServer::start().await;
    let id = server.external(json!({ "title": "Sintel" })).await;
    let path = format!("/api/videos/{id}/artwork");
    let svg = "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    let mut gif = b"GIF89a".to_vec();
    gif.extend([0; 64]);
    let whole = picture("64x96", "png");
    for (what, bytes) in [
        ("a bomb", bomb(60_000, 60_000)),
        ("a wide bomb", bomb(4_000_000_000, 16)),
        ("a large one", bomb(11_000, 11_000)),
        ("an SVG", svg.as_bytes().to_vec()),
        ("a page", b"<html><script>alert(1)</script></html>".to_vec()),
        ("a GIF", gif),
        ("half a picture", whole[..whole.len() / 2].to_vec()),
        ("a mere beginning", b"\x89PNG\r\n\x1a\n".to_vec()),
    ] {
        let part = reqwest::multipart::Part::bytes(bytes).file_name("../../poster.png");
        let form = reqwest::multipart::Form::new().part("file", part);
        let sent = server.operator("POST", &path).multipart(form);
        let refused = problem(sent.send().await.unwrap(), 422).await;
        assert_eq!(fields(&refused), ["file"], "{what}: {refused}");
    }
    assert_eq!(server.json(&path).await, json!([]));
    assert!(kept(&server, "videos").is_empty());
}
