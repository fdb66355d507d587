//! Figures by the hour become figures by the day when they are old.

use matinee_engines::db::Db;
use sea_orm::{ConnectionTrait as _, Statement, TransactionTrait as _};

use crate::Result;

/// For so many hours figures are kept by the hour: a little more than three months.
const BY_THE_HOUR: i32 = 93 * 24;

/// From which hour on figures are kept by the hour, as seen in this one: the first of a day (UTC).
/// Hours count from 1970.
pub(crate) fn by_the_hour_from(hour: i32) -> i32 {
    (hour - BY_THE_HOUR).div_euclid(24) * 24
}

/// Puts the figures of the days before this hour under the first hour of each. Their sums stay
/// what they are.
pub(crate) async fn roll_up(db: &Db, before: i32) -> Result<()> {
    let tx = db.write().begin().await?;
    let backend = db.backend();
    let add = "INSERT INTO ad_counts \
        (hour, subject_id, source_id, creative_id, event, times, seconds, revenue_micros) \
        SELECT hour / 24 * 24, subject_id, source_id, creative_id, event, \
        CAST(SUM(times) AS BIGINT), CAST(SUM(seconds) AS BIGINT), CAST(SUM(revenue_micros) AS BIGINT) \
        FROM ad_counts WHERE hour < $1 AND hour % 24 <> 0 \
        GROUP BY hour / 24 * 24, subject_id, source_id, creative_id, event \
        ON CONFLICT (hour, subject_id, source_id, creative_id, event) DO UPDATE SET \
        times = ad_counts.times + excluded.times, seconds = ad_counts.seconds + excluded.seconds, \
        revenue_micros = ad_counts.revenue_micros + excluded.revenue_micros";
    let forget = "DELETE FROM ad_counts WHERE hour < $1 AND hour % 24 <> 0";
    for sql in [add, forget] {
        tx.execute_raw(Statement::from_sql_and_values(
            backend,
            sql,
            [before.into()],
        ))
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use matinee_engines::testing;
    use sea_orm::{ActiveModelTrait as _, EntityTrait as _, QueryOrder as _, Schema, Set};

    use super::*;
    use crate::store::counts;

    async fn holds(db: &Db) {
        let table = Schema::new(db.backend()).create_table_from_entity(counts::Entity);
        db.write().execute(&table).await.unwrap();
        let today = 20_000;
        let now = today * 24 + 5;
        let old = today - 94;
        let add = async |hour: i32, event: &str, times: i64| {
            let row = counts::ActiveModel {
                hour: Set(hour),
                subject_id: Set("channel_1".to_owned()),
                source_id: Set("campaign_1".to_owned()),
                creative_id: Set("creative_1".to_owned()),
                event: Set(event.to_owned()),
                times: Set(times),
                seconds: Set(times * 10),
                revenue_micros: Set(times * 100),
            };
            row.insert(db.write()).await.unwrap();
        };
        for (hour, event, times) in [
            (old * 24, "impression", 1),
            (old * 24 + 1, "impression", 2),
            (old * 24 + 23, "impression", 4),
            (old * 24 + 23, "complete", 8),
            // The first day that is kept by the hour, and today.
            ((today - 93) * 24 + 7, "impression", 16),
            (now, "impression", 32),
        ] {
            add(hour, event, times).await;
        }
        let all = async || {
            let rows = counts::Entity::find()
                .order_by_asc(counts::Column::Hour)
                .order_by_asc(counts::Column::Event)
                .all(db.read())
                .await
                .unwrap();
            let row = |row: counts::Model| {
                assert_eq!(
                    (row.seconds, row.revenue_micros),
                    (row.times * 10, row.times * 100)
                );
                (row.hour, row.event, row.times)
            };
            rows.into_iter().map(row).collect::<Vec<_>>()
        };
        let wanted = [
            (old * 24, "complete".to_owned(), 8),
            (old * 24, "impression".to_owned(), 7),
            ((today - 93) * 24 + 7, "impression".to_owned(), 16),
            (now, "impression".to_owned(), 32),
        ];
        // Once more changes nothing, and what comes late is added.
        for _ in 0..2 {
            roll_up(db, by_the_hour_from(now)).await.unwrap();
            assert_eq!(all().await, wanted);
        }
        add(old * 24 + 2, "complete", 1).await;
        roll_up(db, by_the_hour_from(now)).await.unwrap();
        assert_eq!(all().await[0].2, 9);
    }

    #[tokio::test]
    async fn old_figures_are_kept_by_the_day() {
        holds(&testing::sqlite().await.unwrap().db).await;
        if let Some(postgres) = testing::postgres().await.unwrap() {
            holds(&postgres.db).await;
        }
    }
}
