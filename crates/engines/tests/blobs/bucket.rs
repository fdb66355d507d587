//! What only a bucket has to withstand: other processes, refusals, servers
//! that are away.

use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use matinee_engines::blobs::{BlobError, Blobs, PartSpec, S3, S3Config, S3Credentials};

use crate::support::{MIB, key, listed, pattern, s3_config, stream_of, whole};

#[tokio::test(flavor = "multi_thread")]
async fn an_append_is_carried_on_by_another_process() {
    let Some(config) = s3_config() else { return };
    let (at, bytes) = (key("films/a"), pattern(1, 21 * MIB));
    let handle = S3::open(&config)
        .await
        .unwrap()
        .begin_upload(&at)
        .await
        .unwrap();
    let mut end = 0;
    for len in [3 * MIB, 10 * MIB, 1, 8 * MIB - 1] {
        let blobs = S3::open(&config).await.unwrap();
        assert_eq!(blobs.append_offset(&at, &handle).await.unwrap(), end as u64);
        let chunk = bytes.slice(end..end + len);
        blobs
            .append(&at, &handle, end as u64, stream_of(&chunk, 100_000))
            .await
            .unwrap();
        end += len;
    }
    // Another part size in the configuration must not matter to what has begun.
    let config = S3Config {
        part_size: 16 << 20,
        ..config
    };
    let blobs = S3::open(&config).await.unwrap();
    assert_eq!(blobs.append_offset(&at, &handle).await.unwrap(), end as u64);
    blobs
        .complete_append(&at, &handle, end as u64)
        .await
        .unwrap();
    assert!(whole(&blobs, &at).await == bytes);
    let left = blobs.collect_stale(Duration::ZERO).await.unwrap();
    assert_eq!((left.uploads, left.leftovers), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_small_appends_become_the_blob() {
    let Some(config) = s3_config() else { return };
    let blobs = S3::open(&config).await.unwrap();
    let (at, bytes) = (key("films/a"), pattern(2, 9 * MIB + 1));
    let handle = blobs.begin_upload(&at).await.unwrap();
    for n in 0..bytes.len().div_ceil(MIB) {
        let chunk = bytes.slice(n * MIB..((n + 1) * MIB).min(bytes.len()));
        blobs
            .append(&at, &handle, (n * MIB) as u64, stream_of(&chunk, 65_536))
            .await
            .unwrap();
    }
    blobs
        .complete_append(&at, &handle, bytes.len() as u64)
        .await
        .unwrap();
    assert!(whole(&blobs, &at).await == bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_below_five_mib_are_refused_at_completion() {
    let Some(config) = s3_config() else { return };
    let blobs = S3::open(&config).await.unwrap();
    let at = key("films/a");
    let handle = blobs.begin_upload(&at).await.unwrap();
    let mut receipts = Vec::new();
    for number in 1..=2 {
        let spec = PartSpec {
            number,
            offset: u64::from(number - 1) * 1000,
            size: 1000,
        };
        let bytes = pattern(u64::from(number), 1000);
        receipts.push(
            blobs
                .put_part(&at, &handle, spec, stream_of(&bytes, 100))
                .await
                .unwrap(),
        );
    }
    let error = blobs
        .complete_upload(&at, &handle, &receipts)
        .await
        .unwrap_err();
    assert!(
        matches!(error, BlobError::InvalidPart { number: 1, .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains("5 MiB"), "{error}");
    blobs.abort_upload(&at, &handle).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_prefixes_of_a_bucket_do_not_meet() {
    let (Some(one), Some(other)) = (s3_config(), s3_config()) else {
        return;
    };
    let (one, other) = (
        S3::open(&one).await.unwrap(),
        S3::open(&other).await.unwrap(),
    );
    one.put(&key("a/b"), pattern(3, 10)).await.unwrap();
    let handle = one.begin_upload(&key("a/c")).await.unwrap();
    assert_eq!(listed(&other, None).await, Vec::<String>::new());
    assert_eq!(other.list_uploads().await.unwrap(), []);
    other.delete_prefix(&key("a")).await.unwrap();
    other.collect_stale(Duration::ZERO).await.unwrap();
    assert_eq!(listed(&one, None).await, ["a/b"]);
    assert_eq!(one.list_uploads().await.unwrap().len(), 1);
    one.abort_upload(&key("a/c"), &handle).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_a_page_is_listed_and_removed() {
    let Some(config) = s3_config() else { return };
    let blobs = S3::open(&config).await.unwrap();
    let puts = (0..1050).map(|n| {
        let blobs = &blobs;
        async move {
            blobs
                .put(&key(&format!("many/{n}")), Bytes::from_static(b"x"))
                .await
                .unwrap()
        }
    });
    futures::stream::iter(puts)
        .buffer_unordered(16)
        .collect::<Vec<_>>()
        .await;
    assert_eq!(listed(&blobs, Some("many")).await.len(), 1050);
    blobs.delete_prefix(&key("many")).await.unwrap();
    assert_eq!(listed(&blobs, Some("many")).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn presigned_addresses_name_the_public_server() {
    let Some(mut config) = s3_config() else {
        return;
    };
    config.public_endpoint = Some("https://media.example.org".parse().unwrap());
    let blobs = S3::open(&config).await.unwrap();
    let url = blobs
        .presign_get(&key("a"), Duration::from_mins(5))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(url.host_str(), Some("media.example.org"));
    assert!(url.path().ends_with("/a"), "{url}");
    assert!(
        url.query_pairs()
            .any(|(name, value)| name == "X-Amz-Expires" && value == "300")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_told_from_outages() {
    let Some(config) = s3_config() else { return };
    S3::open(&config).await.unwrap().health().await.unwrap();
    let mut no_bucket = config.clone();
    no_bucket.bucket = "no-such-bucket-at-all".to_owned();
    let mut wrong_secret = config.clone();
    wrong_secret.credentials = Some(S3Credentials {
        access_key: config.credentials.as_ref().unwrap().access_key.clone(),
        secret_key: "not the secret".to_owned(),
        session_token: None,
    });
    let mut nobody = config.clone();
    nobody.credentials = Some(S3Credentials {
        access_key: "nobody".to_owned(),
        secret_key: "not the secret".to_owned(),
        session_token: None,
    });
    for refused in [no_bucket, wrong_secret, nobody] {
        let error = S3::open(&refused).await.unwrap_err();
        assert!(matches!(error, BlobError::Refused(_)), "{error:?}");
        assert!(!error.to_string().contains("not the secret"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_is_unavailable() {
    let Some(mut config) = s3_config() else {
        return;
    };
    // A port that was free a moment ago: nobody listens.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    config.endpoint = Some(format!("http://127.0.0.1:{port}").parse().unwrap());
    let error = S3::open(&config).await.unwrap_err();
    assert!(error.is_retryable(), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_a_page_of_parts_is_listed() {
    let Some(config) = s3_config() else { return };
    let blobs = S3::open(&config).await.unwrap();
    let at = key("films/a");
    let handle = blobs.begin_upload(&at).await.unwrap();
    let puts = (1..=1003).map(|number| {
        let (blobs, at, handle) = (&blobs, &at, &handle);
        async move {
            let spec = PartSpec {
                number,
                offset: u64::from(number - 1),
                size: 1,
            };
            let bytes = Bytes::from_static(b"x");
            blobs
                .put_part(at, handle, spec, stream_of(&bytes, 1))
                .await
                .unwrap()
        }
    });
    futures::stream::iter(puts)
        .buffer_unordered(16)
        .collect::<Vec<_>>()
        .await;
    let listed = blobs.list_parts(&at, &handle).await.unwrap();
    assert!(listed.iter().map(|part| part.number).eq(1..=1003));
    blobs.abort_upload(&at, &handle).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_a_page_of_uploads_is_listed() {
    let Some(config) = s3_config() else { return };
    let blobs = S3::open(&config).await.unwrap();
    let begun = (0..1003).map(|n| {
        let blobs = &blobs;
        // Many of one key, too: a page may end between them.
        async move {
            blobs
                .begin_upload(&key(&format!("films/{}", n / 3)))
                .await
                .unwrap()
        }
    });
    let begun: Vec<_> = futures::stream::iter(begun)
        .buffer_unordered(16)
        .collect()
        .await;
    let listed = blobs.list_uploads().await.unwrap();
    assert_eq!(listed.len(), begun.len());
    assert!(
        begun
            .iter()
            .all(|handle| listed.iter().any(|upload| upload.handle == *handle))
    );
    let collected = blobs.collect_stale(Duration::ZERO).await.unwrap();
    assert_eq!(collected.uploads, 1003);
}
