//! Days in a row.

use serde::{Deserialize, Serialize};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Which day it is, where days begin at an hour.
pub(crate) fn day(now: i64, begins_at: i64) -> i64 {
    (now - begins_at * 60 * 60 * 1000).div_euclid(DAY)
}

/// Somebody's days.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Streak {
    /// In a row, up to the last.
    pub(crate) days: u32,
    /// The most there ever were.
    pub(crate) best: u32,
    /// The last day that was counted.
    pub(crate) last: Option<i64>,
}

impl Streak {
    /// Counts a day; whether it was a new one.
    pub(crate) fn collect(&mut self, today: i64, grace: i64) -> bool {
        // A day that lies before the last one: somebody has moved the hour.
        if self.last.is_some_and(|last| last >= today) {
            return false;
        }
        self.days = self.alive(today, grace) + 1;
        self.best = self.best.max(self.days);
        self.last = Some(today);
        true
    }

    /// How many days it has, as of today: none, where too many were missed.
    pub(crate) fn alive(&self, today: i64, grace: i64) -> u32 {
        if self.last.is_some_and(|last| today - last <= 1 + grace) { self.days } else { 0 }
    }

    /// Whether today is counted.
    pub(crate) fn is_collected(&self, today: i64) -> bool {
        self.last.is_some_and(|last| last >= today)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_a_row_are_counted_once_each() {
        let mut streak = Streak::default();
        for (today, is_new, days) in
            [(10, true, 1), (10, false, 1), (11, true, 2), (12, true, 3), (14, true, 1), (13, false, 1)]
        {
            assert_eq!((streak.collect(today, 0), streak.days), (is_new, days), "day {today}");
        }
        assert_eq!(streak.best, 3);
        assert_eq!((streak.alive(15, 0), streak.alive(16, 0), streak.alive(16, 1)), (1, 0, 1));
    }

    #[test]
    fn a_day_begins_at_its_hour() {
        assert_eq!((day(0, 0), day(DAY - 1, 0), day(DAY, 0)), (0, 0, 1));
        assert_eq!((day(3 * 60 * 60 * 1000, 4), day(4 * 60 * 60 * 1000, 4)), (-1, 0));
    }
}
