//! Instants as the database keeps them: UTC microseconds since the Unix epoch.

use std::time::{SystemTime, UNIX_EPOCH};

/// Now, in UTC microseconds since the Unix epoch.
///
/// A clock before 1970 yields 0; one beyond the year 292,000 the greatest value.
pub fn now_micros() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
        })
}
