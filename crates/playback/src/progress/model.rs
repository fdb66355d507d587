//! Positions and the rules about them.

use std::time::Duration;

/// From how much of a video on it counts as watched, in per mille: credits are
/// rarely watched to their end.
const COMPLETED_PER_MILLE: u64 = 950;
/// The longest video that a report may speak of: 100 days.
const LONGEST: Duration = Duration::from_hours(100 * 24);

/// What a player reports.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Report {
    /// Where it is, in seconds.
    pub current_time: f64,
    /// How long the video is, in seconds.
    pub total_duration: f64,
}

/// A report that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {reason}")]
pub struct InvalidReport {
    /// The field of the report.
    pub field: &'static str,
    /// What is wrong with it.
    pub reason: &'static str,
}

/// How far a viewer is in a video.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Where they are, in milliseconds; never beyond the duration, if that is known.
    pub position_ms: u64,
    /// How long the video is, in milliseconds; 0 if unknown.
    pub duration_ms: u64,
    /// When they were there: UTC microseconds.
    pub watched_at: i64,
}

impl Progress {
    /// Reads a report that arrived at this instant (UTC microseconds).
    pub fn new(report: Report, watched_at: i64) -> Result<Self, InvalidReport> {
        let position_ms = milliseconds("current_time", report.current_time)?;
        let duration_ms = milliseconds("total_duration", report.total_duration)?;
        Ok(Self {
            position_ms: if duration_ms == 0 {
                position_ms
            } else {
                // Players overshoot the end by a frame.
                position_ms.min(duration_ms)
            },
            duration_ms,
            watched_at,
        })
    }

    /// The share that is behind them, 0 to 100, to two decimals; 0 if the
    /// duration is unknown.
    pub fn percentage(&self) -> f64 {
        if self.duration_ms == 0 {
            return 0.0;
        }
        let share = self.position_ms as f64 / self.duration_ms as f64;
        (share * 10_000.0).round() / 100.0
    }

    /// Whether they have seen it to the end, or nearly (95 %).
    pub fn completed(&self) -> bool {
        self.duration_ms > 0 && self.position_ms * 1000 >= self.duration_ms * COMPLETED_PER_MILLE
    }
}

fn milliseconds(field: &'static str, seconds: f64) -> Result<u64, InvalidReport> {
    let reason = if !seconds.is_finite() || seconds < 0.0 {
        "must be a number of seconds, 0 or more"
    } else if seconds > LONGEST.as_secs_f64() {
        "must be at most 100 days, in seconds"
    } else {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and 100 days"
        )]
        return Ok((seconds * 1000.0).round() as u64);
    };
    Err(InvalidReport { field, reason })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a panic is a failed test")]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn progress(current_time: f64, total_duration: f64) -> Result<Progress, InvalidReport> {
        let report = Report {
            current_time,
            total_duration,
        };
        Progress::new(report, 7)
    }

    #[rstest]
    #[case(125.5, 7200.0, 1.74, false)]
    #[case(0.0, 7200.0, 0.0, false)]
    #[case(949.9, 1000.0, 94.99, false)]
    #[case(950.0, 1000.0, 95.0, true)]
    #[case(1000.04, 1000.0, 100.0, true)]
    #[case(12.0, 0.0, 0.0, false)]
    #[case(0.0, 0.0, 0.0, false)]
    fn shares(#[case] at: f64, #[case] of: f64, #[case] percentage: f64, #[case] completed: bool) {
        let progress = progress(at, of).unwrap();
        assert!((progress.percentage() - percentage).abs() < 1e-9);
        assert_eq!(progress.completed(), completed);
    }

    #[rstest]
    #[case(-0.1, 10.0, "current_time")]
    #[case(f64::NAN, 10.0, "current_time")]
    #[case(f64::INFINITY, 10.0, "current_time")]
    #[case(1.0, -1.0, "total_duration")]
    #[case(1.0, 1e300, "total_duration")]
    fn nonsense_names_its_field(#[case] at: f64, #[case] of: f64, #[case] field: &str) {
        assert_eq!(progress(at, of).unwrap_err().field, field);
    }

    proptest! {
        #[test]
        fn any_numbers_give_a_share_or_a_reason(at: f64, of: f64) {
            if let Ok(progress) = progress(at, of) {
                prop_assert!((0.0..=100.0).contains(&progress.percentage()));
                prop_assert!(!progress.completed() || progress.percentage() >= 94.99);
            }
        }
    }
}
