//! Pictures for the scrub bar.

use matinee_catalog::Image;
use matinee_media::hls;
use matinee_media::storyboard::Storyboard;

use crate::Result;
use crate::asset::types;
use crate::document::Document;
use crate::presentation::Presentation;

/// Where the sheets are, seen from the multivariant playlist.
pub(super) const SHEETS: &str = "storyboard/$Number$.jpg";

/// A storyboard and what playlists say of it.
#[derive(Debug)]
pub(crate) struct Board {
    pub geometry: Storyboard,
    /// Bytes of the largest sheet.
    pub largest_sheet: u64,
}

impl Board {
    /// The storyboard of these sheets; `None` if there is none or if its rows
    /// do not say how it is divided.
    pub(crate) fn of(presentation: &Presentation, largest_sheet: u64) -> Option<Self> {
        let sheets: Vec<&Image> = presentation.storyboard().collect();
        let first = *sheets.first()?;
        let positive = |n: Option<i32>| n.and_then(|n| u32::try_from(n).ok()).filter(|&n| n > 0);
        let (columns, rows) = (positive(first.columns)?, positive(first.rows)?);
        let tiles = sheets
            .iter()
            .filter_map(|sheet| positive(sheet.tiles))
            .sum();
        let interval_ms = u64::try_from(first.interval_ms?)
            .ok()
            .filter(|&ms| ms > 0)?;
        let side = |pixels: i32, count: u32| {
            u32::try_from(pixels)
                .ok()
                .map(|n| n / count)
                .filter(|&n| n > 0)
        };
        let duration_ms = presentation
            .video
            .duration_ms
            .and_then(|ms| u64::try_from(ms).ok());
        let geometry = Storyboard {
            tile_width: side(first.width, columns)?,
            tile_height: side(first.height, rows)?,
            columns,
            rows,
            interval_ms,
            tiles,
            duration_ms: duration_ms.unwrap_or(interval_ms * u64::from(tiles)),
        };
        (tiles > 0).then_some(Self {
            geometry,
            largest_sheet,
        })
    }

    /// The cues that name a part of a sheet for every interval.
    pub(crate) fn cues(&self) -> Result<Document> {
        Document::new(types::VTT, |suffix| {
            Ok(self
                .geometry
                .to_webvtt(|n| format!("storyboard/{n}.jpg{suffix}")))
        })
    }

    /// The HLS playlist of the sheets.
    pub(crate) fn playlist(&self) -> Result<Document> {
        Document::new(types::HLS, |suffix| {
            Ok(hls::image_playlist(&self.geometry, SHEETS, suffix))
        })
    }
}
