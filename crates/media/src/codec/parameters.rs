//! Decoder configurations made of the parameter sets that a byte stream carries: `avcC` and
//! `hvcC` (ISO/IEC 14496-15 §5.3.3, §8.3.3).

use super::{
    Codec,
    avc::{Sps, unescape},
    size::hevc_sequence,
};
use crate::{
    bits::Bits,
    error::{MediaError, Result},
};

/// The largest parameter set that is believed.
const MAX_SET: usize = 4 << 10;
/// The most of one kind.
const MAX_SETS: usize = 16;

/// The parameter sets of a stream, as they come.
#[derive(Clone, Debug)]
pub(crate) struct ParameterSets {
    codec: Codec,
    /// By kind (in the order in which they are written) and number.
    sets: Vec<((u8, u32), Vec<u8>)>,
    changed: bool,
}

impl ParameterSets {
    /// None yet, of H.264 or HEVC.
    pub(crate) const fn new(codec: Codec) -> Self {
        Self {
            codec,
            sets: Vec::new(),
            changed: false,
        }
    }

    /// Takes a NAL unit that is one, in the place of the one with its number. What cannot be one
    /// is passed over.
    pub(crate) fn take(&mut self, nal: &[u8]) {
        let Some(key) = self.key(nal).filter(|_| nal.len() <= MAX_SET) else {
            return;
        };
        match self.sets.iter_mut().find(|(other, _)| *other == key) {
            Some((_, set)) if set == nal => return,
            Some((_, set)) => nal.clone_into(set),
            None => {
                let alike = self.sets.iter().filter(|((kind, _), _)| *kind == key.0);
                if alike.count() == MAX_SETS {
                    return;
                }
                self.sets.push((key, nal.to_vec()));
                self.sets.sort_by_key(|(key, _)| *key);
            }
        }
        self.changed = true;
    }

    /// Whether they are others than those of the last configuration.
    pub(crate) const fn have_changed(&self) -> bool {
        self.changed
    }

    /// Its kind and its number.
    fn key(&self, nal: &[u8]) -> Option<(u8, u32)> {
        let head = *nal.first()?;
        // Numbers stand at the very beginning, where nothing is escaped.
        if self.codec == Codec::Hevc {
            let kind = head >> 1 & 0x3f;
            let number = match kind {
                PICTURE_H265 => Bits::new(nal.get(2..)?).ue()?,
                // One of each is in use at a time.
                _ => 0,
            };
            return Some((kind, number));
        }
        let kind = head & 0x1f;
        let at = if kind == SEQUENCE_H264 { 4 } else { 1 };
        Some((kind, Bits::new(nal.get(at..)?).ue()?))
    }

    fn of(&self, kind: u8) -> impl Iterator<Item = &[u8]> {
        let alike = self.sets.iter().filter(move |((of, _), _)| *of == kind);
        alike.map(|(_, set)| set.as_slice())
    }

    /// The configuration that they make.
    ///
    /// Errors: [`MediaError::Missing`] when not all kinds are there, [`MediaError::Malformed`]
    /// when they cannot be read.
    pub(crate) fn config(&mut self) -> Result<Vec<u8>> {
        self.changed = false;
        match self.codec {
            Codec::Hevc => self.hevc(),
            _ => self.avc(),
        }
    }

    fn avc(&self) -> Result<Vec<u8>> {
        let first = self.of(SEQUENCE_H264).next();
        let first = first.ok_or(MediaError::Missing("a sequence parameter set"))?;
        if self.of(PICTURE_H264).next().is_none() {
            return Err(MediaError::Missing("a picture parameter set"));
        }
        let unreadable = || MediaError::malformed("sequence parameter set", "it cannot be read");
        let [_, profile, compatibility, level, ..] = *first else {
            return Err(unreadable());
        };
        let sps = Sps::parse(first).ok_or_else(unreadable)?;
        // Lengths of four bytes.
        let mut out = vec![1, profile, compatibility, level, 0xff];
        put_all(&mut out, 0xe0, self.of(SEQUENCE_H264));
        put_all(&mut out, 0, self.of(PICTURE_H264));
        if !matches!(profile, 66 | 77 | 88) {
            let depth = 0xf8 | sps.bit_depth.saturating_sub(8) & 7;
            out.extend([0xfc | sps.chroma_format & 3, depth, depth, 0]);
        }
        Ok(out)
    }

    fn hevc(&self) -> Result<Vec<u8>> {
        let first = self.of(SEQUENCE_H265).next();
        let first = first.ok_or(MediaError::Missing("a sequence parameter set"))?;
        for (kind, what) in [
            (VIDEO_H265, "a video parameter set"),
            (PICTURE_H265, "a picture parameter set"),
        ] {
            if self.of(kind).next().is_none() {
                return Err(MediaError::Missing(what));
            }
        }
        let unreadable = || MediaError::malformed("sequence parameter set", "it cannot be read");
        let sequence = hevc_sequence(first).ok_or_else(unreadable)?;
        let payload = unescape(first.get(2..).unwrap_or_default());
        let Some((&[layers], profile)) = payload
            .get(..13)
            .and_then(|payload| payload.split_first_chunk::<1>())
        else {
            return Err(unreadable());
        };
        let mut out = vec![1];
        // Profile, compatibility, constraints and level, as they are.
        out.extend_from_slice(profile);
        out.extend([0xf0, 0, 0xfc]);
        out.push(0xfc | sequence.chroma_format & 3);
        out.push(0xf8 | sequence.luma_depth.saturating_sub(8) & 7);
        out.push(0xf8 | sequence.chroma_depth.saturating_sub(8) & 7);
        // Frame rate unknown; lengths of four bytes.
        let count = (layers >> 1 & 7) + 1;
        out.extend([0, 0, count << 3 | (layers & 1) << 2 | 3, 3]);
        for kind in [VIDEO_H265, SEQUENCE_H265, PICTURE_H265] {
            out.extend([0x80 | kind, 0]);
            put_all(&mut out, 0, self.of(kind));
        }
        Ok(out)
    }
}

const SEQUENCE_H264: u8 = 7;
const PICTURE_H264: u8 = 8;
const VIDEO_H265: u8 = 32;
const SEQUENCE_H265: u8 = 33;
const PICTURE_H265: u8 = 34;

/// Their number, in a byte with these bits set, and each after its length.
fn put_all<'a>(out: &mut Vec<u8>, bits: u8, sets: impl Iterator<Item = &'a [u8]>) {
    let at = out.len();
    out.push(bits);
    for set in sets {
        if let Some(count) = out.get_mut(at) {
            *count += 1;
        }
        let len = u16::try_from(set.len()).unwrap_or(0);
        out.extend(len.to_be_bytes());
        out.extend_from_slice(set);
    }
}
