//! As much of HTTP/1.1 as the players here need: one request at a time on a connection that
//! stays, and answers whose length is told or that are chunked.

use std::io::{ErrorKind, Read, Write};

use mio::net::TcpStream;

use crate::Done;

/// A connection.
pub struct Link {
    pub stream: TcpStream,
    host: String,
    head: Vec<u8>,
    body: Body,
}

/// How far an answer has been read.
enum Body {
    /// Nothing is asked for, or the head has not been read yet.
    Head,
    /// So many bytes are to come; what has come is kept if there is a place for it.
    Sized { left: usize, size: usize },
    /// Until its last chunk.
    Chunked,
}

/// An answer.
pub struct Answer {
    pub status: u16,
    /// How many bytes it had.
    pub size: usize,
    /// Them, if they were wanted.
    pub text: Vec<u8>,
}

/// What of an answer has come so far.
#[derive(Default)]
pub struct Coming {
    status: u16,
    text: Vec<u8>,
    /// Whether the text is wanted.
    pub keep: bool,
}

impl Link {
    pub fn new(stream: TcpStream, host: &str) -> Self {
        Self {
            stream,
            host: host.to_owned(),
            head: Vec::new(),
            body: Body::Head,
        }
    }

    /// Asks for a path. `fields` are more lines of the head, each with its end.
    pub fn ask(&mut self, path: &str, fields: &str) -> Done {
        let host = &self.host;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n");
        self.stream.write_all(request.as_bytes())?;
        Ok(())
    }

    /// Reads what there is; an answer once it is whole.
    pub fn read(&mut self, scratch: &mut [u8], coming: &mut Coming) -> Done<Option<Answer>> {
        loop {
            let read = match self.stream.read(scratch) {
                Ok(0) => return Err("a connection was closed".into()),
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            if let Some(answer) = self.take(&scratch[..read], coming)? {
                return Ok(Some(answer));
            }
            if read < scratch.len() {
                // The next byte is another event.
                return Ok(None);
            }
        }
    }

    fn take(&mut self, mut bytes: &[u8], coming: &mut Coming) -> Done<Option<Answer>> {
        if matches!(self.body, Body::Head) {
            self.head.extend_from_slice(bytes);
            let Some(end) = self.head.windows(4).position(|four| four == b"\r\n\r\n") else {
                return Ok(None);
            };
            let rest = self.head.len() - (end + 4);
            bytes = &bytes[bytes.len() - rest..];
            let head = String::from_utf8_lossy(&self.head[..end]).to_ascii_lowercase();
            let status = head.split(' ').nth(1).unwrap_or_default();
            coming.status = status.parse().map_err(|_| "this is no HTTP")?;
            let field = |name: &str| {
                let mut lines = head.lines().filter_map(|line| line.split_once(':'));
                lines
                    .find(|(field, _)| *field == name)
                    .map(|(_, value)| value.trim())
            };
            self.body = match field("content-length") {
                Some(length) => {
                    let size = length.parse()?;
                    Body::Sized { left: size, size }
                }
                None if field("transfer-encoding") == Some("chunked") => Body::Chunked,
                None => return Err("an answer does not say how long it is".into()),
            };
            self.head.clear();
        }
        let size = match &mut self.body {
            Body::Head => return Ok(None),
            Body::Sized { left, size } => {
                *left = left
                    .checked_sub(bytes.len())
                    .ok_or("too much was answered")?;
                if coming.keep {
                    coming.text.extend_from_slice(bytes);
                }
                if *left > 0 {
                    return Ok(None);
                }
                *size
            }
            Body::Chunked => {
                coming.text.extend_from_slice(bytes);
                let empty = coming.text == b"0\r\n\r\n";
                if !empty && !coming.text.ends_with(b"\r\n0\r\n\r\n") {
                    return Ok(None);
                }
                coming.text = joined(&coming.text);
                coming.text.len()
            }
        };
        self.body = Body::Head;
        Ok(Some(Answer {
            status: coming.status,
            size,
            text: std::mem::take(&mut coming.text),
        }))
    }
}

/// The bytes of all chunks.
fn joined(mut chunked: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(chunked.len());
    while let Some(end) = chunked.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&chunked[..end]).unwrap_or("0");
        let size = usize::from_str_radix(size.split(';').next().unwrap_or("0"), 16).unwrap_or(0);
        let Some(chunk) = chunked.get(end + 2..end + 2 + size).filter(|_| size > 0) else {
            break;
        };
        out.extend_from_slice(chunk);
        chunked = chunked.get(end + 4 + size..).unwrap_or_default();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined() {
        assert_eq!(
            joined(b"5\r\nhello\r\n6;x=y\r\n there\r\n0\r\n\r\n"),
            b"hello there"
        );
        assert_eq!(joined(b"0\r\n\r\n"), b"");
    }
}
