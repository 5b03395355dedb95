//! When the next time is.
//!
//! - **Every so many seconds**: the last planned time and the interval, so it keeps its beat; what a change of clocks does is nothing to it.
//! - **Cron**: strictly after the last planned time, by the wall clock of its zone. A time of day that a change of clocks leaves out comes with
//!   the first moment after the gap; one that comes twice counts the first time. What repeats within hours (`*`, steps, lists) goes by the wall
//!   clock: what is left out is left out, and an hour that comes twice counts twice.
//! - **Missed**: however many times have passed while nobody looked, it is done once, and then at the first planned time still to come.

use base::Millis;
use contract::{
    Code, Field, FieldProblem,
    schedule::{Timing, When},
};
use croner::{
    Cron,
    parser::{CronParser, Seconds, Year},
};
use jiff::{Timestamp, Zoned, tz::TimeZone};

/// The least and the most between two times, in seconds: as plugins may ask for, and a leap year.
const EVERY: std::ops::RangeInclusive<u32> = 10..=31_622_400;
/// The longest cron expression and the longest name of a zone, in bytes.
const LONGEST_CRON: usize = 100;
const LONGEST_ZONE: usize = 64;

const NAMES: [&str; 19] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC", "SUN", "MON", "TUE", "WED",
    "THU", "FRI", "SAT",
];

/// A time that was understood.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    timing: Parsed,
    zone: TimeZone,
}

#[derive(Debug, Clone)]
enum Parsed {
    /// Milliseconds.
    Every(i64),
    Cron(Box<Cron>),
    Once(Millis),
}

impl Rule {
    /// Understands it, or says which fields are wrong. `now`: what never comes again is refused.
    pub(crate) fn read(when: &When, now: Millis) -> Result<Self, Vec<FieldProblem>> {
        let mut wrong = Vec::new();
        let mut note = |field, code| wrong.push(FieldProblem { field, code });
        let timing = match &when.timing {
            Timing::EverySecs(secs) if EVERY.contains(secs) => Some(Parsed::Every(i64::from(*secs) * 1000)),
            Timing::EverySecs(_) => {
                note(Field::EverySecs, Code::OutOfRange);
                None
            }
            Timing::Cron(expression) => match parse(expression) {
                Ok(cron) => Some(Parsed::Cron(Box::new(cron))),
                Err(code) => {
                    note(Field::Cron, code);
                    None
                }
            },
            Timing::OnceAt(at) if Timestamp::from_millisecond(at.0).is_ok() => Some(Parsed::Once(*at)),
            Timing::OnceAt(_) => {
                note(Field::OnceAt, Code::OutOfRange);
                None
            }
        };
        let zone = zone(&when.zone).map_err(|code| note(Field::Zone, code)).ok();
        let (Some(timing), Some(zone)) = (timing, zone) else { return Err(wrong) };
        let rule = Self { timing, zone };
        if rule.first(now).is_none() {
            return Err(vec![FieldProblem { field: Field::Cron, code: Code::NeverComes }]);
        }
        Ok(rule)
    }

    /// Whether it comes again and again.
    pub(crate) const fn recurs(&self) -> bool {
        !matches!(self.timing, Parsed::Once(_))
    }

    /// The zone's name as the database of zones writes it.
    pub(crate) fn zone(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// The first time, seen from `now`. A single time that lies in the past is due at once.
    pub(crate) fn first(&self, now: Millis) -> Option<Millis> {
        match &self.timing {
            Parsed::Every(interval) => Some(Millis(now.0.saturating_add(*interval))),
            Parsed::Cron(cron) => self.strictly_after(cron, now),
            Parsed::Once(at) => Some(*at),
        }
    }

    /// The time after the one that was planned for `planned`, if it is now `now`: what was missed meanwhile is missed.
    pub(crate) fn after(&self, planned: Millis, now: Millis) -> Option<Millis> {
        match &self.timing {
            Parsed::Every(interval) => {
                let passed = now.0.saturating_sub(planned.0).div_euclid(*interval).max(0);
                Some(Millis(planned.0.saturating_add((passed.saturating_add(1)).saturating_mul(*interval))))
            }
            Parsed::Cron(cron) => self.strictly_after(cron, planned.max(now)),
            Parsed::Once(_) => None,
        }
    }

    /// So many times to come, from the one at `next` on.
    pub(crate) fn coming(&self, next: Millis, at_most: usize) -> Vec<Millis> {
        std::iter::successors(Some(next), |time| self.after(*time, *time)).take(at_most).collect()
    }

    fn strictly_after(&self, cron: &Cron, instant: Millis) -> Option<Millis> {
        let from = Zoned::new(Timestamp::from_millisecond(instant.0).ok()?, self.zone.clone());
        let next = cron.find_next_occurrence(&from, false).ok()?.timestamp().as_millisecond();
        // By the crate's promise; a schedule that stood still would ask for jobs without end.
        (next > instant.0).then_some(Millis(next))
    }
}

/// Five fields of digits, names, `*`, lists, ranges and steps: what every cron knows, and nothing that only some know.
fn parse(expression: &str) -> Result<Cron, Code> {
    if expression.trim().is_empty() {
        return Err(Code::Required);
    }
    if expression.len() > LONGEST_CRON {
        return Err(Code::TooLong);
    }
    let upper = expression.to_ascii_uppercase();
    let words = upper.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let is_plain = upper.split_whitespace().count() == 5
        && upper.chars().all(|c| c.is_ascii_alphanumeric() || c.is_ascii_whitespace() || "*,-/".contains(c))
        && words.clone().all(|word| NAMES.contains(&word));
    if !is_plain {
        return Err(Code::NotACron);
    }
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
    parser.parse(&upper).map_err(|_| Code::NotACron)
}

fn zone(name: &str) -> Result<TimeZone, Code> {
    if name.is_empty() {
        return Err(Code::Required);
    }
    if name.len() > LONGEST_ZONE {
        return Err(Code::TooLong);
    }
    TimeZone::get(name).map_err(|_| Code::NotAZone)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_763_689_799_007); // 2025-11-21T01:49:59.007Z

