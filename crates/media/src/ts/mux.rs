//! Writes a transport stream: what SRT carries, of frames as MP4 holds them.

#[cfg(test)]
mod tests;

use super::{
    packet::LEN,
    psi::{PAT_PID, TYPE_ADTS, TYPE_AVC, TYPE_HEVC, crc32},
};
use crate::{
    codec::Codec,
    error::{MediaError, Result},
    flv::Frame,
    index::MediaKind,
};

const PMT_PID: u16 = 0x1000;
const VIDEO_PID: u16 = 0x100;
const AUDIO_PID: u16 = 0x101;
/// How much earlier a decoder gets something than it is decoded, in ticks of 90 kHz: 0.7 seconds.
const AHEAD: i64 = 63_000;
/// How often the tables come, in ticks.
const TABLES_EVERY: i64 = 45_000;
/// What a decoder takes for the clock itself must come at least so often, in ticks.
const CLOCK_EVERY: i64 = 3_600;

/// The pictures of a stream.
#[derive(Debug)]
struct Pictures {
    codec: Codec,
    /// The parameter sets, each after a start code.
    sets: Vec<u8>,
    /// How many bytes the length of a NAL unit takes.
    length: usize,
}

/// The sound of a stream.
#[derive(Debug)]
struct Sound {
    /// What the third and fourth byte of a frame's header say, without its length.
    head: [u8; 2],
}

/// Writes frames as a transport stream of one programme.
#[derive(Debug)]
pub struct Muxer {
    pictures: Option<Pictures>,
    sound: Option<Sound>,
    version: u8,
    counters: [u8; 4],
    tables_at: Option<i64>,
    clock_at: Option<i64>,
}

impl Muxer {
    /// Tracks with these decoder configurations, as [`Demuxer`](super::Demuxer) gives them.
    ///
    /// Errors: [`MediaError::Unsupported`] for codecs other than H.264, HEVC and AAC,
    /// [`MediaError::Malformed`] and [`MediaError::Truncated`] for what is no configuration,
    /// [`MediaError::Missing`] without any track.
    pub fn new(video: Option<(Codec, &[u8])>, audio: Option<(Codec, &[u8])>) -> Result<Self> {
        if video.is_none() && audio.is_none() {
            return Err(MediaError::Missing("a track"));
        }
        Ok(Self {
            pictures: video.map(pictures).transpose()?,
            sound: audio.map(sound).transpose()?,
            version: 0,
            counters: [0; 4],
            tables_at: None,
            clock_at: None,
        })
    }

    /// Other tracks from now on, in the same stream. Errors as [`new`](Self::new).
    pub fn renew(
        &mut self,
        video: Option<(Codec, &[u8])>,
        audio: Option<(Codec, &[u8])>,
    ) -> Result<()> {
        *self = Self {
            version: self.version.wrapping_add(1) & 0x1f,
            counters: self.counters,
            ..Self::new(video, audio)?
        };
        Ok(())
    }

    /// Writes a frame of a track that decodes at `time_us`. One of a track that there is not is
    /// left out.
    pub fn frame(&mut self, kind: MediaKind, time_us: i64, frame: &Frame, out: &mut Vec<u8>) {
        // Pictures that are shown out of order begin to decode before the first is shown.
        let dts = (time_us.saturating_mul(9) / 100)
            .saturating_add(AHEAD)
            .max(0);
        let (payload, pts) = match kind {
            MediaKind::Video => match &self.pictures {
                Some(pictures) => (
                    pictures.bytes(frame),
                    dts + i64::from(frame.composition_ms) * 90,
                ),
                None => return,
            },
            MediaKind::Audio => match &self.sound {
                Some(sound) => (sound.bytes(frame), dts),
                None => return,
            },
        };
        let old = |at: Option<i64>, every| at.is_none_or(|at| (dts - at).abs() >= every);
        let begins = kind == MediaKind::Video && frame.sync;
        if begins || old(self.tables_at, TABLES_EVERY) {
            self.tables_at = Some(dts);
            self.tables(out);
        }
        let leads = (kind == MediaKind::Video) == self.pictures.is_some();
        let clock =
            (leads && (begins || old(self.clock_at, CLOCK_EVERY))).then_some((dts - AHEAD).max(0));
        if clock.is_some() {
            self.clock_at = Some(dts);
        }
        let mut unit = header(kind, pts, dts, payload.len());
        unit.extend_from_slice(&payload);
        let (pid, counter) = match kind {
            MediaKind::Video => (VIDEO_PID, &mut self.counters[2]),
            MediaKind::Audio => (AUDIO_PID, &mut self.counters[3]),
        };
        packets(pid, counter, &unit, clock, frame.sync, out);
    }

