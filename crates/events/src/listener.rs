//! The receiving end of the bus.

use std::sync::Arc;

use base::{EventId, Millis};
use contract::Event;
use tokio::sync::broadcast::{self, error::RecvError};

/// What a listener hears next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// Something happened.
    Event {
        /// Rises with every event; the same number is the same event, told again after a restart.
        id: EventId,
        /// When.
        at: Millis,
        /// What.
        event: Arc<Event>,
    },
    /// This listener was too slow and has missed events. Whatever it keeps in memory may be stale: ask the database afresh.
    Lagged,
}

/// Somebody who hears what happens. Made by [`Bus::subscribe`](crate::Bus::subscribe).
#[derive(Debug)]
pub struct Listener(pub(crate) broadcast::Receiver<Delivery>);

impl Listener {
    /// The next delivery, in order. Waits for ever once the bus is gone: a listener's task ends by its own token.
    pub async fn next(&mut self) -> Delivery {
        match self.0.recv().await {
            Ok(delivery) => delivery,
            Err(RecvError::Lagged(missed)) => {
                metrics::counter!("guildhall_events_missed_total").increment(missed);
                Delivery::Lagged
            }
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}
