//! Who has a page of the site open, at all nodes: each tells the others through the database.

mod store;

use std::{collections::HashMap, time::Duration};

use db::{Db, Error};
use live::{Board, Visitors};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

/// The least time between two looks, at one's own pages and at what the others tell.
const PAUSE: Duration = Duration::from_millis(250);
/// How often a node looks although nobody has woken it.
const PATROL: Duration = Duration::from_secs(1);
/// How often a node says that it lives, if it has nothing else to say.
const BEAT: Duration = Duration::from_secs(2);
/// A node that has not said so for so long is gone, and those at its pages with it.
const GONE: Duration = Duration::from_secs(7);
/// What it wrote is cleared away after so long.
const FORGOTTEN: Duration = Duration::from_mins(1);

/// What this node knows.
struct Nodes {
    db: Db,
    board: Board,
    /// What the others know this one by.
    name: String,
    beat: i64,
    beaten: Option<Instant>,
    told: Option<Visitors>,
    /// The others: by which beat they were seen last, and when that was new. No two clocks have to agree.
    seen: HashMap<String, (i64, Instant)>,
    /// Whom the board was told of.
    shown: Vec<Visitors>,
}

/// Tells and hears, until `stop`. `name` is another one with each start.
pub(crate) async fn keep(board: Board, db: Db, name: String, stop: CancellationToken) {
    let (mut visits, mut commits) = (board.visits(), db.commits());
    let mut nodes =
        Nodes { db, board, name, beat: 0, beaten: None, told: None, seen: HashMap::new(), shown: Vec::new() };
    while !stop.is_cancelled() {
        visits.borrow_and_update();
        commits.borrow_and_update();
        let due = Instant::now() + PAUSE;
        if let Err(error) = nodes.round().await {
            tracing::debug!(%error, "who is on the site can't be told to the other nodes, or heard of them; it is tried again");
        }
        let woken = async {
            tokio::select! {
                _ = visits.changed() => {}
                _ = commits.changed() => {}
                () = sleep(PATROL) => {}
            }
            sleep_until(due).await;
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = woken => {}
        }
    }
    if let Err(error) = store::forget(&nodes.db, &nodes.name, nodes.beat).await {
        tracing::debug!(%error, "the other nodes find out by themselves that this one is gone");
    }
}

impl Nodes {
    async fn round(&mut self) -> Result<(), Error> {
        self.tell().await?;
        self.hear().await
    }

    async fn tell(&mut self) -> Result<(), Error> {
        let here = self.board.visitors();
        let rests = self.beaten.is_some_and(|beaten| beaten.elapsed() < BEAT);
        if self.told.as_ref() == Some(&here) {
            if rests {
                return Ok(());
            }
            self.beat += 1;
            if store::live(&self.db, &self.name, self.beat).await? {
                self.beaten = Some(Instant::now());
                return Ok(());
            }
        }
        self.beat += 1;
        let told = serde_json::to_string(&here).expect("plain data");
        store::tell(&self.db, &self.name, self.beat, told).await?;
        (self.told, self.beaten) = (Some(here), Some(Instant::now()));
        Ok(())
    }

    async fn hear(&mut self) -> Result<(), Error> {
        let (now, mut elsewhere) = (Instant::now(), Vec::new());
        let others = store::others(&self.db, &self.name).await?;
        self.seen.retain(|node, _| others.iter().any(|(other, ..)| other == node));
        for (node, beat, told) in others {
            let seen = self.seen.entry(node.clone()).or_insert((beat, now));
            if seen.0 != beat {
                *seen = (beat, now);
            }
            let silent = now.duration_since(seen.1);
            if silent >= FORGOTTEN {
                store::forget(&self.db, &node, beat).await?;
            } else if silent < GONE {
                // Of another version, perhaps: then it is not counted.
                elsewhere.extend(serde_json::from_str::<Visitors>(&told).ok());
            }
        }
        if elsewhere != self.shown {
            self.board.visitors_elsewhere(elsewhere.clone());
            self.shown = elsewhere;
        }
        Ok(())
    }
}
