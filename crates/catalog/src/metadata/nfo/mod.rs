//! NFO files as Kodi and Jellyfin write them: `movie`, `tvshow`,
//! `episodedetails`, `musicvideo`.
//!
//! They come from strangers. Only elements, text and the five entities of XML
//! itself are read: a document type is skipped, entities that it declares mean
//! nothing (so none can grow), depth and sizes are limited, and whatever breaks
//! off is read as far as it goes.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::limits;

/// The largest file that is read, in bytes.
pub const NFO_MAX: usize = 2 << 20;
/// Elements that are looked at; the rest of a file is left unread.
const EVENTS_MAX: usize = 200_000;
const DEPTH_MAX: usize = 32;
/// The longest text of an element, in bytes.
const TEXT_MAX: usize = 64 << 10;
/// Entries of any one list.
const LIST_MAX: usize = 500;

/// Why a file says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NfoError {
    /// Larger than [`NFO_MAX`].
    #[error("it is larger than {} KiB", NFO_MAX >> 10)]
    TooLarge,
    /// Not XML, or none of the kinds that are known.
    #[error("it is no NFO file of a film, a show or an episode")]
    Unknown,
}

/// What a file is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NfoKind {
    /// `movie`.
    Movie,
    /// `tvshow`.
    Show,
    /// `episodedetails`.
    Episode,
    /// `musicvideo`.
    Music,
}

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nfo {
    /// What it is about.
    pub kind: NfoKind,
    /// The title.
    pub title: Option<String>,
    /// The title where it comes from.
    pub original_title: Option<String>,
    /// What it is sorted by.
    pub sort_title: Option<String>,
    /// The show that an episode belongs to.
    pub show_title: Option<String>,
    /// From 0 (specials).
    pub season: Option<i32>,
    /// From 0.
    pub episode: Option<i32>,
    /// What it is about, in full.
    pub plot: Option<String>,
    /// The same in short.
    pub outline: Option<String>,
    /// One line that makes one curious.
    pub tagline: Option<String>,
    /// The year of the first showing.
    pub year: Option<i32>,
    /// The day of the first showing.
    pub date: Option<String>,
    /// An age rating, such as `PG-13`.
    pub rating: Option<String>,
    /// The first studio.
    pub studio: Option<String>,
    /// `Ended`, `Continuing`, …
    pub status: Option<String>,
    /// All genres.
    pub genres: Vec<String>,
    /// Free words.
    pub tags: Vec<String>,
    /// Collections that it belongs to.
    pub sets: Vec<String>,
    /// Names in other databases.
    pub external_ids: BTreeMap<String, String>,
    /// Directors, writers and actors, in this order.
    pub credits: Vec<NfoCredit>,
    /// Names of seasons, by number.
    pub seasons: BTreeMap<i32, String>,
}

/// A credit of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NfoCredit {
    /// Who.
    pub name: String,
    /// One of [`crate::CREDIT_ROLES`].
    pub role: &'static str,
    /// Whom they play.
    pub character: Option<String>,
    /// The place that the file gives actors.
    pub order: Option<i32>,
}

impl Nfo {
    fn new(kind: NfoKind) -> Self {
        Self {
            kind,
            title: None,
            original_title: None,
            sort_title: None,
            show_title: None,
            season: None,
            episode: None,
            plot: None,
            outline: None,
            tagline: None,
            year: None,
            date: None,
            rating: None,
            studio: None,
            status: None,
            genres: Vec::new(),
            tags: Vec::new(),
            sets: Vec::new(),
            external_ids: BTreeMap::new(),
            credits: Vec::new(),
            seasons: BTreeMap::new(),
        }
    }
}

/// Reads a file. One for a film that holds several episodes has several roots:
/// they come in order.
pub fn read(bytes: &[u8]) -> Result<Vec<Nfo>, NfoError> {
    if bytes.len() > NFO_MAX {
        return Err(NfoError::TooLarge);
    }
    let text = decode(bytes);
    let mut reader = Reader::from_str(&text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut walk = Walk::default();
    for _ in 0..EVENTS_MAX {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                let season = attribute(&start, b"number");
                let kind = attribute(&start, b"type");
                walk.open(start.name().as_ref(), kind.or(season));
                if walk.too_deep {
                    break;
                }
            }
            Ok(Event::Empty(_)) => {}
            Ok(Event::End(_)) => walk.close(),
            Ok(Event::Text(text)) => {
                if let Ok(text) = text.decode() {
                    walk.text(&text);
                }
            }
            Ok(Event::CData(text)) => {
                if let Ok(text) = text.decode() {
                    walk.text(&text);
                }
            }
            Ok(Event::GeneralRef(entity)) => {
                if let Ok(Some(c)) = entity.resolve_char_ref() {
                    walk.text(c.encode_utf8(&mut [0; 4]));
                } else if let Ok(name) = entity.decode() {
                    walk.text(match name.as_ref() {
                        "amp" => "&",
                        "lt" => "<",
                        "gt" => ">",
                        "quot" => "\"",
                        "apos" => "'",
                        // Whatever else a document declares stays unsaid.
                        _ => "",
                    });
                }
            }
            // A document type may declare whatever it likes.
            Ok(Event::Comment(_) | Event::PI(_) | Event::DocType(_) | Event::Decl(_)) => {}
            // The end; or an address behind the document, or something broken:
            // what has been read so far holds.
            Ok(Event::Eof) | Err(_) => break,
        }
    }
    walk.finish();
    if walk.found.is_empty() {
        return Err(NfoError::Unknown);
    }
    Ok(walk.found)
}

