//! What keeps a definition from the air, and what its operator should know.

mod form;
mod review;
mod sources;

use std::collections::BTreeSet;

use matinee_media::language::canonical;
pub(super) use review::review;
use sources::{circle, rule, size, source};

use super::{AdBreaks, Block, Channel, Event};
use crate::{
    error::{ChannelError, Problem, Result},
    time::Zone,
};

/// The most blocks, events, and lists.
const MAX_BLOCKS: usize = 200;
/// The most hours for which repeats are looked out for: a week.
const MAX_NO_REPEAT_HOURS: u32 = 168;

#[derive(Default)]
struct Findings(Vec<Problem>);

impl Findings {
    fn add(&mut self, field: impl Into<String>, reason: impl Into<String>) {
        self.0.push(Problem::new(field, reason));
    }

    fn within(&mut self, field: &str, value: u64, least: u64, most: u64) {
        if !(least..=most).contains(&value) {
            self.add(field, format!("must be from {least} to {most}"));
        }
    }
}

pub(super) fn validate(channel: &Channel) -> Result<()> {
    let mut found = Findings::default();
    found.within("number", channel.number.into(), 1, 9999);
    if channel.name.trim().is_empty() || channel.name.chars().count() > 100 {
        found.add("name", "must have from 1 to 100 characters");
    }
    if let Some(slug) = &channel.slug
        && !is_name(slug, |c| {
            c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
        })
    {
        found.add(
            "slug",
            "must be of small letters, digits and hyphens, at most 64",
        );
    }
    if Zone::named(channel.zone_name()).is_none() {
        let name = channel.zone_name();
        found.add(
            "time_zone",
            format!("there is no time zone `{name}`; one is `Europe/Berlin`"),
        );
    }
    if let Some(language) = &channel.language
        && canonical(language).is_none()
    {
        found.add("language", "is no language tag (BCP 47)");
    }
    found.within("dvr_minutes", channel.dvr_minutes.into(), 0, 7 * 24 * 60);
    form::check(&channel.format, &mut found);
    if channel.rules.is_none() && channel.programme.is_empty() {
        found.add(
            "rules",
            "either these or a programme must say what is shown",
        );
    }
    if let Some(rules) = &channel.rules {
        rule(rules, "rules", &mut found);
    }
    size(channel, &mut found);
    blocks(channel, &mut found);
    events(channel, &mut found);
    found.within("lists", channel.lists.len() as u64, 0, MAX_BLOCKS as u64);
    for (name, list) in channel.lists.iter().take(MAX_BLOCKS) {
        let field = format!("lists.{name}");
        source(channel, list, &field, &mut found);
        if let Some(circle) = circle(channel, name) {
            found.add(field, format!("contains itself: {}", circle.join(" → ")));
        }
    }
    for (field, list) in [
        ("filler", channel.filler.as_ref()),
        (
            "idents.source",
            channel.idents.as_ref().map(|idents| &idents.source),
        ),
        ("bumpers", channel.bumpers.as_ref()),
    ] {
        if let Some(list) = list {
            source(channel, list, field, &mut found);
        }
    }
    if let Some(idents) = &channel.idents {
        found.within("idents.every", idents.every.into(), 1, 100);
    }
    if let Some(breaks) = &channel.ads {
        ads(channel, breaks, "ads", &mut found);
    }
    if let Some(watershed) = &channel.watershed {
        if watershed.from == watershed.to {
            found.add("watershed.to", "must not be when it begins");
        }
        found.within("watershed.min_age", watershed.min_age.into(), 1, 21);
    }
    if found.0.is_empty() {
        Ok(())
    } else {
        Err(ChannelError::Invalid(found.0))
    }
}

fn is_name(text: &str, allowed: impl Fn(char) -> bool) -> bool {
    (1..=64).contains(&text.len()) && text.chars().all(allowed)
}

