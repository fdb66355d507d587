//! Of what a definition comes to in a library.

use super::Findings;
use crate::{
    definition::{Channel, Source},
    error::Problem,
    library::Snapshot,
};

pub(in crate::definition) fn review(channel: &Channel, library: &Snapshot) -> Vec<Problem> {
    let mut found = Findings::default();
    if let Some(rules) = &channel.rules {
        let source = Source {
            rules: Some(rules.clone()),
            ..Source::default()
        };
        review_source(channel, library, &source, "rules", false, &mut found);
    }
    for (n, block) in channel.programme.iter().enumerate() {
        let field = format!("programme[{n}]");
        if block.entries.is_empty() {
            review_source(channel, library, &block.source(), &field, false, &mut found);
        }
        for (n, entry) in block.entries.iter().enumerate() {
            let field = format!("{field}.entries[{n}].source");
            review_source(channel, library, &entry.source, &field, false, &mut found);
        }
        if let Some(filler) = &block.filler {
            review_source(
                channel,
                library,
                filler,
                &format!("{field}.filler"),
                true,
                &mut found,
            );
        }
    }
    for (n, event) in channel.events.iter().enumerate() {
        if let Some(source) = &event.source {
            let field = format!("events[{n}].source");
            review_source(channel, library, source, &field, false, &mut found);
        }
        if let Some(live) = &event.live {
            let field = format!("events[{n}].live.item");
            match library.number(&live.item) {
                // A stream is no item: whoever serves the channel lets it take over.
                None if live.item.starts_with("stream_") => {}
                None => found.add(field, format!("there is no item `{}`", live.item)),
                Some(number) => {
                    if let Some(why) = library.unfit(number, &channel.format) {
                        found.add(field, why.to_string());
                    }
                }
            }
        }
    }
    if let Some(filler) = &channel.filler {
        review_source(channel, library, filler, "filler", true, &mut found);
    }
    if let Some(idents) = &channel.idents {
        review_source(
            channel,
            library,
            &idents.source,
            "idents.source",
            true,
            &mut found,
        );
    }
    if let Some(slate) = &channel.slate {
        match library.number(slate) {
            None => found.add(
                "slate",
                format!("there is no item `{slate}`; the built-in slate is shown"),
            ),
            Some(n) => {
                if let Some(why) = library.unfit(n, &channel.format) {
                    found.add("slate", format!("{why}; the built-in slate is shown"));
                }
            }
        }
    }
    found.0
}

/// What counts as short for what stands between programmes.
const SHORT_MS: u32 = 10 * 60_000;

fn review_source(
    channel: &Channel,
    library: &Snapshot,
    source: &Source,
    field: &str,
    short: bool,
    found: &mut Findings,
) {
    for (n, id) in source.items.iter().enumerate() {
        let field = format!("{field}.items[{n}]");
        match library.number(id) {
            None => found.add(field, format!("there is no item `{id}`")),
            Some(number) => {
                if let Some(why) = library.unfit(number, &channel.format) {
                    found.add(field, why.to_string());
                }
            }
        }
    }
    for (n, id) in source.playlists.iter().enumerate() {
        if library.playlist(id).is_empty() {
            found.add(
                format!("{field}.playlists[{n}]"),
                "nothing of this playlist can be shown: it is empty, private, or not there",
            );
        }
    }
    let all = crate::schedule::members(channel, library, source);
    let (fit, unfit): (Vec<u32>, Vec<u32>) = all
        .into_iter()
        .partition(|&n| library.unfit(n, &channel.format).is_none());
    if fit.is_empty() && unfit.is_empty() {
        found.add(field, "matches nothing in the library");
    } else if fit.is_empty() {
        let why = library
            .unfit(unfit[0], &channel.format)
            .map(|why| why.to_string())
            .unwrap_or_default();
        found.add(
            field,
            format!("matches {} that cannot be shown: {why}", unfit.len()),
        );
    } else if short && fit.iter().all(|&n| library.item(n).duration() > SHORT_MS) {
        found.add(
            field,
            "everything in it is longer than ten minutes, which seldom fits between programmes",
        );
    }
}
