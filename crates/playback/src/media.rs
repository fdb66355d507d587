//! What is under `/media/`.

use std::sync::Arc;

use matinee_catalog::{Image, Rendition, RenditionKind};
use matinee_engines::blobs::BlobKey;
use matinee_media::index::Layout;
use matinee_media::rescale;

use crate::asset::{Asset, Caching, Content, types};
use crate::document::{Document, compress_once};
use crate::documents::DocumentKind;
use crate::gate::{Admission, admit, is_good};
use crate::hot::Piece;
use crate::path::{CaptionPath, MediaPart, MediaPath, RenditionFile, SubtitleFile};
use crate::presentation::Presentation;
use crate::progressive::lone;
use crate::service::Playback;
use crate::view::ByteView;
use crate::{Handoff, PlaybackError, Result};

/// The largest image that is served.
const MAX_IMAGE: u64 = 32 << 20;
/// A segment up to this size is held in memory; a longer one is streamed.
const MAX_HELD: u64 = 32 << 20;
/// How long a playlist of a finished video may be kept, in seconds.
const SETTLED: u32 = 60;
/// The same while renditions are still joining.
const UNSETTLED: u32 = 2;

/// Who asks, and how.
#[derive(Debug, Clone, Copy, Default)]
pub struct MediaRequest<'a> {
    /// The `token` of the query.
    pub token: Option<&'a str>,
    /// Whether the client takes gzip.
    pub gzip: bool,
    /// Whether the caller is known to be allowed to watch the video, whatever
    /// the token says.
    pub admitted: bool,
}

impl Playback {
    /// What is at this address.
    pub async fn media(&self, path: MediaPath<'_>, request: MediaRequest<'_>) -> Result<Asset> {
        let visit = self.visit(path.video, request).await?;
        visit.open(path.part).await
    }

    /// Subtitles cut as a rendition's segments are: for those who put segments of several videos
    /// in a row.
    pub async fn captions(
        &self,
        path: CaptionPath<'_>,
        request: MediaRequest<'_>,
    ) -> Result<Asset> {
        let visit = self.visit(path.video, request).await?;
        let rendition = visit.presentation.rendition(path.rendition)?;
        let index = &self.track(rendition).await?.index;
        let n = path.segment as usize;
        let segment = index.segment(n).map_err(absent)?;
        let ms = |ticks| rescale(ticks, index.info().timescale, 1000);
        // What is before the first segment counts as its own.
        let from = if n == 0 { 0 } else { ms(segment.start) };
        let until = ms(segment.start + segment.duration);
        let kind = DocumentKind::SubtitleSpan(from, until);
        visit.text(path.subtitle, kind, visit.immutable()).await
    }

    async fn visit<'a>(&'a self, video: &str, request: MediaRequest<'a>) -> Result<Visit<'a>> {
        let presentation = self.presentation(video).await?;
        let admission = if request.admitted {
            Admission::Token
        } else {
            admit(&self.tokens, &presentation.video, request.token)?
        };
        Ok(Visit {
            playback: self,
            presentation,
            admission,
            request,
        })
    }
}

/// One request that has been let in.
struct Visit<'a> {
    playback: &'a Playback,
    presentation: Arc<Presentation>,
    admission: Admission,
    request: MediaRequest<'a>,
}

