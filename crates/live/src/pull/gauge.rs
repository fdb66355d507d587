//! A connection on which no more comes than is made use of.
//!
//! What takes frames out of a connection may wait for the rest of one for as long as it comes. So
//! what comes is counted on its way, and when too much has come since something became of it, the
//! connection ends. The near side is a socket of this machine alone.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

/// What is passed on at once.
const PIECE: usize = 64 << 10;
/// How long the near side may take to come.
const COMES: Duration = Duration::from_secs(15);

/// Counts what comes on a connection. It ends with this value.
pub(super) struct Gauge {
    near: SocketAddr,
    /// What has come since something became of it, in bytes.
    come: Arc<AtomicU64>,
    most: u64,
    _stop: DropGuard,
}

impl Gauge {
    /// Connects to `peer`, for whoever connects to [`Gauge::near`] first.
    pub(super) async fn open(peer: SocketAddr, most: u64) -> io::Result<Self> {
        let far = TcpStream::connect(peer).await?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let stop = CancellationToken::new();
        let gauge = Self {
            near: listener.local_addr()?,
            come: Arc::default(),
            most,
            _stop: stop.clone().drop_guard(),
        };
        let come = gauge.come.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                _ = pass(listener, far, &come, most) => {}
            }
        });
        Ok(gauge)
    }

    /// Where what comes can be had.
    pub(super) const fn near(&self) -> SocketAddr {
        self.near
    }

    /// Something has become of what has come.
    pub(super) fn clear(&self) {
        if !self.overflows() {
            self.come.store(0, Ordering::Relaxed);
        }
    }

    /// Whether it has ended because too much came.
    pub(super) fn overflows(&self) -> bool {
        self.come.load(Ordering::Relaxed) > self.most
    }
}

async fn pass(
    listener: TcpListener,
    mut far: TcpStream,
    come: &AtomicU64,
    most: u64,
) -> io::Result<()> {
    let (mut near, _) = timeout(COMES, listener.accept()).await??;
    drop(listener);
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let (mut near_in, mut near_out) = near.split();
    let (mut far_in, mut far_out) = far.split();
    // What is asked is passed on as it is; what is left on its way when one side goes is nobody's.
    tokio::select! {
        done = counted(&mut far_in, &mut near_out, come, most) => done,
        done = tokio::io::copy(&mut near_in, &mut far_out) => done.map(|_| ()),
    }
}

async fn counted(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    come: &AtomicU64,
    most: u64,
) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        let len = from.read(&mut piece).await?;
        let more = u64::try_from(len).unwrap_or(u64::MAX);
        if len == 0 || come.fetch_add(more, Ordering::Relaxed).saturating_add(more) > most {
            return Ok(());
        }
        to.write_all(piece.get(..len).unwrap_or_default()).await?;
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_ends_when_too_much_has_come_of_which_nothing_became() {
        let there = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let gauge = Gauge::open(there.local_addr().unwrap(), 1000)
            .await
            .unwrap();
        let mut near = TcpStream::connect(gauge.near()).await.unwrap();
        let (mut far, _) = there.accept().await.unwrap();
        near.write_all(b"ask").await.unwrap();
        let mut got = [0; 3];
        far.read_exact(&mut got).await.unwrap();
        assert_eq!(&got, b"ask");
        let mut piece = [0; 800];
        for _ in 0..5 {
            far.write_all(&[7; 800]).await.unwrap();
            near.read_exact(&mut piece).await.unwrap();
            assert!(!gauge.overflows());
            gauge.clear();
        }
        far.write_all(&[7; 1001]).await.unwrap();
        assert!(near.read_exact(&mut [0; 1001]).await.is_err());
        assert!(gauge.overflows());
        // Nobody else can come.
        assert!(TcpStream::connect(gauge.near()).await.is_err());
    }
}
