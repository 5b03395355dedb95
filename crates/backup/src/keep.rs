//! Which of the backups that the hub makes by itself it keeps.

use std::collections::BTreeSet;

use base::Millis;

const DAY: i64 = 24 * 60 * 60 * 1000;
/// 1970-01-01 was a Thursday; weeks begin on Monday.
const MONDAY: i64 = 3 * DAY;

/// Which backups are kept of those the hub made by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// The newest ones, so many; one at least.
    pub last: usize,
    /// The newest of each of so many days.
    pub daily: usize,
    /// The newest of each of so many weeks.
    pub weekly: usize,
}

impl Keep {
    /// Of backups made at these instants, those that are not kept.
    pub fn superfluous(&self, made: &[Millis]) -> BTreeSet<Millis> {
        let mut newest_first = made.to_vec();
        newest_first.sort_unstable_by(|one, other| other.cmp(one));
        let mut kept: BTreeSet<Millis> = newest_first.iter().take(self.last.max(1)).copied().collect();
        let day = |at: &Millis| at.0.div_euclid(DAY);
        let week = |at: &Millis| (at.0 + MONDAY).div_euclid(7 * DAY);
        kept.extend(newest_of_each(&newest_first, self.daily, day));
        kept.extend(newest_of_each(&newest_first, self.weekly, week));
        made.iter().filter(|at| !kept.contains(at)).copied().collect()
    }
}

fn newest_of_each(newest_first: &[Millis], periods: usize, period: impl Fn(&Millis) -> i64) -> Vec<Millis> {
    let mut kept: Vec<Millis> = Vec::new();
    for at in newest_first {
        if kept.len() == periods {
            break;
        }
        if kept.last().is_none_or(|newer| period(newer) != period(at)) {
            kept.push(*at);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 60 * 60 * 1000;

    #[test]
    fn the_newest_of_days_and_weeks_are_kept() {
        // Twice a day for eight weeks, from a Monday on.
        let monday = 20_000 * DAY - (20_000 * DAY + MONDAY).rem_euclid(7 * DAY);
        let made: Vec<Millis> = (0..112).map(|half| Millis(monday + half * 12 * HOUR)).collect();
        let keep = Keep { last: 2, daily: 3, weekly: 4 };
        let gone = keep.superfluous(&made);
        let kept: Vec<i64> =
            made.iter().filter(|at| !gone.contains(at)).map(|at| (at.0 - monday) / (12 * HOUR)).collect();
        // Sundays' evenings of four weeks; the evenings of three days; the last two.
        assert_eq!(kept, [69, 83, 97, 107, 109, 110, 111]);
    }

    #[test]
    fn one_is_always_kept() {
        let made = [Millis(1), Millis(DAY * 9)];
        let gone = Keep { last: 0, daily: 0, weekly: 0 }.superfluous(&made);
        assert_eq!(gone.into_iter().collect::<Vec<_>>(), [Millis(1)]);
        assert!(Keep { last: 1, daily: 7, weekly: 4 }.superfluous(&[]).is_empty());
    }
}
