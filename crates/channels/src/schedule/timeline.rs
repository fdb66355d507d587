//! The revisions of a channel, and the schedule that they come to.

use std::sync::Arc;

use super::{Kind, Plan, RELAY_LEAD_MS, Relay, Slot, State, Strip, machine::Machine};
use crate::{
    definition::Channel,
    error::{ChannelError, Problem, Result},
    library::Snapshot,
    time::{DAY, HOUR, Zone},
};

/// How long before it is shown everything is settled, besides three target durations: time for
/// every node to learn of an edit.
pub const LEAD_MS: i64 = 30_000;

/// The longest stretch that is answered at once: five weeks.
pub const MAX_SPAN_MS: i64 = 35 * DAY;

/// A version of the definition with the library it is made from, from an instant on.
///
/// To keep one, keep its version, the definition and the state (all are JSON), and make the
/// library again from the same rows, or keep the [strips](super::StoredStrip) that were made.
#[derive(Clone, Debug)]
pub struct Revision {
    /// Which edit it is, from 1. A revision of the same version only goes on where the last one
    /// was.
    pub version: u32,
    /// The definition.
    pub channel: Arc<Channel>,
    /// The library.
    pub library: Arc<Snapshot>,
    /// Where the channel is when it begins.
    pub state: State,
    /// A broadcast that it shows first.
    pub relay: Option<Arc<Relay>>,
}

/// When an edit takes effect: at the first boundary after a wanted instant that is not settled yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effective {
    /// After what is on air.
    Next,
    /// After what is on at an instant.
    After(i64),
    /// At the beginning of the next day in the channel's zone, after what runs over midnight: the
    /// horizon at which new items of the library enter.
    NextDay,
    /// At the first segment after an instant, in the middle of whatever is on: a broadcast takes
    /// over.
    Cut(i64),
}

/// A channel's revisions, in the order of time. They are only ever appended; what has aired stays.
#[derive(Clone, Debug)]
pub struct Timeline {
    id: String,
    revisions: Vec<Revision>,
}

impl Timeline {
    /// A new channel that begins at an instant. `id` is what chance begins with.
    ///
    /// Errors: [`ChannelError::Invalid`].
    pub fn begin(id: &str, channel: Arc<Channel>, library: Arc<Snapshot>, at: i64) -> Result<Self> {
        channel.validate()?;
        let state = State {
            at,
            event: (at - 1, u32::MAX),
            ..State::default()
        };
        let first = Revision {
            version: 1,
            channel,
            library,
            state,
            relay: None,
        };
        Ok(Self {
            id: id.to_owned(),
            revisions: vec![first],
        })
    }

    /// A channel of kept revisions.
    ///
    /// Errors: [`ChannelError::Damaged`] when there are none or they do not follow each other.
    pub fn of(id: &str, revisions: Vec<Revision>) -> Result<Self> {
        let follows = |a: &Revision, b: &Revision| {
            a.state.at < b.state.at
                && a.state.msn < b.state.msn
                && a.state.ordinal < b.state.ordinal
                && a.version <= b.version
        };
        if revisions.is_empty() || !revisions.windows(2).all(|pair| follows(&pair[0], &pair[1])) {
            return Err(ChannelError::Damaged("revisions do not follow each other"));
        }
        Ok(Self {
            id: id.to_owned(),
            revisions,
        })
    }

    /// The channel's identifier.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The revisions, oldest first; there is at least one.
    pub fn revisions(&self) -> &[Revision] {
        &self.revisions
    }

    /// The revision that holds at an instant; before the beginning it is the first one.
    pub fn revision(&self, at: i64) -> &Revision {
        let after = self
            .revisions
            .partition_point(|revision| revision.state.at <= at);
        &self.revisions[after.saturating_sub(1)]
    }

    /// When the channel begins, as far back as it is known.
    pub fn begins(&self) -> i64 {
        self.revisions.first().map_or(0, |first| first.state.at)
    }

