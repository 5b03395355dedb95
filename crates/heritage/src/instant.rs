//! Instants as MySQL writes them.

use base::Millis;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// `2019-03-31 12:30:05`, taken for UTC; `None` for what is no instant, as MySQL's zero.
pub(crate) fn read(text: &str) -> Option<Millis> {
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00:00"));
    let mut date = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let time = time.split_once('.').map_or(time, |(whole, _)| whole);
    let mut time = time.splitn(3, ':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (time.next()??, time.next()??, time.next()??);
    let fits = (1970..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..=60).contains(&second);
    if !fits {
        return None;
    }
    Some(Millis(days(year, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000))
}

/// Days since 1970-01-01 in the calendar of today; March begins the year, so that leap days come last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year / 4 - year / 100 + year / 400;
    365 * year + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants() {
        for (text, at) in [
            ("1970-01-01 00:00:00", Some(0)),
            ("2000-02-29 23:59:59", Some(951_868_799_000)),
            ("2019-03-31 12:30:05", Some(1_554_035_405_000)),
            ("2019-03-31 12:30:05.123456", Some(1_554_035_405_000)),
            ("2019-03-31", Some(1_553_990_400_000)),
            ("0000-00-00 00:00:00", None),
            ("2019-13-01 00:00:00", None),
            ("2019-03-31 25:00:00", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(read(text).map(|at| at.0), at, "{text}");
        }
    }
}
