//! The stored form of an index.
//!
//! `MIDX`, a version byte, a 64-bit FNV-1a checksum of what follows, then the fields as
//! variable-length numbers (LEB128; signed ones zigzag) and length-prefixed bytes. Columns are
//! run-length or difference coded: an hour of film takes about half a megabyte.

use bytes::Bytes;

use super::{Layout, MediaKind, RenditionIndex, RenditionInfo, Span};
use crate::{
    boxes::FourCc,
    codec::{Codec, Colour},
    error::{MediaError, Result},
    ratio::Ratio,
    samples::{Chunk, MAX_SAMPLES, Runs, SampleTable, Sizes, SyncSamples},
};

const MAGIC: FourCc = FourCc::new(b"MIDX");
const VERSION: u8 = 1;
pub(super) const HEADER_LEN: usize = 13;

/// The largest stored index that is decoded, in bytes.
pub const MAX_INDEX_SIZE: usize = 256 << 20;

/// The longest text field and initialization segment.
const MAX_TEXT: usize = 255;
const MAX_INIT: usize = 1 << 20;

/// The codecs by their stored number. Append only.
const CODECS: [Codec; 14] = [
    Codec::Other,
    Codec::Avc,
    Codec::Hevc,
    Codec::Av1,
    Codec::Vp9,
    Codec::Vp8,
    Codec::Aac,
    Codec::Mp3,
    Codec::Opus,
    Codec::Ac3,
    Codec::Eac3,
    Codec::Flac,
    Codec::Alac,
    Codec::Pcm,
];

impl RenditionIndex {
    /// The index as bytes, to store beside the rendition's file.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer(Vec::with_capacity(4096 + self.samples.len() as usize * 3));
        write_info(&mut w, &self.info);
        w.bytes(&self.init);
        w.0.push(u8::from(self.layout == Layout::Virtual));
        w.number(self.track_id.into());
        w.number(self.edit_shift.into());
        write_samples(&mut w, &self.samples);
        w.number(self.segments.len() as u64);
        let (mut sample, mut place) = (0, 0);
        for segment in &self.segments {
            w.number((segment.samples.start - sample).into());
            sample = segment.samples.start;
            if self.layout == Layout::Cmaf {
                w.signed(difference(segment.bytes.start, place));
                w.number(segment.bytes.end - segment.bytes.start);
                place = segment.bytes.end;
            }
        }
        let payload = w.0;
        let mut out = Vec::with_capacity(HEADER_LEN + payload.len());
        out.extend_from_slice(&MAGIC.0);
        out.push(VERSION);
        out.extend_from_slice(&checksum(&payload).to_be_bytes());
        out.extend_from_slice(&payload);
        out
    }

    /// The index from its stored bytes.
    ///
    /// Errors: [`MediaError::BadIndex`] when they are no index, one of another version, or
    /// damaged. Memory is in proportion to the bytes given.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        if bytes.len() > MAX_INDEX_SIZE {
            return Err(MediaError::BadIndex("it is too large"));
        }
        let (header, payload) = bytes
            .split_at_checked(HEADER_LEN)
            .ok_or(MediaError::BadIndex("it ends early"))?;
        if !header.starts_with(&MAGIC.0) {
            return Err(MediaError::BadIndex("it does not begin like one"));
        }
        if header[4] != VERSION {
            return Err(MediaError::BadIndex("the version is unknown"));
        }
        if header[5..] != checksum(payload).to_be_bytes() {
            return Err(MediaError::BadIndex("the checksum does not match"));
        }
        decode_payload(payload)
    }
}

pub(super) fn decode_payload(payload: &[u8]) -> Result<RenditionIndex> {
    let mut r = Reader(payload);
    let info = read_info(&mut r)?;
    let init = Bytes::copy_from_slice(r.bytes(MAX_INIT)?);
    let layout = match r.byte()? {
        0 => Layout::Cmaf,
        1 => Layout::Virtual,
        _ => return Err(MediaError::BadIndex("the layout is unknown")),
    };
    let track_id = r.u32()?;
    let edit_shift = r.u32()?;
    let samples = read_samples(&mut r)?;
    let count = r.count(1)?;
    let mut spans = Vec::with_capacity(count);
    let (mut sample, mut place) = (0u32, 0u64);
    for _ in 0..count {
        sample = sample.checked_add(r.u32()?).ok_or(OVERFLOW)?;
        let mut bytes = 0..0;
        if layout == Layout::Cmaf {
            let start = place.checked_add_signed(r.signed()?).ok_or(OVERFLOW)?;
            let end = start.checked_add(r.number()?).ok_or(OVERFLOW)?;
            bytes = start..end;
            place = end;
        }
        spans.push(Span {
            first_sample: sample,
            bytes,
        });
    }
    if !r.0.is_empty() {
        return Err(MediaError::BadIndex("there is more than an index"));
    }
    RenditionIndex::assemble(info, init, layout, track_id, edit_shift, samples, &spans)
}

