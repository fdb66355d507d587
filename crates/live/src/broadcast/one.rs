//! One broadcast: what has come is put in by its publisher and read by its viewers.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use matinee_engines::time::now_micros;
use matinee_media::{
    hls::{LiveAudio, LiveMaster, LivePlaylist, LiveRung, LiveVideo, Report},
    index::MediaKind,
    live::{Cut, Part},
};
use parking_lot::{Mutex, RwLock};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use super::{
    Clip, Options, Rendition, Track,
    health::{Health, Meter},
    life::Life,
    ring::{Found, PLAYLIST_TIMESCALE, Ring, Verdict},
    tap::{Tap, Taps},
    wire::{Listener, Tracks, Wire},
};
use crate::recording::Recorder;
use crate::{LiveError, Result};

/// What a player asks of a media playlist (RFC 8216bis §6.2.5).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Directives {
    /// `_HLS_msn`: not before this segment is there.
    pub msn: Option<u64>,
    /// `_HLS_part`: not before this part of it is.
    pub part: Option<u32>,
    /// `_HLS_skip`: what has been told before may be left out.
    pub skip: bool,
}

/// The newest keyframe of a broadcast.
#[derive(Debug, Clone)]
pub struct Keyframe {
    /// Which it is: the number of its segment, and of the part that begins with it.
    pub at: (u64, usize),
    /// A short MP4 that begins with it.
    pub media: Bytes,
}

/// A picture of a broadcast.
#[derive(Debug, Clone)]
pub struct Still {
    /// When it was taken, in UTC microseconds.
    pub taken_at: i64,
    /// A JPEG.
    pub jpeg: Bytes,
}

/// A playlist as it is sent.
#[derive(Debug, Clone)]
pub struct Text {
    /// As text.
    pub plain: Bytes,
    /// The same, compressed with gzip, if it is the same for everybody.
    pub gzip: Option<Bytes>,
    /// Which state of the broadcast it shows: a higher one is newer.
    pub version: u64,
}

/// The playlists of a rendition as they are now, for all who may have the same.
#[derive(Debug, Default)]
struct Texts {
    version: u64,
    full: Option<Text>,
    update: Option<Text>,
}

/// A broadcast.
#[derive(Debug)]
pub struct Broadcast {
    stream_id: String,
    began_at: i64,
    options: Options,
    pub(super) ring: RwLock<Ring>,
    /// Counts what has happened.
    progress: watch::Sender<u64>,
    texts: Mutex<HashMap<Rendition, Arc<Mutex<Texts>>>>,
    still: Mutex<Option<Still>>,
    pub(super) wire: Wire,
    pub(super) life: Mutex<Life>,
    pub(super) meter: Mutex<Meter>,
    pub(super) recorder: Mutex<Option<Recorder>>,
    pub(super) taps: Taps,
}

impl Broadcast {
    pub(super) fn new(stream_id: String, options: Options, recorder: Option<Recorder>) -> Self {
        let began_at = now_micros();
        // No two broadcasts of a stream share a number: segments are at least a second long. So
        // their addresses stay apart, and what lies there never changes.
        let first = u32::try_from(began_at / 1_000_000).unwrap_or(0);
        Self {
            stream_id,
            began_at,
            options,
            ring: RwLock::new(Ring::new(options, first)),
            progress: watch::Sender::new(0),
            texts: Mutex::default(),
            still: Mutex::default(),
            wire: Wire::new(),
            life: Mutex::default(),
            meter: Mutex::default(),
            recorder: Mutex::new(recorder),
            taps: Taps::default(),
        }
    }

    /// The stream that it belongs to.
    pub fn stream_id(&self) -> &str {
        &self.stream_id
    }

    /// When it began, in UTC microseconds.
    pub const fn began_at(&self) -> i64 {
        self.began_at
    }

    /// How it is cut and kept.
    pub const fn options(&self) -> &Options {
        &self.options
    }

