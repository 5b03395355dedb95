//! Where the writer runs.

/// Keeps the calling thread on the processor it runs on, and with it the threads that it starts.
///
/// The writer's thread and that of its connection take turns, a few times for each write, and never run at once. Left to itself the system
/// wakes each of them on another processor than the last: where both are busy, that takes from each a piece of what it does, and costs a
/// log-in more than its statements do. A wish and no more: where the system does not let itself be told, it goes on by itself.
#[cfg(target_os = "linux")]
pub(super) fn stay() {
    use rustix::thread::{CpuSet, sched_getcpu, sched_setaffinity};

    let here = sched_getcpu();
    if here >= CpuSet::MAX_CPU {
        return;
    }
    let mut only = CpuSet::new();
    only.set(here);
    if let Err(error) = sched_setaffinity(None, &only) {
        tracing::debug!(%error, "the writer of the database moves between processors");
    }
}

/// Only Linux is asked this way.
#[cfg(not(target_os = "linux"))]
pub(super) fn stay() {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::thread::{CpuSet, sched_getaffinity};

    use super::*;

    #[test]
    fn a_thread_and_what_it_starts_stay_where_they_are() {
        let allowed = || sched_getaffinity(None).unwrap();
        let before: CpuSet = allowed();
        let (own, started) = std::thread::spawn(move || {
            stay();
            (allowed(), std::thread::spawn(allowed).join().unwrap())
        })
        .join()
        .unwrap();
        assert_eq!(own.count(), 1);
        assert_eq!(own, started);
        assert_eq!(allowed(), before, "others go where they like");
    }
}
