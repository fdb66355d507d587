//! WebVTT (W3C WebVTT, RFC 8216 §3.5): reading, writing, cutting into HLS segments, and making it
//! out of SubRip and of SubStation Alpha.
//!
//! Reading is tolerant as the specification's parser is: what cannot be understood is left out,
//! and only a file that is no WebVTT at all is an error.

mod ass;
mod colour;
mod read;
mod sanitize;
mod srt;
mod text;

use std::fmt;

pub use ass::from_ass;
pub use read::{SubtitleFormat, read};
pub use sanitize::CUES_MAX;
pub use srt::from_srt;
pub use text::decode_text;

use crate::error::{MediaError, Result};

/// The largest subtitle file that is read, in bytes. A film's subtitles have about 100 KiB.
pub const MAX_SUBTITLE_SIZE: usize = 16 << 20;

/// The media type of WebVTT files.
pub const CONTENT_TYPE: &str = "text/vtt; charset=utf-8";

/// An instant in milliseconds, shown as `HH:MM:SS.mmm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// Reads `[HH:]MM:SS.mmm`; a comma, as in SubRip, is as good as the point.
    pub fn parse(text: &str) -> Option<Self> {
        let (clock, fraction) = text
            .trim()
            .split_once(['.', ','])
            .unwrap_or((text.trim(), "0"));
        let number = |digits: &str| -> Option<u64> {
            let fine = !digits.is_empty()
                && digits.len() <= 9
                && digits.bytes().all(|byte| byte.is_ascii_digit());
            if fine { digits.parse().ok() } else { None }
        };
        let mut seconds = 0u64;
        let mut parts = 0;
        for part in clock.split(':') {
            seconds = seconds.checked_mul(60)?.checked_add(number(part.trim())?)?;
            parts += 1;
        }
        if !(2..=3).contains(&parts) {
            return None;
        }
        let fraction = fraction.trim();
        let millis = number(fraction.get(..fraction.len().min(3))?)?;
        let millis = millis * [100, 10, 1][fraction.len().clamp(1, 3) - 1];
        Some(Self(seconds.checked_mul(1000)?.checked_add(millis)?))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0 / 1000;
        write!(
            f,
            "{:02}:{:02}:{:02}.{:03}",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60,
            self.0 % 1000
        )
    }
}

/// A cue: text and when it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cue {
    /// The cue's identifier; empty when it has none.
    pub id: String,
    /// When it appears, in milliseconds.
    pub start_ms: u64,
    /// When it disappears, in milliseconds, after `start_ms`.
    pub end_ms: u64,
    /// Settings after the times, such as `line:0 align:start`; empty for none.
    pub settings: String,
    /// WebVTT cue text with its markup, lines parted by `\n`, no empty line among them.
    pub text: String,
}

/// A WebVTT file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebVtt {
    /// `STYLE` and `REGION` blocks as they are, without an end of line.
    pub blocks: Vec<String>,
    /// The cues in the order of the file.
    pub cues: Vec<Cue>,
}

impl WebVtt {
    /// Reads a WebVTT file of at most [`MAX_SUBTITLE_SIZE`] bytes.
    ///
    /// Errors: [`MediaError::NotThisFormat`] when it does not begin with `WEBVTT`,
    /// [`MediaError::TooLarge`].
    pub fn parse(text: &str) -> Result<Self> {
        check_size(text)?;
        let text = normal_lines(text);
        let mut lines = text.split('\n').peekable();
        let first = lines.next().unwrap_or_default();
        let signed = first
            .strip_prefix("WEBVTT")
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']));
        if !signed {
            return Err(MediaError::NotThisFormat {
                expected: "a WebVTT file",
            });
        }
        // Header lines, unless a cue follows without the empty line that should be there.
        while lines
            .next_if(|line| !line.is_empty() && !line.contains("-->"))
            .is_some()
        {}
        let mut vtt = Self::default();
        let mut block: Vec<&str> = Vec::new();
        for line in lines.chain([""]) {
            if !line.is_empty() {
                block.push(line);
                continue;
            }
            vtt.read_block(&block);
            block.clear();
        }
        Ok(vtt)
    }