    /// The strips that something of a stretch of time is in, oldest first, each whole.
    ///
    /// Errors: [`ChannelError::TooMuch`] above [`MAX_SPAN_MS`].
    pub fn strips(&self, from: i64, to: i64) -> Result<Vec<Strip>> {
        if to.saturating_sub(from) > MAX_SPAN_MS {
            return Err(ChannelError::TooMuch {
                what: "the span in milliseconds",
                limit: MAX_SPAN_MS.unsigned_abs(),
            });
        }
        let mut out = Vec::new();
        for (n, revision) in self.revisions.iter().enumerate() {
            let end = self
                .revisions
                .get(n + 1)
                .map_or(i64::MAX, |next| next.state.at);
            if end <= from || revision.state.at >= to {
                continue;
            }
            let plan = self.plan(revision)?;
            let (relayed, state) = begun(revision, &plan);
            if let Some(mut strip) = relayed {
                cut(&mut strip.slots, end, &strip.library);
                if strip.end() > from {
                    out.push(strip);
                }
            }
            if state.at >= end.min(to) {
                continue;
            }
            let mut machine = Machine::new(&plan, &state)?;
            while machine.at < end.min(to) {
                let date = plan.zone.date(machine.at);
                let ordinal = machine.ordinal;
                machine.run(plan.zone.instant(date, 1440).min(end));
                if machine.at <= from {
                    machine.out.clear();
                    continue;
                }
                let mut slots = std::mem::take(&mut machine.out);
                cut(&mut slots, end, &plan.library);
                slots.shrink_to_fit();
                out.push(Strip {
                    date,
                    version: revision.version,
                    ordinal,
                    library: Arc::clone(&revision.library),
                    slots,
                    withheld: Arc::default(),
                    adverts: Vec::new(),
                });
            }
        }
        // A strip that was cut short may end before what was asked for.
        out.retain(|strip| strip.end() > from);
        Ok(out)
    }

