//! Time and chance in a test's hands. For `[dev-dependencies]` only.

use std::{
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
    time::{Duration, Instant},
};

use crate::{Chance, Clock, Millis};

/// When tests begin, unless they say otherwise: some day in 2027.
const BEGINNING: i64 = 1_800_000_000_000;

/// A clock that stands still until it is moved by hand.
#[derive(Debug)]
pub struct HandClock(AtomicI64);

impl Default for HandClock {
    fn default() -> Self {
        Self(AtomicI64::new(BEGINNING))
    }
}

impl HandClock {
    /// One that shows that instant.
    pub const fn at(instant: Millis) -> Self {
        Self(AtomicI64::new(instant.0))
    }

    /// Moves it on.
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(millis(by), Ordering::SeqCst);
    }

    /// Sets it, to an earlier instant too.
    pub fn set(&self, instant: Millis) {
        self.0.store(instant.0, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Millis {
        Millis(self.0.load(Ordering::SeqCst))
    }
}

/// A clock that goes on by itself and can be moved on by hand.
#[derive(Debug)]
pub struct MovedClock {
    began: Instant,
    ahead: AtomicI64,
}

impl Default for MovedClock {
    fn default() -> Self {
        Self { began: Instant::now(), ahead: AtomicI64::new(BEGINNING) }
    }
}

impl MovedClock {
    /// Moves it on.
    pub fn advance(&self, by: Duration) {
        self.ahead.fetch_add(millis(by), Ordering::SeqCst);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Millis {
        Millis(self.ahead.load(Ordering::SeqCst)).plus(self.began.elapsed())
    }
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

/// Chance that repeats itself from run to run (splitmix64).
#[derive(Debug)]
pub struct SeededChance(AtomicU64);

impl SeededChance {
    /// The chance of that seed.
    pub const fn new(seed: u64) -> Self {
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
