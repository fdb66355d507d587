//! Pulls from RTMP servers, as players do (Adobe RTMP 1.0 §7.2).

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use matinee_media::flv::{Tag, TagKind};
use rtmp_runtime::amf0::{Amf0Value, Command};
use rtmp_runtime::chunk::{ChunkAssembler, ChunkWriter, Message};
use rtmp_runtime::message::{ProtocolControl, msg_type};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::Means;
use super::address::Address;
use super::intake::Intake;
use crate::again::Stop;

/// What is read at a time.
const READ: usize = 64 << 10;
/// The largest message that is taken, and what unfinished ones may need together.
const MAX_MESSAGE: usize = 8 << 20;
/// How long the other side may be silent.
const SILENCE: Duration = Duration::from_secs(20);
/// Bytes of a handshake, without the version before it.
const HELLO: usize = 1536;
/// What has come is acknowledged so often, unless the other side says otherwise.
const WINDOW: u32 = 2_500_000;
const COMMANDS: u32 = 3;
/// The transactions.
const CONNECT: f64 = 1.0;
const CREATE: f64 = 2.0;

/// Pulls until the source is lost. Gives back when the server says that it has ended.
pub(super) async fn pull(
    address: &Address,
    means: &Means,
    intake: &mut Intake,
) -> Result<(), Stop> {
    let stream = means.dialer.tcp(&address.host(), address.port()).await?;
    stream.set_nodelay(true)?;
    let (app, name) = address
        .app_and_name()
        .map_err(|error| Stop::Never(error.to_string()))?;
    let mut player = Player {
        stream,
        assembler: ChunkAssembler::new().with_max_in_progress_bytes(MAX_MESSAGE),
        writer: ChunkWriter::new(),
        url: address.url.as_str().to_owned(),
        app,
        name,
        window: WINDOW,
        received: 0,
        acknowledged: 0,
    };
    player.greet().await?;
    player.play(intake).await
}

struct Player {
    stream: TcpStream,
    assembler: ChunkAssembler,
    writer: ChunkWriter,
    url: String,
    app: String,
    name: String,
    window: u32,
    received: u64,
    acknowledged: u64,
}

async fn in_time<T>(doing: impl Future<Output = std::io::Result<T>>) -> Result<T, Stop> {
    match timeout(SILENCE, doing).await {
        Ok(done) => Ok(done?),
        Err(_) => Err(Stop::Again("it was silent for too long".to_owned())),
    }
}

fn text(text: &str) -> Amf0Value {
    Amf0Value::String(text.to_owned())
}

impl Player {
    /// The handshake (§5.2), and the wish to connect.
    async fn greet(&mut self) -> Result<(), Stop> {
        let mut hello = vec![3, 0, 0, 0, 0, 0, 0, 0, 0];
        hello.resize_with(1 + HELLO, rand::random);
        in_time(self.stream.write_all(&hello)).await?;
        let mut answer = vec![0; 1 + 2 * HELLO];
        in_time(self.stream.read_exact(&mut answer)).await?;
        let echo = answer.get(1..=HELLO).unwrap_or_default();
        in_time(self.stream.write_all(echo)).await?;
        let url = self.url.clone();
        let (base, _) = url.rsplit_once('/').unwrap_or((&url, ""));
        let facts = Amf0Value::Object(vec![
            ("app".to_owned(), text(&self.app)),
            ("flashVer".to_owned(), text("LNX 9,0,124,2")),
            ("tcUrl".to_owned(), text(base)),
            ("fpad".to_owned(), Amf0Value::Boolean(false)),
            ("capabilities".to_owned(), Amf0Value::Number(15.0)),
            ("audioCodecs".to_owned(), Amf0Value::Number(4071.0)),
            ("videoCodecs".to_owned(), Amf0Value::Number(252.0)),
            ("videoFunction".to_owned(), Amf0Value::Number(1.0)),
        ]);
        self.command("connect", CONNECT, vec![facts], 0).await
    }

    async fn command(
        &mut self,
        name: &str,
        transaction_id: f64,
        arguments: Vec<Amf0Value>,
        message_stream_id: u32,
    ) -> Result<(), Stop> {
        let command = Command {
            name: name.to_owned(),
            transaction_id,
            arguments,
        };
        let message = Message {
            chunk_stream_id: COMMANDS,
            timestamp: 0,
            message_type_id: msg_type::COMMAND_AMF0,
            message_stream_id,
            payload: command.to_body()?,
        };
        self.say(&message).await
    }

    async fn say(&mut self, message: &Message) -> Result<(), Stop> {
        let bytes = self.writer.write(message)?;
        in_time(self.stream.write_all(&bytes)).await
    }

