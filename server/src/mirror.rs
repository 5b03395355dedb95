//! The lobby on the pages of nodes that do not run it: what its node tells pages, it tells the other nodes, too.

mod store;

use std::time::Duration;

use contract::{
    live::{State, Step, Tell, Topic},
    lobby::{Change, Lobby as Shown},
};
use db::Db;
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

/// Tells the other nodes what the board tells pages, until `stop`. For the node that runs the lobby, on PostgreSQL.
pub(crate) async fn share(board: Board, db: Db, stop: CancellationToken) {
    loop {
        // A subscription begins with the whole state.
        let mut told = board.subscribe(Topic::Lobby, None);
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
            if let Err(error) = store::write(&db, whole, listed(&frames)).await {
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

/// Shows the lobby of another node on the board of this one, until `stop`.
pub(crate) async fn show(board: Board, db: Db, place: Lobby, stop: CancellationToken) {
    let mut commits = db.commits();
    let (mut last, mut looked) = (0, None::<Instant>);
    // When the lobby was last known to be run; `None`: it is not.
    let mut run = None::<Instant>;
    loop {
        commits.borrow_and_update();
        if looked.is_none_or(|looked| looked.elapsed() >= PATROL) {
            looked = Some(Instant::now());
            match lobby::find(&db).await {
                Ok(Some(told)) => {
                    place.is_elsewhere(told);
                    if run.is_none() {
                        // What was shown before is gone: it is read from the whole state on.
                        last = 0;
                    }
                    run = Some(Instant::now());
                }
                Ok(None) if run.is_some_and(|run| run.elapsed() >= GIVEN_UP) => {
                    run = None;
                    take_over(&board, Shown::default());
                }
                // A database that is away says nothing about the lobby.
                Ok(None) | Err(_) => {}
            }
        }
        if run.is_some() {
            match store::read(&db, last).await {
                Ok(rows) => {
                    for (id, told) in rows {
                        last = id;
                        apply(&board, &told);
                    }
                }
                Err(error) => tracing::debug!(%error, "the lobby's mirror can't be read; it is tried again"),
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            changed = commits.changed() => if changed.is_err() { return },
            () = sleep(PATROL) => {}
        }
    }
}

fn apply(board: &Board, told: &str) {
    let told: Vec<Tell> = match serde_json::from_str(told) {
        Ok(told) => told,
        Err(error) => {
            tracing::error!(%error, "the lobby's mirror can't be understood: is its node of another version?");
            return;
        }
    };
    for tell in told {
        match tell {
            Tell::Snapshot { state: State::Lobby(lobby), .. } => take_over(board, lobby),
            Tell::Change { step: Step::Lobby(change), .. } => board.lobby_changed(change),
            _ => {}
        }
    }
}

/// Takes the board from whatever it shows to `lobby`, in steps that its pages follow.
fn take_over(board: &Board, lobby: Shown) {
    let (_, State::Lobby(shown)) = board.state(Topic::Lobby) else { return };
    if shown == lobby {
        return;
    }
    for room in &shown.rooms {
        if !lobby.rooms.iter().any(|other| other.id == room.id) {
            board.lobby_changed(Change::RoomClosed { room: room.id });
        }
    }
    for room in lobby.rooms {
        if !shown.rooms.contains(&room) {
            board.lobby_changed(Change::RoomOpened { room });
        }
    }
}
