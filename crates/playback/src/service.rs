//! The service.

use std::sync::Arc;
use std::time::Duration;

use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use matinee_catalog::{Catalog, Change, Subtitle, Video};
use matinee_engines::blobs::{BlobError, BlobKey, BlobMeta, SharedBlobs};
use matinee_identity::{Bearer, StreamTokens};
use matinee_media::webvtt::MAX_SUBTITLE_SIZE;
use moka::future::Cache;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::document::Document;
use crate::documents::{DocumentKey, DocumentKind, Documents};
use crate::gate::{self, Grant};
use crate::hot::HotSet;
use crate::listing::{self, Board, Cues, Listing};
use crate::meters::Meters;
use crate::presentation::Presentation;
use crate::presentations::Presentations;
use crate::progress::WatchProgress;
use crate::progressive::VirtualFiles;
use crate::tracks::{Track, Tracks};
use crate::{PlaybackError, PlaybackOptions, Result};

/// How many indices are decoded at the same time for one manifest.
const DECODING: usize = 4;
/// How often caches are tidied and measured.
const TIDY: Duration = Duration::from_secs(5);

/// Everything that players ask for.
///
/// Memory: at most [`PlaybackOptions::hot_bytes`] of segments,
/// [`PlaybackOptions::index_bytes`] of indices, [`PlaybackOptions::document_bytes`]
/// of playlists, 32 MiB of progressive files' headers, 128 MiB of segments on
/// their way from the blob store, and a few kilobytes for each of [`PlaybackOptions::videos`]. Idle, nothing.
#[derive(Debug)]
pub struct Playback {
    pub(crate) options: PlaybackOptions,
    pub(crate) blobs: SharedBlobs,
    pub(crate) tokens: Arc<StreamTokens>,
    pub(crate) hot: HotSet,
    catalog: Catalog,
    presentations: Presentations,
    tracks: Tracks,
    documents: Documents,
    pub(crate) virtual_files: VirtualFiles,
    metas: Cache<BlobKey, Arc<BlobMeta>>,
    progress: WatchProgress,
    meters: Meters,
}

impl Playback {
    /// The service on these engines. [`Playback::run`] must run beside it.
    pub fn new(
        catalog: Catalog,
        blobs: SharedBlobs,
        tokens: Arc<StreamTokens>,
        options: PlaybackOptions,
    ) -> Self {
        let meters = Meters::new();
        Self {
            hot: HotSet::new(options.hot_bytes, meters.clone()),
            presentations: Presentations::new(
                catalog.clone(),
                &options,
                meters.presentation_loads.clone(),
            ),
            tracks: Tracks::new(
                blobs.clone(),
                options.index_bytes,
                meters.index_loads.clone(),
            ),
            documents: Documents::new(options.document_bytes, meters.document_builds.clone()),
            virtual_files: VirtualFiles::new(),
            metas: Cache::builder()
                .name("blob metadata")
                .max_capacity(10_000)
                .time_to_live(Duration::from_mins(1))
                .build(),
            progress: WatchProgress::new(catalog.db().clone(), options.progress),
            options,
            blobs,
            tokens,
            catalog,
            meters,
        }
    }

    /// What operators chose.
    pub fn options(&self) -> &PlaybackOptions {
        &self.options
    }

    /// Where the bytes are.
    pub fn blobs(&self) -> &SharedBlobs {
        &self.blobs
    }

    /// Everybody's place in everything.
    pub fn progress(&self) -> &WatchProgress {
        &self.progress
    }

    /// The video of this id as it is now, or as it was a moment ago.
    pub async fn presentation(&self, video: &str) -> Result<Arc<Presentation>> {
        self.presentations.get(video).await
    }

    /// A permission for this viewer to play this video from now on. Whether
    /// they may have it is the caller's to decide ([`gate::may_watch`]). It ends
    /// when the video expires, at the latest; one for a video that has expired
    /// is for those who may watch it even so.
    pub fn grant(&self, video: &Video, bearer: Bearer<'_>) -> Grant {
        let now = gate::now_seconds();
        let end = video
            .expires_at
            .and_then(|at| u64::try_from(at / 1_000_000).ok())
            .filter(|end| *end > now);
        let lasting = now + self.options.token_ttl.as_secs();
        let expires_at = end.map_or(lasting, |end| end.min(lasting));
        Grant {
            token: self.tokens.issue(&video.id, bearer, expires_at),
            expires_at,
            expires_in: expires_at - now,
        }
    }

    /// Keeps what is in memory true, writes watch positions, and measures.
    ///
    /// Returns after `stop`, once the last positions are written: stop it after
    /// the last request has been answered.
    pub async fn run(&self, stop: CancellationToken) {
        let changes = self.catalog.changes();
        tokio::join!(
            self.progress.run(stop.clone()),
            self.follow(changes, &stop),
            self.tidy(&stop),
        );
    }

    async fn follow(&self, mut changes: broadcast::Receiver<Change>, stop: &CancellationToken) {
        loop {
            let change = tokio::select! {
                () = stop.cancelled() => return,
                change = changes.recv() => change,
            };
            match change {
                Ok(Change { video_id, deleted }) => {
                    self.presentations.forget(&video_id).await;
                    if deleted && let Err(error) = self.progress.forget_videos(&[video_id]).await {
                        tracing::warn!(%error, "watch positions of a deleted video stay for now");
                    }
                }
                Err(broadcast::error::RecvError::Lagged(_)) => self.presentations.forget_all(),
                Err(broadcast::error::RecvError::Closed) => return,
            }
        }
    }

