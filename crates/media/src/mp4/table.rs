//! The sample tables of an `stbl` (§8.6, §8.7) made into a [`SampleTable`].

use crate::{
    boxes::RawBox,
    error::{MediaError, Result},
    samples::{Chunk, MAX_SAMPLES, Runs, SAMPLES_PER_CHUNK, SampleTable, Sizes, SyncSamples},
};

pub(super) struct Tables {
    pub(super) samples: SampleTable,
    pub(super) declared: u32,
    pub(super) uses_other_entries: bool,
}

/// Reads all tables. Tables that contradict each other are cut to what they agree on; the
/// declared number of samples then tells that they did.
pub(super) fn parse(stbl: RawBox<'_>) -> Result<Tables> {
    let sizes = parse_sizes(stbl)?;
    let declared = sizes.len();
    if declared == 0 || declared > MAX_SAMPLES {
        return Ok(Tables {
            samples: SampleTable::default(),
            declared,
            uses_other_entries: false,
        });
    }
    let mut durations = parse_durations(stbl)?;
    let offsets = parse_composition_offsets(stbl)?;
    let syncs = parse_syncs(stbl, declared)?;
    let (chunks, reached, uses_other_entries) = parse_chunks(stbl, &sizes)?;
    durations.truncate(reached);
    let samples = SampleTable::from_columns(0, sizes, durations, offsets, syncs, chunks);
    Ok(Tables {
        samples,
        declared,
        uses_other_entries,
    })
}

/// `stsz` or `stz2` (§8.7.3).
fn parse_sizes(stbl: RawBox<'_>) -> Result<Sizes> {
    if let Some(stsz) = stbl.children().find(b"stsz") {
        let mut fields = stsz.fields("stsz");
        fields.version_flags()?;
        let size = fields.u32()?;
        if size != 0 {
            return Ok(Sizes::Fixed {
                size,
                count: fields.u32()?,
            });
        }
        let count = fields.count(4)?;
        let sizes = fields.take(count * 4)?.as_chunks::<4>().0;
        return Ok(Sizes::Each(
            sizes
                .iter()
                .map(|bytes| u32::from_be_bytes(*bytes))
                .collect(),
        ));
    }
    let Some(stz2) = stbl.children().find(b"stz2") else {
        return Err(MediaError::Missing("stsz"));
    };
    let mut fields = stz2.fields("stz2");
    fields.version_flags()?;
    let bits = fields.u32()? & 0xff;
    let count = fields.u32()? as usize;
    let needed = match bits {
        4 => count.div_ceil(2),
        8 => count,
        16 => count.saturating_mul(2),
        _ => {
            return Err(MediaError::malformed(
                "stz2",
                "the field size is not 4, 8 or 16",
            ));
        }
    };
    let packed = fields.take(needed)?;
    let sizes = match bits {
        4 => packed
            .iter()
            .flat_map(|&byte| [u32::from(byte >> 4), u32::from(byte & 15)])
            .take(count)
            .collect(),
        8 => packed.iter().map(|&byte| u32::from(byte)).collect(),
        _ => packed
            .as_chunks::<2>()
            .0
            .iter()
            .map(|bytes| u32::from(u16::from_be_bytes(*bytes)))
            .collect(),
    };
    Ok(Sizes::Each(sizes))
}

/// `stts` (§8.6.1.2).
fn parse_durations(stbl: RawBox<'_>) -> Result<Runs<u32>> {
    let stts = stbl
        .children()
        .find(b"stts")
        .ok_or(MediaError::Missing("stts"))?;
    let mut fields = stts.fields("stts");
    fields.version_flags()?;
    let mut runs = Runs::new();
    for _ in 0..fields.count(8)? {
        let (count, delta) = (fields.u32()?, fields.u32()?);
        // Some writers store a small negative correction here; a sample cannot end before it
        // begins, so it counts as nothing and the duration check tells.
        runs.push(count, if delta > i32::MAX as u32 { 0 } else { delta });
    }
    Ok(runs)
}

