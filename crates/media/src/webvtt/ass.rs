//! SubStation Alpha (`.ssa`, `.ass`) made into WebVTT.
//!
//! The format is what its programs do (Aegisub's and libass's documentation); there is no
//! standard. A script has sections; `[V4+ Styles]` and `[Events]` begin with a `Format:` line that
//! names the columns of the lines below.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::{Cue, WebVtt, check_size, colour, normal_lines};
use crate::error::{MediaError, Result};

/// The size that positions count in when a script says none.
const PLAY_RES: (f64, f64) = (384.0, 288.0);
/// The most styles that are remembered; further ones look like the first.
const STYLES_MAX: usize = 1000;

/// Makes WebVTT of a SubStation Alpha script.
///
/// Kept: bold, italic and underline, by style and by override; the eight colours that WebVTT
/// knows by class; the place on the number pad and `\pos`; who speaks, as a voice; hard line breaks.
/// Left out: drawings, karaoke, movement, fonts, and comments. What looks like markup is escaped.
/// Errors: [`MediaError::NotThisFormat`] without an `[Events]` section, [`MediaError::TooLarge`].
pub fn from_ass(text: &str) -> Result<WebVtt> {
    check_size(text)?;
    let text = normal_lines(text);
    let mut script = Script::default();
    let mut found = false;
    let mut section = Section::Other;
    for line in text.split('\n') {
        let line = line.trim_start();
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|l| l.trim_end().strip_suffix(']'))
        {
            section = Section::of(name);
            found |= section == Section::Events;
            continue;
        }
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        script.line(section, key.trim(), value.trim_start());
    }
    if !found {
        return Err(MediaError::NotThisFormat {
            expected: "a SubStation Alpha script",
        });
    }
    script
        .vtt
        .cues
        .sort_by_key(|cue| (cue.start_ms, cue.end_ms));
    Ok(script.vtt)
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Section {
    Info,
    /// The older format counts places otherwise.
    OldStyles,
    Styles,
    Events,
    #[default]
    Other,
}

impl Section {
    fn of(name: &str) -> Self {
        match name.trim().to_ascii_lowercase().as_str() {
            "script info" => Self::Info,
            "v4 styles" => Self::OldStyles,
            "v4+ styles" | "v4++ styles" => Self::Styles,
            "events" => Self::Events,
            _ => Self::Other,
        }
    }
}

/// How the text of a style looks.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Look {
    bold: bool,
    italic: bool,
    underline: bool,
    colour: Option<&'static str>,
}

#[derive(Clone, Copy, Default)]
struct Style {
    look: Look,
    /// On the number pad; 2 is the usual place.
    place: u8,
}

#[derive(Default)]
struct Script {
    width: Option<f64>,
    height: Option<f64>,
    styles: HashMap<String, Style>,
    style_columns: Vec<String>,
    event_columns: Vec<String>,
    vtt: WebVtt,
}

impl Script {
    fn line(&mut self, section: Section, key: &str, value: &str) {
        let is = |name: &str| key.eq_ignore_ascii_case(name);
        match section {
            Section::Info if is("PlayResX") => self.width = size(value),
            Section::Info if is("PlayResY") => self.height = size(value),
            Section::Styles | Section::OldStyles if is("Format") => {
                self.style_columns = columns(value);
            }
            Section::Styles | Section::OldStyles if is("Style") => {
                self.style(value, section == Section::OldStyles);
            }
            Section::Events if is("Format") => self.event_columns = columns(value),
            Section::Events if is("Dialogue") => self.dialogue(value),
            _ => {}
        }
    }

    fn style(&mut self, value: &str, old: bool) {
        let fields: Vec<&str> = value.split(',').map(str::trim).collect();
        let usual = [
            "name",
            "fontname",
            "fontsize",
            "primarycolour",
            "secondarycolour",
            "outlinecolour",
            "backcolour",
            "bold",
            "italic",
            "underline",
        ];
        let field = |name: &str| {
            let at = if self.style_columns.is_empty() {
                usual.iter().position(|column| *column == name)
            } else {
                self.style_columns.iter().position(|column| column == name)
            };
            at.and_then(|n| fields.get(n)).copied()
        };
        let on = |name: &str| field(name).is_some_and(|text| !matches!(text, "" | "0"));
        let place = field("alignment").and_then(|text| text.parse().ok());
        let style = Style {
            look: Look {
                bold: on("bold"),
                italic: on("italic"),
                underline: on("underline"),
                // White is what everything is anyway.
                colour: field("primarycolour")
                    .and_then(ass_colour)
                    .filter(|name| *name != "white"),
            },
            place: match place {
                Some(n) if old => old_place(n),
                Some(n @ 1..=9) => n,
                _ => 2,
            },
        };
        let name = field("name").unwrap_or_default().trim_start_matches('*');
        if self.styles.len() < STYLES_MAX {
            self.styles.insert(name.to_ascii_lowercase(), style);
        }
    }