    async fn tidy(&self, stop: &CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(TIDY) => {}
            }
            self.hot.settle().await;
            self.tracks.settle().await;
            self.documents.settle().await;
            self.meters.index_size.set(self.tracks.size() as f64);
            self.meters.document_size.set(self.documents.size() as f64);
        }
    }

    /// The index of a rendition.
    pub(crate) async fn track(&self, rendition: &matinee_catalog::Rendition) -> Result<Arc<Track>> {
        self.tracks.get(rendition).await
    }

    /// Size, tag and date of a blob; at most a minute old.
    pub(crate) async fn meta(&self, key: &BlobKey) -> Result<Arc<BlobMeta>> {
        let head = async {
            match self.blobs.head(key).await {
                Ok(meta) => Ok(Arc::new(meta)),
                Err(BlobError::NotFound(_)) => Err(PlaybackError::NotFound("file")),
                Err(error) => Err(error.into()),
            }
        };
        Ok(self.metas.try_get_with(key.clone(), head).await?)
    }

    /// A document of the video as a whole.
    pub(crate) async fn video_document(
        &self,
        presentation: &Arc<Presentation>,
        kind: DocumentKind,
    ) -> Result<Arc<Document>> {
        let key = DocumentKey {
            owner: presentation.video.id.as_str().into(),
            version: presentation.video.version,
            kind,
        };
        let write = async {
            if kind == DocumentKind::Chapters {
                return listing::chapters(&presentation.video);
            }
            let listing = self.listing(presentation).await?;
            let handoff = self.options.handoff;
            aside(move || match kind {
                DocumentKind::Dash => listing.dash(handoff),
                DocumentKind::Manifest => listing.manifest(),
                DocumentKind::Storyboard => board(&listing)?.cues(),
                DocumentKind::StoryboardPlaylist => board(&listing)?.playlist(),
                _ => listing.multivariant(),
            })
            .await
        };
        self.documents.get(key, write).await
    }

    async fn listing(&self, presentation: &Arc<Presentation>) -> Result<Listing> {
        let tracks = stream::iter(presentation.renditions.iter().cloned())
            .map(async |rendition| match self.track(&rendition).await {
                Ok(track) => Ok(Some((rendition, track))),
                // One damaged rendition does not take the others with it.
                Err(error) => match error.root() {
                    PlaybackError::Media(_) | PlaybackError::NotFound(_) => {
                        tracing::error!(rendition = rendition.id, %error, "left out of playlists");
                        Ok(None)
                    }
                    _ => Err(error),
                },
            })
            .buffered(DECODING)
            .try_collect::<Vec<_>>()
            .await?;
        let mut largest = 0;
        for sheet in presentation.storyboard() {
            let meta = self.meta(&BlobKey::new(&*sheet.key)?).await?;
            largest = largest.max(meta.size);
        }
        Ok(Listing::new(
            presentation.clone(),
            tracks.into_iter().flatten().collect(),
            Board::of(presentation, largest),
        ))
    }

    /// A playlist of one rendition.
    pub(crate) async fn rendition_document(
        &self,
        rendition: &matinee_catalog::Rendition,
        kind: DocumentKind,
    ) -> Result<Arc<Document>> {
        let key = DocumentKey {
            owner: rendition.id.as_str().into(),
            version: 0,
            kind,
        };
        let write = async {
            let track = self.track(rendition).await?;
            let handoff = self.options.handoff;
            aside(move || match kind {
                DocumentKind::Iframes => listing::iframe_playlist(&track),
                _ => listing::media_playlist(&track, handoff),
            })
            .await
        };
        self.documents.get(key, write).await
    }

    /// A document of one subtitle.
    pub(crate) async fn subtitle_document(
        &self,
        presentation: &Presentation,
        subtitle: &Subtitle,
        kind: DocumentKind,
    ) -> Result<Arc<Document>> {
        let key = DocumentKey {
            owner: subtitle.id.as_str().into(),
            // The duration comes from the video.
            version: presentation.video.duration_ms.unwrap_or(0),
            kind,
        };
        let duration = presentation.video.duration_ms;
        let write = async {
            let blob = BlobKey::new(&*subtitle.key)?;
            let bytes = match self.blobs.get_all(&blob, MAX_SUBTITLE_SIZE as u64).await {
                Err(BlobError::NotFound(_)) => return Err(PlaybackError::NotFound("subtitle")),
                other => other?,
            };
            aside(move || {
                let cues = Cues::parse(&bytes, duration)?;
                match kind {
                    DocumentKind::SubtitlePlaylist => cues.playlist(),
                    DocumentKind::SubtitleSegment(n) => cues.segment(n),
                    DocumentKind::SubtitleSpan(from, until) => Ok(cues.span(from, until)),
                    _ => Ok(cues.whole()),
                }
            })
            .await
        };
        self.documents.get(key, write).await
    }
}

fn board(listing: &Listing) -> Result<&Board> {
    let none = PlaybackError::NotFound("storyboard");
    listing.board.as_ref().ok_or(none)
}

/// Runs what takes milliseconds off the runtime.
pub(crate) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| BlobError::Unavailable(error.to_string()))?
}
