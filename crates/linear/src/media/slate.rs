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

    /// A segment of the slate for where something else would be: when it begins and how long it
    /// lasts, in milliseconds.
    ///
    /// Errors: [`LinearError::NotFound`] for one longer than a minute, or than nothing.
    pub async fn stretch(&self, codec: &str, start: u32, duration: u32) -> Result<Bytes> {
        if !(1..=60_000).contains(&duration) {
            return Err(LinearError::NotFound("segment"));
        }
        let second = self.known(codec).await?;
        second.stretched(start, duration)
    }

    /// The initialization segment (`None`) or a segment of the slate.
    pub async fn part(&self, codec: &str, segment: Option<u32>) -> Result<Bytes> {
        if segment.is_some_and(|n| n >= SECONDS) {
            return Err(LinearError::NotFound("segment"));
        }
        let second = self.known(codec).await?;
        match segment {
            None => Ok(second.init.clone()),
            Some(n) => second.at(n),
        }
    }

    async fn known(&self, codec: &str) -> Result<Arc<Second>> {
        let (codec, name) = match codec {
            "avc" => (Codec::Avc, "avc"),
            "hevc" => (Codec::Hevc, "hevc"),
            "av1" => (Codec::Av1, "av1"),
            _ => return Err(LinearError::NotFound("slate")),
        };
        let second = self.ready.try_get_with(name, self.second(codec, name));
        Ok(second.await?)
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

    /// The second made longer or shorter: each of its pictures stands for as long as it takes.
    fn stretched(&self, start: u32, duration: u32) -> Result<Bytes> {
        let timescale = u64::from(self.timescale);
        let ticks = |ms: u32| u64::from(ms) * timescale / 1000;
        let length = ticks(start + duration).saturating_sub(ticks(start));
        let mut out = BytesMut::with_capacity(self.moof.len() + self.mdat.len());
        out.extend_from_slice(&self.moof);
        stretch(&mut out, length, timescale)?;
        let mut retimer = Retimer {
            shift: i64::try_from(ticks(start)).unwrap_or(i64::MAX),
            next_sequence: start + 1,
        };
        retimer.retime(&mut out)?;
        out.extend_from_slice(&self.mdat);
        Ok(out.freeze())
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

/// Makes samples that last a second together last so many ticks: their durations stand in the
/// header of the track's fragment, or one by one in its run.
fn stretch(moof: &mut [u8], length: u64, timescale: u64) -> Result<()> {
    let unfit = || LinearError::Slate(String::from("its fragment has no durations"));
    let scaled = |old: u32| u32::try_from(u64::from(old) * length / timescale).unwrap_or(old);
    let mut changed = false;
    let mut patch = |moof: &mut [u8], at: usize| -> Result<()> {
        let field = moof.get_mut(at..at + 4).ok_or_else(unfit)?;
        let old = u32::from_be_bytes([field[0], field[1], field[2], field[3]]);
        field.copy_from_slice(&scaled(old).to_be_bytes());
        changed = true;
        Ok(())
    };
    let word = |moof: &[u8], at: usize| -> Option<u32> {
        let field = moof.get(at..at + 4)?;
        Some(u32::from_be_bytes([field[0], field[1], field[2], field[3]]))
    };
    // `moof` and `traf` are opened, everything else is stepped over.
    let mut at = 0;
    while let (Some(size), Some(kind)) = (word(moof, at), moof.get(at + 4..at + 8)) {
        let size = size as usize;
        if size < 8 {
            break;
        }
        let kind: [u8; 4] = kind.try_into().map_err(|_| unfit())?;
        let flags = word(moof, at + 8).unwrap_or(0) & 0x00ff_ffff;
        match &kind {
            b"moof" | b"traf" => {
                at += 8;
                continue;
            }
            b"tfhd" if flags & 0x8 != 0 => {
                let before = [(0x1, 8), (0x2, 4)];
                let skipped: usize = before
                    .iter()
                    .filter(|(flag, _)| flags & flag != 0)
                    .map(|(_, len)| len)
                    .sum();
                patch(moof, at + 16 + skipped)?;
            }
            b"trun" if flags & 0x100 != 0 => {
                let count = word(moof, at + 12).unwrap_or(0);
                let head =
                    16 + usize::from(flags & 0x1 != 0) * 4 + usize::from(flags & 0x4 != 0) * 4;
                let each = [0x100, 0x200, 0x400, 0x800];
                let each = each.iter().filter(|flag| flags & **flag != 0).count() * 4;
                for n in 0..count as usize {
                    patch(moof, at + head + n * each)?;
                }
            }
            _ => {}
        }
        at += size;
    }
    if changed { Ok(()) } else { Err(unfit()) }
}
