//! The clocks of a peer: RTP's of pictures and of sound begin anywhere and each run by
//! themselves. Sender reports (RFC 3550 §6.4.1) say what they are on one clock.

use crate::broadcast::Track;

/// How far a track's clock and the arrival of its packets may part from one packet to the next,
/// in microseconds, before the clock counts as another one.
const JUMP_US: i64 = 3_000_000;
/// How far sender reports may put sound from where it arrived, in microseconds. Whoever says
/// more has clocks that have nothing to do with each other.
const BELIEVED_US: i64 = 2_000_000;

/// What a sender report says: that these are the same instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Report {
    /// Microseconds of the peer's clock on the wall.
    pub(super) wall_us: i64,
    /// The time of RTP.
    pub(super) rtp: u32,
}

/// A frame's time, as it came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stamp {
    /// The time of RTP, with the turns of its 32 bits counted.
    pub(super) rtp: u64,
    /// When it arrived, in microseconds of our clock.
    pub(super) arrival_us: i64,
    /// The last sender report of its track.
    pub(super) report: Option<Report>,
}

#[derive(Debug)]
struct Line {
    rate: i64,
    /// What has to be added to the time of RTP, in microseconds.
    offset: i64,
    /// The last frame: its own time, and when it arrived.
    last: Option<(i64, i64)>,
    /// The time of RTP and on the wall of the last report, in microseconds.
    report: Option<(i64, i64)>,
}

impl Line {
    const fn new(rate: i64) -> Self {
        Self {
            rate,
            offset: 0,
            last: None,
            report: None,
        }
    }

    fn micros(&self, ticks: i64) -> i64 {
        let micros = i128::from(ticks) * 1_000_000 / i128::from(self.rate);
        i64::try_from(micros).unwrap_or(i64::MAX)
    }

    /// Takes a frame. Gives its own time in microseconds.
    fn take(&mut self, stamp: Stamp) -> i64 {
        let ticks = i64::try_from(stamp.rtp).unwrap_or(i64::MAX);
        let own = self.micros(ticks);
        let jumped = self.last.is_none_or(|(before, arrived)| {
            let (by, took) = (own.saturating_sub(before), stamp.arrival_us - arrived);
            by.saturating_sub(took).saturating_abs() > JUMP_US
        });
        if jumped {
            self.offset = stamp.arrival_us.saturating_sub(own);
            self.report = None;
        }
        self.last = Some((own, stamp.arrival_us));
        if let Some(report) = stamp.report {
            // The report's 32 bits are near the frame's: a turn of them lasts half a day.
            #[expect(clippy::cast_possible_truncation, reason = "the low 32 bits are meant")]
            let apart = report.rtp.wrapping_sub(stamp.rtp as u32).cast_signed();
            let at = self.micros(ticks.saturating_add(apart.into()));
            self.report = Some((at, report.wall_us));
        }
        own
    }
}

/// The clocks of a peer's pictures and sound, made one.
#[derive(Debug)]
pub(super) struct Clocks {
    video: Line,
    audio: Line,
}

impl Clocks {
    /// None heard yet: 90 kHz for pictures (RFC 6184), 48 kHz for sound (RFC 7587).
    pub(super) const fn new() -> Self {
        Self {
            video: Line::new(90_000),
            audio: Line::new(48_000),
        }
    }

    /// The time of a frame on a clock that pictures and sound share, in microseconds.
    ///
    /// The first frame is where it arrived. Where both tracks have been reported of, sound is
    /// where it belongs to the pictures, however the clocks drift.
    pub(super) fn time(&mut self, track: Track, stamp: Stamp) -> i64 {
        match track {
            Track::Video => self.video.take(stamp).saturating_add(self.video.offset),
            Track::Audio => {
                let own = self.audio.take(stamp);
                if let Some(offset) = self.reported_offset()
                    && own
                        .saturating_add(offset)
                        .saturating_sub(stamp.arrival_us)
                        .saturating_abs()
                        <= BELIEVED_US
                {
                    self.audio.offset = offset;
                }
                own.saturating_add(self.audio.offset)
            }
        }
    }

