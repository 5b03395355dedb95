//! How long things took: each of them, to the microsecond.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Noted by many, read at the end.
#[derive(Default)]
pub(super) struct Times(Mutex<Vec<u32>>);

impl Times {
    pub(super) fn note(&self, took: Duration) {
        self.all().push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
    }

    /// Adds all that others noted.
    pub(super) fn add(&self, others: &Self) {
        let others = others.all().clone();
        self.all().extend(others);
    }

    pub(super) fn count(&self) -> usize {
        self.all().len()
    }

    /// What all but one in a hundred kept to, in milliseconds.
    pub(super) fn p99_ms(&self) -> f64 {
        let mut all = self.all();
        all.sort_unstable();
        let at = all.len().saturating_sub(1) * 99 / 100;
        all.get(at).map_or(0.0, |micros| f64::from(*micros) / 1000.0)
    }

    fn all(&self) -> MutexGuard<'_, Vec<u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