    async fn play(&mut self, intake: &mut Intake) -> Result<(), Stop> {
        let mut buffer = BytesMut::with_capacity(READ);
        loop {
            buffer.clear();
            if in_time(self.stream.read_buf(&mut buffer)).await? == 0 {
                return Err(Stop::Again("it closed the connection".to_owned()));
            }
            self.received += buffer.len() as u64;
            for message in self.assembler.push(&buffer)? {
                if self.hear(message, intake).await? {
                    return Ok(());
                }
            }
            if self.received - self.acknowledged >= u64::from(self.window / 2) {
                self.acknowledged = self.received;
                let count = u32::try_from(self.received & 0xffff_ffff).unwrap_or(0);
                let told = ProtocolControl::Acknowledgement(count).to_message();
                self.say(&told).await?;
            }
        }
    }

    /// Gives whether the stream has ended.
    async fn hear(&mut self, message: Message, intake: &mut Intake) -> Result<bool, Stop> {
        match ProtocolControl::from_message(&message)? {
            Some(ProtocolControl::SetChunkSize(size)) => self.assembler.set_chunk_size(size),
            Some(ProtocolControl::WindowAckSize(size)) => self.window = size.max(2),
            Some(ProtocolControl::Abort { chunk_stream_id }) => {
                self.assembler.abort(chunk_stream_id);
            }
            Some(_) => {}
            None => return self.hear_more(message, intake).await,
        }
        Ok(false)
    }

    async fn hear_more(&mut self, message: Message, intake: &mut Intake) -> Result<bool, Stop> {
        let kind = match message.message_type_id {
            msg_type::VIDEO => TagKind::Video,
            msg_type::AUDIO => TagKind::Audio,
            msg_type::COMMAND_AMF0 => return self.answer(&message.payload).await,
            msg_type::USER_CONTROL => {
                self.pong(&message.payload).await?;
                return Ok(false);
            }
            _ => return Ok(false),
        };
        if message.payload.is_empty() {
            return Ok(false);
        }
        let tag = Tag {
            kind,
            timestamp_ms: message.timestamp,
            body: Bytes::from(message.payload),
        };
        intake.tag(tag).await?;
        Ok(false)
    }

    /// A ping is answered with what it said (§7.1.7).
    async fn pong(&mut self, payload: &[u8]) -> Result<(), Stop> {
        const PING: [u8; 2] = [0, 6];
        let Some(stamp) = payload.strip_prefix(&PING) else {
            return Ok(());
        };
        let message = Message {
            chunk_stream_id: 2,
            timestamp: 0,
            message_type_id: msg_type::USER_CONTROL,
            message_stream_id: 0,
            payload: [&[0, 7], stamp].concat(),
        };
        self.say(&message).await
    }

    async fn answer(&mut self, payload: &[u8]) -> Result<bool, Stop> {
        let Ok(command) = Command::parse(payload) else {
            return Ok(false);
        };
        match command.name.as_str() {
            "_result" if same(command.transaction_id, CONNECT) => {
                self.command("createStream", CREATE, vec![Amf0Value::Null], 0)
                    .await?;
            }
            "_result" if same(command.transaction_id, CREATE) => {
                let number = command
                    .arguments
                    .iter()
                    .find_map(|argument| match argument {
                        Amf0Value::Number(number) => Some(*number),
                        _ => None,
                    });
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a number of a stream, and what is none becomes one"
                )]
                let stream = number.unwrap_or(1.0).clamp(0.0, 1e6) as u32;
                // Whatever is live.
                let arguments = vec![
                    Amf0Value::Null,
                    text(&self.name),
                    Amf0Value::Number(-1000.0),
                ];
                self.command("play", 0.0, arguments, stream).await?;
            }
            "_error" if !same(command.transaction_id, 0.0) => {
                return Err(Stop::Again(format!("it refused: {}", said(&command))));
            }
            "onStatus" => {
                let code = said(&command);
                if code.starts_with("NetStream.Play.UnpublishNotify")
                    || code.starts_with("NetStream.Play.Stop")
                    || code.starts_with("NetStream.Play.Complete")
                {
                    return Ok(true);
                }
                let failed = ["Failed", "NotFound", "Rejected", "BadName", "Denied"];
                if failed.iter().any(|word| code.contains(word)) {
                    return Err(Stop::Again(format!("it refused: {code}")));
                }
            }
            _ => {}
        }
        Ok(false)
    }
}

fn same(one: f64, other: f64) -> bool {
    (one - other).abs() < 0.5
}

/// The code and the description of an answer.
fn said(command: &Command) -> String {
    let facts = command
        .arguments
        .iter()
        .find_map(|argument| match argument {
            Amf0Value::Object(facts) => Some(facts),
            _ => None,
        });
    let word = |wanted: &str| {
        let mut facts = facts?.iter();
        facts.find_map(|(name, value)| match value {
            Amf0Value::String(value) if name == wanted => Some(value.as_str()),
            _ => None,
        })
    };
    let words = [word("code"), word("description")];
    words.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
