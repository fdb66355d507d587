//! One MP4 with pictures and sound, for players that know nothing else and for
//! people who want a file.

use std::sync::Arc;
use std::time::Duration;

use matinee_catalog::{Rendition, RenditionKind};
use matinee_engines::blobs::BlobKey;
use matinee_media::index::Layout;
use matinee_media::progressive::{Input, VirtualFile};
use moka::future::Cache;

use crate::asset::{Asset, Caching, Content, types};
use crate::gate::Admission;
use crate::presentation::Presentation;
use crate::service::{Playback, aside};
use crate::tracks::Track;
use crate::view::ByteView;
use crate::{PlaybackError, Result};

/// The most memory that headers of virtual files take.
const MAX_BYTES: u64 = 32 << 20;
/// Of what virtual files are made: a change of how they are written changes
/// their bytes, and so must change their tags.
const FORM: &str = "p1";

/// What somebody wants to have streamed.
#[derive(Debug, Clone, Copy, Default)]
pub struct StreamRequest<'a> {
    /// `source`, or the name of a rendition, such as `720p`; the best there is
    /// if nothing is said.
    pub quality: Option<&'a str>,
    /// Whether it is to be saved rather than played.
    pub download: bool,
    /// Whether the caller has been let in by a token or as somebody known.
    pub private: bool,
}

/// The headers of virtual files, the most used ones in memory.
#[derive(Debug)]
pub(crate) struct VirtualFiles {
    cache: Cache<String, Arc<VirtualFile>>,
}

impl VirtualFiles {
    pub(crate) fn new() -> Self {
        let cache = Cache::builder()
            .name("virtual files")
            .max_capacity(MAX_BYTES)
            .weigher(|_, file: &Arc<VirtualFile>| {
                u32::try_from(file.memory_size() + 300).unwrap_or(u32::MAX)
            })
            .time_to_idle(Duration::from_mins(10))
            .build();
        Self { cache }
    }
}

impl Playback {
    /// The video as one MP4: the upload itself if it is one, else renditions
    /// put together while they are sent. Whether the caller may have it is the
    /// caller's to decide.
    pub async fn stream(
        &self,
        presentation: &Presentation,
        request: StreamRequest<'_>,
    ) -> Result<Asset> {
        let video = &presentation.video;
        if video.is_external() {
            return Asset::elsewhere(video.external_video_url.as_deref());
        }
        let wanted = choose(presentation, request.quality)?;
        let caching = match (request.private, presentation.is_settled()) {
            (true, _) => Caching::FreshForViewer,
            (false, true) => Caching::Fresh(60),
            (false, false) => Caching::Fresh(2),
        };
        let mut asset = match wanted {
            Choice::Upload(key) => self.upload(key).await?,
            Choice::Rendition(rendition) => self.put_together(presentation, rendition).await?,
        };
        asset.caching = caching;
        if request.download {
            asset.save_as = Some(match wanted {
                Choice::Upload(_) if !video.filename.is_empty() => video.filename.clone(),
                Choice::Upload(_) => format!("{}.mp4", video.title),
                Choice::Rendition(rendition) => format!("{} {}.mp4", video.title, rendition.name),
            });
        }
        Ok(asset)
    }

    /// Lets in whoever bears a good token, or anybody if the video is public.
    pub fn admit(&self, presentation: &Presentation, token: Option<&str>) -> Result<Admission> {
        crate::gate::admit(&self.tokens, &presentation.video, token)
    }

    async fn upload(&self, key: &str) -> Result<Asset> {
        let key = BlobKey::new(key)?;
        let meta = self.meta(&key).await?;
        Ok(Asset {
            content: self.file(&key).await?,
            modified: Some(meta.modified / 1_000_000),
            ..Asset::bytes(
                types::VIDEO,
                format!("\"{}\"", meta.etag),
                Caching::Never,
                bytes::Bytes::new(),
            )
        })
    }

