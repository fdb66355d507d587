//! Takes fragmented MP4 apart into what live streams are made of: configurations and frames.

use std::io::Cursor;

use bytes::{Bytes, BytesMut};

use crate::{
    boxes::{Boxes, Fields},
    codec::{Codec, SampleEntry},
    error::{MediaError, Result},
    flv::{Content, Frame, Packet},
    index::MediaKind,
    mp4::{self, Track},
    samples::Sample,
    ts::Event,
};

/// What follows the fields of a sample entry, before its boxes: of pictures and of sound.
const VIDEO_FIELDS: usize = 8 + 78;
const AUDIO_FIELDS: usize = 8 + 28;

/// The configuration and the frames of a segment, after its initialization segment, on the clock of
/// its stream. Of several tracks the first of each kind is taken, the frames of both in order of
/// time.
///
/// Errors: [`MediaError::Unsupported`] for codecs other than H.264, HEVC, AV1 and AAC and for what
/// is encrypted, and those of [`mp4::read`].
pub fn unpack(init: &[u8], segment: &[u8]) -> Result<Vec<Event>> {
    let (began_us, mut events) = unpack_from(init, segment)?;
    for event in &mut events {
        if let Event::Packet { time_us, .. } = event {
            *time_us = time_us.saturating_add(began_us);
        }
    }
    Ok(events)
}

/// The same on a clock that begins with the segment, and what the clock of its stream says there, in
/// microseconds.
pub(crate) fn unpack_from(init: &[u8], segment: &[u8]) -> Result<(i64, Vec<Event>)> {
    let mut all = BytesMut::with_capacity(init.len() + segment.len());
    all.extend_from_slice(init);
    all.extend_from_slice(segment);
    let all = all.freeze();
    let movie = mp4::read(&mut Cursor::new(&all[..]))?;
    let mut configs = Vec::new();
    let mut frames = Vec::new();
    let video = movie.video().map(|track| (MediaKind::Video, track));
    let audio = movie.audios().next().map(|track| (MediaKind::Audio, track));
    for (kind, track) in video.into_iter().chain(audio) {
        let entry = track.entry().ok_or(MediaError::Missing("a sample entry"))?;
        if entry.encrypted {
            return Err(MediaError::Unsupported("encrypted segments"));
        }
        let config = config(kind, entry)?;
        let packet = |content| Packet {
            track: 0,
            codec: entry.codec,
            content,
            offset_ns: 0,
        };
        if !track.samples.is_empty() {
            configs.push(Event::Packet {
                kind,
                time_us: micros(track, track.samples.dts(0)),
                packet: packet(Content::Config(config)),
            });
        }
        for sample in &track.samples {
            let (time_us, frame) = frame(track, sample, &all)?;
            frames.push((time_us, kind, packet(Content::Frame(frame))));
        }
    }
    frames.sort_by_key(|(time_us, ..)| *time_us);
    configs.extend(
        frames
            .into_iter()
            .map(|(time_us, kind, packet)| Event::Packet {
                kind,
                time_us,
                packet,
            }),
    );
    let began_us = i64::try_from(movie.began_us).unwrap_or(i64::MAX);
    Ok((began_us, configs))
}

fn micros(track: &Track, ticks: u64) -> i64 {
    let micros = u128::from(ticks) * 1_000_000 / u128::from(track.timescale.max(1));
    i64::try_from(micros).unwrap_or(i64::MAX)
}

fn frame(track: &Track, sample: Sample, all: &Bytes) -> Result<(i64, Frame)> {
    let range = sample.range();
    let place = |at: u64| usize::try_from(at).ok().filter(|at| *at <= all.len());
    let (Some(from), Some(to)) = (place(range.start), place(range.end)) else {
        return Err(MediaError::malformed(
            "segment",
            "a sample lies outside of it",
        ));
    };
    let milli = i64::from(sample.cts) * 1000 / i64::from(track.timescale.max(1));
    let frame = Frame {
        data: all.slice(from..to.max(from)),
        composition_ms: i32::try_from(milli).unwrap_or(0),
        sync: sample.sync,
    };
    Ok((micros(track, sample.dts), frame))
}

/// The decoder configuration in a sample entry, as RTMP has it.
fn config(kind: MediaKind, entry: &SampleEntry) -> Result<Bytes> {
    let fields = match kind {
        MediaKind::Video => VIDEO_FIELDS,
        MediaKind::Audio => AUDIO_FIELDS,
    };
    let inner = Boxes::new(entry.bytes.get(fields..).unwrap_or_default());
    let found = match entry.codec {
        Codec::Avc => inner.find(b"avcC").map(|found| found.body),
        Codec::Hevc => inner.find(b"hvcC").map(|found| found.body),
        Codec::Av1 => inner.find(b"av1C").map(|found| found.body),
        Codec::Aac => inner.find(b"esds").and_then(|esds| specific(esds.body)),
        _ => return Err(MediaError::Unsupported("this codec in a pulled stream")),
    };
    let found = found.ok_or(MediaError::Missing("a decoder configuration"))?;
    Ok(Bytes::copy_from_slice(found))
}

/// The AudioSpecificConfig in an elementary stream descriptor (ISO/IEC 14496-1 §7.2.6).
fn specific(esds: &[u8]) -> Option<&[u8]> {
    let mut fields = Fields::new(esds, "esds");
    fields.skip(4).ok()?;
    let open = |fields: &mut Fields<'_>, wanted: u8| {
        let tag = fields.u8().ok()?;
        let mut len = 0_usize;
        for _ in 0..4 {
            let byte = fields.u8().ok()?;
            len = len << 7 | usize::from(byte & 0x7f);
            if byte & 0x80 == 0 {
                break;
            }
        }
        (tag == wanted).then_some(len)
    };
    open(&mut fields, 3)?;
    fields.skip(3).ok()?;
    open(&mut fields, 4)?;
    fields.skip(13).ok()?;
    let len = open(&mut fields, 5)?;
    fields.take(len).ok()
}
