//! Tells the person who waits what is being done, how far it is and how long it took.

use std::time::{Duration, Instant};

use anyhow::Result;

/// A piece of work in a known number of steps.
pub(crate) struct Progress {
    total: usize,
    begun: usize,
    start: Instant,
}

impl Progress {
    pub(crate) fn new(total: usize) -> Self {
        Self { total, begun: 0, start: Instant::now() }
    }

    /// Does the next step; `what` is an imperative a newcomer understands.
    pub(crate) fn step<T>(&mut self, what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.begun += 1;
        let place = format!("[{}/{}]", self.begun, self.total);
        println!("{place} {what} …");
        let start = Instant::now();
        let result = work();
        let word = if result.is_ok() { "done" } else { "FAILED" };
        println!("{place} {word} after {}, {} in all", seconds(start.elapsed()), seconds(self.start.elapsed()));
        result
    }
}

/// A line about something inside a step.
pub(crate) fn note(text: impl AsRef<str>) {
    println!("      {}", text.as_ref());
}

/// Something left out that the reader must not overlook.
pub(crate) fn loud(text: impl AsRef<str>) {
    println!("\n  *** SKIPPED: {} ***\n", text.as_ref());
}

/// `0.4 s`, `71.0 s`, `5 min 12 s`.
pub(crate) fn seconds(time: Duration) -> String {
    if time.as_secs() < 120 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} min {} s", time.as_secs() / 60, time.as_secs() % 60)
    }
}
