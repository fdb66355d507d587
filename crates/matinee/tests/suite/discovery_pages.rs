//! What other sites are told: feeds, sitemaps, cards, embedded players.

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Value, json};

use crate::discovery::until;
use crate::support::{TestServer, problem};

const HOSTILE: &str = "</title><script>alert(1)</script> & \"Söhne\" ]]>";

async fn library(server: &TestServer) -> (String, String) {
    let open = server
        .external(
            json!({ "title": HOSTILE, "description": "A <b>bold</b> film.\n--><!--",
            "genre": "Drama & Co", "content_type": "movie", "release_year": 1999, "rating": "PG-13",
            "tags": ["one", "two"] }),
        )
        .await;
    let hidden = server
        .external(json!({ "title": "Hidden away", "is_public": false }))
        .await;
    server
        .external(
            json!({ "title": "Pilot", "show_title": "Peaks", "season_number": 1,
            "episode_number": 1, "content_type": "episode" }),
        )
        .await;
    until(server, "/api/search", true, |page| page["total"] == 3).await;
    (open, hidden)
}

async fn text(server: &TestServer, path: &str) -> String {
    let response = server.get(path).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    response.text().await.unwrap()
}

/// The texts of a document's elements, by name; fails unless it is well-formed.
fn elements(xml: &str) -> Vec<(String, String)> {
    let mut reader = Reader::from_str(xml);
    let mut open: Vec<String> = Vec::new();
    let mut found = Vec::new();
    let mut text = String::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                open.push(String::from_utf8(tag.name().as_ref().to_vec()).unwrap());
                text.clear();
            }
            Event::Text(part) => text.push_str(&part.decode().unwrap()),
            Event::GeneralRef(name) => {
                let name = name.decode().unwrap();
                text.push_str(match &*name {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "quot" => "\"",
                    "#39" => "'",
                    other => panic!("&{other};"),
                });
            }
            Event::End(_) => found.push((open.pop().unwrap(), std::mem::take(&mut text))),
            Event::Empty(tag) => {
                for attribute in tag.attributes() {
                    attribute.unwrap();
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty());
    found
}

fn of<'a>(found: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    let named = found.iter().filter(|(n, _)| n == name);
    named.map(|(_, text)| text.as_str()).collect()
}

#[tokio::test]
async fn feeds_tell_what_is_new_and_nothing_else() {
    let server = TestServer::start().await;
    let (open, hidden) = library(&server).await;
    for path in ["/feeds/rss.xml", "/feeds/mrss.xml", "/sitemap.xml"] {
        let xml = text(&server, path).await;
        assert!(
            !xml.contains(&hidden) && !xml.contains("Hidden away"),
            "{path}"
        );
        assert!(xml.contains(&open), "{path}");
        let found = elements(&xml);
        if path != "/sitemap.xml" {
            assert_eq!(of(&found, "title")[1..], ["Pilot", HOSTILE]);
            assert_eq!(of(&found, "guid")[1], open);
        }
    }
    let media = text(&server, "/feeds/mrss.xml?genre=Drama%20%26%20Co").await;
    let found = elements(&media);
    assert_eq!(of(&found, "media:title"), [HOSTILE]);
    assert!(media.contains("<media:content url=\"https://example.com/film.mp4\""));
    problem(
        server.get("/feeds/rss.xml?limit=0").send().await.unwrap(),
        422,
    )
    .await;
    let roku: Value = server
        .get("/feeds/roku.json")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(roku["movies"][0]["title"], HOSTILE);
    assert_eq!(
        roku["movies"][0]["content"]["videos"][0]["url"],
        "https://example.com/film.mp4"
    );
    assert_eq!(roku["movies"][0]["releaseDate"], "1999-01-01");
    let season = &roku["series"][0]["seasons"][0];
    assert_eq!(season["episodes"][0]["episodeNumber"], 1);
    assert!(!roku.to_string().contains("Hidden away"));
    let robots = text(&server, "/robots.txt").await;
    assert!(robots.contains(&format!("Sitemap: {}/sitemap.xml", server.base)));
    problem(server.get("/sitemap.xml?part=9").send().await.unwrap(), 404).await;
    problem(server.get("/sitemap.xml?part=0").send().await.unwrap(), 404).await;
}