    /// What comes in, for whoever sits at the encoder.
    pub fn health(&self) -> Health {
        let ring = self.ring.read();
        let health = self.meter.lock().health(
            ring.coding(Track::Video),
            ring.coding(Track::Audio),
            now_micros(),
        );
        Health {
            ad_break: ring.next_break(),
            ..health
        }
    }

    /// Whether there is something to watch.
    pub fn is_playable(&self) -> bool {
        let ring = self.ring.read();
        Track::ALL.into_iter().any(|track| ring.has_begun(track))
    }

    /// Whether nothing is added any more.
    pub fn has_ended(&self) -> bool {
        self.ring.read().has_ended()
    }

    /// How many bytes of it are in memory.
    pub fn memory(&self) -> usize {
        self.ring.read().weight()
    }

    /// The multivariant playlist, `suffix` at the end of each address. Waits for the first part,
    /// and a little for the smaller renditions of it: players look for them once.
    ///
    /// Errors: [`LiveError::TooLate`] when none comes.
    pub async fn master(&self, suffix: &str) -> Result<Text> {
        self.wait(|ring| {
            let begun = Track::ALL.into_iter().any(|t| ring.has_begun(t));
            (ring.has_ended() || (begun && !ring.awaits_rungs())).then_some(())
        })
        .await?;
        let version = *self.progress.borrow();
        let ring = self.ring.read();
        let (peak_bps, average_bps) = ring.bandwidth();
        let frame_rate = self.meter.lock().frame_rate();
        let video = ring.coding(Track::Video).filter(|_| ring.has(Track::Video));
        let audio = ring.coding(Track::Audio).filter(|_| ring.has(Track::Audio));
        let rungs: Vec<_> = ring
            .rungs
            .offered()
            .filter_map(|rung| {
                let of = Rendition::Rung(rung.lines);
                let entry = ring.coding(of).filter(|_| ring.has_begun(of))?;
                Some((rung, entry, of.name()))
            })
            .collect();
        let rungs: Vec<LiveRung<'_>> = rungs
            .iter()
            .map(|(rung, entry, name)| {
                let (peak_bps, average_bps) = rung.bandwidth();
                LiveRung {
                    video: LiveVideo {
                        codec_string: &entry.codec_string,
                        width: rung.width,
                        height: rung.height,
                        frame_rate,
                        path: name,
                    },
                    peak_bps,
                    average_bps,
                }
            })
            .collect();
        let master = LiveMaster {
            rungs: &rungs,
            video: video.map(|entry| LiveVideo {
                codec_string: &entry.codec_string,
                width: entry.video.as_ref().map_or(0, |video| video.width.into()),
                height: entry.video.as_ref().map_or(0, |video| video.height.into()),
                frame_rate,
                path: Track::Video.name(),
            }),
            audio: audio.map(|entry| LiveAudio {
                codec_string: &entry.codec_string,
                channels: entry.audio.map_or(2, |audio| audio.channels),
                path: Track::Audio.name(),
            }),
            peak_bps,
            average_bps,
            suffix,
        };
        Ok(Text {
            plain: master.write().into(),
            gzip: None,
            version,
        })
    }

    /// The media playlist of a rendition, as soon as it has what the directives ask for.
    ///
    /// Errors: [`LiveError::NotFound`] for a rendition that there is not, those of the directives,
    /// and [`LiveError::TooLate`] after three target durations.
    pub async fn playlist(
        &self,
        of: impl Into<Rendition>,
        directives: Directives,
        suffix: &str,
    ) -> Result<Text> {
        let of = of.into();
        let Directives { msn, part, skip } = directives;
        if part.is_some() && msn.is_none() {
            return Err(LiveError::PartWithoutSegment);
        }
        let mut first = true;
        self.wait(|ring| {
            if ring.has_ended() {
                return Some(Ok(()));
            }
            let begun = Track::ALL.into_iter().any(|track| ring.has_begun(track));
            if !ring.has(of) && begun && !ring.awaits_rungs() {
                return Some(Err(LiveError::NotFound("track")));
            }
            if !ring.has_begun(of) {
                return None;
            }
            let Some(msn) = msn else { return Some(Ok(())) };
            match ring.judge(of, msn, part) {
                Verdict::Ready => Some(Ok(())),
                // Who was not too far ahead is not so later.
                Verdict::TooFar if std::mem::take(&mut first) => Some(Err(LiveError::TooFarAhead)),
                Verdict::TooFar | Verdict::Wait => {
                    first = false;
                    None
                }
            }
        })
        .await??;
        self.text(of, skip, suffix)
    }