const UNKNOWN: MediaError = MediaError::BadIndex("a form is unknown");
const OVERFLOW: MediaError = MediaError::BadIndex("a number is out of range");

fn write_info(w: &mut Writer, info: &RenditionInfo) {
    let codec = CODECS
        .iter()
        .position(|codec| *codec == info.codec)
        .unwrap_or(0);
    w.0.push(u8::from(info.kind == MediaKind::Audio));
    w.number(codec as u64);
    w.text(&info.codec_string);
    for number in [
        info.timescale,
        info.width,
        info.height,
        info.rotation.into(),
    ] {
        w.number(number.into());
    }
    for ratio in [info.pixel_aspect, info.frame_rate] {
        let (num, den) = ratio.map_or((0, 0), |ratio| (ratio.num, ratio.den));
        w.number(num.into());
        w.number(den.into());
    }
    match info.colour {
        None => w.0.push(0),
        Some(colour) => {
            w.0.push(1 + u8::from(colour.full_range));
            for code in [colour.primaries, colour.transfer, colour.matrix] {
                w.number(code.into());
            }
        }
    }
    w.0.push(info.bit_depth.unwrap_or(0));
    w.number(info.channels.into());
    w.number(info.sample_rate.into());
    w.text(info.language.as_deref().unwrap_or(""));
}

fn read_info(r: &mut Reader<'_>) -> Result<RenditionInfo> {
    let kind = match r.byte()? {
        0 => MediaKind::Video,
        1 => MediaKind::Audio,
        _ => return Err(MediaError::BadIndex("the kind is unknown")),
    };
    let codec = usize::try_from(r.number()?).unwrap_or(usize::MAX);
    let codec = *CODECS
        .get(codec)
        .ok_or(MediaError::BadIndex("the codec is unknown"))?;
    let codec_string = r.text()?;
    let (timescale, width, height) = (r.u32()?, r.u32()?, r.u32()?);
    let rotation = r.u16()?;
    let mut ratio = || Ok::<_, MediaError>(Ratio::new(r.number()?, r.number()?));
    let (pixel_aspect, frame_rate) = (ratio()?, ratio()?);
    let colour = match r.byte()? {
        0 => None,
        flag => Some(Colour {
            primaries: r.u16()?,
            transfer: r.u16()?,
            matrix: r.u16()?,
            full_range: flag == 2,
        }),
    };
    let bit_depth = Some(r.byte()?).filter(|&depth| depth > 0);
    let (channels, sample_rate) = (r.u16()?, r.u32()?);
    let language = Some(r.text()?).filter(|language| !language.is_empty());
    Ok(RenditionInfo {
        kind,
        codec,
        codec_string,
        timescale,
        width,
        height,
        rotation,
        pixel_aspect,
        frame_rate,
        colour,
        bit_depth,
        channels,
        sample_rate,
        language,
    })
}

fn write_samples(w: &mut Writer, samples: &SampleTable) {
    w.number(samples.base_dts);
    match &samples.sizes {
        Sizes::Fixed { size, count } => {
            w.0.push(0);
            w.number((*size).into());
            w.number((*count).into());
        }
        Sizes::Each(sizes) => {
            w.0.push(1);
            w.number(sizes.len() as u64);
            for &size in sizes {
                w.number(size.into());
            }
        }
    }
    w.number(samples.durations.run_count() as u64);
    for (_, count, duration) in samples.durations.runs() {
        w.number(count.into());
        w.number(duration.into());
    }
    w.number(samples.offsets.run_count() as u64);
    for (_, count, offset) in samples.offsets.runs() {
        w.number(count.into());
        w.signed(offset.into());
    }
    match &samples.syncs {
        SyncSamples::All => w.0.push(0),
        SyncSamples::Only(list) => {
            w.0.push(1);
            w.number(list.len() as u64);
            let mut last = 0;
            for &sample in list {
                w.number((sample - last).into());
                last = sample;
            }
        }
    }
    w.number(samples.chunks.len() as u64);
    let (mut sample, mut place) = (0, 0);
    for chunk in &samples.chunks {
        w.number((chunk.first_sample - sample).into());
        w.signed(difference(chunk.offset, place));
        sample = chunk.first_sample;
        place = chunk.offset;
    }
}

