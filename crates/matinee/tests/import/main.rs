//! `matinee import` and the other commands, as a person at a terminal uses them.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod library;

use std::path::Path;
use std::process::Command;

/// The program on a data folder of its own.
fn command(data: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_matinee"));
    command
        .args(args)
        .arg("--data-dir")
        .arg(data)
        .args(["--set", "log_level=warn", "--set", "port=0"])
        .current_dir(data);
    command
}

/// What a command prints, and its exit code.
fn matinee(data: &Path, args: &[&str]) -> (String, i32) {
    let output = command(data, args).output().unwrap();
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text += &String::from_utf8_lossy(&output.stderr);
    (text, output.status.code().unwrap())
}

fn film(path: &Path) {
    let made = Command::new("ffmpeg")
        .args([
            "-v",
            "error",
            "-y",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=s=320x180:r=24:d=2",
        ])
        .args([
            "-f",
            "lavfi",
            "-i",
            "sine=d=2",
            "-pix_fmt",
            "yuv420p",
            "-shortest",
        ])
        .arg(path)
        .status()
        .unwrap();
    assert!(made.success());
}

#[test]
fn a_folder_is_imported_once() {
    let data = tempfile::tempdir().unwrap();
    let films = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(films.path().join("deep/.hidden")).unwrap();
    film(&films.path().join("one.mp4"));
    film(&films.path().join("deep/two.mkv"));
    film(&films.path().join("deep/.hidden/three.mp4"));
    std::fs::write(films.path().join("notes.txt"), "no film").unwrap();
    std::fs::write(films.path().join("broken.mp4"), "no film either").unwrap();
    let folder = films.path().to_str().unwrap();

    let (said, code) = matinee(data.path(), &["import", "--dry-run", folder]);
    assert_eq!(said.matches("would import").count(), 3, "{said}");
    assert_eq!(code, 0);

    let (said, code) = matinee(data.path(), &["import", folder]);
    assert_eq!(said.matches("  ready  ").count(), 2, "{said}");
    assert!(
        said.contains("FAILED") && said.contains("broken.mp4"),
        "{said}"
    );
    assert_eq!(code, 1, "{said}");

    let (said, _) = matinee(data.path(), &["import", folder]);
    assert!(said.matches("there already  ").count() >= 2, "{said}");
    assert_eq!(said.matches("  ready  ").count(), 0, "{said}");

    let (said, code) = matinee(data.path(), &["import", "/nowhere/film.mp4"]);
    assert!(said.contains("/nowhere/film.mp4"), "{said}");
    assert_eq!(code, 1);
}

#[test]
fn the_machine_is_examined_and_the_database_migrated() {
    let data = tempfile::tempdir().unwrap();
    let (said, code) = matinee(data.path(), &["migrate"]);
    assert_eq!(code, 0, "{said}");
    let (said, code) = matinee(data.path(), &["doctor"]);
    assert_eq!(code, 0, "{said}");
    for what in [
        "ffmpeg version",
        "ffprobe version",
        "data folder",
        "database answers",
    ] {
        assert!(said.contains(what), "{what} is not in {said}");
    }
    let (said, code) = matinee(data.path(), &["reset-password"]);
    assert!(code == 0 && said.contains("Password"), "{said}");
    let (said, _) = matinee(data.path(), &["openapi"]);
    assert!(said.contains("\"/api/videos/upload\""), "{said}");
}
