//! Folders of the machine, looked through from the studio.

use std::time::Duration;

use serde_json::{Value, json};

use super::sent;
use crate::support::{TestServer, fields, problem};

const FILM: &[u8] = include_bytes!("../../media/bigbuckbunny.mp4");

/// Waits for the scan of a folder to end.
async fn ended(server: &TestServer, path: &str) -> Value {
    for _ in 0..600 {
        let folder = server.json(path).await;
        let state = folder["scan"]["state"].as_str().unwrap_or_default();
        if !["queued", "running"].contains(&state) {
            return folder["scan"].clone();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{}", server.json(path).await);
}

#[tokio::test]
async fn a_folder_is_tried_and_taken_in_and_nothing_else_of_the_machine_is_shown() {
    let films = tempfile::tempdir().unwrap();
    let at = films.path().join("Big Buck Bunny (2008)");
    std::fs::create_dir_all(&at).unwrap();
    std::fs::write(at.join("Big Buck Bunny (2008).mp4"), FILM).unwrap();
    let nfo = "<movie><title>Big Buck Bunny</title><tagline>Revenge</tagline></movie>";
    std::fs::write(at.join("Big Buck Bunny (2008).nfo"), nfo).unwrap();
    std::fs::write(films.path().join("broken.mp4"), b"this is no film").unwrap();
    std::fs::write(films.path().join("notes.txt"), b"no film").unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::write(elsewhere.path().join("secret.mp4"), FILM).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), films.path().join("link")).unwrap();
    let gone = films.path().join("gone");
    let named = format!("{},{}", films.path().display(), gone.display());
    let server = TestServer::with(&[("library_folders", &named)]).await;
    let listed = server.json("/api/metadata/folders").await;
    assert_eq!(
        (&listed[0]["available"], &listed[1]["available"]),
        (&json!(true), &json!(false)),
        "{listed}"
    );
    let whole = format!(
        "/api/metadata/folders/{}",
        listed[0]["id"].as_str().unwrap()
    );
    let scan = format!("{whole}/scan");

    let asked = sent(&server, "POST", &scan, json!({ "dry_run": true })).await;
    assert_eq!(asked.status(), 202);
    let tried = ended(&server, &whole).await;
    assert_eq!(
        (&tried["state"], &tried["found"], &tried["imported"]),
        (&json!("done"), &json!(2), &json!(2)),
        "{tried}"
    );
    let notes: Vec<&Value> = tried["files"].as_array().unwrap().iter().collect();
    assert!(
        notes
            .iter()
            .any(|file| file["notes"][0] == "Big Buck Bunny (2008)" && file["fate"] == "would"),
        "{tried}"
    );
    assert!(
        server
            .json("/api/videos")
            .await
            .as_array()
            .unwrap()
            .is_empty()
    );

    let asked = sent(&server, "POST", &scan, json!({ "is_public": true })).await;
    assert_eq!(asked.status(), 202);
    let done = ended(&server, &whole).await;
    assert_eq!(
        (&done["state"], &done["imported"], &done["failed"]),
        (&json!("done"), &json!(1), &json!(1)),
        "{done}"
    );
    let videos = server.json("/api/videos").await;
    assert_eq!(
        (&videos[0]["title"], &videos[0]["tagline"]),
        (&json!("Big Buck Bunny"), &json!("Revenge")),
        "{videos}"
    );
    assert_eq!(videos.as_array().unwrap().len(), 1);
    let again = sent(&server, "POST", &scan, json!({ "is_public": true })).await;
    assert_eq!(again.status(), 202);
    let again = ended(&server, &whole).await;
    assert_eq!(
        (&again["there"], &again["imported"]),
        (&json!(1), &json!(0))
    );

    let missing = format!(
        "/api/metadata/folders/{}/scan",
        listed[1]["id"].as_str().unwrap()
    );
    problem(sent(&server, "POST", &missing, json!({})).await, 409).await;
    let unknown = "/api/metadata/folders/..%2F..%2Fetc/scan";
    problem(sent(&server, "POST", unknown, json!({})).await, 404).await;
    let wrong = sent(&server, "POST", &scan, json!({ "path": "/etc" })).await;
    assert_eq!(fields(&problem(wrong, 422).await), ["path"]);
    problem(
        server.get("/api/metadata/folders").send().await.unwrap(),
        401,
    )
    .await;
    let stopped = server.operator("DELETE", &scan).send().await.unwrap();
    assert_eq!(stopped.status(), 204, "one that has ended stays as it is");
    assert_eq!(ended(&server, &whole).await["state"], "done");
}
