//! Rooms on the pages of nodes that do not run them: what a node tells pages of its own, it tells the other nodes, too.

mod store;

use std::{collections::HashMap, time::Duration};

use base::RoomId;
use contract::{
    live::{State, Step, Tell, Topic},
    lobby::{Change, Lobby as Shown},
};
use db::{Db, Error};
use live::{Board, Frame};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::lobby::{self, Lobby};

/// The least time between two writings: whoever looks at another node's page waits that long at most, and what happens meanwhile is one row.
const PAUSE: Duration = Duration::from_millis(25);
/// After so many changes the whole state is written again, so that there is never much to read.
const CHANGES: usize = 256;
/// How often a node looks although nobody has woken it, and whether there is a lobby at all.
const PATROL: Duration = Duration::from_secs(1);
/// How long a lobby may be without a node before pages are told that it is closed: as long as a restart takes.
const GIVEN_UP: Duration = Duration::from_secs(15);

/// Tells the other nodes what is told of the rooms of this one, whose board `own` is, until `stop`. On PostgreSQL.
pub(crate) async fn share(own: Board, db: Db, node: String, stop: CancellationToken) {
    loop {
        // A subscription begins with the whole state.
        let mut told = own.subscribe(Topic::Lobby, None);
        let (mut whole, mut changes) = (true, 0);
        while changes < CHANGES {
            let first = tokio::select! {
                () = stop.cancelled() => return,
                first = told.next() => first,
            };
            let due = Instant::now() + PAUSE;
            // Whoever is too slow here begins anew, as a page would.
            let Ok(first) = first else { break };
            let mut frames = vec![first];
            while let (true, Ok(Some(frame))) = (frames.len() < CHANGES, told.try_next()) {
                frames.push(frame);
            }
            changes += frames.len();
            if let Err(error) = store::write(&db, &node, whole, listed(&frames)).await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "other nodes can't be told of the lobby; it is tried again"
                );
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = sleep(PATROL) => {}
                }
                break;
            }
            whole = false;
            sleep_until(due).await;
        }
    }
}

/// Frames as one list, as they are.
fn listed(frames: &[Frame]) -> String {
    let frames: Vec<_> = frames.iter().map(|frame| String::from_utf8_lossy(frame.as_ref())).collect();
    format!("[{}]", frames.join(","))
}

/// Shows the rooms of other nodes on the board of this one, which they know as `node`, until `stop`.
pub(crate) async fn show(board: Board, db: Db, place: Lobby, node: String, stop: CancellationToken) {
    let mut commits = db.commits();
    let mut looked = None::<Instant>;
    // When the lobby was last known to be run; `None`: it is not.
    let mut run = None::<Instant>;
    let mut mirror = Mirror { board, db, place, node, read: HashMap::new(), owners: HashMap::new() };
    loop {
        commits.borrow_and_update();
        if looked.is_none_or(|looked| looked.elapsed() >= PATROL) {
            looked = Some(Instant::now());
            match lobby::find(&mirror.db).await {
                Ok(Some(told)) => {
                    mirror.place.is_elsewhere(told);
                    if run.is_none() {
                        // What was shown before is gone: it is read from the whole state on.
                        mirror.read.clear();
                    }
                    run = Some(Instant::now());
                }
                Ok(None) if run.is_some_and(|run| run.elapsed() >= GIVEN_UP) => {
                    run = None;
                    mirror.close(|_| true);
                }
                // A database that is away says nothing about the lobby.
                Ok(None) | Err(_) => {}
            }
        }
        if run.is_some()
            && let Err(error) = mirror.look().await
        {
            tracing::debug!(%error, "the lobby's mirror can't be read; it is tried again");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            changed = commits.changed() => if changed.is_err() { return },
            () = sleep(PATROL) => {}
        }
    }
}

