//! A line for work that keeps a core busy: so many pieces at a time, a bounded number of them waiting, and not for long.
//!
//! Whoever has done a piece goes on with the next one at once. Asking the runtime for each would leave a core idle between two, for as long
//! as the runtime's own threads wait for one.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::oneshot;

/// Why a piece of work was not done.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    /// Too many wait, or it has waited too long.
    #[error("too many wait in line")]
    Busy,
    /// It panicked.
    #[error("the work panicked")]
    Panicked,
}

/// How long a thread without work stays for more. Pieces seldom come evenly: without it what `S` holds would go back to the system and be asked for
/// again many times a second.
const REST: Duration = Duration::from_millis(20);

/// The line. `S` is what one piece may leave to the next on the same thread, and is gone soon after nobody waits any more.
pub(super) struct Line<S> {
    at_once: usize,
    most_waiting: usize,
    wait: Duration,
    rest: Duration,
    state: Mutex<State<S>>,
    /// Threads that stay for more wait for it.
    called: Condvar,
}

struct State<S> {
    /// Threads at work, and those that were called and are about to be.
    busy: usize,
    /// Threads that stay for more and were not called.
    resting: usize,
    /// How many were called and have not come yet.
    called: usize,
    waiting: VecDeque<Piece<S>>,
    /// What the next piece is known by.
    next: u64,
}

struct Piece<S> {
    id: u64,
    since: Instant,
    work: Box<dyn FnOnce(&mut S) + Send>,
}

impl<S: Default + 'static> Line<S> {
    /// `at_once` pieces at a time, `most_waiting` in line, each for `wait` at most.
    pub(super) fn new(at_once: usize, most_waiting: usize, wait: Duration) -> Self {
        let state = Mutex::new(State { busy: 0, resting: 0, called: 0, waiting: VecDeque::new(), next: 0 });
        Self { at_once: at_once.max(1), most_waiting, wait, rest: REST, state, called: Condvar::new() }
    }

    /// How long a piece waits at most.
    pub(super) fn wait(&self) -> Duration {
        self.wait
    }

    /// Does `work` when its turn comes, on one of the runtime's threads for what blocks. What has begun is finished, also for a caller
    /// who has given up: the core is taken until then.
    pub(super) async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut S) -> T + Send + 'static,
    ) -> Result<T, Refused> {
        let (answer, mut answered) = oneshot::channel();
        let place = self.join(Box::new(move |scratch| {
            // Whoever does not wait for the answer any more needs none.
            drop(answer.send(work(scratch)));
        }))?;
        match tokio::time::timeout(self.wait, &mut answered).await {
            Ok(done) => done,
            Err(_) if place.leave() => {
                metrics::counter!("guildhall_hashing_refused_total").increment(1);
                return Err(Refused::Busy);
            }
            // It had its turn in time and is at it.
            Err(_) => answered.await,
        }
        .map_err(|_| Refused::Panicked)
    }

    fn join(self: &Arc<Self>, work: Box<dyn FnOnce(&mut S) + Send>) -> Result<Place<'_, S>, Refused> {
        let mut state = self.lock();
        let id = state.next;
        state.next += 1;
        let piece = Piece { id, since: Instant::now(), work };
        if state.busy < self.at_once && state.resting > 0 {
            state.busy += 1;
            state.resting -= 1;
            state.called += 1;
            state.waiting.push_back(piece);
            drop(state);
            self.called.notify_one();
        } else if state.busy < self.at_once {
            state.busy += 1;
            drop(state);
            let line = Arc::clone(self);
            tokio::task::spawn_blocking(move || line.work_off(piece));
        } else if state.waiting.len() < self.most_waiting {
            state.waiting.push_back(piece);
            report(&state);
        } else {
            drop(state);
            metrics::counter!("guildhall_hashing_refused_total").increment(1);
            return Err(Refused::Busy);
        }
        Ok(Place { line: self, id })
    }

    /// Does one piece after the other, until nobody waits.
    fn work_off(&self, first: Piece<S>) {
        let mut scratch = S::default();
        let mut next = Some(first);
        while let Some(Piece { since, work, .. }) = next {
            metrics::histogram!("guildhall_hashing_wait_seconds").record(since.elapsed().as_secs_f64());
            // A piece that panics takes its own answer with it, and nobody else's turn.
            drop(catch_unwind(AssertUnwindSafe(|| work(&mut scratch))));
            next = self.next();
        }
    }

    /// Whose turn it is, now or within a short time; nobody's: the thread goes.
    fn next(&self) -> Option<Piece<S>> {
        let mut state = self.lock();
        loop {
            if let Some(next) = state.waiting.pop_front() {
                report(&state);
                return Some(next);
            }
            state.busy -= 1;
            state.resting += 1;
            let rested = self.called.wait_timeout_while(state, self.rest, |state| state.called == 0);
            (state, _) = rested.unwrap_or_else(PoisonError::into_inner);
            if state.called == 0 {
                state.resting -= 1;
                return None;
            }
            state.called -= 1;
        }
    }
}

impl<S> Line<S> {
    /// How many wait.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.lock().waiting.len()
    }

    fn lock(&self) -> MutexGuard<'_, State<S>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A piece in line. Dropped, it is in line no longer.
struct Place<'a, S> {
    line: &'a Line<S>,
    id: u64,
}

impl<S> Place<'_, S> {
    /// True where it was still waiting.
    fn leave(&self) -> bool {
        let mut state = self.line.lock();
        let at = state.waiting.iter().position(|piece| piece.id == self.id);
        let left = at.and_then(|at| state.waiting.remove(at));
        report(&state);
        drop(state);
        left.is_some()
    }
}

impl<S> Drop for Place<'_, S> {
    fn drop(&mut self) {
        self.leave();
    }
}

fn report<S>(state: &State<S>) {
    #[expect(clippy::cast_precision_loss, reason = "a line of at most some hundreds")]
    metrics::gauge!("guildhall_hashing_queue_depth").set(state.waiting.len() as f64);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn whoever_comes_as_others_go_is_never_forgotten() {
        // Threads that are always just leaving, and threads that are called back.
        for rest in [Duration::ZERO, REST] {
            let line: Arc<Line<u32>> = Arc::new(Line { rest, ..Line::new(2, 8, Duration::from_mins(1)) });
            let comers = (0..4).map(|_| async {
                for number in 0..500 {
                    assert!(line.run(move |last| std::mem::replace(last, number)).await.unwrap() < 500);
                }
            });
            futures::future::join_all(comers).await;
            let state = line.lock();
            assert_eq!((state.called, state.waiting.len()), (0, 0));
        }
    }
}
