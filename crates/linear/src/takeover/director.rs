//! Whoever sees that a broadcast that takes a channel over is shown, on the node that has it.

use std::collections::HashMap;

use matinee_channels::schedule::{RELAY_LEAD_MS, Relay, RelayForm, Stretch};
use matinee_channels::time::MINUTE;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::taking::{CUSHION_MS, Outcome, Part, Place, Taking};
use super::{OPEN_ENDED_MS, Segment, part_key, shown_to_all};
use crate::store::takeovers;
use crate::{Channels, LinearError, Result, Takeover};

/// How many takeovers are looked after at once.
const MOST: u64 = 500;
/// How many segments are looked at each time.
const LOOKED_AT: usize = 8;
/// How many segments before the newest a broadcast is begun with: its smaller sizes are there.
const BEHIND: u64 = 3;
/// How long a broadcast may be away before the channel goes on without it.
const GRACE_MS: i64 = MINUTE;
/// So much is taken before it is written, unless time presses.
const BATCH_MS: i64 = 4_000;

/// What one node knows of the takeovers whose broadcasts it has.
#[derive(Debug, Default)]
pub struct Director {
    takings: HashMap<String, Taking>,
}

impl Channels {
    /// Goes on with all that is taken over, and hands back what is over.
    pub async fn direct(&self, director: &mut Director) {
        let open = match self.open().await {
            Ok(open) => open,
            Err(error) => {
                tracing::warn!(%error, "takeovers of channels are not known; it is tried again");
                return;
            }
        };
        director
            .takings
            .retain(|id, _| open.iter().any(|row| row.id == *id));
        for row in open {
            let taking = director.takings.entry(row.id.clone()).or_default();
            if let Err(error) = Box::pin(self.go_on(&row, taking)).await {
                tracing::warn!(takeover = row.id, %error, "a takeover does not go on; it is tried again");
                taking.interrupt();
            }
        }
    }

    async fn open(&self) -> Result<Vec<Takeover>> {
        // What begins in a while needs nothing yet.
        let soon = self.now() + MINUTE;
        let rows = takeovers::Entity::find()
            .filter(takeovers::Column::EndedAt.is_null())
            .filter(takeovers::Column::BeginsAt.lt(soon))
            .order_by_asc(takeovers::Column::BeginsAt)
            .limit(MOST)
            .all(self.0.db.read())
            .await?;
        Ok(rows)
    }

    async fn go_on(&self, row: &Takeover, taking: &mut Taking) -> Result<()> {
        let station = match self.station(&row.channel_id).await {
            Err(error) if matches!(error.root(), LinearError::NotFound(_)) => {
                self.close(row, self.now(), "The channel is gone.").await?;
                return Ok(());
            }
            other => other?,
        };
        let now = self.now();
        let Some(revision) = station.timeline.relayed(&row.id) else {
            self.close(row, now, "Another edit has taken its place.")
                .await?;
            return Ok(());
        };
        let Some(relay) = &revision.relay else {
            return Ok(());
        };
        let begins = revision.state.at;
        let end = relay.taken_until(begins);
        if row.until.is_some_and(|until| end >= until || now >= until) {
            let at = row.until.unwrap_or(end).max(end);
            self.close(row, at, "Its time was over.").await?;
            return Ok(());
        }
        if now < begins - RELAY_LEAD_MS - CUSHION_MS {
            return Ok(());
        }
        let stream = self.0.air.stream(&row.stream_id).await;
        let Some(stream) = stream.filter(|stream| shown_to_all(&station, stream, now)) else {
            let why = "Not everybody who may watch the channel may watch the broadcast any more.";
            self.hand_back(&row.channel_id, &row.id, why).await?;
            return Ok(());
        };
        let segments = self.segments(row, taking);
        let fed = row.fed_until.unwrap_or(begins).max(begins);
        let nothing = segments.as_ref().is_none_or(Vec::is_empty);
        if nothing && !stream.is_live && row.fed_until.is_some() {
            let why = "The broadcast has ended.";
            self.end(&row.channel_id, &row.id, why, true).await?;
            return Ok(());
        }
        if nothing && now > fed + GRACE_MS {
            let why = if row.fed_until.is_some() {
                "The broadcast was away for too long."
            } else {
                "The broadcast did not come."
            };
            self.hand_back(&row.channel_id, &row.id, why).await?;
            return Ok(());
        }
        let Some(segments) = segments else {
            return Ok(());
        };
        let place = Place {
            format: station.format(),
            channel: &row.channel_id,
            takeover: &row.id,
            now,
            end,
            fills: station.has_decided(),
        };
        let mut taken = Taken {
            form: relay.form().clone(),
            begins,
            end,
            parts: Vec::new(),
            grown: false,
        };
        let before = taking.place();
        taken.take(taking, &segments, &place)?;
        let open_ended = row.until.is_none() && taken.form.until < now + OPEN_ENDED_MS / 2;
        if open_ended {
            taken.form.until = now + OPEN_ENDED_MS;
        }
        if !taken.grown && !open_ended {
            return Ok(());
        }
        let written = self.write(row, taken).await;
        if !matches!(written, Ok(true)) {
            // What was not written is taken again, into another item.
            taking.go_back(before);
        }
        match written {
            Err(LinearError::Channel(matinee_channels::ChannelError::Damaged(_))) => {
                let why = "Another edit has taken its place.";
                self.close(row, now, why).await?;
                Ok(())
            }
            other => other.map(drop),
        }
    }