    fn at(text: &str) -> Millis {
        Millis(text.parse::<Timestamp>().unwrap().as_millisecond())
    }

    fn told(instant: Millis) -> String {
        Timestamp::from_millisecond(instant.0).unwrap().to_string()
    }

    fn cron(expression: &str, zone: &str) -> Rule {
        Rule::read(&When { timing: Timing::cron(expression), zone: zone.into() }, NOW).unwrap()
    }

    /// The times after `from`, as clocks in UTC show them.
    fn times(expression: &str, zone: &str, from: &str, number: usize) -> Vec<String> {
        let rule = cron(expression, zone);
        let first = rule.first(at(from)).unwrap();
        rule.coming(first, number).into_iter().map(told).collect()
    }

    #[test]
    fn a_cron_expression_goes_by_the_clock_of_its_zone() {
        for (expression, zone, first, second) in [
            ("0 3 * * *", "UTC", "2025-11-21T03:00:00Z", "2025-11-22T03:00:00Z"),
            ("0 3 * * *", "Europe/Berlin", "2025-11-21T02:00:00Z", "2025-11-22T02:00:00Z"),
            ("0 3 * * *", "Asia/Kolkata", "2025-11-21T21:30:00Z", "2025-11-22T21:30:00Z"),
            ("*/20 * * * *", "UTC", "2025-11-21T02:00:00Z", "2025-11-21T02:20:00Z"),
            ("0 0 29 2 *", "UTC", "2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"),
            // Both days are restricted: either will do. The 21st is a Friday.
            ("0 9 1 * 0", "UTC", "2025-11-23T09:00:00Z", "2025-11-30T09:00:00Z"),
            ("0 9 28 * MON", "UTC", "2025-11-24T09:00:00Z", "2025-11-28T09:00:00Z"),
            // 0 and 7 are Sunday.
            ("0 9 * * 7", "UTC", "2025-11-23T09:00:00Z", "2025-11-30T09:00:00Z"),
            ("15 6-8/2 * jan,dec *", "UTC", "2025-12-01T06:15:00Z", "2025-12-01T08:15:00Z"),
        ] {
            assert_eq!(times(expression, zone, &told(NOW), 2), [first, second], "{expression} {zone}");
        }
        let minute = cron("* * * * *", "UTC");
        let exactly = at("2025-11-21T02:00:00Z");
        assert_eq!(told(minute.first(exactly).unwrap()), "2025-11-21T02:01:00Z", "strictly after");
    }

