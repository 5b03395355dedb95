//! Failures at one account: how many before strangers have to wait.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use base::{Millis, UserId};
use sha2::{Digest, Sha256};

use crate::email::Email;

/// What was guessed at. Names that nobody has are counted like those that somebody has: else the count would tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    User(UserId),
    /// A digest of a name that nobody has, or of a mailbox.
    Nobody([u8; 16]),
}

impl Target {
    /// A mailbox, whoever's it is.
    pub(crate) fn mailbox(email: &Email) -> Self {
        let digest: [u8; 32] = Sha256::digest(email.key.as_bytes()).into();
        Self::Nobody(*digest.first_chunk().expect("32 bytes begin with 16"))
    }
}

/// The failures of the last while, per account. In memory of this process: after a restart guessing is only limited by address for a while.
pub(crate) struct Failures {
    at_most: usize,
    window: Duration,
    remembered: usize,
    counted: Mutex<HashMap<Target, VecDeque<Millis>>>,
}

impl Failures {
    pub(crate) fn new(at_most: usize, window: Duration, remembered: usize) -> Self {
        Self { at_most, window, remembered, counted: Mutex::default() }
    }

    /// Counts an attempt as failed before it is made, so that a hundred at the same time are not all "the first".
    /// `Err`: the limit is reached, and how long until it no longer is.
    pub(crate) fn begin(&self, target: Target, now: Millis) -> Result<(), Duration> {
        let mut counted = self.lock();
        if counted.len() >= self.remembered && !counted.contains_key(&target) {
            counted.retain(|_, times| times.back().is_some_and(|last| now.since(*last) < self.window));
            if counted.len() >= self.remembered {
                // Full of fresh ones: those that hold somebody back stay, the rest may begin again.
                counted.retain(|_, times| times.len() >= self.at_most);
            }
        }
        let times = counted.entry(target).or_default();
        while times.front().is_some_and(|first| now.since(*first) >= self.window) {
            times.pop_front();
        }
        if times.len() >= self.at_most {
            let first = times.front().copied().unwrap_or(now);
            return Err(self.window.saturating_sub(now.since(first)));
        }
        times.push_back(now);
        Ok(())
    }

    /// The attempt begun last at that instant was none.
    pub(crate) fn take_back(&self, target: Target, begun: Millis) {
        let mut counted = self.lock();
        if let Some(times) = counted.get_mut(&target) {
            if let Some(at) = times.iter().rposition(|time| *time == begun) {
                times.remove(at);
            }
            if times.is_empty() {
                counted.remove(&target);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Target, VecDeque<Millis>>> {
        // Every step leaves the map whole, so a panic elsewhere while it was held is no reason to stop counting.
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    #[test]
    fn ten_an_hour() {
        let failures = Failures::new(10, HOUR, 100);
        let olga = Target::User(UserId::from(1));
        for minute in 0..10 {
            failures.begin(olga, Millis(minute * 60_000)).unwrap();
        }
        assert_eq!(failures.begin(olga, Millis(600_000)), Err(Duration::from_mins(50)));
        failures.begin(Target::Nobody([0; 16]), Millis(600_000)).unwrap();
        failures.begin(olga, Millis(3_600_000)).unwrap();
        assert_eq!(failures.begin(olga, Millis(3_600_000)), Err(Duration::from_mins(1)));
    }

    #[test]
    fn a_success_does_not_count() {
        let failures = Failures::new(2, HOUR, 100);
        let olga = Target::User(UserId::from(1));
        for _ in 0..5 {
            failures.begin(olga, Millis(7)).unwrap();
            failures.take_back(olga, Millis(7));
        }
        assert!(failures.lock().is_empty());
    }

    #[test]
    fn memory_is_bounded() {
        let failures = Failures::new(2, HOUR, 50);
        let olga = Target::User(UserId::from(1));
        failures.begin(olga, Millis(0)).unwrap();
        failures.begin(olga, Millis(0)).unwrap();
        for other in 2..500 {
            failures.begin(Target::User(UserId::from(other)), Millis(1)).unwrap();
        }
        assert!(failures.lock().len() <= 50);
        assert!(failures.begin(olga, Millis(2)).is_err(), "who is held back stays so");
    }
}