fn attribute(start: &quick_xml::events::BytesStart<'_>, name: &[u8]) -> Option<String> {
    let value = start
        .attributes()
        .take(16)
        .filter_map(Result::ok)
        .find(|attribute| attribute.key.as_ref() == name)?;
    let value = String::from_utf8_lossy(&value.value).into_owned();
    (value.len() <= 64).then_some(value)
}

/// UTF-8, UTF-16 with its mark, or else Latin-1, which cannot fail.
fn decode(bytes: &[u8]) -> String {
    let wide = |from: fn([u8; 2]) -> u16, bytes: &[u8]| {
        let units = bytes.chunks_exact(2).map(|pair| from([pair[0], pair[1]]));
        char::decode_utf16(units)
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect()
    };
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        [0xff, 0xfe, rest @ ..] => wide(u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => wide(u16::from_be_bytes, rest),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().copied().map(char::from).collect(),
        },
    }
}

/// Walks through a document.
#[derive(Default)]
struct Walk {
    found: Vec<Nfo>,
    now: Option<Nfo>,
    path: Vec<String>,
    /// The attribute of the innermost element that matters.
    mark: Option<String>,
    text: String,
    actor: NfoCredit,
    actors: Vec<NfoCredit>,
    too_deep: bool,
}

impl Walk {
    fn open(&mut self, name: &[u8], mark: Option<String>) {
        if self.path.len() >= DEPTH_MAX {
            self.too_deep = true;
            return;
        }
        let name = String::from_utf8_lossy(name).to_lowercase();
        if self.path.is_empty() {
            self.finish();
            self.now = match name.as_str() {
                "movie" => Some(Nfo::new(NfoKind::Movie)),
                "tvshow" => Some(Nfo::new(NfoKind::Show)),
                "episodedetails" => Some(Nfo::new(NfoKind::Episode)),
                "musicvideo" => Some(Nfo::new(NfoKind::Music)),
                _ => None,
            };
        }
        self.path.push(name);
        self.mark = mark;
        self.text.clear();
    }

    fn text(&mut self, text: &str) {
        if self.text.len() + text.len() <= TEXT_MAX {
            self.text.push_str(text);
        }
    }

    fn close(&mut self) {
        let text = std::mem::take(&mut self.text);
        let text = text.trim();
        let path: Vec<&str> = self.path.iter().skip(1).map(String::as_str).collect();
        if let Some(nfo) = &mut self.now {
            match path.as_slice() {
                ["actor"] => {
                    let actor = std::mem::take(&mut self.actor);
                    if !actor.name.is_empty() && self.actors.len() < LIST_MAX {
                        self.actors.push(actor);
                    }
                }
                ["actor", "name"] => self.actor.name = line(text).unwrap_or_default(),
                ["actor", "role"] => self.actor.character = line(text),
                ["actor", "order" | "sortorder"] => self.actor.order = text.parse().ok(),
                path => field(nfo, path, self.mark.as_deref(), text),
            }
        }
        self.mark = None;
        self.path.pop();
        if self.path.is_empty() {
            self.finish();
        }
    }

    /// Ends the document that is open.
    fn finish(&mut self) {
        let mut actors = std::mem::take(&mut self.actors);
        if let Some(mut nfo) = self.now.take() {
            actors.sort_by_key(|actor| actor.order.unwrap_or(i32::MAX));
            for actor in actors {
                nfo.credits.push(NfoCredit {
                    role: "actor",
                    ..actor
                });
            }
            if self.found.len() < LIST_MAX {
                self.found.push(nfo);
            }
        }
    }
}