fn blocks(channel: &Channel, found: &mut Findings) {
    found.within(
        "programme",
        channel.programme.len() as u64,
        0,
        MAX_BLOCKS as u64,
    );
    let mut names = BTreeSet::from(["rules"]);
    for (n, block) in channel.programme.iter().enumerate() {
        let field = format!("programme[{n}]");
        if block.name.trim().is_empty() || block.name.len() > 100 {
            found.add(
                format!("{field}.name"),
                "must have from 1 to 100 characters",
            );
        } else if !names.insert(&block.name) {
            found.add(
                format!("{field}.name"),
                "is taken: each block needs a name of its own",
            );
        }
        block_times(block, &field, found);
        if block.entries.is_empty() {
            source(channel, &block.source(), &field, found);
        } else if !block.source().is_empty() {
            found.add(
                format!("{field}.entries"),
                "stand in place of rules, items, shows, playlists and lists",
            );
        }
        found.within(
            &format!("{field}.entries"),
            block.entries.len() as u64,
            0,
            100,
        );
        for (n, entry) in block.entries.iter().enumerate() {
            let field = format!("{field}.entries[{n}]");
            source(channel, &entry.source, &format!("{field}.source"), found);
            found.within(
                &format!("{field}.count"),
                entry.count.unwrap_or(1).into(),
                1,
                100,
            );
        }
        if let Some(hours) = block.no_repeat_hours {
            let field = format!("{field}.no_repeat_hours");
            found.within(&field, hours.into(), 0, MAX_NO_REPEAT_HOURS.into());
        }
        if let Some(minutes) = block.pad_to_minutes
            && (minutes == 0 || !1440u32.is_multiple_of(minutes) || minutes > 720)
        {
            found.add(
                format!("{field}.pad_to_minutes"),
                "must divide a day: 5, 10, 15, 30, 60 …",
            );
        }
        if let Some(filler) = &block.filler {
            source(channel, filler, &format!("{field}.filler"), found);
        }
        if let Some(breaks) = &block.ads {
            ads(channel, breaks, &format!("{field}.ads"), found);
        }
    }
}

fn block_times(block: &Block, field: &str, found: &mut Findings) {
    if block.days.is_empty() {
        found.add(format!("{field}.days"), "name at least one day");
    }
    let from = block.from.unwrap_or_default();
    if from.minutes() == 1440 {
        found.add(format!("{field}.from"), "a day begins at 00:00");
    }
    if block.to == Some(from) {
        found.add(format!("{field}.to"), "must not be when it begins");
    }
    for (n, span) in block.dates.iter().enumerate() {
        if let Some(reason) = span.problem() {
            found.add(format!("{field}.dates[{n}]"), reason);
        }
    }
}

fn events(channel: &Channel, found: &mut Findings) {
    found.within("events", channel.events.len() as u64, 0, MAX_BLOCKS as u64);
    let mut names = BTreeSet::new();
    for (n, event) in channel.events.iter().enumerate() {
        let field = format!("events[{n}]");
        if event.name.trim().is_empty() || event.name.len() > 100 {
            found.add(
                format!("{field}.name"),
                "must have from 1 to 100 characters",
            );
        } else if !names.insert(&event.name) {
            found.add(
                format!("{field}.name"),
                "is taken: each event needs a name of its own",
            );
        }
        event_content(channel, event, &field, found);
        if event.days.is_empty() {
            found.add(format!("{field}.days"), "name at least one day");
        }
        if event.at.minutes() == 1440 {
            found.add(format!("{field}.at"), "a day begins at 00:00");
        }
        for (n, span) in event.dates.iter().enumerate() {
            if let Some(reason) = span.problem() {
                found.add(format!("{field}.dates[{n}]"), reason);
            }
        }
    }
}

fn event_content(channel: &Channel, event: &Event, field: &str, found: &mut Findings) {
    match (&event.source, &event.live) {
        (Some(_), Some(_)) => found.add(field, "has either a source or a broadcast"),
        (None, None) => found.add(format!("{field}.source"), "what is shown?"),
        (Some(list), None) => source(channel, list, &format!("{field}.source"), found),
        (None, Some(live)) => {
            found.within(
                &format!("{field}.live.minutes"),
                live.minutes.into(),
                1,
                1440,
            );
            if live.item.is_empty() {
                found.add(format!("{field}.live.item"), "which broadcast?");
            }
        }
    }
}

fn ads(channel: &Channel, breaks: &AdBreaks, field: &str, found: &mut Findings) {
    if let Some(minutes) = breaks.every_minutes {
        found.within(&format!("{field}.every_minutes"), minutes.into(), 2, 240);
    }
    found.within(&format!("{field}.seconds"), breaks.seconds.into(), 5, 900);
    if let Some(programmes) = breaks.after_programmes {
        let field = format!("{field}.after_programmes");
        found.within(&field, programmes.into(), 1, 100);
    }
    if let Some(list) = &breaks.source {
        source(channel, list, &format!("{field}.source"), found);
    }
}
