//! Scanning a fragmented file, as far as it is complete.

use std::{
    io::{Read, Seek, SeekFrom},
    ops::Range,
};

use bytes::Bytes;

use super::moof::{Defaults, MAX_MOOF_SIZE, Moof};
use crate::{
    error::{MediaError, Result},
    index::{Cut, Layout, RenditionIndex, RenditionInfo, Span},
    mp4::{self, Movie, Track, read_body, read_header},
    samples::{MAX_SAMPLES, SampleTable, SampleTableBuilder},
};

/// The largest initialization segment, in bytes.
const MAX_INIT_SIZE: u64 = 1 << 20;

/// A complete fragment: `moof` and the `mdat` after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// The number of its first sample.
    pub first_sample: u32,
    /// Where it lies in the file.
    pub bytes: Range<u64>,
    /// Bytes of its `moof`, with which it begins.
    pub moof_len: u64,
}

/// Where to go on with a file that was left unfinished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResumePoint {
    /// How long the file is up to the end of its last complete fragment; the rest is to be cut.
    pub file_len: u64,
    /// The decoding time of the next sample, in ticks.
    pub decode_time: u64,
    /// The presentation time at which what is there ends, in ticks; where the next run begins.
    pub presented: u64,
    /// Ticks a second.
    pub timescale: u32,
    /// The sequence number of the last fragment; 0 before the first.
    pub sequence: u32,
}

/// A fragmented file of one track, read as far as it is complete.
///
/// A scan can be [advanced](Self::advance) as the file grows, without reading again what is known.
#[derive(Clone, Debug)]
pub struct Scan {
    movie: Movie,
    track: Track,
    init: Bytes,
    defaults: Vec<Defaults>,
    builder: SampleTableBuilder,
    fragments: Vec<Fragment>,
    sequence: u32,
    position: u64,
}

/// Scans a file as far as it is complete.
///
/// Errors: [`MediaError::Missing`] when not even its `moov` is there in whole,
/// [`MediaError::Unsupported`] when it has several tracks, [`MediaError::Malformed`] for fragments
/// that make no sense.
pub fn scan<R: Read + Seek>(source: &mut R) -> Result<Scan> {
    let mut scan = Scan::open(source)?;
    scan.advance(source)?;
    Ok(scan)
}

impl Scan {
    /// Reads the initialization segment alone.
    pub fn open<R: Read + Seek>(source: &mut R) -> Result<Self> {
        let (mut movie, defaults, moov_end) = mp4::read_header_only(source)?;
        let tracks = std::mem::take(&mut movie.tracks);
        let [track] = <[Track; 1]>::try_from(tracks)
            .map_err(|_| MediaError::Unsupported("a rendition with several tracks"))?;
        if moov_end > MAX_INIT_SIZE {
            return Err(MediaError::TooLarge {
                what: "initialization segment",
                size: moov_end,
                limit: MAX_INIT_SIZE,
            });
        }
        let mut init = Vec::new();
        source.seek(SeekFrom::Start(0))?;
        source.by_ref().take(moov_end).read_to_end(&mut init)?;
        Ok(Self {
            movie,
            track,
            init: init.into(),
            defaults,
            builder: SampleTableBuilder::default(),
            fragments: Vec::new(),
            sequence: 0,
            position: moov_end,
        })
    }

    /// Reads the fragments that have become complete since; gives back how many.
    pub fn advance<R: Read + Seek>(&mut self, source: &mut R) -> Result<usize> {
        let file_len = source.seek(SeekFrom::End(0))?;
        self.movie.file_len = file_len;
        let before = self.fragments.len();
        let mut position = self.position;
        let mut moof: Option<(u64, Vec<u8>)> = None;
        while let Some(header) = read_header(source, position, file_len)? {
            let Some(end) = header.size.and_then(|size| position.checked_add(size)) else {
                break;
            };
            if end > file_len {
                break;
            }
            match &header.kind.0 {
                b"moof" => {
                    let body = read_body(source, "moof", position, header, end, MAX_MOOF_SIZE)?;
                    moof = Some((position, body));
                }
                b"mdat" => {
                    if let Some((start, body)) = moof.take() {
                        self.enter(start, position, end, &body)?;
                    }
                    self.position = end;
                }
                // The index at the end, and what else may stand between fragments.
                _ => {}
            }
            position = end;
        }
        Ok(self.fragments.len() - before)
    }

    fn enter(&mut self, start: u64, mdat: u64, end: u64, body: &[u8]) -> Result<()> {
        let budget = u64::from(MAX_SAMPLES - self.builder.len().min(MAX_SAMPLES));
        let moof = Moof::parse(body, start, &self.defaults, budget.min(end - start))?;
        let first_sample = self.builder.len();
        for traf in moof
            .tracks
            .iter()
            .filter(|traf| traf.track_id == self.track.id)
        {
            if let Some(time) = traf.decode_time {
                self.builder.continue_at(time);
            }
            for sample in &traf.samples {
                let data_end = sample.offset.checked_add(sample.size.into());
                if sample.offset < mdat || data_end.is_none_or(|data_end| data_end > end) {
                    return Err(MediaError::malformed(
                        "trun",
                        "a sample lies outside of its mdat",
                    ));
                }
                self.builder.push(
                    sample.duration,
                    sample.cts,
                    sample.offset,
                    sample.size,
                    sample.sync,
                );
            }
        }
        if self.builder.len() > first_sample {
            self.sequence = moof.sequence;
            self.fragments.push(Fragment {
                first_sample,
                bytes: start..end,
                moof_len: mdat - start,
            });
        }
        Ok(())
    }