fn read_samples(r: &mut Reader<'_>) -> Result<SampleTable> {
    let base_dts = r.number()?;
    let sizes = match r.byte()? {
        0 => Sizes::Fixed {
            size: r.u32()?,
            count: r.u32()?,
        },
        1 => {
            let count = r.count(1)?;
            let mut sizes = Vec::with_capacity(count);
            for _ in 0..count {
                sizes.push(r.u32()?);
            }
            Sizes::Each(sizes)
        }
        _ => return Err(UNKNOWN),
    };
    let len = sizes.len();
    if len > MAX_SAMPLES {
        return Err(MediaError::BadIndex("there are too many samples"));
    }
    let mut durations = Runs::new();
    for _ in 0..r.count(2)? {
        durations.push(r.u32()?, r.u32()?);
    }
    let mut offsets = Runs::new();
    for _ in 0..r.count(2)? {
        let count = r.u32()?;
        offsets.push(count, i32::try_from(r.signed()?).map_err(|_| OVERFLOW)?);
    }
    let syncs = match r.byte()? {
        0 => SyncSamples::All,
        1 => {
            let count = r.count(1)?;
            let mut list = Vec::with_capacity(count);
            let mut sample = 0u32;
            for n in 0..count {
                let step = r.u32()?;
                if n > 0 && step == 0 {
                    return Err(MediaError::BadIndex("sync samples do not ascend"));
                }
                sample = sample.checked_add(step).ok_or(OVERFLOW)?;
                list.push(sample);
            }
            SyncSamples::Only(list)
        }
        _ => return Err(UNKNOWN),
    };
    let count = r.count(2)?;
    let mut chunks = Vec::with_capacity(count);
    let (mut sample, mut place) = (0u32, 0u64);
    for n in 0..count {
        let step = r.u32()?;
        if (step == 0) != (n == 0) {
            return Err(MediaError::BadIndex("chunks do not ascend"));
        }
        sample = sample.checked_add(step).ok_or(OVERFLOW)?;
        place = place.checked_add_signed(r.signed()?).ok_or(OVERFLOW)?;
        chunks.push(Chunk {
            first_sample: sample,
            offset: place,
        });
    }
    let samples = SampleTable::from_columns(base_dts, sizes, durations, offsets, syncs, chunks);
    if samples.len() != len {
        return Err(MediaError::BadIndex("its columns have different lengths"));
    }
    Ok(samples)
}

/// The signed step from `from` to `to`; places in files are far below 2^63.
fn difference(to: u64, from: u64) -> i64 {
    i64::try_from(i128::from(to) - i128::from(from)).unwrap_or(i64::MAX)
}

fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(0x80 | value.to_le_bytes()[0] & 0x7f);
            value >>= 7;
        }
        self.0.push(value.to_le_bytes()[0]);
    }

    fn signed(&mut self, value: i64) {
        self.number((value << 1 ^ value >> 63).cast_unsigned());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    fn text(&mut self, text: &str) {
        let end = text.floor_char_boundary(MAX_TEXT);
        self.bytes(&text.as_bytes()[..end]);
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Result<u8> {
        let (&byte, rest) = self
            .0
            .split_first()
            .ok_or(MediaError::BadIndex("it ends early"))?;
        self.0 = rest;
        Ok(byte)
    }

    fn number(&mut self) -> Result<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                return Err(OVERFLOW);
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(OVERFLOW)
    }

    fn signed(&mut self) -> Result<i64> {
        let value = self.number()?;
        Ok((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    fn u32(&mut self) -> Result<u32> {
        u32::try_from(self.number()?).map_err(|_| OVERFLOW)
    }

    fn u16(&mut self) -> Result<u16> {
        u16::try_from(self.number()?).map_err(|_| OVERFLOW)
    }

    /// A count of things that take at least `each` bytes.
    fn count(&mut self, each: usize) -> Result<usize> {
        let count = usize::try_from(self.number()?).unwrap_or(usize::MAX);
        match count.checked_mul(each) {
            Some(needed) if needed <= self.0.len() => Ok(count),
            _ => Err(MediaError::BadIndex("it ends early")),
        }
    }

    fn bytes(&mut self, limit: usize) -> Result<&'a [u8]> {
        let len = self.count(1)?;
        if len > limit {
            return Err(OVERFLOW);
        }
        let (taken, rest) = self.0.split_at(len);
        self.0 = rest;
        Ok(taken)
    }

    fn text(&mut self) -> Result<String> {
        let bytes = self.bytes(MAX_TEXT)?;
        let text =
            std::str::from_utf8(bytes).map_err(|_| MediaError::BadIndex("text is no UTF-8"))?;
        Ok(text.to_owned())
    }
}
