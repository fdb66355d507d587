//! XMLTV, the guide that recorders and set-top boxes read (xmltv.dtd 0.5).

use super::Listing;
use crate::{
    definition::Channel,
    library::Item,
    playout::text::{number, xml},
    schedule::Kind,
    time::utc_parts,
};

/// Its media type.
pub const XMLTV: &str = "application/xml";

/// A channel as the guide names it.
#[derive(Clone, Copy, Debug)]
pub struct XmltvChannel<'a> {
    /// Its identifier in the document, which programmes refer to.
    pub id: &'a str,
    /// Its definition.
    pub channel: &'a Channel,
    /// What paths of pictures are put behind, such as `https://tv.example`.
    pub base: &'a str,
}

/// Begins the document with its channels. All channels come before all programmes.
pub fn xmltv_open(out: &mut String, generator: &str, channels: &[XmltvChannel<'_>]) {
    out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE tv SYSTEM \"xmltv.dtd\">\n<tv generator-info-name=\"");
    xml(out, generator);
    out.push_str("\">\n");
    for channel in channels {
        out.push_str("<channel id=\"");
        xml(out, channel.id);
        out.push_str("\"><display-name");
        if let Some(language) = &channel.channel.language {
            out.push_str(" lang=\"");
            xml(out, language);
            out.push('"');
        }
        out.push('>');
        xml(out, &channel.channel.name);
        out.push_str("</display-name><display-name>");
        number(out, channel.channel.number.into());
        out.push_str("</display-name>");
        if let Some(logo) = &channel.channel.logo {
            icon(out, channel.base, logo);
        }
        out.push_str("</channel>\n");
    }
}

/// Writes the programmes of a channel. What stands between programmes is left out, as guides do.
pub fn xmltv_programmes(out: &mut String, channel: &XmltvChannel<'_>, listings: &[Listing<'_>]) {
    for listing in listings
        .iter()
        .filter(|listing| listing.kind != Kind::Filler)
    {
        out.push_str("<programme start=\"");
        instant(out, listing.start);
        out.push_str("\" stop=\"");
        instant(out, listing.end);
        out.push_str("\" channel=\"");
        xml(out, channel.id);
        out.push_str("\">");
        item(out, channel, listing.item);
        if listing.kind == Kind::Live {
            // In the order that the DTD asks for, before ratings; items that are live have none.
            out.push_str("<premiere/>");
        }
        if let Some(rating) = &listing.item.rating {
            out.push_str("<rating><value>");
            xml(out, rating);
            out.push_str("</value></rating>");
        }
        out.push_str("</programme>\n");
    }
}

/// Ends the document.
pub fn xmltv_close(out: &mut String) {
    out.push_str("</tv>\n");
}

fn element(out: &mut String, name: &str, text: &str) {
    out.push('<');
    out.push_str(name);
    out.push('>');
    xml(out, text);
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

/// The elements of an item in the order that the DTD asks for.
fn item(out: &mut String, channel: &XmltvChannel<'_>, item: &Item) {
    match &item.show {
        Some(show) => {
            element(out, "title", show);
            element(out, "sub-title", &item.title);
        }
        None => element(out, "title", &item.title),
    }
    if let Some(description) = &item.description {
        element(out, "desc", description);
    }
    if !item.people.is_empty() {
        out.push_str("<credits>");
        for person in &item.people {
            element(out, "actor", person);
        }
        out.push_str("</credits>");
    }
    if let Some(year) = item.year {
        out.push_str("<date>");
        number(out, year.into());
        out.push_str("</date>");
    }
    for genre in &item.genres {
        element(out, "category", genre);
    }
    out.push_str("<length units=\"minutes\">");
    number(out, u64::from(item.duration()).div_ceil(60_000));
    out.push_str("</length>");
    if let Some(image) = &item.image {
        icon(out, channel.base, image);
    }
    if let (Some(season), Some(episode)) = (item.season, item.episode) {
        // Counted from zero there.
        out.push_str("<episode-num system=\"xmltv_ns\">");
        number(out, season.saturating_sub(1).into());
        out.push('.');
        number(out, episode.saturating_sub(1).into());
        out.push_str(".</episode-num><episode-num system=\"onscreen\">S");
        number(out, season.into());
        out.push('E');
        number(out, episode.into());
        out.push_str("</episode-num>");
    }
}

fn icon(out: &mut String, base: &str, path: &str) {
    out.push_str("<icon src=\"");
    if path.starts_with('/') {
        xml(out, base);
    }
    xml(out, path);
    out.push_str("\"/>");
}

/// `20260301120000 +0000`.
fn instant(out: &mut String, at: i64) {
    let [year, parts @ .., _] = utc_parts(at);
    number(out, year.into());
    for part in parts {
        if part < 10 {
            out.push('0');
        }
        number(out, part.into());
    }
    out.push_str(" +0000");
}
