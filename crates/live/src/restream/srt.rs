//! Sends to SRT listeners, as a transport stream.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use matinee_media::{codec::Codec, ts::Muxer};
use tokio::time::timeout;

use super::address::stream_id;
use super::clock::Clock;
use super::line::Line;
use super::state::TargetState;
use crate::again::Stop;
use crate::broadcast::{Heard, Tap, Track};
use crate::srt::{Call, call};

/// Seven packets of a transport stream go into a datagram.
const PAYLOAD: usize = 7 * 188;
/// How long the other side may take nothing.
const WRITE: Duration = Duration::from_secs(10);
/// How long what was handed over has to go out before the goodbye.
const GOODBYE: Duration = Duration::from_millis(300);

/// Sends a line's broadcast until it is over.
pub(super) async fn send(line: &Line) -> Result<(), Stop> {
    let (host, port) = (line.address.host(), line.address.port);
    let found = line.reach(line.means.dialer.addresses(&host, port)).await?;
    let Some(peer) = found.first().copied() else {
        return Err(Stop::Again("it has no address".to_owned()));
    };
    let id = line.key.as_deref().and_then(stream_id).map(str::to_owned);
    let address = &line.address;
    let call = call(peer, id, address.latency_ms, address.passphrase.as_ref());
    let call = line.reach(call).await?;
    let Some(mut tap) = line.broadcast.tap() else {
        return Ok(());
    };
    line.progress.set(TargetState::Sending, None);
    tracing::info!(target = line.target, "a target is sent to");
    let mut sender = Sender {
        line,
        call,
        clock: Clock::default(),
        muxer: None,
        pictures: false,
        waits: true,
        begun: false,
        bytes: BytesMut::new(),
    };
    let outcome = sender.pass_on(&mut tap).await;
    if outcome.is_ok() {
        let _ = sender.flush(true).await;
        tokio::time::sleep(GOODBYE).await;
    }
    outcome
}

struct Sender<'a> {
    line: &'a Line,
    call: Call,
    clock: Clock,
    muxer: Option<Muxer>,
    pictures: bool,
    /// Pictures begin with the next keyframe.
    waits: bool,
    begun: bool,
    bytes: BytesMut,
}

fn borrowed(config: Option<&(Codec, Bytes)>) -> Option<(Codec, &[u8])> {
    config.map(|(codec, config)| (*codec, &config[..]))
}

impl Sender<'_> {
    async fn pass_on(&mut self, tap: &mut Tap) -> Result<(), Stop> {
        loop {
            tokio::select! {
                () = self.line.stop.cancelled() => return Ok(()),
                gone = self.call.socket.recv() => {
                    if !matches!(gone, Ok(Some(_))) {
                        let why = self.call.trouble().unwrap_or("it closed the connection");
                        return Err(Stop::Again(why.to_owned()));
                    }
                }
                heard = tap.next() => match heard {
                    None => return Ok(()),
                    Some(Heard::Gap) => self.waits = true,
                    Some(Heard::Cut(_)) => {}
                    Some(Heard::Run(tracks)) => {
                        self.clock.renew();
                        self.waits = true;
                        self.pictures = tracks.video.is_some();
                        let video = borrowed(tracks.video.as_ref());
                        let audio = borrowed(tracks.audio.as_ref());
                        match &mut self.muxer {
                            Some(muxer) => muxer.renew(video, audio)?,
                            None => self.muxer = Some(Muxer::new(video, audio)?),
                        }
                    }
                    Some(Heard::Frame { track, time_us, frame }) => {
                        match track {
                            Track::Video if self.waits && !frame.sync => continue,
                            Track::Video => self.waits = false,
                            Track::Audio if self.pictures && !self.begun => continue,
                            Track::Audio => {}
                        }
                        self.begun = true;
                        let at = self.clock.time(time_us);
                        let mut out = Vec::new();
                        if let Some(muxer) = &mut self.muxer {
                            muxer.frame(track.into(), at, &frame, &mut out);
                        }
                        self.bytes.extend_from_slice(&out);
                        self.flush(false).await?;
                    }
                },
            }
        }
    }

    async fn flush(&mut self, all: bool) -> Result<(), Stop> {
        while self.bytes.len() >= PAYLOAD || (all && !self.bytes.is_empty()) {
            let len = self.bytes.len().min(PAYLOAD);
            let payload = self.bytes.split_to(len).freeze();
            match timeout(WRITE, self.call.socket.send_bytes(payload)).await {
                Ok(sent) => sent?,
                Err(_) => return Err(Stop::Again("it took nothing for too long".to_owned())),
            }
            self.line.progress.sent(len);
        }
        Ok(())
    }
}
