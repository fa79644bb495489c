//! Days in UTC, by which the log is cut.

use laisee_core::ids::Millis;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The name of a moment's day, such as `2026-11-24`. Names sort as days do.
#[must_use]
pub fn name(at: Millis) -> String {
    let (year, month, day) = civil(at.0.div_euclid(DAY_MS));
    format!("{year:04}-{month:02}-{day:02}")
}

/// The moment a day is over; none: this is no day's name.
#[must_use]
pub fn end(name: &str) -> Option<Millis> {
    let number = |at: std::ops::Range<usize>| name.get(at)?.parse::<i64>().ok();
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let begun = Millis(days(year, month, day) * DAY_MS);
    (self::name(begun) == name).then(|| begun.plus(DAY_MS))
}

/// The day after a day.
#[must_use]
pub fn after(day: &str) -> Option<String> {
    end(day).map(name)
}

/// Year, month and day of a count of days since 1970-01-01.
/// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// The count of days since 1970-01-01 of a date: the inverse of [`civil`], from the same paper.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_names() {
        assert_eq!(name(Millis(0)), "1970-01-01");
        assert_eq!(name(Millis(951_782_400_000)), "2000-02-29");
        assert_eq!(name(Millis(1_795_478_399_999)), "2026-11-23");
        assert_eq!(name(Millis(1_795_478_400_000)), "2026-11-24");
    }

    #[test]
    fn a_day_ends_where_the_next_begins() {
        for n in (0..60_000).step_by(7) {
            let day = name(Millis(n * DAY_MS));
            assert_eq!(end(&day), Some(Millis((n + 1) * DAY_MS)), "{day}");
        }
        assert_eq!(after("2026-12-31").as_deref(), Some("2027-01-01"));
        assert_eq!(after("2028-02-28").as_deref(), Some("2028-02-29"));
    }

    #[test]
    fn what_is_no_day_has_no_end() {
        for name in
            ["", "2026", "2026-02-30", "2026-13-01", "2026-11-2x", "2026/11/24", "2026-11-24.db", "2026-00-00", "ééééé"]
        {
            assert_eq!(end(name), None, "{name}");
        }
    }
}
