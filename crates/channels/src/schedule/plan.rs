//! A definition resolved against a library: which items each source has, in which order.

use std::{collections::BTreeSet, sync::Arc};

use super::agenda::Agenda;
use crate::{
    definition::{AdBreaks, Channel, DateSpan, Days, Order, Source, Start, When},
    error::{ChannelError, Problem, Result},
    library::Snapshot,
    seed::Seed,
    time::{HOUR, MINUTE, Zone},
};

/// A definition resolved against a library. It is made to be asked and dropped; it holds a number
/// for each item of each source.
#[derive(Debug)]
pub struct Plan {
    pub(super) library: Arc<Snapshot>,
    pub(super) zone: Zone,
    pub(super) version: u32,
    pub(super) seed: Seed,
    pub(super) strands: Vec<Strand>,
    pub(super) blocks: Vec<BlockPlan>,
    pub(super) events: Vec<EventPlan>,
    pub(super) filler: Option<usize>,
    pub(super) idents: Option<(usize, u32)>,
    pub(super) bumpers: Option<usize>,
    pub(super) ads: Option<AdsPlan>,
    pub(super) slate: u32,
    /// From and to, in minutes, and the age.
    pub(super) watershed: Option<(u32, u32, u8)>,
    /// How far back repeats are looked out for.
    pub(super) memory: i64,
}

/// A source with its items.
#[derive(Debug)]
pub(super) struct Strand {
    /// Its name in the state.
    pub(super) key: String,
    pub(super) pool: Vec<u32>,
    pub(super) order: Order,
    pub(super) fingerprint: u64,
    /// Where each show begins in the pool, for turns between shows.
    pub(super) groups: Vec<u32>,
}

#[derive(Debug)]
pub(super) struct BlockPlan {
    pub(super) name: String,
    pub(super) days: Days,
    pub(super) dates: Vec<DateSpan>,
    /// Minutes after midnight; `None` for a block without times on all days.
    pub(super) times: Option<(u32, u32)>,
    pub(super) start: Start,
    /// Strands and how many of each.
    pub(super) turns: Vec<(usize, u32)>,
    pub(super) no_repeat: i64,
    pub(super) pad_minutes: Option<i64>,
    pub(super) filler: Option<usize>,
    pub(super) ads: Option<AdsPlan>,
}

#[derive(Debug)]
pub(super) struct EventPlan {
    pub(super) days: Days,
    pub(super) dates: Vec<DateSpan>,
    pub(super) minutes: u32,
    pub(super) start: Start,
    pub(super) strand: Option<usize>,
    /// The item of a broadcast, and how many minutes of it.
    pub(super) live: Option<(u32, u32)>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct AdsPlan {
    /// About every so many milliseconds; at markers when `None`.
    pub(super) every: Option<i64>,
    pub(super) length: i64,
    pub(super) strand: Option<usize>,
    /// Also after every so many programmes; never when 0.
    pub(super) after: u32,
    /// Whether others' segments may take the place of what stands in them.
    pub(super) decided: bool,
}

impl Plan {
    /// Resolves a definition. `id` is the channel's identifier, which chance begins with.
    ///
    /// Errors: [`ChannelError::Invalid`] when there is no such time zone. Everything else that
    /// may be wrong is met by filler and slate.
    pub fn new(id: &str, version: u32, channel: &Channel, library: &Arc<Snapshot>) -> Result<Self> {
        let zone = Zone::named(channel.zone_name()).ok_or_else(|| {
            ChannelError::Invalid(vec![Problem::new(
                "time_zone",
                "there is no such time zone",
            )])
        })?;
        let slate = channel
            .slate
            .as_deref()
            .and_then(|id| library.number(id))
            .filter(|&n| library.unfit(n, &channel.format).is_none());
        let mut plan = Self {
            library: Arc::clone(library),
            zone,
            version,
            seed: Seed::new(channel.seed).text(id),
            strands: Vec::new(),
            blocks: Vec::new(),
            events: Vec::new(),
            filler: None,
            idents: None,
            bumpers: None,
            ads: None,
            slate: slate.unwrap_or(library.slate()),
            watershed: channel.watershed.map(|w| {
                (
                    w.from.minutes(),
                    after(w.from.minutes(), w.to.minutes()),
                    w.min_age,
                )
            }),
            memory: 0,
        };
        plan.filler = channel
            .filler
            .as_ref()
            .and_then(|list| plan.strand(channel, list, "filler"));
        plan.bumpers = channel
            .bumpers
            .as_ref()
            .and_then(|list| plan.strand(channel, list, "bumpers"));
        plan.idents = channel.idents.as_ref().and_then(|idents| {
            plan.strand(channel, &idents.source, "idents")
                .map(|strand| (strand, idents.every))
        });
        plan.ads = channel
            .ads
            .as_ref()
            .map(|ads| plan.ads(channel, ads, "ads"));
        for block in channel.blocks() {
            plan.block(channel, &block);
        }
        for event in &channel.events {
            let key = format!("event/{}", event.name);
            let strand = event
                .source
                .as_ref()
                .and_then(|list| plan.strand(channel, list, &key));
            let live = event.live.as_ref().and_then(|live| {
                let number = library.number(&live.item)?;
                let fits = library.unfit(number, &channel.format).is_none();
                fits.then_some((number, live.minutes))
            });
            plan.events.push(EventPlan {
                days: event.days,
                dates: event.dates.clone(),
                minutes: event.at.minutes(),
                start: event.start.unwrap_or(Start::OnTime),
                strand,
                live,
            });
        }
        Ok(plan)
    }