    /// Appends a new version of the definition, or the same one with another library.
    /// Returns the instant from which it holds. Revisions that were to begin later are replaced.
    ///
    /// Errors: [`ChannelError::Invalid`]; also when the [format](crate::definition::Format)
    /// differs, for players were told of it and will not ask again.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a revision shares them: whoever has none left need not count one more"
    )]
    pub fn edit(
        &mut self,
        now: i64,
        channel: Arc<Channel>,
        library: Arc<Snapshot>,
        when: Effective,
    ) -> Result<i64> {
        channel.validate()?;
        let last = self.revision(i64::MAX);
        if last.channel.format != channel.format {
            let reason = "cannot change while the channel is on the air";
            return Err(ChannelError::Invalid(vec![Problem::new("format", reason)]));
        }
        let version = last.version + 1;
        let settled = now + LEAD_MS + 3 * channel.format.target_ms();
        let state = self.boundary(settled, when)?;
        let at = state.at;
        let later = self.cut_off(at);
        // A broadcast that takes over at its own time still does.
        let relays = later.into_iter().filter(|later| later.relay.is_some());
        let relays: Vec<Revision> = relays.collect();
        self.revisions.push(Revision {
            version,
            channel: Arc::clone(&channel),
            library: Arc::clone(&library),
            state,
            relay: None,
        });
        for mut later in relays {
            later.version = version;
            later.channel = Arc::clone(&channel);
            later.library = Arc::clone(&library);
            self.put_back(later)?;
        }
        Ok(at)
    }

    /// Takes off what begins at an instant or later.
    fn cut_off(&mut self, at: i64) -> Vec<Revision> {
        let keep = self
            .revisions
            .partition_point(|revision| revision.state.at < at);
        self.revisions.split_off(keep)
    }

    /// Puts on again what was taken off, at about its own time: what is before it has changed.
    fn put_back(&mut self, later: Revision) -> Result<()> {
        let at = later.state.at;
        let when = if later.relay.is_some() {
            Effective::Cut(at)
        } else {
            Effective::After(at)
        };
        let state = self.boundary(at, when)?;
        // Of two that come to begin at one time the later counts; a broadcast stays.
        let replaced = self.cut_off(state.at).into_iter().next();
        let relay = later.relay.clone();
        let relay = relay.or(replaced.and_then(|replaced| replaced.relay));
        self.revisions.push(Revision {
            state,
            relay,
            ..later
        });
        Ok(())
    }

    /// A broadcast takes over at the first segment that begins at an instant or later and is
    /// not settled, or goes on where it is on already. When it hands back, the programme goes on
    /// by the clock. Returns from which instant on the schedule is another.
    ///
    /// Errors: [`ChannelError::Damaged`] when what is settled of a relay would change.
    pub fn relay(&mut self, now: i64, at: i64, relay: Relay) -> Result<i64> {
        let id = relay.form().id.as_str();
        let known = self.relay_of(id);
        let (state, own) = if let Some(n) = known {
            (self.revisions[n].state.clone(), self.revisions[n].clone())
        } else {
            let target = self.revision(i64::MAX).channel.format.target_ms();
            let settled = now + LEAD_MS + 3 * target;
            let state = self.boundary(settled.max(at), Effective::Cut(at))?;
            let on = self.revision(state.at - 1).clone();
            (state, on)
        };
        let begins = state.at;
        let ended = known.map(|n| self.handed_back(n)).transpose()?;
        let settled = now + RELAY_LEAD_MS;
        let over = |later: &&Revision| later.state.at > begins && later.state.at <= settled;
        if known.is_some() && self.revisions.iter().any(|later| over(&later)) {
            return Err(ChannelError::Damaged("the broadcast is over"));
        }
        let later = self.cut_off(begins);
        let later = later.into_iter().filter(|later| {
            later
                .relay
                .as_ref()
                .is_none_or(|other| other.form().id != id)
        });
        let later: Vec<Revision> = later.collect();
        self.revisions.push(Revision {
            state,
            relay: Some(Arc::new(relay)),
            ..own
        });
        for mut later in later {
            // What waits for its end holds when it ends, be that sooner than it was to.
            if later.relay.is_none() && Some(later.state.at) == ended {
                later.state.at = begins;
            }
            self.put_back(later)?;
        }
        Ok(begins)
    }

    /// Takes a broadcast that has not begun off again.
    pub fn unrelay(&mut self, id: &str) -> Result<Option<i64>> {
        let Some(n) = self.relay_of(id) else {
            return Ok(None);
        };
        let at = self.revisions[n].state.at;
        let before = self.revision(at - 1).version;
        let mut later = self.cut_off(at);
        later[0].relay = None;
        // An edit that was to begin with it still does.
        if later[0].version == before {
            later.remove(0);
        }
        for later in later {
            self.put_back(later)?;
        }
        Ok(Some(at))
    }

    /// When the broadcast of a revision hands back.
    fn handed_back(&self, n: usize) -> Result<i64> {
        let revision = &self.revisions[n];
        let (_, after) = begun(revision, &self.plan(revision)?);
        Ok(after.at)
    }

    /// The place of the revision in which a broadcast is.
    fn relay_of(&self, id: &str) -> Option<usize> {
        self.revisions.iter().rposition(|revision| {
            let relay = revision.relay.as_ref();
            relay.is_some_and(|relay| relay.form().id == id)
        })
    }

    /// The revision in which a broadcast is.
    pub fn relayed(&self, id: &str) -> Option<&Revision> {
        self.relay_of(id).map(|n| &self.revisions[n])
    }

    /// Takes up a new library at the horizon: after the coming midnight. A channel that is
    /// [bare](Self::is_bare) takes it up as soon as can be.
    pub fn renew(&mut self, now: i64, library: Arc<Snapshot>) -> Result<i64> {
        let channel = Arc::clone(&self.revision(i64::MAX).channel);
        let when = if self.is_bare(now)? {
            Effective::Next
        } else {
            Effective::NextDay
        };
        self.edit(now, channel, library, when)
    }

    /// Whether nothing of a programme, and no broadcast, is shown before the horizon.
    pub fn is_bare(&self, now: i64) -> Result<bool> {
        let Some(zone) = Zone::named(self.revision(now).channel.zone_name()) else {
            return Ok(false);
        };
        let horizon = zone.instant(zone.date(now), 1440);
        // Mostly the next hour tells.
        Ok(!self.shows_between(now, now + HOUR)? && !self.shows_between(now + HOUR, horizon)?)
    }

    /// Whether anything of a programme, or of a broadcast, is shown between two instants.
    pub fn shows_between(&self, from: i64, to: i64) -> Result<bool> {
        if from >= to {
            return Ok(false);
        }
        let strips = self.strips(from, to)?;
        let mut slots = strips.iter().flat_map(|strip| &strip.slots);
        Ok(slots.any(|slot| {
            slot.end() > from
                && slot.start < to
                && matches!(slot.kind, Kind::Programme | Kind::Live | Kind::LiveBreak)
        }))
    }

    /// Appends a revision that changes nothing, so that later questions go back no further than to
    /// it. Does nothing when one begins after the instant already.
    pub fn checkpoint(&mut self, at: i64) -> Result<()> {
        let last = self.revision(i64::MAX);
        if at <= last.state.at {
            return Ok(());
        }
        let plan = self.plan(last)?;
        let (_, state) = begun(last, &plan);
        if at <= state.at {
            return Ok(());
        }
        let mut machine = Machine::new(&plan, &state)?;
        advance(&mut machine, at);
        let revision = Revision {
            state: machine.state(),
            relay: None,
            ..last.clone()
        };
        self.revisions.push(revision);
        Ok(())
    }

    /// Forgets the revisions that ended before an instant.
    pub fn forget(&mut self, before: i64) {
        let keep = self
            .revisions
            .partition_point(|revision| revision.state.at <= before);
        self.revisions.drain(..keep.saturating_sub(1));
    }

    fn plan(&self, revision: &Revision) -> Result<Plan> {
        Plan::new(
            &self.id,
            revision.version,
            &revision.channel,
            &revision.library,
        )
    }

    /// Where the channel is at the boundary at which an edit takes effect.
    fn boundary(&self, settled: i64, when: Effective) -> Result<State> {
        let mut target = settled;
        if let Effective::After(at) | Effective::Cut(at) = when {
            target = target.max(at);
        }
        let first = &self.revisions[0];
        if target <= first.state.at {
            return Ok(first.state.clone());
        }
        let mut revision = self.revision(target);
        let mut plan = self.plan(revision)?;
        if when == Effective::NextDay {
            target = plan.zone.instant(plan.zone.date(target), 1440);
            revision = self.revision(target);
            plan = self.plan(revision)?;
        }
        let (relayed, after) = begun(revision, &plan);
        if let Some(strip) = relayed.filter(|_| target < after.at) {
            return Ok(self.within(&strip, target, when, after));
        }
        let mut machine = Machine::new(&plan, &after)?;
        advance(&mut machine, target);
        let mut state = machine.state();
        if machine.at > target {
            let mut ordinal = machine.ordinal - machine.out.len() as u64;
            let mut slots = machine.out.iter();
            let slot = slots.find(|slot| {
                ordinal += 1;
                slot.end() > target
            });
            // The end of what stands for nothing is not waited for, unless something was chosen
            // to come after it.
            let is_cut = |slot: &&Slot| {
                matches!(when, Effective::Cut(_))
                    || slot.kind == Kind::Slate && slots.all(|slot| slot.kind == Kind::Slate)
            };
            if let Some(slot) = slot.filter(is_cut) {
                let (segments, at) = boundary_after(slot, target, &plan.library);
                state.at = at;
                state.msn = slot.msn + u64::from(segments);
                // A slot of which nothing is shown is none.
                state.ordinal = ordinal - u64::from(segments == 0);
            }
        }
        Ok(self.or_next(target, state))
    }

    /// What another edit has begun before a boundary is the boundary itself.
    fn or_next(&self, target: i64, state: State) -> State {
        let next = self.revisions.iter().find(|next| next.state.at > target);
        match next.filter(|next| next.state.at <= state.at) {
            Some(next) => next.state.clone(),
            None => state,
        }
    }

    /// The boundary after an instant at which a broadcast is on: the end of it, or its next
    /// segment.
    fn within(&self, strip: &Strip, target: i64, when: Effective, after: State) -> State {
        let mut state = after;
        let slot = strip.slots.iter().position(|slot| slot.end() > target);
        if let (Effective::Cut(_), Some(n)) = (when, slot) {
            let slot = &strip.slots[n];
            let (segments, at) = if target <= slot.start {
                (0, slot.start)
            } else {
                boundary_after(slot, target, &strip.library)
            };
            state.at = at;
            state.msn = slot.msn + u64::from(segments);
            state.ordinal = strip.ordinal + n as u64 + u64::from(segments > 0);
        }
        self.or_next(target, state)
    }
}

