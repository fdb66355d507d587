//! From what an encoder sends to parts of a broadcast.

use std::collections::VecDeque;

use bytes::Bytes;
use matinee_engines::time::now_micros;
use matinee_media::{
    MediaError,
    codec::{Codec, SampleEntry},
    flv::{self, Content, Frame, Packet, Tag, TagKind},
    live::{MAX_WAIT_US, Packager, Unwrap},
    scte35::Cue,
    ts,
};
use tokio::time::{Duration, Instant};

use super::{Publisher, Track, health::Concern, tap::Began};
use crate::{LiveError, Result};

/// How long, on the encoder's clock, a run waits for the header of the other track.
const HEADER_WAIT_US: i64 = 1_000_000;
/// The same where each track is coded for itself, and may be late by as long as that takes to begin.
const PATIENT_US: i64 = 10_000_000;
/// How long sound waits for a first keyframe before it goes out alone.
const KEYFRAME_WAIT_US: i64 = 10_000_000;
/// What is held back while waiting.
const MAX_HELD: usize = 2048;
const MAX_HELD_BYTES: usize = 32 << 20;
/// The most cues that are held back.
const MAX_CUES: usize = 16;
/// More runs than this within [`RESTARTS_WITHIN`] are no broadcast.
const MAX_RESTARTS: usize = 20;
const RESTARTS_WITHIN: Duration = Duration::from_mins(1);

/// What is known of a track.
#[derive(Debug, Default)]
struct Known {
    /// The decoder configuration as it was sent, and what it says.
    config: Option<(Codec, Bytes, SampleEntry)>,
    /// Whether the run that goes on has the track.
    in_run: bool,
}

impl Known {
    /// The configuration, if the run has the track.
    fn tapped(&self) -> Option<(Codec, Bytes)> {
        let config = self.config.as_ref().filter(|_| self.in_run);
        config.map(|(codec, config, _)| (*codec, config.clone()))
    }
}

/// A frame that is held back until the run can begin.
#[derive(Debug)]
struct Held {
    track: Track,
    time_us: i64,
    frame: Frame,
}

/// What is held from the first keyframe on. Sound that came before it but is heard with it, because
/// the pictures were late, is no less a part of it: without it players stop at the hole.
fn from_keyframe(mut held: VecDeque<Held>) -> VecDeque<Held> {
    let is_key = |held: &Held| held.track == Track::Video && held.frame.sync;
    let Some(at) = held.iter().position(is_key) else {
        return VecDeque::new();
    };
    let mut rest = held.split_off(at);
    if let Some(key) = rest.pop_front() {
        held.retain(|early| early.track == Track::Audio && early.time_us >= key.time_us);
        held.push_front(key);
    }
    held.append(&mut rest);
    held
}

/// Makes parts of what an encoder sends, whatever it does on the way: headers that come late,
/// codecs that change, clocks that jump, pictures or sound that stop.
pub struct Feed {
    publisher: Publisher,
    clock: Unwrap,
    video: Known,
    audio: Known,
    packager: Option<Packager>,
    held: VecDeque<Held>,
    held_bytes: usize,
    /// A new run begins with the next keyframe.
    renew: bool,
    /// Until then sound is left out: it is coded in another way than the run's.
    mute: bool,
    /// The pictures have stopped while the sound goes on.
    dark: bool,
    last_picture_us: Option<i64>,
    /// Cues that came before the first run, with the times that they hold for.
    cues: VecDeque<(i64, Cue, Bytes)>,
    restarts: VecDeque<Instant>,
    jumps: u32,
    header_wait_us: i64,
}

impl Feed {
    /// Feeds a broadcast.
    pub fn new(publisher: Publisher) -> Self {
        Self {
            publisher,
            clock: Unwrap::new(),
            video: Known::default(),
            audio: Known::default(),
            packager: None,
            held: VecDeque::new(),
            held_bytes: 0,
            renew: false,
            mute: false,
            dark: false,
            last_picture_us: None,
            cues: VecDeque::new(),
            restarts: VecDeque::new(),
            jumps: 0,
            header_wait_us: HEADER_WAIT_US,
        }
    }

    /// Waits longer for the other track: both are known to come, each at its own pace.
    #[must_use]
    pub fn patient(self) -> Self {
        Self {
            header_wait_us: PATIENT_US,
            ..self
        }
    }

    /// Who puts the parts in.
    pub fn publisher(&self) -> &Publisher {
        &self.publisher
    }