/// What this node has read of the others'.
struct Mirror {
    board: Board,
    db: Db,
    place: Lobby,
    node: String,
    /// The last row of each node that was read.
    read: HashMap<String, i64>,
    /// Which node runs a room, as far as they have told.
    owners: HashMap<RoomId, String>,
}

impl Mirror {
    /// Reads what is new, in the order in which it was written: a node's own order holds, and of two nodes that have had one room the later
    /// has it.
    async fn look(&mut self) -> Result<(), Error> {
        let heads = store::heads(&self.db, &self.node).await?;
        let mut news = Vec::new();
        for (node, last, whole) in &heads {
            let read = self.read.get(node).copied().unwrap_or_default();
            if *last > read {
                let rows = store::read(&self.db, node, (*whole).max(read + 1)).await?;
                news.extend(rows.into_iter().map(|(id, told)| (id, node.clone(), told)));
            }
        }
        news.sort_unstable_by_key(|(id, ..)| *id);
        for (id, node, told) in news {
            self.apply(&node, &told);
            self.read.insert(node, id);
        }
        self.read.retain(|node, _| heads.iter().any(|(other, ..)| other == node));
        // Rooms of a node that is gone, and that no other has opened.
        self.close(|owner| !heads.iter().any(|(other, ..)| other == owner));
        Ok(())
    }

    fn apply(&mut self, node: &str, told: &str) {
        let told: Vec<Tell> = match serde_json::from_str(told) {
            Ok(told) => told,
            Err(error) => {
                tracing::error!(%error, "the lobby's mirror can't be understood: is its node of another version?");
                return;
            }
        };
        for tell in told {
            match tell {
                Tell::Snapshot { state: State::Lobby(lobby), .. } => self.take_over(node, lobby),
                Tell::Change { step: Step::Lobby(change), .. } => self.step(node, change),
                _ => {}
            }
        }
    }

    /// A node's rooms stand so.
    fn take_over(&mut self, node: &str, lobby: Shown) {
        let (_, State::Lobby(shown)) = self.board.state(Topic::Lobby) else { return };
        for gone in shown.rooms.iter().filter(|room| !lobby.rooms.iter().any(|other| other.id == room.id)) {
            self.step(node, Change::RoomClosed { room: gone.id });
        }
        for room in lobby.rooms {
            if shown.rooms.contains(&room) {
                self.owners.insert(room.id, node.to_owned());
            } else {
                self.step(node, Change::RoomOpened { room });
            }
        }
    }

    /// One step of a node's rooms. Whatever it says of a room that another one runs by now is of before.
    fn step(&mut self, node: &str, change: Change) {
        let room = match &change {
            Change::RoomOpened { room } => Some(room.id),
            Change::RoomsArranged { .. } | Change::Settled { .. } => None,
            Change::RoomClosed { room }
            | Change::Player { room, .. }
            | Change::PlayerLeft { room, .. }
            | Change::Game { room, .. }
            | Change::GameGone { room, .. }
            | Change::Said { room, .. } => Some(*room),
        };
        if let Some(room) = room {
            if self.place.runs(room) {
                self.owners.remove(&room);
                return;
            }
            match change {
                Change::RoomOpened { .. } => {
                    self.owners.insert(room, node.to_owned());
                }
                _ if self.owners.get(&room).is_none_or(|owner| owner != node) => return,
                Change::RoomClosed { .. } => {
                    self.owners.remove(&room);
                }
                _ => {}
            }
        }
        self.board.lobby_changed(change);
    }

    /// Closes the rooms of nodes that are so.
    fn close(&mut self, is_gone: impl Fn(&str) -> bool) {
        let gone: Vec<RoomId> = self.owners.iter().filter(|(_, owner)| is_gone(owner)).map(|(room, _)| *room).collect();
        for room in gone {
            self.owners.remove(&room);
            if !self.place.runs(room) {
                self.board.lobby_changed(Change::RoomClosed { room });
            }
        }
    }
}
