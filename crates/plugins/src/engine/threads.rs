//! The threads that guests run on: whoever gives way goes to the end of the line, so that one who loops holds nobody up for longer than a turn.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Wake, Waker},
    thread,
};

use rustix::{process::setpriority_process, thread::gettid};

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A few threads and one line before them.
pub(super) struct Threads(Arc<Line>);

#[derive(Default)]
struct Line {
    waiting: Mutex<Waiting>,
    more: Condvar,
}

#[derive(Default)]
struct Waiting {
    tasks: VecDeque<Arc<Task>>,
    closed: bool,
}

impl Threads {
    /// So many.
    pub(super) fn new(count: usize) -> std::io::Result<Self> {
        let line = Arc::new(Line::default());
        for n in 0..count.max(1) {
            let line = Arc::clone(&line);
            thread::Builder::new().name(format!("guests-{n}")).spawn(move || work(&line))?;
        }
        Ok(Self(line))
    }

    /// Has something done.
    pub(super) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.0.push(self.task(QUEUED, work));
    }

    /// Has something done whose first turn is had here and now, on the caller's thread. Whatever is left of it stands in the line like all.
    pub(super) fn begin(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.task(RUNNING, work).turn();
    }

    fn task(&self, state: u8, work: impl Future<Output = ()> + Send + 'static) -> Arc<Task> {
        Arc::new(Task {
            work: Mutex::new(Some(Box::pin(work))),
            state: AtomicU8::new(state),
            line: Arc::clone(&self.0),
        })
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        let mut waiting = self.0.lock();
        waiting.closed = true;
        waiting.tasks.clear();
        self.0.more.notify_all();
    }
}

impl Line {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, task: Arc<Task>) {
        self.lock().tasks.push_back(task);
        self.more.notify_one();
    }

    /// The next; `None`: there will be no more.
    fn next(&self) -> Option<Arc<Task>> {
        let mut waiting = self.lock();
        loop {
            if waiting.closed {
                return None;
            }
            if let Some(task) = waiting.tasks.pop_front() {
                return Some(task);
            }
            waiting = self.more.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Nobody has asked for a turn.
const IDLE: u8 = 0;
/// It stands in the line.
const QUEUED: u8 = 1;
/// It has its turn.
const RUNNING: u8 = 2;
/// It has its turn, and somebody has asked for another meanwhile.
const ASKED_AGAIN: u8 = 3;

struct Task {
    work: Mutex<Option<Work>>,
    state: AtomicU8,
    line: Arc<Line>,
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        let asked = self.state.fetch_update(Ordering::AcqRel, Ordering::Acquire, |state| match state {
            IDLE => Some(QUEUED),
            RUNNING => Some(ASKED_AGAIN),
            _ => None,
        });
        if asked == Ok(IDLE) {
            let line = Arc::clone(&self.line);
            line.push(self);
        }
    }
}

impl Task {
    /// Lets it have its turn. It is done afterwards, or waits until somebody wakes it, or stands in the line again.
    fn turn(self: Arc<Self>) {
        let waker = Waker::from(Arc::clone(&self));
        let mut work = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(running) = work.as_mut() else { return };
        // What breaks off here is the hub's own code. Whoever waits for it finds that nobody answers; this thread goes on with others.
        let turn = catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(&mut Context::from_waker(&waker))));
        if turn.is_err() || turn.is_ok_and(|turn| turn.is_ready()) {
            *work = None;
            return;
        }
        drop(work);
        if self.state.compare_exchange(RUNNING, IDLE, Ordering::AcqRel, Ordering::Acquire).is_err() {
            self.state.store(QUEUED, Ordering::Release);
            let line = Arc::clone(&self.line);
            line.push(self);
        }
    }
}

fn work(line: &Line) {
    behind_the_hub();
    while let Some(task) = line.next() {
        task.state.store(RUNNING, Ordering::Release);
        task.turn();
    }
}

/// Lets the hub's own threads go before the guests': where every processor is taken, pages come first.
fn behind_the_hub() {
    const A_LITTLE: i32 = 5;
    // Where it isn't allowed everybody is alike, which is no worse than with any two programs.
    setpriority_process(Some(gettid()), A_LITTLE).ok();
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, task::Poll, time::Duration};

    use super::*;

    #[test]
    fn whoever_gives_way_goes_to_the_end_of_the_line() {
        let threads = Threads::new(1).unwrap();
        let (told, heard) = mpsc::channel();
        for name in ["a", "b"] {
            let told = told.clone();
            let mut turns = 0;
            threads.spawn(std::future::poll_fn(move |cx| {
                turns += 1;
                told.send(name).unwrap();
                // Until both stand in the line.
                std::thread::sleep(Duration::from_millis(20));
                cx.waker().wake_by_ref();
                if turns == 3 { Poll::Ready(()) } else { Poll::Pending }
            }));
        }
        drop(told);
        assert_eq!(heard.into_iter().collect::<Vec<_>>(), ["a", "b", "a", "b", "a", "b"]);
    }

    #[test]
    fn what_begins_here_goes_on_in_the_line() {
        let threads = Threads::new(1).unwrap();
        let (told, heard) = mpsc::channel();
        let mut turns = 0;
        threads.begin(std::future::poll_fn(move |cx| {
            turns += 1;
            told.send(thread::current().name().map(str::to_owned)).unwrap();
            cx.waker().wake_by_ref();
            if turns == 2 { Poll::Ready(()) } else { Poll::Pending }
        }));
        let here = thread::current().name().map(str::to_owned);
        assert_eq!(heard.into_iter().collect::<Vec<_>>(), [here, Some("guests-0".into())]);
    }

    #[test]
    fn a_thread_outlives_what_breaks_off_on_it() {
        let threads = Threads::new(1).unwrap();
        let (told, heard) = mpsc::channel();
        threads.spawn(async { panic!("on purpose") });
        threads.spawn(async move { told.send(()).unwrap() });
        heard.recv_timeout(Duration::from_secs(20)).unwrap();
    }
}
