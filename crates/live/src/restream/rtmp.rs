//! Sends to RTMP servers.

use std::time::Duration;

use bytes::BytesMut;
use matinee_media::flv;
use rtmp_runtime::amf0::{Amf0Value, Command};
use rtmp_runtime::chunk::{ChunkWriter, Message};
use rtmp_runtime::client::{ClientConfig, ClientEvent, ClientSession};
use rtmp_runtime::message::msg_type;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

use super::clock::Clock;
use super::line::{Line, SETUP};
use super::state::TargetState;
use crate::again::Stop;
use crate::broadcast::{Heard, Tap, Track, Tracks};

/// What is read at a time.
const READ: usize = 16 << 10;
/// How long the other side may take nothing.
const WRITE: Duration = Duration::from_secs(10);
/// The largest message that is taken.
const MAX_MESSAGE: usize = 1 << 20;
/// How long the other side has to take the goodbye.
const GOODBYE: Duration = Duration::from_secs(2);
/// The chunk stream of commands.
const COMMANDS: u32 = 3;

/// Sends a line's broadcast until it is over.
pub(super) async fn send<S>(line: &Line, mut io: S) -> Result<(), Stop>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let key = line.key.as_deref().unwrap_or_default();
    let mut config = ClientConfig::default();
    config.app.clone_from(&line.address.app);
    config.tc_url = Some(line.address.text().to_owned());
    key.clone_into(&mut config.stream_key);
    config.max_in_progress_bytes = MAX_MESSAGE;
    let mut session = ClientSession::new(config);
    let setup = line.reach(async {
        timeout(SETUP, set_up(&mut io, &mut session))
            .await
            .map_err(|_| Stop::Again("it took too long to answer".to_owned()))?
    });
    setup.await?;
    let Some(mut tap) = line.broadcast.tap() else {
        return Ok(());
    };
    line.progress.set(TargetState::Sending, None);
    tracing::info!(target = line.target, "a target is sent to");
    let mut sender = Sender {
        line,
        session,
        io,
        clock: Clock::default(),
        tracks: None,
        waits: true,
        begun: false,
    };
    let outcome = sender.pass_on(&mut tap).await;
    if outcome.is_ok() {
        let _ = timeout(GOODBYE, sender.goodbye(key)).await;
    }
    outcome
}

/// Shakes hands, until the other side wants media.
async fn set_up<S>(io: &mut S, session: &mut ClientSession) -> Result<(), Stop>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    io.write_all(&session.start()).await?;
    let mut buffer = BytesMut::with_capacity(READ);
    while !session.is_publishing() {
        buffer.clear();
        if io.read_buf(&mut buffer).await? == 0 {
            return Err(Stop::Again(
                "it closed the connection: the key may be wrong".to_owned(),
            ));
        }
        let (reply, events) = session.handle_data(&buffer)?;
        io.write_all(&reply).await?;
        judge(events)?;
    }
    Ok(())
}

fn judge(events: Vec<ClientEvent>) -> Result<(), Stop> {
    for event in events {
        match event {
            ClientEvent::Error { code, description } => {
                return Err(Stop::Again(format!("it refused: {code} {description}")));
            }
            ClientEvent::Closed => return Err(Stop::Again("it closed the stream".to_owned())),
            _ => {}
        }
    }
    Ok(())
}

