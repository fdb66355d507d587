//! One track: `trak` and what is in it.

use serde::{Deserialize, Serialize};

use super::table;
use crate::{
    boxes::{Boxes, FourCc, RawBox},
    codec::{EntryKind, SampleEntry},
    error::{MediaError, Result},
    samples::SampleTable,
};

/// What a track is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrackKind {
    /// Moving pictures.
    Video,
    /// Sound.
    Audio,
    /// Subtitles or captions.
    Text,
    /// Anything else: time code, hints, metadata.
    Other,
}

/// One entry of an edit list (§8.6.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edit {
    /// How long it lasts, in ticks of the movie's timescale; 0 means "to the end".
    pub duration: u64,
    /// Where it begins in the track, in ticks of the track's timescale; `None` for an empty edit.
    pub media_time: Option<u64>,
    /// The play rate as 16.16 fixed point; 65536 is normal.
    pub rate: u32,
}

/// A track of a [`Movie`](super::Movie).
#[derive(Clone, Debug)]
pub struct Track {
    /// The track's id in the file.
    pub id: u32,
    /// What it is for.
    pub kind: TrackKind,
    /// The handler type: `vide`, `soun`, `text`, `sbtl`, ….
    pub handler: FourCc,
    /// Language as BCP 47 (`elng`) or ISO 639-2 (`mdhd`); `None` when undetermined.
    pub language: Option<String>,
    /// The track's name, if the file gives one.
    pub name: Option<String>,
    /// Whether the track takes part in the presentation.
    pub enabled: bool,
    /// Ticks a second.
    pub timescale: u32,
    /// The media's duration in ticks; 0 when unknown.
    pub duration: u64,
    /// Width to show in pixels, before rotation.
    pub display_width: u32,
    /// Height to show in pixels, before rotation.
    pub display_height: u32,
    /// How far to turn the picture clockwise: 0, 90, 180 or 270 degrees; `None` for any other
    /// transformation (mirrored, scaled, skewed).
    pub rotation: Option<u16>,
    /// The edit list; empty when there is none.
    pub edits: Vec<Edit>,
    /// The sample entries, usually one.
    pub entries: Vec<SampleEntry>,
    /// Whether samples refer to an entry other than the first.
    pub uses_other_entries: bool,
    /// The id of the text track that holds the chapters (QuickTime), if this track has some.
    pub chapter_track: Option<u32>,
    /// Whether the media data is in another file (QuickTime reference movies).
    pub external: bool,
    /// How many samples the size table declares. More than `samples.len()` means that the tables
    /// do not fit together, or that there are too many to index.
    pub declared_samples: u32,
    /// The samples.
    pub samples: SampleTable,
}

impl Track {
    /// The first sample entry.
    pub fn entry(&self) -> Option<&SampleEntry> {
        self.entries.first()
    }

    pub(super) fn parse(trak: RawBox<'_>) -> Result<Self> {
        let header = Header::parse(
            trak.children()
                .find(b"tkhd")
                .ok_or(MediaError::Missing("tkhd"))?,
        )?;
        let mdia = trak
            .children()
            .find(b"mdia")
            .ok_or(MediaError::Missing("mdia"))?;
        let media = MediaHeader::parse(mdia)?;
        let handler = mdia
            .children()
            .find(b"hdlr")
            .and_then(|hdlr| FourCc(*hdlr.body.get(8..)?.first_chunk()?).into())
            .ok_or(MediaError::Missing("hdlr"))?;
        let (kind, entry_kind) = match &handler.0 {
            b"vide" => (TrackKind::Video, EntryKind::Video),
            b"soun" => (TrackKind::Audio, EntryKind::Audio),
            b"text" | b"sbtl" | b"subt" | b"clcp" => (TrackKind::Text, EntryKind::Other),
            _ => (TrackKind::Other, EntryKind::Other),
        };
        let minf = mdia
            .children()
            .find(b"minf")
            .ok_or(MediaError::Missing("minf"))?;
        let stbl = minf
            .children()
            .find(b"stbl")
            .ok_or(MediaError::Missing("stbl"))?;
        let entries = parse_entries(stbl.children(), entry_kind)?;
        let tables = table::parse(stbl)?;
        Ok(Self {
            id: header.id,
            kind,
            handler,
            language: media.language,
            name: track_name(trak),
            enabled: header.enabled,
            timescale: media.timescale,
            duration: media.duration,
            display_width: header.width,
            display_height: header.height,
            rotation: header.rotation,
            edits: parse_edits(trak)?,
            entries,
            uses_other_entries: tables.uses_other_entries,
            chapter_track: chapter_track(trak),
            external: is_external(minf),
            declared_samples: tables.declared,
            samples: tables.samples,
        })
    }
}

