//! Time that stands until a story moves it.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use base::{Clock, Millis};

/// A clock moved by hand.
pub struct TestClock(AtomicI64);

impl TestClock {
    /// Begins on a day like any other: 2026-01-01T12:00:00Z.
    pub fn new() -> Self {
        Self(AtomicI64::new(1_767_268_800_000))
    }

    /// Lets `span` pass.
    pub fn pass(&self, span: Duration) {
        self.0.fetch_add(i64::try_from(span.as_millis()).unwrap(), Ordering::SeqCst);
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for TestClock {
    fn now(&self) -> Millis {
        Millis(self.0.load(Ordering::SeqCst))
    }
}