    /// Says what is not as it should be where this comes from, or that nothing is.
    pub(crate) fn say(&self, words: Option<String>) {
        self.publisher.meter(|meter| match words {
            Some(words) => meter.warn(Concern::Stage, words),
            None => meter.unwarn(Concern::Stage),
        });
    }

    /// Takes a tag as RTMP carries it.
    ///
    /// Errors: [`LiveError::TakenOver`] and [`LiveError::Over`] when nothing more is wanted,
    /// [`LiveError::Hopeless`] for an encoder whose every frame begins anew. What is damaged in
    /// a single tag is passed over.
    pub async fn tag(&mut self, tag: Tag) -> Result<()> {
        let (track, packets) = match tag.kind {
            TagKind::Video => (Track::Video, flv::video(&tag.body)),
            TagKind::Audio => (Track::Audio, flv::audio(&tag.body)),
            TagKind::Script => return Ok(()),
        };
        let len = tag.body.len();
        self.publisher.meter(|meter| meter.bytes(len, now_micros()));
        let packets = match packets {
            Ok(packets) => packets,
            Err(error) => {
                self.complain(track, &error);
                return Ok(());
            }
        };
        let time_us = self.clock.time(tag.timestamp_ms).saturating_mul(1000);
        for packet in packets {
            // One track of each kind is shown.
            if packet.track == 0 {
                let time_us = time_us.saturating_add(i64::from(packet.offset_ns / 1000));
                self.packet(track, time_us, packet).await?;
            }
        }
        Ok(())
    }

    /// Takes what a transport stream or a WebRTC session carries. Errors as [`tag`](Self::tag).
    pub async fn event(&mut self, event: ts::Event) -> Result<()> {
        match event {
            ts::Event::Packet {
                kind,
                time_us,
                packet,
            } => {
                if let Content::Frame(frame) = &packet.content {
                    let len = frame.data.len();
                    self.publisher.meter(|meter| meter.bytes(len, now_micros()));
                }
                self.packet(kind.into(), time_us, packet).await
            }
            ts::Event::Refused { kind, error } => {
                self.complain(kind.into(), &error);
                Ok(())
            }
            ts::Event::Cue {
                time_us,
                cue,
                section,
            } => self.cue(time_us, cue, section).await,
        }
    }

    /// Takes a cue for what is shown at a time of the encoder's clock.
    async fn cue(&mut self, time_us: i64, cue: Cue, section: Bytes) -> Result<()> {
        let Some(packager) = &mut self.packager else {
            self.cues.push_back((time_us, cue, section));
            self.cues.truncate(MAX_CUES);
            return Ok(());
        };
        let Some(at) = packager.shown_at(time_us) else {
            return Ok(());
        };
        for cut in self.publisher.cue(at, &cue, section).await? {
            packager.cut_at(cut);
        }
        Ok(())
    }

    async fn packet(&mut self, track: Track, time_us: i64, packet: Packet) -> Result<()> {
        match packet.content {
            Content::Config(config) => self.config(track, packet.codec, config).await,
            Content::Frame(frame) => {
                if packet.codec == Codec::Mp3 {
                    self.complain(track, &MediaError::Unsupported("MP3 in a live stream"));
                    return Ok(());
                }
                self.frame(track, time_us, frame).await
            }
            Content::End => Ok(()),
        }
    }

    fn known(&mut self, track: Track) -> &mut Known {
        match track {
            Track::Video => &mut self.video,
            Track::Audio => &mut self.audio,
        }
    }

    fn complain(&mut self, track: Track, error: &MediaError) {
        let (concern, what) = match track {
            Track::Video => (Concern::Pictures, "pictures"),
            Track::Audio => (Concern::Sound, "sound"),
        };
        let words = match error {
            MediaError::Unsupported(codec) => format!(
                "The {what} cannot be shown: {codec} is not taken. Use H.264, HEVC or AV1, with AAC or Opus."
            ),
            error => format!("Some of the {what} came damaged: {error}."),
        };
        self.publisher.meter(|meter| meter.warn(concern, words));
    }