    #[test]
    fn a_time_of_day_that_is_left_out_comes_after_the_gap_and_one_that_comes_twice_counts_once() {
        // Europe/Berlin: 2026-03-29, 02:00 becomes 03:00; 2026-10-25, 03:00 becomes 02:00.
        assert_eq!(
            times("30 2 * * *", "Europe/Berlin", "2026-03-27T12:00:00Z", 3),
            ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]
        );
        assert_eq!(
            times("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2),
            ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]
        );
        // America/New_York: 2026-11-01, 02:00 becomes 01:00.
        assert_eq!(
            times("15 1 * * *", "America/New_York", "2026-10-31T12:00:00Z", 2),
            ["2026-11-01T05:15:00Z", "2026-11-02T06:15:00Z"]
        );
        // Australia/Lord_Howe changes by half an hour: 2026-10-04, 02:00 becomes 02:30.
        assert_eq!(
            times("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00:00Z", 2),
            ["2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"]
        );
    }

    #[test]
    fn what_repeats_within_hours_goes_by_the_wall_clock() {
        assert_eq!(
            times("*/30 * * * *", "Europe/Berlin", "2026-03-29T00:20:00Z", 3),
            ["2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"],
            "01:30, 03:00, 03:30"
        );
        assert_eq!(
            times("0 * * * *", "Europe/Berlin", "2026-10-24T23:30:00Z", 4),
            ["2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z", "2026-10-25T03:00:00Z"],
            "02:00, 02:00 again, 03:00, 04:00"
        );
        assert_eq!(
            times("0 2,3 * * *", "Europe/Berlin", "2026-03-29T00:30:00Z", 2),
            ["2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"],
            "a list is no time of day: what is left out is left out"
        );
    }

    #[test]
    fn an_interval_keeps_its_beat_and_what_was_missed_is_one() {
        let rule = Rule::read(&When::utc(Timing::EverySecs(3600)), NOW).unwrap();
        let hour = 3_600_000;
        assert_eq!(rule.first(NOW), Some(Millis(NOW.0 + hour)));
        for (late, next) in [(0, 1), (1, 1), (hour - 1, 1), (hour, 2), (30 * 24 * hour + 5, 30 * 24 + 1)] {
            let now = Millis(NOW.0 + late);
            assert_eq!(rule.after(NOW, now), Some(Millis(NOW.0 + next * hour)), "{late} ms late");
        }
        assert_eq!(rule.after(NOW, Millis(0)), Some(Millis(NOW.0 + hour)), "a clock that was set back changes nothing");
        let daily = cron("0 3 * * *", "UTC");
        let missed = daily.after(at("2025-11-01T03:00:00Z"), NOW).unwrap();
        assert_eq!(told(missed), "2025-11-21T03:00:00Z");
        let back = daily.after(at("2025-12-24T03:00:00Z"), NOW).unwrap();
        assert_eq!(told(back), "2025-12-25T03:00:00Z", "strictly after the last planned");
    }

    #[test]
    fn once_is_once() {
        let rule = Rule::read(&When::utc(Timing::OnceAt(Millis(5))), NOW).unwrap();
        assert_eq!((rule.first(NOW), rule.after(Millis(5), NOW)), (Some(Millis(5)), None));
        assert_eq!(rule.coming(Millis(5), 3), [Millis(5)]);
    }

    #[test]
    fn what_is_no_time_is_refused_with_its_fields() {
        let wrong = |timing, zone: &str| {
            let problems = Rule::read(&When { timing, zone: zone.into() }, NOW).unwrap_err();
            problems.into_iter().map(|problem| (problem.field, problem.code)).collect::<Vec<_>>()
        };
        for expression in [
            "0 3 * *",
            "0 0 3 * * *",
            "60 3 * * *",
            "0 24 * * *",
            "0 3 32 * *",
            "0 3 * 13 *",
            "0 3 * * 8",
            "@daily",
            "0 3 L * *",
            "0 3 15W * *",
            "0 3 * * 5#2",
            "0 3 ? * *",
            "0 3 * * LUN",
            "a b c d e",
            "5-1 3 * * *x",
            "*/0 * * * *",
            "0 3 * * \u{0669}",
        ] {
            assert_eq!(wrong(Timing::cron(expression), "UTC"), [(Field::Cron, Code::NotACron)], "{expression}");
        }
        assert_eq!(wrong(Timing::cron(" "), "UTC"), [(Field::Cron, Code::Required)]);
        assert_eq!(
            wrong(Timing::cron("0 3 * * ".to_owned() + &"1,".repeat(60)), "UTC"),
            [(Field::Cron, Code::TooLong)]
        );
        assert_eq!(wrong(Timing::cron("0 3 31 2 *"), "UTC"), [(Field::Cron, Code::NeverComes)]);
        for secs in [0, 9, 31_622_401] {
            assert_eq!(wrong(Timing::EverySecs(secs), "UTC"), [(Field::EverySecs, Code::OutOfRange)]);
        }
        assert_eq!(wrong(Timing::OnceAt(Millis(i64::MAX)), "UTC"), [(Field::OnceAt, Code::OutOfRange)]);
        assert_eq!(
            wrong(Timing::cron("x"), "Mars/Olympus"),
            [(Field::Cron, Code::NotACron), (Field::Zone, Code::NotAZone)]
        );
        assert_eq!(wrong(Timing::EverySecs(60), ""), [(Field::Zone, Code::Required)]);
        let rule = cron("0 3 * * *", "europe/berlin");
        assert_eq!(rule.zone(), "Europe/Berlin");
    }
}
