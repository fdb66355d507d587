//! Figures as clients see them.

use std::collections::BTreeMap;

use matinee_analytics::figures::MILLION;
use matinee_analytics::report::{Stretch, Totals};
use matinee_analytics::sketch::Sketch;
use matinee_analytics::{Figures, Quality, Slice};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::table::FileKind;
use crate::videos::view::rfc3339;
use crate::{Problem, ProblemResult};

/// The most names of one kind.
const NAMES: usize = 50;

/// Which stretch of time.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct StretchParams {
    /// An instant (RFC 3339) or a date; 28 days before `to` unless given.
    from: Option<String>,
    /// An instant or a date, at most 400 days later; now unless given.
    to: Option<String>,
    /// `hour` (31 days at most) or `day`; hours for up to three days unless given.
    interval: Option<String>,
    /// `json` (unless given), `csv` or `parquet`.
    format: Option<String>,
}

impl StretchParams {
    pub(super) fn stretch(&self) -> ProblemResult<Stretch> {
        let (from, to) = (self.from.as_deref(), self.to.as_deref());
        Ok(Stretch::new(from, to, self.interval.as_deref())?)
    }

    /// As a file of this kind, if it shall be one.
    pub(super) fn file(&self) -> ProblemResult<Option<FileKind>> {
        match self.format.as_deref() {
            None | Some("json") => Ok(None),
            Some("csv") => Ok(Some(FileKind::Csv)),
            Some("parquet") => Ok(Some(FileKind::Parquet)),
            Some(_) => Err(Problem::field("format", "must be json, csv or parquet")),
        }
    }
}

fn seconds(ms: u64) -> f64 {
    ms as f64 / 1000.0
}

/// A share of a whole, to four decimals; none of nothing.
pub(super) fn rate(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| (part / whole * 10_000.0).round() / 10_000.0)
}

/// Figures in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct TotalsView {
    /// Presses of play.
    pub plays: u64,
    /// Views.
    pub views: u64,
    /// Different viewers, within a per cent or two.
    pub unique_viewers: u64,
    /// Seconds watched.
    pub watch_time_seconds: f64,
    /// Seconds watched of each play; null without plays.
    pub average_watch_seconds: Option<f64>,
    /// Plays to the end (95 %).
    pub completions: u64,
    /// Their share of all plays, 0 to 1; null without plays.
    pub completion_rate: Option<f64>,
}

impl From<Totals> for TotalsView {
    fn from(totals: Totals) -> Self {
        let plays = totals.all.plays as f64;
        let watched = seconds(totals.all.watched_ms);
        Self {
            plays: totals.all.plays,
            views: totals.all.views,
            unique_viewers: totals.viewers,
            watch_time_seconds: watched,
            average_watch_seconds: (plays > 0.0)
                .then(|| (watched / plays * 1000.0).round() / 1000.0),
            completions: totals.completions,
            completion_rate: rate(totals.completions as f64, plays),
        }
    }
}

/// An hour or a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct PointView {
    /// Its beginning (RFC 3339).
    pub at: String,
    /// Its figures.
    #[serde(flatten)]
    pub totals: TotalsView,
}

pub(super) fn series(points: &[(i64, Totals)]) -> Vec<PointView> {
    let view = |(at, totals): &(i64, Totals)| PointView {
        at: rfc3339(*at),
        totals: (*totals).into(),
    };
    points.iter().map(view).collect()
}

/// A share of the audience.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShareView {
    /// Of which device, host, country or rung.
    pub name: String,
    /// Presses of play; 0 for rungs.
    pub plays: u64,
    /// Views; 0 for rungs.
    pub views: u64,
    /// Seconds watched.
    pub watch_time_seconds: f64,
    /// Share of all that was watched, 0 to 1.
    pub share: f64,
}

