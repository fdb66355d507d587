//! What is counted by itself: likes, chat messages, what was seen of
//! advertisements.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait as _, Value};

use crate::figures::Figures;
use crate::report::{Report, Stretch, Totals};
use crate::rollup::figures;
use crate::showings::ADS;
use crate::sql::{places, statement};
use crate::{Analytics, Result};

/// The most advertisements of a list.
const ADS_MAX: i64 = 200;

/// Counts by name.
pub type Counts = BTreeMap<String, u64>;

/// What was seen of an advertisement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdFigures {
    /// Which.
    pub ad: String,
    /// How often each part of it was told of.
    pub counts: Counts,
    /// Of its showings: how many, impressions as views, who saw them and for how long.
    pub totals: Totals,
    /// Of how many of them it is known how long the advertisement is.
    pub timed: u64,
}

impl Analytics {
    /// What was counted of something in a stretch, by name.
    pub async fn counts(&self, subject: &str, stretch: Stretch) -> Result<Counts> {
        let sql = "SELECT name, CAST(SUM(events) AS BIGINT) AS events FROM event_counts \
            WHERE subject = $1 AND hour >= $2 AND hour < $3 GROUP BY name";
        let (first, end) = stretch.hours();
        let values: [Value; 3] = [subject.into(), first.into(), end.into()];
        let db = self.db();
        let rows = db
            .read()
            .query_all_raw(statement(db.backend(), sql, values))
            .await?;
        rows.iter().map(count).collect()
    }

    /// What was seen of each advertisement in a stretch, or of one, the most seen first.
    pub async fn ads(&self, stretch: Stretch, only: Option<&str>) -> Result<Vec<AdFigures>> {
        let (first, end) = stretch.hours();
        let mut values: Vec<Value> = vec![first.into(), end.into(), ADS_MAX.into()];
        let which = if let Some(ad) = only {
            values.push(format!("{ADS}{ad}").into());
            "subject = $4".to_owned()
        } else {
            format!("subject LIKE '{ADS}%'")
        };
        let sql = format!(
            "SELECT subject, name, CAST(SUM(events) AS BIGINT) AS events FROM event_counts \
             WHERE hour >= $1 AND hour < $2 AND subject IN (SELECT subject FROM event_counts \
             WHERE hour >= $1 AND hour < $2 AND {which} \
             GROUP BY subject ORDER BY SUM(events) DESC, subject LIMIT $3) GROUP BY subject, name"
        );
        let db = self.db();
        let mut ads: BTreeMap<String, (Counts, Figures)> = BTreeMap::new();
        for row in db
            .read()
            .query_all_raw(statement(db.backend(), sql, values))
            .await?
        {
            let (name, events) = count(&row)?;
            let name = name.trim_start_matches("ad_").to_owned();
            let (counts, _) = ads.entry(row.try_get("", "subject")?).or_default();
            counts.insert(name, events);
        }
        let mut ends: Vec<Value> = vec![
            stretch.span.into(),
            stretch.first.into(),
            stretch.end.into(),
        ];
        let sql = format!(
            "SELECT subject, figures FROM play_rollups WHERE span = $1 AND bucket >= $2 \
             AND bucket < $3 AND subject IN ({})",
            places(4, ads.len())
        );
        ends.extend(ads.keys().map(|subject| Value::from(subject.as_str())));
        let rows = if ads.is_empty() {
            Vec::new()
        } else {
            let asked = statement(db.backend(), sql, ends);
            db.read().query_all_raw(asked).await?
        };
        for row in rows {
            let subject: String = row.try_get("", "subject")?;
            if let Some((_, all)) = ads.get_mut(&subject) {
                all.merge(&figures(&row)?);
            }
        }
        let ads = ads.into_iter().map(|(subject, (counts, all))| AdFigures {
            ad: subject.strip_prefix(ADS).unwrap_or(&subject).to_owned(),
            counts,
            totals: Totals::from(&all),
            timed: all.curved,
        });
        let mut ads: Vec<AdFigures> = ads.collect();
        let seen = |one: &AdFigures| one.counts.values().sum::<u64>();
        ads.sort_by(|a, b| seen(b).cmp(&seen(a)).then_with(|| a.ad.cmp(&b.ad)));
        Ok(ads)
    }

    /// The figures of an advertisement, hour by hour or day by day.
    pub async fn ad(&self, ad: &str, stretch: Stretch) -> Result<Report> {
        self.report(&format!("{ADS}{ad}"), stretch).await
    }

    /// What titles are called, of those that there are.
    pub async fn titles_of(&self, subjects: &[&str]) -> Result<BTreeMap<String, String>> {
        let mut titles = BTreeMap::new();
        let db = self.db();
        for some in subjects.chunks(500) {
            let list = places(1, some.len());
            let sql = format!(
                "SELECT id, title FROM videos WHERE id IN ({list}) \
                 UNION ALL SELECT id, title FROM streams WHERE id IN ({list})"
            );
            let values = some.iter().map(|subject| Value::from(*subject));
            for row in db
                .read()
                .query_all_raw(statement(db.backend(), sql, values))
                .await?
            {
                titles.insert(row.try_get("", "id")?, row.try_get("", "title")?);
            }
        }
        Ok(titles)
    }
}

fn count(row: &sea_orm::QueryResult) -> Result<(String, u64)> {
    let events: i64 = row.try_get("", "events")?;
    Ok((row.try_get("", "name")?, u64::try_from(events).unwrap_or(0)))
}
