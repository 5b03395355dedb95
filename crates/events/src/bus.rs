//! The relay: reads the outbox in order after each commit and tells everybody who listens.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use base::{EventId, Millis};
use contract::Event;
use db::{Db, Error};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::{
    Delivery, Listener,
    outbox::{self, Entry},
};

/// How many events a listener may be behind before it is told that it has missed some.
const BOUND: usize = 1024;
/// How many rows are read at a time.
const BATCH: u32 = 256;
/// How often the outbox is looked at although no commit of this process has announced anything: for events that an operator's
/// command recorded, and for a database that was away.
const PATROL: Duration = Duration::from_secs(1);
/// How often it is noted, at most, how far the events were told. After a crash those of this long may be told again.
const NOTE_EVERY: Duration = Duration::from_secs(1);

/// The bus. Clones are the same bus.
#[derive(Debug, Clone)]
pub struct Bus {
    db: Db,
    listeners: broadcast::Sender<Delivery>,
}

impl Bus {
    /// A bus on this database. It tells nothing until it is [run](Self::run).
    pub fn new(db: Db) -> Self {
        Self { db, listeners: broadcast::Sender::new(BOUND) }
    }

    /// Listens from now on. Whoever must not miss what happened while the hub was down subscribes before the bus runs.
    pub fn subscribe(&self) -> Listener {
        Listener(self.listeners.subscribe())
    }

    /// The relay, to be spawned once; ends with `stop`. What it cannot tell now, because the database is away, it tells later.
    pub fn run(&self, stop: CancellationToken) -> impl Future<Output = ()> + Send + 'static {
        let relay = Relay { bus: self.clone(), last: None, noted: None, noted_at: Instant::now() };
        relay.run(stop)
    }
}

/// The state of the running relay.
struct Relay {
    bus: Bus,
    /// The last event told, and when it happened; `None` until the database has said where to begin.
    last: Option<(EventId, Millis)>,
    /// How far that was noted in the database.
    noted: Option<EventId>,
    noted_at: Instant,
}

impl Relay {
    async fn run(mut self, stop: CancellationToken) {
        let mut commits = self.bus.db.commits();
        loop {
            // Seen before reading: a commit that comes while we read wakes us again.
            commits.borrow_and_update();
            if let Err(error) = self.round().await {
                metrics::counter!("guildhall_events_relay_failures_total").increment(1);
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "events wait: the outbox cannot be read or noted; it is tried again"
                );
                // Not at once: a database that is away would be asked in a tight circle by every commit that fails to happen.
                tokio::select! {
                    () = stop.cancelled() => break,
                    () = tokio::time::sleep(PATROL) => continue,
                }
            }
            tokio::select! {
                () = stop.cancelled() => break,
                changed = commits.changed() => if changed.is_err() { break },
                () = tokio::time::sleep(PATROL) => {}
            }
        }
        if let Err(error) = self.note().await {
            tracing::debug!(%error, "the last events will be told again at the next start");
        }
    }

    /// Tells everything there is to tell now.
    async fn round(&mut self) -> Result<(), Error> {
        let (mut last, mut at) = if let Some(last) = self.last {
            last
        } else {
            let told = outbox::told(&self.bus.db).await?;
            self.noted = Some(told);
            (told, Millis(0))
        };
        loop {
            let entries = outbox::after(&self.bus.db, last, BATCH).await?;
            let full = entries.len() == BATCH as usize;
            for entry in entries {
                (last, at) = (entry.id, entry.at);
                self.tell(entry);
            }
            self.last = Some((last, at));
            if self.noted_at.elapsed() >= NOTE_EVERY {
                self.note().await?;
            }
            if !full {
                return Ok(());
            }
        }
    }

    fn tell(&self, entry: Entry) {
        let event: Event = match serde_json::from_str(&entry.event) {
            Ok(event) => event,
            Err(error) => {
                // Written by another version of the hub. Holding it back would hold back everything after it.
                metrics::counter!("guildhall_events_unreadable_total").increment(1);
                tracing::error!(event.id = entry.id.get(), %error, "an event cannot be understood and is passed over");
                return;
            }
        };
        metrics::counter!("guildhall_events_told_total", "event" => event.name()).increment(1);
        // An error means that nobody listens, which is fine.
        drop(self.bus.listeners.send(Delivery::Event { id: entry.id, at: entry.at, event: Arc::new(event) }));
    }

    async fn note(&mut self) -> Result<(), Error> {
        let Some((last, at)) = self.last.filter(|(last, _)| Some(*last) != self.noted) else { return Ok(()) };
        outbox::note_told(&self.bus.db, last, at).await?;
        self.noted = Some(last);
        self.noted_at = Instant::now();
        Ok(())
    }
}