fn shares(mut all: Vec<(String, Slice)>) -> Vec<ShareView> {
    let whole: u64 = all.iter().map(|(_, slice)| slice.watched_ms).sum();
    all.sort_by(|(a, x), (b, y)| {
        let most = (y.watched_ms, y.plays).cmp(&(x.watched_ms, x.plays));
        most.then_with(|| a.cmp(b))
    });
    let view = |(name, slice): (String, Slice)| ShareView {
        name,
        plays: slice.plays,
        views: slice.views,
        watch_time_seconds: seconds(slice.watched_ms),
        share: rate(slice.watched_ms as f64, whole as f64).unwrap_or(0.0),
    };
    all.into_iter().take(NAMES).map(view).collect()
}

/// Who the audience is, and what they saw.
#[derive(Debug, Serialize, ToSchema)]
pub struct AudienceView {
    /// `desktop`, `mobile`, `tablet`, `tv`, `other`.
    pub devices: Vec<ShareView>,
    /// Hosts that led here, `direct`, `internal`.
    pub referrers: Vec<ShareView>,
    /// Two letters each, where a proxy tells.
    pub countries: Vec<ShareView>,
    /// Rungs, such as `1080p`.
    pub qualities: Vec<ShareView>,
}

impl From<&Figures> for AudienceView {
    fn from(figures: &Figures) -> Self {
        let named = |map: &BTreeMap<String, Slice>| {
            let all = map.iter().map(|(name, slice)| (name.clone(), *slice));
            shares(all.collect())
        };
        let rungs = figures.heights.iter().map(|(height, watched_ms)| {
            let slice = Slice {
                watched_ms: *watched_ms,
                ..Slice::default()
            };
            (format!("{height}p"), slice)
        });
        Self {
            devices: named(&figures.devices),
            referrers: named(&figures.referrers),
            countries: named(&figures.countries),
            qualities: shares(rungs.collect()),
        }
    }
}

/// A hundredth of a video.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetentionView {
    /// 0 to 99.
    pub percent: usize,
    /// The share of plays that watched it, 0 to 1.
    pub share: f64,
    /// How many plays watched it.
    pub plays: u64,
    /// How often it was watched again.
    pub replays: u64,
}

pub(super) fn retention(figures: &Figures) -> Vec<RetentionView> {
    let parts = figures.parts.iter().zip(&figures.replays).enumerate();
    let view = |(percent, (plays, replays)): (usize, (&u64, &u64))| RetentionView {
        percent,
        share: rate(*plays as f64, figures.curved as f64).unwrap_or(0.0),
        plays: *plays,
        replays: *replays,
    };
    parts.map(view).collect()
}

/// How values are spread, within a per cent.
#[derive(Debug, Serialize, ToSchema)]
pub struct PercentilesView {
    /// How many values.
    pub count: u64,
    /// Half of all are less.
    pub p50: f64,
    /// 75 in a hundred are less.
    pub p75: f64,
    /// 90 in a hundred are less.
    pub p90: f64,
    /// 95 in a hundred are less.
    pub p95: f64,
    /// 99 in a hundred are less.
    pub p99: f64,
}

impl PercentilesView {
    /// Of values to a decimal.
    fn of(sketch: &Sketch) -> Option<Self> {
        Self::told(sketch, |value| (value * 10.0).round() / 10.0)
    }

    /// Of shares, which are kept in millionths, to four decimals.
    fn of_shares(sketch: &Sketch) -> Option<Self> {
        Self::told(sketch, |value| (value / MILLION * 1e4).round() / 1e4)
    }

    fn told(sketch: &Sketch, as_told: impl Fn(f64) -> f64) -> Option<Self> {
        let at = |share| sketch.quantile(share).map(&as_told);
        Some(Self {
            count: sketch.count(),
            p50: at(0.5)?,
            p75: at(0.75)?,
            p90: at(0.9)?,
            p95: at(0.95)?,
            p99: at(0.99)?,
        })
    }
}

