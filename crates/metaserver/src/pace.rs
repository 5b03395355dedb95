//! How often somebody may do something: a bucket of tokens that refills with time.

use std::time::Duration;

use tokio::time::Instant;

/// Holds up to `burst` tokens and gains `per_second` of them each second.
#[derive(Debug)]
pub(crate) struct Bucket {
    burst: f64,
    per_second: f64,
    tokens: f64,
    at: Instant,
}

impl Bucket {
    /// A full one.
    pub(crate) fn new(burst: u32, per_second: u32, now: Instant) -> Self {
        let burst = f64::from(burst.max(1));
        Self { burst, per_second: f64::from(per_second.max(1)), tokens: burst, at: now }
    }

    /// A full one that gains a token in so long.
    pub(crate) fn every(burst: u32, pause: Duration, now: Instant) -> Self {
        let per_second = 1.0 / pause.as_secs_f64().max(0.001);
        Self { per_second, ..Self::new(burst, 1, now) }
    }

    /// Whether nothing has been taken from it, or all of it has come back.
    pub(crate) fn is_full(&mut self, now: Instant) -> bool {
        self.refill(now);
        self.tokens >= self.burst
    }

    /// Takes a token if there is one.
    pub(crate) fn take(&mut self, now: Instant) -> bool {
        self.refill(now);
        let there = self.tokens >= 1.0;
        if there {
            self.tokens -= 1.0;
        }
        there
    }

    /// Takes a token in any case; gives back how long to wait until the debt is paid.
    pub(crate) fn owe(&mut self, now: Instant) -> Option<Duration> {
        self.owe_many(now, 1)
    }

    /// The same with many.
    pub(crate) fn owe_many(&mut self, now: Instant, count: u32) -> Option<Duration> {
        self.refill(now);
        self.tokens -= f64::from(count);
        (self.tokens < 0.0).then(|| Duration::from_secs_f64(-self.tokens / self.per_second))
    }

    fn refill(&mut self, now: Instant) {
        let gained = now.duration_since(self.at).as_secs_f64() * self.per_second;
        self.tokens = (self.tokens + gained).min(self.burst);
        self.at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_burst_then_so_many_a_second() {
        let mut bucket = Bucket::new(20, 5, Instant::now());
        let taken = (0..100).filter(|_| bucket.take(Instant::now())).count();
        assert_eq!(taken, 20);
        tokio::time::advance(Duration::from_secs(2)).await;
        let taken = (0..100).filter(|_| bucket.take(Instant::now())).count();
        assert_eq!(taken, 10);
        tokio::time::advance(Duration::from_hours(1)).await;
        let taken = (0..100).filter(|_| bucket.take(Instant::now())).count();
        assert_eq!(taken, 20, "rest is not saved up beyond the burst");
    }

    #[tokio::test(start_paused = true)]
    async fn debts_are_paid_by_waiting() {
        let now = Instant::now();
        let mut bucket = Bucket::new(2, 4, now);
        assert_eq!(bucket.owe(now), None);
        assert_eq!(bucket.owe(now), None);
        assert_eq!(bucket.owe(now), Some(Duration::from_millis(250)));
        assert_eq!(bucket.owe(now), Some(Duration::from_millis(500)));
    }
}
