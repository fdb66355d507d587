//! Where an instant on the clock lies in a recording.
//!
//! A recording has no gaps: what an encoder sends after it was away follows
//! what it had sent before. So each run of the broadcast notes when it began,
//! on the clock and in the recording, and everything else is counted from
//! there.

use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};

/// The most runs that are noted; later ones count on from the last.
const ANCHORS_MAX: usize = 4096;

/// When a run began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// On the clock, in UTC microseconds.
    pub at: i64,
    /// On the timeline of the broadcast, in microseconds.
    pub media: i64,
}

/// The runs of a recording, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Timeline(Vec<Anchor>);

impl Timeline {
    /// Notes another run. One that begins before the last is left out.
    pub fn push(&mut self, run: Anchor) {
        let follows = self
            .0
            .last()
            .is_none_or(|last| last.at <= run.at && last.media <= run.media);
        if follows && self.0.len() < ANCHORS_MAX {
            self.0.push(run);
        }
    }

    /// When the recording began (UTC microseconds); none if nothing is known.
    pub fn began_at(&self) -> Option<i64> {
        self.0.first().map(|run| run.at)
    }

    /// The position in the recording, in milliseconds, of an instant on the
    /// clock (UTC microseconds). While the encoder was away it is where the
    /// recording goes on.
    pub fn position_ms(&self, at: i64) -> i64 {
        let Some(first) = self.0.first() else {
            return 0;
        };
        let next = self.0.partition_point(|run| run.at <= at);
        let run = self.0[next.saturating_sub(1)];
        let media = run.media.saturating_add(at.saturating_sub(run.at));
        let most = self.0.get(next).map_or(i64::MAX, |next| next.media);
        media.min(most).saturating_sub(first.media).max(0) / 1000
    }

    /// The first instant on the clock (UTC microseconds) that is at this
    /// position or after it.
    pub fn instant(&self, position_ms: i64) -> i64 {
        let Some(first) = self.0.first() else {
            return 0;
        };
        let media = position_ms.saturating_mul(1000).saturating_add(first.media);
        let after = self.0.partition_point(|run| run.media < media);
        let run = self.0[after.saturating_sub(1)];
        run.at
            .saturating_add(media.saturating_sub(run.media).max(0))
    }

    /// As lines of text, one for each run.
    pub(super) fn read(lines: &str) -> Self {
        let mut timeline = Self::default();
        for line in lines.lines() {
            // The last one may be half a line: the server was killed.
            let run = line.strip_suffix('.').and_then(|line| {
                let (at, media) = line.split_once(' ')?;
                Some(Anchor {
                    at: at.parse().ok()?,
                    media: media.parse().ok()?,
                })
            });
            if let Some(run) = run {
                timeline.push(run);
            }
        }
        timeline
    }
}

impl Anchor {
    /// A line of text, as [`Timeline::read`] takes it.
    pub(super) fn line(self) -> String {
        format!("{} {}.\n", self.at, self.media)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    /// It began at 100 s on the clock, at 7 s of the broadcast, lasted ten
    /// seconds, and went on 20 seconds later.
    fn interrupted() -> Timeline {
        Timeline::read("100000000 7000000.\n130000000 17000000.\n140000")
    }

    #[rstest]
    #[case::before(99_000_000, 0)]
    #[case::at_its_beginning(100_000_000, 0)]
    #[case::later(104_500_000, 4_500)]
    #[case::away(115_000_000, 10_000)]
    #[case::back(130_000_000, 10_000)]
    #[case::on(131_000_000, 11_000)]
    fn instants_have_positions(#[case] at: i64, #[case] position: i64) {
        assert_eq!(interrupted().position_ms(at), position);
    }

    #[rstest]
    #[case(0, 100_000_000)]
    #[case(4_500, 104_500_000)]
    #[case(10_000, 110_000_000)]
    #[case(10_001, 130_001_000)]
    fn positions_have_instants(#[case] position: i64, #[case] at: i64) {
        assert_eq!(interrupted().instant(position), at);
    }

    proptest! {
        #[test]
        fn the_two_agree(
            runs in proptest::collection::vec((1_i64..10_000_000, 0_i64..10_000_000), 1..9),
            position in 0_i64..100_000,
        ) {
            let mut timeline = Timeline::default();
            let (mut at, mut media) = (1_000_000, 500);
            for (length, away) in runs {
                timeline.push(Anchor { at, media });
                media += length;
                at += length + away;
            }
            let instant = timeline.instant(position);
            prop_assert_eq!(timeline.position_ms(instant), position);
            prop_assert!(timeline.position_ms(instant - 1) <= position);
        }

        #[test]
        fn no_text_brings_it_down(text in "\\PC{0,60}", at in any::<i64>()) {
            let timeline = Timeline::read(&text);
            timeline.position_ms(at);
            timeline.instant(at);
        }
    }
}
