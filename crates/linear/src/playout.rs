//! What players fetch of a channel: playlists and manifests, for any instant.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use matinee_channels::ChannelError;
use matinee_channels::definition::Format;
use matinee_channels::playout::{
    Cues, DashWriter, MediaWriter, Reel, Shape, View, multivariant, track,
};
use matinee_channels::schedule::{StoredStrip, Strip};
use matinee_channels::time::{HOUR, MINUTE};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::library::aside;
use crate::service::ReelKey;
use crate::store::strips;
use crate::{Channels, LinearError, Result, Station};

/// How long one may watch from the beginning, going on.
pub const START_OVER_MS: i64 = 12 * HOUR;
/// The longest stretch of catch-up.
pub const CATCH_UP_MS: i64 = 24 * HOUR;
/// The furthest shift of a feed of another time zone.
pub const SHIFT_MS: i64 = 24 * HOUR;
/// Slots are worked out for whole multiples of so long, so that all who ask for about the same
/// share them.
const STEP_MS: i64 = 6 * HOUR;
/// A segment that is on may last so long.
const AHEAD_MS: i64 = 10 * MINUTE;

/// Which part of a channel is asked for, and how it is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Feed {
    /// From when on; none for what is on now.
    pub from: Option<i64>,
    /// Until when; none for what is on now, and for what goes on.
    pub until: Option<i64>,
    /// How much later than it aired, in milliseconds.
    pub shift_ms: i64,
    /// Whether advertisement breaks are marked.
    pub marked: bool,
    /// What players that know HLS interstitials ask for the advertisements of a break, before the
    /// break's number.
    pub interstitials: Option<String>,
    /// Who has advertisements of their own: a name that tells nobody who it is.
    pub viewer: Option<String>,
    /// Whether breaks stay what they are, for those who see no advertisements.
    pub spared: bool,
}

impl Feed {
    fn shape(&self, station: &Station) -> Shape {
        match (self.from, self.until) {
            (None, _) => Shape::Live {
                window_ms: station.dvr_ms(),
            },
            (Some(from), None) => Shape::StartOver {
                from,
                until: from.saturating_add(START_OVER_MS),
            },
            (Some(from), Some(until)) => Shape::CatchUp { from, until },
        }
    }
}