    /// The library it was resolved against.
    pub fn library(&self) -> &Arc<Snapshot> {
        &self.library
    }

    fn block(&mut self, channel: &Channel, block: &crate::definition::Block) {
        let key = |what: &str| format!("block/{}/{what}", block.name);
        let turns: Vec<(usize, u32)> = block
            .turns()
            .iter()
            .enumerate()
            .filter_map(|(n, (source, count))| {
                let strand = self.strand(channel, source, &key(&n.to_string()))?;
                Some((strand, (*count).max(1)))
            })
            .collect();
        let filler = block
            .filler
            .as_ref()
            .and_then(|list| self.strand(channel, list, &key("filler")));
        let ads = block
            .ads
            .as_ref()
            .map(|ads| self.ads(channel, ads, &key("ads")));
        let timed = block.from.is_some() || block.to.is_some() || !block.when().always();
        let from = block.from.unwrap_or_default().minutes();
        let to = block.to.map_or(1440, |to| after(from, to.minutes()));
        let filler = filler.or(self.filler);
        let on_time = if filler.is_some() {
            Start::OnTime
        } else {
            Start::WhenFree
        };
        let no_repeat = i64::from(block.no_repeat_hours.unwrap_or(0)) * HOUR;
        self.memory = self.memory.max(no_repeat);
        self.blocks.push(BlockPlan {
            name: block.name.clone(),
            days: block.days,
            dates: block.dates.clone(),
            times: timed.then_some((from, to)),
            start: block.start.unwrap_or(on_time),
            turns,
            no_repeat,
            pad_minutes: block.pad_to_minutes.map(i64::from),
            filler,
            ads: ads.or(self.ads),
        });
    }

    fn ads(&mut self, channel: &Channel, ads: &AdBreaks, key: &str) -> AdsPlan {
        let own = ads
            .source
            .as_ref()
            .and_then(|list| self.strand(channel, list, key));
        AdsPlan {
            every: ads
                .every_minutes
                .map(|minutes| i64::from(minutes.max(1)) * MINUTE),
            length: i64::from(ads.seconds) * 1000,
            strand: own.or(self.filler),
            after: ads
                .after_programmes
                .map_or(0, |programmes| programmes.max(1)),
            decided: ads.decided,
        }
    }

