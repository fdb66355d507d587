//! Showings of advertisements: who was shown which, and how far they have seen it. They are to
//! advertisements what plays are to titles: their roll-ups are made of them.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{IntoActiveModel as _, Iterable as _, QueryOrder as _, QuerySelect as _};

use crate::event::{Event, What};
use crate::figures::{Figures, Slice};
use crate::intake::encoded;
use crate::lanes::TOPIC;
use crate::play;
use crate::who::{Client, is_bot};
use crate::windows::bucket;
use crate::{Analytics, Result};

/// Before the id of an advertisement, where roll-ups of titles and others lie under theirs.
pub(crate) const ADS: &str = "ad:";
/// How the ids of this server's own advertisements begin. Players cannot tell of these by
/// themselves: they carry a token of this server for each that they show.
pub const OWN: &str = "creative_";
/// How many one statement asks for or writes.
const ROWS: usize = 1000;
/// How many are read at once.
const PAGE: u64 = 2000;

/// `ad_showings`: the raw numbers of advertisements.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ad_showings")]
pub struct Model {
    /// A hash of the advertisement and of where it was shown.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Which advertisement.
    pub ad: String,
    /// The viewer's tag; none of those who asked not to be followed.
    pub viewer: Option<String>,
    /// The first that was heard of it (UTC microseconds).
    pub started_at: i64,
    /// The last.
    pub last_at: i64,
    /// How long the advertisement is, if that is known.
    pub length_ms: Option<i64>,
    /// How often it was told that it was shown: more than once if the player shows it in
    /// several breaks of one play, …
    pub impressions: i32,
    /// … that a quarter was, …
    pub first_quartiles: i32,
    /// … half of it, …
    pub midpoints: i32,
    /// … three quarters, …
    pub third_quartiles: i32,
    /// … and all of it.
    pub completions: i32,
    /// What was watched of it, in milliseconds.
    pub watched_ms: i64,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What was seen of one of this server's own advertisements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advert {
    /// By which it counts once.
    pub id: String,
    /// `video_…` or `channel_…`, in or on which it was shown.
    pub subject: String,
    /// Which showing: the same for all that is told of it.
    pub showing: String,
    /// Which advertisement.
    pub ad: String,
    /// How long that is, in milliseconds.
    pub length_ms: u32,
    /// Which part, as in [`What::Ad`].
    pub beacon: String,
}

impl Model {
    fn new(id: String, ad: &str, event: &Event) -> Self {
        Self {
            id,
            ad: ad.to_owned(),
            viewer: event.who.viewer.clone(),
            started_at: event.at,
            last_at: event.at,
            length_ms: None,
            impressions: 0,
            first_quartiles: 0,
            midpoints: 0,
            third_quartiles: 0,
            completions: 0,
            watched_ms: 0,
        }
    }

    fn apply(&mut self, at: i64, beacon: &str, length_ms: Option<u32>) {
        self.started_at = self.started_at.min(at);
        self.last_at = self.last_at.max(at);
        self.length_ms = self.length_ms.max(length_ms.map(i64::from));
        let count = match beacon {
            "impression" => &mut self.impressions,
            "first_quartile" => &mut self.first_quartiles,
            "midpoint" => &mut self.midpoints,
            "third_quartile" => &mut self.third_quartiles,
            "complete" => &mut self.completions,
            _ => return self.measure(),
        };
        *count = count.saturating_add(1);
        self.measure();
    }

    /// Each quarter that was passed is a quarter of its length. Who tells of a later one has
    /// passed those before it, whether they were told of or not.
    fn measure(&mut self) {
        let (mut most, mut quarters) = (0, 0);
        for passed in [
            self.completions,
            self.third_quartiles,
            self.midpoints,
            self.first_quartiles,
        ] {
            most = passed.max(most);
            quarters += i64::from(most);
        }
        self.watched_ms = self.length_ms.unwrap_or(0).saturating_mul(quarters) / 4;
    }

    fn add_to(&self, figures: &mut Figures) {
        let number = |n: i64| u64::try_from(n).unwrap_or(0);
        figures.all.add(Slice {
            plays: 1,
            views: number(self.impressions.into()),
            watched_ms: number(self.watched_ms),
        });
        figures.curved += u64::from(self.length_ms.is_some());
        figures.completions += number(self.completions.into());
        // Those who are not followed are as many as what they were shown.
        let who = self.viewer.as_deref().unwrap_or(&self.id);
        figures.viewers.0.add(who.as_bytes());
    }
}