    /// What sender reports say that has to be added to the time of sound.
    fn reported_offset(&self) -> Option<i64> {
        let (video_at, video_wall) = self.video.report?;
        let (audio_at, audio_wall) = self.audio.report?;
        // What the wall's clock is on the clock of pictures.
        let wall = video_at
            .saturating_add(self.video.offset)
            .saturating_sub(video_wall);
        Some(audio_wall.saturating_add(wall).saturating_sub(audio_at))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stamp(rtp: u64, arrival_us: i64) -> Stamp {
        Stamp {
            rtp,
            arrival_us,
            report: None,
        }
    }

    #[test]
    fn the_first_frame_is_where_it_arrived() {
        let mut clocks = Clocks::new();
        assert_eq!(clocks.time(Track::Video, stamp(900_000_000, 5_000)), 5_000);
        // Later ones where their own clock says, whenever they arrive.
        assert_eq!(
            clocks.time(Track::Video, stamp(900_003_000, 99_000)),
            38_333
        );
        assert_eq!(clocks.time(Track::Audio, stamp(77, 60_000)), 60_000);
        assert_eq!(clocks.time(Track::Audio, stamp(77 + 960, 60_001)), 80_000);
    }

    #[test]
    fn sound_is_put_where_reports_say() {
        let mut clocks = Clocks::new();
        let video = Stamp {
            report: Some(Report {
                wall_us: 1_000_000,
                rtp: 90_000,
            }),
            ..stamp(90_000, 0)
        };
        assert_eq!(clocks.time(Track::Video, video), 0);
        // It was taken at the same instant as the picture, and came 300 ms after it.
        let audio = Stamp {
            report: Some(Report {
                wall_us: 1_000_000,
                rtp: 48_000,
            }),
            ..stamp(48_000, 300_000)
        };
        assert_eq!(clocks.time(Track::Audio, audio), 0);
        // A clock on the wall that has nothing to do with the other is not believed.
        let audio = Stamp {
            report: Some(Report {
                wall_us: 9_000_000,
                rtp: 48_960,
            }),
            ..stamp(48_960, 320_000)
        };
        assert_eq!(clocks.time(Track::Audio, audio), 20_000);
    }

    #[test]
    fn reports_hold_across_a_turn_of_32_bits() {
        let mut line = Line::new(90_000);
        let turn = 1_u64 << 32;
        line.take(Stamp {
            report: Some(Report {
                wall_us: 7,
                rtp: u32::MAX - 899,
            }),
            ..stamp(turn + 900, 0)
        });
        let (at, _) = line.report.unwrap_or_default();
        assert_eq!(line.micros(i64::try_from(turn).unwrap_or(0)) - at, 10_000);
    }

    #[test]
    fn a_clock_that_jumps_begins_anew_where_it_arrives() {
        let mut clocks = Clocks::new();
        clocks.time(Track::Video, stamp(1_000_000, 0));
        assert_eq!(clocks.time(Track::Video, stamp(500, 40_000)), 40_000);
        // A pause is no jump: the clock goes on meanwhile.
        let later = clocks.time(Track::Video, stamp(500 + 90_000 * 60, 60_100_000));
        assert_eq!(later, 60_040_000);
    }

    proptest! {
        #[test]
        fn whatever_comes_has_a_time(
            stamps in proptest::collection::vec(
                (any::<bool>(), any::<u64>(), 0..1_i64 << 50, any::<Option<(i64, u32)>>()),
                0..40,
            ),
        ) {
            let mut clocks = Clocks::new();
            for (video, rtp, arrival_us, report) in stamps {
                let track = if video { Track::Video } else { Track::Audio };
                let report = report.map(|(wall_us, rtp)| Report { wall_us, rtp });
                clocks.time(track, Stamp { rtp, arrival_us, report });
            }
        }
    }
}
