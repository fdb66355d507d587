//! Health, metrics, documentation, headers, and addresses that do not exist.

use reqwest::Method;
use serde_json::Value;

use crate::support::{TestServer, problem};

#[tokio::test]
async fn health_is_told() {
    let server = TestServer::start().await;
    let health = server.json("/health").await;
    assert_eq!(health["status"], "healthy");
    assert_eq!(health["checks"]["database"], "ok");
    assert_eq!(health["checks"]["storage"], "ok");
    for path in ["/health/live", "/health/ready"] {
        assert_eq!(server.get(path).send().await.unwrap().status(), 200);
    }
    let metrics = server.get("/metrics").send().await.unwrap();
    assert_eq!(metrics.status(), 200);
    let proxied = server
        .get("/metrics")
        .header("x-forwarded-for", "203.0.113.9");
    problem(proxied.send().await.unwrap(), 401).await;
}

#[tokio::test]
async fn the_api_is_described_and_browsable() {
    let server = TestServer::start().await;
    let document: Value = server.json("/api/openapi.json").await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert!(document["paths"]["/api/videos/{id}"]["patch"].is_object());
    let page = server.get("/docs/").send().await.unwrap();
    assert_eq!(page.status(), 200);
    let html = page.text().await.unwrap();
    assert!(
        !html.contains("//unpkg") && !html.contains("//cdn"),
        "{html}"
    );
}

#[tokio::test]
async fn unknown_addresses_are_problems_or_pages() {
    let server = TestServer::start().await;
    problem(server.get("/api/nothing").send().await.unwrap(), 404).await;
    let wrong = server.operator("PUT", "/api/videos").send().await.unwrap();
    problem(wrong, 405).await;
    let shared = server.get("/upload").send().await.unwrap();
    assert_ne!(
        shared.status(),
        405,
        "the page shares its address with the form"
    );
    problem(server.get("/missing.js").send().await.unwrap(), 404).await;
    let page = server.get("/watch/anything").send().await.unwrap();
    let headers = page.headers();
    assert!(
        headers["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    assert_eq!(headers["x-content-type-options"], "nosniff");
    let csp = headers["content-security-policy"].to_str().unwrap();
    assert!(csp.contains("script-src 'self';"), "{csp}");
}

#[tokio::test]
async fn other_sites_read_only_when_allowed() {
    let server = TestServer::start().await;
    let asked = server
        .get("/api/videos")
        .header("origin", "https://club.example");
    let answer = asked.send().await.unwrap();
    assert!(!answer.headers().contains_key("access-control-allow-origin"));
    let server = TestServer::with(&[("allowed_origins", "https://club.example")]).await;
    for (origin, allowed) in [
        ("https://club.example", true),
        ("https://evil.example", false),
    ] {
        let answer = server
            .get("/api/videos")
            .header("origin", origin)
            .send()
            .await
            .unwrap();
        let headers = answer.headers();
        assert_eq!(headers.contains_key("access-control-allow-origin"), allowed);
        assert!(!headers.contains_key("access-control-allow-credentials"));
    }
    // Whoever asks what the upload endpoint can do is told; a browser's preflight is answered.
    let options = || {
        let request = server
            .http
            .request(Method::OPTIONS, server.url("/api/uploads"));
        request.header("origin", "https://club.example")
    };
    let answer = options().send().await.unwrap();
    assert_eq!(answer.headers()["tus-version"], "1.0.0");
    assert!(answer.headers().contains_key("access-control-allow-origin"));
    let preflight = options().header("access-control-request-method", "PATCH");
    let answer = preflight.send().await.unwrap();
    assert!(
        answer
            .headers()
            .contains_key("access-control-allow-methods")
    );
}
