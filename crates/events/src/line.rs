//! The line to the other nodes: it wakes them after our commits, and us after theirs. It carries a number and no event.

use std::{sync::atomic::Ordering, time::Duration};

use db::Engine;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::{Bus, nats};

/// The channel of PostgreSQL's `notify`.
const CHANNEL: &str = "guildhall_events";
/// The least time between two wake-ups of ours: at most 50 a second, however much happens.
const PAUSE: Duration = Duration::from_millis(20);
/// How often a line on which nothing is heard is asked whether it still stands.
const PROBE_EVERY: Duration = Duration::from_secs(20);
/// How long to wait before a broken line is opened again, at first and at most.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// Why a line is broken, whatever it is made of.
pub(crate) type Broken = Box<dyn std::error::Error + Send + Sync>;

enum Line {
    Postgres(db::Wire),
    Nats(nats::Line),
}

impl Line {
    async fn open(bus: &Bus) -> Result<Option<Self>, Broken> {
        if let Some(nats) = &bus.nats {
            return Ok(Some(Self::Nats(nats.open().await?)));
        }
        Ok(bus.db.wire(CHANNEL).await?.map(Self::Postgres))
    }

    /// The next number another node sends. Dropping the future loses nothing.
    async fn next(&mut self) -> Result<i64, Broken> {
        match self {
            Self::Postgres(wire) => Ok(wire.next().await?),
            Self::Nats(line) => line.next().await,
        }
    }

    async fn tell(&mut self, number: i64) -> Result<(), Broken> {
        match self {
            Self::Postgres(wire) => Ok(wire.tell(number).await?),
            Self::Nats(line) => line.tell(number).await,
        }
    }

    async fn probe(&mut self) -> Result<(), Broken> {
        match self {
            Self::Postgres(wire) => Ok(wire.probe().await?),
            // Its client asks by itself.
            Self::Nats(_) => Ok(()),
        }
    }
}

/// Keeps a line open until `stop`. While there is none, each node looks by itself, once a second.
pub(crate) async fn keep(bus: Bus, stop: CancellationToken) {
    // One process, one node.
    if bus.db.engine() == Engine::Sqlite {
        return;
    }
    let by = if bus.nats.is_some() { "nats" } else { "postgres" };
    let connected = metrics::gauge!("guildhall_bus_connected", "by" => by);
    connected.set(0.0);
    // Said once for each time it breaks, not for each attempt to mend it.
    let (mut said, mut wait) = (false, BACK_OFF.0);
    loop {
        let opened = tokio::select! {
            () = stop.cancelled() => return,
            opened = Line::open(&bus) => opened,
        };
        let broken = match opened {
            Ok(None) => return,
            Ok(Some(line)) => {
                connected.set(1.0);
                if std::mem::take(&mut said) {
                    tracing::info!(bus.by = by, "the nodes wake each other again");
                }
                wait = BACK_OFF.0;
                // Whatever was said while nobody listened.
                bus.db.look_again();
                tokio::select! {
                    () = stop.cancelled() => return,
                    broken = talk(line, &bus) => broken,
                }
            }
            Err(error) => error,
        };
        connected.set(0.0);
        if !std::mem::replace(&mut said, true) {
            tracing::warn!(
                error = &*broken as &dyn std::error::Error,
                bus.by = by,
                "the nodes can't wake each other: until they can, each looks once a second"
            );
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(wait) => wait = (wait * 2).min(BACK_OFF.1),
        }
    }
}

/// Wakes and is woken, until the line breaks.
async fn talk(mut line: Line, bus: &Bus) -> Broken {
    match exchange(&mut line, bus).await {
        Ok(never) => match never {},
        Err(broken) => broken,
    }
}

async fn exchange(line: &mut Line, bus: &Bus) -> Result<std::convert::Infallible, Broken> {
    let sent = metrics::counter!("guildhall_bus_wakes_total", "way" => "sent");
    let heard = metrics::counter!("guildhall_bus_wakes_total", "way" => "heard");
    let mut news = bus.news.subscribe();
    let (mut due, mut quiet_until) = (false, Instant::now());
    let mut probes = interval_at(Instant::now() + PROBE_EVERY, PROBE_EVERY);
    probes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            number = line.next() => {
                bus.heard.store(number?, Ordering::Relaxed);
                heard.increment(1);
                bus.db.look_again();
            }
            // An error means that the bus is gone, and with it whoever would send.
            Ok(()) = news.changed(), if !due => due = true,
            () = sleep_until(quiet_until), if due => {
                (due, quiet_until) = (false, Instant::now() + PAUSE);
                let head = *news.borrow_and_update();
                line.tell(head).await?;
                sent.increment(1);
            }
            _ = probes.tick() => line.probe().await?,
        }
    }
}
