//! A peer that publishes (WHIP, RFC 9725).

use std::sync::Arc;
use std::time::{Duration, Instant, UNIX_EPOCH};

use bytes::Bytes;
use matinee_media::MediaError;
use matinee_media::byte_stream::{ByteStream, Picture};
use matinee_media::codec::Codec;
use matinee_media::flv::{Content, Frame, Packet};
use matinee_media::index::MediaKind;
use matinee_media::ts;
use str0m::Event;
use str0m::format;
use str0m::media::{KeyframeRequestKind, MediaData, Mid};
use str0m::rtp::rtcp::SenderInfo;
use tokio_util::sync::CancellationToken;

use super::clock::{Clocks, Report, Stamp};
use super::keyframes::Keyframes;
use super::peer::{Ended, Peer};
use crate::LiveError;
use crate::broadcast::{Broadcasts, Feed, Track};
use crate::desk::Admitted;

/// What decoders of Opus are told (RFC 7845 §5.1): two channels at 48 kHz, as all of WebRTC
/// (RFC 7587 §4.1), and nothing to be left out at the beginning.
const OPUS_HEAD: &[u8] = b"OpusHead\x01\x02\x00\x00\x80\xbb\x00\x00\x00\x00\x00";

/// The tracks of a peer.
struct Tracks {
    began: Instant,
    clocks: Clocks,
    pictures: ByteStream,
    keyframes: Keyframes,
    /// The pictures' place in the session.
    video: Option<Mid>,
    audio: Option<Mid>,
    has_sound: bool,
    last_picture_us: Option<i64>,
    back: bool,
    events: Vec<ts::Event>,
}

/// Serves a publisher until it goes, or has to. It takes the stream over as soon as it is
/// connected.
pub(super) async fn serve(
    mut peer: Peer,
    admitted: Admitted,
    broadcasts: Arc<Broadcasts>,
    stop: CancellationToken,
) {
    let stream = admitted.stream_id.clone();
    let every = Duration::from_millis(broadcasts.options().packaging.segment_ms.into());
    let mut tracks = Tracks::new(every);
    let mut wish = (Some((broadcasts, admitted)), None);
    let outcome = tokio::select! {
        outcome = run(&mut peer, &mut tracks, &mut wish) => outcome,
        () = stop.cancelled() => Ok(()),
    };
    if let Err(error) = &outcome {
        tracing::debug!(%stream, %error, "an encoder was let go");
    }
    let (_, feed) = wish;
    if let Some(feed) = feed {
        if outcome.is_ok() && !stop.is_cancelled() {
            feed.end().await;
        } else {
            feed.vanish().await;
        }
    }
    peer.bye().await;
}

/// What a session begins with, and what becomes of it.
type Wish = (Option<(Arc<Broadcasts>, Admitted)>, Option<Feed>);

/// Runs until the peer says that the broadcast ends here.
async fn run(peer: &mut Peer, tracks: &mut Tracks, wish: &mut Wish) -> Result<(), Ended> {
    loop {
        for event in peer.drain().await? {
            match event {
                Event::Connected => {
                    if let Some((broadcasts, admitted)) = wish.0.take() {
                        tracing::info!(
                            stream = admitted.stream_id,
                            protocol = "whip",
                            "an encoder is there"
                        );
                        wish.1 = Some(Feed::new(broadcasts.publish(admitted, "whip")));
                    }
                }
                Event::MediaData(data) => tracks.take(&data),
                _ => {}
            }
        }
        let Some(feed) = &mut wish.1 else {
            let step = peer.wait(None).await;
            if !peer.take(step)? {
                return Ok(());
            }
            continue;
        };
        for event in tracks.events.drain(..) {
            feed.event(event).await?;
        }
        let broadcast = feed.publisher().broadcast().clone();
        let asks = tracks.ask(peer, Instant::now());
        let step = tokio::select! {
            step = peer.wait(if asks { Some(Instant::now()) } else { tracks.due() }) => step,
            () = broadcast.keyframe_wanted() => {
                tracks.keyframes.want();
                continue;
            }
            () = feed.publisher().is_cut_off() => return Err(LiveError::TakenOver.into()),
        };
        if !peer.take(step)? {
            return Ok(());
        }
    }
}

impl Tracks {
    fn new(segment: Duration) -> Self {
        Self {
            began: Instant::now(),
            clocks: Clocks::new(),
            pictures: ByteStream::new(Codec::Avc),
            keyframes: Keyframes::new(segment),
            video: None,
            audio: None,
            has_sound: false,
            last_picture_us: None,
            back: false,
            events: Vec::new(),
        }
    }