    /// A strand of what of a source can be shown; `None` when that is nothing.
    fn strand(&mut self, channel: &Channel, source: &Source, key: &str) -> Option<usize> {
        let mut pool = members(channel, &self.library, source);
        pool.retain(|&n| self.library.unfit(n, &channel.format).is_none());
        if pool.is_empty() {
            return None;
        }
        let order = source.order();
        let mut groups = Vec::new();
        match order {
            Order::Chronological => self.library.sort_chronologically(&mut pool),
            Order::RoundRobin => {
                self.library.sort_by_show(&mut pool);
                let show = |n: u32| self.library.item(n).show.as_deref().map(str::to_lowercase);
                for (at, &n) in (0u32..).zip(&pool) {
                    let before = (at as usize)
                        .checked_sub(1)
                        .map(|before| show(pool[before]));
                    if before.is_none_or(|before| before.is_none() || before != show(n)) {
                        groups.push(at);
                    }
                }
            }
            Order::Shuffle | Order::InOrder => {}
        }
        let mut fingerprint = Seed::new(order as u64).with(self.library.fingerprint(&pool));
        // Another seed is another shuffle from the edit on; without one it is as it always was.
        if order == Order::Shuffle && channel.seed != 0 {
            fingerprint = fingerprint.with(channel.seed);
        }
        self.strands.push(Strand {
            key: key.to_owned(),
            fingerprint: fingerprint.get(),
            pool,
            order,
            groups,
        });
        Some(self.strands.len() - 1)
    }

    pub(super) fn agenda(&self, at: i64) -> Agenda {
        Agenda::new(self, self.zone.date(at))
    }
}

/// An end that is not after the beginning is on the next day.
fn after(from: u32, to: u32) -> u32 {
    if to <= from { to + 1440 } else { to }
}

impl BlockPlan {
    pub(super) fn when(&self) -> When<'_> {
        When {
            days: self.days,
            dates: &self.dates,
        }
    }
}

impl EventPlan {
    pub(super) fn when(&self) -> When<'_> {
        When {
            days: self.days,
            dates: &self.dates,
        }
    }
}

impl Strand {
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.pool.len()).unwrap_or(u32::MAX)
    }
}

/// The items that a source has: those listed as often as they are listed, then whatever of its
/// shows, rules and lists is not among them yet.
pub fn members(channel: &Channel, library: &Snapshot, source: &Source) -> Vec<u32> {
    let mut out = Vec::new();
    // One rule, as nearly always, matches nothing twice.
    let simple = source.items.is_empty()
        && source.playlists.is_empty()
        && source.shows.is_empty()
        && source.lists.is_empty();
    if let (true, Some(rules)) = (simple, &source.rules) {
        return library.matches(rules);
    }
    collect(
        channel,
        library,
        source,
        &mut out,
        &mut BTreeSet::new(),
        &mut BTreeSet::new(),
    );
    out
}

fn collect<'c>(
    channel: &'c Channel,
    library: &Snapshot,
    source: &'c Source,
    out: &mut Vec<u32>,
    seen: &mut BTreeSet<u32>,
    lists: &mut BTreeSet<&'c str>,
) {
    let items = source.items.iter().filter_map(|id| library.number(id));
    let listed = source.playlists.iter().flat_map(|id| library.playlist(id));
    for number in items.chain(listed) {
        seen.insert(number);
        out.push(number);
    }
    let shows = source.shows.iter().flat_map(|show| library.episodes(show));
    let rules = source.rules.iter().flat_map(|rules| library.matches(rules));
    for number in shows.chain(rules) {
        if seen.insert(number) {
            out.push(number);
        }
    }
    for name in &source.lists {
        // Each list once, so that one in a circle ends.
        if let (true, Some(list)) = (lists.insert(name), channel.lists.get(name)) {
            let mut inner = Vec::new();
            collect(
                channel,
                library,
                list,
                &mut inner,
                &mut BTreeSet::new(),
                lists,
            );
            out.extend(inner.into_iter().filter(|&number| seen.insert(number)));
        }
    }
}