/// What one element says.
fn field(nfo: &mut Nfo, path: &[&str], mark: Option<&str>, text: &str) {
    let first = |slot: &mut Option<String>, value: Option<String>| {
        if slot.is_none() {
            *slot = value;
        }
    };
    match path {
        ["title"] => first(&mut nfo.title, line(text)),
        ["originaltitle"] => first(&mut nfo.original_title, line(text)),
        ["sorttitle"] => first(&mut nfo.sort_title, line(text)),
        ["showtitle"] => first(&mut nfo.show_title, line(text)),
        ["season"] => nfo.season = number(text, &limits::SEASONS),
        ["episode"] => nfo.episode = number(text, &limits::EPISODES),
        ["plot"] => first(&mut nfo.plot, prose(text)),
        ["outline"] => first(&mut nfo.outline, prose(text)),
        ["tagline"] => first(&mut nfo.tagline, line(text)),
        ["year"] => nfo.year = number(text, &limits::YEARS).or(nfo.year),
        ["premiered" | "releasedate" | "aired"] => first(&mut nfo.date, day(text)),
        ["mpaa"] => first(&mut nfo.rating, rating(text)),
        ["studio"] => first(&mut nfo.studio, line(text)),
        ["status"] => first(&mut nfo.status, line(text)),
        // Several in one element is as common as one in each.
        ["genre"] => words(&mut nfo.genres, text, &['/', ',', '|'], limits::GENRES_MAX),
        ["tag"] => words(&mut nfo.tags, text, &['|'], limits::TAGS_MAX),
        ["set"] | ["set", "name"] => words(&mut nfo.sets, text, &[], 16),
        ["director"] => credit(nfo, "director", text),
        ["credits" | "writer"] => credit(nfo, "writer", text),
        ["creator"] => credit(nfo, "creator", text),
        ["artist"] => credit(nfo, "musician", text),
        ["namedseason"] => {
            if let (Some(number), Some(name)) = (
                mark.and_then(|mark| number(mark, &limits::SEASONS)),
                line(text),
            ) && nfo.seasons.len() < LIST_MAX
            {
                nfo.seasons.insert(number, name);
            }
        }
        ["uniqueid"] => id(nfo, mark.unwrap_or("imdb"), text),
        ["id"] if text.starts_with("tt") => id(nfo, "imdb", text),
        ["imdbid" | "imdb_id"] => id(nfo, "imdb", text),
        ["tmdbid"] => id(nfo, "tmdb", text),
        ["tvdbid"] => id(nfo, "tvdb", text),
        _ => {}
    }
}

/// One line without marks that nobody sees.
fn line(text: &str) -> Option<String> {
    let text: String = text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .filter(|c| !c.is_control())
        .take(limits::TITLE_MAX)
        .collect();
    (!text.is_empty()).then_some(text)
}

fn prose(text: &str) -> Option<String> {
    let text: String = text
        .chars()
        .filter(|c| !c.is_control() || *c == '\n')
        .take(limits::DESCRIPTION_MAX)
        .collect();
    (!text.trim().is_empty()).then_some(text)
}

fn number(text: &str, range: &std::ops::RangeInclusive<i32>) -> Option<i32> {
    text.parse().ok().filter(|number| range.contains(number))
}

fn day(text: &str) -> Option<String> {
    let day = text.get(..10)?;
    let date: jiff::civil::Date = day.parse().ok()?;
    limits::YEARS
        .contains(&i32::from(date.year()))
        .then(|| day.to_owned())
}

/// `Rated PG-13`, `US:PG-13 / US:Rated PG-13`, `de:12`: the rating alone.
fn rating(text: &str) -> Option<String> {
    let one = text.split('/').next().unwrap_or(text).trim();
    let one = one.rsplit(':').next().unwrap_or(one).trim();
    let one = one.strip_prefix("Rated ").unwrap_or(one);
    let one = one.split(" for ").next().unwrap_or(one);
    line(one).filter(|text| text.chars().count() <= limits::RATING_MAX)
}

fn words(list: &mut Vec<String>, text: &str, by: &[char], most: usize) {
    for word in text.split(|c| by.contains(&c)) {
        let word = line(word).filter(|word| word.chars().count() <= limits::WORD_MAX);
        let Some(word) = word else { continue };
        let known = list.iter().any(|known| known.eq_ignore_ascii_case(&word));
        if !known && list.len() < most {
            list.push(word);
        }
    }
}

fn credit(nfo: &mut Nfo, role: &'static str, text: &str) {
    for name in text.split(['/', '|']) {
        if let Some(name) = line(name)
            && nfo.credits.len() < LIST_MAX
        {
            nfo.credits.push(NfoCredit {
                name,
                role,
                ..NfoCredit::default()
            });
        }
    }
}

fn id(nfo: &mut Nfo, name: &str, text: &str) {
    let name = name.to_lowercase();
    let sound = |text: &str, max: usize| {
        !text.is_empty()
            && text.len() <= max
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    if sound(&name, 32) && sound(text, 64) && nfo.external_ids.len() < limits::EXTERNAL_IDS_MAX {
        nfo.external_ids.insert(name, text.to_owned());
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests;
