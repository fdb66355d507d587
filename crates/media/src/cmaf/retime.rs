//! Fragments of another run made to go on where a file ends.

use std::io::{Read, Seek, SeekFrom, Write};

use super::scan::Scan;
use crate::{
    boxes::BoxHeader,
    error::{MediaError, Result},
};

/// Moves fragments in time and numbers them on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retimer {
    /// Ticks added to each fragment's decoding time.
    pub shift: i64,
    /// The sequence number that the next fragment gets.
    pub next_sequence: u32,
}

impl Retimer {
    /// Rewrites a `moof` box in place: its sequence number and the decoding time of each track.
    /// Its length stays, so that the data offsets stay right.
    ///
    /// Errors: [`MediaError::Unsupported`] when the fragment gives places from the beginning of
    /// the file, or a 32-bit decoding time that would no longer fit;
    /// [`MediaError::Malformed`] when a time would be negative.
    pub fn retime(&mut self, moof: &mut [u8]) -> Result<()> {
        let header = BoxHeader::parse(moof)?.ok_or(MediaError::Truncated("moof"))?;
        if header.kind != b"moof" || header.size != Some(moof.len() as u64) {
            return Err(MediaError::NotThisFormat {
                expected: "a moof box",
            });
        }
        self.walk(moof, usize::try_from(header.header_len).unwrap_or(8))?;
        self.next_sequence = self.next_sequence.wrapping_add(1);
        Ok(())
    }

    fn walk(&self, bytes: &mut [u8], mut at: usize) -> Result<()> {
        while let Some(header) = bytes.get(at..).map(BoxHeader::parse).transpose()?.flatten() {
            let len = header
                .size
                .and_then(|size| usize::try_from(size).ok())
                .unwrap_or(usize::MAX);
            let body = usize::try_from(header.header_len).unwrap_or(8);
            let end = at.checked_add(len).filter(|&end| end <= bytes.len());
            let end = end.ok_or(MediaError::Truncated("moof"))?;
            let own = &mut bytes[at..end];
            match &header.kind.0 {
                b"mfhd" => put(own, body + 4, &self.next_sequence.to_be_bytes())?,
                b"traf" => self.walk(own, body)?,
                b"tfhd" if own.get(body + 3).is_some_and(|flags| flags & 1 == 1) => {
                    return Err(MediaError::Unsupported("a fragment with absolute places"));
                }
                b"tfdt" => self.move_tfdt(own, body)?,
                _ => {}
            }
            at = end;
        }
        Ok(())
    }

    fn move_tfdt(&self, tfdt: &mut [u8], body: usize) -> Result<()> {
        let early = || MediaError::malformed("tfdt", "the time would be before zero");
        let wide = tfdt.get(body).is_some_and(|&version| version == 1);
        let at = body + 4;
        if wide {
            let old = tfdt
                .get(at..at + 8)
                .and_then(|bytes| bytes.first_chunk::<8>());
            let old = u64::from_be_bytes(*old.ok_or(MediaError::Truncated("tfdt"))?);
            let new = old.checked_add_signed(self.shift).ok_or_else(early)?;
            put(tfdt, at, &new.to_be_bytes())
        } else {
            let old = tfdt
                .get(at..at + 4)
                .and_then(|bytes| bytes.first_chunk::<4>());
            let old = u64::from(u32::from_be_bytes(
                *old.ok_or(MediaError::Truncated("tfdt"))?,
            ));
            let new = old.checked_add_signed(self.shift).ok_or_else(early)?;
            let new = u32::try_from(new)
                .map_err(|_| MediaError::Unsupported("a 32-bit decoding time that overflows"))?;
            put(tfdt, at, &new.to_be_bytes())
        }
    }
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) -> Result<()> {
    let place = bytes
        .get_mut(at..at + value.len())
        .ok_or(MediaError::Truncated("moof"))?;
    place.copy_from_slice(value);
    Ok(())
}

/// Appends the complete fragments of `scan`, which was made from `source`, to `out`, retimed.
/// Gives back how many bytes were written.
///
/// Whoever resumes cuts the file to [`ResumePoint::file_len`](super::ResumePoint) first and checks
/// [`Scan::can_continue_with`].
pub fn append<R: Read + Seek, W: Write>(
    source: &mut R,
    scan: &Scan,
    retimer: &mut Retimer,
    out: &mut W,
) -> Result<u64> {
    let mut written = 0;
    for fragment in scan.fragments() {
        source.seek(SeekFrom::Start(fragment.bytes.start))?;
        // A moof and boxes between it and its mdat; only the moof is rewritten.
        let mut head = Vec::new();
        source
            .by_ref()
            .take(fragment.moof_len)
            .read_to_end(&mut head)?;
        let moof_len = BoxHeader::parse(&head)?
            .and_then(|header| header.size)
            .unwrap_or(0);
        let moof = usize::try_from(moof_len)
            .ok()
            .and_then(|len| head.get_mut(..len));
        retimer.retime(moof.ok_or(MediaError::Truncated("moof"))?)?;
        out.write_all(&head)?;
        let rest = fragment.bytes.end - fragment.bytes.start - fragment.moof_len;
        let copied = std::io::copy(&mut source.by_ref().take(rest), out)?;
        if copied != rest {
            return Err(MediaError::Truncated("mdat"));
        }
        written += fragment.moof_len + rest;
    }
    Ok(written)
}
