//! A channel in memory: its row, and the timeline of its revisions.

use std::collections::HashMap;
use std::sync::Arc;

use matinee_channels::definition::{self, Format};
use matinee_channels::schedule::{Relay, Revision, Timeline};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::adverts::has_decided;
use crate::library::{Libraries, Library, Share};
use crate::store::revisions;
use crate::{Channel, LinearError, Result};

/// A channel as it is known here. It never changes; a change makes another one.
#[derive(Debug)]
pub struct Station {
    /// Its row.
    pub channel: Channel,
    /// Its definition as it was last written. It may not have begun.
    pub written: Arc<definition::Channel>,
    /// Its schedule.
    pub timeline: Timeline,
    /// The library that its last revision chooses from.
    pub library: Library,
    /// Those that any of its revisions chooses from.
    pub(crate) libraries: Vec<Library>,
    /// What of the library its viewers may see.
    pub(crate) share: Share,
    pub(crate) decided: bool,
}

impl Station {
    /// The form of everything that it shows.
    pub fn format(&self) -> &Format {
        // It is the same in every revision.
        &self.timeline.revision(i64::MAX).channel.format
    }

    /// The number that viewers type.
    pub fn number(&self) -> u32 {
        self.written.number
    }

    /// How far back viewers may go, in milliseconds.
    pub fn dvr_ms(&self) -> i64 {
        i64::from(self.written.dvr_minutes) * 60_000
    }

    /// Whether it has breaks that are decided.
    pub fn has_decided(&self) -> bool {
        self.decided
    }

    /// Whether anything of an item may be fetched for this channel: it is, or was lately, among
    /// what it chooses from.
    pub fn has(&self, item: &str) -> bool {
        let mut revisions = self.timeline.revisions().iter().rev();
        self.library.snapshot.number(item).is_some()
            || revisions.any(|revision| revision.library.number(item).is_some())
    }

    /// The library of a revision, with its name.
    pub(crate) fn library_of(&self, revision: &Revision) -> &Library {
        let same = |library: &&Library| Arc::ptr_eq(&library.snapshot, &revision.library);
        self.libraries.iter().find(same).unwrap_or(&self.library)
    }

    /// The edit that has not begun at an instant, if there is one: its number and when it begins.
    pub fn upcoming(&self, now: i64) -> Option<(u32, i64)> {
        let on = self.timeline.revision(now).version;
        let coming = self.timeline.revisions().iter().find(|r| r.version > on);
        coming
            .filter(|revision| revision.state.at > now)
            .map(|revision| (revision.version, revision.state.at))
    }
}

/// Puts channels together from their rows, in one query and a load of each library.
pub(crate) async fn assemble<C: ConnectionTrait>(
    conn: &C,
    libraries: &Libraries,
    channels: Vec<Channel>,
) -> Result<Vec<Station>> {
    let mut rows: HashMap<String, Vec<revisions::Model>> = HashMap::new();
    for ids in channels.chunks(500) {
        let found = revisions::Entity::find()
            .filter(revisions::Column::ChannelId.is_in(ids.iter().map(|c| c.id.as_str())))
            .order_by_asc(revisions::Column::ChannelId)
            .order_by_asc(revisions::Column::BeginsAt)
            .all(conn)
            .await?;
        for row in found {
            rows.entry(row.channel_id.clone()).or_default().push(row);
        }
    }
    let mut out = Vec::with_capacity(channels.len());
    for channel in channels {
        let own = rows.remove(&channel.id).unwrap_or_default();
        out.push(of_rows(libraries, channel, own).await?);
    }
    Ok(out)
}

async fn of_rows(
    libraries: &Libraries,
    mut channel: Channel,
    rows: Vec<revisions::Model>,
) -> Result<Station> {
    let mut revisions: Vec<Revision> = Vec::with_capacity(rows.len());
    let mut last: Option<(String, Library)> = None;
    let mut known: Vec<Library> = Vec::new();
    for row in rows {
        // Most revisions only go on: the same text is the same definition.
        let same = last.as_ref().filter(|(text, _)| *text == row.definition);
        let definition = match (same, revisions.last()) {
            (Some(_), Some(before)) => before.channel.clone(),
            _ => Arc::new(serde_json::from_str(&row.definition).map_err(LinearError::damaged)?),
        };
        let library = match &last {
            Some((_, library)) if *library.id == *row.library_id => library.clone(),
            _ => libraries.load(&row.library_id).await?,
        };
        let relay = match &row.relay {
            None => None,
            Some(text) => {
                let form = serde_json::from_str(text).map_err(LinearError::damaged)?;
                Some(Arc::new(Relay::new(form)?))
            }
        };
        if known.iter().all(|other| other.id != library.id) {
            known.push(library.clone());
        }
        revisions.push(Revision {
            version: u32::try_from(row.edition).unwrap_or(0),
            channel: definition,
            library: library.snapshot.clone(),
            state: serde_json::from_str(&row.state).map_err(LinearError::damaged)?,
            relay,
        });
        last = Some((row.definition, library));
    }
    let timeline = Timeline::of(&channel.id, revisions)?;
    let (text, library) = last.ok_or(LinearError::NotFound("revision"))?;
    let written = if text == channel.definition {
        timeline.revision(i64::MAX).channel.clone()
    } else {
        Arc::new(channel.written()?)
    };
    let share = Share::of(&channel);
    // It is in memory once.
    channel.definition = String::new();
    let decided = timeline
        .revisions()
        .iter()
        .any(|revision| has_decided(&revision.channel));
    Ok(Station {
        channel,
        written,
        timeline,
        library,
        libraries: known,
        share,
        decided,
    })
}
