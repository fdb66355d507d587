//! Playlists, manifests and cues of a presentation.

mod chapters;
mod manifest;
mod names;
mod storyboard;
mod subtitles;

use std::sync::Arc;

use matinee_catalog::{Rendition, RenditionKind};
use matinee_media::dash::{self, Addressing};
use matinee_media::hls::{self, Segments};
use matinee_media::index::Layout;
use matinee_media::presentation::{
    self as offer, AudioRendition, StoryboardRendition, SubtitleRendition, VideoRendition,
};

use crate::asset::types;
use crate::document::Document;
use crate::presentation::Presentation;
use crate::tracks::Track;
use crate::{Handoff, Result};

pub(crate) use chapters::chapters;
use names::Names;
pub(crate) use storyboard::Board;
pub(crate) use subtitles::Cues;

/// The average bit rate up to which a rendition may be listed first: players
/// without other knowledge start with it.
const FIRST_BPS: u64 = 2_500_000;

/// A presentation with the indices of its listed renditions.
#[derive(Debug)]
pub(crate) struct Listing {
    pub presentation: Arc<Presentation>,
    pub renditions: Vec<(Arc<Rendition>, Arc<Track>)>,
    pub board: Option<Board>,
    names: Names,
}

impl Listing {
    pub(crate) fn new(
        presentation: Arc<Presentation>,
        renditions: Vec<(Arc<Rendition>, Arc<Track>)>,
        board: Option<Board>,
    ) -> Self {
        Self {
            names: Names::new(&presentation, &renditions),
            presentation,
            renditions,
            board,
        }
    }

    /// The HLS multivariant playlist.
    pub(crate) fn multivariant(&self) -> Result<Document> {
        Document::new(types::HLS, |suffix| {
            Ok(hls::multivariant(&self.offer(suffix)))
        })
    }

    /// The DASH manifest.
    pub(crate) fn dash(&self, handoff: Handoff) -> Result<Document> {
        let addressing = match handoff {
            Handoff::Direct => Addressing::Number,
            Handoff::XAccel | Handoff::SignedUrl => Addressing::RangesWherePossible,
        };
        Document::new(types::DASH, |suffix| {
            Ok(dash::manifest(&self.offer(suffix), addressing)?)
        })
    }

    /// Our own manifest.
    pub(crate) fn manifest(&self) -> Result<Document> {
        Document::new(types::JSON, |suffix| manifest::write(self, suffix))
    }

    pub(crate) fn of_kind(
        &self,
        kind: RenditionKind,
    ) -> impl Iterator<Item = (&Rendition, &Track)> {
        self.renditions
            .iter()
            .map(|(rendition, track)| (&**rendition, &**track))
            .filter(move |(rendition, _)| rendition.kind == kind)
    }

    fn offer<'a>(&'a self, suffix: &'a str) -> offer::Presentation<'a> {
        let mut videos: Vec<_> = self
            .of_kind(RenditionKind::Video)
            .map(|(rendition, track)| VideoRendition {
                path: &rendition.id,
                index: &track.index,
            })
            .collect();
        first_to_the_front(&mut videos);
        let audios = self.of_kind(RenditionKind::Audio).zip(&self.names.audios);
        let subtitles = self.presentation.parts.subtitles.iter();
        offer::Presentation {
            videos,
            audios: audios
                .map(|((rendition, track), name)| AudioRendition {
                    path: &rendition.id,
                    index: &track.index,
                    language: rendition.language.as_deref(),
                    name,
                    default: rendition.is_default,
                    describes_video: rendition.role.as_deref() == Some("description"),
                    commentary: rendition.role.as_deref() == Some("commentary"),
                })
                .collect(),
            subtitles: subtitles
                .zip(&self.names.subtitles)
                .map(|(subtitle, (path, name))| SubtitleRendition {
                    path,
                    language: Some(&*subtitle.language).filter(|&tag| tag != "und"),
                    name,
                    default: subtitle.is_default,
                    forced: subtitle.forced,
                    hearing_impaired: subtitle.hearing_impaired,
                })
                .collect(),
            storyboard: self.board.as_ref().map(|board| StoryboardRendition {
                uri_template: storyboard::SHEETS,
                sheets: &board.geometry,
                largest_sheet_bytes: board.largest_sheet,
            }),
            suffix,
        }
    }
}

/// Whether segments are told as ranges of the whole file, which somebody else
/// sends.
fn in_ranges(track: &Track, handoff: Handoff) -> bool {
    handoff != Handoff::Direct && track.index.layout() == Layout::Cmaf
}

/// The HLS media playlist of one rendition: with an address for each segment,
/// or with ranges of the whole file where somebody else sends it.
pub(crate) fn media_playlist(track: &Track, handoff: Handoff) -> Result<Document> {
    let segments = if in_ranges(track, handoff) {
        Segments::RangesOf(offer::names::FILE)
    } else {
        Segments::Each
    };
    Document::new(types::HLS, |suffix| {
        Ok(hls::media_playlist(&track.index, segments, suffix)?)
    })
}

/// The HLS playlist of one rendition's key frames.
pub(crate) fn iframe_playlist(track: &Track) -> Result<Document> {
    Document::new(types::HLS, |suffix| {
        Ok(hls::iframe_playlist(&track.index, suffix))
    })
}

/// Moves the rendition that players should start with to the front: the best
/// that a slow line carries, or the smallest.
fn first_to_the_front(videos: &mut [VideoRendition<'_>]) {
    let rate = |n: usize| videos[n].index.average_bandwidth_bps();
    let affordable = (0..videos.len())
        .filter(|&n| rate(n) <= FIRST_BPS)
        .max_by_key(|&n| rate(n));
    let first = affordable.or_else(|| (0..videos.len()).min_by_key(|&n| rate(n)));
    if let Some(first) = first {
        videos[..=first].rotate_right(1);
    }
}