    /// Keeps what was taken, then tells of it. Gives whether there still is a takeover.
    async fn write(&self, row: &Takeover, taken: Taken) -> Result<bool> {
        for part in taken.parts {
            let key = part_key(&row.channel_id, &row.id, &part.name)?;
            self.0.blobs.put(&key, part.bytes).await?;
        }
        let (id, begins, form, end) = (row.id.clone(), taken.begins, taken.form, taken.end);
        let written = self
            .reschedule(&row.channel_id, move |station, now| {
                if station.timeline.relayed(&id).is_none() {
                    return Ok(None);
                }
                let mut timeline = station.timeline.clone();
                let from = timeline.relay(now, begins, Relay::new(form.clone())?)?;
                Ok(Some((timeline, from, ())))
            })
            .await?;
        if taken.grown {
            takeovers::Entity::update_many()
                .col_expr(takeovers::Column::FedUntil, Expr::value(end))
                .filter(takeovers::Column::Id.eq(row.id.as_str()))
                .exec(self.0.db.write())
                .await?;
        }
        Ok(written.is_some())
    }

    /// What has come of the broadcast; `None` when it is not here.
    fn segments(&self, row: &Takeover, taking: &Taking) -> Option<Vec<Segment>> {
        let air = &self.0.air;
        if taking.last.is_some() {
            return air.taken(&row.stream_id, taking.last, LOOKED_AT);
        }
        let newest = air.taken(&row.stream_id, None, 1)?;
        let Some(newest) = newest.first() else {
            return Some(Vec::new());
        };
        let after = newest.msn.saturating_sub(BEHIND + 1);
        air.taken(&row.stream_id, Some(after), LOOKED_AT)
    }
}

/// A relay that grows.
struct Taken {
    form: RelayForm,
    begins: i64,
    end: i64,
    parts: Vec<Part>,
    grown: bool,
}

impl Taken {
    /// Takes what may be taken now.
    fn take(&mut self, taking: &mut Taking, segments: &[Segment], place: &Place<'_>) -> Result<()> {
        let settled = place.now + RELAY_LEAD_MS;
        let ready = segments.iter().map(|one| (one.ends - one.begins) / 1000);
        let ready = i64::try_from(ready.sum::<u64>()).unwrap_or(i64::MAX);
        if ready < BATCH_MS && self.end >= settled + CUSHION_MS {
            return Ok(());
        }
        for segment in segments {
            if self.end > settled + 2 * CUSHION_MS {
                break;
            }
            let mut form = self.form.clone();
            // What is settled and has not been taken is slate, and stays it.
            let missing = settled - self.end;
            if missing > 0 {
                let count = u32::try_from(missing.unsigned_abs().div_ceil(1000)).unwrap_or(1);
                match form.stretches.last_mut() {
                    Some(Stretch::Slate { count: before }) => *before += count,
                    _ => form.stretches.push(Stretch::Slate { count }),
                }
                taking.interrupt();
            }
            let place = Place {
                end: self.end,
                ..*place
            };
            match taking.take(segment, &mut form, &place)? {
                Outcome::Taken(more) => {
                    self.parts.extend(more);
                    let relay = Relay::new(form)?;
                    self.end = relay.taken_until(self.begins);
                    self.form = relay.form().clone();
                    self.grown = true;
                }
                Outcome::PassedOver => {}
                Outcome::NotYet => break,
            }
        }
        Ok(())
    }
}