impl Visit<'_> {
    async fn open(&self, part: MediaPart<'_>) -> Result<Asset> {
        match part {
            MediaPart::Rendition { id, file } => {
                self.rendition(self.presentation.rendition(id)?, file).await
            }
            MediaPart::Multivariant if self.presentation.video.is_external() => {
                Asset::elsewhere(self.presentation.video.external_hls_url.as_deref())
            }
            MediaPart::Multivariant => self.listed(DocumentKind::Multivariant).await,
            MediaPart::Dash => self.listed(DocumentKind::Dash).await,
            MediaPart::Manifest => self.listed(DocumentKind::Manifest).await,
            MediaPart::Storyboard => self.listed(DocumentKind::Storyboard).await,
            MediaPart::Chapters => self.chapters().await,
            MediaPart::StoryboardPlaylist => self.listed(DocumentKind::StoryboardPlaylist).await,
            MediaPart::StoryboardSheet(n) => {
                let sheet = self.presentation.storyboard().nth(n as usize);
                let sheet = sheet.ok_or(PlaybackError::NotFound("storyboard sheet"))?;
                // The same address may hold another sheet tomorrow.
                let caching = match self.admission {
                    Admission::Public => self.changing(),
                    Admission::Fleeting | Admission::Token => Caching::FreshForViewer,
                };
                self.image(sheet, caching).await
            }
            MediaPart::Image { id } => {
                let image = self.presentation.image(id)?;
                self.image(image, self.immutable()).await
            }
            MediaPart::Subtitle { id, file } => self.subtitle(id, file).await,
        }
    }

    fn immutable(&self) -> Caching {
        match self.admission {
            Admission::Public => Caching::Immutable,
            Admission::Fleeting | Admission::Token => Caching::ImmutableForViewer,
        }
    }

    fn changing(&self) -> Caching {
        match self.admission {
            Admission::Fleeting | Admission::Token => Caching::Never,
            Admission::Public if self.presentation.is_settled() => Caching::Fresh(SETTLED),
            Admission::Public => Caching::Fresh(UNSETTLED),
        }
    }

    async fn listed(&self, kind: DocumentKind) -> Result<Asset> {
        self.presentation.playable()?;
        let document = self
            .playback
            .video_document(&self.presentation, kind)
            .await?;
        Ok(self.document(&document, self.changing()))
    }

    /// Named stretches: there from the moment that somebody names them.
    async fn chapters(&self) -> Result<Asset> {
        let document = self
            .playback
            .video_document(&self.presentation, DocumentKind::Chapters)
            .await?;
        Ok(self.document(&document, self.changing()))
    }

    /// The token that addresses are to bear: the request's, if it is good.
    fn token(&self) -> Option<&str> {
        let token = self.request.token?;
        let known = self.admission == Admission::Token && !self.request.admitted;
        let good =
            known || is_good(&self.playback.tokens, &self.presentation.video.id, token).is_ok();
        good.then_some(token)
    }

    fn document(&self, document: &Document, caching: Caching) -> Asset {
        let bytes = |gzip, bytes| Asset {
            gzip,
            varies: true,
            ..Asset::bytes(document.content_type(), document.etag(gzip), caching, bytes)
        };
        if let Some(token) = self.token().filter(|_| document.has_addresses()) {
            let text = document.with_token(token);
            let small = self.request.gzip.then(|| compress_once(&text)).flatten();
            return Asset {
                caching: Caching::Never,
                ..bytes(small.is_some(), small.unwrap_or(text))
            };
        }
        match document.gzip().filter(|_| self.request.gzip) {
            Some(small) => bytes(true, small),
            None => bytes(false, document.plain()),
        }
    }

    async fn rendition(&self, rendition: &Rendition, file: RenditionFile) -> Result<Asset> {
        let id = rendition.id.as_str();
        let kind = media_type(rendition);
        match file {
            RenditionFile::Segment(n) => {
                if let Some(bytes) = self.playback.hot.get(id, Piece::Segment(n)).await {
                    return Ok(self.piece(rendition, "", n, Content::Bytes(bytes)));
                }
                let content = self.segment(rendition, n).await?;
                Ok(self.piece(rendition, "", n, content))
            }
            RenditionFile::Iframe(n) => {
                let playback = self.playback;
                let hot = playback.hot.get(id, Piece::Iframe(n)).await;
                let bytes = if let Some(bytes) = hot {
                    bytes
                } else {
                    let track = playback.track(rendition).await?;
                    let size = track.index.iframe_size(n as usize).map_err(absent)?;
                    let load = track.iframe(&playback.blobs, n);
                    playback.hot.load(id, Piece::Iframe(n), size, load).await?
                };
                Ok(self.piece(rendition, "i", n, Content::Bytes(bytes)))
            }
            RenditionFile::Init => {
                let track = self.playback.track(rendition).await?;
                let etag = format!("\"{id}-init\"");
                let init = track.index.init_segment();
                Ok(Asset::bytes(kind, etag, self.immutable(), init))
            }
            RenditionFile::Playlist | RenditionFile::IframePlaylist => {
                let which = match file {
                    RenditionFile::Playlist => DocumentKind::Media,
                    _ => DocumentKind::Iframes,
                };
                let document = self.playback.rendition_document(rendition, which).await?;
                Ok(self.document(&document, self.changing()))
            }
            RenditionFile::Whole => self.whole(rendition).await,
        }
    }

    async fn segment(&self, rendition: &Rendition, n: u32) -> Result<Content> {
        let playback = self.playback;
        let track = playback.track(rendition).await?;
        let segment = track.index.segment(n as usize).map_err(absent)?;
        if segment.size > MAX_HELD && track.index.layout() == Layout::Cmaf {
            return Ok(Content::View(ByteView::new([crate::view::Source::Blob(
                Arc::new(track.key.clone()),
                segment.bytes.clone(),
            )])));
        }
        let load = track.segment(&playback.blobs, n);
        let piece = Piece::Segment(n);
        let bytes = playback
            .hot
            .load(&rendition.id, piece, segment.size, load)
            .await?;
        Ok(Content::Bytes(bytes))
    }

    fn piece(&self, rendition: &Rendition, kind: &str, n: u32, content: Content) -> Asset {
        Asset {
            content,
            ..Asset::bytes(
                media_type(rendition),
                format!("\"{}-{kind}{n}\"", rendition.id),
                self.immutable(),
                bytes::Bytes::new(),
            )
        }
    }

    async fn whole(&self, rendition: &Rendition) -> Result<Asset> {
        let track = self.playback.track(rendition).await?;
        let mut asset = Asset::bytes(
            media_type(rendition),
            format!("\"{}\"", rendition.id),
            self.immutable(),
            bytes::Bytes::new(),
        );
        match track.index.layout() {
            Layout::Cmaf => {
                asset.content = self.playback.file(&track.key).await?;
            }
            Layout::Virtual => {
                asset.content = lone(self.playback, rendition, track).await?;
            }
        }
        Ok(asset)
    }

    async fn subtitle(&self, id: &str, file: SubtitleFile) -> Result<Asset> {
        let kind = match file {
            SubtitleFile::Playlist => DocumentKind::SubtitlePlaylist,
            SubtitleFile::Segment(n) => DocumentKind::SubtitleSegment(n),
            SubtitleFile::Whole => DocumentKind::SubtitleWhole,
        };
        self.text(id, kind, self.changing()).await
    }

    async fn text(&self, id: &str, kind: DocumentKind, caching: Caching) -> Result<Asset> {
        let mut subtitles = self.presentation.parts.subtitles.iter();
        let subtitle = subtitles.find(|s| s.id == id);
        let subtitle = subtitle.ok_or(PlaybackError::NotFound("subtitle"))?;
        let document = self
            .playback
            .subtitle_document(&self.presentation, subtitle, kind)
            .await?;
        Ok(self.document(&document, caching))
    }

    async fn image(&self, image: &Image, caching: Caching) -> Result<Asset> {
        let playback = self.playback;
        let hot = playback.hot.get(&image.id, Piece::Whole).await;
        let bytes = if let Some(bytes) = hot {
            bytes
        } else {
            let key = BlobKey::new(&*image.key)?;
            let size = playback.meta(&key).await?.size.min(MAX_IMAGE);
            let load = async { Ok(playback.blobs.get_all(&key, MAX_IMAGE).await?) };
            playback
                .hot
                .load(&image.id, Piece::Whole, size, load)
                .await?
        };
        let etag = format!("\"{}\"", image.id);
        Ok(Asset::bytes(types::JPEG, etag, caching, bytes))
    }
}

