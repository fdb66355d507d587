//! A full disk: what does not fit is refused in words, and everything else goes on.

use std::process::Command;

use reqwest::{Method, StatusCode};

use crate::media::{ffmpeg, film};
use crate::server::{Server, Setup};

/// A shell that mounts a small memory file system on DATA, in a namespace of its own, and then runs the program.
fn on_a_small_disk(data: &str, mebibytes: u32) -> Option<Vec<String>> {
    // Without root, a user namespace gives the right to mount.
    let mut unshare: Vec<String> = ["unshare", "--mount", "--propagation", "private"]
        .map(str::to_owned)
        .to_vec();
    if !rustix::process::getuid().is_root() {
        unshare.extend(["--user", "--map-root-user"].map(str::to_owned));
    }
    let script = format!("mount -t tmpfs -o size={mebibytes}m tmpfs '{data}' && exec \"$@\"");
    unshare.extend(["sh".to_owned(), "-c".to_owned(), script, "sh".to_owned()]);
    let works = Command::new(&unshare[0])
        .args(&unshare[1..])
        .arg("true")
        .output()
        .is_ok_and(|output| output.status.success());
    works.then_some(unshare)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_in_words_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    // Of these, 64 MiB are kept free for the database and for what is being made.
    let Some(before) = on_a_small_disk(data.to_str().unwrap(), 128) else {
        eprintln!("SKIPPED: a full disk (no right to mount a small one here)");
        return;
    };
    let server = Server::start_with(Setup {
        before,
        data_dir: Some(data),
        ..Setup::default()
    })
    .await;
    let client = server.client();

    let first = client.uploaded(&film(), "Came in time").await;
    client.completed(&first).await;

    // Larger than the whole disk; its length alone would do, but a form's length says little, so bytes must count.
    let large = folder.path().join("large.mp4");
    let large_path = large.to_str().unwrap();
    ffmpeg(&[
        "-stream_loop",
        "-1",
        "-i",
        film().to_str().unwrap(),
        "-c",
        "copy",
        "-fs",
        "90000000",
        large_path,
    ]);
    for _ in 0..2 {
        let answer = client
            .upload(&large, "Too much")
            .await
            .expect("an answer, not a broken connection");
        assert_eq!(answer.status(), StatusCode::INSUFFICIENT_STORAGE);
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        let problem: serde_json::Value = answer.json().await.unwrap();
        assert!(
            problem["detail"]
                .as_str()
                .is_some_and(|text| text.len() > 10),
            "{problem:#}"
        );
    }

    // It lives, what it had still plays, the space of the refused uploads is free again, and no trace of them is seen.
    let videos = client.json("/api/videos").await;
    assert_eq!(videos.as_array().unwrap().len(), 1, "{videos:#}");
    assert_eq!(
        crate::media::complaints(&format!("{}/media/{first}/master.m3u8", client.base)),
        ""
    );
    let gone = client
        .request(Method::DELETE, &format!("/api/videos/{first}"))
        .send()
        .await
        .unwrap();
    assert!(gone.status().is_success());
    let second = client.uploaded(&film(), "Room again").await;
    client.completed(&second).await;
}
