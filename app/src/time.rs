//! Instants as people read them. The server writes UTC; the browser rewrites it in the reader's zone once it is awake.

use base::{Millis, Utc};

#[cfg(feature = "ssr")]
const DAY_SECS: i64 = 24 * 60 * 60;

/// `2026-11-21T01:49:59Z`, for `<time datetime>`.
pub(crate) fn machine(at: Millis) -> String {
    let Utc { year, month, day, hour, minute, second } = Utc::from(at);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// `2026-11-21 01:49 UTC`.
pub(crate) fn utc(at: Millis) -> String {
    let Utc { year, month, day, hour, minute, .. } = Utc::from(at);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02} UTC")
}

/// `01:49 UTC`.
pub(crate) fn utc_clock(at: Millis) -> String {
    let Utc { hour, minute, .. } = Utc::from(at);
    format!("{hour:02}:{minute:02} UTC")
}

/// `2026-11-21`, in UTC.
pub(crate) fn utc_day(at: Millis) -> String {
    let Utc { year, month, day, .. } = Utc::from(at);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The beginning of a day in UTC: the opposite of [`utc_day`].
#[cfg(feature = "ssr")]
pub(crate) fn day(text: &str) -> Option<Millis> {
    let mut numbers = text.split('-').map(str::parse::<i64>);
    let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day)), None) =
        (numbers.next(), numbers.next(), numbers.next(), numbers.next())
    else {
        return None;
    };
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // The same count from March, the other way round.
    let year_from_march = year - i64::from(month <= 2);
    let (era, year_of_era) = (year_from_march.div_euclid(400), year_from_march.rem_euclid(400));
    let from_march = if month > 2 { month - 3 } else { month + 9 };
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + (153 * from_march + 2) / 5 + day - 1;
    let at = Millis((era * 146_097 + day_of_era - 719_468) * DAY_SECS * 1000);
    // The 31st of June is the first of July, which nobody meant.
    (utc_day(at) == text).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_dates() {
        for (ms, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_795_225_799_123, "2026-11-21T01:49:59Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (4_107_542_399_000, "2100-02-28T23:59:59Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(machine(Millis(ms)), expected);
        }
        assert_eq!(utc(Millis(1_795_225_799_123)), "2026-11-21 01:49 UTC");
        assert_eq!(utc_clock(Millis(1_795_225_799_123)), "01:49 UTC");
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn a_day_is_read_as_it_is_written() {
        for (text, ms) in [("1970-01-01", 0), ("2000-02-29", 951_782_400_000), ("2100-03-01", 4_107_542_400_000)] {
            assert_eq!(day(text), Some(Millis(ms)));
            assert_eq!(utc_day(Millis(ms)), text);
        }
        for wrong in ["", "2026", "2026-02-30", "2026-13-01", "2026-1-1", "2026-11-21T00", "-2026-11-21"] {
            assert_eq!(day(wrong), None, "{wrong}");
        }
    }
}
