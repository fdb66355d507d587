//! Where settings come from, and what is refused.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::collections::BTreeMap;
use std::process::{Command, Output};

use matinee::config::{AuthMode, Config, Sources};
use rstest::rstest;

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn environment(pairs: &[(&str, &str)]) -> Sources {
    Sources {
        environment: map(pairs),
        ..Sources::default()
    }
}

#[test]
fn flags_win_over_the_environment_over_the_file_over_defaults() {
    let mut sources = environment(&[("PORT", "2"), ("MAX_FILE_SIZE", "2GiB"), ("HOME", "/x")]);
    sources.flags = map(&[("port", "1")]);
    sources.file = map(&[("port", "3"), ("max_file_size", "3GiB"), ("name", "Club")]);
    let config = Config::load(&sources).unwrap();
    assert_eq!(config.port, 1);
    assert_eq!(config.max_file_size, 2 << 30);
    assert_eq!(config.name, "Club");
    assert_eq!(config.transcoding_preset, "fast");
    assert_eq!(config.auth, AuthMode::Operator);
}

#[rstest]
#[case(&[("PORT", "eighty")], &["PORT", "eighty", "0 to 65535"])]
#[case(&[("MATINEE_PROT", "80")], &["MATINEE_PROT", "did you mean MATINEE_PORT"])]
#[case(&[("MAX_FILE_SIZE", "big")], &["MAX_FILE_SIZE", "bytes"])]
#[case(&[("TRANSCODING_PRESET", "warp")], &["TRANSCODING_PRESET", "x264"])]
#[case(&[("MATINEE_AUTH", "open")], &["MATINEE_AUTH", "loopback"])]
#[case(&[("ENABLE_CDN_INTEGRATION", "true")], &["CDN_BASE_URL"])]
#[case(&[("LOG_LEVEL", "loud")], &["LOG_LEVEL"])]
#[case(&[("ALLOWED_ORIGINS", "example.org")], &["ALLOWED_ORIGINS"])]
#[case(&[("MATINEE_HANDOFF", "signed-url")], &["MATINEE_HANDOFF", "S3"])]
#[case(&[("RTMPS_SERVER_PORT", "1936")], &["MATINEE_TLS_CERT", "MATINEE_TLS_KEY"])]
fn a_wrong_setting_is_named(#[case] given: &[(&str, &str)], #[case] words: &[&str]) {
    let error = Config::load(&environment(given)).unwrap_err().to_string();
    for word in words {
        assert!(error.contains(word), "{word} is not in: {error}");
    }
}

#[test]
fn all_problems_are_told_at_once_and_secrets_are_not() {
    let sources = environment(&[("PORT", "x"), ("DATABASE_URL", "mysql://root:hunter2@db/x")]);
    let error = Config::load(&sources).unwrap_err().to_string();
    assert!(
        error.contains("PORT") && error.contains("DATABASE_URL"),
        "{error}"
    );
    assert!(!error.contains("hunter2"), "{error}");
}

fn matinee(args: &[&str], folder: &std::path::Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_matinee"))
        .args(args)
        .current_dir(folder)
        .env_remove("MATINEE_TEST_POSTGRES_URL")
        .output()
        .unwrap()
}

#[test]
fn the_program_refuses_a_wrong_file_with_code_78() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("matinee.toml"), "prot = 80\n").unwrap();
    let output = matinee(&["serve"], folder.path());
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(78), "{error}");
    assert!(
        error.contains("prot (matinee.toml)") && error.contains("port"),
        "{error}"
    );
    std::fs::write(folder.path().join("matinee.toml"), "port = [\n").unwrap();
    assert_eq!(matinee(&["config"], folder.path()).status.code(), Some(78));
    let help = matinee(&["--help"], folder.path());
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    for command in ["serve", "worker", "migrate", "import", "doctor"] {
        assert!(help.contains(command), "{command} is not in the help");
    }
}

#[test]
fn the_reference_in_the_guides_is_the_one_that_is_generated() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md");
    let kept = std::fs::read_to_string(path).unwrap();
    assert_eq!(
        kept,
        matinee::config::explain(),
        "run: matinee config --explain > docs/configuration.md"
    );
}

#[test]
fn a_certificate_that_cannot_be_used_is_named_by_its_setting() {
    let folder = tempfile::tempdir().unwrap();
    let (chain, key) = (folder.path().join("c.pem"), folder.path().join("k.pem"));
    let words = || {
        let error = matinee::encoders::certificate((chain.clone(), key.clone()));
        error.unwrap_err().to_string()
    };
    let said = words();
    assert!(
        said.starts_with("MATINEE_TLS_CERT cannot be used"),
        "{said}"
    );
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(&chain, made.cert.pem()).unwrap();
    let said = words();
    assert!(said.starts_with("MATINEE_TLS_KEY cannot be used"), "{said}");
    assert!(said.contains("there is no such file"), "{said}");
}
