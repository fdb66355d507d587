//! Bytes on their way in, watched as they pass.

use std::io;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::stream::{self, BoxStream, StreamExt as _};
use matinee_engines::blobs::ByteStream;

use super::checksum::{ChecksumError, Verifier};
use super::sniff;

/// The bytes of a request as the HTTP server hands them over. Any error means
/// that the client broke off.
pub type Body = BoxStream<'static, Result<Bytes, Box<dyn std::error::Error + Send + Sync>>>;

/// How much of a refused body is still read, so that a client that sends
/// before it reads gets to see the answer.
const LINGER_BYTES: u64 = 64 << 20;
const LINGER_TIME: Duration = Duration::from_secs(10);

/// What can be wrong with a body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyFault {
    /// Nothing came for too long.
    #[error("no bytes arrived for {seconds} seconds")]
    Idle {
        /// The patience in seconds.
        seconds: u64,
    },
    /// The client broke off.
    #[error("the connection broke off")]
    BrokenOff,
    /// More bytes than this.
    #[error("more than {limit} bytes")]
    TooLong {
        /// The greatest number of bytes.
        limit: u64,
    },
    /// The first bytes are certainly no video's.
    #[error("{0}, not a video")]
    NotVideo(&'static str),
    /// The bytes are not those that were announced.
    #[error(transparent)]
    Checksum(#[from] ChecksumError),
}

impl BodyFault {
    /// The fault that an engine handed back as the error of its stream.
    pub fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
}

impl From<BodyFault> for io::Error {
    fn from(fault: BodyFault) -> Self {
        Self::other(fault)
    }
}

/// What to watch for.
#[derive(Debug, Default)]
pub struct Watch {
    /// How long nothing may come.
    pub idle: Duration,
    /// The most bytes.
    pub limit: u64,
    /// Whether these are a file's first bytes, to be looked at.
    pub sniff: bool,
    /// Whether the file ends where the body ends.
    pub whole: bool,
    /// What the bytes must hash to. The fault comes instead of the end.
    pub verifier: Verifier,
}

struct Watched {
    body: Body,
    watch: Watch,
    seen: u64,
    done: bool,
}

/// Passes the bytes on until something is wrong; the fault is the last item.
pub fn watched(body: Body, watch: Watch) -> ByteStream {
    let state = Watched {
        body,
        watch,
        seen: 0,
        done: false,
    };
    stream::unfold(state, |mut state| async move {
        if state.done {
            return None;
        }
        match state.next().await {
            Ok(None) => None,
            Ok(Some(bytes)) => Some((Ok(bytes), state)),
            Err(fault) => {
                state.done = true;
                let refused = !matches!(fault, BodyFault::Idle { .. } | BodyFault::BrokenOff);
                if refused {
                    let rest = std::mem::replace(&mut state.body, stream::empty().boxed());
                    tokio::spawn(linger(rest));
                }
                Some((Err(fault.into()), state))
            }
        }
    })
    .boxed()
}

impl Watched {
    async fn next(&mut self) -> Result<Option<Bytes>, BodyFault> {
        let chunk = if self.watch.sniff && self.seen == 0 {
            self.head().await?
        } else {
            self.chunk().await?
        };
        let Some(chunk) = chunk else {
            self.done = true;
            std::mem::take(&mut self.watch.verifier).finish()?;
            return Ok(None);
        };
        self.seen += chunk.len() as u64;
        if self.seen > self.watch.limit {
            return Err(BodyFault::TooLong {
                limit: self.watch.limit,
            });
        }
        self.watch.verifier.update(&chunk);
        Ok(Some(chunk))
    }

    async fn chunk(&mut self) -> Result<Option<Bytes>, BodyFault> {
        loop {
            let next = tokio::time::timeout(self.watch.idle, self.body.next()).await;
            match next {
                Err(_) => {
                    return Err(BodyFault::Idle {
                        seconds: self.watch.idle.as_secs(),
                    });
                }
                Ok(None) => return Ok(None),
                Ok(Some(Ok(bytes))) if bytes.is_empty() => {}
                Ok(Some(Ok(bytes))) => return Ok(Some(bytes)),
                Ok(Some(Err(_))) => return Err(BodyFault::BrokenOff),
            }
        }
    }

    /// The first bytes in one piece, looked at.
    async fn head(&mut self) -> Result<Option<Bytes>, BodyFault> {
        let mut head = BytesMut::new();
        while head.len() < sniff::SNIFF_LEN {
            match self.chunk().await? {
                Some(bytes) if head.is_empty() && bytes.len() >= sniff::SNIFF_LEN => {
                    return Self::judged(bytes).map(Some);
                }
                Some(bytes) => head.extend_from_slice(&bytes),
                // A shorter piece proves nothing unless it is the whole file.
                None if !self.watch.whole => {
                    return Ok((!head.is_empty()).then(|| head.freeze()));
                }
                None => break,
            }
        }
        if head.is_empty() {
            return Ok(None);
        }
        Self::judged(head.freeze()).map(Some)
    }

    fn judged(head: Bytes) -> Result<Bytes, BodyFault> {
        match sniff::refuse(&head[..head.len().min(sniff::SNIFF_LEN)]) {
            Some(what) => Err(BodyFault::NotVideo(what)),
            None => Ok(head),
        }
    }
}

/// Reads a body on into nowhere, for a while.
pub async fn linger(mut body: Body) {
    let mut left = LINGER_BYTES;
    let drain = async {
        while let Some(Ok(bytes)) = body.next().await {
            left = left.saturating_sub(bytes.len() as u64);
            if left == 0 {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(LINGER_TIME, drain).await;
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use futures::TryStreamExt as _;

    use super::*;
    use crate::uploads::checksum::Expected;

    fn body(chunks: &[&[u8]]) -> Body {
        let chunks: Vec<_> = chunks
            .iter()
            .map(|chunk| Ok(Bytes::copy_from_slice(chunk)))
            .collect();
        stream::iter(chunks).boxed()
    }

    fn watch(limit: u64) -> Watch {
        Watch {
            idle: Duration::from_secs(5),
            limit,
            ..Watch::default()
        }
    }

    async fn outcome(body: Body, watch: Watch) -> Result<Vec<u8>, BodyFault> {
        let mut all = Vec::new();
        let mut stream = watched(body, watch);
        loop {
            match stream.try_next().await {
                Ok(Some(bytes)) => all.extend_from_slice(&bytes),
                Ok(None) => return Ok(all),
                Err(error) => {
                    assert!(stream.next().await.is_none(), "nothing follows a fault");
                    return Err(BodyFault::of(&error).unwrap().clone());
                }
            }
        }
    }

    #[tokio::test]
    async fn bytes_pass_unchanged_up_to_the_limit() {
        let chunks: [&[u8]; 4] = [b"\0ab", b"", b"cd", b"e"];
        assert_eq!(outcome(body(&chunks), watch(6)).await.unwrap(), b"\0abcde");
        assert_eq!(
            outcome(body(&chunks), watch(5)).await,
            Err(BodyFault::TooLong { limit: 5 })
        );
    }

    #[tokio::test]
    async fn a_text_is_refused_however_it_is_cut() {
        let text = "no video ".repeat(200);
        for size in [1, 7, 1000, 1024, 5000] {
            let chunks: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
            let sniffing = Watch {
                sniff: true,
                ..watch(5000)
            };
            assert_eq!(
                outcome(body(&chunks), sniffing).await,
                Err(BodyFault::NotVideo("a text file")),
                "{size}"
            );
        }
    }

    #[tokio::test]
    async fn a_short_beginning_proves_nothing_unless_it_is_all() {
        for whole in [false, true] {
            let sniffing = Watch {
                sniff: true,
                whole,
                ..watch(5000)
            };
            let passed = outcome(body(&[b"hello"]), sniffing).await;
            assert_eq!(passed.is_err(), whole);
        }
    }

    #[tokio::test]
    async fn a_wrong_checksum_comes_instead_of_the_end() {
        let expected = Expected::from_tus("sha1 qvTGHdzF6KLavt4PO0gs2a6pQ00=").unwrap();
        for (text, fine) in [("hello", true), ("hallo", false)] {
            let verifying = Watch {
                verifier: Verifier::new([expected.clone()]),
                ..watch(100)
            };
            let passed = outcome(body(&[text.as_bytes()]), verifying).await;
            assert_eq!(passed.is_ok(), fine, "{text}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn silence_ends() {
        let silent = stream::iter([Ok(Bytes::from_static(b"a"))])
            .chain(stream::pending())
            .boxed();
        assert_eq!(
            outcome(silent, watch(9)).await,
            Err(BodyFault::Idle { seconds: 5 })
        );
    }
}
