//! The ids of events that were applied.

use std::collections::HashSet;

use matinee_engines::time::now_micros;
use sea_orm::{ConnectionTrait, Value};

use crate::event::Event;
use crate::intake::id_hash;
use crate::sql::{places, rows, statement};
use crate::windows::bucket;
use crate::{Analytics, Result};

/// How many one statement asks for or writes.
const ROWS: usize = 1000;

/// Leaves those that were not applied before, and remembers them. Only one transaction at a time
/// may do so.
pub(crate) async fn once(tx: &impl ConnectionTrait, events: &mut Vec<Event>) -> Result<()> {
    let hour = bucket(now_micros(), 1);
    let hashes: Vec<Option<[u8; 16]>> = events
        .iter()
        .map(|event| event.id.as_deref().map(id_hash))
        .collect();
    let mut new: HashSet<[u8; 16]> = hashes.iter().flatten().copied().collect();
    // In the index's order, which is much faster than at random.
    let mut ids: Vec<[u8; 16]> = new.iter().copied().collect();
    ids.sort_unstable();
    for some in ids.chunks(ROWS) {
        // Nearly always none: rows are only those that came twice.
        let sql = format!(
            "SELECT id FROM event_ids WHERE id IN ({})",
            places(1, some.len())
        );
        let values = some.iter().map(|id| Value::from(id.to_vec()));
        for row in tx
            .query_all_raw(statement(tx.get_database_backend(), sql, values))
            .await?
        {
            let id: Vec<u8> = row.try_get("", "id")?;
            if let Ok(id) = <[u8; 16]>::try_from(id) {
                new.remove(&id);
            }
        }
    }
    ids.retain(|id| new.contains(id));
    for some in ids.chunks(ROWS) {
        let sql = format!(
            "INSERT INTO event_ids (id, hour) VALUES {} ON CONFLICT (id) DO NOTHING",
            rows(2, some.len())
        );
        let values = some
            .iter()
            .flat_map(|id| [Value::from(id.to_vec()), Value::from(hour)]);
        tx.execute_raw(statement(tx.get_database_backend(), sql, values))
            .await?;
    }
    let count = events.len();
    let mut hashes = hashes.into_iter();
    // Of two in this batch the first.
    events.retain(|_| hashes.next().flatten().is_none_or(|hash| new.remove(&hash)));
    metrics::counter!("matinee_events_repeated_total").increment((count - events.len()) as u64);
    Ok(())
}

impl Analytics {
    /// Forgets those from before this hour, a part of all at a time: others write in between.
    /// They have no index by time, which would cost each event more than looking through all of
    /// them costs now and then.
    pub(crate) async fn forget_ids(&self, before: i64) -> Result<()> {
        let db = self.db();
        for first in 0..=u8::MAX {
            let sql = "DELETE FROM event_ids WHERE id >= $1 AND id < $2 AND hour < $3";
            // 17 bytes of 255 lie after every id.
            let end = match first.checked_add(1) {
                Some(next) => vec![next],
                None => vec![u8::MAX; 17],
            };
            let values: [Value; 3] = [vec![first].into(), end.into(), before.into()];
            db.write()
                .execute_raw(statement(db.backend(), sql, values))
                .await?;
        }
        Ok(())
    }
}