struct Sender<'a, S> {
    line: &'a Line,
    session: ClientSession,
    io: S,
    clock: Clock,
    tracks: Option<std::sync::Arc<Tracks>>,
    /// Pictures begin with the next keyframe.
    waits: bool,
    /// Whether anything was sent.
    begun: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Sender<'_, S> {
    /// Until the broadcast is over, or nothing more is wanted.
    async fn pass_on(&mut self, tap: &mut Tap) -> Result<(), Stop> {
        let mut buffer = BytesMut::with_capacity(READ);
        loop {
            buffer.clear();
            tokio::select! {
                () = self.line.stop.cancelled() => return Ok(()),
                read = self.io.read_buf(&mut buffer) => {
                    if read? == 0 {
                        return Err(Stop::Again("it closed the connection".to_owned()));
                    }
                    let (reply, events) = self.session.handle_data(&buffer)?;
                    self.write(&reply).await?;
                    judge(events)?;
                }
                heard = tap.next() => match heard {
                    None => return Ok(()),
                    Some(Heard::Gap) => self.waits = true,
                    Some(Heard::Cut(_)) => {}
                    Some(Heard::Run(tracks)) => self.run(tracks).await?,
                    Some(Heard::Frame { track, time_us, frame }) => {
                        self.frame(track, time_us, &frame).await?;
                    }
                },
            }
        }
    }

    async fn run(&mut self, tracks: std::sync::Arc<Tracks>) -> Result<(), Stop> {
        self.clock.renew();
        self.waits = true;
        if !self.begun {
            let told = self.session.send_metadata(&self.facts())?;
            self.write(&told).await?;
        }
        for (track, config) in [(Track::Video, &tracks.video), (Track::Audio, &tracks.audio)] {
            if let Some((codec, config)) = config {
                let body = flv::config_tag(*codec, config)?;
                let at = self.clock.now();
                self.tag(track, at, &body).await?;
            }
        }
        self.tracks = Some(tracks);
        Ok(())
    }

    /// What players of before want to know first.
    fn facts(&self) -> Vec<(String, Amf0Value)> {
        let health = self.line.broadcast.health();
        let number = |name: &str, value: Option<f64>| {
            value.map(|value| (name.to_owned(), Amf0Value::Number(value)))
        };
        let mut facts: Vec<(String, Amf0Value)> = [
            number("width", health.width.map(f64::from)),
            number("height", health.height.map(f64::from)),
            number("framerate", health.frame_rate),
        ]
        .into_iter()
        .flatten()
        .collect();
        let encoder = Amf0Value::String("Matinee".to_owned());
        facts.push(("encoder".to_owned(), encoder));
        facts
    }

    async fn frame(&mut self, track: Track, time_us: i64, frame: &flv::Frame) -> Result<(), Stop> {
        let Some(tracks) = &self.tracks else {
            return Ok(());
        };
        let config = match track {
            Track::Video => &tracks.video,
            Track::Audio => &tracks.audio,
        };
        let Some((codec, _)) = config else {
            return Ok(());
        };
        let pictures = tracks.video.is_some();
        match track {
            Track::Video if self.waits && !frame.sync => return Ok(()),
            Track::Video => self.waits = false,
            // Nothing is heard before something is seen.
            Track::Audio if pictures && !self.begun => return Ok(()),
            Track::Audio => {}
        }
        let body = flv::frame_tag(*codec, frame)?;
        self.begun = true;
        let at = self.clock.time(time_us);
        self.tag(track, at, &body).await
    }

    async fn tag(&mut self, track: Track, at_us: i64, body: &[u8]) -> Result<(), Stop> {
        // Timestamps have 32 bits, and wrap.
        let at = u32::try_from((at_us / 1000) & 0xffff_ffff).unwrap_or(0);
        let bytes = match track {
            Track::Video => self.session.send_video(at, body)?,
            Track::Audio => self.session.send_audio(at, body)?,
        };
        self.write(&bytes).await?;
        self.line.progress.sent(bytes.len());
        Ok(())
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        if bytes.is_empty() {
            return Ok(());
        }
        match timeout(WRITE, self.io.write_all(bytes)).await {
            Ok(written) => Ok(written?),
            Err(_) => Err(Stop::Again("it took nothing for too long".to_owned())),
        }
    }

    /// Says that the broadcast ends here.
    async fn goodbye(&mut self, key: &str) -> Result<(), Stop> {
        let commands = [
            ("FCUnpublish", Amf0Value::String(key.to_owned())),
            ("deleteStream", Amf0Value::Number(1.0)),
        ];
        for (name, argument) in commands {
            let command = Command {
                name: name.to_owned(),
                transaction_id: 0.0,
                arguments: vec![Amf0Value::Null, argument],
            };
            let message = Message {
                chunk_stream_id: COMMANDS,
                timestamp: 0,
                message_type_id: msg_type::COMMAND_AMF0,
                message_stream_id: 0,
                payload: command.to_body()?,
            };
            let bytes = ChunkWriter::new().write(&message)?;
            self.io.write_all(&bytes).await?;
        }
        Ok(self.io.shutdown().await?)
    }
}
