//! Attribute lists (RFC 8216bis §4.2).

use std::fmt::{Display, Write as _};

/// A tag with an attribute list, written attribute by attribute.
pub(super) struct Tag {
    line: String,
    empty: bool,
}

impl Tag {
    pub(super) fn new(name: &str) -> Self {
        Self {
            line: format!("#{name}:"),
            empty: true,
        }
    }

    fn name(&mut self, name: &str) {
        if !std::mem::take(&mut self.empty) {
            self.line.push(',');
        }
        self.line.push_str(name);
        self.line.push('=');
    }

    /// A number, resolution or enumerated string.
    pub(super) fn plain(mut self, name: &str, value: impl Display) -> Self {
        self.name(name);
        let _ = write!(self.line, "{value}");
        self
    }

    /// A quoted string, which cannot hold quotes or line ends.
    pub(super) fn quoted(mut self, name: &str, value: &str) -> Self {
        self.name(name);
        self.line.push('"');
        self.line.extend(value.chars().map(|c| match c {
            '"' => '\'',
            c if c.is_control() => ' ',
            c => c,
        }));
        self.line.push('"');
        self
    }

    pub(super) fn maybe_quoted(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.quoted(name, value),
            None => self,
        }
    }

    pub(super) fn yes_no(self, name: &str, value: bool) -> Self {
        self.plain(name, if value { "YES" } else { "NO" })
    }

    pub(super) fn end(mut self, out: &mut String) {
        self.line.push('\n');
        out.push_str(&self.line);
    }
}
