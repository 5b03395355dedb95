//! The bus: those who listen, and the relay that reads the outbox in order after each commit and tells them.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use base::{EventId, Millis};
use contract::Event;
use db::{Commits, Db, Error};
use tokio::sync::{broadcast, watch};
use tokio_util::sync::CancellationToken;

use crate::{
    Delivery, Listener, Nats, line,
    outbox::{self, Entry},
};

/// How many events a listener may be behind before it is told that it has missed some.
const BOUND: usize = 1024;
/// How many rows are read at a time.
const BATCH: u32 = 256;
/// How often the outbox is looked at although nobody has announced anything: for events that an operator's command recorded, for those
/// of nodes that could not wake us, and for a database that was away.
const PATROL: Duration = Duration::from_secs(1);
/// How often it is noted, at most, how far the events were told. After a crash those of this long may be told again.
const NOTE_EVERY: Duration = Duration::from_secs(1);
/// A number that is missing is waited for so long, again and again: a commit takes about as long.
const GAP_PAUSE: Duration = Duration::from_millis(5);
/// The least time between two looks: when thousands commit in a second, one look finds what many have brought.
const LEAST: Duration = Duration::from_millis(5);
/// After this long somebody is asked whose number it may be.
const GAP_PATIENCE: Duration = Duration::from_millis(30);

/// The bus. Clones are the same bus.
#[derive(Debug, Clone)]
pub struct Bus {
    pub(crate) db: Db,
    listeners: broadcast::Sender<Delivery>,
    /// What the other nodes are to be told next: the highest number there is. Sent for every commit of this process.
    pub(crate) news: watch::Sender<i64>,
    /// The number another node has told us of last.
    pub(crate) heard: Arc<AtomicI64>,
    pub(crate) nats: Option<Arc<Nats>>,
}

impl Bus {
    /// A bus on this database. It tells nothing until it is [run](Self::run).
    pub fn new(db: Db) -> Self {
        Self {
            db,
            listeners: broadcast::Sender::new(BOUND),
            news: watch::Sender::new(0),
            heard: Arc::default(),
            nats: None,
        }
    }

    /// The same, with nodes that wake each other through NATS instead of the database. On SQLite there is one node and nobody to wake.
    #[must_use]
    pub fn through(self, nats: Nats) -> Self {
        Self { nats: Some(Arc::new(nats)), ..self }
    }

    /// Listens from now on. Whoever must not miss what happened while the hub was down subscribes before the bus runs.
    pub fn subscribe(&self) -> Listener {
        Listener(self.listeners.subscribe())
    }

    /// The relay and the line to the other nodes, to be spawned once; ends with `stop`. What it cannot tell now, because the database is
    /// away, it tells later.
    pub fn run(&self, stop: CancellationToken) -> impl Future<Output = ()> + Send + 'static {
        let relay = Relay {
            bus: self.clone(),
            last: None,
            settled: EventId::from(0),
            gap: None,
            noted: None,
            noted_at: Instant::now(),
            seen: Commits::default(),
        };
        // Boxed: whoever spawns it should not carry a whole client of NATS about.
        let (relay, line) = (Box::pin(relay.run(stop.clone())), Box::pin(line::keep(self.clone(), stop)));
        async move {
            tokio::join!(relay, line);
        }
    }
}

/// The state of the running relay.
struct Relay {
    bus: Bus,
    /// The last event told, and when it happened; `None` until the database has said where to begin.
    last: Option<(EventId, Millis)>,
    /// Up to here, a number that is missing is missing for good.
    settled: EventId,
    /// The number that is waited for.
    gap: Option<Gap>,
    /// How far that was noted in the database.
    noted: Option<EventId>,
    noted_at: Instant,
    /// The commits it has looked for.
    seen: Commits,
}

/// Numbers that somebody may have taken and not committed yet. What has higher ones waits, so that nothing is told out of order.
struct Gap {
    /// The row behind it.
    before: EventId,
    since: Instant,
    /// Those who may have taken them; `None` before they were asked for.
    suspects: Option<HashSet<String>>,
}

