//! For whoever must not miss an event, not even one of while the hub was down: a place in the outbox, kept in the database.

use std::time::Duration;

use base::{EventId, Millis};
use contract::Event;
use db::{Commits, Db, Error, Tx};
use tokio::{sync::watch, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::outbox;

/// The outbox is looked at this often although nobody has said that there is anything new.
const PATROL: Duration = Duration::from_secs(1);

/// A place in the outbox that moves on in the transaction that acts on what was read, so each event is acted on once. Rows that
/// somebody with a place has not read are kept for a week.
///
/// Its name is a row of `outbox_readers`, made by a migration.
#[derive(Debug, Clone)]
pub struct Reader {
    db: Db,
    name: &'static str,
    commits: watch::Receiver<Commits>,
}

/// What was read: to be acted on, and then [left behind](Self::leave_behind).
#[derive(Debug, Clone)]
pub struct Read {
    /// The events, in order, each with its number and when it happened. Those this version does not understand are left out.
    pub events: Vec<(EventId, Millis, Event)>,
    /// Whether there may be more to read at once.
    pub more: bool,
    name: &'static str,
    from: EventId,
    to: EventId,
}

impl Reader {
    /// The reader of that name.
    pub fn new(db: Db, name: &'static str) -> Self {
        Self { commits: db.commits(), db, name }
    }

    /// What comes next, at most so many; `None`: nothing.
    pub async fn next(&self, at_most: u32) -> Result<Option<Read>, Error> {
        let Some(from) = outbox::position(&self.db, self.name).await? else { return Ok(None) };
        // Where a number is missing that somebody may still bring, it goes no further; the relay finds
        // out, and its note of how far it has told lets us pass.
        let page = outbox::after(&self.db, from, from, at_most).await?;
        let Some(to) = page.entries.last().map(|entry| entry.id) else { return Ok(None) };
        let more = page.more;
        let events = page
            .entries
            .into_iter()
            .filter_map(|entry| match serde_json::from_str(&entry.event) {
                Ok(event) => Some((entry.id, entry.at, event)),
                Err(error) => {
                    tracing::error!(event.id = entry.id.get(), %error, reader = self.name, "an event cannot be understood and is passed over");
                    None
                }
            })
            .collect();
        Ok(Some(Read { events, more, name: self.name, from, to }))
    }

    /// Waits until there may be more to read: until somebody has committed something, and never longer than a second. Where that
    /// would lead to nothing (nobody `wants` it), it is always the second. `false`: there is nothing to wait for any more.
    pub async fn wait(&mut self, wants: bool, stop: &CancellationToken) -> bool {
        tokio::select! {
            () = stop.cancelled() => return false,
            changed = self.commits.changed(), if wants => return changed.is_ok(),
            () = sleep(PATROL) => {}
        }
        self.commits.mark_unchanged();
        true
    }
}

impl Read {
    /// Moves the place behind what was read, as the first step of the transaction that acts on it: other nodes that have read the same
    /// wait here until that has ended. `false`: one of them was quicker and has done all of it, and nothing is left to do.
    pub async fn leave_behind(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        outbox::advance(tx, self.name, self.from, self.to).await
    }
}
