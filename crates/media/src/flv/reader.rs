//! Cutting a stream of bytes into tags (FLV 10.1 §E.2–E.4).

use bytes::{Buf as _, Bytes, BytesMut};

use crate::error::{MediaError, Result};

/// The largest tag that is taken, in bytes. A keyframe of a 100 Mbit/s stream has some three.
pub const MAX_TAG_SIZE: u32 = 16 << 20;

/// The bytes of a tag before its body.
const TAG_HEADER: usize = 11;
/// The length of the tag before, which stands after each tag.
const BACK_POINTER: usize = 4;

/// What a tag is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagKind {
    /// Sound: see [`audio`](super::audio).
    Audio,
    /// Pictures: see [`video`](super::video).
    Video,
    /// Data in AMF, such as `onMetaData`.
    Script,
}

/// One tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// What it is about.
    pub kind: TagKind,
    /// The decoding time in milliseconds. It wraps after 49.7 days.
    pub timestamp_ms: u32,
    /// What follows its header.
    pub body: Bytes,
}

/// Reads tags from bytes that come in pieces of any length.
///
/// It holds at most one unfinished tag: feed it no more than a network read at a time, and take
/// all tags out before feeding it again.
#[derive(Debug, Default)]
pub struct Reader {
    buffer: BytesMut,
    begun: bool,
    /// What is still to be passed over before the next tag.
    skip: usize,
}

impl Reader {
    /// A reader at the beginning of a stream, with or without a file header.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in bytes.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole tag, or `None` until more has come.
    ///
    /// Errors: [`MediaError::TooLarge`] for a tag beyond [`MAX_TAG_SIZE`],
    /// [`MediaError::Malformed`] for a tag of a kind that does not exist, which means that the
    /// reader has lost its place; the stream cannot be read on.
    pub fn next_tag(&mut self) -> Result<Option<Tag>> {
        loop {
            let passed = self.skip.min(self.buffer.len());
            self.buffer.advance(passed);
            self.skip -= passed;
            if self.skip > 0 {
                return Ok(None);
            }
            if !self.begun {
                if self.buffer.len() < 9
                    && b"FLV".starts_with(&self.buffer[..self.buffer.len().min(3)])
                {
                    return Ok(None);
                }
                self.begun = true;
                if self.buffer.starts_with(b"FLV") {
                    let header = u32::from_be_bytes([
                        self.buffer[5],
                        self.buffer[6],
                        self.buffer[7],
                        self.buffer[8],
                    ]);
                    if !(9..=1024).contains(&header) {
                        return Err(MediaError::malformed("FLV header", "its length is absurd"));
                    }
                    self.skip = header as usize + BACK_POINTER;
                    continue;
                }
            }
            if self.buffer.len() < TAG_HEADER {
                return Ok(None);
            }
            let head = &self.buffer[..TAG_HEADER];
            let size = u32::from_be_bytes([0, head[1], head[2], head[3]]);
            if size > MAX_TAG_SIZE {
                return Err(MediaError::TooLarge {
                    what: "FLV tag",
                    size: size.into(),
                    limit: MAX_TAG_SIZE.into(),
                });
            }
            let whole = TAG_HEADER + size as usize;
            if self.buffer.len() < whole {
                return Ok(None);
            }
            // The eighth byte holds the highest bits of the timestamp.
            let timestamp_ms = u32::from_be_bytes([head[7], head[4], head[5], head[6]]);
            // Five bits are the kind; above them is the mark of an encrypted tag.
            let kind = match head[0] {
                8 => TagKind::Audio,
                9 => TagKind::Video,
                18 => TagKind::Script,
                _ => return Err(MediaError::malformed("FLV tag", "its kind does not exist")),
            };
            let mut tag = self.buffer.split_to(whole);
            tag.advance(TAG_HEADER);
            self.skip = BACK_POINTER;
            return Ok(Some(Tag {
                kind,
                timestamp_ms,
                body: tag.freeze(),
            }));
        }
    }
}
