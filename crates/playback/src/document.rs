//! Texts that players fetch: playlists, manifests, cues.

use std::io::Write as _;

use bytes::{Bytes, BytesMut};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

/// Stands for the token in the text that a writer makes. Of the private use
/// area: writers take it for a letter, and nobody writes with it. (A title that
/// held it would show its viewer their own token.)
const MARK: &str = "\u{e000}";
/// Texts below this are not worth a gzip header.
const WORTH_GZIP: usize = 200;

/// A text in the forms in which it is served: plain and compressed for
/// everybody, and with a token in every address for one viewer.
#[derive(Debug)]
pub struct Document {
    content_type: &'static str,
    plain: Bytes,
    etag: String,
    gzip: Option<Bytes>,
    /// The text for a viewer, cut where the token goes; empty if the text
    /// holds no addresses.
    pieces: Vec<Bytes>,
}

impl Document {
    /// A document whose writer takes the query (`""` or `?token=…`) that every
    /// address in it ends with.
    ///
    /// Compresses, and so takes milliseconds for a long one: keep it off the
    /// runtime.
    pub fn new<E>(
        content_type: &'static str,
        write: impl Fn(&str) -> Result<String, E>,
    ) -> Result<Self, E> {
        let mut document = Self::fixed(content_type, write("")?);
        let marked = write(&format!("?token={MARK}"))?;
        if marked.as_bytes() != document.plain {
            document.pieces = pieces(marked);
        }
        Ok(document)
    }

    /// A document without addresses.
    pub fn fixed(content_type: &'static str, text: impl Into<Bytes>) -> Self {
        let plain = text.into();
        Self {
            content_type,
            etag: etag(&plain),
            gzip: (plain.len() >= WORTH_GZIP).then(|| compress(&plain, Compression::best())),
            plain,
            pieces: Vec::new(),
        }
    }

    /// Its media type.
    pub fn content_type(&self) -> &'static str {
        self.content_type
    }

    /// The strong entity tag, with its quotes, of the plain or compressed text.
    /// The compressed form is another sequence of bytes and so has another tag.
    pub fn etag(&self, gzip: bool) -> String {
        if gzip {
            format!("\"{}-gz\"", self.etag)
        } else {
            format!("\"{}\"", self.etag)
        }
    }

    /// The text for everybody.
    pub fn plain(&self) -> Bytes {
        self.plain.clone()
    }

    /// The compressed text for everybody; `None` if it is too short to gain by it.
    pub fn gzip(&self) -> Option<Bytes> {
        self.gzip.clone()
    }

    /// Whether it holds addresses, which a token can be added to.
    pub fn has_addresses(&self) -> bool {
        !self.pieces.is_empty()
    }

    /// The text for the holder of this token, which is of the alphabet of
    /// URL-safe base 64.
    pub fn with_token(&self, token: &str) -> Bytes {
        let Some((last, rest)) = self.pieces.split_last() else {
            return self.plain();
        };
        let length: usize = self.pieces.iter().map(Bytes::len).sum();
        let mut text = BytesMut::with_capacity(length + rest.len() * token.len());
        for piece in rest {
            text.extend_from_slice(piece);
            text.extend_from_slice(token.as_bytes());
        }
        text.extend_from_slice(last);
        text.freeze()
    }

    /// The memory that it takes, in bytes.
    pub fn weight(&self) -> usize {
        let marked: usize = self
            .pieces
            .iter()
            .map(|piece| piece.len() + size_of::<Bytes>())
            .sum();
        let gzip = self.gzip.as_ref().map_or(0, Bytes::len);
        size_of::<Self>() + self.etag.len() + self.plain.len() + gzip + marked
    }
}

/// Compresses a text that only one viewer gets, quickly.
pub fn compress_once(text: &Bytes) -> Option<Bytes> {
    (text.len() >= WORTH_GZIP).then(|| compress(text, Compression::fast()))
}

fn compress(text: &[u8], level: Compression) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 4), level);
    // Writing to memory does not fail.
    let _ = encoder.write_all(text);
    encoder.finish().unwrap_or_default().into()
}

fn etag(text: &[u8]) -> String {
    let hash = Sha256::digest(text);
    hash.iter().take(12).fold(String::new(), |mut tag, byte| {
        use std::fmt::Write as _;
        let _ = write!(tag, "{byte:02x}");
        tag
    })
}

fn pieces(marked: String) -> Vec<Bytes> {
    let marks: Vec<usize> = marked.match_indices(MARK).map(|(at, _)| at).collect();
    let text = Bytes::from(marked);
    let starts = std::iter::once(0).chain(marks.iter().map(|at| at + MARK.len()));
    let ends = marks.iter().copied().chain([text.len()]);
    starts
        .zip(ends)
        .map(|(start, end)| text.slice(start..end))
        .collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn playlist() -> Document {
        Document::new("application/vnd.apple.mpegurl", |query| {
            let lines: Vec<String> = (0..50).map(|n| format!("{n}.m4s{query}\n")).collect();
            Ok::<_, std::fmt::Error>(format!("#EXTM3U\n{}#EXT-X-ENDLIST\n", lines.concat()))
        })
        .unwrap()
    }

    #[test]
    fn every_address_bears_the_token() {
        let document = playlist();
        let text = String::from_utf8(document.with_token("abc-_1").to_vec()).unwrap();
        assert_eq!(text.matches("?token=abc-_1\n").count(), 50);
        assert!(text.starts_with("#EXTM3U\n0.m4s?token="));
        assert!(text.ends_with("#EXT-X-ENDLIST\n"));
        assert!(!document.plain().windows(5).any(|w| w == b"token"));
    }

    #[test]
    fn the_compressed_form_is_the_same_text_under_another_tag() {
        let document = playlist();
        let gzip = document.gzip().unwrap();
        assert!(gzip.len() < document.plain().len() / 2);
        let mut text = Vec::new();
        flate2::read::GzDecoder::new(gzip.as_ref())
            .read_to_end(&mut text)
            .unwrap();
        assert_eq!(text, document.plain());
        assert_ne!(document.etag(true), document.etag(false));
        assert_eq!(document.etag(false), playlist().etag(false));
    }

    #[test]
    fn a_short_text_is_left_alone() {
        let document = Document::fixed("text/vtt", "WEBVTT\n");
        assert_eq!(document.gzip(), None);
        assert!(!document.has_addresses());
        assert_eq!(document.with_token("x"), "WEBVTT\n");
    }
}
