//! Start, drain, stop: one order for the whole process.
//!
//! The first signal means finish what you are doing: not ready at once, so that a balancer looks elsewhere; a second
//! later nothing new is accepted and sockets are told to come back; requests have their time to finish; then the
//! database is closed. The second signal means stop.

use std::time::Duration;

use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long the hub still accepts after it has said that it isn't ready.
const NOTICE: Duration = Duration::from_secs(1);

/// What every long-lived part of the process is handed.
#[derive(Clone, Default)]
pub struct Lifecycle {
    /// Every spawned task is spawned here, so that the stop can wait for it.
    pub tasks: TaskTracker,
    /// The database's own tasks: they go on until it is closed, after everything else.
    pub db_tasks: TaskTracker,
    /// Set as soon as somebody asks the hub to stop.
    pub draining: CancellationToken,
    /// Set when nothing new is accepted any more and sockets close.
    pub stop: CancellationToken,
}

impl Lifecycle {
    /// Waits for the process to be told to stop: by Ctrl-C or SIGTERM.
    pub async fn told_to_stop() -> std::io::Result<()> {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        Ok(())
    }

    /// Stops everything in order, taking at most `drain` for what is under way. True where all of it finished.
    pub async fn stop(&self, drain: Duration) -> bool {
        self.draining.cancel();
        tokio::time::sleep(NOTICE).await;
        self.stop_now(drain).await
    }

    /// The same without notice: for tests, and where nobody looks at readiness.
    pub async fn stop_now(&self, drain: Duration) -> bool {
        self.draining.cancel();
        self.stop.cancel();
        self.tasks.close();
        tokio::time::timeout(drain, self.tasks.wait()).await.is_ok()
    }
}
