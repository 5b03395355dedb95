//! A kind of job: how many at once, how long, how often.

use std::time::Duration;

use base::{Chance, ChanceExt as _};

/// How the jobs of one kind are worked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    pub(crate) word: &'static str,
    pub(crate) at_once: usize,
    pub(crate) within: Duration,
    pub(crate) attempts: u32,
    first: Duration,
    most: Duration,
}

impl Kind {
    /// One at a time in this process, within a minute, tried ten times, ten seconds to an hour apart.
    pub const fn new(word: &'static str) -> Self {
        Self {
            word,
            at_once: 1,
            within: Duration::from_mins(1),
            attempts: 10,
            first: Duration::from_secs(10),
            most: Duration::from_hours(1),
        }
    }

    /// So many at a time in this process.
    #[must_use]
    pub const fn at_once(self, jobs: usize) -> Self {
        Self { at_once: jobs, ..self }
    }

    /// An attempt that takes longer is given up and counts as failed.
    #[must_use]
    pub const fn within(self, limit: Duration) -> Self {
        Self { within: limit, ..self }
    }

    /// After so many attempts it lies with the dead letters.
    #[must_use]
    pub const fn attempts(self, most: u32) -> Self {
        Self { attempts: most, ..self }
    }

    /// The pause after a failure is anything up to `first` after the first, twice that after the second, and so on, up to `most`.
    #[must_use]
    pub const fn backing_off(self, first: Duration, most: Duration) -> Self {
        Self { first, most, ..self }
    }

    /// The pause after that many attempts: full jitter, so that jobs which failed together do not come back together.
    pub(crate) fn pause(&self, attempts: u32, chance: &dyn Chance) -> Duration {
        let doublings = attempts.saturating_sub(1).min(31);
        let most = self.first.saturating_mul(1 << doublings).min(self.most);
        let most = u32::try_from(most.as_millis()).unwrap_or(u32::MAX);
        Duration::from_millis(chance.below(most.saturating_add(1)).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::testing::SeededChance;

    #[test]
    fn pauses_grow_to_a_limit_and_spread_over_all_of_it() {
        let (secs, chance) = (Duration::from_secs, SeededChance::new(7));
        let kind = Kind::new("test").backing_off(secs(10), secs(60));
        for (attempts, most) in [(1, 10), (2, 20), (3, 40), (4, 60), (500, 60)] {
            let pauses: Vec<_> = (0..500).map(|_| kind.pause(attempts, &chance)).collect();
            assert!(pauses.iter().all(|pause| *pause <= secs(most)), "after {attempts}");
            assert!(pauses.iter().any(|pause| *pause < secs(most) / 10), "after {attempts}");
            assert!(pauses.iter().any(|pause| *pause > secs(most) * 9 / 10), "after {attempts}");
        }
    }
}