    fn tables(&mut self, out: &mut Vec<u8>) {
        let [high, low] = PMT_PID.to_be_bytes();
        let pat = section(0, 0, &[0, 1, 0xe0 | high, low]);
        packets(PAT_PID, &mut self.counters[0], &pat, None, false, out);
        let video = self.pictures.as_ref().map(|pictures| {
            let kind = match pictures.codec {
                Codec::Hevc => TYPE_HEVC,
                _ => TYPE_AVC,
            };
            (kind, VIDEO_PID)
        });
        let audio = self.sound.as_ref().map(|_| (TYPE_ADTS, AUDIO_PID));
        let clock = video.or(audio).map_or(VIDEO_PID, |(_, pid)| pid);
        let [high, low] = clock.to_be_bytes();
        let mut body = vec![0xe0 | high, low, 0xf0, 0];
        for (kind, pid) in video.into_iter().chain(audio) {
            let [high, low] = pid.to_be_bytes();
            body.extend([kind, 0xe0 | high, low, 0xf0, 0]);
        }
        let pmt = section(2, self.version, &body);
        packets(PMT_PID, &mut self.counters[1], &pmt, None, false, out);
    }
}

/// A section of a table, after the pointer to it (§2.4.4).
fn section(table: u8, version: u8, body: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(5 + body.len() + 4).unwrap_or(0).to_be_bytes();
    let mut all = vec![0, table, 0xb0 | high, low, 0, 1];
    all.extend([0xc1 | version << 1, 0, 0]);
    all.extend_from_slice(body);
    let crc = crc32(all.get(1..).unwrap_or_default());
    all.extend(crc.to_be_bytes());
    // What follows in the packet is filled up.
    all.resize(LEN - 4, 0xff);
    all
}

/// The head of a packet of an elementary stream (§2.4.3.6).
fn header(kind: MediaKind, pts: i64, dts: i64, len: usize) -> Vec<u8> {
    let video = kind == MediaKind::Video;
    let reordered = video && pts != dts;
    let stamps = if reordered { 10_u8 } else { 5 };
    // Of pictures the length need not be known.
    let total = match len + 3 + usize::from(stamps) {
        total if !video => u16::try_from(total).unwrap_or(0),
        _ => 0,
    };
    let mut out = vec![0, 0, 1, if video { 0xe0 } else { 0xc0 }];
    out.extend(total.to_be_bytes());
    out.extend([0x84, if reordered { 0xc0 } else { 0x80 }, stamps]);
    out.extend(stamp(if reordered { 3 } else { 2 }, pts));
    if reordered {
        out.extend(stamp(1, dts));
    }
    out
}

/// A moment in ticks, of which 33 bits are written.
fn stamp(mark: u8, ticks: i64) -> [u8; 5] {
    // 3, 15 and 15 bits, each followed by a 1.
    let byte = |shift: u32, mask: i64| u8::try_from(ticks >> shift & mask).unwrap_or(0);
    [
        mark << 4 | byte(30, 7) << 1 | 1,
        byte(22, 0xff),
        byte(15, 0x7f) << 1 | 1,
        byte(7, 0xff),
        byte(0, 0x7f) << 1 | 1,
    ]
}

/// Cuts a unit into packets (§2.4.3.2), the last of them filled up.
fn packets(
    pid: u16,
    counter: &mut u8,
    unit: &[u8],
    clock: Option<i64>,
    random_access: bool,
    out: &mut Vec<u8>,
) {
    let [high, low] = pid.to_be_bytes();
    let mut rest = unit;
    let mut first = true;
    while !rest.is_empty() {
        let mut field = Vec::new();
        if first && let Some(clock) = clock {
            field.push(0x10 | if random_access { 0x40 } else { 0 });
            // 33 bits, 6 that are set, and 9 that are not.
            let base = (clock & 0x1_ffff_ffff) << 15 | 0x7e00;
            field.extend(base.to_be_bytes().into_iter().skip(2));
        }
        // One byte tells how long the field is.
        let taken = if field.is_empty() { 0 } else { field.len() + 1 };
        let room = LEN - 4 - taken;
        let (now, later) = rest.split_at(rest.len().min(room));
        let fill = room - now.len();
        let adapted = taken + fill > 0;
        out.push(0x47);
        out.extend([if first { 0x40 | high } else { high }, low]);
        out.push(if adapted { 0x30 } else { 0x10 } | *counter);
        *counter = (*counter + 1) & 0x0f;
        if adapted {
            let len = taken + fill - 1;
            out.push(u8::try_from(len).unwrap_or(0));
            if field.is_empty() && len > 0 {
                field.push(0);
            }
            field.resize(len, 0xff);
            out.extend_from_slice(&field);
        }
        out.extend_from_slice(now);
        rest = later;
        first = false;
    }
}

