//! Preview pictures along the time line, tiled into sheets, as seen on a player's scrub bar.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::webvtt::Timestamp;

/// The geometry of a storyboard: one tile every `interval_ms`, `columns` × `rows` to a sheet, in
/// reading order. The tile at `t` shows the picture at the middle of its interval or at `t`; that
/// is the maker's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Storyboard {
    /// Width of a tile in pixels.
    pub tile_width: u32,
    /// Height of a tile in pixels.
    pub tile_height: u32,
    /// Tiles in a row.
    pub columns: u32,
    /// Rows in a sheet.
    pub rows: u32,
    /// Milliseconds from one tile to the next, at least 1.
    pub interval_ms: u64,
    /// How many tiles there are in all.
    pub tiles: u32,
    /// How long the video is, in milliseconds.
    pub duration_ms: u64,
}

impl Storyboard {
    /// A storyboard for a video of `duration_ms` and `width` × `height` shown pixels: tiles of
    /// `tile_height` pixels and the video's shape (even width, between a quarter and four times
    /// the height), an interval that gives about 100 tiles but never under a second or over ten,
    /// ten by ten to a sheet.
    pub fn plan(duration_ms: u64, width: u32, height: u32, tile_height: u32) -> Self {
        let tile_height = tile_height.clamp(2, 4096) & !1;
        let wide = u64::from(tile_height) * u64::from(width.max(1)) / u64::from(height.max(1));
        let wide = u32::try_from(wide).unwrap_or(u32::MAX);
        let tile_width = wide.clamp((tile_height / 4).max(2), tile_height * 4) & !1;
        let interval_ms = (duration_ms / 100)
            .clamp(1000, 10_000)
            .next_multiple_of(500);
        let tiles = u32::try_from(duration_ms.div_ceil(interval_ms))
            .unwrap_or(u32::MAX)
            .max(1);
        let columns = tiles.min(10);
        let rows = tiles.div_ceil(columns).min(10);
        Self {
            tile_width,
            tile_height,
            columns,
            rows,
            interval_ms,
            tiles,
            duration_ms,
        }
    }

    /// Tiles in a full sheet.
    pub const fn tiles_per_sheet(&self) -> u32 {
        let tiles = self.columns.saturating_mul(self.rows);
        if tiles == 0 { 1 } else { tiles }
    }

    /// How many sheets there are.
    pub const fn sheet_count(&self) -> u32 {
        self.tiles.div_ceil(self.tiles_per_sheet())
    }

    /// How long a full sheet's tiles last, in milliseconds.
    pub fn sheet_duration_ms(&self) -> u64 {
        self.interval_ms
            .saturating_mul(u64::from(self.tiles_per_sheet()))
    }

    /// When the tiles of sheet `sheet` begin and end, in milliseconds.
    pub fn sheet_time_ms(&self, sheet: u32) -> (u64, u64) {
        let len = self.sheet_duration_ms();
        let start = len.saturating_mul(sheet.into()).min(self.duration_ms);
        (start, start.saturating_add(len).min(self.duration_ms))
    }

    /// Where tile `tile` is: sheet, then x, y in pixels.
    pub const fn place(&self, tile: u32) -> (u32, u32, u32) {
        let sheet = tile / self.tiles_per_sheet();
        let within = tile % self.tiles_per_sheet();
        let columns = if self.columns == 0 { 1 } else { self.columns };
        let (column, row) = (within % columns, within / columns);
        (sheet, column * self.tile_width, row * self.tile_height)
    }

    /// The tile to show for an instant.
    pub fn tile_at(&self, at_ms: u64) -> u32 {
        let tile = at_ms / self.interval_ms.max(1);
        u32::try_from(tile)
            .unwrap_or(u32::MAX)
            .min(self.tiles.saturating_sub(1))
    }

    /// The storyboard as WebVTT: each cue's text is a sheet's URI with a media fragment
    /// (`#xywh=…`, W3C Media Fragments §4.2.2), as players' preview plug-ins read it.
    ///
    /// `uri` gives the URI of a sheet, query string and all.
    pub fn to_webvtt(&self, uri: impl Fn(u32) -> String) -> String {
        let mut out = String::from("WEBVTT\n");
        for tile in 0..self.tiles {
            let start = self.interval_ms.saturating_mul(tile.into());
            let end = if tile + 1 == self.tiles {
                self.duration_ms.max(start + 1)
            } else {
                start + self.interval_ms
            };
            let (sheet, x, y) = self.place(tile);
            let _ = write!(
                out,
                "\n{} --> {}\n{}#xywh={x},{y},{},{}\n",
                Timestamp(start),
                Timestamp(end),
                uri(sheet),
                self.tile_width,
                self.tile_height
            );
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webvtt::WebVtt;

    #[rstest::rstest]
    #[case::a_clip(4_500, 1920, 1080)]
    #[case::a_film(5_400_000, 1920, 800)]
    #[case::upright(60_000, 1080, 1920)]
    #[case::a_strip(60_000, 10_000, 10)]
    #[case::an_instant(1, 16, 16)]
    #[case::nothing(0, 0, 0)]
    #[case::a_day(86_400_000, 640, 480)]
    fn tiles_cover_the_video_and_stay_on_their_sheets(
        #[case] duration_ms: u64,
        #[case] width: u32,
        #[case] height: u32,
    ) {
        let board = Storyboard::plan(duration_ms, width, height, 90);
        assert!(board.interval_ms * u64::from(board.tiles) >= duration_ms);
        assert!((1000..=10_000).contains(&board.interval_ms));
        assert_eq!((board.tile_width % 2, board.tile_height % 2), (0, 0));
        for tile in 0..board.tiles {
            let (sheet, x, y) = board.place(tile);
            assert!(sheet < board.sheet_count());
            assert!(x + board.tile_width <= board.tile_width * board.columns);
            assert!(y + board.tile_height <= board.tile_height * board.rows);
        }
        assert_eq!(
            board.tile_at(duration_ms.saturating_mul(2)),
            board.tiles - 1
        );
        let (_, end) = board.sheet_time_ms(board.sheet_count() - 1);
        assert_eq!(end, duration_ms);
    }

    #[test]
    fn the_cues_follow_each_other_to_the_end() -> crate::Result<()> {
        let board = Storyboard::plan(123_456, 1280, 720, 90);
        let text = board.to_webvtt(|sheet| format!("images/{sheet}.jpg?token=a&b"));
        let cues = WebVtt::parse(&text)?.cues;
        assert_eq!(cues.len(), board.tiles as usize);
        assert!(
            cues.windows(2)
                .all(|pair| pair[0].end_ms == pair[1].start_ms)
        );
        assert_eq!(cues.last().map(|cue| cue.end_ms), Some(123_456));
        assert_eq!(cues[11].text, "images/0.jpg?token=a&b#xywh=160,90,160,90");
        Ok(())
    }
}
