//! Events of a programme that are broadcasts: each of the coming day is a takeover of its own.

use std::collections::BTreeSet;

use matinee_channels::definition;
use matinee_channels::schedule::LEAD_MS;
use matinee_channels::seed::Seed;
use matinee_channels::time::{DAY, HOUR, MINUTE, Zone};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::NewTakeover;
use crate::store::{channels, takeovers};
use crate::{Channels, LinearError, Result, Station};

/// How far ahead broadcasts of a programme stand in the guide.
const AHEAD_MS: i64 = DAY + 2 * HOUR;
/// What the identifiers of those takeovers begin with.
const PREFIX: &str = "takeover_event_";
/// How many channels are read at once.
const PAGE: u64 = 200;

/// An event at its time.
struct Due<'c> {
    id: String,
    event: &'c definition::Event,
    at: i64,
}

impl Channels {
    /// Makes takeovers of the broadcasts in the programmes of the coming day, and calls off those
    /// that are in no programme any more.
    pub(crate) async fn plan_broadcasts(&self) -> Result<()> {
        let mut after = String::new();
        loop {
            let page: Vec<String> = channels::Entity::find()
                .select_only()
                .column(channels::Column::Id)
                .filter(channels::Column::DeletedAt.is_null())
                .filter(channels::Column::Id.gt(after.as_str()))
                // A definition that has none does not say so.
                .filter(channels::Column::Definition.contains("\"live\":"))
                .order_by_asc(channels::Column::Id)
                .limit(PAGE)
                .into_tuple()
                .all(self.0.db.read())
                .await?;
            let Some(last) = page.last() else { break };
            after.clone_from(last);
            for id in &page {
                if let Err(error) = Box::pin(self.plan_of(id)).await {
                    tracing::warn!(channel = id, %error, "broadcasts in a programme were not planned; it is tried again");
                }
            }
        }
        Box::pin(self.call_off()).await
    }

    async fn plan_of(&self, id: &str) -> Result<()> {
        let station = self.station(id).await?;
        let now = self.now();
        let due = due(&station, now);
        if due.is_empty() {
            return Ok(());
        }
        let ids = due.iter().map(|due| due.id.as_str());
        let known: BTreeSet<String> = takeovers::Entity::find()
            .select_only()
            .column(takeovers::Column::Id)
            .filter(takeovers::Column::Id.is_in(ids))
            .into_tuple()
            .all(self.0.db.read())
            .await?
            .into_iter()
            .collect();
        for due in due.into_iter().filter(|due| !known.contains(&due.id)) {
            let Some(live) = &due.event.live else {
                continue;
            };
            let new = NewTakeover {
                stream_id: live.item.clone(),
                title: None,
                starts_at: Some(due.at),
                lasts_ms: Some(i64::from(live.minutes) * MINUTE),
                made_by: None,
            };
            match Box::pin(self.take_over_as(due.id, id, new)).await {
                Ok(_) => {}
                // It is told where the programme is written; here it is only left out.
                Err(LinearError::Takeover { reason, .. }) => {
                    tracing::warn!(
                        channel = id,
                        event = due.event.name,
                        reason,
                        "left out of a programme"
                    );
                }
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }

    /// Calls off what no programme has any more.
    async fn call_off(&self) -> Result<()> {
        let now = self.now();
        let rows = takeovers::Entity::find()
            .filter(takeovers::Column::EndedAt.is_null())
            .filter(takeovers::Column::Id.starts_with(PREFIX))
            .filter(takeovers::Column::BeginsAt.gt(now + LEAD_MS + MINUTE))
            .all(self.0.db.read())
            .await?;
        for row in rows {
            let wanted = match self.station(&row.channel_id).await {
                Ok(station) => due(&station, now).iter().any(|due| due.id == row.id),
                Err(error) if matches!(error.root(), LinearError::NotFound(_)) => false,
                Err(error) => return Err(error),
            };
            if !wanted {
                let why = "It is not in the programme any more.";
                match self.hand_back(&row.channel_id, &row.id, why).await {
                    Err(LinearError::NotFound(_)) | Ok(_) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }
}

/// The broadcasts in a channel's programme that begin within the coming day.
fn due(station: &Station, now: i64) -> Vec<Due<'_>> {
    let channel = &station.written;
    let Some(zone) = Zone::named(channel.zone_name()) else {
        return Vec::new();
    };
    let soonest = now + LEAD_MS + 3 * channel.format.target_ms();
    let mut out = Vec::new();
    let mut date = zone.date(now);
    for _ in 0..3 {
        for event in channel.events.iter().filter(|event| event.live.is_some()) {
            let at = zone.instant(date, event.at.minutes());
            if event.when().on(date) && (soonest..now + AHEAD_MS).contains(&at) {
                let name = Seed::new(at.cast_unsigned())
                    .text(&station.channel.id)
                    .text(&event.name)
                    .text(event.live.as_ref().map_or("", |live| &live.item))
                    .with(event.live.as_ref().map_or(0, |live| live.minutes.into()));
                out.push(Due {
                    id: format!("{PREFIX}{:016x}", name.get()),
                    event,
                    at,
                });
            }
        }
        date = date.tomorrow().unwrap_or(date);
    }
    out
}
