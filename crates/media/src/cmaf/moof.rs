//! Reading `moof` (ISO/IEC 14496-12 §8.8).

use crate::{
    boxes::{Boxes, RawBox},
    error::{MediaError, Result},
};

/// The largest `moof` that is read, in bytes: a million samples.
pub(crate) const MAX_MOOF_SIZE: u64 = 32 << 20;

/// As many tracks as a file may have.
const MAX_DEFAULTS: usize = 256;

/// A track's defaults from `trex` (§8.8.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Defaults {
    pub(crate) track_id: u32,
    duration: u32,
    size: u32,
    flags: u32,
}

impl Defaults {
    /// The defaults of all tracks of a `moov`.
    pub(crate) fn all(moov: &Boxes<'_>) -> Vec<Self> {
        let Some(mvex) = moov.clone().find(b"mvex") else {
            return Vec::new();
        };
        let trexes = mvex.children().filter(|child| child.kind == b"trex");
        trexes
            .filter_map(|trex| Self::parse(trex).ok())
            .take(MAX_DEFAULTS)
            .collect()
    }

    fn parse(trex: RawBox<'_>) -> Result<Self> {
        let mut fields = trex.fields("trex");
        fields.version_flags()?;
        let track_id = fields.u32()?;
        fields.skip(4)?;
        Ok(Self {
            track_id,
            duration: fields.u32()?,
            size: fields.u32()?,
            flags: fields.u32()?,
        })
    }
}

/// A sample of a fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FragmentSample {
    pub(crate) duration: u32,
    pub(crate) cts: i32,
    pub(crate) offset: u64,
    pub(crate) size: u32,
    pub(crate) sync: bool,
}

/// What one `traf` says of one track.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TrackFragment {
    pub(crate) track_id: u32,
    /// The decoding time of the first sample, if told (`tfdt`).
    pub(crate) decode_time: Option<u64>,
    pub(crate) samples: Vec<FragmentSample>,
}

/// A `moof` as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moof {
    pub(crate) sequence: u32,
    pub(crate) tracks: Vec<TrackFragment>,
}

impl Moof {
    /// Reads the body of a `moof` that begins at `start` in its file; at most `budget` samples.
    pub(crate) fn parse(
        body: &[u8],
        start: u64,
        defaults: &[Defaults],
        mut budget: u64,
    ) -> Result<Self> {
        let mut moof = Self {
            sequence: 0,
            tracks: Vec::new(),
        };
        let mut data_end = start;
        for child in Boxes::new(body) {
            if child.kind == b"mfhd" {
                let mut fields = child.fields("mfhd");
                fields.version_flags()?;
                moof.sequence = fields.u32()?;
            } else if child.kind == b"traf" {
                let track = parse_traf(child, start, &mut data_end, defaults, &mut budget)?;
                moof.tracks.push(track);
            }
        }
        Ok(moof)
    }
}

fn parse_traf(
    traf: RawBox<'_>,
    moof_start: u64,
    data_end: &mut u64,
    defaults: &[Defaults],
    budget: &mut u64,
) -> Result<TrackFragment> {
    let tfhd = traf
        .children()
        .find(b"tfhd")
        .ok_or(MediaError::Missing("tfhd"))?;
    let mut fields = tfhd.fields("tfhd");
    let (_, flags) = fields.version_flags()?;
    let track_id = fields.u32()?;
    let mut default = defaults
        .iter()
        .find(|d| d.track_id == track_id)
        .copied()
        .unwrap_or_default();
    let base = match (flags & 0x01 != 0, flags & 0x02_0000 != 0) {
        (true, _) => fields.u64()?,
        (false, true) => moof_start,
        // Without either, the first track's data is counted from the moof, any other's from
        // where the one before ended (§8.8.7.1).
        (false, false) => *data_end,
    };
    if flags & 0x02 != 0 {
        fields.skip(4)?;
    }
    if flags & 0x08 != 0 {
        default.duration = fields.u32()?;
    }
    if flags & 0x10 != 0 {
        default.size = fields.u32()?;
    }
    if flags & 0x20 != 0 {
        default.flags = fields.u32()?;
    }
    let decode_time = match traf.children().find(b"tfdt") {
        Some(tfdt) => {
            let mut fields = tfdt.fields("tfdt");
            let (version, _) = fields.version_flags()?;
            Some(fields.sized(version)?)
        }
        None => None,
    };
    let mut fragment = TrackFragment {
        track_id,
        decode_time,
        samples: Vec::new(),
    };
    let mut place = base;
    for trun in traf.children().filter(|child| child.kind == b"trun") {
        place = parse_trun(trun, base, place, default, &mut fragment.samples, budget)?;
    }
    *data_end = place;
    Ok(fragment)
}

/// Reads a run of samples; gives back where its data ends.
fn parse_trun(
    trun: RawBox<'_>,
    base: u64,
    mut place: u64,
    default: Defaults,
    samples: &mut Vec<FragmentSample>,
    budget: &mut u64,
) -> Result<u64> {
    let mut fields = trun.fields("trun");
    let (_, flags) = fields.version_flags()?;
    let count = fields.u32()?;
    if flags & 0x01 != 0 {
        place = base
            .checked_add_signed(fields.i32()?.into())
            .ok_or(MediaError::malformed(
                "trun",
                "the data offset points before the file",
            ))?;
    }
    let first_flags = if flags & 0x04 != 0 {
        Some(fields.u32()?)
    } else {
        None
    };
    let entry_len = 4 * (flags >> 8 & 0x0f).count_ones() as usize;
    // A run may describe samples without a byte for each, so what they claim is bounded apart.
    let fits = (count as usize)
        .checked_mul(entry_len)
        .is_some_and(|len| len <= fields.len());
    *budget = budget
        .checked_sub(u64::from(count))
        .filter(|_| fits)
        .ok_or(MediaError::malformed(
            "trun",
            "it claims more samples than there can be",
        ))?;
    samples.reserve(count as usize);
    for n in 0..count {
        let duration = if flags & 0x100 != 0 {
            fields.u32()?
        } else {
            default.duration
        };
        let size = if flags & 0x200 != 0 {
            fields.u32()?
        } else {
            default.size
        };
        let own = if flags & 0x400 != 0 {
            fields.u32()?
        } else {
            default.flags
        };
        let cts = if flags & 0x800 != 0 { fields.i32()? } else { 0 };
        let sample_flags = first_flags.filter(|_| n == 0).unwrap_or(own);
        samples.push(FragmentSample {
            duration,
            cts,
            offset: place,
            size,
            sync: sample_flags & 0x0001_0000 == 0,
        });
        place = place.saturating_add(u64::from(size));
    }
    Ok(place)
}
