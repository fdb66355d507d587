//! Advertisements in plays of the audience: how far each showing went is known, some of what tells
//! of it is lost, and it comes in whatever order.

use std::collections::{BTreeMap, BTreeSet};

use matinee_analytics::Analytics;
use matinee_analytics::report::Stretch;
use serde_json::{Value, json};

use super::{Dice, rfc3339};

/// How long all of them are, in milliseconds.
const LENGTH: u64 = 20_000;
const QUARTILES: [&str; 4] = ["first_quartile", "midpoint", "third_quartile", "complete"];

#[derive(Default)]
pub(crate) struct Shown {
    impressions: u64,
    watched_ms: u64,
    completions: u64,
    viewers: BTreeSet<u64>,
}

/// By the name of the advertisement.
pub(crate) type Truth = BTreeMap<String, Shown>;

/// Of every third play what its player tells of an advertisement before it.
pub(crate) fn told(
    number: u64,
    viewer: u64,
    play: &str,
    title: &str,
    started: i64,
    truth: &mut Truth,
) -> Vec<Value> {
    let mut dice = Dice(number);
    if dice.below(3) != 0 {
        return Vec::new();
    }
    let ad = format!("soap-{}", dice.below(4));
    let passed = dice.below(5) as usize;
    let shown = truth.entry(ad.clone()).or_default();
    shown.impressions += 1;
    shown.watched_ms += LENGTH / 4 * passed as u64;
    shown.completions += u64::from(passed == 4);
    shown.viewers.insert(viewer);
    let mut beacons = vec!["impression"];
    // Of those before the last any may be lost.
    for (n, beacon) in QUARTILES.iter().enumerate().take(passed) {
        if n + 1 == passed || dice.below(4) != 0 {
            beacons.push(beacon);
        }
    }
    let event = |(n, beacon): (usize, &&str)| {
        let at = started + n as i64 * 5_000_000;
        json!({ "id": format!("{play}/ad{n}"), "type": "ad", "play_id": play, "video_id": title,
            "at": rfc3339(at), "beacon": beacon, "ad_id": ad, "duration_ms": LENGTH })
    };
    beacons.iter().enumerate().map(event).collect()
}

pub(crate) async fn check(analytics: &Analytics, truth: &Truth, when: &str) {
    for interval in ["day", "hour"] {
        let stretch = Stretch::new(None, None, Some(interval)).unwrap();
        let ads = analytics.ads(stretch, None).await.unwrap();
        assert_eq!(ads.len(), truth.len(), "{when}");
        for one in ads {
            let shown = &truth[&one.ad];
            let all = one.totals.all;
            assert_eq!(
                (one.counts["impression"], all.views, all.plays, one.timed),
                (
                    shown.impressions,
                    shown.impressions,
                    shown.impressions,
                    shown.impressions
                ),
                "{when}: {}",
                one.ad
            );
            assert_eq!(
                (all.watched_ms, one.totals.completions),
                (shown.watched_ms, shown.completions),
                "{when}: {}",
                one.ad
            );
            let viewers = one.totals.viewers as f64 / shown.viewers.len() as f64;
            assert!((viewers - 1.0).abs() < 0.02, "{when}: {viewers}");
            let report = analytics.ad(&one.ad, stretch).await.unwrap();
            let points = report.series.iter();
            let watched: u64 = points.map(|(_, point)| point.all.watched_ms).sum();
            assert_eq!(watched, shown.watched_ms, "{when}: {}", one.ad);
        }
    }
}