impl Playback {
    /// A whole blob, sent by whoever is to send whole files.
    pub(crate) async fn file(&self, key: &BlobKey) -> Result<Content> {
        match self.options.handoff {
            Handoff::XAccel if self.blobs.local_path(key).is_some() => {
                return Ok(Content::Accel(format!("/_blobs/{key}")));
            }
            Handoff::SignedUrl => {
                let ttl = self.options.signed_url_ttl;
                if let Some(url) = self.blobs.presign_get(key, ttl).await? {
                    return Ok(Content::Signed(url, self.whole_blob(key).await?));
                }
            }
            Handoff::Direct | Handoff::XAccel => {}
        }
        Ok(Content::View(self.whole_blob(key).await?))
    }

    async fn whole_blob(&self, key: &BlobKey) -> Result<ByteView> {
        let size = self.meta(key).await?.size;
        Ok(ByteView::blob(key.clone(), size))
    }
}

fn media_type(rendition: &Rendition) -> &'static str {
    match rendition.kind {
        RenditionKind::Video => types::VIDEO,
        RenditionKind::Audio => types::AUDIO,
    }
}

/// A number beyond the last is an address that does not exist.
fn absent(_: matinee_media::MediaError) -> PlaybackError {
    PlaybackError::NotFound("segment")
}