    /// Takes a frame. The first track of each kind is shown.
    fn take(&mut self, data: &MediaData) {
        let track = match data.params.spec().codec {
            format::Codec::H264 => Track::Video,
            format::Codec::Opus => Track::Audio,
            _ => return,
        };
        let known = match track {
            Track::Video => &mut self.video,
            Track::Audio => &mut self.audio,
        };
        if *known.get_or_insert(data.mid) != data.mid {
            return;
        }
        let arrival = data.network_time.saturating_duration_since(self.began);
        let time_us = self.clocks.time(
            track,
            Stamp {
                rtp: data.time.numer(),
                arrival_us: i64::try_from(arrival.as_micros()).unwrap_or(i64::MAX),
                report: data.last_sender_info.as_ref().map(report),
            },
        );
        match track {
            Track::Video => self.picture(data, time_us),
            Track::Audio => self.sound(data, time_us),
        }
    }

    fn picture(&mut self, data: &MediaData, time_us: i64) {
        let kind = MediaKind::Video;
        if !data.contiguous {
            self.keyframes.lose();
        }
        let picture = match self.pictures.take(&data.data) {
            Ok(Some(picture)) => picture,
            Ok(None) => return,
            Err(error) => {
                self.keyframes.lose();
                self.events.push(ts::Event::Refused { kind, error });
                return;
            }
        };
        let Picture { config, data, sync } = picture;
        if self.last_picture_us.is_some_and(|last| time_us <= last) && !sync {
            // WebRTC does not say in which order pictures are decoded that are shown in another.
            if !std::mem::replace(&mut self.back, true) {
                let error = MediaError::Malformed {
                    what: "stream",
                    why: "its pictures go back in time: turn B-frames off",
                };
                self.events.push(ts::Event::Refused { kind, error });
            }
            return;
        }
        if let Some(config) = config {
            self.push(kind, time_us, Codec::Avc, Content::Config(config.into()));
        }
        if !self.keyframes.picture(sync, Instant::now()) {
            return;
        }
        self.last_picture_us = Some(time_us);
        let frame = Frame {
            data: data.into(),
            composition_ms: 0,
            sync,
        };
        self.push(kind, time_us, Codec::Avc, Content::Frame(frame));
    }

    fn sound(&mut self, data: &MediaData, time_us: i64) {
        let kind = MediaKind::Audio;
        if data.data.is_empty() {
            return;
        }
        if !std::mem::replace(&mut self.has_sound, true) {
            let head = Bytes::from_static(OPUS_HEAD);
            self.push(kind, time_us, Codec::Opus, Content::Config(head));
        }
        let frame = Frame {
            data: Bytes::copy_from_slice(&data.data),
            composition_ms: 0,
            sync: true,
        };
        self.push(kind, time_us, Codec::Opus, Content::Frame(frame));
    }

    fn push(&mut self, kind: MediaKind, time_us: i64, codec: Codec, content: Content) {
        self.events.push(ts::Event::Packet {
            kind,
            time_us,
            packet: Packet {
                track: 0,
                codec,
                content,
                offset_ns: 0,
            },
        });
    }

    /// When a keyframe is to be asked for; none if there are no pictures.
    fn due(&self) -> Option<Instant> {
        self.video?;
        Some(self.keyframes.due().unwrap_or_else(Instant::now))
    }

    /// Asks for a keyframe if one is needed. Gives whether something is to be sent.
    fn ask(&mut self, peer: &mut Peer, now: Instant) -> bool {
        let Some(mid) = self.video else { return false };
        if !self.keyframes.ask(now) {
            return false;
        }
        let Some(mut writer) = peer.rtc.writer(mid) else {
            return false;
        };
        // Before its first packet there is nobody to ask.
        writer
            .request_keyframe(None, KeyframeRequestKind::Pli)
            .is_ok()
    }
}

/// What a sender report says.
fn report(info: &SenderInfo) -> Report {
    let wall = info.ntp_time.duration_since(UNIX_EPOCH);
    let wall_us = match wall {
        Ok(after) => i64::try_from(after.as_micros()).unwrap_or(i64::MAX),
        Err(before) => -i64::try_from(before.duration().as_micros()).unwrap_or(i64::MAX),
    };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the low 32 bits are what was sent"
    )]
    let rtp = info.rtp_time.numer() as u32;
    Report { wall_us, rtp }
}