    fn read_block(&mut self, block: &[&str]) {
        let Some(timing) = block.iter().take(2).position(|line| line.contains("-->")) else {
            let keyword = block
                .first()
                .map(|line| line.trim_end())
                .unwrap_or_default();
            let loads = block.iter().any(|line| {
                let line = line.to_ascii_lowercase();
                line.contains("url(") || line.contains("@import")
            });
            if matches!(keyword, "STYLE" | "REGION") && self.cues.is_empty() && !loads {
                self.blocks.push(block.join("\n"));
            }
            return;
        };
        let Some((start_ms, end_ms, settings)) = parse_timing(block[timing]) else {
            return;
        };
        let text: Vec<&str> = block[timing + 1..]
            .iter()
            .copied()
            .filter(|line| !line.contains("-->"))
            .collect();
        if end_ms <= start_ms || text.is_empty() {
            return;
        }
        self.cues.push(Cue {
            id: block[..timing]
                .first()
                .copied()
                .unwrap_or_default()
                .to_owned(),
            start_ms,
            end_ms,
            settings: settings.to_owned(),
            text: text.join("\n"),
        });
    }

    /// When the last cue disappears, in milliseconds.
    pub fn end_ms(&self) -> u64 {
        self.cues.iter().map(|cue| cue.end_ms).max().unwrap_or(0)
    }

    /// The HLS segment for `start_ms..end_ms`: every cue that is to be seen in it, with its own
    /// times, under an `X-TIMESTAMP-MAP` (RFC 8216 §3.5) that puts the cues' time 0 at the
    /// presentation's.
    pub fn segment(&self, start_ms: u64, end_ms: u64) -> String {
        let mut out = String::from("WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0\n");
        let shown = |cue: &&Cue| cue.start_ms < end_ms && cue.end_ms > start_ms;
        self.write_body(&mut out, self.cues.iter().filter(shown));
        out
    }

    fn write_body<'a>(&'a self, out: &mut String, cues: impl Iterator<Item = &'a Cue>) {
        use fmt::Write as _;
        for block in &self.blocks {
            let _ = write!(out, "\n{block}\n");
        }
        for cue in cues {
            out.push('\n');
            if !cue.id.is_empty() {
                let _ = writeln!(out, "{}", cue.id);
            }
            let _ = write!(
                out,
                "{} --> {}",
                Timestamp(cue.start_ms),
                Timestamp(cue.end_ms)
            );
            if !cue.settings.is_empty() {
                let _ = write!(out, " {}", cue.settings);
            }
            let _ = write!(out, "\n{}\n", cue.text);
        }
    }
}

impl fmt::Display for WebVtt {
    /// The whole file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::from("WEBVTT\n");
        self.write_body(&mut out, self.cues.iter());
        f.write_str(&out)
    }
}

/// `start --> end settings`.
fn parse_timing(line: &str) -> Option<(u64, u64, &str)> {
    let (start, rest) = line.split_once("-->")?;
    let rest = rest.trim();
    let (end, settings) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    Some((
        Timestamp::parse(start)?.0,
        Timestamp::parse(end)?.0,
        settings.trim(),
    ))
}

fn check_size(text: &str) -> Result<()> {
    if text.len() > MAX_SUBTITLE_SIZE {
        return Err(MediaError::TooLarge {
            what: "subtitle file",
            size: text.len() as u64,
            limit: MAX_SUBTITLE_SIZE as u64,
        });
    }
    Ok(())
}

/// One kind of line end, no byte order mark, no NUL.
fn normal_lines(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace('\0', "\u{fffd}")
}

#[cfg(test)]
mod format_tests;
#[cfg(test)]
mod tests;
