use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::ids::Millis;

/// Milliseconds of a day.
pub(super) const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A day in UTC, counted since 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Day(pub i64);

impl Day {
    #[must_use]
    pub fn of(at: Millis) -> Self {
        Self(at.0.div_euclid(DAY_MS))
    }

    /// Its first millisecond.
    #[must_use]
    pub fn begin(self) -> Millis {
        Millis(self.0.saturating_mul(DAY_MS))
    }

    /// The first millisecond of the next.
    #[must_use]
    pub fn end(self) -> Millis {
        Self(self.0.saturating_add(1)).begin()
    }

    /// Year, month, day. Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
    fn civil(self) -> (i64, i64, i64) {
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        (year_of_era + era * 400 + i64::from(month <= 2), month, day)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Day {
    type Err = String;

    /// `2026-11-24`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no day such as 2026-11-24");
        let mut parts = text.split('-').map(|part| part.parse::<i64>().ok());
        let (Some(Some(year)), Some(Some(month)), Some(Some(day)), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(wrong());
        };
        if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return Err(wrong());
        }
        // `days_from_civil` of the same author.
        let year_shifted = if month <= 2 { year - 1 } else { year };
        let era = year_shifted.div_euclid(400);
        let year_of_era = year_shifted.rem_euclid(400);
        let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let found = Self(era * 146_097 + day_of_era - 719_468);
        if found.civil() == (year, month, day) { Ok(found) } else { Err(wrong()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_they_are_written() {
        for (text, begin) in [("1970-01-01", 0), ("2000-02-29", 951_782_400_000), ("2026-11-24", 1_795_478_400_000)] {
            let day: Day = text.parse().expect("it is a day");
            assert_eq!((day.to_string().as_str(), day.begin()), (text, Millis(begin)));
            assert_eq!(Day::of(Millis(day.end().0 - 1)), day);
        }
        for text in ["", "2026-11", "2026-02-30", "2026-13-01", "26-11-24x", "2026-11-24-1", "-1-1-1"] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
    }
}
