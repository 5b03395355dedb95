//! When a delivery is tried again, and how fast one target is sent to.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use base::{Chance, ChanceExt as _};

/// Five a second to one target, over all nodes.
pub(crate) const GAP: Duration = Duration::from_millis(200);
/// A turn this near is waited for; for a later one the job comes back.
pub(crate) const PATIENCE: Duration = Duration::from_millis(500);
/// A turn that was missed by so much is void: whoever was held up does not catch up in a burst.
pub(crate) const STALE: Duration = Duration::from_secs(1);
/// To one target at a time in this process, so that one that dawdles does not keep the others waiting.
const AT_ONCE: usize = 2;
/// How long somebody who found both places taken stays away, at least.
pub(crate) const AWAY: Duration = Duration::from_secs(2);

/// The pauses before the eight retries: a day, all together.
const PAUSES: [Duration; 8] = [
    Duration::from_secs(30),
    Duration::from_mins(2),
    Duration::from_mins(10),
    Duration::from_hours(1),
    Duration::from_hours(2),
    Duration::from_hours(4),
    Duration::from_hours(7),
    Duration::from_mins(9 * 60 + 47),
];

/// One attempt and its retries.
#[expect(clippy::cast_possible_truncation, reason = "there are eight")]
pub(crate) const ATTEMPTS: u32 = PAUSES.len() as u32 + 1;

/// The pause after that many attempts: a fifth more or less, so that what failed together does not come back together, and the last
/// still comes after a day.
pub(crate) fn pause(attempts: u32, chance: &dyn Chance) -> Duration {
    let index = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX).min(PAUSES.len() - 1);
    let fifth = PAUSES[index] / 5;
    let spread = u32::try_from((fifth * 2).as_millis()).unwrap_or(u32::MAX);
    PAUSES[index] * 4 / 5 + Duration::from_millis(chance.below(spread.saturating_add(1)).into())
}

/// Who is being sent to just now.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places(Arc<Mutex<HashMap<String, usize>>>);

/// A place at one target; free again when it is dropped.
#[derive(Debug)]
pub(crate) struct Place(Places, String);

impl Places {
    pub(crate) fn take(&self, target: &str) -> Option<Place> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let number = taken.entry(target.to_owned()).or_default();
        if *number >= AT_ONCE {
            return None;
        }
        *number += 1;
        Some(Place(self.clone(), target.to_owned()))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = taken.get_mut(&self.1) {
            *number -= 1;
            if *number == 0 {
                taken.remove(&self.1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::testing::SeededChance;

    #[test]
    fn eight_retries_take_a_day() {
        let day: Duration = PAUSES.iter().sum();
        assert!(day.abs_diff(Duration::from_hours(24)) < Duration::from_mins(1), "{day:?}");
        let chance = SeededChance::new(3);
        for attempts in 1..=8_u32 {
            let middle = PAUSES[attempts as usize - 1];
            for _ in 0..100 {
                let pause = pause(attempts, &chance);
                assert!(pause >= middle * 4 / 5 && pause <= middle * 6 / 5, "{attempts}: {pause:?}");
            }
        }
    }

    #[test]
    fn a_target_has_two_places_and_they_come_back() {
        let places = Places::default();
        let (first, second) = (places.take("a").unwrap(), places.take("a").unwrap());
        assert!(places.take("a").is_none() && places.take("b").is_some());
        drop(first);
        assert!(places.take("a").is_some());
        drop(second);
        assert!(places.0.lock().unwrap().is_empty());
    }
}
