//! Settings of the section "Analytics".

use std::time::Duration;

use super::{Edited, Kind, Setting};
use crate::config::Wrong;
use crate::config::value::{duration, number};

const IN_ANALYTICS: Setting = Setting {
    section: "Analytics",
    kind: Kind::Duration,
    edited: Edited::AfterRestart,
    ..Setting::EMPTY
};

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// A length of time between these, in seconds.
fn between(text: &str, low: u64, high: u64) -> Result<Duration, Wrong> {
    let length = duration(text)?;
    if (Duration::from_secs(low)..=Duration::from_secs(high)).contains(&length) {
        Ok(length)
    } else {
        Err(Wrong)
    }
}

/// In the order of the reference.
pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        env: "MATINEE_ANALYTICS_VIEW_WINDOW",
        default: "1h",
        expects: "a length of time such as 1h, from 0s to 24h",
        about: "How soon after a view of a video another one of the same viewer counts.",
        set: |c, v| {
            c.analytics.view_window = between(v, 0, DAY)?;
            Ok(())
        },
        ..IN_ANALYTICS
    },
    Setting {
        env: "MATINEE_ANALYTICS_RETENTION",
        default: "90d",
        expects: "a length of time such as 90d, from 32d to 3650d",
        about: "How long it is kept what single viewers watched, and figures by the hour. Figures by the day, which tell of nobody, stay.",
        set: |c, v| {
            c.analytics.plays_kept = between(v, 32 * DAY, 3650 * DAY)?;
            c.analytics.hours_kept = c.analytics.plays_kept;
            Ok(())
        },
        ..IN_ANALYTICS
    },
    Setting {
        env: "MATINEE_ANALYTICS_EVENT_RETENTION",
        default: "3d",
        expects: "a length of time such as 3d, from 1h to 90d",
        about: "How long players' events stay in the event log after they were counted.",
        set: |c, v| {
            c.analytics.events_kept = between(v, HOUR, 90 * DAY)?;
            Ok(())
        },
        ..IN_ANALYTICS
    },
    Setting {
        env: "MATINEE_ANALYTICS_CMCD_SAMPLE",
        kind: Kind::Number,
        default: "100",
        expects: "a number from 0 to 100",
        about: "Of how many in a hundred sessions it is taken in what players say beside their requests (CMCD).",
        set: |c, v| {
            c.analytics.cmcd_percent = number(v, 0..=100)?;
            Ok(())
        },
        ..IN_ANALYTICS
    },
];