/// How a round ended.
enum Round {
    /// Everything is told.
    Done,
    /// A number is missing.
    Waiting,
}

impl Relay {
    async fn run(mut self, stop: CancellationToken) {
        let mut commits = self.bus.db.commits();
        loop {
            let began = Instant::now();
            // Seen before reading: a commit that comes while we read wakes us again.
            let now = *commits.borrow_and_update();
            let pause = match self.round().await {
                Ok(Round::Done) => PATROL,
                Ok(Round::Waiting) => match &self.gap {
                    Some(gap) if gap.suspects.is_some() => GAP_PATIENCE,
                    _ => GAP_PAUSE,
                },
                Err(error) => {
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
            };
            if now.here != self.seen.here {
                let head = self.gap.as_ref().map(|gap| gap.before).or(self.last.map(|(last, _)| last));
                self.bus.news.send_replace(head.map_or(0, EventId::get));
            }
            self.seen = now;
            tokio::select! {
                () = stop.cancelled() => break,
                changed = commits.changed() => if changed.is_err() { break },
                () = tokio::time::sleep(pause) => {}
            }
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(LEAST.saturating_sub(began.elapsed())) => {}
            }
        }
        if let Err(error) = self.note().await {
            tracing::debug!(%error, "the last events will be told again at the next start");
        }
    }

    /// Tells everything there is to tell now.
    async fn round(&mut self) -> Result<Round, Error> {
        let (mut last, mut at) = if let Some(last) = self.last {
            last
        } else {
            let told = outbox::told(&self.bus.db).await?;
            self.noted = Some(told);
            (told, Millis(0))
        };
        loop {
            let page = outbox::after(&self.bus.db, last, self.settled, BATCH).await?;
            if let Some(first) = page.entries.first()
                && self.last.is_some()
                && first.id.get() > last.get() + 1
                && !outbox::is_kept(&self.bus.db, last).await?
            {
                // Others have told it and cleared it away: this node was away for longer than events are kept.
                tracing::warn!(event.id = last.get(), "events were missed: this node was away for too long");
                drop(self.bus.listeners.send(Delivery::Lagged));
            }
            for entry in page.entries {
                (last, at) = (entry.id, entry.at);
                self.tell(entry);
            }
            self.last = Some((last, at));
            if self.noted_at.elapsed() >= NOTE_EVERY {
                self.note().await?;
            }
            let head = page.behind_gap.map_or(last.get(), EventId::get).max(self.bus.heard.load(Ordering::Relaxed));
            #[expect(clippy::cast_precision_loss, reason = "a gauge shows it")]
            metrics::gauge!("guildhall_events_behind").set((head - last.get()) as f64);
            match page.behind_gap {
                Some(before) if self.wait_for(before).await? => {}
                Some(_) => return Ok(Round::Waiting),
                None => self.gap = None,
            }
            if self.gap.is_none() && page.behind_gap.is_none() && !page.more {
                return Ok(Round::Done);
            }
        }
    }

    /// What becomes of the numbers missing before that row; true: whoever had taken them has ended, so what is still missing stays so.
    async fn wait_for(&mut self, before: EventId) -> Result<bool, Error> {
        let gap = match &mut self.gap {
            Some(gap) if gap.before == before => gap,
            gap => gap.insert(Gap { before, since: Instant::now(), suspects: None }),
        };
        if gap.since.elapsed() < GAP_PATIENCE {
            return Ok(false);
        }
        let now = outbox::on_the_way(&self.bus.db).await?;
        let suspects = match gap.suspects.take() {
            // Whoever took a number below this row's did so before we saw the row, and holds the lock until it can be seen.
            None => now,
            Some(before) => before.intersection(&now).cloned().collect(),
        };
        if suspects.is_empty() {
            // Only now: what they committed is seen by the next reading, and told.
            (self.settled, self.gap) = (EventId::from(before.get() - 1), None);
            metrics::counter!("guildhall_events_gaps_total").increment(1);
            return Ok(true);
        }
        gap.suspects = Some(suspects);
        Ok(false)
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
