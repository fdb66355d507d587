//! Peers whose network lets no UDP through: they connect to us by TCP (RFC 6544), and each packet
//! has its length before it (RFC 4571).
//!
//! A connection is anybody's until its first packet names a session that there is. What its
//! peer does not take in time is dropped, as on the way of UDP: nobody else waits for it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use parking_lot::Mutex;
use str0m::net::Protocol;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, BufReader, BufWriter};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::MAX_PACKET;
use super::registry::{Origin, Registry};
use crate::door::Door;

/// Packets that may wait for a connection.
const QUEUE: usize = 512;
/// What the kernel may hold of them: what waits there is late.
const BUFFER: usize = 256 << 10;
/// How long a connection may say nothing.
const IDLE: Duration = Duration::from_secs(30);
/// So many packets for nobody, one after the other, and a connection is closed: its session is
/// over.
const STRANGE_MAX: u32 = 32;
/// After a connection that could not be taken.
const BREATH: Duration = Duration::from_millis(100);

/// What goes out by which connection.
#[derive(Clone, Default)]
pub(super) struct Lines(Arc<Mutex<HashMap<SocketAddr, mpsc::Sender<Bytes>>>>);

impl Lines {
    /// Sends a packet to whoever has connected from there.
    pub(super) fn send(&self, to: SocketAddr, packet: &[u8]) {
        if let Some(line) = self.0.lock().get(&to) {
            // What does not fit is lost as on the way.
            let _ = line.try_send(Bytes::copy_from_slice(packet));
        }
    }
}

/// Takes connections.
pub(super) struct Porter {
    pub(super) registry: Registry,
    pub(super) lines: Lines,
    pub(super) door: Door,
    /// How long the first packet may take.
    pub(super) setup: Duration,
}

impl Porter {
    /// Takes connections until `stop`.
    pub(super) async fn serve(
        self: Arc<Self>,
        listener: Arc<TcpListener>,
        tasks: TaskTracker,
        stop: CancellationToken,
    ) {
        loop {
            let accepted = tokio::select! {
                () = stop.cancelled() => return,
                accepted = listener.accept() => accepted,
            };
            let (stream, from) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::debug!(%error, "a connection was not taken");
                    sleep(BREATH).await;
                    continue;
                }
            };
            let from = SocketAddr::new(from.ip().to_canonical(), from.port());
            let Some(place) = self.door.enter(from.ip()) else {
                continue;
            };
            let (porter, until) = (self.clone(), stop.clone());
            tasks.spawn(async move {
                tokio::select! {
                    outcome = porter.connection(stream, from) => {
                        if let Err(error) = outcome {
                            tracing::debug!(%from, %error, "a WebRTC connection by TCP has ended");
                        }
                    }
                    () = until.cancelled() => {}
                }
                porter.lines.0.lock().remove(&from);
                drop(place);
            });
        }
    }

    async fn connection(&self, stream: TcpStream, from: SocketAddr) -> std::io::Result<()> {
        stream.set_nodelay(true)?;
        let _ = socket2::SockRef::from(&stream).set_send_buffer_size(BUFFER);
        let (read, write) = stream.into_split();
        let (mut read, mut write) = (BufReader::new(read), BufWriter::new(write));
        let origin = Origin {
            protocol: Protocol::Tcp,
            at: from,
        };
        let mut packet = Vec::with_capacity(MAX_PACKET);
        timeout(self.setup, next(&mut read, &mut packet)).await??;
        let (line, mut queue) = mpsc::channel(QUEUE);
        // It may be answered before it is looked at any more.
        self.lines.0.lock().insert(from, line);
        if !self.registry.pass(origin, &packet) {
            return Ok(());
        }
        let reading = async {
            let mut strange = 0;
            while strange < STRANGE_MAX {
                timeout(IDLE, next(&mut read, &mut packet)).await??;
                let known = self.registry.pass(origin, &packet);
                strange = if known { 0 } else { strange + 1 };
            }
            Ok(())
        };
        let writing = async {
            while let Some(packet) = queue.recv().await {
                let len = u16::try_from(packet.len()).map_err(std::io::Error::other)?;
                write.write_all(&len.to_be_bytes()).await?;
                write.write_all(&packet).await?;
                if queue.is_empty() {
                    write.flush().await?;
                }
            }
            Ok(())
        };
        tokio::select! {
            outcome = reading => outcome,
            outcome = writing => outcome,
        }
    }
}

/// Reads the next packet that is not empty.
async fn next(read: &mut (impl AsyncRead + Unpin), packet: &mut Vec<u8>) -> std::io::Result<()> {
    loop {
        let len = usize::from(read.read_u16().await?);
        if len > MAX_PACKET {
            return Err(std::io::ErrorKind::InvalidData.into());
        }
        packet.resize(len, 0);
        read.read_exact(packet).await?;
        if len > 0 {
            return Ok(());
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn packets_have_their_lengths_before_them() {
        let bytes = [&[0, 0, 0, 3][..], b"abc", &[0, 1], b"d", &[0xff, 0xff]].concat();
        let mut read = bytes.as_slice();
        let mut packet = Vec::new();
        for wanted in ["abc", "d"] {
            next(&mut read, &mut packet).await.unwrap();
            assert_eq!(packet, wanted.as_bytes());
        }
        let refused = next(&mut read, &mut packet).await.unwrap_err();
        assert_eq!(refused.kind(), std::io::ErrorKind::InvalidData);
        assert!(next(&mut read, &mut packet).await.is_err());
    }

    #[tokio::test]
    async fn whoever_means_nobody_is_let_go_and_there_are_only_so_many() {
        let listener = Arc::new(TcpListener::bind("127.0.0.1:0").await.unwrap());
        let at = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let porter = Arc::new(Porter {
            registry: Registry::default(),
            lines: Lines::default(),
            door: Door::new(2, 2),
            setup: Duration::from_mins(1),
        });
        let serving = porter
            .clone()
            .serve(listener, TaskTracker::new(), stop.clone());
        let serving = tokio::spawn(serving);
        let mut end = [0; 1];
        let mut stranger = TcpStream::connect(at).await.unwrap();
        stranger.write_all(&[0, 2, 1, 1]).await.unwrap();
        assert_eq!(stranger.read(&mut end).await.unwrap_or(0), 0);
        let _one = TcpStream::connect(at).await.unwrap();
        let _two = TcpStream::connect(at).await.unwrap();
        // The stranger's place was given back, or else there would be none for the second.
        let mut third = TcpStream::connect(at).await.unwrap();
        assert_eq!(third.read(&mut end).await.unwrap_or(0), 0);
        assert!(porter.lines.0.lock().is_empty());
        stop.cancel();
        serving.await.unwrap();
    }
}