    fn text(&self, of: Rendition, skip: bool, suffix: &str) -> Result<Text> {
        let version = *self.progress.borrow();
        if !suffix.is_empty() {
            // Everybody has their own.
            return self.write(of, skip, suffix).map(|plain| Text {
                plain,
                gzip: None,
                version,
            });
        }
        let texts = self.texts.lock().entry(of).or_default().clone();
        let mut texts = texts.lock();
        if texts.version != version {
            *texts = Texts {
                version,
                ..Texts::default()
            };
        }
        let kept = if skip {
            &mut texts.update
        } else {
            &mut texts.full
        };
        if let Some(text) = kept {
            return Ok(text.clone());
        }
        let plain = self.write(of, skip, suffix)?;
        let gzip = Some(compress(&plain));
        Ok(kept
            .insert(Text {
                plain,
                gzip,
                version,
            })
            .clone())
    }

    fn write(&self, of: Rendition, skip: bool, suffix: &str) -> Result<Bytes> {
        let ring = self.ring.read();
        if !ring.has(of) {
            return Err(LiveError::NotFound("track"));
        }
        let segments = ring.listed(of);
        let breaks = ring.listed_breaks();
        let others = Track::ALL.into_iter().map(Rendition::Source);
        let rungs = ring.rungs.offered();
        let others = others.chain(rungs.map(|rung| Rendition::Rung(rung.lines)));
        let others: Vec<(String, u64, u32)> = others
            .filter(|other| *other != of && ring.has(*other))
            .filter_map(|other| {
                let (msn, part) = ring.last(other)?;
                Some((format!("../{}/media.m3u8", other.name()), msn, part))
            })
            .collect();
        let reports: Vec<Report<'_>> = others
            .iter()
            .map(|(uri, last_msn, last_part)| Report {
                uri,
                last_msn: *last_msn,
                last_part: *last_part,
            })
            .collect();
        let playlist = LivePlaylist {
            target_s: self.options.packaging.target_s,
            part_ms: self.options.packaging.part_ms,
            timescale: PLAYLIST_TIMESCALE,
            first_msn: ring.first_listed(),
            discontinuity_sequence: ring.discontinuities(),
            segments: &segments,
            breaks: &breaks,
            reports: &reports,
            ended: ring.has_ended(),
            suffix,
        };
        drop(ring);
        Ok(playlist.write(skip).into())
    }

    /// A part; the one that comes next is waited for.
    pub async fn part(&self, of: impl Into<Rendition>, msn: u64, part: u32) -> Result<Bytes> {
        let of = of.into();
        self.wait(|ring| match ring.part(of, msn, part) {
            Found::Bytes(bytes) => Some(Ok(bytes)),
            Found::Next => None,
            Found::Nothing => Some(Err(LiveError::NotFound("part"))),
        })
        .await?
    }

    /// A whole segment.
    pub fn segment(&self, of: impl Into<Rendition>, msn: u64) -> Result<Bytes> {
        match self.ring.read().segment(of, msn) {
            Found::Bytes(bytes) => Ok(bytes),
            Found::Next | Found::Nothing => Err(LiveError::NotFound("segment")),
        }
    }

    /// The initialization segment of a run.
    pub fn init(&self, of: impl Into<Rendition>, run: u32) -> Result<Bytes> {
        let init = self.ring.read().init(of, run);
        init.ok_or(LiveError::NotFound("initialization segment"))
    }

