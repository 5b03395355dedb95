//! Instants as UTC milliseconds, and the clock they are read from.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

/// An instant: milliseconds since 1970-01-01T00:00:00Z. Also how the database stores it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub i64);

impl Millis {
    /// The instant `span` later; stays at the largest instant rather than wrap.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }

    /// The instant `span` earlier; stays at the smallest instant rather than wrap.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }

    /// How long ago `earlier` was, seen from here; zero when it lies ahead.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl From<i64> for Millis {
    fn from(raw: i64) -> Self {
        Self(raw)
    }
}

impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An instant as a calendar and a clock show it in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Utc {
    /// In the Gregorian calendar.
    pub year: i64,
    /// 1 to 12.
    pub month: i64,
    /// 1 to 31.
    pub day: i64,
    /// 0 to 23.
    pub hour: i64,
    /// 0 to 59.
    pub minute: i64,
    /// 0 to 59: there are no leap seconds.
    pub second: i64,
}

impl From<Millis> for Utc {
    fn from(at: Millis) -> Self {
        const DAY_SECS: i64 = 24 * 60 * 60;
        let secs = at.0.div_euclid(1000);
        let (days, rest) = (secs.div_euclid(DAY_SECS), secs.rem_euclid(DAY_SECS));
        // Years are counted from March, so that a leap day comes last. An era is the 400 years after which the calendar repeats,
        // 146,097 days; 719,468 days lie between 0000-03-01 and 1970-01-01.
        let shifted = days + 719_468;
        let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month,
            day: day_of_year - (153 * from_march + 2) / 5 + 1,
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60,
        }
    }
}

/// Where the present comes from. The server hands down the system's clock, a test one that it moves by hand.
pub trait Clock: Send + Sync + 'static {
    /// The present instant.
    fn now(&self) -> Millis;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_its_date() {
        for (at, year, month, day) in
            [(0, 1970, 1, 1), (951_782_400_000, 2000, 2, 29), (1_763_689_799_007, 2025, 11, 21), (-1, 1969, 12, 31)]
        {
            let utc = Utc::from(Millis(at));
            assert_eq!((utc.year, utc.month, utc.day), (year, month, day), "{at}");
        }
        let utc = Utc::from(Millis(1_763_689_799_007));
        assert_eq!((utc.hour, utc.minute, utc.second), (1, 49, 59));
    }

    #[test]
    fn arithmetic_saturates() {
        assert_eq!(Millis(i64::MAX).plus(Duration::from_secs(1)), Millis(i64::MAX));
        assert_eq!(Millis(5).since(Millis(9)), Duration::ZERO);
        assert_eq!(Millis(9).minus(Duration::from_millis(4)), Millis(5));
    }
}
