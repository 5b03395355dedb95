//! Changes of note in a sentence each, for those who listen to the page instead of looking at it, and for the ticker.

use base::RoomId;
use contract::lobby::{Change, Lobby};

use crate::texts::news as say;

/// What to say of a change to `before`; nothing for what is not worth interrupting for.
pub(super) fn of(before: &Lobby, change: &Change) -> Option<String> {
    let room = |id| before.rooms.iter().find(|room| room.id == id);
    match change {
        Change::PlayerLeft { room: id, number } => {
            let room = room(*id)?;
            let player = room.players.iter().find(|player| player.number == *number)?;
            Some(say::left(&player.name, &room.name))
        }
        Change::Said { line, .. } => Some(say::said(&line.name, &line.text)),
        change => notable(before, change),
    }
}

/// What the ticker tells of: who comes in, and which games open and begin.
pub(super) fn notable(before: &Lobby, change: &Change) -> Option<String> {
    let room = |id| before.rooms.iter().find(|room| room.id == id);
    match change {
        Change::Player { room: id, player } => {
            let room = room(*id)?;
            let is_new = room.players.iter().all(|known| known.number != player.number);
            is_new.then(|| say::came(&player.name, &room.name))
        }
        Change::Game { room: id, game } => {
            let known = room(*id)?.games.iter().find(|known| known.id == game.id);
            match known {
                None => Some(say::game(&game.host_name, &game.name)),
                Some(known) if known.started_at.is_none() && game.started_at.is_some() => {
                    Some(say::started(&game.name))
                }
                Some(_) => None,
            }
        }
        _ => None,
    }
}

/// Which room a change is of; those of the whole lobby are of none.
pub(super) fn room_of(change: &Change) -> Option<RoomId> {
    match change {
        Change::RoomOpened { room } => Some(room.id),
        Change::RoomClosed { room }
        | Change::Player { room, .. }
        | Change::PlayerLeft { room, .. }
        | Change::Game { room, .. }
        | Change::GameGone { room, .. }
        | Change::Said { room, .. } => Some(*room),
        Change::RoomsArranged { .. } | Change::Settled { .. } => None,
    }
}
