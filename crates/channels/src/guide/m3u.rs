//! The list of channels that players and recorders read: M3U with `tvg-*` attributes.

use crate::{definition::Channel, playout::text::number};

/// A channel in the list.
#[derive(Clone, Copy, Debug)]
pub struct Lineup<'a> {
    /// Its identifier in the guide.
    pub id: &'a str,
    /// Its definition.
    pub channel: &'a Channel,
    /// The address of its stream.
    pub url: &'a str,
    /// What paths of pictures are put behind.
    pub base: &'a str,
}

/// Writes the list behind what is in the buffer. `guide_url` is where the guide is.
pub fn m3u(out: &mut String, guide_url: &str, channels: &[Lineup<'_>]) {
    out.push_str("#EXTM3U");
    attribute(out, "x-tvg-url", &[guide_url]);
    out.push('\n');
    for line in channels {
        out.push_str("#EXTINF:-1");
        attribute(out, "tvg-id", &[line.id]);
        out.push_str(" tvg-chno=\"");
        number(out, line.channel.number.into());
        out.push('"');
        attribute(out, "tvg-name", &[&line.channel.name]);
        if let Some(logo) = &line.channel.logo {
            let base = if logo.starts_with('/') { line.base } else { "" };
            attribute(out, "tvg-logo", &[base, logo]);
        }
        if let Some(language) = &line.channel.language {
            attribute(out, "tvg-language", &[language]);
        }
        out.push(',');
        clean(out, &line.channel.name);
        out.push('\n');
        clean(out, line.url);
        out.push('\n');
    }
}

fn attribute(out: &mut String, name: &str, parts: &[&str]) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    for part in parts {
        clean(out, part);
    }
    out.push('"');
}

/// There is no way to escape anything in it: quotes become apostrophes, line ends spaces.
fn clean(out: &mut String, text: &str) {
    out.extend(text.chars().map(|c| match c {
        '"' => '\'',
        c if c.is_control() => ' ',
        c => c,
    }));
}