/// `ctts` (§8.6.1.3). Version 0 is unsigned on paper, but QuickTime stores negative values in it.
fn parse_composition_offsets(stbl: RawBox<'_>) -> Result<Runs<i32>> {
    let mut runs = Runs::new();
    if let Some(ctts) = stbl.children().find(b"ctts") {
        let mut fields = ctts.fields("ctts");
        fields.version_flags()?;
        for _ in 0..fields.count(8)? {
            let (count, offset) = (fields.u32()?, fields.i32()?);
            runs.push(count, offset);
        }
    }
    Ok(runs)
}

/// `stss` (§8.6.2); without it every sample is one.
fn parse_syncs(stbl: RawBox<'_>, declared: u32) -> Result<SyncSamples> {
    let Some(stss) = stbl.children().find(b"stss") else {
        return Ok(SyncSamples::All);
    };
    let mut fields = stss.fields("stss");
    fields.version_flags()?;
    let count = fields.count(4)?;
    let mut list = Vec::with_capacity(count);
    for _ in 0..count {
        let number = fields.u32()?;
        if number > 0 && number <= declared {
            list.push(number - 1);
        }
    }
    list.sort_unstable();
    list.dedup();
    Ok(SyncSamples::Only(list))
}

/// `stsc` (§8.7.4) and `stco` or `co64` (§8.7.5): the chunks, how many samples they reach, and
/// whether any of them refers to another sample entry than the first.
fn parse_chunks(stbl: RawBox<'_>, sizes: &Sizes) -> Result<(Vec<Chunk>, u32, bool)> {
    let (raw, width) = match (stbl.children().find(b"stco"), stbl.children().find(b"co64")) {
        (Some(stco), _) => (stco, 4),
        (None, Some(co64)) => (co64, 8),
        (None, None) => return Err(MediaError::Missing("stco")),
    };
    let mut places = raw.fields("stco");
    places.version_flags()?;
    let chunk_count = places.count(width)?;

    let stsc = stbl
        .children()
        .find(b"stsc")
        .ok_or(MediaError::Missing("stsc"))?;
    let mut runs = stsc.fields("stsc");
    runs.version_flags()?;
    let run_count = runs.count(12)?;

    let declared = sizes.len();
    let mut chunks = Vec::new();
    let mut uses_other_entries = false;
    let mut sample = 0u32;
    let mut chunk = 0usize;
    let mut next = if run_count > 0 {
        Some((runs.u32()?, runs.u32()?, runs.u32()?))
    } else {
        None
    };
    let mut runs_left = run_count.saturating_sub(1);
    while let Some((_, samples, entry)) = next {
        next = match runs_left {
            0 => None,
            _ => Some((runs.u32()?, runs.u32()?, runs.u32()?)),
        };
        runs_left = runs_left.saturating_sub(1);
        let end = match next {
            Some((first, ..)) => (first as usize).saturating_sub(1).min(chunk_count),
            None => chunk_count,
        };
        while chunk < end && sample < declared {
            let offset = if width == 8 {
                places.u64()?
            } else {
                u64::from(places.u32()?)
            };
            chunk += 1;
            if samples == 0 {
                continue;
            }
            uses_other_entries |= entry > 1;
            let last = sample.saturating_add(samples).min(declared);
            push_chunk(&mut chunks, sizes, sample, last, offset);
            sample = last;
        }
    }
    chunks.shrink_to_fit();
    Ok((chunks, sample, uses_other_entries))
}

/// Enters a chunk, split so that no place is far from an entry.
fn push_chunk(chunks: &mut Vec<Chunk>, sizes: &Sizes, first: u32, end: u32, mut offset: u64) {
    let step = match sizes {
        Sizes::Fixed { .. } => u32::MAX,
        Sizes::Each(_) => SAMPLES_PER_CHUNK,
    };
    let mut sample = first;
    while sample < end {
        chunks.push(Chunk {
            first_sample: sample,
            offset,
        });
        let next = sample.saturating_add(step).min(end);
        offset = offset.saturating_add(sizes.sum(sample..next));
        sample = next;
    }
}
