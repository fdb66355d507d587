//! Long byte strings that are put together from blobs while they are sent.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use matinee_engines::blobs::{BlobError, BlobKey, ByteStream, SharedBlobs};
use matinee_media::progressive::{Piece, VirtualFile};

/// A stretch of a blob up to this long is read in one piece.
const ONE_READ: u64 = 1 << 20;
/// How many stretches are read ahead of the one that is being sent.
const AHEAD: usize = 4;

/// Where a stretch of a view comes from.
#[derive(Debug, Clone)]
pub enum Source {
    /// Bytes at hand.
    Memory(Bytes),
    /// A range of a blob.
    Blob(Arc<BlobKey>, Range<u64>),
}

impl Source {
    fn len(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Blob(_, range) => range.end.saturating_sub(range.start),
        }
    }

    /// The part of it that begins `skip` bytes in and has `take` bytes.
    fn part(&self, skip: u64, take: u64) -> Self {
        match self {
            Self::Memory(bytes) => {
                let at = |n: u64| usize::try_from(n).unwrap_or(usize::MAX).min(bytes.len());
                Self::Memory(bytes.slice(at(skip)..at(skip.saturating_add(take))))
            }
            Self::Blob(key, range) => {
                let start = range.start + skip;
                Self::Blob(key.clone(), start..start + take)
            }
        }
    }
}

/// A byte string of known length, made of stretches one after another.
#[derive(Debug, Clone)]
pub struct ByteView(View);

#[derive(Debug, Clone)]
enum View {
    /// Where each stretch begins in the view, ascending, and where it is from.
    Stretches(Arc<[(u64, Source)]>, u64),
    /// A file that exists only as a plan, and the blobs it speaks of.
    Planned(Arc<VirtualFile>, Arc<[Arc<BlobKey>]>),
}

impl ByteView {
    /// The stretches one after another; empty ones are left out.
    pub fn new(sources: impl IntoIterator<Item = Source>) -> Self {
        let mut len = 0;
        let stretches = sources
            .into_iter()
            .filter(|source| source.len() > 0)
            .map(|source| {
                let at = len;
                len += source.len();
                (at, source)
            })
            .collect();
        Self(View::Stretches(stretches, len))
    }

    /// The whole of one blob.
    pub fn blob(key: BlobKey, size: u64) -> Self {
        Self::new([Source::Blob(Arc::new(key), 0..size)])
    }

    /// A virtual file, whose sources are these blobs.
    pub fn of_file(file: Arc<VirtualFile>, keys: impl Into<Arc<[Arc<BlobKey>]>>) -> Self {
        Self(View::Planned(file, keys.into()))
    }

    /// Its bytes.
    pub fn len(&self) -> u64 {
        match &self.0 {
            View::Stretches(_, len) => *len,
            View::Planned(file, _) => file.len(),
        }
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the range is made of, clipped to the view.
    fn sources(&self, range: &Range<u64>) -> Vec<Source> {
        let (stretches, len) = match &self.0 {
            View::Stretches(stretches, len) => (stretches, *len),
            View::Planned(file, keys) => {
                return file
                    .read_plan(range.clone())
                    .into_iter()
                    .filter_map(|piece| match piece {
                        Piece::Bytes(bytes) => Some(Source::Memory(bytes)),
                        Piece::File { source, range } => {
                            Some(Source::Blob(keys.get(source)?.clone(), range))
                        }
                    })
                    .collect();
            }
        };
        let end = range.end.min(len);
        let first = stretches.partition_point(|(at, source)| at + source.len() <= range.start);
        stretches[first..]
            .iter()
            .take_while(|(at, _)| *at < end)
            .map(|(at, source)| {
                let skip = range.start.saturating_sub(*at);
                let take = (end - at).min(source.len()) - skip;
                source.part(skip, take)
            })
            .collect()
    }

    /// The bytes of the range, in chunks, while they are wanted.
    ///
    /// If a blob fails under way the stream ends with its error: what has been
    /// sent cannot be taken back.
    pub fn stream(&self, blobs: SharedBlobs, range: &Range<u64>) -> ByteStream {
        stream::iter(self.sources(range))
            .map(move |source| open(blobs.clone(), source))
            .buffered(AHEAD)
            .map_err(io::Error::from)
            .try_flatten()
            .boxed()
    }
}

async fn open(blobs: SharedBlobs, source: Source) -> Result<ByteStream, BlobError> {
    let once = |bytes| stream::once(async move { Ok::<_, io::Error>(bytes) }).boxed();
    Ok(match source {
        Source::Memory(bytes) => once(bytes),
        Source::Blob(key, range) if range.end - range.start <= ONE_READ => {
            once(blobs.get(&key, range).await?)
        }
        Source::Blob(key, range) => blobs.stream(&key, range).await?,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use matinee_engines::blobs::{Folder, FolderOptions};
    use proptest::prelude::*;

    use super::*;

    fn pattern(n: usize, seed: u8) -> Vec<u8> {
        (0..n)
            .map(|i| u8::try_from(i % 251).unwrap().wrapping_mul(seed))
            .collect()
    }

    #[test]
    fn any_range_is_what_it_would_be_of_one_file() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (blobs, view, whole) = runtime.block_on(async {
            let blobs: SharedBlobs = Arc::new(
                Folder::open(folder.path(), FolderOptions::default())
                    .await
                    .unwrap(),
            );
            let (a, b) = (pattern(5000, 3), pattern(3 << 20, 7));
            let key = |name: &str| BlobKey::new(name).unwrap();
            blobs.put(&key("a"), a.clone().into()).await.unwrap();
            blobs.put(&key("b"), b.clone().into()).await.unwrap();
            let (ka, kb) = (Arc::new(key("a")), Arc::new(key("b")));
            let view = ByteView::new([
                Source::Memory(Bytes::from_static(b"header")),
                Source::Blob(ka.clone(), 100..2100),
                Source::Memory(Bytes::new()),
                Source::Blob(kb, 5..2_000_005),
                Source::Blob(ka, 0..5000),
            ]);
            let whole = [b"header", &a[100..2100], &b[5..2_000_005], &a].concat();
            (blobs, view, whole)
        });
        assert_eq!(view.len(), whole.len() as u64);
        let runner = proptest::test_runner::Config::with_cases(60);
        proptest!(runner, |(a in 0..=view.len(), b in 0..=view.len(), near in any::<bool>())| {
            let (start, end) = if near { (a, (a + 2500).min(view.len())) } else { (a.min(b), a.max(b)) };
            let chunks: Vec<Bytes> = runtime
                .block_on(view.stream(blobs.clone(), &(start..end)).try_collect())
                .unwrap();
            let range = usize::try_from(start).unwrap()..usize::try_from(end).unwrap();
            prop_assert!(chunks.concat() == whole[range]);
        });
    }
}