    async fn config(&mut self, track: Track, codec: Codec, config: Bytes) -> Result<()> {
        let same = |known: &Known| {
            let config_before = known.config.as_ref();
            config_before.is_some_and(|(c, before, _)| *c == codec && *before == config)
        };
        if config.is_empty() || same(self.known(track)) {
            return Ok(());
        }
        let entry = match SampleEntry::of_config(codec, &config) {
            Ok(entry) => entry,
            Err(error) => {
                self.complain(track, &error);
                return Ok(());
            }
        };
        self.publisher
            .wire(|wire| wire.config(track, codec, &config))?;
        let in_run = self.known(track).in_run;
        self.known(track).config = Some((codec, Bytes::copy_from_slice(&config), entry));
        if self.packager.is_none() {
            return Ok(());
        }
        match track {
            // The keyframe that follows cannot be decoded as before.
            Track::Video if in_run => self.end_run().await,
            Track::Audio if !self.video.in_run => self.end_run().await,
            // Pictures go on undisturbed until the next keyframe.
            Track::Video | Track::Audio => {
                self.renew = true;
                self.mute |= track == Track::Audio && in_run;
                Ok(())
            }
        }
    }

    async fn frame(&mut self, track: Track, time_us: i64, frame: Frame) -> Result<()> {
        if self.known(track).config.is_none() {
            // Its header is still to come.
            return Ok(());
        }
        self.publisher
            .wire(|wire| wire.frame(track, time_us, &frame))?;
        if track == Track::Video {
            let sync = frame.sync;
            self.publisher.meter(|meter| meter.picture(time_us, sync));
            self.last_picture_us = Some(time_us);
            if frame.sync {
                self.dark = false;
                if self.packager.is_some() && (self.renew || !self.video.in_run) {
                    self.end_run().await?;
                }
            }
        }
        if self.packager.is_none() {
            self.hold(track, time_us, frame);
            return self.begin().await;
        }
        self.package(track, time_us, frame).await
    }

    async fn package(&mut self, track: Track, time_us: i64, frame: Frame) -> Result<()> {
        let Some(packager) = &mut self.packager else {
            return Ok(());
        };
        if track == Track::Audio && self.mute {
            return Ok(());
        }
        let again = frame.clone();
        let outcome = match track {
            Track::Video => packager.video(time_us, frame),
            Track::Audio => packager.sound(time_us, frame.data),
        };
        let parts = packager.take();
        self.publisher.push(parts).await?;
        let Err(error) = outcome else {
            self.publisher
                .broadcast()
                .taps
                .frame(track, time_us, &again);
            return Ok(());
        };
        tracing::debug!(
            stream = self.publisher.broadcast().stream_id(),
            %error,
            "a run ends"
        );
        self.end_run().await?;
        self.count_restart()?;
        let quiet = |last: i64| time_us.saturating_sub(last) > MAX_WAIT_US;
        if track == Track::Audio && self.last_picture_us.is_none_or(quiet) {
            self.dark = true;
            let words = "The pictures have stopped while the sound goes on.".to_owned();
            self.publisher
                .meter(|meter| meter.warn(Concern::Pictures, words));
        } else {
            self.jumps += 1;
            let times = match self.jumps {
                1 => "once".to_owned(),
                n => format!("{n} times"),
            };
            let words = format!("The encoder's clock has jumped {times}.");
            self.publisher
                .meter(|meter| meter.warn(Concern::Clock, words));
        }
        self.hold(track, time_us, again);
        self.begin().await
    }

    fn count_restart(&mut self) -> Result<()> {
        let now = Instant::now();
        self.restarts.push_back(now);
        while self
            .restarts
            .front()
            .is_some_and(|at| now - *at > RESTARTS_WITHIN)
        {
            self.restarts.pop_front();
        }
        if self.restarts.len() > MAX_RESTARTS {
            return Err(LiveError::Hopeless(
                "the encoder's clock jumps all the time",
            ));
        }
        Ok(())
    }

    fn hold(&mut self, track: Track, time_us: i64, frame: Frame) {
        if track == Track::Video && !frame.sync && !self.holds_keyframe() {
            // Nothing can begin with it.
            return;
        }
        self.held_bytes += frame.data.len();
        self.held.push_back(Held {
            track,
            time_us,
            frame,
        });
        while self.held.len() > MAX_HELD || self.held_bytes > MAX_HELD_BYTES {
            if let Some(gone) = self.held.pop_front() {
                self.held_bytes -= gone.frame.data.len();
            }
        }
    }

    fn holds_keyframe(&self) -> bool {
        let mut held = self.held.iter();
        held.any(|held| held.track == Track::Video && held.frame.sync)
    }

    /// How long the frames of a track are held already.
    fn held_for(&self, track: Track) -> i64 {
        let mut times = self
            .held
            .iter()
            .filter(|held| held.track == track)
            .map(|held| held.time_us);
        match (times.next(), times.next_back()) {
            (Some(first), Some(last)) => last.saturating_sub(first).saturating_abs(),
            _ => 0,
        }
    }

