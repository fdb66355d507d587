//! What is known of a video while it is played.

use std::collections::HashSet;
use std::sync::Arc;

use matinee_catalog::{Image, ImageKind, Parts, ProcessingStatus, Rendition, RenditionKind, Video};

use crate::{PlaybackError, Result};

/// One state of a video: its row and what it is made of.
///
/// Immutable; a change of the video makes another one.
#[derive(Debug)]
pub struct Presentation {
    /// The row.
    pub video: Video,
    /// The renditions that playlists list: video from the highest to the
    /// lowest, then audio.
    pub renditions: Vec<Arc<Rendition>>,
    /// Renditions that playlists no longer list, but that players may still be
    /// fetching.
    pub retired: Vec<Arc<Rendition>>,
    /// What it is made of besides.
    pub parts: Parts,
}

impl Presentation {
    /// Joins a video's rows. `all` holds every rendition, the retired included.
    pub fn new(video: Video, mut parts: Parts, all: Vec<Rendition>) -> Self {
        let renditions: Vec<_> = std::mem::take(&mut parts.renditions)
            .into_iter()
            .map(Arc::new)
            .collect();
        let listed: HashSet<&str> = renditions.iter().map(|r| r.id.as_str()).collect();
        let retired = all
            .into_iter()
            .filter(|r| r.retired_at.is_some() && !listed.contains(r.id.as_str()))
            .map(Arc::new)
            .collect();
        Self {
            video,
            renditions,
            retired,
            parts,
        }
    }

    /// Whether no more renditions will come by themselves.
    pub fn is_settled(&self) -> bool {
        self.video.processing_status.is_final()
    }

    /// The rendition of this id, listed or retired.
    pub fn rendition(&self, id: &str) -> Result<&Arc<Rendition>> {
        self.renditions
            .iter()
            .chain(&self.retired)
            .find(|r| r.id == id)
            .ok_or(PlaybackError::NotFound("rendition"))
    }

    /// The image of this id.
    pub fn image(&self, id: &str) -> Result<&Image> {
        self.parts
            .images
            .iter()
            .find(|i| i.id == id)
            .ok_or(PlaybackError::NotFound("image"))
    }

    /// The sheets of pictures for the scrub bar, in order.
    pub fn storyboard(&self) -> impl Iterator<Item = &Image> {
        self.parts
            .images
            .iter()
            .filter(|i| i.kind == ImageKind::Storyboard)
    }

    /// The listed renditions of one kind.
    pub fn of_kind(&self, kind: RenditionKind) -> impl Iterator<Item = &Arc<Rendition>> {
        self.renditions.iter().filter(move |r| r.kind == kind)
    }

    /// Refuses a video of which nothing can be played, in the words that fit.
    pub fn playable(&self) -> Result<()> {
        if self.video.is_external() {
            Err(PlaybackError::External)
        } else if !self.renditions.is_empty() {
            Ok(())
        } else if matches!(
            self.video.processing_status,
            ProcessingStatus::Failed | ProcessingStatus::Canceled
        ) {
            Err(PlaybackError::NothingToPlay)
        } else {
            Err(PlaybackError::NotReady)
        }
    }
}
