//! A hub at rest: when nobody has asked for anything for a while, the code that the last ones needed goes back to the system.

use std::{sync::Arc, time::Duration};

use futures::FutureExt as _;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// How long nobody asks before the hub rests.
const QUIET: Duration = Duration::from_secs(10);

/// Hears of every request.
#[derive(Clone, Default)]
pub struct Rest(Arc<Notify>);

impl Rest {
    /// Somebody asks for something. Costs next to nothing: nobody is woken by it while the hub is busy.
    pub(crate) fn asked(&self) {
        self.0.notify_one();
    }

    /// Rests after every busy time, until `stop`.
    pub(crate) async fn keep(self, stop: CancellationToken) {
        let resting = async {
            loop {
                self.busy_time(QUIET).await;
                let_go();
            }
        };
        stop.run_until_cancelled_owned(resting).await;
    }

    /// Ends when somebody has asked and then nobody for between one and two times `quiet`.
    async fn busy_time(&self, quiet: Duration) {
        self.0.notified().await;
        loop {
            tokio::time::sleep(quiet).await;
            if self.0.notified().now_or_never().is_none() {
                return;
            }
        }
    }
}

fn let_go() {
    if let Err(error) = footprint::let_go_of_code() {
        tracing::debug!(%error, "code that nothing needs stays in memory");
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_hub_rests_once_when_it_was_asked_and_then_no_more() {
        let rest = Rest::default();
        let began = Instant::now();
        let asking = async {
            for _ in 0..5 {
                rest.asked();
                rest.asked();
                tokio::time::sleep(Duration::from_secs(7)).await;
            }
        };
        tokio::join!(asking, rest.busy_time(QUIET));
        // The last asked after 28 s; looked at every 10 s.
        assert_eq!(began.elapsed(), Duration::from_secs(40));
        let again = tokio::time::timeout(Duration::from_hours(1), rest.busy_time(QUIET)).await;
        assert!(again.is_err(), "nobody has asked since");
    }
}