    /// The complete fragments.
    pub fn fragments(&self) -> &[Fragment] {
        &self.fragments
    }

    /// The bytes before the first fragment: `ftyp` and `moov`.
    pub fn init(&self) -> &Bytes {
        &self.init
    }

    /// The only track; its samples are the scan's.
    pub const fn track(&self) -> &Track {
        &self.track
    }

    /// All samples of complete fragments, with times as in the file.
    pub fn samples(&self) -> SampleTable {
        self.builder.clone().finish()
    }

    /// Where to go on after an interruption.
    pub fn resume_point(&self) -> ResumePoint {
        let samples = self.samples();
        let presented = samples
            .range(samples.len().saturating_sub(64)..samples.len())
            .map(|sample| sample.pts().saturating_add(sample.duration.into()))
            .max()
            .unwrap_or(0);
        let begin = self
            .track
            .edits
            .first()
            .and_then(|edit| edit.media_time)
            .unwrap_or(0);
        let presented = presented.saturating_sub_unsigned(begin);
        ResumePoint {
            file_len: self
                .fragments
                .last()
                .map_or(self.init.len() as u64, |last| last.bytes.end),
            decode_time: samples.end_dts(),
            presented: u64::try_from(presented).unwrap_or(0),
            timescale: self.track.timescale,
            sequence: self.sequence,
        }
    }

    /// Whether fragments of `other` can go on where these end: the same codec configuration,
    /// timescale and edit list.
    pub fn can_continue_with(&self, other: &Self) -> bool {
        let (a, b) = (&self.track, &other.track);
        let entry = |track: &Track| track.entry().map(|entry| entry.bytes.clone());
        a.timescale == b.timescale && a.edits == b.edits && entry(a) == entry(b)
    }

    /// The index of what is complete.
    ///
    /// The layout is [`Layout::Cmaf`] where the file's own bytes can be served: each segment begins
    /// with a fragment, composition offsets are not negative, and an edit list does no more than
    /// to take them back. Otherwise it is [`Layout::Virtual`] on the same file.
    pub fn index(&self, cut: Cut<'_>) -> Result<RenditionIndex> {
        let samples = self.samples();
        let mut track = self.track.clone();
        track.samples = samples;
        let folded = track.presentation(&self.movie)?;
        if let Some(edit_shift) = self.edit_shift(&track.samples, &folded)
            && let Some(index) = self.as_cmaf(&track, folded, edit_shift, cut)?
        {
            return Ok(index);
        }
        RenditionIndex::from_mp4_track(&self.movie, &track, cut)
    }

    /// By how much the file's edit list moves the samples, if that is all it does: players are
    /// told by the initialization segment, and the file can be served as it is.
    fn edit_shift(&self, raw: &SampleTable, folded: &SampleTable) -> Option<u32> {
        let (first, shown) = (raw.get(0)?, folded.get(0)?);
        let shift = u32::try_from(first.pts().checked_sub(shown.pts())?).ok()?;
        let told = match self.track.edits.as_slice() {
            [] => shift == 0,
            [edit] => edit.media_time == Some(shift.into()) && edit.duration == 0,
            _ => false,
        };
        (told && raw.len() == folded.len() && raw.lowest_composition_offset() >= 0).then_some(shift)
    }

    fn as_cmaf(
        &self,
        track: &Track,
        samples: SampleTable,
        edit_shift: u32,
        cut: Cut<'_>,
    ) -> Result<Option<RenditionIndex>> {
        let info = RenditionInfo::of_track(track, &samples).ok_or(MediaError::Unsupported(
            "a track that is neither video nor audio",
        ))?;
        let starts = cut.starts(&info, &samples);
        let mut spans: Vec<Span> = Vec::with_capacity(starts.len());
        for first_sample in starts {
            let found = self
                .fragments
                .binary_search_by_key(&first_sample, |fragment| fragment.first_sample);
            let Ok(found) = found else { return Ok(None) };
            let start = self.fragments[found].bytes.start;
            if let Some(last) = spans.last_mut() {
                last.bytes.end = self.fragments[found - 1].bytes.end;
            }
            spans.push(Span {
                first_sample,
                bytes: start..start,
            });
        }
        if let (Some(last), Some(fragment)) = (spans.last_mut(), self.fragments.last()) {
            last.bytes.end = fragment.bytes.end;
        }
        let init = self.init.clone();
        RenditionIndex::assemble(
            info,
            init,
            Layout::Cmaf,
            track.id,
            edit_shift,
            samples,
            &spans,
        )
        .map(Some)
    }
}
