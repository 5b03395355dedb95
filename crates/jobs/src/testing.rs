//! Time and chance in a test's hands.

use std::{
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
    time::{Duration, Instant},
};

use base::{Chance, Clock, Millis};

/// A clock that goes on by itself and can be moved on by hand.
pub(crate) struct MovedClock {
    began: Instant,
    ahead: AtomicI64,
}

impl Default for MovedClock {
    fn default() -> Self {
        Self { began: Instant::now(), ahead: AtomicI64::new(1_800_000_000_000) }
    }
}

impl MovedClock {
    pub(crate) fn advance(&self, by: Duration) {
        self.ahead.fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Millis {
        Millis(self.ahead.load(Ordering::SeqCst)).plus(self.began.elapsed())
    }
}

/// Chance that repeats itself from run to run (splitmix64).
pub(crate) struct SeededChance(AtomicU64);

impl SeededChance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Chance for SeededChance {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let mut z = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed).wrapping_add(0x9e37_79b9_7f4a_7c15);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}