/// The broadcast that a revision shows first, and where the channel is after it.
fn begun(revision: &Revision, plan: &Plan) -> (Option<Strip>, State) {
    match &revision.relay {
        None => (None, revision.state.clone()),
        Some(relay) => {
            let date = plan.zone.date(revision.state.at);
            relay.strip(&revision.state, date, revision.version)
        }
    }
}

/// Makes units until an instant, and keeps the last ones: the one that reaches over it among them.
fn advance(machine: &mut Machine<'_>, until: i64) {
    while machine.at < until {
        machine.out.clear();
        machine.run(until.min(machine.at + DAY));
    }
}

/// How many segments of a slot have begun before an instant, and when the next one begins.
fn boundary_after(slot: &Slot, at: i64, library: &Snapshot) -> (u32, i64) {
    let grid = &library.item(slot.item).grid;
    let base = grid.start(slot.first);
    let into = u32::try_from(at - slot.start).unwrap_or(0);
    let mut segment = grid.at(base + into);
    if grid.start(segment) < base + into {
        segment += 1;
    }
    (
        segment - slot.first,
        slot.start + i64::from(grid.start(segment) - base),
    )
}

/// Drops what lies behind an instant, which is a boundary of segments.
fn cut(slots: &mut Vec<Slot>, end: i64, library: &Snapshot) {
    slots.truncate(slots.partition_point(|slot| slot.start < end));
    if let Some(last) = slots.last_mut().filter(|last| last.end() > end) {
        let (count, at) = boundary_after(last, end, library);
        last.count = count;
        last.duration = u32::try_from(at - last.start).unwrap_or(last.duration);
    }
}

#[cfg(test)]
#[path = "timeline_tests.rs"]
mod tests;