    /// Begins a run, if what is needed for it is there.
    async fn begin(&mut self) -> Result<()> {
        let pictures = self.video.config.is_some() && !self.dark;
        let full = self.held.len() == MAX_HELD;
        let (video, ready) = if pictures && self.holds_keyframe() {
            let complete = self.audio.config.is_some();
            (
                true,
                complete || full || self.held_for(Track::Video) >= self.header_wait_us,
            )
        } else {
            let patience = if pictures {
                KEYFRAME_WAIT_US
            } else {
                self.header_wait_us
            };
            let waited = self.dark || full || self.held_for(Track::Audio) >= patience;
            (false, waited)
        };
        let audio = self.audio.config.is_some();
        if !ready || !(video || audio) {
            return Ok(());
        }
        let entry = |known: &Known, wanted: bool| {
            let config = known.config.as_ref().filter(|_| wanted);
            config.map(|(_, _, entry)| entry.clone())
        };
        let (mut video, mut audio) = (entry(&self.video, video), entry(&self.audio, audio));
        let packaging = self.publisher.broadcast().options().packaging;
        let (mut number, mut place) = self.publisher.begin_run(video.as_ref(), audio.as_ref())?;
        let packager = match Packager::new(packaging, video.as_ref(), audio.as_ref(), place) {
            Ok(packager) => packager,
            Err(error) => {
                // Sound that cannot be packaged is left out.
                self.complain(Track::Audio, &error);
                self.audio.config = None;
                audio = None;
                if video.is_none() {
                    return Ok(());
                }
                (number, place) = self.publisher.begin_run(video.as_ref(), None)?;
                Packager::new(packaging, video.as_ref(), None, place)?
            }
        };
        self.video.in_run = video.take().is_some();
        self.audio.in_run = audio.take().is_some();
        let broadcast = self.publisher.broadcast().clone();
        self.packager = Some(packager);
        self.renew = false;
        self.mute = false;
        self.report_tracks();
        let mut held = std::mem::take(&mut self.held);
        self.held_bytes = 0;
        if self.video.in_run {
            held = from_keyframe(held);
        }
        let began = Began {
            number,
            from: place,
            epoch_us: held.front().map_or(0, |first| first.time_us),
        };
        broadcast
            .taps
            .begin(began, self.video.tapped(), self.audio.tapped());
        for Held {
            track,
            time_us,
            frame,
        } in held
        {
            if let Some(packager) = &mut self.packager {
                broadcast.taps.frame(track, time_us, &frame);
                let outcome = match track {
                    Track::Video => packager.video(time_us, frame),
                    Track::Audio => packager.sound(time_us, frame.data),
                };
                if outcome.is_err() {
                    self.count_restart()?;
                    self.end_run().await?;
                    return Ok(());
                }
            }
        }
        if let Some(packager) = &mut self.packager {
            let parts = packager.take();
            self.publisher.push(parts).await?;
        }
        for (time_us, cue, section) in std::mem::take(&mut self.cues) {
            self.cue(time_us, cue, section).await?;
        }
        Ok(())
    }

    /// Says what is missing, or that nothing is any more.
    fn report_tracks(&self) {
        let dark = self.dark;
        let missing = |meter: &mut super::health::Meter, concern, there: bool, words: &str| {
            if there {
                meter.unwarn(concern);
            } else if !meter.has_warned(concern) {
                meter.warn(concern, words.to_owned());
            }
        };
        self.publisher.meter(|meter| {
            if !dark {
                let words = "There are no pictures, only sound.";
                missing(meter, Concern::Pictures, self.video.in_run, words);
            }
            let words = "There is no sound.";
            missing(meter, Concern::Sound, self.audio.in_run, words);
        });
    }

    /// Ends the run that goes on: what is whole of it is not lost.
    async fn end_run(&mut self) -> Result<()> {
        self.video.in_run = false;
        self.audio.in_run = false;
        if let Some(packager) = self.packager.take() {
            let (parts, _) = packager.finish();
            self.publisher.push(parts).await?;
            self.publisher.end_run()?;
        }
        Ok(())
    }

    /// The encoder says that the broadcast ends here.
    pub async fn end(mut self) {
        // Whoever has been cut off has nothing left to end.
        let _ = self.end_run().await;
        self.publisher.end().await;
    }

    /// The encoder is gone, and may come back.
    pub async fn vanish(mut self) {
        let _ = self.end_run().await;
        self.publisher.vanish();
    }
}
