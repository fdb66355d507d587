//! The revisions of a channel, and the schedule that they come to.

use std::sync::Arc;

use super::{Plan, Slot, State, Strip, machine::Machine};
use crate::{
    definition::Channel,
    error::{ChannelError, Problem, Result},
    library::Snapshot,
    time::DAY,
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
            let mut machine = Machine::new(&plan, &revision.state)?;
            while machine.at < end.min(to) {
                let date = plan.zone.date(machine.at);
                let ordinal = machine.ordinal;
                machine.run(plan.zone.instant(date, 1440).min(end));
                if machine.at <= from {
                    machine.out.clear();
                    continue;
                }
                let mut slots = std::mem::take(&mut machine.out);
                cut(&mut slots, end, &plan);
                slots.shrink_to_fit();
                out.push(Strip {
                    date,
                    version: revision.version,
                    ordinal,
                    library: Arc::clone(&revision.library),
                    slots,
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
        self.revisions.retain(|revision| revision.state.at < at);
        self.revisions.push(Revision {
            version,
            channel,
            library,
            state,
        });
        Ok(at)
    }

    /// Takes up a new library at the horizon: after the coming midnight.
    pub fn renew(&mut self, now: i64, library: Arc<Snapshot>) -> Result<i64> {
        let channel = Arc::clone(&self.revision(i64::MAX).channel);
        self.edit(now, channel, library, Effective::NextDay)
    }

    /// Appends a revision that changes nothing, so that later questions go back no further than to
    /// it. Does nothing when one begins after the instant already.
    pub fn checkpoint(&mut self, at: i64) -> Result<()> {
        let last = self.revision(i64::MAX);
        if at <= last.state.at {
            return Ok(());
        }
        let plan = self.plan(last)?;
        let mut machine = Machine::new(&plan, &last.state)?;
        advance(&mut machine, at);
        let revision = Revision {
            state: machine.state(),
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
        let mut machine = Machine::new(&plan, &revision.state)?;
        advance(&mut machine, target);
        let mut state = machine.state();
        if let (Effective::Cut(_), true) = (when, machine.at > target) {
            let mut ordinal = machine.ordinal - machine.out.len() as u64;
            let slot = machine.out.iter().find(|slot| {
                ordinal += 1;
                slot.end() > target
            });
            if let Some(slot) = slot {
                let (segments, at) = boundary_after(slot, target, &plan);
                state.at = at;
                state.msn = slot.msn + u64::from(segments);
                // A slot of which nothing is shown is none.
                state.ordinal = ordinal - u64::from(segments == 0);
            }
        }
        // What another edit has begun before then is the boundary itself.
        let next = self.revisions.iter().find(|next| next.state.at > target);
        if let Some(next) = next.filter(|next| next.state.at <= state.at) {
            return Ok(next.state.clone());
        }
        Ok(state)
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
fn boundary_after(slot: &Slot, at: i64, plan: &Plan) -> (u32, i64) {
    let grid = &plan.library.item(slot.item).grid;
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
fn cut(slots: &mut Vec<Slot>, end: i64, plan: &Plan) {
    slots.truncate(slots.partition_point(|slot| slot.start < end));
    if let Some(last) = slots.last_mut().filter(|last| last.end() > end) {
        let (count, at) = boundary_after(last, end, plan);
        last.count = count;
        last.duration = u32::try_from(at - last.start).unwrap_or(last.duration);
    }
}
