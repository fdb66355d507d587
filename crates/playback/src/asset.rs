//! What a request for media is answered with, before it becomes HTTP.

use bytes::Bytes;
use url::Url;

use crate::view::ByteView;
use crate::{PlaybackError, Result};

/// Media types.
pub mod types {
    /// An HLS playlist (RFC 8216bis §4).
    pub const HLS: &str = "application/vnd.apple.mpegurl";
    /// A DASH manifest (ISO/IEC 23009-1 Annex C).
    pub const DASH: &str = "application/dash+xml";
    /// Our own manifest.
    pub const JSON: &str = "application/json";
    /// WebVTT, which is always UTF-8.
    pub const VTT: &str = "text/vtt; charset=utf-8";
    /// Pictures, with or without sound.
    pub const VIDEO: &str = "video/mp4";
    /// Sound.
    pub const AUDIO: &str = "audio/mp4";
    /// Posters, thumbnails, storyboard sheets.
    pub const JPEG: &str = "image/jpeg";
}

/// How long an answer may be kept, and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caching {
    /// It never changes, and anybody may have it.
    Immutable,
    /// It never changes, but only this viewer may have it.
    ImmutableForViewer,
    /// Anybody may have it; it may change after this many seconds.
    Fresh(u32),
    /// Only this viewer may have it; it may change after a minute.
    FreshForViewer,
    /// Anybody may have it, and must ask each time whether it has changed.
    Revalidate,
    /// It holds a token: nobody keeps it.
    Never,
}

impl Caching {
    /// The value of `Cache-Control` (RFC 9111 §5.2.2, RFC 8246).
    pub fn header(self) -> &'static str {
        match self {
            Self::Immutable => "public, max-age=31536000, immutable",
            Self::ImmutableForViewer => "private, max-age=31536000, immutable",
            Self::Fresh(seconds) if seconds >= 60 => "public, max-age=60",
            Self::Fresh(_) => "public, max-age=2",
            Self::FreshForViewer => "private, max-age=60",
            Self::Revalidate => "public, no-cache",
            Self::Never => "private, no-store",
        }
    }
}

/// Where the bytes of an answer come from.
#[derive(Debug, Clone)]
pub enum Content {
    /// They are here.
    Bytes(Bytes),
    /// They are read while they are sent.
    View(ByteView),
    /// The nginx in front has them, under this internal address.
    Accel(String),
    /// They lie at this address of somebody else's.
    Redirect(Url),
    /// They lie at this address, which is signed for GET alone: any other
    /// question is answered from the view.
    Signed(Url, ByteView),
}

/// What a request for media is answered with.
#[derive(Debug, Clone)]
pub struct Asset {
    /// The media type.
    pub content_type: &'static str,
    /// The strong entity tag, with its quotes.
    pub etag: String,
    /// When it last changed, in seconds since the Unix epoch, if that is known.
    pub modified: Option<i64>,
    /// How long it may be kept.
    pub caching: Caching,
    /// Whether the bytes are compressed with gzip.
    pub gzip: bool,
    /// Whether other clients may get it compressed or not (`Vary`).
    pub varies: bool,
    /// The bytes.
    pub content: Content,
    /// A name to save it under, if it is meant to be saved.
    pub save_as: Option<String>,
}

impl Asset {
    /// What lies at somebody else's address, if there is one.
    pub(crate) fn elsewhere(address: Option<&str>) -> Result<Self> {
        let url = address.and_then(|text| Url::parse(text).ok());
        let url = url.ok_or(PlaybackError::External)?;
        let asset = Self::bytes(types::VIDEO, String::new(), Caching::Never, Bytes::new());
        Ok(Self {
            content: Content::Redirect(url),
            ..asset
        })
    }

    pub(crate) fn bytes(
        content_type: &'static str,
        etag: String,
        caching: Caching,
        bytes: Bytes,
    ) -> Self {
        Self {
            content_type,
            etag,
            modified: None,
            caching,
            gzip: false,
            varies: false,
            content: Content::Bytes(bytes),
            save_as: None,
        }
    }
}
