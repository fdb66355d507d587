//! Of what a channel shows: sources and their rules.

use std::collections::BTreeSet;

use super::Findings;
use crate::definition::{Bounds, Channel, MAX_DEPTH, MAX_PARTS, Rule, Source};
use crate::library::{MAX_SEARCH, asks};

/// The most texts in a list.
const MAX_LIST: usize = 5000;

/// The most sources of a channel, and the most rules in all of them: each is worked out whenever
/// the schedule is.
const MAX_SOURCES: usize = 400;
const MAX_RULES: usize = 2000;

pub(super) fn source(channel: &Channel, source: &Source, field: &str, found: &mut Findings) {
    if source.is_empty() {
        found.add(field, "needs rules, items, shows, playlists or lists");
    }
    if let Some(rules) = &source.rules {
        rule(rules, &format!("{field}.rules"), found);
    }
    for (name, list) in [
        ("items", &source.items),
        ("shows", &source.shows),
        ("playlists", &source.playlists),
        ("lists", &source.lists),
    ] {
        texts(list, &format!("{field}.{name}"), found);
    }
    for (n, name) in source.lists.iter().enumerate() {
        if !channel.lists.contains_key(name) {
            found.add(
                format!("{field}.lists[{n}]"),
                format!("there is no list `{name}`"),
            );
        }
    }
}

fn texts(list: &[String], field: &str, found: &mut Findings) {
    found.within(field, list.len() as u64, 0, MAX_LIST as u64);
    for (n, text) in list.iter().enumerate() {
        if text.trim().is_empty() || text.len() > 500 {
            found.add(
                format!("{field}[{n}]"),
                "must have from 1 to 500 characters",
            );
        }
    }
}

/// The way from a list back to itself.
pub(super) fn circle(channel: &Channel, start: &str) -> Option<Vec<String>> {
    fn walk(
        channel: &Channel,
        start: &str,
        at: &str,
        way: &mut Vec<String>,
        seen: &mut BTreeSet<String>,
    ) -> bool {
        way.push(at.to_owned());
        let next = channel.lists.get(at).map_or(&[][..], |list| &list.lists);
        for name in next {
            if name == start {
                way.push(name.clone());
                return true;
            }
            if seen.insert(name.clone()) && walk(channel, start, name, way, seen) {
                return true;
            }
        }
        way.pop();
        false
    }
    let mut way = Vec::new();
    walk(channel, start, start, &mut way, &mut BTreeSet::new()).then_some(way)
}

pub(super) fn rule(top: &Rule, field: &str, found: &mut Findings) {
    let mut parts = 0;
    inner_rule(top, field, 0, &mut parts, found);
    if parts > MAX_PARTS {
        found.add(
            field,
            format!("has {parts} rules in it, at most {MAX_PARTS} may be"),
        );
    }
}

fn inner_rule(rule: &Rule, field: &str, depth: usize, parts: &mut usize, found: &mut Findings) {
    *parts += 1;
    if depth >= MAX_DEPTH {
        found.add(
            field,
            format!("rules may stand {MAX_DEPTH} deep in each other"),
        );
        return;
    }
    if *parts > MAX_PARTS {
        return;
    }
    for (name, list) in rule.lists() {
        texts(list, &format!("{field}.{name}"), found);
    }
    if let Some(search) = &rule.search {
        let field = format!("{field}.search");
        if search.len() > MAX_SEARCH {
            found.add(field, format!("must not be longer than {MAX_SEARCH} bytes"));
        } else if !asks(search) {
            found.add(field, "has no word to be looked for");
        }
    }
    for (name, bounds) in [("year", rule.year), ("minutes", rule.minutes)] {
        let Some(Bounds { from, to }) = bounds else {
            continue;
        };
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            found.add(
                format!("{field}.{name}"),
                format!("nothing is from {from} to {to}"),
            );
        }
        if (from, to) == (None, None) {
            found.add(format!("{field}.{name}"), "needs a least or a most");
        }
    }
    if rule.not.as_deref() == Some(&Rule::default()) {
        found.add(
            format!("{field}.not"),
            "matches everything, so nothing is left",
        );
    }
    let impossible = rule
        .all
        .iter()
        .any(|part| rule.not.as_deref() == Some(part));
    if impossible {
        found.add(
            format!("{field}.not"),
            "is what must hold, so nothing is left",
        );
    }
    for (name, list) in [("all", &rule.all), ("any", &rule.any)] {
        for (n, part) in list.iter().enumerate() {
            inner_rule(
                part,
                &format!("{field}.{name}[{n}]"),
                depth + 1,
                parts,
                found,
            );
        }
    }
    if let Some(not) = &rule.not {
        inner_rule(not, &format!("{field}.not"), depth + 1, parts, found);
    }
}

/// Whether it is all of a size that is worked out in no time.
pub(super) fn size(channel: &Channel, found: &mut Findings) {
    let blocks = channel.blocks();
    let turns = blocks
        .iter()
        .flat_map(|block| block.turns().into_iter().map(|(source, _)| source));
    let events = channel
        .events
        .iter()
        .filter_map(|event| event.source.clone());
    let lists = channel.lists.values().cloned();
    let (mut sources, mut rules) = (0, 0);
    for source in turns.chain(events).chain(lists) {
        sources += 1;
        rules += source.rules.as_ref().map_or(0, parts);
    }
    if sources > MAX_SOURCES {
        found.add(
            "programme",
            format!("has {sources} sources in all, at most {MAX_SOURCES} may be"),
        );
    }
    if rules > MAX_RULES {
        found.add(
            "programme",
            format!("has {rules} rules in all, at most {MAX_RULES} may be"),
        );
    }
}

fn parts(rule: &Rule) -> usize {
    let inner = rule.all.iter().chain(&rule.any).chain(rule.not.as_deref());
    1 + inner.map(parts).sum::<usize>()
}
