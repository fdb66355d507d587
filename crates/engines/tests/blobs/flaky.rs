//! A network that breaks: connections to the S3 server are cut after a random
//! number of bytes. Every call either succeeds or says that it may be tried
//! again; tried again, it succeeds, and the bytes are the right ones.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use matinee_engines::blobs::{BlobError, Blobs, S3};
use rand::RngExt;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{MIB, key, parts_of, pattern, s3_config, stream_of, whole};

/// Copies up to so many bytes.
async fn copy(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, mut left: usize) {
    let mut buffer = vec![0; 16 << 10];
    while left > 0 {
        match from.read(&mut buffer).await {
            Ok(read) if read > 0 => {
                let passed = read.min(left);
                left -= passed;
                if to.write_all(&buffer[..passed]).await.is_err() {
                    return;
                }
            }
            _ => return,
        }
    }
}

/// Forwards to this address, and breaks every other connection somewhere.
async fn breaking_proxy(server: String) -> (u16, Arc<AtomicUsize>) {
    let broken = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&broken);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (client, _) = listener.accept().await.unwrap();
            let (server, broken) = (server.clone(), Arc::clone(&counting));
            tokio::spawn(async move {
                let Ok(upstream) = TcpStream::connect(server).await else {
                    return;
                };
                let limit = |breaks: bool| {
                    if breaks {
                        rand::rng().random_range(0..4 * MIB)
                    } else {
                        usize::MAX
                    }
                };
                let breaks = rand::rng().random_ratio(1, 2);
                broken.fetch_add(usize::from(breaks), Ordering::Relaxed);
                let (up, down) = (limit(breaks), limit(breaks));
                let (client_read, client_write) = client.into_split();
                let (server_read, server_write) = upstream.into_split();
                // Whichever direction ends first takes the other with it.
                tokio::select! {
                    () = copy(client_read, server_write, up) => {}
                    () = copy(server_read, client_write, down) => {}
                }
            });
        }
    });
    (port, broken)
}

/// Tries until it succeeds; whatever fails must say that it may be tried again.
async fn persist<T>(what: &str, mut call: impl AsyncFnMut() -> Result<T, BlobError>) -> T {
    for _ in 0..20 {
        match call().await {
            Ok(done) => return done,
            Err(error) if error.is_retryable() => eprintln!("{what}: {error}"),
            Err(error) => panic!("{what}: {error:?}"),
        }
    }
    panic!("{what} never succeeded");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_breaking_network_costs_attempts_and_nothing_else() {
    let Some(mut config) = s3_config() else {
        return;
    };
    let straight = S3::open(&config).await.unwrap();
    let server = config.endpoint.clone().unwrap();
    let server = format!("{}:{}", server.host_str().unwrap(), server.port().unwrap());
    let (port, broken) = breaking_proxy(server).await;
    config.endpoint = Some(format!("http://127.0.0.1:{port}").parse().unwrap());
    let blobs = persist("open", async || S3::open(&config).await).await;
    for round in 0..3 {
        let bytes = pattern(round, 12 * MIB + 7);
        let at = key(&format!("put/{round}"));
        persist("put", async || blobs.put(&at, bytes.slice(..3 * MIB)).await).await;
        assert!(whole(&straight, &at).await == bytes.slice(..3 * MIB));
        let got = persist("get", async || blobs.get(&at, 100..3 * MIB as u64).await).await;
        assert!(got == bytes.slice(100..3 * MIB));

        let at = key(&format!("stream/{round}"));
        persist("put_stream", async || {
            blobs.put_stream(&at, stream_of(&bytes, 100_000)).await
        })
        .await;
        assert!(whole(&straight, &at).await == bytes);

        // Small parts by way of memory, a large one by way of a file.
        for size in [5 * MIB, 11 * MIB] {
            let at = key(&format!("parts/{round}"));
            let handle = persist("begin", async || blobs.begin_upload(&at).await).await;
            let mut receipts = Vec::new();
            for (spec, part) in parts_of(&bytes, size) {
                let put = async || {
                    let stream = stream_of(&part, 100_000);
                    blobs.put_part(&at, &handle, spec, stream).await
                };
                receipts.push(persist("put_part", put).await);
            }
            let listed = persist("list_parts", async || blobs.list_parts(&at, &handle).await).await;
            assert_eq!(listed, receipts);
            let complete = async || blobs.complete_upload(&at, &handle, &receipts).await;
            persist("complete_upload", complete).await;
            assert!(whole(&straight, &at).await == bytes);
        }

        let at = key(&format!("append/{round}"));
        let handle = persist("begin", async || blobs.begin_upload(&at).await).await;
        persist("append", async || {
            let end = blobs.append_offset(&at, &handle).await?;
            let rest = bytes.slice(usize::try_from(end).unwrap()..);
            blobs
                .append(&at, &handle, end, stream_of(&rest, 100_000))
                .await
        })
        .await;
        let size = bytes.len() as u64;
        persist("complete_append", async || {
            blobs.complete_append(&at, &handle, size).await
        })
        .await;
        assert!(whole(&straight, &at).await == bytes);
    }
    let broken = broken.load(Ordering::Relaxed);
    eprintln!("{broken} connections were broken");
    assert!(broken > 10);
    // What a failed call could not clean up over that network is collected.
    straight.collect_stale(Duration::ZERO).await.unwrap();
    assert_eq!(straight.list_uploads().await.unwrap(), []);
}
