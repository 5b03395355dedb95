//! How long to wait before trying again: twice as long each time, until it has gone well for a while.

use std::time::Duration;

use tokio::time::Instant;

const FIRST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(10);
/// After so long without another failure the first pause is short again.
const FORGOTTEN_AFTER: Duration = Duration::from_mins(1);

/// The pauses between tries.
#[derive(Debug)]
pub(crate) struct Backoff {
    next: Duration,
    last_failed: Option<Instant>,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { next: FIRST, last_failed: None }
    }
}

impl Backoff {
    /// Waits for this failure's turn.
    pub(crate) async fn wait(&mut self) {
        tokio::time::sleep(self.pause()).await;
    }

    fn pause(&mut self) -> Duration {
        let now = Instant::now();
        if self.last_failed.is_some_and(|at| now.duration_since(at) > FORGOTTEN_AFTER) {
            self.next = FIRST;
        }
        self.last_failed = Some(now);
        let pause = self.next;
        self.next = (pause * 2).min(LONGEST);
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pauses_double_up_to_a_limit_and_are_forgotten() {
        let mut backoff = Backoff::default();
        let pauses: Vec<_> = (0..10).map(|_| backoff.pause()).collect();
        assert_eq!(pauses[..3], [FIRST, FIRST * 2, FIRST * 4]);
        assert_eq!(pauses[9], LONGEST);
        tokio::time::advance(FORGOTTEN_AFTER * 2).await;
        assert_eq!(backoff.pause(), FIRST);
    }
}
