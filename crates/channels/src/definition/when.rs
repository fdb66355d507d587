//! When something holds: times of day, days of the week, dates.

use std::{fmt, str::FromStr};

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A time on the wall, `HH:MM`, from `00:00` to `24:00`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalTime(u16);

impl LocalTime {
    /// So many minutes after midnight; at most a day of them.
    pub fn of_minutes(minutes: u16) -> Option<Self> {
        (minutes <= 1440).then_some(Self(minutes))
    }

    /// Minutes after midnight.
    pub fn minutes(self) -> u32 {
        self.0.into()
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for LocalTime {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WANTED: &str = "a time of day is written HH:MM, from 00:00 to 24:00";
        let (hours, minutes) = text.split_once(':').ok_or(WANTED)?;
        let part = |text: &str| {
            let digits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
            if digits {
                text.parse::<u16>().ok()
            } else {
                None
            }
        };
        let (hours, minutes) = part(hours).zip(part(minutes)).ok_or(WANTED)?;
        if minutes > 59 {
            return Err(WANTED);
        }
        Self::of_minutes(hours * 60 + minutes).ok_or(WANTED)
    }
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "days of the week")]
pub enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

const DAYS: [Day; 7] = [
    Day::Monday,
    Day::Tuesday,
    Day::Wednesday,
    Day::Thursday,
    Day::Friday,
    Day::Saturday,
    Day::Sunday,
];

/// A set of days of the week, written as a list of `monday` (or `mon`) … `sunday`, `weekdays`,
/// `weeknights` (both Monday to Friday), `weekend`, `daily`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days(u8);

impl Default for Days {
    fn default() -> Self {
        Self(0x7f)
    }
}

impl Days {
    /// These days.
    pub fn of(days: &[Day]) -> Self {
        Self(days.iter().fold(0, |bits, &day| bits | 1 << day as u8))
    }

    /// Whether a date is one of them.
    pub fn has(self, weekday: Weekday) -> bool {
        let day = weekday.to_monday_zero_offset();
        self.0 >> day & 1 == 1
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    fn named(name: &str) -> Option<u8> {
        let name = name.to_ascii_lowercase();
        Some(match name.as_str() {
            "weekdays" | "weeknights" => 0b001_1111,
            "weekend" | "weekends" => 0b110_0000,
            "daily" => 0x7f,
            _ => {
                let full = [
                    "monday",
                    "tuesday",
                    "wednesday",
                    "thursday",
                    "friday",
                    "saturday",
                    "sunday",
                ];
                let day = full
                    .iter()
                    .position(|day| *day == name || day[..3] == name)?;
                1 << day
            }
        })
    }
}

impl Serialize for Days {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(DAYS.iter().filter(|&&day| self.0 >> day as u8 & 1 == 1))
    }
}

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        names.iter().try_fold(Self(0), |days, name| match Self::named(name) {
            Some(bits) => Ok(Self(days.0 | bits)),
            None => Err(de::Error::custom(format_args!(
                "`{name}` is no day: monday … sunday, weekdays, weeknights, weekend and daily are"
            ))),
        })
    }
}

/// From one date to another, both included, written `2026-12-24` or, for every year, `12-24`.
/// Every year's may go over its end: from `12-24` to `01-06`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateSpan {
    /// The first day.
    pub from: CalendarDay,
    /// The last day.
    pub to: CalendarDay,
}

/// A date, or a day of every year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarDay {
    /// A date.
    Once(Date),
    /// Month and day of every year. 29 February is passed over in years without it.
    Yearly(i8, i8),
}

impl DateSpan {
    /// Whether a date is within.
    pub fn has(&self, date: Date) -> bool {
        match (self.from, self.to) {
            (CalendarDay::Once(from), CalendarDay::Once(to)) => from <= date && date <= to,
            (CalendarDay::Yearly(m, d), CalendarDay::Yearly(n, e)) => {
                let (from, to, day) = ((m, d), (n, e), (date.month(), date.day()));
                if from <= to {
                    from <= day && day <= to
                } else {
                    from <= day || day <= to
                }
            }
            _ => false,
        }
    }

    /// Why it can hold on no day.
    pub(crate) fn problem(&self) -> Option<&'static str> {
        match (self.from, self.to) {
            (CalendarDay::Once(from), CalendarDay::Once(to)) if to < from => {
                Some("the last day is before the first")
            }
            (CalendarDay::Once(_), CalendarDay::Yearly(..))
            | (CalendarDay::Yearly(..), CalendarDay::Once(_)) => {
                Some("both days need a year, or neither")
            }
            _ => None,
        }
    }
}

impl fmt::Display for CalendarDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Once(date) => date.fmt(f),
            Self::Yearly(month, day) => write!(f, "{month:02}-{day:02}"),
        }
    }
}

impl FromStr for CalendarDay {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WANTED: &str = "a date is written YYYY-MM-DD, or MM-DD for every year";
        if text.len() == 10 {
            return text.parse().map(Self::Once).map_err(|_| WANTED);
        }
        // A leap year has every day that there is.
        let full = format!("2024-{text}");
        if text.len() != 5 {
            return Err(WANTED);
        }
        let date: Date = full.parse().map_err(|_| WANTED)?;
        Ok(Self::Yearly(date.month(), date.day()))
    }
}

/// Texts in JSON that are parsed and displayed.
macro_rules! as_text {
    ($type:ty) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?
                    .parse()
                    .map_err(de::Error::custom)
            }
        }
    };
}
as_text!(LocalTime);
as_text!(CalendarDay);

/// When a block holds, or on which days an event begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct When<'a> {
    /// On these days of the week, by the day on which it begins.
    pub days: Days,
    /// Within these dates; always when there are none.
    pub dates: &'a [DateSpan],
}

impl When<'_> {
    /// Whether it begins on a date.
    pub fn on(&self, date: Date) -> bool {
        self.days.has(date.weekday())
            && (self.dates.is_empty() || self.dates.iter().any(|span| span.has(date)))
    }

    /// Whether it is every day.
    pub fn always(&self) -> bool {
        self.days == Days::default() && self.dates.is_empty()
    }
}