#[tokio::test]
async fn a_page_says_what_it_is_about_unless_that_is_hidden() {
    let server = TestServer::start().await;
    let (open, hidden) = library(&server).await;
    let page = server.get(&format!("/watch/{open}")).send().await.unwrap();
    let page = page.text().await.unwrap();
    assert!(!page.contains("<script>alert") && !page.contains("<b>bold"));
    assert!(page.contains("<meta property=\"og:type\" content=\"video.movie\"/>"));
    assert!(page.contains(&format!(
        "<link rel=\"canonical\" href=\"{}/watch/{open}\"/>",
        server.base
    )));
    let data = page
        .split_once("<script type=\"application/ld+json\">")
        .unwrap()
        .1;
    let data: Value = serde_json::from_str(data.split_once("</script>").unwrap().0).unwrap();
    assert_eq!(data["@graph"][0]["name"], HOSTILE);
    assert_eq!(data["@graph"][0]["@type"], "VideoObject");
    assert_eq!(data["@graph"][1]["@type"], "Movie");
    for path in [format!("/watch/{hidden}"), "/watch/nonsense".to_owned()] {
        // The head is for everybody, even where the operator asks.
        let page = server.operator("GET", &path).send().await.unwrap();
        let page = page.text().await.unwrap();
        assert!(!page.contains("og:title") && !page.contains("Hidden away"));
    }
}

#[tokio::test]
async fn a_player_can_be_embedded_where_the_operator_says() {
    let server = TestServer::with(&[("embed_sites", "https://club.example")]).await;
    let (open, hidden) = library(&server).await;
    let page = format!("{}/watch/{open}", server.base);
    let ask = |url: &str, more: &str| {
        let url: String = url::form_urlencoded::byte_serialize(url.as_bytes()).collect();
        server.get(&format!("/oembed?url={url}{more}")).send()
    };
    let answer = ask(&page, "&maxwidth=320").await.unwrap();
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(
        (&answer["type"], &answer["version"]),
        (&json!("video"), &json!("1.0"))
    );
    assert_eq!(
        (&answer["width"], &answer["height"]),
        (&json!(320), &json!(180))
    );
    let html = answer["html"].as_str().unwrap();
    assert!(html.contains(&format!("src=\"{}/embed/{open}\"", server.base)));
    assert!(!html.contains("<script>"));
    let xml = ask(&page, "&format=xml")
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert_eq!(of(&elements(&xml), "title"), [HOSTILE]);
    problem(ask(&page, "&format=yaml").await.unwrap(), 501).await;
    problem(
        ask("https://elsewhere.example/watch/x", "").await.unwrap(),
        404,
    )
    .await;
    let secret = format!("{}/watch/{hidden}", server.base);
    problem(ask(&secret, "").await.unwrap(), 404).await;
    problem(server.get("/oembed").send().await.unwrap(), 422).await;

    let player = server.get(&format!("/embed/{open}")).send().await.unwrap();
    let policy = player.headers()["content-security-policy"]
        .to_str()
        .unwrap();
    assert!(
        policy.contains("frame-ancestors 'self' https://club.example"),
        "{policy}"
    );
    let player = player.text().await.unwrap();
    assert!(player.contains("noindex"), "{player}");
    assert_eq!(player.matches("<script>").count(), 0, "no title is markup");
    let refused = server
        .get(&format!("/embed/{hidden}"))
        .send()
        .await
        .unwrap();
    assert!([401, 404].contains(&refused.status().as_u16()));
    // A person looks at it, in a frame on somebody's page.
    let kind = &refused.headers()["content-type"];
    assert_eq!(kind, "text/html; charset=utf-8");
    assert!(!refused.text().await.unwrap().contains("Hidden away"));
    let nothing = server.get("/embed/nothing").send().await.unwrap();
    assert_eq!(nothing.status(), 404);
    let kind = &nothing.headers()["content-type"];
    assert_eq!(kind, "text/html; charset=utf-8");
    let server = TestServer::start().await;
    let (open, _) = library(&server).await;
    let player = server.get(&format!("/embed/{open}")).send().await.unwrap();
    let policy = player.headers()["content-security-policy"]
        .to_str()
        .unwrap();
    assert!(policy.ends_with("frame-ancestors *"), "{policy}");
}
