//! The slate: a still picture, in segments of a second, for where there is nothing else.
//!
//! One second of it is made by ffmpeg, once for a codec, and kept as a blob. Every other second
//! is that one at another time.

use std::io::Cursor;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use matinee_channels::library::SLATE_PATH;
use matinee_engines::blobs::{BlobError, BlobKey, SharedBlobs};
use matinee_media::cmaf::{Retimer, scan};
use matinee_media::codec::Codec;
use matinee_media::index::{Cut, RenditionIndex};
use moka::future::Cache;

use crate::{LinearError, Result};

/// The largest second of a still picture that is believed.
const MOST: u64 = 8 << 20;
/// Another picture gets another number.
const DESIGN: u32 = 1;
/// How many seconds there are: as many as the item of the slate has.
const SECONDS: u32 = 600;

/// Why the slate could not be made.
pub type PainterError = Box<dyn std::error::Error + Send + Sync>;

/// Makes the slate.
#[async_trait]
pub trait Painter: Send + Sync {
    /// Exactly one second of the picture as a fragmented MP4 that begins with a keyframe and
    /// decodes in the order in which it is shown. Ends in bounded time.
    async fn paint(&self, codec: Codec) -> Result<Bytes, PainterError>;
}

/// The slate in each codec.
#[derive(Clone)]
pub struct Slates {
    blobs: SharedBlobs,
    painter: Arc<dyn Painter>,
    ready: Cache<&'static str, Arc<Second>>,
}

/// One second of it.
#[derive(Debug)]
struct Second {
    init: Bytes,
    moof: Bytes,
    mdat: Bytes,
    timescale: u32,
}

impl Slates {
    /// Made by this painter, kept there.
    pub fn new(blobs: SharedBlobs, painter: Arc<dyn Painter>) -> Self {
        Self {
            blobs,
            painter,
            ready: Cache::builder().name("slates").max_capacity(3).build(),
        }
    }

    /// The initialization segment (`None`) or a segment of the slate.
    pub async fn part(&self, codec: &str, segment: Option<u32>) -> Result<Bytes> {
        let (codec, name) = match codec {
            "avc" => (Codec::Avc, "avc"),
            "hevc" => (Codec::Hevc, "hevc"),
            "av1" => (Codec::Av1, "av1"),
            _ => return Err(LinearError::NotFound("slate")),
        };
        if segment.is_some_and(|n| n >= SECONDS) {
            return Err(LinearError::NotFound("segment"));
        }
        let second = self.ready.try_get_with(name, self.second(codec, name));
        let second = second.await?;
        match segment {
            None => Ok(second.init.clone()),
            Some(n) => second.at(n),
        }
    }

    async fn second(&self, codec: Codec, name: &str) -> Result<Arc<Second>> {
        let key = BlobKey::new(format!("channels/{SLATE_PATH}/{name}-{DESIGN}.mp4"))?;
        let bytes = match self.blobs.get_all(&key, MOST).await {
            Err(BlobError::NotFound(_)) => {
                let painted = self.painter.paint(codec).await;
                let painted = painted.map_err(|error| LinearError::Slate(error.to_string()))?;
                // What cannot be used is not kept.
                Second::of(&painted)?;
                self.blobs.put(&key, painted.clone()).await?;
                painted
            }
            other => other?,
        };
        Ok(Arc::new(Second::of(&bytes)?))
    }
}

impl Second {
    fn of(file: &Bytes) -> Result<Self> {
        let scan = scan(&mut Cursor::new(&file[..]))?;
        let index: RenditionIndex = scan.index(Cut::Every(1000))?;
        let unfit = |why: &str| LinearError::Slate(why.to_owned());
        let [fragment] = scan.fragments() else {
            return Err(unfit("it is not one fragment"));
        };
        let timescale = index.info().timescale;
        if index.end() != u64::from(timescale) {
            return Err(unfit("it does not last a second"));
        }
        let at = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        let (start, end) = (at(fragment.bytes.start), at(fragment.bytes.end));
        let moof_end = start.saturating_add(at(fragment.moof_len));
        if end > file.len() || moof_end > end {
            return Err(unfit("its fragment is not whole"));
        }
        let second = Self {
            init: scan.init().clone(),
            moof: file.slice(start..moof_end),
            mdat: file.slice(moof_end..end),
            timescale,
        };
        second.at(SECONDS)?;
        Ok(second)
    }

    fn at(&self, n: u32) -> Result<Bytes> {
        let mut out = BytesMut::with_capacity(self.moof.len() + self.mdat.len());
        out.extend_from_slice(&self.moof);
        let mut retimer = Retimer {
            shift: i64::from(n) * i64::from(self.timescale),
            next_sequence: n + 1,
        };
        retimer.retime(&mut out)?;
        out.extend_from_slice(&self.mdat);
        Ok(out.freeze())
    }
}