/// Where media is, as addresses have it.
#[derive(Clone, Copy, Debug)]
pub struct Address<'a> {
    /// What every address of media begins with, without a slash at its end.
    pub root: &'a str,
    /// What every address ends with: a query, or nothing.
    pub suffix: &'a str,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document<'a> {
    /// A media playlist: of `video`, `audio` or `subtitles`, and which.
    Playlist(&'a str, &'a str),
    /// The DASH manifest.
    Manifest,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Page {
    /// The text.
    pub text: Bytes,
    /// Its entity tag, with quotes.
    pub etag: String,
    /// For how many seconds every answer will be this one.
    pub max_age_s: u64,
}

/// The multivariant playlist, which never changes.
pub fn master(format: &Format, suffix: &str) -> Bytes {
    let mut out = String::with_capacity(2048);
    multivariant(&mut out, format, suffix);
    out.into()
}

impl Channels {
    /// A playlist or a manifest of a channel as it is now.
    pub async fn page(
        &self,
        station: &Arc<Station>,
        document: Document<'_>,
        feed: &Feed,
        address: Address<'_>,
    ) -> Result<Page> {
        let format = station.format();
        let wanted = match document {
            Document::Playlist(kind, name) => Some(track(format, kind, name)?),
            Document::Manifest => None,
        };
        let real = self.now();
        let now = real - feed.shift_ms;
        let shape = feed.shape(station);
        let (from, to) = match shape {
            Shape::Live { window_ms } => {
                let window = window_ms.max(5 * format.target_ms());
                (
                    now - window - 2 * format.target_ms() - MINUTE,
                    now + AHEAD_MS,
                )
            }
            Shape::StartOver { from, until } | Shape::CatchUp { from, until } => {
                (from, until.min(now + AHEAD_MS))
            }
        };
        let reel = self.reel(station, from, to).await?;
        let span = {
            let view = reel.view(now, shape, format)?;
            (view.start(), view.end)
        };
        let key = key(station, from, to);
        let viewer = feed.viewer.as_deref();
        let reel = if feed.spared {
            reel
        } else {
            self.with_adverts(station, key, reel, span, viewer).await?
        };
        let view = reel.view(now, shape, format)?;
        let mut etag = String::with_capacity(40);
        view.etag(&mut etag);
        let text = write(&view, wanted, format, feed, address);
        let next = view.next_change.map_or(MINUTE, |next| next - now);
        Ok(Page {
            text: text.into(),
            etag,
            max_age_s: self
                .0
                .clock
                .really(Duration::from_millis(u64::try_from(next).unwrap_or(0)))
                .as_secs(),
        })
    }

    /// The stretch that a live playlist lists now: when it begins and ends.
    pub async fn window(&self, station: &Arc<Station>) -> Result<(i64, i64)> {
        let (now, format) = (self.now(), station.format());
        let shape = Feed::default().shape(station);
        let window = station.dvr_ms().max(5 * format.target_ms());
        let from = now - window - 2 * format.target_ms() - MINUTE;
        let reel = self.reel(station, from, now + AHEAD_MS).await?;
        let view = reel.view(now, shape, format)?;
        Ok((view.start(), view.end))
    }

    /// The slots of a stretch and more: from memory, or worked out, or as they were aired.
    pub fn reel<'a>(
        &'a self,
        station: &'a Arc<Station>,
        from: i64,
        to: i64,
    ) -> BoxFuture<'a, Result<Arc<Reel>>> {
        async move {
            self.read_news().await?;
            let (key, reel) = self.slots(station, from, to).await?;
            Ok(self.shown(station, &key, reel))
        }
        .boxed()
    }

    async fn slots(
        &self,
        station: &Arc<Station>,
        from: i64,
        to: i64,
    ) -> Result<(ReelKey, Arc<Reel>)> {
        let begins = station.timeline.begins();
        let from = from.max(station.channel.begins_at);
        if to <= from {
            return Err(ChannelError::BeforeBeginning(station.channel.begins_at).into());
        }
        let key = key(station, from, to);
        if let Some(reel) = self.0.reels.get(&key).await {
            return Ok((key, reel));
        }
        let (from, to) = (key.from.max(station.channel.begins_at), key.to);
        let load = async {
            let mut kept = Vec::new();
            if from < begins {
                kept = self.aired(station, from, to.min(begins)).await?;
            }
            let station = station.clone();
            aside(move || {
                let mut strips: Vec<Strip> = Vec::new();
                for strip in kept {
                    strips.push(strip.load(&station.library.snapshot)?);
                }
                if to > begins {
                    strips.extend(station.timeline.strips(from.max(begins), to)?);
                }
                if strips.is_empty() {
                    return Err(LinearError::NotFound("recording"));
                }
                // Strips are days: the rest of them would be most of what is in memory.
                let strips = strips
                    .into_iter()
                    .map(|strip| Arc::new(strip.within(from, to)))
                    .collect();
                Ok(Arc::new(Reel::new(strips)?))
            })
            .await
        };
        let reel = self.0.reels.try_get_with(key.clone(), load).await?;
        Ok((key, reel))
    }

    /// What was aired and is kept of a stretch.
    async fn aired(&self, station: &Station, from: i64, to: i64) -> Result<Vec<StoredStrip>> {
        let rows = strips::Entity::find()
            .filter(strips::Column::ChannelId.eq(station.channel.id.as_str()))
            .filter(strips::Column::EndAt.gt(from))
            .filter(strips::Column::BeginsAt.lt(to))
            .order_by_asc(strips::Column::BeginsAt)
            .all(self.0.db.read())
            .await?;
        let read = |row: &strips::Model| serde_json::from_str(&row.body);
        let read: Result<_, _> = rows.iter().map(read).collect();
        read.map_err(LinearError::damaged)
    }
}

/// Stands for the slots of a stretch.
fn key(station: &Station, from: i64, to: i64) -> ReelKey {
    let from = from.max(station.channel.begins_at);
    ReelKey {
        channel: station.channel.id.clone(),
        version: station.channel.version,
        from: from.div_euclid(STEP_MS) * STEP_MS,
        to: (to.div_euclid(STEP_MS) + 1) * STEP_MS,
    }
}

fn write(
    view: &View<'_>,
    wanted: Option<matinee_channels::playout::Track>,
    format: &Format,
    feed: &Feed,
    address: Address<'_>,
) -> String {
    let Address { root, suffix } = address;
    // About what a segment's lines take.
    let lines = usize::try_from(view.count()).unwrap_or(0) * 180;
    let mut out = String::with_capacity(1024 + lines);
    if let Some(track) = wanted {
        let cues = match &feed.interstitials {
            Some(address) => Cues::Interstitials(address),
            None if feed.marked => Cues::Marked,
            None => Cues::None,
        };
        let writer = MediaWriter {
            format,
            root,
            suffix,
            shift_ms: feed.shift_ms,
            cues,
        };
        writer.write(&mut out, view, track);
    } else {
        let writer = DashWriter {
            format,
            root,
            suffix,
            shift_ms: feed.shift_ms,
            clock_url: Some("/media/channels/time"),
        };
        writer.write(&mut out, view);
    }
    out
}
