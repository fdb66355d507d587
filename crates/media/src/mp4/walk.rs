//! Walking the top-level boxes of a file without reading media data.

use std::io::{Read, Seek, SeekFrom};

use super::MoovPlace;
use crate::{
    boxes::{BoxHeader, FourCc},
    error::{MediaError, Result},
};

/// The largest `moov` that is read, in bytes. A day of 60 frames a second needs about 100 MiB.
pub const MAX_MOOV_SIZE: u64 = 256 << 20;

/// More top-level boxes than this before `moov` are no file that any writer makes.
const MAX_BOXES: u32 = 1 << 20;

pub(super) struct Found {
    pub(super) brand: FourCc,
    pub(super) moov: Vec<u8>,
    pub(super) place: MoovPlace,
    pub(super) fragmented: bool,
    pub(super) file_len: u64,
    /// Where `moov` ends.
    pub(super) moov_end: u64,
}

/// Finds and reads `moov` (§8.2.1), and looks at what stands right after it.
pub(super) fn find_moov<R: Read + Seek>(source: &mut R) -> Result<Found> {
    let file_len = source.seek(SeekFrom::End(0))?;
    let mut position = 0u64;
    let mut brand = FourCc::default();
    let mut moov: Option<Vec<u8>> = None;
    let mut place = MoovPlace::Front;
    let mut fragmented = false;
    let mut moov_end = 0;
    for number in 0..MAX_BOXES {
        let Some(header) = read_header(source, position, file_len)? else {
            break;
        };
        if number == 0 && !is_plausible_first(header.kind) {
            return Err(MediaError::NotThisFormat {
                expected: "an MP4 or QuickTime file",
            });
        }
        let end = header
            .size
            .map_or(file_len, |size| position.saturating_add(size));
        match &header.kind.0 {
            b"ftyp" => brand = read_brand(source, position + header.header_len)?,
            b"moov" if moov.is_none() => {
                if end > file_len {
                    return Err(MediaError::Truncated("moov"));
                }
                moov = Some(read_body(
                    source,
                    "moov",
                    position,
                    header,
                    end,
                    MAX_MOOV_SIZE,
                )?);
                moov_end = end;
            }
            b"mdat" if moov.is_none() => place = MoovPlace::End,
            b"moof" => fragmented = true,
            _ => {}
        }
        // Fragments follow the movie, so the first media data after it decides.
        if moov.is_some()
            && (matches!(&header.kind.0, b"mdat" | b"moof") || place == MoovPlace::End)
        {
            break;
        }
        if end >= file_len {
            break;
        }
        position = end;
    }
    let moov = moov.ok_or(MediaError::Missing("moov"))?;
    Ok(Found {
        brand,
        moov,
        place,
        fragmented,
        file_len,
        moov_end,
    })
}

/// Reads a box header at `position`; `None` at the end of the file.
pub(crate) fn read_header<R: Read + Seek>(
    source: &mut R,
    position: u64,
    file_len: u64,
) -> Result<Option<BoxHeader>> {
    let there = file_len.saturating_sub(position).min(16);
    if there < 8 {
        return Ok(None);
    }
    let mut bytes = [0u8; 16];
    let bytes = bytes
        .get_mut(..usize::try_from(there).unwrap_or(16))
        .unwrap_or_default();
    source.seek(SeekFrom::Start(position))?;
    source.read_exact(bytes)?;
    BoxHeader::parse(bytes)
}

/// Reads the body of a box that lies whole in the file, if it has at most `limit` bytes.
pub(crate) fn read_body<R: Read + Seek>(
    source: &mut R,
    what: &'static str,
    position: u64,
    header: BoxHeader,
    end: u64,
    limit: u64,
) -> Result<Vec<u8>> {
    let start = position + header.header_len;
    let size = end.saturating_sub(start);
    if size > limit {
        return Err(MediaError::TooLarge { what, size, limit });
    }
    source.seek(SeekFrom::Start(start))?;
    let mut body = Vec::new();
    source.by_ref().take(size).read_to_end(&mut body)?;
    if body.len() as u64 == size {
        Ok(body)
    } else {
        Err(MediaError::Truncated(what))
    }
}

fn read_brand<R: Read + Seek>(source: &mut R, at: u64) -> Result<FourCc> {
    let mut brand = [0u8; 4];
    source.seek(SeekFrom::Start(at))?;
    match source.read_exact(&mut brand) {
        Ok(()) => Ok(FourCc(brand)),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Err(MediaError::Truncated("ftyp"))
        }
        Err(error) => Err(error.into()),
    }
}

/// What files are known to begin with, so that other data is not walked at random.
fn is_plausible_first(kind: FourCc) -> bool {
    matches!(
        &kind.0,
        b"ftyp"
            | b"moov"
            | b"mdat"
            | b"free"
            | b"skip"
            | b"wide"
            | b"pnot"
            | b"styp"
            | b"uuid"
            | b"moof"
            | b"sidx"
            | b"udta"
            | b"meta"
            | b"junk"
    )
}