    /// Cuts out what there is between these instants (in UTC microseconds), where segments begin
    /// and end.
    ///
    /// Errors: [`LiveError::NotFound`] if nothing is there any more, or yet.
    pub fn clip(&self, from: i64, to: i64) -> Result<Clip> {
        self.ring.read().clip(from, to)
    }

    /// The newest keyframe that can be had; none without pictures.
    pub fn newest_keyframe(&self) -> Option<Keyframe> {
        let (at, pieces) = self.ring.read().newest_keyframe()?;
        Some(Keyframe {
            at,
            media: pieces.concat().into(),
        })
    }

    /// Which tracks go out as they come, if it can be watched so.
    pub(crate) fn at_once(&self) -> Option<Tracks> {
        self.wire.tracks()
    }

    /// Whether it can be watched as it comes, by WebRTC.
    pub fn goes_out_at_once(&self) -> bool {
        self.at_once().is_some()
    }

    /// Opus that was made of the encoder's sound, at a time of the encoder's clock.
    pub(crate) fn hear(&self, time_us: i64, opus: Bytes) {
        self.wire.opus(time_us, opus);
    }

    /// Its frames from now on; none if it is over.
    pub(crate) fn listen(&self) -> Option<Listener> {
        self.wire.listen()
    }

    /// Somebody would like a keyframe soon. Not every encoder can be asked for one.
    pub(crate) fn want_keyframe(&self) {
        self.wire.want_keyframe();
    }

    /// Done when somebody would like a keyframe.
    pub(crate) async fn keyframe_wanted(&self) {
        self.wire.keyframe_wanted().await;
    }

    /// Listens to the frames that come in from now on; `None` if it is over.
    pub fn tap(&self) -> Option<Tap> {
        self.taps.open()
    }

    /// The last picture that was taken of it.
    pub fn still(&self) -> Option<Still> {
        self.still.lock().clone()
    }

    /// Shows another picture from now on.
    pub(crate) fn show(&self, still: Still) {
        *self.still.lock() = Some(still);
    }

    /// Looks again at each change, until there is an answer.
    pub(super) async fn wait<T>(&self, mut look: impl FnMut(&Ring) -> Option<T>) -> Result<T> {
        let mut progress = self.progress.subscribe();
        let until = Instant::now() + self.options.patience();
        loop {
            progress.mark_unchanged();
            if let Some(found) = look(&self.ring.read()) {
                return Ok(found);
            }
            match timeout_at(until, progress.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => return Err(LiveError::TooLate),
            }
        }
    }

    /// Changes what there is, and tells everybody who waits.
    pub(super) fn change<T>(&self, how: impl FnOnce(&mut Ring) -> T) -> T {
        let outcome = how(&mut self.ring.write());
        self.progress.send_modify(|count| *count += 1);
        outcome
    }

    /// Takes in parts.
    pub(super) fn push(&self, parts: Vec<Part>) {
        if let Some(recorder) = &mut *self.recorder.lock() {
            for part in &parts {
                recorder.part(part.clone());
            }
        }
        let pictures = parts.iter().filter(|part| part.kind == MediaKind::Video);
        let cuts: Vec<Cut> = pictures.map(Cut::from).collect();
        self.change(|ring| {
            for part in parts {
                ring.push(part);
            }
        });
        for cut in cuts {
            self.taps.cut(cut);
        }
    }

    /// How long it has been on the air.
    pub(super) fn age(&self) -> Duration {
        let micros = now_micros().saturating_sub(self.began_at);
        Duration::from_micros(u64::try_from(micros).unwrap_or(0))
    }
}

fn compress(text: &[u8]) -> Bytes {
    use std::io::Write as _;
    let mut gzip = GzEncoder::new(Vec::with_capacity(text.len() / 4), Compression::fast());
    // Writing into memory does not fail.
    let _ = gzip.write_all(text);
    gzip.finish().unwrap_or_default().into()
}