    async fn put_together(
        &self,
        presentation: &Presentation,
        pictures: &Rendition,
    ) -> Result<Asset> {
        let sound = default_sound(presentation);
        let mut tracks = vec![self.track(pictures).await?];
        if let Some(sound) = sound {
            tracks.push(self.track(sound).await?);
        }
        let name = match sound {
            Some(sound) => format!("{FORM}-{}-{}", pictures.id, sound.id),
            None => format!("{FORM}-{}", pictures.id),
        };
        let view = self.virtual_file(name.clone(), tracks).await?;
        Ok(Asset {
            content: Content::View(view),
            modified: Some(pictures.created_at / 1_000_000),
            ..Asset::bytes(
                types::VIDEO,
                format!("\"{name}\""),
                Caching::Never,
                bytes::Bytes::new(),
            )
        })
    }

    /// These tracks as one MP4. The name tells them and their order.
    pub(crate) async fn virtual_file(
        &self,
        name: String,
        tracks: Vec<Arc<Track>>,
    ) -> Result<ByteView> {
        let mut keys: Vec<Arc<BlobKey>> = Vec::new();
        let mut sources = Vec::with_capacity(tracks.len());
        for track in &tracks {
            let known = keys.iter().position(|key| **key == track.key);
            sources.push(known.unwrap_or_else(|| {
                keys.push(Arc::new(track.key.clone()));
                keys.len() - 1
            }));
        }
        let write = aside(move || {
            let inputs: Vec<Input<'_>> = tracks
                .iter()
                .zip(sources)
                .map(|(track, source)| Input {
                    index: &track.index,
                    source,
                })
                .collect();
            Ok(Arc::new(VirtualFile::new(&inputs)?))
        });
        let file = self.virtual_files.cache.try_get_with(name, write).await?;
        Ok(ByteView::of_file(file, keys))
    }
}

/// What is to be sent.
#[derive(Debug, Clone, Copy)]
enum Choice<'a> {
    /// The blob of the upload, as it came.
    Upload(&'a str),
    Rendition(&'a Rendition),
}

fn choose<'a>(presentation: &'a Presentation, quality: Option<&str>) -> Result<Choice<'a>> {
    let video = &presentation.video;
    let is_mp4 = video
        .format
        .as_deref()
        .is_some_and(|format| format.eq_ignore_ascii_case("mp4"));
    let upload = video.source_key.as_deref().filter(|_| is_mp4);
    let best = presentation.of_kind(RenditionKind::Video).next();
    let rendition = match quality.map(str::trim).filter(|text| !text.is_empty()) {
        None | Some("source" | "original" | "auto") => match upload {
            Some(key) => return Ok(Choice::Upload(key)),
            None => best,
        },
        Some(name) => {
            let digits = name.strip_suffix('p').unwrap_or(name);
            let found = presentation
                .of_kind(RenditionKind::Video)
                .find(|r| r.name == name || r.name.strip_suffix('p') == Some(digits));
            if found.is_none() && best.is_some() {
                return Err(PlaybackError::NoSuchQuality(qualities(presentation)));
            }
            found
        }
    };
    let Some(rendition) = rendition else {
        presentation.playable()?;
        return Err(PlaybackError::NotReady);
    };
    match upload {
        // It would be the same samples once more.
        Some(key) if rendition.is_source && rendition.key == key => Ok(Choice::Upload(key)),
        _ => Ok(Choice::Rendition(rendition)),
    }
}

fn qualities(presentation: &Presentation) -> Vec<String> {
    let names = presentation.of_kind(RenditionKind::Video);
    std::iter::once("source".to_owned())
        .chain(names.map(|r| r.name.clone()))
        .collect()
}

/// The sound that players choose by themselves.
fn default_sound(presentation: &Presentation) -> Option<&Arc<Rendition>> {
    presentation
        .of_kind(RenditionKind::Audio)
        .min_by_key(|r| (!r.is_default, r.channels != Some(2)))
}

/// A rendition that has no file of its own, as one.
pub(crate) async fn lone(
    playback: &Playback,
    rendition: &Rendition,
    track: Arc<Track>,
) -> Result<Content> {
    debug_assert!(track.index.layout() == Layout::Virtual);
    let name = format!("{FORM}-{}", rendition.id);
    let view = playback.virtual_file(name, vec![track]).await?;
    Ok(Content::View(view))
}
