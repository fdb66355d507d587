//! Broadcasts that take channels over, and hand back.
//!
//! A takeover is a cut in the schedule, made by the same path as an edit: at the next segment
//! that is not settled, or at a time to come. From there on the channel shows what the node that
//! has the broadcast takes of it: whole segments, in the sizes in which the broadcast is to be
//! had, kept as blobs and named in the revision some seconds before they are shown, so that every
//! node shows the same. Where nothing comes the slate stands. When the broadcast ends, is away for
//! a minute, its time is over, or somebody says so, the channel goes on with its programme.
//!
//! Nobody has to do anything for that: the revision says when it hands back, and it is put off
//! while the broadcast goes on. So a node that dies takes no channel with it.

mod air;
mod director;
mod events;
mod taking;

use std::sync::Arc;

use bytes::Bytes;
use matinee_channels::schedule::{MAX_RELAY_MS, MAX_SPAN_MS, Relay, RelayForm, Stretch, Timeline};
use matinee_channels::time::MINUTE;
use matinee_engines::blobs::BlobKey;
use matinee_engines::id::Id;
use matinee_engines::time::now_micros;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

pub use air::{Air, InBreak, OpenTo, Rendition, Segment, Stream};
pub use director::Director;

use crate::edit::{claim, write_from};
use crate::library::{Share, aside};
use crate::store::{channels, takeovers};
use crate::{Channels, LinearError, Result, Station, Takeover};

/// How often a change is begun anew when others were faster.
const ATTEMPTS: usize = 8;
/// How far ahead a broadcast without an end is said to go on.
const OPEN_ENDED_MS: i64 = 10 * MINUTE;
/// The most takeovers that a channel may have ahead of it.
const MOST_AHEAD: u64 = 100;
/// The most that are listed.
const LISTED: u64 = 200;
/// The largest part of a broadcast.
const PART_MAX: u64 = 64 << 20;

/// A takeover about to be made.
#[derive(Clone, Debug)]
pub struct NewTakeover {
    /// The stream.
    pub stream_id: String,
    /// What it is called on the channel; as the stream unless given.
    pub title: Option<String>,
    /// When it takes over (UTC milliseconds); as soon as can be unless given.
    pub starts_at: Option<i64>,
    /// How long it lasts at most, in milliseconds; until the broadcast ends unless given.
    pub lasts_ms: Option<i64>,
    /// The account that wants it.
    pub made_by: Option<String>,
}

fn refused(field: &'static str, reason: &'static str) -> LinearError {
    LinearError::Takeover { field, reason }
}

impl Channels {
    /// Lets a broadcast take a channel over.
    pub async fn take_over(&self, id: &str, new: NewTakeover) -> Result<Takeover> {
        let takeover = Id::new("takeover").to_string();
        Box::pin(self.take_over_as(takeover, id, new)).await
    }

    async fn take_over_as(&self, takeover: String, id: &str, new: NewTakeover) -> Result<Takeover> {
        let now = self.now();
        let stream = self.0.air.stream(&new.stream_id).await;
        let stream = stream.ok_or_else(|| refused("stream_id", "there is no such stream"))?;
        let station = self.station(id).await?;
        if !shown_to_all(&station, &stream, now) {
            return Err(refused(
                "stream_id",
                "not everybody who may watch the channel may watch this stream",
            ));
        }
        let starts_at = new.starts_at.unwrap_or(now);
        if starts_at > now + MAX_SPAN_MS {
            return Err(refused("starts_at", "must be within five weeks"));
        }
        if new
            .lasts_ms
            .is_some_and(|ms| !(MINUTE..=MAX_RELAY_MS).contains(&ms))
        {
            return Err(refused("minutes", "must be from 1 to 1440"));
        }
        let ahead = self.takeovers(id).await?;
        let open = ahead.iter().filter(|one| one.ended_at.is_none());
        if open.count() as u64 >= MOST_AHEAD {
            return Err(refused(
                "stream_id",
                "the channel has a hundred takeovers ahead",
            ));
        }
        let title = new.title.unwrap_or_else(|| stream.title.clone());
        let form = RelayForm {
            id: takeover.clone(),
            item: new.stream_id.as_str().into(),
            title: title.as_str().into(),
            description: Some(stream.description.as_str())
                .filter(|text| !text.is_empty())
                .map(|text| text.chars().take(1000).collect::<String>().into()),
            image: stream.image.as_deref().map(Into::into),
            rating: stream.rating.as_deref().map(Into::into),
            items: Vec::new(),
            in_breaks: Vec::new(),
            stretches: Vec::new(),
            until: 0,
        };
        let lasts = new.lasts_ms;
        let (stream_id, made_by, channel) = (new.stream_id, new.made_by, id.to_owned());
        let row = move |begins_at: &i64| Takeover {
            id: takeover.clone(),
            channel_id: channel.clone(),
            stream_id: stream_id.clone(),
            title: title.clone(),
            begins_at: *begins_at,
            until: lasts.map(|ms| begins_at + ms),
            fed_until: None,
            ended_at: None,
            reason: None,
            made_by: made_by.clone(),
            created_at: now_micros(),
        };
        let begins_at = self
            .reschedule_with(
                id,
                |at| Some(row(at)),
                move |station, now| {
                    let mut timeline = station.timeline.clone();
                    // When it begins is known once it is there; until then it lasts a moment.
                    let first = RelayForm {
                        until: i64::MAX,
                        ..form.clone()
                    };
                    let at = timeline.relay(now, starts_at, Relay::new(first)?)?;
                    let until = at + lasts.unwrap_or(OPEN_ENDED_MS);
                    let mut timeline = station.timeline.clone();
                    let form = RelayForm {
                        until,
                        ..form.clone()
                    };
                    let at = timeline.relay(now, starts_at, Relay::new(form)?)?;
                    Ok(Some((timeline, at, at)))
                },
            )
            .await?
            .unwrap_or(starts_at);
        Ok(row(&begins_at))
    }