    fn dialogue(&mut self, value: &str) {
        let usual = [
            "layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect",
            "text",
        ];
        let count = if self.event_columns.is_empty() {
            usual.len()
        } else {
            self.event_columns.len()
        };
        // The text is the last column, and has commas of its own.
        let fields: Vec<&str> = value.splitn(count, ',').collect();
        let field = |name: &str| {
            let at = if self.event_columns.is_empty() {
                usual.iter().position(|column| *column == name)
            } else {
                self.event_columns.iter().position(|column| column == name)
            };
            at.and_then(|n| fields.get(n)).copied().unwrap_or_default()
        };
        let times = (stamp(field("start")), stamp(field("end")));
        let (Some(start_ms), Some(end_ms)) = times else {
            return;
        };
        if end_ms <= start_ms {
            return;
        }
        let name = field("style")
            .trim()
            .trim_start_matches('*')
            .to_ascii_lowercase();
        let style = self
            .styles
            .get(&name)
            .or_else(|| self.styles.get("default"))
            .copied()
            .unwrap_or_default();
        let mut line = Line::new(&self.styles, style);
        line.read(field("text"));
        let (text, settings) = line.finish(
            field("name").trim(),
            (
                self.width.unwrap_or(PLAY_RES.0),
                self.height.unwrap_or(PLAY_RES.1),
            ),
        );
        if text.is_empty() {
            return;
        }
        self.vtt.cues.push(Cue {
            id: String::new(),
            start_ms,
            end_ms,
            settings,
            text,
        });
    }
}

fn columns(value: &str) -> Vec<String> {
    value
        .split(',')
        .take(100)
        .map(|name| name.trim().to_ascii_lowercase())
        .collect()
}

fn size(value: &str) -> Option<f64> {
    value
        .trim()
        .parse()
        .ok()
        .filter(|n: &f64| n.is_finite() && *n >= 1.0)
}

/// `H:MM:SS.cc`, in milliseconds.
fn stamp(text: &str) -> Option<u64> {
    super::Timestamp::parse(text).map(|stamp| stamp.0)
}

/// The older format's places: 1 to 3 below, and with 4 above, with 8 in the middle.
fn old_place(n: u8) -> u8 {
    let column = match n & 0b0011 {
        0 => 2,
        column => column,
    };
    match n & 0b1100 {
        4 => column + 6,
        8 => column + 3,
        _ => column,
    }
}

/// `&HAABBGGRR` or a decimal number of the same.
fn ass_colour(text: &str) -> Option<&'static str> {
    let text = text.trim().trim_end_matches('&');
    let hex = text.strip_prefix("&H").or_else(|| text.strip_prefix("&h"));
    let number = if let Some(hex) = hex {
        u32::from_str_radix(hex, 16).ok()?
    } else {
        let number: i64 = text.parse().ok()?;
        u32::try_from(number & 0xffff_ffff).ok()?
    };
    let [_, blue, green, red] = number.to_be_bytes();
    colour::class(red, green, blue)
}

