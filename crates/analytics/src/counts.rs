//! What is counted by itself: likes, chat messages, what was seen of
//! advertisements.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait as _, Value};

use crate::report::Stretch;
use crate::sql::{places, statement};
use crate::{Analytics, Result};

/// The most advertisements of a list.
const ADS_MAX: i64 = 200;

/// Counts by name.
pub type Counts = BTreeMap<String, u64>;

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

    /// What was seen of each advertisement in a stretch, the most seen first.
    pub async fn ads(&self, stretch: Stretch) -> Result<Vec<(String, Counts)>> {
        let sql = "SELECT subject, name, CAST(SUM(events) AS BIGINT) AS events FROM event_counts \
            WHERE hour >= $1 AND hour < $2 AND name LIKE 'ad\\_%' ESCAPE '\\' \
            AND subject IN (SELECT subject FROM event_counts WHERE hour >= $1 AND hour < $2 \
            AND name LIKE 'ad\\_%' ESCAPE '\\' AND subject NOT LIKE 'video\\_%' ESCAPE '\\' \
            AND subject NOT LIKE 'stream\\_%' ESCAPE '\\' AND subject NOT LIKE 'channel\\_%' ESCAPE '\\' \
            GROUP BY subject ORDER BY SUM(events) DESC, subject LIMIT $3) GROUP BY subject, name";
        let (first, end) = stretch.hours();
        let values: [Value; 3] = [first.into(), end.into(), ADS_MAX.into()];
        let db = self.db();
        let mut ads: BTreeMap<String, Counts> = BTreeMap::new();
        for row in db
            .read()
            .query_all_raw(statement(db.backend(), sql, values))
            .await?
        {
            let (name, events) = count(&row)?;
            let name = name.trim_start_matches("ad_").to_owned();
            let ad = ads.entry(row.try_get("", "subject")?).or_default();
            ad.insert(name, events);
        }
        let mut ads: Vec<(String, Counts)> = ads.into_iter().collect();
        let seen = |counts: &Counts| counts.values().sum::<u64>();
        ads.sort_by(|a, b| seen(&b.1).cmp(&seen(&a.1)).then_with(|| a.0.cmp(&b.0)));
        Ok(ads)
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
