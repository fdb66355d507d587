//! An encoder that sends while a stage is on the air is one of its guests: it is taken in beside
//! the broadcast, and its pictures and sound go into the programme.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use matinee_media::codec::Codec;
use matinee_media::flv;
use matinee_media::index::MediaKind;
use matinee_media::ts::Muxer;
use tokio::sync::Notify;
use tokio::time::sleep;

use super::atelier::Coded;
use super::decoding::Origin;
use super::source::{Frame, Source};
use super::{Stage, Track};
use crate::broadcast::{self, Broadcasts, Heard, Options, Tracks};
use crate::desk::{Admitted, Desk, OffAir, Refused};

/// How often it is looked whether an encoder has come.
const LOOK: Duration = Duration::from_millis(500);
/// For how long one that has vanished keeps its place.
const GRACE: Duration = Duration::from_secs(3);
/// How much of what it sends is kept: nobody goes back in it.
const KEPT: Duration = Duration::from_secs(6);

/// Nobody is told of what comes in beside a broadcast.
struct Nobody;

#[async_trait]
impl Desk for Nobody {
    async fn admit(&self, _: &str, _: IpAddr) -> Result<Admitted, Refused> {
        Err(Refused::UnknownKey)
    }

    async fn on_air(&self, _: &str) {}

    async fn off_air(&self, _: &str, _: OffAir) {}
}

/// Encoders of a stream come in beside it, until this is dropped.
pub(super) struct Diversion {
    broadcasts: Arc<Broadcasts>,
    stream_id: String,
    aside: Arc<Broadcasts>,
}

impl Diversion {
    pub(super) fn begin(broadcasts: &Arc<Broadcasts>, stream_id: &str) -> Self {
        let options = Options {
            window: KEPT,
            grace: GRACE,
            linger: Duration::ZERO,
            ..*broadcasts.options()
        };
        let aside = Broadcasts::new(Arc::new(Nobody), options);
        broadcasts.divert(stream_id, Some(aside.clone()));
        Self {
            broadcasts: broadcasts.clone(),
            stream_id: stream_id.to_owned(),
            aside,
        }
    }

    pub(super) fn aside(&self) -> Arc<Broadcasts> {
        self.aside.clone()
    }

    /// Whoever came in beside is let go, and may come in as always.
    pub(super) async fn end(self) {
        let aside = self.aside.clone();
        drop(self);
        aside.shut_down().await;
    }
}

impl Drop for Diversion {
    fn drop(&mut self) {
        self.broadcasts.divert(&self.stream_id, None);
    }
}

/// What an encoder shows.
struct Show {
    pictures: Option<(Muxer, Arc<Source>)>,
    /// Sound in Opus is passed on as it is.
    sound: Option<(Option<Muxer>, Arc<Source>)>,
}

impl Show {
    fn of(tracks: &Tracks) -> Self {
        let source = |track| Arc::new(Source::new(track, Arc::new(Notify::new())));
        let pictures = tracks.video.as_ref().and_then(|(codec, config)| {
            let muxer = Muxer::new(Some((*codec, config)), None).ok()?;
            Some((muxer, source(Track::Camera)))
        });
        let sound = tracks.audio.as_ref().and_then(|(codec, config)| {
            let muxer = match codec {
                Codec::Opus => None,
                codec => Some(Muxer::new(None, Some((*codec, config))).ok()?),
            };
            Some((muxer, source(Track::Microphone)))
        });
        Self { pictures, sound }
    }

    fn origins(&self) -> Vec<(Track, Origin)> {
        let pictures = self.pictures.as_ref().map(|(_, source)| {
            let (source, coded) = (source.clone(), Coded::Transport);
            (Track::Camera, Origin { source, coded })
        });
        let sound = self.sound.as_ref().map(|(muxer, source)| {
            let coded = match muxer {
                Some(_) => Coded::Transport,
                None => Coded::WebRtc,
            };
            let source = source.clone();
            (Track::Microphone, Origin { source, coded })
        });
        pictures.into_iter().chain(sound).collect()
    }

    fn frame(&mut self, track: broadcast::Track, time_us: i64, frame: &flv::Frame) {
        let mut out = Vec::new();
        let (source, sync) = match track {
            broadcast::Track::Video => {
                let Some((muxer, source)) = &mut self.pictures else {
                    return;
                };
                muxer.frame(MediaKind::Video, time_us, frame, &mut out);
                (source, frame.sync)
            }
            broadcast::Track::Audio => {
                let Some((muxer, source)) = &mut self.sound else {
                    return;
                };
                match muxer {
                    Some(muxer) => muxer.frame(MediaKind::Audio, time_us, frame, &mut out),
                    None => out.extend_from_slice(&frame.data),
                }
                (source, true)
            }
        };
        source.push(&Arc::new(Frame {
            data: out.into(),
            ticks: 0,
            at: Instant::now(),
            sync,
        }));
    }
}

/// Puts the encoder into the programme whenever one is there. Never ends by itself.
pub(super) async fn watch(stage: Arc<Stage>, aside: Arc<Broadcasts>) {
    loop {
        let found = aside.get(stage.stream_id());
        let Some(mut tap) = found.and_then(|broadcast| broadcast.tap()) else {
            sleep(LOOK).await;
            continue;
        };
        let mut show = None;
        while let Some(heard) = tap.next().await {
            match heard {
                Heard::Run(tracks) => {
                    let now = show.insert(Show::of(&tracks));
                    stage.set_encoder(now.origins());
                }
                Heard::Frame {
                    track,
                    time_us,
                    frame,
                } => {
                    if let Some(show) = &mut show {
                        show.frame(track, time_us, &frame);
                    }
                }
                Heard::Cut(_) => {}
                // The run that goes on may have begun in the gap.
                Heard::Gap => break,
            }
        }
        stage.set_encoder(Vec::new());
    }
}
