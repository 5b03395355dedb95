//! How much of the processor one call has had: the time of its thread while the call was on it, and not the time it waited for others.

use std::{
    pin::Pin,
    sync::atomic::{AtomicU64, Ordering},
    task::{Context, Poll},
    time::Duration,
};

use rustix::time::{ClockId, clock_gettime};

/// Counts for one call. Only the thread that has the call at the moment counts.
#[derive(Debug)]
pub(super) struct Meter {
    /// Before the present turn, in nanoseconds.
    before: AtomicU64,
    /// The thread's clock when the present turn began.
    began: AtomicU64,
    limit: u64,
}

impl Meter {
    pub(super) fn new(limit: Duration) -> Self {
        Self { before: AtomicU64::new(0), began: AtomicU64::new(0), limit: nanos(limit) }
    }

    /// Whether the call has had its share. To be asked on the thread it is on.
    pub(super) fn is_over(&self) -> bool {
        self.before.load(Ordering::Relaxed) + of_this_turn(&self.began) > self.limit
    }

    /// What it has had up to its last turn's end.
    pub(super) fn spent(&self) -> Duration {
        Duration::from_nanos(self.before.load(Ordering::Relaxed))
    }

    /// Lets a future have a turn, and counts it.
    pub(super) fn turn<F: Future>(&self, future: Pin<&mut F>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.began.store(thread_clock(), Ordering::Relaxed);
        let polled = future.poll(cx);
        self.before.fetch_add(of_this_turn(&self.began), Ordering::Relaxed);
        polled
    }
}

fn of_this_turn(began: &AtomicU64) -> u64 {
    thread_clock().saturating_sub(began.load(Ordering::Relaxed))
}

/// What this thread has had of the processor, in nanoseconds.
fn thread_clock() -> u64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    let part = |part: i64| u64::try_from(part).unwrap_or_default();
    part(now.tv_sec) * 1_000_000_000 + part(now.tv_nsec)
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::{
        pin::pin,
        task::{Context, Poll, Waker},
    };

    use super::*;

    #[test]
    fn only_turns_are_counted() {
        let meter = Meter::new(Duration::from_millis(30));
        let mut turns = 0;
        let mut work = pin!(std::future::poll_fn(|_| {
            turns += 1;
            while !meter.is_over() && turns < 3 {
                std::hint::black_box(0);
            }
            Poll::<()>::Pending
        }));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(meter.turn(work.as_mut(), &mut cx).is_pending());
        let spent = meter.spent();
        assert!(spent >= Duration::from_millis(30), "{spent:?}");
        std::thread::sleep(Duration::from_millis(60));
        assert!(meter.turn(work.as_mut(), &mut cx).is_pending());
        assert!(meter.spent() < Duration::from_millis(80), "waiting is free: {:?}", meter.spent());
    }
}
