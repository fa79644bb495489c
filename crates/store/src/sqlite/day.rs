//! Days in UTC, by which the log is cut.

use laisee_core::ids::Millis;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The file name of a moment's day, such as `2026-11-24.db`. Names sort as days do.
#[must_use]
pub fn file_name(at: Millis) -> String {
    let (year, month, day) = civil(at.0.div_euclid(DAY_MS));
    format!("{year:04}-{month:02}-{day:02}.db")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_names() {
        assert_eq!(file_name(Millis(0)), "1970-01-01.db");
        assert_eq!(file_name(Millis(951_782_400_000)), "2000-02-29.db");
        assert_eq!(file_name(Millis(1_795_478_399_999)), "2026-11-23.db");
        assert_eq!(file_name(Millis(1_795_478_400_000)), "2026-11-24.db");
    }
}