/// One line of dialogue on its way to cue text.
struct Line<'a> {
    styles: &'a HashMap<String, Style>,
    style: Style,
    /// As the next letter is to look.
    wanted: Look,
    /// As the elements that are open make it look, the outermost first.
    open: Vec<Element>,
    text: String,
    place: Option<u8>,
    position: Option<(f64, f64)>,
    drawing: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Element {
    Bold,
    Italic,
    Underline,
    Colour(&'static str),
}

impl<'a> Line<'a> {
    fn new(styles: &'a HashMap<String, Style>, style: Style) -> Self {
        Self {
            styles,
            style,
            wanted: style.look,
            open: Vec::new(),
            text: String::new(),
            place: None,
            position: None,
            drawing: false,
        }
    }

    fn read(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.find(['{', '\\']) {
            self.letters(&rest[..at]);
            rest = &rest[at..];
            if let Some((codes, after)) = rest.strip_prefix('{').and_then(|r| r.split_once('}')) {
                self.overrides(codes);
                rest = after;
                continue;
            }
            let mut chars = rest.chars();
            let first = chars.next();
            let taken = match (first, chars.next()) {
                (Some('\\'), Some('N')) => {
                    self.line_break();
                    2
                }
                // A break where wrapping is off, and a space elsewhere.
                (Some('\\'), Some('n')) => {
                    self.letters(" ");
                    2
                }
                (Some('\\'), Some('h')) => {
                    self.letters("\u{a0}");
                    2
                }
                _ => {
                    self.letters(&rest[..1]);
                    1
                }
            };
            rest = &rest[taken..];
        }
        self.letters(rest);
    }

    fn line_break(&mut self) {
        // An empty line would end the cue.
        if !self.drawing && !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn letters(&mut self, letters: &str) {
        if letters.is_empty() || self.drawing {
            return;
        }
        self.dress();
        for c in letters.chars() {
            match c {
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '&' => self.text.push_str("&amp;"),
                '\n' | '\r' => self.text.push(' '),
                c => self.text.push(c),
            }
        }
    }

    /// Opens and closes elements until the text looks as it is to.
    fn dress(&mut self) {
        let wanted = self.wanted;
        let elements: Vec<Element> = [
            wanted.colour.map(Element::Colour),
            wanted.bold.then_some(Element::Bold),
            wanted.italic.then_some(Element::Italic),
            wanted.underline.then_some(Element::Underline),
        ]
        .into_iter()
        .flatten()
        .collect();
        // From the first that is not wanted on, all are closed: elements nest.
        let keep = self
            .open
            .iter()
            .take_while(|element| elements.contains(element))
            .count();
        self.close(keep);
        for element in elements {
            if !self.open.contains(&element) {
                let _ = match element {
                    Element::Bold => write!(self.text, "<b>"),
                    Element::Italic => write!(self.text, "<i>"),
                    Element::Underline => write!(self.text, "<u>"),
                    Element::Colour(name) => write!(self.text, "<c.{name}>"),
                };
                self.open.push(element);
            }
        }
    }

    fn close(&mut self, keep: usize) {
        while self.open.len() > keep {
            let name = match self.open.pop() {
                Some(Element::Bold) => "b",
                Some(Element::Italic) => "i",
                Some(Element::Underline) => "u",
                Some(Element::Colour(_)) => "c",
                None => return,
            };
            let _ = write!(self.text, "</{name}>");
        }
    }

    fn overrides(&mut self, codes: &str) {
        for code in codes.split('\\').skip(1) {
            let code = code.trim();
            let switch = |name: &str| -> Option<bool> {
                let value = code.strip_prefix(name)?;
                match value {
                    "0" | "" => Some(false),
                    _ if value.bytes().all(|b| b.is_ascii_digit()) => Some(true),
                    _ => None,
                }
            };
            if let Some(on) = switch("b") {
                self.wanted.bold = if code == "b" {
                    self.style.look.bold
                } else {
                    on
                };
            } else if let Some(on) = switch("i") {
                self.wanted.italic = if code == "i" {
                    self.style.look.italic
                } else {
                    on
                };
            } else if let Some(on) = switch("u") {
                self.wanted.underline = if code == "u" {
                    self.style.look.underline
                } else {
                    on
                };
            } else if let Some(n) = code.strip_prefix("an").and_then(|n| n.parse().ok()) {
                if (1..=9).contains(&n) && self.place.is_none() {
                    self.place = Some(n);
                }
            } else if let Some(n) = code.strip_prefix('a').and_then(|n| n.parse().ok()) {
                self.place.get_or_insert(old_place(n));
            } else if let Some(list) = code.strip_prefix("pos(") {
                self.position = self.position.or_else(|| point(list));
            } else if let Some(list) = code.strip_prefix("move(") {
                self.position = self.position.or_else(|| point(list));
            } else if let Some(value) = code.strip_prefix("1c").or_else(|| code.strip_prefix('c')) {
                if value.is_empty() {
                    self.wanted.colour = self.style.look.colour;
                } else if value.starts_with('&') {
                    self.wanted.colour = ass_colour(value).filter(|name| *name != "white");
                }
            } else if let Some(scale) = code.strip_prefix('p').and_then(|n| n.parse::<u8>().ok()) {
                self.drawing = scale > 0;
            } else if let Some(name) = code.strip_prefix('r') {
                let style = self.styles.get(&name.to_ascii_lowercase());
                self.wanted = style.unwrap_or(&self.style).look;
            }
        }
    }

    /// The cue's text and settings.
    fn finish(mut self, speaker: &str, (width, height): (f64, f64)) -> (String, String) {
        self.close(0);
        let text = self.text.trim().to_owned();
        if text.is_empty() {
            return (text, String::new());
        }
        let speaker: String = speaker
            .chars()
            .filter(|c| !matches!(c, '<' | '>' | '&' | '\n' | '\r'))
            .take(100)
            .collect();
        let text = if speaker.trim().is_empty() {
            text
        } else {
            format!("<v {}>{text}</v>", speaker.trim())
        };
        let place = self.place.unwrap_or(self.style.place);
        let settings = match self.position {
            None => super::srt::alignment(place),
            Some((x, y)) => {
                let (x, y) = (percent(x, width), percent(y, height));
                let align = match place {
                    1 | 4 | 7 => " align:left",
                    3 | 6 | 9 => " align:right",
                    _ => "",
                };
                format!("line:{y}% position:{x}%{align}")
            }
        };
        (text, settings)
    }
}

fn point(list: &str) -> Option<(f64, f64)> {
    let mut numbers = list.split([',', ')']).map(|n| n.trim().parse::<f64>().ok());
    let point = (numbers.next()??, numbers.next()??);
    (point.0.is_finite() && point.1.is_finite()).then_some(point)
}

fn percent(at: f64, of: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "clamped to 0..=100")]
    let whole = (at / of * 100.0).round().clamp(0.0, 100.0) as i64;
    whole
}
