//! What an RTMP peer says, and what it is told: bytes in, bytes and events out.
//!
//! The protocol itself (handshake, chunks, AMF) is the work of `rtmp-runtime`; this is the one
//! place that knows it by name.

use bytes::Bytes;
use matinee_media::flv::{Reader, Tag};
use rtmp_runtime::{
    RtmpError,
    amf0::{Amf0Value, Command},
    chunk::{ChunkWriter, Message},
    message::msg_type,
    server::{ServerConfig, ServerEvent, ServerSession},
};

/// The chunk size that we announce and write with.
const CHUNK_SIZE: u32 = 4096;
/// The largest message that is taken, and what unfinished ones may need together.
const MAX_MESSAGE: usize = 8 << 20;
/// The longest key that is looked up.
const MAX_KEY: usize = 256;
/// The chunk stream on which commands are answered.
const COMMANDS: u32 = 3;
/// The message stream that `createStream` gives.
const STREAM: u32 = 1;

/// Why a peer is let go.
#[derive(Debug, thiserror::Error)]
pub(super) enum PeerError {
    /// It does not speak RTMP, or not for long.
    #[error(transparent)]
    Rtmp(#[from] RtmpError),
    /// What it sends as media is none.
    #[error(transparent)]
    Media(#[from] matinee_media::MediaError),
}

/// What a peer has said.
pub(super) enum Event {
    /// It wants to publish with this key. Until that is granted, nothing of the reply is to be
    /// written.
    Publish(String),
    /// Media.
    Tag(Tag),
    /// The broadcast ends here.
    End,
}

impl std::fmt::Debug for Event {
    /// Without the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Publish(_) => f.write_str("Publish(…)"),
            Self::Tag(tag) => write!(f, "Tag({:?}, {} bytes)", tag.kind, tag.body.len()),
            Self::End => f.write_str("End"),
        }
    }
}

/// The server's side of a connection.
pub(super) struct Session {
    rtmp: ServerSession,
    flv: Reader,
}

impl Session {
    pub(super) fn new() -> Self {
        let config = ServerConfig::default()
            .with_chunk_size(CHUNK_SIZE)
            .with_max_in_progress_bytes(MAX_MESSAGE);
        Self {
            rtmp: ServerSession::new(config),
            flv: Reader::new(),
        }
    }

    /// Takes what has been read. Gives what is to be written, and what was said.
    pub(super) fn take(&mut self, read: &[u8]) -> Result<(Bytes, Vec<Event>), PeerError> {
        let (reply, said) = self.rtmp.handle_data(read)?;
        let mut events = Vec::with_capacity(said.len());
        for event in said {
            match event {
                ServerEvent::Publish {
                    app, stream_key, ..
                } => events.push(Event::Publish(key(&app, &stream_key))),
                ServerEvent::Media { flv } => {
                    self.flv.feed(&flv);
                    while let Some(tag) = self.flv.next_tag()? {
                        events.push(Event::Tag(tag));
                    }
                }
                ServerEvent::Eof => events.push(Event::End),
                _ => {}
            }
        }
        Ok((reply.into(), events))
    }
}

/// What is told to a peer that may not publish: written in the place of the reply.
pub(super) fn refusal(why: &str) -> Result<Bytes, PeerError> {
    let text = |text: &str| Amf0Value::String(text.to_owned());
    let command = Command {
        name: "onStatus".to_owned(),
        transaction_id: 0.0,
        arguments: vec![
            Amf0Value::Null,
            Amf0Value::Object(vec![
                ("level".to_owned(), text("error")),
                ("code".to_owned(), text("NetStream.Publish.BadName")),
                ("description".to_owned(), text(why)),
            ]),
        ],
    };
    let message = Message {
        chunk_stream_id: COMMANDS,
        timestamp: 0,
        message_type_id: msg_type::COMMAND_AMF0,
        message_stream_id: STREAM,
        payload: command.to_body()?,
    };
    let mut writer = ChunkWriter::new();
    writer.set_chunk_size(CHUNK_SIZE);
    Ok(writer.write(&message)?.into())
}

/// The stream key: the name that is published, or the application's when that is all there is
/// (`rtmp://host/key`). What follows a question mark is not part of it.
fn key(app: &str, name: &str) -> String {
    let plain = |text: &str| {
        let text = text.split('?').next().unwrap_or_default();
        text.trim_matches('/').to_owned()
    };
    let mut key = plain(name);
    if key.is_empty() {
        key = plain(app);
    }
    if key.len() > MAX_KEY {
        // No key is so long: whatever it is, it is unknown.
        key.clear();
    }
    key
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("live", "abc", "abc")]
    #[case("live", "abc?bandwidthtest=1", "abc")]
    #[case("abc", "", "abc")]
    #[case("abc/", "", "abc")]
    #[case("live", "/abc", "abc")]
    #[case("", "", "")]
    fn the_key_is_found(#[case] app: &str, #[case] name: &str, #[case] wanted: &str) {
        assert_eq!(key(app, name), wanted);
        assert_eq!(key("live", &"k".repeat(300)), "");
    }
}
