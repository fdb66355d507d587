//! SubRip made into WebVTT.

use std::fmt::Write as _;

use super::{Cue, WebVtt, check_size, normal_lines, parse_timing};
use crate::error::{MediaError, Result};

/// Makes WebVTT of a SubRip file.
///
/// Bold, italic and underline stay; a font colour stays where it is one of the eight that WebVTT
/// knows by class; `{\anN}` becomes cue settings; other markup is left out, and what only looks
/// like markup is escaped. Errors: [`MediaError::NotThisFormat`] when no line holds times,
/// [`MediaError::TooLarge`].
pub fn from_srt(text: &str) -> Result<WebVtt> {
    check_size(text)?;
    let text = normal_lines(text);
    let lines: Vec<&str> = text.split('\n').collect();
    let timings: Vec<usize> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.contains("-->") && parse_timing(line).is_some())
        .map(|(n, _)| n)
        .collect();
    if timings.is_empty() {
        return Err(MediaError::NotThisFormat {
            expected: "a SubRip file",
        });
    }
    let mut vtt = WebVtt::default();
    for (n, &at) in timings.iter().enumerate() {
        let Some((start_ms, end_ms, _)) = parse_timing(lines[at]) else {
            continue;
        };
        // The text goes on to the next times, less the number that stands before those; so an
        // empty line within a cue, which some writers make, does not end it.
        let next = timings.get(n + 1).copied();
        let mut body = &lines[at + 1..next.unwrap_or(lines.len())];
        if let (Some(_), Some((last, rest))) = (next, body.split_last())
            && last.trim().bytes().all(|byte| byte.is_ascii_digit())
        {
            body = rest;
        }
        let mut markup = Markup::default();
        for line in body
            .iter()
            .map(|line| line.trim())
            .filter(|line| !line.is_empty())
        {
            markup.line(line);
        }
        let (text, settings) = markup.finish();
        if end_ms > start_ms && !text.is_empty() {
            vtt.cues.push(Cue {
                id: String::new(),
                start_ms,
                end_ms,
                settings,
                text,
            });
        }
    }
    vtt.cues.sort_by_key(|cue| cue.start_ms);
    Ok(vtt)
}

#[derive(Default)]
struct Markup {
    text: String,
    settings: String,
    /// Open elements by their WebVTT name; empty for one that is left out.
    open: Vec<(&'static str, String)>,
}

impl Markup {
    fn line(&mut self, line: &str) {
        let before = self.text.len();
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let mut rest = line;
        while let Some(at) = rest.find(['<', '{', '&', '>']) {
            self.text.push_str(&rest[..at]);
            rest = &rest[at..];
            rest = self.special(rest);
        }
        self.text.push_str(rest);
        if self.text[before..].trim().is_empty() {
            self.text.truncate(before);
        }
    }

    /// Handles what begins with a special character; gives back what follows it.
    fn special<'a>(&mut self, rest: &'a str) -> &'a str {
        if rest.starts_with("{\\")
            && let Some((code, after)) = rest[2..].split_once('}')
        {
            self.override_code(code);
            return after;
        }
        if let Some(inner) = rest.strip_prefix('<')
            && let Some((tag, after)) = inner.split_once('>')
            && self.tag(tag)
        {
            return after;
        }
        if rest.starts_with('&') {
            for entity in ["&amp;", "&lt;", "&gt;", "&nbsp;", "&lrm;", "&rlm;"] {
                if let Some(after) = rest.strip_prefix(entity) {
                    self.text.push_str(entity);
                    return after;
                }
            }
        }
        let escaped = match rest.as_bytes().first() {
            Some(b'<') => "&lt;",
            Some(b'>') => "&gt;",
            Some(b'&') => "&amp;",
            _ => "{",
        };
        self.text.push_str(escaped);
        &rest[1..]
    }

    /// Whether it was a tag that SubRip knows.
    fn tag(&mut self, tag: &str) -> bool {
        let lower = tag.trim().to_ascii_lowercase();
        let (name, attributes) = lower
            .split_once(char::is_whitespace)
            .unwrap_or((&lower, ""));
        let element = match name.trim_start_matches('/') {
            "b" => "b",
            "i" => "i",
            "u" => "u",
            "font" => "font",
            // Struck out, and others that files hold: no counterpart.
            "s" | "strike" | "br" | "span" | "em" | "strong" => return true,
            _ => return false,
        };
        if name.starts_with('/') {
            self.close(element);
            return true;
        }
        let written = match element {
            "font" => match colour_class(attributes) {
                Some(class) => format!("c.{class}"),
                None => String::new(),
            },
            element => element.to_owned(),
        };
        if !written.is_empty() {
            let _ = write!(self.text, "<{written}>");
        }
        let name = written.split('.').next().unwrap_or_default().to_owned();
        self.open.push((element, name));
        true
    }

    /// Closes an element and, since WebVTT nests, whatever was opened within it.
    fn close(&mut self, element: &str) {
        let Some(at) = self.open.iter().rposition(|(open, _)| *open == element) else {
            return;
        };
        for (_, name) in self.open.drain(at..).rev() {
            if !name.is_empty() {
                let _ = write!(self.text, "</{name}>");
            }
        }
    }

    /// An override code of SubStation, which SubRip borrowed: alignment, and simple styles.
    fn override_code(&mut self, codes: &str) {
        for code in codes.split('\\') {
            match code {
                "i1" | "b1" | "u1" => {
                    self.tag(&code[..1]);
                }
                "i0" | "b0" | "u0" => self.close(&code[..1]),
                _ => {
                    let Some(place) = code.strip_prefix("an").and_then(|n| n.parse::<u8>().ok())
                    else {
                        continue;
                    };
                    self.settings = alignment(place);
                }
            }
        }
    }

    fn finish(mut self) -> (String, String) {
        for (_, name) in std::mem::take(&mut self.open).into_iter().rev() {
            if !name.is_empty() {
                let _ = write!(self.text, "</{name}>");
            }
        }
        (self.text, self.settings)
    }
}

/// Cue settings for a place on the number pad.
pub(super) fn alignment(place: u8) -> String {
    let line = match place {
        4..=6 => "line:50%",
        7..=9 => "line:0",
        _ => "",
    };
    let align = match place {
        1 | 4 | 7 => "position:5% align:left",
        3 | 6 | 9 => "position:95% align:right",
        _ => "",
    };
    [line, align]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The class for a colour (WebVTT §5.1 defines these eight).
fn colour_class(attributes: &str) -> Option<&'static str> {
    let (_, value) = attributes.split_once("color")?;
    let value = value
        .trim_start()
        .strip_prefix('=')?
        .trim_start()
        .trim_start_matches(['"', '\'']);
    let end = value.find(['"', '\'', ' ', '>']).unwrap_or(value.len());
    Some(match &value[..end] {
        "white" | "#ffffff" => "white",
        "lime" | "#00ff00" => "lime",
        "cyan" | "aqua" | "#00ffff" => "cyan",
        "red" | "#ff0000" => "red",
        "yellow" | "#ffff00" => "yellow",
        "magenta" | "fuchsia" | "#ff00ff" => "magenta",
        "blue" | "#0000ff" => "blue",
        "black" | "#000000" => "black",
        _ => return None,
    })
}
