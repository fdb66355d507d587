//! Just enough of XML to write manifests.

use std::fmt::Write as _;

/// An attribute's value, escaped as it is written.
pub(super) type Value<'a> = &'a dyn std::fmt::Display;
/// Attributes in the order in which they are written.
pub(super) type Attributes<'a> = Vec<(&'static str, Value<'a>)>;

/// An XML document written element by element, two spaces a level.
pub(super) struct Xml {
    pub(super) out: String,
    depth: usize,
}

impl Xml {
    pub(super) fn new() -> Self {
        Self {
            out: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"),
            depth: 0,
        }
    }

    fn start(&mut self, name: &str, attributes: &[(&str, Value<'_>)]) {
        let _ = write!(self.out, "{:1$}<{name}", "", self.depth * 2);
        for (attribute, value) in attributes {
            let _ = write!(self.out, " {attribute}=\"{}\"", escape(&value.to_string()));
        }
    }

    pub(super) fn open(&mut self, name: &str, attributes: &[(&str, Value<'_>)]) {
        self.start(name, attributes);
        self.out.push_str(">\n");
        self.depth += 1;
    }

    pub(super) fn close(&mut self, name: &str) {
        self.depth = self.depth.saturating_sub(1);
        let _ = writeln!(self.out, "{:1$}</{name}>", "", self.depth * 2);
    }

    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, Value<'_>)]) {
        self.start(name, attributes);
        self.out.push_str("/>\n");
    }

    pub(super) fn text(&mut self, name: &str, text: &str) {
        let _ = writeln!(
            self.out,
            "{:1$}<{name}>{2}</{name}>",
            "",
            self.depth * 2,
            escape(text)
        );
    }
}

/// Escapes markup; characters that XML 1.0 cannot hold become spaces.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
