//! Days and hours, in UTC: a letter is read wherever its reader is, so it says which clock it means.

use base::Millis;

const MILLIS_A_DAY: i64 = 24 * 60 * 60 * 1000;

/// A day of the calendar, and the minute of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: i64,
    /// 0 to 11.
    pub(super) month: usize,
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
}

impl Date {
    /// The instant in the proleptic Gregorian calendar.
    ///
    /// Counted from 1 March of the year 0, so that the day a leap year adds comes last; 146,097 days are 400 years.
    pub(super) fn of(at: Millis) -> Self {
        let (days, rest) = (at.0.div_euclid(MILLIS_A_DAY), at.0.rem_euclid(MILLIS_A_DAY));
        let days = days + 719_468;
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        // From March on, five months always have 153 days.
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = (month_from_march + 2) % 12;
        let year = era * 400 + year_of_era + i64::from(month < 2);
        let minutes = rest / 60_000;
        Self { year, month: usize::try_from(month).unwrap_or(0), day, hour: minutes / 60, minute: minutes % 60 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_calendar() {
        // Seconds from `date -u -d … +%s`.
        for (seconds, year, month, day, hour, minute) in [
            (0, 1970, 1, 1, 0, 0),
            (951_782_340, 2000, 2, 28, 23, 59),
            (951_868_740, 2000, 2, 29, 23, 59),
            (951_868_800, 2000, 3, 1, 0, 0),
            (1_795_231_380, 2026, 11, 21, 3, 23),
            (4_107_542_400, 2100, 3, 1, 0, 0),
            (-1, 1969, 12, 31, 23, 59),
        ] {
            let date = Date { year, month: month - 1, day, hour, minute };
            assert_eq!(Date::of(Millis(seconds * 1000)), date, "{seconds}");
        }
    }
}