/// `tkhd` (§8.3.2).
struct Header {
    id: u32,
    enabled: bool,
    rotation: Option<u16>,
    width: u32,
    height: u32,
}

impl Header {
    fn parse(tkhd: RawBox<'_>) -> Result<Self> {
        let mut fields = tkhd.fields("tkhd");
        let (version, flags) = fields.version_flags()?;
        fields.skip(if version == 1 { 16 } else { 8 })?;
        let id = fields.u32()?;
        fields.skip(4 + if version == 1 { 8 } else { 4 } + 16)?;
        let mut matrix = [0i32; 9];
        for value in &mut matrix {
            *value = fields.i32()?;
        }
        let width = fields.u32()?.saturating_add(0x8000) >> 16;
        let height = fields.u32()?.saturating_add(0x8000) >> 16;
        Ok(Self {
            id,
            enabled: flags & 1 == 1,
            rotation: rotation(&matrix),
            width,
            height,
        })
    }
}

/// The clockwise rotation that a transformation matrix (§8.2.2) makes, if it is only that.
fn rotation(matrix: &[i32; 9]) -> Option<u16> {
    const ONE: i32 = 0x0001_0000;
    match (matrix[0], matrix[1], matrix[3], matrix[4]) {
        (ONE, 0, 0, ONE) | (0, 0, 0, 0) => Some(0),
        (0, ONE, b, 0) if b == -ONE => Some(90),
        (a, 0, 0, d) if a == -ONE && d == -ONE => Some(180),
        (0, a, ONE, 0) if a == -ONE => Some(270),
        _ => None,
    }
}

/// `mdhd` (§8.4.2) and `elng` (§8.4.6).
struct MediaHeader {
    timescale: u32,
    duration: u64,
    language: Option<String>,
}

impl MediaHeader {
    fn parse(mdia: RawBox<'_>) -> Result<Self> {
        let mdhd = mdia
            .children()
            .find(b"mdhd")
            .ok_or(MediaError::Missing("mdhd"))?;
        let mut fields = mdhd.fields("mdhd");
        let (version, _) = fields.version_flags()?;
        fields.skip(if version == 1 { 16 } else { 8 })?;
        let timescale = fields.u32()?;
        if timescale == 0 {
            return Err(MediaError::malformed("mdhd", "the timescale is zero"));
        }
        let duration = duration(fields.sized(version)?, version);
        let packed = fields.u16().unwrap_or(0);
        let language = mdia
            .children()
            .find(b"elng")
            .and_then(|elng| text(elng.body.get(4..)?))
            .or_else(|| unpack_language(packed));
        Ok(Self {
            timescale,
            duration,
            language,
        })
    }
}

/// A duration field, whose all-ones value means "unknown".
pub(super) const fn duration(value: u64, version: u8) -> u64 {
    let unknown = if version == 1 {
        u64::MAX
    } else {
        u32::MAX as u64
    };
    if value == unknown { 0 } else { value }
}

