//! XML as a small tree, with bounds on everything.

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::{SIZE_MAX, VastError};

/// The deepest element.
const DEPTH_MAX: usize = 24;
/// The most elements.
const ELEMENTS_MAX: usize = 5000;
/// The longest text of one element, in bytes.
const TEXT_MAX: usize = 64 << 10;

/// An element.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// Its name in lower case, without its namespace.
    pub(super) name: String,
    /// Its attributes, likewise.
    attributes: Vec<(String, String)>,
    /// The text directly within it.
    text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    /// The first child of a name (in lower case).
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The children of a name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// What is at the end of a path of names.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter()
            .try_fold(self, |element, name| element.child(name))
    }

    /// Its text, without the white space around it.
    pub(super) fn text(&self) -> &str {
        self.text.trim()
    }

    /// An attribute (in lower case).
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.trim())
    }
}

fn local(name: &[u8]) -> String {
    let name = name.rsplit(|&b| b == b':').next().unwrap_or(name);
    String::from_utf8_lossy(name).to_ascii_lowercase()
}

fn broken(error: impl std::fmt::Display) -> VastError {
    let text: String = error.to_string().chars().take(200).collect();
    VastError::Unreadable(text)
}

/// The entities of XML itself, and numbers; nothing else stands for anything.
fn reference(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            return char::from_u32(code).filter(|c| !c.is_control());
        }
    })
}

/// A text of attributes: `&amp;` and its kin read, everything else as it stands.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        // Servers leave ampersands in addresses as they are.
        match rest.find(';').filter(|&end| end <= 8) {
            Some(end) if reference(&rest[..end]).is_some() => {
                out.extend(reference(&rest[..end]));
                rest = &rest[end + 1..];
            }
            _ => out.push('&'),
        }
    }
    out.push_str(rest);
    out
}

fn open(start: &BytesStart<'_>) -> Element {
    let mut element = Element {
        name: local(start.name().as_ref()),
        ..Element::default()
    };
    for attribute in start.attributes().with_checks(false).take(64).flatten() {
        let value = String::from_utf8_lossy(&attribute.value);
        if value.len() <= TEXT_MAX {
            let name = local(attribute.key.as_ref());
            element.attributes.push((name, unescape(&value)));
        }
    }
    element
}

/// Reads a document.
pub(super) fn read(bytes: &[u8]) -> Result<Element, VastError> {
    if bytes.len() > SIZE_MAX {
        return Err(VastError::Unreadable("it is too long".to_owned()));
    }
    let mut reader = Reader::from_reader(bytes);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_dangling_amp = true;
    let mut open_elements: Vec<Element> = vec![Element::default()];
    let mut count = 0;
    loop {
        let event = reader.read_event().map_err(broken)?;
        let Some(top) = open_elements.last_mut() else {
            return Err(VastError::Unreadable("it ends too often".to_owned()));
        };
        let add = |top: &mut Element, text: &str| {
            if top.text.len() + text.len() <= TEXT_MAX {
                top.text.push_str(text);
            }
        };
        match event {
            Event::Start(start) => {
                count += 1;
                if open_elements.len() > DEPTH_MAX || count > ELEMENTS_MAX {
                    let what = "it is too deep, or has too many elements";
                    return Err(VastError::Unreadable(what.to_owned()));
                }
                open_elements.push(open(&start));
            }
            Event::Empty(start) => {
                count += 1;
                if count > ELEMENTS_MAX {
                    return Err(VastError::Unreadable("it has too many elements".to_owned()));
                }
                top.children.push(open(&start));
            }
            Event::End(_) => {
                if open_elements.len() < 2 {
                    return Err(VastError::Unreadable("it ends too often".to_owned()));
                }
                if let Some(done) = open_elements.pop()
                    && let Some(parent) = open_elements.last_mut()
                {
                    parent.children.push(done);
                }
            }
            Event::Text(text) => add(top, &String::from_utf8_lossy(&text)),
            Event::CData(text) => add(top, &String::from_utf8_lossy(&text)),
            Event::GeneralRef(name) => {
                if let Some(c) = reference(&String::from_utf8_lossy(&name)) {
                    add(top, c.encode_utf8(&mut [0; 4]));
                }
            }
            Event::Eof => break,
            // What a document type declares stands for nothing.
            Event::DocType(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    // What was not ended is taken as it is.
    while open_elements.len() > 1 {
        if let Some(done) = open_elements.pop()
            && let Some(parent) = open_elements.last_mut()
        {
            parent.children.push(done);
        }
    }
    let root = open_elements.pop().unwrap_or_default();
    root.children.into_iter().next().ok_or(VastError::Foreign)
}