    /// The takeovers of a channel, the latest first.
    pub async fn takeovers(&self, id: &str) -> Result<Vec<Takeover>> {
        let rows = takeovers::Entity::find()
            .filter(takeovers::Column::ChannelId.eq(id))
            .order_by_desc(takeovers::Column::BeginsAt)
            .limit(LISTED)
            .all(self.0.db.read())
            .await?;
        Ok(rows)
    }

    /// Hands a channel back at the next segment that is not settled, or calls off what has not
    /// begun.
    pub async fn hand_back(&self, id: &str, takeover: &str, why: &str) -> Result<Takeover> {
        self.end(id, takeover, why, false).await
    }

    /// The same; with all that has been taken, or with no more than what is settled.
    async fn end(&self, id: &str, takeover: &str, why: &str, whole: bool) -> Result<Takeover> {
        let row = takeovers::Entity::find_by_id(takeover)
            .filter(takeovers::Column::ChannelId.eq(id))
            .one(self.0.db.read())
            .await?;
        let row = row.ok_or(LinearError::NotFound("takeover"))?;
        if row.ended_at.is_some() {
            return Ok(row);
        }
        let name = takeover.to_owned();
        let ended = self
            .reschedule(id, move |station, now| back(station, &name, now, whole))
            .await?;
        let ended_at = ended.unwrap_or_else(|| self.now().min(row.begins_at));
        self.close(&row, ended_at, why).await
    }

    /// Notes that a takeover is over.
    async fn close(&self, row: &Takeover, ended_at: i64, why: &str) -> Result<Takeover> {
        takeovers::Entity::update_many()
            .col_expr(takeovers::Column::EndedAt, Expr::value(ended_at))
            .col_expr(takeovers::Column::Reason, Expr::value(why))
            .filter(takeovers::Column::Id.eq(row.id.as_str()))
            .filter(takeovers::Column::EndedAt.is_null())
            .exec(self.0.db.write())
            .await?;
        let now = takeovers::Entity::find_by_id(row.id.as_str())
            .one(self.0.db.write())
            .await?;
        now.ok_or(LinearError::NotFound("takeover"))
    }

    /// Changes a channel's revisions from an instant on. `how` gives the new ones, the instant,
    /// and what is to be told; or nothing, if nothing is to change. It is asked again when others
    /// were faster.
    async fn reschedule<T, F>(&self, id: &str, how: F) -> Result<Option<T>>
    where
        T: Send + 'static,
        F: Fn(&Station, i64) -> Result<Option<(Timeline, i64, T)>> + Clone + Send + 'static,
    {
        self.reschedule_with(id, |_| None, how).await
    }

    /// The same, with a takeover that begins.
    async fn reschedule_with<T, F>(
        &self,
        id: &str,
        begun: impl Fn(&T) -> Option<Takeover>,
        how: F,
    ) -> Result<Option<T>>
    where
        T: Send + 'static,
        F: Fn(&Station, i64) -> Result<Option<(Timeline, i64, T)>> + Clone + Send + 'static,
    {
        for _ in 0..ATTEMPTS {
            let before = Arc::new(self.load(id).await?);
            let (station, how, now) = (before.clone(), how.clone(), self.now());
            let Some((timeline, from, told)) = aside(move || how(&station, now)).await? else {
                return Ok(None);
            };
            let tx = self.0.db.begin().await?;
            if !claim(&tx, &before.channel).await? {
                continue;
            }
            channels::Entity::update_many()
                .col_expr(channels::Column::UpdatedAt, Expr::value(now_micros()))
                .filter(channels::Column::Id.eq(id))
                .exec(&tx)
                .await?;
            write_from(&tx, id, &timeline, from, |revision| {
                before.library_of(revision)
            })
            .await?;
            if let Some(row) = begun(&told) {
                row.into_active_model().insert(&tx).await?;
            }
            tx.commit().await?;
            self.forget(id).await;
            return Ok(Some(told));
        }
        Err(LinearError::Busy)
    }