/// What is aimed at.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceLevel {
    /// `startup_ms`, `seek_ms` (of 95 in a hundred) or `rebuffer_ratio`.
    pub name: &'static str,
    /// It should be less.
    pub limit: f64,
    /// What it is; null without a value.
    pub value: Option<f64>,
    /// Whether it is less.
    pub met: Option<bool>,
}

/// How well it played.
#[derive(Debug, Serialize, ToSchema)]
pub struct QualityView {
    /// Presses of play.
    pub plays: u64,
    /// Milliseconds until the first picture.
    pub startup_ms: Option<PercentilesView>,
    /// Milliseconds until a picture after a seek.
    pub seek_ms: Option<PercentilesView>,
    /// Milliseconds behind what is on the air.
    pub live_latency_ms: Option<PercentilesView>,
    /// Time stood still, of that and the time watched; 0 to 1.
    pub rebuffer_ratio: Option<f64>,
    /// The same of single plays: half of them, 95 in a hundred of them had no more.
    pub rebuffer_ratio_of_plays: Option<PercentilesView>,
    /// How often the picture stood still.
    pub stalls: u64,
    /// How often in an hour watched.
    pub stalls_per_hour: Option<f64>,
    /// For how long in all.
    pub stall_time_seconds: f64,
    /// Over the time watched.
    pub average_bitrate_bps: Option<f64>,
    /// Bits per second of single plays.
    pub bitrate_bps: Option<PercentilesView>,
    /// How often another rung was chosen.
    pub quality_switches: u64,
    /// Pictures that were not shown.
    pub dropped_frames: u64,
    /// Plays that failed.
    pub fatal_errors: u64,
    /// Their share of all plays, 0 to 1.
    pub fatal_error_rate: Option<f64>,
    /// Plays that were left before there was a picture.
    pub exits_before_start: u64,
    /// Their share of all plays, 0 to 1.
    pub exit_before_start_rate: Option<f64>,
    /// What is aimed at, and whether it is met.
    pub targets: Vec<ServiceLevel>,
}

impl From<&Quality> for QualityView {
    fn from(quality: &Quality) -> Self {
        let plays = quality.plays as f64;
        let (stalled, watched) = (quality.stall_ms as f64, quality.watched_ms as f64);
        let rebuffer_ratio = rate(stalled, stalled + watched);
        let startup_ms = PercentilesView::of(&quality.startup);
        let seek_ms = PercentilesView::of(&quality.seek);
        let target = |name, limit, value: Option<f64>| ServiceLevel {
            name,
            limit,
            value,
            met: value.map(|value| value < limit),
        };
        let p95 = |of: &Option<PercentilesView>| of.as_ref().map(|of| of.p95);
        let targets = vec![
            target("startup_ms", 2000.0, p95(&startup_ms)),
            target("seek_ms", 500.0, p95(&seek_ms)),
            target("rebuffer_ratio", 0.05, rebuffer_ratio),
        ];
        Self {
            plays: quality.plays,
            startup_ms,
            seek_ms,
            live_latency_ms: PercentilesView::of(&quality.latency),
            rebuffer_ratio,
            rebuffer_ratio_of_plays: PercentilesView::of_shares(&quality.rebuffer),
            stalls: quality.stalls,
            stalls_per_hour: rate(quality.stalls as f64, watched / 3_600_000.0),
            stall_time_seconds: seconds(quality.stall_ms),
            average_bitrate_bps: (quality.rated_ms > 0)
                .then(|| (quality.bits / quality.rated_ms as f64).round()),
            bitrate_bps: PercentilesView::of(&quality.bitrate),
            quality_switches: quality.switches,
            dropped_frames: quality.dropped,
            fatal_errors: quality.failed,
            fatal_error_rate: rate(quality.failed as f64, plays),
            exits_before_start: quality.left,
            exit_before_start_rate: rate(quality.left as f64, plays),
            targets,
        }
    }
}
