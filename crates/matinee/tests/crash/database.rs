//! The database server goes away while Matinee runs, and comes back.

use std::time::Duration;

use matinee_engines::testing::postgres;
use reqwest::Method;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::media::film;
use crate::server::{Server, Setup};

/// A wire to the database that can be cut: while it is, connections break and new ones are refused.
struct Wire {
    port: u16,
    target: String,
    cut: CancellationToken,
}

impl Wire {
    async fn lay(target: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut wire = Self {
            port: listener.local_addr().unwrap().port(),
            target,
            cut: CancellationToken::new(),
        };
        wire.serve(listener);
        wire
    }

    fn serve(&mut self, listener: TcpListener) {
        self.cut = CancellationToken::new();
        let (cut, target) = (self.cut.clone(), self.target.clone());
        tokio::spawn(cut.clone().run_until_cancelled_owned(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let target = target.clone();
                tokio::spawn(cut.clone().run_until_cancelled_owned(async move {
                    if let Ok(mut far) = TcpStream::connect(&target).await {
                        let _ = copy_bidirectional(&mut near, &mut far).await;
                    }
                }));
            }
        }));
    }

    fn cut(&self) {
        self.cut.cancel();
    }

    async fn mend(&mut self) {
        let listener = loop {
            match TcpListener::bind(("127.0.0.1", self.port)).await {
                Ok(listener) => break listener,
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        };
        self.serve(listener);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_database_is_said_and_survived() {
    let Some(database) = postgres().await.unwrap() else {
        return;
    };
    let mut url: url::Url = database.url.to_string().parse().unwrap();
    let target = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(5432));
    let mut wire = Wire::lay(target).await;
    url.set_host(Some("127.0.0.1")).unwrap();
    url.set_port(Some(wire.port)).unwrap();

    let server = Server::start_with(Setup {
        env: vec![("DATABASE_URL", url.to_string())],
        ..Setup::default()
    })
    .await;
    let client = server.client();
    assert!(client.is_ready().await);
    let id = client.uploaded(&film(), "Through thick and thin").await;

    wire.cut();
    // Not ready, but alive; and a request is answered in words, soon enough for a person to read them.
    while client.is_ready().await {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(client.is_live().await);
    let answer = client
        .request(Method::GET, "/api/videos")
        .timeout(Duration::from_mins(1))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 503, "{}", answer.text().await.unwrap());

    wire.mend().await;
    for _ in 0..600 {
        if client.is_ready().await {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(client.is_ready().await, "ready again without a restart");
    // The work goes on where it was.
    client.completed(&id).await;
    assert_eq!(
        crate::media::complaints(&format!("{}/media/{id}/master.m3u8", client.base)),
        ""
    );
}