const START: [u8; 4] = [0, 0, 0, 1];

impl Pictures {
    /// A frame as a byte stream: a delimiter, the parameter sets before a keyframe, its units.
    fn bytes(&self, frame: &Frame) -> Vec<u8> {
        let mut out = Vec::with_capacity(frame.data.len() + self.sets.len() + 32);
        out.extend(START);
        match self.codec {
            Codec::Hevc => out.extend([0x46, 0x01, 0x50]),
            _ => out.extend([0x09, 0xf0]),
        }
        if frame.sync {
            out.extend_from_slice(&self.sets);
        }
        let mut rest = &frame.data[..];
        while let Some((len, after)) = rest.split_at_checked(self.length) {
            let len = len.iter().fold(0, |sum, &b| sum << 8 | usize::from(b));
            // A length that leads out of the frame is damage: what is there is sent.
            let (nal, next) = after.split_at(len.min(after.len()));
            if !nal.is_empty() {
                out.extend(START);
                out.extend_from_slice(nal);
            }
            rest = next;
        }
        out
    }
}

impl Sound {
    /// A frame after its ADTS header (ISO/IEC 14496-3 §1.A.2).
    fn bytes(&self, frame: &Frame) -> Vec<u8> {
        let len = u16::try_from(frame.data.len() + 7).unwrap_or(0);
        let part = |shift: u32, bits: u16| u8::try_from(len >> shift & bits).unwrap_or(0);
        let [two, three] = self.head;
        let mut out = Vec::with_capacity(frame.data.len() + 7);
        out.extend([0xff, 0xf1, two, three | part(11, 3)]);
        out.extend([part(3, 0xff), part(0, 7) << 5 | 0x1f, 0xfc]);
        out.extend_from_slice(&frame.data);
        out
    }
}

fn truncated() -> MediaError {
    MediaError::malformed("decoder configuration", "it ends too early")
}

fn pictures((codec, config): (Codec, &[u8])) -> Result<Pictures> {
    let mut reader = Sets {
        rest: config,
        out: Vec::new(),
    };
    let length = match codec {
        // ISO/IEC 14496-15 §5.3.3.
        Codec::Avc => {
            let head = reader.take(5)?;
            for mask in [0x1f, 0xff] {
                let count = reader.byte()? & mask;
                reader.sets(count.into())?;
            }
            head.last().copied()
        }
        // ISO/IEC 14496-15 §8.3.3.
        Codec::Hevc => {
            let head = reader.take(22)?;
            for _ in 0..reader.byte()? {
                reader.byte()?;
                let count = reader.number()?;
                reader.sets(count)?;
            }
            head.last().copied()
        }
        _ => return Err(MediaError::Unsupported("this video codec in SRT")),
    };
    Ok(Pictures {
        codec,
        sets: reader.out,
        length: usize::from(length.unwrap_or(3) & 3) + 1,
    })
}

/// Reads parameter sets out of a configuration.
struct Sets<'a> {
    rest: &'a [u8],
    out: Vec<u8>,
}

impl<'a> Sets<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or_else(truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.take(1)?.first().copied().unwrap_or(0))
    }

    fn number(&mut self) -> Result<usize> {
        Ok(usize::from(self.byte()?) << 8 | usize::from(self.byte()?))
    }

    fn sets(&mut self, count: usize) -> Result<()> {
        for _ in 0..count {
            let len = self.number()?;
            let set = self.take(len)?;
            self.out.extend(START);
            self.out.extend_from_slice(set);
        }
        Ok(())
    }
}

/// ISO/IEC 14496-3 §1.6.2.1.
fn sound((codec, config): (Codec, &[u8])) -> Result<Sound> {
    if codec != Codec::Aac {
        return Err(MediaError::Unsupported("this audio codec in SRT"));
    }
    let [one, two, ..] = *config else {
        return Err(truncated());
    };
    let object = one >> 3;
    let rate = (one & 7) << 1 | two >> 7;
    let channels = two >> 3 & 0x0f;
    if rate > 12 || !(1..=7).contains(&channels) {
        return Err(MediaError::Unsupported("this kind of AAC in SRT"));
    }
    // With spectral band replication the core of the sound is plain AAC.
    let profile = match object {
        1..=4 => object - 1,
        5 | 29 => 1,
        _ => return Err(MediaError::Unsupported("this kind of AAC in SRT")),
    };
    Ok(Sound {
        head: [
            profile << 6 | rate << 2 | channels >> 2,
            (channels & 3) << 6,
        ],
    })
}