/// Takes in what was seen of advertisements. Yields which of their hours have changed.
pub(crate) async fn take(
    tx: &impl ConnectionTrait,
    events: &[Event],
) -> Result<BTreeSet<(String, i64)>> {
    let mut shown = Vec::new();
    for event in events {
        if let What::Ad {
            beacon,
            ad: Some(ad),
            showing,
            length_ms,
        } = &event.what
            && let Some(name) = showing.as_ref().or(event.play.as_ref())
        {
            let id = play::key(&format!("{ADS}{ad}"), name);
            shown.push((id, ad, event, beacon, *length_ms));
        }
    }
    let ids: BTreeSet<&str> = shown.iter().map(|(id, ..)| id.as_str()).collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    let mut known: HashMap<String, Model> = HashMap::new();
    for some in ids.chunks(ROWS) {
        let found = Entity::find()
            .filter(Column::Id.is_in(some.iter().copied()))
            .all(tx)
            .await?;
        known.extend(found.into_iter().map(|one| (one.id.clone(), one)));
    }
    let mark = |one: &Model| (format!("{ADS}{}", one.ad), bucket(one.started_at, 1));
    // Where those lay that move to another hour.
    let mut marks: BTreeSet<(String, i64)> = known.values().map(mark).collect();
    for (id, ad, event, beacon, length_ms) in shown {
        let one = known
            .entry(id)
            .or_insert_with_key(|id| Model::new(id.clone(), ad, event));
        one.apply(event.at, beacon, length_ms);
    }
    marks.extend(known.values().map(mark));
    let mut known: Vec<Model> = known.into_values().collect();
    known.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    for some in known.chunks(ROWS) {
        let columns = Column::iter().filter(|column| !matches!(column, Column::Id));
        Entity::insert_many(some.iter().cloned().map(Model::into_active_model))
            .on_conflict(
                OnConflict::column(Column::Id)
                    .update_columns(columns)
                    .to_owned(),
            )
            .exec_without_returning(tx)
            .await?;
    }
    Ok(marks)
}

impl Analytics {
    /// Takes in what was seen of this server's own advertisements, as players have told it by
    /// their tokens: durable when this returns.
    pub async fn advertised(&self, client: &Client, at: i64, seen: Vec<Advert>) -> Result<()> {
        let count = seen.len() as u64;
        if is_bot(&client.user_agent) {
            metrics::counter!("matinee_events_ignored_total").increment(count);
            return Ok(());
        }
        let who = self.who(client);
        let events = seen.into_iter().map(|one| {
            encoded(&Event {
                id: Some(one.id),
                play: None,
                subject: one.subject,
                channel: None,
                item: None,
                at,
                position_ms: None,
                what: What::Ad {
                    beacon: one.beacon,
                    ad: Some(one.ad),
                    showing: Some(one.showing),
                    length_ms: Some(one.length_ms),
                },
                who: who.clone(),
            })
        });
        let events: Vec<_> = events.collect();
        if !events.is_empty() {
            self.lane()?.log.append(TOPIC, events).await?;
            metrics::counter!("matinee_events_accepted_total").increment(count);
        }
        Ok(())
    }

    /// The figures of an advertisement of which showings began in a stretch (UTC microseconds).
    pub(crate) async fn figures_of_showings(
        &self,
        ad: &str,
        stretch: Range<i64>,
    ) -> Result<Figures> {
        let mut figures = Figures::default();
        let mut after = String::new();
        loop {
            let some = Entity::find()
                .filter(Column::Ad.eq(ad))
                .filter(Column::StartedAt.gte(stretch.start))
                .filter(Column::StartedAt.lt(stretch.end))
                .filter(Column::Id.gt(after.as_str()))
                .order_by_asc(Column::Id)
                .limit(PAGE)
                .all(self.db().read())
                .await?;
            for one in &some {
                one.add_to(&mut figures);
            }
            match some.into_iter().next_back() {
                Some(last) => after = last.id,
                None => return Ok(figures),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::who::Who;

    fn seen(length_ms: Option<u32>, beacons: &[&str]) -> Model {
        let event = Event {
            id: None,
            play: None,
            subject: "video_1".into(),
            channel: None,
            item: None,
            at: 5,
            position_ms: None,
            what: What::Like,
            who: Who::default(),
        };
        let mut one = Model::new("id".into(), "soap", &event);
        for beacon in beacons {
            one.apply(5, beacon, length_ms);
        }
        one
    }

    #[test]
    fn what_was_watched_is_how_far_it_was_passed() {
        let all = [
            "impression",
            "start",
            "first_quartile",
            "midpoint",
            "third_quartile",
            "complete",
        ];
        for (length_ms, beacons, watched_ms) in [
            (Some(20_000), &all[..], 20_000),
            (Some(20_000), &all[..2], 0),
            (Some(20_000), &all[..3], 5000),
            (Some(20_000), &["midpoint", "skip"], 10_000),
            // A quartile that was lost, or that comes after the others.
            (Some(20_000), &["complete"], 20_000),
            (Some(20_000), &["third_quartile", "first_quartile"], 15_000),
            // Twice in one play: once to the end, once to the half.
            (
                Some(20_000),
                &["first_quartile", "midpoint", "complete", "midpoint"],
                30_000,
            ),
            (None, &all[..], 0),
        ] {
            assert_eq!(
                seen(length_ms, beacons).watched_ms,
                watched_ms,
                "{beacons:?}"
            );
        }
        let mut late = seen(None, &all);
        late.apply(3, "other", Some(8000));
        assert_eq!((late.started_at, late.watched_ms), (3, 8000));
    }
}