/// Three letters of five bits. Smaller values are QuickTime's own language numbers, of which
/// writers leave 0 without meaning English.
fn unpack_language(packed: u16) -> Option<String> {
    /// QuickTime File Format, "Language code values", from 1 on.
    #[rustfmt::skip]
    const QUICKTIME: [&str; 46] = [
        "fra", "deu", "ita", "nld", "swe", "spa", "dan", "por", "nor", "heb", "jpn", "ara", "fin",
        "ell", "isl", "mlt", "tur", "hrv", "zho", "urd", "hin", "tha", "kor", "lit", "pol", "hun",
        "est", "lav", "sme", "fao", "fas", "rus", "zho", "nld", "gle", "sqi", "ron", "ces", "slk",
        "slv", "yid", "srp", "mkd", "bul", "ukr", "bel",
    ];
    if packed < 0x400 {
        let number = usize::from(packed).checked_sub(1)?;
        return QUICKTIME.get(number).map(|&code| code.to_owned());
    }
    let code: String = [10, 5, 0]
        .into_iter()
        .filter_map(|shift| u8::try_from((packed >> shift & 0x1f) + 0x60).ok())
        .map(char::from)
        .collect();
    (code.bytes().all(|byte| byte.is_ascii_lowercase()) && code != "und").then_some(code)
}

/// A NUL-terminated or bare string, if it is short, printable UTF-8.
fn text(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.split(|&byte| byte == 0).next()?;
    let text = std::str::from_utf8(bytes.get(..bytes.len().min(255))?)
        .ok()?
        .trim();
    (!text.is_empty() && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

fn chapter_track(trak: RawBox<'_>) -> Option<u32> {
    let tref = trak.children().find(b"tref")?;
    tref.children().find(b"chap")?.fields("chap").u32().ok()
}

fn track_name(trak: RawBox<'_>) -> Option<String> {
    let udta = trak.children().find(b"udta")?;
    let name = udta.children().find(b"name")?;
    text(name.body)
}

fn parse_edits(trak: RawBox<'_>) -> Result<Vec<Edit>> {
    let Some(elst) = trak
        .children()
        .find(b"edts")
        .and_then(|edts| edts.children().find(b"elst"))
    else {
        return Ok(Vec::new());
    };
    let mut fields = elst.fields("elst");
    let (version, _) = fields.version_flags()?;
    let count = fields.count(if version == 1 { 20 } else { 12 })?;
    let mut edits = Vec::with_capacity(count);
    for _ in 0..count {
        let duration = fields.sized(version)?;
        let media_time = if version == 1 {
            fields.i64()?
        } else {
            i64::from(fields.i32()?)
        };
        edits.push(Edit {
            duration,
            media_time: u64::try_from(media_time).ok(),
            rate: fields.u32()?,
        });
    }
    Ok(edits)
}

/// `stsd` (§8.5.2). A file with more entries than a handful is read no further.
fn parse_entries(stbl: Boxes<'_>, kind: EntryKind) -> Result<Vec<SampleEntry>> {
    const MAX_ENTRIES: usize = 16;
    let stsd = stbl.find(b"stsd").ok_or(MediaError::Missing("stsd"))?;
    let mut fields = stsd.fields("stsd");
    let (version, _) = fields.version_flags()?;
    fields.skip(4)?;
    Boxes::new(fields.rest())
        .take(MAX_ENTRIES)
        .map(|raw| SampleEntry::parse(raw, kind, version))
        .collect()
}

/// Whether the first data reference (§8.7.2) points out of the file.
fn is_external(minf: RawBox<'_>) -> bool {
    let first = minf
        .children()
        .find(b"dinf")
        .and_then(|dinf| dinf.children().find(b"dref"))
        .and_then(|dref| Boxes::new(dref.body.get(8..)?).next());
    first.is_some_and(|entry| {
        let flags = entry
            .fields("dref")
            .version_flags()
            .map_or(1, |(_, flags)| flags);
        flags & 1 == 0
    })
}