    /// A part of a broadcast that a channel shows: `{n}-{name}/init.mp4` or `{n}-{name}/3.m4s`.
    pub async fn relayed(&self, channel: &str, takeover: &str, part: &str) -> Result<Bytes> {
        let key = part_key(channel, takeover, part)?;
        let name = format!("{channel}/{takeover}/{part}");
        let blobs = self.0.blobs.clone();
        let load = async move { Ok::<_, LinearError>(blobs.get_all(&key, PART_MAX).await?) };
        Ok(self.0.parts.try_get_with(name, load).await?)
    }

    /// The stream that takes a channel over, or has.
    ///
    /// Errors: [`LinearError::NotFound`].
    pub async fn taken_from(&self, takeover: &str) -> Result<Arc<str>> {
        let load = async {
            let row = takeovers::Entity::find_by_id(takeover)
                .one(self.0.db.read())
                .await?;
            let row = row.ok_or_else(|| LinearError::NotFound("takeover"))?;
            Ok::<_, LinearError>(Arc::from(row.stream_id))
        };
        let known = &self.0.taken_from;
        Ok(known.try_get_with_by_ref(takeover, load).await?)
    }

    /// Forgets all that was taken for a channel.
    pub(crate) async fn forget_relays(&self, channel: &str) -> Result<()> {
        let folder = BlobKey::new(format!("channels/relays/{channel}"))?;
        Ok(self.0.blobs.delete_prefix(&folder).await?)
    }

    /// Forgets takeovers that were over before an instant, and what was taken for them.
    pub(crate) async fn forget_takeovers(&self, before: i64) -> Result<()> {
        let old: Vec<Takeover> = takeovers::Entity::find()
            .filter(takeovers::Column::EndedAt.lt(before))
            .limit(LISTED)
            .all(self.0.db.read())
            .await?;
        for row in old {
            let folder = folder(&row.channel_id, &row.id)?;
            self.0.blobs.delete_prefix(&folder).await?;
            takeovers::Entity::delete_by_id(row.id)
                .exec(self.0.db.write())
                .await?;
        }
        Ok(())
    }
}

/// Whether everybody who may watch the channel may watch the stream.
fn shown_to_all(station: &Station, stream: &Stream, now: i64) -> bool {
    let share = Share::of(&station.channel);
    share.admits(
        &stream.open_to.rules(),
        stream.owner.as_deref(),
        now * 1000,
        0,
    )
}

/// The schedule with a takeover that ends at its next segment, from when on it is another, and
/// when it hands back.
fn back(
    station: &Station,
    name: &str,
    now: i64,
    whole: bool,
) -> Result<Option<(Timeline, i64, i64)>> {
    let Some(revision) = station.timeline.relayed(name) else {
        return Ok(None);
    };
    let Some(relay) = revision.relay.clone() else {
        return Ok(None);
    };
    let begins = revision.state.at;
    let settled = now + matinee_channels::schedule::RELAY_LEAD_MS;
    let mut timeline = station.timeline.clone();
    if begins > settled {
        let from = timeline.unrelay(name)?;
        return Ok(from.map(|from| (timeline, from, begins)));
    }
    let mut form = relay.form().clone();
    // What is settled stays; what comes after it does not come.
    let mut at = begins;
    let mut kept = Vec::new();
    for stretch in &form.stretches {
        if at >= settled && !whole {
            break;
        }
        let ends = |count: u32| match *stretch {
            Stretch::Slate { .. } | Stretch::Break { .. } => i64::from(count) * 1000,
            Stretch::Item { n, .. } => form.items[n as usize].grid.start(count).into(),
        };
        let (Stretch::Slate { count }
        | Stretch::Item { count, .. }
        | Stretch::Break { seconds: count }) = *stretch;
        // The parts of a break follow from its length: once it is settled it is shown whole.
        let whole = whole || matches!(stretch, Stretch::Break { .. });
        let enough = |&n: &u32| !whole && at + ends(n) >= settled;
        let needed = (1..=count).find(enough).unwrap_or(count);
        at += ends(needed);
        kept.push(match *stretch {
            Stretch::Slate { .. } => Stretch::Slate { count: needed },
            Stretch::Item { n, .. } => Stretch::Item { n, count: needed },
            Stretch::Break { .. } => Stretch::Break { seconds: needed },
        });
    }
    form.stretches = kept;
    form.until = settled.min(form.until);
    let end = at.max(form.until);
    let from = timeline.relay(now, begins, Relay::new(form)?)?;
    Ok(Some((timeline, from, end)))
}

fn folder(channel: &str, takeover: &str) -> Result<BlobKey> {
    Ok(BlobKey::new(format!(
        "channels/relays/{channel}/{takeover}"
    ))?)
}

fn part_key(channel: &str, takeover: &str, part: &str) -> Result<BlobKey> {
    let key = format!("channels/relays/{channel}/{takeover}/{part}");
    Ok(BlobKey::new(key)?)
}
